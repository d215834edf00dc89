"""One case: whom it is about, what it rests on, what its rule says of that, what happened, and what the official may do now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Case, HistoryEntry, Phase
from gorod.engines.dues import api as dues
from gorod.engines.handling import api as handling
from gorod.engines.handling.data import Basis, Proposal, ProposalState, Verdict
from gorod.engines.messages import api as messages
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.content import figures
from gorod.faces.desk.forms import HandOverForm, QuestionForm, RefusalForm, WordsForm
from gorod.faces.desk.showing import case_row, in_the_way, name_of, shown, signed
from gorod.faces.portal import wording
from gorod.faces.portal.forms import FactsForm
from gorod.kernel.errors import BadInput, Refused
from gorod.records.facts import api as facts
from gorod.records.facts.data import Fact
from gorod.records.officials import api as officials
from gorod.records.officials.data import Official, Role
from gorod.records.parties import api as parties

NOBODY = "nobody"  # the choice that gives a case back to the queue


class Forms:
    """The forms of the page; the one that was sent is filled in with what was sent."""

    def __init__(self, case: Case, who: Official, sent: Any = None) -> None:
        self.did = sent.get("do", "") if sent is not None else ""
        known = cases.case_type(service=case.service)
        words = messages.reasons(codes=known.refusals, language=catalogue.language())
        carried = [result.fact for result in known.results if result.value is None]
        colleagues = [
            one
            for one in officials.colleagues(agency=case.owner, role=Role.OFFICER)
            if one.official_id != case.handler_id
        ]
        people = [(str(one.official_id), one.name) for one in colleagues]
        self.approve = FactsForm(carried, self._data("approve", sent))
        self.refuse = RefusalForm(list(zip(known.refusals, words, strict=True)), self._data("refuse", sent))
        self.ask = QuestionForm(self._data("ask", sent), prefix="ask")
        self.over = HandOverForm([(NOBODY, _("back to the queue")), *people], self._data("over", sent))
        self.keep = WordsForm(self._data("keep", sent), prefix="keep")
        self.back = WordsForm(self._data("back", sent), prefix="back")

    def _data(self, name: str, sent: Any) -> Any:
        return sent if self.did == name else None

    def wrong(self) -> Any:
        """The form whose mistakes the page shows; None when none has any."""
        return next((form for form in vars(self).values() if getattr(form, "errors", None)), None)


@page(open_to="officers")
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the case, or do what a button says. Raises NotFound for a case of another agency."""
    who = official(request)
    case = handling.case_for(official=who, number=number)
    forms = Forms(case, who, request.POST if request.method == "POST" else None)
    act = ACTS.get(forms.did)
    if act is not None:
        try:
            done = act(who, case, forms)
        except (Refused, BadInput) as error:
            notices.error(request, in_the_way(error))
            return redirect("desk:case", number)
        if done:
            notices.success(request, done)
            ended = cases.case(case_id=case.case_id).phase not in LIVE
            return redirect("desk:queue") if ended else redirect("desk:case", number)
    values = _values(who, case, forms)
    return shown(request, "desk/case.html", values, status=422 if forms.wrong() else 200)


def _take(who: Official, case: Case, forms: Forms) -> str:
    handling.take(official=who, number=case.number)
    return _("You work on it now.")


def _approve(who: Official, case: Case, forms: Forms) -> str:
    if not forms.approve.is_valid():
        return ""
    verdict = Verdict(approved=True, values=forms.approve.values)
    return _said(handling.decide(official=who, number=case.number, verdict=verdict).proposal)


def _refuse(who: Official, case: Case, forms: Forms) -> str:
    if not forms.refuse.is_valid():
        return ""
    given = forms.refuse.cleaned_data
    verdict = Verdict(approved=False, reasons=tuple(given["reasons"]), text=given["words"])
    return _said(handling.decide(official=who, number=case.number, verdict=verdict).proposal)


def _said(proposal: Proposal | None) -> str:
    return _("Proposed: a colleague confirms it.") if proposal else _("Decided. The person is told.")


def _ask(who: Official, case: Case, forms: Forms) -> str:
    if not forms.ask.is_valid():
        return ""
    handling.ask(official=who, number=case.number, text=forms.ask.cleaned_data["question"])
    return _("The person is asked.")


def _hand_over(who: Official, case: Case, forms: Forms) -> str:
    if not forms.over.is_valid():
        return ""
    given = forms.over.cleaned_data
    to = None if given["to"] == NOBODY else UUID(given["to"])
    handling.hand_over(official=who, number=case.number, to=to, reason=given["words"])
    return _("Handed over.")


def _keep(who: Official, case: Case, forms: Forms) -> str:
    if not forms.keep.is_valid():
        return ""
    handling.keep(official=who, number=case.number, reason=forms.keep.cleaned_data["words"])
    return _("The decision stays. The person sees it.")


def _confirm(who: Official, case: Case, forms: Forms) -> str:
    waiting = _waiting(handling.proposals_of(case=case))
    if waiting is None:
        raise Refused("no proposal waits", remedy="look at the case as it stands now")
    handling.confirm(official=who, proposal_id=waiting.proposal_id)
    return _("Confirmed. The person is told.")


def _send_back(who: Official, case: Case, forms: Forms) -> str:
    waiting = _waiting(handling.proposals_of(case=case))
    if waiting is None:
        raise Refused("no proposal waits", remedy="look at the case as it stands now")
    if not forms.back.is_valid():
        return ""
    handling.send_back(official=who, proposal_id=waiting.proposal_id, reason=forms.back.cleaned_data["words"])
    return _("Sent back to who proposed it.")


