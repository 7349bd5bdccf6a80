"""Whether data fits a JSON Schema, yes or no.

Nearly every file fits, and jsonschema takes long to say so: it makes an object for each value and each part of the
schema. Here each part becomes a function once. What does not fit is given to jsonschema (`shape`), which says where and
why; the test compares the two. A part with a keyword that is not known here fits nothing, so jsonschema decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.parts import Same

Json = None | bool | str | list["Json"] | dict[str, "Json"]
Test = Callable[[Any], bool]  # of any data; most keywords say nothing about data of another type
Schema = Mapping[str, Any]

_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DEFINED = "#/definitions/"
_NOTES = frozenset((
    "$schema", "additionalProperties", "defaultSnippets", "definitions", "description", "else", "enumDescriptions",
    "examples", "then", "title",
))  # fmt: skip

TYPES: Mapping[str, Test] = {
    "object": lambda data: isinstance(data, dict),
    "array": lambda data: isinstance(data, list),
    "string": lambda data: isinstance(data, str),
    "boolean": lambda data: isinstance(data, bool),
    "null": lambda data: data is None,
    "integer": lambda data: isinstance(data, str) and _INTEGER.fullmatch(data) is not None,
    "number": lambda data: isinstance(data, str) and _NUMBER.fullmatch(data) is not None,
}
"""The types of a schema. Numbers are text that reads as one."""


def fits(data: Json, schema: Schema) -> bool:
    """Whether the data is sure to fit. False also where a keyword of the schema is not known here."""
    return _test_of(Same(schema))(data)


def same(option: object, value: object) -> bool:
    """Whether a schema's value and the author's are one: a number in a schema is its text."""
    if isinstance(option, bool | None) or isinstance(value, bool | None):
        return option is value
    return str(option) == value


@lru_cache(maxsize=16)  # the schemas of programs, feeds, tests and headings
def _test_of(schema: Same) -> Test:
    whole = schema.value
    assert isinstance(whole, Mapping)
    return _Tests(whole.get("definitions", {})).whole(whole)


@dataclass(frozen=True, slots=True)
class _Tests:
    """Makes the tests of one schema. A definition may name itself, so its test is made when it is first needed."""

    definitions: Schema
    made: dict[str, Test] = field(default_factory=dict)

    def whole(self, schema: Schema | bool) -> Test:
        """The test of a schema, or of a part that is one."""
        if isinstance(schema, bool):
            return lambda _: schema
        if "$ref" in schema:  # what stands beside it counts for nothing
            return self._defined(schema["$ref"].removeprefix(_DEFINED))
        tests = tuple(self._parts(schema))

        def test(data: Any) -> bool:  # noqa: ANN401 - as `Test`
            for each in tests:  # noqa: SIM110 - a generator would take half as long again
                if not each(data):
                    return False
            return True

        return test

    def _defined(self, name: str) -> Test:
        def test(data: Any) -> bool:  # noqa: ANN401 - as `Test`
            if name not in self.made:
                self.made[name] = self.whole(self.definitions[name])
            return self.made[name](data)

        return test

    def _parts(self, schema: Schema) -> Iterator[Test]:
        if "properties" in schema or "additionalProperties" in schema:
            yield self._members(schema)
        for key, wanted in schema.items():
            if key in _PLAIN:
                yield _PLAIN[key](wanted)
            elif key in ("items", "propertyNames", "allOf"):
                yield self._each(key, wanted)
            elif key == "if":
                yield self._chosen(schema)
            elif key not in _NOTES and key != "properties" and not key.startswith("x-"):
                yield lambda _: False

    def _members(self, schema: Schema) -> Test:
        known = {key: self.whole(each) for key, each in schema.get("properties", {}).items()}
        other = self.whole(schema.get("additionalProperties", True))

        def test(data: Any) -> bool:  # noqa: ANN401 - as `Test`
            if isinstance(data, dict):
                for key, value in data.items():
                    if not known.get(key, other)(value):
                        return False
            return True

        return test

    def _each(self, key: str, wanted: Any) -> Test:  # noqa: ANN401 - a part, or several
        """Items of a list, keys of a mapping, or several parts of one schema."""
        if key == "allOf":
            tests = [self.whole(each) for each in wanted]
            return lambda data: all(test(data) for test in tests)
        test, kind = self.whole(wanted), list if key == "items" else dict
        return lambda data: not isinstance(data, kind) or all(map(test, data))

    def _chosen(self, schema: Schema) -> Test:
        first, then, other = (self.whole(schema.get(key, True)) for key in ("if", "then", "else"))
        return lambda data: then(data) if first(data) else other(data)


def _of_type(wanted: str | list[str]) -> Test:
    tests = [TYPES[each] for each in ([wanted] if isinstance(wanted, str) else wanted)]
    return tests[0] if len(tests) == 1 else lambda data: any(test(data) for test in tests)


def _one_of(options: list[object]) -> Test:
    words = {str(each) for each in options if not isinstance(each, bool | None)}
    return lambda data: data in words if isinstance(data, str) else any(same(each, data) for each in options)


def _not_later(later: Any) -> Test:  # noqa: ANN401 - `true`, or words
    return lambda data: later is not True and not (isinstance(later, list | tuple) and data in later)


def _unlike(wanted: bool) -> Test:
    def test(data: Any) -> bool:  # noqa: ANN401 - as `Test`
        return not isinstance(data, list) or all(each not in data[:place] for place, each in enumerate(data))

    return test if wanted else lambda _: True


def _matching(pattern: str) -> Test:
    search = re.compile(pattern).search
    return lambda data: not isinstance(data, str) or search(data) is not None


_PLAIN: Mapping[str, Callable[[Any], Test]] = {
    "type": _of_type,
    "enum": _one_of,
    "const": lambda option: _one_of([option]),
    "x-later": _not_later,
    "pattern": _matching,
    "required": lambda keys: lambda data: not isinstance(data, dict) or all(key in data for key in keys),
    "uniqueItems": _unlike,
    "minItems": lambda least: lambda data: not isinstance(data, list) or len(data) >= least,
    "maxItems": lambda most: lambda data: not isinstance(data, list) or len(data) <= most,
    "minProperties": lambda least: lambda data: not isinstance(data, dict) or len(data) >= least,
    "maxProperties": lambda most: lambda data: not isinstance(data, dict) or len(data) <= most,
}
"""Keywords without a schema in them."""
