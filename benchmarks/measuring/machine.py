"""On what it was measured: without it no figure means anything."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import cpuinfo  # type: ignore[import-untyped]
import psycopg

PACKAGES = ("Django", "psycopg", "polars", "granian", "procrastinate")
GIBIBYTE = 2**30


def described(*, data: Path, database_url: str) -> Mapping[str, str]:
    """Machine and versions. `data` is the folder of the database: a disk in memory makes every commit look cheap."""
    with psycopg.connect(database_url) as connection:
        server = connection.execute("SHOW server_version").fetchone()
        durable = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        ).fetchone()
    assert server is not None and durable is not None
    return {
        **_hardware(),
        "disk of the database": f"{_file_system(data)}, fsync {durable[0]}, synchronous_commit {durable[1]}",
        **_software(PACKAGES),
        "PostgreSQL": server[0],
    }


def without_database(*, files: Path, packages: Sequence[str]) -> Mapping[str, str]:
    """Machine and the versions of these packages, for what works on files of a folder alone."""
    return {**_hardware(), "disk of the files": _file_system(files), **_software(packages)}


def _hardware() -> Mapping[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "CPU": cpuinfo.get_cpu_info().get("brand_raw", platform.processor()),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory / GIBIBYTE:.0f} GiB",
    }


def _software(packages: Sequence[str]) -> Mapping[str, str]:
    return {
        "system": f"{platform.system()} {platform.release()}",
        "load when it began": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        **{package: version(package) for package in packages},
    }


def _file_system(folder: Path) -> str:
    """The file system that holds a folder: of the mount points above it, the longest."""
    best = ("", "unknown")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, mount, kind, *_ = line.split()
        if folder.resolve().is_relative_to(mount) and len(mount) > len(best[0]):
            best = (mount, kind)
    return best[1]
