"""The door of the synthetic city."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
from django.db import transaction

from gorod.kernel.errors import BadInput
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers
from gorod.records.synthetic.data import Counts, Population, Profile
from gorod.records.synthetic.logic import numbers
from gorod.records.synthetic.logic import registers as stated
from gorod.records.synthetic.logic.families import kinship
from gorod.records.synthetic.logic.homes import residence
from gorod.records.synthetic.logic.names import names
from gorod.records.synthetic.logic.people import people as draw_people

FILES = ("residents", "identifiers", "statements", "relations")


PART = 500_000  # people made up at once in a large city: about 1.5 GB of memory


def parts(*, profile: Profile, residents: int, seed: int, as_of: date, part: int = PART) -> Iterator[Population]:
    """Make up a large city in parts of equal size, whose families stay among themselves. Raises as `generate` does."""
    for first in range(0, residents, part):
        count = min(part, residents - first)
        yield generate(profile=profile, residents=count, seed=seed, as_of=as_of, first=first, of=residents)


def generate(
    *, profile: Profile, residents: int, seed: int, as_of: date, first: int = 0, of: int | None = None
) -> Population:
    """Make up a city of that many people as it stands on `as_of`. The same arguments give the same frames, byte for byte.

    `first`, `of`: it is a part of a city of `of` people, `first` of whom were made up before. Raises BadInput on a number or seed
    that cannot be, or when a scheme of identifiers is too small.
    """
    if residents < 1 or seed < 0:
        raise BadInput(
            f"no city of {residents} residents by seed {seed}", remedy="at least 1 resident, and a seed of 0 or more"
        )
    of = residents if of is None else of
    seed += first  # another part draws other lives
    people = draw_people(ages=profile.ages, count=residents, seed=seed, as_of=as_of)
    kin = kinship(profile=profile, people=people, seed=seed)
    lives = stated.lives(profile=profile, people=people, kin=kin, seed=seed)
    homes = residence(profile=profile, people=people, kin=kin, seed=seed)
    party_id = numbers.ids(people=people, seed=seed, first=first)
    columns = names(
        book=profile.names,
        keeps_own_surname=profile.families.keeps_own_surname,
        people=people,
        kin=kin,
        seed=seed,
    )
    return Population(
        as_of=as_of,
        residents=pl.DataFrame({"party_id": party_id, **columns}),
        identifiers=numbers.identifiers(
            schemes=profile.identifiers, people=people, party_id=party_id, seed=seed, first=first, of=of
        ),
        statements=stated.statements(
            profile=profile, people=people, kin=kin, lives=lives, homes=homes, party_id=party_id, seed=seed
        ),
        relations=stated.relations(profile=profile, people=people, kin=kin, lives=lives, party_id=party_id),
    )


def write(*, population: Population, folder: Path) -> tuple[Path, ...]:
    """Write residents, identifiers, statements and relations as Parquet files into a folder, made if need be. Returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for part in FILES:
        path = folder / f"{part}.parquet"
        frame: pl.DataFrame = getattr(population, part)
        frame.write_parquet(path, compression="zstd", compression_level=1)
        paths.append(path)
    return tuple(paths)


def load(*, population: Population) -> Counts:
    """Load it into PostgreSQL by COPY: all or nothing. The residents are marked synthetic, the rows recorded now (city time).

    Raises IntegrityError when a number or id exists already: the same city was loaded before, or another one of the same size.
    """
    with transaction.atomic():
        return Counts(
            residents=parties.copy_residents(population.residents),
            identifiers=parties.copy_identifiers(population.identifiers),
            statements=registers.copy_statements(population.statements),
            relations=registers.copy_relations(population.relations),
        )
