"""Reading JSON that others wrote, strictly: each refusal says where it is and what to do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from gorod.kernel.errors import BadInput
from gorod.verify.allotment.problem import LONGEST_ID, LONGEST_TEXT, MOST_LANGUAGES


def loaded(raw: bytes, *, what: str) -> Any:
    """The content of a file. Raises BadInput when it is no JSON (RFC 8259) or says a member of an object twice."""
    try:
        return json.loads(raw, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{what} is no JSON that can be read: {error}", remedy="take the file as published") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _count),) = Counter(name for name, _content in pairs).most_common(1)
        raise ValueError(f"an object says {twice[:LONGEST_ID]!r} twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:LONGEST_ID]} is no whole number")


def wrong(where: str, what: str, remedy: str) -> NoReturn:
    """Refuse. `where`: which part of the file."""
    raise BadInput(f"{where}: {what}", remedy=remedy)


def members(content: Any, where: str, needed: Collection[str], free: Collection[str] = ()) -> Mapping[str, Any]:
    """An object with these members, `free` ones perhaps, and no others."""
    if not isinstance(content, dict):
        wrong(where, "is no object", f"write an object with {', '.join(needed)}")
    for name in needed:
        if name not in content:
            wrong(where, f"says no {name}", "add it")
    for name in content:
        if name not in needed and name not in free:
            wrong(where, f"says {name[:LONGEST_ID]!r}, which nobody knows", "leave it out, or correct its name")
    return content


def listed(content: Any, where: str, most: int) -> list[Any]:
    """A list."""
    if not isinstance(content, list):
        wrong(where, "is no list", "write a list, [] for none")
    if len(content) > most:
        wrong(where, f"has {len(content):,} lines", f"at most {most:,} are allowed")
    return content


def mapped(content: Any, where: str, most: int) -> Mapping[str, Any]:
    """An object with members of any name."""
    if not isinstance(content, dict):
        wrong(where, "is no object", "write an object, {} for none")
    if len(content) > most:
        wrong(where, f"has {len(content):,} members", f"at most {most:,} are allowed")
    return content


def name(content: Any, where: str) -> str:
    """An id, a code, a number: printable, without blanks around it."""
    if not isinstance(content, str) or not content or content != content.strip() or not content.isprintable():
        wrong(where, "is no id", "write some letters or digits in quotes, without blanks around them")
    if len(content) > LONGEST_ID:
        wrong(where, f"has {len(content):,} characters", f"at most {LONGEST_ID} are allowed")
    return content


def whole(content: Any, where: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    if type(content) is not int or not least <= content <= most:
        wrong(where, "is no number that is allowed", f"write a whole number from {least:,} to {most:,}")
    return content


def words(content: Any, where: str) -> dict[str, str]:
    """What something is called, in one language at least."""
    found = mapped(content, where, MOST_LANGUAGES)
    if not found:
        wrong(where, "has no words in any language", 'write for example {"en": "Nursery 5"}')
    for language, text in found.items():
        name(language, f"{where}, a language")
        if not isinstance(text, str) or not text.strip() or not text.isprintable() or len(text) > LONGEST_TEXT:
            wrong(f"{where}, {language}", "is no text", f"write 1 to {LONGEST_TEXT} printable characters")
    return dict(found)


def digest_of(content: Any, where: str) -> str:
    """SHA-256 in hexadecimal, small letters."""
    if not isinstance(content, str) or len(content) != 64 or set(content) - set("0123456789abcdef"):
        wrong(where, "is no SHA-256", "write 64 hexadecimal digits in small letters")
    return content


def distinct(found: Collection[str], where: str) -> None:
    """Nothing is there twice."""
    if len(set(found)) < len(found):
        (twice, _count), *_ = Counter(found).most_common(1)
        wrong(where, f"says {twice} twice", "say it once")


def text(content: Any, where: str, most: int = LONGEST_TEXT) -> str:
    """A printable text, perhaps empty."""
    if not isinstance(content, str) or len(content) > most or not (content.isprintable()):
        wrong(where, "is no text", f"write up to {most:,} printable characters in quotes")
    return content
