"""One case from submit to decision, with everything an agency's messages can do to it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gorod.engines.cases import api, models
from gorod.engines.cases.data import CaseChange, Phase, Result, StatusOutcome
from gorod.engines.cases.tests.factories import case_type, configure, status, submit
from gorod.engines.dues.data import Assessment
from gorod.engines.outbox import api as outbox
from gorod.engines.rules.data import Verdict
from gorod.kernel.errors import Conflict, GorodError, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import add_months
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader, Vocabulary
from gorod.records.facts.tests.factories import VOCABULARY
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _types() -> None:
    configure()


def test_the_same_key_makes_one_case() -> None:
    subject = new_id()
    first = submit(subject, key="k")
    assert submit(subject, key="k").case_id == first.case_id
    assert len(api.cases_of(subjects=[subject])) == 1


def test_one_live_case_per_subject_and_the_refusal_names_it() -> None:
    subject = new_id()
    first = submit(subject)
    with pytest.raises(Conflict) as caught:
        submit(subject)
    assert caught.value.extra == {"number": first.number}
    api.withdraw(case_id=first.case_id, by="resident")
    assert submit(subject).number != first.number


def test_twins_and_two_circles_each_have_their_case() -> None:
    configure(case_type(one_live_per=("subject", "circle")))
    subject = new_id()
    submit(subject)
    submit(new_id())
    submit(subject, data={"circle": "chess"})
    submit(subject, data={"circle": "choir"})
    with pytest.raises(Conflict):
        submit(subject, data={"circle": "choir"})


def test_a_mistyped_number_is_not_another_case() -> None:
    number = submit().number
    assert number[-1].isdigit()
    wrong = number[:-3] + str((int(number[-3]) + 1) % 10) + number[-2:]
    with pytest.raises(NotFound):
        api.apply_status(status=status(wrong, "approved", 1))


def test_statuses_move_the_case_and_a_repeated_one_changes_nothing() -> None:
    case = submit()
    assert api.apply_status(status=status(case.number, "in_progress", 1)).outcome is StatusOutcome.APPLIED
    assert api.apply_status(status=status(case.number, "in_progress", 1)).outcome is StatusOutcome.REPEATED
    assert api.case(case_id=case.case_id).status == "in_progress"


def test_an_older_status_never_overwrites_a_newer_one() -> None:
    case = submit()
    api.apply_status(status=status(case.number, "asks", 5))
    assert api.apply_status(status=status(case.number, "in_progress", 1)).outcome is StatusOutcome.STALE
    assert api.case(case_id=case.case_id).status == "asks"
    assert [e.what for e in api.history(case_id=case.case_id)] == ["submitted", "status", "stale"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"sender": "other"}, "not a case of other"),
        ({"status": "lost"}, "no status 'lost'"),
        ({"number": "2026-9-9"}, "no case"),
    ],
)
def test_what_cannot_be_applied_says_why(changed: dict[str, str], says: str) -> None:
    case = submit()
    values = {"number": case.number, "code": changed.pop("status", "approved"), "seconds": 1, **changed}
    with pytest.raises(GorodError, match=says):
        api.apply_status(status=status(**values))
    assert api.case(case_id=case.case_id).phase is Phase.OPEN


def test_what_an_agency_asks_is_answered_and_reaches_it() -> None:
    case = submit()
    with pytest.raises(Refused):
        api.answer(case_id=case.case_id, by="resident", data={"account": "1"})
    api.apply_status(status=status(case.number, "asks", 1))
    answered = api.answer(case_id=case.case_id, by="resident", data={"account": "1"})
    assert (answered.phase, answered.data) == (Phase.OPEN, {"account": "1"})
    assert outbox.pull(owner="agency")[-1].type == "case.answered"


Said = dict[str, Any]
DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))
MORE = st.fixed_dictionaries(
    {}, optional={"amount": st.sampled_from([100, 700]), "valid_from": DAYS, "text": st.text("ab")}
)


@settings(max_examples=40, deadline=None)
@given(
    codes=st.lists(
        st.tuples(st.sampled_from(["in_progress", "asks", "approved", "refused"]), st.integers(1, 30), MORE),
        min_size=1,
        max_size=12,
        unique_by=lambda said: said[:2],
    ),
    seed=st.integers(0, 10**6),
)
def test_any_order_of_arrival_ends_in_the_same_state(codes: list[tuple[str, int, Said]], seed: int) -> None:
    """The same statuses in order, and shuffled with repeats, end alike: the last decision, else the last status. What a
    decision leaves out (its amount, its dates) is not taken from one that happened to arrive before it."""
    start = datetime.now(UTC)
    ends = []
    for shuffled in (False, True):
        case = submit(amount=700)
        messages = [
            status(case.number, code, second, key=f"{code}/{second}", at=start + timedelta(seconds=second), **more)
            for code, second, more in codes
        ]
        if shuffled:
            messages = messages + messages
            random.Random(seed).shuffle(messages)
        else:
            messages.sort(key=lambda m: (m.at, m.key))
        for message in messages:
            api.apply_status(status=message)
        end = api.case(case_id=case.case_id)
        standing = api.decisions_of(party_id=case.subject_id)
        decided = [(d.approved, d.reasons, d.amount, d.valid_from, d.valid_to) for d in standing]
        ends.append((end.status, end.phase, end.status_at, end.amount, decided))
        assert len(standing) == (1 if end.phase in (Phase.APPROVED, Phase.REFUSED) else 0)
    assert ends[0] == ends[1]


def test_a_decision_becomes_a_fact_and_its_revocation_takes_the_fact_back() -> None:
    facts.configure(vocabulary=VOCABULARY)
    configure(case_type(results=(Result(fact="registered", value=True),), right_months=12))
    child = parties.create()
    case = submit(child)
    api.decide(case_id=case.case_id, approved=True, by="officer")
    reader = Reader(kind="platform", name="test")

    def registered(as_of: date | None = None) -> object:
        return facts.read(people=[child], names=["registered"], purpose="a test", reader=reader, as_of=as_of)[0].value

    assert registered() is True
    decision = api.decisions_of(party_id=child)[0]
    assert decision.valid_from is not None
    assert registered(decision.valid_from + timedelta(days=370)) is False
    api.reopen(case_id=case.case_id, by="platform", reason="the mother's income was corrected")
    assert registered() is True
    api.decide(case_id=case.case_id, approved=False, by="officer", reasons=("too_late",))
    assert registered() is False
    assert [d.revoked for d in api.decisions_of(party_id=child, standing=False)] == [True, False]
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


def test_a_result_without_value_must_come_with_the_decision() -> None:
    facts.configure(vocabulary=VOCABULARY)
    configure(case_type(results=(Result(fact="status", value=None),)))
    case = submit(parties.create())
    with pytest.raises(Refused, match="must say status"):
        api.apply_status(status=status(case.number, "approved", 1))
    done = api.apply_status(status=status(case.number, "approved", 2, values={"status": "i"}))
    assert done.outcome is StatusOutcome.APPLIED
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


def test_the_same_decision_said_again_is_the_same_decision() -> None:
    changes: list[CaseChange] = []
    configure(listeners=[changes.append])
    case = submit(amount=100)
    api.apply_status(status=status(case.number, "approved", 1))
    first = api.case(case_id=case.case_id).decision_id
    api.apply_status(status=status(case.number, "approved", 9))
    assert api.case(case_id=case.case_id).decision_id == first
    assert [c.what for c in changes] == ["submitted", "decided", "kept"]


def test_a_corrected_value_is_another_decision() -> None:
    facts.configure(vocabulary=VOCABULARY)
    configure(case_type(results=(Result(fact="status", value=None),)))
    child = parties.create()
    case = submit(child)
    for second, value in ((1, "i"), (2, "ii")):
        api.apply_status(status=status(case.number, "approved", second, values={"status": value}))
    reader = Reader(kind="platform", name="test")
    (known,) = facts.read(people=[child], names=["status"], purpose="test", reader=reader)
    assert known.value == "ii"
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


def test_a_decision_that_leaves_all_out_is_as_it_was_applied_for() -> None:
    configure(case_type(right_months=12))
    case = submit(amount=700)
    day = case.opened_at.date()
    api.apply_status(status=status(case.number, "approved", 1, amount=100, valid_from=day - timedelta(days=40)))
    api.apply_status(status=status(case.number, "approved", 2))
    (standing,) = api.decisions_of(party_id=case.subject_id)
    assert (standing.amount, standing.valid_from, standing.valid_to) == (700, day, add_months(day, 12))


def test_the_platform_decides_nothing_that_a_person_looks_at() -> None:
    configure(case_type(decides_by="automatic"))
    child = new_id()
    due = Assessment(
        assessment_id=new_id(),
        party_id=child,
        service="gift",
        verdict=Verdict.DUE,
        failing=(),
        missing=(),
        late=(),
        amount=500,
        values=(),
        rule_version="v",
        as_of=date(2026, 1, 1),
        known_at=datetime.now(UTC),
        statement_ids=(),
        people=(child,),
    )
    case = api.apply(assessed=due, applicant_id=child, key="k", by="resident")
    assert (case.phase, case.amount) == (Phase.APPROVED, 500)
    api.reopen(case_id=case.case_id, by="resident", reason="appeal")
    assert api.apply(assessed=due, applicant_id=child, key="k", by="resident").status == "reopened"


def test_a_status_of_a_time_to_come_is_refused_and_outranks_nothing() -> None:
    case = submit()
    with pytest.raises(Refused, match="still to come"):
        api.apply_status(status=status(case.number, "refused", 3600))
    api.apply_status(status=status(case.number, "approved", 1))
    assert api.case(case_id=case.case_id).phase is Phase.APPROVED


def test_a_decision_from_before_its_values_were_kept_can_be_said_again() -> None:
    changes: list[CaseChange] = []
    configure(case_type(right_months=12), listeners=[changes.append])
    case = submit(amount=700)
    day = case.opened_at.date() + timedelta(days=40)
    api.apply_status(status=status(case.number, "approved", 1, amount=100, valid_from=day))
    models.Decision.objects.update(carried=None)
    api.apply_status(status=status(case.number, "approved", 2))
    (standing,) = api.decisions_of(party_id=case.subject_id)
    assert ([c.what for c in changes][-1], standing.amount, standing.valid_from) == ("kept", 100, day)


def test_a_reopened_case_keeps_its_decision_until_a_person_decides() -> None:
    case = submit()
    api.decide(case_id=case.case_id, approved=True, by="officer")
    reopened = api.reopen(case_id=case.case_id, by="platform", reason="a fact was corrected")
    assert (reopened.phase, reopened.decision_id) == (
        Phase.OPEN,
        api.decisions_of(party_id=case.subject_id)[0].decision_id,
    )
    assert [c.case_id for c in api.under_review()] == [case.case_id]
    with pytest.raises(Refused, match="person"):
        api.stop(case_id=case.case_id, reason="retracted")
    kept = api.keep_decision(case_id=case.case_id, by="officer", reason="still right")
    assert kept.phase is Phase.APPROVED


def test_a_status_from_before_the_reopening_has_lost_its_force() -> None:
    case = submit()
    api.decide(case_id=case.case_id, approved=True, by="officer")
    api.reopen(case_id=case.case_id, by="platform", reason="a fact was corrected")
    late = status(case.number, "approved", -5)
    assert api.apply_status(status=late).outcome is StatusOutcome.STALE


def test_a_refusal_needs_reasons_of_the_list() -> None:
    case = submit()
    with pytest.raises(Refused, match="needs reasons"):
        api.decide(case_id=case.case_id, approved=False, by="officer")
    with pytest.raises(Refused, match="because"):
        api.decide(case_id=case.case_id, approved=False, by="officer", reasons=("because",))


def test_the_agency_reads_every_change_once_and_in_order() -> None:
    case = submit()
    api.apply_status(status=status(case.number, "in_progress", 1))
    items = outbox.pull(owner="agency")
    assert [(i.type, i.data["status"]) for i in items] == [
        ("case.submitted", "submitted"),
        ("case.status", "in_progress"),
    ]
    assert outbox.pull(owner="agency", after=items[-1].seq) == []
    api.apply_status(status=status(case.number, "approved", 2))
    assert [i.type for i in outbox.pull(owner="agency", after=items[-1].seq)] == ["case.decided"]
    assert outbox.pull(owner="other") == []


def test_the_deadline_counts_working_days() -> None:
    case = submit()
    assert (case.deadline - case.opened_at.date()).days >= 5


def test_a_status_that_allows_no_withdrawal() -> None:
    case = submit()
    api.apply_status(status=status(case.number, "in_progress", 1))
    with pytest.raises(Refused, match="cannot be withdrawn"):
        api.withdraw(case_id=case.case_id, by="resident")


def test_an_unknown_id_is_said_to_be_unknown() -> None:
    with pytest.raises(NotFound, match="no case"):
        api.case(case_id=UUID(int=5))
