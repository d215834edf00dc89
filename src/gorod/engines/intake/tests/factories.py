"""The event types of the small city, and the shortest way to send them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gorod.engines.intake import api
from gorod.engines.intake.data import Action, CloudEvent, EventType, PersonRule, Receipt, RelationRule, StatementRule
from gorod.engines.journeys.tests import factories as city
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import Every
from gorod.engines.reexamination import api as reexamination
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

_PERSON = {"type": "object", "required": ["identifiers"]}


def _schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _parents(*relations: str) -> tuple[RelationRule, ...]:
    return tuple(
        RelationRule(about="child", relation=name, to=name, inverse="children", from_at="child.birth_date")
        for name in relations
    )


_MOTHER = PersonRule(role="mother", at="mother", match=("national", "passport"))
_FATHER = PersonRule(role="father", at="father", match=("national", "passport"), optional=True, absent="none")
_BORN = StatementRule(about="child", fact="birth_date", at="child.birth_date", from_at="child.birth_date")
_CHILD = {
    "type": "object",
    "required": ["identifiers", "birth_date"],
    "properties": {"birth_date": {"type": "string", "format": "date"}},
}

NOTIFIED = EventType(
    type="birth.notified",
    senders=("hospital",),
    schema=_schema(child=_CHILD, mother=_PERSON),
    persons=(PersonRule(role="child", at="child", match=("certificate",), otherwise="create"), _MOTHER),
    states=(_BORN,),
    relations=_parents("mother"),
    life_event="birth",
    about="child",
    provisional=True,
)
REGISTERED = EventType(
    type="birth.registered",
    senders=("registry",),
    schema=_schema(child=_CHILD, mother=_PERSON),
    persons=(
        PersonRule(role="child", at="child", match=("record", "certificate"), otherwise="create"),
        _MOTHER,
        _FATHER,
    ),
    states=(_BORN, StatementRule(about="child", fact="recorded", value=True, from_at="child.birth_date")),
    relations=_parents("mother", "father"),
    life_event="birth",
    about="child",
)
INCOME = EventType(
    type="income.assessed",
    senders=("tax",),
    schema=_schema(person=_PERSON, income={"type": "integer"}),
    persons=(PersonRule(role="person", at="person", match=("national",)),),
    states=(StatementRule(about="person", fact="income", at="income", from_at="since", until_at="until"),),
)
DIED = EventType(
    type="death.registered",
    senders=("registry",),
    schema=_schema(person=_PERSON),
    persons=(PersonRule(role="person", at="person", match=("national", "record")),),
    states=(StatementRule(about="person", fact="deceased", value=True),),
)
STATUS = EventType(
    type="case.status",
    senders=(),
    schema=_schema(number={"type": "string"}, status={"type": "string"}),
    action=Action.STATUS,
)
PAYMENT = EventType(
    type="payment.status",
    senders=("treasury",),
    schema=_schema(
        order={"type": "string", "format": "uuid"}, attempt={"type": "integer"}, state={"enum": ["sent", "paid"]}
    ),
    action=Action.PAYMENT,
)
RETRACTED = EventType(
    type="event.retracted",
    senders=(),
    schema=_schema(source={"type": "string"}, id={"type": "string"}),
    action=Action.RETRACT,
)
TYPES = {known.type: known for known in (NOTIFIED, REGISTERED, INCOME, DIED, STATUS, PAYMENT, RETRACTED)}


def configure() -> None:
    """The small city, wired as a city is: decisions reach payments and reexamination."""
    city.configure(listeners=(payments.on_case_change, reexamination.on_case_change))
    payments.configure(every={"allowance": Every.ONCE}, treasury="treasury")
    api.configure(types=TYPES)


def resident(name: str = "Anna", **identifiers: str) -> UUID:
    """A resident the city knows, with a national number of their own unless one is given."""
    party_id = parties.create(
        names=Names(given_name=name), identifiers=identifiers or {"national": str(new_id()), "passport": str(new_id())}
    )
    city.state(party_id, "birth_date", date(1995, 1, 1))
    city.state(party_id, "registered", True)
    city.state(party_id, "income", 100)
    return party_id


def who(party_id: UUID) -> dict[str, Any]:
    """How a message names a resident: by the national number."""
    return {"identifiers": {"national": parties.identifiers(party_id=party_id)["national"]}}


def event(type: str, data: dict[str, Any], *, key: str = "", time: datetime | None = None) -> CloudEvent:
    return CloudEvent(id=key or str(new_id()), source=f"urn:{type}", type=type, time=time or clock.now(), data=data)


def notice(certificate: str, mother: UUID, **more: Any) -> CloudEvent:
    child = {"identifiers": {"certificate": certificate}, "birth_date": clock.today().isoformat(), **more}
    return event("birth.notified", {"child": child, "mother": who(mother)})


def registration(identifiers: dict[str, str], mother: UUID, father: UUID | None = None, **more: Any) -> CloudEvent:
    child = {
        "identifiers": identifiers,
        "birth_date": clock.today().isoformat(),
        "names": {"given_name": "Lev"},
        **more,
    }
    data: dict[str, Any] = {"child": child, "mother": who(mother)}
    if father is not None:
        data["father"] = who(father)
    return event("birth.registered", data)


def income(person: UUID, amount: int) -> CloudEvent:
    return event("income.assessed", {"person": who(person), "income": amount, "since": "2020-01-01"})


def retraction(of: CloudEvent) -> CloudEvent:
    return event("event.retracted", {"source": of.source, "id": of.id, "reason": "a mistake"})


def send(*events: CloudEvent, sender: str = "") -> Sequence[Receipt]:
    """Send in one request, as the agency that sends such events."""
    by = sender or (TYPES[events[0].type].senders or ("registry",))[0]
    return api.receive(events=events, sender=by, allowed=list(TYPES))
