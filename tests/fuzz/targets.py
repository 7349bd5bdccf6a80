"""What is fuzzed: a function of bytes a target, which raises where the outside could break something of ours.

A target does not ask whether a program is right. It asks that whatever comes is told as findings: no exception, places
that lie in the file, a cure beside each, and every form of output that holds them all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from cli.programs import diagnose
from cli.render import RENDERERS
from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.expression import parse_expression, render_expression
from engine.language.lines import split_lines
from engine.language.loader import load_tree
from engine.language.program import Program
from engine.language.source import Scalar, Span
from engine.records.check import check_feed
from engine.records.parse import parse_feed
from rules import load_program

FILE = "fuzz.yaml"
SUMMIT = Path(__file__).resolve().parents[2] / "programs/summit/2026.yaml"


class Broken(AssertionError):
    """Something that no input may do."""


def settled(found: tuple[Diagnostic, ...], data: bytes) -> None:
    """Findings are whole: words, a cure, a place in the file; and every renderer can write them."""
    lines = split_lines(data.decode("utf-8", errors="replace").removeprefix("\ufeff"))
    for each in found:
        if not each.message or (each.help == "" and has_errors([each])):
            raise Broken(f"a finding without words or cure: {each}")
        for span in (each.span, *(other.span for other in each.related)):
            if span is not None and not inside(span, lines):
                raise Broken(f"a place outside the file: {span} of {each}")
    for name, render in RENDERERS.items():
        text = render(found, {FILE: data})
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
    """`rung check` of one program: all layers."""
    program, found = diagnose(data, FILE, ())
    settled(found, data)
    if program is None and not has_errors(found):
        raise Broken("no program and no error")


def feed(data: bytes) -> None:
    """A feed, against the records of the shipped program."""
    parsed, found = parse_feed(data, FILE)
    settled(found, data)
    if parsed is None and not has_errors(found):
        raise Broken("no feed and no error")
    if parsed is not None:
        settled(check_feed(parsed, _summit().records), data)


@cache
def _summit() -> Program:
    program, _ = load_program(SUMMIT.read_bytes(), SUMMIT.name)
    assert program is not None
    return program


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "loader": loader,
    "expression": expression,
    "check": check,
    "feed": feed,
}
"""By the name on the command line."""
