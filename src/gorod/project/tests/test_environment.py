"""What an installation makes for itself stays as it is, and a new release adds what it needs besides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from gorod.project import environment

SHOWS = """
import json, os
from gorod.project import environment

environment.prepare()
print(json.dumps({name: os.environ[name] for name in environment.MADE}))
"""


def start(home: Path, **variables: str) -> subprocess.Popen[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GOROD_", "DATABASE_URL"))}
    source = str(environment.PROJECT / "src")
    return subprocess.Popen(
        [sys.executable, "-c", SHOWS],
        env={**clean, "GOROD_HOME": str(home), "PYTHONPATH": source, **variables},
        stdout=subprocess.PIPE,
        text=True,
    )


def prepared(home: Path, **variables: str) -> dict[str, str]:
    return dict(json.loads(start(home, **variables).communicate()[0]))


def test_secrets_are_made_once_for_the_owner_only(tmp_path: Path) -> None:
    first = prepared(tmp_path / "home")
    assert len(first["GOROD_SECRET_KEY"]) >= 50
    assert prepared(tmp_path / "home") == first
    assert (tmp_path / "home" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    started = [start(tmp_path) for _ in range(4)]
    assert len({one.communicate()[0] for one in started}) == 1


def test_a_secret_of_a_later_release_is_added_and_the_others_stay(tmp_path: Path) -> None:
    first = prepared(tmp_path)
    old = {name: value for name, value in first.items() if name != "GOROD_PUSH_KEY"}
    (tmp_path / "secrets.json").write_text(json.dumps(old))
    now = prepared(tmp_path)
    assert {name: now[name] for name in old} == old
    assert now["GOROD_PUSH_KEY"] not in (first["GOROD_PUSH_KEY"], "")
    assert prepared(tmp_path) == now


def test_what_comes_from_outside_is_taken(tmp_path: Path) -> None:
    assert prepared(tmp_path, GOROD_SECRET_KEY="from outside")["GOROD_SECRET_KEY"] == "from outside"
    assert "GOROD_SECRET_KEY" not in json.loads((tmp_path / "secrets.json").read_text())
