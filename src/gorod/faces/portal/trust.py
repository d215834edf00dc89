"""Whom a resident trusts with what: giving a mandate, seeing those that run, ending one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.dues import api as dues
from gorod.engines.mandates import api as mandates
from gorod.engines.mandates.data import Mandate
from gorod.faces.accounts.access import acting, page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.forms import MandateForm
from gorod.kernel.errors import BadInput, Refused
from gorod.records.parties import api as parties


def _services() -> list[tuple[str, str]]:
    """What somebody can be trusted with: everything that one applies for."""
    known = [name for name in catalogue.current().services if name in dues.rule_set().services]
    return sorted(((name, wording.service(name)) for name in known), key=lambda one: one[1])


@page(open_to="residents")
def trust(request: HttpRequest) -> HttpResponse:
    """The mandates one has given and holds, and the form that gives one. Whom one names is found by number and family name only,
    and not more than a few times an hour: nobody tries out numbers here."""
    me = resident(request)
    form = MandateForm(_services(), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="mandate")
        if limited is not None:
            return limited
        if form.is_valid() and _given(request, form, me):
            return redirect("portal:trust")
    values: dict[str, Any] = {
        "form": form,
        "given": [_shown(one, one.holder_id) for one in mandates.given_by(party_id=me)],
        "held": [_shown(one, one.giver_id) for one in mandates.held_by(party_id=me)],
    }
    return render(request, "portal/trust.html", values, status=422 if form.errors else 200)


def _given(request: HttpRequest, form: MandateForm, me: UUID) -> bool:
    """Give the mandate that the form says; its mistakes are shown in it."""
    said = form.cleaned_data
    holder = parties.carrier(scheme=said["scheme"], value=said["number"], family_name=said["family_name"])
    if holder is None:
        form.add_error("number", _("Nobody has this number and this family name."))
        return False
    try:
        mandates.give(
            giver_id=me, holder_id=holder, services=said["services"], last_day=said["last_day"], by=acting(request).by
        )
    except Refused:
        form.add_error("number", _("That is you."))
        return False
    except BadInput:
        form.add_error("last_day", _("Choose a day from today on, three years ahead at the most."))
        return False
    notices.success(request, _("They may act for you now, and are told. You can end it at any time."))
    return True


def _shown(mandate: Mandate, other: UUID) -> dict[str, Any]:
    return {
        "id": mandate.mandate_id,
        "name": parties.party(party_id=other).names.full(),
        "services": [wording.service(name) for name in mandate.services],
        "until": wording.day(mandate.last_day),
    }


@page(open_to="residents")
@require_POST
def end(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """End a mandate, as who gave it or as who holds it. Raises NotFound for anybody else's."""
    mandates.end(party_id=resident(request), mandate_id=mandate)
    notices.success(request, _("It is ended."))
    return redirect("portal:trust")
