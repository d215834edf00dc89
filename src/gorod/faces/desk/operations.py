"""What waits for whoever keeps the platform running: parked events, failed jobs, agencies not reached, e-mails in doubt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gorod.engines.intake import api as intake
from gorod.engines.messages import api as messages
from gorod.engines.offers import api as offers
from gorod.engines.outbox import api as outbox
from gorod.faces.accounts.access import page
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused

ROWS = 100  # of each kind


@page(open_to="operators")
def operations(request: HttpRequest) -> HttpResponse:
    """What is stuck, and trying it again. An event's data are not shown: an operator needs no resident's name."""
    if request.method == "POST":
        _again(request)
        return redirect("desk:operations")
    parked = intake.parked()
    failed = ProcrastinateJob.objects.filter(status="failed").order_by("-id")
    values: dict[str, Any] = {
        "parked": [
            {
                "id": one.event_id,
                "type": one.event.type,
                "sender": wording.owner(one.sender),
                "at": wording.moment(one.received_at),
                "reason": one.reason,
            }
            for one in parked[:ROWS]
        ],
        "parked_count": len(parked),
        "failed": [
            {"id": job.id, "task": job.task_name, "attempts": job.attempts, "at": job.scheduled_at}
            for job in failed[:ROWS]
        ],
        "failed_count": failed.count(),
        "webhooks": [
            {"owner": wording.owner(hook.owner), "failures": hook.failures, "error": hook.last_error}
            for owner in outbox.webhook_owners()
            if (hook := outbox.webhook(owner=owner)) is not None and hook.failures
        ],
        "following": _following(),
        "doubtful": len(messages.doubtful_emails()),
    }
    return shown(request, "desk/operations.html", values)


def _following() -> dict[str, Any] | None:
    """What followed from the last sweep of the whole city, and how far that is."""
    last = offers.last_following()
    if last is None:
        return None
    return {
        "day": wording.day(last.as_of),
        "people": last.people,
        "done": last.done,
        "all": last.batches,
        "made": last.made,
    }


def _again(request: HttpRequest) -> None:
    """Try one parked event or one failed job again."""
    kind, _slash, number = request.POST.get("again", "").partition("/")
    try:
        if kind == "event":
            receipt = intake.replay(event_id=UUID(number))
            again = _("Tried again")
            notices.success(request, f"{again}: {receipt.fate.value} {receipt.reason}")
        elif kind == "job" and ProcrastinateJob.objects.filter(id=int(number), status="failed").exists():
            app.job_manager.retry_job_by_id(job_id=int(number), retry_at=clock.outside())
            notices.success(request, _("It is in the queue again."))
        else:
            notices.info(request, _("That waits no more."))
    except (ValueError, NotFound, Refused):
        notices.info(request, _("That waits no more."))
