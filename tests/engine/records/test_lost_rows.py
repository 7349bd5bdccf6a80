"""Rows of another length than the header are set aside like any other, where nothing else depends on them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from engine.records.importer import ImportResult
from tests.engine.records.desk import FEED, imported, rows_of

HEAD = "sale,partner,day,amount\n"
RAGGED = (
    HEAD
    + "S1,P1,2026-01-05,10.50\n"
    + "S2,P2,2026-02-01,1,000.00\n"  # a comma between thousands
    + 'S3,P2,"2026-02-\n01",7\n'  # has its own fault, and an end of line inside
    + "S4,P2\n"
    + "\n"
    + "S5,P1,2026-02-03,7\n"
    + "S6\n"
    + "S7,P1,2026-02-04,8\n"
)


def told(result: ImportResult) -> list[str]:
    """Place, code and severity of all findings, with their messages."""
    return [
        f"{each.span.line if each.span else ''} {each.code} {each.severity.value}: {each.message}"
        for each in result.diagnostics
    ]


def test_ragged_rows_are_set_aside_counted_and_listed(tmp_path: Path) -> None:
    """Three are shown and the rest counted; the others have the lines they stand on; nobody's partner is guessed."""
    result = imported(tmp_path, lines=RAGGED, quarantine=True)
    assert [each for each in told(result) if "RNG660" in each] == [
        "3 RNG660 warning: `sales`: the row has 5 fields, the first row has 4",
        "6 RNG660 warning: `sales`: the row has 2 fields, the first row has 4",
        "7 RNG660 warning: `sales`: the line is empty",
        "9 RNG660 warning: `sales`: 1 more row has this fault in the file, first at lines.csv:9",
    ]
    assert result.snapshot is not None and result.quarantine is not None
    assert result.quarantined == {"sales": 5}
    assert rows_of(result.snapshot, "sales", "sale_id, _line") == [("S1", 2), ("S5", 8), ("S7", 10)]
    listed = [*csv.DictReader(result.quarantine.read_text(encoding="utf-8").splitlines(keepends=True))]
    assert [(each["line"], each["code"]) for each in listed] == [
        ("4", "RNG705"), ("3", "RNG660"), ("6", "RNG660"), ("7", "RNG660"), ("9", "RNG660"),
    ]  # fmt: skip
    assert rows_of(result.snapshot, "set-aside", "place, partner, fault") == [
        ("lines.csv:3", "", "RNG660"),
        ("lines.csv:4", "P2", "RNG705 closed_on"),
        ("lines.csv:6", "", "RNG660"),
        ("lines.csv:7", "", "RNG660"),
        ("lines.csv:9", "", "RNG660"),
    ]


def test_without_quarantine_they_are_errors_at_their_cells(tmp_path: Path) -> None:
    """Four of them, and nothing is stored."""
    result = imported(tmp_path, lines=RAGGED)
    assert result.snapshot is None
    assert [each.split(":")[0] for each in told(result)] == [f"{line} RNG660 error" for line in (3, 6, 7, 9)]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("sale_id: sale,", "sale_id: {column: sale, numbered: true},", "an id has the number of its row (`numbered`)"),
        (
            "parent_id: parent,",
            "parent_id: parent, country: {column: id, look_up: {in: lines, match: partner, take: day}},",
            "other rows look something up in this file",
        ),
        ("lines.csv}", "lines.csv, fill_down: [day]}", "the rows below take values from it (`fill_down`)"),
    ],
)
def test_a_row_on_which_others_depend_stops_the_import(tmp_path: Path, old: str, new: str, why: str) -> None:
    """A number of the row would count the rows that are left; a look-up would not find it."""
    assert old in FEED
    result = imported(tmp_path, FEED.replace(old, new), lines=RAGGED, quarantine=True)
    assert result.snapshot is None
    assert "3 RNG660 error: the row has 5 fields, the first row has 4" in told(result)
    helps = [each.help for each in result.diagnostics if each.code == "RNG660"]
    assert all(each.endswith(f"; it cannot be set aside, because {why}") for each in helps), helps
    usual = [each.help for each in imported(tmp_path, lines=RAGGED).diagnostics if each.code == "RNG660"]
    assert not [each for each in usual if "set aside" in each]


def test_a_file_of_ragged_rows_is_described_wrongly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit, nothing is set aside."""
    monkeypatch.setattr("engine.records.readers.csv_scan.MOST_LOST", 3)
    result = imported(tmp_path, lines=RAGGED, quarantine=True)
    assert result.snapshot is None
    assert told(result) == ["9 RNG660 error: more than 3 rows of `lines.csv` have another length than the first"]
