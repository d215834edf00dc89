"""The door of messages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from string import Formatter
from uuid import UUID

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from gorod.engines.messages import models
from gorod.engines.messages.data import KINDS, Device, EmailState, Message, Template, Texts, Value
from gorod.engines.messages.logic import devices
from gorod.engines.messages.logic.push import public_key
from gorod.engines.messages.logic.words import in_words
from gorod.kernel import clock
from gorod.records.parties import api as parties

DOUBTFUL_AFTER = timedelta(minutes=5)  # a sending that takes longer was cut off

_texts = Texts()


def configure(*, texts: Texts) -> None:
    """Set the city's texts in this process."""
    global _texts
    _texts = texts


def service_name(*, service: str, language: str) -> str:
    """What a service is called in a language of the city; its folder name when it has no text."""
    return _texts.names.get(language, {}).get(service, service)


def reasons(*, codes: Collection[str], language: str) -> list[str]:
    """Refusal reasons in words; the code where the city has no words."""
    words = _texts.reasons.get(language, {})
    return [words.get(code, code) for code in codes]


def conditions(*, service: str, failing: Collection[str], language: str) -> str:
    """The sentences a service says for conditions that fail; empty for those it has no words for."""
    words = _texts.conditions.get(language, {}).get(service, {})
    return " ".join(words[name] for name in failing if name in words)


def language_of(*, party_id: UUID) -> str:
    """The person's language if the city has it, else the city's first."""
    known = parties.parties(party_ids=[party_id]).get(party_id)
    return known.language if known and known.language in _texts.languages else _texts.languages[0]


def _template(language: str, kind: str, service: str) -> Template:
    """The text of a kind. `gorod check` demands all of them; should one be missing all the same, nothing stops for it."""
    own = _texts.services.get(language, {}).get(service, {}).get(kind)
    return own or _texts.general.get(language, {}).get(kind) or Template(subject=f"{{service}}: {kind}", body="")


def _written(text: str, words: Mapping[str, str]) -> str:
    """The text with its words put in; a line that speaks of something there is none of (an empty word) is left out."""
    lines = []
    for line in text.splitlines():
        names = [name for _, name, _, _ in Formatter().parse(line) if name]
        if all(words.get(name, "") for name in names):
            lines.append(_one_stop(line.format_map(words)))
    return "\n".join(lines)


def _one_stop(text: str) -> str:
    """A date that ends with a full stop (`2028 г.`) ends the sentence with it."""
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)


def tell(
    *,
    party_id: UUID,
    key: str,
    kind: str,
    service: str = "",
    about: str = "",
    values: Mapping[str, Value] | None = None,
) -> bool:
    """Put one message into a resident's inbox, in the caller's transaction, exactly once by `key`.

    The text is the service's own for this kind, else the city's. Returns whether it is new.
    """
    language = language_of(party_id=party_id)
    template = _template(language, kind, service)
    known = {"service": service_name(service=service, language=language), **in_words(values or {}, language)}
    words = {**dict.fromkeys(KINDS.get(kind, ()), ""), **known}
    message, new = models.Message.objects.get_or_create(
        party_id=party_id,
        key=key,
        defaults={
            "kind": kind,
            # on one line, whatever an officer wrote: it becomes the header of an e-mail
            "subject": _one_stop(" ".join(template.subject.format_map(words).split()))[:300],
            "body": _written(template.body, words),
            "language": language,
            "about": about,
        },
    )
    if new and (address := models.Address.objects.filter(party_id=party_id).first()) is not None:
        models.Email.objects.create(party_id=party_id, message_id=message.id, address=address.email)
    if new:
        devices.want(party_id)
    return new


def inbox(*, party_id: UUID, limit: int | None = None, before: UUID | None = None) -> list[Message]:
    """The resident's messages, oldest first; of many only the last `limit`, of those before a message: a page of them."""
    rows = models.Message.objects.filter(party_id=party_id).order_by("-id")
    rows = rows.filter(id__lt=before) if before else rows
    return [
        Message(
            message_id=row.id,
            party_id=row.party_id,
            key=row.key,
            kind=row.kind,
            subject=row.subject,
            body=row.body,
            language=row.language,
            created_at=row.created_at,
            read_at=row.read_at,
            about=row.about,
        )
        for row in reversed(rows[:limit])
    ]


