"""The addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.desk import case, charts, content, disputes, emergencies, operations, queue, visits, what_if

_pages: list[URLPattern | URLResolver] = [
    path("", queue.desk, name="desk"),
    path("queue/", queue.queue, name="queue"),
    path("search/", queue.search, name="search"),
    path("cases/<slug:number>/", case.case_page, name="case"),
    path("confirmations/", case.confirmations, name="confirmations"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/<uuid:dispute_id>/", disputes.dispute, name="dispute"),
    path("counter/", visits.find, name="counter"),
    path("counter/end/", visits.end, name="counter_end"),
    path("emergency/", emergencies.ask, name="emergency"),
    path("emergency/<uuid:opening_id>/", emergencies.opening, name="opening"),
    path("reviews/", emergencies.reviews, name="reviews"),
    path("charts/", charts.charts, name="charts"),
    path("what-if/", what_if.start, name="what_if"),
    path("what-if/change/", what_if.change, name="change"),
    path("what-if/<uuid:trial_id>/", what_if.trial, name="trial"),
    path("what-if/<uuid:trial_id>/file/", what_if.trial_file, name="trial_file"),
    path("operations/", operations.operations, name="operations"),
    path("content/", content.services, name="content"),
    path("content/values/", content.values, name="values"),
    path("content/services/<slug:name>/", content.service, name="rule"),
]
pages: list[URLPattern | URLResolver] = [path("desk/", include((_pages, "desk")))]
