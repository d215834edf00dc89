"""Background work inside a test: the jobs that wait in the database, run here and now."""

from __future__ import annotations

import random

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

MANY = 500  # a family's change that starts more jobs than this has started a circle


def run_one_job(chance: random.Random | None = None) -> bool:
    """Run one waiting job: the oldest, or any of them by chance, as several workers would. Returns whether there was one."""
    waiting = list(ProcrastinateJob.objects.filter(status="todo").order_by("id"))
    if not waiting:
        return False
    job = chance.choice(waiting) if chance else waiting[0]
    app.tasks[job.task_name].func(**job.args)
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", [job.id])
    return True


def run_jobs(chance: random.Random | None = None) -> int:
    """Run waiting jobs, and those that they start, until none is left. Returns how many ran; a job that fails raises here."""
    for ran in range(MANY):
        if not run_one_job(chance):
            return ran
    raise AssertionError(f"{MANY} jobs ran and more are waiting: the work goes round in a circle")
