"""The analysis of a program that has passed its check."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.deciding import idle_lines, lists_of, never_met
from engine.analysis.names import Names
from engine.analysis.searching import Search
from engine.analysis.tiers import Ladder
from engine.language.catalogue import Catalogue
from engine.language.diagnostic import Diagnostic, in_file_order
from engine.language.program import Program


def analyse(program: Program, catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    """Findings about a program without errors, each with its proof or an example. No record is read."""
    return in_file_order(_found(Names(program), catalogue))


def _found(names: Names, catalogue: Catalogue) -> Iterator[Diagnostic]:
    search = Search(names, catalogue)
    yield from Ladder(names, search).findings()
    yield from never_met(names)
    for asked in lists_of(names):
        yield from idle_lines(asked)
