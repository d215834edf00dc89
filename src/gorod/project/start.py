"""Making a process ready: Django, the city's content, the clock."""

from __future__ import annotations

import os
from threading import Thread

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

from gorod.kernel.errors import Conflict
from gorod.project import environment


def prepare() -> None:
    """Environment and Django; no database is touched."""
    environment.prepare()
    django.setup()


def prepare_to_examine() -> None:
    """Django in a process of another machine, which answers rules from files: it needs no secret and no database, and has none."""
    environment.stand_in()
    django.setup()


def install_city() -> None:
    """Read the city's content and give it to every engine; follow the demonstration's clock. Raises CityRefused."""
    from gorod.project import clock

    read_city()
    clock.follow()


def read_city() -> None:
    """Read the city's content and give it to every engine, for work that needs no database. Raises CityRefused."""
    from gorod.catalogue import api as catalogue
    from gorod.engines.allotment import api as allotment
    from gorod.engines.polls import api as polls
    from gorod.engines.sweeps import api as sweeps
    from gorod.records.ledger import api as ledger

    catalogue.install(city=catalogue.load(folder=environment.city_folder()))
    polls.configure(
        folder=environment.home() / "polls",
        district=catalogue.current().lives_in,
        key=os.environ["GOROD_POLLS_KEY"],
    )
    allotment.configure(key=os.environ["GOROD_POLLS_KEY"])
    sweeps.configure(folder=environment.home() / "sweeps")
    ledger.configure(folder=environment.home() / "ledger")


def warm_up() -> None:
    """Read what the first question of a process would wait for; beside, for other pages need not wait for it."""
    from gorod.engines.search import api as search

    Thread(target=search.warm_up, daemon=True).start()


def migrate() -> bool:
    """Bring the database's tables up to date; only when something is to be done, for looking is much faster.

    Raises Conflict for a database that no migration leads here from.
    """
    executor = MigrationExecutor(connection)
    try:
        executor.loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        raise Conflict(
            "this database was made by a development version from before accounts",
            remedy="begin with an empty one: another DATABASE_URL or GOROD_HOME",
        ) from error
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return True
