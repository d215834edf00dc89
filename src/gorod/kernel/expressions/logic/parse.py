"""From a text to a checked tree. sqlglot reads; everything it lets through is looked at again here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token

from gorod.kernel.expressions.data import (
    Arithmetic,
    Both,
    Choice,
    Compare,
    Either,
    ExpressionError,
    Literal,
    Name,
    Negation,
    Node,
    Reference,
    Type,
)

LONGEST = 2000  # characters of one text
DEEPEST = 100  # parts that stand in one another; each `and` of a row of them holds all before it
_TOO_DEEP = f"parts stand in one another more than {DEEPEST} deep"
_SPLIT = "move parts into derived facts"
_BOUND = 2**63 - 1
_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_WORDS = {"and", "or", "not", "in", "between", "case", "when", "then", "end", "true", "false", "date"}
_SIGNS = {"(", ")", ",", "=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ALLOWED = "allowed: = <> < <= > >= + - * and or not in between, and case … end in amounts"


@dataclass(frozen=True)
class Shape:
    """What is known about a subtree: its type and, for ints, its range."""

    type: Type
    low: int | None = None
    high: int | None = None
    codes: frozenset[str] | None = None
    code: str | None = None  # a literal code


def syntax_tree(text: str) -> exp.Expr:
    """The text as sqlglot reads it, once every token is one of the language. Raises ExpressionError."""
    if not text.strip():
        raise ExpressionError("the text is empty", remedy="write a condition or an amount")
    if len(text) > LONGEST:
        raise ExpressionError(f"the text is longer than {LONGEST} characters", remedy=_SPLIT)
    try:
        for token in sqlglot.tokenize(text, read="postgres"):
            _check_token(token, text)
        tree = sqlglot.parse_one(text, read="postgres")
    except SqlglotError as error:
        places = getattr(error, "errors", None) or [{}]
        column = places[0].get("col") or 0
        raise ExpressionError(
            f"this cannot be read: {places[0].get('description', 'not an expression')}",
            remedy=_ALLOWED,
            column=column,
        ) from error
    except RecursionError as error:
        raise ExpressionError(_TOO_DEEP, remedy=_SPLIT) from error
    return tree


def _check_token(token: Token, text: str) -> None:
    written = text[token.start : token.end + 1]
    column = token.start + 1
    if token.comments:
        raise ExpressionError("a comment inside a text", remedy="write it beside the text, in the YAML", column=column)
    if written.startswith("'"):
        return
    if written.lower() in _WORDS or written in _SIGNS or written.isdecimal():
        return
    if _NAME.fullmatch(written):
        return
    if _NAME.fullmatch(written.lower()):
        raise ExpressionError(f"{written} has capital letters", remedy=f"write {written.lower()}", column=column)
    raise ExpressionError(f"{written!r} is not in the language", remedy=_ALLOWED, column=column)


class Parser:
    """Reads one text with one vocabulary. `names` fills with those used."""

    def __init__(self, *, text: str, vocabulary: Mapping[str, Name], amount: bool) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._amount = amount
        self._depth = 0
        self.names: set[str] = set()

    def read(self) -> tuple[Node, Shape]:
        """The tree and its shape. Raises ExpressionError."""
        return self._node(syntax_tree(self._text))

    def _refuse(self, node: exp.Expr, detail: str, remedy: str = _ALLOWED) -> NoReturn:
        starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
        raise ExpressionError(detail, remedy=remedy, column=min(starts) + 1 if starts else 0)

    def _node(self, node: exp.Expr) -> tuple[Node, Shape]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(_TOO_DEEP, remedy=_SPLIT)
        read = self._read(node)
        self._depth -= 1
        return read

    def _read(self, node: exp.Expr) -> tuple[Node, Shape]:
        kind = type(node)
        if kind is exp.Paren:
            return self._node(node.this)
        if kind is exp.Column:
            return self._name(node)
        if kind is exp.Boolean:
            return Literal(bool(node.this)), Shape(Type.BOOLEAN)
        if kind is exp.Literal:
            return self._literal(node)
        if kind is exp.Cast:
            return self._date(node)
        if kind is exp.Neg:
            return self._arithmetic(node, "-", (Literal(0), Shape(Type.INT, 0, 0)), self._node(node.this))
        if kind in _ARITHMETIC:
            return self._arithmetic(
                node, _ARITHMETIC[kind], self._node(node.args["this"]), self._node(node.args["expression"])
            )
        if kind in _COMPARISONS:
            compared = self._compare(
                node, _COMPARISONS[kind], self._node(node.args["this"]), self._node(node.args["expression"])
            )
            return compared, Shape(Type.BOOLEAN)
        if kind in (exp.And, exp.Or):
            left, right = self._condition(node.args["this"]), self._condition(node.args["expression"])
            return (Both(left, right) if kind is exp.And else Either(left, right)), Shape(Type.BOOLEAN)
        if kind is exp.Not:
            return Negation(self._condition(node.this)), Shape(Type.BOOLEAN)
        if kind is exp.In:
            return self._in(node)
        if kind is exp.Between:
            return self._between(node)
        if kind is exp.Case:
            return self._case(node)
        self._refuse(node, f"{node.sql()!r} is not in the language")

    def _condition(self, node: exp.Expr) -> Node:
        tree, shape = self._node(node)
        if shape.type is not Type.BOOLEAN:
            self._refuse(node, f"{node.sql()} is {shape.type}, a condition is needed here", "compare it with something")
        return tree

    def _name(self, node: exp.Expr) -> tuple[Node, Shape]:
        name = node.name
        if node.args.get("table") or node.this.args.get("quoted"):
            self._refuse(node, f"{node.sql()} is not a plain name", "write the name of a fact or value")
        known = self._vocabulary.get(name)
        if known is None:
            near = get_close_matches(name, self._vocabulary, n=1)
            hint = f"did you mean {near[0]}?" if near else "define it in facts/ or values/"
            self._refuse(node, f"no fact or value is called {name}", hint)
        self.names.add(name)
        low, high = known.low, known.high
        if known.type is Type.INT:
            low, high = (-_BOUND if low is None else low), (_BOUND if high is None else high)
        return Reference(name), Shape(known.type, low, high, known.codes)

    def _literal(self, node: exp.Expr) -> tuple[Node, Shape]:
        if node.args.get("is_string"):
            return Literal(str(node.this)), Shape(Type.CODE, code=str(node.this))
        number = int(node.this)
        if number > _BOUND:
            self._refuse(node, f"{number} does not fit into 64 bits", "write a smaller number")
        return Literal(number), Shape(Type.INT, number, number)

    def _date(self, node: exp.Expr) -> tuple[Node, Shape]:
        text = node.this
        if node.args["to"].this is not exp.DataType.Type.DATE or not (isinstance(text, exp.Literal) and text.is_string):
            self._refuse(node, f"{node.sql()} is not in the language", "a date is written date '2026-01-31'")
        try:
            return Literal(date.fromisoformat(text.this)), Shape(Type.DATE)
        except ValueError:
            self._refuse(node, f"{text.this!r} is not a date", "a date is written date '2026-01-31'")

    def _arithmetic(
        self, node: exp.Expr, op: str, left: tuple[Node, Shape], right: tuple[Node, Shape]
    ) -> tuple[Node, Shape]:
        (tree, a), (other, b) = left, right
        if a.type is not Type.INT or b.type is not Type.INT:
            self._refuse(node, f"{node.sql()} mixes {a.type} and {b.type}", "only ints are added and multiplied")
        assert a.low is not None and a.high is not None and b.low is not None and b.high is not None
        match op:
            case "+":
                low, high = a.low + b.low, a.high + b.high
            case "-":
                low, high = a.low - b.high, a.high - b.low
            case _:
                corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
                low, high = min(corners), max(corners)
        if low < -_BOUND or high > _BOUND:
            self._refuse(
                node,
                f"{node.sql()} can be {low} to {high} and overflow 64 bits",
                "give the facts and values in it a narrower range",
            )
        return Arithmetic(op, tree, other), Shape(Type.INT, low, high)

    def _compare(self, node: exp.Expr, op: str, left: tuple[Node, Shape], right: tuple[Node, Shape]) -> Node:
        (tree, a), (other, b) = left, right
        if {a.type, b.type} == {Type.DATE, Type.CODE}:
            self._refuse(node, f"{node.sql()} compares a date with a text", "a date is written date '2026-01-31'")
        if a.type is not b.type:
            self._refuse(node, f"{node.sql()} compares {a.type} with {b.type}", "compare like with like")
        if a.type is Type.BOOLEAN:
            self._refuse(node, f"{node.sql()} compares conditions", "write the name alone, or not and the name")
        if a.type is Type.CODE:
            if op not in ("=", "<>"):
                self._refuse(node, f"{node.sql()}: codes have no order", "use =, <> or in")
            for literal, named in ((a, b), (b, a)):
                if literal.code is not None and named.codes is not None and literal.code not in named.codes:
                    near = get_close_matches(literal.code, named.codes, n=1)
                    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(sorted(named.codes))}"
                    self._refuse(node, f"{literal.code!r} is not one of its codes", hint)
        return Compare(op, tree, other)

    def _in(self, node: exp.Expr) -> tuple[Node, Shape]:
        items = node.args.get("expressions") or []
        if not items or any(node.args.get(key) for key in ("query", "unnest", "field")):
            self._refuse(node, f"{node.sql()} is not a list of constants", "write x in ('a', 'b')")
        left = self._node(node.this)
        parts: list[Node] = []
        for item in items:
            right = self._node(item)
            if not isinstance(right[0], Literal):
                self._refuse(item, f"{item.sql()} is not a constant", "write x in ('a', 'b')")
            parts.append(self._compare(node, "=", left, right))
        tree = parts[0]
        for part in parts[1:]:
            tree = Either(tree, part)
        return tree, Shape(Type.BOOLEAN)

    def _between(self, node: exp.Expr) -> tuple[Node, Shape]:
        if node.args.get("symmetric"):
            self._refuse(node, "between symmetric is not in the language", "write the smaller bound first")
        part = self._node(node.this)
        low = self._compare(node, ">=", part, self._node(node.args["low"]))
        high = self._compare(node, "<=", part, self._node(node.args["high"]))
        return Both(low, high), Shape(Type.BOOLEAN)

    def _case(self, node: exp.Expr) -> tuple[Node, Shape]:
        if not self._amount:
            self._refuse(node, "case is for amounts only", "write a condition with and, or, not")
        if node.args.get("default") is not None:
            self._refuse(node, "else turns unknown into an answer", "write a when for every case that pays")
        if node.this is not None:
            self._refuse(node, "case x when y is not in the language", "write case when x = y then … end")
        branches: list[tuple[Node, Node]] = []
        shapes: list[Shape] = []
        for branch in node.args["ifs"]:
            value, shape = self._node(branch.args["true"])
            if shape.type is not Type.INT:
                self._refuse(branch, f"an amount is an int, not {shape.type}", "give kopecks")
            branches.append((self._condition(branch.this), value))
            shapes.append(shape)
        low = min(s.low for s in shapes if s.low is not None)
        high = max(s.high for s in shapes if s.high is not None)
        return Choice(tuple(branches)), Shape(Type.INT, low, high)
