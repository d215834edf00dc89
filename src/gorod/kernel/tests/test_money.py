"""Kopecks: percent and rounding are exact and once only."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.money import as_text, percent_of, round_to


@given(kopecks=st.integers(0, 10**14), percent=st.integers(0, 1000))
def test_percent_is_the_nearest_kopeck(kopecks: int, percent: int) -> None:
    exact = Fraction(kopecks * percent, 100)
    assert abs(percent_of(kopecks, percent) - exact) <= Fraction(1, 2)


@given(kopecks=st.integers(-(10**14), 10**14), unit=st.sampled_from([1, 100, 1000]))
def test_rounding_gives_the_nearest_multiple(kopecks: int, unit: int) -> None:
    rounded = round_to(kopecks, unit)
    assert rounded % unit == 0
    assert abs(rounded - kopecks) * 2 <= unit


def test_written_for_people() -> None:
    assert as_text(1234567) == "12\u00a0345.67"
    assert as_text(10000) == "100"
