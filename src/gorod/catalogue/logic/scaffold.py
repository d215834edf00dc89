"""The files of a new service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gorod.catalogue.logic.content import archetypes

_SERVICE = """\
# yaml-language-server: $schema=../../../../../docs/reference/schemas/service.json
archetype: {archetype}
owner: {owner}
law:
  - {{act: "name the act", article: "and the article", assumed: true}}
subject: resident
conditions: {{}}                       # name: a condition over facts and values, e.g.  adult: age_years >= 18
decides: {{within_working_days: 5, by: agency}}
"""
_BOOKING = """\
booking:
  opens: [{days: 14, at: "07:30"}]
"""
_RESULT = """\
result:
  - {{fact: {name}_granted, value: true}}
"""
_REFUSALS = """\
refusals: [{}]    # what its owner may refuse it for: keep those that fit
"""
_FACTS = """\
{name}_granted:
  type: boolean
  owner: {owner}
  absent: false
  meaning: {{{meaning}}}
"""
_TEXTS = """\
name: {name}
summary: Say in one sentence what it is and for whom.
gives: Say what the person gets.
conditions: {{}}                       # condition: the sentence that is said when it fails
"""
_CASES = """\
# At least one that is due, one that is not, one that is unknown, as soon as there are conditions.
- name: nobody is refused
  as_of: 2026-01-01
  facts: {}
  expect: {verdict: due}
"""


def write_service(
    *, folder: Path, archetype: str, owner: str, languages: Sequence[str], reasons: Sequence[str]
) -> list[Path]:
    """Write service.yaml, texts, cases.yaml and, where the archetype needs a result, facts.yaml."""
    needs = archetypes()[archetype].needs
    conditions = "conditions" in needs
    service = _SERVICE.format(archetype=archetype, owner=owner)
    written = {"service.yaml": service, "cases.yaml": _CASES}
    if "booking" in needs:
        written["service.yaml"] = service + _BOOKING
    if "result" in needs or conditions:
        meaning = ", ".join(f'{language}: "{folder.name} was granted"' for language in languages)
        written["facts.yaml"] = _FACTS.format(name=folder.name, owner=owner, meaning=meaning)
        written["service.yaml"] = service + _RESULT.format(name=folder.name) + _REFUSALS.format(", ".join(reasons))
    if conditions:
        written["service.yaml"] = written["service.yaml"].replace(
            "conditions: {}   ", f"conditions: {{first: not {folder.name}_granted}}   "
        )
        written["cases.yaml"] = (
            f"- {{name: not granted yet, as_of: 2026-01-01, facts: {{{folder.name}_granted: false}}, "
            "expect: {verdict: due}}\n"
            f"- {{name: granted already, as_of: 2026-01-01, facts: {{{folder.name}_granted: true}}, "
            "expect: {verdict: not_due, failing: [first]}}\n"
            f"- {{name: nothing is known, as_of: 2026-01-01, facts: {{}}, "
            f"expect: {{verdict: unknown, missing: [{folder.name}_granted]}}}}\n"
        )
    for language in languages:
        text = _TEXTS.format(name=folder.name)
        if conditions:
            text = text.replace("conditions: {}   ", "conditions: {first: It was granted already.}   ")
        written[f"texts/{language}.yaml"] = text
    paths = []
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return sorted(paths)
