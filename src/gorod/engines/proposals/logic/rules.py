"""The published rules in words, in every language of the engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from gorod.engines.proposals.data import Reason


def in_words(language: str) -> Mapping[Reason, str]:
    """What is not shown, each as one sentence that says why."""
    with translation.override(language):
        return {
            Reason.INSULTS: _("It insults or threatens somebody."),
            Reason.PERSONAL_DATA: _(
                "It tells what is private about other people: names, addresses, telephone numbers."
            ),
            Reason.ADVERTISING: _("It advertises something."),
            Reason.NOT_CITY: _("It is not a matter of the city."),
            Reason.UNLAWFUL: _("It calls for something unlawful."),
            Reason.SAME: _("There is such a proposal already."),
        }


def sentences(reasons: Collection[Reason], language: str) -> str:
    """These reasons, as they are told to an author."""
    known = in_words(language)
    return " ".join(known[reason] for reason in Reason if reason in reasons)
