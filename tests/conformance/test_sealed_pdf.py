"""A sealed PDF read by Poppler, which did not make it: its text, its seal, and what becomes of the seal when a letter changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gorod.records.documents import api
from gorod.records.documents.data import Sheet
from tests.browser.tools import on_path

SHEET = Sheet(
    title="Выплата молодой семье",
    number="Решение 2027-0000017-9",
    issuer="Москва · Департамент труда и социальной защиты населения Москвы",
    lines=(
        ("О ком", "Ильина Светлана Анатольевна"),
        ("Сумма", "126 710 ₽"),
        ("По какому закону", "Закон города Москвы от 23 ноября 2005 г. № 60, статья 6, часть 10\n" * 3),
    ),
    check="https://gorod.example/ru/check/ABCDEF234567/",
    check_words="Действует ли документ, можно проверить здесь:",
    language="ru",
)


def poppler(program: str, *words: str) -> str:
    path = on_path([program], package="poppler-utils")
    return subprocess.run([path, *words], capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "decision.pdf"
    path.write_bytes(api.sealed(sheet=SHEET))
    return path


def test_everything_that_the_sheet_says_can_be_read(pdf: Path) -> None:
    text = " ".join(poppler("pdftotext", "-layout", str(pdf), "-").split())
    for words in (SHEET.title, SHEET.number, "Ильина Светлана Анатольевна", "126 710 ₽", SHEET.check):
        assert words in text, text


def test_the_seal_is_over_the_whole_document_and_valid(pdf: Path) -> None:
    said = poppler("pdfsig", str(pdf))
    assert "Signature is Valid." in said and "Total document signed" in said
    assert "ETSI.CAdES.detached" in said, "PAdES, not the older form"


def test_a_changed_letter_breaks_the_seal(pdf: Path, tmp_path: Path) -> None:
    known = pdf.read_bytes()
    at = known.index(b"/Title")
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(known[: at + 12] + bytes([known[at + 12] ^ 1]) + known[at + 13 :])
    assert "Signature is Valid." not in poppler("pdfsig", str(changed))


def test_a_sheet_that_is_longer_than_a_page_goes_on_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    lines = tuple((f"№ {number}", "Слова " * 30) for number in range(30))
    path.write_bytes(api.sealed(sheet=Sheet(**{**vars(SHEET), "lines": lines})))
    text = poppler("pdftotext", "-layout", str(path), "-")
    assert "№ 29" in text and SHEET.check in " ".join(text.split())
