"""Problems as pages."""

from __future__ import annotations

from django.db import OperationalError
from django.test import RequestFactory

from gorod.faces.api.tests.factories import install
from gorod.kernel.errors import NotFound
from gorod.project.problems import page_of_error


def test_a_form_that_meets_a_database_that_is_away_is_given_back(rf: RequestFactory) -> None:
    install()
    ours = {"Sec-Fetch-Site": "same-origin"}
    request = rf.post("/en/form/", {"why": "a cough", "csrfmiddlewaretoken": "t"}, headers=ours)
    answer = page_of_error(request, OperationalError("away"))
    assert answer is not None and answer.status_code == 503
    said = answer.content.decode()
    assert "a cough" in said and "Send it again" in said


def test_a_form_that_is_refused_for_another_reason_is_not(rf: RequestFactory) -> None:
    install()
    answer = page_of_error(rf.post("/en/form/", {"why": "a cough"}), NotFound("gone"))
    assert answer is not None and answer.status_code == 404
    assert "a cough" not in answer.content.decode()
