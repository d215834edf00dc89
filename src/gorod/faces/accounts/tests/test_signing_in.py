"""Opening an account, signing in, second factors, sessions: what a resident does and what a thief cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.db import OperationalError

from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install, resident
from gorod.kernel import clock
from gorod.records.accounts import api as accounts
from gorod.records.parties import api as parties
from gorod.ui.pages.tests.client import Page, PageClient

pytestmark = pytest.mark.django_db
PASSWORD = "four quiet blue rivers"


@pytest.fixture(autouse=True)
def _city() -> None:
    install()
    cache.clear()


def started(code: str, *, login: str = "anna", password: str = PASSWORD, status: int = 200) -> tuple[PageClient, Page]:
    client = PageClient()
    page = client.send(
        client.open("/en/account/start/"), "Open the account", code=code, login=login, password=password, status=status
    )
    return client, page


def enter(login: str = "anna", password: str = PASSWORD, *, status: int = 200) -> tuple[PageClient, Page]:
    client = PageClient()
    page = client.send(client.open("/en/account/login/"), "Sign in", login=login, password=password, status=status)
    return client, page


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_code_from_the_service_centre_opens_an_account() -> None:
    anna = resident("Anna")
    client, page = started(accounts.invite(party_id=anna, by="counter"))
    assert page.address == "/en/"
    account = accounts.account_of(resident_id=anna)
    assert account is not None and account.login == "anna"
    client.send(client.open("/en/account/"), "Sign out")
    _, page = enter("ANNA")
    assert page.address == "/en/", "upper case is the same login"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "ABCD-EFGH-JKLM"}, "This code is not valid"),
        ({"login": "a b"}, "Letters, digits and"),
        ({"login": "taken"}, "Somebody else has this login"),
        ({"password": "password12"}, "too common"),
        ({"password": "short"}, "too short"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_else_is_lost(wrong: dict[str, str], said: str) -> None:
    started(accounts.invite(party_id=resident("Other"), by="counter"), login="taken")
    code = accounts.invite(party_id=resident("Anna"), by="counter")
    client, page = started(**{"code": code, **wrong}, status=422)  # type: ignore[arg-type]
    summary = page.soup.find(class_="govuk-error-summary")
    assert summary is not None and said in summary.get_text(" ")
    field = page.soup.find("input", attrs={"name": next(iter(wrong))})
    assert field is not None and field.get("aria-invalid") == "true"
    page = client.send(page, "Open the account", code=code, login="anna", password=PASSWORD)
    assert page.address == "/en/", "the code was not used up by the mistake"


def test_a_code_works_once_and_for_two_weeks() -> None:
    anna = resident("Anna")
    code = accounts.invite(party_id=anna, by="counter")
    started(code.lower().replace("-", " "))
    started(code, status=422)
    late = accounts.invite(party_id=anna, by="counter")
    with clock.moved_by(timedelta(days=accounts.VALID_DAYS, minutes=1)):
        started(late, status=422)


def test_a_new_code_makes_the_old_one_void() -> None:
    anna = resident("Anna")
    old = accounts.invite(party_id=anna, by="counter")
    accounts.invite(party_id=anna, by="counter")
    started(old, status=422)


def test_who_lost_everything_gets_back_in_and_whoever_found_it_is_out() -> None:
    anna = resident("Anna")
    thief, _ = started(accounts.invite(party_id=anna, by="counter"))
    assert thief.open("/en/account/").heading == "Your account"
    started(accounts.invite(party_id=anna, by="counter"), password="another long password")
    assert thief.open("/en/account/").heading == "Sign in"
    enter(password=PASSWORD, status=200)
    assert enter(password=PASSWORD)[1].heading == "Sign in"
    assert enter(password="another long password")[1].address == "/en/"


def test_guessing_a_password_is_stopped() -> None:
    started(accounts.invite(party_id=resident("Anna"), by="counter"))
    for _ in range(5):
        assert enter(password="wrong guess no 1")[1].heading == "Sign in"
    _, page = enter()
    assert page.heading == "Sign in", "the right one does not get in either, for five minutes"
    assert "wrong too often" in page.text


def test_guessing_codes_is_stopped() -> None:
    client = PageClient()
    page = client.open("/en/account/start/")
    for _ in range(10):
        client.send(page, "Open the account", code="ABCD-EFGH-JKLM", login="anna", password=PASSWORD, status=422)
    stopped = client.send(page, "Open the account", code="ABCD-EFGH-JKLM", login="anna", password=PASSWORD, status=429)
    assert stopped.heading == "Too many attempts"


def test_with_an_app_the_password_alone_is_not_enough() -> None:
    client, _ = started(accounts.invite(party_id=resident("Anna"), by="counter"))
    page = client.send(client.open("/en/account/security/app/"), "Confirm", password=PASSWORD)
    secret = page.soup.find("code")
    assert secret is not None
    page = client.send(page, "Turn it on", code=code_of(secret.get_text()))
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret.get_text() not in str(stored.data), "it lies encrypted in the database"
    stranger, page = enter()
    assert page.address == "/en/account/login/second/"
    assert stranger.open("/en/account/").heading != "Your account", "half signed in is not signed in"
    page = stranger.send(stranger.open(page.address), "Sign in", code="000000")
    assert page.address == "/en/account/login/second/"
    assert stranger.send(page, "Sign in", code=code_of(secret.get_text())).address == "/en/"
    assert stranger.open("/en/account/").heading == "Your account"


def test_secrets_of_apps_can_be_read_back() -> None:
    from gorod.faces.accounts.adapter import MfaAdapter

    secret = generate_totp_secret()
    assert MfaAdapter().decrypt(MfaAdapter().encrypt(secret)) == secret


def test_one_session_is_ended_and_nobody_elses_is() -> None:
    first, _ = started(accounts.invite(party_id=resident("Anna"), by="counter"))
    second, _ = enter()
    stranger, _ = started(accounts.invite(party_id=resident("Boris"), by="counter"), login="boris")
    page = first.open("/en/account/sessions/")
    address = str(page.form("Sign out there")[0]["action"])
    stranger.browser.handler.enforce_csrf_checks = False
    stranger.browser.post(address)
    assert second.open("/en/account/").heading == "Your account"
    first.send(page, "Sign out there")
    assert second.open("/en/account/").heading == "Sign in"
    assert first.open("/en/account/").heading == "Your account"


def test_sessions_are_listed_and_the_others_end_at_once() -> None:
    first, _ = started(accounts.invite(party_id=resident("Anna"), by="counter"))
    second, _ = enter()
    page = second.open("/en/account/sessions/")
    assert len(page.soup.find(id="main").find_all("li")) == 2  # type: ignore[union-attr]
    second.send(page, "Sign out everywhere else")
    assert first.open("/en/account/").heading == "Sign in"
    assert second.open("/en/account/").heading == "Your account"


def test_after_signing_in_one_is_where_one_wanted_to_be() -> None:
    started(accounts.invite(party_id=resident("Anna"), by="counter"))
    client = PageClient()
    page = client.open("/en/account/sessions/")
    assert page.heading == "Sign in"
    assert client.send(page, "Sign in", login="anna", password=PASSWORD).address == "/en/account/sessions/"


def test_nobody_is_sent_to_another_site_after_signing_in() -> None:
    started(accounts.invite(party_id=resident("Anna"), by="counter"))
    client = PageClient()
    page = client.open("/en/account/login/?next=https://elsewhere.example/")
    assert client.send(page, "Sign in", login="anna", password=PASSWORD).address == "/en/"


def test_pages_of_a_signed_in_person_are_kept_by_nobody() -> None:
    client = signed_in(resident("Anna"))
    assert client.browser.get("/en/account/")["Cache-Control"] == "no-store"
    assert "no-store" not in PageClient().browser.get("/en/").get("Cache-Control", "")


def test_a_form_without_its_token_is_refused_with_a_page() -> None:
    answer = PageClient().browser.post("/en/account/login/", {"login": "anna", "password": PASSWORD})
    assert answer.status_code == 403
    assert b"This is not open to you" in answer.content


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_of_an_account_is_in_order(language: str) -> None:
    code = accounts.invite(party_id=resident("Anna"), by="counter")
    client = PageClient()
    page = client.open(f"/{language}/account/start/")
    client.send(page, code=code, login="anna", password=PASSWORD)
    found = client.walk(f"/{language}/account/")
    wanted = {"security/", "security/keys/add/", "security/app/", "sessions/", "password/"}
    assert {f"/{language}/account/{rest}" for rest in wanted} <= found.keys()


@pytest.mark.parametrize("typed", ["Weiß", "weiß", "ИРИНА", "Andre\u0301"])
def test_a_login_is_found_however_it_was_typed(typed: str) -> None:
    client, _ = started(accounts.invite(party_id=resident("Anna"), by="counter"), login=typed)
    client.send(client.open("/en/account/"), "Sign out")
    assert enter(typed)[1].address == "/en/"


def test_another_port_in_the_host_header_is_no_new_chance() -> None:
    started(accounts.invite(party_id=resident("Anna"), by="counter"))
    for port in range(5):
        client = PageClient()
        page = client.open("/en/account/login/", host=f"localhost:{port + 1000}")
        client.browser.defaults["HTTP_HOST"] = f"localhost:{port + 1000}"
        client.send(page, "Sign in", login="anna", password="wrong guess no 1")
    assert "wrong too often" in enter()[1].text


def test_the_account_of_a_merged_duplicate_ends_with_a_new_code() -> None:
    anna, twin = resident("Anna"), resident("Anna2")
    thief, _ = started(accounts.invite(party_id=twin, by="counter"), login="thief")
    started(accounts.invite(party_id=anna, by="counter"))
    parties.merge(party_id=anna, duplicate_id=twin, by="clerk", reason="one person")
    started(accounts.invite(party_id=anna, by="counter"), login="anna")
    assert thief.open("/en/account/").heading == "Sign in"


def test_while_the_database_is_away_a_page_says_so_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*some: object) -> None:
        raise OperationalError("gone")

    client = signed_in(resident("Anna"))
    monkeypatch.setattr("gorod.faces.portal.everybody.resident", away)
    assert client.open("/en/", status=503).heading == "One moment"
