"""The shape layer: schemas as in the catalogue, programs as authors write them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.language.diagnostic import Diagnostic, Severity
from engine.language.loader import load_tree
from engine.language.shape import MAX_FINDINGS, check_shape, plain
from engine.language.source import Node

NAME = {"pattern": "^[a-z][a-z0-9_]*$", "x-expected": "a name of lower case letters"}
BENEFIT: Mapping[str, object] = {
    "type": "object",
    "required": ["value"],
    "additionalProperties": False,
    "properties": {
        "value": {"enum": ["percent", "flag"], "x-later": ["points"]},
        "rate": True,
        "every": {"x-later": True},
        "active": {"type": "boolean"},
        "count": {"type": "integer"},
        "share": {"type": "number", "x-expected": "a share such as `0.5`"},
    },
    "if": {"required": ["rate"]},
    "then": {"properties": {"value": {"const": "percent"}}},
}
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "required": ["rung", "currency"],
    "additionalProperties": False,
    "properties": {
        "rung": {"const": 1},
        "currency": {
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "x-expected": "a code such as `USD`",
            "examples": ["USD"],
        },
        "benefits": {"type": "object", "minProperties": 1, "propertyNames": NAME, "additionalProperties": BENEFIT},
        "ladder": {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}},
        "rounding": {
            "type": "object",
            "required": ["mode", "at", "digits"],
            "properties": {"mode": {"enum": ["half_up", "half_even"]}, "at": {"type": ["string", "array"]}},
        },
        "pools": {"x-later": True},
        "choice": {"type": "object", "maxProperties": 1, "required": ["all"], "properties": {"met": {"x-later": True}}},
        "pair": {"type": "array", "maxItems": 2, "x-expected": "one or two names"},
        "dated": {"type": "object", "patternProperties": {"^20[0-9][0-9]$": {}}, "additionalProperties": False},
        "odd": {"type": "array", "contains": {"const": "x"}},
    },
}


def tree_of(text: str) -> Node:
    """The tree of a file without YAML findings."""
    tree, found = load_tree(text.encode(), "p.yaml")
    assert tree is not None
    assert found == ()
    return tree


def findings(text: str, schema: Mapping[str, object] = SCHEMA) -> tuple[Diagnostic, ...]:
    """Findings about a program with the keys that are always needed."""
    return check_shape(tree_of("rung: 1\ncurrency: USD\n" + text), schema)


def told(found: tuple[Diagnostic, ...]) -> list[tuple[str, str, str, str]]:
    """Place, name, message and help of findings."""
    return [
        (f"{each.span.line}:{each.span.column}" if each.span else "", each.name, each.message, each.help)
        for each in found
    ]


def test_a_program_that_fits_has_no_findings() -> None:
    """All kinds of values that fit are accepted, numbers as text included."""
    text = (
        "benefits:\n  a: {value: percent, rate: 5%, active: true, count: 12, share: 0.25}\n"
        "ladder: [silver, gold]\nrounding: {mode: half_up, at: [earning], digits: 2}\n"
        "choice: {all: x}\npair: [x]\ndated: {'2026': x}\nodd: [x]\n"
    )
    assert findings(text) == ()


@pytest.mark.parametrize(
    ("text", "place", "name", "message", "help"),
    [
        ("benifits: {}", "3:1", "unknown-key", "unknown key `benifits`", "did you mean `benefits`?"),
        (
            "benefits: {a: {value: flag, xyz: 1}}",
            "3:29",
            "unknown-key",
            "unknown key `xyz`",
            "choose one of: `value`, `rate`, `active`, `count`, `share`",
        ),
        ("dated: {'1999': x}", "3:9", "unknown-key", "unknown key `1999`", "nothing is declared here"),
        (
            "benefits: {a: {active: true}}",
            "3:12",
            "missing-key",
            "`a` has no `value`",
            "add it, such as `value: percent`",
        ),
        (
            "rounding: {mode: half_up, at: x}",
            "3:1",
            "missing-key",
            "`rounding` has no `digits`",
            "add `digits:` and its value",
        ),
        (
            "ladder: silver, gold",
            "3:9",
            "wrong-shape",
            "`ladder` must be a list, found `silver, gold`",
            "put the items in brackets: `[silver, gold]`",
        ),
        (
            "ladder: bronze-1",
            "3:9",
            "wrong-shape",
            "`ladder` must be a list, found `bronze-1`",
            "put the items in brackets: `[bronze-1]`",
        ),
        (
            "ladder: {silver: 1}",
            "3:1",
            "wrong-shape",
            "`ladder` must be a list, found a mapping",
            "write one `- ` a line below it, or put the items in brackets",
        ),
        (
            "ladder: [[silver], gold]",
            "3:11",
            "wrong-shape",
            "item 1 of `ladder` must be a text, found a list",
            "write `silver` without brackets",
        ),
        (
            "ladder: [[], gold]",
            "3:10",
            "wrong-shape",
            "item 1 of `ladder` must be a text, found a list",
            "write a text",
        ),
        (
            "ladder: [{}, gold]",
            "3:10",
            "wrong-shape",
            "item 1 of `ladder` must be a text, found a mapping",
            "write a text",
        ),
        (
            "ladder: [{a: b}, gold]",
            "3:11",
            "wrong-shape",
            "item 1 of `ladder` must be a text, found a mapping",
            "write a text",
        ),
        (
            "rounding: half_up",
            "3:11",
            "wrong-shape",
            "`rounding` must be a mapping, found `half_up`",
            "write `key: value` lines below it, or in braces: `{mode: .., at: .., digits: ..}`",
        ),
        (
            "benefits: {a: {value: flag, active: 'true'}}",
            "3:37",
            "wrong-shape",
            "`active` must be `true` or `false`, found `true`",
            "write `true` or `false` without quotes",
        ),
        (
            "benefits: {a: {value: flag, count: 1.5}}",
            "3:36",
            "wrong-shape",
            "`count` must be a whole number, found `1.5`",
            "write a whole number",
        ),
        (
            "benefits: {a: {value: flag, share: half}}",
            "3:36",
            "wrong-shape",
            "`share` must be a share such as `0.5`, found `half`",
            "write a share such as `0.5`",
        ),
        ("ladder:", "3:1", "wrong-shape", "`ladder` has no value", "write a list, or leave the key out"),
        ("benefits: {a: {value: }}", "3:16", "wrong-shape", "`value` has no value", "write one of `percent`, `flag`"),
        (
            "benefits: {a: {value: [flag]}}",
            "3:16",
            "wrong-shape",
            "`value` must be one word, found a list",
            "write one of `percent`, `flag`",
        ),
        (
            "benefits: {a: {value: percnt}}",
            "3:23",
            "not-one-of",
            "`value` cannot be `percnt`",
            "did you mean `percent`?",
        ),
        (
            "benefits: {a: {value: level}}",
            "3:23",
            "not-one-of",
            "`value` cannot be `level`",
            "write one of `percent`, `flag`",
        ),
        (
            "benefits: {a: {value: true}}",
            "3:23",
            "not-one-of",
            "`value` cannot be `true`",
            "write one of `percent`, `flag`",
        ),
        (
            "benefits: {Gold A: {value: flag}}",
            "3:12",
            "bad-name",
            "`Gold A` cannot be a name here",
            "write a name of lower case letters",
        ),
        (
            "benefits: {}",
            "3:1",
            "too-few",
            "`benefits` has no keys",
            "write at least 1, or remove the key",
        ),
        ("ladder: [silver]", "3:1", "too-few", "`ladder` has 1 item", "write at least 2"),
        ("ladder: [a, b, a]", "3:1", "too-many", "`ladder` names the same item twice", "name each once"),
        ("pair: [a, b, c]", "3:1", "too-many", "`pair` has 3 items", "write one or two names"),
        ("choice: {all: a, any: b}", "3:1", "too-many", "`choice` has 2 keys", "write at most 1"),
        ("pools: {x: 1}", "3:1", "not-supported-yet", "`pools` is not supported yet", "leave it out in this version"),
        (
            "benefits: {a: {value: points}}",
            "3:23",
            "not-supported-yet",
            "`value` cannot be `points` yet",
            "supported now: `percent`, `flag`",
        ),
        (
            "choice: {met: any day, in: x}",
            "3:10",
            "not-supported-yet",
            "`met` is not supported yet",
            "leave it out in this version",
        ),
        (
            "benefits: {a: {value: flag, rate: 1}}",
            "3:23",
            "not-one-of",
            "`value` cannot be `flag`",
            "write `percent`",
        ),
        ("odd: [y]", "3:1", "bad-form", "`odd` cannot be a list", "write another form"),
    ],
)
def test_each_misfit_is_told_once_at_its_word(text: str, place: str, name: str, message: str, help: str) -> None:
    """One finding for one misfit, at a key or a value, in the author's words."""
    assert told(findings(text)) == [(place, name, message, help)]


