"""What registers say of the people made up: statements and relations. A row is written only where it says more than no row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from gorod.records.synthetic.data import Kin, Profile, Trait
from gorod.records.synthetic.logic.draws import Dice, Flags, Ints, shares
from gorod.records.synthetic.logic.families import NONE, UNKNOWN, Kinship
from gorod.records.synthetic.logic.homes import Residence
from gorod.records.synthetic.logic.people import People, day_number

SOURCE = "synthetic"

_YEAR = 365
_DIED_WITHIN = 3 * _YEAR
_STATUS_WITHIN = 8 * _YEAR
_DAYS_A_MONTH = 30.4369
_WHOLE = 100  # registers say incomes without small coin
_LONG_AGO, _NEVER = np.iinfo(np.int32).min, np.iinfo(np.int32).max


@dataclass
class Lives:
    """What happened to people: `died_on` counts for those not alive, `last_birth` (of a child) for parents."""

    alive: Flags
    died_on: Ints
    last_birth: Ints


def lives(*, profile: Profile, people: People, kin: Kinship, seed: int) -> Lives:
    """Draw deaths: after one's own birth, wedding and last child's birth, and that of the last ward."""
    dice = Dice(seed=seed, concern="deaths")
    last_birth = np.full(people.count, _LONG_AGO, dtype=np.int64)
    for parents in (kin.mother, kin.father):
        children = np.flatnonzero(parents >= 0)
        np.maximum.at(last_birth, parents[children], people.birth[children])
    dead = dice.happens(shares(profile.deceased, people.ages(), people.woman), people.count)
    wedding = np.where(kin.spouse == UNKNOWN, _LONG_AGO, kin.married_on)
    earliest = np.maximum(np.maximum(last_birth, wedding), people.birth) + 1
    wards = np.flatnonzero(kin.guardian >= 0)
    np.maximum.at(earliest, kin.guardian[wards], people.birth[wards] + 1)
    day = np.minimum(np.maximum(people.today - dice.below(_DIED_WITHIN, people.count), earliest), people.today)
    return Lives(alive=~dead, died_on=day, last_birth=last_birth)


class _Statements:
    """Statements as they are collected, one block a trait."""

    def __init__(self, profile: Profile, people: People, party_id: pl.Series) -> None:
        self._facts = profile.facts
        self._fact = pl.Enum(sorted({stated.fact for stated in profile.facts.values()}))
        self._owner = pl.Enum(sorted({stated.owner for stated in profile.facts.values()}))
        self._people = people
        self._party_id = party_id
        self._blocks: list[pl.DataFrame] = []

    def add(
        self, trait: Trait, who: Ints, since: Ints | int, *, number: Ints | None = None, code: pl.Series | None = None
    ) -> None:
        """State a trait of these people; the numbers or codes are of everybody, as is the day since when."""
        stated = self._facts.get(trait)
        if stated is None:
            return
        day = since[who] if isinstance(since, np.ndarray) else np.full(who.size, since)
        self._blocks.append(
            pl.DataFrame(
                {
                    "place": who.astype(np.int32),
                    "fact": pl.repeat(stated.fact, who.size, dtype=self._fact, eager=True),
                    "number": pl.repeat(None, who.size, dtype=pl.Int64, eager=True) if number is None else number[who],
                    "code": pl.repeat(None, who.size, dtype=pl.String, eager=True)
                    if code is None
                    else code.gather(who),
                    "valid_from": _dates(day),
                    "owner": pl.repeat(stated.owner, who.size, dtype=self._owner, eager=True),
                }
            )
        )

    def flag(self, trait: Trait, holds: Flags, known: Flags, since: Ints | int) -> None:
        """State a yes or no of those of whom it is known, leaving out the answer that no row gives anyway."""
        stated = self._facts.get(trait)
        if stated is not None:
            said = known if stated.absent is None else known & (holds != stated.absent)
            self.add(trait, np.flatnonzero(said), since, number=holds.astype(np.int64))

    def frame(self) -> pl.DataFrame:
        """All of them."""
        empty = {"place": pl.Int32(), "fact": self._fact, "number": pl.Int64(), "code": pl.String()}
        schema = {**empty, "valid_from": pl.Date(), "owner": self._owner}
        return _finished([pl.DataFrame(schema=schema), *self._blocks], self._party_id, self._people.as_of)


def _finished(blocks: list[pl.DataFrame], party_id: pl.Series, as_of: date) -> pl.DataFrame:
    """The rows of one person together: so a database keeps and finds them together."""
    frame = pl.concat(blocks).sort("place", maintain_order=True)
    frame = frame.select(party_id.gather(frame["place"]), pl.exclude("place"))
    ends = [] if "valid_to" in frame.columns else [pl.lit(None, pl.Date).alias("valid_to")]
    source = pl.lit(SOURCE, pl.Enum([SOURCE])).alias("source")
    return frame.with_columns(*ends, source, pl.lit(as_of, pl.Date).alias("verified_on"))


def statements(
    *, profile: Profile, people: People, kin: Kinship, lives: Lives, homes: Residence, party_id: pl.Series, seed: int
) -> pl.DataFrame:
    """Everything stated about everybody."""
    rows = _Statements(profile, people, party_id)
    everybody = np.ones(people.count, dtype=np.bool_)
    rows.add(Trait.BIRTH_DATE, np.flatnonzero(everybody), people.birth, number=people.birth)
    rows.flag(Trait.DECEASED, ~lives.alive, everybody, np.where(lives.alive, people.birth, lives.died_on))
    rows.add(Trait.DEATH_DATE, np.flatnonzero(~lives.alive), lives.died_on, number=lives.died_on)
    _residence(rows, profile, lives, homes)
    _work(rows, profile, people, lives, Dice(seed=seed, concern="work"))
    _health(rows, profile, people, lives, homes, Dice(seed=seed, concern="health"))
    _large_families(rows, profile, people, kin, lives, homes, Dice(seed=seed, concern="large families"))
    return rows.frame()


def _residence(rows: _Statements, profile: Profile, lives: Lives, homes: Residence) -> None:
    rows.flag(Trait.REGISTERED, homes.registered, lives.alive, homes.since)
    who = np.flatnonzero(homes.registered & lives.alive)
    rows.add(Trait.DISTRICT, who, homes.since, code=pl.Series(list(profile.homes.districts)).gather(homes.district))
    rows.add(Trait.BUILDING, who, homes.since, code=homes.building)
    rows.add(Trait.FLAT, who, homes.since, number=homes.flat)
    rows.flag(Trait.PROTECTED_ADDRESS, homes.protected & homes.registered, lives.alive, homes.since)


def _work(rows: _Statements, profile: Profile, people: People, lives: Lives, dice: Dice) -> None:
    work, count, age = profile.work, people.count, people.ages()
    grown_up = lives.alive & (age >= profile.age_of_majority)
    recently = people.today - dice.below(_STATUS_WITHIN, count)
    employed = dice.happens(shares(work.employed, age, people.woman), count)
    known = grown_up & ~dice.happens(work.employed_missing, count)
    rows.flag(Trait.EMPLOYED, employed, known, np.maximum(recently, people.birthday(profile.age_of_majority)))
    pensioner = grown_up & dice.happens(shares(work.pensioner, age, people.woman), count)
    rows.flag(Trait.PENSIONER, pensioner, lives.alive, np.maximum(recently, people.birth))
    pupil = dice.happens(shares(work.pupil, age, people.woman), count)
    rows.flag(Trait.PUPIL, pupil, lives.alive, people.birthday(work.pupil[0].age_from if work.pupil else 0))

    on_leave = people.woman & (lives.last_birth > people.today - work.leave_months * _DAYS_A_MONTH)
    left, income, told = grown_up, np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.bool_)
    for fits, group in (
        (on_leave, work.income_on_leave),
        (employed, work.income_employed),
        (pensioner, work.income_pensioner),
        (np.ones(count, dtype=np.bool_), work.income_neither),
    ):
        who = np.flatnonzero(left & fits)
        income[who] = dice.values(group.quantiles, who.size).astype(np.int64) // _WHOLE * _WHOLE
        told[who] = ~dice.happens(group.missing, who.size)
        left = left & ~fits
    rows.add(Trait.MONTHLY_INCOME, np.flatnonzero(told), day_number(date(people.as_of.year, 1, 1)), number=income)


def _health(rows: _Statements, profile: Profile, people: People, lives: Lives, homes: Residence, dice: Dice) -> None:
    health, count, age = profile.health, people.count, people.ages()
    since = np.maximum(people.today - dice.below(_STATUS_WITHIN, count), people.birth)
    draw = dice.uniform(count)
    reached = np.zeros(count)
    for code, bands in health.disability.items():
        upto = reached + shares(bands, age, people.woman)
        who = np.flatnonzero(lives.alive & (draw >= reached) & (draw < upto))
        rows.add(Trait.DISABILITY, who, since, code=pl.repeat(code, count, dtype=pl.String, eager=True))
        reached = upto
    districts = list(profile.homes.districts)
    words = [f"{word}_{code}" for word in (health.polyclinic, health.children_polyclinic) for code in districts]
    place = homes.district + np.where(age >= profile.age_of_majority, 0, len(districts))
    attached = np.flatnonzero(lives.alive & dice.happens(health.attached, count))
    rows.add(Trait.POLYCLINIC, attached, since, code=pl.Series(words).gather(place))


def _large_families(
    rows: _Statements, profile: Profile, people: People, kin: Kinship, lives: Lives, homes: Residence, dice: Dice
) -> None:
    """The status is the family's: stated of both parents, where they are registered in the city."""
    minor = lives.alive & (people.ages() < profile.age_of_majority)
    large = kin.children(minor) >= profile.health.large_family_children
    both = np.flatnonzero((kin.father >= 0) & (kin.mother >= 0))
    family = np.arange(people.count)
    family[kin.father[both]] = kin.mother[both]
    confirmed = dice.happens(profile.health.large_family_confirmed, people.count)[family]
    holds = large & confirmed & homes.registered
    rows.flag(Trait.LARGE_FAMILY, holds, lives.alive, np.where(large, lives.last_birth, people.birth))


