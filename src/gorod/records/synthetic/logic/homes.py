"""Where people live: families in one flat, flats in buildings, buildings in districts; and who is registered there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from gorod.records.synthetic.data import Profile
from gorod.records.synthetic.logic.draws import Dice, Flags, Ints, shares
from gorod.records.synthetic.logic.families import UNKNOWN, Kinship
from gorod.records.synthetic.logic.people import People

_MOST_BUILDINGS = 10**9  # of one district: a key holds both


@dataclass
class Residence:
    """For each person: place of the district in the profile, the building's code, flat, and what the registers say."""

    district: Ints
    building: pl.Series
    flat: Ints
    registered: Flags
    since: Ints
    protected: Flags


def residence(*, profile: Profile, people: People, kin: Kinship, seed: int) -> Residence:
    """Draw homes. Every home has a flat of its own."""
    homes = profile.homes
    dice = Dice(seed=seed, concern="homes")
    age = people.ages()
    head, home = np.unique(_heads(profile, people, kin, age, dice), return_inverse=True)
    of_home = dice.choices(homes.districts.values(), head.size)
    order = np.argsort(of_home, kind="stable")
    start = np.searchsorted(of_home[order], np.arange(len(homes.districts)))
    number = np.empty(head.size, dtype=np.int64)
    number[order] = np.arange(head.size) - start[of_home[order]]
    codes = list(homes.districts)
    buildings, building = np.unique(of_home * _MOST_BUILDINGS + number // homes.flats_per_building, return_inverse=True)
    texts = [f"{codes[key // _MOST_BUILDINGS]}-{1 + key % _MOST_BUILDINGS}" for key in buildings.tolist()]
    registered = dice.happens(homes.registered, head.size)
    protected = dice.happens(homes.protected, head.size)
    grown_up = age >= profile.age_of_majority
    likely = np.where(grown_up, homes.registered_grown_ups, homes.registered_children)
    moved = people.today - dice.below(int(homes.moved_within_years * 365), people.count)
    return Residence(
        district=of_home[home],
        building=pl.Series(texts, dtype=pl.String).gather(building[home]),
        flat=1 + number[home] % homes.flats_per_building,
        registered=registered[home] & dice.happens(likely, people.count),
        since=np.maximum(people.birth, moved),
        protected=protected[home],
    )


def _heads(profile: Profile, people: People, kin: Kinship, age: Ints, dice: Dice) -> Ints:
    """The person by whom each one's home is called: a husband, a mother, a guardian, oneself."""
    stays = dice.happens(shares(profile.families.lives_with_parents, age, people.woman), people.count)
    parent = np.zeros(people.count, dtype=np.bool_)
    for parents in (kin.mother, kin.father):
        parent[parents[parents >= 0]] = True
    child = (kin.mother >= 0) & ((age < profile.age_of_majority) | (stays & ~parent & (kin.spouse == UNKNOWN)))
    head = np.arange(people.count)
    head = np.where(kin.guardian != UNKNOWN, kin.guardian, head)
    head = np.where(child, kin.mother, head)
    head = np.where(people.woman & (kin.spouse != UNKNOWN), kin.spouse, head)
    while not np.array_equal(further := head[head], head):
        head = further
    return head
