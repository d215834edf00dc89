"""The door of handling. Every function takes the official who acts, and refuses what their appointments do not cover.

A refusal says in `extra["why"]` what is in the way: `colleague` (works on it), `own` (proposal), `appeal` (one took part in the
decision), `proposed` (already); anything else has changed since one looked.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Case, Queue
from gorod.engines.dues import api as dues
from gorod.engines.handling import models
from gorod.engines.handling.data import Basis, Handled, Proposal, ProposalState, Verdict
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import BadInput, NotFound, Refused
from gorod.records.facts import api as facts
from gorod.records.officials import api as officials
from gorod.records.officials.data import Official, Role
from gorod.records.parties import api as parties

MOST_FOUND = 50  # people that a search by name looks at


def agencies_of(official: Official) -> frozenset[str]:
    """The agencies whose cases somebody works on: as an officer, or as the one who answers for them."""
    return official.agencies(Role.OFFICER, Role.SUPERVISOR)


def queue(
    *,
    official: Official,
    mine: bool = False,
    unassigned: bool = False,
    limit: int,
    offset: int = 0,
) -> Queue:
    """Live cases of the official's agencies, the nearest deadline first. It names no person: who it is about is seen on opening."""
    return cases.queue(
        owners=agencies_of(official),
        handler_id=official.official_id if mine else None,
        unassigned=unassigned,
        limit=limit,
        offset=offset,
    )


def search(*, official: Official, text: str) -> list[Case]:
    """Cases of the official's agencies under this number, or about or of people with this family name (and given name).

    The search is a reading of those it finds, and recorded as one. Newest first.
    """
    owners = agencies_of(official)
    text = " ".join(text.split())
    if text[:1].isdigit():
        try:
            found = [cases.by_number(number=text)]
        except NotFound:
            return []
        return [case for case in found if case.owner in owners]
    people = parties.named(names=text, limit=MOST_FOUND) if text else []
    found = [case for case in cases.cases_of(subjects=people, applicants=people) if case.owner in owners]
    by_owner: dict[str, set[UUID]] = {}
    for case in found:
        by_owner.setdefault(case.owner, set()).update({case.subject_id, case.applicant_id} & set(people))
    for owner, seen in by_owner.items():
        facts.record_reading(people=seen, names=[], purpose="search for a case", reader=official.reader(owner))
    return found[::-1]


def case_for(*, official: Official, number: str) -> Case:
    """A case of one of the official's agencies. Raises NotFound for every other one: that it exists stays unsaid."""
    case = cases.by_number(number=number)
    if case.owner not in agencies_of(official):
        raise NotFound(f"no case {number} at your agency", remedy="check the number")
    return case


def basis(*, official: Official, case: Case) -> Basis:
    """Open a case: the facts it rests on, and no other, with what its rule says of them today. Recorded as a reading."""
    rules = dues.rule_set()
    ruled = case.service in rules.services
    wanted = [*(rules.facts_of(case.service) if ruled else ()), *cases.case_type(service=case.service).asks]
    names = list(dict.fromkeys(wanted))
    read = facts.read(
        people=[case.subject_id], names=names, purpose=f"case {case.number}", reader=official.reader(case.owner)
    )
    if case.applicant_id != case.subject_id:
        facts.record_reading(
            people=[case.applicant_id],
            names=[],
            purpose=f"case {case.number}",
            reader=official.reader(case.owner),
        )
    outcome = None
    if ruled:
        outcome = dues.suppose(service=case.service, known={fact.name: fact.value for fact in read})
    return Basis(facts=tuple(read), outcome=outcome)


def take(*, official: Official, number: str) -> Case:
    """Work on a case oneself. Raises NotFound, Refused when it has ended or a colleague has it."""
    case = case_for(official=official, number=number)
    if case.handler_id not in (None, official.official_id):
        raise Refused(f"a colleague works on {number}", remedy="ask them to hand it over", why="colleague")
    return cases.assign(case_id=case.case_id, handler_id=official.official_id, by=official.signature)


