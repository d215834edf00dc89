"""The addresses of the portal. Pages begin with a language; `/` finds it. What is `mine` is the signed-in resident's."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.portal import (
    apply,
    cases,
    choices,
    documents,
    due,
    everybody,
    inbox,
    knowledge,
    ledger,
    mine,
    search,
    steps,
    trust,
    what_if,
)

_pages: list[URLPattern | URLResolver] = [
    path("", everybody.home, name="home"),
    path("life-events/<slug:name>/", everybody.life_event, name="life_event"),
    path("search/", search.search, name="search"),
    path("services/", everybody.services, name="services"),
    path("services/<slug:name>/", everybody.service, name="service"),
    path("services/<slug:name>/what-if/", what_if.what_if, name="what_if"),
    path("services/<slug:name>/apply/", apply.apply, name="apply"),
    path("mine/life-events/<uuid:journey>/", mine.journey_page, name="journey"),
    path("mine/offers/<uuid:step>/", steps.step_page, name="step"),
    path("mine/offers/<uuid:step>/decline/", steps.decline, name="decline"),
    path("mine/offers/<uuid:step>/resume/", steps.resume, name="resume"),
    path("mine/due/<uuid:offer>/", due.offer_page, name="offer"),
    path("mine/due/<uuid:offer>/decline/", due.decline, name="offer_decline"),
    path("mine/due/<uuid:offer>/resume/", due.resume, name="offer_resume"),
    path("mine/questions/", steps.answer, name="answer"),
    path("mine/cases/", cases.all_cases, name="cases"),
    path("mine/cases/<slug:number>/", cases.case_page, name="case"),
    path("mine/cases/<slug:number>/withdraw/", cases.withdraw, name="withdraw"),
    path("mine/cases/<slug:number>/appeal/", cases.appeal, name="appeal"),
    path("mine/cases/<slug:number>/decision.pdf", documents.decision_pdf, name="decision_pdf"),
    path("mine/cases/<slug:number>/ledger.json", ledger.decision_receipt, name="decision_receipt"),
    path("check/", documents.check_any, name="check_any"),
    path("check/<slug:code>/", documents.check, name="check"),
    path("mine/facts/", knowledge.facts_page, name="facts"),
    path("mine/facts/<slug:name>/dispute/", knowledge.dispute, name="dispute"),
    path("mine/readings/", knowledge.readings, name="readings"),
    path("mine/readings/<uuid:reading>/ledger.json", ledger.reading_receipt, name="reading_receipt"),
    path("mine/download/", knowledge.download, name="download"),
    path("mine/trust/", trust.trust, name="trust"),
    path("mine/trust/<uuid:mandate>/end/", trust.end, name="trust_end"),
    path("mine/choices/", choices.choices, name="choices"),
    path("mine/account/", choices.payment_account, name="payment_account"),
    path("mine/email/", choices.email, name="email"),
    path("mine/messages/", inbox.inbox, name="inbox"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("", everybody.root)]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "portal")))]
