"""How an example shows its pay: the bands reached, the rate or the units, and each limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.authoring.guide.document import Table
from engine.authoring.guide.setting import (
    Decided,
    Setting,
    is_number,
    rounded,
    say_amount,
    say_measure,
)
from engine.authoring.wording.expressions import say_value
from engine.authoring.wording.offers import say_limit
from engine.authoring.wording.programs import say_rounding
from engine.authoring.wording.values import capitalized, say_number, say_percent
from engine.language import syntax
from engine.language.program import Table as Values
from engine.reference.bands import BandPart
from engine.reference.scalars import Exact
from engine.reference.tables import ExactRow
from engine.types import Kind

RATE_DIGITS = 8  # of a rate that is shown


def bands_table(setting: Setting, decided: Decided, row: ExactRow, id: str, caption: str) -> Table | None:
    """The bands reached by one earning; the last row is their total."""
    parts = decided.parts(row)
    if not parts:
        return None
    rows = [_band_cells(setting, decided, each) for each in parts]
    if len(rows) > 1:
        measure = sum((each.measure for each in parts), Fraction(0))
        total = sum((each.earned for each in parts), Fraction(0))
        rows.append(("Together", say_measure(setting, decided.part, measure), "", say_amount(setting, total)))
    rated = all(each.rate is not None for each in parts)
    heads = ("Band", "Of which", "Rate" if rated else "Pays", "Earns")
    return Table(id, caption, heads, tuple(rows), (1, 2, 3), total=len(rows) > 1)


def _band_cells(setting: Setting, decided: Decided, each: BandPart) -> tuple[str, str, str, str]:
    start = say_measure(setting, decided.part, each.start)
    end = say_measure(setting, decided.part, each.end) if each.end is not None else ""
    reach = f"from {start} on" if not end else f"{start} to {end}" if each.start > 0 else f"below {end}"
    pays = say_rate(each.rate) if each.rate is not None else say_amount(setting, each.amount or 0)
    return (reach, say_measure(setting, decided.part, each.measure), pays, say_amount(setting, each.earned))


def say_rate(rate: Fraction | int) -> str:
    """A rate in hundredths."""
    return say_percent(rounded(rate, RATE_DIGITS))


def say_read(setting: Setting, decided: Decided, row: ExactRow, name: str) -> str:
    """The rate or amount that was read; one that is written in the program is not a step of the earning."""
    value = decided.step(row, name)
    if is_number(value):
        return say_rate(value) if name == "rate" else say_amount(setting, value)
    written: Values | None = getattr(setting.incentive, name)
    return say_value(written.single, setting.voice) if written is not None and written.single is not None else ""


def said_pay(setting: Setting, decided: Decided, row: ExactRow, measured: str, grain: str) -> Iterator[str]:
    """How a rate or an amount gives the earning; for bands, the table shows it."""
    incentive, earned = setting.incentive, decided.step(row, "earned")
    if incentive.bands or not is_number(earned):
        return
    total = say_amount(setting, earned)
    if incentive.rate is not None:
        yield f"{say_read(setting, decided, row, 'rate')} of {measured}: {total}."
    elif incentive.is_once:
        yield f"{say_read(setting, decided, row, 'amount')} for {grain}: {total}."
    else:
        each, units = say_read(setting, decided, row, "amount"), say_units(decided, row)
        per = incentive.per
        whole = isinstance(per, syntax.Number) and per.value == 1
        # examples are in the program's currency, so `per` is no table of currencies
        unit = "" if per is None or whole or isinstance(per, Values) else say_value(per, setting.voice)
        fits = f"{unit} fits {units} times in full, and " if unit else ""
        yield f"{capitalized(measured)}: {fits}{units} times {each} is {total}."


def say_units(decided: Decided, row: ExactRow) -> str:
    """How many full units were paid for; where each is one of the measure, the measure itself."""
    units: Exact = decided.step(row, "units")
    units = units if is_number(units) else decided.step(row, "measure")
    return say_number(rounded(units, 0)) if is_number(units) else ""


def said_limits(setting: Setting, decided: Decided, rows: Sequence[ExactRow]) -> Iterator[str]:
    """Rounding where it changed something, and each limit that took something of these earnings."""
    before = _total(rows, _column(decided, "earned"))
    after = _total(rows, _column(decided, "rounded") or decided.part.amount)
    if before != after:
        yield f"Rounded {say_rounding(setting.program)}: {say_amount(setting, after)}."
    before = after
    steps = [each for each in decided.part.steps if each.name == "limit"]
    for limit, step in zip(setting.incentive.limits, steps, strict=True):
        after = _total(rows, step.column)
        if before != after:
            said = capitalized(say_limit(limit, setting.incentive, setting.voice))
            yield f"{said}: {say_amount(setting, after)} is left of {say_amount(setting, before)}."
        before = after


def is_limited(decided: Decided, rows: Sequence[ExactRow]) -> bool:
    """Whether a limit took something."""
    column = _column(decided, "rounded")
    return bool(column) and _total(rows, column) != _total(rows, decided.part.amount)


def total_earned(decided: Decided, rows: Sequence[ExactRow]) -> Fraction:
    """What the rows earn together."""
    return _total(rows, decided.part.amount)


def _column(decided: Decided, name: str) -> str:
    return next((each.column for each in decided.part.steps[:-1] if each.name == name), "")


def _total(rows: Sequence[ExactRow], column: str) -> Fraction:
    found = (row.get(column) for row in rows)
    return sum((Fraction(each) for each in found if is_number(each)), Fraction(0))


def is_money(decided: Decided) -> bool:
    """Whether an amount is measured: it needs no words for its unit."""
    return any(each.name == "measure" and each.type.kind is Kind.MONEY for each in decided.part.steps)


def say_size(setting: Setting, decided: Decided, row: ExactRow) -> str:
    """What was measured in one earning, named where it is not an amount: `quantity of 65`."""
    measure = decided.step(row, "measure")
    if not is_number(measure) or setting.incentive.measure is None:
        return ""
    said = say_measure(setting, decided.part, measure)
    if is_money(decided):
        return said
    return f"{say_value(setting.incentive.measure, setting.voice.of_rows(setting.table.name))} of {said}"
