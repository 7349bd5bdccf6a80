"""The published schemas in the language server that editors use: what it says, offers and inserts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.commands.schema import SchemaKind, schema_text
from engine.authoring.cases.parse import parse_suite
from engine.language.loader import load_tree
from engine.language.shape import check_shape
from rules import KINDS, SCHEMA
from tests.conftest import ROOT
from tests.editor import Editor, Json

pytestmark = pytest.mark.tools
SERVER = ROOT / "tests/extra/node/node_modules/yaml-language-server/bin/yaml-language-server"
SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
MODELINE = "# yaml-language-server: $schema=rung.schema.json\n"
HEAD = (
    f"{MODELINE}rung: 1\nprogram: x\nversion: v1\neffective: {{from: 2026-01-01, before: 2027-01-01}}\ncurrency: USD\n"
)
SHIPPED = ("programs", "cli/templates")
PROGRAMS = sorted(
    [path for room in SHIPPED for path in ROOT.glob(f"{room}/*/2???.yaml")]
    + list(ROOT.glob("tests/gallery/good/*program.yaml"))
)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor with the server of npm, in a folder with the schemas."""
    node = shutil.which("node")
    if node is None or not SERVER.is_file():
        pytest.skip("node or yaml-language-server is not here (`make test-all` installs the package)")
    folder = tmp_path_factory.mktemp("editor")
    for kind, name in (("program", "rung"), ("feed", "feed"), ("tests", "tests")):
        (folder / f"{name}.schema.json").write_text(schema_text(SchemaKind(kind)), "utf-8")
    with Editor([node, str(SERVER), "--stdio"], folder, SETTINGS) as opened:
        yield opened


def told(findings: list[Json]) -> list[str]:
    """Findings as `line:column what`, counted from 1."""
    return [
        f"{each['range']['start']['line'] + 1}:{each['range']['start']['character'] + 1} {each['message']}"
        for each in findings
    ]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_good_programs_are_left_in_peace(editor: Editor, path: Path) -> None:
    """No finding about a program that has no error."""
    text = MODELINE + re.sub(r"^# yaml-language-server.*\n", "", path.read_text("utf-8"))
    assert told(editor.open(f"{path.parent.name}-{path.name}", text)) == []


@pytest.mark.parametrize(("kind", "pattern"), [("feed", "feed.yaml"), ("tests", "2???.test.yaml")])
def test_good_feeds_and_tests_are_left_in_peace(editor: Editor, kind: str, pattern: str) -> None:
    """No finding about the feeds and test files that are shipped."""
    paths = sorted(path for room in SHIPPED for path in ROOT.glob(f"{room}/*/{pattern}"))
    assert paths
    for path in paths:
        body = re.sub(r"^# yaml-language-server.*\n", "", path.read_text("utf-8"))
        text = f"# yaml-language-server: $schema={kind}.schema.json\n{body}"
        assert told(editor.open(f"{path.parent.name}-{path.name}", text)) == []


def test_a_version_that_builds_on_another_says_only_what_changes(editor: Editor) -> None:
    """Of such a file less is demanded; what it says is looked at all the same."""
    text = (
        f"{MODELINE}rung: 1\nprogram: x\nversion: 2027\nextends: 2026\n"
        "effective: {from: 2027-01-01, before: 2028-01-01}\n"
        "incentives:\n  volume_rebate: {bands: [{from: 0 USD, rate: 2%}]}\n"
    )
    assert told(editor.open("extends.yaml", text)) == []
    amendment = (
        f"{MODELINE}rung: 1\nprogram: x\namends: 2026\namendment: 1\neffective_from: 2026-07-01\nreason: r\n"
        "tiers:\n  gold: {requires: [growth >= 5%]}\n"
    )
    assert told(editor.open("amends.yaml", amendment)) == []
    assert told(editor.change("extends.yaml", text.replace("bands", "band"))) == []  # the kind is not said here
    assert [each.split()[0] for each in told(editor.change("amends.yaml", amendment + "  golden: {require: x}\n"))] == [
        "10:12"
    ]


