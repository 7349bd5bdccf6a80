"""The analysis of a program that has passed its check."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.analysis import codes
from engine.authoring.analysis.benefits import benefit_findings
from engine.authoring.analysis.deciding import idle_lines, lists_of, never_met
from engine.authoring.analysis.incentives import incentive_findings
from engine.authoring.analysis.names import Names
from engine.authoring.analysis.searching import Search
from engine.authoring.analysis.solver import MOST_WORK, Work
from engine.authoring.analysis.tiers import Ladder
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Catalogue
from engine.language.diagnostic import Diagnostic, in_file_order
from engine.language.program import Program


def analyse(program: Program, catalogue: Catalogue[Workbench]) -> tuple[Diagnostic, ...]:
    """Findings about a program without errors, each with its proof or an example. No record is read.

    The rules before an amendment are analysed for their own days.
    """
    found: dict[object, Diagnostic] = {}
    work = Work()
    stages = program.stages
    ends = [*(each.first_day for each in stages[1:]), program.effective[1]]
    for stage, before in zip(stages, ends, strict=True):
        if stage.first_day < before:
            names = Names(stage, (stage.first_day, before), work=work)
            for each in _found(names, Search(names, program, catalogue)):
                found.setdefault((each.code, each.span, each.message), each)
    return in_file_order([*found.values(), *([_not_finished(program)] if work.is_over else ())])


def _not_finished(program: Program) -> Diagnostic:
    return codes.NOT_FINISHED.at(
        program.span,
        f"the analysis was stopped at its limit of {MOST_WORK:,} steps, so some mistakes may not be reported",
        help="use fewer alternatives in lists of lines, or test the program with cases: `rung test`",
    )


def _found(names: Names, search: Search) -> Iterator[Diagnostic]:
    ladder = Ladder(names, search)
    yield from ladder.findings()
    empty: set[str] = set()
    yield from never_met(names, empty)
    yield from benefit_findings(names, ladder.unreachable)
    yield from incentive_findings(names, search, ladder.unreachable)
    for asked in lists_of(names, empty):
        yield from idle_lines(asked)
