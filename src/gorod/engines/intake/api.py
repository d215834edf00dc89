"""The door of intake."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import IncomingStatus
from gorod.engines.intake import models
from gorod.engines.intake.data import Action, CloudEvent, EventType, Fate, Receipt, Received
from gorod.engines.intake.logic import persons, schemas, telling, turns, writing
from gorod.engines.journeys import api as journeys
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import OrderState
from gorod.engines.reexamination import api as reexamination
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, Forbidden, GorodError, NotFound, Refused
from gorod.kernel.identifiers import stable_id
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers
from gorod.records.registers.data import Origin, Statement

LARGEST_BATCH = 1000
LONGEST_NAME = 300  # characters of an event's id and source

_types: Mapping[str, EventType] = {}


class BatchRefused(BadInput):
    """Some events of a request cannot be taken; none was. `extra['errors']` has each with its index."""

    code = "events-refused"


def configure(*, types: Mapping[str, EventType]) -> None:
    """Set the event types that the city accepts in this process."""
    global _types
    _types = types


def event_types() -> Mapping[str, EventType]:
    """The event types that the city accepts, by name."""
    return _types


def receive(*, events: Sequence[CloudEvent], sender: str, allowed: Collection[str]) -> list[Receipt]:
    """Take in events of one request, all or none. The same source and id again changes nothing.

    `sender` is the agency, `allowed` the types its token may send. Raises BatchRefused, with each bad event's index; Forbidden
    when a type is outside `allowed`. What cannot be matched to persons or applied is parked: that is no refusal.
    """
    if len(events) > LARGEST_BATCH:
        raise BadInput(f"{len(events)} events in one request", remedy=f"send at most {LARGEST_BATCH}")
    outside = sorted({event.type for event in events} - set(allowed))
    if outside:
        raise Forbidden(f"this token may not send {', '.join(outside)}", remedy="ask for the scope of that event type")
    errors = [error for index, event in enumerate(events) if (error := _problem(index, event, sender)) is not None]
    if errors:
        raise _refusal(len(events), errors)
    for attempt in range(5):
        try:
            with transaction.atomic():
                turns.take(sender=sender, retracts=any(_types[e.type].action is Action.RETRACT for e in events))
                if len(events) > 1:
                    cases.take_turns(numbers=_cases_named(events))
                return _take_all(events, sender)
        except IntegrityError:
            # somebody else is writing the same event or person at this moment: look again
            if attempt == 4:
                raise
    raise AssertionError("unreachable")


def _cases_named(events: Sequence[CloudEvent]) -> set[str]:
    return {event.data["number"] for event in events if _types[event.type].action is Action.STATUS}


def _take_all(events: Sequence[CloudEvent], sender: str) -> list[Receipt]:
    taken = []
    for index, event in enumerate(events):
        try:
            taken.append(_take(event, sender))
        except Conflict as error:
            raise _refusal(len(events), [_error(index, event, error)]) from error
    return taken


def _refusal(sent: int, errors: list[dict[str, Any]]) -> BatchRefused:
    return BatchRefused(
        f"{len(errors)} of {sent} events cannot be taken; none was stored: {errors[0]['detail']}",
        remedy="correct them and send all again",
        errors=errors,
    )


def _error(index: int, event: CloudEvent, error: GorodError) -> dict[str, Any]:
    return {"index": index, "id": event.id, "detail": error.detail, "remedy": error.remedy, **error.extra}


def _problem(index: int, event: CloudEvent, sender: str) -> dict[str, Any] | None:
    known = _types.get(event.type)
    try:
        if known is None:
            raise BadInput(f"no event type {event.type!r}", remedy="see events/ of the city's content")
        if known.senders and sender not in known.senders:
            raise BadInput(f"{sender} does not send {event.type}", remedy=f"{', '.join(known.senders)} does")
        schemas.check_names((event.id, event.source), longest=LONGEST_NAME)
        schemas.check(known, event.data)
    except BadInput as error:
        return _error(index, event, error)
    return None


def refuse(*, sender: str, reason: str, event: CloudEvent | None = None) -> None:
    """Keep that a request was refused; nothing else of it is stored."""
    models.Refusal.objects.create(
        sender=sender[:100],
        reason=reason[:2000],
        source=event.source[:300] if event else "",
        key=event.id[:300] if event else "",
        type=event.type[:100] if event else "",
    )


def _take(event: CloudEvent, sender: str) -> Receipt:
    row = models.Event.objects.filter(source=event.source, key=event.id).first()
    if row is not None:
        if row.sender != sender:
            raise Conflict(
                f"{event.source} {event.id} was sent by {row.sender}", remedy="use a source of your own for your events"
            )
        return Receipt(event_id=row.id, fate=Fate.REPEATED, reason=row.reason, journey_id=row.journey_id)
    row = models.Event.objects.create(
        source=event.source,
        key=event.id,
        type=event.type,
        sender=sender,
        time=event.time,
        data=dict(event.data),
        fate=Fate.ACCEPTED,
    )
    _carry_out(row)
    _late_retraction(row)
    return Receipt(event_id=row.id, fate=Fate(row.fate), reason=row.reason, journey_id=row.journey_id)


def _carry_out(row: models.Event) -> None:
    """Do what the event says, or park it with the reason. Database faults are raised; data that no column holds is none."""
    try:
        known = _type(row)
        with transaction.atomic():
            match known.action:
                case Action.STATUS:
                    _status(row)
                case Action.PAYMENT:
                    _payment(row)
                case Action.RETRACT:
                    _retract_named(row)
                case Action.STATE:
                    _state(row, known)
        row.fate, row.reason = Fate.ACCEPTED, ""
    except (GorodError, DataError) as error:
        row.fate, row.reason = Fate.PARKED, str(error)
    row.save()


def _type(row: models.Event) -> EventType:
    try:
        return _types[row.type]
    except KeyError:
        raise NotFound(f"the city knows no {row.type} any more", remedy="see events/ of its content") from None


def _state(row: models.Event, known: EventType) -> None:
    said = {role: UUID(party) for role, party in row.persons.items()}
    found = persons.find(known, row.data, event_id=row.id, said=said)
    written = writing.write(known, _event(row), sender=row.sender, event_id=row.id, persons=found)
    about = found.get(known.about)
    if known.life_event and about is not None:
        row.journey_id = journeys.start(life_event_name=known.life_event, about_id=about, event_id=row.id)
    row.persons = {role: str(party) for role, party in found.items() if party is not None}
    reexamination.people_changed(people=written.parties, cause=f"{row.type} {row.key}")


def _status(row: models.Event) -> None:
    data = row.data
    cases.apply_status(
        status=IncomingStatus(
            key=str(stable_id(row.source, row.key)),
            number=data["number"],
            status=data["status"],
            at=row.time,
            sender=row.sender,
            reasons=tuple(data.get("reasons", ())),
            text=data.get("text", ""),
            amount=data.get("amount"),
            valid_from=schemas.date_at(data, "valid_from"),
            valid_to=schemas.date_at(data, "valid_to"),
            values=data.get("values", {}),
        )
    )


def _payment(row: models.Event) -> None:
    payments.apply_status(
        order_id=UUID(row.data["order"]),
        attempt=row.data["attempt"],
        state=OrderState(row.data["state"]),
        sender=row.sender,
    )


def _retract_named(row: models.Event) -> None:
    named = models.Event.objects.filter(source=row.data["source"], key=row.data["id"]).first()
    if named is None:
        raise NotFound(f"no event {row.data['id']} of {row.data['source']}", remedy="it may still be on its way")
    if named.sender != row.sender:
        raise Refused(f"that event was sent by {named.sender}", remedy="its sender retracts it")
    retract(event_id=named.id, reason=row.data.get("reason", ""), by=row.sender)


def _late_retraction(row: models.Event) -> None:
    """A retraction may come before what it retracts."""
    retractions = [name for name, known in _types.items() if known.action is Action.RETRACT]
    waiting = models.Event.objects.filter(
        fate=Fate.PARKED, type__in=retractions, sender=row.sender, data__id=row.key, data__source=row.source
    )
    for retraction in waiting:
        _carry_out(retraction)
    if waiting:
        row.refresh_from_db()


def retract(*, event_id: UUID, reason: str, by: str) -> None:
    """Take an event back: everything it stated ends, and all that came of it is looked at again. Twice changes nothing.

    Raises NotFound; Refused when the event states nothing (a status is answered by a later status).
    """
    with transaction.atomic():
        row = _row(event_id)
        if row.fate == Fate.RETRACTED:
            return
        if _type(row).action is not Action.STATE:
            raise Refused(f"a {row.type} states no facts", remedy="send a later status or another event")
        _undo(row, cause=f"{row.type} {row.key} was retracted: {reason}")
        row.fate, row.reason = Fate.RETRACTED, f"{by}: {reason}"
        row.save()


def _undo(row: models.Event, *, cause: str) -> None:
    written = registers.retract(event_id=row.id)
    parties.retract_identifiers(event_id=row.id)
    journeys.retract(event_id=row.id)
    _still_said(row)
    matched = {UUID(party) for party in row.persons.values()}
    reexamination.people_changed(people=written.parties | matched, cause=cause)


def _still_said(row: models.Event) -> None:
    """What other events about the same life event said before: identifiers they share with the one that is taken back, and
    that the child is provisional when only notices are left."""
    if row.journey_id is None:
        return
    left = models.Event.objects.filter(id__in=journeys.journey(journey_id=row.journey_id).events, type__in=list(_types))
    for other in left.order_by("id"):
        matched = {role: UUID(party) for role, party in other.persons.items()}
        persons.find_again(_types[other.type], other.data, event_id=other.id, persons=matched)
    known = _type(row)
    only_notices = all(_types[other.type].provisional for other in left)
    if left and only_notices and not known.provisional and known.about in row.persons:
        persons.provisional_again(party_id=UUID(row.persons[known.about]))


def _row(event_id: UUID) -> models.Event:
    row = models.Event.objects.select_for_update().filter(id=event_id).first()
    if row is None:
        raise NotFound(f"no event {event_id}", remedy="check the id")
    return row


def resolve(*, event_id: UUID, said: Mapping[str, UUID], by: str) -> Receipt:
    """A clerk says who the persons of an event are (role → party): a parked one is carried out; one that was matched to a
    wrong person is undone first, like a retraction. Raises NotFound, Refused."""
    with transaction.atomic():
        row = _row(event_id)
        known = _type(row)
        roles = {rule.role for rule in known.persons}
        if unknown := sorted(set(said) - roles):
            raise Refused(f"{row.type} has no {', '.join(unknown)}", remedy=f"it has {', '.join(sorted(roles))}")
        named = {role: parties.party(party_id=party_id).party_id for role, party_id in said.items()}
        if row.fate == Fate.RETRACTED:
            raise Refused("the event was retracted", remedy="its sender sends a new one")
        if row.fate == Fate.ACCEPTED:
            _undo(row, cause=f"{row.type} {row.key}: {by} named other persons")
        # the persons nobody objects to stay who they are: the child's row stays the child's row
        row.persons = {**row.persons, **{role: str(party) for role, party in named.items()}}
        _carry_out(row)
        return Receipt(event_id=row.id, fate=Fate(row.fate), reason=row.reason, journey_id=row.journey_id)


def replay(*, event_id: UUID) -> Receipt:
    """Try a parked event again, after its cause is gone. Raises NotFound, Refused when it is not parked."""
    with transaction.atomic():
        row = _row(event_id)
        if row.fate != Fate.PARKED:
            raise Refused(f"the event is {row.fate}", remedy="only a parked event is replayed")
        _carry_out(row)
        return Receipt(event_id=row.id, fate=Fate(row.fate), reason=row.reason, journey_id=row.journey_id)


def parked() -> list[Received]:
    """Events that wait for a clerk, oldest first."""
    return [_received(row) for row in models.Event.objects.filter(fate=Fate.PARKED).order_by("id")]


def parked_count() -> int:
    """How many events wait for a clerk."""
    return models.Event.objects.filter(fate=Fate.PARKED).count()


def event(*, event_id: UUID) -> Received:
    """One received event. Raises NotFound."""
    row = models.Event.objects.filter(id=event_id).first()
    if row is None:
        raise NotFound(f"no event {event_id}", remedy="check the id")
    return _received(row)


def _event(row: models.Event) -> CloudEvent:
    return CloudEvent(id=row.key, source=row.source, type=row.type, time=row.time, data=row.data)


def _received(row: models.Event) -> Received:
    return Received(
        event_id=row.id,
        event=_event(row),
        sender=row.sender,
        received_at=row.received_at,
        fate=Fate(row.fate),
        reason=row.reason,
        persons={role: UUID(party) for role, party in row.persons.items()},
    )


def refusals(*, since: datetime) -> list[tuple[datetime, str, str]]:
    """Requests refused since an instant: when, who, why."""
    rows = models.Refusal.objects.filter(at__gte=since).order_by("id")
    return [(row.at, row.sender, row.reason) for row in rows]


def supply(*, party_id: UUID, values: Mapping[str, object], by: str) -> None:
    """A resident says what no register knows. It gives way when the register itself speaks.

    Raises BadInput when a fact may not be supplied by a person or the value does not fit it.
    """
    stated = []
    for name, value in values.items():
        known = facts.definition(name=name)
        if known.ask is None:
            raise BadInput(f"{name} is not asked of people", remedy=f"it comes from {known.owner}")
        checked = facts.checked_value(name=name, value=value)
        stated.append(Statement(party_id=party_id, fact=name, value=checked, valid_from=clock.today()))
    with transaction.atomic():
        written = registers.record(
            statements=stated, origin=Origin(source=f"said by {by}"[:200], owner="resident", provisional=True)
        )
        reexamination.people_changed(people=written.parties, cause=f"{by} supplied {', '.join(values)}")


def dispute(*, party_id: UUID, name: str, reason: str, by: str) -> UUID:
    """A resident says that a fact is wrong: it counts as unknown until its owner answers, and all that rests on it is
    looked at again. Returns the dispute. Raises BadInput, Refused, Conflict."""
    with transaction.atomic():
        dispute_id = facts.dispute(party_id=party_id, name=name, reason=reason, by=by)
        reexamination.people_changed(people=[party_id], cause=f"{name} is disputed")
    return dispute_id


def answer_dispute(*, dispute_id: UUID, upheld: bool, answer: str) -> None:
    """The owner of a fact answers a dispute, after its correction if it was upheld: the fact counts again. Raises NotFound."""
    with transaction.atomic():
        dispute = facts.answer_dispute(dispute_id=dispute_id, upheld=upheld, answer=answer)
        telling.dispute_answered(dispute)
        reexamination.people_changed(people=[dispute.party_id], cause="a dispute was answered")


def consent(*, party_id: UUID, scope: str, allowed: bool, by: str) -> None:
    """A resident allows or switches something off; their life events follow at once. Raises BadInput."""
    with transaction.atomic():
        consents.say(party_id=party_id, scope=scope, allowed=allowed, by=by)
        reexamination.people_changed(people=[party_id], cause=f"{scope} was {'allowed' if allowed else 'switched off'}")
