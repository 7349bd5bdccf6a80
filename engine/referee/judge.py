"""The referee's office: judge partners, and compare its answers with another evaluator's."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType

from engine.plan.owner import said_scope
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.referee.arithmetic import Row
from engine.referee.combine import Ruling, Standing, combiner
from engine.referee.facts import Encoded, encoder
from engine.referee.formula import Answer, not_covered_reasons
from engine.referee.process import SECONDS, Facts, Worker, WorkerFailed
from engine.referee.rulesets import field_names, rule_sets
from engine.referee.translate import brief_of

PARTNER = "partner_id"  # the key of the decisions table
BATCH = 250  # partners in one message: about 50 ms of the rule engine's work


@dataclass(frozen=True, slots=True)
class Verdict:
    """The referee's answers for some partners.

    `conditions` and `tiers` name the columns of every ruling. `uncovered` counts answers not
    given, by reason; `restarts` counts how often the rule engine died or hung.
    """

    engine: str
    conditions: tuple[str, ...]
    tiers: tuple[str, ...]
    rulings: tuple[Ruling, ...]
    uncovered: tuple[tuple[str, int], ...] = ()
    restarts: int = 0

    @property
    def covered(self) -> int:
        """How many conditions were answered, over all partners."""
        return sum(len(ruling.conditions) - ruling.conditions.count(Answer.NOT_COVERED) for ruling in self.rulings)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two engines that answer one question about one partner differently."""

    partner: str
    condition: str
    answers: tuple[tuple[str, str], ...]  # (engine, its answer)


def available() -> tuple[bool, str]:
    """Whether the referee can work here, and its engine's version or the reason why not."""
    if sys.version_info >= (3, 13):
        return False, "durable-rules needs Python below 3.13; everything else works without the referee"
    if find_spec("durable") is None or find_spec("durable_rules_engine") is None:
        return False, "durable-rules is not installed; everything else works without the referee"
    with Worker(()) as worker:
        try:
            worker.start()
        except WorkerFailed as error:
            return False, f"{error}; everything else works without the referee"
        return True, worker.engine


class Referee:
    """A Plan's rules, loaded in worker processes until closed. Use it with `with`."""

    def __init__(self, plan: Plan, *, workers: int = 1, seconds: int = SECONDS) -> None:
        self._plan = plan
        brief = brief_of(plan)
        self._sets = rule_sets(brief)
        self._names = field_names(len(brief.facts))
        self._encode = encoder(brief)
        self._combine = combiner(plan, brief)
        self._conditions = tuple(condition for condition, _ in brief.formulas)
        self._static = Counter(reason for _, formula in brief.formulas for reason in not_covered_reasons(formula))
        self.workers = tuple(Worker(self._sets, seconds) for _ in range(workers))

    def __enter__(self) -> Referee:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.close()

    def judge(self, rows: Iterable[Row]) -> Verdict:
        """Answer every condition for every row of the decisions table, in the order given."""
        rulings = tuple(self._rulings(rows))
        uncovered = Counter({reason: count * len(rulings) for reason, count in self._static.items()})
        uncovered.update(reason for ruling in rulings for reason in ruling.reasons)
        engine = next((worker.engine for worker in self.workers if worker.engine), "durable-rules")
        return Verdict(
            engine,
            self._conditions,
            tuple(rung.outcome for rung in self._plan.rungs),
            rulings,
            tuple(sorted(uncovered.items())),
            sum(worker.restarts for worker in self.workers),
        )

    def _rulings(self, rows: Iterable[Row]) -> Iterator[Ruling]:
        """Batches are given to the workers in turn; each computes one while the next is prepared."""
        batches = self._batches(rows)
        pending: list[tuple[Worker, list[tuple[str, Encoded]], list[Facts]]] = []
        idle = list(self.workers)
        for partners, facts in batches:
            if not idle:
                worker, waiting, sent = pending.pop(0)
                yield from self._ruled(worker, waiting, sent)
                idle.append(worker)
            worker = idle.pop(0)
            worker.post(facts)
            pending.append((worker, partners, facts))
        for worker, waiting, sent in pending:
            yield from self._ruled(worker, waiting, sent)

    def _ruled(self, worker: Worker, partners: list[tuple[str, Encoded]], sent: list[Facts]) -> Iterator[Ruling]:
        for (partner, fact), met in zip(partners, worker.collect(sent), strict=True):
            yield self._combine(partner, fact, met)

    def _batches(self, rows: Iterable[Row]) -> Iterator[tuple[list[tuple[str, Encoded]], list[Facts]]]:
        partners: list[tuple[str, Encoded]] = []
        facts: list[Facts] = []
        for row in rows:
            fact = self._encode(row)
            partners.append((str(row[PARTNER]), fact))
            facts.append(self._facts(fact))
            if len(partners) == BATCH:
                yield partners, facts
                partners, facts = [], []
        if partners:
            yield partners, facts

    def _facts(self, fact: Encoded) -> Facts:
        """One fact per rule set, with the fields its rules read."""
        values, names = fact.values, self._names
        return [
            {names[place]: value for place in each.facts if (value := values[place]) is not None} for each in self._sets
        ]


