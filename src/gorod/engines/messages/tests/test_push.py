"""A push reaches every device once for all that is new, ends with its subscription, and goes to public hosts only."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from gorod.engines.messages import api
from gorod.engines.messages.data import Texts
from gorod.engines.messages.tests.factories import TEXTS, PushService, browser_keys, push_service, resident, tell
from gorod.engines.outbox.tests.factories import at_once
from gorod.kernel import clock
from gorod.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _texts() -> Iterator[None]:
    api.configure(texts=TEXTS)
    yield
    api.configure(texts=Texts())


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    settings.PUSH_PRIVATE = True
    with push_service() as service:
        yield service


def test_every_device_of_the_resident_is_told_and_nobody_elses(service: PushService) -> None:
    anna, boris = resident(), resident()
    service.device(anna, "/phone")
    service.device(anna, "/desk")
    service.device(boris, "/boris")
    tell(anna)
    assert (api.send_pushes(), api.send_pushes()) == (2, 0)
    assert sorted(service.paths) == ["/desk", "/phone"]


def test_what_the_push_service_is_told_in_the_clear(service: PushService) -> None:
    anna = resident()
    service.device(anna, "/phone")
    tell(anna)
    api.send_pushes()
    ((_, headers),) = service.calls
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["authorization"].startswith("vapid t=")
    assert headers["authorization"].endswith(f", k={api.push_key()}")
    assert (headers["topic"], headers["ttl"]) == ("inbox", "86400")
    assert headers["host"] == service.base.removeprefix("http://")


def test_several_messages_are_one_push_and_the_same_thing_again_is_none(service: PushService) -> None:
    anna = resident()
    service.device(anna, "/phone")
    for key in ("1", "2", "2"):
        tell(anna, key=key)
    assert (api.send_pushes(), service.paths) == (1, ["/phone"])
    tell(anna, key="2")
    assert api.send_pushes() == 0
    tell(anna, key="3")
    assert api.send_pushes() == 1


def test_a_device_is_told_only_of_what_came_after_it(service: PushService) -> None:
    anna = resident()
    tell(anna)
    service.device(anna, "/phone")
    assert api.send_pushes() == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_is_removed(service: PushService, status: int) -> None:
    anna = resident()
    service.device(anna, "/phone")
    service.device(anna, "/desk")
    service.answers["/phone"] = status
    tell(anna)
    assert api.send_pushes() == 1
    assert [device.endpoint for device in api.devices_of(party_id=anna)] == [f"{service.base}/desk"]
    tell(anna)
    assert (api.send_pushes(), service.paths.count("/phone")) == (1, 1)


@pytest.mark.parametrize("status", [307, 400, 429, 503])
def test_another_failure_is_written_down_and_tried_again_later_each_time(service: PushService, status: int) -> None:
    anna = resident()
    service.device(anna, "/phone")
    service.answers["/phone"] = status
    tell(anna)
    assert (api.send_pushes(), api.send_pushes()) == (0, 0)
    assert service.paths == ["/phone"], "not again at once, and no redirect is followed"
    (device,) = api.devices_of(party_id=anna)
    assert (device.failures, device.last_failure) == (1, f"the push service answered {status}")
    with clock.moved_by(timedelta(minutes=1, seconds=1)):
        api.send_pushes()
        assert len(service.calls) == 2
    with clock.moved_by(timedelta(minutes=2)):
        api.send_pushes()
        assert len(service.calls) == 2, "the second wait is longer"
    del service.answers["/phone"]
    with clock.moved_by(timedelta(minutes=4)):
        assert (api.send_pushes(), api.send_pushes()) == (1, 0)
    (device,) = api.devices_of(party_id=anna)
    assert (device.failures, device.last_failure) == (0, "")


def test_after_ten_failures_in_a_row_what_waits_is_dropped(service: PushService) -> None:
    anna = resident()
    service.device(anna, "/phone")
    service.answers["/phone"] = 500
    tell(anna)
    for day in range(12):
        with clock.moved_by(timedelta(days=day)):
            api.send_pushes()
    assert len(service.calls) == 10
    del service.answers["/phone"]
    tell(anna)
    with clock.moved_by(timedelta(days=12)):
        assert api.send_pushes() == 1, "the next message is tried all the same"


def test_one_device_that_fails_does_not_keep_the_others(service: PushService) -> None:
    anna = resident()
    for path in ("/1", "/2", "/3"):
        service.device(anna, path)
    service.answers["/2"] = 500
    tell(anna)
    assert api.send_pushes() == 2


def test_a_push_service_that_cannot_be_reached(settings: Any) -> None:
    settings.PUSH_PRIVATE = True
    anna = resident()
    with push_service() as service:
        service.device(anna, "/phone")
    tell(anna)
    assert api.send_pushes() == 0
    (device,) = api.devices_of(party_id=anna)
    assert device.last_failure.startswith("ConnectError")


def test_switching_off_one_device_or_all(service: PushService) -> None:
    anna, boris = resident(), resident()
    for path in ("/1", "/2", "/3"):
        service.device(anna, path)
    service.device(boris, "/1")
    tell(anna)
    api.remove_device(party_id=anna, endpoint=f"{service.base}/1")
    assert api.send_pushes() == 2
    api.remove_device(party_id=anna, endpoint="")
    assert api.devices_of(party_id=anna) == []
    assert len(api.devices_of(party_id=boris)) == 1


def test_the_same_browser_is_one_device_and_the_eleventh_takes_the_place_of_the_oldest(service: PushService) -> None:
    anna = resident()
    for path in ("/0", *(f"/{number}" for number in range(11))):
        service.device(anna, path)
    kept = [device.endpoint.rpartition("/")[2] for device in api.devices_of(party_id=anna)]
    assert kept == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://push.example.org:8443/x",
        "https://somebody@push.example.org/x",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://8.8.8.8/x",
        "https://[::1]/x",
        "https://[::1/x",
        "https://database.internal/x",
        "https://printer.local/x",
        "https://intranet/x",
        "https://push.example.org/" + "x" * 1000,
        "ftp://push.example.org/x",
        "nonsense",
        "",
    ],
)
def test_an_endpoint_that_is_no_public_push_service_is_refused(endpoint: str) -> None:
    anna = resident()
    with pytest.raises(BadInput):
        api.add_device(party_id=anna, endpoint=endpoint, language="ru", **browser_keys())
    assert api.devices_of(party_id=anna) == []


@pytest.mark.parametrize(
    "wrong", [{"auth": "AAAA"}, {"auth": "ж"}, {"p256dh": "AAAA"}, {"p256dh": "B" + "A" * 86}, {"auth": "A" * 500}]
)
def test_keys_that_are_none_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        api.add_device(
            party_id=resident(), endpoint="https://push.example.org/x", language="ru", **{**browser_keys(), **wrong}
        )


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "::ffff:127.0.0.1", "ff02::1"],
)
def test_a_public_name_of_a_private_address_is_not_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """The name can say anything later than when it was taken; one address of several is enough."""
    anna = resident()
    api.add_device(party_id=anna, endpoint="https://push.example.org/x", language="ru", **browser_keys())
    tell(anna)
    answers = [(2, 1, 6, "", (one, 443)) for one in ("8.8.8.8", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    assert api.send_pushes() == 0
    (device,) = api.devices_of(party_id=anna)
    assert device.last_failure == "push.example.org is not public"


def certificate(folder: Path, name: str) -> Path:
    """A certificate that signs itself, for this name only, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.mark.parametrize(("name", "taken"), [("localhost", 1), ("elsewhere.example", 0)])