def test_pattern_says_what_was_expected() -> None:
    """A value of the wrong form is told with the schema's own words."""
    found = check_shape(tree_of("rung: 1\ncurrency: usd\n"), SCHEMA)
    assert told(found) == [("2:11", "bad-form", "`currency` cannot be `usd`", "write a code such as `USD`")]


def test_constant_is_compared_as_text() -> None:
    """`rung: 1` in a schema is the text 1; another version is told what to write."""
    found = check_shape(tree_of("rung: 2\ncurrency: USD\n"), SCHEMA)
    assert told(found) == [("1:7", "not-one-of", "`rung` cannot be `2`", "write `1`")]


def test_missing_keys_of_the_file_point_at_its_first_key() -> None:
    """A key that the whole file lacks is told at the file's first word, each key by itself."""
    found = check_shape(tree_of("ladder: [a, b]\n"), SCHEMA)
    assert told(found) == [
        ("1:1", "missing-key", "the file has no `currency`", "add it, such as `currency: USD`"),
        ("1:1", "missing-key", "the file has no `rung`", "add it, such as `rung: 1`"),
    ]


def test_misspelt_key_is_not_missing_as_well() -> None:
    """A misspelt key that is needed gives one finding, not two."""
    found = check_shape(tree_of("rung: 1\ncurency: USD\n"), SCHEMA)
    assert told(found) == [
        ("2:1", "unknown-key", "unknown key `curency`", "did you mean `currency`? it is missing here")
    ]


