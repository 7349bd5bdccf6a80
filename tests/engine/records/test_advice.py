"""Advice is followed as it is written, and cures the row or the line of the feed that it was given for."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from engine.language.diagnostic import Diagnostic
from engine.records.importer import ImportResult
from engine.records.parse import parse_feed
from tests.engine.records.desk import FEED, imported, rows_of

WRITTEN = re.compile("`([^`]+)`")
NUMBERS = FEED.replace("lines.csv", "lines.xlsx")


def with_numbers(folder: Path, feed: str, *ids: object) -> ImportResult:
    """Import sales whose ids are these cells."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(
            [("sale", "partner", "day", "amount"), *((each, "P1", "2026-01-05", 1) for each in ids)]
        ):
            sheet.write_row(row, 0, cells)
    return imported(folder, feed, {"lines.xlsx": target.getvalue()})


@pytest.mark.parametrize(
    ("before", "after", "prefix"),
    [
        ("sale_id: sale", "{advice}", ""),
        ("sale_id: {column: sale, map: {x: y}, unmapped: keep}", "{before}, {advice}}", ""),
        ("sale_id: {column: sale, id: {prefix: A}}", "sale_id: {column: sale, id: {prefix: A, {advice}}}", "A"),
    ],
)
def test_number_cells_become_ids(tmp_path: Path, before: str, after: str, prefix: str) -> None:
    """RNG709, with the field alone, with other keys, and with a rule of its own: zeros are written again, or not."""
    feed = NUMBERS.replace("sale_id: sale", before)
    (finding, _) = with_numbers(tmp_path, feed, 123, 7).diagnostics
    assert finding.code == "RNG709"
    digits, instead = [each for each in WRITTEN.findall(finding.help) if "digits" in each]
    for advice, expected in ((digits, ["007", "123"]), (digits.replace("digits: 3", instead), ["123", "7"])):
        written = after.replace("{before}", before[:-1]).replace("{advice}", advice)
        result = with_numbers(tmp_path, feed.replace(before, written), 123, 7)
        assert result.snapshot is not None, result.diagnostics
        assert sorted(rows_of(result.snapshot, "sales", "sale_id")) == [(f"{prefix}{each}",) for each in expected]


