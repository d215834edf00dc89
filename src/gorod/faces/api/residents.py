"""What a resident reads and does, through an agency that has them before it: the counter of a service centre.

The person in the address is the one who is there. They see and act for themselves, their children under age and their wards;
facts of another adult are never shown. Every reading is logged with the agency and the purpose it gives.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Path, Query, Router

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api as journeys
from gorod.engines.messages import api as messages
from gorod.engines.offers import api as offers
from gorod.engines.payments import api as payments
from gorod.faces.api.access import READ, AgencyToken, caller_of
from gorod.faces.api.agency import recovery_out
from gorod.faces.api.schemas import (
    CaseOut,
    ConsentOut,
    DueOut,
    FactOut,
    IdentifiersIn,
    JourneyOut,
    MessageOut,
    OfferOut,
    OrderOut,
    ProvenanceOut,
    ReadingOut,
    RecoveryOut,
    ResidentOut,
)
from gorod.faces.api.showing import case_out, due_out, journey_out, offer_out
from gorod.kernel.errors import NotFound
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Fact, Reader
from gorod.records.parties import api as parties

router = Router(tags=["residents"], auth=AgencyToken([READ]))

Purpose = Annotated[str, Header(min_length=3, max_length=200, description="what it is read for")]
Number = Annotated[str, Path(pattern=r"^[0-9-]{1,30}$")]
Language = Annotated[str, Query(pattern=r"^([a-z]{2,3})?$", description="empty: the resident's own")]


def _reader(request: HttpRequest) -> Reader:
    return Reader(kind="agency", name=caller_of(request).agency)


def _language(resident: UUID, wanted: str) -> str:
    return wanted if wanted in catalogue.current().languages else messages.language_of(party_id=resident)


def about_whom(resident: UUID, about: UUID | None) -> UUID:
    """The person meant: the resident, or somebody they may act for. Raises NotFound, Forbidden."""
    parties.party(party_id=resident)
    if about is None or about == resident:
        return resident
    applications.must_act_for(party_id=resident, about_id=about)
    return about


@router.post("/match", response=ResidentOut, summary="Find a resident by strong identifiers")
def match(request: HttpRequest, payload: IdentifiersIn) -> ResidentOut:
    """The one resident who carries all these identifiers. Names are never enough."""
    found = parties.match(identifiers=payload.identifiers)
    if found.one is None or found.unknown:
        raise NotFound("no single resident carries all these identifiers", remedy="check each of them")
    return ResidentOut(resident=found.one)


@router.get("/{resident}/dues", response=list[DueOut], summary="What is due")
def resident_dues(
    request: HttpRequest,
    resident: UUID,
    purpose: Purpose,
    about: UUID | None = None,
    service: Annotated[list[str] | None, Query(max_length=50)] = None,
    language: Language = "",
) -> list[DueOut]:
    """Every service's answer now: due, not due with the failing conditions, unknown with exactly the missing facts."""
    subject = about_whom(resident, about)
    answers = dues.assess(people=[subject], services=service, purpose=purpose, reader=_reader(request))
    return [due_out(answer, _language(resident, language)) for answer in answers]


@router.get("/{resident}/journeys", response=list[JourneyOut], summary="Life events")
def resident_journeys(request: HttpRequest, resident: UUID, language: Language = "") -> list[JourneyOut]:
    """The life events that the resident takes part in, with every step."""
    about_whom(resident, None)
    return [journey_out(j, _language(resident, language)) for j in journeys.journeys_of(party_id=resident)]


@router.get("/{resident}/offers", response=list[OfferOut], summary="What is newly due")
def resident_offers(request: HttpRequest, resident: UUID, language: Language = "") -> list[OfferOut]:
    """What reviews of the whole city found due to the resident and those they act for, and waits for a yes or a no."""
    about_whom(resident, None)
    return [offer_out(one, _language(resident, language)) for one in offers.open_for(party_id=resident)]


@router.get("/{resident}/cases", response=list[CaseOut], summary="Cases")
def resident_cases(request: HttpRequest, resident: UUID) -> list[CaseOut]:
    """Cases about the resident, about those they act for, and those they applied for."""
    about_whom(resident, None)
    people = applications.people_acted_for(party_id=resident)
    return [case_out(case) for case in cases.cases_of(subjects=people, applicants=[resident])]


