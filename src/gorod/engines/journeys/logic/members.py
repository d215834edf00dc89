"""Who takes part in a life event now, and what is known of them besides what rules ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from gorod.engines.cases import api as cases
from gorod.engines.journeys import models
from gorod.engines.journeys.data import LifeEvent
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Scalar
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.parties import api as parties

READER = Reader(kind="platform", name="journeys")


class Members:
    """`of`: role → person. `facts` of them: results of the steps, dates that deadlines run from, who may apply. `gone`: those
    whose part in everything has ended, under every id they have had."""

    def __init__(self, journey: models.Journey, event: LifeEvent) -> None:
        self.of: dict[str, UUID] = {}
        self.facts: Mapping[tuple[UUID, str], Scalar | None] = {}
        self.gone: set[UUID] = set()
        self._journey = journey
        self._event = event
        self._purpose = f"life event: {event.name}"
        must = event.applicants_must
        self._choosing = ({facts.stopped_by()} - {""}) | (must.names if must else set())

    def look(self) -> None:
        """Choose one person for each role and read what the steps need to know of them."""
        relations = sorted(set(self._event.roles.values()))
        about = self._journey.party_id
        self._choose(facts.related(party_id=about, relations=relations, purpose=self._purpose, reader=READER))
        names = set(self._choosing)
        for step in self._event.steps.values():
            names |= {result.fact for result in cases.case_type(service=step.service).results}
            names |= {step.expires_after} if step.expires_after else set()
        people = list(dict.fromkeys(self.of.values()))
        self._read(people, names)
        self.gone = self._dead(people)

    def may_apply(self, party: UUID) -> bool:
        """Whether what the city demands of applicants is known to be so."""
        demanded = self._event.applicants_must
        if demanded is None:
            return True
        known = {name: self.facts.get((party, name)) for name in demanded.names}
        return expressions.evaluate(demanded, known) is True

    def _choose(self, related: Mapping[str, tuple[UUID, ...]]) -> None:
        """Of several (children) the one of before, else one who can apply, else the first."""
        self.of = {self._event.about: self._journey.party_id}
        found = {role: related[relation] for role, relation in self._event.roles.items() if related.get(relation)}
        several = sorted({person for people in found.values() if len(people) > 1 for person in people})
        gone: set[UUID] = set()
        if several:
            self._read(several, self._choosing)
            gone = self._dead(several)
        for role, people in found.items():
            before = [person for person in people if str(person) == self._journey.members.get(role)]
            wanted = dict.fromkeys([*before, *people])
            able = (person for person in wanted if person not in gone and self.may_apply(person))
            self.of[role] = people[0] if len(people) == 1 else next(able, people[0])

    def _read(self, people: Collection[UUID], names: Collection[str]) -> None:
        known = facts.values(people=people, names=names, purpose=self._purpose, reader=READER)
        self.facts = {(party, name): value for party, of_them in known.items() for name, value in of_them.items()}

    def _dead(self, people: Collection[UUID]) -> set[UUID]:
        gone = {party for party in people if self.facts.get((party, facts.stopped_by())) is True}
        if self._event.goes_on:
            gone.discard(self._journey.party_id)
        return {party for every in parties.identities(party_ids=gone).values() for party in every} if gone else gone
