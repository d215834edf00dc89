"""What a made-up city asks its residents, so that whoever looks can vote."""

from __future__ import annotations

from datetime import timedelta

from gorod.engines.polls import api as polls
from gorod.engines.polls.data import Draft
from gorod.faces.demo import staff
from gorod.faces.demo.scenario import PollWanted, QuestionWanted, Scenario
from gorod.kernel import clock
from gorod.records.officials.data import Role
from gorod.verify.polls.settings import Question


def ask(*, scenario: Scenario) -> None:
    """Announce the polls of the scenario, as one of its supervisors; the worker opens them. Raises as `polls.draft`."""
    asking = next((one for one in staff.hired(scenario).values() if one.holds([Role.SUPERVISOR])), None)
    if asking is None:
        return
    for wanted in scenario.polls:
        polls.announce(version_id=polls.draft(draft=_draft(wanted), official_id=asking.official_id))


def _draft(wanted: PollWanted) -> Draft:
    now = clock.now()
    return Draft(
        title=wanted.title,
        about=wanted.about,
        questions=tuple(_question(one, number) for number, one in enumerate(wanted.questions, 1)),
        who=wanted.who,
        rule=wanted.rule,
        opens=now,
        closes=now + timedelta(days=wanted.days),
        points=wanted.points,
    )


def _question(wanted: QuestionWanted, number: int) -> Question:
    return Question(
        id=f"q{number}",
        kind=wanted.kind,
        words=wanted.words,
        options=wanted.options,
        least=0 if wanted.may_be_left_out else 1,
        most=wanted.most,
    )
