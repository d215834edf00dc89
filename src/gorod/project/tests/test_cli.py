"""The command line as a newcomer, a clerk and an operator use it."""

from __future__ import annotations

import asyncio
import shutil
import sys
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from gorod.engines.intake import api as intake
from gorod.engines.offers import api as offers
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.api.tests.factories import TINY, Agency, birth, event, install, person, resident
from gorod.kernel import clock as city_clock
from gorod.kernel.errors import Refused
from gorod.project import clock, environment, jobs
from gorod.project.cli import main
from gorod.project.commands.docs import pages
from gorod.records.facts import api as facts
from gorod.records.installation import api as installation
from gorod.records.parties import api as parties
from gorod.records.snapshots import api as snapshots

MOSCOW = environment.PROJECT / "cities" / "moscow"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOROD_CITY", str(TINY))
    monkeypatch.setenv("GOROD_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    install()


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("run", "demo", "check", "new", "event", "dues", "case", "load", "worker"):
        assert command in shown


def test_a_right_city_passes_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "0 errors" in capsys.readouterr().out


def test_a_wrong_city_fails_with_file_line_and_remedy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    city = tmp_path / "tiny"
    shutil.copytree(TINY, city)
    service = city / "services" / "family" / "child_allowance" / "service.yaml"
    service.write_text(service.read_text().replace("age_years < 18", "age_yeers < 18"))
    assert main(["check", str(city)]) == 1
    shown = capsys.readouterr().out
    line = service.read_text().splitlines().index("  young: age_yeers < 18") + 1
    assert f"services/family/child_allowance/service.yaml:{line}:" in shown
    assert "did you mean age_years?" in shown


WRONG_STORIES = [
    ("counter: service_centre", "counter: kiosk", "demo.yaml:{}: no agency is called 'kiosk'"),
    ("life_event: birth", "life_event: moon", "demo.yaml:{}: no life event is called 'moon'"),
    ("relation: spouse", "relation: neighbour", "demo.yaml:{}: no relation is called 'neighbour'"),
    ("unknown: [monthly_income]", "unknown: [shoe_size]", "demo.yaml:{}: no fact is called 'shoe_size'"),
    ("where: age_years >= 25", "where: age_yeers >= 25", "demo.yaml:{}: "),
    ("type: birth.notified", "type: birth.imagined", "demo.yaml:{}: no event type is called 'birth.imagined'"),
    ("who: father", "who: aunt", "demo.yaml:{}: nobody in the story is called 'aunt'"),
    ("decline: [newborn", "decline: [infant", "demo.yaml:{}: no service is called 'infant_health_calendar'"),
    ("en: She confirms the", "fr: She confirms the", "demo.yaml:{}: nothing is said in en"),
    ("sender: civil_registry", "sender: health", "adapters/opencrvs.yaml:{}: sender: no agency health sends"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "says"), WRONG_STORIES)
def test_files_that_belong_to_faces_are_judged_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, old: str, new: str, says: str
) -> None:
    city = tmp_path / "moscow"
    shutil.copytree(MOSCOW, city)
    path = city / says.split(":")[0]
    path.write_text(path.read_text().replace(old, new, 1))
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if new in text)
    assert main(["check", str(city)]) == 1
    assert says.format(line) in capsys.readouterr().out


def test_the_committed_reference_is_the_generated_one() -> None:
    folder = environment.PROJECT / "docs" / "reference"
    generated = pages()
    for name, text in generated.items():
        path = folder / name
        assert path.exists() and path.read_text(encoding="utf-8") == text, (
            f"docs/reference/{name} is old: run gorod docs"
        )
    stale = {path.relative_to(folder).as_posix() for path in (folder / "schemas").glob("*")} - generated.keys()
    assert stale == set(), "run gorod docs"


def test_a_new_service_is_right_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    city = tmp_path / "tiny"
    shutil.copytree(TINY, city)
    words = ["new", "service", "culture/concert_ticket", "--archetype", "certificate", "--city", str(city)]
    assert main(words) == 0
    assert main(["check", str(city)]) == 0
    assert main(words) == 1, "it exists already"
    assert "exists already" in capsys.readouterr().err


def test_wrong_words_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert main(["new", "service", "no_area"]) == 1
    assert "write area/name" in capsys.readouterr().err


def test_looking_at_dues_is_recorded_with_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    party_id = resident("M1")
    assert main(["dues", "resident_number:M1", "--purpose", "a call to the hotline"]) == 0
    assert "Parents" in capsys.readouterr().out
    log = facts.access_log(party_id=party_id)
    assert (log[0].reader.kind, log[0].purpose) == ("official", "a call to the hotline")


