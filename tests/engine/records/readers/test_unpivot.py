"""Wide columns to rows, and columns that are not there."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from engine.language.source import Span
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Layout, Staged, Unpivot
from engine.records.readers.relation import append_rows, create_table
from engine.records.readers.unpivot import stage_unpivot

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]


def test_each_column_becomes_a_row(stage: Stage) -> None:
    """Rows keep their line, in the order of the columns named; an empty cell stays a row."""
    layout = Layout("csv", unpivot=Unpivot(("M01", "it's"), "month", "target"))
    rows, findings = stage(b"year,M01,note,it's\n2017,,x,NULL\n2018,5,y,6\n", layout)
    assert findings == []
    assert rows[0] == ("year", "note", "month", "target")
    assert set(rows[1:]) == {
        ("2017", "x", "M01", "", 2),
        ("2017", "x", "it's", "NULL", 2),
        ("2018", "y", "M01", "5", 3),
        ("2018", "y", "it's", "6", 3),
    }


def test_a_missing_cell_stays_a_row(stage: Stage) -> None:
    """A name absent from a JSON record is a row with NULL."""
    layout = Layout("jsonl", unpivot=Unpivot(("a", "b"), "part", "points"))
    rows, _ = stage(b'{"id": "1", "a": 2}\n{"id": "2", "b": 3}\n', layout)
    assert sorted(rows[1:], key=str) == [
        ("1", "a", "2", 1),
        ("1", "b", None, 1),
        ("2", "a", None, 2),
        ("2", "b", "3", 2),
    ]


def test_all_columns_may_become_rows(stage: Stage) -> None:
    """Nothing has to be left beside the two new columns."""
    rows, _ = stage(b"a,b\n1,2\n", Layout("csv", unpivot=Unpivot(("a", "b"), "name", "value")))
    assert sorted(rows[1:], key=str) == [("a", "1", 2), ("b", "2", 2)]


REFUSED = {
    "an unknown column": (
        Unpivot(("M01", "M3"), "month", "target"),
        ["feed.yaml:3:5 RNG695 `unpivot` names `M3`, which `sales.csv` does not have"],
    ),
    "a column twice": (
        Unpivot(("M01", "M01"), "month", "target"),
        ["feed.yaml:3:5 RNG695 `unpivot` names `M01` twice"],
    ),
    "no columns": (Unpivot((), "month", "target"), ["feed.yaml:3:5 RNG695 `unpivot` names no columns"]),
    "names that are taken": (
        Unpivot(("M01",), "Year", "_line"),
        [
            "feed.yaml:3:5 RNG695 `unpivot` adds a column `Year`, but this name is already used",
            "feed.yaml:3:5 RNG695 `unpivot` adds a column `_line`, but this name is already used",
        ],
    ),
    "one name for both": (
        Unpivot(("M01",), "x", "X"),
        ["feed.yaml:3:5 RNG695 `unpivot` adds a column `X`, but this name is already used"],
    ),
    "no name": (
        Unpivot(("M01",), "", "target"),
        ["feed.yaml:3:5 RNG695 `unpivot` adds a column without a name"],
    ),
}


def test_refused_after_rows_were_copied_leaves_nothing(stage: Stage) -> None:
    """JSON Lines are copied into a table before the columns are compared; it is taken back."""
    layout = Layout("jsonl", unpivot=Unpivot(("b",), "part", "points"))
    assert stage(b'{"a": "1"}\n', layout) == (
        [],
        ["feed.yaml:3:5 RNG695 `unpivot` names `b`, which `sales.csv` does not have"],
    )


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_columns_and_names(stage: Stage, case: str) -> None:
    """A month misspelt is a finding and not a gap in every row."""
    unpivot, expected = REFUSED[case]
    assert stage(b"year,M01,M02\n2017,1,2\n", Layout("csv", unpivot=unpivot)) == ([], expected)


def cures(columns: tuple[str, ...], unpivot: Unpivot, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What the findings advise for a file with these columns."""
    findings = Findings("x.csv")
    stage_unpivot(connection, "x", Staged("w", columns, 0, "x.csv"), unpivot, Span("f", 1, 1, 1, 2), findings)
    return [each.help for each in findings.all()]


def test_advises_the_nearest_name_or_lists_them(connection: duckdb.DuckDBPyConnection) -> None:
    """A near name is offered; otherwise the names are listed."""
    columns = ("january", "february", "march", "april", "may", "june", "july", "august", "september")
    assert cures(columns, Unpivot(("januray",), "month", "target"), connection) == ["did you mean `january`?"]
    assert cures(columns, Unpivot(("total",), "month", "target"), connection) == [
        "choose one of: `january`, `february`, `march`, `april`, `may`, `june`, `july`, `august`, `september`"
    ]


def test_marks_of_numbers_follow_their_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """`_numbers` names the new column where its cell is a number, and keeps what belongs to other columns."""
    create_table(connection, "w", ["id", "a", "b"])
    numbers = [["id", "a"], ["b"], None]
    append_rows(connection, "w", ["id", "a", "b"], [2, 3, 4], [["1", "2", "3"]] * 3, numbers)
    staged = stage_unpivot(
        connection,
        "x",
        Staged("w", ("id", "a", "b"), 3, "x.xlsx"),
        Unpivot(("a", "b"), "part", "points"),
        Span("f", 1, 1, 1, 2),
        Findings("x.xlsx"),
    )
    assert staged == Staged("x", ("id", "part", "points"), 6, "x.xlsx")
    assert connection.execute("SELECT _line, part, _numbers FROM x ORDER BY ALL").fetchall() == [
        (2, "a", ["id", "points"]),
        (2, "b", ["id"]),
        (3, "a", None),
        (3, "b", ["points"]),
        (4, "a", None),
        (4, "b", None),
    ]
