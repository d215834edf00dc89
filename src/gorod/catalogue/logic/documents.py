"""YAML files with the line of everything in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from gorod.catalogue.data import Problem


class Unreadable(Exception):
    """A file that is not YAML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Document:
    """One YAML file. Lines are looked up only when something is wrong: composing costs as much as reading."""

    def __init__(self, path: Path, root: Path) -> None:
        """Read it. Raises Unreadable."""
        self.path = path
        self.name = path.relative_to(root).as_posix()
        try:
            self.data: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else 1
            raise Unreadable(
                Problem(
                    place=f"{self.name}:{line}",
                    what=f"not YAML: {error.problem}",
                    remedy="correct the indentation, colons or quotes there",
                )
            ) from error
        except UnicodeDecodeError as error:
            raise Unreadable(
                Problem(place=f"{self.name}:1", what="not UTF-8", remedy="save the file as UTF-8")
            ) from error

    @cached_property
    def _root(self) -> Node | None:
        root: Node | None = YAML(typ="rt").compose(self.path.read_text(encoding="utf-8"))
        return root

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
