"""A made-up city in an embedded PostgreSQL of its own, started as `gorod run` starts one: durable, with fsync."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.faces.demo.client import Api
from gorod.kernel import clock
from gorod.project import environment, preparing, start, supervisor
from gorod.records.facts import api as facts
from gorod.records.facts.api import FactFrame
from gorod.records.facts.data import Reader
from gorod.records.synthetic import api as synthetic
from gorod.records.synthetic.data import Population

COUNTER = "service_centre"  # the agency whose client reads for residents
READER = Reader(kind="platform", name="benchmark")
SETTLE_SECONDS = 120.0


class RunningCity:
    """The database of a made-up city; its web server and its worker are started when a benchmark asks for them."""

    def __init__(self, *, residents: int) -> None:
        """Start PostgreSQL, load the content and this many residents. About 25 s for 100,000."""
        self.residents = residents
        server = supervisor.database()
        assert server is not None  # __main__ has taken DATABASE_URL away: nobody's own database is touched
        self._server = server
        try:
            start.migrate()
            preparing.prepare_database(residents=residents, console=Console(stderr=True, highlight=False))
            self.clients = supervisor.demo_clients(COUNTER)
            with self.connect() as plain:
                # otherwise the figures depend on whether autovacuum has come along yet
                plain.execute("VACUUM ANALYZE")
                plain.execute("CREATE SCHEMA floor")
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        """How the database is reached."""
        return self._server.url

    @property
    def content(self) -> City:
        """The city's content."""
        return catalogue.current()

    def connect(self) -> psycopg.Connection:
        """A plain connection that commits each statement: what a floor is measured with."""
        return psycopg.connect(self.url, autocommit=True)

    def population(self) -> Population:
        """The same made-up people that are in the database: the same arguments give the same frames."""
        profile = self.content.synthetic
        assert profile is not None
        return synthetic.generate(profile=profile, residents=self.residents, seed=preparing.SEED, as_of=clock.today())

    def facts(self, *, people: Collection[UUID], names: Collection[str]) -> FactFrame:
        """Facts of people, read from PostgreSQL through the door."""
        return facts.frame(people=people, names=names, purpose="benchmark", reader=READER)

    @contextmanager
    def web(self) -> Iterator[str]:
        """The web server as `gorod run` starts it. Gives its address."""
        children = supervisor.Supervisor(logs=environment.home() / "logs")
        port = _free_port()
        base = f"http://127.0.0.1:{port}"
        try:
            children.start("web", supervisor.web_command(port))
            children.wait_ready(base)
            yield base
        finally:
            children.stop()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """One worker as `gorod run` starts it. Comes back when it has taken up work."""
        children = supervisor.Supervisor(logs=environment.home() / "logs")
        try:
            children.start("worker", supervisor.gorod_command("worker"))
            self._until("SELECT EXISTS (SELECT FROM procrastinate_workers)", "the worker has registered")
            yield
        finally:
            children.stop()

    @contextmanager
    def ledger(self) -> Iterator[None]:
        """The process that keeps the ledger, as `gorod run` starts it."""
        children = supervisor.Supervisor(logs=environment.home() / "logs")
        try:
            children.start("ledger", supervisor.gorod_command("ledger"))
            yield
        finally:
            children.stop()

    def client(self, *, base: str, agency: str) -> Api:
        """A connection of an agency to the machine API, with a token of its own."""
        return Api(base=base, client_id=self.clients[agency]["id"], secret=self.clients[agency]["secret"])

    def wait_idle(self) -> None:
        """Wait until the worker has nothing left to do."""
        self._until(
            "SELECT NOT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND scheduled_at IS NULL)",
            "the worker has done everything",
        )

    def _until(self, query: str, what: str) -> None:
        end = time.monotonic() + SETTLE_SECONDS
        with self.connect() as plain:
            while True:
                answer = plain.execute(query).fetchone()
                if answer is not None and answer[0]:
                    return
                if time.monotonic() > end:
                    raise TimeoutError(
                        f"after {SETTLE_SECONDS:.0f} s still not: {what}; see {os.environ['GOROD_HOME']}/logs"
                    )
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the database."""
        ours = connections[DEFAULT_DB_ALIAS]
        assert isinstance(ours, DatabaseWrapper)
        ours.close()
        ours.close_pool()
        self._server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
