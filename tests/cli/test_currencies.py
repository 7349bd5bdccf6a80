"""Records in several currencies, from files to earnings: whole commands, against amounts worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

PROGRAM = """\
rung: 1
program: duo
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
conversion: CONVERSION
records:
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [registered, gold]
  gold:
    requires: [revenue >= 3_000 USD]
incentives:
  volume:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 1_000 USD, rate: 3%}
    limits: [{at_most: 10_000 USD, per: [partner]}]
    payee: partner
"""
FEED = """\
rung: 1
feed: duo
records: duo.yaml
sources:
  accounts: {file: accounts.csv}
  lines: {file: lines.csv}
  rates: {file: rates.csv}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  sales:
    from: lines
    fields:
      {sale_id: sale, partner_id: partner, entry: kind, returns_id: of, closed_on: day, amount: amount, currency: c}
"""
RATES = "  fx_rates: {from: rates, fields: {from_currency: one, to_currency: other, effective_from: day, rate: rate}}\n"
LINES = """\
sale,partner,kind,of,day,amount,c
S1,P1,sale,,2026-01-10,1000.00,USD
S2,P1,sale,,2026-01-20,1000.00,EUR
S3,P1,sale,,2026-02-20,120000,JPY
S4,P2,sale,,2026-03-01,10.125,KWD
S5,P2,return,S4,2026-03-05,-0.125,KWD
S6,P3,sale,,2026-03-31,99.99,EUR
"""
QUOTED = """\
one,other,day,rate
EUR,USD,2026-01-01,1.0945
EUR,USD,2026-03-31,1.1
JPY,USD,2026-02-20,0.0067
KWD,USD,2026-03-01,3.25
"""
BY_RATES = "{rates: fx_rates, as_at: row}"
AT_PERIOD_END = BY_RATES.replace("row", "period end")
BY_WORTH = "{equal: [{from: 2026-01-01, amounts: [100 USD, 75 EUR, 12_000 JPY, 30.500 KWD]}], as_at: row}"


def write(folder: Path, conversion: str, quoted: str = QUOTED) -> None:
    """The program, its feed and its files."""
    (folder / "duo.yaml").write_text(PROGRAM.replace("CONVERSION", conversion), encoding="utf-8")
    by_rates = conversion != BY_WORTH
    feed = FEED + RATES if by_rates else FEED.replace("  rates: {file: rates.csv}\n", "")
    (folder / "feed.yaml").write_text(feed, encoding="utf-8")
    (folder / "accounts.csv").write_text("id\nP1\nP2\nP3\n", encoding="utf-8")
    (folder / "lines.csv").write_text(LINES, encoding="utf-8")
    (folder / "rates.csv").write_text(quoted, encoding="utf-8")


def evaluated(rung: Shell, *more: str) -> dict[str, object]:
    """The run over the files, rechecked by the two other evaluators."""
    imported = json.loads(rung("import", "feed.yaml", "--json", *more[:2]).out)
    line = ("evaluate", "duo.yaml", "--data", imported["snapshot"], "--as-of", "2026-04-30")
    done = rung(*line, "--recheck", "all", "--json", *more)
    assert done.code == ExitCode.DONE, done.err
    found: dict[str, object] = json.loads(done.out)
    return found


def explained(rung: Shell, run: object, partner: str) -> list[str]:
    """The steps of a partner's one earning: name and value."""
    document = json.loads(rung("explain", str(run), partner, "--json").out)
    (earning,) = (each for each in document["earnings"] if each["complete_on"] is None)  # the others are not owed yet
    (part,) = earning["parts"]
    return [f"{each['name']} {each['value']['value']}" for each in part["steps"]]


