"""Examples of what is measured over a period: bands at work, and the limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import cast

from engine.authoring.guide.document import Points, Table, Text
from engine.authoring.guide.records import Row
from engine.authoring.guide.setting import (
    Setting,
    Worked,
    cell_of,
    columns_shown,
    days_of,
    decide_on,
    number_of,
    opening_of,
    records_of,
    round_up,
    rounded,
    say_amount,
    say_measure,
    step_of,
)
from engine.authoring.wording.conditions import Clause
from engine.authoring.wording.expressions import say_value
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.offers import say_limit
from engine.authoring.wording.values import capitalized, say_day, say_money, say_percent
from engine.authoring.wording.voice import Voice
from engine.authoring.wording.windows import say_unit
from engine.calendar import Period
from engine.compiler.frame import DAY
from engine.plan.literals import constant_of
from engine.plan.plan import Earning
from engine.plan.scalar import Bands
from engine.reference.bands import BandPart, band_parts, banded, read_bands
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import ExactRow
from engine.types import Kind

SHARES = (Fraction(35, 100), Fraction(40, 100))
"""How a measure is spread over the records of an example; the last one has the rest."""

INTO_SECOND = Fraction(13, 10)
"""How far into the second band an example reaches."""

ALONE = Decimal(100_000)

DOUBLINGS = 60


def period_examples(setting: Setting) -> Iterator[Worked]:
    """A usual example that reaches the second band, and one that meets the limit."""
    period = _first_period(setting)
    if period is None:
        return
    starts = [
        number for each in setting.incentive.bands if (number := number_of(each.start, setting.program)) is not None
    ]
    above = [each for each in starts if each > 0]
    target = round_up(Fraction(above[0]) * INTO_SECOND) if above else ALONE
    usual = _period_example(setting, period, target)
    if usual is None:
        return
    yield usual
    capped = _beyond_limit(setting, period)
    if capped is not None and capped > target:
        shown = _period_example(setting, period, capped, few=True)
        if shown is not None:
            yield shown


def _first_period(setting: Setting) -> Period | None:
    """The first period that lies whole inside the days that earn, from the guide's day on where there is one."""
    start, before = days_of(setting.incentive, setting.program)
    if setting.incentive.period is None or start >= before:
        return None
    periods = setting.program.calendar.periods(start, before, *setting.incentive.period)
    whole = [each for each in periods if start <= each.start and each.before <= before]
    day = setting.voice.day
    later = [each for each in whole if day is None or each.last_day >= day]
    return later[0] if later else whole[-1] if whole else None


def _period_example(setting: Setting, period: Period, target: Decimal, few: bool = False) -> Worked | None:
    world, rows = records_of(setting, period.start, period.before, [Fraction(target)] if few else _shared(target))
    decided = decide_on(setting, world, period.last_day)
    if decided is None:
        return None
    earning = decided.earning
    # every period that is complete by then has a row; where there is one only, it carries no day
    row = next((each for each in decided.rows if each.get(DAY, period.last_day) == period.last_day), None)
    if row is None:
        return None
    measure, amount = step_of(earning, row, "measure"), row[earning.amount]
    if not measure or not amount or not isinstance(earning.bands, Bands):
        return None
    read = read_bands(earning.bands, lambda each: evaluate_scalar(each, row))
    if read is None:
        return None
    voice, incentive = setting.voice, setting.incentive
    measured = say_measure(setting, measure)
    if setting.field.type.kind is not Kind.MONEY and incentive.measure is not None:
        measured = f"{say_value(incentive.measure, voice.of_rows(setting.table.name))} of {measured}"
    paid = say_money(rounded(cast(Fraction, amount), setting.program.scale), setting.program.currency)
    unit = say_unit(period.unit, period.fiscal)
    title = f"Example: {measured} in {period.name} earns {paid}"
    parts = band_parts(read, Fraction(cast(Fraction, measure)))
    rows_of = say_rows(setting.table.name, voice)
    when = f"in the {unit} {period.name}"
    happens = f"has {rows_of} that count {when}, together {measured}" if few else f"has these {rows_of} {when}"
    blocks: list[Text | Points | Table] = [Text(opening_of(setting, "partner", f"{happens} ({_days(period)})"))]
    if not few:
        blocks.append(_record_table(setting, rows, f"{incentive.name}-records"))
    blocks.append(_parts_table(setting, parts, f"{incentive.name}-{'limit' if few else 'bands'}"))
    blocks.append(Points(tuple(map(Clause, _after(setting, earning, row, voice)))))
    return Worked(title, tuple(blocks))


