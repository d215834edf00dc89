"""What is shown: judged by published rules, told with its reasons, changed, objected to, decided by somebody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from gorod.engines.proposals import api
from gorod.engines.proposals.data import Reason, Stage, State, What
from gorod.engines.proposals.tests.factories import comment, discussed, kinds, moderator, resident, suggest, told
from gorod.kernel.errors import BadInput, Conflict, Forbidden, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.ledger import api as ledger
from gorod.records.officials.data import Role
from gorod.records.officials.tests.factories import official
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db
REFUSED = {"reasons": [Reason.INSULTS, Reason.ADVERTISING], "words": "Leave out the second sentence."}


def test_a_proposal_waits_until_somebody_lets_it_through() -> None:
    anna = resident()
    made = suggest(anna)
    assert (made.state, made.stage, made.own, made.last_day) == (State.WAITS, Stage.SUGGEST, True, None)
    assert api.proposals(stages=list(Stage), limit=10) == []
    with pytest.raises(NotFound):
        api.proposal(proposal_id=made.proposal_id, viewer=resident())
    with pytest.raises(NotFound):
        api.history(about_id=made.proposal_id)
    one = moderator()
    (waits,) = api.waiting(official=one, limit=10)
    assert (waits.about_id, waits.comment, waits.objected, waits.title) == (made.proposal_id, False, False, "A bench")
    api.let_through(official=one, about_id=made.proposal_id)
    seen = api.proposal(proposal_id=made.proposal_id)
    assert (seen.state, seen.stage, seen.own, seen.author) == (State.SHOWN, Stage.DISCUSS, False, "")
    assert api.waiting(official=one, limit=10) == [] and kinds(anna) == ["proposal_shown"]
    assert [entry.what for entry in api.history(about_id=made.proposal_id)] == [What.LET_THROUGH]
    with pytest.raises(Conflict):
        api.let_through(official=one, about_id=made.proposal_id)


def test_a_refusal_names_rules_of_the_list_and_says_why() -> None:
    anna, one = resident(), moderator("youth_office")
    made = suggest(anna)
    for wrong in ({"reasons": []}, {"words": " "}, {"reasons": [Reason.SAME]}, {"same_as": new_id()}):
        with pytest.raises(BadInput):
            api.refuse(official=one, about_id=made.proposal_id, **{**REFUSED, **wrong})
    api.refuse(official=one, about_id=made.proposal_id, **REFUSED)
    sent, refused = api.history(about_id=made.proposal_id, viewer=anna)
    assert (sent.what, sent.title, sent.text) == (What.SENT, "A bench", "In the yard.")
    assert (refused.reasons, refused.words) == ((Reason.INSULTS, Reason.ADVERTISING), REFUSED["words"])
    assert refused.agency == "youth_office"
    (opening,) = ledger.openings(party_id=anna, about=made.proposal_id)
    assert (opening.kind, opening.content["decision"]) == ("moderation", "refused")
    assert opening.content["reasons"] == ["insults", "advertising"] and opening.content["text"] == "In the yard."
    (message,) = told(anna)
    assert message.kind == "proposal_refused" and message.party_id == anna


def test_what_was_refused_is_changed_and_sent_again() -> None:
    anna, one = resident(), moderator()
    made = suggest(anna)
    changed = {
        "party_id": anna,
        "proposal_id": made.proposal_id,
        "title": "Two benches",
        "text": "There.",
        "named": True,
    }
    with pytest.raises(Refused):
        api.change(**changed)
    api.refuse(official=one, about_id=made.proposal_id, **REFUSED)
    with pytest.raises(NotFound):
        api.change(**{**changed, "party_id": resident()})
    api.change(**changed)
    api.let_through(official=one, about_id=made.proposal_id)
    seen = api.proposal(proposal_id=made.proposal_id)
    assert (seen.title, seen.text, seen.author) == ("Two benches", "There.", "Anna")
    whole = api.history(about_id=made.proposal_id, viewer=anna)
    assert [(entry.what, entry.title) for entry in whole] == [
        (What.SENT, "A bench"),
        (What.REFUSED, ""),
        (What.SENT, "Two benches"),
        (What.LET_THROUGH, ""),
    ]
    assert len(ledger.openings(party_id=anna, about=made.proposal_id)) == 2


@pytest.mark.parametrize("upheld", [True, False])
def test_another_official_judges_an_objection_and_there_is_one(upheld: bool) -> None:
    anna, first, second = resident(), moderator(), moderator()
    made = suggest(anna)
    said = {"party_id": anna, "about_id": made.proposal_id, "words": "It insults nobody."}
    with pytest.raises(Refused):
        api.object_to(**said)
    api.refuse(official=first, about_id=made.proposal_id, **REFUSED)
    api.object_to(**said)
    assert api.own(party_id=anna, about_id=made.proposal_id).state is State.OBJECTED
    (waits,) = api.waiting(official=first, limit=10)
    assert waits.objected and waits.yours
    for act in (api.let_through, lambda **who: api.refuse(**who, **REFUSED)):
        with pytest.raises(Refused) as refused:
            act(official=first, about_id=made.proposal_id)
        assert refused.value.extra["why"] == "own"
    waits, entries = api.one_waiting(official=second, about_id=made.proposal_id)
    assert not waits.yours and [entry.words for entry in entries][1:] == [REFUSED["words"], "It insults nobody."]
    if upheld:
        api.let_through(official=second, about_id=made.proposal_id)
        assert api.proposal(proposal_id=made.proposal_id).stage is Stage.DISCUSS
        return
    api.refuse(official=second, about_id=made.proposal_id, **REFUSED)
    with pytest.raises(Refused) as once:
        api.object_to(**said)
    assert once.value.extra["why"] == "once"
    assert kinds(anna) == ["proposal_refused", "proposal_refused"]


def test_the_same_as_names_one_that_everybody_sees() -> None:
    there, anna = discussed(), resident()
    made, hidden = suggest(anna), suggest(resident())
    for wrong in (hidden.proposal_id, made.proposal_id, new_id()):
        with pytest.raises(BadInput) as same:
            api.refuse(
                official=moderator(), about_id=made.proposal_id, reasons=[Reason.SAME], words="See it.", same_as=wrong
            )
        assert same.value.extra["why"] == "same"
    api.refuse(
        official=moderator(),
        about_id=made.proposal_id,
        reasons=[Reason.SAME],
        words="See it.",
        same_as=there.proposal_id,
    )
    assert api.history(about_id=made.proposal_id, viewer=anna)[-1].same_as == there.proposal_id


def test_comments_are_judged_by_the_same_rules() -> None:
    about, boris, one = discussed(), resident("Boris"), moderator()
    said = comment(boris, about, "You fool!", named=True)
    assert api.comments(proposal_id=about.proposal_id, limit=10) == []
    api.refuse(official=one, about_id=said.comment_id, **REFUSED)
    assert kinds(boris) == ["comment_refused"]
    api.change_comment(party_id=boris, comment_id=said.comment_id, text="You are wrong.", named=True)
    api.refuse(official=one, about_id=said.comment_id, **REFUSED)
    api.object_to(party_id=boris, about_id=said.comment_id, words="That is no insult.")
    with pytest.raises(Refused):
        api.let_through(official=one, about_id=said.comment_id)
    api.let_through(official=moderator(), about_id=said.comment_id)
    (shown,) = api.comments(proposal_id=about.proposal_id, limit=10)
    assert (shown.text, shown.author, shown.own) == ("You are wrong.", "Boris", False)
    assert kinds(boris)[-1] == "comment_shown"
    assert len(ledger.openings(party_id=boris, about=said.comment_id)) == 3
    with pytest.raises(BadInput):
        api.refuse(
            official=one,
            about_id=comment(boris, about).comment_id,
            reasons=[Reason.SAME],
            words="Said.",
            same_as=about.proposal_id,
        )


def test_a_comment_that_is_simply_shown_tells_nobody_and_can_be_taken_back() -> None:
    about, boris = discussed(), resident("Boris")
    said = comment(boris, about)
    api.let_through(official=moderator(), about_id=said.comment_id)
    assert kinds(boris) == []
    for _ in range(2):
        api.withdraw(party_id=boris, about_id=said.comment_id)
    assert api.comments(proposal_id=about.proposal_id, limit=10) == []


def test_only_supervisors_judge() -> None:
    made = suggest(resident())
    for role in (Role.OFFICER, Role.CLERK, Role.OPERATOR):
        who = official(role)
        for act in (
            lambda who=who: api.waiting(official=who, limit=1),
            lambda who=who: api.one_waiting(official=who, about_id=made.proposal_id),
            lambda who=who: api.let_through(official=who, about_id=made.proposal_id),
            lambda who=who: api.refuse(official=who, about_id=made.proposal_id, **REFUSED),
            lambda who=who: api.unanswered(official=who, limit=1),
            lambda who=who: api.answer(official=who, proposal_id=made.proposal_id, taken_up=True, words="Yes."),
        ):
            with pytest.raises(Forbidden):
                act()


def test_who_was_found_to_be_one_person_has_what_both_sent_and_is_told() -> None:
    anna, again = resident(), resident()
    made = suggest(again)
    parties.merge(party_id=anna, duplicate_id=again, by="test", reason="one person")
    assert [one.proposal_id for one in api.own_proposals(party_id=anna)] == [made.proposal_id]
    api.refuse(official=moderator(), about_id=made.proposal_id, **REFUSED)
    assert kinds(anna) == ["proposal_refused"]
    api.object_to(party_id=anna, about_id=made.proposal_id, words="Why?")


def test_the_rules_are_published_in_every_language() -> None:
    for language in ("en", "ru", "de"):
        assert api.rules_in_words(language=language).keys() == set(Reason)
    assert (
        api.rules_in_words(language="ru")[Reason.ADVERTISING] != api.rules_in_words(language="en")[Reason.ADVERTISING]
    )


@pytest.mark.django_db(transaction=True)
def test_two_officials_at_the_same_moment_decide_once() -> None:
    anna, officials = resident(), [moderator() for _ in range(4)]
    made = suggest(anna)

    def decide(who: int) -> bool:
        try:
            if who % 2:
                api.let_through(official=officials[who], about_id=made.proposal_id)
            else:
                api.refuse(official=officials[who], about_id=made.proposal_id, **REFUSED)
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, range(4))) == 1
    assert len(kinds(anna)) == 1
