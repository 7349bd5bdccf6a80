"""Replaces expected values by the actual ones. The rest of the file stays the same, byte by byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.authoring.cases.model import Draft, Expectation, Outcome
from engine.authoring.cases.running import written_found
from engine.authoring.cases.values import render_answer
from engine.language.source import Node, Scalar, Sequence, Span

BOM = "\ufeff"
LINES = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # split where the YAML reader splits


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a test file: its place, the expected and the actual value; `refused` says why it is not changed."""

    case: str
    path: tuple[str, ...]
    span: Span
    before: str
    after: str
    refused: str = ""


def changes(outcomes: Iterable[Outcome], drafts: Iterable[Draft], wanted: Iterable[str]) -> tuple[Change, ...]:
    """What to write so that the cases of the names `wanted` pass.

    A value that several rows of a table share is only written where all of them found the same.
    """
    done = [each for each in outcomes if not each.case.skip]
    shared: dict[Span, set[str]] = {}
    for outcome in done:
        for each in outcome.case.expected:
            if each.span is not None:
                shared.setdefault(each.span, set()).add(written_found(each, outcome.observed))
    inputs = {span for draft in drafts for span in _inputs(draft)}
    names, found = set(wanted), dict[Span, Change]()
    for outcome in done:
        for mismatch in outcome.mismatches if outcome.case.name in names else ():
            each = mismatch.expected
            if each.span is not None and each.span not in found:
                found[each.span] = _change(outcome, each, shared[each.span], each.span in inputs)
    return tuple(sorted(found.values(), key=lambda change: change.span))


def _change(outcome: Outcome, expected: Expectation, found: set[str], is_input: bool) -> Change:
    assert expected.span is not None  # updated before
    before = render_answer(expected.answer, expected.type, expected.percent)
    after = written_found(expected, outcome.observed)
    refused = ""
    if is_input:
        refused = "the same cell is also an input of the case"
    elif len(found) > 1:
        refused = "several rows share this value but have different results; make it a column"
    elif expected.span.line != expected.span.end_line:
        refused = "the value runs over several lines"
    return Change(outcome.case.name, expected.path, expected.span, before, after, refused)


def _inputs(draft: Draft) -> Iterator[Span]:
    """The places of everything that a case is given."""
    nodes = [node for _, node in draft.given]
    for node in (*nodes, draft.as_of, draft.partner, draft.prior):
        if node is not None:
            yield from _places(node)


def _places(node: Node) -> Iterator[Span]:
    yield node.span
    if isinstance(node, Sequence):
        for item in node:
            yield from _places(item)
    elif not isinstance(node, Scalar):
        for entry in node:
            yield from _places(entry.value)


def apply(data: bytes, made: Iterable[Change]) -> bytes:
    """The test file with the changes that are not refused. `data` is UTF-8, as it was read."""
    text = data.decode("utf-8")
    mark = BOM if text.startswith(BOM) else ""
    lines = LINES.findall(text.removeprefix(BOM))
    for change in sorted(made, key=lambda change: change.span, reverse=True):
        if not change.refused:
            number, start, end = change.span.line - 1, change.span.column - 1, change.span.end_column - 1
            lines[number] = f"{lines[number][:start]}{change.after}{lines[number][end:]}"
    return (mark + "".join(lines)).encode("utf-8")
