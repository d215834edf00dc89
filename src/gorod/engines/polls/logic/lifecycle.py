"""A version's way from announced to counted. Each step is done by whoever calls, as often as they like; none is done twice."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from heapq import merge
from pathlib import Path
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection, transaction
from nacl.public import PrivateKey

from gorod.engines.polls import models
from gorod.engines.polls.data import OTHERS, Channel, State
from gorod.engines.polls.logic import drafts, eligibility, rows, secrets, signing, telling
from gorod.kernel import clock
from gorod.kernel.errors import GorodError, NotFound, Refused
from gorod.kernel.identifiers import stable_id
from gorod.records.ledger import api as ledger
from gorod.verify.polls import entries, settings, sharing
from gorod.verify.polls.audit import Audit, Count
from gorod.verify.polls.settings import Settings

log = structlog.get_logger()

_TAKE_PART = "SELECT pg_advisory_xact_lock_shared(%s); SELECT state, closes FROM polls_version WHERE id = %s"


def tokens_of(version_id: UUID) -> UUID:
    """Under which the ledger finds the tokens of a version, and the rights used on paper."""
    return stable_id("poll.tokens", str(version_id))


def ballots_of(version_id: UUID) -> UUID:
    """Under which the ledger finds its ballots."""
    return stable_id("poll.ballots", str(version_id))


def take_part(version_id: UUID) -> None:
    """Raise Refused unless a version takes votes now, NotFound where there is none; and keep its closing waiting until this
    transaction ends. Any number may do so at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_PART, [_lock_of(version_id), version_id]
        )  # one way to the server; each statement sees what is then
        cursor.nextset()
        found = cursor.fetchone()
    if found is None:
        raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
    state, closes = found
    if state != State.OPEN or closes <= clock.now():
        raise Refused("this poll takes no votes now", remedy="see on its page when it is open", state=state)


