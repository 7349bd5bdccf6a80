"""Periods, amounts and limits in the currency of the records, in whole commands, by amounts worked out by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode
from tests.cli.test_currencies import BY_RATES, evaluated, write

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

CODES = ("USD", "EUR", "JPY", "KWD")


def listed(*amounts: str) -> str:
    """An amount for each currency."""
    entries = ", ".join(f"{code}: {amount} {code}" for code, amount in zip(CODES, amounts, strict=True))
    return f"{{by: [currency], values: {{{entries}}}}}"


REBATE = f"""\
  resale:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands:
      - {{from: {listed("0", "0", "0", "0")}, rate: 1%}}
      - {{from: {listed("500", "500", "50_000", "5")}, rate: 2%}}
    limits: [{{at_most: {listed("12", "90", "1_500", "90")}, per: [partner, period]}}]
    payee: partner
    pays_in: row
"""
PRIZE = f"""\
  prize:
    kind: spiff
    from: sales
    where: entry is sale
    of: amount
    amount: {listed("5", "5", "500", "2")}
    per: {listed("400", "400", "50_000", "4")}
    limits: [{{at_most: {listed("8", "8", "800", "8")}, per: [partner]}}]
    payee: partner
    pays_in: row
"""
RESALE_OF = {
    ("P1", "USD"): "12.00",  # 1 % of 500 and 2 % of 500 are 15, at most 12
    ("P1", "EUR"): "15.00",
    ("P1", "JPY"): "1500",  # 500 and 1,400, at most 1,500
    ("P2", "KWD"): "0.150",  # 0.05 and 0.1 of 5 and 5
    ("P3", "EUR"): "1.00",  # 0.9999
}
PRIZE_OF = {("P1", "USD"): "8.00", ("P1", "EUR"): "8.00", ("P1", "JPY"): "800", ("P2", "KWD"): "4.000"}
"""Twice 5 USD and EUR, at most 8; twice 500 JPY, at most 800; twice 2 KWD of 10 KWD."""


def written(folder: Path, old: str = "", new: str = "") -> str:
    """The files of the rebate in dollars, and beside it what is paid in the currency of the record."""
    write(folder, BY_RATES)
    text = (folder / "duo.yaml").read_text(encoding="utf-8") + (REBATE + PRIZE).replace(old, new)
    (folder / "duo.yaml").write_text(text, encoding="utf-8")
    return text


def earned(rung: Shell, *more: str) -> dict[tuple[str, str, str], str]:
    """What is earned by incentive, partner and currency, as a spreadsheet would read it."""
    snapshot = json.loads(rung("import", *more[:2], "feed.yaml", "--json").out)["snapshot"]
    line = ("duo.yaml", "--data", snapshot, "--as-of", "2026-04-30", "--show", "earnings", "--format", "csv")
    rows = csv.DictReader(rung("evaluate", *more, *line).out.splitlines())
    return {(row["incentive"], row["partner_id"], row["currency"]): row["amount"] for row in rows}


def test_amounts_by_partner_and_currency(rung: Shell, tmp_path: Path) -> None:
    """Each currency by its own bands and limits; the rebate in dollars stands beside, and changes nothing."""
    written(tmp_path)
    found = earned(rung)
    assert {key[1:]: amount for key, amount in found.items() if key[0] == "resale"} == RESALE_OF
    assert {key[1:]: amount for key, amount in found.items() if key[0] == "prize"} == PRIZE_OF
    assert evaluated(rung)["totals"] == {
        "volume": {"USD": "68.39"},
        "resale": {"USD": "12.00", "EUR": "16.00", "JPY": "1500", "KWD": "0.150"},
        "prize": {"USD": "8.00", "EUR": "8.00", "JPY": "800", "KWD": "4.000"},
    }


@pytest.mark.long
def test_shards_and_replay_agree(rung: Shell, tmp_path: Path) -> None:
    """The same root, whoever is decided together; both evaluators and the referee find it again."""
    written(tmp_path)
    found = [evaluated(rung, "--home", f"home{each}", "--shards", each, "--recheck", "3") for each in "127"]
    assert len({str(each["root"]) for each in found}) == 1
    for engine in ("columnar", "reference"):
        done = rung("replay", "--home", "home7", str(found[-1]["run"]), "--by", engine)
        assert (done.code, "identical" in done.out) == (ExitCode.DONE, True)


def test_explained_in_its_currency(rung: Shell, tmp_path: Path) -> None:
    """Bands, limits and the key say which; the records are those of the currency alone."""
    written(tmp_path)
    run = str(evaluated(rung)["run"])
    text = rung("explain", run, "P1").out
    assert "period 2026-Q1, from 2026-01-01 through 2026-03-31, in JPY: 1,500 JPY" in text
    assert "1% of 50,000 JPY" in text and "2% of 70,000 JPY" in text
    assert "limit, 1,500 JPY left of 1,500 JPY" in text
    document = json.loads(rung("explain", run, "P1", "--json").out)
    of_yen = [
        each for each in document["earnings"] if each["amount"]["currency"] == "JPY" and each["incentive"] == "resale"
    ]
    (part,) = of_yen[0]["parts"]
    assert [each["key"] for each in part["records"]["shown"]] == [["S3"]]


def test_the_plan_is_shown(rung: Shell, tmp_path: Path) -> None:
    """A conversion is said as what it is: an amount times a rate, in the program's currency."""
    written(tmp_path)
    done = rung("show", "duo.yaml", "--plan", "--incentive", "volume")
    assert (done.code, "in USD" in done.out) == (ExitCode.DONE, True)


