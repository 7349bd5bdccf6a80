"""From a path of keys and numbers to the place in the file: a key or a value, never a whole collection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.language.source import Mapping, Node, Scalar, Sequence, Span


@dataclass(frozen=True, slots=True)
class Place:
    """A node, its key, and its number (from 1) if it is an item of a list."""

    node: Node
    key: Scalar | None = None
    number: int = 0

    @property
    def name(self) -> str:
        """What a message calls it."""
        if self.number:
            owner = f" of `{self.key.text}`" if self.key else ""
            return f"item {self.number}{owner}"
        return f"`{self.key.text}`" if self.key else "the file"

    @property
    def span(self) -> Span:
        """Where a message points: the value if it is one word, else its key, else the first word inside."""
        if isinstance(self.node, Scalar) and not self.node.is_null:
            return self.node.span
        if self.key and not self.number:
            return self.key.span
        return first_word(self.node)

    @property
    def key_span(self) -> Span:
        """The place for a message about the whole node: its key, else the first word inside."""
        return self.key.span if self.key and not self.number else first_word(self.node)


def find(tree: Node, path: Iterable[str | int]) -> Place:
    """The place at the end of a path, which leads through `tree`."""
    place = Place(tree)
    for step in path:
        node = place.node
        if isinstance(node, Mapping) and isinstance(step, str):
            entry = node.entry(step)
            assert entry is not None, "paths are made of the tree's own keys"
            place = Place(entry.value, entry.key)
        else:
            assert isinstance(node, Sequence), "a number leads into a list"
            assert isinstance(step, int), "a number leads into a list"
            place = Place(node.items[step], place.key, step + 1)
    return place


def first_word(node: Node) -> Span:
    """The first key or value in a node; its first character where it is empty."""
    while not isinstance(node, Scalar):
        if isinstance(node, Mapping):
            if node.entries:
                return node.entries[0].key.span
            break
        if not node.items:
            break
        node = node.items[0]
    if isinstance(node, Scalar):
        return node.span
    return Span(node.span.file, node.span.line, node.span.column, node.span.line, node.span.column + 1)
