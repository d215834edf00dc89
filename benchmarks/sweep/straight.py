"""Straight lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def straight(x: Sequence[float], y: Sequence[float]) -> tuple[float, float, float]:
    """The straight line through points: how steep, where it begins, and R² (1 when it explains everything)."""
    slope, base = np.polyfit(x, y, 1)
    left = float(np.sum((np.asarray(y) - (slope * np.asarray(x) + base)) ** 2))
    all_of_it = float(np.sum((np.asarray(y) - np.mean(y)) ** 2))
    return float(slope), float(base), 1.0 - left / all_of_it if all_of_it else 1.0
