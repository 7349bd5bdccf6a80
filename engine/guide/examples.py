"""Worked examples: invented records, decided by the reference evaluator, shown step by step.

An example stands on assumptions it names: the partner is eligible. Everything else, the records that count among
them, is decided by the program itself; an example that earns nothing is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from engine.calendar import Period
from engine.guide.document import Note, Points, Table, Text
from engine.guide.records import ENTRY, PARTNER, Row, World, wanted_by
from engine.language import syntax
from engine.language.names import names_in
from engine.language.program import Incentive, Limit, Program
from engine.language.records import Field, RecordTable
from engine.language.syntax import Expression
from engine.plan.plan import Earning, Plan
from engine.plan.scalar import Bands
from engine.plan.table import Filter
from engine.reference.bands import BandPart, band_parts, banded
from engine.reference.evaluate import Evaluation, evaluate
from engine.reference.tables import ExactRow, in_order
from engine.rounding import round_decimal
from engine.types import Kind, Mode
from engine.wording.conditions import Clause, say_requirements
from engine.wording.expressions import say_field, values_of
from engine.wording.metrics import say_rows
from engine.wording.offers import say_limit
from engine.wording.values import capitalized, joined, say_day, say_money, say_number, say_percent
from engine.wording.voice import Voice, say_heading
from engine.wording.windows import say_unit

Planner = Callable[[Program, date], Plan | None]
"""Compiles a program for a day; None where it cannot."""

SHARES = (Fraction(35, 100), Fraction(40, 100), Fraction(25, 100))
"""How a measure is spread over the records of an example."""

OF_LIMIT = (Fraction(40, 100), Fraction(35, 100), Fraction(50, 100))
"""What each record earns of the limit, so that the last one meets it."""

INTO_SECOND = Fraction(13, 10)
"""How far into the second band an example reaches."""

ALONE = Decimal(100_000)
FEW = (Fraction(4), Fraction(7), Fraction(3))
DOUBLINGS = 60


@dataclass(frozen=True, slots=True)
class Worked:
    """An example: what it is called, and its blocks."""

    title: str
    blocks: tuple[Text | Points | Table, ...]

    @property
    def note(self) -> Note:
        """The example as a block of a guide."""
        return Note(self.title, self.blocks)


@dataclass(frozen=True, slots=True)
class _Case:
    """An incentive with all that examples of it need. `program` has it alone, open to every partner."""

    incentive: Incentive
    program: Program
    voice: Voice
    planner: Planner
    table: RecordTable
    field: Field
    assumed: tuple[str, ...]


def worked_examples(incentive: Incentive, program: Program, voice: Voice, planner: Planner) -> tuple[Worked, ...]:
    """Examples of an incentive, those that earn something; none where no record of ours does."""
    table = program.records.table(incentive.source)
    measure = incentive.measure if incentive.measure is not None else incentive.of
    field = _measured_field(measure, table)
    if table is None or field is None:
        return ()
    assumed: tuple[str, ...] = ()
    if incentive.eligible:
        assumed = (f"can earn it ({say_requirements(incentive.eligible, voice)})",)
    for where in (incentive.where, ()) if incentive.where else ((),):
        more = () if where == incentive.where else (f"has {say_rows(table.name, voice)} among those that count",)
        alone = replace(incentive, eligible=(), where=where)
        open_to_all = replace(program, incentives=(alone,))
        case = _Case(alone, open_to_all, voice, planner, table, field, (*assumed, *more))
        found = tuple(_of_periods(case) if incentive.bands else _of_rows(case))
        if found:
            return found
    return ()


def _measured_field(measure: Expression | None, table: RecordTable | None) -> Field | None:
    """The field of the record that the measure stands on."""
    if measure is None or table is None:
        return None
    fields = [table.field(name.text) for name in names_in_expression(measure)]
    numeric = [each for each in fields if each is not None and each.type.is_numeric]
    return numeric[0] if numeric else None


def names_in_expression(expression: Expression) -> Iterator[syntax.Name]:
    """The names in an expression, from left to right."""
    yield from names_in(expression)


# --- measured over a period ------------------------------------------------------------------------------------------


def _of_periods(case: _Case) -> Iterator[Worked]:
    """A usual example that reaches the second band, and one that meets the limit."""
    period = _first_period(case)
    if period is None:
        return
    starts = [number for each in case.incentive.bands if (number := number_of(each.start, case.program)) is not None]
    above = [each for each in starts if each > 0]
    target = _round(Fraction(above[0]) * INTO_SECOND) if above else ALONE
    usual = _period_example(case, period, target)
    if usual is None:
        return
    yield usual
    capped = _beyond_limit(case, period)
    if capped is not None and capped > target:
        shown = _period_example(case, period, capped, few=True)
        if shown is not None:
            yield shown


def _first_period(case: _Case) -> Period | None:
    """The first period that lies whole inside the days that earn, from the guide's day on where there is one."""
    start, before = days_of(case.incentive, case.program)
    if case.incentive.period is None or start >= before:
        return None
    periods = case.program.calendar.periods(start, before, *case.incentive.period)
    whole = [each for each in periods if start <= each.start and each.before <= before]
    day = case.voice.day
    later = [each for each in whole if day is None or each.last_day >= day]
    return later[0] if later else whole[-1] if whole else None