def hand_over(*, official: Official, number: str, to: UUID | None, reason: str = "") -> Case:
    """Give a case to a colleague of the same agency, or back to the queue (None). Raises NotFound, Refused, BadInput."""
    case = case_for(official=official, number=number)
    _must_be_free(official, case)
    if to is not None and to not in {
        one.official_id for one in officials.colleagues(agency=case.owner, role=Role.OFFICER)
    }:
        raise BadInput("this is no officer of the agency", remedy="choose one of its officers")
    return cases.assign(case_id=case.case_id, handler_id=to, by=official.signature, reason=reason)


def ask(*, official: Official, number: str, text: str) -> Case:
    """Ask the applicant something; the case waits for them. Raises NotFound, Refused."""
    case = case_for(official=official, number=number)
    _must_be_free(official, case)
    return cases.ask(case_id=case.case_id, by=official.signature, text=text)


def keep(*, official: Official, number: str, reason: str) -> Case:
    """Look at a reopened case and leave its decision as it is. Raises NotFound, Refused."""
    case = case_for(official=official, number=number)
    _must_be_free(official, case)
    _must_be_another(official, case)
    return cases.keep_decision(case_id=case.case_id, by=official.signature, reason=reason)


def decide(*, official: Official, number: str, verdict: Verdict) -> Handled:
    """Decide a case; where the service asks for four eyes, propose the decision to a colleague instead.

    Raises NotFound, BadInput, Refused when it has ended, a colleague has it, or a proposal waits already.
    """
    with transaction.atomic():
        case = case_for(official=official, number=number)
        _must_be_free(official, case)
        _must_be_another(official, case)
        known = cases.case_type(service=case.service)
        _checked(case, verdict)
        if not known.four_eyes:
            return Handled(case=_decide(case, verdict, by=official))
        _overtake(case)
        row, new = models.Proposal.objects.get_or_create(
            party_id=case.subject_id,
            case_id=case.case_id,
            state=ProposalState.OPEN,
            defaults={
                "owner": case.owner,
                "case_at": case.status_at,
                "approved": verdict.approved,
                "reasons": list(verdict.reasons),
                "text": verdict.text,
                "values": plain(dict(verdict.values)),
                "proposed_by": official.official_id,
            },
        )
        if not new and row.proposed_by != official.official_id:
            raise Refused(
                f"a decision on {number} is proposed already", remedy="confirm it or send it back", why="proposed"
            )
        return Handled(case=case, proposal=_data(row))


def confirm(*, official: Official, proposal_id: UUID) -> Case:
    """The second official agrees: the decision counts. Raises NotFound, Refused for one's own proposal or one that is answered."""
    with transaction.atomic():
        row, case = _open_proposal(official, proposal_id)
        decided = _decide(case, _data(row).verdict, by=official)
        _answer(row, ProposalState.CONFIRMED, official)
        return decided


def send_back(*, official: Official, proposal_id: UUID, reason: str) -> Proposal:
    """The second official disagrees and says why. Raises NotFound, Refused."""
    if not reason.strip():
        raise Refused("nobody learns why", remedy="write a sentence")
    with transaction.atomic():
        row, _case = _open_proposal(official, proposal_id)
        _answer(row, ProposalState.RETURNED, official, reason)
        return _data(row)


def proposals_to_confirm(*, official: Official) -> list[tuple[Proposal, Case]]:
    """Proposals of colleagues that wait for a second official, oldest first."""
    rows = models.Proposal.objects.filter(owner__in=agencies_of(official), state=ProposalState.OPEN)
    found = [
        (_data(row), cases.case(case_id=row.case_id))
        for row in rows.exclude(proposed_by=official.official_id).order_by("id")
    ]
    return [(proposal, case) for proposal, case in found if case.phase in LIVE]


def proposed(*, cases: Collection[Case]) -> frozenset[UUID]:
    """Ids of those of these cases in which a decision is proposed that a colleague has to confirm."""
    at = {case.case_id: case.status_at for case in cases}
    people = {case.subject_id for case in cases}
    rows = models.Proposal.objects.filter(party_id__in=people, case_id__in=list(at), state=ProposalState.OPEN)
    return frozenset(row.case_id for row in rows if row.case_at == at[row.case_id])


def proposals_of(*, case: Case) -> list[Proposal]:
    """What was proposed in a case, oldest first."""
    rows = models.Proposal.objects.filter(party_id=case.subject_id, case_id=case.case_id)
    return [_data(row) for row in rows.order_by("id")]


