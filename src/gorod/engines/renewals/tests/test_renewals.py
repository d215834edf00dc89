"""Rights that end: a warning before, renewal without an application, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import CaseType, Decision, Phase
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import LifeEvent
from gorod.engines.journeys.tests import factories as city
from gorod.engines.journeys.tests.factories import Family, days, family, inbox, letters
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Template, Texts
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import Every
from gorod.engines.renewals import api
from gorod.engines.rules.data import DatedFigure
from gorod.kernel import clock
from gorod.kernel.errors import NotFound
from gorod.kernel.periods import add_months
from gorod.records.consents import api as consents
from gorod.records.facts.tests.factories import state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


def install(**changes: Any) -> None:
    """The small city, with the case type of the allowance changed."""
    city.configure(types=types(**changes), listeners=(payments.on_case_change,))
    payments.configure(every={"allowance": Every.MONTH}, treasury="treasury")


def types(**changes: Any) -> tuple[CaseType, ...]:
    return tuple(replace(kind, **changes) if kind.service == "allowance" else kind for kind in city.CASE_TYPES)


def granted(home: Family, service: str = "allowance", data: dict[str, Any] | None = None) -> Decision:
    """A right for a year, granted today."""
    journey = city.birth(home)
    journeys.accept(step_id=city.steps(journey)[service].step_id, by=home.mother, data=data)
    case = city.case_of(journey, service)
    if case.decision_id is None:
        cases.decide(case_id=case.case_id, approved=True, by="officer")
    return rights(home, service)[-1]


def rights(home: Family, service: str = "allowance") -> list[Decision]:
    about = home.mother if service == "parking" else home.child
    return [d for d in cases.decisions_of(party_id=about) if d.service == service and d.approved]


def running(home: Family) -> list[str]:
    return [c.number for c in cases.cases_of(subjects=[home.child]) if c.phase is Phase.OPEN]


@contextmanager
def before_end(right: Decision, number: int) -> Iterator[None]:
    """So many days before the right ends; negative: after."""
    assert right.valid_to is not None
    with clock.moved_by(right.valid_to - clock.today() - days(number)):
        yield


def told(home: Family) -> list[str]:
    """What the mother was told of the right and its renewal."""
    kinds = ("right_ends", "right_ends_renews", "right_lost", "renewal_asks", "renewed", "offer_ends")
    return [kind for kind, service in inbox(home.mother) if kind in kinds and service in ("allowance", "parking")]


def test_nothing_is_said_long_before_the_end() -> None:
    home = family()
    right = granted(home)
    with before_end(right, 30):
        assert api.run_day() == 0
        assert told(home) == []


def test_first_a_warning_then_the_renewal_without_an_application() -> None:
    home = family()
    right = granted(home)
    with before_end(right, 29):
        assert api.run_day() == 0
        assert (told(home), running(home)) == (["right_ends_renews"], [])
    with before_end(right, 14):
        assert api.run_day() == 1
        (number,) = running(home)
        renewal = cases.by_number(number=number)
        assert (renewal.applicant_id, renewal.subject_id, renewal.amount) == (home.mother, home.child, 3 * city.MINIMUM)
        assert renewal.lineage.assessment_id is not None
        assert renewal.data["renews"] == cases.case(case_id=right.case_id).number
    assert told(home) == ["right_ends_renews"]


def test_the_same_day_again_changes_nothing() -> None:
    home = family()
    right = granted(home)
    for number in (29, 14, 13, 0, -1):
        with before_end(right, number):
            api.run_day()
            before = (inbox(home.mother), running(home), rights(home))
            assert api.run_day() == 0
            assert (inbox(home.mother), running(home), rights(home)) == before
    assert len(running(home)) == 1


def test_the_agency_decides_early_and_the_new_right_begins_when_the_old_one_ends() -> None:
    home = family()
    right = granted(home)
    with before_end(right, 14):
        api.run_day()
        (number,) = running(home)
        cases.decide(case_id=cases.by_number(number=number).case_id, approved=True, by="officer")
    first, second = rights(home)
    assert first.valid_to is not None
    assert (second.valid_from, second.valid_to) == (first.valid_to, add_months(first.valid_to, 12))


def test_what_the_platform_may_decide_is_renewed_at_once_and_the_person_is_told() -> None:
    install(decides_by="automatic")
    home = family()
    right = granted(home)
    with before_end(right, 10):
        assert api.run_day() == 1
        assert api.run_day() == 0
    assert rights(home)[1].valid_from == right.valid_to
    assert told(home) == ["renewed"]


def test_a_year_later_the_renewed_right_is_renewed_in_its_turn_or_lost() -> None:
    """The child is two years old when the second year ends."""
    install(decides_by="automatic")
    home = family(born=clock.today())
    with before_end(granted(home), 10):
        api.run_day()
    second = rights(home)[1]
    with before_end(second, 10):
        assert api.run_day() == 0
    assert told(home) == ["renewed", "right_lost"]


def test_a_missing_fact_is_asked_and_the_answer_renews() -> None:
    home = family()
    right = granted(home)
    state(home.father, "income", None)
    with before_end(right, 20):
        assert api.run_day() == 0
        assert api.run_day() == 0
        assert told(home) == ["renewal_asks"]
        assert running(home) == []
        state(home.father, "income", 7, since=clock.today())
    with before_end(right, 14):
        assert api.run_day() == 1
    assert len(running(home)) == 1


def test_a_lost_right_says_which_condition_and_renews_nothing() -> None:
    said = Template(subject="{service}: lost", body="Because of: {conditions}")
    words = {"allowance": {"poor": "Your income is above the limit."}}
    messages.configure(texts=Texts(general={"en": {"right_lost": said}}, conditions={"en": words}))
    home = family()
    right = granted(home)
    state(home.father, "income", 10**9)
    with before_end(right, 10):
        assert api.run_day() == 0
    assert letters(home.mother)[-1].body == "Because of: Your income is above the limit."
    assert running(home) == []


def test_a_lost_right_comes_back_with_the_corrected_fact() -> None:
    home = family()
    right = granted(home)
    state(home.father, "income", 10**9)
    with before_end(right, 12):
        assert api.run_day() == 0
    state(home.father, "income", 10)
    with before_end(right, 11):
        assert api.run_day() == 1
    assert told(home) == ["right_lost"]


def test_who_switched_renewal_off_is_only_warned_for_good() -> None:
    home = family()
    right = granted(home)
    consents.say(party_id=home.mother, scope="renewal:allowance", allowed=False, by="resident")
    for number in (29, 14, 1, -1):
        with before_end(right, number):
            assert api.run_day() == 0
    assert (told(home), running(home)) == (["right_ends"], [])


def test_who_allows_it_again_is_renewed() -> None:
    home = family()
    right = granted(home)
    consents.say(party_id=home.mother, scope="renewal:allowance", allowed=False, by="resident")
    with before_end(right, 14):
        api.run_day()
    consents.say(party_id=home.mother, scope="renewal:allowance", allowed=True, by="resident")
    with before_end(right, 13):
        assert api.run_day() == 1


@pytest.mark.parametrize("renewal", ["none", "offered"])
def test_what_is_not_renewed_by_itself_ends_with_a_warning(renewal: str) -> None:
    install(renewal=renewal)
    home = family()
    right = granted(home)
    for number in (29, 10, -3):
        with before_end(right, number):
            assert api.run_day() == 0
    assert (told(home), running(home)) == (["right_ends"], [])


def test_an_application_that_runs_already_is_not_doubled() -> None:
    home = family()
    right = granted(home)
    own = cases.submit(
        service="allowance", subject_id=home.child, applicant_id=home.mother, key="own", by="mother", data={}
    )
    with before_end(right, 10):
        assert api.run_day() == 0
    assert running(home) == [own.number]


def test_a_right_the_person_got_anew_is_not_renewed_once_more() -> None:
    home = family()
    right = granted(home)
    with before_end(right, 20):
        own = cases.submit(service="allowance", subject_id=home.child, applicant_id=home.mother, key="own", by="mother")
        cases.decide(case_id=own.case_id, approved=True, by="officer")
    with before_end(right, 10):
        assert api.run_day() == 0
    assert (told(home), running(home)) == ([], [])


def test_each_of_two_rights_side_by_side_is_renewed() -> None:
    install(one_live_per=("subject", "circle"))
    home = family()
    right = granted(home, data={"circle": "chess"})
    with clock.moved_by(days(3)):
        choir = cases.submit(
            service="allowance",
            subject_id=home.child,
            applicant_id=home.mother,
            key="choir",
            by="mother",
            data={"circle": "choir"},
        )
        cases.decide(case_id=choir.case_id, approved=True, by="officer")
    with before_end(right, 5):
        assert api.run_day() == 2
    assert {c.data["circle"] for c in cases.cases_of(subjects=[home.child]) if c.phase is Phase.OPEN} == {
        "chess",
        "choir",
    }


def test_a_decision_that_a_person_looks_at_waits_for_that_person() -> None:
    home = family()
    right = granted(home)
    cases.reopen(case_id=right.case_id, by="platform", reason="a fact was corrected")
    with before_end(right, 10):
        assert api.run_day() == 0
    cases.keep_decision(case_id=right.case_id, by="officer", reason="right")
    with before_end(right, 9):
        assert api.run_day() == 1


def test_a_refused_renewal_is_not_asked_again_every_morning() -> None:
    home = family()
    right = granted(home)
    with before_end(right, 14):
        api.run_day()
        (number,) = running(home)
        case = cases.by_number(number=number)
        cases.decide(case_id=case.case_id, approved=False, by="officer", reasons=("too_late",))
    with before_end(right, 13):
        assert api.run_day() == 0
    assert running(home) == []


def test_a_late_figure_neither_renews_nor_takes_a_right_away() -> None:
    home = family()
    right = granted(home)
    assert right.valid_to is not None
    late = DatedFigure(since=date(2000, 1, 1), until=right.valid_to, figure=city.MINIMUM)
    city.configure(types=types(), figures=city.minimum(late), listeners=())
    with before_end(right, 12):
        assert api.run_day() == 0
        assert told(home) == ["right_ends"]
    install()
    with before_end(right, 11):
        assert api.run_day() == 1


def test_no_end_passes_unnoticed_though_the_platform_stood_still() -> None:
    home, other = family(), family()
    right, long_ago = granted(home), granted(other)
    with before_end(right, -60):
        assert api.run_day() == 2
    with before_end(long_ago, -api.LATE_DAYS - 1):
        assert cases.rights_ending(since=clock.today() - days(api.LATE_DAYS), before=clock.today()) == []


def test_what_cannot_be_done_for_one_stops_no_other() -> None:
    home, driver = family(), family()
    right = granted(home)
    state(driver.mother, "large_family", True)
    granted(driver, "parking")
    city.configure(types=tuple(kind for kind in types() if kind.service != "parking"), event=_without("parking"))
    with before_end(right, 10):
        with pytest.raises(ExceptionGroup) as caught:
            api.run_day()
        assert len(running(home)) == 1
    assert [type(error) for error in caught.value.exceptions] == [NotFound]


def _without(service: str) -> LifeEvent:
    return replace(city.BIRTH, steps={name: step for name, step in city.BIRTH.steps.items() if name != service})


def test_offers_are_warned_of_before_they_end_and_close_when_they_are_over() -> None:
    home = family(born=clock.today())
    journey = city.birth(home)
    until = city.steps(journey)["gift"].offer_until
    assert until is not None
    kinds = [kind for kind, service in inbox(home.mother) if service == "gift"]
    assert kinds == ["offered"]
    for before in (20, 19, 0):
        with clock.moved_by(until - clock.today() - days(before)):
            api.run_day()
            assert city.states(journey)["gift"] == "offered"
    with clock.moved_by(until - clock.today() + days(1)):
        api.run_day()
        assert city.states(journey)["gift"] == "not_due"
    assert [kind for kind, service in inbox(home.mother) if service == "gift"] == ["offered", "offer_ends"]


@pytest.mark.parametrize("who", ["mother", "child"])
def test_nothing_is_renewed_in_the_name_of_the_dead_and_they_are_told_nothing(who: str) -> None:
    home = family()
    right = granted(home)
    state(getattr(home, who), "deceased", True)
    for number in (29, 14, -1):
        with before_end(right, number):
            assert api.run_day() == 0
    assert (told(home), len(rights(home)), running(home)) == ([], 1, [])


def test_the_months_that_have_begun_are_ordered_once() -> None:
    home = family()
    right = granted(home)
    months = [o.period for o in payments.orders_of(cases=[right.case_id])]
    with clock.moved_by(add_months(clock.today(), 3) - clock.today()):
        for _ in range(2):
            api.run_day()
    assert len(months) == 1
    periods = [o.period for o in payments.orders_of(cases=[right.case_id])]
    assert len(periods) == len(set(periods)) == 4
