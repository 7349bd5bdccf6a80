"""From a program to a Plan at a date, and the check of what a program means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.calendar import LAST_BEFORE, ONE_DAY, is_supported
from engine.compiler.course.asked import Asked
from engine.compiler.course.asking import ask
from engine.compiler.course.course import lay
from engine.compiler.course.reigns import boundaries_settled, continued, reigns_of
from engine.compiler.frame import FrameScope
from engine.compiler.outputs import earnings_of, outputs_of
from engine.compiler.scope import decided_by, running_in
from engine.compiler.workbench import Workbench
from engine.compiler.written_out import check_written_out
from engine.language.catalogue import Catalogue
from engine.language.codes import lineage, meaning
from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.essence import essence_of
from engine.language.expression import render_expression
from engine.language.program import Benefit, Incentive, Metric, Program
from engine.language.source import Span
from engine.parts import parts
from engine.plan.consistency import check_plan
from engine.plan.grain import Columns, columns_of
from engine.plan.node import Node
from engine.plan.plan import Plan
from engine.plan.pruning import leading_to, pruned
from engine.plan.table import Extend, Measure, Table
from engine.plan.widths import too_wide
from engine.types import MOST_DIGITS, Type


def compile_plan(
    program: Program, catalogue: Catalogue[Workbench], as_of: date, *, to_run: bool = True
) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The Plan at the end of the day `as_of`; None with findings when there is an error.

    After the version's last day, partners are judged on that day, by what is known at the end of `as_of`.
    Not `to_run`: only the findings are wanted, and tables may hold more columns than anything reads.
    """
    versions = [each for each in program.versions if each.effective[0] <= as_of]
    if not versions:
        first = program.versions[0]
        finding = meaning.OUTSIDE_PROGRAM.at(
            first.span,
            f"version {first.version} is not in force on {as_of}; it begins on {first.effective[0]}",
            help="use a later date, or the version that is in force on this day",
        )
        return None, (finding,)
    if not is_supported(as_of):
        message = f"{as_of} is too late: the last possible day is {LAST_BEFORE - ONE_DAY}"
        return None, (meaning.OUTSIDE_PROGRAM.at(program.span, message, help="check the year"),)
    found = [*boundaries_settled(versions)]
    (*earlier, current) = _reigns(versions, as_of, found)
    together = program.follows is not None
    last = _lowered(current, catalogue, as_of, together)
    others = [_lowered(each, catalogue, as_of, together) for each in earlier if each.incentives]
    try:
        return _closed(last, others, found, to_run=to_run)
    finally:
        for each in (last, *others):
            _discard(each.bench)


