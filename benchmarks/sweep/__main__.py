"""`python -m benchmarks.sweep`: run the benchmarks of the sweep, print the page, write docs/reference/benchmarks-sweep.md.

Everything runs in a temporary GOROD_HOME (TMPDIR says where; 14.4 million residents want 20 GB) and without a database. A quick
run (small sizes, for trying out), one of other sizes and one of single benchmarks print only: the page is written by a whole
run alone.
"""

from __future__ import annotations

import argparse
import inspect
import os
import shutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

BENCHMARKS = ("in_memory", "one_family", "full_sweep", "growth")  # the short ones first
PACKAGES = ("polars", "pyarrow", "numpy", "openfisca-core")
INTERRUPTED = 130  # as shells say it
REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGE = REFERENCE / "benchmarks-sweep.md"


def main(words: list[str]) -> int:
    """Run the benchmarks named (all by default). Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"only these: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, for trying out; writes no page")
    parser.add_argument("--residents", type=int, help="of the full sweep, and the most in growth; writes no page")
    parser.add_argument("--times", type=int, help="how often each is measured; writes no page")
    asked = parser.parse_args(words)
    if unknown := sorted(set(asked.name) - set(BENCHMARKS)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    home = Path(tempfile.mkdtemp(prefix="gorod-bench-sweep-"))
    os.environ["GOROD_HOME"] = str(home)
    for outside in ("DATABASE_URL", "GOROD_CITY"):
        os.environ.pop(outside, None)
    try:
        text, pictures = measure(asked, home=home)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(text)
    if not (asked.quick or asked.name or asked.residents or asked.times):
        for name, picture in {**pictures, PAGE.name: text}.items():
            (REFERENCE / name).write_text(picture, encoding="utf-8")
        print(f"Written to {PAGE}", file=sys.stderr)
    return 0


def measure(asked: argparse.Namespace, *, home: Path) -> tuple[str, dict[str, str]]:
    """Run what was asked for in this GOROD_HOME. Returns the page and its pictures."""
    from gorod.project import start

    start.prepare()  # before anything that knows Django's models is imported
    start.read_city()
    from benchmarks.measuring import machine
    from benchmarks.sweep.page import Chapter, page
    from benchmarks.sweep.stage import Stage

    stage = Stage(folder=home, quick=asked.quick, residents=asked.residents, times=asked.times)
    described = machine.without_database(files=home, packages=PACKAGES)
    pictures: dict[str, str] = {}
    chapters = []
    for name in asked.name or BENCHMARKS:
        print(name, file=sys.stderr, flush=True)
        module = import_module(f"benchmarks.sweep.{name}")
        began = time.perf_counter()
        found = module.run(stage)
        says = inspect.cleandoc(module.__doc__ or "")
        chapters.append(Chapter(name=name, says=says, found=found, seconds=time.perf_counter() - began))
        pictures |= found.pictures
    text = page(day=stage.as_of, machine=described, mix=stage.rules().told(), chapters=chapters)
    return text, pictures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
