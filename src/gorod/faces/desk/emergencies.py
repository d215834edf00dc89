"""Opening what one's work does not open, and the supervisor's look at it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from gorod.engines.emergency import api as emergency
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.forms import EmergencyForm, JudgementForm
from gorod.faces.desk.showing import agencies, in_the_way, name_of, shown
from gorod.faces.portal import wording
from gorod.kernel.errors import Refused
from gorod.records.officials.data import Role
from gorod.records.parties import api as parties


@page(open_to="officers and clerks")
def ask(request: HttpRequest) -> HttpResponse:
    """Name a resident and a reason; what is known of them opens for a short time."""
    who = official(request)
    places = agencies(who.agencies(Role.OFFICER, Role.CLERK, Role.SUPERVISOR))
    form = EmergencyForm(places, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = parties.carrier(scheme=given["scheme"], value=given["number"], family_name=given["family_name"])
        if found is None:
            form.add_error("number", _("Nobody has this number and this family name."))
        else:
            try:
                opened = emergency.break_glass(
                    official=who, agency=given["agency"], party_id=found, reason=given["reason"]
                )
            except Refused:
                form.add_error("reason", _("Say more: somebody else will judge it by these words."))
            else:
                return redirect("desk:opening", opened.opening_id)
    return shown(request, "desk/emergency.html", {"form": form}, status=422 if form.errors else 200)


@page(open_to="officers and clerks")
def opening(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """What registers state of the resident. Raises NotFound when the time is over."""
    found, known = emergency.facts_of(official=official(request), opening_id=opening_id)
    values = {
        "whom": parties.party(party_id=found.party_id).names.full(),
        "until": wording.moment(found.ends_at),
        "reason": found.reason,
        "rows": [
            {
                "meaning": wording.meaning(fact.name),
                "value": _("disputed: nobody relies on it now")
                if fact.disputed
                else wording.value(fact.name, fact.value),
                "owner": wording.owner(fact.provenance.owner) if fact.provenance else "",
            }
            for fact in known
        ],
    }
    return shown(request, "desk/opening.html", values)


@page(open_to="supervisors")
def reviews(request: HttpRequest) -> HttpResponse:
    """What was opened by force and nobody has judged; the judgement of one."""
    who = official(request)
    waiting = emergency.to_review(official=who)
    choices = [("yes", _("Yes")), ("no", _("No"))]
    asked = request.POST.get("opening", "")
    rows = []
    wrong = None
    for one in waiting:
        sent = request.POST if request.method == "POST" and asked == str(one.opening_id) else None
        form = JudgementForm(_("Was it justified?"), choices, sent, prefix=one.opening_id.hex)
        if sent is not None and form.is_valid():
            given = form.cleaned_data
            try:
                emergency.review(
                    official=who, opening_id=one.opening_id, justified=given["verdict"] == "yes", remark=given["words"]
                )
            except Refused as error:
                notices.error(request, in_the_way(error))
            else:
                notices.success(request, _("Kept with the opening."))
            return redirect("desk:reviews")
        wrong = form if form.errors else wrong
        rows.append(
            {
                "id": one.opening_id,
                "by": name_of(one.official_id),
                "agency": wording.owner(one.agency),
                "person": parties.party(party_id=one.party_id).names.full(),
                "reason": one.reason,
                "at": wording.moment(one.opened_at),
                "own": one.official_id == who.official_id,
                "form": form,
            }
        )
    return shown(request, "desk/reviews.html", {"rows": rows, "form": wrong}, status=422 if wrong else 200)
