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
