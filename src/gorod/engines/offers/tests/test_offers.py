"""What is newly due is offered once, to who may say yes; it is accepted, declined or withdrawn, and each is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.cases.tests import factories as of_cases
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import StepState
from gorod.engines.journeys.tests import factories as city
from gorod.engines.journeys.tests.factories import family, inbox, older_child
from gorod.engines.messages import api as messages
from gorod.engines.offers import api
from gorod.engines.offers.data import OfferState
from gorod.engines.offers.tests.factories import AID, Nights, install, only
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.renewals import api as renewals
from gorod.engines.rules.data import RuleSource
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.tests.factories import link, state
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


def adult(income: int = 5000, name: str = "Anna") -> UUID:
    """A grown-up who lives in the city; with more than 1000 the aid is not due."""
    person = parties.create(names=Names(given_name=name))
    state(person, "birth_date", date(1990, 1, 1))
    state(person, "registered", True)
    earns(person, income)
    return person


def earns(person: UUID, income: int | None) -> None:
    state(person, "income", income)


def poor_now(nights: Nights, income: int = 400) -> UUID:
    """Somebody to whom the aid was not due the night before and is tonight."""
    person = adult()
    nights.pass_by(person)
    earns(person, income)
    nights.pass_by(person)
    return person


def state_of(person: UUID) -> OfferState:
    return only(person).state


def test_the_first_sweep_is_where_comparing_begins(nights: Nights) -> None:
    person = adult(income=0)
    first = nights.pass_by(person)
    assert (first.before, first.people, first.batches) == ((), 0, 0)
    assert api.offers_of(party_id=person) == [] and inbox(person) == []


def test_what_began_is_offered_and_told_once_with_the_amount(nights: Nights) -> None:
    person = poor_now(nights)
    offer = only(person)
    assert (offer.service, offer.amount, offer.applicant_id, offer.state) == ("aid", 1000, person, OfferState.OPEN)
    assert offer.conditions == ("adult", "poor") and offer.found_on == clock.today()
    assert [kind for kind, _ in inbox(person)] == ["due_found"]
    assert api.open_for(party_id=person) == [offer]
    assert [row.purpose for row in facts.access_log(party_id=person)].count("offer after a sweep") >= 1
    last = api.last_following()
    assert last is not None and (last.began, last.people, last.batches, last.done, last.made) == (1, 1, 1, 1, 1)
    nights.pass_by(person)
    assert only(person) == offer and len(inbox(person)) == 1


def test_somebody_new_in_the_city_is_offered_what_is_due(nights: Nights) -> None:
    nights.pass_by(adult())
    newcomer = adult(income=100)
    nights.pass_by(newcomer)
    assert state_of(newcomer) is OfferState.OPEN


def test_what_is_due_no_more_when_the_batch_is_done_is_not_offered(nights: Nights) -> None:
    person = adult()
    nights.pass_by(person)
    earns(person, 0)
    nights.follow(nights.sweep([person]))
    earns(person, 9000)
    run_jobs()
    assert api.offers_of(party_id=person) == []


def test_yes_makes_one_case_at_whatever_door(nights: Nights) -> None:
    person = poor_now(nights)
    offer = only(person)
    accepted = api.accept(offer_id=offer.offer_id, by=person)
    assert api.accept(offer_id=offer.offer_id, by=person) == accepted
    (case,) = cases.cases_of(subjects=[person])
    assert (accepted.state, accepted.case_id, case.amount) == (OfferState.ACCEPTED, case.case_id, 1000)
    other = poor_now(nights)
    made = applications.apply(service="aid", subject_id=other, applicant_id=other, key="another door", by="test")
    assert (only(other).state, only(other).case_id) == (OfferState.ACCEPTED, made.case_id)
    assert [change.state for change in api.history(offer=only(other))] == ["open", "accepted"]


def test_a_no_stays_no_for_the_same_right_until_they_change_their_mind(nights: Nights) -> None:
    person = poor_now(nights)
    declined = api.decline(offer_id=only(person).offer_id, by=person)
    assert declined.state is OfferState.DECLINED
    assert api.decline(offer_id=declined.offer_id, by=person) == declined
    for income in (9000, 300):
        earns(person, income)
        nights.pass_by(person)
    assert state_of(person) is OfferState.DECLINED and len(inbox(person)) == 1
    assert api.resume(offer_id=declined.offer_id, by=person).state is OfferState.OPEN
    assert api.accept(offer_id=declined.offer_id, by=person).case_id is not None
    with pytest.raises(Refused):
        api.decline(offer_id=declined.offer_id, by=person)


def test_after_a_change_of_law_a_declined_one_is_another_right(nights: Nights) -> None:
    person = poor_now(nights)
    api.decline(offer_id=only(person).offer_id, by=person)
    earns(person, 1500)
    nights.pass_by(person)
    install(replace(AID, conditions={**AID.conditions, "poor": "income < 2 * minimum"}))
    nights.pass_by(person)
    assert [offer.state for offer in api.offers_of(party_id=person)] == [OfferState.DECLINED, OfferState.OPEN]


def test_what_ceased_is_withdrawn_with_its_reason_and_offered_anew_when_it_begins_again(nights: Nights) -> None:
    person = poor_now(nights)
    earns(person, 9000)
    nights.pass_by(person)
    gone = only(person)
    assert (gone.state, gone.failing) == (OfferState.WITHDRAWN, ("poor",))
    assert [kind for kind, _ in inbox(person)] == ["due_found", "offer_withdrawn"]
    assert api.open_for(party_id=person) == []
    with pytest.raises(Refused, match="not on offer"):
        api.accept(offer_id=gone.offer_id, by=person)
    earns(person, 100)
    nights.pass_by(person)
    assert [offer.state for offer in api.offers_of(party_id=person)] == [OfferState.WITHDRAWN, OfferState.OPEN]


def test_a_fact_that_is_not_known_any_more_takes_nothing_back(nights: Nights) -> None:
    person = poor_now(nights)
    earns(person, None)
    nights.pass_by(person)
    assert state_of(person) is OfferState.OPEN and len(inbox(person)) == 1
    with pytest.raises(Refused) as refused:
        api.accept(offer_id=only(person).offer_id, by=person)
    assert [one["name"] for one in refused.value.extra["missing"]] == ["income"]


def test_another_amount_is_shown_quietly(nights: Nights) -> None:
    person = poor_now(nights)
    earns(person, 100)
    nights.pass_by(person)
    assert only(person).amount == 2000 and len(inbox(person)) == 1
    assert [change.amount for change in api.history(offer=only(person))] == [1000, 2000]


def test_nothing_is_offered_to_who_has_switched_it_off(nights: Nights) -> None:
    for scope in ("offers", "offers:aid"):
        person = adult()
        consents.say(party_id=person, scope=scope, allowed=False, by="test")
        nights.pass_by(person)
        earns(person, 0)
        nights.pass_by(person)
        assert api.offers_of(party_id=person) == [] and inbox(person) == []
    person = poor_now(nights)
    consents.say(party_id=person, scope="offers", allowed=False, by="test")
    assert api.open_for(party_id=person) == []


def test_nothing_is_offered_that_is_applied_for_or_to_the_dead(nights: Nights) -> None:
    applied, dead = adult(), adult()
    nights.pass_by(applied, dead)
    for person in (applied, dead):
        earns(person, 0)
    applications.apply(service="aid", subject_id=applied, applicant_id=applied, key="test-key", by="test")
    state(dead, "deceased", True, since=clock.today())
    nights.pass_by(applied, dead)
    assert api.offers_of(party_id=applied) == api.offers_of(party_id=dead) == []
    late = poor_now(nights)
    state(late, "deceased", True, since=clock.today())
    earns(late, 9000)
    nights.pass_by(late)
    assert state_of(late) is OfferState.WITHDRAWN and len(inbox(late)) == 1, "the dead are told nothing"


def test_what_is_due_to_a_child_is_offered_to_a_parent_who_wants_offers(nights: Nights) -> None:
    home = family(incomes=(9000, 9000), born=date(2025, 6, 1))
    state(home.child, "recorded", True)
    consents.say(party_id=home.mother, scope="offers:allowance", allowed=False, by="test")
    nights.pass_by(home.child)
    for parent in (home.mother, home.father):
        earns(parent, 100)
    nights.pass_by(home.child)
    offer = only(home.child)
    assert (offer.service, offer.applicant_id, offer.amount) == ("allowance", home.father, 3000)
    assert api.open_for(party_id=home.father) == [offer]
    assert api.open_for(party_id=home.mother) == [] == api.open_for(party_id=home.child)
    assert [kind for kind, _ in inbox(home.father)] == ["due_found"] and inbox(home.mother) == []
    stranger = adult()
    with pytest.raises(NotFound):
        api.accept(offer_id=offer.offer_id, by=stranger)
    with pytest.raises(NotFound):
        api.accept(offer_id=offer.offer_id, by=home.child)
    case_id = api.accept(offer_id=offer.offer_id, by=home.mother).case_id
    assert case_id is not None and cases.case(case_id=case_id).applicant_id == home.mother


def test_a_life_event_that_has_the_service_offers_it_itself(nights: Nights) -> None:
    home = family(incomes=(9000, 9000))
    journey = city.birth(home)
    nights.pass_by(home.child)
    for parent in (home.mother, home.father):
        earns(parent, 100)
    nights.pass_by(home.child)
    assert city.steps(journey)["allowance"].state is StepState.OFFERED
    assert api.offers_of(party_id=home.child) == []
    assert [kind for kind, service in inbox(home.mother) if service == "allowance"] == ["offered"]


def test_a_life_event_tells_of_what_an_agency_does_by_itself(nights: Nights) -> None:
    home = family()
    journey = city.birth(home)
    waits = RuleSource(service="note", conditions={"here": "mother_registered"})
    install(waits)
    state(home.mother, "registered", False)
    assert city.advanced(journey)["note"] == StepState.NOT_DUE
    nights.pass_by(home.child)
    state(home.mother, "registered", True)
    nights.pass_by(home.child)
    assert city.states(journey)["note"] == StepState.INFORMED and api.offers_of(party_id=home.child) == []


def test_a_step_that_is_over_does_not_keep_a_new_right_from_being_offered(nights: Nights) -> None:
    home = family()
    journey = city.birth(home)
    case = city.accepted(journey, "allowance", home.mother)
    cases.decide(case_id=case.case_id, approved=False, by="officer", reasons=["too_late"])
    for parent in (home.mother, home.father):
        earns(parent, 9000)
    nights.pass_by(home.child)
    for parent in (home.mother, home.father):
        earns(parent, 100)
    nights.pass_by(home.child)
    assert [offer.service for offer in api.offers_of(party_id=home.child)] == ["allowance"]


def test_what_agencies_do_by_themselves_and_what_is_over_is_not_offered(nights: Nights) -> None:
    """A child new in the city, born long ago: `note` only tells, `gift` is too late, `record` is done, `large` is another's."""
    home = family(born=date(2020, 1, 1))
    nights.pass_by(adult())
    state(home.child, "recorded", True)
    nights.pass_by(home.child)
    assert {offer.service for offer in api.offers_of(party_id=home.child)} == {"number", "clinic"}


