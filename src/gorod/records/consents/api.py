"""The door of consents.

Scopes: `offers` (being offered anything unasked), `offers:<service>`, `automatic:<life event>` (applying on one's behalf),
`renewal:<service>`.
"""

from __future__ import annotations

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


def allows(*, party_id: UUID, scope: str, unless_said: bool) -> bool:
    """The latest word about exactly this scope, `unless_said` when there is none."""
    row = models.Word.objects.filter(party_id=party_id, scope=scope).order_by("-id").first()
    return unless_said if row is None else row.allowed


def history(*, party_id: UUID) -> list[Word]:
    """Everything the resident said, oldest first."""
    rows = models.Word.objects.filter(party_id=party_id).order_by("id")
    return [Word(scope=row.scope, allowed=row.allowed, at=row.at, by=row.by) for row in rows]
