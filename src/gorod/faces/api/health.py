"""Is it alive, is it ready: for supervisors, balancers and the engineer at 3 a.m."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from psycopg_pool import PoolTimeout

from gorod.catalogue import api as catalogue
from gorod.engines.intake import api as intake
from gorod.engines.messages import api as messages
from gorod.engines.outbox import api as outbox
from gorod.faces.api.access import open_to
from gorod.kernel import clock
from gorod.kernel.errors import GorodError

_WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL"


@open_to("everybody")
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Restart it when it does not."""
    return JsonResponse({"status": "alive"})


@open_to("everybody")
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and a city is loaded; 503 and the reason otherwise. Counts say what a person should look at."""
    try:
        city = catalogue.current()
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            waiting = cursor.fetchone()[0]
        counts = {
            "jobs_waiting": waiting,
            "events_parked": intake.parked_count(),
            "emails_doubtful": len(messages.doubtful_emails()),
            "webhooks_failing": sum(
                1 for owner in outbox.webhook_owners() if (w := outbox.webhook(owner=owner)) and w.failures
            ),
        }
    except GorodError as error:
        return JsonResponse({"status": "not ready", "reason": error.detail, "remedy": error.remedy}, status=503)
    except (DatabaseError, PoolTimeout):
        return JsonResponse(
            {"status": "not ready", "reason": "the database does not answer", "remedy": "look at its log"}, status=503
        )
    return JsonResponse({"status": "ready", "city": city.folder.name, "city_time": clock.now().isoformat(), **counts})
