"""A witness (C2SP tlog-witness): it cosigns a checkpoint only when the log has grown from the one it cosigned last. So a log cannot
show one past to some and another to others, unless it has all its witnesses on its side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from gorod.kernel.errors import BadInput
from gorod.kernel.files import write_whole
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, MerkleError, VerifierKey
from gorod.verify import asking

SIZE = "text/x.tlog.size"
TEXT = "text/plain; charset=utf-8"
LONGEST = 2**20  # bytes of a request
WAIT_S = 30


class Reply(NamedTuple):
    """What a witness answers."""

    status: HTTPStatus
    body: str
    kind: str = TEXT


class Witness:
    """One witness of some logs. `folder`: where it keeps the checkpoint that it cosigned last of each, for itself alone."""

    def __init__(self, *, signer: merkle.Signer, logs: Sequence[VerifierKey], folder: Path) -> None:
        self._signer = signer
        self._logs = {key.name: key for key in logs}
        self._folder = folder
        self._lock = Lock()

    def last(self, origin: str) -> Checkpoint:
        """What it cosigned last of a log; the empty tree before the first."""
        path = self._path(origin)
        if not path.exists():
            return Checkpoint(origin=origin, size=0, root=merkle.EMPTY)
        return merkle.read_checkpoint(merkle.read_note(path.read_bytes()).text)

    def add_checkpoint(self, body: bytes) -> Reply:
        """Cosign, or say why not. What is cosigned is on the disk before."""
        try:
            asked = asking.read(body)
            note = merkle.read_note(asked.note)
            checkpoint = merkle.read_checkpoint(note.text)
        except (BadInput, MerkleError) as error:
            return Reply(HTTPStatus.BAD_REQUEST, f"{error.detail}\n")
        key = self._logs.get(checkpoint.origin)
        if key is None:
            return Reply(HTTPStatus.NOT_FOUND, f"{checkpoint.origin} is no log of mine\n")
        try:
            signed = bool(merkle.verified(note, [key]))
        except MerkleError:
            signed = False
        if not signed:
            return Reply(HTTPStatus.FORBIDDEN, f"{key.name} has not signed this\n")
        with self._lock:
            return self._grown(asked, note.text, checkpoint)

    def _grown(self, asked: asking.Asked, text: str, now: Checkpoint) -> Reply:
        before = self.last(now.origin)
        if asked.old > now.size:
            return Reply(HTTPStatus.BAD_REQUEST, f"{asked.old} is more than {now.size}\n")
        if asked.old != before.size or (now.size == before.size and now.root != before.root):
            return Reply(HTTPStatus.CONFLICT, f"{before.size}\n", SIZE)
        try:
            merkle.check_consistency(
                old=before.size, old_root=before.root, new=now.size, new_root=now.root, proof=asked.proof
            )
        except MerkleError as error:
            return Reply(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error.detail}\n")
        write_whole(self._path(now.origin), asked.note, durable=True)
        return Reply(HTTPStatus.OK, self._signer.line(text, time=int(time.time())))

    def _path(self, origin: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"


def serving(witness: Witness, *, host: str, port: int) -> ThreadingHTTPServer:
    """A web server that answers for a witness; `serve_forever` runs it. Raises OSError when the port is taken."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = WAIT_S

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                reply = Reply(HTTPStatus.NOT_FOUND, "only add-checkpoint is here\n")
            elif not length.isdecimal() or int(length) > LONGEST:
                reply = Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"say its length, at most {LONGEST} bytes\n")
                self.close_connection = True
            else:
                reply = witness.add_checkpoint(self.rfile.read(int(length)))
            content = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: who runs a witness has its checkpoints."""

    return ThreadingHTTPServer((host, port), Answering)
