"""Which rows of a file are read: where its table begins and ends, conditions, and rows without any value."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.records.importer import ImportResult
from tests.engine.records.desk import FEED, LINES, imported, rows_of, told

HEAD, FIRST, SECOND = LINES.splitlines(keepends=True)
TABLE = (("S1", "P1"), ("S2", "P2"))


def read(folder: Path, keys: str, lines: str) -> ImportResult:
    """The desk with more keys for its sales and another text of the file."""
    return imported(folder, FEED.replace("lines.csv}", f"lines.csv{keys}}}"), lines=lines)


@pytest.mark.parametrize(
    ("keys", "lines", "note"),
    [
        (", skip: 2", f'"Sales, all"\n\n{LINES}', "2 lines above the header of `lines.csv` were left out"),
        ("", f"sep=,\n{LINES}", "1 line above the header of `lines.csv` was left out"),
        ("", f"\ufeffsep=,\r\n{LINES}", "1 line above the header of `lines.csv` was left out"),
        (
            ", skip: 1, stop_at: Total",
            f"Sales\n{LINES}Total,,,17.50\nprinted, yesterday\n",
            "1 line above the header and 2 lines from the end of the table on (`stop_at`) of `lines.csv` were left out",
        ),
        (", stop_at: Total", f'{LINES},"Total",,17.50', "1 line from the end of the table on"),
        (', stop_at: ""', f"{LINES}\nprinted yesterday\n", "2 lines from the end of the table on"),
        (', stop_at: ""', f"{LINES},,,\nprinted yesterday\n", "2 lines from the end of the table on"),
        (
            "",
            "".join(f"{each},,\n" for each in LINES.splitlines()) + ",,,,,\n",
            "1 row without any value at the end of `lines.csv` was left out",
        ),
        ("", f"{LINES},,,\n,,,\n", "2 rows without any value at the end of `lines.csv` were left out"),
        (
            ", where: {partner: {not: [Total, P9]}, day: {not: ''}}",
            f"{HEAD}{FIRST}S3,P9,2026-01-05,1\nTotal,,,\n{SECOND}S4,P1,,\n",
            "3 of 5 rows of `lines.csv` were left out by `where`: 1 with 'P9' in `partner` and '2026-01-05' in `day`;",
        ),
    ],
)
def test_the_same_table_is_read(tmp_path: Path, keys: str, lines: str, note: str) -> None:
    """Whatever stands around the rows: they are read, with their lines, and the rest is counted."""
    result = read(tmp_path, keys, lines)
    assert result.snapshot is not None, told(result.diagnostics)
    assert [each for each in told(result.diagnostics) if "RNG623" in each and note in each]
    rows = rows_of(result.snapshot, "sales", "sale_id, partner_id, _line")
    assert tuple(row[:2] for row in rows) == TABLE
    written = lines.lstrip("\ufeff").splitlines()
    assert [written[int(str(row[2])) - 1].split(",")[0] for row in rows] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("keys", "lines", "said"),
    [
        (", stop_at: Total", LINES, "RNG665"),
        (", stop_at: Total", f"{LINES}Totally Ltd,P1,2026-01-05,1\n", "RNG665"),
        ("", f"sep=;\n{LINES}", "lines.csv:1 RNG661"),
        ("", f"{HEAD}{FIRST},,,\n{SECOND}", "lines.csv:3 RNG700"),
        (
            "",
            "".join(f"{each},,\n" for each in LINES.splitlines()).replace("7,,", "7,,x"),
            "lines.csv:1 RNG656 column 6 has no name, but a value on line 3",
        ),
        (", skip: 1", f"Sales\n{HEAD}S1,P1,soon,10\n", "lines.csv:3 RNG705"),
        (", skip: 1", f'Sales\n{HEAD}S1,P1,"2026-01-05\n",10\nS2\n', "lines.csv:5 RNG660"),
    ],
)
def test_what_is_not_left_out(tmp_path: Path, keys: str, lines: str, said: str) -> None:
    """An end that is not there, another delimiter, an empty row between records; faults have the line of the file."""
    result = read(tmp_path, keys, lines)
    assert result.snapshot is None
    assert [each for each in told(result.diagnostics) if said in each], told(result.diagnostics)


def test_an_empty_line_above_the_header_has_a_cure_that_works(tmp_path: Path) -> None:
    """The advice names the lines to skip."""
    (finding,) = read(tmp_path, "", f"\n{LINES}").diagnostics
    assert "write `skip: 1`" in finding.help
    assert read(tmp_path, ", skip: 1", f"\n{LINES}").snapshot is not None
