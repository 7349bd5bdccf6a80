"""How an explanation says values, gaps, records and places. No value is ever shortened.

A line of the program is cut where it does not fit: its place is said before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from textwrap import wrap

from cli.render.visible import visible
from cli.render.visible import width as shown_width
from cli.words import counted
from engine.calendar import ONE_DAY
from engine.explain.model import (
    Clause,
    Conversion,
    EarningReason,
    Gap,
    LateRecord,
    Line,
    Missing,
    Outcome,
    Quantity,
    Record,
    Records,
)

OUTCOMES = {
    Outcome.MET: "met",
    Outcome.NOT_MET: "not met",
    Outcome.CANNOT_DECIDE: "cannot decide",
    Outcome.NOT_APPLICABLE: "not applicable",
}
GAP_BETWEEN = "  "
CUT = ".."
SHORTEST_TEXT = 16  # columns of a program line that still say something, behind the two before it
DEEPER = 4  # columns by which a cell that does not fit is indented on its own line


def say_bounds(since: date | None, before: date | None) -> str:
    """The days of a range with its last day, after a space; "" for a range without bounds.

    >>> say_bounds(date(2026, 1, 1), date(2026, 4, 1))
    ' from 2026-01-01 through 2026-03-31'
    """
    bounds = (("from", since), ("through", before - ONE_DAY if before is not None else None))
    return "".join(f" {word} {day.isoformat()}" for word, day in bounds if day is not None)


def say_quantity(quantity: Quantity | None) -> str:
    """A value with its unit.

    >>> say_quantity(Quantity(Decimal("280000.00"), "money", "USD"))
    '280,000.00 USD'
    >>> say_quantity(Quantity(Decimal("0.125"), "percent")), say_quantity(Quantity(None, "number"))
    ('12.5%', 'missing')
    >>> say_quantity(Quantity("silver", "choice", between=("silver", "gold")))
    'silver (undecided: silver to gold)'
    """
    if quantity is None:
        return ""
    value = quantity.value
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        floor, ceiling = map(visible, quantity.between) if quantity.between else ("", "")
        return f"{visible(value)} (undecided: {floor} to {ceiling})" if floor else visible(value)
    if quantity.unit == "percent":
        return f"{_percent(value)}%"
    if quantity.unit in ("days", "months"):
        return counted(int(value), quantity.unit.removesuffix("s"))
    return f"{value:,f} {quantity.currency}".rstrip() if isinstance(value, Decimal) else f"{value:,}"


def _percent(value: Decimal | int) -> str:
    """A share of one in hundredths, without needless zeros."""
    text = f"{Decimal(value).scaleb(2):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def say_amount(quantity: Quantity) -> str:
    """A difference: of percents, in points.

    >>> say_amount(Quantity(Decimal("0.03"), "percent"))
    '3 percentage points'
    """
    if quantity.unit == "percent" and isinstance(quantity.value, Decimal):
        points = _percent(quantity.value)
        return f"{points} percentage point{'' if points == '1' else 's'}"
    return say_quantity(quantity)


def say_gap(gap: Gap | None, threshold: Quantity | None) -> str:
    """How far it is, in the value's own unit.

    >>> engineers = Quantity(2, "integer")
    >>> say_gap(Gap(Quantity(1, "integer"), strict=False, up=True), engineers)
    '1 more'
    >>> say_gap(Gap(Quantity(0, "integer"), strict=True, up=True), engineers)
    'more than 2'
    """
    if gap is None:
        return ""
    direction = "more" if gap.up else "less"
    if not gap.strict:
        return f"{say_amount(gap.amount)} {direction}"
    if not gap.amount.value and threshold is not None:
        return f"{direction} than {say_quantity(threshold)}"
    return f"more than {say_amount(gap.amount)} {direction}"


def say_place(clause: Clause | None) -> str:
    """`file:line` of a clause."""
    return f"{visible(clause.file)}:{clause.line}" if clause else ""


def say_clause(clause: Clause | None) -> str:
    """`file:line` with the text of the line."""
    return f"{say_place(clause)}  {visible(clause.text)}".rstrip() if clause else ""


def fitting(clause: Clause | None, room: int) -> str:
    """`file:line` with as much of the text of the line as fits into so many columns.

    >>> fitting(Clause("a.yaml", 3, 1, "gold: {requires: [revenue >= 5 USD]}"), 30)
    'a.yaml:3  gold: {requires: ..'
    """
    place, whole = say_place(clause), say_clause(clause)
    if shown_width(whole) <= room:
        return whole
    cut = whole
    while cut and shown_width(f"{cut} {CUT}") > room:
        cut = cut[:-1]
    return f"{cut.rstrip()} {CUT}" if len(cut) >= len(place) + SHORTEST_TEXT else place


def say_line(clause: Clause | None) -> str:
    """The line of a clause where its file is known."""
    return f"line {clause.line}" if clause else ""


def say_text(line: Line) -> str:
    """What a line says, as its author reads it."""
    return f"{line.form} of" if line.text == line.form else visible(line.text)


def say_record(record: Record) -> str:
    """A record's key, with its source where it is known."""
    key = "/".join(map(visible, record.key))
    return f"{key} ({visible(record.file)}:{record.line})" if record.file else key


