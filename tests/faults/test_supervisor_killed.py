"""kill -9 of `gorod run` and of its parts: nothing is left running, and everything is back on the same data."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gorod.faces.api.tests.factories import COUNTER
from gorod.faces.demo.client import Api
from gorod.project.supervisor import gorod_command, port_is_free
from tests.faults.city import START_SECONDS, environment, free_port, is_ready, new_home, until
from tests.faults.families import moved_in

# the worker lets go of its job after 5 s, the web server of its requests after 3 s; on a busy machine later
GONE_SECONDS = 60
BACK_SECONDS = 60

pytestmark = pytest.mark.slow


class Run:
    """`gorod run` of a city of real people, in a folder and at a port of its own."""

    def __init__(self) -> None:
        self.home, self.port = new_home(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment(self.home, self.port)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until everything is up."""
        with (self.home / "run.log").open("wb") as log:
            self._process = subprocess.Popen(
                gorod_command("run", "--residents", "0", "--no-story"),
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until("the city is up", self._is_up, START_SECONDS)

    def _is_up(self) -> bool:
        assert self._process is not None
        said = (self.home / "run.log").read_text()
        assert self._process.poll() is None, said
        return "Up after" in said and is_ready(self.url)

    def kill(self) -> None:
        """End the supervisor, and only it, as the kernel does when there is no memory left."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ctrl-C, and wait until it has stopped everything."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=30)

    def send_from_counter(self, sent: dict[str, Any]) -> str:
        """Register the counter anew and send an event. Returns its fate."""
        shown = subprocess.run(
            gorod_command("client", "register", COUNTER),
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        api = Api(base=self.url, client_id=COUNTER, secret=shown.split("client secret")[1].split()[0])
        try:
            return str(api.send(sent)["fate"])
        finally:
            api.close()


@pytest.fixture(scope="module")
def running() -> Iterator[Run]:
    run = Run()
    try:
        run.start()
        yield run
    finally:
        run.stop()
        shutil.rmtree(run.home, ignore_errors=True)


def command_of(process_id: int) -> str:
    """What a process was started with; empty when it has ended, even if nobody has asked for its exit code yet."""
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children_of(process_id: int) -> list[int]:
    """The living children of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = re.sub(r".*\) ", "", stat.read_text()).split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == process_id and command_of(int(stat.parent.name)):
            found.append(int(stat.parent.name))
    return found


def family_of(process_id: int) -> dict[int, str]:
    """All living descendants of a process, each with what it was started with."""
    found = {}
    for child in children_of(process_id):
        found[child] = command_of(child)
        found |= family_of(child)
    return found


def child_with(process_id: int, words: str) -> int:
    """The one child that was started with these words."""
    (found,) = [child for child in children_of(process_id) if words in command_of(child)]
    return found


def alive(family: dict[int, str]) -> dict[int, str]:
    """Those that are still there under the command that they had."""
    return {process: command for process, command in family.items() if command_of(process) == command}


def test_after_the_supervisor_is_killed_nothing_runs_and_a_second_start_finds_everything(running: Run) -> None:
    sent = moved_in("K1")
    assert running.send_from_counter(sent) == "accepted"
    family = family_of(running.process_id)
    for part in ("bin/postgres", "granian", "gorod.project.cli worker"):
        assert any(part in command for command in family.values()), part
    running.kill()
    until("everything has ended", lambda: not alive(family), GONE_SECONDS)
    assert port_is_free(running.port)
    running.start()
    assert running.send_from_counter(sent) == "repeated"
    assert running.send_from_counter(moved_in("K2")) == "accepted"


def test_its_parts_come_back_when_they_are_killed(running: Run) -> None:
    """Of PostgreSQL and of the web server only the first process is killed: those it made itself may not stay behind."""
    sent = moved_in("K3")
    assert running.send_from_counter(sent) == "accepted"

    database = child_with(running.process_id, "bin/postgres")
    os.kill(database, signal.SIGKILL)
    until("the database is back", lambda: not command_of(database) and is_ready(running.url), BACK_SECONDS)
    assert running.send_from_counter(sent) == "repeated"

    web = child_with(running.process_id, "granian")
    family = {web: command_of(web)} | family_of(web)
    os.kill(web, signal.SIGKILL)
    until("the old web server is wholly gone", lambda: not alive(family), GONE_SECONDS)
    until("the web server is back", lambda: is_ready(running.url), BACK_SECONDS)
    assert running.send_from_counter(sent) == "repeated"

    family = family_of(running.process_id)
    running.stop()
    assert not alive(family)
    assert port_is_free(running.port)