def test_by_published_rates(rung: Shell, tmp_path: Path) -> None:
    """1,000 + 1,094.50 + 804 USD: 1 % of 1,000 and 3 % of 1,898.50; 10 dinars at 3.25; 99.99 euros at 1.1."""
    write(tmp_path, BY_RATES)
    found = evaluated(rung)
    assert found["totals"] == {"volume": {"USD": "68.39"}}  # 66.96 + 0.33 + 1.10
    assert explained(rung, found["run"], "P1")[:2] == ["measure 2898.50", "earned 66.955"]


def test_by_amounts_of_equal_worth(rung: Shell, tmp_path: Path) -> None:
    """1,000 + 1,333 1/3 + 1,000 USD: 1 % of 1,000 and 3 % of 2,333 1/3 is 80.00; 32.786.. and 133.32 USD."""
    write(tmp_path, BY_WORTH)
    found = evaluated(rung)
    assert found["totals"] == {"volume": {"USD": "81.66"}}  # 80 + 0.33 + 1.33
    assert found["tiers"] == {"registered": 2, "gold": 1}


def test_at_the_end_of_a_period(rung: Shell, tmp_path: Path) -> None:
    """On 31 March: 1,000 + 1,100 + 804 USD, 1 % of 1,000 and 3 % of 1,904 is 67.12; 0.325 and 1.09989 are rounded."""
    write(tmp_path, AT_PERIOD_END)
    found = evaluated(rung)
    assert found["totals"] == {"volume": {"USD": "68.55"}}  # 67.12 + 0.33 + 1.10
    assert found["tiers"] == {"registered": 3, "gold": 0}
    assert explained(rung, found["run"], "P1")[:2] == ["measure 2904.00", "earned 67.12"]


@pytest.mark.parametrize("conversion", [BY_RATES, AT_PERIOD_END, BY_WORTH])
@pytest.mark.long
def test_shards_decide_alike(rung: Shell, tmp_path: Path, conversion: str) -> None:
    """The same root, whoever is decided together; and replay finds it again."""
    write(tmp_path, conversion)
    found = [evaluated(rung, "--home", f"home{each}", "--shards", each) for each in "127"]
    assert len({str(each["root"]) for each in found}) == 1
    assert rung("replay", "--home", "home7", str(found[-1]["run"])).code == ExitCode.DONE


def test_a_missing_rate_is_named_and_the_cure_works(rung: Shell, tmp_path: Path) -> None:
    """Nothing is decided, and nothing is left in the workspace; with a rate of that day the run is made."""
    write(tmp_path, BY_RATES, QUOTED.replace("KWD,USD,2026-03-01,3.25\n", ""))
    imported = json.loads(rung("import", "feed.yaml", "--json").out)
    line = ("evaluate", "duo.yaml", "--data", imported["snapshot"], "--as-of", "2026-04-30")
    refused = rung(*line)
    assert refused.code == ExitCode.INVALID
    assert "RNG811 missing-rate: there is no rate from KWD to USD on 2026-03-01" in refused.err
    assert not list((tmp_path / ".rung" / "runs").glob("run-*"))
    write(tmp_path, BY_RATES)
    assert evaluated(rung)["totals"] == {"volume": {"USD": "68.39"}}


def test_totals_are_told_by_currency(rung: Shell, tmp_path: Path) -> None:
    """Currencies are not added to each other, and no control total can be of all of them."""
    write(tmp_path, BY_RATES)
    imported = json.loads(rung("import", "feed.yaml", "--json").out)
    sums = {"sum USD": "1000.000", "sum EUR": "1099.990", "sum JPY": "120000.000", "sum KWD": "10.000"}
    assert imported["tables"]["sales"]["totals"]["amount"] == sums
    (tmp_path / "control.yaml").write_text(
        "rung: 1\ncontrol: export\ntables:\n  sales: {rows: 6, sums: {amount: 122_109.99}}\n", encoding="utf-8"
    )
    refused = rung("import", "feed.yaml", "--control", "control.yaml")
    assert refused.code == ExitCode.INVALID
    assert "`sales` has no sum of `amount`" in refused.err
