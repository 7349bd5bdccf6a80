"""A whole file: bytes to bytes in the one layout, and the proof that nothing else has changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from engine.authoring.layout.migrations import migrate
from engine.authoring.layout.outline import Outline, Schema, outline_of
from engine.authoring.layout.remarks import attach, elements, find_comments, value_of
from engine.authoring.layout.values import written_key
from engine.authoring.layout.writer import render_tree
from engine.language.characters import read_text
from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.lines import split_lines
from engine.language.loader import load_tree
from engine.language.shape import plain
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence

Reading = None | bool | str | list["Reading"] | list[tuple[str, "Reading"]]

MAX_KEY = 1_000  # characters; what is longer needs `? ` before it, which this layout does not have: the file stays
_IN_NUMBER = re.compile("(?<=[0-9])_(?=[0-9])")


class Unfaithful(RuntimeError):
    """The formatted text does not have the meaning of the author's text: a bug in this room."""


def lay_out(
    data: bytes, file: str, schema: Schema, kept: Collection[str] = ()
) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The file in the one layout, with findings about its YAML; None when one of them is an error.

    `schema` gives the order of keys. Comments are kept; values, names and the order of lists are what they were, but
    for keys that moved (`migrations`). `kept` names incentives in which none moves, since another file builds on them.
    Raises `Unfaithful` rather than returning a file that reads otherwise than the one given.
    """
    tree, found = load_tree(data, file)
    if not isinstance(tree, Mapping) or has_errors(found):
        return None, found
    if any(len(written_key(key)) > MAX_KEY for key in _keys(tree)):
        return data, found
    outline = outline_of(schema)
    lines = _lines(data, file)
    remarks = attach(lines, tree)
    moved = migrate(tree, outline, remarks, kept)
    text = render_tree(moved, outline, remarks).encode("utf-8")
    if text != data:
        _compare(_comments(lines, tree), moved, text, file, outline)
    return text, found


def _compare(comments: Counter[str], tree: Mapping, text: bytes, file: str, outline: Outline) -> None:
    """Raise where the new text does not read as the tree does, or lost a comment."""
    after, found = load_tree(text, file)
    if after is None or found:
        raise Unfaithful(f"the laid out file cannot be read: {found[0].message if found else 'no tree'}")
    if reading(after, None) != reading(tree, outline):
        raise Unfaithful("the laid out file does not have the same contents as the file")
    if _comments(_lines(text, file), after) != comments:
        raise Unfaithful("the laid out file lacks some comments of the file")


def reading(node: Node, outline: Outline | None) -> Reading:
    """What a tree says, with the keys of its mappings in the order of the outline, or in their own."""
    if isinstance(node, Scalar):
        value = plain(node)
        return _IN_NUMBER.sub("", value) if isinstance(value, str) else value is True if value is not None else None
    if isinstance(node, Sequence):
        inner = outline.items(node) if outline else None
        return [reading(each, inner) for each in node.items]
    entries = outline.ordered(node) if outline else node.entries
    return [
        (each.key.text, reading(each.value, outline.under(node, each.key.text) if outline else None))
        for each in entries
    ]


def _keys(node: Node) -> Iterator[Scalar]:
    for each in elements(node):
        if isinstance(each, Entry):
            yield each.key
        yield from _keys(value_of(each))


def _lines(data: bytes, file: str) -> tuple[str, ...]:
    text, _ = read_text(data, file)
    return split_lines(text or "")


def _comments(lines: tuple[str, ...], tree: Node) -> Counter[str]:
    return Counter(each.text for each in find_comments(lines, tree))
