"""Who asks, and what is theirs: an agency's locations and everything at them, read once a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from gorod.catalogue import api as catalogue
from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Absence, KnownPlan, Location, Provider
from gorod.faces.api.fhir.elements import offer_id, role_id
from gorod.kernel import clock
from gorod.kernel.errors import NotFound
from gorod.records.facts.data import Reader


def in_force(plan: KnownPlan) -> bool:
    """Whether a plan ever was or will be; another one can take its place before it begins."""
    return plan.plan.until is None or plan.plan.until >= plan.plan.since


@dataclass(frozen=True, kw_only=True)
class Role:
    """A provider and a service, with the plans for it, the last one last."""

    provider: Provider
    service: str
    plans: tuple[KnownPlan, ...]

    @property
    def role_id(self) -> str:
        """As a resource."""
        return role_id(self.provider.provider_id, self.service)

    @property
    def newest(self) -> KnownPlan:
        """The plan that it shows: the last one, of those that were ever in force if there are any."""
        return max(self.plans, key=lambda one: (in_force(one), one.plan.since))


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A service at a location."""

    location: Location
    service: str
    plans: tuple[KnownPlan, ...]

    @property
    def offer_id(self) -> str:
        """As a resource."""
        return offer_id(self.location.location_id, self.service)


@dataclass(frozen=True)
class Asking:
    """A request of an agency. `base`: the address of this server; `purpose`: what personal data are read for, empty: not said."""

    agency: str
    base: str
    purpose: str = ""
    lenient: bool = False
    _absent: dict[UUID, list[Absence]] = field(default_factory=dict)

    @property
    def by(self) -> str:
        """Who does it, as it is noted."""
        return f"staff at {self.agency}"

    @property
    def reader(self) -> Reader:
        """Who reads facts."""
        return Reader(kind="agency", name=self.agency)

    @property
    def language(self) -> str:
        """The language of names."""
        return catalogue.current().languages[0]

    @cached_property
    def locations(self) -> dict[UUID, Location]:
        """The agency's locations."""
        return {one.location_id: one for one in booking.locations(agency=self.agency)}

    @cached_property
    def providers(self) -> dict[UUID, Provider]:
        """Who is booked there."""
        return {one.provider_id: one for one in booking.providers() if one.location_id in self.locations}

    @cached_property
    def plans(self) -> dict[UUID, KnownPlan]:
        """Their plans, those that are over too."""
        return {one.plan_id: one for one in booking.plans_at(agency=self.agency)}

    @cached_property
    def roles(self) -> dict[str, Role]:
        """What each of them does, by the id of the resource."""
        found: dict[tuple[UUID, str], list[KnownPlan]] = {}
        for one in self.plans.values():
            found.setdefault((one.plan.provider_id, one.plan.service), []).append(one)
        made = [
            Role(provider=self.providers[provider_id], service=service, plans=tuple(plans))
            for (provider_id, service), plans in found.items()
        ]
        return {one.role_id: one for one in made}

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """The services at each location: those that have hours there, and those of the agency that may get some."""
        own = [one.service for one in booking.bookables().values() if one.agency == self.agency]
        found: dict[tuple[UUID, str], list[KnownPlan]] = {(place, one): [] for place in self.locations for one in own}
        for one in self.plans.values():
            place = self.providers[one.plan.provider_id].location_id
            found.setdefault((place, one.plan.service), []).append(one)
        made = [
            Offer(location=self.locations[place], service=service, plans=tuple(plans))
            for (place, service), plans in found.items()
        ]
        return {one.offer_id: one for one in made}

    def absences(self, provider: Provider) -> list[Absence]:
        """When somebody is away, from now on."""
        place = provider.location_id
        if place not in self._absent:
            self._absent[place] = booking.absent(location_id=place)
        return [one for one in self._absent[place] if one.provider.provider_id == provider.provider_id]

    def forget(self) -> None:
        """Read all of it again: something was changed."""
        for name in ("locations", "providers", "plans", "roles", "offers"):
            self.__dict__.pop(name, None)
        self._absent.clear()

    def own_location(self, location_id: UUID | None) -> Location:
        """A location of the agency. Raises NotFound."""
        if location_id not in self.locations:
            raise NotFound(f"no Location {location_id} of {self.agency}", remedy="search for it")
        return self.locations[location_id]

    def own_provider(self, provider_id: UUID | None) -> Provider:
        """A provider at one of the agency's locations. Raises NotFound."""
        if provider_id not in self.providers:
            raise NotFound(f"no Practitioner {provider_id} of {self.agency}", remedy="search for them")
        return self.providers[provider_id]

    def goes_on(self, plan: KnownPlan) -> bool:
        """Whether a plan makes slots, now or later."""
        return in_force(plan) and (plan.plan.until is None or plan.plan.until >= clock.today())
