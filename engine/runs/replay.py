"""Replay: compute a stored run again from its stored inputs, and compare every decision. It only reads, and it uses
no present program files, no other records and no date but the run's. The answer is the same at any time and on any
machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.language.diagnostic import Diagnostic
from engine.records.snapshot import Snapshot
from engine.runs import codes
from engine.runs.again import compare_chunks, partners_of
from engine.runs.compiled import Compiled, Recompile
from engine.runs.decisions import check_source, first_difference, told
from engine.runs.resources import USUAL, Resources
from engine.runs.results import Difference, row_count
from engine.runs.store import Findings, Run, open_run
from engine.runs.verify import verify_run
from engine.runs.worlds import open_world, pinned_snapshot
from engine.workspace import Workspace


class Engine(StrEnum):
    """The evaluator to use."""

    COLUMNAR = "columnar"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found. `first` is the first difference in the order of tables and keys.

    `rows` counts the stored rows compared, by table; it is empty when nothing was computed.
    """

    run: str
    engine: Engine
    root: str
    rows: tuple[tuple[str, int], ...]
    first: Difference | None
    findings: Findings = ()

    @property
    def identical(self) -> bool:
        """Whether every decision was computed again to the last digit."""
        return bool(self.rows) and self.first is None


def replay(
    workspace: Workspace, id: str, recompile: Recompile, engine: Engine, resources: Resources = USUAL
) -> tuple[Replay | None, Findings]:
    """Compute the run again and compare. None with findings when there is no such run or snapshot.

    The stored inputs are verified first: a damaged run or snapshot is a finding, not a difference.
    """
    run, findings = open_run(workspace, id)
    if run is None:
        return None, findings
    snapshot, problems = pinned_snapshot(workspace, run)
    damaged = (*verify_run(run, resources), *problems)
    if snapshot is None or damaged:
        return Replay(run.id, engine, run.manifest.root, (), None, damaged), damaged
    compiled = recompile(run)
    found = check_source(run, compiled)
    if found:
        return Replay(run.id, engine, run.manifest.root, (), None, found), found
    compare = _by_columnar if engine is Engine.COLUMNAR else _by_reference
    rows, first = compare(run, compiled, snapshot, resources)
    found = () if first is None else (_difference(first),)
    return Replay(run.id, engine, run.manifest.root, rows, first, found), found


Found = tuple[tuple[tuple[str, int], ...], Difference | None]


def _by_columnar(run: Run, compiled: Compiled, snapshot: Snapshot, resources: Resources) -> Found:
    """All partners at once."""
    rows = tuple((each.name, each.rows) for each in run.manifest.results)
    return rows, first_difference(run, compiled, snapshot, resources)


def _by_reference(run: Run, compiled: Compiled, snapshot: Snapshot, resources: Resources) -> Found:
    """Partner by partner from raw records; stops at the first chunk with a difference."""
    plan = compiled.plan
    counts: dict[str, int] = {output.name: 0 for output in plan.outputs}
    with open_world(compiled, snapshot, (run.folder,), resources) as world:
        partners = partners_of(run, world.connection, world.everybody, None)
        for chunk in compare_chunks(run, plan, world.decide, partners, world.connection):
            for name, count in chunk.rows.items():
                counts[name] += count
            if chunk.differences:
                return tuple(sorted(counts.items())), min(chunk.differences, key=_place)
        for name, count in sorted(counts.items()):
            stored = row_count(run.path(name), world.connection)
            if stored != count:
                extra = Difference(name, "", (), "", f"{stored} rows", f"{count} rows")
                return tuple(sorted(counts.items())), extra
    return tuple(sorted(counts.items())), None


def _place(difference: Difference) -> tuple[str, str, tuple[str, ...]]:
    return difference.table, difference.partner, difference.key


def _difference(first: Difference) -> Diagnostic:
    """The finding that names the first difference."""
    help = "report it with the run's folder; pay nothing from this run"
    return codes.REPLAY_DIFFERENCE.at(None, told(first), help=help)
