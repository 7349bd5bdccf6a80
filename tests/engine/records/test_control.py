"""Control totals: an export that is not complete does not become a snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.records.control import ControlTotal, parse_control
from engine.records.importer import import_feed
from engine.workspace import Workspace
from tests.engine.records.desk import ACCOUNTS, FEED, LINES, SCHEMA, feed_of, told

CONTROL = """\
rung: 1
control: CRM
tables:
  partners: {rows: 2}
  sales: {rows: 2, sums: {amount: 17.5, quantity: 0}}
"""


def totals(text: str) -> tuple[ControlTotal, ...]:
    """The totals of a control file without findings."""
    found, findings = parse_control(text.encode(), "control.yaml")
    assert findings == ()
    return found


def imported_against(folder: Path, control: str) -> list[str]:
    """What is said when the small vendor is imported against these totals."""
    (folder / "accounts.csv").write_text(ACCOUNTS)
    (folder / "lines.csv").write_text(LINES)
    home = folder / "home"
    result = import_feed(feed_of(FEED), SCHEMA, folder, Workspace(home), control=totals(control))
    assert (result.snapshot is None) == bool(result.diagnostics)
    return told(result.diagnostics)


def test_totals_that_agree(tmp_path: Path) -> None:
    """Rows and sums as the sender says; a field without values adds up to nothing."""
    assert imported_against(tmp_path, CONTROL) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{rows: 2}", "{rows: 3}", "4 RNG740 `partners` has 2 rows, the control total is 3"),
        ("17.5,", "17.51,", "5 RNG740 `sales.amount` adds up to 17.50, the control total is 17.51"),
        ("quantity: 0", "quantity: 1_000", "5 RNG740 `sales.quantity` adds up to 0, the control total is 1000"),
        ("partners: {", "people: {", "4 RNG740 the import has no table `people`"),
        ("quantity", "closed_on", "5 RNG740 `sales` has no sum of `closed_on`"),
        ("quantity", "quantities", "5 RNG740 `sales` has no sum of `quantities`"),
    ],
)
def test_totals_that_differ(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Each difference is named with both numbers, and nothing is published."""
    assert imported_against(tmp_path, CONTROL.replace(old, new)) == [f"control.yaml:{expected}"]
    assert list((tmp_path / "home" / "snapshots").iterdir()) == []


@pytest.mark.parametrize("text", ["", "a: [", CONTROL.replace("17.5", "17,5"), CONTROL.replace("rows: 2}", "row: 2}")])
def test_a_control_file_is_checked_like_a_program(text: str) -> None:
    """YAML and shape have their findings."""
    found, findings = parse_control(text.encode(), "control.yaml")
    assert found == () and findings
