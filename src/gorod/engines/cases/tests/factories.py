"""One kind of case, and the agency that owns it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gorod.engines.cases import api
from gorod.engines.cases.data import CaseType, IncomingStatus, Phase, Status
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import WorkingCalendar

STATUSES = {
    "submitted": Status(code="submitted", phase=Phase.OPEN, actions=("withdraw",)),
    "in_progress": Status(code="in_progress", phase=Phase.OPEN),
    "asks": Status(code="asks", phase=Phase.ASKS, actions=("answer", "withdraw")),
    "reopened": Status(code="reopened", phase=Phase.OPEN),
    "approved": Status(code="approved", phase=Phase.APPROVED),
    "refused": Status(code="refused", phase=Phase.REFUSED, actions=("appeal",)),
    "withdrawn": Status(code="withdrawn", phase=Phase.WITHDRAWN),
    "stopped": Status(code="stopped", phase=Phase.STOPPED),
}


def case_type(service: str = "gift", **more: Any) -> CaseType:
    values: dict[str, Any] = {
        "service": service,
        "archetype": "benefit",
        "owner": "agency",
        "one_live_per": ("subject",),
        "statuses": STATUSES,
        "initial": "submitted",
        "decides_by": "agency",
        "within_working_days": 5,
        "refusals": ("too_late",),
    }
    return CaseType(**{**values, **more})


def configure(*types: CaseType, listeners: Any = ()) -> None:
    known = types or (case_type(),)
    api.configure(types={t.service: t for t in known}, calendar=WorkingCalendar(), listeners=listeners)


def submit(subject: UUID | None = None, **more: Any) -> Any:
    subject = subject or new_id()
    values: dict[str, Any] = {
        "service": "gift",
        "subject_id": subject,
        "applicant_id": subject,
        "key": str(new_id()),
        "by": "resident",
    }
    return api.submit(**{**values, **more})


def status(number: str, code: str, seconds: int, **more: Any) -> IncomingStatus:
    """A status of the agency, dated some seconds from now."""
    values: dict[str, Any] = {
        "key": f"agency/{code}/{seconds}",
        "number": number,
        "status": code,
        "at": datetime.now(UTC) + timedelta(seconds=seconds),
        "sender": "agency",
        "reasons": ("too_late",) if code == "refused" else (),
    }
    return IncomingStatus(**{**values, **more})
