"""A made-up city as a whole: the same by seed, as the profile says, in Parquet and in PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from django.db import IntegrityError

from gorod.kernel.errors import BadInput
from gorod.kernel.periods import years_between
from gorod.records.facts import api as facts
from gorod.records.facts.data import Vocabulary
from gorod.records.facts.tests.factories import READER, VOCABULARY
from gorod.records.parties import api as parties
from gorod.records.synthetic import api
from gorod.records.synthetic.data import Kin, Population, Profile, Related, Scheme, Stated, Trait
from gorod.records.synthetic.tests.factories import PROFILE, TODAY, both, pairs, related, stated

SIZE = 30_000


@pytest.fixture(scope="module")
def town() -> Population:
    return api.generate(profile=PROFILE, residents=SIZE, seed=3, as_of=TODAY)


@pytest.fixture(scope="module")
def age(town: Population) -> dict[str, int]:
    rows = stated(town, "born").iter_rows()
    return {person: years_between(date(1970, 1, 1) + timedelta(days=day), TODAY) for person, day in rows}


def written(folder: Path, *, seed: int = 5, residents: int = 2000, as_of: date = TODAY) -> list[str]:
    made = api.generate(profile=PROFILE, residents=residents, seed=seed, as_of=as_of)
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in api.write(population=made, folder=folder)]


def test_the_same_seed_size_and_date_give_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path / "first")
    assert written(tmp_path / "second") == first
    assert not set(written(tmp_path / "seed", seed=6)) & set(first)
    assert not set(written(tmp_path / "size", residents=2001)) & set(first)


def test_a_city_made_up_in_parts_is_one_city(tmp_path: Path) -> None:
    made = list(api.parts(profile=PROFILE, residents=2500, seed=5, as_of=TODAY, part=1000))
    assert [part.residents.height for part in made] == [1000, 1000, 500]
    ids = pl.concat(part.residents["party_id"] for part in made)
    assert ids.n_unique() == 2500 and ids.is_sorted()
    numbers = pl.concat(part.identifiers for part in made).select("scheme", "value")
    assert numbers.is_duplicated().sum() == 0
    births = [stated(part, "born").get_column("value").to_list() for part in made]
    assert births[0][:500] != births[1][:500] != births[2], "another part is other people"
    api.write(population=made[1], folder=tmp_path)
    assert pl.read_parquet(tmp_path / "statements.parquet").equals(made[1].statements)


def test_the_rows_of_one_person_stand_together(town: Population) -> None:
    for frame in (town.statements, town.relations):
        assert frame["party_id"].rle().len() == frame["party_id"].n_unique()


def test_parquet_holds_what_was_generated(tmp_path: Path, town: Population) -> None:
    for path in api.write(population=town, folder=tmp_path / "new" / "folder"):
        assert pl.read_parquet(path).equals(getattr(town, path.stem))


@pytest.mark.parametrize(("residents", "seed"), [(0, 1), (-5, 1), (10, -1)])
def test_a_city_that_cannot_be_is_refused(residents: int, seed: int) -> None:
    with pytest.raises(BadInput, match="at least 1 resident"):
        api.generate(profile=PROFILE, residents=residents, seed=seed, as_of=TODAY)


def test_a_scheme_with_fewer_numbers_than_people_is_refused() -> None:
    small = replace(PROFILE, identifiers=(Scheme(scheme="badge", digits=2, least=50),))
    with pytest.raises(BadInput, match="badge has 50 numbers, too few for 51 people"):
        api.generate(profile=small, residents=51, seed=1, as_of=TODAY)
    made = api.generate(profile=small, residents=50, seed=1, as_of=TODAY)
    assert sorted(made.identifiers["value"]) == [str(number) for number in range(50, 100)]


def close(found: float, wanted: float, people: int) -> bool:
    """Within four standard deviations of a share among that many people."""
    return abs(found - wanted) < 4 * (wanted * (1 - wanted) / people) ** 0.5


def test_the_age_pyramid_is_that_of_the_profile(age: dict[str, int]) -> None:
    starts = [band.age_from for band in PROFILE.ages]
    for band, end in zip(PROFILE.ages, [*starts[1:], 200], strict=True):
        found = sum(band.age_from <= years < end for years in age.values()) / SIZE
        assert abs(found - band.women - band.men) < 0.012, band


def test_mothers_have_as_many_children_as_the_profile_says(town: Population) -> None:
    count = related(town, "mother").group_by("other").len()["len"]
    for number, share in PROFILE.families.children_per_mother.items():
        assert close((count == number).sum() / count.len(), share, count.len()), number


def test_fathers_are_known_unknown_or_none_as_the_profile_says(town: Population) -> None:
    children = related(town, "mother").join(related(town, "father"), on="person", how="left", suffix="_father")
    of_mother = children.join(related(town, "father").with_columns(told=True), on="person", how="left")
    mothers = of_mother.group_by("other").agg(
        none=(pl.col("told") & pl.col("other_father").is_null()).any(), unknown=pl.col("told").is_null().any()
    )
    assert close(mothers["none"].sum() / mothers.height, PROFILE.families.father_none, mothers.height)
    unknown = mothers["unknown"].sum() / mothers.height
    # a few are unknown because nobody of a fitting age was left
    assert PROFILE.families.father_unknown - 0.01 < unknown < PROFILE.families.father_unknown + 0.03


def test_registers_miss_incomes_as_the_profile_says(town: Population, age: dict[str, int]) -> None:
    dead = set(stated(town, "dead")["person"])
    told = set(stated(town, "income")["person"])
    assert not [person for person in told if age[person] < 18]
    works = dict(stated(town, "works").iter_rows())
    pension = set(stated(town, "pension")["person"])
    leave = {mother for mother, child in pairs(related(town, "children")) if age[child] < 2}
    employed = [p for p, yes in works.items() if yes and p not in leave]
    missing = sum(person not in told for person in employed) / len(employed)
    assert close(missing, PROFILE.work.income_employed.missing, len(employed))
    neither = [p for p, yes in works.items() if not yes and p not in leave and p not in pension]
    missing = sum(person not in told for person in neither) / len(neither)
    assert close(missing, PROFILE.work.income_neither.missing, len(neither))
    grown_up = [person for person, years in age.items() if years >= 18 and person not in dead]
    assert close(1 - len(works) / len(grown_up), PROFILE.work.employed_missing, len(grown_up))


def test_incomes_follow_the_quantiles(town: Population) -> None:
    works = stated(town, "works").filter(pl.col("value") == 1)
    income = stated(town, "income").join(works, on="person", how="semi")["value"]
    median = income.median()
    assert isinstance(median, float)
    assert abs(median - 9_000_000) < 300_000
    assert (income % 100 == 0).all()
    assert income.min() >= 0  # type: ignore[operator]
    assert income.max() <= 90_000_000  # type: ignore[operator]


def test_homes_are_spread_over_the_districts(town: Population) -> None:
    rows = stated(town, "area")
    north = (rows["value"] == "north").sum() / rows.height
    assert abs(north - 0.75) < 0.02
    assert set(stated(town, "registered")["person"]) == set(rows["person"]) == set(stated(town, "house")["person"])
    assert set(stated(town, "hidden")["person"]) <= set(rows["person"])


def test_large_families_have_the_children(town: Population, age: dict[str, int]) -> None:
    dead = set(stated(town, "dead")["person"])
    minors: dict[str, int] = {}
    for parent, child in pairs(related(town, "children")):
        minors[parent] = minors.get(parent, 0) + (age[child] < 18 and child not in dead)
    large = set(stated(town, "large")["person"])
    assert large <= {parent for parent, number in minors.items() if number >= 3}
    registered = set(stated(town, "registered")["person"])
    entitled = {parent for parent, number in minors.items() if number >= 3} & registered - dead
    assert len(large) / len(entitled) > 0.8


def test_a_row_is_written_only_where_silence_would_say_something_else(town: Population) -> None:
    for fact in ("registered", "pension", "at_school", "dead", "large", "hidden"):
        assert set(stated(town, fact)["value"]) == {1}
    assert set(stated(town, "works")["value"]) == {0, 1}
    silence_says_nothing = {
        Trait.PENSIONER: Stated(fact="pension", owner="fund"),
        Trait.DECEASED: Stated(fact="dead", owner="registry"),
    }
    made = api.generate(profile=replace(PROFILE, facts=silence_says_nothing), residents=500, seed=1, as_of=TODAY)
    assert set(made.statements["fact"]) == {"pension", "dead"}
    dead = stated(made, "dead")
    assert dead.height == 500
    pension = stated(made, "pension")
    assert set(pension["value"]) == {0, 1}
    assert set(pension["person"]) == set(dead.filter(pl.col("value") == 0)["person"])


def test_a_city_may_name_no_fact_and_no_relation() -> None:
    bare = replace(PROFILE, facts={}, relations={}, identifiers=())
    made = api.generate(profile=bare, residents=20, seed=1, as_of=TODAY)
    assert (made.residents.height, made.statements.height, made.relations.height) == (20, 0, 0)
    assert made.identifiers.is_empty()


def test_pension_numbers_end_with_their_control_number(town: Population) -> None:
    """The rule as the fund words it: up to 99 as it is; 100 and 101 are 00; beyond, the rest by 101 under the same rule."""
    numbers = town.identifiers.filter(pl.col("scheme") == "fund_number")["value"].to_list()
    for number in numbers:
        total = sum(int(digit) * weight for digit, weight in zip(number[:9], range(9, 0, -1), strict=True))
        rest = total % 101 if total > 101 else total
        assert int(number[9:]) == (rest if rest < 100 else 0)
        assert number >= "9"
    assert any(number.endswith("00") for number in numbers)


def test_tax_numbers_end_with_two_control_digits(town: Population) -> None:
    for number in town.identifiers.filter(pl.col("scheme") == "tax_number")["value"]:
        digits = [int(digit) for digit in number]
        assert len(digits) == 12
        assert digits[10] == sum(d * w for d, w in zip(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8], strict=False)) % 11 % 10
        assert (
            digits[11] == sum(d * w for d, w in zip(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], strict=False)) % 11 % 10
        )


def test_only_those_of_age_carry_a_passport(town: Population, age: dict[str, int]) -> None:
    carriers = set(town.identifiers.filter(pl.col("scheme") == "passport")["party_id"])
    assert carriers == {person for person, years in age.items() if years >= 14}


@pytest.mark.parametrize("as_of", [date(2026, 2, 28), date(2024, 2, 28), date(2024, 2, 29), date(2025, 3, 31)])
def test_ages_are_counted_as_the_kernel_counts_them(as_of: date) -> None:
    """On 28 February too, when those born on 29 February turn a year older."""
    ages = (both(11, 0.5), both(17, 0.0))
    made = api.generate(profile=replace(PROFILE, ages=ages), residents=9000, seed=1, as_of=as_of)
    born = {person: date(1970, 1, 1) + timedelta(days=day) for person, day in stated(made, "born").iter_rows()}
    carriers = set(made.identifiers.filter(pl.col("scheme") == "passport")["party_id"])
    assert carriers == {person for person, day in born.items() if years_between(day, as_of) >= 14}
    assert any((day.month, day.day) == (2, 29) for day in born.values())


@pytest.fixture
def vocabulary() -> Iterator[None]:
    facts.configure(vocabulary=VOCABULARY)
    yield
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


def of_the_small_vocabulary(profile: Profile) -> Profile:
    """The same people in the names of `records.facts.tests.factories`."""
    return replace(
        profile,
        facts={
            Trait.BIRTH_DATE: Stated(fact="birth_date", owner="registry"),
            Trait.MONTHLY_INCOME: Stated(fact="income", owner="registry"),
            Trait.REGISTERED: Stated(fact="registered", owner="registry", absent=False),
            Trait.DISABILITY: Stated(fact="status", owner="registry", absent="none"),
        },
        relations={
            Kin.MOTHER: Related(kind="mother", owner="registry"),
            Kin.FATHER: Related(kind="father", owner="registry"),
            Kin.CHILD: Related(kind="children", owner="registry"),
        },
    )


@pytest.mark.django_db
def test_the_facts_of_loaded_families_are_read_through_the_door(vocabulary: None) -> None:
    made = api.generate(profile=of_the_small_vocabulary(PROFILE), residents=500, seed=11, as_of=TODAY)
    counts = api.load(population=made)
    assert counts.residents == parties.residents_count(synthetic=True) == 500
    assert (counts.statements, counts.relations) == (made.statements.height, made.relations.height)
    registered = set(stated(made, "registered")["person"])
    born = dict(stated(made, "birth_date").iter_rows())
    mother = dict(related(made, "mother").iter_rows())
    siblings = related(made, "children").group_by("person").len()
    names = ["age_years", "mother_registered", "mother_age_years"]
    frame = facts.frame(people=list(map(UUID, mother)), names=names, purpose="a test", reader=READER, as_of=TODAY).frame
    assert frame.height == len(mother) > 50
    for person, years, mother_registered, mother_age in frame.select("party_id", *names).iter_rows():
        assert years == years_between(date(1970, 1, 1) + timedelta(days=born[person]), TODAY)
        assert mother_registered == (mother[person] in registered)
        assert mother_age >= years + 13
    parents = facts.frame(
        people=list(map(UUID, siblings["person"])),
        names=["children_count"],
        purpose="a test",
        reader=READER,
        as_of=TODAY,
    ).frame
    assert dict(parents.select("party_id", "children_count").iter_rows()) == dict(siblings.iter_rows())


@pytest.mark.django_db
def test_a_number_leads_to_the_person_who_carries_it() -> None:
    made = api.generate(profile=PROFILE, residents=60, seed=2, as_of=TODAY)
    api.load(population=made)
    person, scheme, value = made.identifiers.row(17)
    assert parties.match(identifiers={scheme: value}).one == UUID(person)


@pytest.mark.django_db
def test_names_arrive_as_they_are_written() -> None:
    strange = ('O"Neill, jr', "\\."), ("", "Ёлкина\nвторая строка")
    book = replace(PROFILE.names, surnames=strange, patronymics={})
    made = api.generate(profile=replace(PROFILE, names=book), residents=80, seed=2, as_of=TODAY)
    api.load(population=made)
    wanted = dict(made.residents.select("party_id", "family_name").iter_rows())
    found = parties.parties(party_ids=map(UUID, wanted))
    assert {str(key): party.names.family_name for key, party in found.items()} == wanted
    assert {party.names.patronymic for party in found.values()} == {""}
    assert set(wanted.values()) == {'O"Neill, jr', "\\.", "", "Ёлкина\nвторая строка"}


@pytest.mark.django_db(transaction=True)
def test_a_city_that_is_there_already_is_not_loaded_twice() -> None:
    made = api.generate(profile=PROFILE, residents=40, seed=2, as_of=TODAY)
    api.load(population=made)
    again = replace(
        made, residents=made.residents.with_columns(party_id=made.residents["party_id"].str.replace("^0", "1"))
    )
    with pytest.raises(IntegrityError):
        api.load(population=again)
    assert parties.residents_count() == 40
