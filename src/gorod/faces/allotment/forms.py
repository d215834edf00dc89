"""Forms of allotments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gorod.engines.allotment.data import Plan
from gorod.faces.allotment import showing
from gorod.kernel.errors import BadInput

LONGEST = 2_000_000  # letters of a plan


class ApplyForm(forms.Form):
    """For whom, and the place that is wanted most."""

    def __init__(self, people: list[tuple[str, str]], plan: Plan, data: Any = None) -> None:
        super().__init__(data)
        self.fields["about"] = forms.ChoiceField(label=_("For whom?"), choices=people)
        self.fields["place"] = forms.ChoiceField(
            label=_("Which place do you want most?"),
            help_text=_("You add more places on the next page, and change them until the end."),
            choices=[("", ""), *showing.choices(plan)],
            error_messages={"required": gettext_lazy("Choose one of these.")},
        )


class PlanForm(forms.Form):
    """The plan, written or as a file."""

    document = forms.CharField(
        label=gettext_lazy("The plan, as YAML"),
        help_text=gettext_lazy("What stands in it is described in docs/reference/allotment.md."),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        max_length=LONGEST,
        strip=False,
        required=False,
    )
    file = forms.FileField(label=gettext_lazy("Or a file with it"), required=False)

    def clean(self) -> dict[str, Any]:
        """Take the file when there is one."""
        said: dict[str, Any] = super().clean() or {}
        if (file := said.get("file")) is not None:
            try:
                said["document"] = file.read(LONGEST + 1).decode()
            except UnicodeDecodeError:
                self.add_error("file", _("This file is no text."))
        if not said.get("document", "").strip() and not self.errors:
            self.add_error("document", _("Write the plan, or choose a file."))
        return said

    def refused(self, error: BadInput) -> None:
        """Say what is wrong, with its line."""
        self.add_error("document", f"{error.detail}; {error.remedy}")
