"""What the frame of every page shows: the city, its languages, who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from babel import Locale
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gorod.catalogue import api as catalogue
from gorod.faces.accounts import access
from gorod.faces.api import problems
from gorod.records.installation import api as installation
from gorod.records.officials import api as officials
from gorod.records.parties import api as parties


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values for `gorod/page.html`; the name of the signed-in person is read when a page shows it."""
    city, language = catalogue.current(), catalogue.language()
    rest = (
        request.get_full_path_info().lstrip("/").partition("/")[2]
        if catalogue.language_of(path=request.path_info)
        else ""
    )
    return {
        "city": city.names[language],
        "language": language,
        "of_the_law": city.languages[0],  # names of acts are quoted as they were passed
        "languages": [
            {
                "code": code,
                "name": (Locale.parse(code).get_display_name(code) or code).capitalize(),
                "current": code == language,
                "address": f"/{code}/{rest}",
            }
            for code in city.languages
        ],
        "home": f"/{language}/",
        "made_up": SimpleLazyObject(lambda: _if_there(installation.is_synthetic)),
        "person": SimpleLazyObject(lambda: _if_there(lambda: _person(request))),
        "works_here": SimpleLazyObject(lambda: _if_there(lambda: _works_here(request))),
        "served": SimpleLazyObject(lambda: _if_there(lambda: _served(request))),
    }


def _if_there(look: Callable[[], Any]) -> Any:
    """What the database says; nothing while it is away, so that a page can still say so."""
    try:
        return look()
    except problems.AWAY:
        return ""


def _person(request: HttpRequest) -> str:
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return ""
    user = request.user
    if user.resident_id is None:
        known = officials.officials(official_ids=[user.pk]).get(user.pk)
        return known.name if known else user.login
    names = parties.party(party_id=user.resident_id).names
    return " ".join(part for part in (names.given_name, names.patronymic) if part) or names.full()


def _works_here(request: HttpRequest) -> bool:
    """Whether an account of the city's staff is signed in."""
    return hasattr(request, "user") and request.user.is_authenticated and request.user.resident_id is None


def _served(request: HttpRequest) -> str:
    """Whom the clerk serves who is signed in."""
    visit = access.visit(request) if _works_here(request) else None
    return parties.party(party_id=visit.party_id).names.full() if visit else ""
