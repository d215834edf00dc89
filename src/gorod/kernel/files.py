"""Files that a killed process leaves whole, a disk that is full, and one process at a time."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from gorod.kernel.errors import Conflict, Refused


def write_whole(path: Path, content: str | bytes, *, halves: Path | None = None, durable: bool = False) -> None:
    """Write a file so that a kill leaves all of it or none, also when several write it at once; text as UTF-8.

    `halves`: the folder on the same disk in which it grows, else beside it; without that folder nothing is written. `durable`: it
    is on the disk before this returns, and there after a power cut too. Raises OSError.
    """
    half = (halves or path.parent) / f"{path.name}.{uuid4().hex}.half"
    try:
        with half.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        half.rename(path)
        if durable:
            _on_disk(path.parent)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def _on_disk(folder: Path) -> None:
    """What the folder lists is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def room(folder: Path, *, what: str) -> Iterator[None]:
    """Work that writes into a folder and can be taken up again. Raises Refused instead of OSError when the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Refused(f"no room for {what} in {folder}", remedy="make room and run it again: it goes on") from error


@contextmanager
def alone(folder: Path, *, what: str, wait: bool = False) -> Iterator[None]:
    """One process at a time works on a folder; the lock goes with the process that holds it. Raises Conflict while another one
    does, unless told to wait."""
    handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"{what} runs in {folder}", remedy="wait for its end") from None
        yield
    finally:
        os.close(handle)
