"""`gorod run` as a newcomer starts it, in a folder and at a port of its own; stopped as by Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.city import free_port, new_home

PROJECT = Path(__file__).resolve().parents[1]
SECONDS = 240


class Newcomer:
    """A folder in which the city of `cities/moscow` is started, several times if need be."""

    def __init__(self) -> None:
        self.home = new_home()
        self.port = 0
        self.shown = ""

    def start(self, until: str, *words: str) -> None:
        """Start it and wait until it prints a text."""
        self.port = free_port()
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command("run", *words), env=self._environment(), cwd=PROJECT, stdout=output, stderr=output
            )
        end = time.monotonic() + SECONDS
        while until not in self._read() and self._process.poll() is None:
            assert time.monotonic() < end, self.shown
            time.sleep(0.2)
        assert until in self._read(), self.shown

    def stop(self) -> None:
        """Stop it as Ctrl-C does; it must end well."""
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(timeout=60) == 0, self._read()

    def gorod(self, *words: str) -> str:
        """What a command prints, run beside the city as its operator would."""
        done = subprocess.run(
            self._command(*words), env=self._environment(), cwd=PROJECT, capture_output=True, text=True, check=True
        )
        return done.stdout

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def _log(self) -> Path:
        return self.home / "shown.txt"

    def _read(self) -> str:
        self.shown = self._log.read_text()
        return self.shown

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "gorod.project.cli", *words]

    def _environment(self) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GOROD_", "DATABASE_URL"))},
            "GOROD_HOME": str(self.home),
            "GOROD_PORT": str(self.port),
            "PYTHONPATH": str(PROJECT / "src"),
            "PYTHONUNBUFFERED": "1",
            "LC_ALL": "C.UTF-8",
        }
