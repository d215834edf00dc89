"""The bundles of these tests are what they say; and whatever stands in a bundle, it is read or refused, never a failure."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gorod.faces.api.adapters.opencrvs import birth, content, mapping
from gorod.faces.api.adapters.opencrvs.tests.factories import as_sent, delivery, document, for_webhook_client
from gorod.faces.api.tests.factories import tiny
from gorod.faces.api.wire import json_of
from gorod.kernel.errors import BadInput


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["reference"]} if isinstance(part.get("reference"), str) else set()
        return own.union(*(references(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(references(value) for value in part))
    return set()


def test_the_document_is_a_document_bundle_of_fhir_r4() -> None:
    """fhir.resources checks every resource; the rules for documents (FHIR R4, 2.36 and 3.3: bdl-9 to bdl-11) stand here."""
    bundle = document()
    read = Bundle.model_validate(bundle)
    assert read.type == "document"
    assert read.identifier.system and read.identifier.value
    assert read.timestamp
    assert read.entry[0].resource.get_resource_type() == "Composition"
    resolvable = {"/".join(entry["fullUrl"].split("/")[-2:]) for entry in bundle["entry"]}
    assert references(bundle) <= resolvable


def test_what_opencrvs_writes_is_not() -> None:
    """The other form really differs: else reading both would show nothing."""
    with pytest.raises(ValidationError):
        Bundle.model_validate(as_sent(document()))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
SECTIONS = ["child-details", "mother-details", "father-details", "informant-details"]
BUNDLES = st.sampled_from(
    [document(), as_sent(document()), for_webhook_client(as_sent(document(), bare_types=True), SECTIONS)]
)


def ways(part: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [way, *(found for key, value in inner for found in ways(value, (*way, key)))]


@settings(max_examples=150, deadline=None)
@given(bundle=BUNDLES, chooser=st.data(), anything=ANYTHING)
def test_anything_in_any_place_is_read_or_refused(
    bundle: dict[str, Any], chooser: st.DataObject, anything: object
) -> None:
    body = json.loads(delivery(bundle))
    way = chooser.draw(st.sampled_from(ways(body)[1:]))
    place = body
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = anything
    file = content.of(tiny())
    with suppress(BadInput):
        made = mapping.event(birth.read(json_of(json.dumps(body).encode()), sections=file.sections), file)
        assert made.id
        assert made.time.tzinfo
