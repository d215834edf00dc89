"""Files that a killed process leaves whole, and a disk that is full."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gorod.kernel.errors import Refused


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that a kill leaves all of it or none."""
    half = path.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    half.rename(path)


@contextmanager
def room(folder: Path, *, what: str) -> Iterator[None]:
    """Work that writes into a folder and can be taken up again. Raises Refused instead of OSError when the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Refused(f"no room for {what} in {folder}", remedy="make room and run it again: it goes on") from error
