"""Who does the districts of a city."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def here(work: Callable[[str], Answer], districts: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """The threads of this process. Polars leaves a core idle between its steps; two districts at once use it."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from zip(districts, pool.map(work, districts), strict=True)
