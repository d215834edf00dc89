"""Every refusal as an OperationOutcome."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.problems import NotAllowed, TooLarge, Unauthenticated, Unavailable
from gorod.faces.api.problems import answer as problem
from gorod.kernel.errors import BadInput, Conflict, Forbidden, GorodError, NotFound, Refused

MEDIA_TYPE = "application/fhir+json"
MOST_ISSUES = 50


class NotAcceptable(GorodError):
    """Only JSON is spoken."""

    status = 406
    code = "not-acceptable"
    title = "This form cannot be sent"


class UnsupportedMedia(GorodError):
    """Only JSON is read."""

    status = 415
    code = "unsupported-media-type"
    title = "This form cannot be read"


class VersionConflict(GorodError):
    """It was changed since it was read."""

    status = 412
    code = "precondition-failed"
    title = "It is not the version that you know"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One thing that is wrong. `code`: of HL7's value set issue-type; `at`: a FHIRPath."""

    code: str
    text: str
    at: str = ""
    severity: str = "error"

    def resource(self) -> dict[str, Any]:
        """As OperationOutcome.issue."""
        made: dict[str, Any] = {"severity": self.severity, "code": self.code, "diagnostics": self.text}
        return {**made, "expression": [self.at]} if self.at else made


CODES: tuple[tuple[type[GorodError], str], ...] = (
    (Unauthenticated, "login"),
    (Forbidden, "forbidden"),
    (NotFound, "not-found"),
    (NotAllowed, "not-supported"),
    (NotAcceptable, "not-supported"),
    (UnsupportedMedia, "not-supported"),
    (VersionConflict, "conflict"),
    (Conflict, "conflict"),
    (Unavailable, "transient"),
    (TooLarge, "too-long"),
    (Refused, "business-rule"),
    (BadInput, "invalid"),
)


def invalid(text: str, *, at: str = "", code: str = "value", remedy: str = "see docs/reference/fhir.md") -> BadInput:
    """Something that is no FHIR, or not as this server reads it: 400."""
    return BadInput(text, remedy=remedy, issues=[Issue(code=code, text=text, at=at)])


def unfit(
    text: str, *, at: str = "", code: str = "business-rule", remedy: str = "see docs/reference/fhir.md"
) -> Refused:
    """Good FHIR that cannot be carried out: 422."""
    return Refused(text, remedy=remedy, issues=[Issue(code=code, text=text, at=at)])


def issues_of(error: GorodError) -> list[Issue]:
    """What is wrong, the first first."""
    listed = error.extra.get("issues")
    if listed:
        return list(listed)[:MOST_ISSUES]
    code = next((code for kind, code in CODES if isinstance(error, kind)), "exception")
    more = [f"{name}: {error.extra[name]}" for name in ("failing", "missing", "instead", "appointment", "paused_until")
            if error.extra.get(name)]  # fmt: skip
    text = "; ".join(part for part in (error.detail, error.remedy, *more) if part)
    return [Issue(code=code, text=text, severity="fatal" if error.status == 500 else "error")]


def outcome(issues: list[Issue]) -> Resource:
    """An OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [issue.resource() for issue in issues]}


def answer(error: GorodError) -> HttpResponse:
    """The refusal as a response, with the headers that a problem of its kind has."""
    response = problem(error)
    response.content = json.dumps(outcome(issues_of(error)), ensure_ascii=False).encode()
    response["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    return response
