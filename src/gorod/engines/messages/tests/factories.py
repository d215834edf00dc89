"""A city that speaks Russian and English, and a mail server that can break off."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from uuid import UUID

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
