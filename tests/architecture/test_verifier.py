"""The verifier is a distribution of its own: it packs all that it imports, and needs neither Django nor a database nor the city."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.tests.factories import entries
from gorod.verify.tests.factories import LOG, tiled

PROJECT = Path(__file__).resolve().parents[2]
VERIFIER = PROJECT / "verifier"

# runs the packed command with only what it says that it depends on, and what that brings
RUN = """
import re
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

packed, *words = sys.argv[1:]


def plain(name):
    return re.match("[A-Za-z0-9._-]+", name)[0].lower().replace("_", "-")


allowed, more = set(), ["cryptography", "pynacl", "rfc8785", "rich", "shamirs", "typer"]
while more:
    name = more.pop()
    if name not in allowed:
        allowed.add(name)
        with suppress(PackageNotFoundError):  # of another platform
            more += [plain(one) for one in requires(name) or () if "extra ==" not in one]
NAMES = {name: set(map(plain, found)) for name, found in packages_distributions().items()}


class NothingElse:
    def find_spec(self, name, path=None, target=None):
        first = name.partition(".")[0]
        if first in NAMES and not NAMES[first] & allowed and first != "gorod":
            raise ModuleNotFoundError(f"{name} is not what the verifier depends on", name=name)


sys.meta_path.insert(0, NothingElse())
sys.path.insert(0, packed)
import gorod
assert gorod.__file__.startswith(packed), gorod.__file__
from gorod.verify.cli import main
sys.exit(main(words))
"""


@pytest.mark.slow
def test_it_is_built_and_checks_a_log_with_nothing_else(tmp_path: Path) -> None:
    shutil.copytree(VERIFIER, tmp_path / "verifier")
    shutil.copytree(PROJECT / "src", tmp_path / "src")  # building leaves things there
    built = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", tmp_path, tmp_path / "verifier"]
    subprocess.run(built, check=True)
    (wheel,) = tmp_path.glob("gorod_verify-*.whl")
    packed = tmp_path / "packed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packed)
        assert not [name for name in archive.namelist() if "/tests/" in name or "django" in name]
    folder = tiled(tmp_path / "log", entries(300))
    words = ["verify", "log", str(folder), "--key", merkle.written_key(LOG.key)]
    done = subprocess.run([sys.executable, "-c", RUN, str(packed), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "300 entries" in done.stdout


def test_it_depends_on_little() -> None:
    known = tomllib.loads((VERIFIER / "pyproject.toml").read_text())["project"]["dependencies"]
    assert sorted(one.partition(">")[0] for one in known) == [
        "cryptography",
        "pynacl",
        "rfc8785",
        "rich",
        "shamirs",
        "typer",
    ]
