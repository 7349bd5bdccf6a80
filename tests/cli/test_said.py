"""Statements about what sellers earn, what was returned and what is in percent, from the files to the outputs."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

PROGRAM = """\
rung: 1
program: duo
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
parameters: {need: 70%}
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
  large: {from: sales, sum: amount, where: amount >= 100 USD, window: lifetime}
  share: {formula: large / revenue}
tiers: {ladder: [member, expert], expert: {requires: [share >= need]}}
incentives:
  launch: {kind: spiff, from: sales, of: amount, rate: 10%, payee: seller}
  resale: {kind: commission, from: sales, of: amount, rate: 1%, payee: partner}
"""
FEED = """\
rung: 1
feed: duo
records: duo.yaml
currency: USD
sources: {partners: {file: partners.csv}, people: {file: people.csv}, sales: {file: sales.csv}}
tables:
  partners: {from: partners, fields: {partner_id: P}}
  people: {from: people, fields: {person_id: U, partner_id: P}}
  sales:
    from: sales
    fields: {sale_id: S, partner_id: P, seller_id: U, entry: E, returns_id: R, closed_on: D, amount: A}
"""
SALES = """\
S,P,U,E,R,D,A
S1,P1,U1,sale,,2026-02-01,200.00
S2,P1,U1,sale,,2026-02-02,100.00
R2,P1,U1,return,S2,2026-02-10,-100.00
S3,P1,U1,sale,,2026-02-03,100.00
"""


@pytest.fixture
def duo(tmp_path: Path) -> Path:
    """A partner with one seller; one of its three sales is returned."""
    files = {"duo.yaml": PROGRAM, "feed.yaml": FEED, "partners.csv": "P\nP1\n", "people.csv": "U,P\nU1,P1\n"}
    for name, text in {**files, "sales.csv": SALES}.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


DATA = ("--data", ".", "--as-of", "2026-03-31")


def test_what_sellers_earn_is_not_what_the_partner_earns(rung: Shell, duo: Path) -> None:
    """10 % of 300.00 for the seller, 1 % of it for the partner."""
    answer = rung("evaluate", "duo.yaml", *DATA, "--format", "csv")
    (row,) = csv.DictReader(answer.out.splitlines())
    assert (row["launch USD earned by sellers"], row["resale USD"]) == ("30.00", "3.00")
    assert "launch USD" not in row  # it pays sellers alone: an empty column would read as nothing earned


def test_a_change_names_the_seller(rung: Shell, duo: Path) -> None:
    """At 20 % the seller wins 30.00, and the partner nothing."""
    (duo / "new.yaml").write_text(PROGRAM.replace("rate: 10%", "rate: 20%"), "utf-8")
    document = json.loads(rung("diff", "duo.yaml", "new.yaml", *DATA, "--json").out)
    (winner,) = document["impact"]["winners"]
    assert (winner["partner"], winner["seller"], winner["change"]) == ("P1", "U1", "30.00")
    assert "P1, seller U1" in rung("diff", "duo.yaml", "new.yaml", *DATA).out


def test_a_seller_may_have_the_id_of_its_partner(rung: Shell, duo: Path) -> None:
    """Ids of people and of partners are separate: the 30.00 of the person P1 are no money of the partner P1."""
    for name in ("people.csv", "sales.csv"):
        (duo / name).write_text((duo / name).read_text("utf-8").replace("U1", "P1"), "utf-8")
    answer = rung("evaluate", "duo.yaml", *DATA, "--format", "csv")
    (row,) = csv.DictReader(answer.out.splitlines())
    assert (row["launch USD earned by sellers"], row["resale USD"]) == ("30.00", "3.00")
    (duo / "new.yaml").write_text(PROGRAM.replace("rate: 10%", "rate: 20%"), "utf-8")
    document = json.loads(rung("diff", "duo.yaml", "new.yaml", *DATA, "--json").out)
    (winner,) = document["impact"]["winners"]
    assert (winner["partner"], winner["seller"], winner["change"]) == ("P1", "P1", "30.00")
    run = json.loads(rung("evaluate", "duo.yaml", *DATA, "--json").out)["run"]
    assert "S1, seller P1: 20.00 USD" in rung("explain", run, "P1").out


def test_a_return_is_named(rung: Shell, duo: Path) -> None:
    """Nothing is left of S2; and the share, 400 of 300 with the return of 100, is in percent as the parameter is."""
    run = json.loads(rung("evaluate", "duo.yaml", *DATA, "--json").out)["run"]
    text = rung("explain", run, "P1").out
    assert "0.00 USD: S2, returned by sales R2 (sales.csv:4)\n" in text
    assert "share >= need  133.3333%        70%" in text


@pytest.mark.parametrize(
    ("day", "change"),
    [
        ("2026-03-31", "may still change earnings from 2026-01-01 on"),
        ("2027-06-30", "can no longer change any earnings"),
    ],
)
def test_whether_earnings_are_closed(rung: Shell, duo: Path, day: str, change: str) -> None:
    """A year after the sales nothing can become known in time; on the last day of the quarter all of it can."""
    text = PROGRAM + "corrections: {late_records: 90 days, returns: 90 days}\n"
    (duo / "duo.yaml").write_text(text, "utf-8")
    run = json.loads(rung("evaluate", "duo.yaml", "--data", ".", "--as-of", day, "--json").out)["run"]
    assert f"Late records and returns {change}.\n" in rung("explain", run, "P1").out
