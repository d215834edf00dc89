"""The addresses of polls."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.polls import citizens, offices, officials

_pages: list[URLPattern | URLResolver] = [
    path("polls/", citizens.all_polls, name="polls"),
    path("polls/decisions/", citizens.decisions, name="decisions"),
    path("polls/<uuid:version_id>/", citizens.poll, name="poll"),
    path("mine/polls/", citizens.mine, name="mine"),
    path("desk/polls/", officials.all_polls, name="desk_polls"),
    path("desk/polls/new/", officials.new, name="new"),
    path("desk/polls/<uuid:version_id>/", officials.poll, name="desk_poll"),
    path("desk/polls/<uuid:version_id>/change/", officials.change, name="change"),
    path("desk/polls/<uuid:version_id>/announce/", officials.announce, name="announce"),
    path("desk/polls/<uuid:version_id>/remove/", officials.remove, name="remove"),
    path("desk/polls/<uuid:version_id>/otherwise/", officials.otherwise, name="otherwise"),
    path("desk/polls/<uuid:version_id>/share/", officials.share, name="share"),
    path("desk/polls/<uuid:version_id>/measures/", officials.measures, name="measures"),
    path("desk/polls/<uuid:version_id>/papers/", offices.papers, name="papers"),
    path("desk/polls/<uuid:version_id>/papers/done/", officials.papers_done, name="papers_done"),
    path("desk/polls/paper/", offices.give_paper, name="give_paper"),
]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "polls")))]
urlpatterns: list[URLPattern | URLResolver] = [path("polls/<uuid:version_id>/token", citizens.token, name="poll_token")]
