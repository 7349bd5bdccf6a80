"""The setting of an example: an incentive alone and open to all, invented records, and what the reference decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from engine.authoring.guide.document import Note, Points, Table, Text
from engine.authoring.guide.records import ENTRY, PARTNER, Row, World, wanted_by
from engine.authoring.wording.expressions import say_field, values_of
from engine.authoring.wording.values import capitalized, joined, say_day, say_money, say_number
from engine.authoring.wording.voice import Voice
from engine.language import syntax
from engine.language.program import Incentive, Program
from engine.language.records import Field, RecordTable
from engine.language.syntax import Expression
from engine.plan.plan import Earning, Plan
from engine.plan.table import Filter
from engine.reference.evaluate import Evaluation, evaluate
from engine.reference.tables import ExactRow, in_order
from engine.rounding import round_decimal
from engine.types import Kind, Mode

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
    """An incentive with all that examples of it need. `program` has it alone, open to every partner."""

    incentive: Incentive
    program: Program
    voice: Voice
    planner: Planner
    table: RecordTable
    field: Field
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """The rows of an earning's table, those that came to nothing too, in the order of their keys."""

    earning: Earning
    rows: tuple[ExactRow, ...]


def records_of(setting: Setting, start: date, before: date, sizes: Sequence[Fraction]) -> tuple[World, list[Row]]:
    """Records of these sizes on days spread over a range."""
    world, rows = World(setting.program), []
    partners = setting.program.records.table("partners")
    if partners is not None:
        world.add(partners, start, PARTNER, {})
    wanted = wanted_by(setting.incentive.where, setting.table, setting.program)
    span = (before - start).days
    for place, size in enumerate(sizes):
        day = start + (before - start) * (2 * place + 1) // (2 * len(sizes)) if span > len(sizes) else start
        value = _fitting(setting.field, size)
        mine = {**wanted, setting.table.date: day, setting.field.name: value}
        key = f"{setting.table.name[:1].upper()}-{place + 1}"
        rows.append(world.add(setting.table, day, key, mine))
    return world, rows


def _fitting(field: Field, size: Fraction) -> Decimal | int:
    if field.type.kind in (Kind.INTEGER, Kind.DAYS, Kind.MONTHS):
        return int(size)
    return round_decimal(size, field.type.scale, Mode.DOWN)


def decide_on(setting: Setting, world: World, day: date) -> Decided | None:
    """The earnings on a day; None where the program has no plan then, or nothing of the partner's earns."""
    plan = setting.planner(setting.program, day)
    if plan is None or not plan.earnings:
        return None
    evaluation = evaluate(plan, world.filled(plan))
    (earning,) = plan.earnings
    rows = in_order(list(evaluation.exact.rows[_whole(evaluation, earning)]), earning.key)
    return Decided(earning, tuple(rows)) if rows else None


def _whole(evaluation: Evaluation, earning: Earning) -> str:
    """The table of the earning before rows of nothing were left out."""
    node = evaluation.nodes[earning.table]
    return node.source if isinstance(node, Filter) else earning.table


def step_of(earning: Earning, row: ExactRow, name: str) -> Fraction | int | None:
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


def days_of(incentive: Incentive, program: Program) -> tuple[date, date]:
    """The days whose records can earn: half-open."""
    start, before = program.effective
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    return start, before


def opening_of(setting: Setting, payee: str, happens: str) -> str:
    """How an example begins: what is supposed of the payee."""
    return f"Suppose a {payee} {joined([*setting.assumed, happens])}:"


def columns_shown(setting: Setting) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]:
    """Heads and fields of the records shown: key, day, what the conditions ask for, and what is measured."""
    wanted = wanted_by(setting.incentive.where, setting.table, setting.program)
    skipped = (setting.table.date, setting.field.name, setting.table.key[0], setting.table.partner, ENTRY)
    asked = tuple(name for name in wanted if name not in skipped)
    columns = (setting.table.key[0], setting.table.date, *asked, setting.field.name)
    speaking = setting.voice.of_rows(setting.table.name)
    heads = tuple(capitalized(say_field(each, speaking)).removesuffix(" ID") for each in columns)
    return heads, columns, (len(columns) - 1,)


def cell_of(setting: Setting, name: str, row: Row) -> str:
    """A value of a record in a table; one of a linked record is the one that was asked for."""
    if name == setting.field.name:
        return say_measure(setting, Fraction(cast(Decimal, row[name])))
    value = (
        row.get(name) if name in row else wanted_by(setting.incentive.where, setting.table, setting.program).get(name)
    )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, Decimal | int):
        return say_number(value)
    return str(value) if value is not None else ""


def say_measure(setting: Setting, value: Fraction | int | Decimal) -> str:
    """A measure in its unit."""
    exact = Fraction(value)
    scale = next((digits for digits in range(9) if (exact * 10**digits).denominator == 1), 8)
    if setting.field.type.kind is not Kind.MONEY:
        return say_number(rounded(exact, scale))
    return say_money(
        rounded(exact, scale if scale == 0 else max(scale, setting.program.scale)), setting.program.currency
    )


def say_amount(setting: Setting, value: Fraction | int) -> str:
    """An amount with all its minor digits."""
    return say_money(rounded(value, setting.program.scale), setting.program.currency)


def rounded(value: Fraction | int | None, digits: int) -> Decimal:
    """A number for show, with so many digits after its point; missing is 0."""
    return round_decimal(Fraction(value or 0), digits, Mode.HALF_EVEN)


def round_up(value: Fraction) -> Decimal:
    """The value upwards to two digits that count: 130,000, 2,700.

    >>> round_up(Fraction(2_643_210)), round_up(Fraction(7))
    (Decimal('2700000'), Decimal('7'))
    """
    whole = -(-value.numerator // value.denominator)
    unit = 10 ** max(len(str(whole)) - 2, 0)
    return Decimal(-(-whole // unit) * unit)
