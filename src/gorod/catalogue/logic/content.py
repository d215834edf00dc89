"""A city's folder as checked files, before they are joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gorod.catalogue.data import Misfits, Problem
from gorod.catalogue.logic import districts, files
from gorod.catalogue.logic.archetype_file import ArchetypeFile
from gorod.catalogue.logic.documents import Document, Unreadable
from gorod.catalogue.logic.examples_file import ExamplesFile
from gorod.catalogue.logic.questions_file import QuestionsFile
from gorod.catalogue.logic.synthetic_file import SyntheticFile

ARCHETYPES = Path(__file__).resolve().parents[1] / "archetypes"

Model = TypeVar("Model", bound=BaseModel)
_ALLOWED = {"service.yaml", "cases.yaml", "facts.yaml", "values.yaml", "texts", "notes.md"}


@dataclass(frozen=True)
class Entry:
    """One named definition with the file it stands in."""

    name: str
    document: Document
    way: tuple[str | int, ...]
    body: Any

    @property
    def place(self) -> str:
        """`file:line` of its beginning."""
        return self.document.place(*self.way)


@dataclass(frozen=True)
class ServiceFolder:
    """The files of one service."""

    name: str
    area: str
    document: Document
    file: files.ServiceFile
    texts: Mapping[str, tuple[Document, files.ServiceTextsFile]]
    examples: tuple[Document, ExamplesFile] | None

    def place(self, *way: str | int) -> str:
        """`file:line` inside service.yaml."""
        return self.document.place(*way)


@dataclass
class Content:
    """Everything read from a city's folder; `problems` are those of single files."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    city: files.CityFile | None = None
    city_document: Document | None = None
    calendar: files.CalendarFile = field(default_factory=files.CalendarFile)
    districts: districts.Districts | None = None
    synthetic: tuple[Document, SyntheticFile] | None = None
    questions: tuple[Document, QuestionsFile] | None = None
    facts: dict[str, Entry] = field(default_factory=dict)
    relations: dict[str, Entry] = field(default_factory=dict)
    values: dict[str, Entry] = field(default_factory=dict)
    reasons: dict[str, Entry] = field(default_factory=dict)
    events: dict[str, Entry] = field(default_factory=dict)
    life_events: dict[str, Entry] = field(default_factory=dict)
    services: dict[str, ServiceFolder] = field(default_factory=dict)
    texts: dict[str, tuple[Document, files.CityTextsFile]] = field(default_factory=dict)

    def add(self, place: str, what: str, remedy: str) -> None:
        """Note an error."""
        self.problems.append(Problem(place=place, what=what, remedy=remedy))


@cache
def archetypes() -> dict[str, ArchetypeFile]:
    """The engine's archetypes, found by walking."""
    return {
        path.parent.name: ArchetypeFile.model_validate(Document(path, ARCHETYPES).data)
        for path in sorted(ARCHETYPES.glob("*/archetype.yaml"))
    }


def read(folder: Path) -> Content:
    """Read every file of a city's folder. Nothing is raised for what is wrong inside: see `problems`."""
    content = Content(folder=folder)
    document, content.city = _one(content, folder / "city.yaml", files.CityFile)
    content.city_document = document
    if document is None:
        return content
    _, calendar = _one(content, folder / "calendar.yaml", files.CalendarFile, optional=True)
    content.calendar = calendar or content.calendar
    content.districts, found_problems = districts.read(folder)
    content.problems += found_problems
    made_up, synthetic = _one(content, folder / "synthetic.yaml", SyntheticFile, optional=True)
    content.synthetic = (made_up, synthetic) if made_up is not None and synthetic is not None else None
    asked, questions = _one(content, folder / "questions.yaml", QuestionsFile, optional=True)
    content.questions = (asked, questions) if asked is not None and questions is not None else None
    for path in [*sorted((folder / "facts").glob("*.yaml")), *sorted(folder.glob("services/*/*/facts.yaml"))]:
        _many(content, path, files.FactsFile, content.facts)
    for path in [*sorted((folder / "values").glob("*.yaml")), *sorted(folder.glob("services/*/*/values.yaml"))]:
        _many(content, path, files.ValuesFile, content.values)
    if (folder / "relations.yaml").exists():
        _many(content, folder / "relations.yaml", files.RelationsFile, content.relations)
    if (folder / "refusal_reasons.yaml").exists():
        _many(content, folder / "refusal_reasons.yaml", files.ReasonsFile, content.reasons)
    for path in sorted((folder / "events").glob("*.yaml")):
        found, event = _one(content, path, files.EventFile)
        if found is not None and event is not None:
            _enter(content, content.events, Entry(event.type, found, ("type",), event))
    for path in sorted((folder / "life_events").glob("*.yaml")):
        found, life_event = _one(content, path, files.LifeEventFile)
        if found is not None and life_event is not None:
            _enter(content, content.life_events, Entry(path.stem, found, (), life_event))
    for path in sorted((folder / "texts").glob("*.yaml")):
        found, texts = _one(content, path, files.CityTextsFile)
        if found is not None and texts is not None:
            content.texts[path.stem] = (found, texts)
    for path in sorted(folder.glob("services/*/*/service.yaml")):
        _service(content, path.parent)
    return content