def _close_alone(version_id: UUID) -> None:
    """Wait until everything that is on its way is written, and let nothing more come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_of(version_id)])


def _lock_of(version_id: UUID) -> int:
    return int.from_bytes(version_id.bytes[8:], signed=True)  # the half that is drawn by chance


def announce(version_id: UUID, *, folder: Path, district: str) -> None:
    """Count who may take part, make the keys, and fix everything on the ledger."""
    row = models.Version.objects.select_related("poll").get(id=version_id)
    if row.state != State.ANNOUNCING:
        return
    try:
        electorate = eligibility.count(row.rule, folder=folder, district=district)
    except GorodError as error:
        models.Version.objects.filter(id=version_id).update(problem=f"{error.detail} {error.remedy}".strip())
        raise
    token_key, ballot_key = signing.new_key(), PrivateKey.generate()
    trustees = rows.trustees_of(row)
    fixed = Settings(
        poll=str(row.id),
        topic=str(row.poll_id),
        version=row.number,
        title=row.poll.title,
        questions=rows.questions_of(row),
        who=row.who,
        rule=drafts.whole(row.rule),
        eligible=electorate.total,
        districts=electorate.districts,
        opens=row.opens,
        closes=row.closes,
        again=row.again,
        token_key=token_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        ballot_key=trustees.public if trustees else bytes(ballot_key.public_key),
        padded=drafts.padded(rows.questions_of(row)),
        trustees=trustees.trustees if trustees else None,
    )
    with transaction.atomic():
        row = models.Version.objects.select_for_update(no_key=True).get(id=version_id)
        if row.state != State.ANNOUNCING:
            return
        row.settings = settings.written(fixed)
        row.as_of, row.known_at = electorate.as_of, electorate.known_at
        row.token_secret = secrets.hidden_rsa(token_key)
        row.ballot_secret = None if trustees else secrets.hidden(bytes(ballot_key))
        row.state, row.problem = State.ANNOUNCED, ""
        ledger.declare(kind=entries.OPENED, content=row.settings, about=row.id, once=f"{entries.OPENED}:{row.id}")
        row.save()
        earlier = models.Version.objects.filter(poll_id=row.poll_id, number__lt=row.number)
        earlier.filter(state__in=[State.ANNOUNCED, State.OPEN]).update(closes=clock.now())


def turn() -> list[tuple[UUID, State]]:
    """Do what is due for every version now; one that cannot go on keeps no other, and says why (`problem`). Returns those that went
    on, and how far they are."""
    running = models.Version.objects.filter(
        state__in=[State.ANNOUNCED, State.OPEN, State.CLOSING, State.CLOSED]
    ).order_by("id")
    found = []
    for version_id in running.values_list("id", flat=True):
        try:
            while (state := _next(version_id)) is not None:
                found.append((version_id, state))
        except GorodError as error:
            problem = f"{error.detail} {error.remedy}".strip()
            if models.Version.objects.filter(id=version_id).exclude(problem=problem).update(problem=problem):
                log.error("polls.cannot_go_on", version=str(version_id), problem=problem)
    return found


def _next(version_id: UUID) -> State | None:
    """The next step of a version, if it is due. Returns the state it has then."""
    with transaction.atomic():
        row = models.Version.objects.select_for_update(no_key=True).get(id=version_id)
        before = (row.state, row.key_published)
        match row.state:
            case State.ANNOUNCED if row.opens <= clock.now() and _published(row):
                row.state = State.OPEN
                telling.begin(telling.OPENED, row.id)
            case State.OPEN if row.closes <= clock.now():
                _close_alone(version_id)
                row.state = State.CLOSING
            case State.CLOSING if _settled(row):
                _close(row)
            case State.CLOSED if not row.key_published:
                _bring_key(row)
            case State.CLOSED if _can_count(row):
                _count(row)
        if (row.state, row.key_published) == before:
            return None
        row.problem = ""
        row.save()
    log.info("polls.went_on", version=str(version_id), state=row.state)
    return State(row.state)


def _published(row: models.Version) -> bool:
    """Whether the world, and the witnesses, have seen what is fixed."""
    first = next(ledger.entries(about=row.id, limit=1), None)
    return first is not None and first.index < ledger.published_size()


def _settled(row: models.Version) -> bool:
    return ledger.settled(about=tokens_of(row.id)) and ledger.settled(about=ballots_of(row.id))


def _close(row: models.Version) -> None:
    secret = secrets.shown(row.ballot_secret) if row.ballot_secret else None
    ledger.declare(kind=entries.CLOSED, content=_key(row, secret), about=row.id, once=f"{entries.CLOSED}:{row.id}")
    row.state, row.key_published = State.CLOSED, secret is not None


def _key(row: models.Version, secret: bytes | None) -> dict[str, str | None]:
    return {"poll": str(row.id), "key": b64encode(secret).decode() if secret else None}


def _bring_key(row: models.Version) -> None:
    """The key from the shares of its trustees, when enough have brought theirs."""
    shares = list(models.Share.objects.filter(version_id=row.id).order_by("name").values_list("share", flat=True))
    trustees = rows.trustees_of(row)
    if trustees is not None and len(shares) >= trustees.trustees.needed and ledger.settled(about=row.id):
        secret = sharing.joined(shares)
        ledger.declare(kind=entries.KEY, content=_key(row, secret), about=row.id, once=f"{entries.KEY}:{row.id}")
        row.ballot_secret, row.key_published = secrets.hidden(secret), True


def _can_count(row: models.Version) -> bool:
    papers = models.Issued.objects.filter(version_id=row.id, channel=Channel.PAPER).exists()
    return (row.papers_done or not papers) and ledger.settled(about=row.id)


def _count(row: models.Version) -> None:
    found = audit(row.id)
    row.result = {
        **found.result,
        "alarms": list(found.alarms),
        "not_counted": [{"index": one.index, "kind": one.kind, "reason": one.reason} for one in found.invalid],
        "texts": {question: list(said) for question, said in found.texts.items()},
    }
    home = Counter(models.Issued.objects.filter(version_id=row.id).values_list("district", flat=True))
    row.turnout = eligibility.together({name or OTHERS: number for name, number in home.items()})
    ledger.declare(
        kind=entries.RESULT,
        content={"poll": str(row.id), "result": found.result},
        about=row.id,
        once=f"{entries.RESULT}:{row.id}",
    )
    row.state = State.COUNTED
    telling.begin(telling.COUNTED, row.id)


def audit(version_id: UUID) -> Audit:
    """Count a version from the ledger, as anybody does."""
    count = Count(poll=str(version_id))
    for entry in poll_entries(version_id):
        count.see(entry)
    return count.audit()


def poll_entries(version_id: UUID) -> Iterator[entries.PollEntry]:
    """Every entry of a version that has a number, in the order of the log."""
    abouts = (version_id, tokens_of(version_id), ballots_of(version_id))
    found = merge(*(ledger.entries(about=about) for about in abouts), key=lambda one: one.index)
    for one in found:
        entry = entries.read(one.index, one.entry)
        if entry is not None:
            yield entry
