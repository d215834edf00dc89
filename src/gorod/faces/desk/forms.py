"""Forms of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gorod.faces.portal.forms import PersonForm

WORDS = {"required": _("Write a sentence or two.")}
CHOOSE = {"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")}


def _area(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=WORDS,
    )


class SearchForm(forms.Form):
    """One box: a number, or a name."""

    q = forms.CharField(
        label=_("Number of the application, or family name and given name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class QuestionForm(forms.Form):
    """What the applicant is asked."""

    question = _area(_("What do you need to know?"))


class RefusalForm(forms.Form):
    """Why an application is refused: reasons of the service's list, and words for the person."""

    reasons = forms.MultipleChoiceField(label=_("Reasons"), widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE)
    words = _area(_("What the person should know besides"), required=False)

    def __init__(self, reasons: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data, prefix="refuse")
        self.fields["reasons"].choices = reasons  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """Why: to a colleague, or to a resident."""

    words = _area(_("In your own words"))


class HandOverForm(forms.Form):
    """Who works on it from now on."""

    to = forms.ChoiceField(label=_("To whom"), error_messages=CHOOSE)
    words = _area(_("What they should know"), required=False, rows=2)

    def __init__(self, people: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data, prefix="over")
        self.fields["to"].choices = people  # type: ignore[attr-defined]


class EmergencyForm(PersonForm):
    """Whom one must look at, for which agency, and why it cannot wait."""

    agency = forms.ChoiceField(label=_("For which agency"), error_messages=CHOOSE)
    reason = _area(_("Why can it not wait for an application?"))

    def __init__(self, agencies: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]


class JudgementForm(forms.Form):
    """Yes or no, and words."""

    verdict = forms.ChoiceField(widget=forms.RadioSelect, error_messages=CHOOSE)
    words = _area(_("In your own words"))

    def __init__(self, question: str, choices: Sequence[tuple[str, str]], data: Any = None, prefix: str = "") -> None:
        super().__init__(data, prefix=prefix or None)
        self.fields["verdict"].label = question
        self.fields["verdict"].choices = choices  # type: ignore[attr-defined]
