"""Comments and empty lines of a file, each with the entry or item it belongs to.

A comment behind something belongs to it; one on its own line to what follows, or, where it is indented like the
lines of a block that has just ended, to the end of that block.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from engine.language.source import Entry, Mapping, Node, Scalar, Sequence

Element = Entry | Node
"""An entry of a mapping, or an item of a list."""

Moved = TypeVar("Moved", bound=Element)

MODELINE = re.compile(r"# *yaml-language-server:")
EMPTY = ""  # an empty line among the lines before something
_BLOCK_SIGN = re.compile(r"[|>][-+]?")


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `alone`: nothing else is on its line; `parted`: an empty line is before it."""

    line: int
    column: int
    text: str
    alone: bool
    parted: bool


@dataclass(slots=True)
class Remarks:
    """The remarks at the head of the file, before an element, beside it, and at the end of a list or mapping.

    Lines are comments, or `EMPTY`. Elements are identified by identity: two equal ones are still two places.
    """

    head: list[str] = field(default_factory=list)
    before: dict[int, list[str]] = field(default_factory=dict)
    beside: dict[int, str] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)

    def put_before(self, element: Element, comment: Comment) -> None:
        """A line of its own before an element."""
        self.before.setdefault(id(element), []).extend(_lines(comment))

    def put_after(self, collection: Node, comment: Comment) -> None:
        """A line of its own at the end of a list or mapping."""
        self.after.setdefault(id(collection), []).extend(_lines(comment))

    def put_beside(self, element: Element, comment: Comment) -> None:
        """A comment on the line of an element; one that stood there already goes before it."""
        if earlier := self.beside.get(id(element)):
            self.before.setdefault(id(element), []).append(earlier)
        self.beside[id(element)] = comment.text

    def moved(self, old: Moved, new: Moved) -> Moved:
        """What is remarked on one element, on another that takes its place."""
        if old is not new:
            for remarked in (self.before, self.after):
                if id(old) in remarked:
                    remarked[id(new)] = remarked.pop(id(old))
            if id(old) in self.beside:
                self.beside[id(new)] = self.beside.pop(id(old))
        return new

    def lift(self, gone: Element, heir: Element) -> None:
        """What is remarked on an element that goes, and on all inside of it, before another that stays."""
        lines = self._taken_from(gone)
        if lines:
            self.before[id(heir)] = _without_double_gaps([*lines, *self.before.get(id(heir), [])])

    def _taken_from(self, element: Element) -> list[str]:
        lines = self.before.pop(id(element), [])
        beside = self.beside.pop(id(element), "")
        lines = [*lines, *([beside] if beside else [])]
        for each in elements(value_of(element)):
            lines += self._taken_from(each)
        return [*lines, *self.after.pop(id(value_of(element)), [])]

    def inside(self, node: Node) -> bool:
        """Whether something is remarked on anything inside a list or mapping."""
        if id(node) in self.after:
            return True
        return any(
            id(each) in self.before or id(each) in self.beside or self.inside(value_of(each)) for each in elements(node)
        )


def elements(node: Node) -> tuple[Element, ...]:
    """The entries of a mapping or the items of a list."""
    if isinstance(node, Mapping):
        return node.entries
    return node.items if isinstance(node, Sequence) else ()


def value_of(element: Element) -> Node:
    """The value of an entry; an item is its own."""
    return element.value if isinstance(element, Entry) else element


def find_comments(lines: tuple[str, ...], tree: Node) -> Iterator[Comment]:
    """Every comment of a file that was read without a fault, in order."""
    taken = _taken(tree)
    parted = False
    for number, line in enumerate(lines, start=1):
        start = _first_sign(line, taken.get(number, ()))
        if start >= 0:
            text = line[start:].rstrip()
            yield Comment(number, start + 1, _spaced(text), not line[:start].strip(), parted)
        parted = not line.strip() and number not in taken


def attach(lines: tuple[str, ...], tree: Mapping) -> Remarks:
    """The comments and empty lines of a file with the elements they belong to."""
    remarks = Remarks()
    last, column = 0, 0
    for comment in find_comments(lines, tree):
        if not comment.alone:
            _attach_beside(comment, tree, remarks)
            continue
        gap = all(not each.strip() for each in lines[last : comment.line - 1])
        column = min(column, comment.column) if gap and last else comment.column  # no way back into a deeper block
        _attach_alone(comment, column, tree, remarks)
        last = comment.line
    for element, line in _first_on_line(tree):
        if line > 1 and not lines[line - 2].strip():
            remarks.before.setdefault(id(element), []).append(EMPTY)
    _take_head(tree, remarks)
    return remarks


