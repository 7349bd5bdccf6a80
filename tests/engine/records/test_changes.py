"""What changed between two snapshots: what fields hold, and rows that have a counterpart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cli.render.record_changes import record_lines, records_document, say_records_changed
from engine.language.records import Field, RecordSchema, RecordTable, standard_tables
from engine.records.changes import TableChange, compare_snapshots
from engine.types import ID, INTEGER, TEXT, Type, choice, number
from tests.engine.records.desk import FEED, SCHEMA, imported, told

NOTES = RecordTable(
    "notes",
    ("note",),
    (Field("note", ID), Field("part", ID, optional=True), Field("kind", choice("a", "b"), optional=True)),
)
NOTES_FEED = FEED.replace("tables:", "  notes: {file: notes.csv}\ntables:")
NOTES_FEED += "  notes: {from: notes, fields: {note: note, part: part, kind: kind}}\n"


def changes(folder: Path, old: tuple[str, RecordSchema, str], new: tuple[str, RecordSchema, str]) -> list[TableChange]:
    """The difference of two imports: of each a feed, its record tables, and `notes.csv`."""
    sides = []
    for feed, schema, notes in (old, new):
        result = imported(folder, feed, schema=schema, notes=notes)
        assert result.snapshot is not None, told(result.diagnostics)
        sides.append(result.snapshot)
    spill = folder / "spill"
    spill.mkdir()
    return list(compare_snapshots(sides[0], sides[1], 10, spill))


def notes(*fields: Field, key: tuple[str, ...] = ("note",)) -> RecordSchema:
    """The record tables with other notes."""
    return RecordSchema((*SCHEMA.tables, replace(NOTES, key=key, fields=fields or NOTES.fields)))


def test_the_same_numbers_in_another_currency_are_a_change(tmp_path: Path) -> None:
    """10.50 dollars are not 10.50 euros, though no row has another number."""
    found = changes(tmp_path, (FEED, SCHEMA, ""), (FEED, RecordSchema(standard_tables("EUR", 2)), ""))
    assert list(record_lines(found)) == [
        "the records changed: 1 field",
        "  ~ sales.amount is money in EUR, was money in USD",
    ]
    (table,) = records_document(found)
    assert table["fields"] == [{"field": "amount", "before": "money in USD", "after": "money in EUR"}]
    assert (table["changed"], table["key"]) == (0, None)


def test_what_a_field_may_hold_is_a_change(tmp_path: Path) -> None:
    """Other values, other decimals, another type, more digits; a field that came or went."""

    def fields(kind: Type, last: Type, *more: Field) -> RecordSchema:
        return notes(Field("note", ID), Field("kind", kind), Field("part", last, optional=True), *more)

    text = "note,part,kind,more\nn,1,a,x\n"
    gone = NOTES_FEED.replace("kind: kind", "kind: kind, gone: more")
    came = NOTES_FEED.replace("kind: kind", "kind: kind, came: more")
    found = changes(
        tmp_path,
        (gone, fields(choice("a", "b"), number(2), Field("gone", TEXT)), text),
        (came, fields(choice("a", "b", "c", ordered=True), number(3), Field("came", TEXT)), text),
    )
    assert list(record_lines(found))[:5] == [
        "the records changed: 4 fields; 1 row changed",
        "  ~ notes.kind is one of a, b, c, in this order, was one of a, b",
        "  ~ notes.part is number with 3 decimals, was number with 2 decimals",
        "  - notes.gone is gone: text",
        "  + notes.came is new: text",
    ]


def test_more_digits_are_a_change(tmp_path: Path) -> None:
    """Where only the size differs, it is said."""
    text = "note,part\nn,1\n"
    feed = NOTES_FEED.replace(", kind: kind", "")
    old, new = (notes(Field("note", ID), Field("part", number(2, digits=each))) for each in (10, 12))
    (_, line) = record_lines(changes(tmp_path, (feed, old, text), (feed, new, text)))
    assert line == "  ~ notes.part is number with 2 decimals and 12 digits, was number with 2 decimals and 10 digits"


def test_rows_with_another_key_are_not_compared(tmp_path: Path) -> None:
    """Part of the key before, the whole key after: no row has one counterpart, in either direction."""
    text = "note,part,kind\nn,1,a\n"
    fields = (Field("note", ID), Field("part", ID), Field("kind", TEXT))
    short, long = (NOTES_FEED, notes(*fields), text), (NOTES_FEED, notes(*fields, key=("note", "part")), text)
    found = changes(tmp_path, short, long)
    assert list(record_lines(found)) == [
        "the records changed: 1 key",
        "  ~ the key of notes is note, part, was note: its rows cannot be compared",
    ]
    (table,) = records_document(found)
    assert table["key"] == {"before": ["note"], "after": ["note", "part"]}


def test_a_row_without_a_part_of_its_key_meets_itself(tmp_path: Path) -> None:
    """A missing part is missing, not a text, and is the same on both sides."""
    schema = notes(key=("note", "part"))
    old, new = "note,part,kind\nn,,a\nm,,a\n", "note,part,kind\nn,,b\n"
    found = changes(tmp_path, (NOTES_FEED, schema, old), (NOTES_FEED, schema, new))
    assert list(record_lines(found)) == [
        "the records changed: 1 row removed, 1 changed",
        "  - notes m/missing is gone: note m, kind a",
        "  ~ notes n/missing: kind is b, was a",
    ]


def test_the_same_fields_in_another_order(tmp_path: Path) -> None:
    """Another id, and nothing to tell; the sentence does not claim a change of rows."""
    integer = (Field("note", ID), Field("part", INTEGER))
    feed = NOTES_FEED.replace(", kind: kind", "")
    text = "note,part\nn,1\n"
    assert changes(tmp_path, (feed, notes(*integer), text), (feed, notes(*integer[::-1]), text)) == []
    assert say_records_changed([]) == "the snapshot is another one, with the same rows"
