"""A city that speaks Russian and English, a mail server that can break off, and the push service of a browser."""

from __future__ import annotations

import os
import socketserver
import ssl
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gorod.engines.messages import api
from gorod.engines.messages.data import Template, Texts
from gorod.kernel.identifiers import new_id
from gorod.records.parties import api as parties

APPROVED = Template(
    subject="{service}: решение по делу {number}",
    body="Вам назначено {amount} ₽.\nПраво действует до {until}.\nВсего доброго!",
)
TEXTS = Texts(
    languages=("ru", "en"),
    general={
        "ru": {"approved": APPROVED, "stopped": Template(subject="{conditions}", body="Увы")},
        "en": {"approved": Template(subject="{service}: approved", body="You get {amount}.\n\nUntil {until}")},
    },
    services={
        "ru": {"gift": {"approved": Template(subject="Подарок ждёт", body="Дело {number}")}},
    },
    names={"ru": {"gift": "Подарочный набор", "lump_sum": "Выплата"}, "en": {"lump_sum": "Lump sum"}},
    reasons={"ru": {"too_late": "срок прошёл"}},
)
VALUES = {"number": "2026-0000001-8", "amount": "5 000", "until": "2027-06-15"}


def resident(*, language: str = "", email: str = "") -> UUID:
    party_id = parties.create(language=language)
    api.set_email(party_id=party_id, email=email)
    return party_id


def tell(party_id: UUID, *, key: str = "", values: Mapping[str, str] = VALUES, **more: str) -> bool:
    return api.tell(
        party_id=party_id,
        key=key or str(new_id()),
        values=values,
        **{"kind": "approved", "service": "lump_sum", **more},
    )


@dataclass
class MailServer:
    """What arrived. `breaks_off`: the connection is lost after the letter was taken and before it is acknowledged."""

    port: int
    breaks_off: bool = False
    letters: list[EmailMessage] = field(default_factory=list)


@contextmanager
def mail_server(*, breaks_off: bool = False) -> Iterator[MailServer]:
    """As much of SMTP as a letter needs, on a free port of this machine."""

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                match line[:4].upper():
                    case b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        lines = iter(self.rfile.readline, b".\r\n")
                        letter = message_from_bytes(b"".join(lines), policy=policy.default)
                        assert isinstance(letter, EmailMessage)
                        server.letters.append(letter)
                        if server.breaks_off:
                            return
                    case b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as listener:
        server = MailServer(port=listener.server_address[1], breaks_off=breaks_off)
        Thread(target=listener.serve_forever, args=[0.02], daemon=True).start()
        try:
            yield server
        finally:
            listener.shutdown()


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def browser_keys() -> dict[str, str]:
    """What a browser gives with a subscription; nobody here can read what is sent to it."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {
        "p256dh": base64url(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
        "auth": base64url(os.urandom(16)),
    }


@dataclass
class PushService:
    """The paths that were called, with their headers. `answers`: path → status, else it is 201."""

    base: str
    answers: dict[str, int] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.calls]

    def device(self, party_id: UUID, path: str, *, language: str = "ru") -> None:
        api.add_device(party_id=party_id, endpoint=self.base + path, language=language, **browser_keys())


@contextmanager
def push_service(*, certificate: Path | None = None) -> Iterator[PushService]:
    """A push service on a free port of this machine; with a certificate (and its key) by https."""

    class Call(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            service.calls.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(service.answers.get(self.path, 201))
            self.send_header("Location", f"{service.base}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """A test prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Call) as listener:
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            listener.socket = context.wrap_socket(listener.socket, server_side=True)
            scheme = "https"
        service = PushService(base=f"{scheme}://localhost:{listener.server_port}")
        Thread(target=listener.serve_forever, args=[0.02], daemon=True).start()
        try:
            yield service
        finally:
            listener.shutdown()
