"""Examples of one record and what it earns: with it the amounts move, without it they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from engine.authoring.analysis.domain import exactly
from engine.authoring.analysis.examples import Examples
from engine.authoring.analysis.formula import Formula, In
from engine.authoring.analysis.lines import judged
from engine.authoring.analysis.names import Era, PartnerScope
from engine.authoring.analysis.records import PARTNER, Records, Writer
from engine.authoring.analysis.rows import RowScope, days_of
from engine.authoring.analysis.solver import Model, satisfy
from engine.authoring.analysis.templates import Template, chosen_values
from engine.authoring.analysis.witness import Amounts
from engine.authoring.cases.model import Answer, Case, Expectation, Observed
from engine.authoring.cases.observing import observe
from engine.authoring.cases.running import decide
from engine.language.names import names_in
from engine.language.program import Incentive
from engine.language.records import RecordTable

MOST_TRIES = 6  # worlds of an eligible partner that are tried on one day
LARGE = Fraction(10_000)  # of an amount, in units of its currency


def paying_cases(
    examples: Examples, title: str, incentives: Sequence[Incentive], amount: Fraction = LARGE
) -> Iterator[Case]:
    """Cases with one record for which each of the incentives pays, as the reference evaluator says."""
    table = examples.names.program.records.table(incentives[0].source)
    last = examples.names.days[1] - timedelta(days=1)
    for day in _days(examples, incentives):
        for before, after in _worlds(examples, incentives, table, day, amount) if table is not None else ():
            without, paid = (_earned(examples, last, each) for each in (before, after))
            expected = [_moved(each.name, without, paid) for each in incentives]
            if None in expected:
                continue
            case = examples.confirmed(title, last, after, tuple(each for each in expected if each is not None))
            if case is not None:
                yield case


def _moved(incentive: str, without: Observed, paid: Observed) -> Expectation | None:
    """What an incentive pays with the record and not without it: of one period, or for the record itself."""
    for path, found in paid.items():
        if path[:2] == ("earnings", incentive) and len(path) > 2 and _is_amount(found.answer):
            before = without.get(path)
            if before is None or before.answer != found.answer:
                return Expectation(path, found.answer, found.type)
    return None


def _is_amount(answer: Answer) -> bool:
    return isinstance(answer, int | Decimal | Fraction) and answer > 0


def _days(examples: Examples, incentives: Sequence[Incentive]) -> Iterator[date]:
    """Days on which all of them pay: the last day of a complete period where one of them has periods."""
    names = examples.names
    start, before = days_of(incentives[0], names.days)
    for each in incentives[1:]:
        other = days_of(each, names.days)
        start, before = max(start, other[0]), min(before, other[1])
    periodic = next((each for each in incentives if each.measured == "each period" and each.period), None)
    if start >= before:
        return
    if periodic is None or periodic.period is None:
        yield before - timedelta(days=1)
        return
    unit, fiscal = periodic.period
    ends = [each.last_day for each in names.program.calendar.periods(start, before, unit, fiscal)]
    inside = [each for each in ends if start <= each < before]
    yield from inside[-1:]


def _worlds(
    examples: Examples, incentives: Sequence[Incentive], table: RecordTable, day: date, amount: Fraction
) -> Iterator[tuple[Records, Records]]:
    """Records of a partner that is eligible on the day, without and with one more record that counts."""
    names = examples.names
    scope = RowScope(names, table, day)
    found = table.field(table.date)
    assert found is not None  # an incentive pays on records with a day
    when = In(names.of_row(table.name, table.date, found, found.optional), exactly(Fraction(day.toordinal())))
    answer = satisfy([when, *(scope.where(each.where).met for each in incentives)])
    if not isinstance(answer, Model):
        return
    one_day = Era(day, day + timedelta(days=1))
    eligible: list[Formula] = [
        judged(line, PartnerScope(names, one_day)).condition.met for each in incentives for line in each.eligible
    ]
    for before in islice(examples.records(tuple(eligible), one_day, early=True), MOST_TRIES):
        writer = Writer(names, day, 0, {name: [dict(row) for row in rows] for name, rows in before.items()})
        _record(writer, incentives, table, answer, amount)
        yield before, {name: tuple(rows) for name, rows in writer.rows.items()}


def _record(
    writer: Writer, incentives: Sequence[Incentive], table: RecordTable, answer: Model, amount: Fraction
) -> None:
    """One record for which all of them pay, with an amount in every field they measure."""
    values = chosen_values(answer)
    for incentive in incentives:
        for name in names_in((incentive.measure, incentive.of)):
            found = table.field(name.text)
            if found is not None and found.type.is_numeric:
                variable = writer.names.of_row(table.name, name.text, found, found.optional)
                domain = answer.domains.get(variable)
                wanted = Fraction(incentive.per) if incentive.amount is not None else amount
                if domain is None or domain.holds(wanted):  # type: ignore[arg-type]  # a number's domain
                    values[variable] = max(wanted, _number(values.get(variable)))
    template = Template(table, values, frozenset())
    row = writer.one(Amounts(template, Fraction(1)))
    if any(each.payee == "seller" for each in incentives) and row.get("seller_id") is None:
        row["seller_id"] = writer.seller()


def _number(value: object) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(0)


def _earned(examples: Examples, day: date, records: Records) -> Observed:
    """All that is decided for the partner; nothing where the program cannot be compiled for the day."""
    plan = examples.plan(day)
    return observe(examples.program, plan, decide(plan, records), PARTNER) if plan is not None else {}
