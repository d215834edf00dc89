"""Charts as SVG: the same figures give the same file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

SETTINGS: Any = {"svg.hashsalt": "gorod", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10}
INCHES = (10.0, 4.2)
MARKS = "os^Dv"  # lines are told apart without colours too


@dataclass(frozen=True, kw_only=True)
class Series:
    """Points joined by a line."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart; both of its axes begin at 0. `across` and `up` say what the axes are, with the unit."""

    title: str
    across: str
    up: str
    series: Sequence[Series]


def svg(charts: Sequence[Chart]) -> str:
    """Charts side by side."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=INCHES, layout="constrained")
        for chart, axes in zip(charts, figure.subplots(1, len(charts), squeeze=False)[0], strict=True):
            for one, mark in zip(chart.series, MARKS, strict=False):
                axes.plot(one.x, one.y, marker=mark, label=one.name)
            axes.set(title=chart.title, xlabel=chart.across, ylabel=chart.up)
            axes.set_xlim(left=0)
            axes.set_ylim(bottom=0)
            axes.grid(visible=True, alpha=0.3)
            axes.legend()
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
