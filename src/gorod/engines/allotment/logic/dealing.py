"""From applications to the input, and from the input to the result, with the code by which everybody can do it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from gorod.engines.allotment import models
from gorod.engines.allotment.data import Plan
from gorod.engines.allotment.logic import rows, secret
from gorod.kernel.errors import BadInput, Refused
from gorod.verify.allotment import input_file, lottery, matching, result
from gorod.verify.allotment.audit import audit
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.problem import Applicant, Problem

ROUND = 1


def problem_of(row: models.Allotment) -> Problem:
    """The input: who takes part, with what was found of them."""
    plan = rows.plan_of(row)
    part = [
        one
        for one in models.Application.objects.filter(allotment=row, withdrawn=False).order_by("id")
        if not one.left_out
    ]
    groups = Counter(one.together for one in part if one.together)
    applicants = tuple(
        Applicant(
            number=one.number,
            wishes=tuple(one.wishes),
            criteria=frozenset(one.criteria),
            here={place: frozenset(codes) for place, codes in one.here.items()},
            together=one.together if groups[one.together] > 1 else None,  # the others may have been left out
        )
        for one in part
    )
    return needed(_problem(plan, row.id, applicants))


def needed(problem: Problem) -> Problem:
    """The problem without what decides nothing: of each applicant only criteria that a place they wish for asks for. All of it is
    published, and each criterion more says more of whose number it may be."""
    asked = {place.id: {*place.priorities, *(one.criterion for one in place.reserves)} for place in problem.places}
    return replace(problem, applicants=tuple(_needed(one, asked) for one in problem.applicants))


def _needed(applicant: Applicant, asked: Mapping[str, set[str]]) -> Applicant:
    here = {place: applicant.here.get(place, frozenset()) & asked[place] for place in applicant.wishes}
    anywhere = set[str]().union(*(asked[place] for place in applicant.wishes))
    return replace(
        applicant,
        criteria=applicant.criteria & anywhere,
        here={place: codes for place, codes in here.items() if codes},
    )


def _problem(plan: Plan, allotment_id: UUID, applicants: tuple[Applicant, ...]) -> Problem:
    return Problem(
        allotment=str(allotment_id),
        round=ROUND,
        title=plan.title,
        criteria={one.code: one.words for one in plan.criteria},
        places=plan.places,
        applicants=applicants,
    )


def must_be_readable(plan: Plan) -> None:
    """See that the input of a plan will be read when it closes: afterwards nothing could be mended. Raises BadInput."""
    try:
        input_file.read(input_file.written(_problem(plan, UUID(int=0), ())))
    except BadInput as error:
        raise BadInput(error.detail, remedy=error.remedy, field="document") from None


def outcome(row: models.Allotment) -> Outcome:
    """The dealing of an allotment whose beacon is known. Kept in this process: of many people it takes seconds, and telling each of
    them needs it again."""
    return _dealt(row.id, row.input, row.beacon)


@lru_cache(maxsize=2)
def _dealt(allotment_id: UUID, _input: str, beacon: str) -> Outcome:
    row = models.Allotment.objects.get(id=allotment_id)
    seed = lottery.seed(secret.shown(row.secret or b""), beacon=beacon)
    return matching.deal(input_file.read(bytes(row.input_file or b"")), seed)


def result_of(row: models.Allotment) -> bytes:
    """The result's file, dealt out again as anybody would before anybody sees it. Raises Refused when that does not add up."""
    made = result.written(result.of(outcome(row), commitment=row.commitment, beacon=row.beacon))
    found = audit(
        problem=input_file.read(bytes(row.input_file or b"")),
        published=result.read(made),
        secret=secret.shown(row.secret or b""),
        beacon=row.beacon,
        committed=row.commitment,
    )
    if found.faults:
        raise Refused(f"the result does not add up: {found.faults[0]}", remedy="nothing is published; ask the operator")
    return made