def test_a_service_about_a_parent_is_the_parents_own(nights: Nights) -> None:
    home = family()
    nights.pass_by(home.mother, home.father)
    older_child(home)
    nights.pass_by(home.mother, home.father)
    offer = only(home.mother)
    assert (offer.service, offer.applicant_id) == ("large", home.mother)
    assert offer not in api.open_for(party_id=home.father)
    with pytest.raises(NotFound):
        api.offer(offer_id=offer.offer_id, by=home.father)


def test_offers_end_after_a_warning_and_quietly(nights: Nights) -> None:
    born = clock.today()
    home = family(born=born)
    state(home.child, "recorded", True)
    nights.pass_by(adult())
    nights.pass_by(home.child)
    gift = next(offer for offer in api.offers_of(party_id=home.child) if offer.service == "gift")
    assert gift.until is not None
    told = [kind for kind, _ in inbox(home.mother)]
    api.run_day()
    assert [kind for kind, _ in inbox(home.mother)] == told, "it is long until then"
    with clock.moved_by(gift.until - clock.today() - city.days(5)):
        for _ in range(2):
            api.run_day()
        assert [kind for kind, _ in inbox(home.mother)] == [*told, "offer_ends"]
    with clock.moved_by(gift.until - clock.today() + city.days(1)):
        for _ in range(2):
            api.run_day()
        over = api.offer(offer_id=gift.offer_id, by=home.mother)
        assert (over.state, over.failing) == (OfferState.WITHDRAWN, ("too_late",))
        assert [kind for kind, _ in inbox(home.mother)] == [*told, "offer_ends"]


