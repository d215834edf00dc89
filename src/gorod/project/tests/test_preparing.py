"""A large made-up city is loaded in parts: a killed load goes on, and another city is refused."""

from __future__ import annotations

import pytest
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests.factories import MOSCOW
from gorod.kernel.errors import Conflict
from gorod.project import preparing
from gorod.records.parties import api as parties
from gorod.records.synthetic import api as synthetic
from gorod.records.synthetic.data import Counts, Population

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    pass


def load(residents: int = 90, seed: int = 3) -> None:
    preparing.make_up(residents=residents, seed=seed, console=Console(quiet=True), part=30)


def test_a_killed_load_goes_on_and_another_city_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.install(city=catalogue.load(folder=MOSCOW))
    real, loaded = synthetic.load, []

    def killed(*, population: Population) -> Counts:
        if len(loaded) == 2:
            raise Killed
        loaded.append(population)
        return real(population=population)

    monkeypatch.setattr(synthetic, "load", killed)
    with pytest.raises(Killed):
        load()
    assert parties.residents_count() == 60
    monkeypatch.undo()
    load()
    assert parties.residents_count() == 90
    load()
    assert parties.residents_count() == 90, "the same again changes nothing"
    with pytest.raises(Conflict, match="other made-up residents"):
        load(seed=4)
    assert parties.residents_count() == 90
