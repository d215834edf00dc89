"""One journey brought up to date: as often as anything changes, always from the facts, never from what was thought before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, PLATFORM, Case, Phase
from gorod.engines.dues import api as dues
from gorod.engines.dues.data import Assessment
from gorod.engines.journeys import models
from gorod.engines.journeys.data import JourneyState, LifeEvent, Mode, StepDefinition, StepState
from gorod.engines.journeys.logic import telling
from gorod.engines.journeys.logic.members import READER, Members
from gorod.engines.rules.data import Verdict
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import Conflict
from gorod.kernel.expressions.data import Scalar
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Missing

SWITCHED_OFF = "switched_off"  # no refusal of the person's: offered again as soon as offers are allowed


@dataclass(frozen=True)
class Answer:
    """What a step is now: its state and why."""

    state: StepState
    reason: str = ""
    failing: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    offer_until: date | None = None


@dataclass(frozen=True)
class Lost:
    """Why an application can no longer succeed; `failing` are the conditions, if that is why."""

    reason: str
    failing: tuple[str, ...] = ()


class Advance:
    """The work on one locked journey."""

    def __init__(self, journey: models.Journey, life_event: LifeEvent) -> None:
        self._journey = journey
        self._event = life_event
        self._purpose = f"life event: {life_event.name}"
        self._members: dict[str, UUID] = {}
        self._gone: set[UUID] = set()
        self._may_apply: Callable[[UUID], bool] = lambda party: False
        self._facts: Mapping[tuple[UUID, str], Scalar | None] = {}
        self._told: dict[str, tuple[UUID | None, object]] = {}
        self._words: dict[UUID, Mapping[str, bool]] = {}
        self._decided = False
        self._written: dict[UUID, tuple[object, ...]] = {}
        self._touched: list[models.Step] = []
        self._changes: list[models.Change] = []
        self._to_tell: list[models.Step] = []

    def run(self) -> None:
        """Go through the steps, and again after a decision on the way: it is a fact for every step. Without one nothing can
        have moved that was judged already, as steps come after those they need."""
        rows = self._rows()
        for _ in range(len(self._event.steps) + 1):
            self._decided = False
            self._look()
            self._pass(rows)
            self._write()
            if not self._decided:
                break
        if self._journey.state == JourneyState.OPEN:
            self._journey.members = {role: str(party) for role, party in self._members.items()}
        self._journey.save()

    def _rows(self) -> dict[str, models.Step]:
        known = {
            row.service: row
            for row in models.Step.objects.filter(party_id=self._journey.party_id, journey_id=self._journey.id)
        }
        for service in self._event.steps:
            if service not in known:
                known[service] = models.Step(
                    party_id=self._journey.party_id,
                    journey_id=self._journey.id,
                    service=service,
                    subject_id=self._journey.party_id,
                )
        self._written = {row.id: _values(row) for row in known.values() if not row._state.adding}
        self._told = {service: (row.applicant_id, row.missing) for service, row in known.items()}
        return known

    def _look(self) -> None:
        """Who takes part now, and the facts that steps are judged by besides their rules."""
        members = Members(self._journey, self._event)
        members.look()
        self._members, self._facts, self._gone = members.of, members.facts, members.gone
        self._may_apply = members.may_apply
        # those who took part in an event that was retracted still see what became of it
        kept = self._journey.people if self._journey.state == JourneyState.RETRACTED else []
        self._journey.people = sorted({*kept, *self._members.values()})

    def _pass(self, rows: dict[str, models.Step]) -> None:
        by_subject: dict[UUID, list[str]] = {}
        for step in self._event.steps.values():
            if (subject := self._members.get(step.subject)) is not None:
                by_subject.setdefault(subject, []).append(step.service)
        assessed: dict[str, Assessment] = {}
        for subject, services in by_subject.items():
            for answer in dues.assess(people=[subject], services=services, purpose=self._purpose):
                assessed[answer.service] = answer
                self._journey.people = sorted({*self._journey.people, *answer.people})
        for step in self._event.steps.values():
            self._step(step, rows, assessed.get(step.service))
        for service in rows.keys() - self._event.steps.keys():
            self._become(rows[service], Answer(StepState.STOPPED, "the service has left this life event"))

    def _step(self, step: StepDefinition, rows: dict[str, models.Step], assessed: Assessment | None) -> None:
        row = rows[step.service]
        subject = self._members.get(step.subject)
        row.assessment_id = assessed.assessment_id if assessed else None
        row.amount = assessed.amount if assessed else None
        case = cases.case(case_id=row.case_id) if row.case_id else None
        row.applicant_id = case.applicant_id if case else self._applicant(step)
        if self._journey.state == JourneyState.RETRACTED:
            self._become(row, self._undone(row, case))
            return
        if case is not None and case.subject_id != subject:
            self._stop(row, case, Lost("the event is about another person"))
            case, row.case_id, row.applicant_id = None, None, self._applicant(step)
        row.subject_id = subject or row.subject_id
        waits = tuple(need for need in step.needs if not self._exists(rows[need], self._event.steps[need]))
        if case is not None and (lost := self._lost(case, assessed, waits)):
            self._stop(row, case, lost)
            case, row.case_id, row.applicant_id = None, None, self._applicant(step)
        if case is not None and case.applicant_id in self._gone and self._is_over(case):
            # what ended with the one who had applied is open to the other parent
            case, row.case_id, row.applicant_id = None, None, self._applicant(step)
        if case is not None and case.phase is not Phase.STOPPED:
            answer = self._with_case(step, case, waits)
        elif assessed is None or subject is None:
            answer = Answer(StepState.LATER, f"nobody is known as {step.subject}")
        else:
            answer = self._without_case(step, row, assessed, subject, waits)
        self._become(row, answer)

    def _is_over(self, case: Case) -> bool:
        """Whether a case gives nothing any more: it was refused, or the right it gave has ended."""
        if case.phase is not Phase.APPROVED or case.decision_id is None:
            return case.phase is Phase.REFUSED
        end = cases.decision(decision_id=case.decision_id).valid_to
        return end is not None and end <= clock.today()

    def _applicant(self, step: StepDefinition) -> UUID | None:
        for role in step.applicants:
            party = self._members.get(role)
            if party is not None and party not in self._gone and self._may_apply(party):
                return party
        return None

    def _undone(self, row: models.Step, case: Case | None) -> Answer:
        """The life event did not happen: nothing new starts, what runs stops. What was decided is for `reexamination`."""
        reason = "the event was retracted"
        if case is not None:
            self._stop(row, case, Lost(reason))
        elif self._said_no(row):
            return Answer(StepState.DECLINED, row.reason)
        return Answer(StepState.STOPPED, reason)

    def _stop(self, row: models.Step, case: Case, lost: Lost) -> None:
        """End an application that nobody has decided yet; the dead are told nothing."""
        if case.phase in LIVE and case.decision_id is None:
            told = case.applicant_id not in self._gone
            cases.stop(case_id=case.case_id, reason=lost.reason, failing=lost.failing, told=told)

    def _lost(self, case: Case, assessed: Assessment | None, waits: tuple[str, ...]) -> Lost | None:
        """Why an application that nobody has decided can no longer succeed; None while it can."""
        if case.phase not in LIVE or case.decision_id is not None:
            return None
        if self._gone & {case.subject_id, case.applicant_id, self._journey.party_id}:
            return Lost(facts.stopped_by())
        if waits:
            return Lost(f"after {', '.join(waits)}")
        applied = clock.city_date(case.opened_at)
        if assessed is not None and applied != assessed.as_of:
            # who was entitled on the day of the application does not lose that by waiting for the agency
            (assessed,) = dues.assess(
                people=[case.subject_id],
                services=[case.service],
                purpose=self._purpose,
                reader=READER,
                as_of=applied,
                keep=False,
            )
        # a rule that reads otherwise since the application is for the agency to apply
        same_rule = assessed is not None and case.lineage.rule_version in ("", assessed.rule_version)
        if assessed is not None and same_rule and assessed.verdict is Verdict.NOT_DUE:
            return Lost(f"no longer due: {', '.join(assessed.failing)}", assessed.failing)
        return None

    def _exists(self, row: models.Step, step: StepDefinition) -> bool:
        """Whether the results of a step exist, whoever brought them: its case, another one, or a register."""
        subject = self._members.get(step.subject)
        return row.state == StepState.DONE or (subject is not None and self._results_hold(step.service, subject))

    def _results_hold(self, service: str, subject: UUID) -> bool:
        results = cases.case_type(service=service).results
        return bool(results) and all(
            result.exists(self._facts.get((subject, result.fact)), absent=facts.definition(name=result.fact).absent)
            for result in results
        )

    def _with_case(self, step: StepDefinition, case: Case, waits: tuple[str, ...]) -> Answer:
        if case.phase in LIVE:
            return Answer(StepState.UNDER_WAY, failing=waits)
        if case.phase is Phase.APPROVED:
            return Answer(StepState.DONE, failing=waits)
        if self._results_hold(step.service, case.subject_id):
            return Answer(StepState.DONE, "by evidence")
        if case.phase is Phase.REFUSED:
            return Answer(StepState.REFUSED, failing=waits)
        return Answer(StepState.DECLINED, "withdrawn")

    def _without_case(
        self, step: StepDefinition, row: models.Step, assessed: Assessment, subject: UUID, waits: tuple[str, ...]
    ) -> Answer:
        row.case_id = None
        if self._results_hold(step.service, subject):
            return Answer(StepState.DONE, "by evidence")
        if self._gone & {subject, self._journey.party_id}:
            return Answer(StepState.STOPPED, facts.stopped_by())
        if self._said_no(row):
            return Answer(StepState.DECLINED, row.reason)
        if waits:
            return Answer(StepState.LATER, f"after {', '.join(waits)}")
        if assessed.verdict is Verdict.NOT_DUE:
            return Answer(StepState.NOT_DUE, failing=assessed.failing)
        if assessed.verdict is Verdict.WAITING:
            return Answer(StepState.WAITING, f"no figure yet for {', '.join(assessed.late)}")
        until = self._until(step, subject)
        if until is not None and clock.today() > until:
            return Answer(StepState.NOT_DUE, "too_late", failing=("too_late",), offer_until=until)
        if assessed.verdict is Verdict.UNKNOWN:
            return Answer(StepState.ASKS, missing=assessed.missing, offer_until=until)
        return self._due(step, row, assessed, until)

    def _said_no(self, row: models.Step) -> bool:
        return row.state == StepState.DECLINED and row.reason != SWITCHED_OFF

    def _until(self, step: StepDefinition, subject: UUID) -> date | None:
        return step.last_day(self._facts.get((subject, step.expires_after)) if step.expires_after else None)

    def _due(self, step: StepDefinition, row: models.Step, assessed: Assessment, until: date | None) -> Answer:
        if step.mode is Mode.INFORMED:
            return Answer(StepState.INFORMED, offer_until=until)
        if row.applicant_id is None:
            return Answer(StepState.LATER, "nobody can apply")
        words = self._words.get(row.applicant_id)
        if words is None:
            words = self._words[row.applicant_id] = consents.words(party_id=row.applicant_id)
        if step.mode is Mode.AUTOMATIC and words.get(f"automatic:{self._event.name}", False):
            return self.apply(row, assessed, by=PLATFORM)
        if not (words.get("offers", True) and words.get(f"offers:{step.service}", True)):
            return Answer(StepState.DECLINED, SWITCHED_OFF)
        return Answer(StepState.OFFERED, offer_until=until)

    def apply(
        self, row: models.Step, assessed: Assessment, *, by: str, data: Mapping[str, object] | None = None
    ) -> Answer:
        """Open the case of a step that is due, and decide it at once where the law lets the platform do so."""
        assert row.applicant_id is not None
        try:
            case = cases.apply(
                assessed=assessed,
                applicant_id=row.applicant_id,
                key=f"step:{row.id}:{row.attempt + 1}",
                by=by,
                data=data,
            )
        except Conflict as conflict:
            # somebody applied at another door: that case is this step's case, and they are its applicant
            case = cases.by_number(number=conflict.extra["number"])
            row.applicant_id = case.applicant_id
        row.attempt += 1
        row.case_id = case.case_id
        if case.phase is Phase.APPROVED:
            self._decided = True
            return Answer(StepState.DONE)
        telling.submitted(row, case, by_platform=by == PLATFORM)
        return Answer(StepState.UNDER_WAY)

    def become(self, row: models.Step, answer: Answer) -> None:
        """Write what one step is now, with its history and messages."""
        self._become(row, answer)
        self._write()

    def _become(self, row: models.Step, answer: Answer) -> None:
        before = "" if row._state.adding else row.state
        row.failing = list(answer.failing)
        row.missing = [plain(missing) for missing in answer.missing]
        row.offer_until = answer.offer_until
        row.reason = answer.reason[:500]
        changed = before != answer.state
        if changed and answer.state is StepState.OFFERED:
            row.offers += 1
        row.state = answer.state
        asks_anew = self._told.get(row.service) != (row.applicant_id, row.missing)
        self._told[row.service] = (row.applicant_id, row.missing)
        self._touched.append(row)
        if changed or asks_anew:
            self._to_tell.append(row)
        if changed:
            self._changes.append(
                models.Change(
                    party_id=row.party_id,
                    journey_id=row.journey_id,
                    service=row.service,
                    before=before,
                    after=answer.state,
                    reason=row.reason,
                )
            )

    def _write(self) -> None:
        """Write what the steps became: all new ones at once, of the others those that are different now."""
        new = [row for row in self._touched if row._state.adding]
        models.Step.objects.bulk_create(new)
        for row in self._touched:
            if row not in new and self._written.get(row.id) != _values(row):
                row.save()
            self._written[row.id] = _values(row)
        models.Change.objects.bulk_create(self._changes)
        for row in self._to_tell:
            telling.changed(row, StepState(row.state))
        self._touched, self._changes, self._to_tell = [], [], []


def _values(row: models.Step) -> tuple[object, ...]:
    return tuple(getattr(row, field.attname) for field in row._meta.concrete_fields)
