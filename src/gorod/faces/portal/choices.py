"""What a resident allows the city to do by itself, where money goes, where messages go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.intake import api as intake
from gorod.engines.messages import api as messages
from gorod.engines.payments import api as payments
from gorod.faces.accounts.access import acting, page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.forms import EmailForm, PaymentAccountForm
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.records.consents import api as consents


def _switches(said: Any) -> list[dict[str, Any]]:
    """Everything that can be allowed or switched off, with what is so now."""
    events = [
        {
            "scope": f"automatic:{event.name}",
            "name": _("Apply for me when this happens: %(event)s") % {"event": event.names[catalogue.language()]},
            "on": said.get(f"automatic:{event.name}", False),
        }
        for event in catalogue.current().life_events.values()
        if any(step.mode == "automatic" for step in event.steps.values())
    ]
    return [
        {"scope": "offers", "name": _("Tell me what is due to me without being asked"), "on": said.get("offers", True)},
        {"scope": "polls", "name": _("Tell me when the city asks something"), "on": said.get("polls", False)},
        *events,
    ]


@page(open_to="residents")
def choices(request: HttpRequest) -> HttpResponse:
    """The switches. Each is a form of its own: the word of the button is what will happen."""
    me = resident(request)
    switches = _switches(consents.words(party_id=me))
    if request.method == "POST":
        scope, allowed = request.POST.get("scope", ""), request.POST.get("allowed") == "yes"
        if scope not in [switch["scope"] for switch in switches]:
            raise BadInput(f"no switch is called {scope!r}", remedy="load the page anew")
        if consents.words(party_id=me).get(scope) is not allowed:
            intake.consent(party_id=me, scope=scope, allowed=allowed, by=acting(request).by)
        notices.success(request, _("Respected from now on."))
        return redirect("portal:choices")
    history = [
        {"scope": word.scope, "allowed": word.allowed, "at": wording.moment(word.at)}
        for word in reversed(consents.history(party_id=me))
    ]
    names = {switch["scope"]: switch["name"] for switch in switches}
    for line in history:
        line["name"] = names.get(line["scope"], line["scope"])
    return render(request, "portal/choices.html", {"switches": switches, "history": history})


@page(open_to="residents")
def payment_account(request: HttpRequest) -> HttpResponse:
    """Where money goes; what waited for it leaves."""
    me = resident(request)
    form = PaymentAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            left = payments.confirm_account(party_id=me, account=form.cleaned_data["account"])
        except BadInput:
            form.add_error("account", _("This is no account number: check each digit."))
        else:
            notices.success(request, _("Thank you. What waited for it is on its way.") if left else _("Thank you."))
            return redirect("portal:home")
    known = payments.account_of(party_id=me)
    values: dict[str, Any] = {"form": form}
    if known:
        values |= {"ends": known.number[-4:], "since": wording.day(clock.city_date(known.confirmed_at))}
    return render(request, "portal/payment_account.html", values, status=422 if form.errors else 200)


@page(open_to="residents")
def email(request: HttpRequest) -> HttpResponse:
    """Where messages go besides the inbox."""
    me = resident(request)
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        messages.set_email(party_id=me, email=form.cleaned_data["email"])
        notices.success(request, _("Respected from now on."))
        return redirect("portal:inbox")
    return render(request, "portal/email.html", {"form": form}, status=422 if form.errors else 200)
