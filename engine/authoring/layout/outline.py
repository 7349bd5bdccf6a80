"""The order of keys, from the JSON Schema of the file. Keys that the schema names are in its order. Names that the
author chose (metrics, tiers, cases) stay in the
author's order, behind the keys that the schema names beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass

from engine.language.source import Entry, Mapping, Node, Scalar, Sequence

Schema = Dict[str, object]
MARK = "x-scope"  # a schema with this note describes expressions
LINE = "x-line"  # and one with this note describes a row of a table, which stays on one line however long
DEFINITIONS = "#/definitions/"


@dataclass(frozen=True, slots=True)
class Outline:
    """The schema at one place. `schemas` may be several that apply together, or none. `calculates`: the texts here
    and below are expressions.
    """

    root: Schema
    schemas: tuple[Schema, ...]
    calculates: bool = False

    def ordered(self, mapping: Mapping) -> tuple[Entry, ...]:
        """The entries of a mapping at this place, in the standard order."""
        known = list(dict.fromkeys(key for each in self._parts(mapping) for key in _dict(each.get("properties"))))
        place = {key: number for number, key in enumerate(known)}
        return tuple(sorted(mapping, key=lambda entry: place.get(entry.key.text, len(place))))

    def under(self, mapping: Mapping, key: str) -> Outline:
        """The schema of the value under a key."""
        parts = tuple(self._parts(mapping))
        named = [each for part in parts if isinstance(each := _dict(part.get("properties")).get(key), Dict)]
        if named:  # a key of the language says for itself whether it calculates, or refers to conditions within these
            return self._at(named, self.calculates and any("$ref" in each for each in named))
        others = [each for part in parts if isinstance(each := part.get("additionalProperties"), Dict)]
        return self._at(others, self.calculates)

    def items(self, node: Node) -> Outline:
        """The schema of the items of a list."""
        found = [each for part in self._parts(node) if isinstance(each := part.get("items"), Dict)]
        return self._at(found, self.calculates)

    def parts(self, node: Node) -> tuple[Schema, ...]:
        """Every schema that holds for a node here, notes included; the language services read these."""
        return tuple(self._parts(node))

    @property
    def is_line(self) -> bool:
        """Whether this place is a row of a table."""
        return any(LINE in each for each in self.schemas)

    def _at(self, schemas: list[Schema], calculates: bool) -> Outline:
        marked = any(MARK in part for each in schemas for part in _with_references(each, self.root))
        return Outline(self.root, tuple(schemas), calculates or marked)

    def _parts(self, node: Node) -> Iterator[Schema]:
        """Every schema that applies to a node here: referenced, combined, or required by a condition."""
        for each in self.schemas:
            yield from _parts(each, node, self.root, ())


def outline_of(schema: Schema) -> Outline:
    """The outline at the top of a file with this schema."""
    return Outline(schema, (schema,))


def _parts(schema: Schema, node: Node, root: Schema, above: tuple[int, ...]) -> Iterator[Schema]:
    if id(schema) in above:
        return  # a definition that refers to itself adds nothing
    here = (*above, id(schema))
    for part in _with_references(schema, root):
        yield part
        for word in ("allOf", "anyOf", "oneOf"):
            for each in _list(part.get(word)):
                yield from _parts(_dict(each), node, root, here)
        if "if" in part:
            branch = "then" if _holds(_dict(part["if"]), node) else "else"
            yield from _parts(_dict(part.get(branch)), node, root, here)


def _with_references(schema: Schema, root: Schema) -> Iterator[Schema]:
    """The schema and what its `$ref` names."""
    yield schema
    name = schema.get("$ref")
    if isinstance(name, str) and name.startswith(DEFINITIONS):
        yield _dict(_dict(root.get("definitions")).get(name.removeprefix(DEFINITIONS)))


def _holds(condition: Schema, node: Node) -> bool:
    """Whether a node meets an `if`: its type, the keys it needs, the words these have."""
    types = condition.get("type")
    if types is not None and _type(node) not in (types if isinstance(types, list | tuple) else [types]):
        return False
    if not isinstance(node, Mapping):
        return True
    if any(node.entry(str(key)) is None for key in _list(condition.get("required"))):
        return False
    wanted = {key: _dict(each).get("const") for key, each in _dict(condition.get("properties")).items()}
    return all(word is None or _text(node.get(key)) == word for key, word in wanted.items())


def _type(node: Node) -> str:
    """The type in the words of a schema; for anything but a mapping or a list, text will do."""
    return "object" if isinstance(node, Mapping) else "array" if isinstance(node, Sequence) else "string"


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) else None


def _dict(value: object) -> Schema:
    return value if isinstance(value, Dict) else {}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
