"""What a resident does, through an agency that has them before it: the counter of a service centre."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Status

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.intake import api as intake
from gorod.engines.journeys import api as journeys
from gorod.engines.messages import api as messages
from gorod.engines.offers import api as offers
from gorod.engines.payments import api as payments
from gorod.faces.api import residents
from gorod.faces.api.access import ACT, AgencyToken, caller_of
from gorod.faces.api.agency import recovery_out
from gorod.faces.api.residents import Number, about_whom
from gorod.faces.api.schemas import (
    AccountIn,
    AnswerIn,
    ApplyIn,
    CaseOut,
    ConsentIn,
    EmailIn,
    OfferOut,
    ReadIn,
    ReasonIn,
    RecoveryOut,
    StepOut,
    ValuesIn,
)
from gorod.faces.api.showing import case_out, offer_out, step_out
from gorod.kernel.errors import NotFound
from gorod.kernel.identifiers import stable_id
from gorod.records.parties import api as parties

router = residents.router  # one router: reads and acts share addresses
TOKEN = AgencyToken([ACT])

IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=200, description="the same key, the same case")
]


def _by(request: HttpRequest) -> str:
    return f"resident at {caller_of(request).agency}"


@router.post("/{resident}/steps/{step}/accept", auth=TOKEN, response=StepOut, summary="Say yes to an offer")
def accept(request: HttpRequest, resident: UUID, step: UUID, payload: AnswerIn) -> StepOut:
    """The application is made, with what its form asks in `data`. Twice makes one case."""
    service = journeys.step(step_id=step).service
    data = applications.checked_form(service=service, data=payload.data)
    accepted = journeys.accept(step_id=step, by=resident, data=data, signature=_by(request))
    return step_out(accepted, messages.language_of(party_id=resident))


@router.post("/{resident}/steps/{step}/decline", auth=TOKEN, response=StepOut, summary="Say no to an offer")
def decline(request: HttpRequest, resident: UUID, step: UUID, payload: ReasonIn) -> StepOut:
    """It stays no until the person resumes it."""
    declined = journeys.decline(step_id=step, by=resident, reason=payload.reason)
    return step_out(declined, messages.language_of(party_id=resident))


@router.post("/{resident}/steps/{step}/resume", auth=TOKEN, response=StepOut, summary="Think again")
def resume(request: HttpRequest, resident: UUID, step: UUID) -> StepOut:
    """A declined step is looked at again."""
    resumed = journeys.resume(step_id=step, by=resident)
    return step_out(resumed, messages.language_of(party_id=resident))


@router.post("/{resident}/offers/{offer}/accept", auth=TOKEN, response=OfferOut, summary="Say yes to what is newly due")
def accept_offer(request: HttpRequest, resident: UUID, offer: UUID, payload: AnswerIn) -> OfferOut:
    """The application is made, with what its form asks in `data`. Twice makes one case."""
    service = offers.offer(offer_id=offer, by=resident).service
    data = applications.checked_form(service=service, data=payload.data)
    accepted = offers.accept(offer_id=offer, by=resident, data=data, signature=_by(request))
    return offer_out(accepted, messages.language_of(party_id=resident))


@router.post("/{resident}/offers/{offer}/decline", auth=TOKEN, response=OfferOut, summary="Say no to what is newly due")
def decline_offer(request: HttpRequest, resident: UUID, offer: UUID, payload: ReasonIn) -> OfferOut:
    """It stays no until the person resumes it."""
    declined = offers.decline(offer_id=offer, by=resident, reason=payload.reason)
    return offer_out(declined, messages.language_of(party_id=resident))


@router.post("/{resident}/offers/{offer}/resume", auth=TOKEN, response=OfferOut, summary="Think again of an offer")
def resume_offer(request: HttpRequest, resident: UUID, offer: UUID) -> OfferOut:
    """A declined offer is open again."""
    return offer_out(offers.resume(offer_id=offer, by=resident), messages.language_of(party_id=resident))


@router.put("/{resident}/facts", auth=TOKEN, response={204: None}, summary="Supply facts that no register knows")
def supply(request: HttpRequest, resident: UUID, payload: ValuesIn, about: UUID | None = None) -> Status[None]:
    """Only facts that the city asks of people. They give way when the register itself speaks."""
    intake.supply(party_id=about_whom(resident, about), values=payload.values, by=_by(request))
    return Status(204, None)


@router.post("/{resident}/facts/{name}/dispute", auth=TOKEN, response={204: None}, summary="Dispute a fact")
def dispute(
    request: HttpRequest, resident: UUID, name: str, payload: ReasonIn, about: UUID | None = None
) -> Status[None]:
    """While the dispute is open the fact counts as unknown."""
    intake.dispute(party_id=about_whom(resident, about), name=name, reason=payload.reason, by=_by(request))
    return Status(204, None)


@router.post("/{resident}/cases", auth=TOKEN, response={201: CaseOut}, summary="Apply for a service")
def apply(request: HttpRequest, resident: UUID, payload: ApplyIn, key: IdempotencyKey) -> Status[CaseOut]:
    """Apply outside a life event. Refused with the failing conditions or the missing facts when it is not due."""
    if payload.service not in catalogue.current().services:
        raise NotFound(f"no service {payload.service!r}", remedy="see /api/services")
    data = applications.checked_form(service=payload.service, data=payload.data)
    case = applications.apply(
        service=payload.service,
        subject_id=payload.about or resident,
        applicant_id=resident,
        key=str(stable_id(caller_of(request).agency, str(resident), key)),
        by=_by(request),
        data=data,
    )
    return Status(201, case_out(case, whole=True))


@router.post("/{resident}/cases/{number}/withdraw", auth=TOKEN, response=CaseOut, summary="Withdraw an application")
def withdraw(request: HttpRequest, resident: UUID, number: Number, payload: ReasonIn) -> CaseOut:
    """Only the applicant withdraws, while the status allows it."""
    case = applications.own_case(party_id=resident, number=number)
    done = applications.withdraw(case=case, by_party=resident, by=_by(request), reason=payload.reason)
    return case_out(done, whole=True)


@router.post("/{resident}/cases/{number}/answer", auth=TOKEN, response=CaseOut, summary="Answer the agency")
def answer(request: HttpRequest, resident: UUID, number: Number, payload: AnswerIn) -> CaseOut:
    """What the agency asked."""
    case = applications.own_case(party_id=resident, number=number)
    return case_out(cases.answer(case_id=case.case_id, by=_by(request), data=payload.data), whole=True)


@router.put("/{resident}/account", auth=TOKEN, response={204: None}, summary="Confirm an account")
def account(request: HttpRequest, resident: UUID, payload: AccountIn) -> Status[None]:
    """Where money goes; orders that waited for it leave."""
    parties.party(party_id=resident)
    payments.confirm_account(party_id=resident, account=payload.account)
    return Status(204, None)


@router.put("/{resident}/email", auth=TOKEN, response={204: None}, summary="Say where e-mail goes")
def email(request: HttpRequest, resident: UUID, payload: EmailIn) -> Status[None]:
    """Every message of the inbox comes by e-mail too; an empty address ends that."""
    parties.party(party_id=resident)
    messages.set_email(party_id=resident, email=payload.email)
    return Status(204, None)


@router.post("/{resident}/messages/read", auth=TOKEN, response={204: None}, summary="Mark messages as read")
def mark_read(request: HttpRequest, resident: UUID, payload: ReadIn) -> Status[None]:
    """The resident has seen these messages of theirs."""
    messages.mark_read(party_id=resident, message_ids=payload.messages)
    return Status(204, None)


@router.put("/{resident}/consents", auth=TOKEN, response={204: None}, summary="Allow or switch off")
def consent(request: HttpRequest, resident: UUID, payload: ConsentIn) -> Status[None]:
    """Respected from this moment on, for good, until said otherwise."""
    parties.party(party_id=resident)
    intake.consent(party_id=resident, scope=payload.scope, allowed=payload.allowed, by=_by(request))
    return Status(204, None)


@router.post("/{resident}/recoveries/{recovery}/hearing", auth=TOKEN, response=RecoveryOut, summary="Be heard")
def hearing(request: HttpRequest, resident: UUID, recovery: UUID, payload: ReasonIn) -> RecoveryOut:
    """What the resident has to say before a person decides."""
    known = payments.recovery(recovery_id=recovery)
    if known.party_id != resident:
        raise NotFound(f"no recovery {recovery}", remedy="check the id")
    heard = payments.hear(recovery_id=recovery, text=payload.reason)
    return recovery_out(heard, cases.case(case_id=heard.case_id))
