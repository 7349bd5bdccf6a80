"""Columns in which a point may stand between thousands: `25.000` is 25 in one country and 25,000 in another.

The feed says which, or the column itself: by a number such as `12.50`, in which the point can only be decimal.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic, Related
from engine.language.records import RecordTable
from engine.language.source import Scalar
from engine.records.check import style_source
from engine.records.codes import rows as codes
from engine.records.convert import shown
from engine.records.feed import Feed, FieldMapping, Source, TableMapping
from engine.records.findings import row_span
from engine.records.projection import cell
from engine.records.readers.layout import LINE, NUMBERS, Staged

BEGINNING = 2_048  # rows that are looked at before all of them
OPEN = r"-?[1-9][0-9]{0,2}\.[0-9]{3}-?"
DECIMAL = r"-?([0-9]*\.([0-9]{1,2}|[0-9]{4,})|(0[0-9]*|[0-9]{4,})\.[0-9]+)-?"  # the point parts no thousands


def check_marks(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    table: RecordTable,
    mapping: TableMapping,
    staged: dict[str, Staged],
) -> Iterator[Diagnostic]:
    """The number fields of a table whose column does not say what its point means, where the feed does not, either."""
    for each in mapping.fields:
        field = table.field(each.field.text)
        source = style_source(feed, mapping, each)
        if each.calculation and mapping.source:
            source = feed.source(mapping.source.text)
        if field is None or not field.is_stored or not field.type.is_numeric or source is None or _is_stated(source):
            continue
        for columns in _columns(each):
            found = _first_open(connection, source, staged[source.name], columns)
            if found is None:
                continue
            yield _finding(f"{table.name}.{field.name}", each, source, staged[source.name].file, *found)


def _is_stated(source: Source) -> bool:
    """Whether the feed says how the source writes numbers."""
    return any(key.text in ("decimal", "thousands") for key in source.keys)


def _columns(mapping: FieldMapping) -> tuple[tuple[Scalar, ...], ...]:
    """The columns whose texts are numbers, together where one settles the other; none where a number is joined."""
    if mapping.calculation:
        return tuple((each,) for each in mapping.columns)
    if mapping.look_up:
        return ((mapping.look_up.take,),)
    if mapping.minus:
        return ((*mapping.columns, mapping.minus),)
    return (mapping.columns,) if len(mapping.columns) == 1 else ()


def _first_open(
    connection: duckdb.DuckDBPyConnection, source: Source, staged: Staged, columns: tuple[Scalar, ...]
) -> tuple[int, str, bool] | None:
    """Line and text of the first number with an open point, and whether other numbers have points between thousands.

    None where there is none, or another number has a decimal point.
    """
    texts = [
        f"SELECT {LINE} AS line, {cell(source, column.text)} AS text FROM {quoted(staged.relation)}"
        f" WHERE NOT coalesce(list_contains({NUMBERS}, {text_literal(column.text)}), false)"
        for column in columns
        if column.text not in staged.typed | staged.whole
    ]
    if not texts:
        return None
    form, plain = text_literal(OPEN), text_literal(DECIMAL)
    every = " UNION ALL ".join(texts)
    begun = f"SELECT 1 FROM (SELECT * FROM ({every}) LIMIT {BEGINNING}) WHERE regexp_full_match(text, {plain}) LIMIT 1"
    if connection.execute(begun).fetchone():  # nearly always; one such number settles the column
        return None
    query = (
        f"SELECT min({{line: line, text: text}}) FILTER (regexp_full_match(text, {form})),"
        f" count(*) FILTER (regexp_full_match(text, {plain})),"
        " count(*) FILTER (text LIKE '%.%,%' OR text LIKE '%.%.%')"
        f" FROM ({every}) WHERE text LIKE '%.%'"
    )
    ((first, told, grouped),) = connection.execute(query).fetchall()
    if first is None or told:
        return None
    return int(first["line"]), str(first["text"]), bool(grouped)


def _finding(
    name: str, mapping: FieldMapping, source: Source, file: str, line: int, text: str, grouped: bool
) -> Diagnostic:
    few = text.strip("-").rstrip("0").rstrip(".")
    many = f"{int(text.strip('-').replace('.', '')):,}"
    message = f"`{name}`: {mapping.origin}: {shown(text)} may be {few} or {many}"
    decimal, thousands = 'write `decimal: "."`', 'write `decimal: ","` and `thousands: "."`'
    help = f"under the source `{source.name}`, {decimal} if it means {few}, or {thousands} if it means {many}"
    if grouped:
        message += ", and other numbers have points between thousands"
        help = f"{thousands} under the source `{source.name}`"
    related = [Related(source.place("file"), "the source")]
    return codes.MARK_OPEN.at(row_span(file, line), message, related=related, help=help)