def _shared(target: Decimal) -> list[Fraction]:
    """A measure spread over the records, whole numbers but for the last."""
    first = [Fraction(int(Fraction(target) * each)) for each in SHARES]
    return [*first, Fraction(target) - sum(first)]


def _days(period: Period) -> str:
    return f"{say_day(period.start)} to {say_day(period.last_day)}"


def _record_table(setting: Setting, rows: Sequence[Row], id: str) -> Table:
    heads, columns, numbers = columns_shown(setting)
    cells = [tuple(cell_of(setting, name, row) for name in columns) for row in rows]
    total = sum((Fraction(cast(Decimal, row[setting.field.name])) for row in rows), Fraction(0))
    cells.append(("Together", *[""] * (len(columns) - 2), say_measure(setting, total)))
    caption = f"{capitalized(say_rows(setting.table.name, setting.voice))} of the example"
    return Table(id, caption, heads, tuple(cells), numbers, total=True)


def _parts_table(setting: Setting, parts: Sequence[BandPart], id: str) -> Table:
    """The bands at work; what they earn together is the last row."""
    rows = []
    for part in parts:
        rate = (
            say_percent(rounded(part.rate, 8))
            if part.rate is not None
            else say_amount(setting, part.amount or Fraction(0))
        )
        rows.append((_reach(setting, part), say_measure(setting, part.measure), rate, say_amount(setting, part.earned)))
    total = sum((part.earned for part in parts), Fraction(0))
    if len(rows) > 1:
        measure = sum((part.measure for part in parts), Fraction(0))
        rows.append(("Together", say_measure(setting, measure), "", say_amount(setting, total)))
    rated = {part.rate is not None for part in parts}
    heads = ("Band", "Of which", "Rate" if rated == {True} else "Pays", "Earns")
    return Table(id, "What the bands pay", heads, tuple(rows), (1, 2, 3), total=len(rows) > 1)


def _reach(setting: Setting, part: BandPart) -> str:
    if part.end is None:
        return f"from {say_measure(setting, part.start)} on"
    if part.start <= 0:
        return f"below {say_measure(setting, part.end)}"
    return f"{say_measure(setting, part.start)} to {say_measure(setting, part.end)}"


def _after(setting: Setting, earning: Earning, row: ExactRow, voice: Voice) -> Iterator[str]:
    """What follows the bands: each limit, whether it takes something, and the amount."""
    before = step_of(earning, row, "earned")
    limits = iter(setting.incentive.limits)
    for step in earning.steps:
        if step.name != "limit":
            continue
        limit, after = next(limits), cast(Fraction, row[step.column])
        said = capitalized(say_limit(limit, setting.incentive, voice))
        if before == after:
            yield f"{said}: not reached."
        else:
            yield f"{said}: {say_amount(setting, after)} is left of {say_amount(setting, cast(Fraction, before))}."
        before = after
    yield f"Earned: {say_amount(setting, cast(Fraction, row[earning.amount]))}."


def _beyond_limit(setting: Setting, period: Period) -> Decimal | None:
    """A measure whose bands earn more than the tightest limit allows."""
    limits = [
        number for each in setting.incentive.limits if (number := number_of(each.at_most, setting.program)) is not None
    ]
    plan = setting.planner(setting.program, period.last_day)
    bands = next((each.bands for each in plan.earnings), None) if plan is not None else None
    if not limits or not isinstance(bands, Bands):
        return None
    table = read_bands(bands, constant_of)
    if table is None:  # what the bands pay depends on the partner
        return None
    most, measure = Fraction(min(limits)), Fraction(1000)
    for _ in range(DOUBLINGS):
        if banded(table, measure) > most * Fraction(11, 10):
            rounded = round_up(measure)
            return rounded if banded(table, Fraction(rounded)) > most else None
        measure *= Fraction(5, 4)
    return None
