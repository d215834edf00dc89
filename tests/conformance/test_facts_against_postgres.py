"""Derived facts of random families, computed a second time in plain PostgreSQL from their definitions.

The oracle knows nothing of the engine: it takes what was said of each person and says in SQL what an age is, what silence of a
register means, what a strict aggregate is, and when a relation is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader, Vocabulary
from gorod.records.registers.api import stored_form
from tests.conformance.families import NAMES, STATED, VOCABULARY, Person, days, enter, families

pytestmark = pytest.mark.django_db
FAR = [name for name in NAMES if VOCABULARY.facts[name].relation] + ["needs_help"]
READER = Reader(kind="platform", name="oracle")

_ORACLE = """
WITH said (person, fact, has_row, number, code, disputed) AS (VALUES {said}),
link (person, kind, other) AS (VALUES {links}),
today (day) AS (VALUES (date '{as_of}')),
known AS (
    SELECT person, fact, has_row, CASE WHEN NOT disputed THEN number END AS number,
           CASE WHEN NOT disputed THEN code END AS code, disputed
    FROM said
),
stated AS (
    SELECT b.person,
           date '1970-01-01' + b.number::int AS birth_date,
           i.number AS income,
           CASE WHEN r.has_row OR r.disputed THEN r.number <> 0 ELSE false END AS registered,
           e.number <> 0 AS employed,
           CASE WHEN s.has_row OR s.disputed THEN s.code ELSE 'none' END AS status
    FROM known b JOIN known i USING (person) JOIN known r USING (person) JOIN known e USING (person)
         JOIN known s USING (person)
    WHERE b.fact = 'birth_date' AND i.fact = 'income' AND r.fact = 'registered' AND e.fact = 'employed'
          AND s.fact = 'status'
),
-- the nth birthday (or monthly return of the birth) has come; it is the last day of a month that is too short; nobody is over 40
aged AS (
    SELECT s.*,
           (SELECT max(n) FROM generate_series(0, 40) n
            WHERE (birth_date + make_interval(years => n))::date <= day)::bigint AS age_years,
           (SELECT max(n) FROM generate_series(0, 480) n
            WHERE (birth_date + make_interval(months => n))::date <= day)::bigint AS age_months,
           CASE WHEN birth_date <= day THEN (day - birth_date)::bigint END AS age_days
    FROM stated s, today
),
own AS (
    SELECT *, registered AND status <> 'ii' AS settled,
           income < 20 OR (status IN ('i', 'ii') AND NOT employed) AS poor,
           age_years >= 18 AS adult
    FROM aged
),
mother AS (SELECT person, other FROM link WHERE kind = 'mother'),
father AS (SELECT person, other FROM link WHERE kind = 'father'),
spouse AS (SELECT person, other FROM link WHERE kind = 'spouse'),
child AS (SELECT person, other FROM link WHERE kind = 'children' AND other IS NOT NULL),
ward AS (SELECT person, other FROM link WHERE kind = 'wards'),
over_children AS (
    SELECT o.person,
           count(c.other) AS children_count,
           CASE WHEN count(c.other) = count(x.income) THEN coalesce(sum(x.income), 0)::bigint END AS children_income,
           CASE WHEN count(c.other) = count(x.age_years) THEN min(x.age_years) END AS youngest_age,
           CASE WHEN count(c.other) = count(x.birth_date) THEN max(x.birth_date) END AS last_birth,
           CASE WHEN count(c.other) = 0 THEN 7
                WHEN count(c.other) = count(x.income) THEN max(x.income) END AS dearest_child,
           CASE WHEN count(c.other) = 0 THEN false
                WHEN count(c.other) = count(x.employed) THEN bool_or(x.employed) END AS some_child_employed,
           CASE WHEN count(c.other) = 0 THEN true
                WHEN count(c.other) = count(x.settled) THEN bool_and(x.settled) END AS all_children_settled
    FROM own o LEFT JOIN child c ON c.person = o.person LEFT JOIN own x ON x.person = c.other
    GROUP BY o.person
),
-- no row about wards at all: nobody knows whether there are any
over_wards AS (
    SELECT w.person,
           count(w.other) AS wards_count,
           CASE WHEN count(w.other) = 0 THEN 5
                WHEN count(w.other) = count(x.income) THEN sum(x.income)::bigint END AS wards_income
    FROM ward w LEFT JOIN own x ON x.person = w.other GROUP BY w.person
),
both_parents_known AS (SELECT person FROM mother INTERSECT SELECT person FROM father),
parent AS (
    SELECT person, other FROM mother WHERE other IS NOT NULL UNION SELECT person, other FROM father WHERE other IS NOT NULL
),
over_parents AS (
    SELECT b.person,
           CASE WHEN count(p.other) = count(x.income) THEN coalesce(sum(x.income), 0)::bigint END AS parents_income
    FROM both_parents_known b LEFT JOIN parent p ON p.person = b.person LEFT JOIN own x ON x.person = p.other
    GROUP BY b.person
),
-- who has no mother has no grandparents on her side; of a mother both parents must be known
over_grandparents AS (
    SELECT m.person, count(DISTINCT p.other) AS grandparents_count
    FROM mother m LEFT JOIN parent p ON p.person = m.other
    WHERE m.other IS NULL OR m.other IN (SELECT person FROM both_parents_known) GROUP BY m.person
),
mothers_child AS (SELECT m.person, c.other FROM mother m JOIN child c ON c.person = m.other),
over_siblings AS (
    SELECT m.person,
           CASE WHEN count(c.other) = count(x.adult) THEN count(*) FILTER (WHERE x.adult) END AS grown_siblings
    FROM mother m LEFT JOIN mothers_child c ON c.person = m.person LEFT JOIN own x ON x.person = c.other
    GROUP BY m.person
),
near AS (
    SELECT person, person AS other FROM own
    UNION SELECT person, other FROM parent
    UNION SELECT p.person, c.other FROM parent p JOIN child c ON c.person = p.other
),
judged AS (
    SELECT n.person, n.other, x.income, x.employed, x.age_years < 18 OR oc.children_count > 0 AS belongs
    FROM near n JOIN own x ON x.person = n.other JOIN over_children oc ON oc.person = n.other
),
household_known AS (
    SELECT person FROM both_parents_known EXCEPT SELECT person FROM judged WHERE belongs IS NULL
),
over_household AS (
    SELECT h.person,
           count(j.other) AS household_size,
           CASE WHEN count(j.other) = count(j.income) THEN coalesce(sum(j.income), 0)::bigint END AS household_income,
           CASE WHEN count(j.other) = 0 THEN false
                WHEN count(j.other) = count(j.employed) THEN bool_and(j.employed) END AS household_works
    FROM household_known h LEFT JOIN judged j ON j.person = h.person AND j.belongs GROUP BY h.person
),
via_mother AS (
    SELECT m.person,
           x.age_years AS mother_age_years,
           x.settled AS mother_settled,
           CASE WHEN m.other IS NULL THEN 0 ELSE x.income END AS mother_income,
           CASE WHEN m.other IS NULL THEN 0 ELSE h.household_income END AS mother_household_income
    FROM mother m LEFT JOIN own x ON x.person = m.other LEFT JOIN over_household h ON h.person = m.other
),
via_grandmother AS (
    SELECT m.person, CASE WHEN m.other IS NULL THEN -1 ELSE v.mother_income END AS grandmother_income
    FROM mother m LEFT JOIN via_mother v ON v.person = m.other
),
via_father AS (
    SELECT f.person,
           CASE WHEN f.other IS NULL THEN false ELSE x.registered END AS father_registered,
           CASE WHEN f.other IS NULL THEN 'none' ELSE x.status END AS father_status
    FROM father f LEFT JOIN own x ON x.person = f.other
),
-- the register of marriages is complete: no row means no spouse
via_spouse AS (
    SELECT o.person, CASE WHEN s.other IS NULL THEN false ELSE x.employed END AS spouse_employed
    FROM own o LEFT JOIN spouse s ON s.person = o.person LEFT JOIN own x ON x.person = s.other
),
wide AS (
    SELECT * FROM own LEFT JOIN over_children USING (person) LEFT JOIN over_wards USING (person)
         LEFT JOIN over_parents USING (person) LEFT JOIN over_siblings USING (person) LEFT JOIN over_grandparents USING (person)
         LEFT JOIN over_household USING (person) LEFT JOIN via_mother USING (person)
         LEFT JOIN via_grandmother USING (person) LEFT JOIN via_father USING (person)
         LEFT JOIN via_spouse USING (person)
)
SELECT *, household_income < household_size * 15 AND children_count > 0 AS needs_help FROM wide ORDER BY person
"""


@pytest.fixture(autouse=True)
def _vocabulary() -> Iterator[None]:
    facts.configure(vocabulary=VOCABULARY)
    yield
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


def in_postgres(family: list[Person], as_of: date) -> list[dict[str, Any]]:
    """Every fact of every person of a family, as PostgreSQL works it out from what was said."""
    said: list[str] = []
    links = ["(NULL::int, NULL::text, NULL::int)"]
    for i, person in enumerate(family):
        for name in STATED:
            number, code = stored_form(person.said.get(name))
            said.append(
                f"({i}, '{name}', {name in person.said}, {'NULL' if number is None else number}::bigint,"
                f" {'NULL' if code is None else repr(code)}::text, {name in person.disputed})"
            )
        for kind, others in person.links.items():
            links += [f"({i}, '{kind}', {other})" for other in others] or [f"({i}, '{kind}', NULL)"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # compiling costs more than a family of six
        cursor.execute(_ORACLE.format(said=", ".join(said), links=", ".join(links), as_of=as_of.isoformat()))
        assert cursor.description is not None
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(family=families(), as_of=days)
def test_derived_facts_are_those_of_plain_sql(family: list[Person], as_of: date) -> None:
    ids = enter(family)
    expected = in_postgres(family, as_of)
    found = facts.frame(people=ids, names=NAMES, purpose="the oracle", reader=READER, as_of=as_of).frame
    assert found.get_column("party_id").to_list() == [str(person) for person in ids]
    for place, row in enumerate(found.iter_rows(named=True)):
        del row["party_id"]
        assert row == {name: expected[place][name] for name in NAMES}, place


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(family=families(), as_of=days, names=st.sets(st.sampled_from(FAR), min_size=1, max_size=2))
def test_one_person_and_a_few_names_alone_give_the_same(family: list[Person], as_of: date, names: set[str]) -> None:
    """Whose facts are fetched follows from the names: a person too few would make a known answer unknown."""
    ids = enter(family)
    expected = in_postgres(family, as_of)
    for place, person in enumerate(ids):
        found = facts.frame(people=[person], names=names, purpose="the oracle", reader=READER, as_of=as_of).frame
        (row,) = found.iter_rows(named=True)
        assert row == {"party_id": str(person), **{name: expected[place][name] for name in names}}, place
