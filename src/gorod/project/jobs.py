"""Background work of the platform itself: what killed workers left behind, what nobody needs any more."""

from __future__ import annotations

from allauth.idp.oidc.models import Token
from procrastinate import JobContext
from procrastinate.contrib.django import app

STALLED_SECONDS = 30  # three heartbeats of a worker; fewer took living workers for dead ones
KEEP_DONE_HOURS = 72


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="project.retry_stalled", name="project.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of killed workers to living ones. Without this they would stay in `doing` for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="20 4 * * *")
@app.task(queueing_lock="project.tidy", name="project.tidy", pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:
    """Remove jobs done long ago and tokens that have expired."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_DONE_HOURS)
    await Token.objects.expired().adelete()
