"""Background work of messages."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from gorod.engines.messages import api


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="messages.send", name="messages.send")
def send(timestamp: int) -> None:
    """Send the e-mails that wait, every minute; without a mail server they go on waiting."""
    if settings.EMAIL_HOST:
        api.send_emails()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="messages.push", name="messages.push")
def push(timestamp: int) -> None:
    """Tell devices that there is something new, every minute."""
    api.send_pushes()
