"""Ids and national numbers as text, made column-wise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from gorod.kernel.errors import BadInput
from gorod.records.synthetic.data import Scheme
from gorod.records.synthetic.logic.draws import Dice, Flags, Ints, Octets
from gorod.records.synthetic.logic.people import People

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_ZERO = ord("0")
_DASHES = (8, 13, 18, 23)
_DAY_MILLISECONDS = 86_400_000


def ids(*, people: People, seed: int, first: int) -> pl.Series:
    """An id of the form of UUIDv7 (RFC 9562) for each, growing, from midnight of `as_of`; `first`: how many stand before these."""
    table = Dice(seed=seed, concern="ids").octets(people.count, 16).copy()
    instant = people.today * _DAY_MILLISECONDS + first + np.arange(people.count)
    for place in range(6):
        table[:, place] = (instant >> (8 * (5 - place))) & 0xFF
    table[:, 6] = 0x70 | (table[:, 6] & 0x0F)
    table[:, 8] = 0x80 | (table[:, 8] & 0x3F)
    text = np.full((people.count, 36), ord("-"), dtype=np.uint8)
    places = [place for place in range(36) if place not in _DASHES]
    text[:, places[::2]] = _HEX[table >> 4]
    text[:, places[1::2]] = _HEX[table & 0x0F]
    return _texts(text).alias("party_id")


def _texts(table: Octets) -> pl.Series:
    """One text a row of ASCII characters."""
    rows, width = table.shape
    offsets = pa.py_buffer(np.arange(rows + 1, dtype=np.int64) * width)
    array = pa.LargeStringArray.from_buffers(rows, offsets, pa.py_buffer(np.ascontiguousarray(table)))
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series


def identifiers(
    *, schemes: tuple[Scheme, ...], people: People, party_id: pl.Series, seed: int, first: int, of: int
) -> pl.DataFrame:
    """Strong identifiers. Numbers of one scheme never repeat in a city of `of` people, of whom `first` stand before these. Raises
    BadInput when a scheme has fewer numbers than people."""
    age = people.ages()
    frames = []
    for scheme in schemes:
        dice = Dice(seed=seed, concern=f"identifiers {scheme.scheme}")
        carries = (age >= scheme.age_from) & (age <= scheme.age_to) & dice.happens(scheme.share, people.count)
        frames.append(
            pl.DataFrame(
                {
                    "party_id": party_id.filter(pl.Series(carries)),
                    "scheme": pl.repeat(scheme.scheme, int(carries.sum()), eager=True),
                    "value": _numbers(scheme, dice, carries, first, of),
                }
            )
        )
    empty = pl.DataFrame(schema={"party_id": pl.String, "scheme": pl.String, "value": pl.String})
    return pl.concat([empty, *frames])


def _numbers(scheme: Scheme, dice: Dice, carries: Flags, first: int, of: int) -> pl.Series:
    span = 10**scheme.digits - scheme.least
    if of > span:
        raise BadInput(
            f"{scheme.scheme} has {span} numbers, too few for {of} people",
            remedy="give it more digits in the city's synthetic.yaml",
        )
    # everybody draws from a range of their own, so no number comes twice; and as numbers grow with ids, a database takes both fast
    room = span // of
    body: Ints = scheme.least + (first + np.flatnonzero(carries)) * room + dice.below(room, carries.size)[carries]
    prefix = np.tile(np.frombuffer(scheme.prefix.encode("ascii"), dtype=np.uint8), (body.size, 1))
    text = np.hstack([prefix, _decimal(body, scheme.digits)])
    for control in scheme.controls:
        total = np.zeros(body.size, dtype=np.int64)
        for place, weight in enumerate(control.weights):
            total += (text[:, place] - _ZERO).astype(np.int64) * weight
        for modulus in control.moduli:
            total %= modulus
        text = np.hstack([text, _decimal(total, control.digits)])
    return _texts(text)


def _decimal(number: Ints, digits: int) -> Octets:
    text = np.empty((number.size, digits), dtype=np.uint8)
    for place in reversed(range(digits)):
        rest = number // 10
        text[:, place] = number - rest * 10 + _ZERO
        number = rest
    return text
