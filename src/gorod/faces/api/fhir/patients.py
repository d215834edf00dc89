"""Patient: who is booked for. Only who it is; the name when the request says what for, which is noted where the person sees
it."""

from __future__ import annotations

from uuid import UUID

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Selection, Status
from gorod.faces.api.fhir import elements, showing
from gorod.faces.api.fhir.asking import Asking
from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.outcome import invalid, unfit
from gorod.faces.api.fhir.reading import Identifier, PatientIn, Reference
from gorod.faces.api.fhir.searching import Page, Query, id_of, uuid_of
from gorod.kernel.errors import NotFound
from gorod.records.facts import api as facts
from gorod.records.parties import api as parties
from gorod.records.parties.data import PartyKind


def read_patient(asking: Asking, resource_id: str) -> Resource:
    """Somebody who has or had an appointment at one of the agency's locations. Raises NotFound."""
    party_id = uuid_of(resource_id)
    if party_id is None or not _known_here(asking, party_id):
        raise NotFound(f"no Patient {resource_id[:64]} of {asking.agency}", remedy="search by a strong identifier")
    return _shown(asking, party_id, named=bool(asking.purpose))


def search_patients(asking: Asking, query: Query) -> Page:
    """The one person who carries all these identifiers. Names and dates of birth are never enough. Raises BadInput without any."""
    asked = query.each("identifier")
    ids = query.ids("_id", ())
    if ids is not None:
        carriers = by_identifier(query, "identifier")
        known = [one for text in ids if (one := uuid_of(text)) is not None and _known_here(asking, one)]
        known = [one for one in known if carriers is None or one in carriers]
        return Page(total=len(known), resources=[_shown(asking, one, named=bool(asking.purpose)) for one in known])
    if not asked:
        raise invalid("people are searched by identifier", code="required", at="http.identifier")
    if any(len(inner) != 1 for inner in asked):
        raise invalid("one identifier at a time; several parameters are all to hold", at="http.identifier")
    found = _carrier([_identifier(inner[0]) for inner in asked])
    if found is None:
        return Page(total=0, resources=[])
    named = bool(asking.purpose) and _known_here(asking, found)
    return Page(total=1, resources=[_shown(asking, found, named=named)])


CAME_OR_COMES = (
    Status.BOOKED,
    Status.ARRIVED,
    Status.FULFILLED,
    Status.NOSHOW,
)  # a hold of one's own making opens nobody's name


def _known_here(asking: Asking, party_id: UUID) -> bool:
    total, _ = booking.appointments_at(
        wanted=Selection(agency=asking.agency, party_ids=[party_id], states=CAME_OR_COMES, limit=1)
    )
    return total > 0


def _shown(asking: Asking, party_id: UUID, *, named: bool) -> Resource:
    if named:
        facts.record_reading(people=[party_id], names=[], purpose=asking.purpose, reader=asking.reader)
    gone = named and bool(facts.gone(people=[party_id], purpose=asking.purpose, reader=asking.reader))
    return {**showing.patient(parties.party(party_id=party_id), named=named, gone=gone), "id": str(party_id)}


def _identifier(token: str) -> Identifier:
    system, bar, value = token.rpartition("|")
    if not bar or not system or not value:
        raise invalid(f"an identifier is {elements.PERSON}scheme|value", at="http.identifier")
    return Identifier(system=system, value=value)


def _carrier(identifiers: list[Identifier]) -> UUID | None:
    """Who carries all of them, where each is of a system that we know."""
    wanted = {}
    for one in identifiers:
        system, value = one.system or "", one.value or ""
        if not system.startswith(elements.PERSON) or not value:
            return None
        wanted[system.removeprefix(elements.PERSON)] = value
    found = parties.match(identifiers=wanted)
    return found.one if wanted and not found.unknown and found.one is not None and _is_person(found.one) else None


def _is_person(party_id: UUID) -> bool:
    known = parties.parties(party_ids=[party_id]).get(party_id)
    return known is not None and known.kind is PartyKind.RESIDENT


def by_identifier(query: Query, name: str) -> set[UUID] | None:
    """Who carries one of the identifiers that a parameter names, None when there is none."""
    asked = query.each(name)
    if not asked:
        return None
    return {one for inner in asked for token in inner if (one := _carrier([_identifier(token)])) is not None}


def meant(asking: Asking, given: Reference, at: str) -> UUID:
    """The person whom a reference names, by id or by identifier. Raises Refused when there is nobody."""
    if given.reference is not None:
        return must_be_person(uuid_of(id_of(given.reference, ["Patient"], base=asking.base) or ""), at=at)
    return must_be_person(_carrier([given.identifier]) if given.identifier is not None else None, at=at)


def must_be_person(party_id: UUID | None, *, at: str) -> UUID:
    """Raises Refused when nobody has this id."""
    if party_id is None or not _is_person(party_id):
        raise unfit("no such Patient", at=at, code="not-found")
    return party_id


def of_resource(given: PatientIn, at: str) -> UUID:
    """The person whom a Patient resource names by strong identifiers. Raises Refused when there is nobody: nobody is entered."""
    found = _carrier(given.identifier)
    if found is None:
        raise unfit("no single person carries all these identifiers", at=f"{at}.identifier", code="not-found")
    return found
