"""Forms made of facts: the question, the control and the check all come from the city's vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gorod.catalogue import api as catalogue
from gorod.faces.portal import wording
from gorod.kernel.errors import BadInput
from gorod.kernel.expressions.data import Type
from gorod.records.facts import api as facts

CHOOSE = gettext_lazy("Choose one of these.")
NUMBERS = ("invalid", "max_digits", "max_decimal_places", "max_whole_digits")  # mistakes of a number, all one to people


class FactsForm(forms.Form):
    """Asks for facts. `values` are what the vocabulary takes: kopecks, not roubles."""

    def __init__(
        self,
        names: Sequence[str],
        data: Any = None,
        *,
        required: bool = True,
        what_if: bool = False,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """`required` false: what is left out is not known. `what_if`: anybody is asked, about nobody. `typed`: what somebody typed
        before."""
        super().__init__(data, initial=dict(typed or {}))
        self.names = names
        self.values: dict[str, Any] = {}
        for name in names:
            self.fields[name] = _field(name, what_if)
            self.fields[name].required = required

    def typed(self) -> dict[str, str]:
        """What was typed, right or wrong."""
        return {name: str(self.data[name]) for name in self.names if self.data.get(name)}

    def clean(self) -> dict[str, Any]:
        """Check each answer as the register would."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.names:
            given = cleaned.get(name)
            if given in (None, ""):
                continue
            if isinstance(given, Decimal):
                given = int(given * 100) if facts.definition(name=name).unit in wording.MONEY else int(given)
            elif facts.definition(name=name).type is Type.BOOLEAN:
                given = given == "yes"
            elif facts.definition(name=name).type is Type.DATE:
                given = given.isoformat()
            try:
                facts.fitting_value(name=name, value=given)
            except BadInput:
                self.add_error(name, _("This cannot be right: check it."))
            else:
                self.values[name] = given
        return cleaned


def _field(name: str, what_if: bool) -> forms.Field:
    known = facts.definition(name=name)
    label = wording.question(name, what_if=what_if)
    missing = {"required": _("Answer this question.")}
    choice = {**missing, "invalid_choice": _("Choose one of these.")}
    match known.type:
        case Type.BOOLEAN:
            choices = [("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=choice)
        case Type.DATE:
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(label=label, widget=widget, error_messages=missing)
        case Type.INT:
            money = known.unit in wording.MONEY
            return forms.DecimalField(
                label=label,
                decimal_places=2 if money else 0,
                max_digits=14,
                localize=True,
                help_text=_("In %(currency)s") % {"currency": wording.currency()} if money else known.unit,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                error_messages={**missing, **dict.fromkeys(NUMBERS, _("Write a number, for example 45000."))}
                if money
                else {**missing, **dict.fromkeys(NUMBERS, _("Write a whole number, for example 3."))},
            )
        case Type.CODE if known.codes:
            return forms.ChoiceField(label=label, choices=_choices(name, known.codes), error_messages=choice)
        case _:
            return forms.CharField(label=label, max_length=100, error_messages=missing)


def _choices(name: str, listed: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, wording.value(name, code)) for code in listed]


class ReasonForm(forms.Form):
    """Some words of the resident: why, or what they answer."""

    reason = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write a sentence or two.")},
    )


class PersonForm(forms.Form):
    """Somebody else, by a number and a family name: neither alone finds anybody."""

    scheme = forms.ChoiceField(
        label=gettext_lazy("Document"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE}
    )
    number = forms.CharField(
        label=gettext_lazy("Its number"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the number.")},
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the family name.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        named = catalogue.current().identifiers
        self.fields["scheme"].choices = [(one, names[catalogue.language()]) for one, names in named.items()]  # type: ignore[attr-defined]


class MandateForm(PersonForm):
    """Whom one trusts, with which services, until when."""

    services = forms.MultipleChoiceField(
        label=gettext_lazy("With which services"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one."), "invalid_choice": CHOOSE},
    )
    last_day = forms.DateField(
        label=gettext_lazy("Until which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Say until when."), "invalid": gettext_lazy("Say until when.")},
    )

    def __init__(self, services: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["services"].choices = services  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """The code that stands on a paper."""

    code = forms.CharField(
        label=gettext_lazy("Code on the paper"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the code.")},
    )

    def clean_code(self) -> str:
        """As it stands in an address, however it was typed."""
        plain = "".join(letter for letter in self.cleaned_data["code"] if letter.isascii() and letter.isalnum())
        if not plain:
            raise forms.ValidationError(_("Write the code."))
        return plain.upper()


class PaymentAccountForm(forms.Form):
    """Where money goes."""

    account = forms.CharField(
        label=gettext_lazy("Account for payments"),
        max_length=60,  # with spaces: they are left out
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the number of the account.")},
    )


class EmailForm(forms.Form):
    """Where messages go besides the inbox."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Leave it empty to get no e-mails"),
        error_messages={"invalid": gettext_lazy("Write an address like anna@example.org.")},
    )
