"""Who there is: sex, date of birth, age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gorod.kernel.periods import add_months, years_between
from gorod.records.synthetic.data import Bands
from gorod.records.synthetic.logic.draws import Dice, Flags, Ints

OLDEST = 105
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


@dataclass
class People:
    """Everybody, one place each. Dates are days since 1970-01-01; `latest_birth`: of somebody 0, 1, 2 … years old on `as_of`."""

    as_of: date
    latest_birth: Ints
    woman: Flags
    birth: Ints

    @property
    def count(self) -> int:
        """How many there are."""
        return self.birth.size

    @property
    def today(self) -> int:
        """The day number of `as_of`."""
        return day_number(self.as_of)

    def ages(self) -> Ints:
        """Age in whole years on `as_of`, as `kernel.periods` counts it."""
        return np.asarray(np.searchsorted(-self.latest_birth, -self.birth, side="right") - 1)

    def birthday(self, years: int) -> Ints:
        """The day on which each turns that old, give or take a day."""
        return self.birth + round(years * 365.2425)


def people(*, ages: Bands, count: int, seed: int, as_of: date) -> People:
    """Draw sexes and dates of birth by the age pyramid."""
    dice = Dice(seed=seed, concern="people")
    drawn = dice.choices([share for band in ages for share in (band.women, band.men)], count)
    band, man = drawn // 2, drawn % 2
    starts = np.asarray([b.age_from for b in ages] + [OLDEST + 1])
    age = starts[band] + dice.below(starts[band + 1] - starts[band], count)
    latest = np.asarray([_latest_birth(as_of, years) for years in range(OLDEST + 2)])
    birth = latest[age] - dice.below(latest[age] - latest[age + 1], count)
    return People(as_of=as_of, latest_birth=latest, woman=man == 0, birth=birth)


def _latest_birth(as_of: date, years: int) -> int:
    day = add_months(as_of, -12 * years)
    # those born on 29 February are a year older on the 28th of a common year
    next_day = day + timedelta(days=1)
    return day_number(next_day if years and years_between(next_day, as_of) == years else day)
