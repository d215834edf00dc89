"""Forms of proposals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gorod.engines.proposals.data import COMMENT, TEXT, TITLE, WORDS, Reason
from gorod.kernel.identifiers import new_id

CHOOSE = {
    "required": gettext_lazy("Choose one of these."),
    "invalid_choice": gettext_lazy("Choose one of these."),
}
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Words(forms.CharField):
    """Some sentences. A line's end counts as one letter, as it does in the browser."""

    def __init__(self, longest: int, rows: int, **more: Any) -> None:
        super().__init__(
            max_length=longest,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": gettext_lazy("Write a sentence or two.")},
            **more,
        )

    def to_python(self, value: Any) -> str:
        """What was written, with the line ends of the engine."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class Named(forms.BooleanField):
    """Whether one is shown with one's given name."""

    def __init__(self) -> None:
        super().__init__(required=False, label=gettext_lazy("Show my given name. Otherwise it says “a resident”."))


class Key(forms.UUIDField):
    """Made with the form: sent twice, it is one thing."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, initial=new_id)


class ProposalForm(forms.Form):
    """What one suggests to the city."""

    title = forms.CharField(
        label=gettext_lazy("What do you suggest?"),
        help_text=gettext_lazy("In one line: it becomes the title."),
        max_length=TITLE,
        error_messages={"required": gettext_lazy("Write the title.")},
    )
    text = Words(TEXT, 10, label=gettext_lazy("Tell more: what is it like now, what should change, for whom?"))
    district = forms.ChoiceField(label=gettext_lazy("Where"), required=False, error_messages=CHOOSE)
    named = Named()
    key = Key()

    def __init__(self, districts: Mapping[str, str], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        if districts:
            choices = [("", _("In the whole city")), *districts.items()]
            self.fields["district"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["district"]


class CommentForm(forms.Form):
    """What one says to a proposal."""

    text = Words(COMMENT, 4, label=gettext_lazy("What do you say to it?"))
    named = Named()
    key = Key()


class JudgeForm(forms.Form):
    """Whether something is shown; if not, by which of the published rules."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Is it shown?"),
        choices=[("shown", gettext_lazy("Yes")), ("refused", gettext_lazy("No"))],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("If not: by which rules"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOOSE,
    )
    same_as = forms.CharField(
        label=gettext_lazy("Address of the proposal that it is the same as"), required=False, max_length=500
    )
    words = Words(WORDS, 3, label=gettext_lazy("If not: what the author should know"), required=False)

    def __init__(self, rules: Mapping[Reason, str], *, of_comment: bool, data: Any = None) -> None:
        super().__init__(data)
        known = [(reason.value, said) for reason, said in rules.items() if not (of_comment and reason is Reason.SAME)]
        self.fields["reasons"].choices = known  # type: ignore[attr-defined]
        if of_comment:
            del self.fields["same_as"]

    def clean_same_as(self) -> UUID | None:
        """The id in an address, or alone."""
        found = ID.search(self.cleaned_data["same_as"])
        return UUID(found.group()) if found else None

    def clean(self) -> dict[str, Any]:
        """A refusal says why, by the list and in words."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("verdict") == "refused":
            if not said.get("reasons"):
                self.add_error("reasons", _("Choose at least one."))
            if not said.get("words"):
                self.add_error("words", _("Write a sentence or two."))
            if (Reason.SAME in said.get("reasons", ())) != (said.get("same_as") is not None):
                self.add_error("same_as" if "same_as" in self.fields else "reasons", _("Name it here, and only then."))
        return said


class AnswerForm(forms.Form):
    """What the city says to a proposal."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Does the city take it up?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    words = Words(WORDS, 5, label=gettext_lazy("Why? Everybody reads it"))
    follows = Words(WORDS, 3, label=gettext_lazy("If so: what follows, and by when"), required=False)