def test_what_rests_on_what_ceased_is_looked_at(nights: Nights) -> None:
    person = poor_now(nights)
    case_id = api.accept(offer_id=only(person).offer_id, by=person).case_id
    assert case_id is not None
    nights.pass_by(person)
    earns(person, 9000)
    nights.pass_by(person)
    assert cases.case(case_id=case_id).phase is Phase.STOPPED
    assert state_of(person) is OfferState.ACCEPTED


def test_a_right_that_ends_and_is_lost_is_told_with_the_sweep_and_not_again_in_the_morning(nights: Nights) -> None:
    lasting = of_cases.case_type("aid", right_months=1, renewal="automatic")
    install(types=(lasting, *city.CASE_TYPES))
    person = adult(income=100)
    case = applications.apply(service="aid", subject_id=person, applicant_id=person, key="test-key", by="test")
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    run_jobs()
    with clock.moved_by(city.days(10)):
        nights.pass_by(person)
        state(person, "income", 9000, since=clock.today())
        nights.pass_by(person)
        assert [kind for kind, _ in inbox(person)].count("right_lost") == 1
        renewals.run_day()
        assert [kind for kind, _ in inbox(person)].count("right_lost") == 1


def test_a_message_says_whom_it_is_for(nights: Nights) -> None:
    home = family()
    nights.pass_by(adult())
    nights.pass_by(home.child)
    assert {message.about.partition(":")[0] for message in messages.inbox(party_id=home.mother)} == {"offer"}


def test_links_alone_let_a_parent_act(nights: Nights) -> None:
    """Whom a parent acts for and who acts for a child are the same relation, seen from either side."""
    child, parent = parties.create(), adult()
    state(child, "birth_date", date(2020, 1, 1))
    link(child, "mother", parent)
    link(parent, "children", child)
    assert applications.people_acting_for(party_id=child) == {parent: "mother"}
    assert applications.people_acted_for(party_id=parent) == (parent, child)
    assert applications.people_acting_for(party_id=parent) == {}
    assert journeys.steps_about(subject_id=child, service="gift") == []
