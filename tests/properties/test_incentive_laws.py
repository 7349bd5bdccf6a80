"""Laws that earnings obey, whatever the program: said from its text and records, not from the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import cycle_of
from engine.language import syntax
from engine.language.currency import scale_of
from engine.language.program import Incentive, Limit, Program
from engine.plan.scalar import Value
from engine.reference.evaluate import OutputRow, evaluate
from engine.types import Method
from tests.properties.agreement import seeded
from tests.properties.programs import Case, compiled, loaded, random_case
from tests.properties.records import Rows
from tests.properties.reduction import prove

OWN_FIELDS = {"partner": "partner_id", "seller": "seller_id", "customer": "customer_id"}
HALF = Decimal("0.5")


@seeded()
@given(st.integers(0, 2**32))
def test_earnings_obey_their_laws(seed: int) -> None:
    """No limit is overrun, rates bound what a volume earns, and each amount is its last step rounded."""
    prove(random_case(seed), check_laws)


def check_laws(case: Case) -> None:
    """The laws for all earnings of a case."""
    program = loaded(case.text)
    earned = evaluate(compiled(case.text, case.as_of), case.records).outputs["earnings"]
    for incentive in program.incentives:
        rows = [row for row in earned if row["incentive"] == incentive.name and row["amount"] is not None]
        assert all(_rounded(row) for row in rows)
        if all(_number(row["earned"]) >= 0 for row in rows):  # what is given back makes room for more
            for limit in incentive.limits:
                _check_limit(limit, incentive, program, rows, case.records)
        if incentive.bands and incentive.method is Method.MARGINAL:
            _check_rates(incentive, rows)


def _rounded(row: OutputRow) -> bool:
    """What is earned is rounded once, by less than a minor unit; limits leave whole units, and never more."""
    minor = Decimal(1).scaleb(-(scale_of(str(row["currency"])) or 0))
    earned, rounded, amount = (_number(row[each]) for each in ("earned", "rounded", "amount"))
    whole = rounded % minor == 0 and amount % minor == 0
    return whole and abs(rounded - earned) < minor and amount <= rounded


def _check_limit(
    limit: Limit, incentive: Incentive, program: Program, rows: Iterable[OutputRow], records: Rows
) -> None:
    """What is taken together is at most the limit, where the limit is written as an amount."""
    most = limit.at_most.single
    if not isinstance(most, syntax.Money):
        return
    by_key = {row[_key(incentive, program)]: row for row in records[incentive.source]}
    taken: dict[tuple[Value, ...], Decimal] = defaultdict(Decimal)
    for row in rows:
        record = by_key.get(row["source_id"], {})
        taken[tuple(_dimension(each, row, record, incentive, program) for each in limit.per)] += _number(row["amount"])
    assert all(total <= most.value for total in taken.values()), (incentive.name, most, dict(taken))


def _key(incentive: Incentive, program: Program) -> str:
    table = program.records.table(incentive.source)
    assert table is not None
    return table.key[0]


def _dimension(word: str, row: OutputRow, record: Mapping[str, Value], incentive: Incentive, program: Program) -> Value:
    cycle = cycle_of(word)
    if cycle is not None:
        table = program.records.table(incentive.source)
        before = row["period_before"]
        day = record[table.date] if table is not None and record else before
        assert isinstance(day, date)
        return program.calendar.period_of(day if record else day - timedelta(days=1), *cycle).name
    if word == "period":
        return row["period"]
    if word == "partner":
        return row["partner_id"]
    return record.get(OWN_FIELDS.get(word, word))


def _check_rates(incentive: Incentive, rows: Iterable[OutputRow]) -> None:
    """Between the lowest and the highest rate on the whole measure, when bands start at 0 and have plain rates."""
    paid = [each.rate.single if each.rate is not None else None for each in incentive.bands]
    rates = [each.value for each in paid if isinstance(each, syntax.Number)]
    start = incentive.bands[0].start.single
    if len(rates) < len(incentive.bands) or not isinstance(start, syntax.Number | syntax.Money) or start.value != 0:
        return
    lowest = Decimal(0) if incentive.beyond_nothing else min(rates)
    for row in rows:
        measure, earned = _number(row["measure"]), _number(row["earned"])
        if measure >= 0 and earned:
            assert lowest * measure <= earned <= max(rates) * measure
        elif measure < 0:
            assert earned == 0


def _number(value: Value) -> Decimal:
    assert isinstance(value, Decimal | int)
    return Decimal(value)
