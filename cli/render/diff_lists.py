"""The lists of `rung diff` for spreadsheets: complete, in order, written as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.render.diff_view import View, earned_cells, tier_word
from cli.words import YES_NO
from cli.workbook import Page
from engine.spreadsheet import csv_line

if TYPE_CHECKING:
    from engine.impact.model import Move, Reason
    from engine.language.source import Span
    from engine.records.changes import TableChange

Cells = tuple[str, ...]

MOVES = ("partner_id", "name", "before", "after", "direction", "because", "lines", "currency", "earned before",
         "earned after", "change")  # fmt: skip
MONEY = ("incentive", "currency", "before", "after", "change", "earnings before", "earnings after",
         "undecided before", "undecided after")  # fmt: skip
EARNINGS = ("partner_id", "seller_id", "name", "incentive", "period", "source_id", "currency", "before", "after",
            "change", "tier before", "tier after", "because")  # fmt: skip
RECORDS = ("table", "change", "key", "field", "before", "after")
CHANGES = ("kind", "path", "before", "after", "sentence", "decides", "old file", "old line", "new file", "new line")


def list_moves(view: View) -> Iterator[Cells]:
    """One row for each partner whose tier is another, and for each currency it earns in."""
    assert view.impact is not None
    words = [" and ".join(view.step_words(step)) for step in view.impact.steps]
    for move in view.moves():
        because = "; ".join(words[step - 1] for step in move.steps)
        if len(move.steps) == 1 and not move.alone:
            because += " (together with earlier changes)"
        lines = "; ".join(map(reason_text, move.reasons))
        known = (move.partner, move.name, tier_word(move.before), tier_word(move.after), move.direction, because, lines)
        for currency, before, after in move.money or (("", None, None),):
            amounts = (
                ("", "", "") if before is None or after is None else (str(before), str(after), str(after - before))
            )
            yield (*known, currency, *amounts)


def reason_text(reason: Reason) -> str:
    """A line that is not met, with the value and the distance.

    >>> from engine.impact.model import Reason
    >>> reason_text(Reason("tier.gold.1", "revenue >= needed", "90 USD", "10 USD", True))
    'revenue >= needed (90 USD, 10 USD short)'
    """
    if not reason.decided:
        return f"{reason.text} (cannot be decided)"
    if not reason.distance:
        return reason.text
    return f"{reason.text} ({reason.value}, {reason.distance} short)"


def by_change(move: Move) -> str:
    """The numbers of the changes that moved a partner; a star where one does it only with some before it."""
    star = "*" if len(move.steps) == 1 and not move.alone else ""
    return ", ".join(map(str, move.steps)) + star


def list_money(view: View) -> Iterator[Cells]:
    """One row for each incentive and currency."""
    assert view.impact is not None
    for each in view.impact.money:
        before, after = ("" if amount is None else str(amount) for amount in (each.before, each.after))
        counts = (each.earnings_before, each.earnings_after, each.undecided_before, each.undecided_after)
        yield (each.incentive, each.currency, before, after, str(each.change), *map(str, counts))


def list_earnings(view: View) -> Iterator[Cells]:
    """One row for each earning that differs, the largest change first, with its cause; without a change if a side is
    undecided.
    """
    for each in view.earnings():
        key = (each.partner, each.seller, each.name, each.incentive, each.period, each.source_id, each.currency)
        change = "" if each.change is None else str(each.change)
        tiers = (tier_word(each.tier_before), tier_word(each.tier_after))
        yield (*key, *earned_cells(each, str), change, *tiers, view.because(each))


def list_changes(view: View) -> Iterator[Cells]:
    """One row for each change of meaning."""
    from engine.authoring.diff.phrases import written

    for each in view.changes:
        decides = YES_NO[each.decides]
        known = (each.kind.value, each.path, written(each.before), written(each.after), each.sentence, decides)
        yield (*known, *_place(each.was), *_place(each.now))


def list_records(view: View) -> Iterator[Cells]:
    """One row for each value of the records that differs."""
    yield from record_rows(view.records)


def record_rows(changes: Iterable[TableChange]) -> Iterator[Cells]:
    """One row for each value that differs, by table and key; fields and keys of a table that differ come first.

    >>> from engine.records.changes import RowChange, TableChange, ValueChange
    >>> row = RowChange("changed", ("S1",), (ValueChange("amount", "10.00", None),))
    >>> list(record_rows([TableChange("sales", 0, 0, 1, (row,))]))
    [('sales', 'changed', 'S1', 'amount', '10.00', '')]
    """
    for table in changes:
        if table.keys is not None:
            before, after = (", ".join(each) for each in table.keys)
            yield (table.table, "another key", "", "", before, after)
        for field in table.fields:
            yield (table.table, "another field", "", field.field, field.before or "", field.after or "")
        for row in table.shown:
            key = "/".join(each or "" for each in row.key)
            for value in row.values:
                yield (table.table, row.kind, key, value.field, value.before or "", value.after or "")


def _place(span: Span | None) -> tuple[str, str]:
    return ("", "") if span is None else (span.file, str(span.line))


@dataclass(frozen=True, slots=True)
class List:
    """A list: its columns, its rows, and which of its columns are numbers."""

    columns: Cells
    rows: Callable[[View], Iterator[Cells]]
    numbers: frozenset[str]

    def csv(self, view: View) -> Iterator[str]:
        """The list as comma-separated values, line by line."""
        yield csv_line(self.columns)
        yield from map(csv_line, self.rows(view))

    def page(self, name: str, view: View) -> Page:
        """The list as a sheet of a workbook."""
        return Page(name, self.columns, self.rows(view), self.numbers)


AMOUNTS = frozenset({"before", "after", "change"})
LISTS: Mapping[str, List] = {
    "moves": List(MOVES, list_moves, frozenset({"earned before", "earned after", "change"})),
    "money": List(MONEY, list_money, frozenset(MONEY[2:])),
    "earnings": List(EARNINGS, list_earnings, AMOUNTS),
    "records": List(RECORDS, list_records, frozenset()),
    "changes": List(CHANGES, list_changes, frozenset({"old line", "new line"})),
}
