"""Announced openings: those who work for a service say when it opens to a crowd, and a waiting room stands before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gorod.catalogue import api as catalogue
from gorod.engines.booking import api as booking
from gorod.engines.waitingroom import api as waitingroom
from gorod.faces.accounts.access import official, page
from gorod.faces.booking.forms import YEARS
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.errors import Conflict
from gorod.records.officials.data import Role


class OpeningForm(forms.Form):
    """When it opens, and for how many at once."""

    service = forms.ChoiceField(label=gettext_lazy("What opens?"))
    opens_at = forms.DateTimeField(
        label=gettext_lazy("When does it open?"),
        help_text=gettext_lazy("By the city's clock."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={
            "required": gettext_lazy("Give a day and a time."),
            "invalid": gettext_lazy("Give a day and a time."),
        },
    )
    gathers = forms.IntegerField(
        label=gettext_lazy("How many minutes before may people come and wait?"), min_value=0, max_value=1440, initial=30
    )
    lasts = forms.IntegerField(
        label=gettext_lazy("After how many hours is the waiting room closed?"), min_value=1, max_value=72, initial=3
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("How many people may choose at the same time?"), min_value=1, max_value=100_000, initial=300
    )

    def __init__(self, services: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["service"].choices = services  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An opening is still to come."""
        given = super().clean() or {}
        if given.get("opens_at"):
            given["opens_at"] = given["opens_at"].replace(tzinfo=clock.time_zone())
            if not clock.today().year <= given["opens_at"].year <= clock.today().year + YEARS:
                self.add_error("opens_at", gettext_lazy("Give a day and a time."))
            elif given["opens_at"] <= clock.now():
                self.add_error("opens_at", gettext_lazy("This time is over."))
        return given


def _services(request: HttpRequest) -> list[tuple[str, str]]:
    own = official(request).agencies(Role.OFFICER, Role.CLERK, Role.SUPERVISOR)
    return [(name, wording.service(name)) for name, known in booking.bookables().items() if known.agency in own]


@page(open_to="officers and clerks")
def openings(request: HttpRequest) -> HttpResponse:
    """What opens when, and a form to announce another one."""
    services = _services(request)
    form = OpeningForm(services, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        opens_at = given["opens_at"]
        city = catalogue.current()
        try:
            waitingroom.announce(
                service=given["service"],
                title={language: city.services[given["service"]].texts[language].name for language in city.languages},
                gathers_at=opens_at - timedelta(minutes=given["gathers"]),
                opens_at=opens_at,
                closes_at=opens_at + timedelta(hours=given["lasts"]),
                capacity=given["capacity"],
            )
        except Conflict:
            form.add_error("opens_at", _("It has an opening at this time already."))
        else:
            notices.success(request, _("Announced. People wait in a room before it opens, in a fair order."))
            return redirect("booking:desk_openings")
    known = dict(services)
    rows = [
        {
            "name": known[one.service],
            "opens": wording.moment(one.opens_at),
            "closes": wording.moment(one.closes_at),
            "capacity": wording.figure(one.capacity),
        }
        for one in waitingroom.openings()
        if one.service in known
    ]
    return shown(
        request, "booking/desk_openings.html", {"form": form, "rows": rows}, status=422 if form.errors else 200
    )
