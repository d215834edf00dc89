"""Rows as they cross the door: authors under the name they chose, the counts, what is one's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Count, Q

from gorod.engines.proposals import models
from gorod.engines.proposals.data import Answer, Comment, Entry, Proposal, Reason, Stage, State, What
from gorod.records.parties import api as parties


def ids_of(party_id: UUID | None) -> tuple[UUID, ...]:
    """Every id under which rows of a resident may stand; none of nobody."""
    return parties.identities(party_ids=[party_id])[party_id] if party_id else ()


def proposals(rows: Sequence[models.Proposal], mine: Collection[UUID]) -> list[Proposal]:
    """Proposals as the resident with these ids may see them."""
    names, counts, said = _names(rows), _counts(rows), _said(rows, mine)
    return [
        Proposal(
            proposal_id=row.id,
            title=row.title,
            text=row.text,
            district=row.district,
            language=row.language,
            author=names.get(row.party_id, "") if row.named else "",
            named=row.named,
            own=row.party_id in mine,
            state=State(row.state),
            stage=Stage(row.stage),
            made_at=row.made_at,
            last_day=row.last_day,
            objected=row.objected,
            agree=counts.get(row.id, (row.agree, row.against))[0],
            against=counts.get(row.id, (row.agree, row.against))[1],
            mine=said.get(row.id),
            answer=_answer(row),
        )
        for row in rows
    ]


def comments(rows: Sequence[models.Comment], mine: Collection[UUID]) -> list[Comment]:
    """Comments as the resident with these ids may see them."""
    names = _names(rows)
    about = models.Proposal.objects.filter(id__in={row.proposal_id for row in rows})
    titles = dict(about.values_list("id", "title"))
    return [
        Comment(
            comment_id=row.id,
            proposal_id=row.proposal_id,
            title=titles[row.proposal_id],
            text=row.text,
            language=row.language,
            author=names.get(row.party_id, "") if row.named else "",
            named=row.named,
            own=row.party_id in mine,
            state=State(row.state),
            made_at=row.made_at,
            objected=row.objected,
        )
        for row in rows
    ]


def entry(row: models.Entry) -> Entry:
    """A line of a history."""
    return Entry(
        entry_id=row.id,
        at=row.at,
        what=What(row.what),
        reasons=tuple(Reason(code) for code in row.reasons),
        words=row.words,
        same_as=row.same_as,
        agency=row.agency,
        title=row.title,
        text=row.text,
        proved=row.proof is not None,
    )


def _names(rows: Sequence[models.Proposal | models.Comment]) -> dict[UUID, str]:
    """What those are called who are shown: today, whatever they were called then."""
    known = parties.parties(party_ids={row.party_id for row in rows if row.named})
    return {party_id: party.names.given_name for party_id, party in known.items()}


def _counts(rows: Sequence[models.Proposal]) -> dict[UUID, tuple[int, int]]:
    """For and against so far, of those that are assessed now; the others' are kept in their rows."""
    running = [row.id for row in rows if row.stage == Stage.ASSESS]
    found = models.Assessment.objects.filter(proposal_id__in=running).values_list("proposal_id")
    counted = found.annotate(agree=Count("id", filter=Q(agrees=True)), against=Count("id", filter=Q(agrees=False)))
    return {proposal_id: (agree, against) for proposal_id, agree, against in counted}


def _said(rows: Sequence[models.Proposal], mine: Collection[UUID]) -> dict[UUID, bool]:
    """How the one who asks assessed each; the last word counts where two persons were found to be one."""
    if not mine:
        return {}
    found = models.Assessment.objects.filter(party_id__in=mine, proposal_id__in=[row.id for row in rows])
    return dict(found.order_by("at").values_list("proposal_id", "agrees"))


def _answer(row: models.Proposal) -> Answer | None:
    if row.taken_up is None or row.answered_at is None:
        return None
    return Answer(
        taken_up=row.taken_up,
        words=row.answer,
        follows=row.follows,
        agency=row.answer_agency,
        at=row.answered_at,
    )