def book_of(*rows: tuple[object, ...]) -> bytes:
    """A workbook with these rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return target.getvalue()


HEADER = ("region", "sale", "partner", "day", "amount")
ROW = ("North", "S1", "P1", "2026-01-05", 10.5)


@pytest.mark.parametrize("below", [(), (("printed on 2026-02-01",),)])
def test_a_line_of_totals_in_a_workbook_is_cut_off(tmp_path: Path, below: tuple[tuple[object, ...], ...]) -> None:
    """RNG709 and what else is wrong with the line: `stop_at` as written leaves it out, and what stands below it."""
    book = book_of(HEADER, ROW, ("Total", 1, None, None, 10.5), *below)
    found = imported(tmp_path, NUMBERS, {"lines.xlsx": book}).diagnostics
    assert "RNG709" in {each.code for each in found}
    (advice,) = {WRITTEN.findall(each.help)[0] for each in found}
    result = imported(tmp_path, NUMBERS.replace("lines.xlsx", f"lines.xlsx, {advice}"), {"lines.xlsx": book})
    assert result.snapshot is not None, result.diagnostics
    assert rows_of(result.snapshot, "sales", "sale_id") == [("S1",)]


@pytest.mark.parametrize(
    ("rows", "source"),
    [
        pytest.param([ROW, ("Total", 1, None, None, 10.5), (*ROW[:1], 2, *ROW[2:])], "", id="records below it"),
        pytest.param([("Total", *ROW[1:]), ("Total", 1, None, None, 10.5)], "", id="a record begins as it does"),
        pytest.param([ROW, ("South", 1, None, None, 10.5)], "", id="another text"),
        pytest.param([ROW, ("Total", 1, None, None, 10.5)], ", where: {region: {not: x}}", id="rows were left out"),
    ],
)
def test_no_line_is_cut_off_that_is_not_the_end(tmp_path: Path, rows: list[tuple[object, ...]], source: str) -> None:
    """Where `stop_at` would leave out records, or is not known to be right, no message names it."""
    feed = NUMBERS.replace("lines.xlsx", f"lines.xlsx{source}")
    found = imported(tmp_path, feed, {"lines.xlsx": book_of(HEADER, *rows)}).diagnostics
    assert "RNG709" in {each.code for each in found}
    assert not any("stop_at" in each.help for each in found)


def test_a_title_in_a_workbook_is_skipped(tmp_path: Path) -> None:
    """RNG604: below a title most columns have no name, and the first message says which line is the header."""
    book = book_of(("Sales of January",), (), HEADER, ROW)
    (finding, *_) = imported(tmp_path, NUMBERS, {"lines.xlsx": book}).diagnostics
    advice = WRITTEN.findall(finding.help)[0]
    assert (finding.code, advice) == ("RNG604", "skip: 2")
    result = imported(tmp_path, NUMBERS.replace("lines.xlsx", f"lines.xlsx, {advice}"), {"lines.xlsx": book})
    assert result.snapshot is not None, result.diagnostics


@pytest.mark.parametrize(
    ("right", "wrong", "cure"),
    [
        ("lines: {file: lines.csv}", "lines: lines.csv", ("lines: lines.csv", "lines: {0}")),
        ("{constant: sale}", "{constant: [sale]}", ("[sale]", "{0}")),
        ("sale_id: sale", "sale_id: [sale, day]", ("[sale, day]", "{0}")),
        ("sale_id: sale", "sale_id: {column: [sale, day]}", ("column: [sale, day]", "{0}")),
        ("file: lines.csv", "file: lines.csv, missing: n/a", ("missing: n/a", "missing: {0}")),
        ("file: lines.csv", "file: lines.csv, missing: no value", ("missing: no value", "missing: {0}")),
    ],
)
def test_another_form_is_written_as_the_message_says(right: str, wrong: str, cure: tuple[str, str]) -> None:
    """RNG102: a text, a list or a mapping in place of another form has a cure that fits the key."""
    assert right in FEED
    _, (finding, *_) = parse_feed(FEED.replace(right, wrong).encode(), "feed.yaml")
    old, new = cure
    advice = WRITTEN.findall(finding.help)[0]
    cured, left = parse_feed(FEED.replace(right, wrong.replace(old, new.replace("{0}", advice))).encode(), "feed.yaml")
    assert (finding.code, cured is not None, left) == ("RNG102", True, ())


@pytest.mark.parametrize(("right", "list"), [("from: lines\n", "from: [lines, accounts]\n"),
                                             ("lines.csv", "[lines.csv, more.csv]")])  # fmt: skip
def test_a_list_of_files_is_refused_with_the_reason(right: str, list: str) -> None:
    """RNG102: several files in one table are no form of the language, and the message says what to do."""
    _, (finding, *_) = parse_feed(FEED.replace(right, list).encode(), "feed.yaml")
    assert (finding.code, "below one header" in finding.help) == ("RNG102", True)


FULL = """\
rung: 1
feed: desk
records: 2026.yaml
currency: USD
complete_through: 2026-06-30
missing: [""]
ids: {salesforce: true, digits: 3, prefix: A}
sources:
  accounts: {file: a.csv, format: csv, delimiter: ";", quote: "'", encoding: utf-8, header: true, decimal: ",",
    thousands: ".", grouping: indian, minus: behind, date_format: "%y", first_year: 1990, zone: UTC, skip: 1}
tables:
  partners: {from: accounts, repeated: once, fields: {id: {column: id, unmapped: keep, numbered: true, round: down}}}
  sales: empty
"""
KEYS = re.findall(r"(\w+): (?=[^{\[\s])", FULL)


def with_value(key: str, value: str) -> list[Diagnostic]:
    """The findings about the feed with another value of this key."""
    place = re.compile(rf"\b{key}: (\"[^\"]*\"|[^,}}\n]+)")
    return [*parse_feed(place.sub(lambda _: f"{key}: {value}", FULL, count=1).encode(), "feed.yaml")[1]]


@pytest.mark.parametrize("wrong", ["7.5", '"||"'])
def test_a_value_that_cannot_be_has_an_example_that_can(wrong: str) -> None:
    """RNG104: what stands between backticks is written instead, and is accepted, for each key of a feed."""
    told = set()
    for key in KEYS:
        for finding in with_value(key, wrong):
            if finding.code == "RNG104":
                told.add(key)
                advised = WRITTEN.findall(finding.help)
                assert advised, finding.help
                for value in advised:
                    assert [each for each in with_value(key, value) if each.code < "RNG200"] == [], (key, value)
    assert {"skip", "first_year", "digits", "sales"} <= told
