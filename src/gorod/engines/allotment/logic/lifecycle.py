"""The way of an allotment from announced to dealt and on. Each step is one transaction, done by whoever calls, as often as they
like; none is done twice."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import structlog
from django.db import transaction

from gorod.engines.allotment import models
from gorod.engines.allotment.data import ANNOUNCED, CLOSED, RESULT, State
from gorod.engines.allotment.logic import criteria, dealing, passing, rows, secret, telling, wishing
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, GorodError, Refused
from gorod.records.ledger import api as ledger
from gorod.verify.allotment import input_file, lottery

log = structlog.get_logger()

AT_ONCE = 500  # people whose facts are read together
UNFORESEEN = "an error that nobody foresaw; the operator finds it in the log, and it is tried again by itself"
BEACON = (
    "the root of the ledger's tree whose last entry is the one of kind allotment.closed about this allotment:"
    " the number of entries, a colon, the root in hexadecimal"
)


def announce(allotment_id: UUID) -> None:
    """Fix a draft for good, in the caller's transaction: rules, times, and the secret of the lottery by its commitment."""
    row = rows.locked(allotment_id, State.DRAFT)
    plan = rows.plan_of(row)
    criteria.compiled(plan)
    dealing.must_be_readable(plan)
    if plan.closes <= clock.now():
        raise BadInput("it would have closed already", remedy="choose a later time", field="document")
    drawn = lottery.new_secret()
    row.secret, row.commitment, row.rules = secret.hidden(drawn), lottery.commitment(drawn), rows.rules_hash(plan)
    row.state, row.problem = State.ANNOUNCED, ""
    ledger.declare(
        kind=ANNOUNCED,
        content={
            "allotment": str(row.id),
            "round": dealing.ROUND,
            "rules": row.rules,
            "opens": plan.opens.isoformat(),
            "closes": plan.closes.isoformat(),
            "commitment": row.commitment,
            "beacon": BEACON,
        },
        about=row.id,
        once=f"{ANNOUNCED}:{row.id}",
    )
    row.save()


def turn() -> int:
    """Do what is due for every allotment now; one that cannot go on keeps no other, whatever is wrong with it, and says why
    (`problem`). Returns how many steps were done."""
    steps = 0
    running = list(models.Allotment.objects.exclude(state=State.DRAFT).order_by("id").values_list("id", flat=True))
    while running:  # a step of each in turn: to tell a hundred thousand people takes many
        running = [allotment_id for allotment_id in running if _stepped(allotment_id)]
        steps += len(running)
    return steps


def _stepped(allotment_id: UUID) -> bool:
    """Whether there was a step, and nothing in its way."""
    try:
        return step(allotment_id)
    except GorodError as error:
        if _stop(allotment_id, f"{error.detail}; {error.remedy}"):
            log.error("allotment.cannot_go_on", allotment=str(allotment_id), detail=error.detail)
    except Exception:  # nobody foresaw it, and the others are not to wait for whoever mends it
        _stop(allotment_id, UNFORESEEN)
        log.exception("allotment.broke", allotment=str(allotment_id))
    return False


def _stop(allotment_id: UUID, problem: str) -> bool:
    """Say why it does not go on. Returns whether that is new."""
    return bool(models.Allotment.objects.filter(id=allotment_id).exclude(problem=problem).update(problem=problem))


def step(allotment_id: UUID) -> bool:
    """The next step, if it is due. Returns whether there was one."""
    with transaction.atomic():
        row = rows.light().select_for_update(no_key=True).get(id=allotment_id)
        match row.state:
            case State.ANNOUNCED if row.opens <= clock.now():
                _open(row)
            case State.OPEN if row.closes <= clock.now():
                row.state, row.known_at, row.as_of = State.CLOSING, clock.now(), clock.today()
            case State.CLOSING:
                if not _ask(row):
                    _fix(row)
            case State.FIXED if beacon := _beacon(row):
                row.beacon = beacon
                _deal(row)
            case State.DEALT if telling.go_on(row) or passing.go_on(row):
                pass
            case _:
                return False
        row.problem = ""
        row.save()
    log.info("allotment.went_on", allotment=str(allotment_id), state=row.state)
    return True


def _open(row: models.Allotment) -> None:
    """Take applications. Raises Refused before what is fixed is published, and for ever when it would have closed already: an
    empty list would be dealt to."""
    if row.closes <= clock.now():
        raise Refused("its closing passed before it could open; nobody could apply", remedy="announce another one")
    if not _published(row):
        raise Refused("its announcement is not published in the ledger yet", remedy="it opens as soon as it is")
    row.state = State.OPEN


def _published(row: models.Allotment) -> bool:
    """Whether the world, and the witnesses, have seen what is fixed."""
    first = next(ledger.entries(about=row.id, limit=1), None)
    return first is not None and first.index < ledger.published_size()


def _ask(row: models.Allotment) -> bool:
    """Ask the registers of the next people, as they were at the closing. Returns whether there were any."""
    waiting = models.Application.objects.filter(allotment=row, withdrawn=False, asked=False).order_by("id")
    people = list(waiting[:AT_ONCE])
    if not people:
        return False
    people = wishing.once_each(people)
    if not people:
        return True
    answers, reading = criteria.ask(
        rows.plan_of(row), [one.party_id for one in people], as_of=row.as_of, known_at=row.known_at
    )
    for one in people:
        answer = answers[one.party_id]
        one.asked, one.left_out = True, list(answer.left_out)
        one.criteria = list(answer.criteria)
        one.here = {place: list(codes) for place, codes in answer.here.items()}
    models.Application.objects.bulk_update(people, ["asked", "left_out", "criteria", "here"])
    row.readings = [*row.readings, str(reading)]
    return True


def _fix(row: models.Allotment) -> None:
    """Write the input, and put its hash on the ledger: from now on nobody can change who takes part with what."""
    problem = dealing.problem_of(row)
    row.input_file = input_file.written(problem)
    input_file.read(row.input_file)  # what is published can be read
    row.input = sha256(row.input_file).hexdigest()
    row.state = State.FIXED
    ledger.declare(
        kind=CLOSED,
        content={
            "allotment": str(row.id),
            "round": dealing.ROUND,
            "input": row.input,
            "applicants": len(problem.applicants),
        },
        about=row.id,
        once=f"{CLOSED}:{row.id}",
    )


def _beacon(row: models.Allotment) -> str:
    """What was announced as the beacon; empty while it is not published."""
    last = list(ledger.entries(about=row.id))[-1]
    if not ledger.has(once=f"{CLOSED}:{row.id}", leaf=last.leaf):
        return ""
    size = last.index + 1
    return f"{size}:{ledger.root(size=size).hex()}" if size <= ledger.published_size() else ""


def _deal(row: models.Allotment) -> None:
    """Deal, see that it adds up, reveal the secret, and give the seats."""
    row.result_file = dealing.result_of(row)
    row.result = sha256(row.result_file).hexdigest()
    row.state = State.DEALT
    ledger.declare(
        kind=RESULT,
        content={
            "allotment": str(row.id),
            "round": dealing.ROUND,
            "input": row.input,
            "result": row.result,
            "secret": secret.shown(row.secret or b"").hex(),
            "beacon": row.beacon,
        },
        about=row.id,
        once=f"{RESULT}:{row.id}",
    )
    passing.give(row)
