"""What proves a decision, or that somebody looked: a file that its owner keeps, and that anybody checks without asking the city."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from gorod.engines.applications import api as applications
from gorod.engines.cases.data import Case
from gorod.faces.accounts.access import page, resident
from gorod.records.facts import api as facts
from gorod.records.ledger import api as ledger
from gorod.records.ledger.data import Opening
from gorod.verify import receipt


def opening(case: Case) -> Opening | None:
    """What the ledger hides about the decision that stands, as it was said last; None where it knows nothing of it."""
    known = ledger.openings(party_id=case.subject_id, about=case.decision_id) if case.decision_id else []
    return known[-1] if known else None


@page(open_to="residents")
def decision_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of a case's decision that the resident may see. Raises NotFound, also while it is not published."""
    case = applications.own_case(party_id=resident(request), number=number)
    found = opening(case)
    if found is None:
        raise Http404("the ledger knows no decision of this case")
    return file(found, case.number)


@page(open_to="residents")
def reading_receipt(request: HttpRequest, reading: UUID) -> HttpResponse:
    """The receipt of a reading of one's own facts. Raises NotFound, also while it is not published."""
    return file(facts.reading_opening(party_id=resident(request), reading_id=reading), str(reading))


def file(opening: Opening, name: str) -> HttpResponse:
    """The receipt as a file of this name. Raises NotFound while it is not published."""
    text = receipt.written(ledger.receipt(opening=opening))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ledger-{name}.json"'
    return response