def read_file(
    *, folder: Path, name: str, model: type[Model], misfits: Callable[[Model], Misfits], remedy: str
) -> tuple[Model | None, list[Problem]]:
    """One file that is not the catalogue's but a face's own, with all that is wrong in it."""
    content = Content(folder=folder)
    document, file = _one(content, folder / name, model, remedy=remedy)
    if document is not None and file is not None:
        for way, what in misfits(file):
            content.add(document.place(*way), what, remedy)
    return file, sorted(content.problems)


def _service(content: Content, folder: Path) -> None:
    document, file = _one(content, folder / "service.yaml", files.ServiceFile)
    if document is None or file is None:
        return
    texts = {}
    for path in sorted((folder / "texts").glob("*.yaml")):
        found, text = _one(content, path, files.ServiceTextsFile)
        if found is not None and text is not None:
            texts[path.stem] = (found, text)
    examples, listed = _one(content, folder / "cases.yaml", ExamplesFile, optional=True)
    for path in sorted(folder.iterdir()):
        if path.name not in _ALLOWED and not path.name.startswith("."):
            content.add(
                f"{path.relative_to(content.folder).as_posix()}:1",
                f"a service has no {path.name}",
                f"it has {', '.join(sorted(_ALLOWED))}",
            )
    if folder.name in content.services:
        other = content.services[folder.name]
        content.add(document.place(), f"{folder.name} exists already in {other.area}", "names of services are unique")
        return
    content.services[folder.name] = ServiceFolder(
        name=folder.name,
        area=folder.parent.name,
        document=document,
        file=file,
        texts=texts,
        examples=(examples, listed) if examples is not None and listed is not None else None,
    )


def _one(
    content: Content,
    path: Path,
    model: type[Model],
    *,
    optional: bool = False,
    remedy: str = "see docs/reference/content.md",
) -> tuple[Document | None, Model | None]:
    if not path.exists():
        if not optional:
            content.add(f"{path.relative_to(content.folder).as_posix()}:1", "the file is missing", "write it")
        return None, None
    try:
        document = Document(path, content.folder)
    except Unreadable as error:
        content.problems.append(error.problem)
        return None, None
    try:
        return document, model.model_validate(document.data)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False):
            way = found["loc"]
            named = ".".join(map(str, way))
            what = f"{named}: {found['msg']}" if named else found["msg"]
            content.add(document.place(*way), what, remedy)
        return document, None


def _many(content: Content, path: Path, model: type[Model], into: dict[str, Entry]) -> None:
    document, file = _one(content, path, model)
    if document is None or file is None:
        return
    entries: Mapping[str, Any] = getattr(file, "root")  # noqa: B009 - every RootModel has it, mypy cannot say so
    for name, body in entries.items():
        _enter(content, into, Entry(name, document, (name,), body))


def _enter(content: Content, into: dict[str, Entry], entry: Entry) -> None:
    if entry.name in into:
        content.add(entry.place, f"{entry.name} is defined twice", f"it stands in {into[entry.name].place} already")
    else:
        into[entry.name] = entry
