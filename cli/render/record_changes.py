"""What changed between two sets of records, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from cli.render.visible import visible
from cli.words import counted

if TYPE_CHECKING:
    from engine.records.changes import FieldChange, RowChange, TableChange, ValueChange

SIGNS = {"added": "+", "removed": "-", "changed": "~"}
Shown = Callable[[str], str]
"""Makes a name or value of a record harmless where it is shown: `visible`, or `md_text` in Markdown."""


def say_records_changed(changes: Sequence[TableChange]) -> str:
    """All tables in a sentence.

    >>> from engine.records.changes import TableChange
    >>> say_records_changed([TableChange("sales", 2, 0, 1, ()), TableChange("deals", 1, 0, 0, ())])
    'the records changed: 3 rows added, 1 changed'
    >>> from engine.records.changes import FieldChange
    >>> say_records_changed([TableChange("sales", 0, 0, 0, (), (FieldChange("amount", "money in USD", "integer"),))])
    'the records changed: 1 field'
    """
    counts = [(sum(getattr(each, kind) for each in changes), kind) for kind in SIGNS]
    rows = [f"{count:,} {kind}" for count, kind in counts if count]
    if rows:
        number, _, kind = rows[0].partition(" ")
        rows[0] = f"{number} {'row' if number == '1' else 'rows'} {kind}"
    keys, fields = (sum(each.keys is not None for each in changes), sum(len(each.fields) for each in changes))
    said = [counted(count, what) for count, what in ((keys, "key"), (fields, "field")) if count]
    said += [", ".join(rows)] if rows else []
    return f"the records changed: {'; '.join(said)}" if said else "the snapshot is another one, with the same rows"


def say_row(table: str, row: RowChange, show: Shown = visible) -> str:
    """A row with its values before and after.

    >>> from engine.records.changes import RowChange, ValueChange
    >>> say_row("sales", RowChange("changed", ("S1",), (ValueChange("amount", "10.00", "12.00"),)))
    'sales S1: amount is 12.00, was 10.00'
    >>> say_row("sales", RowChange("added", ("S2",), (ValueChange("amount", None, "5.00"),)))
    'sales S2 is new: amount 5.00'
    >>> say_row("sales", RowChange("removed", ("S3",), (ValueChange("amount", "7.00", None),)))
    'sales S3 is gone: amount 7.00'
    """
    name = f"{show(table)} {'/'.join(_shown(each, show) for each in row.key)}"
    if row.kind == "changed":
        return f"{name}: {'; '.join(_changed(each, show) for each in row.values)}"
    word = "is new" if row.kind == "added" else "is gone"
    values = (f"{show(each.field)} {show(each.after or each.before or '')}" for each in row.values)
    return f"{name} {word}: {', '.join(values)}"


def _changed(value: ValueChange, show: Shown) -> str:
    return f"{show(value.field)} is {_shown(value.after, show)}, was {_shown(value.before, show)}"


def _shown(value: str | None, show: Shown) -> str:
    return "missing" if value is None else show(value)


def say_field(table: str, change: FieldChange, show: Shown = visible) -> str:
    """A field with what it holds before and after, behind the sign of the change.

    >>> from engine.records.changes import FieldChange
    >>> say_field("sales", FieldChange("amount", "money in USD", "money in EUR"))
    '~ sales.amount is money in EUR, was money in USD'
    >>> say_field("sales", FieldChange("region", None, "text")), say_field("sales", FieldChange("region", "text", None))
    ('+ sales.region is new: text', '- sales.region is gone: text')
    """
    name = f"{show(table)}.{show(change.field)}"
    if change.before is not None and change.after is not None:
        return f"~ {name} is {show(change.after)}, was {show(change.before)}"
    if change.after is not None:
        return f"+ {name} is new: {show(change.after)}"
    return f"- {name} is gone: {_shown(change.before, show)}"


def record_lines(changes: Sequence[TableChange], show: Shown = visible) -> Iterator[str]:
    """The sentence; of each table its key and fields if they changed, the first rows, the number of the others."""
    yield say_records_changed(changes)
    for table in changes:
        if table.keys is not None:
            before, after = (", ".join(map(show, each)) for each in table.keys)
            yield f"  ~ the key of {show(table.table)} is {after}, was {before}: its rows cannot be compared"
        yield from (f"  {say_field(table.table, each, show)}" for each in table.fields)
        yield from (f"  {SIGNS[row.kind]} {say_row(table.table, row, show)}" for row in table.shown)
        if (rest := table.rows - len(table.shown)) > 0:
            yield f"  and {counted(rest, 'more row')} of {show(table.table)}; `--top N` shows more"


def records_document(changes: Sequence[TableChange]) -> list[dict[str, object]]:
    """The tables that differ, for JSON; `rows` are the first by key, as many as `--top` says."""
    return [
        {
            "table": table.table,
            "added": table.added,
            "removed": table.removed,
            "changed": table.changed,
            "key": None if table.keys is None else {"before": list(table.keys[0]), "after": list(table.keys[1])},
            "fields": [{"field": each.field, "before": each.before, "after": each.after} for each in table.fields],
            "rows": [
                {
                    "kind": row.kind,
                    "key": list(row.key),
                    "values": [
                        {"field": each.field, "before": each.before, "after": each.after} for each in row.values
                    ],
                }
                for row in table.shown
            ],
        }
        for table in changes
    ]
