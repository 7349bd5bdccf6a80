"""The setting of an example: an incentive alone, invented records, and what the reference makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard, cast

from engine.authoring.guide.document import Note, Points, Table, Text
from engine.authoring.guide.records import ENTRY, PARTNER, World
from engine.authoring.guide.records import Row as InventedRow
from engine.authoring.wording.expressions import say_field
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.values import capitalized, joined, say_day, say_money, say_number
from engine.authoring.wording.voice import Voice
from engine.language import syntax
from engine.language.program import Incentive, Program
from engine.language.records import Field, RecordTable
from engine.plan.plan import Part, Plan
from engine.plan.scalar import Value
from engine.reference.bands import BandPart, BandTable, band_parts, read_bands
from engine.reference.evaluate import Evaluation, evaluate
from engine.reference.scalars import Exact, Row, evaluate_scalar
from engine.reference.tables import ExactRow, in_order
from engine.rounding import round_decimal
from engine.types import Kind, Mode, Type

Planner = Callable[[Program, date], Plan | None]
"""Compiles a program for a day; None where it cannot."""


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
class Setting:
    """An incentive with all that examples of it need. `program` has it alone, earned by every partner.

    `fields` are the numbers of a record that are measured; sizes are those of the first that is no share. `wanted` is
    what else a record must hold, `partner` what the partner must.
    """

    incentive: Incentive
    program: Program
    voice: Voice
    planner: Planner
    table: RecordTable
    fields: tuple[Field, ...]
    assumed: tuple[str, ...]
    wanted: Mapping[str, Value]
    partner: Mapping[str, Value]

    @property
    def rows_of(self) -> str:
        """What the records are called."""
        return say_rows(self.table.name, self.voice)

    @property
    def computed(self) -> bool:
        """Whether the measure is not simply a field."""
        measure = self.incentive.measure
        named = measure.text if isinstance(measure, syntax.Name) else ""
        return measure is not None and named not in {each.name for each in self.fields}


@dataclass(frozen=True, slots=True)
class Trial:
    """The incentive's part of the Plan on a day; worlds of records are decided by it, one after the other."""

    setting: Setting
    plan: Plan
    part: Part

    def decide(self, world: World) -> Decided:
        """What the reference makes of the records."""
        return Decided(self.part, evaluate(self.plan, world.filled(self.plan)))


@dataclass(frozen=True, slots=True)
class Decided:
    """The earnings of some records, including those of zero."""

    part: Part
    evaluation: Evaluation

    @property
    def rows(self) -> tuple[ExactRow, ...]:
        """The rows of the partner's earnings, in the order of their keys; of complete periods."""
        rows, as_of = self.evaluation.exact.rows[self.part.table], self.evaluation.plan.as_of
        owed = [each for each in rows if self.part.complete_on(each, as_of) is None]
        return tuple(in_order(owed, self.part.key))

    def step(self, row: ExactRow, name: str) -> Exact:
        """The value of a step; None if there is none, or where it is missing."""
        column = next((each.column for each in self.part.steps[:-1] if each.name == name), "")
        return row.get(column)

    def amount(self, row: ExactRow) -> Exact:
        """What is earned in the end; None where that is undecided."""
        return row[self.part.amount]

    def bands(self, row: ExactRow) -> BandTable | None:
        """The bands as they are for this row."""
        if self.part.bands is None:
            return None
        return read_bands(self.part.bands, lambda scalar: evaluate_scalar(scalar, cast(Row, row)))

    def parts(self, row: ExactRow) -> tuple[BandPart, ...]:
        """The bands that this row reaches."""
        table, measure = self.bands(row), self.step(row, "measure")
        return band_parts(table, Fraction(measure)) if table is not None and is_number(measure) else ()

    def tightest(self, row: ExactRow) -> Fraction | None:
        """All of the limit that leaves the least; None without a limit."""
        wholes = [row.get(each.whole) for each in self.part.steps if each.whole]
        found = [Fraction(each) for each in wholes if is_number(each)]
        return min(found) if found else None


def is_number(value: Exact) -> TypeGuard[Fraction | int]:
    """Whether the value is a number: neither missing nor anything else."""
    return isinstance(value, Fraction | int) and not isinstance(value, bool)


def trial_on(setting: Setting, day: date) -> Trial | None:
    """The incentive on a day; None where the program has no Plan then, or nothing can have earned yet."""
    plan = setting.planner(setting.program, day)
    if plan is None or len(plan.earnings) != 1 or len(plan.earnings[0].parts) != 1:
        return None
    return Trial(setting, plan, plan.earnings[0].parts[0])


def records_of(
    setting: Setting,
    start: date,
    before: date,
    sizes: Sequence[Fraction],
    own: Sequence[Mapping[str, Value]] = (),
) -> tuple[World, list[InventedRow]]:
    """Records of these sizes on days spread over a range; `own` is what each alone must hold."""
    world, rows = World(setting.program), []
    partners = setting.program.records.table("partners")
    if partners is not None:
        world.add(partners, start, PARTNER, setting.partner)
    span = (before - start).days
    for place, size in enumerate(sizes):
        day = start + (before - start) * (2 * place + 1) // (2 * len(sizes)) if span > len(sizes) else start
        mine = {**setting.wanted, setting.table.date: day, **_measured(setting, size), **(own[place] if own else {})}
        rows.append(world.add(setting.table, day, f"{setting.table.name[:1].upper()}-{place + 1}", mine))
    return world, rows


