"""Rows set aside by `--quarantine`, as the commands tell of them. Every statement is worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from cli.exits import ExitCode
from engine.explain.schema import SCHEMA
from tests.cli.test_report import SOLD

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

PROGRAM = """\
rung: 1
program: duo
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: EUR
records: {partners: {fields: {score: {type: integer, optional: true}}}}
tiers: {ladder: [registered, silver], silver: {requires: [score >= 3]}}
incentives:
  rebate:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    rate: 1%
    payee: partner
    accounting: contra_revenue
    settle_by: credit_note
"""
METRIC = "metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}\n"
SALES = "S1,P1,2026-02-05,100\nS2,P1,2026-02-06,x\nS3,P2,2026-03-31,200\nS4,P9,2026-02-06,1\n"
FILES = {
    "duo.yaml": PROGRAM,
    "feed.yaml": SOLD,
    "p.csv": "id,score\nP1,3\nP2,3\n",
    "s.csv": f"sale,partner,day,amount\n{SALES}",
}


@pytest.fixture
def run(rung: Shell, tmp_path: Path) -> str:
    """The id of a run in which a sale of P1, and one of nobody who is known, were set aside."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(json.loads(rung(*LINE, "--quarantine", "--json").out)["run"])


LINE = ("evaluate", "duo.yaml", "--data", ".", "--as-of", "2026-05-15")


def test_a_run_says_what_is_undecided(rung: Shell, run: str) -> None:
    """Both tiers are decided, for they read no sale; P1's rebate is not, and the row of P9 is in no decision."""
    lines = rung(*LINE, "--quarantine").out.splitlines()
    assert ["sales", "2", "1"] in [each.split() for each in lines]
    assert ["silver", "2"] in [each.split() for each in lines]
    assert ["rebate", "2.00", "EUR"] in [each.split() for each in lines]
    assert "undecided: 1 earning without an amount, not payable (rebate, partner P1, 2026-Q1)" in lines
    assert "in no decision: 1 row of sales without a known partner" in lines


def test_an_explanation_names_the_row(rung: Shell, run: str) -> None:
    """Of P1 the tier is explained, and instead of the rebate the row that was set aside; of P2 everything."""
    page = rung("explain", run, "P1").out
    assert "Tier: silver" in page
    because = "rows of this partner were set aside by the import:"
    assert f"Undecided: rebate\n  {because}\n  s.csv:3: `sales`, RNG701 amount" in page
    assert "100.00" not in page
    document = json.loads(rung("explain", run, "P1", "--json").out)
    jsonschema.validate(document, SCHEMA)
    row = {"table": "sales", "place": "s.csv:3", "fault": "RNG701 amount"}
    assert document["set_aside"] == {"run": False, "incentives": ["rebate"], "rows": [row]}
    assert (document["earnings"], document["unearned"]) == ([], [])
    whole = json.loads(rung("explain", run, "P2", "--json").out)
    jsonschema.validate(whole, SCHEMA)
    assert whole["set_aside"] is None
    assert [each["amount"]["value"] for each in whole["earnings"] if each["complete_on"] is None] == ["2.00"]


def test_an_explanation_gives_no_reason_for_what_is_undecided(rung: Shell, run: str, tmp_path: Path) -> None:
    """Where the tier reads sales, P1 has neither tier nor metric in its explanation."""
    text = PROGRAM.replace("score >= 3", "revenue >= 50 EUR") + METRIC
    (tmp_path / "duo.yaml").write_text(text, encoding="utf-8")
    other = json.loads(rung(*LINE, "--quarantine", "--json").out)["run"]
    page = rung("explain", other, "P1").out
    assert "Undecided: tier, benefits and metrics, rebate" in page
    assert "Tier:" not in page and "Metrics" not in page and "100" not in page
    document = json.loads(rung("explain", other, "P1", "--json").out)
    jsonschema.validate(document, SCHEMA)
    assert (document["tier"], document["why_not"], document["metrics"]) == (None, None, [])


HISTORY = "  statuses: {from: h, fields: {partner_id: partner, ladder: ladder, tier: tier, from: since}}\n"


@pytest.mark.parametrize("known", [False, True], ids=["without history", "with history"])
def test_every_partner_is_in_the_table_of_tiers(rung: Shell, run: str, tmp_path: Path, known: bool) -> None:
    """P1's tier reads the row set aside: it has none, whatever it held before, and is counted as such. P2 sold for 200.

    The designation applies to nobody of whom it is known, and the same holds for it.
    """
    text = PROGRAM.replace("score >= 3", "revenue >= 50 EUR") + METRIC
    text += "designations: {expert: {applies_to: [revenue >= 100 EUR], requires: [score >= 3]}}\n"
    (tmp_path / "duo.yaml").write_text(text, encoding="utf-8")
    if known:
        feed = SOLD.replace("s: {file: s.csv}", "s: {file: s.csv}, h: {file: h.csv}") + HISTORY
        (tmp_path / "feed.yaml").write_text(feed, encoding="utf-8")
        rows = "".join(f"{each},tiers,silver,2026-01-01\n" for each in ("P1", "P2"))
        (tmp_path / "h.csv").write_text(f"partner,ladder,tier,since\n{rows}", encoding="utf-8")
    answer = rung(*LINE, "--quarantine")
    words = [each.split() for each in answer.out.splitlines()]
    table = words.index(["tier", "partners"])
    assert words[table + 1 : table + 4] == [["registered", "0"], ["silver", "1"], ["no", "tier", "1"]], answer
    assert ["expert", "no", "status", "1"] in words
    assert "undecided: the tier of 1 partner (P1)" in answer.out.splitlines()
    document = json.loads(rung(*LINE, "--quarantine", "--json").out)
    assert document["without_tier"] + sum(document["tiers"].values()) == document["partners"] == 2
    (expert,) = document["designations"]
    assert (expert["held"], expert["undecided"], expert["without_status"]) == ({"not_held": 0, "held": 1}, 1, 1)
    listed = rung(*LINE, "--quarantine", "--format", "csv").out.splitlines()
    assert listed[1].split(",")[:6] == ["P1", "", "", "", "", "yes"]
    assert listed[2].split(",")[:6] == ["P2", "silver", "silver", "silver", "silver" if known else "", "no"]


def test_what_needs_all_records_is_refused(rung: Shell, run: str, tmp_path: Path) -> None:
    """Two programs are not compared on such records, and no test case is made of a decision."""
    (tmp_path / "new.yaml").write_text(PROGRAM.replace("rate: 1%", "rate: 2%"), encoding="utf-8")
    for line in (("diff", run, "new.yaml"), ("test", "--from", run, "P2", "--output", "case.test.yaml")):
        answer = rung(*line)
        assert answer.code == ExitCode.INVALID, (line, answer)
        assert "RNG816" in answer.err


def test_the_audit_examines_such_a_run(rung: Shell, run: str) -> None:
    """Everything is computed again and found to be as it was."""
    answer = rung("doctor")
    assert answer.code == 0, answer.err
    assert rung("replay", run).code == 0
