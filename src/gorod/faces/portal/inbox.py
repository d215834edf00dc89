"""The inbox: what the city told a resident."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gorod.engines.messages import api as messages
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.knowledge import before

SHOWN = 30  # messages on one page


@page(open_to="residents", at_counter=False)
def inbox(request: HttpRequest) -> HttpResponse:
    """The latest messages, newest first, and page by page those before; those shown are read now."""
    me = resident(request)
    found = messages.inbox(party_id=me, limit=SHOWN + 1, before=before(request))
    now_shown = found[-SHOWN:]
    lines = [
        {
            "subject": message.subject,
            "body": message.body,
            "language": message.language,
            "at": wording.moment(message.created_at),
            "new": message.read_at is None,
        }
        for message in reversed(now_shown)
    ]
    messages.mark_read(party_id=me, message_ids=[message.message_id for message in now_shown])
    earlier = f"?before={now_shown[0].message_id}" if len(found) > SHOWN else ""
    return render(request, "portal/inbox.html", {"messages_shown": lines, "earlier": earlier})