def judge(plan: Plan, rows: Sequence[Row], *, workers: int = 1, seconds: int = SECONDS) -> Verdict:
    """Answer every condition of `plan` for rows of its decisions table.

    Only metric and field columns are read. `seconds` bounds the wait for one batch.
    """
    with Referee(plan, workers=workers, seconds=seconds) as referee:
        return referee.judge(rows)


OTHERS = {True: Answer.MET, False: Answer.NOT_MET, None: Answer.CANNOT_DECIDE}


def compare(plan: Plan, verdict: Verdict, rows: Sequence[Row], engine: str) -> tuple[Mismatch, ...]:
    """Where `engine` answered otherwise in the outcome columns of `rows`, in the verdict's order.

    What the referee does not cover is not compared; `Verdict.uncovered` counts it.
    """
    asked = [(each.id, each.outcome, each.applies) for each in plan.conditions]
    rungs = [(rung.outcome, rung.outcome, "") for rung in plan.rungs]
    found: list[Mismatch] = []
    for ruling, row in zip(verdict.rulings, rows, strict=True):
        answers = (*ruling.conditions, *ruling.tiers)
        for (name, column, applies), mine in zip((*asked, *rungs), answers, strict=True):
            if not column or mine is Answer.NOT_COVERED:
                continue
            value = row[column]
            other = OTHERS.get(value if isinstance(value, bool) else None, Answer.CANNOT_DECIDE)
            if applies and row[applies] is False:
                other = Answer.NOT_APPLICABLE
            if mine is not other:
                found.append(Mismatch(ruling.partner, name, ((verdict.engine, mine.value), (engine, other.value))))
    return tuple(found)


def compare_tiers(
    plan: Plan, verdict: Verdict, statuses: Iterable[Mapping[str, Value]], engine: str
) -> tuple[Mismatch, ...]:
    """Where `engine` has another floor or ceiling, or a status that does not apply; `statuses` are its rows."""
    rows = {(row[PARTNER], row["ladder"], row["scope"]): row for row in statuses}
    found: list[Mismatch] = []
    for ruling in verdict.rulings:
        for ladder, mine in zip(plan.ladders, ruling.standings, strict=True):
            scope = said_scope(ladder.scope)
            row = rows.get((ruling.partner, ladder.name, scope or None))
            name = ".".join(each for each in (ladder.name, scope) if each)
            found += _differing(ruling.partner, name, mine, row, verdict.engine, engine)
    return tuple(found)


def _differing(
    partner: str, name: str, mine: Standing, row: Mapping[str, Value] | None, engine: str, other: str
) -> Iterator[Mismatch]:
    """How a row of statuses differs from what the referee says."""
    if mine.applies is Answer.NOT_COVERED:
        return
    if (mine.applies is Answer.NOT_MET) is not (row is None):
        said = ("a status", "no status")
        answers = (said[mine.applies is Answer.NOT_MET], said[row is None])
        yield Mismatch(partner, name, ((engine, answers[0]), (other, answers[1])))
    elif row is not None:
        undecided = mine.applies is Answer.CANNOT_DECIDE
        for what, word in (("floor", mine.floor), ("ceiling", mine.ceiling)):
            expected = None if undecided else word
            if (undecided or word is not None) and row[what] != expected:
                yield Mismatch(partner, f"{name} {what}", ((engine, str(expected)), (other, str(row[what]))))
