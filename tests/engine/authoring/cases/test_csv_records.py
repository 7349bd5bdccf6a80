"""Records from CSV files: the same values as in YAML, one record a line."""

from __future__ import annotations

import pytest

from engine.authoring.cases import csv_records
from engine.authoring.cases.csv_records import parse_csv
from engine.language.source import Mapping, Scalar, Sequence
from tests.engine.authoring.cases.suites import answers, only, run, told

SALES = b'closed_on,amount,sale_id\r\n2026-05-01,"9_999.99 USD",A\n\n2026-05-02,0.01 USD,\n'


def rows(data: bytes) -> Sequence:
    """The records of a file without faults."""
    found, faults = parse_csv(data, "sales.csv")
    assert found is not None, faults
    return found


def test_a_line_is_a_record() -> None:
    """Fields by the header, empty cells left out, places by line."""
    found = rows(b"\xef\xbb\xbf" + SALES)
    assert [[(each.key.text, each.value.text) for each in item if isinstance(each.value, Scalar)]
            for item in found if isinstance(item, Mapping)] == [
        [("closed_on", "2026-05-01"), ("amount", "9_999.99 USD"), ("sale_id", "A")],
        [("closed_on", "2026-05-02"), ("amount", "0.01 USD")],
    ]  # fmt: skip
    assert [item.span.line for item in found] == [2, 4]


CASE = """
    cases:
      from a file:
        given: {sales: sales.csv}
        expect: {tier: registered, metrics: {revenue: 0 USD}}
"""


def test_a_file_is_as_good_as_inline() -> None:
    """Records from a file count; ids that it leaves out are filled in."""
    (outcome,) = run(CASE, {"sales.csv": rows(SALES)})
    assert str(answers(outcome)) == "{'tier': 'silver', 'metrics.revenue': Decimal('10000.00')}"
    assert [row["sale_id"] for row in only(CASE, {"sales.csv": rows(SALES)}).records["sales"]] == ["A", "sale-1"]


def test_faults_stand_in_the_file() -> None:
    """A value that is none is told at its line of the file."""
    files = {"sales.csv": rows(b"closed_on,amount\n2026-05-01,10\n2026-05-01,1 USD\n")}
    assert told(CASE, files) == ["RNG511 2: expected an amount with its currency, found `10`"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "`sales.csv` is empty"),
        (b"a\0b\n", "`sales.csv` contains a NUL character"),
        (b"\xff\xfe", "`sales.csv` is not UTF-8"),
        (b"a,a\n", "a column has no name, or the name of another"),
        (b"a,\n", "a column has no name, or the name of another"),
        (b"a,b\n1\n", "the line has 1 cells, but the header has 2"),
        (b'a\n"b\n', "`sales.csv` is not a CSV file: unexpected end of data"),
    ],
)
def test_what_is_no_csv(data: bytes, message: str) -> None:
    """The first fault of the form is told."""
    found, faults = parse_csv(data, "sales.csv")
    assert found is None
    assert [(each.code, each.message) for each in faults] == [("RNG911", message)]


def test_files_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case needs few records: bytes and lines have an end."""
    assert parse_csv(b"a\n" * 600_000, "sales.csv")[1][0].message == "`sales.csv` has more than 1,048,576 bytes"
    monkeypatch.setattr(csv_records, "MAX_ROWS", 2)
    assert parse_csv(b"a\n1\n2\n3\n", "sales.csv")[1][0].message == "there are more than 2 lines"
