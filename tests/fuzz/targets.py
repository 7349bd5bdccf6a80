"""What is fuzzed: a function of bytes a target, which raises where the outside could break something of ours.

A target does not ask whether a program is right. It asks that whatever comes is told as findings: no exception, places
that lie in the file, a cure beside each, and every form of output that holds them all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from cli.laid import schema_of
from cli.programs import diagnose
from cli.render.renderers import RENDERERS
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from engine.authoring.layout.file import lay_out
from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.expression import parse_expression, render_expression
from engine.language.lines import split_lines
from engine.language.loader import load_tree
from engine.language.program import Program
from engine.language.source import File, Scalar, Span
from engine.plan.plan import Plan
from engine.records.check import check_feed
from engine.records.parse import parse_feed
from rules import compile_program, load_program

FILE = "fuzz.yaml"
ROOT = Path(__file__).resolve().parents[2]
BASE = "2026.yaml"  # what a version may extend, and an amendment amend
MOST_CASES = 5  # of a test file that are decided: each takes as long as checking a program


class Broken(AssertionError):
    """Something that no input may do."""


def settled(found: tuple[Diagnostic, ...], data: bytes) -> None:
    """Findings are whole: words, a cure, a place in their file; and every renderer can write them."""
    sources = {FILE: data, BASE: base().data}
    lines = {name: split_lines(each.decode("utf-8", errors="replace").removeprefix("\ufeff"))
             for name, each in sources.items()}  # fmt: skip
    for each in found:
        if not each.message or (each.help == "" and has_errors([each])):
            raise Broken(f"a finding without words or cure: {each}")
        for span in (each.span, *(other.span for other in each.related)):
            if span is not None and not inside(span, lines[span.file]):
                raise Broken(f"a place outside the file: {span} of {each}")
    for name, render in RENDERERS.items():
        text = render(found, sources)
        if name in ("json", "sarif"):
            json.loads(text)
        text.encode("utf-8")


def inside(span: Span, lines: tuple[str, ...]) -> bool:
    """Whether a place lies in the file; one character behind a line's end is its end."""
    if not 1 <= span.line <= span.end_line <= len(lines) + 1:
        return False
    last = lines[span.end_line - 1] if span.end_line <= len(lines) else ""
    ordered = (span.line, span.column) <= (span.end_line, span.end_column)
    return ordered and span.column >= 1 and span.end_column <= len(last) + 2


@cache
def base() -> File:
    """The shipped program, under a name that others can build on."""
    return File(BASE, (ROOT / "programs/summit/2026.yaml").read_bytes())


@cache
def summit() -> Program:
    """The shipped program, parsed."""
    program, _ = load_program(base().data, BASE)
    assert program is not None
    return program


@cache
def summit_at(day: date) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """Its Plan at the end of a day."""
    return compile_program(summit(), day)


def loader(data: bytes) -> None:
    """Bytes to a tree: what has no tree has an error."""
    tree, found = load_tree(data, FILE)
    settled(found, data)
    if tree is None and not has_errors(found):
        raise Broken("no tree and no error")


def expression(data: bytes) -> None:
    """Text to an expression: either one or a finding, and what is written out reads as the same."""
    text = data.decode("utf-8", errors="replace").replace("\r", " ").replace("\n", " ")
    scalar = Scalar(text, Span(FILE, 1, 1, 1, len(text) + 1))
    parsed, found = parse_expression(scalar)
    settled(found, text.encode("utf-8"))
    if (parsed is None) != bool(found):
        raise Broken("neither an expression nor a finding, or both")
    if parsed is not None:
        written = render_expression(parsed)
        again, refused = parse_expression(Scalar(written, Span(FILE, 1, 1, 1, len(written) + 1)))
        if again is None or render_expression(again) != written:
            raise Broken(f"{text!r} is written as {written!r}, which is read as {again} {refused}")


def check(data: bytes) -> None:
    """`rung check` of one program, perhaps on a base: all layers; and what is sound has a Plan on its first day."""
    program, found = diagnose(data, FILE, (base(),))
    settled(found, data)
    if program is None and not has_errors(found):
        raise Broken("no program and no error")
    if program is not None and not has_errors(found):
        plan, more = compile_program(program, program.effective[0])
        settled(more, data)
        if plan is None and not has_errors(more):
            raise Broken("no Plan and no error")


def feed(data: bytes) -> None:
    """A feed, against the records of the shipped program."""
    parsed, found = parse_feed(data, FILE)
    settled(found, data)
    if parsed is None and not has_errors(found):
        raise Broken("no feed and no error")
    if parsed is not None:
        settled(check_feed(parsed, summit().records), data)


def cases(data: bytes) -> None:
    """A test file of the shipped program: read, and its first cases decided."""
    suite, found = parse_suite(data, FILE)
    settled(found, data)
    if suite is None and not has_errors(found):
        raise Broken("no cases and no error")
    for draft in suite.drafts[:MOST_CASES] if suite is not None else ():
        case, refused = read_case(draft, summit(), summit_at)
        settled(refused, data)
        plan, _ = summit_at(case.as_of) if case is not None else (None, ())
        if case is not None and plan is not None:
            run_case(case, summit(), plan)


def layout(data: bytes) -> None:
    """`rung fmt`: what is laid out stays as it is; that it says the same is checked inside, by reading it again."""
    text, found = lay_out(data, FILE, schema_of(data))
    settled(found, data)
    if text is None and not has_errors(found):
        raise Broken("neither a text nor an error")
    if text is not None and lay_out(text, FILE, schema_of(data))[0] != text:
        raise Broken("laid out twice is not laid out once")


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "loader": loader,
    "expression": expression,
    "check": check,
    "feed": feed,
    "cases": cases,
    "layout": layout,
}
"""By the name on the command line."""
