"""Records that nobody here wrote: the AdventureWorks files as they are, against their published totals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.duck import open_connection
from engine.language.records import Field, RecordSchema, RecordTable, standard_tables
from engine.records.importer import ImportResult, import_feed
from engine.records.parse import parse_feed
from engine.records.snapshot import stored_rows
from engine.types import DATE, ID, INTEGER, TEXT, choice, money
from engine.workspace import Workspace

USD = money("USD", 2)
KINDS = choice("warehouse", "value_added_reseller", "specialty_bike_shop")


def own_tables() -> RecordSchema:
    """The standard tables, with what the feed fills beside them."""
    more = {
        "partners": (Field("state", TEXT, optional=True), Field("city", TEXT, optional=True)),
        "products": (Field("color", TEXT, optional=True),),
        "sales": (Field("territory_id", ID), Field("unit_price", USD), Field("total_cost", USD, optional=True)),
    }
    tables = []
    for table in standard_tables("USD", 2):
        fields = tuple(replace(each, type=KINDS) if each.name == "type" else each for each in table.fields)
        tables.append(replace(table, fields=(*fields, *more.get(table.name, ()))) if table.name in more else table)
    territories = (Field("person_id", ID, references="people"), Field("territory_id", ID))
    targets = (Field("employee_id", ID), Field("month", DATE), Field("target", INTEGER))
    return RecordSchema(
        (
            *tables,
            RecordTable("territories", ("person_id", "territory_id"), territories),
            RecordTable("targets", ("employee_id", "month"), targets, date="month"),
        )
    )


@pytest.fixture(scope="module")
def result(shared: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> ImportResult:
    """The five files, imported by the feed that is shipped."""
    path = repository / "programs" / "adventureworks" / "feed.yaml"
    feed, findings = parse_feed(path.read_bytes(), str(path))
    assert feed is not None, findings
    workspace = Workspace(tmp_path_factory.mktemp("adventureworks") / "home")
    return import_feed(feed, own_tables(), shared / "data" / "adventureworks", workspace)


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
        ("RNG731", "21 rows repeat another row of `people` in all fields and count once"),
        ("RNG739", "163 cells of `ResellerSalesTargets.csv` mean missing and made no row"),
    ]
    assert result.snapshot is not None
    connection = open_connection(1, folders=[result.snapshot.folder])
    partners = stored_rows(result.snapshot.path("partners"))
    found = connection.execute(f"SELECT type, count(*) FROM {partners} GROUP BY 1 ORDER BY 1").fetchall()
    assert sum(rows for _, rows in found) == 701
    assert [kind for kind, _ in found] == sorted(KINDS.values)
