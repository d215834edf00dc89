"""A poll in a running city, for tests: `python -m tests.faults.ballots announce N` makes N residents, announces a poll for them and
prints its number and theirs; `… make POLL PERSON…` gets a token for each and prints a ballot a line."""

from __future__ import annotations

import json
import sys
from uuid import UUID

from gorod.project import start


def main(words: list[str]) -> None:
    """Do what is asked, in the city of the environment."""
    start.prepare()
    start.install_city()
    from gorod.engines.polls.tests import factories
    from gorod.verify.polls import ballot

    if words[0] == "announce":
        people = [_resident(number) for number in range(int(words[1]))]
        version_id = factories.announced(factories.draft(rule="true"))
        say({"poll": str(version_id), "people": [str(person) for person in people]})
    else:
        for person in words[2:]:
            device = factories.Device(UUID(words[1]))
            device.get_token(UUID(person))
            say(ballot.written(device.ballot(factories.PARK)))


def say(what: object) -> None:
    """Print a line of JSON."""
    sys.stdout.write(json.dumps(what) + "\n")


def _resident(number: int) -> UUID:
    from gorod.records.parties import api as parties
    from gorod.records.parties.data import Names

    return parties.create(names=Names(given_name=f"Voter {number}"), language="en")


if __name__ == "__main__":
    main(sys.argv[1:])
