"""The addresses of booking."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.booking import desk, mine, openings, residents

_pages: list[URLPattern | URLResolver] = [
    path("book/", residents.services, name="services"),
    path("book/<slug:name>/", residents.find, name="find"),
    path("book/<slug:name>/map/", residents.on_map, name="map"),
    path("book/<slug:name>/hold/", residents.hold, name="hold"),
    path("book/<slug:name>/wait/", mine.wait, name="wait"),
    path("mine/appointments/", mine.appointments, name="appointments"),
    path("mine/appointments/<uuid:appointment_id>/", mine.appointment, name="appointment"),
    path("mine/appointments/<uuid:appointment_id>/do/", mine.act, name="act"),
    path("mine/appointments/<uuid:appointment_id>/appeal/", mine.appeal, name="appeal"),
    path("mine/appointments/<uuid:appointment_id>/calendar.ics", mine.calendar, name="calendar"),
    path("mine/wishes/<uuid:wish_id>/withdraw/", mine.withdraw, name="withdraw"),
    path("desk/booking/", desk.places, name="desk_places"),
    path("desk/booking/<uuid:location_id>/", desk.day, name="desk_day"),
    path("desk/booking/<uuid:location_id>/mark/", desk.mark, name="desk_mark"),
    path("desk/booking/<uuid:location_id>/move/", desk.move, name="desk_move"),
    path("desk/booking/<uuid:location_id>/away/", desk.away, name="desk_away"),
    path("desk/booking/<uuid:location_id>/back/", desk.back, name="desk_back"),
    path("desk/booking/openings/", openings.openings, name="desk_openings"),
    path("desk/booking/appeals/", desk.appeals, name="desk_appeals"),
    path("desk/booking/appeals/<uuid:appointment_id>/", desk.appeal, name="desk_appeal"),
]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "booking")))]
