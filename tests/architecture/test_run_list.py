"""`make run` installs requirements/run.txt and nothing else: what tests need besides must not be needed to run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LIST = PROJECT / "requirements" / "run.txt"
INSTALLER = {"pip", "setuptools"}  # every new .venv has them

# imports all that the web server, the worker and the commands import, without what only the tests have
IMPORTS = """
import sys
from importlib import import_module
from pkgutil import iter_modules


class OnlyForTests:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{name} is in requirements/test.txt only", name=name)


BLOCKED = set(sys.argv[1:])
sys.meta_path.insert(0, OnlyForTests())

from gorod.project import commands, start

start.prepare()
import_module("gorod.project.urls")
for module in iter_modules(commands.__path__):
    import_module(f"{commands.__name__}.{module.name}")
print("all there")
"""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_that_runs_is_in_its_list() -> None:
    listed = {canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", LIST.read_text(), re.MULTILINE)}
    only_for_tests = {
        module
        for module, distributions in packages_distributions().items()
        if not {canonical(name) for name in distributions} & (listed | INSTALLER)
    }
    assert "pytest" in only_for_tests
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, *sorted(only_for_tests)],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "all there", done.stderr[-1500:]
