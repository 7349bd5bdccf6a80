"""Workflow commands: what a name of a file contains ends no command and starts none."""

from __future__ import annotations

from cli.render.github import render_github
from engine.language.codes.meaning import UNUSED
from engine.language.source import Span


def test_nothing_in_a_finding_acts_on_a_log() -> None:
    """An escape sequence, a line end, and what already looks escaped."""
    finding = UNUSED.at(Span("a\x1b[31m\n::error::x", 1, 1, 1, 2), "b\x1b[31m%0A::error::y\nz")
    (line,) = render_github([finding], {}).splitlines()
    assert line.startswith("::warning file=a<U+001B>[31m%0A%3A%3Aerror%3A%3Ax,line=1,")
    assert line.endswith("::b<U+001B>[31m%250A::error::y%0Az")