def _closed(
    last: _Lowered, others: Sequence[_Lowered], found: Sequence[Diagnostic], *, to_run: bool
) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The Plan of what was lowered, or the findings; `found` are those so far."""
    findings = [*found, *(finding for each in (last, *others) for finding in each.bench.diagnostics)]
    if has_errors(findings):
        return None, in_file_order(findings)
    plan, columns = _finish(last, others)
    problems = check_plan(plan, columns)
    # what is too wide fits no output either: that is for the author to hear, and no fault of the compiler
    if len(columns) == len(plan.tables) and (wide := _widths(plan, columns, last, others)):
        return None, in_file_order([*findings, *wide])
    if problems:  # in a check as well: what it lets pass must run
        raise AssertionError(f"the compiler built an unsound plan: {'; '.join(problems)}")
    if to_run:
        asked = ((each.source, column) for each in plan.outputs for _, column, _ in each.columns)
        plan = replace(plan, tables=pruned(plan.tables, asked))
    return plan, in_file_order(findings)


def _reigns(versions: Sequence[Program], as_of: date, found: list[Diagnostic]) -> list[Program]:
    """The rules of each version one after the other, each with the incentives it decides; the last are in force."""
    reigns: list[Program] = []
    for version in versions:
        ruling, more = reigns_of([each for each in version.stages if each.first_day <= as_of])
        reigns += ruling if version is versions[0] else [continued(each) for each in ruling]
        found += more
    return reigns


def check_program(program: Program, catalogue: Catalogue[Workbench]) -> tuple[Diagnostic, ...]:
    """All findings about the program's meaning, from its sections and from compiling it.

    It is compiled for its last day, when every dated value is in force and every period complete.
    """
    if program.earlier is None:
        return _without_followers(_check_stage(program, catalogue))
    stages = [replace(each, earlier=None) for each in program.stages]
    found = [finding for each in stages for finding in _check_stage(each, catalogue)]
    if not has_errors(found):
        found += compile_plan(program, catalogue, program.last_day, to_run=False)[1]
        found += _amended_nothing(stages)
    return _without_followers(found)


def _check_stage(program: Program, catalogue: Catalogue[Workbench]) -> list[Diagnostic]:
    too_large = check_written_out(program)
    if too_large:
        return list(too_large)
    found = [finding for section in catalogue.sections for finding in section.check(program)]
    if has_errors(found):  # names and types are still checked, but no Plan is built from a wrong program
        bench = _lowered(program, catalogue, program.last_day).bench
        _discard(bench)
        return [*found, *bench.diagnostics]
    return [*found, *compile_plan(program, catalogue, program.last_day, to_run=False)[1]]


def _amended_nothing(stages: Sequence[Program]) -> list[Diagnostic]:
    """A warning where the last amendment changes nothing on the day it takes effect."""
    last = max(stages[-1].amendments, key=lambda each: each.number)
    days = [each.effective_from for each in stages[-1].amendments]
    place = next((place for place, each in enumerate(stages) if each.since == last.effective_from), 0)
    if place == 0 or days.count(last.effective_from) > 1:  # what several change on one day is not reported apart
        return []
    before, after = (essence_of(replace(each, amendments=(), since=None)) for each in stages[place - 1 : place + 1])
    if before != after:
        return []
    message = f"amendment {last.number} changes nothing"
    return [lineage.NOTHING_AMENDED.at(last.span, message, help="state what changes")]


def _without_followers(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings in order; beside an error none that something is unused, for the error may be its use."""
    ordered = in_file_order(found)
    return tuple(each for each in ordered if each.code != meaning.UNUSED.code) if has_errors(ordered) else ordered


DIVIDE_ONCE = (
    "multiply less, and divide once: where `g` is `(a - b) / b`, write `(a - b) / a` in place of `g / (1 + g)`,"
    " the same number"
)


@dataclass(frozen=True, slots=True)
class _Lowered:
    """The workbench after every section has put its part on it, and what its incentives ask."""

    bench: Workbench
    asked: tuple[Asked, ...]


def _lowered(program: Program, catalogue: Catalogue[Workbench], as_of: date, together: bool = False) -> _Lowered:
    """The first half: every expression of a program's rules, and every finding."""
    bench = Workbench(program, as_of, together=together)
    bench.place = program.span
    for section in catalogue.sections:
        section.define(program, bench)
    for section in catalogue.sections:
        section.lower(program, bench)
    asked = [each for incentive in program.incentives if (each := ask(incentive, program, bench)) is not None]
    _try_unused(bench)
    _try_formulas(bench)
    return _Lowered(bench, tuple(asked))


def _discard(bench: Workbench) -> None:
    """Let go of what refers to the workbench itself: then all of it is freed at once, without a search for cycles,
    which takes long where many programs are checked.
    """
    for frame in bench.frames.values():
        frame.daily.clear()
        frame.lookups.clear()
    bench.definitions.clear()
    bench.frames.clear()
    bench.status = None


def _try_formulas(bench: Workbench) -> None:
    """Compute every formula of the records once, for its findings."""
    program = bench.program
    trial = Workbench(program, bench.as_of, bench.diagnostics, definitions=bench.definitions, trial=True)
    for table in program.records.tables:
        for each in table.formulas:
            rows = trial.rows(table.name, each.span or program.span)
            assert rows is not None  # a table of the program
            trial.column(rows, each.name)
    trial.frames.clear()  # its definitions are those of the other workbench


def _try_unused(bench: Workbench) -> None:
    """Compile names that nothing uses as well, so that their mistakes are found."""
    for name, definition in list(bench.definitions.items()):
        if name not in bench.used and not definition.rows and not definition.tried:
            definition.build(FrameScope(bench.decisions))


