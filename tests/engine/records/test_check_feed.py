"""A feed that does not fit the record tables is refused before a file is opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.language.diagnostic import Severity
from engine.language.records import Field, RecordSchema, RecordTable
from engine.records.check import check_feed
from engine.records.codes import feed as feed_codes
from engine.records.codes import rows, tables
from engine.types import ID
from tests.engine.records.desk import FEED, HEAD, SCHEMA, feed_of


def codes_of(text: str) -> list[str]:
    """The codes of all findings but notes."""
    found = check_feed(feed_of(text), SCHEMA)
    return [each.code for each in found if each.severity is not Severity.NOTE]


def test_the_desk_fits() -> None:
    """The feed of the other tests has no findings."""
    assert check_feed(feed_of(FEED), SCHEMA) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "help"),
    [
        ("  sales:", "  sale:", "RNG600", "did you mean `sales`?"),
        ("  sales:", "  claims:", "RNG619", "leave it out"),
        ("name: name", "nmae: name", "RNG601", "did you mean `name`?"),
        ("from: lines", "from: line", "RNG602", "did you mean `lines`?"),
        ("partner_id: partner,", "", "RNG603", "add `partner_id`"),
        ("lines.csv}", "lines.csv, sheet: A}", "RNG608", "remove `sheet`"),
        ("lines.csv}", "lines.csv, date_format: '%d.%m.%y'}", "RNG611", "such as `first_year: 1990`"),
        ("lines.csv}", "lines.csv, date_format: dd/mm/yy}", "RNG611", "`%d/%m/%y`? state `first_year` beside it"),
        ("lines.csv}", "lines.csv, date_format: '%d %B %Y'}", "RNG611", "did you mean `%d %b %Y`?"),
        ("lines.csv}", "lines.csv, date_format: epoch_seconds}", "RNG611", "did you mean `epoch seconds`?"),
        ("lines.csv}", "lines.csv, date_format: epoch seconds}", "RNG611", "such as `zone: UTC`"),
        ("lines.csv}", "lines.csv, zone: CET}", "RNG611", "`Europe/Berlin`"),
        ("lines.csv}", "lines.csv, written_in: UTC}", "RNG611", "add `zone`, or remove `written_in`"),
        ("lines.csv}", "lines.csv, first_year: 1990}", "RNG611", "remove `first_year`"),
        ("lines.csv}", "lines.csv, currency_marks: ['-']}", "RNG618", "such as `$` or `EUR`"),
        (
            "lines.csv}",
            "lines.csv, currency_marks: ['\u20ac']}",
            "RNG612",
            "are in USD, remove this mark",
        ),
        ("lines.csv}", "lines.csv, grouping: indian}", "RNG618", "add `thousands"),
        ("day,", "{column: day, id: {replace: {a: b}}},", "RNG614", "remove `id`"),
        ("lines.csv}", "lines.csv, date_format: dd.mm.yyyy}", "RNG611", "did you mean `%d.%m.%Y`?"),
        ("lines.csv}", "lines.csv, date_format: M/D/YYYY}", "RNG611", "did you mean `%m/%d/%Y`?"),
        ("lines.csv}", "lines.csv, date_format: DD-MMM-YYYY}", "RNG611", "did you mean `%d-%b-%Y`?"),
        ("lines.csv}", "lines.csv, date_format: '%d.%m.%Y %H'}", "RNG611", "write `%d.%m.%Y`; to cut off the time"),
        ("lines.csv}", "lines.csv, decimal: ',', thousands: ','}", "RNG618", "write the one"),
        ("rung: 1", "rung: 1\ncurrency: EUR", "RNG612", "write `currency: USD`"),
        ("{constant: sale}", "{constant: sold}", "RNG613", "choose one of"),
        ("{constant: sale}", "{column: x, map: {INV: Sale}}", "RNG613", "did you mean `sale`?"),
        ("day,", "{column: day, currency: x},", "RNG614", "remove `currency`"),
        ("partner,", "{column: partner, look_up: {in: lnes, match: a, take: b}},", "RNG602", "did you mean `lines`?"),
        ("  partners:", "  people:", "RNG615", "add them"),
    ],
)
def test_misfits(old: str, new: str, code: str, help: str) -> None:
    """Each misfit has its code and cure."""
    assert old in FEED
    found = check_feed(feed_of(FEED.replace(old, new)), SCHEMA)
    (finding,) = [each for each in found if each.code == code]
    assert help in finding.help
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("clsoed_on: day", [("RNG601", "did you mean `closed_on`")]),
        ("closed: day", [("RNG601", "did you mean `closed_on`")]),
        ("when: day", [("RNG603", "add `closed_on` under `fields`"), ("RNG601", "choose one of: ")]),
    ],
)
def test_a_misspelt_field_is_told_once(written: str, expected: list[tuple[str, str]]) -> None:
    """A field that is needed is not missed where the name that stands there is nearly its own."""
    found = check_feed(feed_of(FEED.replace("closed_on: day", written)), SCHEMA)
    assert [(each.code, each.help[: len(help)]) for each, (_, help) in zip(found, expected, strict=True)] == expected


def test_a_misspelt_source_is_told_once() -> None:
    """The source that nobody reads because its name is written wrongly is not told beside it."""
    found = check_feed(feed_of(FEED.replace("from: lines", "from: line")), SCHEMA)
    assert [(each.code, each.help) for each in found] == [("RNG602", "did you mean `lines`?")]


@pytest.mark.parametrize(
    ("keys", "code", "written"),
    [
        ("date_format: dd.mm.yyyy", "RNG611", "dd.mm.yyyy"),
        ("decimal: ',', thousands: ','", "RNG618", "','"),
    ],
)
def test_a_wrong_value_of_a_source_is_shown_at_the_value(keys: str, code: str, written: str) -> None:
    """The caret stands under what has to be changed."""
    text = FEED.replace("lines.csv}", f"lines.csv, {keys}}}")
    (finding,) = check_feed(feed_of(text), SCHEMA)
    assert finding.code == code and finding.span is not None
    line = text.splitlines()[finding.span.line - 1]
    assert line[finding.span.column - 1 : finding.span.end_column - 1] == written
    assert line[: finding.span.column - 1].endswith(f"{keys.split(', ')[-1].split(':')[0]}: ")


@pytest.mark.parametrize("field", ["sale_id: sale", "partner_id: partner"])
def test_numbered_rows_are_never_copies(field: str) -> None:
    """Numbers make copies different, so they cannot count once; without one of the two the feed is good."""
    name, column = field.split(": ")
    numbered = FEED.replace(field, f"{name}: {{column: {column}, numbered: true}}")
    once = "from: lines\n    repeated: once"
    (found,) = check_feed(feed_of(numbered.replace("from: lines", once)), SCHEMA)
    assert (found.code, found.span and found.span.line) == ("RNG614", 12)
    assert "`numbered`" in found.help and "`repeated`" in found.help
    assert check_feed(feed_of(numbered), SCHEMA) == check_feed(feed_of(FEED.replace("from: lines", once)), SCHEMA) == ()


def test_partners_cannot_be_empty() -> None:
    """A vendor without partners has nothing to import."""
    text = HEAD + "sources: {lines: {file: a.csv}}\ntables: {partners: empty}\n"
    assert codes_of(text) == ["RNG615"]


def test_an_unused_source_is_a_warning() -> None:
    """A source nobody reads is perhaps a forgotten table; a look-up is a use."""
    more = FEED.replace("sources:", "sources:\n  ids: {file: ids.csv}")
    assert codes_of(more) == ["RNG610"]
    used = more.replace("partner_id: id", "partner_id: {column: id, look_up: {in: ids, match: a, take: b}}")
    assert codes_of(used) == []


def test_personal_fields_are_dropped_with_a_note() -> None:
    """Mapping a name of a person is allowed, and does nothing."""
    text = FEED + "  people: {from: accounts, fields: {person_id: id, name: name, mail: x}}\n"
    found = check_feed(feed_of(text.replace(", mail: x", "")), SCHEMA)
    assert [(each.code, each.severity) for each in found] == [("RNG609", Severity.NOTE)]


def test_references_that_cannot_be_checked_are_noted() -> None:
    """A reference to a table that is not filled is said to be unchecked; to one the program lacks, nothing."""
    text = FEED.replace("{sale_id: sale,", "{sale_id: sale, product_id: item,")
    (note,) = check_feed(feed_of(text), SCHEMA)
    assert note.code == "RNG616"
    fewer = RecordSchema(tuple(table for table in SCHEMA.tables if table.name != "products"))
    assert check_feed(feed_of(text), fewer) == ()


def test_constants_are_written_as_in_rung() -> None:
    """A constant day is ISO even where the source writes days otherwise."""
    text = FEED.replace("lines.csv}", "lines.csv, date_format: '%d.%m.%Y'}")
    assert codes_of(text.replace("closed_on: day", "closed_on: {constant: 2026-02-01}")) == []
    assert codes_of(text.replace("closed_on: day", "closed_on: {constant: 01.02.2026}")) == ["RNG613"]


def test_values_of_a_map_that_keeps_others_are_written_as_in_the_source() -> None:
    """Where unmapped values stay, both kinds meet in one column, so both are written alike."""
    text = FEED.replace("lines.csv}", "lines.csv, date_format: '%d.%m.%Y'}")
    kept = "closed_on: {column: day, map: {x: 01.02.2026}, unmapped: keep}"
    assert codes_of(text.replace("closed_on: day", kept)) == []
    looked = "{column: day, look_up: {in: accounts, match: a, take: b}, map: {x: 2026-02-01}, unmapped: keep}"
    assert codes_of(text.replace("closed_on: day", f"closed_on: {looked}")) == []


def test_a_map_on_an_unknown_source_still_tells_both() -> None:
    """A table whose source is unknown is checked as far as possible."""
    text = FEED.replace("from: lines", "from: nowhere").replace(
        "entry: {constant: sale}", "entry: {column: a, map: {b: c}}"
    )
    assert sorted(codes_of(text)) == ["RNG602", "RNG613"]


def test_codes_are_unique_and_have_pages() -> None:
    """Every code stands once, in its range, with a page that says more than its name."""
    for codes, low, high in ((feed_codes.CODES, 600, 649), (rows.CODES, 700, 729), (tables.CODES, 730, 779)):
        numbers = [int(each.code.removeprefix("RNG")) for each in codes]
        assert numbers == sorted(set(numbers))
        assert low <= min(numbers) and max(numbers) <= high
        assert all(len(each.page) > 60 for each in codes)
        assert len({each.name for each in codes}) == len(codes)


def test_optional_fields_may_stay_unmapped() -> None:
    """Only what every record must have is asked for."""
    partners = SCHEMA.table("partners")
    assert partners is not None
    strict = replace(partners, fields=tuple(replace(each, optional=False) for each in partners.fields))
    schema = RecordSchema(tuple(strict if each.name == "partners" else each for each in SCHEMA.tables))
    found = check_feed(feed_of(FEED), schema)
    assert [each.message for each in found] == [
        f"`partners` needs `{name}`, but the feed does not fill it"
        for name in ("country", "joined_on", "region", "type")
    ]


def test_a_field_that_the_database_has_itself() -> None:
    """`rowid` would hide the number by which rows are told apart."""
    surveys = RecordTable("surveys", ("survey_id",), (Field("survey_id", ID), Field("rowid", ID, optional=True)))
    text = FEED + "  surveys: {from: lines, fields: {survey_id: sale}}\n"
    schema = RecordSchema((*SCHEMA.tables[:-1], surveys))
    assert [each.code for each in check_feed(feed_of(text), schema)] == ["RNG614"]
