"""Test cases of a program whose records are in several currencies: what is updated, and what can be covered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

PROGRAM = """\
rung: 1
program: duo
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
conversion: {rates: fx_rates, as_at: row}
records:
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR]}
parameters:
  share: {by: revenue, bands: [{from: 0 USD, value: 1%}, {from: 2_000 USD, value: 2%}]}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [member, silver]
  silver: {requires: [revenue >= 2_000 USD]}
incentives:
  rebate: {kind: rebate, from: sales, period: quarter, sum: amount, rate: 1%, payee: partner, pays_in: row}
  prize: {kind: spiff, from: sales, of: amount, rate: 10%, payee: partner, pays_in: row}
  whole:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: share}, {from: 2_000 USD, rate: 3%}]
    payee: partner
  full: {kind: rebate, from: sales, period: quarter, sum: amount, amount: 1 USD, per: 2_000 USD, payee: partner}
"""
CASES = """\
rung_test: 1
as_of: 2026-03-31
cases:
  a:
    given:
      fx_rates: [{from_currency: EUR, to_currency: USD, effective_from: 2026-01-01, rate: 1.1}]
      sales:
        - {sale_id: A, closed_on: 2026-01-15, amount: 1_000 EUR}
        - {sale_id: B, closed_on: 2026-01-16, amount: 899.99 USD}
    expect:
      EXPECTED
"""
PAID = "rebate: {2026-Q1: {EUR: 10 EUR, USD: 9 USD}}, prize: {A: 100 EUR, B: 90 USD}"
"""1 % of 1,000 EUR and of 899.99 USD; 10 % of each."""


def write(folder: Path, expected: str) -> None:
    """The program and one case that expects this."""
    (folder / "duo.yaml").write_text(PROGRAM, encoding="utf-8")
    (folder / "duo.test.yaml").write_text(CASES.replace("EXPECTED", expected), encoding="utf-8")


@pytest.mark.parametrize(
    "wrong",
    [
        "rebate: none, prize: none",
        "rebate: {2026-Q1: none}, prize: {A: none, B: 1 USD}",
        "rebate: {2026-Q1: {EUR: 1 EUR, USD: none}}, prize: undecided",
    ],
)
def test_an_update_writes_what_the_reader_accepts(rung: Shell, tmp_path: Path, wrong: str) -> None:
    """There is no total of two currencies: each amount is written under its period or record, and its currency."""
    write(tmp_path, f"earnings: {{{wrong}}}")
    found = json.loads(rung("test", "duo.yaml", "--json").out)["cases"][0]["differences"]
    assert found and not any("[" in each["found"] for each in found)
    assert rung("test", "duo.yaml", "--update").code == ExitCode.DONE
    assert rung("test", "duo.yaml").code == ExitCode.DONE
    after = (tmp_path / "duo.test.yaml").read_text(encoding="utf-8")
    for each in ("EUR: 10 EUR", "USD: 9 USD", "A: 100 EUR", "B: 90 USD"):
        assert each in after


def test_the_step_below_an_edge_can_be_written(rung: Shell, tmp_path: Path) -> None:
    """1,100 USD and 899.99 USD: a cent below 2,000 USD. A rate adds digits that no case could state."""
    write(tmp_path, f"earnings: {{{PAID}}}")
    lines = rung("test", "duo.yaml", "--coverage").out.splitlines()
    below = [each.split("  ")[-1] for each in lines if "just below" in each]
    assert sorted(below) == [
        "a case just below 2,000 USD, such as 1,999.99 USD (revenue >= 2_000 USD, silver)",
        "a case measures just below 2,000 USD for `whole`, such as 1,999.99 USD",
        "a case measures just below a number of full 2,000 USD for `full`, such as 1,999.99 USD",
        "a case with `revenue` just below 2,000 USD, such as 1,999.99 USD (`share` by `revenue`)",
    ]


def test_half_a_cent_below_an_edge_is_below_it(rung: Shell, tmp_path: Path) -> None:
    """1,000.05 EUR at 1.1 are 1,100.055 USD; with 899.94 USD, 1,999.995 USD in all."""
    write(tmp_path, "tier: member")
    path = tmp_path / "duo.test.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("1_000 EUR", "1_000.05 EUR").replace("899.99", "899.94"),
        encoding="utf-8",
    )
    lines = rung("test", "duo.yaml", "--coverage").out.splitlines()
    assert [each.split("  ")[-1].split()[0] for each in lines if "just below" in each] == ["a"] * 4
