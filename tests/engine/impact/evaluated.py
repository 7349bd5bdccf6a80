"""Drawn programs on their records, evaluated as the command does it: snapshot, both ends, and the stages between."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.authoring.diff.edits import clause_groups
from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.columnar.literals import output_type
from engine.duck import open_connection, quoted
from engine.impact.measure import Measured, measured
from engine.impact.relations import Names
from engine.impact.stages import Build, Setup, Stage, evaluate_stage, stage_alone, stages_between
from engine.language.diagnostic import has_errors
from engine.language.program import Program
from engine.language.records import REACH
from engine.plan.plan import Plan
from engine.records.snapshot import PREFIX, SHORT, Snapshot, identity, write_manifest, write_table
from engine.runs.resources import Resources
from engine.workspace import Workspace, pending_folder, publish_folder, write_workspace
from rules import check_program, compile_program
from tests.properties.programs import planned
from tests.properties.records import Rows
from tests.tiny import Row, reach

SMALL = Resources(1, 1, "500MB")


@dataclass(frozen=True)
class Compared:
    """An impact with what it was measured from."""

    measured: Measured
    old: Plan
    new: Plan
    stages: tuple[Stage, ...]
    build: Build


def stored(home: Path, program: Program, records: Rows) -> Snapshot:
    """A snapshot of the records, every table of the program among them."""
    workspace = Workspace(home)
    write_workspace(workspace)
    whole = {**dict[str, Sequence[Row]](records), "reach": reach(records.get("partners", ()))}
    with pending_folder(workspace.snapshots) as pending:
        connection = open_connection(threads=1, folders=[pending])
        tables = []
        for table in (*program.records.tables, REACH):
            columns = [f"{quoted(each.name)} {output_type(each.type)}" for each in table.stored]
            columns += ["_source VARCHAR", "_line BIGINT"]
            connection.execute(f"CREATE TABLE staged ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            for line, row in enumerate(whole.get(table.name, ()), start=2):
                values = [row.get(each.name) for each in table.stored]
                connection.execute(f"INSERT INTO staged VALUES ({marks})", [*values, f"{table.name}.csv", line])
            tables.append(write_table(connection, "staged", table, pending, derived=table is REACH))
            connection.execute("DROP TABLE staged")
        connection.close()
        snapshot = write_manifest(pending, tables)
        final = workspace.snapshots / (PREFIX + identity(tables)[:SHORT])
        publish_folder(pending, final)
    return Snapshot(snapshot.id, snapshot.sha256, final, snapshot.tables)


@contextmanager
def compared(
    old: Program, new: Program, records: Rows, day: date, names: Names | None = None, top: int = 1000
) -> Iterator[Compared]:
    """The impact of going from one program to the other on these records."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        snapshot = stored(folder / "home", old, records)
        ends: list[Stage] = []
        for word, program in (("old", old), ("new", new)):
            target = folder / word
            target.mkdir()
            plan = planned(program, day)
            setup = Setup(plan, program.records, snapshot)
            evaluate_stage(setup, target, SMALL, [each.name for each in plan.outputs])
            ends.append(Stage(plan, target))

        def build(clauses: frozenset[str]) -> Setup | None:
            between = swapped(old, new, clauses)
            plan, found = compile_program(between, day) if not has_errors(check_program(between)) else (None, ())
            return None if plan is None or has_errors(found) else Setup(plan, between.records, snapshot)

        groups = clause_groups(compare_programs(old, new))
        stages = stages_between(ends[0], ends[1], groups, build, folder, SMALL)

        def alone(number: int, stage: Stage) -> Stage | None:
            return stage_alone(number, stage, build, folder, SMALL, lambda step: None)

        with measured(stages, names or Names(), snapshot, SMALL, alone, folder, top) as found:
            yield Compared(found, ends[0].plan, ends[1].plan, stages, build)
