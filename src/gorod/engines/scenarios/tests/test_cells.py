"""Whatever is counted, no figure that is shown or can be worked out speaks of fewer than ten people, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from gorod.engines.scenarios.data import FEWEST, OTHERS, Effect
from gorod.engines.scenarios.logic import cells

MONTHLY = {"allowance": True, "grant": False}
KINDS = ("gain", "lose", "open", "paid_before", "paid_after", "before", "after")
few = st.integers(0, 40)


@st.composite
def groups(draw: st.DrawFn) -> dict[str, dict[str, int]]:
    """Groups of people of all sizes, of whom some gain and some lose by each of two services."""
    found = {}
    for number in range(draw(st.integers(1, 12))):
        counts = {f"{service}/{kind}": draw(few) for service in MONTHLY for kind in KINDS}
        counts |= {way: draw(few) for way in cells.WAYS}
        found[str(number)] = {**counts, "people": sum(counts.values())}
    return found


def small(count: int | None) -> bool:
    return count is not None and 0 < count < FEWEST


@given(groups())
def test_no_cell_speaks_of_fewer_than_ten_and_the_sums_stay(counted: Mapping[str, dict[str, int]]) -> None:
    found = cells.table(counted, MONTHLY)
    total = cells.added(counted.values(), list(counted["0"]))
    shown = [effect for name, effect in found.items()]
    assert not any(small(count) for one in shown for count in (one.gain, one.lose, one.both))
    for name in ("people", "before", "after", "before_once", "after_once"):
        assert sum(getattr(one, name) for one in shown) == getattr(cells.effect(total, MONTHLY), name)
    for name in found.keys() - {OTHERS}:
        concerned = [counted[name][f"{s}/gain"] + counted[name][f"{s}/lose"] for s in MONTHLY]
        paid = [counted[name][f"{s}/{kind}"] for s in MONTHLY for kind in ("paid_before", "paid_after")]
        assert not any(map(small, [counted[name]["people"], *concerned, *paid])), "a small group stands alone"
    merged = [counts for name, counts in counted.items() if name not in found]
    if len(found) > 1 and merged:
        together = cells.added(merged, list(total))
        assert not any(small(together[f"{s}/gain"] + together[f"{s}/lose"]) for s in MONTHLY), "it can be worked out"
        assert not small(together["people"])


def test_a_way_in_which_few_go_is_not_shown_anywhere() -> None:
    base = {f"{service}/{kind}": 0 for service in MONTHLY for kind in KINDS} | dict.fromkeys(cells.WAYS, 0)
    north = {**base, "people": 500, "gain": 100, "allowance/gain": 100, "lose": 3, "grant/lose": 3}
    south = {**base, "people": 500, "gain": 200, "allowance/gain": 200}
    found = cells.table({"north": north, "south": south}, {"allowance": True})
    assert {name: (one.gain, one.lose) for name, one in found.items()} == {"north": (100, None), "south": (200, None)}
    assert cells.too_few(cells.added([north, south], list(base)), "grant")
    assert not cells.too_few(cells.added([north, south], list(base)), "allowance")


def test_without_anything_small_every_group_stands_alone() -> None:
    counts = {f"{service}/{kind}": 20 for service in MONTHLY for kind in KINDS} | dict.fromkeys(cells.WAYS, 20)
    found = cells.table({"a": {**counts, "people": 90}, "b": {**counts, "people": 80}}, MONTHLY)
    assert list(found) == ["a", "b"]
    assert found["a"] == Effect(
        people=90, gain=20, lose=20, both=20, before=20, after=20, before_once=20, after_once=20
    )