def days_of(incentive: Incentive, program: Program) -> tuple[date, date]:
    """The days whose records can earn: half-open."""
    start, before = program.effective
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    return start, before


def _period_example(case: _Case, period: Period, target: Decimal, few: bool = False) -> Worked | None:
    shares = (Fraction(1),) if few else SHARES
    world, rows = _records(case, period.start, period.before, [Fraction(target) * each for each in shares])
    decided = _decide(case, world, period.last_day)
    if decided is None:
        return None
    earning, (row, *_) = decided.earning, decided.rows
    measure, amount = _step(earning, row, "measure"), row[earning.amount]
    if not measure or not amount or not isinstance(earning.bands, Bands):
        return None
    voice, incentive = case.voice, case.incentive
    measured = _say(case, measure)
    paid = say_money(_rounded(cast(Fraction, amount), case.program.scale), case.program.currency)
    unit = say_unit(period.unit, period.fiscal)
    title = f"Example: {measured} in {period.name} earns {paid}"
    parts = band_parts(earning.bands, Fraction(cast(Fraction, measure)))
    rows_of = say_rows(case.table.name, voice)
    when = f"in the {unit} {period.name}"
    happens = f"has {measured} of {rows_of} that count {when}" if few else f"has these {rows_of} {when}"
    blocks: list[Text | Points | Table] = [Text(_opening(case, "partner", f"{happens} ({_days(period)})"))]
    if not few:
        blocks.append(_record_table(case, rows, f"{incentive.name}-records"))
    blocks.append(_parts_table(case, parts, f"{incentive.name}-{'limit' if few else 'bands'}"))
    blocks.append(Points(tuple(map(Clause, _after(case, earning, row, voice)))))
    return Worked(title, tuple(blocks))


def _days(period: Period) -> str:
    return f"{say_day(period.start)} to {say_day(period.last_day)}"


def _opening(case: _Case, payee: str, happens: str) -> str:
    return f"Suppose a {payee} {joined([*case.assumed, happens])}:"


def _parts_table(case: _Case, parts: Sequence[BandPart], id: str) -> Table:
    """The bands at work; what they earn together is the last row."""
    rows = []
    for part in parts:
        rate = (
            say_percent(_rounded(part.rate, 8)) if part.rate is not None else _money(case, part.amount or Fraction(0))
        )
        rows.append((_reach(case, part), _say(case, part.measure), rate, _money(case, part.earned)))
    total = sum((part.earned for part in parts), Fraction(0))
    if len(rows) > 1:
        measure = sum((part.measure for part in parts), Fraction(0))
        rows.append(("Together", _say(case, measure), "", _money(case, total)))
    heads = ("Band", "Of which", "Rate", "Earns")
    return Table(id, "What the bands pay", heads, tuple(rows), (1, 2, 3), total=len(rows) > 1)


def _reach(case: _Case, part: BandPart) -> str:
    if part.end is None:
        return f"from {_say(case, part.start)} on"
    if part.start <= 0:
        return f"below {_say(case, part.end)}"
    return f"{_say(case, part.start)} to {_say(case, part.end)}"


def _after(case: _Case, earning: Earning, row: ExactRow, voice: Voice) -> Iterator[str]:
    """What follows the bands: each limit, whether it takes something, and the amount."""
    before = _step(earning, row, "earned")
    limits = iter(case.incentive.limits)
    for step in earning.steps:
        if step.name != "limit":
            continue
        limit, after = next(limits), cast(Fraction, row[step.column])
        said = capitalized(say_limit(limit, case.incentive, voice))
        if before == after:
            yield f"{said}: not reached."
        else:
            yield f"{said}: {_money(case, after)} is left of {_money(case, cast(Fraction, before))}."
        before = after
    yield f"Earned: {_money(case, cast(Fraction, row[earning.amount]))}."


def _beyond_limit(case: _Case, period: Period) -> Decimal | None:
    """A measure whose bands earn more than the tightest limit allows."""
    limits = [number for each in case.incentive.limits if (number := number_of(each.at_most, case.program)) is not None]
    plan = case.planner(case.program, period.last_day)
    bands = next((each.bands for each in plan.earnings), None) if plan is not None else None
    if not limits or not isinstance(bands, Bands):
        return None
    most, measure = Fraction(min(limits)), Fraction(1000)
    for _ in range(DOUBLINGS):
        if banded(bands, measure) > most * Fraction(11, 10):
            rounded = _round(measure)
            return rounded if banded(bands, Fraction(rounded)) > most else None
        measure *= Fraction(5, 4)
    return None


