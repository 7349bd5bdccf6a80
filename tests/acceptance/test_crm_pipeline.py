"""A CRM's export as it is, in two dialects: import, tiers by account and its parents, a rebate, SPIFFs to sellers.

Expected values come from the README beside the files, and from SQL written by hand that shares nothing with rung.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
import pytest

from engine.duck import open_connection
from engine.records.snapshot import stored_rows
from tests.acceptance.test_adventureworks import rung

pytestmark = pytest.mark.search

OWN = Path(__file__).parent / "crm"
DIALECTS = ("us-dates", "two-digit-years")
BY_QUARTER = [
    (1, 531, Decimal(1_134_672)),
    (2, 1_254, Decimal(3_086_111)),
    (3, 1_257, Decimal(2_982_255)),
    (4, 1_196, Decimal(2_802_496)),
]  # as the README has them
LARGEST = [
    ("Kan-code", 341_455), ("Konex", 269_245), ("Condax", 206_410), ("Cheers", 198_020), ("Hottechi", 194_957),
]  # fmt: skip

BY_HAND = """
    CREATE TABLE won AS SELECT opportunity_id AS deal, sales_agent AS seller, product, account,
        CAST(strptime(close_date, '%m/%d/%Y') AS DATE) AS day, CAST(close_value AS DECIMAL(18, 2)) AS value
    FROM read_csv($deals, all_varchar = true, header = true) WHERE deal_stage = 'Won';
    CREATE TABLE accounts AS FROM read_csv($accounts, all_varchar = true, header = true);
"""
REBATES = """
    WITH quarters AS (SELECT CAST(s AS DATE) AS start, CAST(s + INTERVAL 3 MONTH AS DATE) AS next
                      FROM range(TIMESTAMP '2017-01-01', TIMESTAMP '2018-01-01', INTERVAL 3 MONTH) AS each(s)),
    groups AS (SELECT a.account AS head, b.account AS member FROM accounts a JOIN accounts b
               ON b.account = a.account OR b.subsidiary_of = a.account),
    judged AS (SELECT head, start, sum(value) AS revenue FROM groups JOIN won ON won.account = member
               JOIN quarters ON day < next GROUP BY ALL)
    SELECT won.account, quarter(quarters.start), CAST(sum(value) * CAST('0.02' AS DECIMAL(3, 2)) AS DECIMAL(18, 2))
    FROM won JOIN quarters ON day >= start AND day < next
    JOIN judged ON head = won.account AND judged.start = quarters.start
    WHERE revenue >= 100000 GROUP BY ALL ORDER BY ALL
"""
SPIFFS = (
    "SELECT seller, count(*) * CAST(500 AS DECIMAL(18, 2)) FROM won WHERE product = 'GTK 500' GROUP BY ALL ORDER BY ALL"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace for the records of both dialects."""
    return tmp_path_factory.mktemp("crm") / "home"


@pytest.fixture(scope="module")
def snapshots(shared: Path, home: Path) -> dict[str, str]:
    """The snapshot of each dialect, imported without a script."""
    made = {}
    for name in DIALECTS:
        files = shared / "data" / "crm-pipeline" / name
        told = json.loads(rung(home, "import", str(OWN / f"{name}.yaml"), "--files", str(files), "--json"))
        made[name] = str(told["snapshot"])
    return made


@pytest.mark.parametrize("name", DIALECTS)
def test_control_totals_of_the_readme(name: str, home: Path, snapshots: dict[str, str]) -> None:
    """Deals and value by quarter, and the largest accounts."""
    folder = home / "snapshots" / snapshots[name]
    rows, connection = stored_rows(folder / "sales.parquet"), open_connection(1, folders=[folder])
    query = f"SELECT quarter(closed_on), count(*), sum(amount) FROM {rows} GROUP BY 1 ORDER BY 1"
    assert connection.execute(query).fetchall() == BY_QUARTER
    query = f"SELECT partner_id, sum(amount) FROM {rows} GROUP BY 1 ORDER BY 2 DESC LIMIT 5"
    assert connection.execute(query).fetchall() == LARGEST


def test_both_dialects_are_the_same_records(snapshots: dict[str, str]) -> None:
    """Two ways of writing days give one snapshot."""
    assert len(set(snapshots.values())) == 1


def test_earnings_match_sql_by_hand(shared: Path, home: Path, snapshots: dict[str, str]) -> None:
    """Rebates of accounts whose group bought enough, and SPIFFs by seller, to the cent."""
    folder = shared / "data" / "crm-pipeline" / "us-dates"
    hand = duckdb.connect()
    for statement in BY_HAND.split(";")[:2]:
        path = folder / ("sales_pipeline.csv" if "$deals" in statement else "accounts.csv")
        hand.execute(statement, {"deals" if "$deals" in statement else "accounts": str(path)})
    told = json.loads(rung(home, "evaluate", str(OWN / "program.yaml"), "--data", snapshots["us-dates"],
                           "--as-of", "2017-12-31", "--recheck", "5", "--json"))  # fmt: skip
    earned = parquet.read_table(home / "runs" / told["run"] / "earnings.parquet").to_pylist()
    spiffs: dict[str, Decimal] = {}
    for row in earned:
        if row["incentive"] == "flagship_spiff":
            spiffs[row["earner_id"]] = spiffs.get(row["earner_id"], Decimal(0)) + row["amount"]

    def as_id(name: str) -> str:
        return name.replace(" ", "_").replace("&", "and")

    assert sorted(spiffs.items()) == [(as_id(name), amount) for name, amount in hand.execute(SPIFFS).fetchall()]
    rebates = [(row["partner_id"], row["period"], row["amount"]) for row in earned if row["period"]]
    by_hand = [(as_id(name), f"2017-Q{n}", amount) for name, n, amount in hand.execute(REBATES).fetchall()]
    assert sorted(rebates) == sorted(by_hand)
    assert len(by_hand) > 20
