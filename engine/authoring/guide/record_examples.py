"""Examples of what is measured record by record: each takes what those before it left of the limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import cast

from engine.authoring.guide.document import Points, Table, Text
from engine.authoring.guide.records import Row
from engine.authoring.guide.setting import (
    Decided,
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
    say_amount,
    step_of,
)
from engine.authoring.wording.conditions import Clause
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.offers import say_limit
from engine.authoring.wording.values import capitalized, say_day

OF_LIMIT = (Fraction(40, 100), Fraction(35, 100), Fraction(50, 100))
"""What each record earns of the limit, so that the last one meets it."""

FEW = (Fraction(4), Fraction(7), Fraction(3))


def record_examples(setting: Setting) -> Iterator[Worked]:
    """Three records of one seller, the last of which meets the limit where there is one."""
    start, before = _days(setting)
    if start >= before:
        return
    sizes = _sizes(setting, start, before)
    world, rows = records_of(setting, start, before, sizes)
    decided = decide_on(setting, world, cast(date, rows[-1][setting.table.date]))
    if decided is None:
        return
    earning, found = decided.earning, decided.rows
    amounts = [row[earning.amount] for row in found]
    if len(found) < len(rows) or not all(isinstance(each, Fraction | int) for each in amounts):
        return
    total = sum((Fraction(cast(Fraction, each)) for each in amounts), Fraction(0))
    if not total:
        return
    payee = "seller" if setting.incentive.payee == "seller" else "partner"
    name = say_rows(setting.table.name, setting.voice)
    title = f"Example: three {name} earn {say_amount(setting, total)}"
    blocks: list[Text | Points | Table] = [
        Text(opening_of(setting, payee, f"has these {name} from {say_day(start)} on"))
    ]
    blocks.append(_row_table(setting, rows, decided, total))
    said = [capitalized(say_limit(each, setting.incentive, setting.voice)) + "." for each in setting.incentive.limits]
    if said:
        said.append("A record takes what those before it have left; one that came first keeps its place.")
        blocks.append(Points(tuple(map(Clause, said))))
    yield Worked(title, tuple(blocks))


def _days(setting: Setting) -> tuple[date, date]:
    """The days of the records: where a limit runs over a period, those of one period."""
    start, before = days_of(setting.incentive, setting.program)
    incentive = setting.incentive
    if start < before and incentive.period is not None and any("period" in each.per for each in incentive.limits):
        period = setting.program.calendar.period_of(start, *incentive.period)
        return start, min(period.before, before)
    return start, before


def _sizes(setting: Setting, start: date, before: date) -> list[Fraction]:
    """Sizes of the records: such that the limit is met by the last, or some where there is none."""
    per = Fraction(setting.incentive.per)
    plain = [each * per for each in FEW] if setting.incentive.amount is not None else [1000 * each for each in FEW]
    limits = [
        number for each in setting.incentive.limits if (number := number_of(each.at_most, setting.program)) is not None
    ]
    if not limits or not min(limits):
        return plain
    trial = per * 1000 if setting.incentive.amount is not None else Fraction(100_000)
    world, rows = records_of(setting, start, before, [trial])
    decided = decide_on(setting, world, cast(date, rows[0][setting.table.date]))
    earned = step_of(decided.earning, decided.rows[0], "earned") if decided is not None and decided.rows else None
    if not isinstance(earned, Fraction | int) or earned <= 0:
        return plain
    whole = Fraction(min(limits)) * trial / Fraction(earned)
    return [max(Fraction(round_up(whole * each / per)) * per, per) for each in OF_LIMIT]


def _row_table(setting: Setting, rows: Sequence[Row], decided: Decided, total: Fraction) -> Table:
    heads, columns, numbers = columns_shown(setting)
    keyed = {row[setting.table.key[0]]: row for row in decided.rows}
    cells = []
    for row in rows:
        found = keyed[cast(str, row[setting.table.key[0]])]
        before = cast(Fraction, step_of(decided.earning, found, "earned"))
        after = cast(Fraction, found[decided.earning.amount])
        cells.append(
            (
                *(cell_of(setting, name, row) for name in columns),
                say_amount(setting, before),
                say_amount(setting, after),
            )
        )
    blank = [""] * (len(columns) - 1)
    cells.append(("Together", *blank, "", say_amount(setting, total)))
    here = (*numbers, len(columns), len(columns) + 1)
    caption = f"{capitalized(say_rows(setting.table.name, setting.voice))} of the example, in the order they count"
    all_heads = (*heads, "Before limits" if setting.incentive.limits else "Before rounding", "Earns")
    return Table(f"{setting.incentive.name}-rows", caption, all_heads, tuple(cells), here, total=True)
