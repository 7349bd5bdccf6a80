"""The two sides of `rung diff`: programs or runs, read, made comparable, and evaluated on the same records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.options import Settings
from engine.calendar import say_days

if TYPE_CHECKING:
    from engine.authoring.diff.change import Change
    from engine.impact.measure import Measured
    from engine.impact.relations import Names
    from engine.impact.stages import Build, Setup, Stage
    from engine.language.program import Program
    from engine.language.source import File
    from engine.plan.plan import Plan
    from engine.records.snapshot import Snapshot
    from engine.runs.resources import Resources
    from engine.runs.store import Run

RUN = "run-"
OPTIONAL = {"reach", "statuses"}  # derived at import; a program without history begins with none
DATE, RECORDS = "the day", "the records"  # what two runs may differ in beside their programs


@dataclass(frozen=True, slots=True)
class Side:
    """One side: a program with the bytes it was read from; the run it was taken from, if it was, and its records."""

    name: str
    program: Program
    data: bytes
    others: tuple[File, ...]
    run: Run | None = None
    snapshot: Snapshot | None = None

    @property
    def sources(self) -> dict[str, bytes]:
        """The bytes of its files by name, for showing lines."""
        return {self.name: self.data} | {each.name: each.data for each in self.others}


@dataclass(frozen=True, slots=True)
class Ground:
    """On what two programs are compared: records and a day for each side; `note` says what was assumed."""

    old: tuple[Snapshot, date]
    new: tuple[Snapshot, date]
    note: str = ""


def read_side(settings: Settings, name: str) -> Side:
    """A program file, a published program, or a run by id; faults are shown and end the command."""
    from cli.data import errors_of
    from cli.findings import demand
    from cli.programs import is_feed, written
    from cli.stored import trusted
    from rules import check_program, load_program

    if name.startswith(RUN) and not Path(name).exists():
        stored = trusted(settings, name)
        run = stored.run
        return Side(run.manifest.source.file, stored.program, run.program, run.builds_on, run, stored.snapshot)
    text = written(name, settings)
    if is_feed(text.data):
        raise Stop(
            ExitCode.INVALID, f"`{name}` is a feed, not a program", "name two programs, and records with `--data`"
        )
    read, findings = load_program(text.data, text.name, text.others)
    if read is not None and not errors_of(findings):
        findings = check_program(read)
    program = demand(settings, read, errors_of(findings), text.sources)
    return Side(text.name, program, text.data, text.others)


def usual_day(old: Program, new: Program, snapshot: Snapshot) -> date:
    """The last day with an event in the records, moved into the days on which both programs are in force. If there is
    no such day, it is moved into those of the old one.
    """
    happened = [day for table in old.records.tables if table.date for day in _latest(snapshot, table.name, table.date)]
    first, before = max(old.effective[0], new.effective[0]), min(old.effective[1], new.effective[1])
    if first >= before:
        first, before = old.effective
    return max(first, min(max(happened, default=first), before - timedelta(days=1)))


def _latest(snapshot: Snapshot, name: str, field: str) -> Iterator[date]:
    table = snapshot.table(name)
    latest = table.totals.get(field, {}).get("max") if table is not None else None
    if latest:
        yield date.fromisoformat(latest)


def as_if(program: Program, effective: tuple[date, date]) -> Program:
    """The program as if it were in force on other days: parameters that begin with it begin with these.

    So next year's program can be judged on this year's records.
    """
    start = program.effective[0]
    parameters = tuple(
        replace(
            each,
            versions=tuple(
                replace(version, start=effective[0]) if version.start == start else version for version in each.versions
            ),
        )
        for each in program.parameters
    )
    return replace(program, effective=effective, parameters=parameters)


def same_days(old: Side, new: Side, day: date) -> tuple[Program, Program, str]:
    """Both programs, in force on the day, and the assumption needed for it; for a run there is none."""
    one, other = old.program, new.program
    governs = [each.run is not None or _governs(each.program, day) for each in (old, new)]
    if governs == [True, False] and _stands_alone(other):
        return one, as_if(other, one.effective), _assumed(other, day)
    if governs == [False, True] and _stands_alone(one):
        return as_if(one, other.effective), other, _assumed(one, day)
    return one, other, ""


def _governs(program: Program, day: date) -> bool:
    return program.effective[0] <= day < program.effective[1]


def _stands_alone(program: Program) -> bool:
    """Whether it has no other rules, before an amendment or in a version before it."""
    return program.earlier is None and program.follows is None


def _assumed(program: Program, day: date) -> str:
    first, before = program.effective
    governed = f"{program.family} {program.edition} is in force {say_days(first, before)}"
    return f"{governed}; evaluated as if it were in force on {day}"


def changes_between(old: Side, new: Side) -> tuple[Change, ...]:
    """What changed in meaning."""
    from engine.authoring.diff.programs import compare_programs

    return compare_programs(old.program, new.program)


def names_of(old: Program, new: Program, changes: tuple[Change, ...]) -> Names:
    """Old names to new: tiers as the new program maps them, all else as recognised."""
    from engine.authoring.diff.change import Kind
    from engine.authoring.diff.names import one_to_one, tier_names
    from engine.impact.relations import Names

    renamed = [(each.path.partition("."), str(each.before)) for each in changes if each.kind is Kind.RENAMED]
    of = {
        section: {before: name for (head, _, name), before in renamed if head == section}
        for section in ("incentives", "benefits", "designations")
    }
    tiers = tier_names(old, new)
    plain = one_to_one(old, tiers)
    between = {before: name for before, name in tiers.items() if before not in plain}
    return Names(tiers, between, of["incentives"], of["benefits"], of["designations"])


@contextmanager
def impact_of(
    settings: Settings,
    sides: tuple[Side, Side],
    ground: Ground,
    changes: tuple[Change, ...],
    resources: Resources,
    folder: Path,
    top: int,
) -> Iterator[Measured]:
    """What going from one side to the other does, open for reading its movers."""
    from cli.data import steps
    from engine.authoring.diff.edits import clause_groups
    from engine.impact.measure import measured
    from engine.impact.stages import stage_alone, stages_between

    old, new = sides
    programs = (old.program, new.program)
    if ground.old[1] == ground.new[1]:
        programs = same_days(old, new, ground.old[1])[:2]
    first = _end(settings, old, programs[0], ground.old, folder / "old", resources)
    last = _end(settings, new, programs[1], ground.new, folder / "new", resources)
    same = (programs[0].effective, programs[0].follows) == (programs[1].effective, programs[1].follows)
    groups = list(clause_groups(each for each in changes if not (same and each.clause == "effective")))
    if ground.old[1] != ground.new[1]:
        groups.append((DATE,))
    if ground.old[0].id != ground.new[0].id:
        groups.append((RECORDS,))
    build = _builder(programs, ground)
    stages = stages_between(first, last, groups, build, folder, resources, steps(settings))
    names = names_of(old.program, new.program, changes)

    def alone(number: int, stage: Stage) -> Stage | None:
        return stage_alone(number, stage, build, folder, resources, steps(settings))

    with measured(stages, names, ground.new[0], resources, alone, folder, top) as found:
        yield found


def _end(
    settings: Settings, side: Side, program: Program, ground: tuple[Snapshot, date], folder: Path, resources: Resources
) -> Stage:
    """The evaluation of one side: its run, found or made; of a program on borrowed days, a folder that is not kept."""
    from cli.data import errors_of
    from cli.findings import demand, stop_on_errors
    from cli.stored import compiled_of, kept_by
    from engine.impact.stages import Setup, Stage, evaluate_stage
    from engine.records.snapshot import check_serves
    from engine.runs.evaluate import EvaluationRequest, evaluate
    from engine.runs.manifest import Meaning
    from rules import compile_program

    snapshot, day = ground
    compiled, findings = compile_program(program, day)
    plan = demand(settings, compiled, errors_of(findings), side.sources)
    stop_on_errors(settings, check_serves(snapshot, program.all_records, _needed(plan)), side.sources)
    if side.run is not None:
        return Stage(plan, side.run.folder)
    if program is not side.program:
        folder.mkdir()
        evaluate_stage(
            Setup(plan, program.all_records, snapshot), folder, resources, [each.name for each in plan.outputs]
        )
        return Stage(plan, folder)
    prepared = compiled_of(program, plan)
    meaning = Meaning(prepared.program_hash, snapshot.id, day)
    told = (program.family, program.edition, program.title)
    request = EvaluationRequest(side.data, side.name, *told, meaning, side.others)
    done = evaluate(request, prepared, snapshot, settings.workspace, resources, kept=kept_by)
    run = demand(settings, done.run, done.findings)
    return Stage(plan, run.folder)


def _needed(plan: Plan) -> list[str]:
    """The record tables a Plan cannot do without."""
    from engine.plan.table import Scan

    return sorted({table.table for table in plan.tables if isinstance(table, Scan)} - OPTIONAL)


def _builder(programs: tuple[Program, Program], ground: Ground) -> Build:
    """What makes the setup of a stage: some clauses of the new side, the rest of the old."""
    from engine.authoring.diff.names import tier_names, with_tiers_renamed
    from engine.authoring.diff.swap import swapped
    from engine.impact.stages import Setup
    from engine.language.diagnostic import has_errors
    from engine.records.snapshot import check_serves
    from rules import check_program, compile_program

    old = with_tiers_renamed(programs[0], tier_names(*programs))

    def build(clauses: frozenset[str]) -> Setup | None:
        program = swapped(old, programs[1], clauses)
        day = (ground.new if DATE in clauses else ground.old)[1]
        snapshot = (ground.new if RECORDS in clauses else ground.old)[0]
        if has_errors(check_program(program)):
            return None
        plan, _ = compile_program(program, day)
        if plan is None or has_errors(check_serves(snapshot, program.all_records, _needed(plan))):
            return None
        return Setup(plan, program.all_records, snapshot)

    return build