def _measured(setting: Setting, size: Fraction) -> dict[str, Value]:
    """The measured fields: the first has the size, others leave it as it is, but for a discount and a surcharge."""
    measures = [setting.incentive.measure, *(each.formula for each in setting.table.formulas)]
    plain = Fraction(1 if any(map(_multiplies, measures)) else 0)
    shares = dict(share for each in measures for share in _shares(each))
    first = next((each.name for each in setting.fields if each.name not in shares), "")
    sizes = {each.name: shares.get(each.name, plain) for each in setting.fields} | ({first: size} if first else {})
    return {each.name: fitting(each, sizes[each.name]) for each in setting.fields}


def _shares(measure: object) -> Iterator[tuple[str, Fraction]]:
    """The fields by which something is lowered or raised, `1 - discount`: each with the value that makes it a tenth."""
    match measure:
        case syntax.Arithmetic("+" | "-", syntax.Number(value), share) if value == 1:
            factor = _factor(share)
            yield from ((name, TENTH / by) for name, by in ([factor] if factor else ()))
        case syntax.Arithmetic(_, left, right):
            yield from _shares(left)
            yield from _shares(right)


def _factor(share: object) -> tuple[str, Fraction] | None:
    """A field, and what it is multiplied by: 1/100 in `discount / 100`."""
    match share:
        case syntax.Name(name):
            return name, Fraction(1)
        case syntax.Arithmetic("/", left, syntax.Number(value)) if value and (found := _factor(left)):
            return found[0], found[1] / Fraction(value)
        case syntax.Arithmetic("*", syntax.Number(value), right) if value and (found := _factor(right)):
            return found[0], found[1] * Fraction(value)
    return None


def _multiplies(measure: object) -> bool:
    match measure:
        case syntax.Arithmetic(op, left, right):
            return op == "*" or _multiplies(left) or _multiplies(right)
        case syntax.Negative(value):
            return _multiplies(value)
        case _:
            return False


def fitting(field: Field, size: Fraction) -> Decimal | int:
    """The size as the field can hold it."""
    if field.type.kind in (Kind.INTEGER, Kind.DAYS, Kind.MONTHS):
        return int(size)
    return round_decimal(size, field.type.scale, Mode.DOWN)


def days_of(incentive: Incentive, program: Program) -> tuple[date, date]:
    """The days whose records can earn: half-open."""
    start, before = program.effective
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    return start, before


def opening_of(setting: Setting, payee: str, happens: str) -> str:
    """How an example begins: what is supposed of the payee."""
    return f"Suppose a {payee} {joined([*setting.assumed, happens])}:"


def columns_shown(setting: Setting, more: Sequence[str] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Heads and fields of the records shown: key, day, fields in conditions, and the measure."""
    measured = tuple(each.name for each in setting.fields)
    skipped = (setting.table.date, *measured, setting.table.key[0], setting.table.partner, ENTRY)
    asked = tuple(name for name in dict.fromkeys((*setting.wanted, *more)) if name not in skipped)
    columns = (setting.table.key[0], setting.table.date, *asked, *measured)
    speaking = setting.voice.of_rows(setting.table.name)
    return tuple(capitalized(say_field(each, speaking)).removesuffix(" ID") for each in columns), columns


def cell_of(setting: Setting, name: str, row: InventedRow) -> str:
    """A value of a record in a table; a value of a linked record is the requested one."""
    value = row.get(name) if name in row else setting.wanted.get(name)
    found = next((each for each in setting.fields if each.name == name), None)
    if found is not None and isinstance(value, Decimal | int):
        return say_quantity(setting, found.type, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, Decimal | int):
        return say_number(value)
    return str(value) if value is not None else ""


def say_quantity(setting: Setting, type: Type, value: Fraction | int | Decimal) -> str:
    """A number in its unit, with the digits it needs."""
    exact = Fraction(value)
    scale = next((digits for digits in range(9) if (exact * 10**digits).denominator == 1), 8)
    if type.kind is not Kind.MONEY:
        return say_number(rounded(exact, scale))
    return say_money(
        rounded(exact, scale if scale == 0 else max(scale, setting.program.scale)), setting.program.currency
    )


def say_measure(setting: Setting, part: Part, value: Fraction | int) -> str:
    """What was measured, in its unit."""
    type = next(each.type for each in part.steps if each.name == "measure")
    return say_quantity(setting, type, value)


def say_amount(setting: Setting, value: Fraction | int) -> str:
    """An amount with all its minor digits, and with more where it has not been rounded."""
    digits, exact = setting.program.scale, Fraction(value)
    more = next((each for each in range(MORE_DIGITS) if (exact * 10 ** (digits + each)).denominator == 1), MORE_DIGITS)
    return say_money(rounded(value, digits + more), setting.program.currency)


TENTH = Fraction(1, 10)
MORE_DIGITS = 4  # beyond the minor unit, of an amount that is not rounded yet


def rounded(value: Fraction | int | None, digits: int) -> Decimal:
    """A number for display, with a fixed number of digits after its point; missing is 0."""
    return round_decimal(Fraction(value or 0), digits, Mode.HALF_EVEN)


def round_up(value: Fraction) -> Decimal:
    """The value upwards to two digits that count: 130,000, 2,700.

    >>> round_up(Fraction(2_643_210)), round_up(Fraction(7))
    (Decimal('2700000'), Decimal('7'))
    """
    whole = -(-value.numerator // value.denominator)
    unit = 10 ** max(len(str(whole)) - 2, 0)
    return Decimal(-(-whole // unit) * unit)
