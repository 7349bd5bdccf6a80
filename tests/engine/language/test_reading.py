"""Reading values: what is not there, what is broken, and what is given in the wrong place."""

from __future__ import annotations

from datetime import date

import pytest

from engine.language import syntax
from engine.language.loader import load_tree
from engine.language.program import Group, Line
from engine.language.reading import Reader, text_of, truth_of, words_of
from engine.language.source import Mapping, Node, Scalar, Sequence, Span


def node(yaml: str) -> Node:
    """The value of `x` in a mapping."""
    tree, found = load_tree(f"x: {yaml}\n".encode(), "file.yaml")
    assert isinstance(tree, Mapping) and not found, found
    value = tree.get("x")
    assert value is not None
    return value


def test_nothing_is_nothing() -> None:
    """A key that is not there, or of another shape, gives nothing and no finding: the shape layer tells."""
    reader = Reader()
    for each in (None, node("{a: b}"), node("[a]")):
        assert reader.expression(each) is None
        assert reader.window(each) is None
        assert reader.day(each) is None
        assert reader.duration(each, "days") is None
        assert reader.integer(each) is None
    assert reader.range(None) is None
    assert reader.range(node("{from: 2026-01-01}")) is None
    assert reader.requirements(None) == ()
    assert reader.requirements(node("[[a]]")) == ()
    assert reader.table(None) is None
    assert reader.diagnostics == []


def test_scalars() -> None:
    """Values of each kind."""
    reader = Reader()
    assert reader.day(node("2026-02-01")) == date(2026, 2, 1)
    assert reader.duration(node("2 years"), "months") == 24
    assert reader.integer(node("1_000")) == 1000
    assert str(reader.window(node("this year"))) == "this year"
    assert isinstance(reader.expression(node("a + 1")), syntax.Arithmetic)
    assert reader.range(node("{from: 2026-01-01, before: 2026-01-02}")) == (date(2026, 1, 1), date(2026, 1, 2))
    assert reader.diagnostics == []


@pytest.mark.parametrize(
    ("method", "yaml", "code"),
    [
        ("day", "1989-12-31", "RNG508"),
        ("integer", "1.5", "RNG511"),
        ("window", "now", "RNG520"),
        ("expression", "a +", "RNG500"),
        ("range", "{from: 2026-01-02, before: 2026-01-02}", "RNG400"),
        ("range", "{from: 1989-12-31, before: 2026-03-02}", "RNG508"),
        ("table", "{by: a, values: {x: {y: 1}}}", "RNG300"),
        ("table", "{by: [a, b], values: {x: 1}}", "RNG300"),
        ("table", "{by: a, values: {x: 1 +}}", "RNG500"),
        ("table", "{by: a, bands: [{from: 0, value: 1 +}]}", "RNG500"),
        ("table", "{reason: x}", "RNG300"),
        ("table", "{by: [a, b], bands: [{from: 0, value: 1}]}", "RNG300"),
    ],
)
def test_broken(method: str, yaml: str, code: str) -> None:
    """One finding for one broken value."""
    reader = Reader()
    getattr(reader, method)(node(yaml))
    assert [each.code for each in reader.diagnostics] == [code]


def test_duration_in_another_unit() -> None:
    """Days where months are wanted; a broken one has one finding."""
    reader = Reader()
    assert reader.duration(node("30 days"), "months") is None
    assert reader.duration(node("30 weeks"), "months") is None
    assert [each.code for each in reader.diagnostics] == ["RNG201", "RNG511"]


def test_declared_once_in_any_case() -> None:
    """A name is taken in whatever section and case; words of the language are taken already."""
    reader = Reader()
    first, second, third = (
        Scalar(text, Span("f", line, 1, line, 2)) for line, text in enumerate(("a", "A", "tier"), 1)
    )
    assert [reader.declare(each) for each in (first, second, third)] == ["a", "A", "tier"]
    assert [each.code for each in reader.diagnostics] == ["RNG207", "RNG210"]
    assert reader.diagnostics[0].related[0].span == first.span


