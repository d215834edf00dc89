"""A small city with nurseries: children with a mother each, and what the registers say of them."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from gorod.engines.allotment import api
from gorod.engines.allotment.data import State
from gorod.engines.applications import api as applications
from gorod.engines.applications.data import ActsFor
from gorod.engines.dues import api as dues
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Texts
from gorod.engines.rules import api as rules
from gorod.kernel import clock
from gorod.kernel.expressions.data import Type
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import SignatureType
from gorod.records.facts import api as facts
from gorod.records.facts.data import FactDefinition, Kind, RelationDefinition, Vocabulary
from gorod.records.facts.tests.factories import link, state, stated
from gorod.records.ledger import api as ledger
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

LOG = merkle.Signer(name="city.example/ledger", type=SignatureType.ED25519, seed=b"l" * 32)
KEY = b64encode(bytes(32)).decode()
OFFICIAL = uuid4()
PLACES = ("sun", "moon", "star", "sea")
WINDOW = timedelta(days=7)

_FACTS = [
    stated("birth_date", Type.DATE),
    stated("income", Type.INT, low=0, high=10**11),
    stated("benefit", Type.BOOLEAN, absent=False),
    stated("home", Type.CODE, codes=("north", "south")),
    stated("sibling_at", Type.CODE, codes=(*PLACES, "none"), absent="none"),
    FactDefinition(name="age_years", type=Type.INT, kind=Kind.AGE, of="birth_date", age_unit="years"),
]
_RELATIONS = [
    RelationDefinition(name="mother", many=False, inverse="children", owner="registry"),
    RelationDefinition(name="children", many=True, complete=True, owner="registry"),
]

PLAN = """\
title: {{en: Nurseries 2027, ru: Детские сады 2027}}
about: {{en: Places from September., ru: Места с сентября.}}
agency: youth_office
opens: {opens}
closes: {closes}
answer_days: 5
who: age_years < 7
criteria:
  sibling: {{words: {{en: a sibling there, ru: брат или сестра там}}, here: sibling_at}}
  near: {{words: {{en: lives near it, ru: живёт рядом}}, here: home, by: district}}
  benefit: {{words: {{en: a benefit, ru: льгота}}, rule: benefit}}
places:
  - {{code: sun, names: {{en: Sun, ru: Солнце}}, district: north, seats: {seats}, priorities: [sibling, near],
     reserves: [{{name: benefits, seats: 1, criterion: benefit}}]}}
  - {{code: moon, names: {{en: Moon, ru: Луна}}, district: north, seats: {seats}, priorities: [sibling, near]}}
  - {{code: star, names: {{en: Star, ru: Звезда}}, district: south, seats: {seats}, priorities: [sibling, near]}}
  - {{code: sea, names: {{en: Sea, ru: Море}}, seats: {seats}}}
"""


def configure(folder: Path) -> None:
    """Give this process the small city, and a ledger of its own."""
    facts.configure(vocabulary=Vocabulary(facts={f.name: f for f in _FACTS}, relations={r.name: r for r in _RELATIONS}))
    dues.configure(rule_set=rules.compile_rules(sources=[], facts=facts.names(), values={}))
    applications.configure(acts_for=ActsFor(relations={"children": None}, seen_from={"children": ("mother",)}))
    messages.configure(texts=Texts())
    ledger.configure(folder=folder / "ledger")
    api.configure(key=KEY)


def plan(*, seats: int = 5) -> str:
    """A plan that opens now, for a week; `seats` at each place."""
    now = clock.now()
    return PLAN.format(opens=now.isoformat(), closes=(now + WINDOW).isoformat(), seats=seats)


def keep_ledger() -> None:
    """What the ledger's process does, once."""
    while ledger.number():
        pass
    ledger.publish(signer=LOG)


def drafted(document: str | None = None) -> UUID:
    """An allotment that nobody sees yet."""
    return api.draft(document=document or plan(), official_id=OFFICIAL)


def opened(document: str | None = None) -> UUID:
    """An allotment that takes applications."""
    allotment_id = drafted(document)
    api.announce(allotment_id=allotment_id)
    keep_ledger()
    api.go_on()
    assert api.allotment(allotment_id=allotment_id).state is State.OPEN
    return allotment_id


def mother() -> UUID:
    """A resident without children."""
    return parties.create(names=Names(family_name="M"))


def child(of: UUID, *, born: date | None = None, **known: bool | str) -> UUID:
    """A child of three, of whom this is known."""
    party_id = parties.create(names=Names(family_name="C"))
    link(party_id, "mother", of)
    link(of, "children", party_id)
    state(party_id, "birth_date", born or clock.today() - timedelta(days=3 * 366))
    for name, value in known.items():
        state(party_id, name, value)
    return party_id


def deal(allotment_id: UUID) -> None:
    """What happens after the closing until everybody has a seat or none; the caller's clock stands behind it."""
    for _ in range(4):
        keep_ledger()
        api.go_on()
    assert api.allotment(allotment_id=allotment_id).state is State.DEALT