def test_a_clerk_names_the_person_of_a_parked_event(capsys: pytest.CaptureFixture[str]) -> None:
    resident("M1")
    parked = Agency("registry_office").send(event("death.recorded", {"resident": person("?"), "died_on": "2026-01-01"}))
    event_id = parked.json()["event"]
    assert main(["event", "list"]) == 0
    assert event_id in capsys.readouterr().out
    assert main(["event", "resolve", event_id, "--person", "resident=resident_number:M1"]) == 0
    assert "accepted" in capsys.readouterr().out
    assert intake.parked() == []
    assert main(["event", "retract", event_id, "--reason", "another person"]) == 0
    assert main(["event", "show", event_id]) == 0
    assert "retracted" in capsys.readouterr().out


def test_an_event_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["event", "replay", "01a20e2b-3c89-775a-a022-e5d04e69fee4"]) == 1
    assert "no event" in capsys.readouterr().err


def test_a_case_shows_its_life(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "2026-0000001-1"]) == 1
    assert "no case" in capsys.readouterr().err


def test_a_client_gets_a_secret_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", "register", "clinic"]) == 0
    assert "client secret" in capsys.readouterr().out
    assert main(["client", "register", "circus"]) == 1


def test_an_agency_is_called_only_at_an_address_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", "webhook", "clinic", "http://somewhere.example/hook"]) == 1
    assert main(["client", "webhook", "clinic", "https://somewhere.example/hook"]) == 0
    assert "whsec_" in capsys.readouterr().out


def test_only_the_clock_of_a_made_up_city_moves() -> None:
    with pytest.raises(Refused, match="real city"):
        clock.move(by=timedelta(days=1))
    installation.found(city="tiny", synthetic=True)
    before = city_clock.today()
    try:
        clock.follow()
        clock.move(by=timedelta(days=30))
        assert (city_clock.today() - before).days == 30
        with pytest.raises(Refused, match="forward"):
            clock.move(by=timedelta(days=-1))
    finally:
        city_clock.configure(offset=timedelta)


@pytest.mark.slow
def test_a_made_up_city_is_examined_without_a_database(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main(["sweep", "--again"]) == 1
    assert "no snapshot has been taken" in capsys.readouterr().err
    monkeypatch.setenv("GOROD_CITY", str(MOSCOW))
    try:
        assert main(["synth", "--residents", "500"]) == 0
        assert "500 made-up residents" in capsys.readouterr().out
        for _ in range(2):
            assert main(["sweep", "--again"]) == 0
            shown = capsys.readouterr().out
            assert "21 services × 500 residents" in shown and "targeted_social_aid" in shown
            assert "They are made up: nothing follows." in shown
        assert not ProcrastinateJob.objects.exists()
        (taken,) = snapshots.snapshots(folder=tmp_path / "snapshots")
        assert taken.made_up
        assert main(["synth", "--residents", "20", "--to", str(tmp_path / "files")]) == 0
        assert len(list((tmp_path / "files" / "000").glob("*.parquet"))) == 4
    finally:
        install()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_follows_from_a_sweep_of_real_people_is_said_and_deferred_once(capsys: pytest.CaptureFixture[str]) -> None:
    resident("M1")
    assert main(["sweep"]) == 0
    assert "There is no sweep to compare with" in capsys.readouterr().out
    resident("M2")
    assert main(["sweep", "--only-look"]) == 0
    assert "Only looked: nothing follows." in capsys.readouterr().out
    assert not ProcrastinateJob.objects.filter(task_name="offers.batch").exists()
    assert main(["sweep", "--again"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "for 1 people in 1 batches of the workers: 2 newly due" in shown, "only looking is not following"
    run_jobs()
    last = offers.last_following()
    assert last is not None and last.done == 1


@pytest.mark.parametrize("code", [0, 3])
def test_the_sweep_of_the_night_is_a_process_whose_end_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    told = f"import sys; print('as told:', sys.argv[1]); sys.exit({code})"
    monkeypatch.setattr(jobs, "gorod_command", lambda *words: [sys.executable, "-c", told, *words])
    monkeypatch.setattr(parties, "residents_count", lambda: 0)
    asyncio.run(jobs.sweep(timestamp=0))
    assert not (tmp_path / "logs").exists(), "nobody lives there"
    monkeypatch.setattr(parties, "residents_count", lambda: 1)
    with pytest.raises(Refused, match="ended with 3") if code else nullcontext():
        asyncio.run(jobs.sweep(timestamp=0))
    assert (tmp_path / "logs" / "sweep.log").read_text() == "as told: sweep\n"


def test_a_birth_can_be_followed_by_its_case(capsys: pytest.CaptureFixture[str]) -> None:
    resident("M1")
    receipt = Agency("registry_office").send(birth(other_parent=None)).json()
    assert main(["event", "show", receipt["event"]]) == 0
    assert "mother" in capsys.readouterr().out