def test_requirements() -> None:
    """One line, a list, groups in groups; `at_least` with `of` in any order."""
    reader = Reader()
    (single,) = reader.requirements(node("a"))
    assert isinstance(single, Line)
    lines = reader.requirements(node("[a, {any: [b, {none: c}]}, {of: [d, e], at_least: 1}, f +]"))
    assert [type(each) for each in lines] == [Line, Group, Group]
    any_of, at_least = lines[1], lines[2]
    assert isinstance(any_of, Group) and isinstance(at_least, Group)
    assert (any_of.form, [type(each) for each in any_of.lines]) == ("any", [Line, Group])
    assert (at_least.form, at_least.count, len(at_least.lines)) == ("at_least", 1, 2)
    (mapped,) = reader.requirements(node("{all: [a]}"))
    assert isinstance(mapped, Group)
    assert [each.code for each in reader.diagnostics] == ["RNG500"]


@pytest.mark.parametrize("count", ["0", "3"])
def test_more_than_there_are(count: str) -> None:
    """At least none and at least three of two cannot be asked for."""
    reader = Reader()
    reader.requirements(node(f"[{{at_least: {count}, of: [a, b]}}]"))
    assert [each.code for each in reader.diagnostics] == ["RNG300"]


def test_of_without_a_count() -> None:
    """How many must hold is never guessed."""
    reader = Reader()
    reader.requirements(node("[{of: [a, b]}]"))
    assert [each.code for each in reader.diagnostics] == ["RNG300"]


def test_count_that_is_no_number() -> None:
    """Told once, and the group goes on."""
    reader = Reader()
    (group,) = reader.requirements(node("[{at_least: x, of: [a, b]}]"))
    assert isinstance(group, Group) and group.count == 1
    assert [each.code for each in reader.diagnostics] == ["RNG511"]


def test_tables() -> None:
    """One value, values by names, and bands."""
    reader = Reader()
    single = reader.table(node("5 USD"))
    valued = reader.table(node("{value: 5 USD, reason: x}"))
    by_names = reader.table(node("{by: [a, b], values: {x: {y: 1, z: 2}}}"))
    bands = reader.table(node("{by: a, bands: [{from: 0, value: 1}, {from: 2, value: 3}]}"))
    assert single and valued and by_names and bands
    assert single.single == valued.single or isinstance(valued.single, syntax.Money)
    assert (by_names.by, [each.keys for each in by_names.choices]) == (("a", "b"), [("x", "y"), ("x", "z")])
    assert [each.key_spans[1].column for each in by_names.choices] == [30, 36]
    assert (bands.by, len(bands.thresholds)) == (("a",), 2)
    assert reader.diagnostics == []


def test_tables_of_another_shape() -> None:
    """What the shape layer refuses is passed over without a finding."""
    reader = Reader()
    found = reader.table(node("{by: a, values: [x]}"))
    assert found is not None and found.choices == ()
    found = reader.table(node("{by: a, bands: [x, {from: 0, value: 1}]}"))
    assert found is not None and len(found.thresholds) == 1
    found = reader.table(node("{by: a, bands: x}"))
    assert found is not None and found.thresholds == ()
    assert reader.diagnostics == []


def test_words() -> None:
    """Texts, lists of texts, truths, and what stands in their place."""
    assert (text_of(node("a")), text_of(node("~"), "b"), text_of(node("[a]"), "c")) == ("a", "b", "c")
    assert [each.text for each in words_of(node("[a, {b: c}]"))] == ["a"]
    assert [each.text for each in words_of(node("a"))] == ["a"]
    assert words_of(node("{a: b}")) == ()
    assert (truth_of(node("true")), truth_of(node("false")), truth_of(None, default=True)) == (True, False, True)
    assert isinstance(node("[a]"), Sequence)


def test_each_once() -> None:
    """The second of two is told, with the first beside it."""
    reader = Reader()
    reader.each_once(words_of(node("[a, b, a]")), "a letter")
    (found,) = reader.diagnostics
    assert (found.message, found.span and found.span.column) == ("`a` is a letter twice", 11)
