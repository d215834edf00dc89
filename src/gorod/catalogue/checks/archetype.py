"""A service has what its archetype needs and nothing that makes no sense for it."""

from __future__ import annotations

from collections.abc import Iterator

from gorod.catalogue.data import Problem, Severity
from gorod.catalogue.logic.content import Content, archetypes


def check(content: Content) -> Iterator[Problem]:
    """Yield missing and senseless parts of service.yaml."""
    for name, service in content.services.items():
        archetype = archetypes().get(service.file.archetype)
        if archetype is None:
            continue  # `references` says so
        for part in archetype.needs:
            if not getattr(service.file, part):
                yield Problem(
                    place=service.place(), what=f"{name} is a {service.file.archetype} without {part}", remedy="add it"
                )
        for part in archetype.forbids:
            if getattr(service.file, part):
                yield Problem(
                    place=service.place(part), what=f"a {service.file.archetype} has no {part}", remedy="remove it"
                )
        booking = service.file.booking
        if booking is not None and archetype.carried_by != "booking":
            yield Problem(
                place=service.place("booking"), what=f"a {service.file.archetype} is not booked", remedy="remove it"
            )
        if booking is not None and booking.at and booking.at not in content.facts:
            yield Problem(
                place=service.place("booking", "at"),
                what=f"no fact {booking.at!r}",
                remedy="name the fact that holds the code of a person's location",
            )
        if service.file.decides.four_eyes and service.file.decides.by != "officer":
            yield Problem(
                place=service.place("decides"),
                what=f"nobody at the desk decides {name}, so there is nothing to confirm",
                remedy="by: officer, or without four_eyes",
            )
        if service.file.result and not service.file.refusals:
            yield Problem(
                place=service.place("result"),
                what=f"nobody can refuse {name} or take a wrong decision on it back",
                remedy="name at least one reason of refusal_reasons.yaml in `refusals`",
                severity=Severity.WARNING,
            )
        if service.file.right and service.file.right.renew != "none" and not service.file.conditions:
            yield Problem(
                place=service.place("right"),
                what=f"{name} renews a right that no condition guards",
                remedy="say the conditions, or renew: none",
            )
