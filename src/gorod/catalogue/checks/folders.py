"""Every file lies where it is read: what lies elsewhere would silently be no part of the city."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check(content: Content) -> Iterator[Problem]:
    """Yield folders of services without service.yaml, files beside them, names that are none, and .yml."""
    for path in sorted(content.folder.rglob("*.yml")):
        place = f"{path.relative_to(content.folder).as_posix()}:1"
        yield Problem(place=place, what="a file that is not read", remedy="call it .yaml")
    for path in sorted([*content.folder.glob("services/*"), *content.folder.glob("services/*/*")]):
        name = path.relative_to(content.folder)
        if path.name.startswith("."):
            continue
        if not path.is_dir():
            yield Problem(
                place=f"{name.as_posix()}:1", what="a file that is not read", remedy="services/<area>/<service>/ is"
            )
        elif not _NAME.fullmatch(path.name):
            yield _no_name(name.as_posix(), path.name)
        elif len(name.parts) == 3 and not (path / "service.yaml").exists():
            yield Problem(
                place=f"{name.as_posix()}/service.yaml:1",
                what="the file is missing",
                remedy="write it, or remove the folder",
            )
    for event, entry in content.life_events.items():
        if not _NAME.fullmatch(event):
            yield _no_name(entry.document.name, event)


def _no_name(where: str, name: str) -> Problem:
    return Problem(
        place=f"{where}:1", what=f"{name!r} is not a name", remedy="small letters, digits and _, a letter first"
    )
