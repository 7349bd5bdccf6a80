"""The main job on records that nobody here wrote: import, tiers, rebates, recheck, replay.

Expected values come from the published README of the records, and from SQL written by hand against
the CSV files, which shares nothing with rung.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from tests.acceptance.adventureworks import Files, connect, find_files

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "programs" / "adventureworks"
AS_OF = "2020-05-31"

TIERS_BY_HAND = """
    WITH twelve AS (
        SELECT ResellerKey AS partner, sum(CAST(SalesAmount AS DECIMAL(18,2))) AS revenue
        FROM lines WHERE CAST(OrderDate AS DATE) > DATE '2019-05-31' AND CAST(OrderDate AS DATE) <= DATE '2020-05-31'
        GROUP BY ResellerKey
    )
    SELECT CASE WHEN revenue >= 250000 THEN 'platinum' WHEN revenue >= 100000 THEN 'gold'
                WHEN revenue >= 25000 THEN 'silver' ELSE 'registered' END AS tier, count(*)
    FROM resellers LEFT JOIN twelve ON twelve.partner = resellers.ResellerKey GROUP BY tier
"""

# Calendar quarters that are over on 2020-05-31; tier silver needs 25,000 in the twelve months before the quarter's end.
REBATES_BY_HAND = """
    WITH quarters AS (
        SELECT CAST(start AS DATE) AS start, CAST(start + INTERVAL 3 MONTH AS DATE) AS next
        FROM range(TIMESTAMP '2017-07-01', TIMESTAMP '2020-04-01', INTERVAL 3 MONTH) AS each(start)
    ), measured AS (
        SELECT l.ResellerKey AS partner, q.start,
               sum(CAST(l.SalesAmount AS DECIMAL(18,2))) FILTER (CAST(l.OrderDate AS DATE) >= q.start) AS basis,
               sum(CAST(l.SalesAmount AS DECIMAL(18,2))) AS twelve
        FROM lines AS l JOIN quarters AS q
          ON CAST(l.OrderDate AS DATE) < q.next
         AND CAST(l.OrderDate AS DATE) >= CAST(q.next - INTERVAL 1 YEAR AS DATE)
        GROUP BY ALL
    ), earned AS (
        SELECT partner, start, least(
            CAST(10000 AS DECIMAL(18,5)),
            least(basis, 25000) * 0.01
            + greatest(least(basis, 100000) - 25000, 0) * 0.02
            + greatest(basis - 100000, 0) * 0.035) AS amount
        FROM measured WHERE twelve >= 25000 AND basis IS NOT NULL
    )
    SELECT partner, year(start) || '-Q' || quarter(start) AS period, round(amount, 2) AS amount
    FROM earned WHERE round(amount, 2) <> 0 ORDER BY partner, period
"""


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The published files, or the twin where they are absent."""
    return find_files(ROOT.parent / "shared", tmp_path_factory.mktemp("twin"))


def rung(home: Path, *arguments: str, expect: int = 0, **environment: str) -> str:
    """Run the command as a user would; its stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", "--home", str(home), *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def home(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the records imported and the program evaluated, every partner rechecked."""
    home = tmp_path_factory.mktemp("work") / "home"
    evaluated = json.loads(
        rung(home, "evaluate", str(PROGRAM / "2020.yaml"), "--data", str(PROGRAM), "--files", str(files.folder),
             "--as-of", AS_OF, "--recheck", "all", "--json")
    )  # fmt: skip
    (home / "summary.json").write_text(json.dumps(evaluated), encoding="utf-8")
    return home


def summary(home: Path) -> dict[str, object]:
    """What `rung evaluate --json` printed."""
    document: dict[str, object] = json.loads((home / "summary.json").read_text(encoding="utf-8"))
    return document


def control_totals(files: Files) -> Sequence[tuple[object, ...]]:
    """Lines, units and amount by year, from SQL written by hand."""
    return connect(files).execute(
        "SELECT year(CAST(OrderDate AS DATE)), count(*), sum(CAST(OrderQuantity AS BIGINT)), "
        "sum(CAST(SalesAmount AS DECIMAL(18,2))), count(DISTINCT ResellerKey) FROM lines GROUP BY 1 ORDER BY 1"
    ).fetchall()  # fmt: skip