def test_by_https_the_certificate_must_be_the_hosts(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, taken: int
) -> None:
    """Although the call goes to the address that was checked, and not to the name."""
    settings.PUSH_PRIVATE = True
    file = certificate(tmp_path, name)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    anna = resident()
    with push_service(certificate=file) as service:
        service.device(anna, "/phone")
        tell(anna)
        assert (api.send_pushes(), len(service.calls)) == (taken, taken)


@pytest.mark.django_db(transaction=True)
def test_what_did_not_happen_after_all_is_not_pushed(service: PushService) -> None:
    anna = resident()
    service.device(anna, "/phone")
    with transaction.atomic():
        tell(anna)
        transaction.set_rollback(True)
    assert api.send_pushes() == 0


@pytest.mark.django_db(transaction=True)
def test_several_workers_push_to_each_device_once(service: PushService) -> None:
    for number in range(12):
        anna = resident()
        service.device(anna, f"/{number}")
        tell(anna)
    assert sum(at_once(*[api.send_pushes] * 4)) == 12
    assert sorted(service.paths) == sorted(f"/{number}" for number in range(12))


@pytest.mark.django_db(transaction=True)
def test_who_is_told_while_pushes_leave_is_pushed_to_as_well(service: PushService) -> None:
    residents = [resident() for _ in range(8)]
    for number, anna in enumerate(residents):
        service.device(anna, f"/{number}")
    at_once(*[partial(tell, anna) for anna in residents], api.send_pushes)
    while api.send_pushes():
        pass
    assert set(service.paths) == {f"/{number}" for number in range(8)}
