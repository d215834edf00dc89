"""What a benchmark is given to run on."""

from __future__ import annotations

import sys
import tempfile
from functools import cached_property
from pathlib import Path

from benchmarks.measuring.city import RunningCity
from benchmarks.measuring.rules import Rules, rules_of


class Stage:
    """Sizes, a place to write, and one made-up city that all benchmarks of a run share, started when first asked for."""

    RESIDENTS = 100_000
    RESIDENTS_QUICK = 2_000

    def __init__(self, *, quick: bool, folder: Path) -> None:
        self.quick = quick
        self.folder = folder

    def size(self, full: int, *, quick: int) -> int:
        """How many, in a full run or in a quick one."""
        return quick if self.quick else full

    def say(self, text: str) -> None:
        """Tell whoever waits what is going on."""
        print(f"  {text}", file=sys.stderr, flush=True)

    @cached_property
    def city(self) -> RunningCity:
        """The city of 100,000."""
        residents = self.size(self.RESIDENTS, quick=self.RESIDENTS_QUICK)
        self.say(f"starting a city of {residents:,}")
        return RunningCity(residents=residents)

    @cached_property
    def rules(self) -> Rules:
        """The 380 rules."""
        return rules_of(city=self.city.content)

    def scratch(self) -> Path:
        """A new empty folder, removed with everything else at the end."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def close(self) -> None:
        """Stop what was started."""
        if "city" in self.__dict__:
            self.city.stop()
