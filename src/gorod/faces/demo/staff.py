"""Those who work in a made-up city, and something for them to do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from gorod.catalogue.data import City
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.dues import api as dues
from gorod.engines.rules.data import Verdict
from gorod.faces.demo.scenario import Scenario
from gorod.kernel.errors import Conflict, Forbidden, Refused
from gorod.records.accounts import api as accounts
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.officials import api as officials
from gorod.records.officials.data import Official
from gorod.records.parties import api as parties

READER = Reader(kind="platform", name="demonstration")
PURPOSE = "demonstration"
AT_A_TIME = 500
PAGES = 10  # of residents that are looked through
MOST = 12  # applications for each service


def _logins(scenario: Scenario) -> list[str]:
    return [f"demo-{number}-{one.role}" for number, one in enumerate(scenario.staff, start=1)]


def hire(*, scenario: Scenario, language: str) -> None:
    """Appoint everybody whom the scenario names; again changes nothing."""
    for login, wanted in zip(_logins(scenario), scenario.staff, strict=True):
        account = accounts.ensure(login=login, resident_id=None)
        officials.appoint(
            account_id=account.account_id,
            name=wanted.name[language],
            role=wanted.role,
            agency=wanted.agency,
            by="demonstration",
        )


def hired(scenario: Scenario) -> Mapping[str, Official]:
    """Login → who works there, of those the scenario names."""
    known = {login: accounts.account_with(login=login) for login in _logins(scenario)}
    found = officials.officials(official_ids=[one.account_id for one in known.values() if one])
    return {
        login: found[account.account_id]
        for login, account in known.items()
        if account and account.account_id in found and found[account.account_id].appointments
    }


def apply_for_others(*, city: City) -> int:
    """Let some families apply for what an official decides, so that the desk has something to do. Returns how many did."""
    waiting = [
        name for name, one in city.case_types.items() if one.decides_by == "officer" and name in city.rules.services
    ]
    left = dict.fromkeys(waiting, MOST)
    after: UUID | None = None
    for _ in range(PAGES):
        page = parties.residents_after(party_id=after, limit=AT_A_TIME)
        if not page or not waiting:
            break
        after = page[-1]
        answers = dues.assess(people=page, services=waiting, purpose=PURPOSE, reader=READER, keep=False)
        for answer in answers:
            if (
                answer.verdict is Verdict.DUE
                and left[answer.service]
                and _applied(city, answer.party_id, answer.service)
            ):
                left[answer.service] -= 1
    return sum(MOST - number for number in left.values())


def _applied(city: City, subject: UUID, service: str) -> bool:
    """Whoever may act for somebody applies for them: the first one who can."""
    if cases.case_type(service=service).asks:
        return False
    inverse = [name for name, one in city.vocabulary.relations.items() if one.inverse in city.acts_for.relations]
    related = facts.related(party_id=subject, relations=inverse, purpose=PURPOSE, reader=READER)
    for person in [subject, *(other for others in related.values() for other in others)]:
        with suppress(Forbidden, Refused, Conflict):
            applications.apply(
                service=service,
                subject_id=subject,
                applicant_id=person,
                key=f"demo:{service}:{subject}",
                by=f"resident {person}",
            )
            return True
    return False
