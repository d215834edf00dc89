"""The form of a poll: whom it asks, when, and what."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gorod.catalogue import api as catalogue
from gorod.engines.polls.data import Carried, Draft, TrusteesKey
from gorod.faces.polls import showing
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.records.places import api as places
from gorod.verify.polls.settings import BOX_KEY, Kind, Question, Trustees, Words

MOST_QUESTIONS = 20
LONGEST_RULE = 2000
MOST_BYTES = 100_000  # of a trustees' key
MINUTE = "%Y-%m-%dT%H:%M"
REQUIRED = {"required": gettext_lazy("Fill this in.")}


def _when(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[MINUTE], error_messages=REQUIRED)


class PollForm(forms.Form):
    """A poll but for its questions."""

    def __init__(self, before: Draft | None = None, data: Any = None, files: Any = None) -> None:
        """`before`: what it is now, to be changed."""
        super().__init__(data, files)
        for language in catalogue.current().languages:
            self.fields[f"title-{language}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": language}, max_length=200, error_messages=REQUIRED
            )
            self.fields[f"about-{language}"] = forms.CharField(
                label=_("What it is about (%(language)s)") % {"language": language},
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 4}),
                required=False,
            )
        for language in catalogue.current().languages:
            self.fields[f"who-{language}"] = forms.CharField(
                label=_("Who may take part, in words (%(language)s)") % {"language": language},
                max_length=500,
                error_messages=REQUIRED,
            )
        districts = sorted((showing.district(one.code), one.code) for one in places.districts())
        whom = [("", _("by the rule below")), *((code, name) for name, code in districts)]
        self.fields["district"] = forms.ChoiceField(
            label=_("Only those who live in this district"), choices=whom, required=False
        )
        self.fields["rule"] = forms.CharField(
            label=_("The rule of who may take part"),
            help_text=_("a rule as services have it, for example: age_years >= 18, or building = 'arbat-12'"),
            initial="age_years >= 18",
            max_length=LONGEST_RULE,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["opens"] = _when(_("Opens"))
        self.fields["closes"] = _when(_("Closes"))
        self.fields["again"] = forms.BooleanField(
            label=_("One may vote again until it closes"), required=False, initial=True
        )
        self.fields["points"] = forms.IntegerField(
            label=_("Points for taking part"), min_value=0, max_value=1000, initial=0, required=False
        )
        self.fields["trustees"] = forms.FileField(
            label=_("The trustees’ key"),
            help_text=_("poll-key.json, if trustees open the votes and not the city; see gorod-verify trustees"),
            required=False,
        )
        self._before = before
        if before is not None:
            self.initial = _initial(before)

    def clean_trustees(self) -> TrusteesKey | None:
        """The key that trustees have made; without a file it stays as it is."""
        file = self.cleaned_data["trustees"]
        if file is None:
            return self._before.trustees if self._before else None
        try:
            if file.size > MOST_BYTES:
                raise ValueError("too long")
            said = json.loads(file.read())
            public, shares = b64decode(said["public"], validate=True), dict(said["shares"])
            if len(public) != BOX_KEY or not 1 < int(said["needed"]) <= len(shares):
                raise ValueError("no key")
            return TrusteesKey(public=public, trustees=Trustees(needed=int(said["needed"]), shares=shares))
        except (ValueError, KeyError, TypeError) as error:
            raise forms.ValidationError(_("This is no key of trustees.")) from error

    def draft(self, questions: tuple[Question, ...]) -> Draft:
        """What was filled in, of a form that is valid."""
        given = self.cleaned_data
        rule = given["rule"].strip() or "true"
        if given["district"]:
            lives_in = catalogue.current().lives_in
            rule = f"({rule}) and {lives_in} = '{given['district']}'"
        return Draft(
            title=_words(given, "title"),
            about=_words(given, "about"),
            who=_words(given, "who"),
            questions=questions,
            rule=rule,
            opens=_in_city(given["opens"]),
            closes=_in_city(given["closes"]),
            again=given["again"],
            points=given["points"] or 0,
            trustees=given["trustees"],
        )

    def refused(self, error: BadInput) -> None:
        """Show what cannot be asked so, where it belongs."""
        field = str(error.extra.get("field", ""))
        place = field if field in self.fields else None
        self.add_error(place, f"{error.detail}; {error.remedy}")


def _initial(before: Draft) -> dict[str, Any]:
    texts = {f"title-{language}": text for language, text in before.title.items()}
    texts |= {f"who-{language}": text for language, text in before.who.items()}
    texts |= {f"about-{language}": text for language, text in before.about.items()}
    return {
        **texts,
        "rule": before.rule,
        "opens": clock.in_city(before.opens).strftime(MINUTE),
        "closes": clock.in_city(before.closes).strftime(MINUTE),
        "again": before.again,
        "points": before.points,
    }


def _words(given: Mapping[str, Any], name: str) -> Words:
    return {language: given[f"{name}-{language}"].strip() for language in catalogue.current().languages}


def _in_city(when: datetime) -> datetime:
    """Django reads it in its own time zone; what was typed is the city's time."""
    return when.replace(tzinfo=clock.time_zone())


