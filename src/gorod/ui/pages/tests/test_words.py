"""The engine's own words exist in every language that it ships."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gorod.ui import words

SOURCE = words.FOLDER.parents[1]
LANGUAGES = sorted(path.parents[1].name for path in words.FOLDER.glob("*/LC_MESSAGES/django.po"))
SAID = re.compile(r"""{%\s*translate\s+"([^"]+)"(?: as \w+)?\s*%}""")
IN_CODE = re.compile(r"""\b(?:_|gettext|gettext_lazy)\(\s*"([^"]+)"\s*\)""")
WITH = re.compile(r"""{%\s*blocktranslate(?: with [^%]*)?\s*%}(.+?){%\s*endblocktranslate\s*%}""", re.DOTALL)
COUNTED = re.compile(r"{%\s*blocktranslate count[^%]*%}(.+?){%\s*plural\s*%}", re.DOTALL)


def wanted() -> set[str]:
    """Every message that a template, a face or an engine says."""
    texts = [path.read_text() for path in SOURCE.glob("*/*/templates/**/*.html")]
    counted = {re.sub(r"{{ (\w+) }}", r"%(\1)s", found) for text in texts for found in COUNTED.findall(text)}
    counted |= {re.sub(r"{{ (\w+) }}", r"%(\1)s", found) for text in texts for found in WITH.findall(text)}
    files = [*SOURCE.glob("faces/**/*.py"), *SOURCE.glob("engines/**/*.py")]
    code = [path.read_text() for path in files if "tests" not in path.parts]
    said = {found for text in texts for found in SAID.findall(text)}
    return said | counted | {found for text in code for found in IN_CODE.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_and_nothing_is_left_over(language: str) -> None:
    with Path(words.FOLDER, language, "LC_MESSAGES", "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id and all(_forms(m.string))}
    assert known == wanted()


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]