def test_of_very_many_unknown_keys_the_first_are_shown_each_with_its_help() -> None:
    """A hundred of three hundred, and how many there are."""
    keys = "".join(f"curency{number:03}: USD\n" for number in range(300))
    found = told(check_shape(tree_of(f"rung: 1\ncurrency: USD\n{keys}"), SCHEMA))
    assert [name for _, name, _, _ in found] == ["unknown-key"] * MAX_FINDINGS + ["more-findings"]
    assert {help for _, _, _, help in found[:MAX_FINDINGS]} == {"did you mean `currency`?"}
    assert found[-1][2] == f"only the first {MAX_FINDINGS} of 300 findings are shown"


def test_name_close_to_a_missing_key_hides_nothing() -> None:
    """Where names are free, a name that looks like a missing key does not stand for it."""
    schema = {"type": "object", "required": ["ladder"], "properties": {"ladder": {}}, "additionalProperties": {}}
    assert told(check_shape(tree_of("ladders: 1\n"), schema)) == [
        ("1:1", "missing-key", "the file has no `ladder`", "add `ladder:` and its value")
    ]


def test_a_list_at_the_top_is_told_at_its_first_word() -> None:
    """A tree without any key still has a place to point at."""
    tree = tree_of("x: [a]\n")
    found = check_shape(tree, {"type": "array"})
    assert told(found)[0][:3] == ("1:1", "wrong-shape", "the file must be a list, found a mapping")


def test_at_most_a_hundred_findings() -> None:
    """A file with many slips shows the first hundred and says so."""
    text = "ladder: [" + ", ".join("[x]" for _ in range(150)) + "]\n"
    found = check_shape(tree_of(text), {"properties": {"ladder": {"items": {"type": "string"}}}})
    assert len(found) == 101
    assert found[-1].severity is Severity.NOTE
    assert found[-1].message == "only the first 100 of 150 findings are shown"


def test_deepest_tree_is_checked() -> None:
    """A recursive schema over the deepest tree the loader accepts does not exhaust the stack."""
    depth = 31
    text = "requires: " + "{all: [" * depth + "x" + "]}" * depth + "\n"
    requirement = {
        "type": ["string", "object"],
        "properties": {"all": {"$ref": "#/definitions/requirements"}},
        "additionalProperties": False,
    }
    requirements = {
        "type": ["array", "string", "object"],
        "items": {"$ref": "#/definitions/requirement"},
        "if": {"type": "object"},
        "then": {"$ref": "#/definitions/requirement"},
    }
    schema = {
        "definitions": {"requirements": requirements, "requirement": requirement},
        "properties": {"requires": {"$ref": "#/definitions/requirements"}},
    }
    assert check_shape(tree_of(text), schema) == ()


def test_plain_data_keeps_numbers_as_text() -> None:
    """Only bare true and false are booleans; what was left out is null; quotes make a text."""
    tree = tree_of("a: 1.10\nb: true\nc: 'true'\nd:\ne: [x, false, ~]\nf: ''\n")
    assert plain(tree) == {"a": "1.10", "b": True, "c": "true", "d": None, "e": ["x", False, None], "f": ""}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-3-1", "`2026-03-01`"),
        ("2026/03/01", "`2026-03-01`"),
        ("1.3.2026", "`2026-03-01`"),
        ("31.4.2026", "a date"),  # no such day
        ("03/01/2026", "a date"),  # March or January
        ("[2026]", "a date"),
    ],
)
def test_a_date_in_another_form_is_offered_in_ours(written: str, meant: str) -> None:
    """Where only one day can be meant, the cure is that day."""
    day = {"type": ["string", "array"], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "x-expected": "a date"}
    found = check_shape(tree_of(f"from: {written}\n"), {"type": "object", "properties": {"from": day}})
    assert [each.help for each in found] == ([] if written == "[2026]" else [f"write {meant}"])


