"""How the work goes: load, time to decide, how much no person decided, why things are refused, where in the city people apply."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from gorod.catalogue import api as catalogue
from gorod.engines.cases import api as cases
from gorod.engines.messages import api as messages
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.periods import add_months
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.officials.data import Role
from gorod.records.places import api as places

MONTHS = 12  # shown, the running one included
WIDTH = 100  # of the longest bar
SHADES = 5  # of the map
MAP_WIDTH = 1000


@page(open_to="supervisors")
def charts(request: HttpRequest) -> HttpResponse:
    """The last MONTHS months of the supervisor's agencies, to this moment."""
    owners = official(request).agencies(Role.SUPERVISOR)
    now = clock.now()
    first = add_months(clock.today().replace(day=1), 1 - MONTHS)
    since = clock.starts(first)
    found = cases.figures(owners=owners, since=since, before=now)
    language = catalogue.language()
    decided = sum(month.decided for month in found.months)
    alone = sum(month.by_platform for month in found.months)
    reasons = messages.reasons(codes=list(found.reasons), language=language)
    values: dict[str, Any] = {
        "opened": _bars([(wording.month(month.month), month.opened) for month in found.months]),
        "decided": _bars([(wording.month(month.month), month.decided) for month in found.months]),
        "days": _bars([(wording.service(one.service), one.median_days) for one in found.services]),
        "reasons": _bars(list(zip(reasons, found.reasons.values(), strict=True))),
        "share": wording.share(alone / decided) if decided else "",
        "since": wording.day(first),
        "map": _city_map(owners, since, now),
    }
    return shown(request, "desk/charts.html", values)


def _bars(rows: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """Each row with its figure in words and the length of its bar."""
    most = max((figure for _name, figure in rows), default=0) or 1
    return [
        {"name": name, "figure": wording.figure(figure), "width": round(figure / most * WIDTH, 1)}
        for name, figure in rows
    ]


def _legend(most: int) -> list[dict[str, Any]]:
    """Which figures each shade of the map stands for."""
    steps = [(most * (shade - 1) // (SHADES - 1) + 1, most * shade // (SHADES - 1)) for shade in range(1, SHADES)]
    ranges = [(0, 0), *steps]
    return [
        {"shade": shade, "figures": str(low) if low == high else f"{low}–{high}"}
        for shade, (low, high) in enumerate(ranges)
        if low <= high
    ]


def _city_map(owners: frozenset[str], since: datetime, before: datetime) -> dict[str, Any] | None:
    """The districts, darker where more was applied for; None where the city has no districts or does not say who lives where."""
    fact, known = catalogue.current().lives_in, places.districts()
    if not fact or not known:
        return None
    people = Counter(cases.subjects_of_opened(owners=owners, since=since, before=before))
    frame = facts.frame(
        people=list(people),
        names=[fact],
        purpose="how many apply in each district",
        reader=Reader(kind="platform", name="charts"),
    ).frame
    counts: Counter[str] = Counter()
    for party_id, code in frame.select("party_id", fact).iter_rows():
        counts[code or ""] += people[UUID(party_id)]
    most = max((counts[district.code] for district in known), default=0) or 1
    language = catalogue.language()
    scale = math.cos(math.radians(sum(one.lat for one in known) / len(known)))
    shapes = places.shapes()
    points = [point for shape in shapes["features"] for ring in _rings(shape["geometry"]) for point in ring]
    west, east = min(p[0] for p in points) * scale, max(p[0] for p in points) * scale
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    size = MAP_WIDTH / (east - west)

    def path(ring: Sequence[Sequence[float]]) -> str:
        at = (f"{(p[0] * scale - west) * size:.0f} {(north - p[1]) * size:.0f}" for p in ring)
        return f"M{'L'.join(at)}Z"

    names = {one.code: one.names.get(language, one.code) for one in known}
    return {
        "height": round((north - south) * size),
        "width": MAP_WIDTH,
        "districts": [
            {
                "name": names[shape["id"]],
                "count": counts[shape["id"]],
                "shade": math.ceil(counts[shape["id"]] / most * (SHADES - 1)),
                "path": "".join(path(ring) for ring in _rings(shape["geometry"])),
            }
            for shape in shapes["features"]
        ],
        "legend": _legend(most),
        "rows": _bars([(names[code], count) for code, count in counts.most_common() if code in names and count]),
        "elsewhere": sum(count for code, count in counts.items() if code not in names),
        "attribution": shapes.get("attribution", ""),
    }


def _rings(geometry: dict[str, Any]) -> list[Any]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]
