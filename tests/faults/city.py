"""A whole city of real processes in a folder of its own, and the means to break parts of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg

from gorod.faces.api.tests.factories import TINY
from gorod.faces.demo.client import Api
from gorod.project.postgres import EmbeddedPostgres
from gorod.project.supervisor import Supervisor, gorod_command, web_command

T = TypeVar("T")

PROJECT = Path(__file__).resolve().parents[2]
POLL_SECONDS = 0.05
START_SECONDS = 60
NOT_FOR_CHILDREN = ("GOROD_", "DATABASE_URL", "DJANGO_", "PYTEST_")
PERIODIC = "SELECT job_id FROM procrastinate_periodic_defers WHERE job_id IS NOT NULL"


def until(what: str, condition: Callable[[], T], seconds: float) -> T:
    """Poll until the condition holds and return what it gave. Raises AssertionError after so many seconds."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(POLL_SECONDS)
    return found


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def new_home() -> Path:
    """An empty folder that the user PostgreSQL runs as reaches too."""
    home = Path(tempfile.mkdtemp(prefix="gorod-faults-"))
    home.chmod(0o755)
    return home


def environment(home: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a child: nothing of this test run's own home, database and secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_FOR_CHILDREN)}
    return {**kept, "GOROD_HOME": str(home), "GOROD_CITY": str(TINY), "GOROD_PORT": str(port), **more}


def is_ready(url: str) -> bool:
    """Whether the web server there says that it is ready."""
    try:
        return httpx.get(f"{url}/health/ready", timeout=10).status_code == 200
    except httpx.HTTPError:
        return False


class City:
    """The tiny city: PostgreSQL, web server, worker and ledger, looked after as `gorod run` does it.

    Only the thread that started it may look after it: children are sent a signal when the thread that made them ends.
    """

    def __init__(self) -> None:
        self.home = new_home()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.postgres = EmbeddedPostgres(data=self.home / "postgres")
        self._environment = environment(self.home, self.port)
        self._children = Supervisor(logs=self.home / "logs", variables=self._environment)
        self._agencies: dict[str, Api] = {}

    def start(self) -> None:
        """Start everything and wait until it is ready."""
        self._environment["DATABASE_URL"] = self.postgres.start()
        self.gorod("load")
        self._children.start("web", web_command(self.port))
        self._children.start("worker", gorod_command("worker"))
        self._children.start("ledger", gorod_command("ledger"))
        self.wait_whole()

    def wait_whole(self) -> None:
        """Wait until every part runs: what a test broke must not be the next one's fault."""
        self.until("the web server is ready", lambda: is_ready(self.url), START_SECONDS)

    def stop(self) -> None:
        """Stop everything and remove the folder."""
        for agency in self._agencies.values():
            agency.close()
        self._children.stop()
        self.postgres.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def until(self, what: str, condition: Callable[[], T], seconds: float) -> T:
        """Like `until`; children that have ended are started again meanwhile. The end of their logs is in the error."""

        def looked_after() -> T:
            self._children.look()
            return condition()

        try:
            return until(what, looked_after, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._logs()}") from None

    def _logs(self) -> str:
        files = sorted((self.home / "logs").glob("*.log"))
        return "\n".join(f"{file.name}: {file.read_text(errors='replace')[-2000:]}" for file in files)

    def gorod(self, *words: str) -> str:
        """Run one command of the command line to its end. Returns what it printed."""
        done = subprocess.run(
            gorod_command(*words), env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"gorod {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def module(self, name: str, *words: str) -> str:
        """Run a module of the tests in this city to its end. Returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", name, *words],
            env={**self._environment, "PYTHONPATH": str(PROJECT / "src")},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{name} {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def agency(self, name: str, *scopes: str) -> Api:
        """An agency's connection with a client of its own, registered at first use."""
        if name not in self._agencies:
            shown = self.gorod("client", "register", name, *(word for scope in scopes for word in ("--scope", scope)))
            secret = shown.split("client secret")[1].split()[0]
            self._agencies[name] = Api(base=self.url, client_id=name, secret=secret, seconds=120)
        return self._agencies[name]

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query finds in the city's database: an auditor's look past the platform."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def process_id(self, name: str) -> int:
        """The process of a child, `web`, `worker` or `ledger`."""
        return self._children.process_id(name)

    def runs(self, name: str) -> bool:
        """Whether a child is there now."""
        try:
            os.kill(self.process_id(name), 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self, name: str) -> None:
        """End a child as the kernel does when there is no memory left."""
        os.kill(self.process_id(name), signal.SIGKILL)

    def jobs(self, *statuses: str) -> int:
        """How many jobs are in one of these statuses at one moment, those of the clock (sweeps, e-mail) left out."""
        ((count,),) = self.rows(
            f"SELECT count(*) FROM procrastinate_jobs WHERE status::text = ANY(%s) AND id NOT IN ({PERIODIC})",
            [list(statuses)],
        )
        return int(count)

    def wait_idle(self, seconds: float) -> None:
        """Wait until the background work is done, and demand that no job has failed for good."""
        self.until("the background work is done", lambda: not self.jobs("todo", "doing"), seconds)
        assert self.jobs("failed") == 0
