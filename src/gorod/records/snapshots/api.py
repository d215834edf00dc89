"""The door of snapshots."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from gorod.kernel import clock
from gorod.kernel.errors import NotFound
from gorod.kernel.files import room
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.snapshots.data import Snapshot
from gorod.records.snapshots.logic import around, blocks, changes, keys, moment
from gorod.records.snapshots.logic.state import Asked
from gorod.records.synthetic.data import Population

BLOCK = 200_000  # residents read at once: about 1 GB of memory
NAMED = 20_000  # residents read at once by name
SHARE = 50_000  # residents: where more live in a district, it becomes several partitions, so that a sweep's memory is bounded
TAKING = "taking"  # the folder of the one that is being taken
ABOUT = "snapshot.json"
PURPOSE = "sweep of the whole city"  # one row in the record of readings, which everybody sees
READER = Reader(kind="platform", name="snapshots")


def take(
    *,
    folder: Path,
    names: Collection[str],
    district: str = "",
    whole: bool = False,
    block: int = BLOCK,
    share: int = SHARE,
    done: Callable[[int], None] = print,
) -> Snapshot:
    """Write what the registers say of everybody today into a new folder of `folder`, as one moment: all that these facts are
    made of.

    Where there is a snapshot of the same facts, only who has changed since is read, and the others' files are carried over;
    `whole`: everybody is read. `district`: the fact that parts the files; of more than `share` residents it becomes several.
    `done` hears how many residents are done. One that was killed goes on where it was, at its own moment, if the same is asked on
    the same day. Raises Refused when a transaction stays open, also when the disk is full; then nothing is published and what was
    read is kept for the next try.
    """
    work = folder / TAKING
    known = () if whole else [one for one in snapshots(folder=folder) if not one.made_up]
    asked, base = _begun(work, names, district, known)
    with room(folder, what="the snapshot"):
        if base is None:
            read = blocks.read_all(asked=asked, folder=work, block=block)
        else:
            read = changes.read_changed(asked=asked, base=base, folder=work, block=min(block, NAMED))
        for people in read:
            done(people)
        if not (work / "parts").exists():
            raise NotFound("there is nobody to take a snapshot of", remedy="load residents first")
        return _published(asked, folder, share)


def make_up(
    *, folder: Path, parts: Iterable[Population], names: Collection[str], district: str = "", share: int = SHARE
) -> Snapshot:
    """The same files of people who are in no database, to measure and to try things with. Raises Refused when the disk is full."""
    work = folder / TAKING
    shutil.rmtree(work, ignore_errors=True)
    (work / "blocks").mkdir(parents=True)
    asked = _asked(names, district, clock.now())
    with room(folder, what="the snapshot"):
        for number, part in enumerate(parts):
            blocks.write_made_up(
                asked=asked,
                party_ids=part.residents.get_column("party_id"),
                statements=part.statements,
                relations=part.relations,
                folder=work / "parts",
                number=number,
            )
            mark = work / "blocks" / f"{number:06}.json"
            mark.write_text(json.dumps({"people": part.residents.height}), encoding="utf-8")
        return _published(asked, folder, share, made_up=True)


def _published(asked: Asked, folder: Path, share: int, *, made_up: bool = False) -> Snapshot:
    work = folder / TAKING
    districts = tuple(around.gather(parts=work / "parts", to=work, hops=asked.hops, share=share))
    marks = [json.loads(mark.read_text(encoding="utf-8")) for mark in (work / "blocks").glob("*.json")]
    found = Snapshot(
        folder=folder / f"{asked.known_at:%Y%m%dT%H%M%S%f}",
        as_of=asked.as_of,
        known_at=asked.known_at,
        stated=asked.stated,
        relations=asked.relations,
        hops=asked.hops,
        district=asked.district,
        districts=districts,
        people=sum(mark["people"] for mark in marks),
        form=asked.form,
        misfits=sum((Counter(mark.get("misfits", {})) for mark in marks), Counter()),
        made_up=made_up,
    )
    (work / ABOUT).write_text(json.dumps(_plain(found)), encoding="utf-8")
    for name in ("parts", "blocks"):
        shutil.rmtree(work / name)
    (work / "asked.json").unlink(missing_ok=True)
    work.rename(found.folder)
    return found


def _begun(
    work: Path, names: Collection[str], district: str, known: Sequence[Snapshot]
) -> tuple[Asked, Snapshot | None]:
    """The snapshot that was begun, or a new one at a moment of its own; and the one it is brought forward from."""
    wanted = _asked(names, district, clock.now())
    base = next((one for one in reversed(known) if _leads_to(one, wanted)), None)
    since = base.folder.name if base else ""
    if (work / "asked.json").exists():
        with suppress(ValueError, KeyError):
            before = Asked.read(work / "asked.json")
            if before.is_like(replace(wanted, since=since)):
                return before, base
    shutil.rmtree(work, ignore_errors=True)
    (work / "blocks").mkdir(parents=True)
    asked = replace(wanted, known_at=moment.now_complete(), since=since)
    facts.record_reading(people=None, names=asked.stated, purpose=PURPOSE, reader=READER)
    asked.write(work / "asked.json")
    return asked, base


def _leads_to(base: Snapshot, asked: Asked) -> bool:
    """Whether a snapshot can be brought forward to what is asked: the same facts and relations, read and parted the same way."""
    same = (base.stated, set(base.relations), base.hops, base.district, base.form)
    wanted = (asked.stated, set(asked.relations), asked.hops, asked.district, asked.form)
    return base.as_of <= asked.as_of and same == wanted


def _asked(names: Collection[str], district: str, known_at: datetime) -> Asked:
    needs = facts.needs(names=[*names, *([district] if district else [])])
    return Asked(
        as_of=clock.today(),
        known_at=known_at,
        stated=tuple(needs.stated),
        relations=tuple(sorted(needs.relations)),
        many=tuple(sorted(needs.many)),
        hops=needs.hops,
        district=district,
        form=needs.form,
    )


def _plain(snapshot: Snapshot) -> dict[str, object]:
    return {
        "as_of": snapshot.as_of.isoformat(),
        "known_at": snapshot.known_at.isoformat(),
        "stated": snapshot.stated,
        "relations": snapshot.relations,
        "hops": snapshot.hops,
        "district": snapshot.district,
        "districts": snapshot.districts,
        "people": snapshot.people,
        "form": snapshot.form,
        "misfits": snapshot.misfits,
        "made_up": snapshot.made_up,
    }


def snapshots(*, folder: Path) -> list[Snapshot]:
    """Those in a folder, oldest first; one that is being taken is not among them."""
    found = []
    for about in sorted(folder.glob(f"*/{ABOUT}")):
        if about.parent.name != TAKING:
            values = json.loads(about.read_text(encoding="utf-8"))
            found.append(
                Snapshot(
                    folder=about.parent,
                    as_of=date.fromisoformat(values["as_of"]),
                    known_at=datetime.fromisoformat(values["known_at"]),
                    stated=tuple(values["stated"]),
                    relations=tuple(values["relations"]),
                    hops=values["hops"],
                    district=values["district"],
                    districts=tuple(values["districts"]),
                    people=values["people"],
                    form=values.get("form", ""),
                    misfits=values.get("misfits", {}),
                    made_up=values.get("made_up", False),
                )
            )
    return found


def remove_old(*, folder: Path, keep: int, made_up: bool = False) -> int:
    """Remove all but the newest few, of real or of made-up people. Returns how many went."""
    old = [snapshot for snapshot in snapshots(folder=folder) if snapshot.made_up is made_up][:-keep]
    for snapshot in old:
        shutil.rmtree(snapshot.folder)
    return len(old)


def parties_of(*, keys_of: Collection[int]) -> Mapping[int, UUID]:
    """Who is meant by keys of a snapshot."""
    return keys.parties(keys_of)
