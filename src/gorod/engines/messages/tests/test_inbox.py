"""One message for each thing that happened, in the resident's language, in words that fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import transaction

from gorod.engines.messages import api
from gorod.engines.messages.data import Message, Month, Template, Texts
from gorod.engines.messages.tests.factories import TEXTS, VALUES, resident, tell
from gorod.engines.outbox.tests.factories import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _texts() -> Iterator[None]:
    api.configure(texts=TEXTS)
    yield
    api.configure(texts=Texts())


def only(party_id: object) -> Message:
    (message,) = api.inbox(party_id=party_id)  # type: ignore[arg-type]
    return message


def test_the_same_thing_is_told_once() -> None:
    anna = resident()
    assert tell(anna, key="decision:1", about="case:1") is True
    assert tell(anna, key="decision:1", values={**VALUES, "amount": "9"}) is False
    message = only(anna)
    assert (message.key, message.kind, message.about) == ("decision:1", "approved", "case:1")
    assert "5 000" in message.body


def test_the_same_thing_can_concern_two_people_and_one_person_several_things() -> None:
    anna, boris = resident(), resident()
    assert [tell(anna, key="1"), tell(boris, key="1"), tell(anna, key="2")] == [True, True, True]
    assert [m.key for m in api.inbox(party_id=anna)] == ["1", "2"]


@pytest.mark.django_db(transaction=True)
def test_the_same_thing_told_from_several_places_at_once_is_told_once() -> None:
    anna = resident(email="anna@example.org")
    told = at_once(*[partial(tell, anna, key="decision:1")] * 4)
    assert sorted(told) == [False, False, False, True]
    assert only(anna).key == "decision:1"
    assert api.send_emails() == 1


@pytest.mark.django_db(transaction=True)
def test_what_did_not_happen_after_all_is_not_told() -> None:
    anna = resident()
    with transaction.atomic():
        tell(anna, key="decision:1")
        transaction.set_rollback(True)
    assert api.inbox(party_id=anna) == []
    assert tell(anna, key="decision:1") is True


@pytest.mark.parametrize(("spoken", "used"), [("en", "en"), ("ru", "ru"), ("", "ru"), ("tg", "ru")])
def test_people_are_told_in_their_language_if_the_city_has_it(spoken: str, used: str) -> None:
    anna = resident(language=spoken)
    tell(anna)
    message = only(anna)
    assert message.language == used
    assert message.subject == {"en": "Lump sum: approved", "ru": "Выплата: решение по делу 2026-0000001-8"}[used]


def test_a_line_about_something_there_is_none_of_is_left_out() -> None:
    anna = resident()
    tell(anna)
    tell(anna, values={**VALUES, "until": ""})
    tell(anna, values={"number": "2026-0000001-8"})
    assert [m.body.splitlines() for m in api.inbox(party_id=anna)] == [
        ["Вам назначено 5 000 ₽.", "Право действует до 2027-06-15.", "Всего доброго!"],
        ["Вам назначено 5 000 ₽.", "Всего доброго!"],
        ["Всего доброго!"],
    ]


@pytest.mark.parametrize(("language", "said"), [("ru", "сентябрь 2027"), ("en", "September 2027")])
def test_a_month_reads_as_a_calendar_is_headed(language: str, said: str) -> None:
    month = Texts(languages=("ru", "en"), general={language: {"paid": Template(subject="{service}", body="{month}")}})
    api.configure(texts=month)
    anna = resident(language=language)
    api.tell(party_id=anna, key="paid", kind="paid", service="gift", values={"month": Month("2027-09")})
    assert only(anna).body == said


def test_a_service_says_it_in_its_own_words_where_it_has_some() -> None:
    anna, boris = resident(), resident(language="en")
    tell(anna, service="gift")
    tell(boris, service="gift")
    assert (only(anna).subject, only(anna).body) == ("Подарок ждёт", "Дело 2026-0000001-8")
    assert only(boris).subject == "gift: approved", (
        "no English text and no English name: the city's text, the folder's name"
    )


def test_a_text_that_is_missing_stops_nothing() -> None:
    anna = resident()
    assert tell(anna, kind="renewed")
    assert (only(anna).subject, only(anna).body) == ("Выплата: renewed", "")


def test_a_subject_stays_on_one_line_and_needs_no_word_that_was_not_given() -> None:
    anna = resident()
    tell(anna, kind="stopped", values={"conditions": "Мать сменила\nместо жительства"})
    tell(anna, kind="stopped", values={})
    assert [m.subject for m in api.inbox(party_id=anna)] == ["Мать сменила место жительства", ""]


def test_braces_in_what_somebody_wrote_are_only_braces() -> None:
    anna = resident()
    tell(anna, kind="stopped", values={"conditions": "{amount} {0} {"})
    assert only(anna).subject == "{amount} {0} {"


def test_reasons_in_words_and_the_code_where_there_are_none() -> None:
    assert api.reasons(codes=["too_late", "other"], language="ru") == ["срок прошёл", "other"]
    assert api.reasons(codes=["too_late"], language="en") == ["too_late"]


def test_read_is_what_its_owner_has_seen() -> None:
    anna, boris = resident(), resident()
    tell(anna, key="1")
    tell(anna, key="2")
    first, second = api.inbox(party_id=anna)
    api.mark_read(party_id=boris, message_ids=[first.message_id])
    assert [m.read_at for m in api.inbox(party_id=anna)] == [None, None]
    api.mark_read(party_id=anna, message_ids=[first.message_id])
    seen_at = api.inbox(party_id=anna)[0].read_at
    api.mark_read(party_id=anna, message_ids=[first.message_id, second.message_id])
    assert seen_at is not None
    assert api.inbox(party_id=anna)[0].read_at == seen_at
    assert api.inbox(party_id=anna)[1].read_at is not None
