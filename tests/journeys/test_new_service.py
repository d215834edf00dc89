"""A new service goes live by adding one folder: no list, no settings, no migration."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client as Browser

from gorod.catalogue import api as catalogue
from gorod.faces.api.tests.factories import COUNTER, PURPOSE, TINY, Agency, resident

pytestmark = pytest.mark.django_db

FILES = {
    "service.yaml": """
archetype: benefit
owner: family_office
law: [{act: Bibliothekssatzung Kleinau, article: § 3}]
subject: resident
conditions: {resident: lives_here, of_age: age_years >= reading_age}
amount: 3 * book_price
payment: {every: once}
decides: {within_working_days: 0, by: automatic}
result: [{fact: book_voucher_given, value: true}]
refusals: [lives_elsewhere]
""",
    "facts.yaml": """
book_voucher_given:
  type: boolean
  owner: family_office
  absent: false
  meaning: {de: Büchergutschein erhalten, en: has a book voucher}
""",
    "values.yaml": """
reading_age:
  meaning: {de: Lesealter, en: reading age}
  unit: years
  range: [0, 100]
  figures: [{since: 2020-01-01, figure: 6, law: {act: Bibliothekssatzung Kleinau, article: § 4}}]
book_price:
  meaning: {de: Preis eines Buches, en: price of a book}
  unit: cents
  range: [0, 10000]
  figures: [{since: 2020-01-01, figure: 1500, law: {act: Bibliothekssatzung Kleinau, article: § 5}}]
""",
    "texts/de.yaml": """
name: Büchergutschein
summary: Für alle, die lesen können.
conditions: {resident: Sie wohnen nicht in Kleinau., of_age: Sie sind noch nicht sechs.}
""",
    "texts/en.yaml": """
name: Book voucher
summary: For everybody who can read.
conditions: {resident: You do not live in Kleinau., of_age: You are not six yet.}
""",
    "cases.yaml": """
- {name: reads, as_of: 2026-01-01, facts: {lives_here: true, age_years: 6}, expect: {verdict: due, amount: 4500}}
- {name: elsewhere, as_of: 2026-01-01, facts: {lives_here: false, age_years: 6}, expect: {verdict: not_due, failing: [resident]}}
- {name: age unknown, as_of: 2026-01-01, facts: {lives_here: true}, expect: {verdict: unknown, missing: [age_years]}}
""",
}


def test_one_folder_makes_a_service_that_people_use(tmp_path: Path) -> None:
    city = tmp_path / "tiny"
    shutil.copytree(TINY, city)
    for name, text in FILES.items():
        path = city / "services" / "culture" / "book_voucher" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert [str(problem) for problem in catalogue.check(folder=city)] == []

    catalogue.install(city=catalogue.load(folder=city))
    reader = resident("R1")
    away = resident("R2", lives_here=False)
    counter = Agency(COUNTER)

    assert Browser().get("/api/services/book_voucher").json()["names"]["en"] == "Book voucher"
    (due,) = counter.get(f"/api/residents/{reader}/dues?service=book_voucher", **PURPOSE)
    assert (due["verdict"], due["amount"]) == ("due", 4500)
    (not_due,) = counter.get(f"/api/residents/{away}/dues?service=book_voucher&language=de", **PURPOSE)
    assert not_due["failing"] == {"resident": "Sie wohnen nicht in Kleinau."}

    key = {"idempotency-key": "voucher-0001"}
    answer = counter.call("POST", f"/api/residents/{reader}/cases", {"service": "book_voucher"}, headers=key)
    assert (answer.status_code, answer.json()["phase"]) == (201, "approved")
    facts = {fact["name"]: fact["value"] for fact in counter.get(f"/api/residents/{reader}/facts", **PURPOSE)}
    assert facts["book_voucher_given"] is True
    (order,) = counter.get(f"/api/residents/{reader}/payments")
    assert (order["amount"], order["state"]) == (4500, "awaits_account")
