"""The addresses of allotments."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.allotment import citizens, officials, own

_pages: list[URLPattern | URLResolver] = [
    path("allotments/", citizens.all_allotments, name="allotments"),
    path("allotments/<uuid:allotment_id>/", citizens.allotment, name="allotment"),
    path("allotments/<uuid:allotment_id>/rules.json", citizens.rules_file, name="rules_file"),
    path("allotments/<uuid:allotment_id>/1/<slug:name>.json", citizens.file, name="file"),
    path("allotments/<uuid:allotment_id>/apply/", own.apply, name="apply"),
    path("mine/allotments/", own.mine, name="mine"),
    path("mine/allotments/<uuid:application_id>/", own.one, name="own"),
    path("mine/allotments/<uuid:application_id>/wishes/", own.wishes, name="wishes"),
    path("mine/allotments/<uuid:application_id>/together/", own.together, name="together"),
    path("mine/allotments/<uuid:application_id>/apart/", own.apart, name="apart"),
    path("mine/allotments/<uuid:application_id>/withdraw/", own.withdraw, name="withdraw"),
    path("mine/allotments/<uuid:application_id>/answer/", own.answer, name="answer"),
    path("desk/allotments/", officials.all_allotments, name="desk_allotments"),
    path("desk/allotments/new/", officials.new, name="desk_new"),
    path("desk/allotments/<uuid:allotment_id>/", officials.allotment, name="desk_allotment"),
    path("desk/allotments/<uuid:allotment_id>/change/", officials.change, name="desk_change"),
    path("desk/allotments/<uuid:allotment_id>/announce/", officials.announce, name="desk_announce"),
    path("desk/allotments/<uuid:allotment_id>/remove/", officials.remove, name="desk_remove"),
]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "allotment")))]
