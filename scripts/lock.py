"""Resolve requirements/*.in into locked lists with the hashes of every published file. For maintainers: make lock.

pip-tools runs in a throw-away environment, so nothing of it stays. No index address is written into the lists.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
ORDER = ("run", "spark", "test", "bench")  # the later ones are constrained by the first


def main() -> int:
    """Write the locked lists anew. Returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        venv.EnvBuilder(with_pip=True).create(folder)
        python = Path(folder, "bin", "python")
        subprocess.run([python, "-m", "pip", "install", "-q", "pip-tools"], check=True)
        for name in ORDER:
            print(f"Resolving requirements/{name}.in …", flush=True)
            subprocess.run(
                [
                    python, "-m", "piptools", "compile", "--quiet", "--generate-hashes", "--strip-extras",
                    "--allow-unsafe", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-trusted-host",
                    "--no-emit-find-links", "--no-emit-options", "--output-file", f"{name}.txt", f"{name}.in",
                ],
                check=True,
                cwd=REQUIREMENTS,
            )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
