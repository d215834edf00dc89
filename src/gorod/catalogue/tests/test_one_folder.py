"""A service lives in one folder: putting the folder there is all that it takes, and the scaffold writes such a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gorod.catalogue import api
from gorod.catalogue.data import Severity
from gorod.catalogue.logic.content import archetypes
from gorod.catalogue.tests.factories import EMPTY, TINY, CityCopy
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api as journeys
from gorod.engines.rules.data import Verdict
from gorod.kernel.errors import BadInput, NotFound
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.parties import api as parties

FREE = "services/family/free_day_care"
CLERK = Reader(kind="official", name="a test")


def test_a_copied_folder_makes_the_service_known_everywhere(tiny: CityCopy, engines: None) -> None:
    tiny.remove(FREE)
    tiny.install()
    assert "free_day_care" not in journeys.life_event(name="new_child").steps
    assert "free_day_care_granted" not in facts.names()
    with pytest.raises(NotFound):
        cases.case_type(service="free_day_care")

    shutil.copytree(TINY / FREE, tiny.folder / FREE)
    city = tiny.install()
    assert city.rules.facts_of("free_day_care") == ("child_allowance_granted",)
    assert cases.case_type(service="free_day_care").owner == "youth_office"
    assert journeys.life_event(name="new_child").steps["free_day_care"].needs == ("child_allowance",)
    assert "free_day_care_granted" in facts.names()
    assert city.texts.names["de"]["free_day_care"] == "Befreiung von Betreuungsgebühren"


@pytest.mark.parametrize("archetype", archetypes())
def test_the_scaffold_of_every_archetype_passes_the_check(tiny: CityCopy, archetype: str) -> None:
    written = api.new_service(folder=tiny.folder, area="leisure", name="skate_park", archetype=archetype)
    assert {path.name for path in written} >= {"service.yaml", "cases.yaml", "de.yaml", "en.yaml"}
    assert all(path.is_relative_to(tiny.folder / "services" / "leisure" / "skate_park") for path in written)
    (warning,) = tiny.problems()
    assert (warning.severity, warning.what) == (Severity.WARNING, "skate_park rests on assumed law only")
    assert api.load(folder=tiny.folder).services["skate_park"].archetype == archetype


def test_the_scaffold_names_the_owner_that_is_wanted(tiny: CityCopy) -> None:
    api.new_service(folder=tiny.folder, area="leisure", name="skate_park", archetype="permit", owner="youth_office")
    assert api.load(folder=tiny.folder).services["skate_park"].owner == "youth_office"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "Skate Park"}, "'Skate Park' is not a name"),
        ({"area": "../leisure"}, r"'\.\./leisure' is not a name"),
        ({"archetype": "gift"}, "no archetype 'gift' one of benefit"),
        ({"owner": "nobody"}, "no agency 'nobody' one of clinic"),
        ({"name": "child_allowance"}, "child_allowance exists already in family"),
    ],
)
def test_the_scaffold_refuses_what_would_not_pass(tiny: CityCopy, changed: dict[str, str], says: str) -> None:
    wanted = {"area": "leisure", "name": "skate_park", "archetype": "permit", **changed}
    with pytest.raises(BadInput, match=says):
        api.new_service(folder=tiny.folder, **wanted)
    assert tiny.problems() == []


def test_the_scaffold_never_writes_over_a_service_that_is_being_written(tiny: CityCopy) -> None:
    tiny.change("services/family/child_allowance/service.yaml", "archetype: benefit", "archetype: [benefit")
    before = (tiny.folder / "services/family/child_allowance/service.yaml").read_text()
    with pytest.raises(BadInput, match="exists already"):
        api.new_service(folder=tiny.folder, area="family", name="child_allowance", archetype="benefit")
    assert (tiny.folder / "services/family/child_allowance/service.yaml").read_text() == before


def test_a_city_without_agencies_names_one_first(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no agency to own a service"):
        api.new_service(folder=EMPTY, area="leisure", name="skate_park", archetype="permit")
    with pytest.raises(BadInput, match="holds no city"):
        api.new_service(folder=tmp_path, area="leisure", name="skate_park", archetype="permit")


@pytest.mark.django_db
def test_a_new_folder_is_a_service_that_a_resident_can_use(tiny: CityCopy, engines: None) -> None:
    api.new_service(folder=tiny.folder, area="leisure", name="skate_park", archetype="permit")
    service = "services/leisure/skate_park/service.yaml"
    tiny.change(service, "by: agency", "by: automatic")
    tiny.install()
    resident = parties.create(identifiers={"resident_number": "7"})
    (due,) = dues.assess(people=[resident], services=["skate_park"], purpose="a test", reader=CLERK)
    assert due.verdict is Verdict.DUE
    case = applications.apply(
        service="skate_park", subject_id=resident, applicant_id=resident, key="k", by=str(resident), data={}
    )
    assert (case.phase, case.status, case.owner) == (Phase.APPROVED, "granted", "clinic")
    (fact,) = facts.read(people=[resident], names=["skate_park_granted"], purpose="a test", reader=CLERK)
    assert fact.value is True
