"""`gorod run`: the database, the web server, the worker and, in a made-up city, the demo agencies; stopped together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx
from django.db import connection

from gorod.kernel.errors import GorodError
from gorod.project import environment
from gorod.project.database import connection_settings
from gorod.project.postgres import EmbeddedPostgres, die_with_parent

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
RESTART_SECONDS = 1.0


class NotStarted(GorodError):
    """A part of the platform did not start."""

    code = "not-started"
    title = "The platform did not start"


def port() -> int:
    """The port of the web server. Raises NotStarted when it is no number."""
    text = os.environ.get("GOROD_PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise NotStarted(f"GOROD_PORT is {text!r}", remedy="write a number from 1 to 65535")
    return int(text)


def database() -> EmbeddedPostgres | None:
    """Start the embedded server unless DATABASE_URL names another one, and let other commands find it."""
    if environment.names_database():
        return None
    environment.database_file().unlink(missing_ok=True)
    server = EmbeddedPostgres(data=environment.home() / "postgres")
    os.environ["DATABASE_URL"] = server.start()
    environment.database_file().write_text(os.environ["DATABASE_URL"])
    # Django read its settings before there was a server; nothing has connected yet
    connection.settings_dict.update(connection_settings(os.environ["DATABASE_URL"]))
    return server


def clients_file() -> Path:
    """Where the secrets of the demo agencies' clients are kept (mode 600)."""
    return environment.home() / "clients.json"


def demo_clients(counter: str) -> dict[str, dict[str, str]]:
    """A client for each agency; the one at the counter may also read and act with a resident before it."""
    from gorod.catalogue import api as catalogue
    from gorod.faces.api import access, clients

    file = clients_file()
    if file.exists():
        kept: dict[str, dict[str, str]] = json.loads(file.read_text())
        return kept
    city = catalogue.current()
    made = {}
    for agency in city.agencies:
        scopes = [*city.agencies[agency].sends, access.CASES]
        if agency == counter:
            scopes += [access.READ, access.ACT]
        secret = clients.register(city=city, agency=agency, client_id=agency, scopes=scopes)
        made[agency] = {"id": agency, "secret": secret}
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as output:
        json.dump(made, output)
    return made


class Supervisor:
    """Child processes in groups of their own, which die with us however we die; one that ends is started again."""

    def __init__(self, *, logs: Path, variables: Mapping[str, str] | None = None) -> None:
        """`logs`: the folder for what children print; `variables`: their environment, ours unless given."""
        self._logs = logs
        self._variables = variables
        self._commands: dict[str, list[str]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._again: dict[str, float] = {}

    def start(self, name: str, command: list[str]) -> None:
        """Start a child; what it prints goes to `<name>.log`."""
        self._commands[name] = command
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                command,
                env=self._variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )

    def process_id(self, name: str) -> int:
        """The process of a child."""
        return self._running[name].pid

    def look(self) -> None:
        """Start again, after a moment, whatever has ended."""
        for name, child in list(self._running.items()):
            if child.poll() is None:
                continue
            if name not in self._again:
                with suppress(ProcessLookupError):
                    # its own children may have outlived it: they would go on at the same port beside the new ones
                    os.killpg(child.pid, signal.SIGKILL)
                self._again[name] = time.monotonic() + RESTART_SECONDS
            elif self._again[name] <= time.monotonic():
                del self._again[name]
                self.start(name, self._commands[name])

    def wait_ready(self, url: str) -> None:
        """Wait until the web server says that it is ready. Raises NotStarted with the end of its log."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self._running["web"].poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{url}/health/ready", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        log = self._logs / "web.log"
        raise NotStarted(f"the web server is not ready: {log.read_text(errors='replace')[-800:]}", remedy=f"see {log}")

    def stop(self) -> None:
        """Stop every child, politely first."""
        for child in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for child in self._running.values():
            try:
                child.wait(timeout=max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._running.clear()


def web_command(number: int) -> list[str]:
    """granian with as many threads as the database pool has connections."""
    return [
        str(Path(sys.executable).with_name("granian")),
        "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(number), "--workers", "2", "--blocking-threads", "4",
        "--backpressure", "64", "--workers-kill-timeout", "3", "--respawn-failed-workers", "gorod.project.wsgi:application",
    ]  # fmt: skip


def gorod_command(*words: str) -> list[str]:
    """Another command of this program."""
    return [sys.executable, "-m", "gorod.project.cli", *words]


def port_is_free(number: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) != 0
