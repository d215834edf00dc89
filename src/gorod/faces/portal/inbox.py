"""The inbox: what the city told a resident."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gorod.engines.messages import api as messages
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import wording


@page(open_to="residents", at_counter=False)
def inbox(request: HttpRequest) -> HttpResponse:
    """All messages, newest first; those shown are read now."""
    me = resident(request)
    found = messages.inbox(party_id=me)
    lines = [
        {
            "subject": message.subject,
            "body": message.body,
            "language": message.language,
            "at": wording.moment(message.created_at),
            "new": message.read_at is None,
        }
        for message in reversed(found)
    ]
    messages.mark_read(party_id=me, message_ids=[message.message_id for message in found])
    return render(request, "portal/inbox.html", {"messages_shown": lines})