class QuestionForm(forms.Form):
    """One question."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How it is answered"),
        choices=[
            (Kind.SINGLE.value, gettext_lazy("one of the options")),
            (Kind.SEVERAL.value, gettext_lazy("several of the options")),
            (Kind.RANKING.value, gettext_lazy("options in an order")),
            (Kind.POINTS.value, gettext_lazy("points dealt out among the options")),
            (Kind.RATING.value, gettext_lazy("stars")),
            (Kind.TEXT.value, gettext_lazy("in one’s own words")),
        ],
    )
    most = forms.IntegerField(
        label=gettext_lazy("How many at the most: options, points, stars or letters"),
        min_value=1,
        max_value=2000,
        required=False,
    )
    optional = forms.BooleanField(label=gettext_lazy("It may be left out"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for language in catalogue.current().languages:
            self.fields[f"words-{language}"] = forms.CharField(
                label=_("The question (%(language)s)") % {"language": language},
                max_length=500,
                error_messages=REQUIRED,
            )
            self.fields[f"options-{language}"] = forms.CharField(
                label=_("Options (%(language)s), each in a line of its own") % {"language": language},
                widget=forms.Textarea(attrs={"rows": 4}),
                max_length=5000,
                required=False,
            )
        self.order_fields([name for name in self.fields if "-" in name] + ["kind", "most", "optional"])

    def clean(self) -> dict[str, Any]:
        """See that each language has as many options as the first."""
        cleaned: dict[str, Any] = super().clean() or {}
        counts = {name: len(_lines(text)) for name, text in cleaned.items() if name.startswith("options-")}
        first = next(iter(counts.values()), 0)
        for name, count in counts.items():
            if count != first:
                self.add_error(name, _("Write as many options as in the first language."))
        return cleaned

    def question(self, number: int) -> Question:
        """What was filled in, of a form that is valid."""
        given, languages = self.cleaned_data, catalogue.current().languages
        kind = Kind(given["kind"])
        lines = {language: _lines(given[f"options-{language}"]) for language in languages}
        count = len(lines[languages[0]])
        options = {
            f"o{place + 1}": {language: lines[language][place] for language in languages} for place in range(count)
        }
        without = {
            Kind.SINGLE: 1,
            Kind.SEVERAL: count,
            Kind.RANKING: count,
            Kind.POINTS: 10,
            Kind.RATING: 5,
            Kind.TEXT: 1000,
        }
        least = 0 if given["optional"] else 1
        return Question(
            id=f"q{number}",
            kind=kind,
            words=_words(given, "words"),
            options={} if kind in (Kind.RATING, Kind.TEXT) else options,
            least=least,
            most=1 if kind is Kind.SINGLE else given["most"] or without[kind],
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


_Questions = formset_factory(QuestionForm, extra=0, min_num=1, max_num=MOST_QUESTIONS, absolute_max=MOST_QUESTIONS)


def question_forms(before: Draft | None, data: Any = None, *, more: bool = False) -> BaseFormSet[QuestionForm]:
    """The questions of a poll. `more`: one form more than was sent, for a question to be added."""
    if data is not None:
        if more:
            data = data.copy()
            said = data.get("form-TOTAL_FORMS", "")
            data["form-TOTAL_FORMS"] = str(min(int(said) + 1 if said.isdecimal() else 1, MOST_QUESTIONS))
        return _Questions(data)
    return _Questions(initial=[_initial_question(one) for one in before.questions] if before else None)


def _initial_question(one: Question) -> dict[str, Any]:
    languages = catalogue.current().languages
    options = {
        f"options-{language}": "\n".join(words.get(language, "") for words in one.options.values())
        for language in languages
    }
    words = {f"words-{language}": one.words.get(language, "") for language in languages}
    return {**words, **options, "kind": one.kind.value, "most": one.most, "optional": one.least == 0}


class ShareForm(forms.Form):
    """A trustee's share of a poll's key."""

    file = forms.FileField(label=gettext_lazy("The trustee’s file"), error_messages=REQUIRED)

    def clean_file(self) -> tuple[str, str]:
        """Name and share."""
        file = self.cleaned_data["file"]
        try:
            if file.size > MOST_BYTES:
                raise ValueError("too long")
            said = json.loads(file.read())
            return str(said["name"]), str(said["share"])
        except (ValueError, KeyError, TypeError) as error:
            raise forms.ValidationError(_("This is no share of a poll’s key.")) from error


class MeasureForm(forms.Form):
    """What the city does because of a poll."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for language in catalogue.current().languages:
            self.fields[f"words-{language}"] = forms.CharField(
                label=_("What the city does (%(language)s)") % {"language": language},
                max_length=1000,
                error_messages=REQUIRED,
            )
        self.fields["state"] = forms.ChoiceField(
            label=_("How far it is"), choices=[(one.value, showing.carried(one)) for one in Carried]
        )
        districts = sorted((showing.district(one.code), one.code) for one in places.districts())
        self.fields["district"] = forms.ChoiceField(
            label=_("Where"),
            choices=[("", _("in the whole city")), *((code, name) for name, code in districts)],
            required=False,
        )
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["due"] = forms.DateField(label=_("Until when"), required=False, widget=widget)

    def words(self) -> Words:
        """In every language, of a form that is valid."""
        return _words(self.cleaned_data, "words")
