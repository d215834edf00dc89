"""Running the benchmarks of a folder: one after the other, on one stage, into one page."""

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
from pkgutil import iter_modules

INTERRUPTED = 130  # as shells say it
PROJECT = Path(__file__).resolve().parents[2]


def names(package: str) -> list[str]:
    """The benchmarks of a package, found by walking: every file of its folder that is not a dunder or shared by others."""
    folder = PROJECT / package.replace(".", "/")
    return sorted(m.name for m in iter_modules([str(folder)]) if not m.ispkg and not m.name.startswith("__"))


def main(words: list[str], *, package: str, page: Path, says: str | None) -> int:
    """Run the benchmarks named (all by default) and print the page; a whole run writes it. Returns the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=says)
    parser.add_argument("name", nargs="*", help=f"only these: {', '.join(names(package))}")
    parser.add_argument("--quick", action="store_true", help="small sizes, for trying out; writes no page")
    asked = parser.parse_args(words)
    if unknown := sorted(set(asked.name) - set(names(package))):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(names(package))}")
    home = Path(tempfile.mkdtemp(prefix="gorod-benchmarks-"))
    home.chmod(0o755)  # PostgreSQL runs as another user when this is root
    os.environ["GOROD_HOME"] = str(home)
    for outside in ("DATABASE_URL", "GOROD_CITY"):
        os.environ.pop(outside, None)
    try:
        text = measure(package, asked.name or names(package), quick=asked.quick, home=home)
    except Exception:
        print(f"Its database and logs are left in {home}", file=sys.stderr)
        raise
    except KeyboardInterrupt:
        shutil.rmtree(home, ignore_errors=True)
        return INTERRUPTED
    shutil.rmtree(home, ignore_errors=True)
    print(text)
    if not asked.quick and not asked.name:
        page.write_text(text, encoding="utf-8")
        print(f"Written to {page.relative_to(PROJECT)}", file=sys.stderr)
    return 0


def measure(package: str, wanted: list[str], *, quick: bool, home: Path) -> str:
    """Run these benchmarks in this GOROD_HOME. Returns the page."""
    from gorod.kernel import clock
    from gorod.project import start

    start.prepare()  # before anything that knows Django's models is imported
    from benchmarks.measuring import machine
    from benchmarks.measuring.page import Chapter, page
    from benchmarks.measuring.stage import Stage

    stage = Stage(quick=quick, folder=home)
    chapters = []
    try:
        described = machine.described(data=home, database_url=stage.city.url)
        for name in wanted:
            print(name, file=sys.stderr, flush=True)
            module = import_module(f"{package}.{name}")
            began = time.perf_counter()
            found = module.run(stage)
            says = inspect.cleandoc(module.__doc__ or "")
            chapters.append(Chapter(name=name, says=says, table=found, seconds=time.perf_counter() - began))
    finally:
        stage.close()
    return page(day=clock.today(), machine=described, chapters=chapters)
