"""Facts, sums, dates and purposes as people read them, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.cases.data import Case, HistoryEntry
from gorod.engines.messages import api as messages
from gorod.faces.portal import codes
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.kernel.expressions.data import Scalar
from gorod.records.facts import api as facts
from gorod.records.facts.data import Missing, Reader
from gorod.records.parties import api as parties

MONEY = ("kopecks", "cents")  # units of facts that are money in hundredths


def money(hundredths: int) -> str:
    """A sum in the city's currency; a whole one without hundredths."""
    text = format_currency(hundredths / 100, catalogue.current().currency, locale=catalogue.language())
    return re.sub(r"[.,]00(?!\d)", "", text)


def currency() -> str:
    """What the city's money is called."""
    return get_currency_name(catalogue.current().currency, locale=catalogue.language(), count=5)


def day(when: date) -> str:
    """A date in long form."""
    return format_date(when, "long", locale=catalogue.language())


def month(code: str) -> str:
    """A month, from `YYYY-MM`."""
    return format_date(date.fromisoformat(f"{code}-01"), "LLLL y", locale=catalogue.language())


def share(part: float) -> str:
    """A part of a whole, in per cent."""
    return format_percent(part, locale=catalogue.language())


def figure(number: float) -> str:
    """A number; one digit behind the point at the most."""
    return format_decimal(round(number, 1), locale=catalogue.language())


def moment(when: datetime) -> str:
    """An instant in the city's own time."""
    return format_datetime(clock.in_city(when), "d MMMM y, HH:mm", locale=catalogue.language())


def value(name: str, known: Scalar | None) -> str:
    """The value of a fact, with its unit."""
    if known is None:
        return _("not known")
    if isinstance(known, bool):
        return _("yes") if known else _("no")
    if isinstance(known, date):
        return day(known)
    if isinstance(known, int):
        unit = facts.definition(name=name).unit
        return money(known) if unit in MONEY else f"{format_decimal(known, locale=catalogue.language())} {unit}".strip()
    return codes.in_words(name, known)


def given(name: str, stored: object) -> str:
    """What somebody said of a fact, as it is kept; as it stands when it is no value of the fact any more."""
    try:
        return value(name, facts.checked_value(name=name, value=stored))
    except BadInput:
        return str(stored)


def meaning(name: str) -> str:
    """What a fact means, or what a number is called by which people are found, beginning with a capital letter."""
    number = catalogue.current().identifiers.get(name)
    words = (
        number[catalogue.language()] if number else facts.describe(names=[name], language=catalogue.language())[name]
    )
    return words[:1].upper() + words[1:]


def question(name: str, *, what_if: bool = False) -> str:
    """How a fact is asked for; its meaning where the city has no question. `what_if`: of anybody, who only supposes it."""
    known, language = facts.definition(name=name), catalogue.language()
    supposed = known.what_if.get(language, "") if what_if else ""
    return supposed or (known.ask or {}).get(language) or meaning(name)


def owner(agency: str) -> str:
    """The name of an agency, or of whoever else a fact comes from."""
    if agency == "resident":
        return _("said by a resident, not by a register")
    known = catalogue.current().agencies.get(agency)
    return known.names.get(catalogue.language(), agency) if known else agency


def service(name: str) -> str:
    """What a service is called."""
    return messages.service_name(service=name, language=catalogue.language())


def status(case: Case, *, ended: bool = False) -> str:
    """The status of a case in the city's words; of a right that has ended, that it has."""
    if ended:
        return _("its time is over")
    return catalogue.current().status_texts.get(catalogue.language(), {}).get(case.status, case.status)


def failing(of_service: str, names: tuple[str, ...]) -> list[str]:
    """The sentences that a service says for conditions that fail."""
    words = catalogue.current().texts.conditions.get(catalogue.language(), {}).get(of_service, {})
    return [words[name] for name in names if name in words]


def person(party_id: UUID, me: UUID) -> str:
    """How a resident reads of somebody: `you`, a name, or `your child` for one who has no name yet."""
    return people([party_id], me)[party_id]


