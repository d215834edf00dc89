"""The form of a change of law: figures, the conditions and the amount of services, a new service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gorod.catalogue import api as catalogue
from gorod.engines.dues import api as dues
from gorod.engines.rules.data import Amount
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.data import Scenario, TriedRule
from gorod.faces.portal import wording
from gorod.faces.portal.forms import NUMBERS
from gorod.kernel.expressions.data import ExpressionError

MOST_BYTES = 1_000_000  # of a file
LONGEST = 4000  # letters of a condition
NEW = "new"  # how the fields of a new service begin


class ScenarioFileForm(forms.Form):
    """A scenario that somebody saved."""

    file = forms.FileField(
        label=gettext_lazy("A file that was saved here, or written by hand"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> Any:
        """Refuse what is too long to be one."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This is too long for a scenario."))
        return file


class ScenarioForm(forms.Form):
    """What would be otherwise. What is left as it is in force is no change."""

    title = forms.CharField(
        label=gettext_lazy("What you change, in a few words"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write a few words, so that others can find it.")},
    )

    def __init__(
        self, services: Sequence[str], values: Sequence[str], before: Scenario | None, data: Any = None
    ) -> None:
        """Fields for these services and dated values; without any for a new service. `before`: what was tried, to go on from."""
        super().__init__(data)
        self._services, self._values = services, values
        self._figures = dues.rule_set().figures(scenarios.today())
        tried = before or Scenario(title="")
        self.fields["title"].initial = tried.title
        for name in values:
            self.fields[f"value-{name}"] = _figure(name, tried.figures.get(name, self._figures[name]))
        for name in services:
            self._rule(name, wording.service(name), tried.rules.get(name, _in_force(name)), _in_force(name))
        fresh = [name for name in tried.rules if name not in dues.rule_set().services]
        self._new = bool(fresh) or not (services or values)
        if self._new:
            rule = tried.rules[fresh[0]] if fresh else TriedRule(conditions={})
            self.fields["name"] = forms.SlugField(
                label=_("A name for the new service"),
                initial=fresh[0] if fresh else "",
                help_text=_("small letters, digits and _"),
                error_messages={"required": _("Give it a name."), "invalid": _("Only small letters, digits and _.")},
            )
            self._rule(NEW, _("New service"), rule, rule)
            choices = [("once", _("once")), ("month", _("every month"))]
            self.fields["every"] = forms.ChoiceField(
                label=_("How often it is paid"),
                choices=choices,
                initial="month" if rule.monthly else "once",
                widget=forms.RadioSelect,
            )

    def _rule(self, code: str, called: str, shown: TriedRule, in_force: TriedRule) -> None:
        for condition in {**in_force.conditions, **shown.conditions}:
            self.fields[f"if-{code}-{condition}"] = _text(f"{called}: {condition}", shown.conditions.get(condition, ""))
        self.fields[f"more-{code}"] = _text(
            _("%(service)s: further conditions") % {"service": called},
            "",
            help_text=_("each in a line of its own: a name, a colon, the condition"),
        )
        self.fields[f"amount-{code}"] = _text(
            _("%(service)s: amount in the smallest coin") % {"service": called},
            shown.amount.sql if shown.amount else "",
        )

    def facts(self) -> list[str]:
        """The facts that a condition may name: those that sweeps keep."""
        return sorted(dues.rule_set().facts_of_all())

    def clean(self) -> dict[str, Any]:
        """Read the further conditions, and see that something is otherwise."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in list(cleaned):
            if name.startswith("more-") and any(":" not in line for line in _lines(cleaned[name])):
                self.add_error(name, _("Write a name, a colon and the condition in each line."))
        if not self.errors:
            scenario = self.scenario()
            if not scenario.figures and not scenario.rules:
                self.add_error(None, _("Nothing is changed yet."))
        return cleaned

    def scenario(self) -> Scenario:
        """What was filled in, of a form that is valid."""
        given = self.cleaned_data
        figures = {name: _hundredths(name, given[f"value-{name}"]) for name in self._values}
        rules = {name: self._tried(name, _in_force(name)) for name in self._services}
        if self._new:
            fresh = self._tried(NEW, TriedRule(conditions={}, monthly=given["every"] == "month"))
            rules[given["name"].lower().replace("-", "_")] = fresh
        return Scenario(
            title=given["title"],
            figures={name: figure for name, figure in figures.items() if figure != self._figures[name]},
            rules={
                name: rule
                for name, rule in rules.items()
                if name not in dues.rule_set().services or rule != _in_force(name)
            },
        )

    def _tried(self, code: str, in_force: TriedRule) -> TriedRule:
        given, start = self.cleaned_data, f"if-{code}-"
        conditions = {
            name.removeprefix(start): _one_line(text)
            for name, text in given.items()
            if name.startswith(start) and text.strip()
        }
        more = [line.partition(":") for line in _lines(given[f"more-{code}"])]
        conditions |= {name.strip(): text.strip() for name, _colon, text in more}
        sql = _one_line(given[f"amount-{code}"])
        amount = replace(in_force.amount or Amount(sql=""), sql=sql) if sql else None
        return TriedRule(conditions=conditions, amount=amount, monthly=in_force.monthly)

    def field_of(self, error: ExpressionError) -> str | None:
        """The field in which a wrong text stands; None when it cannot be said."""
        service, part = str(error.extra.get("service")), str(error.extra.get("condition"))
        code = service if service in self._services else NEW
        wanted = [f"amount-{code}"] if part == "amount" else [f"if-{code}-{part}", f"more-{code}"]
        return next((name for name in wanted if name in self.fields), None)


def _in_force(service: str) -> TriedRule:
    rule = dues.rule_set().rule(service)
    amount = Amount(sql=_one_line(rule.amount.text), percent=rule.percent, round=rule.round) if rule.amount else None
    return TriedRule(
        conditions={name: _one_line(condition.text) for name, condition in rule.conditions.items()}, amount=amount
    )


def _figure(name: str, figure: Any) -> forms.DecimalField:
    known = catalogue.current().values[name]
    money = known.unit in wording.MONEY
    least, most = (Decimal(bound) / 100 if money else Decimal(bound) for bound in (known.low, known.high))
    outside = _("Write a number from %(least)s to %(most)s: no rule was checked for others.") % {
        "least": wording.figure(int(least)),
        "most": wording.figure(int(most)),
    }
    return forms.DecimalField(
        label=known.meaning.get(catalogue.language(), name),
        initial=None if figure is None else (Decimal(figure) / 100 if money else figure),
        decimal_places=2 if money else 0,
        max_digits=16,
        min_value=least,
        max_value=most,
        localize=True,
        help_text=_("In %(currency)s") % {"currency": wording.currency()} if money else known.unit,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write a number, for example 45000.")}
        | dict.fromkeys(NUMBERS, _("Write a number, for example 45000."))
        | {"min_value": outside, "max_value": outside},
    )


def _hundredths(name: str, given: Decimal) -> int:
    return int(given * 100) if catalogue.current().values[name].unit in wording.MONEY else int(given)


def _text(label: str, initial: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        initial=initial,
        required=False,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3 if len(initial) > 80 else 2, "spellcheck": "false"}),
    )


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _one_line(text: str) -> str:
    return " ".join(text.split())
