"""Recheck: other engines decide a run's partners again, from raw records, and must agree.

The reference recomputes every output row; the referee then answers every condition from the
reference's metrics. What they say goes into a note beside the run. A mismatch cannot be outweighed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import duckdb

from engine.canonical import Canonical
from engine.language.diagnostic import Diagnostic
from engine.plan.outputs import CONDITIONS, PARTNER, STATUSES
from engine.plan.plan import Plan
from engine.records.snapshot import Snapshot
from engine.referee.judge import Mismatch, Referee, available, compare, compare_tiers
from engine.runs import codes
from engine.runs.again import Compared, compare_chunks, decisions_of, partners_of
from engine.runs.compiled import Compiled
from engine.runs.notes import check_attestations, write_note
from engine.runs.resources import USUAL, Resources
from engine.runs.results import Difference, row_count
from engine.runs.store import Findings, Run
from engine.runs.undecided import RUN
from engine.runs.verify import verify_run
from engine.runs.worlds import Withheld, check_pinned, open_world

ALL = "all"
STORED, REFERENCE = "columnar", "reference"
SHOWN = 20  # mismatches that become findings; all are counted
KEPT = 100  # mismatches listed in the note


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a recheck found. `compared` counts rows by table, values and conditions.

    `uncovered` counts conditions the referee gave no opinion on, by reason.
    """

    run: str
    engines: tuple[str, ...]
    sample: str
    checked: int
    compared: tuple[tuple[str, int], ...]
    uncovered: tuple[tuple[str, int], ...]
    mismatches: tuple[Mismatch, ...]
    count: int
    findings: Findings = ()

    @property
    def document(self) -> dict[str, Canonical]:
        """The field `recheck` of `rung evaluate --json`; `mismatches` is their number."""
        return {"engines": list(self.engines), "checked": self.checked, "mismatches": self.count}

    @property
    def note(self) -> dict[str, Canonical]:
        """The note stored beside the run."""
        return {
            **self.document,
            "sample": self.sample,
            "compared": dict(self.compared),
            "uncovered": dict(self.uncovered),
            "first": [
                {"partner": each.partner, "condition": each.condition, "answers": dict(each.answers)}
                for each in self.mismatches[:KEPT]
            ],
        }


@dataclass
class _Tally:
    """Counts that grow chunk by chunk."""

    checked: int = 0
    count: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)
    compared: Counter[str] = field(default_factory=Counter)
    uncovered: Counter[str] = field(default_factory=Counter)

    def add(self, found: Iterable[Mismatch]) -> None:
        """Count mismatches and keep the first ones."""
        for each in found:
            self.count += 1
            if len(self.mismatches) < KEPT:
                self.mismatches.append(each)


def recheck(
    run: Run, compiled: Compiled, snapshot: Snapshot, sample: int | str, resources: Resources = USUAL
) -> Recheck:
    """Decide `sample` partners again, or all of them with `"all"`, and write a note beside the run.

    Nothing is decided when the run or the snapshot is damaged. Findings with errors: see
    `codes.exit_code`.
    """
    plan = compiled.plan
    damaged = (*verify_run(run, resources), *check_pinned(run, snapshot), *check_attestations(run))
    if damaged:
        return Recheck(run.id, (), str(sample), 0, (), (), (), 0, damaged)
    usable, referee = available()
    tally = _Tally()
    engines = [REFERENCE]
    with ExitStack() as stack:
        world = stack.enter_context(open_world(compiled, snapshot, (run.folder,), resources))
        partners = partners_of(run, world.connection, world.everybody, None if sample == ALL else int(sample))
        judge = stack.enter_context(Referee(plan, workers=2)) if usable else None
        for chunk in compare_chunks(run, plan, world.decide, partners, world.connection):
            _count(plan, chunk, judge, tally, world.withheld)
        if sample == ALL:
            tally.add(_strangers(run, plan, tally, world.connection))
    if usable:
        engines.append(referee)
    result = Recheck(
        run.id,
        tuple(engines),
        str(sample),
        tally.checked,
        tuple(sorted(tally.compared.items())),
        tuple(sorted(tally.uncovered.items())),
        tuple(tally.mismatches),
        tally.count,
        tuple(_findings(run, tally, "" if usable else referee)),
    )
    write_note(run, "recheck", result.note)
    return result


def _count(plan: Plan, chunk: Compared, judge: Referee | None, tally: _Tally, withheld: Withheld) -> None:
    """Add the result of one chunk, and the referee's answers to its conditions, if the run decides them."""
    lines = [*plan.conditions, *(line for judging in plan.judgings for line in judging.conditions)]
    names = {
        (CONDITIONS.name, f"{each.id}{end}"): each.id
        for each in lines
        for end in ("", ".applies", ".value", ".distance")
    }
    tally.checked += len(chunk.partners)
    tally.compared.update(chunk.rows)
    tally.compared["values"] += chunk.values
    tally.add(_mismatch(each, names) for each in chunk.differences)
    if judge is None:
        return
    undecided = {partner for incentive, partner in withheld(chunk.partners) if incentive == RUN}
    rows = [row for row in decisions_of(plan, chunk) if row[PARTNER] not in undecided]
    verdict = judge.judge(rows)
    tally.compared["conditions by the referee"] += verdict.covered
    tally.uncovered.update(dict(verdict.uncovered))
    tally.add(compare(plan, verdict, rows, REFERENCE))
    tally.add(compare_tiers(plan, verdict, chunk.stored.get(STATUSES.name, ()), STORED))


def _mismatch(difference: Difference, names: Mapping[tuple[str, str], str]) -> Mismatch:
    """A difference of the reference, named by the condition where it is one's."""
    column = names.get((difference.table, difference.column), "")
    place = f"{difference.table} {difference.column}".strip()
    others = difference.key[1:] if difference.key[:1] == (difference.partner,) else difference.key
    what = column or " ".join((place, *others))
    return Mismatch(difference.partner, what, ((STORED, difference.stored), (REFERENCE, difference.recomputed)))


def _strangers(run: Run, plan: Plan, tally: _Tally, connection: duckdb.DuckDBPyConnection) -> Iterator[Mismatch]:
    """Rows stored for partners that the records do not have."""
    for output in plan.outputs:
        extra = row_count(run.path(output.name), connection) - tally.compared[output.name]
        if extra:
            answers = ((STORED, f"{extra} more rows"), (REFERENCE, "no row"))
            yield Mismatch("", f"{output.name} of unknown partners", answers)


def _findings(run: Run, tally: _Tally, no_referee: str) -> Iterator[Diagnostic]:
    """Mismatches first, then what the recheck could not do."""
    for each in tally.mismatches[:SHOWN]:
        answers = ", ".join(f"{engine} says {answer}" for engine, answer in each.answers)
        message = f"partner `{each.partner}`, `{each.condition}`: {answers}"
        yield codes.RECHECK_MISMATCH.at(None, message, help=f"`{run.id}` cannot be approved; report the bug")
    if tally.count > SHOWN:
        message = f"{tally.count - SHOWN} more mismatches in `{run.id}`"
        yield codes.RECHECK_MISMATCH.at(None, message, help="the note beside the run names the first hundred")
    if no_referee:
        yield codes.NO_REFEREE.at(None, no_referee)
    for reason, count in sorted(tally.uncovered.items()):
        yield codes.NOT_COVERED.at(None, f"the referee skipped {count} answers: {reason}")