def _take_head(tree: Mapping, remarks: Remarks) -> None:
    """Comments above the first key are about the file, up to the last empty line if there is one."""
    if not tree.entries:
        return
    above = remarks.before.pop(id(tree.entries[0]), [])
    above = above[1:] if above[:1] == [EMPTY] else above
    cut = len(above) - above[::-1].index(EMPTY) if EMPTY in above else len(above)
    head, rest = above[:cut], above[cut:]
    remarks.head = [*filter(MODELINE.match, head), *(each for each in head if not MODELINE.match(each))]
    if rest:
        remarks.before[id(tree.entries[0])] = rest


def _attach_beside(comment: Comment, node: Node, remarks: Remarks) -> None:
    """A comment with something before it on its line."""
    here = (comment.line, comment.column)
    while True:
        last, following = _around(node, here)
        if last is None or comment.line > _end(last)[0]:  # behind a dash, a bracket or a comma
            if following is not None:
                remarks.put_before(following, comment)
            else:
                remarks.put_after(node, comment)
            return
        value = value_of(last)
        if here < _start(value) or not elements(value) or (_is_flow(value) and here > _end(value)):
            remarks.put_beside(last, comment)
            return
        node = value


def _attach_alone(comment: Comment, column: int, node: Node, remarks: Remarks) -> None:
    """A comment on its own line; `column` says how deep it may belong where a block has just ended."""
    here = (comment.line, comment.column)
    while True:
        last, following = _around(node, here)
        value = value_of(last) if last is not None else None
        if last is not None and value is not None and _goes_into(value, here, column, node):
            node = value
            continue
        if last is not None and value is not None and here < _end(value):  # before a value, or in empty brackets
            remarks.put_before(last, comment)
        elif following is not None:
            remarks.put_before(following, comment)
        else:
            remarks.put_after(node, comment)
        return


def _goes_into(value: Node, here: tuple[int, int], column: int, around: Node) -> bool:
    """Whether a comment on its own line belongs into this value, or to the end of it."""
    if not elements(value):
        return False
    if _is_flow(value):
        return _start(value) < here < _end(value)
    return here < _end(value) or around.span.column < value.span.column <= column


def _around(node: Node, here: tuple[int, int]) -> tuple[Element | None, Element | None]:
    """The last element that starts before a place, and the one after it."""
    each = elements(node)
    at = bisect_left(each, here, key=_start)
    return (each[at - 1] if at else None), (each[at] if at < len(each) else None)


def _first_on_line(node: Node) -> Iterator[tuple[Element, int]]:
    """Elements of blocks that are the first on their line, the outermost of several, with that line."""
    if _is_flow(node):
        return
    for each in elements(node):
        line = _start(each)[0]
        yield each, line
        yield from ((inner, number) for inner, number in _first_on_line(value_of(each)) if number != line)


def _start(element: Element) -> tuple[int, int]:
    span = element.key.span if isinstance(element, Entry) else element.span
    return span.line, span.column


def _end(element: Element) -> tuple[int, int]:
    span = value_of(element).span
    return span.end_line, span.end_column


def _is_flow(node: Node) -> bool:
    return isinstance(node, Mapping | Sequence) and node.flow


def _lines(comment: Comment) -> list[str]:
    return [EMPTY, comment.text] if comment.parted else [comment.text]


def _without_double_gaps(lines: list[str]) -> list[str]:
    """One empty line where several met: read again, the file has one there."""
    return [line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1]]


def _spaced(text: str) -> str:
    """The comment with a space between its sign and a word."""
    return f"# {text[1:]}" if text[1:2].isalnum() or text[1:2] in ("'", '"', "_") else text


def _taken(tree: Node) -> dict[int, list[tuple[int, int]]]:
    """By line, the characters that belong to values and keys, from 0, the end not included."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for scalar in _scalars(tree):
        span = scalar.span
        first_end = span.end_column - 1 if span.line == span.end_line else _FAR
        if scalar.style in ("|", ">"):
            first_end = span.column  # the part after the sign is not a text
        taken.setdefault(span.line, []).append((span.column - 1, first_end))
        for number in range(span.line + 1, span.end_line + 1):
            end = _FAR if number < span.end_line or scalar.block else span.end_column - 1
            taken.setdefault(number, []).append((0, end))
    return taken


_FAR = 1 << 30


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    for each in elements(node):
        if isinstance(each, Entry):
            yield each.key
        yield from _scalars(value_of(each))


def _first_sign(line: str, taken: list[tuple[int, int]] | tuple[()]) -> int:
    """Where the comment of a line starts: the first `#` outside of values; -1 without one."""
    at = line.find("#")
    while at >= 0:
        inside = next((end for start, end in taken if start <= at < end), None)
        if inside is None:
            return at
        at = line.find("#", inside)
    return -1