KIND_WORDS = ", ".join(f'"{each.name}"' for each in KINDS)
SLIPS = {
    "unknown key": ("metric: {}", "7:1 Property metric is not allowed."),
    "unknown key in flow": ("metrics: {a: {form: sales}}", "7:15 Property form is not allowed."),
    "unknown key in block": ("metrics:\n  a:\n    form: sales", "9:5 Property form is not allowed."),
    "not supported yet": ("pools: {a: 1}", "7:1 Property pools is not allowed."),
    "wrong word": (
        "benefits:\n  a:\n    value: percentage",
        '9:12 Value is not accepted. Valid values: "percent", "level", "quantity", "money", "flag".',
    ),
    "wrong kind": (
        "incentives:\n  a:\n    kind: rebates",
        f"9:11 Value is not accepted. Valid values: {KIND_WORDS}.",
    ),
    "wrong word of a kind": (
        "incentives:\n  a: {kind: spiff, of: quantity, payee: everybody, rate: 1%}",
        '8:41 Value is not accepted. Valid values: "seller", "partner".',
    ),
    "missing key": ("segments:\n  a: {title: A}", '8:3 Missing property "when".'),
    "missing keys of a kind": (
        "incentives:\n  a: {kind: bounty, payee: partner, amount: 5 USD}",
        '8:3 Missing property "during".',
    ),
    "missing kind": ("incentives:\n  a: {payee: seller}", '8:3 Missing property "kind".'),
    "wrong type": ("tiers: {ladder: silver}", '7:17 Incorrect type. Expected "array".'),
    "a list for a text": ("title: [a]", "7:8 Incorrect type. Expected one of string, number."),
    "a text for a truth": (
        "metrics:\n  a: {ignore_missing: 'true'}",
        '8:23 Incorrect type. Expected "boolean".',
    ),
    "no value": ("title:", "7:7 Incorrect type. Expected one of string, number."),
    "pattern": (
        "certifications:\n  a: {valid_for: 24 moons}",
        "8:18 write a duration such as `24 months`",
    ),
    "too small": (
        "metrics:\n  a: {scale: -1}",
        "8:14 Value is below the minimum of 0.",
    ),
    "too large": ("metrics:\n  a: {scale: 9}", "8:14 Value is above the maximum of 8."),
    "no whole number": (
        "segments:\n  a:\n    when: {at_least: 1.5, of: [x, y]}",
        "9:22 Incorrect type. Expected one of string, integer.",
    ),
    "empty list": ("tiers: {ladder: []}", "7:17 Array has too few items. Expected 1 or more."),
    "in a group": (
        "segments:\n  a:\n    when:\n      - any:\n          - {al: [x]}",
        "11:14 Property al is not allowed.",
    ),
    "two groups in one": (
        "segments:\n  a:\n    when:\n      - {any: [x], all: [y]}",
        "10:9 Object has more properties than limit of 1.",
    ),
    "in a band": (
        "incentives:\n  a: {kind: rebate, payee: partner, sum: amount, period: month,\n    bands: [{form: 0 USD}]}",
        '9:13 Missing property "from".',
    ),
    "field type": (
        "records: {sales: {fields: {a: [text]}}}",
        "7:31 Incorrect type. Expected one of string, object, number.",
    ),
    "twice": ("title: a\ntitle: b", "8:1 Map keys must be unique"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_at_its_place(editor: Editor, slip: str) -> None:
    """One slip in a program without others: it is among the findings, at its line and column."""
    lines, expected = SLIPS[slip]
    found = told(editor.open(f"{slip.replace(' ', '-')}.yaml", f"{HEAD}{lines}\n"))
    assert expected in found
    place = expected.split(" ", 1)[0].split(":")[0]
    assert {each.split(":")[0] for each in found} <= {place, "7"}


def test_a_missing_key_of_the_header_is_told_at_the_top(editor: Editor) -> None:
    """Whoever leaves out the currency is told so."""
    found = told(editor.open("no-currency.yaml", HEAD.replace("currency: USD\n", "")))
    assert [each.split(" ", 1)[1] for each in found] == ['Missing property "currency".']


@pytest.mark.parametrize("key", [key for key, each in SCHEMA["properties"].items() if not each.get("x-later")])  # type: ignore[attr-defined]  # a mapping
def test_hover_on_a_key_says_what_it_is(editor: Editor, key: str) -> None:
    """Title, description, page and an example or the words there are, on every top-level key."""
    own = SCHEMA["properties"][key]  # type: ignore[index]  # a mapping
    lines = HEAD.splitlines()
    at = next((number for number, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    text = HEAD
    if at is None:
        at, text = len(lines), f"{HEAD}{key}: {{a: b}}\n"
    editor.open(f"hover-{key}.yaml", text)
    shown = editor.at("hover", f"hover-{key}.yaml", at, 1)["contents"]["value"]
    assert shown.startswith(f"#### {key.replace('_', ' ').capitalize()}\n")
    assert str(own["description"]) in shown.replace("\\", "").replace("&nbsp;", " ")
    assert "Page: docs/language.md#" in shown.replace("\\", "")


def test_hover_inside_says_what_a_key_is(editor: Editor) -> None:
    """A shared piece has its own words at each place: conditions of records are not those of partners."""
    text = (
        f"{HEAD}metrics:\n  a:\n    from: sales\n    count: records\n    where: entry is sale\n    window: lifetime\n"
    )
    editor.open("inside.yaml", text)
    where = editor.at("hover", "inside.yaml", 10, 6)["contents"]["value"]
    assert "#### Metric where" in where
    assert "Which records count" in where
    assert "trailing 12 months" in editor.at("hover", "inside.yaml", 11, 6)["contents"]["value"]


WORDS = {
    "incentives:\n  a:\n    kind: |": {"rebate", "spiff"},
    "incentives:\n  a:\n    kind: rebate\n    method: |": {"marginal", "whole"},
    "incentives:\n  a:\n    kind: rebate\n    period: |": {"month", "fiscal quarter"},
    "incentives:\n  a:\n    kind: spiff\n    payee: |": {"seller", "partner"},
    "calendar:\n  fiscal_year_starts: |": {"january", "february", "december"},
    "calendar: {fiscal_year_starts: |}": {"january", "december"},
    "rounding: {mode: |}": {"half_up", "half_even", "down", "up"},
    "benefits:\n  a:\n    value: |": {"percent", "flag"},
    "metrics:\n  a:\n    scope: |": {"partner", "partner with children"},
    "metrics:\n  a:\n    ignore_missing: |": {"true", "false"},
    "metrics:\n  a:\n    window: |": {"trailing 12 months", "lifetime"},
    "records: {sales: {fields: {a: {type: |}}}}": {"choice", "money", "id"},
}
KEYS = {
    "|": {"metrics", "tiers", "incentives", "a whole program"},
    "incentives:\n  a:\n    kind: spiff\n    |": {"of", "amount", "limits", "payee"},
    "incentives:\n  a:\n    kind: rebate\n    |": {"bands", "method", "period"},
    "tiers:\n  ladder: [a, b]\n  |": {"requires", "tier"},
    "tiers:\n  |": {"tier", "ladder with common lines"},
    "metrics:\n  |": {"metric: sum of records", "metric: formula", "metric: people holding a certification"},
    "parameters:\n  |": {
        "parameter: one value",
        "parameter: by tier",
        "parameter: by bands",
        "parameter: dated",
    },
    "certifications:\n  |": {"certification", "certification_name"},
    "segments:\n  |": {"segment", "segment_name"},
    "benefits:\n  |": {"benefit by tier", "benefit: level", "benefit: by condition"},
    "incentives:\n  |": {"rebate", "SPIFF"},
}


def offered(editor: Editor, name: str, lines: str) -> tuple[str, int, int, list[Json]]:
    """What is offered at the mark in some lines of a program."""
    text, line, character = _marked(f"{HEAD}{lines}\n")
    editor.open(name, text)
    answer = editor.at("completion", name, line, character)
    return text, line, character, answer["items"]


def _marked(text: str) -> tuple[str, int, int]:
    at = text.rindex("|")
    line = text.count("\n", 0, at)
    return text[:at] + text[at + 1 :], line, at - text.rfind("\n", 0, at) - 1


@pytest.mark.parametrize("lines", [*WORDS, *KEYS])
def test_words_keys_and_snippets_are_offered(editor: Editor, lines: str) -> None:
    """The words a key can have, the keys that can stand there, and ready pieces; each once."""
    _, _, _, items = offered(editor, f"offered-{[*WORDS, *KEYS].index(lines)}.yaml", lines)
    labels = [each["label"] for each in items]
    assert {**WORDS, **KEYS}[lines] <= set(labels)
    assert len(labels) == len(set(labels))
    assert not {"pools", "review", "judged_on", "x-later"} & set(labels)


def filled_in(text: str) -> str:
    """A snippet as it reads when nothing is typed at its places."""
    text = re.sub(r"\$\{[0-9]+:([^}]*)\}|(?<!\\)\$[0-9]+", lambda found: found[1] or "", text)
    return text.replace("\\$", "$")


@pytest.mark.parametrize("lines", [each for each in KEYS if each.endswith(":\n  |")])
def test_inserted_snippets_have_the_right_shape(editor: Editor, lines: str) -> None:
    """Each ready piece, put where it is offered, makes a text whose shape our own checker accepts."""
    text, line, character, items = offered(editor, f"insert-{lines.split(':')[0]}.yaml", lines)
    pieces = [each for each in items if each["label"] in KEYS[lines] and not each["label"].endswith("_name")]
    assert pieces
    for piece in pieces:
        whole = inserted(text, piece, line, character)
        if lines.startswith("tiers") and piece["label"] == "tier":
            whole = whole.replace("tiers:\n", "tiers:\n  ladder: [registered, gold]\n")
        tree, found = load_tree(whole.encode(), "p.yaml")
        assert tree is not None, (whole, found)
        assert [(each.message, whole) for each in check_shape(tree, SCHEMA)] == []
        assert told(editor.change(f"insert-{lines.split(':')[0]}.yaml", whole)) == []


def test_cases_are_offered_in_a_test_file(editor: Editor) -> None:
    """A case, and cases in a table, whose cells stand behind a `$`; both are test files our own checker accepts."""
    text = "# yaml-language-server: $schema=tests.schema.json\nrung_test: 1\ncases:\n  \n"
    editor.open("cases.test.yaml", text)
    items = editor.at("completion", "cases.test.yaml", 3, 2)["items"]
    pieces = [each for each in items if each["label"] in ("case", "cases in a table")]
    assert len(pieces) == 2
    for piece in pieces:
        whole = inserted(text, piece, 3, 2)
        suite, found = parse_suite(whole.encode(), "cases.test.yaml")
        assert (suite is not None, found) == (True, ()), whole
        assert told(editor.change("cases.test.yaml", whole)) == []


def test_a_whole_program_starts_an_empty_file(editor: Editor) -> None:
    """The piece for an empty file is a program without errors."""
    editor.open("empty.yaml", f"{MODELINE}\n")
    items = editor.at("completion", "empty.yaml", 1, 0)["items"]
    piece = next(each for each in items if each["label"] == "a whole program")
    whole = inserted(f"{MODELINE}\n", piece, 1, 0)
    tree, found = load_tree(whole.encode(), "p.yaml")
    assert tree is not None, (whole, found)
    assert check_shape(tree, SCHEMA) == ()
    assert told(editor.change("empty.yaml", whole)) == []


def inserted(text: str, piece: Json, line: int, character: int) -> str:
    """The text after an editor put a piece at a place: later lines are indented as the first one is."""
    edit = piece.get("textEdit") or {"newText": piece["insertText"], "range": None}
    start = edit["range"]["start"]["character"] if edit["range"] else character
    rows = text.split("\n")
    indent = re.match(" *", rows[line])
    assert indent is not None
    new = filled_in(edit["newText"]).lstrip("\n").replace("\n", "\n" + indent[0])
    rows[line] = rows[line][:start] + new + rows[line][character:]
    return "\n".join(rows)
