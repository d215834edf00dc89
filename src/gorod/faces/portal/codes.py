"""Codes of facts in the words of the city: a code is for registers, people read what it means."""

from __future__ import annotations

import re

from gorod.catalogue import api as catalogue
from gorod.kernel.errors import NotFound
from gorod.records.facts import api as facts
from gorod.records.facts.data import Kind
from gorod.records.places import api as places

_PARTS = {re.escape("{district}"): r"(?P<district>\w+?)", re.escape("{number}"): r"(?P<number>\d+)"}


def in_words(name: str, code: str) -> str:
    """What people call a code of this fact; the code itself where the city has no words for it."""
    if _says_district(name):
        return _district(code)
    names = facts.definition(name=name).code_names
    for pattern, words in names.items():
        if (found := _matching(pattern, code)) is not None:
            said = words.get(catalogue.language(), code)
            for part, text in found.items():
                said = said.replace(f"{{{part}}}", text)
            return said
    return code


def _says_district(name: str) -> bool:
    """Whether it is the fact that says in which district a person lives, or that fact of somebody else."""
    known = facts.definition(name=name)
    while known.kind is Kind.VIA:
        known = facts.definition(name=known.fact)
    return known.name == catalogue.current().lives_in


def _district(code: str) -> str:
    try:
        return places.district(code=code).names.get(catalogue.language(), code)
    except NotFound:
        return code


def _matching(pattern: str, code: str) -> dict[str, str] | None:
    """What stands for the parts of a pattern, the district by name; None when the code is another one."""
    expression = re.escape(pattern)
    for part, made in _PARTS.items():
        expression = expression.replace(part, made, 1)
    found = re.fullmatch(expression, code)
    if found is None:
        return None
    return {part: _district(text) if part == "district" else text for part, text in found.groupdict().items()}
