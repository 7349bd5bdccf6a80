"""Walks a tree and its schema together: every scalar whose words are names, with its notes in the schema.

The schema's notes (`x-declares`, `x-refers`, `x-scope`, `x-levels`, `x-keys`; see `engine.language.shapes`) are the
only knowledge about sections and kinds here.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace

from engine.authoring.layout.outline import Outline, Schema, outline_of
from engine.language.reading import words_of
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence

DECLARES, REFERS, SCOPE, LEVELS, KEYS = "x-declares", "x-refers", "x-scope", "x-levels", "x-keys"
NOTES = (DECLARES, REFERS, SCOPE, LEVELS, KEYS)
CONDITIONS = "#/definitions/requirement"  # conditions in conditions are read where the outer ones are


@dataclass(frozen=True, slots=True)
class Context:
    """The context of a scalar: its record table, the declared name whose value it is in, and its notes."""

    table: str = ""
    owner: Mapping | None = None
    around: Mapping | None = None
    refers: str = ""
    scope: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A scalar with names in it. One of `declares`, `refers`, `scope` says which."""

    scalar: Scalar
    context: Context
    declares: str = ""
    refers: str = ""
    scope: str = ""


def sites_of(tree: Node, schema: Schema) -> Iterator[Site]:
    """Every site of a file, in the order written."""
    yield from _sites(tree, outline_of(schema), Context())


def _sites(node: Node, outline: Outline, context: Context) -> Iterator[Site]:
    parts = outline.parts(node)
    notes = _notes(parts)
    context = replace(context, refers=notes.get(REFERS, context.refers), scope=notes.get(SCOPE, context.scope))
    if isinstance(node, Scalar):
        if not node.is_null:
            yield from _scalar(node, context)
    elif isinstance(node, Sequence):
        for item in node:
            if DECLARES in notes and isinstance(item, Scalar):
                yield Site(item, context, declares=notes[DECLARES])
            else:
                yield from _sites(item, outline.items(node), context)
    else:
        yield from _mapping(node, parts, outline.root, context)


def _scalar(node: Scalar, context: Context) -> Iterator[Site]:
    if context.refers:
        yield Site(node, context, refers=context.refers)
    elif context.scope:
        yield Site(node, context, scope=context.scope)


def _mapping(node: Mapping, parts: tuple[Schema, ...], root: Schema, context: Context) -> Iterator[Site]:
    notes, levels = _notes(parts), context.levels
    named = [_dict(part.get("properties")) for part in parts]
    others = Outline(root, tuple(each for part in parts if isinstance(each := part.get("additionalProperties"), Dict)))
    if LEVELS in notes and not levels:
        by = context.around.get(notes[LEVELS]) if context.around else None
        levels = tuple(each.text for each in words_of(by))
    for entry in node:
        inner = replace(context, around=node)
        known = tuple(_dict(each[entry.key.text]) for each in named if entry.key.text in each)
        if known:
            below = Outline(root, known)
            inner = replace(inner, refers="", scope=context.scope if _is_condition(below) else "", levels=())
        else:
            yield from _key(entry, notes, levels, context)
            below, inner = others, _named(entry, notes, replace(inner, levels=levels[1:]))
        yield from _sites(entry.value, below, inner)


def _key(entry: Entry, notes: Dict[str, str], levels: tuple[str, ...], context: Context) -> Iterator[Site]:
    """The site of a key that the author chose."""
    if DECLARES in notes:
        yield Site(entry.key, context, declares=notes[DECLARES])
    elif KEYS in notes:
        yield Site(entry.key, context, refers=notes[KEYS])
    elif levels:
        yield Site(entry.key, context, refers=f"word of {levels[0]}")


def _named(entry: Entry, notes: Dict[str, str], inner: Context) -> Context:
    """The context inside the declaration of a chosen key."""
    declares = notes.get(DECLARES, "")
    if not declares:
        return inner
    value = entry.value if isinstance(entry.value, Mapping) else None
    inner = replace(inner, scope="", refers="")
    if declares in ("field", "link"):
        return inner
    return replace(inner, owner=value, table=entry.key.text if declares == "table" else "")


def _notes(parts: tuple[Schema, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        for note in NOTES:
            value = part.get(note)
            if isinstance(value, str):
                found.setdefault(note, value)
    return found


def _is_condition(outline: Outline) -> bool:
    return any(str(each.get("$ref", "")).startswith(CONDITIONS) for each in outline.schemas)


def _dict(value: object) -> Schema:
    return value if isinstance(value, Dict) else {}
