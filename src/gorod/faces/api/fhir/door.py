"""HTTP: who asks, in which form, for what. Every answer is a FHIR resource, a refusal an OperationOutcome."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt

from gorod.faces.api.access import SCHEDULING, AgencyToken, open_to
from gorod.faces.api.fhir import capability, operations, outcome
from gorod.faces.api.fhir.asking import Asking
from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.kinds import CODE_OF, KINDS, OPERATIONS, Kind
from gorod.faces.api.fhir.outcome import MEDIA_TYPE, NotAcceptable, UnsupportedMedia, VersionConflict, invalid
from gorod.faces.api.fhir.reading import must_be_fhir, resource_id
from gorod.faces.api.fhir.searching import Query, bundle
from gorod.faces.api.problems import NotAllowed, translate
from gorod.faces.api.wire import json_of
from gorod.kernel.errors import NotFound

READ_TYPES = {MEDIA_TYPE, "application/json", "text/json"}
FORMS = {"", "json", "application/json", MEDIA_TYPE, "text/json"}
FORM = "application/x-www-form-urlencoded"
PURPOSE = range(3, 201)  # letters, as everywhere in the API
_TAG = re.compile(r'^\s*(?:W/)?"([A-Za-z0-9\-.]{1,64})"\s*$')


@csrf_exempt
@open_to("everybody")
def metadata(request: HttpRequest) -> HttpResponse:
    """What this server does. For everybody: a client reads it before it has a token."""
    return _safely(request, lambda: _metadata(request))


@csrf_exempt
@open_to("agencies: an access token with the scope scheduling")
def fhir(request: HttpRequest, path: str = "") -> HttpResponse:
    """Everything else."""
    return _safely(request, lambda: _answer(request, path))


def _safely(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return answer()
    except RequestDataTooBig as error:
        return outcome.answer(translate(error))
    except SuspiciousOperation as error:  # more parameters than anybody sends, a host that is not ours
        return outcome.answer(invalid(str(error)[:300], code="too-costly"))
    except Exception as error:
        return outcome.answer(translate(error))


def _metadata(request: HttpRequest) -> HttpResponse:
    _must_accept_json(request)
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed("metadata is read", remedy="use GET")
    return _response(capability.statement(_base(request)))


def _answer(request: HttpRequest, path: str) -> HttpResponse:
    caller = AgencyToken([SCHEDULING])(request)
    _must_accept_json(request)
    purpose = request.headers.get("Purpose", "")
    if purpose and len(purpose) not in PURPOSE:
        raise invalid(f"Purpose has {PURPOSE[0]} to {PURPOSE[-1]} letters", at="http.Purpose")
    preferred = {part.strip() for part in request.headers.get("Prefer", "").replace(";", ",").split(",")}
    asking = Asking(agency=caller.agency, base=_base(request), purpose=purpose, lenient="handling=lenient" in preferred)
    answer = _routed(request, asking, [part for part in path.split("/") if part])
    if "return=minimal" in preferred and request.method in ("POST", "PUT") and answer.has_header("ETag"):
        answer.content = b""
    return answer


def _routed(request: HttpRequest, asking: Asking, parts: list[str]) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else request.method or ""
    if not parts or parts[0] not in KINDS:
        what = f"the resource type {parts[0][:64]}" if parts else "the whole system"
        raise NotFound(f"{what} is not served", remedy="see /api/fhir/metadata")
    kind = KINDS[parts[0]]
    match method, parts[1:]:
        case "GET", []:
            return _search(asking, kind, request.GET)
        case "POST", ["_search"]:
            return _search(asking, kind, request.GET, _form(request))
        case "POST", []:
            return _create(request, asking, kind)
        case (("GET" | "POST"), [name]) if name.startswith("$"):
            return _operate(request, asking, kind, name[1:], method)
        case "GET", [found]:
            return _read(request, asking, kind, found)
        case "PUT", [found]:
            return _update(request, asking, kind, found)
        case _, ([] | [_]):
            raise NotAllowed(f"{kind.name} does not take {method[:20]} here", remedy="see /api/fhir/metadata")
    raise NotFound("there is nothing at this address", remedy="see /api/fhir/metadata")


# --- reading


def _search(asking: Asking, kind: Kind, *given: QueryDict) -> HttpResponse:
    query = Query.read(_together(given), kind.search_names(), lenient=asking.lenient)
    page = kind.search(asking, query)
    return _response(bundle(page, base=asking.base, path=kind.name, query=query))


def _together(given: tuple[QueryDict, ...]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for one in given:
        for name, values in one.lists():
            found.setdefault(name, []).extend(str(value) for value in values)
    return list(found.items())


def _form(request: HttpRequest) -> QueryDict:
    if request.content_type not in (FORM, ""):
        raise UnsupportedMedia(f"a search is sent as {FORM}", remedy="or as GET")
    try:
        return QueryDict(request.body, encoding="utf-8")
    except UnicodeError as error:
        raise invalid("the form is not UTF-8", code="structure") from error


def _read(request: HttpRequest, asking: Asking, kind: Kind, found: str) -> HttpResponse:
    resource = kind.read(asking, found)
    known = request.headers.get("If-None-Match", "")
    if known and _TAG.match(known) and _version(known) == resource["meta"]["versionId"]:
        unchanged = HttpResponse(status=304)
        unchanged["ETag"] = f'W/"{resource["meta"]["versionId"]}"'
        return unchanged
    return _response(resource)


# --- writing


def _create(request: HttpRequest, asking: Asking, kind: Kind) -> HttpResponse:
    if kind.create is None:
        raise NotAllowed(f"{kind.name} is not created here", remedy="see /api/fhir/metadata")
    body = _body(request)
    must_be_fhir(body, kind.name)
    condition = request.headers.get("If-None-Exist", "")
    with transaction.atomic():
        if kind.name in CODE_OF:
            _one_at_a_time(kind.name)
        if condition:
            there = _existing(asking, kind, condition)
            if there is not None:
                return _response(there, location=asking.base)
        return _response(kind.create(asking, body), status=201, location=asking.base)


def _existing(asking: Asking, kind: Kind, condition: str) -> Resource | None:
    """What If-None-Exist finds (R4, 3.1.0.8.1): one is the answer, several are an error."""
    if kind.name not in CODE_OF:
        raise invalid(f"{kind.name} is not created conditionally", code="not-supported", at="http.If-None-Exist")
    given = parse_qs(condition.lstrip("?"), keep_blank_values=True)
    page = kind.search(asking, Query.read(given.items(), kind.search_names(), lenient=False))
    if page.total > 1:
        raise VersionConflict("several are like that", remedy="search by the whole identifier")
    return page.resources[0] if page.resources else None


def _update(request: HttpRequest, asking: Asking, kind: Kind, found: str) -> HttpResponse:
    if kind.update is None:
        raise NotAllowed(f"{kind.name} is not updated here", remedy="see /api/fhir/metadata")
    body = _body(request)
    must_be_fhir(body, kind.name)
    if resource_id(body) != found:
        raise invalid("the id in the resource is not that of the address", at=f"{kind.name}.id")
    with transaction.atomic():
        _one_at_a_time(f"{kind.name}/{found}")
        there = kind.read(asking, found)
        expected = request.headers.get("If-Match", "")
        if expected and _version(expected) != there["meta"]["versionId"]:
            raise VersionConflict(f"it is version {there['meta']['versionId']} by now", remedy="read it again")
        return _response(kind.update(asking, found, body))


def _one_at_a_time(what: str) -> None:
    """Wait for whoever changes the same, to the end of the transaction: two who know the same version do not both change it, and
    a code is not entered twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"fhir {what}"])


