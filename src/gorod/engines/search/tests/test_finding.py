"""Everyday questions find what the city offers, and nothing where it offers nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.apps import apps

from gorod.engines.outbox.tests.factories import at_once
from gorod.engines.search import api
from gorod.engines.search.data import Hit, Kind
from gorod.engines.search.tests.factories import ALLOWANCE, KINDERGARTEN, PARKING, RUSSIAN, first, found, indexed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> Iterator[None]:
    indexed()
    yield
    api.configure(entries=())


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("выплаты на детей", "allowance"),
        ("парковочного разрешения", "parking"),
        ("в очереди детских садов", "kindergarten"),
        ("ПОЛИС!", "policy"),
    ],
)
def test_any_form_of_a_word_is_the_word(asked: str, answer: str) -> None:
    assert first(asked) == answer


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("парковачное разрешение", "parking"), ("пособие на погрибение", "funeral"), ("ежемесечная виплата", "allowance")],
)
def test_a_misspelt_word_is_taken_for_the_one_it_is_like(asked: str, answer: str) -> None:
    assert first(asked) == answer


def test_the_database_of_tests_compares_russian_letters() -> None:
    assert api.corrects_typos()
    indexed([replace(KINDERGARTEN, title="Абвгдейка жзиклмн", texts=(), asked_as=())])
    assert found("абвгдекйа") == ["kindergarten"], "a word without a meaning is found by its letters alone"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            "Здравствуйте! Вернулись из отпуска, дети рады, скажите, положена ли выплата на ребёнка, и куда идти",
            "allowance",
        ),
        ("добрый день, вопрос такой, где есть парковка машин, устал искать место у дома, соседи тоже", "parking"),
    ],
)
def test_a_long_story_is_read_part_by_part(asked: str, answer: str) -> None:
    assert first(asked) == answer


def test_a_letter_with_dots_is_the_one_without() -> None:
    assert found("зеленых") == found("зелёных") == found("ЗЕЛЁНЫХ") == ["parking"]
    dotted = replace(PARKING, texts=(), title="Зеленая парковка")
    indexed([dotted])
    assert found("зелёная") == ["parking"]


@pytest.mark.parametrize(("asked", "answer"), [("скончался муж", "death"), ("стоянка автомобиля", "parking")])
def test_the_same_meaning_is_found_without_a_word_in_common(asked: str, answer: str) -> None:
    assert first(asked) == answer


def test_everyday_words_lead_to_what_does_not_use_them() -> None:
    assert first("ясли") == "kindergarten"


@pytest.mark.parametrize("asked", ["рецепт борща", "кто выиграл матч", "how tall is the eiffel tower", "ыыыы", "42"])
def test_where_the_city_offers_nothing_nothing_is_said(asked: str) -> None:
    assert found(asked) == []


@pytest.mark.parametrize("asked", ["", "   ", "?!", "…", "\x00", "'", "a'b | c & !d:*", "\\", "%", "🙂"])
def test_what_is_no_question_finds_nothing(asked: str) -> None:
    assert found(asked) == []


def test_of_a_very_long_question_the_beginning_is_read() -> None:
    assert first("полис омс " + " " * 400 + "медицинского страхования") == "policy"
    assert api.readable(text="я" * 5000) == "я" * api.LONGEST
    assert found("я" * 5000) == []


def test_a_hit_says_what_it_is() -> None:
    (best, *_) = api.find(text="родился ребенок", language="ru")
    assert (best.kind, best.name) == (Kind.LIFE_EVENT, "birth")


def test_hits_come_best_first_and_no_more_than_wanted() -> None:
    hits: list[Hit] = api.find(text="пособие для семей, где родился ребёнок", language="ru")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) > 1
    assert found("пособие для семей, где родился ребёнок", limit=1) == [hits[0].name]


def test_every_language_has_its_own_answers() -> None:
    assert found("kindergarten", language="en") == ["kindergarten"]
    assert found("library card", language="en") == ["library"]
    assert found("library card", language="ru") == []
    assert found("kindergarten", language="fr") == []


def test_a_language_that_postgresql_does_not_know_is_searched_too() -> None:
    indexed(
        [replace(KINDERGARTEN, language="tlh", title="puq juS"), replace(PARKING, language="zz", title="qwyx zzyk")]
    )
    assert found("puq jus", language="tlh") == ["kindergarten"]
    assert found("qwyx", language="zz") == ["parking"]


def test_a_city_that_offers_nothing_knows_nothing() -> None:
    indexed([])
    assert found("выплата") == []


def test_a_city_of_one_thing_finds_it_and_only_it() -> None:
    indexed([ALLOWANCE])
    assert found("выплаты на детей") == ["allowance"]
    assert found("рецепт борща") == []


def test_the_tables_are_made_once_for_each_content() -> None:
    assert api.index() is False
    api.configure(entries=RUSSIAN)
    assert api.index() is True
    assert api.index() is False
    assert found("library card", language="en") == []


def test_what_left_the_content_is_found_no_longer() -> None:
    assert first("полис омс") == "policy"
    indexed([ALLOWANCE, KINDERGARTEN])
    assert "policy" not in found("полис омс")


def test_a_question_is_kept_nowhere() -> None:
    kept = [model.objects.all() for model in apps.get_app_config("search").get_models()]
    before = [list(rows.values_list()) for rows in kept]
    found("скончался муж")
    assert [list(rows.values_list()) for rows in kept] == before


@pytest.mark.django_db(transaction=True)
def test_several_processes_that_start_at_once_make_the_tables_once() -> None:
    api.configure(entries=RUSSIAN)
    assert sorted(at_once(*[api.index] * 3)) == [False, False, True]
    assert first("полис омс") == "policy"
