"""Names that fit: given names of the time of birth, surnames of families, patronymics of fathers."""

from __future__ import annotations

import numpy as np
import polars as pl

from gorod.records.synthetic.data import NameBook
from gorod.records.synthetic.logic.draws import Dice, Flags, Ints
from gorod.records.synthetic.logic.families import UNKNOWN, Kinship
from gorod.records.synthetic.logic.people import People

_A_FATHER_IS_OLDER_BY = 28


def names(*, book: NameBook, keeps_own_surname: float, people: People, kin: Kinship, seed: int) -> dict[str, pl.Series]:
    """The columns family_name, given_name and patronymic."""
    dice = Dice(seed=seed, concern="names")
    year = people.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    listed = sorted({name for generation in book.generations for name in (*generation.women, *generation.men)})
    place = {name: i for i, name in enumerate(listed)}
    given = _given(book, place, year, people.woman, dice)
    surname = _surnames(book, keeps_own_surname, people, kin, dice)
    made_up_father = _given(book, place, year - _A_FATHER_IS_OLDER_BY, np.zeros(people.count, dtype=np.bool_), dice)
    father = np.where(kin.father >= 0, given[np.maximum(kin.father, 0)], made_up_father)
    return {
        "family_name": _of_sex(
            [women for _, women in book.surnames], [men for men, _ in book.surnames], surname, people
        ),
        "given_name": pl.Series(listed).gather(given),
        "patronymic": _of_sex(
            [book.patronymics.get(name, ("", ""))[1] for name in listed],
            [book.patronymics.get(name, ("", ""))[0] for name in listed],
            father,
            people,
        ),
    }


def _of_sex(women: list[str], men: list[str], place: Ints, people: People) -> pl.Series:
    return pl.Series([*women, *men]).gather(np.where(people.woman, place, place + len(women)))


def _given(book: NameBook, place: dict[str, int], year: Ints, woman: Flags, dice: Dice) -> Ints:
    limits = [generation.born_before for generation in book.generations if generation.born_before is not None]
    generation = np.searchsorted(np.asarray(limits, dtype=np.int64), year, side="right")
    result = np.zeros(year.size, dtype=np.int64)
    for i, entry in enumerate(book.generations):
        for weights, of_sex in ((entry.women, woman), (entry.men, ~woman)):
            who = np.flatnonzero((generation == i) & of_sex)
            codes = np.asarray([place[name] for name in weights])
            result[who] = codes[dice.choices(weights.values(), who.size)]
    return result


def _surnames(book: NameBook, keeps_own: float, people: People, kin: Kinship, dice: Dice) -> Ints:
    """A child has the surname of the known father, else of the mother; a wife her husband's, unless she keeps her own."""
    weights = [1 / (rank + 10) for rank in range(len(book.surnames))]
    own = dice.choices(weights, people.count)
    source = np.arange(people.count)
    source = np.where(kin.mother >= 0, kin.mother, source)
    source = np.where(kin.father >= 0, kin.father, source)
    takes = people.woman & (kin.spouse != UNKNOWN) & ~dice.happens(keeps_own, people.count)
    source = np.where(takes, kin.spouse, source)
    # a source is a husband or a generation older, so the chains end
    while not np.array_equal(further := source[source], source):
        source = further
    return own[source]