def unread_count(*, party_id: UUID) -> int:
    """How many messages the resident has not seen."""
    return models.Message.objects.filter(party_id=party_id, read_at=None).count()


def mark_read(*, party_id: UUID, message_ids: Collection[UUID]) -> None:
    """The resident has seen these messages."""
    models.Message.objects.filter(party_id=party_id, id__in=list(message_ids), read_at=None).update(read_at=clock.now())


def set_email(*, party_id: UUID, email: str) -> None:
    """Where the resident wants e-mail; empty: nowhere."""
    if email:
        models.Address.objects.update_or_create(party_id=party_id, defaults={"email": email})
    else:
        models.Address.objects.filter(party_id=party_id).delete()


def email_of(*, party_id: UUID) -> str:
    """Where the resident wants e-mail; empty: nowhere."""
    return models.Address.objects.filter(party_id=party_id).values_list("email", flat=True).first() or ""


def send_emails(*, limit: int = 100) -> int:
    """Send waiting e-mails, each at most once: it is marked before it leaves, and a cut-off sending is never repeated.

    Returns how many left. Raises what the mail server's connection raises; nothing is marked before there is one.
    """
    doubtful_before = clock.now() - DOUBTFUL_AFTER
    models.Email.objects.filter(state=EmailState.SENDING, state_at__lt=doubtful_before).update(
        state=EmailState.DOUBTFUL
    )
    if not models.Email.objects.filter(state=EmailState.WAITING).exists():
        return 0
    sent = 0
    with get_connection() as server:
        while sent < limit and (row := _next_email()) is not None:
            message = models.Message.objects.get(id=row.message_id, party_id=row.party_id)
            EmailMessage(
                subject=message.subject,
                body=message.body,
                to=[row.address],
                headers={"Message-ID": f"<{row.id}@gorod>"},
                connection=server,
            ).send()
            row.state, row.state_at = EmailState.SENT, clock.now()
            row.save(update_fields=["state", "state_at"])
            sent += 1
    return sent


def _next_email() -> models.Email | None:
    """The next waiting e-mail, marked as being sent."""
    with transaction.atomic():
        row = models.Email.objects.select_for_update(skip_locked=True).filter(state=EmailState.WAITING).first()
        if row is not None:
            row.state, row.state_at = EmailState.SENDING, clock.now()
            row.save(update_fields=["state", "state_at"])
        return row


def doubtful_emails() -> list[tuple[UUID, UUID]]:
    """E-mails whose sending was cut off, for the operator: (e-mail id, party)."""
    rows = models.Email.objects.filter(state=EmailState.DOUBTFUL).order_by("id")
    return [(row.id, row.party_id) for row in rows]


def push_key() -> str:
    """The public key that a browser needs to subscribe: base64url of an uncompressed point of P-256."""
    return public_key()


def add_device(*, party_id: UUID, endpoint: str, p256dh: str, auth: str, language: str) -> None:
    """Push to this browser whenever the resident is told something; a known one is renewed.

    `endpoint` and the keys are those of the browser's PushSubscription. One device too many takes the place of the oldest. Raises
    BadInput when the endpoint is not https at a public host, or the keys are none.
    """
    devices.add(party_id=party_id, endpoint=endpoint, p256dh=p256dh, auth=auth, language=language)


def remove_device(*, party_id: UUID, endpoint: str) -> None:
    """Push to this browser no more; empty: to no browser of the resident's."""
    devices.remove(party_id=party_id, endpoint=endpoint)


def devices_of(*, party_id: UUID) -> list[Device]:
    """The browsers that the resident is told on, oldest first."""
    return [
        Device(
            endpoint=row.endpoint,
            language=row.language,
            created_at=row.created_at,
            failures=row.failures,
            last_failure=row.last_failure,
        )
        for row in models.Device.objects.filter(party_id=party_id).order_by("id")
    ]


def send_pushes(*, limit: int = 100) -> int:
    """Tell devices that wait for it that there is something new, each once for all that came meanwhile.

    A subscription that has ended is removed; after another failure the device is tried again, later each time, and in the end what
    waits for it is dropped. Returns how many were taken by their push service.
    """
    return devices.push(limit=limit)
