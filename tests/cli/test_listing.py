"""`cli/listing.py`: the rows of a run as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

Rows = list[dict[str, str]]
COLUMNS = (
    "partner_id,program,incentive,period,period_from,period_before,keys,source_id,earner_id,currency,"
    "measure,earned,rounded,amount,undecided,"
    "partner_name,payee,payee_name,title,settle_by,accounting,minor_units"
)

PROGRAM = """\
rung: 1
program: duo
title: Duo
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: EUR
rounding: {mode: half_up, at: earning}
metrics:
  revenue: {title: Revenue, from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [registered, silver]
  silver:
    requires:
      - -revenue <= -100 EUR
benefits:
  coaching: {value: flag, when: [revenue >= 100 EUR]}
incentives:
  launch:
    kind: spiff
    title: Launch
    from: sales
    during: {from: 2026-01-01, before: 2026-04-01}
    amount: 10 EUR
    per: 1
    of: quantity
    payee: partner
    tax: none
  volume:
    kind: rebate
    title: Volume
    from: sales
    eligible: [revenue >= 150 EUR]
    period: quarter
    sum: amount
    rate: 1%
    payee: partner
    accounting: contra_revenue
    settle_by: credit_note
"""
FEED = """\
rung: 1
feed: duo
records: 2026.yaml
currency: EUR
sources: {partners: {file: partners.csv}, sales: {file: sales.csv}}
tables:
  partners: {from: partners, fields: {partner_id: P, name: N}}
  sales:
    from: sales
    fields: {sale_id: S, partner_id: P, entry: {constant: sale}, closed_on: D, quantity: Q, amount: A}
"""


@pytest.fixture
def duo(tmp_path: Path) -> Path:
    """Two partners; P1 sold three pieces and once a number of them that nobody wrote down."""
    folder = tmp_path / "duo"
    folder.mkdir()
    files = {
        "2026.yaml": PROGRAM,
        "feed.yaml": FEED,
        "partners.csv": "P,N\nP1,=One\nP2,Two\n",
        "sales.csv": "S,P,D,Q,A\nS1,P1,2026-02-01,3,150.00\nS2,P1,2026-02-02,,20.00\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def listed(rung: Shell, show: str) -> tuple[str, Rows]:
    """The list as CSV text, and as rows."""
    line = ("evaluate", "duo/2026.yaml", "--data", "duo", "--as-of", "2026-06-30", "--format", "csv", "--show", show)
    answer = rung(*line)
    assert answer.code == 0, answer.err
    return answer.out, list(csv.DictReader(io.StringIO(answer.out)))


def test_the_payable_list_has_one_line_an_earning(rung: Shell, duo: Path) -> None:
    """Three pieces at 10 EUR are payable; the sale without a quantity is listed, undecided, without an amount."""
    text, rows = listed(rung, "earnings")
    assert text.splitlines()[0] == COLUMNS
    assert [(row["source_id"], row["undecided"]) for row in rows] == [("S1", "no"), ("S2", "yes"), ("", "no")]
    first, second, quarter = rows
    assert (first["incentive"], first["partner_id"], first["earner_id"], first["currency"]) == (
        ("launch", "P1", "P1", "EUR")
    )
    assert (Decimal(first["measure"]), Decimal(first["earned"])) == (Decimal(3), Decimal(30))
    assert first["amount"] == "30.00"
    assert (second["measure"], second["amount"]) == ("", "")
    assert (quarter["incentive"], quarter["period"], quarter["rounded"]) == ("volume", "2026-Q1", "1.70")
    told = ("partner_name", "payee", "payee_name", "title", "settle_by", "accounting", "minor_units")
    assert [tuple(row[name] for name in told) for row in rows] == [
        ("'=One", "partner", "'=One", "Launch", "", "", "3000"),
        ("'=One", "partner", "'=One", "Launch", "", "", ""),
        ("'=One", "partner", "'=One", "Volume", "credit_note", "contra_revenue", "170"),
    ]


def test_what_a_payee_gets_is_added_up(rung: Shell, duo: Path) -> None:
    """By the way of settling, so that a credit note and a payment are not mixed; an undecided earning is not paid."""
    _, rows = listed(rung, "payees")
    assert [tuple(row.values()) for row in rows] == [
        ("partner", "P1", "'=One", "EUR", "", "", "1", "30.00", "3000", "1"),
        ("partner", "P1", "'=One", "EUR", "credit_note", "contra_revenue", "1", "1.70", "170", "0"),
    ]
    line = ("evaluate", "duo/2026.yaml", "--data", "duo", "--as-of", "2026-06-30", "--output")
    assert (rung(*line, "pay.xlsx").code, rung(*line, "again.xlsx").code) == (0, 0)
    assert Path("pay.xlsx").read_bytes() == Path("again.xlsx").read_bytes()
    book = CalamineWorkbook.from_path("pay.xlsx")
    assert book.sheet_names == ["run", "payees", "earnings", "partners"]
    (_, *payees) = book.get_sheet_by_name("payees").to_python()
    assert [row[2:9] for row in payees] == [
        ["'=One", "EUR", "", "", 1, 30, 3000],
        ["'=One", "EUR", "credit_note", "contra_revenue", 1, 1.7, 170],
    ]
    (head, *partners) = book.get_sheet_by_name("partners").to_python()
    assert [head[:3], *(row[:2] for row in partners)] == [
        ["partner_id", "partner_name", "held"],
        ["P1", "'=One"],
        ["P2", "Two"],
    ]
    assert rung(*line, "pay.csv").code == 0
    assert Path("pay.csv").read_text("utf-8").startswith("partner_id,held,")


def test_it_can_be_written_to_a_file(rung: Shell, duo: Path) -> None:
    """`--output` has the same bytes as stdout."""
    text, _ = listed(rung, "earnings")
    line = ("evaluate", "duo/2026.yaml", "--data", "duo", "--as-of", "2026-06-30", "--show", "earnings")
    assert rung(*line, "--format", "csv", "--output", "payable.csv").out == ""
    assert Path("payable.csv").read_text("utf-8") == text
    assert rung(*line).out.splitlines()[0].split() == COLUMNS.split(",")


def test_benefits_have_a_line_for_each_partner(rung: Shell, duo: Path) -> None:
    """P1 has coaching; P2, whose revenue is known to be nothing, has not."""
    _, rows = listed(rung, "benefits")
    assert [(row["partner_id"], row["benefit"], row["granted"]) for row in rows] == [
        ("P1", "coaching", "yes"),
        ("P2", "coaching", "no"),
    ]


def test_conditions_have_their_line_and_no_formula(rung: Shell, duo: Path) -> None:
    """Each line of the program has its outcome for each partner; a text that a spreadsheet would run is defused."""
    _, rows = listed(rung, "conditions")
    tier = [row for row in rows if row["condition"] == "tier.silver.1"]
    assert [(row["partner_id"], row["day"], row["outcome"], row["line"]) for row in tier] == [
        ("P1", "2026-06-30", "met", "14"),
        ("P2", "2026-06-30", "not met", "14"),
    ]
    assert {row["text"][0] for row in tier} == {"'"}
    assert [Decimal(row["distance"]) for row in tier] == [0, 100]


def test_conditions_of_an_incentive_are_listed_on_the_days_it_judged(rung: Shell, duo: Path) -> None:
    """P1 had 170 EUR at the end of both quarters and P2 nothing; on these days no line of a tier was judged."""
    _, rows = listed(rung, "conditions")
    asked = [row for row in rows if row["condition"].startswith("incentive.")]
    assert [(row["partner_id"], row["day"], row["condition"], row["outcome"]) for row in asked] == [
        ("P1", "2026-03-31", "incentive.volume.1", "met"),
        ("P1", "2026-06-30", "incentive.volume.1", "met"),
        ("P2", "2026-03-31", "incentive.volume.1", "not met"),
        ("P2", "2026-06-30", "incentive.volume.1", "not met"),
    ]
    assert {row["day"] for row in rows if row not in asked} == {"2026-06-30"}


def test_partners_have_their_status_and_sums(rung: Shell, duo: Path) -> None:
    """30 EUR for pieces, 1 % of 170 EUR, and one earning that cannot be decided; P2 earned nothing."""
    _, rows = listed(rung, "partners")
    names = ("partner_id", "held", "launch EUR", "volume EUR", "undecided earnings")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("P1", "silver", "30.00", "1.70", "1"),
        ("P2", "registered", "", "", ""),
    ]
    assert not {"ladder", "scope"} & rows[0].keys()


def test_the_list_of_summit_sums_to_its_totals(rung: Shell, repository: Path) -> None:
    """Amounts by incentive, and undecided ones, are those that the totals say."""
    line = ("evaluate", f"{repository}/programs/summit/2026.yaml", "--data", f"{repository}/programs/summit")
    totals = rung(*line, "--as-of", "2026-07-31").out
    text = rung(*line, "--as-of", "2026-07-31", "--format", "csv", "--show", "earnings").out
    sums: Counter[str] = Counter()
    undecided = 0
    for row in csv.DictReader(io.StringIO(text)):
        sums[row["incentive"]] += int(Decimal(row["amount"] or 0) * 100)
        undecided += row["undecided"] == "yes"
    assert {name: f"{Decimal(cents) / 100:,.2f}" in totals for name, cents in sums.items()} == {
        "launch_spiff": True,
        "volume_rebate": True,
    }
    assert f"{undecided} earnings without an amount" in totals


def test_designations_stand_in_the_order_of_the_program(rung: Shell, duo: Path) -> None:
    """Behind the tier, whichever of them the first partner has: P1 sold in `na` only, P2 in `emea`."""
    text = PROGRAM.replace("benefits:", DESIGNATIONS + "benefits:").replace("metrics:\n", f"metrics:\n{REGIONAL}")
    (duo / "2026.yaml").write_text(text.replace("currency: EUR", CHOICE, 1), "utf-8")
    feed = FEED.replace("quantity: Q", "quantity: Q, territory: T")
    (duo / "feed.yaml").write_text(feed, "utf-8")
    sold = "S,P,D,Q,A,T\nS1,P1,2026-02-01,3,150.00,na\nS2,P2,2026-02-02,1,20.00,emea\n"
    (duo / "sales.csv").write_text(sold, "utf-8")
    _, rows = listed(rung, "partners")
    assert list(rows[0])[:8] == [
        "partner_id", "held", "floor", "ceiling", "prior", "undecided", "local.emea", "local.na"
    ]  # fmt: skip
    assert [(row["local.emea"], row["local.na"]) for row in rows] == [("", "held"), ("held", "")]


REGIONAL = "  regional: {from: sales, sum: amount, per: [territory], window: lifetime}\n"
CHOICE = """\
currency: EUR
choices: {territory: [emea, na, apac]}
records: {sales: {fields: {territory: {type: territory}}}}
"""
DESIGNATIONS = """\
designations:
  local:
    per: [territory]
    overall: highest
    applies_to: [regional >= 1 EUR]
    requires: [regional >= 2 EUR]
"""
