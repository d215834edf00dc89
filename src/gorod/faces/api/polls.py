"""What anybody fetches who watches or counts a poll, and where ballots go in. No cookie is read here and nobody is asked who they
are."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from gorod.engines.polls import api as polls
from gorod.engines.polls.data import PUBLIC, State, Version
from gorod.faces.api.wire import json_of
from gorod.kernel.errors import BadInput, NotFound
from gorod.records.ledger.data import Numbered
from gorod.verify import receipt
from gorod.verify.polls import entries, settings
from gorod.verify.polls.ballot import BALLOT

router = Router(tags=["polls"], auth=None)
PAGE = 1000  # ballots
LAST = 2**63  # an index that no log reaches
ANYWHERE = {"Access-Control-Allow-Origin": "*"}


@router.post("/polls/ballots", summary="Cast a ballot")
def cast_ballot(request: HttpRequest) -> HttpResponse:
    """Take a ballot: 201 and its hash when it will be in the ledger; of the same ballot again the same."""
    leaf = polls.cast(content=json_of(request.body))
    return JsonResponse({"hash": leaf.hex()}, status=201, headers={"Cache-Control": "no-store"})


@router.get("/polls/ballots/{hash}", summary="The receipt of a ballot")
def ballot_receipt(request: HttpRequest, hash: str) -> HttpResponse:
    """The receipt of a ballot by its hash; 404 until it is published. Also the ballot itself: it is its content."""
    try:
        leaf = bytes.fromhex(hash)
    except ValueError:
        raise NotFound("no ballot has such a hash", remedy="it is 64 hexadecimal digits") from None
    text = receipt.written(polls.receipt(leaf=leaf))
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=ANYWHERE)


@router.get("/polls", summary="Every poll that was announced")
def observed_polls(request: HttpRequest) -> HttpResponse:
    """Every poll that was announced: its number, title, state and times."""
    return _answer({"polls": [_line(one) for one in polls.versions()]})


@router.get("/polls/{uuid:version_id}", summary="A poll: settings, state, counts, key, result")
def observed_poll(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Settings, state, how many may take part, tokens issued, ballots stored, decryption key, result."""
    version = _public(version_id)
    own = [found for one in polls.own_entries(version_id=version_id) if (found := entries.read(one.index, one.entry))]
    keys = [one.content.get("key") for one in own if one.kind in (entries.CLOSED, entries.KEY)]
    result = next((one.content["result"] for one in own if one.kind == entries.RESULT), None)
    assert version.settings is not None
    return _answer(
        {
            **_line(version),
            "settings": settings.written(version.settings),
            "entries": [{"index": one.index, "kind": one.kind} for one in own],
            "registered": version.settings.eligible,
            "issued": polls.issued(version_id=version_id),
            "stored": polls.stored(version_id=version_id),
            "key": next((key for key in keys if key), None),
            "result": result,
        }
    )


@router.get("/polls/{uuid:version_id}/ballots", summary="The ballots of a poll, in the order of the log")
def observed_ballots(request: HttpRequest, version_id: UUID, after: int = -1) -> HttpResponse:
    """Ballots in the order of the log, PAGE at a time: `?after=` the index of the last one that is known."""
    _public(version_id)
    if not -1 <= after < LAST:
        raise BadInput("after is an index in the log", remedy="say ?after= with the index of the last ballot you have")
    found = list(polls.ballots(version_id=version_id, after=after, limit=PAGE))
    more = f"?after={found[-1].index}" if len(found) == PAGE else None
    return _answer({"ballots": [_ballot(one) for one in found], "more": more})


@router.get("/polls/{uuid:version_id}/invalid", summary="What does not count in a counted poll, and why")
def not_counted(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The entries of a counted poll that do not count, with the reason of each, and what does not add up."""
    version = _public(version_id)
    if version.state is not State.COUNTED or version.result is None:
        raise NotFound("this poll is not counted yet", remedy="ask again after its end")
    return _answer({"invalid": version.result["not_counted"], "alarms": version.result["alarms"]})


def _public(version_id: UUID) -> Version:
    version = polls.version(version_id=version_id)
    if version.state not in PUBLIC:
        raise NotFound(f"no poll {version_id}", remedy="see /api/polls")
    return version


def _line(version: Version) -> dict[str, Any]:
    return {
        "poll": str(version.version_id),
        "topic": str(version.poll_id),
        "version": version.number,
        "title": version.title,
        "state": version.state.value,
        "opens": version.draft.opens.isoformat(),
        "closes": version.draft.closes.isoformat(),
    }


def _ballot(one: Numbered) -> dict[str, Any]:
    said = json.loads(one.entry)
    assert said["kind"] == BALLOT
    return {"index": one.index, "hash": one.leaf.hex(), "ballot": said["content"]}


def _answer(values: dict[str, Any]) -> HttpResponse:
    return JsonResponse(values, headers=ANYWHERE, json_dumps_params={"ensure_ascii": False})
