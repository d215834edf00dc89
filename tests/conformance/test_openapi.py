"""The machine API keeps its own word: a valid OpenAPI 3.1 description, and no request that it describes makes it fail."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.api.tests.factories import COUNTER, Agency, born, install, resident

HOST = "http://testserver"
EXAMPLES = 12
OPERATIONS = 25  # the fewest that the API has: a walk that finds none would pass everything


@pytest.fixture
def description(db: None) -> dict[str, Any]:
    install()
    answer: dict[str, Any] = Browser().get("/api/openapi.json").json()
    return answer


def test_the_description_is_valid(description: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(description).validate()


def test_every_operation_says_what_it_does(description: dict[str, Any]) -> None:
    found = [operation for path in description["paths"].values() for operation in path.values()]
    assert len(found) >= OPERATIONS
    assert [o["operationId"] for o in found if not o.get("summary") or not o.get("description")] == []


@pytest.mark.slow
def test_no_described_request_makes_it_fail(description: dict[str, Any]) -> None:
    """Random requests as the description allows them, and as it does not: never a 5xx, and every error is a problem."""
    mother = resident("M1", yearly_income=1_000_000)
    resident("P1")
    born()
    token = Agency(COUNTER).token
    seen: Counter[int] = Counter()
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        fuzz(found.ok(), token=token, known=str(mother), seen=seen)
    run_jobs()
    assert sum(seen.values()) >= OPERATIONS * EXAMPLES / 2
    assert {200, 400, 404} <= seen.keys(), f"the requests reach into the operations: {seen}"


def fuzz(operation: Any, *, token: str, known: str, seen: Counter[int]) -> None:
    """Send random requests to one operation; half of those about a resident are about one that exists."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), exists=st.booleans())
    def send(case: Any, exists: bool) -> None:
        if exists and "resident" in (case.path_parameters or {}):
            case.path_parameters["resident"] = known
        sent = case.as_transport_kwargs(base_url=HOST)
        headers = {name: str(value) for name, value in (sent.get("headers") or {}).items()}
        answer = Browser().generic(
            sent["method"],
            sent["url"].removeprefix(HOST),
            body_of(sent),
            content_type=headers.pop("Content-Type", "application/json"),
            headers={**headers, "authorization": f"Bearer {token}"},
            query_params=sent.get("params") or None,
        )
        seen[answer.status_code] += 1
        assert answer.status_code < 500, (sent, answer.content)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert {"type", "title", "status", "detail", "remedy"} <= answer.json().keys()

    send()


def body_of(sent: dict[str, Any]) -> bytes:
    if "json" in sent:
        return json.dumps(sent["json"]).encode()
    data = sent.get("data") or b""
    return data if isinstance(data, bytes) else str(data).encode(errors="surrogatepass")
