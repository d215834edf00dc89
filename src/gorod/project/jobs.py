"""Background work of the platform itself: what killed workers left behind, what nobody needs any more, the sweep of every night."""

from __future__ import annotations

import asyncio
import signal

from allauth.idp.oidc.models import Token
from asgiref.sync import sync_to_async
from django.db import connection
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from gorod.kernel.errors import Refused
from gorod.project import environment
from gorod.project.postgres import die_with_parent
from gorod.project.supervisor import gorod_command
from gorod.records.parties import api as parties

STALLED_SECONDS = 30  # three heartbeats of a worker; fewer took living workers for dead ones
KEEP_DONE_HOURS = 72
SWEEP_AGAIN_SECONDS = 600


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


def _anybody_lives_here() -> bool:
    try:
        return parties.residents_count() > 0
    finally:
        connection.close()  # or this thread would keep it as long as the sweep runs


@app.periodic(cron="30 1 * * *")
@app.task(
    queueing_lock="project.sweep",
    lock="project.sweep",
    name="project.sweep",
    retry=RetryStrategy(max_attempts=3, wait=SWEEP_AGAIN_SECONDS),
)
async def sweep(timestamp: int) -> None:
    """Examine the whole city every night, as a process of its own: it computes for minutes and would keep this one from its
    heartbeat.

    The job waits for it, so a sweep that fails is a failed job, which the operator sees. The process dies with the worker; the
    job is then given to another one, and the sweep goes on where it was.
    """
    if not await sync_to_async(_anybody_lives_here)():
        return
    log = environment.home() / "logs" / "sweep.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *gorod_command("sweep"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            raise
    if code:
        raise Refused(f"gorod sweep ended with {code}", remedy=f"see the end of {log}")
