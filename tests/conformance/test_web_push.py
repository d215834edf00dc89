"""A push as a browser gets it: decrypted by the npm package http_ece, its signature checked by Node.js."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from gorod.engines.messages import api as messages
from gorod.kernel.identifiers import new_id
from gorod.records.parties import api as parties
from tests.browser import tools

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

DAY_SECONDS = 24 * 3600


def test_a_push_says_nothing_but_its_language(settings: Any) -> None:
    settings.PUSH_PRIVATE = True
    settings.DEFAULT_FROM_EMAIL = "City <city@example.org>"
    service = tools.node("push_service.mjs")
    assert service.stdin is not None and service.stdout is not None
    subscription = json.loads(service.stdout.readline())
    anna = parties.create(language="ru")
    messages.add_device(party_id=anna, endpoint=subscription["endpoint"], language="de", **subscription["keys"])
    messages.tell(party_id=anna, key=str(new_id()), kind="approved", service="gift", values={"number": "2026-1"})
    assert messages.send_pushes() == 1
    told = json.loads(service.stdout.readline())
    service.stdin.close()
    service.wait()
    assert json.loads(told["text"]) == {"language": "de"}
    assert told["signed"] and told["key"] == messages.push_key()
    assert told["claims"]["sub"] == "mailto:city@example.org"
    assert told["claims"]["aud"] == "http://localhost"
    assert 0 < told["claims"]["exp"] - time.time() <= DAY_SECONDS, "RFC 8292, section 2: no more than 24 hours"
    assert {"cookie", "referer"}.isdisjoint(told["headers"])