def _finish(last: _Lowered, before: Sequence[_Lowered]) -> tuple[Plan, dict[str, Columns]]:
    """Close the frames, run the course, and name the outputs; `before` holds what earlier rules decide.

    Beside the Plan, the columns of its tables but those of the outputs.
    """
    bench, decisions = last.bench, _laid(last)
    own, bench.parts = bench.parts, []
    for place, each in enumerate(before, 1):
        _laid(each)
        bench.adopt(each.bench, f"{place}/")
    bench.parts += own  # earlier rules first
    declared = [each for lowered in (*before, last) for each in lowered.bench.program.incentives]
    earnings = earnings_of(bench, declared)
    columns = columns_of(tuple(bench.tables.values()))
    outputs = outputs_of(bench, decisions, earnings, columns)
    program = bench.program
    plan = Plan(
        family=program.family,
        version=program.edition,
        as_of=bench.as_of,
        tables=tuple(bench.tables.values()),
        outputs=outputs,
        decisions=decisions,
        ladders=tuple(bench.ladders),
        conditions=tuple(bench.decisions.conditions),
        metrics=tuple(bench.measured),
        entitlements=tuple(bench.entitlements),
        earnings=earnings,
        judgings=tuple(bench.judgings),
        rated=tuple(bench.rated),
        converted=bench.converted,
        scope=tuple(found for each in (*before, last) for found in decided_by(each.bench.program, bench.as_of)),
        running=running_in([each.bench.program for each in (*before, last)], bench.as_of),
        judged=bench.day if bench.day < bench.as_of else None,
        places=bench.places,
    )
    tables = leading_to(plan.tables, [each.source for each in plan.outputs])
    named = {each.name for each in tables}
    plan = replace(plan, tables=tables, rated=tuple(each for each in plan.rated if named.issuperset(each.sources)))
    return plan, {name: each for name, each in columns.items() if name in named}


def _laid(lowered: _Lowered) -> str:
    """The course of every incentive on top of the closed frames; the name of the table of decisions."""
    bench = lowered.bench
    decisions = bench.close()
    bench.parts = [lay(each, bench.program, bench) for each in lowered.asked]
    return decisions


def _widths(plan: Plan, columns: Mapping[str, Columns], last: _Lowered, before: Sequence[_Lowered]) -> list[Diagnostic]:
    """The finding for a calculation that could need more digits than any step may have.

    The first is enough: what is computed from it is wide for the same reason.
    """
    by_name = {table.name: table for table in plan.tables}
    written = [each for lowered in (last, *before) for each in lowered.bench.written]
    found = []
    for table, scalar, digits in too_wide(plan, columns, MOST_DIGITS)[:1]:
        calculation = next((each for each, made in written if made == scalar), None)
        if calculation is not None:
            span, what = calculation.span, f"`{render_expression(calculation)}`"
        else:
            span, what = _place(_column_with(scalar, by_name[table]), table, plan, last.bench.program)
        found.append(
            meaning.TOO_WIDE.at(
                span,
                f"{what} could need {digits} digits, but the limit is {MOST_DIGITS}",
                help=DIVIDE_ONCE,
            )
        )
    return found


def _column_with(scalar: Node, table: Table) -> str:
    """The column of the table that is computed with this scalar; "" when it is another's."""
    columns = table.columns if isinstance(table, Extend) else ()
    aggregates = table.aggregates if isinstance(table, Measure) else ()
    computed: list[tuple[str, object]] = [*columns, *((each.into, each) for each in aggregates)]
    return next((name for name, value in computed if _holds(value, scalar)), "")


def _holds(value: object, scalar: Node) -> bool:
    return value == scalar or any(_holds(each, scalar) for each in _parts(value))


def _place(column: str, table: str, plan: Plan, program: Program) -> tuple[Span, str]:
    """The condition, metric, benefit or incentive that a column or its table is named after."""
    for each in plan.conditions if column else ():
        if column in (each.outcome, each.value, each.threshold, each.distance):
            return each.span, f"`{each.text}`"
    named: tuple[Metric | Benefit | Incentive, ...] = (*program.metrics, *program.benefits, *program.incentives)
    owners = {one.name: one.span for one in named}
    words = [*column.split("."), *table.replace("/", ".").split(".")]
    name = next((each for each in words if each in owners), "")
    return owners.get(name, program.span), f"`{name or table}`"


def _parts(value: object) -> tuple[object, ...]:
    """What a table or a scalar is made of."""
    return () if isinstance(value, Type) else parts(value)
