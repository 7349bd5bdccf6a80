"""What is said about a row that cannot be a record: as a diagnostic, and as a line of the quarantine file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from engine.currency import scale_of
from engine.language.diagnostic import Code, Diagnostic, Related, Severity
from engine.language.names import close_names, suggest
from engine.language.records import Field
from engine.language.source import Span
from engine.records.check import style_of
from engine.records.codes import rows as codes
from engine.records.convert import Problem, explain, shown
from engine.records.feed import Feed, FieldMapping
from engine.records.projection import Fault, Projection

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what follows
QUARANTINE_COLUMNS = ("table", "file", "line", "code", "name", "field", "reason", "value")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one row. `other` is the line of a second row that belongs to it, 0 if there is none.

    `related` are places in the feed where it can be cured.
    """

    table: str
    file: str
    line: int
    field: str
    problem: Problem
    value: str = ""
    other: int = 0
    other_label: str = ""
    related: tuple[Related, ...] = ()

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding at its place in the source file."""
        other = [Related(row_span(self.file, self.other), self.other_label)] if self.other else []
        span = row_span(self.file, self.line)
        message = f"`{self.table}.{self.field}`: {self.problem.message}"
        return self.problem.code.at(span, message, related=(*other, *self.related), help=self.problem.help)

    @property
    def cells(self) -> tuple[str, ...]:
        """The finding as a line of the quarantine file."""
        code: Code = self.problem.code
        place = (self.table, self.file, str(self.line), code.code, code.name, self.field)
        return tuple(formula_safe(each) for each in (*place, self.problem.message, self.value))


def row_span(file: str, line: int) -> Span:
    """A row of a source file."""
    return Span(file, line, 1, line, 1)


def formula_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> formula_safe("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def row_findings(feed: Feed, projection: Projection, file: str, rows: Iterable[Sequence[object]]) -> Iterator[Finding]:
    """Every fault of the rows that `Projection.faulty` gives."""
    stored = {field.name: field for field in projection.table.stored}
    for row in rows:
        line = row[0]
        for n, mapping in enumerate(projection.fields):
            fault, text, original = row[1 + 3 * n : 4 + 3 * n]
            if isinstance(fault, int) and isinstance(line, int):
                field = stored[mapping.field.text]
                texts = (text_of_cell(text), text_of_cell(original))
                problem = problem_of(Fault(fault), feed, projection, mapping, field, texts)
                yield Finding(projection.table.name, file, line, field.name, problem, texts[1])


def text_of_cell(value: object) -> str:
    """The text of a cell; nothing for a missing one."""
    return value if isinstance(value, str) else ""


def problem_of(
    fault: Fault, feed: Feed, projection: Projection, mapping: FieldMapping, field: Field, texts: tuple[str, str]
) -> Problem:
    """What a fault means for this field; `texts` are the value after map and look-up, and the one in the source.

    For a wrong currency the first of them is that currency.
    """
    text, original = texts
    origin = mapping.origin
    match fault:
        case Fault.MISSING:
            return _missing_problem(mapping, original)
        case Fault.NO_KEY:
            message = f"a row has no value for its key `{field.name}`; is it a line of totals?"
            return Problem(codes.MISSING_VALUE, message, "delete the row if it is not a record, or complete it")
        case Fault.LOOK_UP_NONE | Fault.LOOK_UP_SEVERAL:
            return _look_up_problem(fault, mapping, original)
        case Fault.NOT_MAPPED:
            help = suggest(original, [key.text for key, _ in mapping.map]) + "; or write `unmapped: keep` or `missing`"
            return Problem(codes.NOT_MAPPED, f"{origin} has {shown(original)}, which `map` does not list", help)
        case Fault.NUMBER_CELL:
            message = f"{origin} has {shown(original)} in a cell that is not text, so leading zeros may be lost"
            return Problem(codes.ID_NUMERIC_CELL, message, "format the column as text and enter the ids again")
        case Fault.CURRENCY:
            column = mapping.currency.text if mapping.currency else ""
            return _currency_problem(column, text, field.type.currency)
        case Fault.NEGATIVE:
            help = "set `entry` to `return` or `adjustment`"
            return Problem(codes.NEGATIVE_SALE, f"a sale of {shown(original)} is negative", help)
        case Fault.SCALE:
            amount, _, currency = text.rpartition(" ")
            kept = f"{scale_of(currency)} decimals" if scale_of(currency) else "no decimals"
            message = f"{origin}: {shown(amount)} has more decimals than {currency} keeps ({kept})"
            return Problem(codes.SCALE, message, "round at the source, or correct the currency of the row")
        case Fault.RATE:
            message = f"{origin}: {shown(original)} is not a rate: rates are above zero"
            return Problem(codes.RATE, message, "give what one unit of `from_currency` is worth in `to_currency`")
        case Fault.PERIOD:
            message = f"the period ends on {shown(original)}, not after its first day"
            return Problem(codes.PERIOD_EMPTY, message, "the end is the first day after the period")
        case Fault.FORM | Fault.RANGE:
            style = style_of(feed, projection.mapping, mapping)
            found = explain(text, field.type, style) or Problem(codes.NUMBER_FORM, f"{shown(text)} is not {field.type}")
            help = _to_map(text, mapping, field) if found.code is codes.UNKNOWN_VALUE else found.help
            return Problem(found.code, f"{origin}: {found.message}", help)


def _to_map(text: str, mapping: FieldMapping, field: Field) -> str:
    """How the feed says which value of a choice a text means; other texts of the column stay what they are."""
    near = close_names(text, list(field.type.values))
    if len(near) == 1 and text.isprintable() and not {'"', "\\"} & {*text}:
        pair = f'"{text}": "{near[0]}"'
        write = f"add `{pair}` to `map`" if mapping.map else f"write `map: {{{pair}}}, unmapped: keep`"
        return f"if it means `{near[0]}`, {write} in the feed"
    write = "add it to" if mapping.map else "write a"
    return f"{suggest(text, field.type.values)}; to translate the text, {write} `map` in the feed"


def _currency_problem(column: str, text: str, currency: str) -> Problem:
    """An amount whose currency is another one, or is not there."""
    if not text:
        return Problem(codes.CURRENCY, f"column `{column}` is empty, so the amount has no currency", "complete it")
    help = "conversion at import is not supported yet"
    if text.strip().upper() == currency:
        help = f"write it as `{currency}`"
    return Problem(codes.CURRENCY, f"column `{column}` has {shown(text)}, but the program uses {currency}", help)


def _missing_problem(mapping: FieldMapping, original: str) -> Problem:
    """No value, in this row or in the one that was looked up."""
    look_up, help = mapping.look_up, "complete it at the source"
    if original and mapping.map:
        message = f"{mapping.origin} has {shown(original)}, which `map` does not list, and the field needs a value"
        return Problem(codes.MISSING_VALUE, message, "add it to `map`")
    if original and look_up:
        where = f"column `{look_up.take.text}` of `{look_up.source.text}`"
        return Problem(codes.MISSING_VALUE, f"{where} is empty in the row of {shown(original)}", help)
    empty = mapping.origin if len(mapping.columns) < 2 else f"one of the {mapping.origin}"
    return Problem(codes.MISSING_VALUE, f"{empty} is empty in this row", help)


def _look_up_problem(fault: Fault, mapping: FieldMapping, text: str) -> Problem:
    """No row, or more than one, in the other source."""
    look_up = mapping.look_up
    where = f"in column `{look_up.match.text}` of `{look_up.source.text}`" if look_up else ""
    if fault is Fault.LOOK_UP_NONE:
        return Problem(codes.LOOK_UP_NONE, f"no row has {shown(text)} {where}", "complete that source")
    return Problem(codes.LOOK_UP_SEVERAL, f"several rows have {shown(text)} {where}", "keep one row for each value")


def as_warnings(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The same findings about rows that were set aside: they no longer stop the import."""
    from dataclasses import replace

    for each in diagnostics:
        yield replace(each, severity=Severity.WARNING)


class Quarantine:
    """The file of rows set aside: one line a fault. Made when the first row is set aside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, int] = {}
        self._file: TextIO | None = None

    def add(self, finding: Finding) -> None:
        """Write a fault down."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(QUARANTINE_COLUMNS)
        csv.writer(self._file).writerow(finding.cells)

    def count(self, table: str, rows: int) -> None:
        """Rows of a table that were set aside."""
        self.rows[table] = self.rows.get(table, 0) + rows

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
