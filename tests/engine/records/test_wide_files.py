"""Wide files: one line becomes several records, and their order is that of the columns, never chance."""

from __future__ import annotations

from pathlib import Path

from tests.engine.records.desk import FEED, imported, rows_of, told

MONTHS = tuple(f"m{n}" for n in range(12))
WIDE = FEED.replace(
    "lines.csv}", f"lines.csv, unpivot: {{columns: [{', '.join(MONTHS)}], name: month, value: amount}}}}"
)
NUMBERED = WIDE.replace("sale_id: sale", "sale_id: {column: sale, numbered: true}")
HEAD = ",".join(("sale", "partner", "day", *MONTHS)) + "\n"


def test_cells_of_one_line_are_numbered_in_the_order_of_the_columns(tmp_path: Path) -> None:
    """The amount of each number is that of its column, in every line of a file that several threads read."""
    lines = 20_000
    text = HEAD + "".join(
        f"A{line},P1,2026-01-05,{','.join(f'{line}.{month + 1:02}' for month in range(12))}\n" for line in range(lines)
    )
    result = imported(tmp_path, NUMBERED, lines=text)
    assert result.snapshot is not None, told(result.diagnostics)
    fitting = "sale_id = 'A' || floor(amount)::BIGINT || '-' || ((amount - floor(amount)) * 100)::BIGINT"
    ((rows, right),) = rows_of(result.snapshot, "sales", f"count(*), count(*) FILTER ({fitting})")
    assert (rows, right) == (lines * 12, lines * 12)


def test_an_order_of_several_lines_is_numbered_through(tmp_path: Path) -> None:
    """First all cells of the first line; a cell without a value takes no number."""
    text = HEAD + "A,P1,2026-01-05,1,2,,,,,,,,,,3\nA,P1,2026-01-05,4,,,,,,,,,,,5\n"
    result = imported(tmp_path, NUMBERED, lines=text)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id, amount::INTEGER") == [(f"A-{n}", n) for n in range(1, 6)]


def test_columns_are_numbered_as_the_feed_lists_them(tmp_path: Path) -> None:
    """The list under `unpivot` is the order, not that of the file."""
    feed = NUMBERED.replace("[m0, m1,", "[m1, m0,")
    result = imported(tmp_path, feed, lines=HEAD + "A,P1,2026-01-05,10,20,,,,,,,,,,\n")
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id, amount::INTEGER") == [("A-1", 20), ("A-2", 10)]


def test_of_the_returns_of_one_line_the_same_are_set_aside(tmp_path: Path) -> None:
    """Twelve returns of one line: which of them still fit the sale is decided by their ids."""
    feed = WIDE.replace("sale_id: sale", "sale_id: {join: [sale, month]}").replace(
        "entry: {constant: sale}", "entry: kind, returns_id: of"
    )
    sale = "S,P1,2026-01-05,sale,,25" + "," * 11 + "\n"
    returns = "R,P1,2026-01-06,return,S-m0" + ",-10" * 12 + "\n"
    result = imported(tmp_path, feed, lines=HEAD.replace("day", "day,kind,of") + sale + returns, quarantine=True)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id") == [("R-m0",), ("R-m1",), ("S-m0",)]
    assert result.quarantined == {"sales": 10}
