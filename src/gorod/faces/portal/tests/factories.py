"""A family of the tiny city, signed in."""

from __future__ import annotations

from uuid import UUID

from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Step
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import born, install, resident


class Home:
    """A mother, the other parent whose income nobody knows, their newborn, a stranger; each adult signed in."""

    def __init__(self) -> None:
        install()
        self.mother = resident("M1", yearly_income=1_000_000)
        self.other = resident("P1")
        self.stranger = resident("S1")
        _, self.baby = born()
        self.as_mother, self.as_other, self.as_stranger = (
            signed_in(who) for who in (self.mother, self.other, self.stranger)
        )

    @property
    def journey(self) -> UUID:
        return journeys.journeys_of(party_id=self.mother)[0].journey_id

    def step(self, service: str) -> Step:
        found = journeys.journeys_of(party_id=self.mother)[0].steps
        return next(step for step in found if step.service == service)

    def cases(self, service: str) -> list[Case]:
        people = applications.people_acted_for(party_id=self.mother)
        return [c for c in cases.cases_of(subjects=people, applicants=[self.mother]) if c.service == service]

    def case(self, service: str) -> Case:
        return self.cases(service)[0]

    def case_count(self) -> int:
        return len(cases.cases_of(subjects=[self.mother, self.baby]))
