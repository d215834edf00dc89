"""The door of the ledger."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from gorod.kernel.canonical import plain
from gorod.kernel.errors import NotFound, Refused
from gorod.kernel.files import alone, room, write_whole
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint
from gorod.records.ledger import models
from gorod.records.ledger.data import Numbered, Opening, Published, WitnessAt
from gorod.records.ledger.logic import files, numbering, waiting
from gorod.records.ledger.logic.witnesses import cosignatures
from gorod.verify.receipt import Receipt, clear_entry, hidden_entry

SALT = 32  # bytes
AT_ONCE = 5000  # entries that are numbered in one transaction

_folder: Path | None = None


def configure(*, folder: Path) -> None:
    """Set where the files of the log are."""
    global _folder
    _folder = folder


def place() -> Path:
    """The folder of the log's files, which anybody may be given. Raises Refused in a process that was not told."""
    if _folder is None:
        raise Refused("this process does not know where the ledger is", remedy="call configure at its start")
    return _folder


def declare(*, kind: str, content: Mapping[str, Any], about: UUID | None = None, once: str | None = None) -> UUID:
    """Write something into the log for everybody to read, in the caller's transaction. Returns the entry's id.

    `content` is JSON and says nothing of any person. `about`: under which it is found again (`entries`, `entry_of`). `once`: there
    is one entry of it, ever. Raises Refused when it is longer than an entry may be, Conflict when there is one of this `once`.
    """
    return _wait(clear_entry(kind=kind, content=content), about, once)


def declare_state(*, kind: str, state: Mapping[str, str]) -> int:
    """Declare of each name what it is now, where that is not what was declared last: an entry a name, null for one that is gone.
    Returns how many. Raises Refused as `declare`."""
    with transaction.atomic():
        before = {row.name: row for row in models.Latest.objects.select_for_update().filter(kind=kind)}
        changed = [
            name for name in sorted({*before, *state}) if name not in before or before[name].now != state.get(name)
        ]
        for name in changed:
            declare(kind=kind, content={"name": name, "is": state.get(name)})
            if name not in state:
                before[name].delete()
            else:
                models.Latest.objects.update_or_create(kind=kind, name=name, defaults={"now": state[name]})
    return len(changed)


def commit(*, party_id: UUID, about: UUID, kind: str, content: Mapping[str, Any]) -> UUID:
    """Write a commitment to something about a person into the log, in the caller's transaction, and keep what opens it. `about`:
    the record that it is about. Returns the entry's id. Raises Refused as `declare`."""
    known = plain(content)
    entry_id, salt = hide(kind=kind, content=known)
    models.Opening.objects.create(id=entry_id, party_id=party_id, about=about, kind=kind, salt=salt, content=known)
    return entry_id


def hide(*, kind: str, content: Mapping[str, Any]) -> tuple[UUID, bytes]:
    """Write only the commitment, a salted hash of which nobody learns anything. Returns the entry's id and the salt, which the
    caller keeps with the record. Raises Refused as `declare`."""
    salt = secrets.token_bytes(SALT)
    return _wait(hidden_entry(kind=kind, content=content, salt=salt)), salt


def _wait(entry: bytes, about: UUID | None = None, once: str | None = None) -> UUID:
    if len(entry) > merkle.LONGEST_ENTRY:
        raise Refused(
            f"an entry of the ledger has at most {merkle.LONGEST_ENTRY} bytes, this one {len(entry)}",
            remedy="write a digest of it, and publish the whole elsewhere",
        )
    return waiting.add(entry, about, once)


def has(*, once: str, leaf: bytes) -> bool:
    """Whether the entry that was declared with this `once` is the one with this hash in the tree."""
    known = [
        entry
        for model in (models.Waiting, models.Entry)
        for entry in model.objects.filter(once=once).values_list("entry", flat=True)
    ]
    return any(merkle.leaf_hash(bytes(entry)) == leaf for entry in known)


def settled(*, about: UUID) -> bool:
    """Whether nothing about this waits for its number: what is declared from now on comes after all of it."""
    return not models.Waiting.objects.filter(about=about).exists()


def entries(*, about: UUID, after: int = -1, limit: int | None = None) -> Iterator[Numbered]:
    """What was declared about something and has a number, in the order of the log."""
    rows = models.Entry.objects.filter(about=about, index__gt=after).order_by("index")[:limit]
    for row in rows.iterator():
        yield _numbered(row)


def count(*, about: UUID) -> int:
    """How many entries about something have a number."""
    return models.Entry.objects.filter(about=about).count()


