"""What a family is due follows when a clerk finds that two rows are one person, and when it was a mistake."""

from __future__ import annotations

import pytest

from gorod.engines.duplicates import api
from gorod.engines.journeys.tests.factories import birth, configure, family, states
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.kernel.errors import Refused
from gorod.records.facts.tests.factories import state
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


def test_the_income_of_the_duplicate_row_is_the_fathers() -> None:
    configure()
    home = family(incomes=(100, None))
    journey = birth(home)
    assert states(journey)["allowance"] == "asks"
    duplicate = parties.create()
    state(duplicate, "income", 100)
    api.merge(party_id=home.father, duplicate_id=duplicate, by="clerk", reason="the same passport")
    run_jobs()
    assert states(journey)["allowance"] == "offered"
    api.undo(party_id=home.father, duplicate_id=duplicate, by="clerk")
    run_jobs()
    assert states(journey)["allowance"] == "asks"


def test_nobody_is_merged_twice() -> None:
    configure()
    first, second = parties.create(), parties.create()
    api.merge(party_id=first, duplicate_id=second, by="clerk", reason="one person")
    with pytest.raises(Refused, match="neither be merged"):
        api.merge(party_id=first, duplicate_id=second, by="clerk", reason="one person")
