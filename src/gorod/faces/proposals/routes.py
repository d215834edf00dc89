"""The addresses of proposals."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.proposals import citizens, officials, own

_pages: list[URLPattern | URLResolver] = [
    path("proposals/", citizens.all_proposals, name="proposals"),
    path("proposals/rules/", citizens.rules, name="rules"),
    path("proposals/new/", own.new, name="new"),
    path("proposals/<uuid:proposal_id>/", citizens.proposal, name="proposal"),
    path("proposals/<uuid:proposal_id>/comment/", citizens.comment, name="comment"),
    path("proposals/<uuid:proposal_id>/assess/", citizens.assess, name="assess"),
    path("mine/proposals/", own.mine, name="mine"),
    path("mine/proposals/<uuid:about_id>/", own.one, name="own"),
    path("mine/proposals/<uuid:about_id>/change/", own.change, name="change"),
    path("mine/proposals/<uuid:about_id>/object/", own.object_to, name="object"),
    path("mine/proposals/<uuid:about_id>/withdraw/", own.withdraw, name="withdraw"),
    path("mine/proposals/<uuid:entry_id>/ledger.json", own.receipt, name="receipt"),
    path("desk/proposals/", officials.queue, name="desk_proposals"),
    path("desk/proposals/<uuid:about_id>/", officials.judge, name="judge"),
    path("desk/proposals/<uuid:proposal_id>/answer/", officials.answer, name="answer"),
]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "proposals")))]
