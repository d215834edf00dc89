"""How the work goes: load, time to decide, how much no person decided, why things are refused, where in the city people apply."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from gorod.catalogue import api as catalogue
from gorod.engines.cases import api as cases
from gorod.engines.messages import api as messages
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.drawing import bars, city_map
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.periods import add_months
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.officials.data import Role
from gorod.records.places import api as places

MONTHS = 12  # shown, the running one included


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
        "opened": bars([(wording.month(month.month), month.opened) for month in found.months]),
        "decided": bars([(wording.month(month.month), month.decided) for month in found.months]),
        "days": bars([(wording.service(one.service), one.median_days) for one in found.services]),
        "reasons": bars(list(zip(reasons, found.reasons.values(), strict=True))),
        "share": wording.share(alone / decided) if decided else "",
        "since": wording.day(first),
        "map": _city_map(owners, since, now),
    }
    return shown(request, "desk/charts.html", values)


def _city_map(owners: frozenset[str], since: datetime, before: datetime) -> dict[str, Any] | None:
    """The districts, darker where more was applied for; None where the city has no districts or does not say who lives where."""
    fact = catalogue.current().lives_in
    if not fact or not places.districts():
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
    return city_map(counts)
