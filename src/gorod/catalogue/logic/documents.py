"""YAML files with the line of everything in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

from gorod.catalogue.data import Problem


class Unreadable(Exception):
    """A file that is not YAML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Constructor(SafeConstructor):
    """Says where a value stands that is none of what it looks like, or is said to be: 2025-02-31, `!!int five`."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError) as error:
            raise ConstructorError(None, None, str(error), node.start_mark) from error


def _read(text: str) -> tuple[Any, Node | None]:
    """The data and the nodes it was made from, which know their lines: read once for both."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    constructor, parser = yaml.get_constructor_parser(text)
    try:
        root: Node | None = constructor.composer.get_single_node()
        return (None if root is None else constructor.construct_document(root)), root
    finally:
        parser.dispose()


class Document:
    """One YAML file."""

    data: Any

    def __init__(self, path: Path, root: Path) -> None:
        """Read it. Raises Unreadable."""
        self.path = path
        self.name = path.relative_to(root).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            self.data, self._root = _read(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else 1
            raise Unreadable(
                Problem(
                    place=f"{self.name}:{line}",
                    what=f"not YAML: {error.problem}",
                    remedy="correct the value, the indentation, the colons or the quotes there",
                )
            ) from error
        except UnicodeDecodeError as error:
            raise Unreadable(
                Problem(place=f"{self.name}:1", what="not UTF-8", remedy="save the file as UTF-8")
            ) from error
        except ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise Unreadable(
                Problem(
                    place=f"{self.name}:{line}",
                    what=f"not YAML: the character U+{error.character:04X} may not stand in a file",
                    remedy="remove it",
                )
            ) from error

    def place(self, *way: str | int) -> str:
        """`file:line` of what lies at the end of these keys and indexes, as far as they exist."""
        return f"{self.name}:{self._line(way)}"

    def _line(self, way: Sequence[str | int]) -> int:
        node, line = self._root, 1
        for part in way:
            found = None
            if isinstance(node, MappingNode):
                for key, value in node.value:
                    if str(key.value) == str(part):
                        found, line = value, key.start_mark.line + 1
            elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
                found = node.value[part]
                line = found.start_mark.line + 1
            if found is None:
                break
            node = found
        return line
