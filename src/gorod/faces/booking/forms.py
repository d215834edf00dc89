"""Forms of booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from gorod.engines.booking.data import Wanted
from gorod.kernel import clock

WEEKDAYS = (
    ("1", gettext_lazy("Monday")),
    ("2", gettext_lazy("Tuesday")),
    ("3", gettext_lazy("Wednesday")),
    ("4", gettext_lazy("Thursday")),
    ("5", gettext_lazy("Friday")),
    ("6", gettext_lazy("Saturday")),
    ("7", gettext_lazy("Sunday")),
)
HOURS = {
    "any": (time(0), time(23, 59)),
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(23, 59)),
}
LONGEST_APPEAL = 2000
LIKELY_DAYS = 7
YEARS = 5  # around this one


class Day(forms.DateField):
    """A day, as the browser's own calendar gives it."""

    def __init__(self, **more: Any) -> None:
        wrong = gettext_lazy("Give a day, for example 2027-05-31.")
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
            error_messages={"required": wrong, "invalid": wrong},
            **more,
        )

    def validate(self, value: Any) -> None:
        """A day of these years: an arithmetic of days ends somewhere."""
        super().validate(value)
        if isinstance(value, date) and abs(value.year - clock.today().year) > YEARS:
            raise forms.ValidationError(self.error_messages["invalid"])


class WishForm(forms.Form):
    """When and where somebody would come."""

    since = Day(label=gettext_lazy("From"))
    until = Day(label=gettext_lazy("Until"))
    hours = forms.ChoiceField(
        label=gettext_lazy("At what time?"),
        choices=[
            ("any", gettext_lazy("at any time")),
            ("morning", gettext_lazy("in the morning, before 12")),
            ("afternoon", gettext_lazy("from 12 to 17")),
            ("evening", gettext_lazy("after 17")),
        ],
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On which days of the week?"),
        help_text=gettext_lazy("None chosen: on any."),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Where?"),
        help_text=gettext_lazy("None chosen: anywhere."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, places: Sequence[tuple[str, str]], chosen: str, data: Any = None) -> None:
        today = clock.today()
        first: dict[str, Any] = {"since": today, "until": today + timedelta(days=LIKELY_DAYS)}
        super().__init__(data, initial={**first, "hours": "any", "places": [chosen] if chosen else []})
        self.fields["places"].choices = list(places)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and (until < since or until < clock.today()):
            self.add_error("until", gettext_lazy("The last day is before the first, or over."))
        return given

    def wanted(self, service: str) -> Wanted:
        """What was said."""
        given = self.cleaned_data
        begins, ends = HOURS[given["hours"]]
        since: date = given["since"]
        return Wanted(
            service=service,
            since=since,
            until=given["until"],
            begins=begins,
            ends=ends,
            weekdays=tuple(int(one) for one in given["weekdays"]),
            locations=tuple(UUID(one) for one in given["places"]),
        )


class AppealForm(forms.Form):
    """Why one could not come."""

    text = forms.CharField(
        label=gettext_lazy("Why could you not come?"),
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write a sentence or two.")},
    )
