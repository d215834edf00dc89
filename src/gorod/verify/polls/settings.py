"""What a poll fixes on the ledger before the first vote: its questions, times and keys, and how many may take part."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gorod.kernel.errors import BadInput

BOX_KEY = 32  # bytes (X25519)
Words = Mapping[str, str]  # by language


def in_language(words: Words, language: str) -> str:
    """In a language, else in the first there is; empty without any."""
    return words.get(language) or next(iter(words.values()), "")


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"  # one option
    SEVERAL = "several"  # some of the options
    RANKING = "ranking"  # some of them, the best first
    POINTS = "points"  # so many points dealt out among them
    RATING = "rating"  # a number of stars, from 1
    TEXT = "text"  # in the voter's own words


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `options`: their ids and words; none for a text or a rating. `least`, `most`: how many options (SEVERAL,
    RANKING), stars (`most`), letters (`most`); of POINTS `most` are dealt out, all of them. `least` 0: it may be left out."""

    id: str
    kind: Kind
    words: Words
    options: Mapping[str, Words]
    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Trustees:
    """Who holds the poll's key together, and how many of them are needed. `shares`: SHA-256 (hexadecimal) of each one's share, by
    name, so that a wrong one is seen."""

    needed: int
    shares: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One version of a poll. A changed question is another version with keys and votes of its own.

    `poll`: the id of this version; `topic`: of the poll of which it is one; `version`: which, from 1. `who`: may take part, in
    words; `rule`: the text of the rule that says so. `eligible`: how many that were at the opening, `districts`: of them where they
    live, small ones together. `opens`, `closes`: with a time zone. `token_key`: DER of the RSA key that signs tokens blind;
    `ballot_key`: the X25519 key to which answers are sealed, `padded`: to a multiple of so many bytes. `again`: whether one may
    vote again until the closing.
    """

    poll: str
    topic: str
    version: int
    title: Words
    questions: tuple[Question, ...]
    who: Words
    rule: str
    eligible: int
    districts: Mapping[str, int]
    opens: datetime
    closes: datetime
    again: bool
    token_key: bytes
    ballot_key: bytes
    padded: int
    trustees: Trustees | None = None

    @cached_property
    def signs_tokens(self) -> RSAPublicKey:
        """The key that signs tokens. Raises BadInput when it is none."""
        try:
            key = load_der_public_key(self.token_key)
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, RSAPublicKey):
            raise BadInput("the poll's key for tokens is no RSA key", remedy="raise an alarm: nobody can vote by it")
        return key


def written(settings: Settings) -> dict[str, Any]:
    """As it stands on the ledger: JSON."""
    return {
        **asdict(settings),
        "questions": [written_question(one) for one in settings.questions],
        "opens": settings.opens.isoformat(),
        "closes": settings.closes.isoformat(),
        "token_key": b64encode(settings.token_key).decode(),
        "ballot_key": b64encode(settings.ballot_key).decode(),
    }


def read(content: Mapping[str, Any]) -> Settings:
    """From what stands on the ledger. Raises BadInput when it is no poll."""
    try:
        found = Settings(
            poll=str(content["poll"]),
            topic=str(content["topic"]),
            version=int(content["version"]),
            title=_words(content["title"]),
            questions=tuple(read_question(one) for one in content["questions"]),
            who=_words(content["who"]),
            rule=str(content["rule"]),
            eligible=int(content["eligible"]),
            districts={str(name): int(count) for name, count in content["districts"].items()},
            opens=datetime.fromisoformat(content["opens"]),
            closes=datetime.fromisoformat(content["closes"]),
            again=content["again"] is True,
            token_key=b64decode(content["token_key"], validate=True),
            ballot_key=b64decode(content["ballot_key"], validate=True),
            padded=int(content["padded"]),
            trustees=_trustees(content["trustees"]),
        )
        if len(found.ballot_key) != BOX_KEY or found.padded < 1 or found.opens.tzinfo is None or not found.questions:
            raise ValueError("out of range")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("this entry says that it is a poll and is none", remedy="raise an alarm") from error
    return found


def written_question(question: Question) -> dict[str, Any]:
    """A question as JSON. Options are a list: what is an object has no order there."""
    options = [{"id": option, "words": dict(words)} for option, words in question.options.items()]
    return {**asdict(question), "options": options}


def read_question(content: Mapping[str, Any]) -> Question:
    """A question from JSON. Raises KeyError, ValueError, TypeError or AttributeError when it is none."""
    return Question(
        id=str(content["id"]),
        kind=Kind(content["kind"]),
        words=_words(content["words"]),
        options={str(option["id"]): _words(option["words"]) for option in content["options"]},
        least=int(content["least"]),
        most=int(content["most"]),
    )


def _trustees(content: Mapping[str, Any] | None) -> Trustees | None:
    if content is None:
        return None
    shares = {str(name): str(digest) for name, digest in content["shares"].items()}
    return Trustees(needed=int(content["needed"]), shares=shares)


def _words(content: Mapping[str, Any]) -> Words:
    return {str(language): str(text) for language, text in content.items()}
