"""Refusals that say what is wrong, where, and what to do. The API turns each into an RFC 9457 problem."""

from __future__ import annotations

from typing import Any, ClassVar


class GorodError(Exception):
    """Something the caller can understand and act on.

    `status` is the HTTP status a face answers with, `code` the stable last part of the problem type,
    `extra` members added to the problem (RFC 9457, section 3.2).
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, *, remedy: str = "", **extra: Any) -> None:
        super().__init__(f"{detail} {remedy}".strip())
        self.detail = detail
        self.remedy = remedy
        self.extra = extra


class Refused(GorodError):
    """The request is well formed but cannot be carried out as it stands."""

    status = 422
    code = "refused"
    title = "The request cannot be carried out"


class BadInput(GorodError):
    """The input is not what was agreed: schema, type, range, unknown name."""

    status = 400
    code = "bad-input"
    title = "The input is not valid"


class NotFound(GorodError):
    """Nothing is known under that name or number."""

    status = 404
    code = "not-found"
    title = "Not found"


class Conflict(GorodError):
    """It was true a moment ago, or it exists already in another form."""

    status = 409
    code = "conflict"
    title = "In conflict with what exists"


class Forbidden(GorodError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class ContentError(GorodError):
    """A city's content is wrong. `place` is `file:line`."""

    status = 500
    code = "content"
    title = "The city's content is wrong"

    def __init__(self, detail: str, *, remedy: str = "", place: str = "", **extra: Any) -> None:
        super().__init__(detail, remedy=remedy, **extra)
        self.place = place
