"""What records add up to, one a line: its day, what it added, the fields that counted, its file and line."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from cli.render.explain_words import DEEPER, blocks, say_quantity, say_record, wrapped
from cli.render.visible import visible
from cli.words import counted
from engine.explain.model import Entry, Quantity, Reading, Record, Role, Sum


def sum_lines(found: Sum, width: int, indent: int, window: str = "") -> list[str]:
    """The sum with its records in the order of their days; below each the rows that were read through it. Of an
    average, the number is of the same records, which are not said again.
    """
    if found.role is Role.NUMBER and found.entries:
        return [f"{' ' * indent}number: {say_quantity(found.total)}"]
    if not found.entries:
        return [f"{' ' * indent}no record{window} counts"]
    head = "sum: " if found.role is Role.SUM else ""
    head += f"{counted(len(found.entries), 'record')}{window}"
    missing = sum(each.added is not None and each.added.value is None for each in found.entries)
    if missing:
        head += f", {missing:,} of which cannot be decided: no total"
    elif found.total is None:
        head += f" {'counts' if len(found.entries) == 1 else 'count'}"
    elif any(each.added is None for each in found.entries):
        head += f"; the value of one of them counts: {say_quantity(found.total)}"
    else:
        head += f" {'adds' if len(found.entries) == 1 else 'add'} up to {say_quantity(found.total)}"
    lines = [f"{' ' * indent}{head}"]
    for entry, own in zip(found.entries, blocks(map(_entry, found.entries), width, indent + 2, right=[2]), strict=True):
        lines += [*own, *_through(entry, width, indent + 2 + DEEPER)]
    return lines


def division_lines(sums: Iterable[Sum], value: Quantity, indent: int) -> list[str]:
    """How an average came out; nothing for other figures, and where it cannot be decided."""
    known = [each.total for each in sums if each.role is not Role.ALL and each.total and each.total.value is not None]
    if len(known) < 2 or value.value is None:
        return []
    total, number = known
    is_exact = Fraction(str(total.value)) == Fraction(str(value.value)) * Fraction(str(number.value))
    rounded = "" if is_exact else ", rounded"
    return [f"{' ' * indent}{say_quantity(total)} / {say_quantity(number)} = {say_quantity(value)}{rounded}"]


def _entry(entry: Entry) -> tuple[str, ...]:
    """The cells of a record."""
    record = entry.record
    name = f"{visible(record.table)} {'/'.join(map(visible, record.key))}"
    day = entry.day.isoformat() if entry.day is not None else ""
    return day, name, say_quantity(entry.added), say_fields(entry.fields), place_of(record)


def place_of(record: Record) -> str:
    """The source file and line of a record, where they are known."""
    return f"{visible(record.file)}:{record.line}" if record.file else ""


def say_fields(fields: Iterable[Reading]) -> str:
    """The fields that counted, with their values as imported."""
    return ", ".join(f"{visible(each.name)} {say_quantity(each.value)}" for each in fields)


def _through(entry: Entry, width: int, indent: int) -> list[str]:
    """The rows that were read through a record."""
    said = (
        f"through {visible(each.record.table)} {say_record(each.record)}"
        + (f": {say_fields(each.fields)}" if each.fields else "")
        for each in entry.through
    )
    return [line for each in said for line in wrapped(each, width, indent)]
