"""The door of polls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from gorod.engines.polls import models
from gorod.engines.polls.data import PUBLIC, Carried, Channel, Draft, Measure, Part, State, Version
from gorod.engines.polls.logic import casting, drafts, lifecycle, papers, rows, secrets, telling, tokens
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound, Refused
from gorod.records.ledger import api as ledger
from gorod.records.ledger.data import Numbered
from gorod.verify.polls import sharing
from gorod.verify.polls.audit import Audit
from gorod.verify.polls.settings import Settings, Words
from gorod.verify.receipt import Receipt

LISTED = 200  # versions

_folder: Path | None = None
_district = ""


def configure(*, folder: Path, district: str, key: str) -> None:
    """Set where people are counted, the fact that says where somebody lives (empty: none), and the key under which the keys of
    polls are kept (32 bytes in base64). Raises BadInput for another one."""
    global _folder, _district
    _folder, _district = folder, district
    secrets.configure(key)


# --- asking


def draft(*, draft: Draft, official_id: UUID) -> UUID:
    """Keep a new poll that nobody sees yet. Returns its version's id. Raises BadInput, ExpressionError for the rule."""
    drafts.check(draft, now=clock.now())
    with transaction.atomic():
        poll = models.Poll.objects.create(title=draft.title, about=draft.about, official_id=official_id, at=clock.now())
        return models.Version.objects.create(poll=poll, number=1, state=State.DRAFT, **rows.kept(draft)).id


def change(*, version_id: UUID, draft: Draft) -> None:
    """Change what is not announced yet. Raises as `draft`, Conflict once it is announced."""
    drafts.check(draft, now=clock.now())
    with transaction.atomic():
        row = _row(version_id, State.DRAFT)
        models.Version.objects.filter(id=row.id).update(problem="", **rows.kept(draft))
        if row.number == 1:  # what a poll is called stays so once people have seen it
            models.Poll.objects.filter(id=row.poll_id).update(title=draft.title, about=draft.about)


def remove(*, version_id: UUID) -> None:
    """Throw a draft away. Raises Conflict once it is announced."""
    with transaction.atomic():
        row = _row(version_id, State.DRAFT)
        models.Version.objects.filter(id=row.id).delete()
        if row.number == 1:
            models.Poll.objects.filter(id=row.poll_id).delete()


def announce(*, version_id: UUID) -> None:
    """Fix a draft for good: a job counts who may take part, makes the keys and puts everything on the ledger. Raises Conflict when
    it is announced already, BadInput when its end has passed meanwhile."""
    with transaction.atomic():
        row = _row(version_id, State.DRAFT, State.ANNOUNCING)
        drafts.check(rows.draft_of(row), now=clock.now())
        models.Version.objects.filter(id=row.id).update(state=State.ANNOUNCING, problem="")
        app.configure_task("polls.announce").defer(version_id=str(row.id))


def ask_otherwise(*, poll_id: UUID, draft: Draft) -> UUID:
    """Another version of a poll: it begins as a draft; the one that runs ends when the new one is announced, and its votes are
    counted apart. Returns its id. Raises as `draft`."""
    drafts.check(draft, now=clock.now())
    with transaction.atomic():
        poll = models.Poll.objects.select_for_update().filter(id=poll_id).first()
        if poll is None:
            raise NotFound(f"no poll {poll_id}", remedy="see the list of polls")
        last = models.Version.objects.filter(poll=poll).order_by("number").last()
        assert last is not None
        if last.state in (State.DRAFT, State.ANNOUNCING):
            raise Conflict("the last version is not announced yet", remedy="change that one", version=str(last.id))
        made = models.Version.objects.create(poll=poll, number=last.number + 1, state=State.DRAFT, **rows.kept(draft))
        return made.id


def do_announce(*, version_id: UUID) -> None:
    """What the job of `announce` does. Idempotent."""
    if _folder is None:
        raise Refused("this process does not know where to count", remedy="call configure at its start")
    lifecycle.announce(version_id, folder=_folder, district=_district)


def go_on() -> list[tuple[UUID, State]]:
    """Open, close and count what is due. Idempotent. Returns those that went on."""
    return lifecycle.turn()


def tell_some(*, kind: str, version_id: UUID, after: UUID | None) -> None:
    """What the job of telling does: the next people by id, and a job for those after them. Idempotent."""
    telling.tell_some(kind, version_id, after)


# --- taking part


def token(*, version_id: UUID, party_id: UUID, blinded: bytes) -> bytes:
    """Use a resident's right to vote: the city's signature of what their device has blinded (RFC 9474). Of the same again the same.

    Raises Conflict when the right was used otherwise, Forbidden for whom the rule does not cover, Refused when the poll takes no
    votes, BadInput for what is no blinded message.
    """
    return tokens.issue(version_id, party_id=party_id, blinded=blinded, district=_district)


def give_paper(*, version_id: UUID, party_id: UUID, office: str, by: str) -> None:
    """Use a resident's right to vote for a paper that a clerk gives them. Raises as `token`."""
    if not office.strip():
        raise BadInput("a paper is given out in an office", remedy="say in which", field="office")
    tokens.give_paper(version_id, party_id=party_id, district=_district, office=office, by=by)


def cast(*, content: object) -> bytes:
    """Take a ballot (JSON, as `ballot.written`) from whoever sends it. When this returns, it will be in the ledger. Returns its
    hash there; of the same again the same. Raises BadInput, Refused, Conflict, NotFound."""
    return casting.cast(content)


