"""Values inside the sentences about a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.authoring.diff.change import Value
from engine.authoring.wording.values import joined, say_count, say_duration, say_money, say_number, say_percent
from engine.authoring.wording.windows import say_window
from engine.language.program import Choice, Group, Requirement, Table
from engine.language.rendering import render_expression
from engine.language.syntax import Day, Duration, Money, Number, Text, Truth
from engine.language.window import Window


@dataclass(frozen=True, slots=True)
class Speaker:
    """The subject of a requirement, with its verb: `gold` `needs`."""

    who: str
    verb: str

    def changed(self, after: str, before: str) -> str:
        """A requirement was changed."""
        return f"{self.who} now {self.verb} {after}, was {before}"

    def added(self, what: str) -> str:
        """A requirement was added."""
        return f"{self.who} now also {self.verb} {what}"

    def removed(self, what: str) -> str:
        """A requirement was removed."""
        return f"{self.who} no longer {self.verb} {what}"


def say(value: Value) -> str:
    """A value as people write it; anything else is in backticks as code."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Number(amount, _, percent):
            return say_percent(amount) if percent else say_number(amount)
        case Money(amount, currency):
            return say_money(amount, currency)
        case Duration(count, unit):
            return say_duration(count, unit)
        case Day(day):
            return day.isoformat()
        case Text(text):
            return f"'{text}'"
        case Truth(truth):
            return "yes" if truth else "no"
        case Window():
            return f"`{value}`"
        case Decimal() | int():
            return say_number(value)
        case date():
            return value.isoformat()
        case tuple():
            return joined([f"`{each}`" for each in value]) if value else "nothing"
        case str():
            return f"`{value}`" if value else "nothing"
        case Table():
            return _say_table(value)
        case _:
            return f"`{render_expression(value)}`"


MOST_SAID = 3  # values of a table in one sentence


def _say_table(table: Table) -> str:
    """A value with dimensions, by its first entries: `5%, 10% and 15% by `tier``."""
    if table.single is not None:
        return say(table.single)
    entries = [*(each.value for each in table.choices), *(each.value for each in table.thresholds)]
    plain = [say(each) if each.single is not None else f"({say(each)})" for each in entries[:MOST_SAID]]
    return f"{joined(plain)} by {say(table.by)}" if plain else "nothing"


def written(value: Value) -> str:
    """A value in the language's own writing, for documents: `250_000 USD`, `2026-08-01`."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case int() | str() | Window():
            return str(value)
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(value)
        case Table():
            return _written_table(value)
        case _:
            return render_expression(value)


def _written_table(table: Table) -> str:
    """A value on one line: `{by: [tier], values: {silver: 5%, gold: 10%}}`."""
    if table.single is not None:
        return render_expression(table.single)
    if table.thresholds:
        rows = (f"{{from: {written(each.start)}, value: {written(each.value)}}}" for each in table.thresholds)
        return f"{{by: {', '.join(table.by)}, bands: [{', '.join(rows)}]}}"
    return f"{{by: [{', '.join(table.by)}], values: {_written_choices(table.choices, 0)}}}"


def _written_choices(choices: Sequence[Choice], depth: int) -> str:
    """Choices nested by their keys, the first outermost."""
    words = dict.fromkeys(each.keys[depth] for each in choices)
    entries = []
    for word in words:
        under = [each for each in choices if each.keys[depth] == word]
        last = depth + 1 >= len(under[0].keys)
        entries.append(f"{word}: {written(under[0].value) if last else _written_choices(under, depth + 1)}")
    return f"{{{', '.join(entries)}}}"


def line_text(line: Requirement) -> str:
    """A line of conditions on one line: an expression, or a group with its own lines."""
    if isinstance(line, Group):
        inner = "; ".join(line_text(each) for each in line.lines)
        form = f"at_least {line.count}" if line.form == "at_least" else line.form
        return f"{form} of [{inner}]"
    return render_expression(line.expression)


def lines_text(lines: Sequence[Requirement]) -> str:
    """Lines of conditions as code."""
    return joined([f"`{line_text(each)}`" for each in lines]) if lines else "nothing"


def months(count: int | None) -> str:
    """A length in months."""
    return "no end" if count is None else say_duration(count, "months")


def days(count: int) -> str:
    """A length in days; zero is said in words."""
    return say_duration(count, "days") if count else "no days"


def window_text(window: Window | None, shifted: int) -> str:
    """Which days count."""
    return say_window(window, shifted) or "over all records"


__all__ = [
    "Speaker",
    "days",
    "joined",
    "line_text",
    "lines_text",
    "months",
    "say",
    "say_count",
    "window_text",
    "written",
]
