"""An overloaded process changes nothing and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from structlog.testing import capture_logs

from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install, resident
from gorod.faces.waitingroom.tests import behind
from gorod.ui.pages.tests.client import PageClient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("gorod.faces.waitingroom.tests.behind")]


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


@pytest.fixture
def overloaded(settings: Any) -> Iterator[list[Future[Any]]]:
    """Three requests run, and however short that is, it is too long."""
    settings.BRAKE_SECONDS = 0
    behind.let_go.clear()
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(Client().get, "/slow") for _ in range(3)]
        for _ in waiting:
            assert behind.arrived.acquire(timeout=30)
        yield waiting
        behind.let_go.set()
        assert [one.result().status_code for one in waiting] == [200] * 3


def test_a_form_is_given_back_and_sent_again_with_one_button(overloaded: list[Future[Any]]) -> None:
    client = PageClient()
    page = client.open("/en/form/")
    with capture_logs() as said:
        kept = client.send(page, "Book", status=503, slot="7:30", why="кашель", pin="1234")
    assert "nothing is sent for some seconds" in kept.text
    assert "7:30" in kept.text and "кашель" in kept.text
    assert "1234" not in str(kept.soup)
    assert said == [{"event": "brake", "log_level": "warning", "running_long": 3}], "nothing of what was typed"
    assert "einige Sekunden lang" in client.send(client.open("/de/form/"), "Book", status=503).text
    behind.let_go.set()
    assert [one.result().content for one in overloaded] == [b"done"] * 3
    assert "Chosen: кашель" in client.send(kept, "Send it again").text


def test_what_can_be_read_is_read(overloaded: list[Future[Any]]) -> None:
    assert PageClient().open("/en/form/").heading == "Slots"
    assert Client().get("/health/live").status_code == 200


OURS = {"Sec-Fetch-Site": "same-origin"}


def test_files_and_passwords_are_not_written_into_a_page(overloaded: list[Future[Any]]) -> None:
    sent = {"new_password": "swordfish", "why": "", "scan": SimpleUploadedFile("scan.txt", b"of my passport")}
    said = Client().post("/en/form/", sent, headers=OURS).content.decode()
    assert "swordfish" not in said and "passport" not in said
    assert "Only passwords and files are not kept" in said
    assert Client().post("/en/account/form/", {"login": "anna"}).status_code == 200


def test_nobody_elses_words_are_shown_and_machines_are_told_otherwise(overloaded: list[Future[Any]]) -> None:
    strict = Client(enforce_csrf_checks=True)
    foreign = strict.post("/en/form/", {"why": "buy here"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and "buy here" not in foreign.content.decode()
    assert Client().post("/en/form/", b"{}", content_type="application/json").status_code == 200
    for origin, status in (("https://evil.example", 200), ("http://testserver", 503)):  # older browsers say only that
        assert Client().post("/en/form/", {"why": "x"}, headers={"Origin": origin}).status_code == status
    answer = Client().post("/en/form/", {"why": "x"}, headers=OURS)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")


def test_a_quiet_process_takes_forms() -> None:
    client = signed_in(resident("Anna"))
    assert "Chosen: x" in client.send(client.open("/en/slots/"), "Book", why="x").text
