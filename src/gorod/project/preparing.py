"""Making a database ready for a city: tables, content, made-up residents."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connection
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.engines.search import api as search
from gorod.faces.demo import scenario as scenes
from gorod.kernel import clock as city_clock
from gorod.kernel.errors import BadInput, Conflict
from gorod.project import clock, start
from gorod.records.installation import api as installation
from gorod.records.parties import api as parties
from gorod.records.synthetic import api as synthetic
from gorod.records.synthetic.data import Population

SEED = 1147  # Moscow's first mention; the same seed makes the same city


def prepare_database(*, residents: int, console: Console, seed: int = SEED, go_on: bool = False) -> None:
    """In a database that has its tables, load the content and make up this many residents if it is new (0: real people).
    `go_on`: also if it is not, for a load that was killed.

    Raises CityRefused, Conflict, BadInput when the city says nothing about made-up residents.
    """
    start.install_city()
    city = catalogue.current()
    console.print(
        f"{city.names[city.languages[0]]}: {len(city.services)} services, {len(city.life_events)} life events."
    )
    known = installation.installation()
    if known is not None:
        installation.found(city=city.folder.name, synthetic=known.synthetic)  # refuses another city
        _index(console)
        if go_on and known.synthetic and residents:
            make_up(residents=residents, seed=seed, console=console)
        return
    if residents and city.synthetic is None:
        raise BadInput(f"{city.folder.name} has no synthetic.yaml", remedy="write one, or start with --residents 0")
    installation.found(city=city.folder.name, synthetic=bool(residents))
    _index(console)
    if residents:
        make_up(residents=residents, seed=seed, console=console)
    clock.follow()


def _index(console: Console) -> None:
    search.index()
    if not search.corrects_typos():
        console.print(
            "The search corrects no typos: this database was made with the ctype C. A new one (another GOROD_HOME), or one of"
            " your own with the ctype C.UTF-8, does."
        )


def make_up(*, residents: int, seed: int, console: Console, part: int = synthetic.PART) -> None:
    """Make up residents and load them, part by part: a killed load goes on, on the same day, with the part that is not there yet.

    Raises Conflict when another city is there, of another number, seed or day.
    """
    city = catalogue.current()
    assert city.synthetic is not None
    began, done = time.monotonic(), 0
    with console.status(f"Making up {residents:,} residents …") as status:
        for population in synthetic.parts(
            profile=city.synthetic, residents=residents, seed=seed, as_of=city_clock.today(), part=part
        ):
            if not _is_there(population):
                if not done and parties.residents_count(synthetic=True):
                    raise Conflict(
                        "other made-up residents are in the database",
                        remedy="say the number and seed it was begun with, on the same day; or take a new database",
                    )
                synthetic.load(population=population)
            done += population.residents.height
            status.update(f"{done:,} of {residents:,} residents are there …")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the planner knows nothing of a table that was just filled
    console.print(f"{parties.residents_count():,} made-up residents in {time.monotonic() - began:.1f} s (seed {seed}).")


def _is_there(population: Population) -> bool:
    people = [UUID(party_id) for party_id in population.residents.get_column("party_id")]
    return len(parties.parties(party_ids=people[:1000])) == len(people[:1000])


def demonstration() -> scenes.Scenario | None:
    """The city's demonstration; None in a city of real people or one that has none."""
    known = installation.installation()
    if known is None or not known.synthetic:
        return None
    return scenes.read(catalogue.current())