def relations(*, profile: Profile, people: People, kin: Kinship, lives: Lives, party_id: pl.Series) -> pl.DataFrame:
    """Every relation, a row at each of the two; a child known to have no father has a row that names nobody."""
    kinds = pl.Enum(sorted({related.kind for related in profile.relations.values()}))
    owners = pl.Enum(sorted({related.owner for related in profile.relations.values()}))
    schema = {"place": pl.Int32(), "kind": kinds, "other_id": pl.String(), "present": pl.Boolean()}
    blocks = [pl.DataFrame(schema={**schema, "valid_from": pl.Date(), "valid_to": pl.Date(), "owner": owners})]

    def add(of: Kin, who: Ints, other: pl.Series, since: Ints, until: pl.Series | None = None) -> None:
        related = profile.relations.get(of)
        if related is not None:
            blocks.append(
                pl.DataFrame(
                    {
                        "place": who.astype(np.int32),
                        "kind": pl.repeat(related.kind, who.size, dtype=kinds, eager=True),
                        "other_id": other,
                        "present": pl.repeat(True, who.size, eager=True),
                        "valid_from": _dates(since),
                        "valid_to": pl.repeat(None, who.size, dtype=pl.Date, eager=True) if until is None else until,
                        "owner": pl.repeat(related.owner, who.size, dtype=owners, eager=True),
                    }
                )
            )

    for of, parents in ((Kin.MOTHER, kin.mother), (Kin.FATHER, kin.father)):
        child = np.flatnonzero(parents >= 0)
        parent, born = parents[child], people.birth[child]
        add(of, child, party_id.gather(parent), born)
        add(Kin.CHILD, parent, party_id.gather(child), born)
        alone = np.flatnonzero(parents == NONE)
        add(of, alone, pl.repeat(None, alone.size, dtype=pl.String, eager=True), people.birth[alone])
    died_on = np.where(lives.alive, _NEVER, lives.died_on)

    def until_death(one: Ints, other: Ints) -> pl.Series:
        day = np.minimum(died_on[one], died_on[other])
        return pl.select(pl.when(pl.Series(day < _NEVER)).then(_dates(day))).to_series()

    married = np.flatnonzero(kin.spouse >= 0)
    spouse = kin.spouse[married]
    add(Kin.SPOUSE, married, party_id.gather(spouse), kin.married_on[married], until_death(married, spouse))
    ward = np.flatnonzero(kin.guardian >= 0)
    guardian, born = kin.guardian[ward], people.birth[ward]
    ended = until_death(ward, guardian)
    add(Kin.GUARDIAN, ward, party_id.gather(guardian), born, ended)
    add(Kin.WARD, guardian, party_id.gather(ward), born, ended)
    return _finished(blocks, party_id, people.as_of)


def _dates(days: Ints) -> pl.Series:
    return pl.Series(days.astype(np.int32)).cast(pl.Date)
