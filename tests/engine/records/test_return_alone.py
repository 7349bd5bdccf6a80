"""A credit note whose invoice is in no file counts by itself, where the feed says so."""

from __future__ import annotations

from pathlib import Path

from tests.engine.records.desk import FEED, imported, rows_of

KEPT = FEED.replace("entry: {constant: sale}", "entry: kind, returns_id: of")
ALONE = KEPT.replace("returns_id: of", "returns_id: {column: of, not_found: alone}")
LINES = (
    "sale,partner,kind,of,day,amount\n"
    "S1,P1,sale,,2026-01-05,10.50\n"
    "R1,P1,return,S1,2026-01-06,-1\n"
    "R2,P1,return,OLD-7,2026-01-07,-2\n"
    "A1,P2,adjustment,OLD-8,2026-01-08,-3\n"
)


def test_a_return_of_an_older_sale_counts_alone(tmp_path: Path) -> None:
    """The two of older sales name none any more, the other keeps its own; a note says how many and where."""
    result = imported(tmp_path, ALONE, lines=LINES)
    assert result.snapshot is not None, result.diagnostics
    assert [(each.code, each.severity.value, each.message) for each in result.diagnostics] == [
        ("RNG761", "note", "2 returns count without a sale: none in the files has its id, such as 'OLD-7' here")
    ]
    assert rows_of(result.snapshot, "sales", "sale_id, returns_id") == [
        ("R1", "S1"), ("R2", None), ("S1", None), ("A1", None),
    ]  # fmt: skip


def test_the_advice_leads_to_it(tmp_path: Path) -> None:
    """RNG732 names the key, and the key cures the row."""
    (first, _) = imported(tmp_path, KEPT, lines=LINES).diagnostics
    assert first.code == "RNG732"
    advice = first.help.split("`")[-2].replace("COLUMN", "of")
    assert imported(tmp_path, KEPT.replace("returns_id: of", advice), lines=LINES).snapshot is not None


def test_a_sale_that_was_set_aside_is_not_outside_the_files(tmp_path: Path) -> None:
    """The sale of a return may be the row with the fault: then the return goes with it, as without the key."""
    wrong = LINES.replace("S1,P1,sale,,2026-01-05", "S1,P1,sale,,soon")
    result = imported(tmp_path, ALONE, lines=wrong, quarantine=True)
    assert result.quarantined == {"sales": 4}


def test_only_returns_stand_alone(tmp_path: Path) -> None:
    """Another reference that is not there is a fault of the files."""
    feed = KEPT.replace("returns_id: of", "customer_id: {column: of, not_found: alone}")
    (found,) = [each for each in imported(tmp_path, feed, lines=LINES).diagnostics if each.severity.value == "error"]
    assert (found.code, found.help) == ("RNG614", "remove `not_found`")