def test_an_unknown_key_that_stands_for_the_missing_one_is_told_once() -> None:
    """In a small mapping one unknown and one missing key are one slip; two unknown ones, or in a large one, are not."""
    keys = {"type": "object", "required": ["from", "before"], "additionalProperties": False}
    small = {**keys, "properties": {"from": {}, "before": {}}}
    large = {**keys, "properties": {"from": {}, "before": {}, **{f"key_{number}": {} for number in range(9)}}}
    assert [each.help for each in check_shape(tree_of("from: 1\nuntil: 2\n"), small)] == [
        "the key is `before`, the first day after the range"
    ]
    assert [
        each.help for each in check_shape(tree_of("from: 1\nuntl: 2\n"), {**small, "required": ["from", "of"]})
    ] == ["did you mean `of`? it is missing here"]
    assert len(check_shape(tree_of("from: 1\nuntil: 2\nto: 3\n"), small)) == 3
    assert len(check_shape(tree_of("from: 1\nuntil: 2\n"), large)) == 2


def test_a_key_that_only_another_one_asks_for() -> None:
    """`at_least` asks for `of`: an unknown key beside it stands for that, and is told once."""
    schema = {
        "type": "object",
        "properties": {"at_least": {}, "of": {}},
        "additionalProperties": False,
        "if": {"required": ["at_least"]},
        "then": {"required": ["of"]},
    }
    found = check_shape(tree_of("at_least: 2\nfrom: [a]\n"), schema)
    assert [(each.code, each.help) for each in found] == [("RNG100", "did you mean `of`? it is missing here")]
    assert [each.code for each in check_shape(tree_of("at_least: 2\n"), schema)] == ["RNG101"]


def test_a_misspelt_key_among_names_of_the_authors_own() -> None:
    """`require` with a list is no tier of that name, but the key it resembles; with a mapping it is a tier."""
    schema = {
        "type": "object",
        "properties": {"requires": {"type": "array"}},
        "additionalProperties": {"type": "object"},
    }
    found = check_shape(tree_of("require: [a]\n"), schema)
    assert [(each.code, each.help) for each in found] == [("RNG100", "did you mean `requires`?")]
    assert [each.code for each in check_shape(tree_of("gold: [a]\n"), schema)] == ["RNG102"]
    assert check_shape(tree_of("require: {a: 1}\n"), schema) == ()


def test_the_line_of_a_section_is_missing() -> None:
    """Neighbours that have hardly a key that is known are told together; one with a slip stays by itself."""
    item = {"type": "object", "properties": {"title": {}, "grace": {}}, "required": ["grace"],
            "additionalProperties": False}  # fmt: skip
    schema = {"type": "object", "properties": {"known": {"type": "object", "additionalProperties": item}}}
    good = "known:\n  a: {grace: 1}\n"
    moved = "  b: {from: 1, sum: 2, title: 3}\n  c: {from: 1, sum: 2}\n  d: {like: 1, title: 2}\n"
    (found,) = check_shape(tree_of(good + moved), schema)
    assert (found.code, found.message) == ("RNG100", "`b` has keys that are not choose one of: `from`, `sum`")
    assert [each.span.line for each in found.related] == [4, 5]
    slips = "  b: {graze: 1, title: 3}\n  c: {graze: 1, title: 2}\n"
    assert [each.help for each in check_shape(tree_of(good + slips), schema)] == [
        "did you mean `grace`? it is missing here"
    ] * 2


@pytest.mark.parametrize(
    ("known", "written", "here"),
    [
        ("kind from where eligible period sum rate payee title", "window", "period"),
        ("kind from where eligible period sum rate payee title", "when", "eligible"),
        ("kind from where eligible during period sum rate returns", "requires", "eligible"),
        ("kind from where eligible during period sum rate returns", "effective", "during"),
        ("from sum count where window shifted like title per scope", "period", "window"),
        ("from sum count where window shifted like title per scope", "requires", "where"),
        ("value levels every by values is when per title", "eligible", "when"),
        ("title requires applies_to ladder per overall was by x", "where", "requires"),
        ("kind title from", "window", ""),
    ],
)
def test_a_key_of_another_section(known: str, written: str, here: str) -> None:
    """A key that says the same in another section is named as this section calls it; no other key is guessed."""
    schema = {"type": "object", "properties": {key: {} for key in known.split()}, "additionalProperties": False}
    (found,) = check_shape(tree_of(f"{written}: quarter\n"), schema)
    help = f"did you mean `{here}`? that is its name here" if here else "choose one of: `kind`, `title`, `from`"
    assert (found.code, found.help) == ("RNG100", help)
