"""CloudEvents 1.0 over HTTP: binary, structured and batch mode, read with the SDK of the CNCF."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.bindings.http import HTTPMessage, from_binary
from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent as Parsed
from django.http import HttpRequest

from gorod.engines.intake.api import LONGEST_NAME
from gorod.engines.intake.data import CloudEvent
from gorod.kernel import clock
from gorod.kernel.canonical import storable
from gorod.kernel.errors import BadInput

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_FORMAT = JSONFormat()


def read(request: HttpRequest) -> tuple[list[CloudEvent], bool]:
    """The events of a request, and whether it was a batch. Raises BadInput, with `errors` by index for a batch."""
    kind = (request.content_type or "").lower()
    if kind == BATCH:
        listed = json_of(request.body)
        if not isinstance(listed, list):
            raise BadInput("a batch is a JSON array of events", remedy="see CloudEvents 1.0, JSON format, section 4")
        return _batch(listed), True
    if kind == STRUCTURED:
        return [_structured(json_of(request.body))], False
    if "ce-specversion" in request.headers:
        json_of(request.body)
        headers = {name: value for name, value in request.headers.items() if name.lower().startswith("ce-")}
        message = HTTPMessage(headers={**headers, "content-type": "application/json"}, body=request.body)
        return [_checked(lambda: from_binary(message, _FORMAT, Parsed))], False
    raise BadInput(
        f"{kind or 'no content type'} is not a CloudEvents request",
        remedy=f"send {STRUCTURED}, {BATCH}, or ce- headers",
    )


def json_of(body: bytes) -> Any:
    """The JSON of a body. Raises BadInput; also for the character U+0000, which no text of the city can hold."""
    try:
        parsed = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"the body is not JSON: {error}", remedy="send UTF-8 JSON (RFC 8259)") from error
    if b"\\u0000" in body:
        raise BadInput("the body holds the character U+0000", remedy="leave it out")
    if b"\\ud" in body.lower() and not storable(parsed):
        raise BadInput("the body holds half of a surrogate pair", remedy="send whole characters (RFC 8259, 8.2)")
    return parsed


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _batch(listed: list[Any]) -> list[CloudEvent]:
    events, errors = [], []
    for index, item in enumerate(listed):
        try:
            events.append(_structured(item))
        except BadInput as error:
            errors.append({"index": index, "detail": error.detail, "remedy": error.remedy})
    if errors:
        raise BadInput(
            f"{len(errors)} of {len(listed)} are no events; none was stored: {errors[0]['detail']}",
            remedy="correct them and send all again",
            errors=errors,
        )
    return events


def _structured(item: Any) -> CloudEvent:
    if not isinstance(item, dict):
        raise BadInput("an event is a JSON object", remedy="see CloudEvents 1.0, JSON format")
    if "time" in item and not _is_time(item["time"]):
        raise BadInput(f"time is {item['time']!r}", remedy="write it as RFC 3339 says, e.g. 2026-11-24T12:00:00Z")
    return _checked(lambda: _FORMAT.read(Parsed, json.dumps(item)))


def _is_time(text: object) -> bool:
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _checked(parse: Any) -> CloudEvent:
    try:
        event = parse()
        attributes = event.get_attributes()
    except BaseCloudEventException as error:
        detail = " ".join(str(error).split())
        raise BadInput(detail, remedy="see CloudEvents 1.0, section 3") from error
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadInput(f"not a CloudEvent: {error}", remedy="see CloudEvents 1.0, section 3") from error
    if attributes.get("specversion") != "1.0":
        raise BadInput("only CloudEvents 1.0 are taken", remedy="set specversion to 1.0")
    for name in ("id", "source", "type"):
        if not isinstance(attributes.get(name), str) or not 0 < len(attributes[name]) <= LONGEST_NAME:
            raise BadInput(f"{name} is a text of 1 to {LONGEST_NAME} characters", remedy=f"correct {name}")
    data = event.get_data()
    if not isinstance(data, dict):
        raise BadInput("data is not a JSON object", remedy="see the schema of the event type")
    time = event.get_time()
    return CloudEvent(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        time=(time or clock.now()).astimezone(UTC),
        data=data,
    )