@router.get("/{resident}/cases/{number}", response=CaseOut, summary="One case")
def resident_case(request: HttpRequest, resident: UUID, number: Number) -> CaseOut:
    """One case with its decision and history."""
    return case_out(applications.own_case(party_id=resident, number=number), whole=True)


@router.get("/{resident}/facts", response=list[FactOut], summary="What the city knows")
def resident_facts(
    request: HttpRequest, resident: UUID, purpose: Purpose, about: UUID | None = None, language: Language = ""
) -> list[FactOut]:
    """Every stated fact of the person with its source. Facts made of other people's facts are not shown: they are theirs."""
    subject = about_whom(resident, about)
    names = facts.stated_names()
    found = facts.read(people=[subject], names=names, purpose=purpose, reader=_reader(request))
    hidden = frozenset() if subject == resident else facts.hidden_names(known=found)
    words = facts.describe(names=names, language=_language(resident, language))
    return [_fact_out(fact, words[fact.name]) for fact in found if fact.name not in hidden]


def _fact_out(fact: Fact, meaning: str) -> FactOut:
    origin = fact.provenance
    return FactOut(
        name=fact.name,
        meaning=meaning,
        value=fact.value,
        disputed=fact.disputed,
        provenance=ProvenanceOut(
            source=origin.source,
            owner=origin.owner,
            valid_from=origin.valid_from,
            valid_to=origin.valid_to,
            recorded_at=origin.recorded_at,
            verified_on=origin.verified_on,
        )
        if origin
        else None,
    )


@router.get("/{resident}/access-log", response=list[ReadingOut], summary="Who looked")
def access_log(
    request: HttpRequest, resident: UUID, about: UUID | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> list[ReadingOut]:
    """Every reading of the person's facts, newest first."""
    return [
        ReadingOut(
            at=row.at,
            reader_kind=row.reader.kind,
            reader=row.reader.name,
            purpose=row.purpose,
            names=list(row.names),
        )
        for row in facts.access_log(party_id=about_whom(resident, about), limit=limit)
    ]


@router.get("/{resident}/messages", response=list[MessageOut], summary="The inbox")
def inbox(request: HttpRequest, resident: UUID) -> list[MessageOut]:
    """The resident's messages, oldest first."""
    about_whom(resident, None)
    return [
        MessageOut(
            message_id=m.message_id,
            kind=m.kind,
            subject=m.subject,
            body=m.body,
            language=m.language,
            created_at=m.created_at,
            read_at=m.read_at,
        )
        for m in messages.inbox(party_id=resident)
    ]


@router.get("/{resident}/payments", response=list[OrderOut], summary="Payments")
def resident_payments(request: HttpRequest, resident: UUID) -> list[OrderOut]:
    """Payment orders to the resident, oldest first."""
    about_whom(resident, None)
    return [
        OrderOut(
            order_id=o.order_id,
            service=o.service,
            period=o.period,
            amount=o.amount,
            state=o.state.value,
            state_at=o.state_at,
        )
        for o in payments.orders_of(payees=[resident])
    ]


@router.get("/{resident}/recoveries", response=list[RecoveryOut], summary="Recoveries")
def resident_recoveries(request: HttpRequest, resident: UUID) -> list[RecoveryOut]:
    """Money that may have been paid to the resident without a right, and what a person decided about it."""
    about_whom(resident, None)
    return [
        recovery_out(recovery, cases.case(case_id=recovery.case_id))
        for recovery in payments.recoveries_of(party_id=resident)
    ]


@router.get("/{resident}/consents", response=list[ConsentOut], summary="Consents")
def resident_consents(request: HttpRequest, resident: UUID) -> list[ConsentOut]:
    """Everything the resident allowed or switched off, oldest first."""
    about_whom(resident, None)
    return [
        ConsentOut(scope=word.scope, allowed=word.allowed, at=word.at, by=word.by)
        for word in consents.history(party_id=resident)
    ]
