"""No text makes a service raise: random edits, cuts and rubbish, asked everything everywhere."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.lsp.workbench import Workbench
from engine.authoring.services.positions import Encoding, Text
from engine.language.source import Span
from tests.engine.authoring.services.programs import EVERYTHING, SUMMIT, read
from tests.engine.authoring.services.test_rename import FEED, TESTS
from tests.tiny import HEAD

pytestmark = pytest.mark.search

TEXTS = (EVERYTHING, read(SUMMIT), TESTS, FEED)
PIECES = (
    "\n", "  ", "\t", ":", ": ", "- ", "#", "'", '"', "[", "]", "{", "}", ",", "|", ">", "&a", "*a", "!x", "<<",
    "%", "---\n", "...\n", "\ufeff", "\x00", "\u2028", "\r", "😀", "é", "revenue", "tier", "extends: v0\n",
    "amends: x\n", "{from: ", "\\", "? ", "metrics", "9" * 50, "(" * 40, "not ", "in [",
)  # fmt: skip
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES)), max_size=4)


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A good text with a few edits, perhaps cut off."""
    text = draw(st.sampled_from(TEXTS))
    for place, dropped, piece in draw(EDITS):
        at = int(place * len(text))
        text = text[:at] + piece + text[at + dropped :]
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def ask_everything(text: str, line: int, column: int) -> None:
    """Every service, at one place."""
    bench, path = Workbench(lambda: date(2026, 6, 30)), "/nowhere/p.yaml"
    bench.put(path, EVERYTHING.encode())
    if line % 2:  # half of them were good before
        bench.check(path)
    bench.put(path, text.encode("utf-8", "replace"))
    known = Text.of(text, Encoding.UTF16)
    for each in bench.check(path):
        spans = [each.span, *(related.span for related in each.related)]
        for span in spans:
            assert span is None or known.range_of(span).start.line < len(known.lines)
    spans_found: list[Span] = [*bench.references(path, line, column, True), *bench.highlights(path, line, column)]
    for span in spans_found:
        known.range_of(span)
    bench.hover(path, line, column)
    bench.definition(path, line, column)
    bench.may_rename(path, line, column)
    bench.rename(path, line, column, "zz_new")
    bench.offers(path, line, column)
    bench.contents(path)
    bench.fixes(path, line, line)
    bench.laid_out(path)


@given(spoilt(), st.floats(0, 1), st.floats(0, 1))
def test_a_spoilt_text_is_answered(text: str, row: float, column: float) -> None:
    """Whatever is left of a good text."""
    lines = text.split("\n")
    line = int(row * (len(lines) - 1))
    ask_everything(text, line + 1, int(column * len(lines[line])) + 1)


@given(st.text(max_size=60), st.integers(-1, 5), st.integers(-1, 70))
def test_any_text_at_all_is_answered(text: str, line: int, column: int) -> None:
    """Rubbish, and places outside of it."""
    ask_everything(f"program: x\n{text}", line, column)


def test_a_long_chain_of_parameters_is_described() -> None:
    """Hovering asks for a value through five hundred names: it ends after a few of them, at a name."""
    links = ", ".join(f"p{number}: p{number + 1}" for number in range(1, 500))
    bench, path = Workbench(lambda: date(2026, 6, 30)), "/nowhere/p.yaml"
    bench.put(path, (HEAD + f"parameters: {{{links}, p500: 1}}\n").encode())
    hovered = bench.hover(path, len(HEAD.splitlines()) + 1, len("parameters: {p"))
    assert hovered is not None
    assert hovered[0].startswith("**p1**")
