"""The door of consents.

Scopes: `offers` (being offered anything unasked), `offers:<service>`, `automatic:<life event>` (applying on one's behalf),
`renewal:<service>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from gorod.kernel.errors import BadInput
from gorod.records.consents import models
from gorod.records.consents.data import Word

KINDS = ("offers", "automatic", "renewal")


def say(*, party_id: UUID, scope: str, allowed: bool, by: str) -> None:
    """Record what a resident allows or switches off. Raises BadInput on an unknown kind of scope."""
    if scope.split(":")[0] not in KINDS:
        raise BadInput(f"no consent is called {scope!r}", remedy=f"begin with {', '.join(KINDS)}")
    models.Word.objects.create(party_id=party_id, scope=scope, allowed=allowed, by=by)


def words(*, party_id: UUID) -> Mapping[str, bool]:
    """Scope → the latest word about it; scopes that nothing was said about are left out."""
    return dict(models.Word.objects.filter(party_id=party_id).order_by("id").values_list("scope", "allowed"))


def history(*, party_id: UUID) -> list[Word]:
    """Everything the resident said, oldest first."""
    rows = models.Word.objects.filter(party_id=party_id).order_by("id")
    return [Word(scope=row.scope, allowed=row.allowed, at=row.at, by=row.by) for row in rows]