# --- measured for each record ----------------------------------------------------------------------------------------


def _of_rows(case: _Case) -> Iterator[Worked]:
    """Three records of one seller, the last of which meets the limit where there is one."""
    start, before = days_of(case.incentive, case.program)
    if start >= before:
        return
    sizes = _sizes(case, start, before)
    world, rows = _records(case, start, before, sizes)
    decided = _decide(case, world, cast(date, rows[-1][case.table.date]))
    if decided is None:
        return
    earning, found = decided.earning, decided.rows
    amounts = [row[earning.amount] for row in found]
    if len(found) < len(rows) or not all(isinstance(each, Fraction | int) for each in amounts):
        return
    total = sum((Fraction(cast(Fraction, each)) for each in amounts), Fraction(0))
    if not total:
        return
    payee = "seller" if case.incentive.payee == "seller" else "partner"
    name = say_rows(case.table.name, case.voice)
    title = f"Example: three {name} earn {_money(case, total)}"
    blocks: list[Text | Points | Table] = [Text(_opening(case, payee, f"has these {name} from {say_day(start)} on"))]
    blocks.append(_row_table(case, rows, decided, total))
    said = [capitalized(say_limit(each, case.incentive, case.voice)) + "." for each in case.incentive.limits]
    if said:
        said.append("A record takes what those before it have left; one that came first keeps its place.")
        blocks.append(Points(tuple(map(Clause, said))))
    yield Worked(title, tuple(blocks))


def _sizes(case: _Case, start: date, before: date) -> list[Fraction]:
    """Sizes of the records: such that the limit is met by the last, or some where there is none."""
    per = Fraction(case.incentive.per)
    plain = [each * per for each in FEW] if case.incentive.amount is not None else [1000 * each for each in FEW]
    limits = [number for each in case.incentive.limits if (number := number_of(each.at_most, case.program)) is not None]
    if not limits or not min(limits):
        return plain
    trial = per * 1000 if case.incentive.amount is not None else Fraction(100_000)
    world, rows = _records(case, start, before, [trial])
    decided = _decide(case, world, cast(date, rows[0][case.table.date]))
    earned = _step(decided.earning, decided.rows[0], "earned") if decided is not None and decided.rows else None
    if not isinstance(earned, Fraction | int) or earned <= 0:
        return plain
    whole = Fraction(min(limits)) * trial / Fraction(earned)
    return [max(Fraction(_round(whole * each / per)) * per, per) for each in OF_LIMIT]


def _row_table(case: _Case, rows: Sequence[Row], decided: _Decided, total: Fraction) -> Table:
    heads, columns, numbers = _shown(case, rows)
    keyed = {row[case.table.key[0]]: row for row in decided.rows}
    cells = []
    for row in rows:
        found = keyed[cast(str, row[case.table.key[0]])]
        before = cast(Fraction, _step(decided.earning, found, "earned"))
        after = cast(Fraction, found[decided.earning.amount])
        cells.append((*(_cell(case, name, row) for name in columns), _money(case, before), _money(case, after)))
    blank = [""] * (len(columns) - 1)
    cells.append(("Together", *blank, "", _money(case, total)))
    here = (*numbers, len(columns), len(columns) + 1)
    caption = f"{capitalized(say_rows(case.table.name, case.voice))} of the example, in the order they count"
    all_heads = (*heads, "Before limits" if case.incentive.limits else "Before rounding", "Earns")
    return Table(f"{case.incentive.name}-rows", caption, all_heads, tuple(cells), here, total=True)


# --- records and their evaluation ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Decided:
    """The rows of an earning's table, those that came to nothing too, in the order of their keys."""

    earning: Earning
    rows: tuple[ExactRow, ...]


def _records(case: _Case, start: date, before: date, sizes: Sequence[Fraction]) -> tuple[World, list[Row]]:
    """Records of these sizes on days spread over a range."""
    world, rows = World(case.program), []
    partners = case.program.records.table("partners")
    if partners is not None:
        world.add(partners, start, PARTNER, {})
    wanted = wanted_by(case.incentive.where, case.table, case.program)
    span = (before - start).days
    for place, size in enumerate(sizes):
        day = start + (before - start) * (2 * place + 1) // (2 * len(sizes)) if span > len(sizes) else start
        value = _fitting(case.field, size)
        mine = {**wanted, case.table.date: day, case.field.name: value}
        key = f"{case.table.name[:1].upper()}-{place + 1}"
        rows.append(world.add(case.table, day, key, mine))
    return world, rows


