"""Drawing by seed. Only uniform numbers are taken from the generator: their stream is the one part that numpy keeps stable."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import numpy as np
import numpy.typing as npt

from gorod.records.synthetic.data import Bands, Quantiles

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Octets = npt.NDArray[np.uint8]


class Dice:
    """The random numbers of one concern: a change in one never reshuffles the others."""

    def __init__(self, *, seed: int, concern: str) -> None:
        self._generator = np.random.default_rng([seed, crc32(concern.encode())])

    def uniform(self, count: int) -> Floats:
        """Numbers from 0 to 1 (excluded)."""
        return self._generator.random(count)

    def below(self, limit: Ints | int, count: int) -> Ints:
        """Whole numbers from 0 to `limit` (excluded)."""
        drawn: Floats = self.uniform(count) * limit
        return drawn.astype(np.int64)

    def happens(self, share: Floats | float, count: int) -> Flags:
        """True for that share."""
        return self.uniform(count) < share

    def values(self, quantiles: Quantiles, count: int) -> Floats:
        """Values of a distribution."""
        return np.interp(self.uniform(count), [p for p, _ in quantiles], [v for _, v in quantiles])

    def choices(self, weights: Iterable[float], count: int) -> Ints:
        """Indexes drawn by weight."""
        sums = np.cumsum(np.asarray(list(weights), dtype=np.float64))
        return np.asarray(np.searchsorted(sums, self.uniform(count) * sums[-1], side="right"), dtype=np.int64)

    def octets(self, count: int, width: int) -> Octets:
        """A table of random bytes."""
        return np.frombuffer(self._generator.bytes(count * width), dtype=np.uint8).reshape(count, width)


def shares(bands: Bands, age: Ints, woman: Flags) -> Floats:
    """The share that holds for each person; 0 below the first band."""
    starts = np.asarray([band.age_from for band in bands], dtype=np.int64)
    table = np.asarray([[0.0, 0.0], *((band.women, band.men) for band in bands)])
    return np.asarray(table[np.searchsorted(starts, age, side="right"), np.where(woman, 0, 1)])


def next_free(wanted: Floats, offered: Floats) -> Ints:
    """For each wanted value (ascending) the place of an offered one (ascending) that is not smaller, each taken once; may run
    past the end when too few are offered."""
    count = np.arange(wanted.size)
    return np.asarray(count + np.maximum.accumulate(np.searchsorted(offered, wanted, side="left") - count))
