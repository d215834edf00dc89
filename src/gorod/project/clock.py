"""The clock of a demonstration: a file with an offset, read by every process of this machine, only in a made-up city."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from gorod.kernel import clock
from gorod.kernel.errors import Refused
from gorod.project import environment
from gorod.records.installation import api as installation


def _file() -> Path:
    return environment.home() / "clock"


class _Offset:
    """The offset in the file, looked up anew when the file has changed."""

    def __init__(self) -> None:
        self._changed = 0
        self._offset = timedelta()

    def __call__(self) -> timedelta:
        try:
            changed = _file().stat().st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if changed != self._changed:
            self._offset, self._changed = timedelta(seconds=int(_file().read_text() or 0)), changed
        return self._offset


def follow() -> None:
    """Let this process live by the demonstration's clock, if the city is made up."""
    known = installation.installation()
    if known is not None and known.synthetic:
        clock.configure(offset=_Offset())


def move(*, by: timedelta) -> None:
    """Move the clock of the demonstration forward. Raises Refused in a city of real people, or backwards."""
    known = installation.installation()
    if known is None or not known.synthetic:
        raise Refused("the clock of a real city cannot be moved", remedy="make up a city in another database")
    if by < timedelta():
        raise Refused("time goes forward", remedy="name a number of days above 0")
    offset = int((_Offset()() + by).total_seconds())
    partial = _file().with_suffix(".new")
    partial.write_text(str(offset))
    partial.rename(_file())
