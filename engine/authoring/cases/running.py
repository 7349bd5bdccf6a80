"""Cases decided by the reference evaluator in memory, and what differs from what they expect."""

from __future__ import annotations

from collections.abc import Mapping

from engine.authoring.cases.model import Case, Expectation, Found, Mismatch, Observed, Outcome, Path, Row, Word
from engine.authoring.cases.observing import observe
from engine.authoring.cases.soundness import reach_of
from engine.authoring.cases.values import render_answer, render_text, same
from engine.language.program import Program
from engine.language.records import REACH
from engine.plan.plan import Plan
from engine.plan.table import Scan
from engine.reference.evaluate import Evaluation, evaluate
from engine.types import Kind

PARTNERS = "partners"


def decide(plan: Plan, records: Mapping[str, tuple[Row, ...]]) -> Evaluation:
    """The reference's evaluation of a small world, prepared as an import prepares a snapshot."""
    whole = {**records, REACH.name: reach_of([dict(row) for row in records.get(PARTNERS, ())])}
    scans: dict[str, dict[str, None]] = {}
    for node in plan.tables:
        if isinstance(node, Scan):
            scans.setdefault(node.table, {}).update(dict.fromkeys(each.name for each in node.columns))
    filled = {
        table: [{name: row.get(name) for name in columns} for row in whole.get(table, ())]
        for table, columns in scans.items()
    }
    return evaluate(plan, filled)


def run_case(case: Case, program: Program, plan: Plan) -> tuple[Outcome, Evaluation | None]:
    """What became of a case, and how it was decided; a skipped case is not decided."""
    if case.skip:
        return Outcome(case), None
    evaluation = decide(plan, case.records)
    observed = observe(program, plan, evaluation, case.partner)
    mismatches = tuple(
        Mismatch(each, found) for each in case.expected if not _is_met(each, found := found_for(each, observed))
    )
    return Outcome(case, mismatches, observed), evaluation


def _is_met(expected: Expectation, found: Found) -> bool:
    """Whether the answers are the same, and amounts in the same currency; who earned nothing has earned 0."""
    if expected.path[0] == "earnings" and found.answer is Word.NONE and expected.answer == 0:
        return True
    amounts = [each for each in (expected.type, found.type) if each is not None and each.kind is Kind.MONEY]
    apart = len({each.currency for each in amounts}) > 1
    return same(expected.answer, found.answer) and (not apart or isinstance(found.answer, Word))


def found_for(expected: Expectation, observed: Observed) -> Found:
    """What was decided where something is expected; an earning that is not there is none."""
    return observed.get(expected.path, Found(Word.NONE, expected.type))


def written_found(expected: Expectation, observed: Observed) -> str:
    """What was decided where something is expected, as a test file writes it."""
    found = found_for(expected, observed)
    if expected.path[0] == "earnings" and isinstance(found.answer, tuple):
        return _by_key(expected.path, observed)
    return render_answer(found.answer, found.type, found.percent or expected.percent)


def _by_key(path: Path, observed: Observed) -> str:
    """Amounts in the currencies of their records have no one total: each by period or record, and by currency."""
    said = []
    for part, found in observed.items():
        if part[:-1] == path:
            whole = isinstance(found.answer, tuple)
            value = _by_key(part, observed) if whole else render_answer(found.answer, found.type)
            said.append(f"{render_text(part[-1])}: {value}")
    return f"{{{', '.join(said)}}}"