def entry_of(*, leaf: bytes) -> Numbered:
    """An entry declared about something, by its hash in the tree. Raises NotFound, also while it has no number."""
    row = models.Entry.objects.filter(leaf=leaf).order_by("index").first()
    if row is None:
        raise NotFound("the ledger has no entry of this hash", remedy="a new one has its number within a second")
    return _numbered(row)


def _numbered(row: models.Entry) -> Numbered:
    return Numbered(index=row.index, leaf=bytes(row.leaf or b""), entry=bytes(row.entry))


def published_size() -> int:
    """How many entries the world can see: the size in the checkpoint that was published last."""
    checkpoint = files.published(place())
    return checkpoint.size if checkpoint else 0


def root(*, size: int) -> bytes:
    """The root of the published tree of the first `size` entries: the same for ever. Raises NotFound while it is not published."""
    checkpoint = files.published(place())
    if checkpoint is None or size > checkpoint.size:
        raise _not_yet()
    return merkle.range_hash(files.hashes_of(place(), checkpoint.size), 0, size)


def number(*, limit: int = AT_ONCE) -> int:
    """Give numbers to what waits. Returns to how many; whoever does the same at the same moment waits."""
    return numbering.number(limit)


def publish(*, signer: merkle.Signer, witnesses: Sequence[WitnessAt] = (), quorum: int = 0) -> Published | None:
    """Write the log as files, sign its checkpoint, and publish it as soon as `quorum` witnesses have cosigned; alone. Returns None
    when nothing is new.

    Raises Conflict when the database is not the one that was published from, Refused when the disk is full, and when too few
    witnesses cosign; then the world sees what it saw.
    """
    folder = place()
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder, what="the ledger", wait=True), room(folder, what="the ledger"):
        before, head = files.published(folder), models.Head.objects.filter(id=1).first()
        if head is None or not files.write_tiles(folder, before, head):
            return None
        root = numbering.tree_of(head).root
        text = merkle.written_checkpoint(Checkpoint(origin=signer.key.name, size=head.size, root=root))
        note = merkle.signed(text, signer.line(text))
        hash_at = files.hashes_of(folder, head.size)
        lines, silent = cosignatures(witnesses, note=note, size=head.size, hash_at=hash_at)
        if len(lines) < quorum:
            raise Refused(
                f"{len(lines)} of {len(witnesses)} witnesses cosign the ledger, {quorum} are needed: {_why(silent)}",
                remedy="nothing new is published until then; look at the witnesses, or take another one",
            )
        write_whole(folder / merkle.CHECKPOINT, note + "".join(lines))
        files.tidy(folder, had=before.size if before else 0, size=head.size)
    return Published(size=head.size, cosigned=len(lines), silent=silent)


def _why(silent: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {why}" for name, why in silent.items())


def openings(*, party_id: UUID, about: UUID) -> list[Opening]:
    """What commitments about a record hide, oldest first."""
    rows = models.Opening.objects.filter(party_id=party_id, about=about).order_by("id")
    return [Opening(entry_id=row.id, kind=row.kind, content=row.content, salt=bytes(row.salt)) for row in rows]


def receipt(*, opening: Opening) -> Receipt:
    """That what a commitment hides stands in the log. Raises NotFound while it is not published."""
    row = models.Entry.objects.filter(entry_id=opening.entry_id).first()
    if row is None:
        raise _not_yet()
    return _receipt(row.index, opening.kind, opening.content, opening.salt)


def receipt_of(*, leaf: bytes) -> Receipt:
    """That an entry declared about something stands in the log. Raises NotFound while it is not published."""
    found = entry_of(leaf=leaf)
    said = json.loads(found.entry)
    return _receipt(found.index, said["kind"], said["content"], None)


def _receipt(index: int, kind: str, content: Mapping[str, Any], salt: bytes | None) -> Receipt:
    checkpoint = files.published(place())
    if checkpoint is None or index >= checkpoint.size:
        raise _not_yet()
    hash_at = files.hashes_of(place(), checkpoint.size)
    return Receipt(
        kind=kind,
        content=content,
        salt=salt,
        index=index,
        proof=tuple(merkle.inclusion_proof(hash_at, index, checkpoint.size)),
        checkpoint=(place() / merkle.CHECKPOINT).read_text(encoding="utf-8"),
    )


def _not_yet() -> NotFound:
    return NotFound("this entry is not in the published ledger yet", remedy="ask again in a moment")
