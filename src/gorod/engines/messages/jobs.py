"""Background work of messages."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gorod.engines.messages import api


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="messages.send", name="messages.send")
def send(timestamp: int) -> None:
    """Send the e-mails that wait, every minute."""
    api.send_emails()
