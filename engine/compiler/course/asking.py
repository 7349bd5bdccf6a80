"""The first half of the course: an incentive's expressions, before the frames that judge it are closed. Every
expression is compiled here, so every finding is reported here. A record and a period differ in three things:
the table of their rows, the day on which they are judged, and the key of an earning.
"""

from __future__ import annotations

from engine.compiler.course.asked import Asked
from engine.compiler.course.by_period import ask_period
from engine.compiler.course.by_record import ask_record
from engine.compiler.course.rows import basis_of
from engine.compiler.workbench import Workbench
from engine.language.program import Incentive, Program


def ask(incentive: Incentive, program: Program, bench: Workbench) -> Asked | None:
    """Everything the incentive needs; None after findings, or where it has earned nothing yet."""
    with bench.at(incentive.span):
        basis = basis_of(incentive, bench)
        if incentive.pays_by_row and basis is not None and not basis.rows.table.currencies:
            basis = None  # that records have no currency of their own was reported
        if incentive.period is not None:
            return ask_period(incentive, program, basis, bench)
        return ask_record(incentive, program, basis, bench)
