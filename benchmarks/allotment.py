"""Places dealt out: 100,000 applicants for 2,500 nurseries. The target is under 10 s on one core.

Measured: `matching.deal` of the package that the city and everybody else deal with (src/gorod/verify/allotment): lots drawn by
HMAC, two priorities and a reserve at each place, 3 to 10 wishes each; and what a stranger does who deals out again: the
published files read, dealt out and compared.

Beside the first: the lots alone, drawn and sorted. It is the floor because nobody deals without them. Beside the small one: the
library `matching` (its hospital-resident game, made from dictionaries and solved) for the same applicants without reserves,
which it does not know; both were seen to find the same. Beside reading and checking: the same files loaded by Python's JSON
alone.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import median

from matching.games import HospitalResident

from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from gorod.verify.allotment import input_file, lottery, matching, result
from gorod.verify.allotment.audit import audit
from gorod.verify.allotment.problem import Applicant, Place, Problem, Reserve, tier

SEED = 17
TIMES = 5
SECRET = bytes(range(32))
LOTS = lottery.seed(SECRET)
CRITERIA = {code: {"en": code} for code in ("sibling", "near", "benefit")}


def run(stage: Stage) -> Table:
    """A whole city, and a village beside the library."""
    applicants, places = stage.size(100_000, quick=2_000), stage.size(2_500, quick=50)
    stage.say(f"{applicants:,} applicants, {places:,} places")
    city = made_up(applicants=applicants, places=places, twins=0.0)
    twins = made_up(applicants=applicants, places=places, twins=0.005)
    lots = timed(lambda: drawn(city))
    dealt = timed(lambda: matching.deal(city, LOTS))
    with_twins = timed(lambda: matching.deal(twins, LOTS))
    outcome = matching.deal(twins, LOTS)
    raw = input_file.written(twins)
    said = result.written(result.of(outcome, commitment=lottery.commitment(SECRET)))
    checked = timed(lambda: must_add_up(raw, said))
    loaded = timed(lambda: (json.loads(raw), json.loads(said)))
    small = stage.size(2_000, quick=200)
    stage.say(f"{small:,} applicants beside the library")
    village = made_up(applicants=small, places=small // 40, twins=0.0, reserved=0)
    must_agree(village)
    ours, theirs = timed(lambda: matching.deal(village, LOTS)), timed(lambda: by_library(village))
    what = f"{applicants:,} × {places:,}"
    drawing = "lots drawn and sorted"
    rows = [
        row(what=f"dealt, {what}", unit=Unit.SECONDS, ours=dealt, beside=drawing, floor=lots),
        row(what="the same with twins", unit=Unit.SECONDS, ours=with_twins, beside=drawing, floor=lots),
        row(what="read, dealt again, compared", unit=Unit.SECONDS, ours=checked, beside="json.loads", floor=loaded),
        row(what=f"dealt, {small:,} × {small // 40:,}", unit=Unit.SECONDS, ours=ours, beside="matching", floor=theirs),
    ]
    return Table(
        rows=rows,
        notes=[
            f"Input {len(raw) / 2**20:.1f} MiB, result {len(said) / 2**20:.1f} MiB; one process, one core.",
            f"With twins: {len(outcome.groups):,} groups of two, of which {len(outcome.struck):,} had a wish struck; after"
            " each striking all of it is dealt again.",
            f"The library took {median(theirs) / median(ours):,.0f} times as long as ours for the {small:,}.",
        ],
    )


def timed(work: Callable[[], object]) -> list[float]:
    """Seconds of each of a few times."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return took


def drawn(of: Problem) -> list[bytes]:
    """The lots alone."""
    return sorted(lottery.lot(LOTS, one.number) for one in of.applicants)


def must_add_up(raw: bytes, said: bytes) -> None:
    """What `gorod verify allotment` does."""
    found = audit(problem=input_file.read(raw), published=result.read(said), secret=SECRET)
    assert not found.faults


def by_library(of: Problem) -> dict[str, str]:
    """Who gets which place, by the library `matching`: each place names all who wish for it, the best first."""
    in_order = sorted(of.applicants, key=lambda one: lottery.lot(LOTS, one.number))
    places, wanted = {place.id: place for place in of.places}, defaultdict(list)
    for at, one in enumerate(in_order):
        for wish in one.wishes:
            wanted[wish].append((tier(one, places[wish]), at, one.number))
    game = HospitalResident.create_from_dictionaries(
        {one.number: list(one.wishes) for one in of.applicants},
        {wish: [number for _tier, _lot, number in sorted(asking)] for wish, asking in wanted.items()},
        {wish: places[wish].seats for wish in wanted},
    )
    return {one.name: place.name for place, residents in game.solve().items() for one in residents}


def must_agree(of: Problem) -> None:
    """Both find the same."""
    ours = {number: seat.place for number, seat in matching.deal(of, LOTS).seats.items() if seat}
    assert ours == by_library(of)


def made_up(*, applicants: int, places: int, twins: float, reserved: int = 4) -> Problem:
    """Applicants who like some places more than others, with 95 seats for 100 of them. `twins`: the share of those who come as
    two."""
    draw = random.Random(SEED)
    ids = [f"nursery-{number:04}" for number in range(places)]
    seats = max(reserved, applicants * 19 // (20 * places))
    reserves = (Reserve(name="benefit", seats=reserved, criterion="benefit"),) if reserved else ()
    there = tuple(
        Place(id=one, names={"en": one}, seats=seats, reserves=reserves, priorities=("sibling", "near")) for one in ids
    )
    liked = draw.choices(ids, weights=[1 / (1 + at) ** 0.3 for at in range(places)], k=11 * applicants)
    found: list[Applicant] = []
    while len(found) < applicants:
        wishes = tuple(dict.fromkeys(liked.pop() for _ in range(draw.randint(3, 10))))
        number = f"{len(found):07}"
        criteria = frozenset({"benefit"} if draw.random() < 0.15 else ())
        here = {wishes[0]: frozenset({draw.choice(("sibling", "near"))})} if draw.random() < 0.5 else {}
        pair = draw.random() < twins
        for member in ("-1", "-2") if pair else ("",):
            found.append(
                Applicant(
                    number=number + member,
                    wishes=wishes,
                    criteria=criteria,
                    here=here,
                    together=f"twins {number}" if pair else None,
                )
            )
    return Problem(
        allotment="nurseries",
        round=1,
        title={"en": "Nurseries"},
        criteria=CRITERIA,
        places=there,
        applicants=tuple(found),
    )