def _open_proposal(official: Official, proposal_id: UUID) -> tuple[models.Proposal, Case]:
    known = models.Proposal.objects.filter(id=proposal_id, owner__in=agencies_of(official)).first()
    if known is None:
        raise NotFound(f"no proposal {proposal_id}", remedy="check the address")
    row = models.Proposal.objects.select_for_update().get(id=proposal_id, party_id=known.party_id)
    case = cases.case(case_id=row.case_id)
    if row.proposed_by == official.official_id:
        raise Refused("four eyes are those of two people", remedy="a colleague confirms it or sends it back", why="own")
    _must_be_another(official, case)
    if row.state != ProposalState.OPEN:
        raise Refused(f"the proposal is {row.state}", remedy="look at the case as it stands now")
    if case.phase not in LIVE or case.status_at != row.case_at:
        raise Refused(f"case {case.number} went on since this was proposed", remedy="propose anew what fits it now")
    return row, case


def _overtake(case: Case) -> None:
    """A proposal made before the case went on counts no more."""
    waiting = models.Proposal.objects.filter(party_id=case.subject_id, case_id=case.case_id, state=ProposalState.OPEN)
    waiting.exclude(case_at=case.status_at).update(state=ProposalState.OVERTAKEN, answered_at=clock.now())


def _answer(row: models.Proposal, state: ProposalState, official: Official, answer: str = "") -> None:
    row.state, row.answered_by, row.answered_at, row.answer = state, official.official_id, clock.now(), answer
    row.save()


def _checked(case: Case, verdict: Verdict) -> None:
    """What cases would refuse when it is confirmed is refused when it is proposed."""
    known = cases.case_type(service=case.service)
    if case.phase not in LIVE:
        raise Refused(f"case {case.number} is {case.status}", remedy="reopen it first")
    if not verdict.approved and (not verdict.reasons or set(verdict.reasons) - set(known.refusals)):
        raise Refused(
            f"a refusal of {case.service} needs reasons of the city's list",
            remedy=f"one of {', '.join(known.refusals)}",
        )
    carried = {result.fact for result in known.results if result.value is None}
    if verdict.approved and carried - set(verdict.values):
        raise BadInput(
            f"the decision on {case.number} must say {', '.join(sorted(carried - set(verdict.values)))}",
            remedy="fill it in",
        )
    for name, value in verdict.values.items():
        facts.checked_value(name=name, value=value)


def _decide(case: Case, verdict: Verdict, *, by: Official) -> Case:
    return cases.decide(
        case_id=case.case_id,
        approved=verdict.approved,
        by=by.signature,
        reasons=verdict.reasons,
        text=verdict.text,
        values=verdict.values,
    )


def _must_be_free(official: Official, case: Case) -> None:
    """What a colleague works on is theirs until they hand it over; a supervisor may always act."""
    if case.handler_id in (None, official.official_id) or case.owner in official.agencies(Role.SUPERVISOR):
        return
    raise Refused(f"a colleague works on {case.number}", remedy="ask them to hand it over", why="colleague")


def _must_be_another(official: Official, case: Case) -> None:
    """An appeal is looked at by somebody who had no part in the decision."""
    entries = cases.history(case_id=case.case_id)
    last = max((i for i, entry in enumerate(entries) if entry.what in ("decided", "kept")), default=-1)
    if not any(entry.what == "appealed" for entry in entries[last + 1 :]):
        return
    part_in_it = {entries[last].by} | {
        f"official {proposal.proposed_by}"
        for proposal in proposals_of(case=case)
        if proposal.state is ProposalState.CONFIRMED
    }
    if official.signature in part_in_it:
        raise Refused(
            f"you decided {case.number} before", remedy="a colleague looks at the appeal: hand it over", why="appeal"
        )


def _data(row: models.Proposal) -> Proposal:
    return Proposal(
        proposal_id=row.id,
        case_id=row.case_id,
        verdict=Verdict(approved=row.approved, reasons=tuple(row.reasons), text=row.text, values=row.values),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        state=ProposalState(row.state),
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        answer=row.answer,
    )