def _version(tag: str) -> str:
    found = _TAG.match(tag)
    if found is None:
        raise invalid('a version is W/"n"', at="http.If-Match")
    return found[1]


def _operate(request: HttpRequest, asking: Asking, kind: Kind, name: str, method: str) -> HttpResponse:
    if name not in kind.operations:
        raise NotFound(f"{kind.name} has no operation ${name[:40]}", remedy="see /api/fhir/metadata")
    if name == "find":
        given, party_id = _together((request.GET,)), None
        if method == "POST":
            more, party_id = operations.find_values(_body(request))
            given = [*given, *more]
        known = [*operations.FIND, *operations.UNHEARD]
        query = Query.read(given, known, lenient=asking.lenient)
        page = operations.find(asking, query, party_id)
        return _response(bundle(page, base=asking.base, path=f"{kind.name}/$find", query=query))
    if method != "POST":
        raise NotAllowed(f"${name} changes something", remedy="use POST")
    with transaction.atomic():
        return _response(OPERATIONS[name](asking, _body(request)))


# --- the form


def _body(request: HttpRequest) -> Any:
    if request.content_type not in READ_TYPES:
        raise UnsupportedMedia(f"{(request.content_type or 'no type')[:60]} is not read", remedy=f"send {MEDIA_TYPE}")
    body = json_of(request.body)
    if not isinstance(body, dict):
        raise invalid("a resource is a JSON object", code="structure")
    return body


def _must_accept_json(request: HttpRequest) -> None:
    asked = request.GET.get("_format", "")
    if asked:
        fine = asked.replace(" ", "+") in FORMS
    else:
        accepted = [part.partition(";")[0].strip() for part in request.headers.get("Accept", "*/*").split(",")]
        fine = any(one in FORMS or one in ("*/*", "application/*", "text/*") for one in accepted)
    if not fine:
        raise NotAcceptable("resources are sent as JSON", remedy=f"accept {MEDIA_TYPE}")


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/api/fhir")


def _response(resource: Resource, *, status: int = 200, location: str = "") -> HttpResponse:
    answer = HttpResponse(
        json.dumps(resource, ensure_ascii=False), status=status, content_type=f"{MEDIA_TYPE}; charset=utf-8"
    )
    version = resource.get("meta", {}).get("versionId")
    if version:
        answer["ETag"] = f'W/"{version}"'
    if location:
        answer["Location"] = f"{location}/{resource['resourceType']}/{resource['id']}"
    answer["Cache-Control"] = "no-store"
    return answer