ACTS: dict[str, Callable[[Official, Case, Forms], str]] = {
    "take": _take,
    "approve": _approve,
    "refuse": _refuse,
    "ask": _ask,
    "over": _hand_over,
    "keep": _keep,
    "confirm": _confirm,
    "back": _send_back,
}


def _waiting(proposals: Sequence[Proposal]) -> Proposal | None:
    return next((one for one in proposals if one.state is ProposalState.OPEN), None)


def _values(who: Official, case: Case, forms: Forms) -> dict[str, Any]:
    basis = handling.basis(official=who, case=case)
    names = parties.parties(party_ids=[case.subject_id, case.applicant_id])
    proposals = handling.proposals_of(case=case)
    waiting = _waiting(proposals)
    live = case.phase in LIVE
    free = case.handler_id in (None, who.official_id) or case.owner in who.agencies(Role.SUPERVISOR)
    decision = cases.decision(decision_id=case.decision_id) if case.decision_id else None
    return {
        **case_row(case),
        "about": names[case.subject_id].names.full() or _("a newborn without a name yet"),
        "applicant": names[case.applicant_id].names.full() if case.applicant_id != case.subject_id else "",
        "opened": wording.moment(case.opened_at),
        "amount": wording.money(case.amount) if case.amount else "",
        "handler": name_of(case.handler_id),
        "conditions": _conditions(case, basis),
        "facts": [_fact(fact) for fact in basis.facts],
        "given": [(wording.meaning(name), wording.given(name, value)) for name, value in case.data.items()],
        "history": [_event(entry, case) for entry in cases.history(case_id=case.case_id)],
        "proposals": [_proposal(one, case) for one in proposals],
        "may_confirm": live and waiting is not None and waiting.proposed_by != who.official_id,
        "may_take": live and case.handler_id is None,
        "may_work": live and free and waiting is None,
        "may_ask": case.phase is Phase.OPEN,
        "decision": decision
        and {
            "approved": decision.approved,
            "reasons": messages.reasons(codes=decision.reasons, language=catalogue.language()),
            "day": wording.moment(decision.decided_at),
        },
        "four_eyes": cases.case_type(service=case.service).four_eyes,
        "forms": forms,
        "form": forms.wrong(),
    }


def _conditions(case: Case, basis: Basis) -> list[dict[str, Any]]:
    """Each condition of the rule: whether it holds, the sentence said when it does not, its text, what it names."""
    if basis.outcome is None:
        return []
    rule = dues.rule_set().rule(case.service)
    known = {fact.name: (wording.meaning(fact.name), wording.value(fact.name, fact.value)) for fact in basis.facts}
    known |= {used.name: (used.meaning, used.figure) for used in figures(rule.values)}
    rows = []
    for name, holds in basis.outcome.holds.items():
        expression = rule.conditions.get(name) or rule.amount
        assert expression is not None
        rows.append(
            {
                "holds": holds,
                "said": wording.failing(case.service, (name,)) if holds is False else [],
                "text": expression.text,
                "facts": [known[name] for name in sorted(expression.names) if name in known],
            }
        )
    return rows


def _fact(fact: Fact) -> dict[str, Any]:
    origin = fact.provenance
    return {
        "meaning": wording.meaning(fact.name),
        "value": _("disputed: nobody relies on it now") if fact.disputed else wording.value(fact.name, fact.value),
        "owner": wording.owner(origin.owner) if origin else "",
        "derived": facts.definition(name=fact.name).kind.value != "stated",
        "verified": wording.day(origin.verified_on) if origin and origin.verified_on else "",
    }


def _event(entry: HistoryEntry, case: Case) -> dict[str, str]:
    detail = entry.detail.get("text") or entry.detail.get("reason") or ""
    if entry.what == "assigned" and entry.detail.get("to"):
        detail = f"{name_of(UUID(entry.detail['to']))} {detail}".strip()
    return {
        "at": wording.moment(entry.at),
        "said": wording.happened(entry),
        "by": signed(entry.by, case.owner),
        "detail": str(detail),
    }


def _proposal(proposal: Proposal, case: Case) -> dict[str, Any]:
    states = {
        ProposalState.OPEN: _("waits for a colleague"),
        ProposalState.CONFIRMED: _("confirmed"),
        ProposalState.RETURNED: _("sent back"),
        ProposalState.OVERTAKEN: _("overtaken: the case went on"),
    }
    verdict = proposal.verdict
    return {
        "approved": verdict.approved,
        "reasons": messages.reasons(codes=verdict.reasons, language=catalogue.language()),
        "text": verdict.text,
        "values": [(wording.meaning(name), wording.given(name, value)) for name, value in verdict.values.items()],
        "by": name_of(proposal.proposed_by),
        "at": wording.moment(proposal.proposed_at),
        "state": states[proposal.state],
        "answered_by": name_of(proposal.answered_by),
        "answer": proposal.answer,
    }


@page(open_to="officers")
def confirmations(request: HttpRequest) -> HttpResponse:
    """Decisions of colleagues that wait for a second official."""
    found = handling.proposals_to_confirm(official=official(request))
    rows = [{**case_row(case), **_proposal(proposal, case)} for proposal, case in found]
    return shown(request, "desk/confirmations.html", {"rows": rows})
