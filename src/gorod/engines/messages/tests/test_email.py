"""E-mail leaves at most once: marked before it leaves, and what was cut off is for the operator, not for a second try."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from gorod.engines.messages import api
from gorod.engines.messages.data import Texts
from gorod.engines.messages.tests.factories import TEXTS, MailServer, mail_server, resident, tell
from gorod.engines.outbox.tests.factories import at_once
from gorod.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _texts() -> Iterator[None]:
    api.configure(texts=TEXTS)
    yield
    api.configure(texts=Texts())


def sends_through(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as server:
        sends_through(settings, server.port)
        yield server


def test_a_message_goes_to_the_address_the_resident_gave(server: MailServer) -> None:
    anna, boris = resident(email="anna@example.org"), resident()
    tell(anna)
    tell(boris)
    assert (api.send_emails(), api.send_emails()) == (1, 0)
    (letter,) = server.letters
    (message,) = api.inbox(party_id=anna)
    assert (letter["To"], letter["Subject"].strip()) == ("anna@example.org", message.subject)
    assert letter.get_content().splitlines() == message.body.splitlines()
    assert api.doubtful_emails() == []


def test_who_wants_no_e_mail_any_more_gets_none(server: MailServer) -> None:
    anna = resident(email="anna@example.org")
    api.set_email(party_id=anna, email="new@example.org")
    tell(anna)
    api.set_email(party_id=anna, email="")
    tell(anna)
    assert api.send_emails() == 1
    assert [letter["To"] for letter in server.letters] == ["new@example.org"]
    assert len(api.inbox(party_id=anna)) == 2


def test_every_e_mail_has_a_message_id_of_its_own(server: MailServer) -> None:
    anna = resident(email="anna@example.org")
    for _ in range(3):
        tell(anna)
    api.send_emails()
    ids = [letter["Message-ID"] for letter in server.letters]
    assert len(set(ids)) == 3
    assert all(UUID(i.removeprefix("<").removesuffix("@gorod>")) for i in ids)


def test_no_more_than_the_limit_leave_at_a_time_and_the_rest_later(server: MailServer) -> None:
    anna = resident(email="anna@example.org")
    for i in range(3):
        tell(anna, key=str(i))
    assert [api.send_emails(limit=2) for _ in range(3)] == [2, 1, 0]
    assert len(server.letters) == 3


def test_a_sending_that_is_cut_off_is_never_repeated_and_is_shown_to_the_operator(settings: Any) -> None:
    """The server took the letter and was lost before it said so: it may or may not arrive."""
    anna = resident(email="anna@example.org")
    tell(anna)
    with mail_server(breaks_off=True) as broken:
        sends_through(settings, broken.port)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            api.send_emails()
    (lost,) = broken.letters
    with mail_server() as working:
        sends_through(settings, working.port)
        assert api.send_emails() == 0
        assert api.doubtful_emails() == [], "it could still be under way in another process"
        with clock.moved_by(timedelta(minutes=6)):
            assert api.send_emails() == 0
    assert working.letters == []
    ((email_id, party_id),) = api.doubtful_emails()
    assert (party_id, f"<{email_id}@gorod>") == (anna, lost["Message-ID"])


def test_one_cut_off_sending_does_not_keep_the_others(settings: Any) -> None:
    for name in ("anna", "boris"):
        tell(resident(email=f"{name}@example.org"))
    with mail_server(breaks_off=True) as broken:
        sends_through(settings, broken.port)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            api.send_emails()
        broken.breaks_off = False
        assert api.send_emails() == 1
    assert [letter["To"] for letter in broken.letters] == ["anna@example.org", "boris@example.org"]


def test_while_there_is_no_mail_server_nothing_is_marked_and_nothing_is_lost(settings: Any) -> None:
    anna = resident(email="anna@example.org")
    tell(anna)
    with mail_server() as server:
        pass
    sends_through(settings, server.port)
    with pytest.raises(ConnectionRefusedError):
        api.send_emails()
    with mail_server() as server:
        sends_through(settings, server.port)
        with clock.moved_by(timedelta(minutes=6)):
            assert api.send_emails() == 1
    assert (len(server.letters), api.doubtful_emails()) == (1, [])


def test_with_nothing_to_send_no_mail_server_is_needed(settings: Any) -> None:
    with mail_server() as server:
        pass
    sends_through(settings, server.port)
    tell(resident())
    assert api.send_emails() == 0


def test_an_officers_line_breaks_do_not_stop_the_mail(server: MailServer) -> None:
    anna = resident(email="anna@example.org")
    tell(anna, kind="stopped", values={"conditions": "Первое\nВторое"})
    assert api.send_emails() == 1
    assert server.letters[0]["Subject"] == "Первое Второе"


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_e_mail_once(server: MailServer) -> None:
    for i in range(20):
        tell(resident(email=f"resident{i}@example.org"))
    assert sum(at_once(*[api.send_emails] * 4)) == 20
    assert sorted(letter["To"] for letter in server.letters) == sorted(f"resident{i}@example.org" for i in range(20))


@pytest.mark.django_db(transaction=True)
def test_an_e_mail_told_while_others_are_sent_is_sent_too(server: MailServer) -> None:
    residents = [resident(email=f"resident{i}@example.org") for i in range(10)]
    at_once(*[partial(tell, party_id) for party_id in residents], api.send_emails)
    while api.send_emails():
        pass
    assert len(server.letters) == len({letter["To"] for letter in server.letters}) == 10
