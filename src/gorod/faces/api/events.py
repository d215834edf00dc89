"""`POST /api/events`: events in."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from gorod.engines.intake import api as intake
from gorod.engines.intake.data import Receipt
from gorod.faces.api import wire
from gorod.faces.api.access import AgencyToken, caller_of
from gorod.faces.api.schemas import EventTypeOut, ReceiptOut
from gorod.kernel.errors import GorodError

router = Router(tags=["events"])


def _refused(request: HttpRequest, error: GorodError) -> None:
    intake.refuse(sender="", reason=f"{request.META.get('REMOTE_ADDR', '')}: {error.detail}")


@router.post(
    "/events",
    auth=AgencyToken(refused=_refused),
    response={202: ReceiptOut | list[ReceiptOut]},
    summary="Send events",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                wire.STRUCTURED: {"schema": {"type": "object"}},
                wire.BATCH: {"schema": {"type": "array", "items": {"type": "object"}}},
                "application/json": {"schema": {"type": "object"}},
            },
        }
    },
)
def send_events(request: HttpRequest) -> tuple[int, object]:
    """CloudEvents 1.0 in binary, structured or batch mode. A batch is taken whole or not at all.

    The same source and id again changes nothing. 202 means that the event is stored for good: `fate` says whether it was
    carried out, waits for a clerk (`parked`, with the reason), or was here already (`repeated`).
    """
    caller = caller_of(request)
    try:
        events, batch = wire.read(request)
        receipts = intake.receive(events=events, sender=caller.agency, allowed=caller.scopes)
    except GorodError as error:
        intake.refuse(sender=caller.agency, reason=error.detail)
        raise
    answers = [_receipt(receipt) for receipt in receipts]
    return 202, answers if batch else answers[0]


def _receipt(receipt: Receipt) -> ReceiptOut:
    return ReceiptOut(
        event=receipt.event_id, fate=receipt.fate.value, reason=receipt.reason, journey=receipt.journey_id
    )


@router.get("/event-types", auth=None, response=list[EventTypeOut], summary="What events the city takes")
def event_types(request: HttpRequest) -> list[EventTypeOut]:
    """Every event type with who sends it and the JSON Schema (2020-12) of its data."""
    return [
        EventTypeOut(
            type=known.type,
            senders=list(known.senders),
            meaning=dict(known.meaning),
            data_schema=dict(known.schema),
        )
        for known in intake.event_types().values()
    ]
