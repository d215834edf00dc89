"""A delivery of OpenCRVS: checked, turned into an event, taken in or refused with a note."""

from __future__ import annotations

import structlog

from gorod.catalogue import api as catalogue
from gorod.engines.intake import api as intake
from gorod.engines.intake.data import CloudEvent, Fate, Receipt
from gorod.faces.api import wire
from gorod.faces.api.adapters.opencrvs import birth, content, mapping, signature
from gorod.kernel.errors import BadInput, GorodError, NotFound

log = structlog.get_logger()


class NotSigned(GorodError):
    """The signature is missing or is not that of the body."""

    status = 403
    code = "not-signed"
    title = "The signature does not hold"


def receive(*, body: bytes, signed: str, secret: str, sender: str) -> Receipt:
    """Take in one delivery; the same registration again changes nothing. `sender` is where it came from, for the refusal.

    Raises NotSigned, NotFound when the city takes nothing from OpenCRVS, ContentError, BadInput. What is refused is noted;
    nothing else of it is stored.
    """
    if not signature.holds(body=body, secret=secret, signature=signed):
        error = NotSigned(
            f"{signature.HEADER} is not that of this body", remedy="sign with the secret of the client in OpenCRVS"
        )
        intake.refuse(sender="", reason=f"{sender}: {error.detail}")
        raise error
    event: CloudEvent | None = None
    agency = ""
    try:
        file = content.of(catalogue.current())
        agency = file.sender
        event = mapping.event(birth.read(wire.json_of(body), sections=file.sections), file)
        [receipt] = intake.receive(events=[event], sender=agency, allowed=[file.event])
    except GorodError as error:
        # the reason may quote the message, so it goes with the note and not into the log
        log.error("opencrvs_refused", registration=event.id if event else "", code=error.code)
        intake.refuse(sender=agency, reason=f"OpenCRVS: {error.detail}", event=event)
        raise
    except Exception:
        # OpenCRVS sends again only when nobody answers: whatever the status, this delivery will not come back
        log.error("opencrvs_delivery_lost", registration=event.id if event else "", remedy="have it sent again")
        raise
    if receipt.fate is Fate.PARKED:
        log.warning("opencrvs_parked", received=str(receipt.event_id), reason=receipt.reason)
    return receipt


def verify(*, mode: str, topic: str, challenge: str) -> str:
    """The challenge to answer with when OpenCRVS asks whether the city wants to be subscribed.

    Raises NotFound (WebSub, section 5.3) unless it is for registered births; ContentError when the city's file is wrong:
    better now than at the first birth.
    """
    content.of(catalogue.current())
    if mode != "subscribe" or topic != birth.TOPIC:
        raise NotFound(
            f"nothing to {mode or 'do'} here for {topic or 'no topic'}", remedy=f"subscribe to {birth.TOPIC}"
        )
    if not 0 < len(challenge) <= 200:
        raise BadInput("challenge is a text of 1 to 200 characters", remedy="send a challenge")
    return challenge
