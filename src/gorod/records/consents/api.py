"""The door of consents.

Scopes: `offers` (being offered anything unasked), `offers:<service>`, `automatic:<life event>` (applying on one's behalf),
`renewal:<service>`, `polls` (being told when the city asks something).
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from gorod.kernel.errors import BadInput
from gorod.records.consents import models
from gorod.records.consents.data import Word

KINDS = ("offers", "automatic", "renewal", "polls")


def say(*, party_id: UUID, scope: str, allowed: bool, by: str) -> None:
    """Record what a resident allows or switches off. Raises BadInput on an unknown kind of scope."""
    if scope.split(":")[0] not in KINDS:
        raise BadInput(f"no consent is called {scope!r}", remedy=f"begin with {', '.join(KINDS)}")
    models.Word.objects.create(party_id=party_id, scope=scope, allowed=allowed, by=by)


def words(*, party_id: UUID) -> Mapping[str, bool]:
    """Scope → the latest word about it; scopes that nothing was said about are left out."""
    return dict(models.Word.objects.filter(party_id=party_id).order_by("id").values_list("scope", "allowed"))


def allowing(*, scope: str, after: UUID | None, limit: int) -> list[UUID]:
    """The next residents by id whose latest word about a scope is yes: to walk over all of them in pieces."""
    rows = models.Word.objects.filter(scope=scope)
    rows = rows.filter(party_id__gt=after) if after else rows
    latest = rows.order_by("party_id", "-id").distinct("party_id").values("party_id", "allowed")
    found: list[UUID] = []
    for one in latest.iterator():
        if len(found) == limit:
            break
        if one["allowed"]:
            found.append(one["party_id"])
    return found


def history(*, party_id: UUID) -> list[Word]:
    """Everything the resident said, oldest first."""
    rows = models.Word.objects.filter(party_id=party_id).order_by("id")
    return [Word(scope=row.scope, allowed=row.allowed, at=row.at, by=row.by) for row in rows]