def _fitting(field: Field, size: Fraction) -> Decimal | int:
    if field.type.kind in (Kind.INTEGER, Kind.DAYS, Kind.MONTHS):
        return int(size)
    return round_decimal(size, field.type.scale, Mode.DOWN)


def _decide(case: _Case, world: World, day: date) -> _Decided | None:
    """The earnings on a day; None where the program has no plan then, or nothing of the partner's earns."""
    plan = case.planner(case.program, day)
    if plan is None or not plan.earnings:
        return None
    evaluation = evaluate(plan, world.filled(plan))
    (earning,) = plan.earnings
    rows = in_order(list(evaluation.exact.rows[_whole(evaluation, earning)]), earning.key)
    return _Decided(earning, tuple(rows)) if rows else None


def _whole(evaluation: Evaluation, earning: Earning) -> str:
    """The table of the earning before rows of nothing were left out."""
    node = evaluation.nodes[earning.table]
    return node.source if isinstance(node, Filter) else earning.table


def _step(earning: Earning, row: ExactRow, name: str) -> Fraction | int | None:
    """The value of a step; None where it is missing."""
    column = next((each.column for each in earning.steps if each.name == name), "")
    value = row.get(column)
    return value if isinstance(value, Fraction | int) else None


def number_of(expression: Expression, program: Program) -> Decimal | None:
    """The number of a literal, or of a parameter that has one."""
    match expression:
        case syntax.Number(value) | syntax.Money(value):
            return value
        case syntax.Negative(value):
            inner = number_of(value, program)
            return None if inner is None else -inner
        case syntax.Name(name):
            found = next((each for each in program.parameters if each.name == name), None)
            values = values_of(found.versions[0].table) if found is not None and found.versions else ()
            return number_of(values[0], program) if values else None
        case _:
            return None


# --- words -----------------------------------------------------------------------------------------------------------


def _record_table(case: _Case, rows: Sequence[Row], id: str) -> Table:
    heads, columns, numbers = _shown(case, rows)
    cells = [tuple(_cell(case, name, row) for name in columns) for row in rows]
    total = sum((Fraction(cast(Decimal, row[case.field.name])) for row in rows), Fraction(0))
    cells.append(("Together", *[""] * (len(columns) - 2), _say(case, total)))
    caption = f"{capitalized(say_rows(case.table.name, case.voice))} of the example"
    return Table(id, caption, heads, tuple(cells), numbers, total=True)


def _shown(case: _Case, rows: Sequence[Row]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]:
    """Heads and fields of the records shown: key, day, what the conditions ask for, and what is measured."""
    wanted = wanted_by(case.incentive.where, case.table, case.program)
    skipped = (case.table.date, case.field.name, case.table.key[0], case.table.partner, ENTRY)
    asked = tuple(name for name in wanted if name not in skipped)
    columns = (case.table.key[0], case.table.date, *asked, case.field.name)
    speaking = case.voice.of_rows(case.table.name)
    heads = tuple(capitalized(say_field(each, speaking)).removesuffix(" ID") for each in columns)
    return heads, columns, (len(columns) - 1,)


def _cell(case: _Case, name: str, row: Row) -> str:
    if name == case.field.name:
        return _say(case, Fraction(cast(Decimal, row[name])))
    value = row.get(name) if name in row else wanted_by(case.incentive.where, case.table, case.program).get(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, Decimal | int):
        return say_number(value)
    return str(value) if value is not None else ""


def _say(case: _Case, value: Fraction | int | Decimal) -> str:
    """A measure in its unit."""
    exact = Fraction(value)
    scale = next((digits for digits in range(9) if (exact * 10**digits).denominator == 1), 8)
    if case.field.type.kind is not Kind.MONEY:
        return say_number(_rounded(exact, scale))
    return say_money(_rounded(exact, scale if scale == 0 else max(scale, case.program.scale)), case.program.currency)


def _money(case: _Case, value: Fraction | int) -> str:
    """An amount with all its minor digits."""
    return say_money(_rounded(value, case.program.scale), case.program.currency)


def _rounded(value: Fraction | int | None, digits: int) -> Decimal:
    return round_decimal(Fraction(value or 0), digits, Mode.HALF_EVEN)


def _round(value: Fraction) -> Decimal:
    """The value upwards to two digits that count: 130,000, 2,700.

    >>> _round(Fraction(2_643_210)), _round(Fraction(7))
    (Decimal('2700000'), Decimal('7'))
    """
    whole = -(-value.numerator // value.denominator)
    unit = 10 ** max(len(str(whole)) - 2, 0)
    return Decimal(-(-whole // unit) * unit)


__all__ = ["Limit", "Planner", "Worked", "days_of", "number_of", "say_heading", "worked_examples"]
