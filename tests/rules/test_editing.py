"""The schema that editors read: every key tells what it is, and both readers of it agree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from cli.commands.schema import SchemaKind, schema_text
from engine.language.diagnostic import has_errors
from engine.language.loader import load_tree
from engine.language.shape import check_shape
from engine.language.shapes import Schema, filled, listing, mapping, text, truth, whole
from rules import SCHEMA, load_program
from tests.conftest import ROOT

PROGRAMS = sorted([*ROOT.glob("programs/*/2???.yaml"), *ROOT.glob("tests/gallery/good/*program.yaml")])
SHAPES = sorted(ROOT.glob("tests/gallery/bad/RNG10[0-7]-*.yaml"))
LEAST_KEYS = 15  # that the smallest of them has
HEAD = "rung: 1\nprogram: x\nversion: v1\neffective: {from: 2026-01-01, before: 2027-01-01}\ncurrency: USD\n"


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: days and `yes` are texts, an underscore is no digit."""


CoreLoader.yaml_implicit_resolvers = {}
for pattern, tag, first in (
    (r"true|false", "bool", "tf"),
    (r"~|null|", "null", ["~", "n", ""]),
    (r"[-+]?[0-9]+", "int", "-+0123456789"),
    (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "float", "-+.0123456789"),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def published(kind: str) -> dict[str, object]:
    """A schema as `rung schema` prints it."""
    schema: dict[str, object] = json.loads(schema_text(SchemaKind(kind)))
    return schema


def keys(schema: object, path: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Every key that an author can write, with its schema; what only demands is left out."""
    if isinstance(schema, Mapping):
        for keyword, value in schema.items():
            if keyword == "properties":
                for name, own in value.items():
                    if not own.get("doNotSuggest"):
                        yield f"{path}/{name}", own
                    yield from keys(own, f"{path}/{name}")
            elif keyword not in ("examples", "defaultSnippets", "if"):
                yield from keys(value, path if keyword in ("then", "else") else f"{path}/{keyword}")
    elif isinstance(schema, list):
        for each in schema:
            yield from keys(each, path)


def texts(schema: object) -> Iterator[str]:
    """Every keyword of a schema."""
    if isinstance(schema, Mapping):
        for keyword, value in schema.items():
            yield keyword
            yield from texts(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from texts(each)


def is_told(own: Mapping[str, object]) -> bool:
    """Whether a key has its title, its description in both forms, and something to write."""
    told = own.get("title") and str(own.get("markdownDescription", "")).startswith(f"{own.get('description')}.")
    return bool(told) and bool(own.get("examples") or own.get("enum") or "default" in own)


@pytest.mark.parametrize("kind", [each.value for each in SchemaKind])
def test_every_key_says_what_it_is(kind: str) -> None:
    """A title, a description, the page, and an example or the words there are."""
    schema = published(kind)
    assert len(list(keys(schema))) > LEAST_KEYS
    assert [path for path, own in keys(schema) if not is_told(own)] == []


@pytest.mark.parametrize("kind", [each.value for each in SchemaKind])
def test_notes_of_ours_are_not_published(kind: str) -> None:
    """What only our checker reads stays here."""
    assert [each for each in texts(published(kind)) if each.startswith("x-")] == []


def test_pages_are_there() -> None:
    """Every page that a description names exists, with that heading."""
    found = set(re.findall(r"Page: (\S+?)(?:\"|$|\\n)", json.dumps(published("program"))))
    for kind in ("feed", "tests"):
        found |= set(re.findall(r"Page: ([^\s\"\\]+)", json.dumps(published(kind))))
    assert found
    for page in found:
        path, _, heading = page.partition("#")
        text = (ROOT / path).read_text("utf-8")
        headings = {
            re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in re.findall(r"^#+ (.*)", text, re.M)
        }
        assert not heading or heading in headings, page


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_good_programs_fit(path: Path) -> None:
    """An editor that reads numbers as numbers has nothing to say of a program without errors."""
    data = yaml.load(path.read_text("utf-8"), CoreLoader)
    assert [each.message for each in Draft7Validator(published("program")).iter_errors(data)] == []


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_misfits_do_not_fit(path: Path) -> None:
    """What our checker refuses for its shape, an editor refuses as well."""
    data = yaml.load(path.read_text("utf-8"), CoreLoader)
    assert list(Draft7Validator(published("program")).iter_errors(data))


VALUES = ("3", "-3", "4.2", "true", "x", "2026-02-01", "50_000 USD", "~", "{}", "[]", "[a]", "{a: b}", "'3'", "0", "9")
PLACES = (
    "rung: {}", "version: {}", "title: {}", "effective: {{from: 2026-01-01, before: {}}}", "currency: {}",
    "calendar: {{fiscal_year_starts: {}, year_named: start}}", "parameters: {{a: {}}}",
    "parameters: {{a: {{value: {}}}}}",
    "parameters: {{a: {{by: [tier], values: {{gold: {}}}}}}}", "parameters: {{a: {{by: {}, values: {{gold: 1}}}}}}",
    "certifications: {{a: {}}}", "certifications: {{a: {{valid_for: {}}}}}", "metrics: {{a: {{scale: {}}}}}",
    "metrics: {{a: {{ignore_missing: {}}}}}", "metrics: {{a: {{where: {}}}}}", "metrics: {{a: {{count: {}}}}}",
    "metrics: {{a: {{people_holding: {}}}}}", "segments: {{a: {{when: {}}}}}",
    "segments: {{a: {{when: {{at_least: {}, of: [x, y]}}}}}}", "tiers: {{ladder: {}}}",
    "tiers: {{ladder: [a], gold: {}}}", "benefits: {{a: {{value: money, is: {}}}}}",
    "records: {{sales: {{fields: {{a: {}}}}}}}", "records: {{sales: {{fields: {{a: {{type: decimal, scale: {}}}}}}}}}",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_our_checker_and_editors_agree(place: str) -> None:
    """Any value at any kind of place: both refuse it, or neither does.

    Editors cannot tell that a whole number of more than one digit is not written as `^[0-8]$` says, or is negative
    behind a sign; such values are not among these.
    """
    validator = Draft7Validator(published("program"))
    for value in VALUES:
        key = place.split(":", 1)[0]
        head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(f"{key}:"))
        text = head + place.format(value) + "\n"
        tree, _ = load_tree(text.encode(), "p.yaml")
        assert tree is not None
        ours = has_errors(check_shape(tree, SCHEMA))
        theirs = bool(list(validator.iter_errors(yaml.load(text, CoreLoader))))
        assert (text, ours) == (text, theirs)


def snippets(schema: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, object]]]:
    """Every snippet, with the keys that lead to the place where it is offered."""
    if isinstance(schema, Mapping):
        for each in schema.get("defaultSnippets", ()):
            yield path, each
        for name, own in schema.get("properties", {}).items():
            yield from snippets(own, (*path, name))


WHERE = {each["label"]: (path, each) for path, each in snippets(json.loads(schema_text(SchemaKind.PROGRAM)))}


def test_snippets_are_offered_where_something_is_named() -> None:
    """Each section has some, and the file as a whole has one."""
    sections = {path for path, _ in WHERE.values()}
    named = {"parameters", "certifications", "metrics", "segments", "designations", "tiers", "benefits", "incentives"}
    assert sections == {(), *((each,) for each in named)}


@pytest.mark.parametrize("label", WHERE)
def test_snippets_have_the_right_shape(label: str) -> None:
    """A snippet as it is inserted is accepted by our checker, but for names that are not there yet."""
    path, given = WHERE[label]
    body = filled(given["body"])  # type: ignore[arg-type]  # JSON
    assert isinstance(body, Mapping)
    whole = (
        body
        if not path
        else {
            **yaml.safe_load(HEAD),
            path[0]: {**({"ladder": ["registered", "gold"]} if path[0] == "tiers" else {}), **body},
        }
    )
    text = yaml.safe_dump(whole, sort_keys=False).replace("datetime.date", "")
    tree, found = load_tree(text.encode(), "p.yaml")
    assert tree is not None, found
    assert check_shape(tree, SCHEMA) == ()
    assert "${" not in text
    _, found = load_program(text.encode(), "p.yaml")
    assert {each.name for each in found} <= {"unknown-name"}


def test_missing_keys_are_shown_with_an_example() -> None:
    """A mapping, a list and a truth as the author would write them."""
    tree, _ = load_tree(HEAD.replace("effective: {from: 2026-01-01, before: 2027-01-01}\n", "").encode(), "p.yaml")
    assert tree is not None
    (finding,) = check_shape(tree, SCHEMA)
    assert finding.help == "add it, such as `effective: {from: 2026-02-01, before: 2027-02-01}`"
    keys: dict[str, Schema] = {
        "a": listing(text("A word", "x"), "Words", ["x", "y"]),
        "b": truth("Whether", example=False),
        "c": whole("How many", 3),
    }
    found = check_shape(load_tree(b"d: 1\n", "p.yaml")[0] or tree, {**mapping(keys, *keys), "additionalProperties": {}})
    assert [each.help for each in found] == [
        "add it, such as `a: [x, y]`",
        "add it, such as `b: false`",
        "add it, such as `c: 3`",
    ]
