"""What a caller reads when the fault is ours."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError, connection

from gorod.faces.api.problems import answer, translate


@pytest.mark.django_db(transaction=True)
def test_two_requests_in_each_others_way_are_no_outage() -> None:
    parameters = connection.get_connection_params()
    with psycopg.connect(
        **{k: parameters[k] for k in ("host", "port", "user", "dbname", "password") if k in parameters}
    ) as other:
        other.execute("SELECT pg_advisory_xact_lock(1)")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10ms'")
            with pytest.raises(OperationalError) as caught:
                cursor.execute("SELECT pg_advisory_xact_lock(1)")
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    problem = translate(caught.value)
    assert (problem.status, problem.detail) == (503, "another request changed the same rows at this moment")
    assert answer(problem)["Retry-After"] == "5"


def test_a_database_that_is_away_is_said_so_and_what_nobody_expected_says_nothing_of_itself() -> None:
    assert translate(OperationalError("connection refused")).detail == "the database cannot be reached"
    assert "secret" not in translate(RuntimeError("a secret")).detail