def receipt(*, leaf: bytes) -> Receipt:
    """That a ballot stands in the ledger. Raises NotFound while it is not published."""
    return ledger.receipt_of(leaf=leaf)


def parts_of(*, party_id: UUID) -> list[Part]:
    """Where somebody has taken part, newest first: that, and never how they voted."""
    found = models.Issued.objects.filter(party_id=party_id).select_related("version__poll").order_by("-id")
    return [
        Part(
            version_id=row.version_id,
            poll_id=row.version.poll_id,
            title=row.version.poll.title,
            channel=Channel(row.channel),
            day=row.day,
            points=row.version.points,
        )
        for row in found
    ]


# --- after the closing


def bring_share(*, version_id: UUID, name: str, share: str) -> None:
    """A trustee brings their share of the key. Raises Refused before the closing, BadInput for a share that is not theirs."""
    with transaction.atomic():
        row = _row(version_id, State.CLOSED)
        trustees = rows.trustees_of(row)
        if trustees is None or trustees.trustees.shares.get(name) != sharing.digest(share.strip()):
            raise BadInput(
                f"this is not the share of {name} for this poll",
                remedy="take the file that was made for it",
                field="share",
            )
        models.Share.objects.get_or_create(version_id=version_id, name=name, defaults={"share": share.strip()})


def enter_paper(*, version_id: UUID, office: str, number: int, answers: Mapping[str, object]) -> None:
    """What is on a paper from an office's box. Raises Conflict before the closing, once papers are done, or for the same number
    again; Refused for more papers than the office has given out; BadInput for answers that the poll does not allow."""
    papers.enter(version_id, office=office, number=number, answers=answers)


def papers_done(*, version_id: UUID) -> None:
    """All papers are entered: the poll can be counted. Raises Conflict before the closing."""
    with transaction.atomic():
        row = _row(version_id, State.CLOSED)
        models.Version.objects.filter(id=row.id).update(papers_done=True)


def audit(*, version_id: UUID) -> Audit:
    """Count from the ledger, as anybody can. Raises NotFound before it is announced."""
    return lifecycle.audit(version_id)


# --- looking


def version(*, version_id: UUID) -> Version:
    """One version of a poll. Raises NotFound."""
    row = models.Version.objects.select_related("poll").filter(id=version_id).first()
    if row is None:
        raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
    return rows.versions([row])[0]


def versions(*, states: Collection[State] = PUBLIC, poll_id: UUID | None = None, limit: int = LISTED) -> list[Version]:
    """Versions in these states, those that end last first."""
    found = models.Version.objects.filter(state__in=list(states)).select_related("poll").order_by("-closes", "-id")
    return rows.versions(list((found.filter(poll_id=poll_id) if poll_id else found)[:limit]))


def settings_of(*, version_id: UUID) -> Settings:
    """What is fixed on the ledger. Raises NotFound before it is announced."""
    return casting.settings_of(version_id)


def issued(*, version_id: UUID) -> int:
    """How many rights to vote were used, and have a number in the ledger."""
    return ledger.count(about=lifecycle.tokens_of(version_id))


def stored(*, version_id: UUID) -> int:
    """How many ballots have a number in the ledger."""
    return ledger.count(about=lifecycle.ballots_of(version_id))


def ballots(*, version_id: UUID, after: int = -1, limit: int = 100) -> Iterator[Numbered]:
    """Ballots in the order of the log."""
    return ledger.entries(about=lifecycle.ballots_of(version_id), after=after, limit=limit)


def own_entries(*, version_id: UUID) -> list[Numbered]:
    """What was declared of a version besides tokens and ballots: settings, key, papers, result."""
    return list(ledger.entries(about=version_id))


# --- what follows


def say_measure(
    *, poll_id: UUID, words: Words, state: Carried, district: str, due: date | None, official_id: UUID
) -> UUID:
    """Say what the city does because of a poll. Returns its id. Raises NotFound, BadInput without words."""
    if not all(text.strip() for text in words.values()):
        raise BadInput("a measure needs words in every language", remedy="write them", field="words")
    if not models.Poll.objects.filter(id=poll_id).exists():
        raise NotFound(f"no poll {poll_id}", remedy="see the list of polls")
    return models.Measure.objects.create(
        poll_id=poll_id, words=words, state=state, district=district, due=due, official_id=official_id, at=clock.now()
    ).id


def carry_on(*, measure_id: UUID, state: Carried) -> None:
    """How far the city is with a measure now. Raises NotFound."""
    if not models.Measure.objects.filter(id=measure_id).update(state=state, at=clock.now()):
        raise NotFound(f"no measure {measure_id}", remedy="see the poll's page")


def measures(*, poll_id: UUID | None = None) -> list[Measure]:
    """What the city does because of polls, the latest first."""
    found = models.Measure.objects.order_by("-at", "-id")
    return [rows.measure(row) for row in (found.filter(poll_id=poll_id) if poll_id else found)]


def _row(version_id: UUID, *states: State) -> models.Version:
    """A version that must be in one of these states, locked."""
    row = models.Version.objects.select_for_update(no_key=True).filter(id=version_id).first()
    if row is None:
        raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
    if row.state not in states:
        raise Conflict(
            f"this poll is {row.state}", remedy=f"this is done while it is {' or '.join(states)}", state=row.state
        )
    return row
