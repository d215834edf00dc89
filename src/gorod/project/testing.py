"""pytest's plugin of this project: one embedded PostgreSQL a run, and in CI a skipped test is a failure."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gorod.project import environment
from gorod.project.postgres import EmbeddedPostgres

_server: EmbeddedPostgres | None = None
_home: Path | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before Django's settings are read: a fresh home, secrets and a database for this run and its xdist workers."""
    global _server, _home
    if "GOROD_TEST_RUN" in os.environ:
        return
    _home = Path(tempfile.mkdtemp(prefix="gorod-test-"))
    _home.chmod(0o755)
    os.environ["GOROD_TEST_RUN"] = str(_home)
    os.environ["GOROD_HOME"] = str(_home)
    os.environ["GOROD_DATABASE_POOL"] = "0"
    environment.prepare()
    if "DATABASE_URL" not in os.environ:
        _server = EmbeddedPostgres(data=_home / "postgres", durable=False)
        os.environ["DATABASE_URL"] = _server.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove what the run wrote."""
    if hasattr(config, "workerinput"):
        return
    if _server is not None:
        _server.stop()
    if _home is not None:
        shutil.rmtree(_home, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_quickly() -> Iterator[None]:
    """Stretching a password takes a third of a second so that guessing is slow; nobody guesses those of tests."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PBKDF2PasswordHasher, "iterations", 1000)
        yield


@pytest.fixture(autouse=True)
def _plain_time() -> None:
    """City time is UTC until a test installs a city: a test that moves the clock by days must not depend on the summer time
    of a city that another test left behind."""
    from gorod.kernel import clock

    clock.configure(time_zone="UTC", offset=timedelta)


@pytest.fixture(autouse=True)
def _no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Jobs of a test that commits go with it: Django empties only the tables that it manages itself."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    from django.db import connection

    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """In CI a skip is a failure: a missing part must not look like a pass."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
