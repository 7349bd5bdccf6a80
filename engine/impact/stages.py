"""From the old rules to the new in steps: each step swaps one clause, the clauses before it already swapped.

The difference between two neighbouring stages is what the clause between them does; all of them together are the
whole difference, to the cent. A clause that cannot be swapped without another is swapped together with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.authoring.diff.bare import bare
from engine.columnar.evaluate import ColumnarResult, evaluate_columnar
from engine.columnar.shards import ShardedResult, evaluate_shards
from engine.language.records import RecordSchema
from engine.plan.outputs import EARNINGS, ENTITLEMENTS, STATUSES
from engine.plan.plan import Plan
from engine.records.snapshot import Snapshot, stored_rows
from engine.runs.computation import database
from engine.runs.resources import Resources
from engine.runs.worlds import snapshot_paths

OUTPUTS = (STATUSES.name, ENTITLEMENTS.name, EARNINGS.name)  # of the stages between; of both ends everything is there
MOST_STEPS = 24  # each is an evaluation; more clauses are swapped section by section


@dataclass(frozen=True, slots=True)
class Setup:
    """What is evaluated at one stage: rules at a date, on records."""

    plan: Plan
    records: RecordSchema
    snapshot: Snapshot


Build = Callable[[frozenset[str]], Setup | None]
"""The setup with these clauses of the new side; None where it cannot be evaluated so."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One evaluation: its Plan, the folder of its results, and the clauses swapped since the stage before."""

    plan: Plan
    folder: Path
    clauses: tuple[str, ...] = ()


def batches(groups: Sequence[tuple[str, ...]], most: int = MOST_STEPS) -> tuple[tuple[str, ...], ...]:
    """The groups of clauses as they are; many clauses by what they belong to, and very many by their section.

    >>> batches([("tiers.gold.requires[1]",), ("tiers.gold.requires[2]",), ("metrics.revenue",)], most=2)
    (('tiers.gold.requires[1]', 'tiers.gold.requires[2]'), ('metrics.revenue',))
    """
    found = tuple(groups)
    clauses = [each for group in groups for each in group]
    for depth in (2, 1):
        if len(found) <= most:
            break
        together: dict[str, list[str]] = {}
        for each in clauses:
            plain = each.partition("[")[0].partition(" ")[0]
            together.setdefault(".".join(plain.split(".")[:depth]), []).append(each)
        found = tuple(tuple(group) for group in together.values())
    return found


def stages_between(
    first: Stage,
    last: Stage,
    groups: Sequence[tuple[str, ...]],
    build: Build,
    folder: Path,
    resources: Resources,
    on_step: Callable[[str], None] = lambda step: None,
) -> tuple[Stage, ...]:
    """All stages from the first to the last, both included; those between are evaluated into `folder`.

    Clauses of one group are swapped together.
    """
    found, taken = [first], frozenset[str]()
    waiting = list(batches(groups))
    while len(waiting) > 1:
        place, setup = _next(waiting, taken, build)
        if setup is None:
            break
        batch = waiting.pop(place)
        taken |= frozenset(batch)
        previous = found[-1]
        if decides_alike(setup.plan, previous.plan):
            found.append(Stage(setup.plan, previous.folder, batch))
            continue
        on_step(f"trying {batch[0]}")
        target = folder / f"stage-{len(found)}"
        target.mkdir()
        evaluate_stage(setup, target, resources)
        found.append(Stage(setup.plan, target, batch))
    rest = tuple(each for batch in waiting for each in batch)
    return (*found, Stage(last.plan, last.folder, rest))


def stage_alone(
    number: int, stage: Stage, build: Build, folder: Path, resources: Resources, on_step: Callable[[str], None]
) -> Stage | None:
    """The tiers if only the clauses of one step are swapped; None if they cannot be applied alone."""
    setup = build(frozenset(stage.clauses))
    if setup is None:
        return None
    on_step(f"trying {stage.clauses[0]} alone")
    target = folder / f"alone-{number}"
    target.mkdir()
    evaluate_stage(setup, target, resources, (STATUSES.name,))
    return Stage(setup.plan, target, stage.clauses)


def _next(waiting: Sequence[tuple[str, ...]], taken: frozenset[str], build: Build) -> tuple[int, Setup | None]:
    """The first batch that can be swapped now."""
    for place, batch in enumerate(waiting):
        setup = build(taken | frozenset(batch))
        if setup is not None:
            return place, setup
    return 0, None


def decides_alike(one: Plan, other: Plan) -> bool:
    """Whether two Plans compute the same, whatever their texts and places are."""
    return bare(one.tables) == bare(other.tables) and bare(one.outputs) == bare(other.outputs)


def evaluate_stage(setup: Setup, folder: Path, resources: Resources, outputs: Sequence[str] = OUTPUTS) -> None:
    """Evaluate into `folder`, as Parquet files; nothing is hashed, since nothing of it is kept."""
    with database(setup.snapshot, folder, resources) as connection:
        evaluated = _evaluated(setup, connection, resources)
        try:
            for each in setup.plan.outputs:
                if each.name in outputs:
                    evaluated.write(each.name, folder / f"{each.name}.parquet")
        finally:
            evaluated.close()


def _evaluated(
    setup: Setup, connection: duckdb.DuckDBPyConnection, resources: Resources
) -> ColumnarResult | ShardedResult:
    paths = snapshot_paths(setup.snapshot)
    if resources.shards > 1:
        return evaluate_shards(setup.plan, paths, setup.records, connection, resources.shards)
    relations = {name: stored_rows(path) for name, path in paths.items()}
    return evaluate_columnar(setup.plan, relations, connection)
