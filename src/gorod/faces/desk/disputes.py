"""Facts that residents say are wrong: their owner answers, and until then nobody relies on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.engines.handling import api as handling
from gorod.engines.intake import api as intake
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.forms import JudgementForm
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.records.facts import api as facts
from gorod.records.officials.data import Official
from gorod.records.parties import api as parties
from gorod.records.registers.data import Dispute


def _open(who: Official) -> list[Dispute]:
    return facts.open_disputes(owners=handling.agencies_of(who))


@page(open_to="officers")
def disputes(request: HttpRequest) -> HttpResponse:
    """What waits for an answer of one's agencies, oldest first; whom it is about is seen on opening."""
    rows = [
        {
            "meaning": wording.meaning(one.fact),
            "opened": wording.moment(one.opened_at),
            "address": reverse("desk:dispute", args=[one.dispute_id]),
        }
        for one in _open(official(request))
    ]
    return shown(request, "desk/disputes.html", {"rows": rows})


@page(open_to="officers")
def dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """One dispute: what the register says, what the resident says, and the answer. Raises Http404 for one of another agency."""
    who = official(request)
    found = next((one for one in _open(who) if one.dispute_id == dispute_id), None)
    if found is None:
        raise Http404("no such dispute waits for your agency")
    choices = [
        ("upheld", _("They are right: the register has been corrected")),
        ("rejected", _("The register is right")),
    ]
    form = JudgementForm(_("Who is right?"), choices, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        upheld = form.cleaned_data["verdict"] == "upheld"
        intake.answer_dispute(dispute_id=dispute_id, upheld=upheld, answer=form.cleaned_data["words"])
        notices.success(request, _("Answered: the fact counts again."))
        return redirect("desk:disputes")
    agency = facts.definition(name=found.fact).owner
    (fact,) = facts.read(
        people=[found.party_id], names=[found.fact], purpose=f"dispute of {found.fact}", reader=who.reader(agency)
    )
    values: dict[str, Any] = {
        "meaning": wording.meaning(found.fact),
        "whom": parties.party(party_id=found.party_id).names.full(),
        "reason": found.reason,
        "opened": wording.moment(found.opened_at),
        "source": fact.provenance.source if fact.provenance else "",
        "form": form,
    }
    return shown(request, "desk/dispute.html", values, status=422 if form.errors else 200)