def say_records(records: Records) -> str:
    """The records shown, by table, and how many more there are."""
    tables = [
        f"{visible(table)} {', '.join(map(say_record, each))}"
        for table, each in groupby(records.shown, key=lambda record: record.table)
    ]
    rest = records.count - len(records.shown)
    return "; ".join(tables) + (f" and {rest:,} more" if rest else "")


def say_late(late: LateRecord) -> str:
    """A record that became known too late, and by when it was due.

    >>> day, known, bound = date(2026, 6, 5), date(2027, 3, 30), date(2026, 9, 29)
    >>> sale = Record("sales", ("S4",))
    >>> say_late(LateRecord(sale, None, day, known, bound))
    'sales S4 of 2026-06-05, known on 2027-03-30; records count here if known before 2026-09-29'
    >>> say_late(LateRecord(Record("sales", ("R1",)), sale, known, known, bound)).partition("; ")[2]
    'returns count here if made and known before 2026-09-29'
    """
    back = f", a return of {say_record(late.of)}" if late.of else ""
    done = "returns count here if made and known" if late.of else "records count here if known"
    head = f"{visible(late.record.table)} {say_record(late.record)} of {late.day.isoformat()}{back}"
    return f"{head}, known on {late.known.isoformat()}; {done} before {late.bound.isoformat()}"


def say_running(earning: EarningReason) -> str:
    """That the period of an earning still runs, and until when; "" where it is complete."""
    if earning.complete_on is None:
        return ""
    period = next(say_quantity(each.value) for each in earning.key if each.name == "period")
    so_far = "" if earning.amount.value is None else " so far"
    return f"{so_far}, not owed: {period} is complete on {earning.complete_on.isoformat()}"


def say_conversion(conversion: Conversion) -> str:
    """An amount in another currency, with its rate and day or the amounts of equal worth, and what it came to."""
    whose = say_records(Records(len(conversion.records), conversion.records))
    amount, value = say_quantity(conversion.amount), say_quantity(conversion.value)
    day = conversion.day.isoformat() if conversion.day is not None else ""
    if conversion.rate is not None:
        return f"{whose}: {amount} at {say_quantity(conversion.rate)}, the rate on {day}, is {value}"
    other, own = map(say_quantity, conversion.worth)
    return f"{whose}: {amount} is {value}, as {other} is worth {own} from {day} on"


def say_missing(missing: Missing) -> str:
    """What is absent, without its records."""
    return f"{visible(missing.field)} {missing.reason}" if missing.field else visible(missing.reason)


def aligned(rows: Iterable[Sequence[str]], width: int, indent: int = 2, right: Iterable[int] = ()) -> list[str]:
    """Rows of cells in columns, `right` ones to the right; a last cell that does not fit gets its own line.

    >>> aligned([("met", "revenue", "5"), ("not met", "growth", "12")], 40, right=[2])
    ['  met      revenue   5', '  not met  growth   12']
    """
    return [line for block in blocks(rows, width, indent, right) for line in block]


def blocks(
    rows: Iterable[Sequence[str]], width: int, indent: int = 2, right: Iterable[int] = ()
) -> list[tuple[str, ...]]:
    """As `aligned`, with the line or two lines of each row together."""
    table = [tuple(row) for row in rows]
    widths = [max(map(shown_width, column)) for column in zip(*table, strict=True)]
    to_the_right = set(right)
    found: list[tuple[str, ...]] = []
    for row in table:
        sized = enumerate(zip(row, widths, strict=True))
        cells = [_padded(cell, size, place in to_the_right) for place, (cell, size) in sized]
        whole = " " * indent + GAP_BETWEEN.join(cells).rstrip()
        if shown_width(whole) <= width:
            found.append((whole,))
        else:
            first = " " * indent + GAP_BETWEEN.join(cells[:-1]).rstrip()
            found.append((first, " " * (indent + DEEPER) + row[-1]))
    return found


def wrapped(text: str, width: int, indent: int) -> list[str]:
    """A long list in lines of at most `width` columns; a word is never broken."""
    space = " " * indent
    return wrap(
        text, width, initial_indent=space, subsequent_indent=space, break_long_words=False, break_on_hyphens=False
    )


def _padded(cell: str, size: int, right: bool) -> str:
    space = " " * (size - shown_width(cell))
    return space + cell if right else cell + space
