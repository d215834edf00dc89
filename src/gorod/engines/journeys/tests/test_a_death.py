"""A death is a life event of its own: it goes on although the one it is about is gone; only living adults are offered anything."""

from __future__ import annotations

from datetime import date

import pytest

from gorod.engines.cases.tests import factories as of_cases
from gorod.engines.journeys import api
from gorod.engines.journeys.data import LifeEvent, Mode
from gorod.engines.journeys.tests.factories import advanced, configure, family, older_child, step, steps
from gorod.engines.rules.data import RuleSource
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Type
from gorod.kernel.identifiers import new_id
from gorod.records.facts import api as facts
from gorod.records.facts.tests.factories import state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    configure()
    must = expressions.parse(text="age_years >= 18", vocabulary=facts.names(), expect=Type.BOOLEAN)
    funeral = step("funeral", Mode.OFFERED, subject="deceased", applicants=("mother", "father", "child"))
    configure(
        event=LifeEvent(
            name="death",
            about="deceased",
            roles={"mother": "mother", "father": "father", "child": "children"},
            steps={"funeral": funeral},
            goes_on=True,
            applicants_must=must,
        ),
        types=(of_cases.case_type("funeral"),),
        sources=(RuleSource(service="funeral", conditions={"died": "deceased"}),),
    )


def test_the_living_parent_is_offered_what_is_due() -> None:
    home = family()
    state(home.child, "deceased", True)
    state(home.mother, "deceased", True)
    journey = api.start(life_event_name="death", about_id=home.child, event_id=new_id())
    assert advanced(journey) == {"funeral": "offered"}
    assert steps(journey)["funeral"].applicant_id == home.father


def test_nobody_under_age_is_offered_anything() -> None:
    home = family(born=date(2020, 1, 1))
    older_child(home)
    state(home.father, "deceased", True)
    journey = api.start(life_event_name="death", about_id=home.father, event_id=new_id())
    assert advanced(journey) == {"funeral": "later"}
    assert steps(journey)["funeral"].reason == "nobody can apply"


def test_of_several_children_one_who_is_of_age_is_offered_it() -> None:
    home = family(born=date(2020, 1, 1))
    grown_up = older_child(home)
    state(grown_up, "birth_date", date(2000, 1, 1))
    state(home.father, "deceased", True)
    journey = api.start(life_event_name="death", about_id=home.father, event_id=new_id())
    assert advanced(journey) == {"funeral": "offered"}
    assert steps(journey)["funeral"].applicant_id == grown_up
    state(grown_up, "deceased", True)
    assert advanced(journey) == {"funeral": "later"}


def test_an_offer_stays_with_the_one_who_has_it_and_the_others_see_nothing() -> None:
    home = family(born=date(2004, 1, 1))
    grown_up = older_child(home)
    state(grown_up, "birth_date", date(2000, 1, 1))
    state(home.child, "birth_date", date(2020, 1, 1))
    state(home.father, "deceased", True)
    journey = api.start(life_event_name="death", about_id=home.father, event_id=new_id())
    advanced(journey)
    assert steps(journey)["funeral"].applicant_id == grown_up
    state(home.child, "birth_date", date(1999, 1, 1))
    advanced(journey)
    assert steps(journey)["funeral"].applicant_id == grown_up
    assert api.journeys_of(party_id=home.child) == []
