"""A made-up family of Moscow and everything that can happen to it after a birth: what tests of whole journeys draw from."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Case, Phase
from gorod.engines.intake import api as intake
from gorod.engines.intake.data import CloudEvent
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Step, StepState
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import Order, OrderState
from gorod.engines.reexamination.tests.factories import run_jobs, run_one_job
from gorod.engines.renewals import api as renewals
from gorod.kernel import clock
from gorod.kernel.errors import Refused
from gorod.kernel.identifiers import new_id
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names
from gorod.records.registers import api as registers
from gorod.records.registers.data import Link, Origin, Statement

LONG_AGO = date(2015, 1, 1)
ORIGIN = Origin(source="a made-up city", owner="civil_registry")
ACCOUNT = "40817810099910004312"
RICH, POOR = 90_000_000, 1_000_000  # kopecks a month


@dataclass(kw_only=True)
class Household:
    """A family before and after a birth. `chance` decides whatever a test leaves open; the same seed is the same life."""

    chance: random.Random
    mother: UUID = field(init=False)
    father: UUID = field(init=False)
    certificate: str = field(default_factory=lambda: f"certificate {new_id()}")
    record: str = field(default_factory=lambda: f"record {new_id()}")
    sent: dict[str, CloudEvent] = field(default_factory=dict)  # what stands of notice, registration, incomes
    disputes: dict[UUID, UUID] = field(default_factory=dict)
    journeys: list[UUID] = field(default_factory=list)
    supplied: bool = False  # a parent has said an income

    def __post_init__(self) -> None:
        self.mother, self.father = self._adult(), self._adult()
        for _ in range(self.chance.choice((0, 1, 2, 2))):
            self._older_child()
        if self.chance.random() < 0.6:
            consents.say(party_id=self.mother, scope="automatic:birth", allowed=True, by="resident")

    def _adult(self) -> UUID:
        party_id = parties.create(names=Names(given_name="Анна"), identifiers={"snils": str(new_id())}, synthetic=True)
        born = date(self.chance.choice((1986, 1995, 1999)), 7, 1)
        known: dict[str, Any] = {
            "birth_date": born,
            "registered_in_city": self.chance.random() < 0.8,
            "monthly_income": self.chance.choice((None, POOR, POOR, RICH)),
        }
        self._state(party_id, {fact: value for fact, value in known.items() if value is not None})
        return party_id

    def _older_child(self) -> None:
        child = parties.create(synthetic=True)
        self._state(child, {"birth_date": date(2020, 3, 1), "monthly_income": 0})
        links = []
        for parent, relation in ((self.mother, "mother"), (self.father, "father")):
            links.append(Link(party_id=child, kind=relation, other_id=parent, valid_from=LONG_AGO))
            links.append(Link(party_id=parent, kind="children", other_id=child, valid_from=LONG_AGO))
        registers.record(links=links, origin=ORIGIN)

    def _state(self, party_id: UUID, known: Mapping[str, Any]) -> None:
        stated = [Statement(party_id=party_id, fact=f, value=v, valid_from=LONG_AGO) for f, v in known.items()]
        registers.record(statements=stated, origin=ORIGIN)

    # ── who and what there is

    @property
    def parents(self) -> tuple[UUID, UUID]:
        return self.mother, self.father

    @property
    def children(self) -> list[UUID]:
        """The children of the births sent so far: one, unless a birth was wholly taken back and sent again."""
        return [journeys.journey(journey_id=journey_id).about_id for journey_id in self.journeys]

    def steps(self, *states: StepState) -> list[Step]:
        found = [step for journey in self.journeys for step in journeys.journey(journey_id=journey).steps]
        return [step for step in found if not states or step.state in states]

    def cases(self) -> list[Case]:
        return cases.cases_of(subjects=[*self.children, *self.parents])

    def reviews(self) -> list[Case]:
        """Decided cases that wait for a person."""
        return [case for case in self.cases() if case.phase in LIVE and case.decision_id is not None]

    def orders(self, *states: OrderState) -> list[Order]:
        found = payments.orders_of(payees=self.parents)
        return [order for order in found if not states or order.state in states]

    def any_of(self, things: Iterable[Any]) -> Any:
        """One of them by chance, None when there is none."""
        found = list(things)
        return self.chance.choice(found) if found else None

    # ── what agencies send

    def _send(self, type: str, sender: str, data: dict[str, Any]) -> CloudEvent:
        event = CloudEvent(id=str(new_id()), source=f"urn:{sender}", type=type, time=clock.now(), data=data)
        (receipt,) = intake.receive(events=[event], sender=sender, allowed=[type])
        assert receipt.fate != "parked", receipt.reason
        if receipt.journey_id is not None and receipt.journey_id not in self.journeys:
            self.journeys.append(receipt.journey_id)
        return event

    def _who(self, party_id: UUID) -> dict[str, Any]:
        return {"identifiers": {"snils": parties.identifiers(party_id=party_id)["snils"]}}

    def notify(self) -> None:
        if "notice" not in self.sent:
            today = clock.today().isoformat()
            child = {"identifiers": {"medical_birth_certificate": self.certificate}, "birth_date": today}
            data = {"certificate": {"number": "1", "issued_on": today}, "child": child}
            self.sent["notice"] = self._send("birth.notified", "health", {**data, "mother": self._who(self.mother)})

    def register(self) -> None:
        if "registration" not in self.sent:
            today = clock.today().isoformat()
            child = {
                "identifiers": {"medical_birth_certificate": self.certificate, "birth_record": self.record},
                "names": {"given_name": "Лев"},
                "birth_date": today,
            }
            data = {"record": {"number": "1", "registered_on": today}, "child": child}
            people = {"mother": self._who(self.mother), "father": self._who(self.father)}
            self.sent["registration"] = self._send("birth.registered", "civil_registry", {**data, **people})

    def correct_income(self) -> None:
        person = self.chance.choice(self.parents)
        since = self.chance.choice((LONG_AGO, clock.today()))
        data = {"monthly_income": self.chance.choice((POOR, RICH)), "valid_from": since.isoformat()}
        event = self._send("income.assessed", "tax_service", {"person": self._who(person), **data})
        self.sent[f"income {event.id}"] = event

    def retract(self, what: str) -> None:
        """Take back the notice, the registration, or any one income."""
        name = self.any_of(name for name in self.sent if name.startswith(what))
        if name is not None:
            event = self.sent.pop(name)
            named = {"source": event.source, "id": event.id, "reason": "ошибка"}
            self._send("event.retracted", event.source.removeprefix("urn:"), named)

    def agency_acts(self) -> None:
        """An agency moves any of its running cases; sometimes with a status that is late."""
        case = self.any_of(case for case in self.cases() if case.phase in LIVE)
        if case is not None:
            wanted = self.chance.choice((Phase.OPEN, Phase.APPROVED, Phase.APPROVED, Phase.REFUSED))
            self.answer(case, wanted, late=self.chance.random() < 0.1)

    def answer(self, case: Case, wanted: Phase, *, late: bool = False) -> None:
        known = cases.case_type(service=case.service)
        if wanted is Phase.REFUSED and not known.refusals:
            return
        codes = [s.code for s in known.statuses.values() if s.phase is wanted and s.code != "reopened"]
        data: dict[str, Any] = {"number": case.number, "status": codes[-1]}
        if wanted is Phase.REFUSED:
            data["reasons"] = [known.refusals[0]]
        if wanted is Phase.APPROVED:
            data["values"] = {result.fact: "1" for result in known.results if result.value is None}
        time = clock.now() - timedelta(hours=1 if late else 0)
        event = CloudEvent(id=str(new_id()), source=f"urn:{case.owner}", type="case.status", time=time, data=data)
        (receipt,) = intake.receive(events=[event], sender=case.owner, allowed=["case.status"])
        assert receipt.fate == "accepted", receipt.reason

    def treasury_acts(self) -> None:
        order = self.any_of(self.orders(OrderState.APPROVED, OrderState.SENT, OrderState.CANCELLED))
        if order is not None:
            state = self.chance.choice(("sent", "paid", "paid", "returned"))
            data = {"order": str(order.order_id), "attempt": order.attempt, "state": state}
            self._send("payment.status", "treasury", data)

    # ── what people do

    def officer_looks(self) -> None:
        """A person decides one of the decisions that are looked at again."""
        case = self.any_of(self.reviews())
        if case is not None and self.chance.random() < 0.4:
            cases.keep_decision(case_id=case.case_id, by="officer", reason="по-прежнему верно")
        elif case is not None:
            self.answer(case, self.chance.choice((Phase.APPROVED, Phase.REFUSED)))

    def accept(self) -> None:
        step = self.any_of(self.steps(StepState.OFFERED))
        self._try(journeys.accept, step)

    def decline(self) -> None:
        self._try(journeys.decline, self.any_of(self.steps(StepState.OFFERED)))

    def resume(self) -> None:
        self._try(journeys.resume, self.any_of(self.steps(StepState.DECLINED)))

    def _try(self, act: Any, step: Step | None) -> None:
        """A click on a page that may be older than the facts: then it is refused, and nothing happens."""
        if step is not None and step.applicant_id is not None:
            try:
                act(step_id=step.step_id, by=step.applicant_id)
            except Refused:
                return

    def withdraw(self) -> None:
        case = self.any_of(case for case in self.cases() if "withdraw" in case.actions and case.decision_id is None)
        if case is not None:
            cases.withdraw(case_id=case.case_id, by="resident")

    def supply(self) -> None:
        asked = [missing for step in self.steps(StepState.ASKS) for missing in step.missing if missing.may_ask]
        missing = self.any_of(asked)
        if missing is not None and not missing.relation:
            amount = self.chance.choice((POOR, RICH))
            self.supplied = True
            intake.supply(party_id=missing.party_id, values={missing.name: amount}, by="resident")

    def consent(self) -> None:
        scope = self.chance.choice(("automatic:birth", "automatic:birth", "offers", "offers:gift_set"))
        allowed = self.chance.random() < 0.7
        intake.consent(party_id=self.chance.choice(self.parents), scope=scope, allowed=allowed, by="resident")

    def account(self) -> None:
        payments.confirm_account(party_id=self.chance.choice(self.parents), account=ACCOUNT)

    def dispute(self) -> None:
        person = self.chance.choice(self.parents)
        if person in self.disputes:
            self.close_dispute(person)
        else:
            self.disputes[person] = intake.dispute(
                party_id=person, name="monthly_income", reason="не мой доход", by="resident"
            )

    def close_dispute(self, person: UUID) -> None:
        intake.answer_dispute(dispute_id=self.disputes.pop(person), upheld=False, answer="доход верный")

    # ── time and the worker

    def work(self) -> None:
        """A worker takes some of what waits, in any order."""
        for _ in range(self.chance.randint(1, 3)):
            run_one_job(self.chance)

    def work_everything(self) -> None:
        run_jobs(self.chance)

    def new_day(self) -> None:
        renewals.run_day()

    def settle_by_refusal(self) -> None:
        """A person decides everything that is looked at again: no. What follows from it is decided too."""
        for _ in range(50):
            self.work_everything()
            waiting = [case for case in self.reviews() if cases.case_type(service=case.service).refusals]
            if not waiting:
                return
            self.answer(waiting[0], Phase.REFUSED)
        raise AssertionError("decisions are reopened without end")

    def known(self, party_id: UUID, name: str) -> object:
        reader = facts.Reader(kind="platform", name="test")
        return facts.read(people=[party_id], names=[name], purpose="a test", reader=reader)[0].value
