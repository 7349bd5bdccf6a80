"""The order of keys as a schema gives it, in every way a schema can say it."""

from __future__ import annotations

import pytest

from engine.authoring.layout.outline import outline_of
from engine.language.loader import load_tree
from engine.language.source import Mapping, Scalar, Sequence, Span

PLAIN: dict[str, object] = {"properties": {"b": {}, "a": {}}}
OTHER: dict[str, object] = {"properties": {"a": {}, "b": {}}}
KINDS = {
    "properties": {"kind": {}},
    "allOf": [
        {"if": {"properties": {"kind": {"const": "x"}}, "required": ["kind"]}, "then": PLAIN},
        {"if": {"properties": {"kind": {"const": "y"}}, "required": ["kind"]}, "then": OTHER},
    ],
}
LOOP = {"$ref": "#/definitions/loop", "definitions": {"loop": {"allOf": [{"$ref": "#/definitions/loop"}, PLAIN]}}}


def tree(text: str) -> Mapping:
    """The tree of a text."""
    found, _ = load_tree(text.encode(), "t.yaml")
    assert isinstance(found, Mapping)
    return found


@pytest.mark.parametrize(
    ("schema", "text", "order"),
    [
        ({}, "{b: 1, a: 2}", "b a"),
        (PLAIN, "{a: 1, b: 2}", "b a"),
        (PLAIN, "{z: 0, a: 1, y: 3, b: 2}", "b a z y"),
        (KINDS, "{a: 1, b: 2, kind: x}", "kind b a"),
        (KINDS, "{b: 1, a: 2, kind: y}", "kind a b"),
        (KINDS, "{b: 1, a: 2, kind: [y]}", "kind b a"),
        (KINDS, "{b: 1, a: 2}", "b a"),
        ({"anyOf": [{"properties": {"c": {}}}, PLAIN]}, "{a: 1, b: 2, c: 3}", "c b a"),
        ({"$ref": "#/definitions/p", "definitions": {"p": PLAIN}}, "{a: 1, b: 2}", "b a"),
        ({"$ref": "elsewhere.json"}, "{b: 1, a: 2}", "b a"),
        (LOOP, "{a: 1, b: 2}", "b a"),
        ({"if": {"type": "object"}, "then": PLAIN}, "{a: 1, b: 2}", "b a"),
        ({"if": {"type": "string"}, "then": {}, "else": PLAIN}, "{a: 1, b: 2}", "b a"),
        ({"if": {"type": ["string", "null"]}, "then": {}, "else": PLAIN}, "{a: 1, b: 2}", "b a"),
    ],
)
def test_order(schema: dict[str, object], text: str, order: str) -> None:
    """Keys the schema names, then the author's own in his order."""
    assert [each.key.text for each in outline_of(schema).ordered(tree(text))] == order.split()


def test_a_condition_on_the_type() -> None:
    """Of items only a list is asked, of a text nothing."""
    outline = outline_of({"if": {"type": "array"}, "then": {"items": PLAIN}, "else": {"items": {}}})
    a_list = Sequence((), Span("", 1, 1, 1, 1))
    assert outline.items(a_list).schemas == (PLAIN,)
    assert outline.items(Scalar("a", Span("", 1, 1, 1, 2))).schemas == ({},)


def test_down_the_tree() -> None:
    """By key, by name of the author's own, by item; beyond the schema anything goes."""
    outline = outline_of({"properties": {"k": {"items": {"additionalProperties": PLAIN}}}})
    top = tree("{k: [{n: {a: 1, b: 2}}], other: {b: 1, a: 2}}")
    inner = outline.under(top, "k")
    item = tree("{n: {a: 1, b: 2}}")
    named = inner.items(top).under(item, "n")
    assert [each.key.text for each in named.ordered(tree("{a: 1, b: 2}"))] == ["b", "a"]
    assert outline.under(top, "other").schemas == ()


def test_what_calculates() -> None:
    """A scope makes an expression; names and items below it inherit, keys of the language only by reference."""
    conditions = {"properties": {"any": {"$ref": "#/definitions/c"}, "count": {}}, "items": {}}
    schema = {
        "properties": {"when": {"$ref": "#/definitions/c", "x-scope": "partner"}, "title": {}},
        "definitions": {"c": conditions},
    }
    outline = outline_of(schema)
    lines = tree("{any: [a], count: 1}")
    when = outline.under(tree("{when: 1}"), "when")
    assert when.calculates and when.items(lines).calculates
    assert when.under(lines, "any").calculates
    assert not when.under(lines, "count").calculates
    assert not outline.under(tree("{title: 1}"), "title").calculates
