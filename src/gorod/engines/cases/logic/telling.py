"""What the applicant is told of a case: once for each thing that happened."""

from __future__ import annotations

from collections.abc import Collection

from gorod.engines.cases import models
from gorod.engines.cases.data import Case
from gorod.engines.messages import api as messages


def decided(row: models.Case, decision: models.Decision, *, kind: str) -> None:
    """Tell of a decision: the sum and the end of the right, or the reasons in words."""
    language = messages.language_of(party_id=row.applicant_id)
    messages.tell(
        party_id=row.applicant_id,
        key=f"decision:{decision.id}",
        kind=kind,
        service=row.service,
        about=f"case:{row.id}",
        values={
            "number": row.number,
            "amount": decision.amount or None,
            "until": decision.valid_to,
            "reasons": "; ".join(messages.reasons(codes=decision.reasons, language=language)),
            "text": decision.text,
        },
    )


def reopened(row: models.Case, what: str) -> None:
    """Tell that a decision is looked at again: by itself, or because the person appealed."""
    messages.tell(
        party_id=row.applicant_id,
        key=f"case:{row.id}:reopened:{row.round}",
        kind="case_appealed" if what == "appealed" else "case_reopened",
        service=row.service,
        about=f"case:{row.id}",
        values={"number": row.number, "deadline": row.deadline},
    )


def asked(case: Case, *, key: str) -> None:
    """Tell that an agency asks something."""
    messages.tell(
        party_id=case.applicant_id,
        key=f"case:{case.case_id}:status:{key}",
        kind="case_asks",
        service=case.service,
        about=f"case:{case.case_id}",
        values={"number": case.number},
    )


def stopped(row: models.Case, failing: Collection[str]) -> None:
    """Tell that the platform ended an application; the conditions that fail, if that is why, in words."""
    language = messages.language_of(party_id=row.applicant_id)
    messages.tell(
        party_id=row.applicant_id,
        key=f"case:{row.id}:stopped",
        kind="stopped",
        service=row.service,
        about=f"case:{row.id}",
        values={"conditions": messages.conditions(service=row.service, failing=failing, language=language)},
    )