@pytest.mark.long
def test_import_reproduces_the_control_totals(files: Files, home: Path) -> None:
    """Lines, units, amount, and amount by year are exact."""
    by_year = control_totals(files)
    imported = json.loads(rung(home, "import", str(PROGRAM / "feed.yaml"), "--files", str(files.folder), "--json"))
    sales = imported["tables"]["sales"]
    lines = sum(int(str(row[1])) for row in by_year)
    amount = sum((Decimal(str(row[3])) for row in by_year), Decimal(0))
    assert (sales["rows"], json.dumps(sales).count(f'"{amount}"')) == (lines, 1)
    if files.published:  # the figures printed in the README beside the files
        assert (lines, amount) == (57_851, Decimal("77548570.20"))
        assert [(row[3], row[4]) for row in by_year] == [
            (Decimal("8069755.58"), 203),
            (Decimal("24328786.25"), 417),
            (Decimal("32500005.58"), 555),
            (Decimal("12650022.79"), 453),
        ]


def test_snapshot_holds_the_amounts_by_year(files: Files, home: Path) -> None:
    """The stored records give the same sums by year as the files."""
    snapshot = str(summary(home)["snapshot"])
    table = parquet.read_table(home / "snapshots" / snapshot / "sales.parquet", columns=["closed_on", "amount"])
    sums: dict[int, Decimal] = {}
    for row in table.to_pylist():
        sums[row["closed_on"].year] = sums.get(row["closed_on"].year, Decimal(0)) + row["amount"]
    assert sums == {row[0]: row[3] for row in control_totals(files)}


def test_tiers_match_sql_by_hand(files: Files, home: Path) -> None:
    """Partners by tier, trailing twelve months at 2020-05-31."""
    by_hand = dict(connect(files).execute(TIERS_BY_HAND).fetchall())
    assert summary(home)["tiers"] == by_hand
    if files.published:
        assert by_hand == {"registered": 470, "silver": 72, "gold": 128, "platinum": 31}


def test_rebates_match_sql_by_hand_to_the_cent(files: Files, home: Path) -> None:
    """Every partner's every quarter: the same rows, the same amounts."""
    run = home / "runs" / str(summary(home)["run"])
    earnings = parquet.read_table(run / "earnings.parquet").to_pylist()
    ours = sorted((row["partner_id"], row["period"], row["amount"]) for row in earnings)
    by_hand = sorted(connect(files).execute(REBATES_BY_HAND).fetchall())
    assert len(by_hand) > 100
    assert ours == by_hand


def test_recheck_covers_every_partner_without_mismatch(files: Files, home: Path) -> None:
    """Reference and referee decide all partners again and agree."""
    recheck = summary(home)["recheck"]
    assert isinstance(recheck, dict)
    assert (recheck["checked"], recheck["mismatches"]) == (summary(home)["partners"], 0)


@pytest.mark.parametrize("engine", ["columnar", "reference"])
@pytest.mark.long
def test_replay_is_identical_elsewhere(engine: str, home: Path, tmp_path: Path) -> None:
    """Another folder, time zone, locale and hash seed give the same decisions by either evaluator."""
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(home, elsewhere)
    run = str(summary(home)["run"])
    rung(elsewhere, "replay", run, "--by", engine, TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7")


def test_second_evaluation_finds_the_run(files: Files, home: Path) -> None:
    """The same program, records and day are the same run."""
    again = json.loads(
        rung(
            home,
            "evaluate",
            str(PROGRAM / "2020.yaml"),
            "--data",
            str(summary(home)["snapshot"]),
            "--as-of",
            AS_OF,
            "--json",
        )
    )
    assert again["run"] == summary(home)["run"]


def test_twin_has_the_faults_of_the_original(tmp_path: Path) -> None:
    """Two spellings, `NULL` for missing, a byte-order mark: the twin tests the same things."""
    from tests.acceptance.adventureworks import write_twin

    write_twin(tmp_path, resellers=30, lines=600)
    assert (tmp_path / "ResellerSalesTargets.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert {"Ware House", "Warehouse"} <= {
        line.split(",")[1] for line in (tmp_path / "Resellers.csv").read_text(encoding="utf-8").splitlines()
    }
    assert ",NULL," in (tmp_path / "FactResellerSales.csv").read_text(encoding="utf-8")
