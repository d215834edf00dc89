"""Who belongs to whom: brothers and sisters, their mothers, fathers, married couples.

Everybody is drawn by the age pyramid first. Then those whose parents are known are dealt into groups of brothers and sisters, and
each group gets a mother and perhaps a father of a fitting age: so the pyramid holds and every parent is a resident.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gorod.records.synthetic.data import Families, Profile
from gorod.records.synthetic.logic.draws import Dice, Flags, Floats, Ints, next_free, shares
from gorod.records.synthetic.logic.people import People

YEAR = 365.2425
UNKNOWN = -1
NONE = -2

_LEAST_DAYS_BETWEEN_BIRTHS = 290
_OLDEST_MOTHER = 50.0
_YOUNGEST_FATHER, _OLDEST_FATHER = 17.0, 72.0
_FIRST_BIRTH_AFTER_LEAST, _LAST_BIRTH_BEFORE = 17.0, 45.0
_GUARDIAN_FROM, _GUARDIAN_TO = 36, 65
_COUPLE_MAY_DIFFER = 3.0  # years from the difference drawn, before a couple without children is given up


@dataclass
class Kinship:
    """Places of people: mother and father (UNKNOWN, or NONE: known to have none), guardian, spouse, and the day of the wedding."""

    mother: Ints
    father: Ints
    spouse: Ints
    married_on: Ints
    guardian: Ints

    def children(self, counted: Flags) -> Ints:
        """How many of the counted children each person has."""
        people = self.mother.size
        of_mothers = np.bincount(self.mother[counted & (self.mother >= 0)], minlength=people)
        of_fathers = np.bincount(self.father[counted & (self.father >= 0)], minlength=people)
        return np.asarray(of_mothers + of_fathers)


@dataclass
class _Groups:
    """Brothers and sisters: `member` lists people group by group, the youngest first; `start` and `size` say whose are where."""

    member: Ints
    start: Ints
    size: Ints

    def youngest(self) -> Ints:
        """The youngest of each group."""
        return self.member[self.start]

    def oldest(self) -> Ints:
        """The oldest of each group."""
        return np.asarray(self.member[self.start + self.size - 1])


def kinship(*, profile: Profile, people: People, seed: int) -> Kinship:
    """Draw families. Dates of birth of older brothers and sisters are moved apart where two births would be too near."""
    families = profile.families
    kin = Kinship(*(np.full(people.count, UNKNOWN, dtype=np.int64) for _ in range(5)))
    groups = _groups(families, people, Dice(seed=seed, concern="brothers and sisters"))
    mothers = _mothers(families, people, groups, Dice(seed=seed, concern="mothers"))
    found = mothers >= 0
    groups = _Groups(member=groups.member, start=groups.start[found], size=groups.size[found])
    mothers = mothers[found]
    fathers = _fathers(families, people, groups, mothers, Dice(seed=seed, concern="fathers"))
    for place in range(int(groups.size.max(initial=0))):
        has = groups.size > place
        child = groups.member[groups.start[has] + place]
        kin.mother[child], kin.father[child] = mothers[has], fathers[has]
    _part_relatives(kin, groups, mothers, fathers)
    _marry_parents(profile, people, kin, groups, mothers, fathers, Dice(seed=seed, concern="weddings"))
    _marry_childless(profile, people, kin, Dice(seed=seed, concern="couples without children"))
    _find_guardians(profile, people, kin, Dice(seed=seed, concern="guardians"))
    return kin


def _groups(families: Families, people: People, dice: Dice) -> _Groups:
    known = dice.happens(shares(families.parents_known, people.ages(), people.woman), people.count)
    pool = np.flatnonzero(known)
    numbers = np.asarray(list(families.children_per_mother))
    drawn = numbers[dice.choices(families.children_per_mother.values(), pool.size)]
    ends = np.minimum(np.cumsum(drawn), pool.size)
    ends = ends[: int(np.searchsorted(ends, pool.size)) + 1]
    start = np.concatenate([np.zeros(1, dtype=np.int64), ends[:-1]]) if pool.size else ends
    size = ends - start

    group = np.repeat(np.arange(size.size), size)
    first = np.arange(pool.size) == start[group]
    twin = dice.happens(families.twins, pool.size) & ~first
    gap = np.where(first | twin, 0.0, dice.values(families.months_between_births, pool.size) * (YEAR / 12))
    older_by = np.cumsum(gap)
    older_by -= older_by[start[group]]

    age = (people.today - people.birth[pool]).astype(np.float64)
    anchor = age[dice.below(pool.size, size.size)]
    youngest = anchor - older_by[start + dice.below(size, size.size)]
    youngest = np.where(youngest < 0, anchor, youngest)
    # the people of the pool take the places in order of age: nobody's age changes, the distances stay nearly as drawn
    member = np.empty(pool.size, dtype=np.int64)
    member[np.argsort(youngest[group] + older_by, kind="stable")] = pool[np.argsort(age, kind="stable")]

    distance = _LEAST_DAYS_BETWEEN_BIRTHS + dice.below(120, pool.size)
    for place in range(1, int(size.max(initial=0))):
        slot = start[size > place] + place
        older, younger = member[slot], member[slot - 1]
        apart = np.minimum(people.birth[older], people.birth[younger] - distance[slot])
        people.birth[older] = np.where(twin[slot], people.birth[younger], apart)
    return _Groups(member=member, start=start, size=size)


def _mothers(families: Families, people: People, groups: _Groups, dice: Dice) -> Ints:
    """The mother of each group, UNKNOWN where nobody of a fitting age is left."""
    oldest, youngest = people.birth[groups.oldest()], people.birth[groups.youngest()]
    spread = (youngest - oldest) / YEAR
    drawn = dice.values(families.mother_age_at_first_birth, oldest.size)
    at_first = np.minimum(drawn, np.maximum(_FIRST_BIRTH_AFTER_LEAST, _LAST_BIRTH_BEFORE - spread))
    women = np.flatnonzero(people.woman)
    found = _nearest_older(people, wanted=oldest - at_first * YEAR, offered=women)
    fits = (found >= 0) & (_age_at(people, found, youngest) <= _OLDEST_MOTHER)
    return np.where(fits, found, UNKNOWN)


def _fathers(families: Families, people: People, groups: _Groups, mothers: Ints, dice: Dice) -> Ints:
    """The father of each group: a resident, NONE or UNKNOWN."""
    draw = dice.uniform(mothers.size)
    older_by = dice.values(families.father_older_by, mothers.size)
    fathers = np.where(draw < families.father_none, NONE, UNKNOWN)
    known = np.flatnonzero(draw >= families.father_none + families.father_unknown)
    oldest, youngest = people.birth[groups.oldest()], people.birth[groups.youngest()]
    wanted = np.minimum(people.birth[mothers] - older_by * YEAR, oldest - _YOUNGEST_FATHER * YEAR)
    found = _nearest_older(people, wanted=wanted[known], offered=np.flatnonzero(~people.woman))
    fits = (found >= 0) & (_age_at(people, found, youngest[known]) <= _OLDEST_FATHER)
    fathers[known] = np.where(fits, found, UNKNOWN)
    return fathers


def _nearest_older(people: People, *, wanted: Floats, offered: Ints) -> Ints:
    """For each wanted date of birth the person born then or the nearest before, nobody twice; UNKNOWN when nobody is left."""
    order = np.argsort(-wanted, kind="stable")
    ready = offered[np.argsort(-people.birth[offered], kind="stable")]
    place = next_free(-wanted[order], -people.birth[ready].astype(np.float64))
    result = np.full(wanted.size, UNKNOWN, dtype=np.int64)
    left = place < ready.size
    result[order[left]] = ready[place[left]]
    return result


def _age_at(people: People, person: Ints, day: Ints | int) -> Floats:
    return np.asarray((day - people.birth[person]) / YEAR)


def _related(kin: Kinship, woman: Ints, man: Ints) -> Flags:
    """Whether they are brother and sister. Nearer than that chance cannot go: a father has the children of one mother only."""
    return np.asarray((kin.mother[woman] >= 0) & (kin.mother[woman] == kin.mother[man]))


def _part_relatives(kin: Kinship, groups: _Groups, mothers: Ints, fathers: Ints) -> None:
    """Where chance made relatives parents of the same children, the registers do not know the father."""
    couple = np.flatnonzero(fathers >= 0)
    wrong = couple[_related(kin, mothers[couple], fathers[couple])]
    for group in wrong:
        children = groups.member[groups.start[group] : groups.start[group] + groups.size[group]]
        kin.father[children] = UNKNOWN
    fathers[wrong] = UNKNOWN


def _marry_parents(
    profile: Profile, people: People, kin: Kinship, groups: _Groups, mothers: Ints, fathers: Ints, dice: Dice
) -> None:
    wed = dice.happens(profile.families.parents_married, mothers.size) & (fathers >= 0)
    before_birth = (0.3 + dice.uniform(mothers.size) * 3) * YEAR
    woman, man = mothers[wed], fathers[wed]
    _marry(profile, people, kin, woman, man, people.birth[groups.oldest()][wed] - before_birth[wed])


def _marry_childless(profile: Profile, people: People, kin: Kinship, dice: Dice) -> None:
    taken = np.zeros(people.count, dtype=np.bool_)
    for parents in (kin.mother, kin.father):
        taken[parents[parents >= 0]] = True
    likely = shares(profile.families.married_without_children, people.ages(), people.woman)
    bride = np.flatnonzero(dice.happens(likely, people.count) & people.woman & ~taken)
    older_by = dice.values(profile.families.father_older_by, bride.size)
    ago = dice.uniform(bride.size)
    wanted = people.birth[bride] - older_by * YEAR
    groom = _nearest_older(people, wanted=wanted, offered=np.flatnonzero(~people.woman & ~taken))
    fits = (groom >= 0) & (np.abs(people.birth[groom] - wanted) <= _COUPLE_MAY_DIFFER * YEAR)
    fits &= ~_related(kin, bride, groom)
    bride, groom, ago = bride[fits], groom[fits], ago[fits]
    youngest = np.maximum(people.birth[bride], people.birth[groom]) + profile.age_of_majority * YEAR
    _marry(profile, people, kin, bride, groom, people.today - ago * np.minimum(people.today - youngest, 15 * YEAR))


def _find_guardians(profile: Profile, people: People, kin: Kinship, dice: Dice) -> None:
    age = people.ages()
    alone = (age < profile.age_of_majority) & (kin.mother == UNKNOWN)
    ward = np.flatnonzero(alone & dice.happens(profile.families.guardians, people.count))
    able = np.flatnonzero(people.woman & (age >= _GUARDIAN_FROM) & (age <= _GUARDIAN_TO))
    if able.size:
        kin.guardian[ward] = able[dice.below(able.size, ward.size)]


def _marry(profile: Profile, people: People, kin: Kinship, woman: Ints, man: Ints, day: Floats) -> None:
    """Marry couples on that day or when both are of age; those who are not yet stay unmarried."""
    of_age = np.maximum(people.birth[woman], people.birth[man]) + profile.age_of_majority * YEAR
    on = np.ceil(np.maximum(day, of_age)).astype(np.int64)
    may = on <= people.today
    woman, man = woman[may], man[may]
    kin.spouse[woman], kin.spouse[man] = man, woman
    kin.married_on[woman] = kin.married_on[man] = on[may]
