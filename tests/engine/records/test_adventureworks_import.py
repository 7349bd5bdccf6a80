"""Records that nobody here wrote: the AdventureWorks files as they are, against their published totals."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.duck import open_connection
from engine.records.importer import ImportResult, import_feed
from engine.records.parse import parse_feed
from engine.records.snapshot import stored_rows
from engine.workspace import Workspace
from rules import load_program

KINDS = ["specialty_bike_shop", "value_added_reseller", "warehouse"]


@pytest.fixture(scope="module")
def result(shared: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> ImportResult:
    """The five files, imported by the feed that is shipped."""
    folder = repository / "programs" / "adventureworks"
    feed, findings = parse_feed((folder / "feed.yaml").read_bytes(), "feed.yaml")
    assert feed is not None, findings
    program, findings = load_program((folder / feed.program.text).read_bytes(), feed.program.text)
    assert program is not None, findings
    workspace = Workspace(tmp_path_factory.mktemp("adventureworks") / "home")
    return import_feed(feed, program.records, shared / "data" / "adventureworks", workspace)


def test_control_totals_of_its_readme(result: ImportResult) -> None:
    """Lines, units, amount and days are those published beside the files."""
    tables = {each.name: each for each in result.tables}
    assert (tables["partners"].rows, tables["products"].rows, tables["sales"].rows) == (701, 397, 57_851)
    assert tables["territories"].rows == 39
    totals = tables["sales"].totals
    assert totals["quantity"] == {"sum": "204114"}
    assert totals["amount"] == {"sum": "77548570.20"}
    assert totals["closed_on"] == {"min": "2017-07-01", "max": "2020-05-31"}


def test_totals_of_each_year(result: ImportResult) -> None:
    """Amount and number of buying resellers, by calendar year."""
    assert result.snapshot is not None
    connection = open_connection(1, folders=[result.snapshot.folder])
    rows = connection.execute(
        "SELECT year(closed_on), CAST(sum(amount) AS VARCHAR), count(DISTINCT partner_id)"
        f" FROM {stored_rows(result.snapshot.path('sales'))} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert rows == [
        (2017, "8069755.58", 203),
        (2018, "24328786.25", 417),
        (2019, "32500005.58", 555),
        (2020, "12650022.79", 453),
    ]


def test_its_faults_are_told(result: ImportResult) -> None:
    """Two spellings of one type become one; `NULL` is missing; an employee of several territories is one person."""
    assert [(each.code, each.message) for each in result.diagnostics] == [
        ("RNG731", "21 rows of `people` are equal to another in all fields and count once"),
        ("RNG739", "163 cells of `ResellerSalesTargets.csv` without a value were skipped"),
    ]
    assert result.snapshot is not None
    connection = open_connection(1, folders=[result.snapshot.folder])
    partners = stored_rows(result.snapshot.path("partners"))
    found = connection.execute(f"SELECT type, count(*) FROM {partners} GROUP BY 1 ORDER BY 1").fetchall()
    assert sum(rows for _, rows in found) == 701
    assert [kind for kind, _ in found] == KINDS
