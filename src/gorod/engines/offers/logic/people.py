"""What follows for some people from what a sweep found otherwise: asked again of the facts of now, one person at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from gorod.engines.applications import api as applications
from gorod.engines.dues import api as dues
from gorod.engines.dues.data import Assessment
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Mode, StepState
from gorod.engines.offers import models
from gorod.engines.offers.data import OfferState
from gorod.engines.offers.logic import telling
from gorod.engines.reexamination import api as reexamination
from gorod.engines.renewals import api as renewals
from gorod.engines.rules.data import Verdict
from gorod.engines.sweeps.data import BEGAN, CEASED
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.parties import api as parties
from gorod.records.snapshots import api as snapshots

READER = Reader(kind="platform", name="offers")
PURPOSE = "offer after a sweep"
ENDED = frozenset({StepState.DONE, StepState.REFUSED, StepState.STOPPED})  # a step that offers nothing any more

Changes = dict[str, str]  # service → what is otherwise


class Work:
    """A batch: everything that is asked of several people at once, then one after the other."""

    def __init__(self, following: models.Following, changes: Sequence[tuple[int, str, str]]) -> None:
        self._following = following
        self._of = _by_person(changes)
        self._gone = facts.gone(people=list(self._of), purpose=PURPOSE, reader=READER) if self._of else frozenset()
        self._answers: dict[tuple[UUID, str], Assessment] = {}
        self._closed: set[tuple[UUID, str]] = set()  # whatever the rule says, nothing can be applied for
        self._ask()

    def run(self) -> None:
        """Do it, again as often as you like. What cannot be done for one person stops no other: all that went wrong is raised
        together at the end (ExceptionGroup)."""
        failed: list[Exception] = []
        for person in sorted(self._of):
            with renewals.one_at_a_time(failed):
                take_turns(person)
                self._person(person, self._of[person])
        if failed:
            raise ExceptionGroup(f"{len(failed)} people of sweep {self._following.sweep} are not done", failed)

    def _ask(self) -> None:
        """The rules again, with the facts of now, for those to whom something could be offered or is."""
        offered = set(
            models.Offer.objects.filter(party_id__in=list(self._of), state=OfferState.OPEN).values_list(
                "party_id", "service"
            )
        )
        together: dict[tuple[str, ...], list[UUID]] = {}
        for person, changes in self._of.items():
            if person not in self._gone:
                wanted = tuple(name for name, what in changes.items() if what == BEGAN or (person, name) in offered)
                together.setdefault(wanted, []).append(person)
        for services, people in together.items():
            for answer in dues.assess(people=people, services=services, purpose=PURPOSE, reader=READER):
                self._answers[answer.party_id, answer.service] = answer
            self._closed |= applications.closed(services=services, subjects=people, purpose=PURPOSE).keys()

    def _person(self, person: UUID, changes: Changes) -> None:
        if person in self._gone:
            for row in _open(person):
                telling.become(row, OfferState.WITHDRAWN, reason=facts.stopped_by())
        for service, what in changes.items():
            answer = self._answers.get((person, service))
            if answer is None:
                continue
            offered = _open(person).filter(service=service).first()
            if offered is not None:
                self._look_again(offered, answer)
            elif what == BEGAN and answer.verdict is Verdict.DUE:
                self._offer(person, answer)
        if CEASED in changes.values():
            reexamination.look(people=[person], cause=f"sweep of {self._following.as_of}")
            renewals.run_rights(party_id=person)

    def _look_again(self, row: models.Offer, answer: Assessment) -> None:
        """An offer that is open shows the amount of now, or is withdrawn. An answer that is open says nothing of a right that was
        lost: what is missing is asked when the person says yes."""
        if answer.verdict is Verdict.NOT_DUE:
            reason = f"no longer due: {', '.join(answer.failing)}"
            telling.become(row, OfferState.WITHDRAWN, reason=reason, failing=answer.failing)
            if row.applicant_id not in self._dead([row.applicant_id]):
                telling.withdrawn(row)
        elif answer.verdict is Verdict.DUE and answer.amount != row.amount:
            row.amount, row.assessment_id = answer.amount, answer.assessment_id
            telling.become(row, OfferState.OPEN, reason=f"another amount: sweep {self._following.sweep}")

    def _offer(self, person: UUID, answer: Assessment) -> None:
        """Offer what is due, unless something speaks against it."""
        service = answer.service
        if _carried(person, service) or not _is_applied_for(service) or self._was_made_or_declined(person, answer):
            return
        if (person, service) in self._closed | applications.standing_cases(
            services=[service], subjects=[person]
        ).keys():
            return
        applicant = self._applicant(person, service)
        if applicant is None:
            return
        row = models.Offer.objects.create(
            party_id=person,
            service=service,
            sweep=self._following.sweep,
            applicant_id=applicant,
            amount=answer.amount,
            until=_last_day(person, service),
            found_on=self._following.as_of,
            conditions=list(dues.rule_set().rule(service).conditions),
            reason=f"due since sweep {self._following.sweep}",
            assessment_id=answer.assessment_id,
            rule_version=answer.rule_version,
        )
        telling.note(row)
        telling.offered(row)

    def _was_made_or_declined(self, person: UUID, answer: Assessment) -> bool:
        """Whether this sweep has offered it already, or the person has said no to it. It is the same right as long as its rule
        reads the same, also when it was not due in between: then they know of it, and may change their mind."""
        made = models.Offer.objects.filter(party_id=person, service=answer.service)
        declined = made.filter(state=OfferState.DECLINED, rule_version=answer.rule_version)
        return (made.filter(sweep=self._following.sweep) | declined).exists()

    def _applicant(self, person: UUID, service: str) -> UUID | None:
        """The first of those who may apply who is alive and has not switched offers off."""
        able = applications.who_may_apply(service=service, subject_id=person)
        dead = self._dead(able)
        return next((one for one in able if one not in dead and allows(one, service)), None)

    def _dead(self, people: Sequence[UUID]) -> frozenset[UUID]:
        others = [one for one in people if one not in self._of]
        return (facts.gone(people=others, purpose=PURPOSE, reader=READER) if others else frozenset()) | self._gone


def _by_person(changes: Sequence[tuple[int, str, str]]) -> dict[UUID, Changes]:
    """Whose keys they are, duplicates that were found since under the one they belong to. A service that has left the city, and
    a key that nobody has (a made-up person's), are left out."""
    meant = snapshots.parties_of(keys_of={key for key, _, _ in changes})
    kept = parties.canonical(party_ids=list(meant.values()))
    services = set(dues.rule_set().services)
    found: dict[UUID, Changes] = {}
    for key, service, what in changes:
        if key in meant and service in services:
            found.setdefault(kept[meant[key]], {})[service] = what
    return found


def take_turns(person: UUID) -> None:
    """Two who look at the same person's offers do it one after the other, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"offers:{person}"])


def _open(person: UUID) -> QuerySet[models.Offer]:
    return models.Offer.objects.select_for_update().filter(party_id=person, state=OfferState.OPEN)


def _is_applied_for(service: str) -> bool:
    """Whether residents apply for a service: not when life events only tell of it, because its agency acts by itself."""
    steps = journeys.steps_of(service=service)
    return not steps or any(step.mode is not Mode.INFORMED and step.applicants for step in steps)


def _carried(person: UUID, service: str) -> bool:
    """Whether a life event that runs has this service for this person: then it is brought up to date, and offers it itself."""
    steps = journeys.steps_about(subject_id=person, service=service)
    for step in steps:
        journeys.advance(journey_id=step.journey_id)
    return bool(steps) and any(
        step.state not in ENDED for step in journeys.steps_about(subject_id=person, service=service)
    )


def allows(applicant: UUID, service: str) -> bool:
    """Whether somebody lets the city offer them this."""
    words = consents.words(party_id=applicant)
    return words.get("offers", True) and words.get(f"offers:{service}", True)


def _last_day(person: UUID, service: str) -> date | None:
    """The last day to apply: the latest that a life event gives the service."""
    steps = [step for step in journeys.steps_of(service=service) if step.expires_after]
    if not steps:
        return None
    names = {step.expires_after for step in steps}
    known = facts.values(people=[person], names=names, purpose=PURPOSE, reader=READER)[person]
    ends = [end for step in steps if (end := step.last_day(known[step.expires_after])) is not None]
    return max(ends, default=None)