def test_the_guide_says_each_amount_once(rung: Shell, tmp_path: Path) -> None:
    """An amount says its currency itself."""
    written(tmp_path)
    text = rung("docs", "duo.yaml").out
    assert (
        "- Prize: 5 USD, 5 EUR, 500 JPY or 2 KWD for every full 400 USD (400 EUR; 50,000 JPY; 4 KWD) of amount" in text
    )
    assert "At most 12 USD per partner and quarter, 90 EUR, 1,500 JPY and 90 KWD" in text
    assert "That of the sale; sales of each currency are added up separately" in text


@pytest.mark.long
def test_a_change_of_one_currency(rung: Shell, tmp_path: Path) -> None:
    """1,500 instead of 1,000 JPY at most: nothing else changes."""
    text = written(tmp_path, "JPY: 1_500 JPY", "JPY: 1_000 JPY")
    (tmp_path / "new.yaml").write_text(text.replace("JPY: 1_000 JPY", "JPY: 1_500 JPY"), encoding="utf-8")
    snapshot = json.loads(rung("import", "feed.yaml", "--json").out)["snapshot"]
    done = rung("diff", "duo.yaml", "new.yaml", "--data", snapshot, "--as-of", "2026-04-30", "--json")
    document = json.loads(done.out)
    sentence = "`resale` is now limited to 1,500 JPY per partner and period for JPY, was 1,000 JPY"
    assert [each["sentence"] for each in document["changes"]] == [sentence]
    changed = [each for each in document["impact"]["totals"] if each["before"] != each["after"]]
    assert [(each["currency"], each["before"], each["after"]) for each in changed] == [("JPY", "1800", "2300")]


def test_another_size(rung: Shell, tmp_path: Path) -> None:
    """`per` is told entry by entry."""
    text = written(tmp_path)
    new = text.replace("JPY: 50_000 JPY, KWD: 4", "JPY: 60_000 JPY, KWD: 4")
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    (change,) = json.loads(rung("diff", "duo.yaml", "new.yaml", "--json").out)["changes"]
    assert change["sentence"] == "the `per` of `prize` for JPY is now 60,000 JPY, was 50,000 JPY"


CASES = """\
rung_test: 1
program: duo.yaml
cases:
  by currency:
    as_of: 2026-04-30
    given:
      sales:
        - {sale_id: S1, closed_on: 2026-01-10, amount: 1_000 EUR}
        - {sale_id: S2, closed_on: 2026-02-20, amount: 50_000 JPY}
        - {sale_id: S3, closed_on: 2026-02-21, amount: 49_999 JPY}
      fx_rates:
        - {from_currency: EUR, to_currency: USD, effective_from: 2026-01-01, rate: 1.1}
        - {from_currency: JPY, to_currency: USD, effective_from: 2026-01-01, rate: 0.0067}
    expect:
      earnings: {resale: RESALE}
"""


def said_of(rung: Shell, folder: Path, expected: str, *more: str) -> str:
    """What a test file says that expects this of the rebate; findings stand behind."""
    written(folder)
    (folder / "duo.test.yaml").write_text(CASES.replace("RESALE", expected), encoding="utf-8")
    done = rung("test", "duo.test.yaml", *more)
    return f"{done.out}{done.err}"


@pytest.mark.parametrize(
    "expected",
    ["{2026-Q1: {EUR: 15 EUR, JPY: 1_500 JPY, USD: none}}", "{2026-Q1: 15 EUR}", "{2026-Q1: 1_500 JPY, 2026-Q2: none}"],
)
def test_cases_by_currency(rung: Shell, tmp_path: Path, expected: str) -> None:
    """5 and 10 EUR; 500 and 999.98 JPY, which are 1,500. Without a level for currencies an amount says its own."""
    assert "1 case passed" in said_of(rung, tmp_path, expected)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("{2026-Q1: {JPY: 1_499 JPY}}", "resale 2026-Q1 JPY: expected 1_499 JPY, found 1_500 JPY"),
        ("{2026-Q1: 15 USD}", "resale 2026-Q1 USD: expected 15 USD, found none"),
        ("{2026-Q1: none}", "resale 2026-Q1: expected none, found {EUR: 15 EUR, JPY: 1_500 JPY}"),
        ("{2026-Q1: {GBP: 1 GBP}}", "`resale` pays nothing in `GBP`"),
        ("{2026-Q1: {EUR: 15 USD}}", "is in another currency than EUR"),
        ("{2026-Q1: 15 GBP}", "`15 GBP` is in no currency of `sales`"),
        ("15 EUR", "write the amounts of each period by currency: `{2026-Q1: {USD: 25 USD}}`"),
    ],
)
def test_cases_that_do_not_hold(rung: Shell, tmp_path: Path, expected: str, said: str) -> None:
    """Each with what was found, or with what can be written."""
    assert said in said_of(rung, tmp_path, expected)


def test_coverage_by_currency(rung: Shell, tmp_path: Path) -> None:
    """An edge of each currency is a goal of its own, one step below it by the digits of the currency."""
    found = said_of(rung, tmp_path, "none", "--coverage")
    assert "measures exactly 50,000 JPY for `resale`" in found
    assert "measures just below 50,000 JPY for `resale`, such as 49,999 JPY" in found
    assert "measures just below 5 KWD for `resale`, such as 4.999 KWD" in found


@pytest.mark.long
def test_a_case_from_a_run(rung: Shell, tmp_path: Path) -> None:
    """What was decided is written by currency, and holds."""
    written(tmp_path)
    run = str(evaluated(rung)["run"])
    assert rung("test", "--from", run, "P1", "--output", "p1.test.yaml").code == ExitCode.DONE
    text = (tmp_path / "p1.test.yaml").read_text(encoding="utf-8")
    assert "2026-Q1: {EUR: 15 EUR, JPY: 1_500 JPY, USD: 12 USD}" in text
    assert "1 case passed" in rung("test", "p1.test.yaml").out
