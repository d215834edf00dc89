"""Make .venv and install the locked lists named on the command line. Standard library only: it runs before anything else.

python3 scripts/bootstrap.py run test
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
GOROD = """#!{python}
import sys

from gorod.project.cli import main

sys.exit(main())
"""


def main(lists: list[str]) -> int:
    """Install what is not installed yet. Returns the exit code."""
    if sys.version_info < (3, 11):
        print(f"Gorod needs Python 3.11 or newer, this is {sys.version.split()[0]}: make PYTHON=python3.11 …")
        return 1
    python = VENV / "bin" / "python"
    if not python.exists():
        print("Making .venv …")
        venv.EnvBuilder(with_pip=True).create(VENV)
    for name in lists:
        install(python, PROJECT / "requirements" / f"{name}.txt")
    library = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    Path(library.stdout.strip(), "gorod.pth").write_text(f"{PROJECT / 'src'}\n")
    subprocess.run([python, "-m", "gorod.ui.words"], check=True)
    subprocess.run([python, "-m", "gorod.ui.assets.build", VENV / "assets"], check=True)
    command = VENV / "bin" / "gorod"
    command.write_text(GOROD.format(python=python))
    command.chmod(0o755)
    return 0


def install(python: Path, listed: Path) -> None:
    """Install one locked list unless it is installed already in just this form."""
    stamp = VENV / f".{listed.stem}"
    wanted = hashlib.sha256(listed.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing requirements/{listed.name} …", flush=True)
    subprocess.run(
        [
            python,
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--no-binary",
            "pyspark",
            "-q",
            "-r",
            listed,  # pyspark is published as a source archive only
        ],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    stamp.write_text(wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
