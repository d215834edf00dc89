"""Whom the browser tests need, found in a running city: `python -m tests.browser.people [--family] [--poor N]` prints JSON.

`--family`: one more mother and father with whom the city's demonstration could begin; /demo/ offers them from then on. `--poor`: N
residents to whom targeted social aid is due and who have applied for nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from gorod.project import start

AID = "targeted_social_aid"
PURPOSE = "finding somebody for a test"
AT_A_TIME = 500


def main() -> dict[str, Any]:
    """Those who are asked for, by role."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--family", action="store_true")
    parser.add_argument("--poor", type=int, default=0)
    asked = parser.parse_args()
    found: dict[str, Any] = {"poor": [_described(person) for person in islice(_poor(), asked.poor)]}
    return found | (_family() if asked.family else {})


def _family() -> dict[str, Any]:
    from gorod.project import cast, preparing
    from gorod.records.installation import api as installation

    scenario = preparing.demonstration()
    assert scenario is not None
    found = cast.find(scenario=scenario)
    installation.add_personas(people=found)
    return {role: _described(person) for role, person in found.items()}


def _poor() -> Iterator[UUID]:
    from gorod.engines.cases import api as cases
    from gorod.engines.dues import api as dues
    from gorod.engines.rules.data import Verdict
    from gorod.records.facts.data import Reader
    from gorod.records.parties import api as parties

    reader = Reader(kind="platform", name="test")
    after: UUID | None = None
    while page := parties.residents_after(party_id=after, limit=AT_A_TIME):
        after = page[-1]
        for answer in dues.assess(people=page, services=[AID], purpose=PURPOSE, reader=reader, keep=False):
            if answer.verdict is Verdict.DUE and not cases.cases_of(subjects=[answer.party_id]):
                yield answer.party_id


def _described(person: UUID) -> dict[str, Any]:
    from gorod.records.parties import api as parties

    names = parties.party(party_id=person).names
    identifiers = dict(parties.identifiers(party_id=person))
    return {"id": str(person), "name": names.full(), "family_name": names.family_name, "identifiers": identifiers}


if __name__ == "__main__":
    start.prepare()
    start.install_city()
    print(json.dumps(main()))  # noqa: T201 - that is what it is for
