"""`make run` as a newcomer sees it: the city comes up, one birth is told, everything stops; the second time it is there again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 240

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/"):  # noqa: S108 - PostgreSQL is another user
            parent.chmod(0o755)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def run(home: Path, until: str, *words: str) -> str:
    """What `gorod run` prints until a text appears; then it is stopped as by Ctrl-C, and must end well."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("GOROD_", "DATABASE_URL"))},
        "GOROD_HOME": str(home),
        "GOROD_PORT": str(free_port()),
        "PYTHONPATH": str(PROJECT / "src"),
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "gorod.project.cli", "run", *words]
    with (home / "shown.txt").open("wb") as output:
        city = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=output, stderr=output)
        end = time.monotonic() + SECONDS
        while until not in (shown := (home / "shown.txt").read_text()) and city.poll() is None:
            assert time.monotonic() < end, shown
            time.sleep(0.2)
        assert until in shown, shown
        city.send_signal(signal.SIGINT)
        assert city.wait(timeout=60) == 0, (home / "shown.txt").read_text()
    return shown


def test_the_story_shows_what_the_city_can(home: Path) -> None:
    shown = run(home, "Ctrl-C stops it.", "--residents", "6000")
    assert "6,000 made-up residents" in shown
    steps = set(re.findall(r"│ (\d+) +│", shown))
    assert len(steps) >= 10
    for mode in ("(automatic)", "(offered)", "(informed)"):
        assert mode in shown
    assert re.search(r"│ asks +│", shown), "a missing fact is asked for"
    assert re.search(r"│ not_due +│ \S", shown), "and it says why"
    assert "paid" in shown
    assert "продлили без" in shown, "a yearly right was renewed"
    assert not list(home.glob("database-url")), "nothing is left behind"


def test_the_second_time_the_same_city_is_there(home: Path) -> None:
    shown = run(home, "Up after", "--no-story")
    assert "made-up residents" not in shown
