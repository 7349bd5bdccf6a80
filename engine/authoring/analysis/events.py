"""Examples of one record and what it earns: with it the amounts move, without it they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from engine.authoring.analysis.domain import exactly
from engine.authoring.analysis.examples import Examples, with_only
from engine.authoring.analysis.formula import Formula, In
from engine.authoring.analysis.lines import judged
from engine.authoring.analysis.names import Era, PartnerScope
from engine.authoring.analysis.records import PARTNER, Records, Writer
from engine.authoring.analysis.rows import RowScope, days_of
from engine.authoring.analysis.solver import Model, satisfy
from engine.authoring.analysis.templates import Template, chosen_values
from engine.authoring.analysis.witness import Amounts
from engine.authoring.analysis.worth import Words, granted, guards_of
from engine.authoring.cases.model import Answer, Case, Expectation, Observed
from engine.authoring.cases.observing import observe
from engine.authoring.cases.running import decide
from engine.calendar import cycle_of
from engine.language.names import names_in
from engine.language.program import Incentive
from engine.language.records import WHOSE, RecordTable
from engine.language.syntax import Money, Number

MOST_TRIES = 6  # worlds of an eligible partner that are tried on one day
LARGE = Fraction(10_000)  # of an amount, in units of its currency


def paying_cases(
    examples: Examples,
    title: str,
    incentives: Sequence[Incentive],
    cases: Sequence[Words],
    amount: Fraction = LARGE,
) -> Iterator[Case]:
    """Cases with one record for which each of the incentives pays, as the reference evaluator says.

    Record and partner have in turn the words of each of `cases`.
    """
    table = examples.names.program.records.table(incentives[0].source)
    day = _day(examples, incentives)
    if table is None or day is None or examples.is_over:
        return
    last = examples.names.days[1] - timedelta(days=1)
    named = frozenset(each.name for each in incentives)
    for words in cases:
        for before, after in _worlds(examples, incentives, table, _Wanted(day, amount, words)):
            without, paid = (_earned(examples, last, each, named) for each in (before, after))
            expected = [_moved(each.name, without, paid) for each in incentives]
            if None in expected:
                continue
            told = tuple(each for each in expected if each is not None)
            case = examples.confirmed(title, last, after, told, named)
            if case is not None:
                yield case


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an example is of: the record's day, the amount in each field measured, and the words values go by."""

    day: date
    amount: Fraction
    words: Words


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


def _day(examples: Examples, incentives: Sequence[Incentive]) -> date | None:
    """A day on which all of them pay: with periods, one in a period of each that is complete by the end."""
    names = examples.names
    start, before = days_of(incentives[0], names.days)
    for each in incentives[1:]:
        other = days_of(each, names.days)
        start, before = max(start, other[0]), min(before, other[1])
    if start >= before:
        return None
    day = before - timedelta(days=1)
    for cycle in (each.period for each in incentives if each.period is not None):
        ends = [each.last_day for each in names.program.calendar.periods(start, before, *cycle)]
        complete = [each for each in ends if start <= each < before]
        if not complete:
            return None
        day = min(day, complete[-1])
    return day


def _worlds(
    examples: Examples, incentives: Sequence[Incentive], table: RecordTable, wanted: _Wanted
) -> Iterator[tuple[Records, Records]]:
    """Records of a partner that is eligible on the day, without and with one more record that counts."""
    names, day = examples.names, wanted.day
    scope = RowScope(names, table, day)
    found = table.field(table.date)
    assert found is not None  # an incentive pays on records with a day
    when = In(names.of_row(table.name, table.date, found, found.optional), exactly(Fraction(day.toordinal())))
    one_day = Era(day, day + timedelta(days=1))
    of_record, of_partner = guards_of(wanted.words, table, names, one_day)
    answer = satisfy([when, *(scope.where(each.where).met for each in incentives), *of_record], names.work)
    if not isinstance(answer, Model):
        return
    eligible: list[Formula] = [
        judged(line, PartnerScope(names, one_day)).condition.met for each in incentives for line in each.eligible
    ]
    eligible += [*of_partner, *(met for each in incentives for met in granted(each, names, one_day))]
    for before in islice(examples.records(tuple(eligible), one_day, early=True), MOST_TRIES):
        writer = Writer(names, day, 0, {name: [dict(row) for row in rows] for name, rows in before.items()})
        _record(writer, incentives, table, answer, wanted.amount)
        yield before, {name: tuple(rows) for name, rows in writer.rows.items()}


def _record(
    writer: Writer, incentives: Sequence[Incentive], table: RecordTable, answer: Model, amount: Fraction
) -> None:
    """One record for which all of them pay: with an amount in every field they measure, and all that they ask of it."""
    values = chosen_values(answer)
    for incentive in incentives:
        for measured in names_in(incentive.measure):
            found = table.field(measured.text)
            if found is not None and found.type.is_numeric:
                variable = writer.names.of_row(table.name, measured.text, found, found.optional)
                domain = answer.domains.get(variable)
                wanted = _unit(incentive) or amount
                if domain is None or domain.holds(wanted):  # type: ignore[arg-type]  # a number's domain
                    values[variable] = max(wanted, _number(values.get(variable)))
    template = Template(table, values, frozenset())
    row = writer.one(Amounts(template, Fraction(1)))
    for name in dict.fromkeys(each for incentive in incentives for each in _asked(incentive)):
        writer.give(row, table, name, new=any(name in _fields(each.first) for each in incentives))


def _unit(incentive: Incentive) -> Fraction | None:
    """How much of the measure its amount is paid for."""
    return Fraction(incentive.per.value) if isinstance(incentive.per, Number | Money) else None


def _asked(incentive: Incentive) -> Iterator[str]:
    """The fields that a record must have to be paid for: who is paid, of whom it is the first, who has a limit."""
    if incentive.payee == "seller":
        yield from _fields(("seller",))
    yield from _fields(incentive.first)
    for limit in incentive.limits:
        yield from _fields(limit.per)


def _fields(words: Sequence[str]) -> list[str]:
    """The fields of a record for words such as `customer`; every record has a partner and a time."""
    named = (each for each in words if each not in ("partner", "period") and cycle_of(each) is None)
    return [WHOSE.get(each, each) for each in named]


def _number(value: object) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(0)


def _earned(examples: Examples, day: date, records: Records, incentives: frozenset[str]) -> Observed:
    """All that is decided for the partner; nothing where the program cannot be compiled for the day."""
    plan = examples.plan(day, incentives)
    if plan is None:
        return {}
    return observe(with_only(incentives, examples.program), plan, decide(plan, records), PARTNER)
