"""Who may take part: counted once for everybody when a poll is announced, asked of one person when they want to vote, both of the
same registers at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from gorod.engines.polls.data import OTHERS
from gorod.engines.polls.logic import drafts
from gorod.engines.rules import api as rules
from gorod.engines.sweeps import api as sweeps
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.parties import api as parties
from gorod.records.snapshots import api as snapshots
from gorod.records.snapshots.data import district_of

READER = Reader(kind="platform", name="polls")
FEWEST = 10  # people whom a figure by district may be about; smaller districts are put together


@dataclass(frozen=True, kw_only=True)
class Electorate:
    """How many may take part, by district (small ones together), and of which moment that is."""

    total: int
    districts: Mapping[str, int]
    as_of: date
    known_at: datetime


def count(rule: str, *, folder: Path, district: str) -> Electorate:
    """Ask the rule of everybody, in a folder of its own in `folder`. `district`: the fact that says where somebody lives."""
    rule_set = drafts.compiled(rule)
    folder.mkdir(parents=True, exist_ok=True)
    found: Counter[str] = Counter()
    with TemporaryDirectory(dir=folder) as work:  # two workers that count at the same time are not in each other's way
        taken = snapshots.take(
            folder=Path(work) / "snapshot",
            names=rule_set.facts_of(drafts.SERVICE),
            district=district,
            whole=True,
            done=lambda people: None,
        )
        swept = sweeps.run(snapshot=taken, rule_set=rule_set, folder=Path(work) / "sweep", done=lambda partition: None)
        for partition in swept.districts:
            answers = swept.answers(partition, [drafts.SERVICE]).get_column(drafts.SERVICE)
            found[district_of(partition)] += int(answers.sum() or 0)
    return Electorate(total=found.total(), districts=together(found), as_of=taken.as_of, known_at=taken.known_at)


def together(counts: Mapping[str, int]) -> dict[str, int]:
    """By district; those of fewer than FEWEST put together, and with the smallest other one when they are too few all the same."""
    shown = {name: number for name, number in sorted(counts.items()) if number >= FEWEST}
    rest = sum(number for name, number in counts.items() if name not in shown)
    if 0 < rest < FEWEST and shown:
        rest += shown.pop(min(shown, key=lambda name: shown[name]))
    return {**shown, OTHERS: rest} if rest else shown


def may_take_part(
    rule: str, *, party_id: UUID, district: str, as_of: date, known_at: datetime, title: str
) -> tuple[bool, str]:
    """Whether a person was there and the rule is true of them, as it was counted; and the district they live in (empty: not
    known)."""
    if not parties.residents_among(party_ids=[party_id], by=known_at):
        return False, ""
    rule_set = drafts.compiled(rule)
    names = {*rule_set.facts_of(drafts.SERVICE), *([district] if district else [])}
    found = facts.frame(
        people=[party_id],
        names=sorted(names),
        purpose=f"poll: {title}",
        reader=READER,
        as_of=as_of,
        known_at=known_at,
    )
    answer = rules.verdicts(rules=rule_set, frame=found.frame, as_of=as_of, services=[drafts.SERVICE])
    home = found.frame.get_column(district)[0] if district else None
    return answer.get_column(drafts.SERVICE)[0] is True, str(home or "")
