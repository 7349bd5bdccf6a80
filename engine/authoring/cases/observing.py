"""What was decided for one partner, respect by respect, in the words of a test file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from engine.authoring.cases.model import Answer, Found, Observed, Path, Word
from engine.explain.lines import is_percent
from engine.explain.model import Outcome
from engine.explain.subject import Subject, decision_of, outcome_of
from engine.language.currency import in_minor_units, scale_of
from engine.language.program import Incentive, Program
from engine.plan.outputs import EARNINGS, ENTITLEMENTS, PARTNER, STATUSES, granted
from engine.plan.owner import TIERS as LADDER
from engine.plan.owner import said_scope
from engine.plan.plan import Condition, Plan
from engine.plan.scalar import Value
from engine.reference.evaluate import Evaluation, OutputRow, stored
from engine.types import Type, money

TIERS = ("tier", "floor", "ceiling")
MEASURES = ("value", "threshold", "distance")


def observe(program: Program, plan: Plan, evaluation: Evaluation, partner: str) -> Observed:
    """Everything a case can expect, as it was decided. Raises KeyError for a partner that is not there."""
    program = rules_on(program, plan.as_of)
    found: dict[Path, Found] = {}
    found.update(_tiers(plan, evaluation, partner))
    found.update(_metrics(plan, evaluation, partner))
    found.update(_benefits(program, plan, evaluation, partner))
    found.update(_earnings(program, plan, evaluation, partner))
    found.update(_lines(plan, evaluation, partner))
    return found


def rules_on(program: Program, day: date) -> Program:
    """The rules of an amended version that hold on a day."""
    return [each for each in program.stages if each.first_day <= day][-1]


def incentives_on(program: Program, day: date) -> dict[str, Incentive]:
    """The incentives by name that can have earned by a day, those that an amendment ended among them."""
    return {each.name: each for stage in program.stages if stage.first_day <= day for each in stage.incentives}


def _answer(value: Value, absent: Word) -> Answer:
    return absent if value is None else value


def _tiers(plan: Plan, evaluation: Evaluation, partner: str) -> Iterator[tuple[Path, Found]]:
    rows = {
        (row["ladder"], row["scope"]): row
        for row in evaluation.outputs.get(STATUSES.name, ())
        if row[PARTNER] == partner
    }
    decided = evaluation.row(plan.decisions, (partner,))
    for ladder in plan.ladders:
        row = rows.get((ladder.name, said_scope(ladder.scope) or None))
        if ladder.name != LADDER:
            held = Word.NONE if row is None else _answer(row["held"], Word.MISSING)
            yield ("designations", ladder.name, *ladder.scope), Found(held)
        elif row is not None:
            for name, column in zip(TIERS, ("held", "floor", "ceiling"), strict=True):
                yield (name,), Found(_answer(row[column], Word.MISSING))
            for rung in ladder.rungs:
                yield ("tiers", rung.tier), Found(outcome_of(decided[rung.outcome]).value)


def _benefits(program: Program, plan: Plan, evaluation: Evaluation, partner: str) -> Iterator[tuple[Path, Found]]:
    rows = {row["scope"]: row for row in evaluation.outputs.get(ENTITLEMENTS.name, ()) if row[PARTNER] == partner}
    kinds = {each.name: each.value for each in program.benefits}
    for each in plan.entitlements:
        row = rows[said_scope(each.scope) or None]
        is_granted, answer = row[granted(each.name)], Word.UNDECIDED
        flag = kinds[each.name] == "flag"
        found: Answer = answer
        if is_granted is True:
            found = _answer(row[each.name], Word.NONE)
        elif is_granted is False:
            found = False if flag else Word.NONE
        yield ("benefits", each.name, *each.scope), Found(found, each.type, kinds[each.name] == "percent")


def amount_type(program: Program) -> Type:
    """The type of amounts that are paid."""
    return money(program.currency, program.scale)


def _earnings(program: Program, plan: Plan, evaluation: Evaluation, partner: str) -> Iterator[tuple[Path, Found]]:
    for name, incentive in incentives_on(program, plan.as_of).items():
        rows = [
            row for row in evaluation.outputs[EARNINGS.name] if row["incentive"] == name and row[PARTNER] == partner
        ]
        total = _totals(rows) if incentive.pays_by_row else _total(rows)
        yield ("earnings", name), Found(total, amount_type(program))
        for key in dict.fromkeys(map(earning_key, rows)) if is_by_currency(incentive) else ():
            whole = _totals([row for row in rows if earning_key(row) == key])
            yield ("earnings", name, key), Found(whole, amount_type(program))
        for row in rows:
            code = str(row["currency"])
            type = type_in(code) if incentive.pays_by_row else amount_type(program)
            whose = (code,) if is_by_currency(incentive) else ()
            yield ("earnings", name, earning_key(row), *whose), Found(_answer(row["amount"], Word.UNDECIDED), type)


def is_by_currency(incentive: Incentive) -> bool:
    """Whether a period has an earning for each currency of its records."""
    return incentive.pays_by_row and incentive.period is not None


def type_in(code: str) -> Type:
    """The type of amounts that are paid in a currency."""
    return money(code, scale_of(code) or 0)


def _totals(rows: list[OutputRow]) -> Answer:
    """All amounts together, currency by currency; undecided as soon as one is."""
    if not rows or None in (row["amount"] for row in rows):
        return _total(rows)
    sums: dict[str, Decimal] = {}
    for row in rows:
        code = str(row["currency"])
        sums[code] = sums.get(code, Decimal(0)) + cast("Decimal", row["amount"])
    return tuple(f"{in_minor_units(amount, code)} {code}" for code, amount in sorted(sums.items()))


def earning_key(row: OutputRow) -> str:
    """The key of an earning of an incentive: its record, or its period."""
    return str(row["source_id"] if row["source_id"] is not None else row["period"])


def _total(rows: list[OutputRow]) -> Answer:
    """All amounts together; undecided as soon as one is."""
    if not rows:
        return Word.NONE
    amounts = [row["amount"] for row in rows]
    if None in amounts:
        return Word.UNDECIDED
    return sum(cast("list[int]", amounts))


def _metrics(plan: Plan, evaluation: Evaluation, partner: str) -> Iterator[tuple[Path, Found]]:
    decided = evaluation.row(plan.decisions, (partner,))
    types = {each.name: each.type for each in evaluation.columns[plan.decisions]}
    for metric in plan.metrics:
        percent = any(is_percent(each) and each.names == (metric.said,) for each in plan.conditions)
        value = cast(Value, stored(decided[metric.column], types[metric.column]))
        yield ("metrics", metric.said), Found(_answer(value, Word.MISSING), metric.type, percent)


def _lines(plan: Plan, evaluation: Evaluation, partner: str) -> Iterator[tuple[Path, Found]]:
    decided = evaluation.row(plan.decisions, (partner,))
    subject = Subject(plan, evaluation, partner, decided, {}, lambda table, key: None, 0)
    types = {each.name: each.type for each in evaluation.columns[plan.decisions]}
    for condition in plan.conditions:
        outcome = decision_of(condition, decided)
        yield ("lines", condition.id, "outcome"), Found(outcome.value)
        for name, column in measures_of(condition):
            value = stored(decided[column], types[column])
            shown = _answer(cast(Value, value), Word.MISSING)
            yield ("lines", condition.id, name), Found(shown, types[column], is_percent(condition))
        yield ("lines", condition.id, "missing"), Found(_missing(subject, condition, outcome))


def measures_of(condition: Condition) -> Iterator[tuple[str, str]]:
    """The results of a line of numbers beside its outcome, and the columns of the decisions that contain them."""
    for name, column in zip(MEASURES, (condition.value, condition.threshold, condition.distance), strict=True):
        if column:
            yield name, column


def _missing(subject: Subject, condition: Condition, outcome: Outcome) -> tuple[str, ...]:
    """The fields whose absence leaves a line undecided; a reason where it is not a field."""
    if outcome is not Outcome.CANNOT_DECIDE:
        return ()
    gaps = subject.missing(subject.plan.decisions, subject.row, condition.outcome)
    return tuple(dict.fromkeys(each.field or each.reason for each in gaps))


def exact(value: object) -> Fraction | None:
    """A decided number as it is, without rounding; None for what is missing or no number."""
    return Fraction(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else None