def people(party_ids: Collection[UUID], me: UUID) -> dict[UUID, str]:
    """The same of several, in one look."""
    known = parties.parties(party_ids=[party for party in party_ids if party != me])
    return {
        party: _("you") if party == me else (known[party].names.full() if party in known else "") or _("your child")
        for party in party_ids
    }


def missing(listed: Iterable[Missing], people: Collection[UUID]) -> list[str]:
    """What is missing; of another adult only that they are asked."""
    return sorted(
        {_missing(one) if one.party_id in people else _("Somebody else of the family is asked") for one in listed}
    )


def _missing(one: Missing) -> str:
    if not one.relation:
        return meaning(one.name)
    words = facts.relation(name=one.name).meaning.get(catalogue.language(), one.name)
    return words[:1].upper() + words[1:]


def happened(entry: HistoryEntry) -> str:
    """What happened to a case; a status in the city's words."""
    words = {
        "submitted": _("Application made"),
        "decided": _("Decided"),
        "kept": _("Looked at again: the decision stays"),
        "revoked": _("The decision before was taken back"),
        "reopened": _("Looked at again"),
        "appealed": _("Appealed"),
        "answered": _("Answered"),
        "withdrawn": _("Withdrawn"),
        "stopped": _("Ended: it could no longer succeed"),
        "assigned": _("Handed over"),
        "stale": _("A status came late and changed nothing"),
        "review": _("Looked at again"),
    }
    statuses = catalogue.current().status_texts.get(catalogue.language(), {})
    return words.get(entry.what, statuses.get(entry.status, entry.status).capitalize())


def who(signature: str, agency: str) -> str:
    """Who did something in a case of an agency, as histories sign it; empty for residents themselves."""
    first, _space, rest = signature.partition(" ")
    if signature == "platform":
        return _("the platform, no person")
    if first == "clerk" or rest.startswith("at "):
        return _("at the counter: %(office)s") % {"office": owner(rest.rpartition(" ")[2])}
    if first == "official":
        return _("An official of: %(agency)s") % {"agency": owner(agency)}
    return owner(signature) if signature in catalogue.current().agencies else ""


def reader(who: Reader, me: str) -> str:
    """Who looked."""
    if who.kind == "resident":
        return _("you") if who.name == me else _("somebody who acts for you")
    if who.kind == "agency":
        return owner(who.name)
    if who.kind == "official":
        return _("An official of: %(agency)s") % {"agency": owner(who.name.partition("/")[0])}
    return _("the platform, no person")


def purpose(text: str) -> str:
    """Why somebody looked: the platform's own purposes in words, an agency's as it gave it."""
    words = {
        "life event": _("to see what is due to you"),
        "application": _("application"),
        "question": _("to answer your question"),
        "renewal": _("renewal"),
        "payment": _("payment"),
        "payments that wait": _("payment"),
        "for whom a resident may act": _("for whom you may act"),
        "the resident looks": _("to show you what is known about you"),
        "at the counter": _("to serve you at the counter"),
        "search for a case": _("to find an application"),
        "how many apply in each district": _("to count how many apply in each district"),
        "emergency": _("opened without an application"),
        "allotment": _("to see which priorities you have for a place"),
        "booking": _("to see whether you may book"),
        "the day's appointments": _("to see who comes on a day"),
        "appeal against a missed appointment": _("to answer why you could not come"),
        "offer after a sweep": _("to offer what has become due"),
        "who may act for a resident": _("to see who may act for you"),
        "sweep of the whole city": _("to see what is due to whom in the whole city"),
        "change of law tried": _("to see what a change of law would bring"),
        "demonstration": _("to show how the city works, with made-up people"),
    }
    if text.startswith("review of case "):
        again = _("looking again at a decision")
        return f"{again}: {text.removeprefix('review of case ')}"
    if text.startswith("case "):
        work = _("to work on an application")
        return f"{work}: {text.removeprefix('case ')}"
    if text.startswith("dispute of "):
        return _("to answer a dispute")
    kind, _colon, what = text.partition(": ")
    if kind not in words:
        return text
    if kind in ("emergency", "change of law tried"):
        return f"{words[kind]}: {what}"
    return f"{words[kind]}: {service(what)}" if what in catalogue.current().services else words[kind]
