"""What proves a decision: a file that its owner keeps, and that anybody checks without asking the city."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from gorod.engines.applications import api as applications
from gorod.engines.cases.data import Case
from gorod.faces.accounts.access import page, resident
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
    text = receipt.written(ledger.receipt(opening=found))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ledger-{case.number}.json"'
    return response
