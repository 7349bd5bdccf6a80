"""Records that are paid in their own currency, from files to reports: whole commands, by amounts worked out by hand."""

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

RESALE = """\
  resale:
    kind: commission
    from: sales
    where: amount >= 33 USD
    of: amount
    rate: 2.5%
    payee: partner
    pays_in: row
"""
EVERY = {"USD": "25.00", "EUR": "27.50", "JPY": "3000"}
"""2.5 % of 1,000 USD, of 1,000 and 99.99 EUR, of 120,000 JPY; 10 dinars are 32.50 USD, less than 33."""


def written(folder: Path, old: str = "", new: str = "") -> str:
    """The files of the rebate in dollars, and beside it the commission in the currency of the record."""
    write(folder, BY_RATES)
    text = (folder / "duo.yaml").read_text(encoding="utf-8") + RESALE.replace(old, new)
    (folder / "duo.yaml").write_text(text, encoding="utf-8")
    return text


def listed(rung: Shell, what: str) -> list[dict[str, str]]:
    """A list of the run, as a spreadsheet would read it."""
    snapshot = json.loads(rung("import", "feed.yaml", "--json").out)["snapshot"]
    line = ("evaluate", "duo.yaml", "--data", snapshot, "--as-of", "2026-04-30", "--show", what, "--format", "csv")
    return list(csv.DictReader(rung(*line).out.splitlines()))


def test_totals_are_by_currency(rung: Shell, tmp_path: Path) -> None:
    """Each record earns in its currency; the rebate in dollars stands beside."""
    written(tmp_path)
    assert evaluated(rung)["totals"] == {"volume": {"USD": "68.39"}, "resale": EVERY}


def test_amounts_have_the_digits_of_their_currency(rung: Shell, tmp_path: Path) -> None:
    """Cents of dollars, whole yen, thousandths of dinars; a partner has a column for each currency."""
    written(tmp_path, "33 USD", "30 USD")
    found = {(row["source_id"], row["currency"]): row["amount"] for row in listed(rung, "earnings")}
    assert found["S1", "USD"] == found["S2", "EUR"] == "25.00"
    assert (found["S3", "JPY"], found["S4", "KWD"]) == ("3000", "0.250")
    first, second, _ = listed(rung, "partners")
    assert [first[f"resale {each}"] for each in ("USD", "EUR", "JPY", "KWD")] == ["25.00", "25.00", "3000", ""]
    assert (second["resale KWD"], second["volume USD"]) == ("0.250", "0.33")


def test_steps_are_explained_in_the_currency_of_the_record(rung: Shell, tmp_path: Path) -> None:
    """2.5 % of 99.99 EUR is 2.49975 EUR."""
    written(tmp_path)
    run = str(evaluated(rung)["run"])
    earnings = json.loads(rung("explain", run, "P3", "--json").out)["earnings"]
    (part,) = next(each["parts"] for each in earnings if each["incentive"] == "resale")
    steps = [(each["name"], each["value"]["value"], each["value"]["currency"]) for each in part["steps"]]
    assert steps == [("measure", "99.99", "EUR"), ("earned", "2.49975", "EUR"), ("amount", "2.50", "EUR")]
    assert "S3: 3,000 JPY" in rung("explain", run, "P1").out


@pytest.mark.long
def test_shards_and_replay_agree(rung: Shell, tmp_path: Path) -> None:
    """The same root, whoever is decided together; and replay finds it again."""
    written(tmp_path)
    found = [evaluated(rung, "--home", f"home{each}", "--shards", each) for each in "127"]
    assert len({str(each["root"]) for each in found}) == 1
    assert rung("replay", "--home", "home7", str(found[-1]["run"])).code == ExitCode.DONE


def test_nothing_earned_is_nothing(rung: Shell, tmp_path: Path) -> None:
    """Without a record that counts, the incentive comes to zero in the program's currency."""
    written(tmp_path, "33 USD", "9_000 USD")
    assert evaluated(rung)["totals"] == {"volume": {"USD": "68.39"}, "resale": {"USD": "0.00"}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2.5%", "5%", {"USD": ("93.39", "118.39"), "EUR": ("27.50", "55.00"), "JPY": ("3000", "6000")}),
        # in dollars 25.00, 27.36, 20.10 and 2.75, of 1,000, 1,094.50, 804 and 109.989
        ("    pays_in: row\n", "", {"USD": ("93.39", "143.60"), "EUR": ("27.50", "0"), "JPY": ("3000", "0")}),
    ],
)
def test_a_change_is_told_by_currency(
    rung: Shell, tmp_path: Path, old: str, new: str, expected: dict[str, tuple[str, str]]
) -> None:
    """Nothing of a currency is left out, and none is added to another; 68.39 USD are the rebate's."""
    text = written(tmp_path)
    (tmp_path / "new.yaml").write_text(text.replace(old, new), encoding="utf-8")
    snapshot = json.loads(rung("import", "feed.yaml", "--json").out)["snapshot"]
    done = rung("diff", "duo.yaml", "new.yaml", "--data", snapshot, "--as-of", "2026-04-30", "--json")
    totals = json.loads(done.out)["impact"]["totals"]
    assert {each["currency"]: (each["before"], each["after"]) for each in totals} == expected


CASES = """\
rung_test: 1
program: duo.yaml
cases:
  in several currencies:
    as_of: 2026-04-30
    given:
      sales:
        - {sale_id: S1, closed_on: 2026-01-10, amount: 1_000 EUR}
        - {sale_id: S2, closed_on: 2026-02-20, amount: 120_000 JPY}
        - {sale_id: S3, closed_on: 2026-03-01, amount: 10.125 KWD}
      fx_rates:
        - {from_currency: EUR, to_currency: USD, effective_from: 2026-01-01, rate: 1.1}
        - {from_currency: JPY, to_currency: USD, effective_from: 2026-01-01, rate: 0.0067}
        - {from_currency: KWD, to_currency: USD, effective_from: 2026-01-01, rate: 3.25}
    expect:
      metrics: {revenue: 1_936.90625 USD}
      earnings: {resale: RESALE}
"""


def said_of(rung: Shell, folder: Path, expected: str) -> str:
    """What a test file says that expects this of the commission; findings stand behind."""
    written(folder, "33 USD", "30 USD")
    (folder / "duo.test.yaml").write_text(CASES.replace("RESALE", expected), encoding="utf-8")
    done = rung("test", "duo.test.yaml")
    return f"{done.out}{done.err}"


def test_cases_give_records_in_several_currencies(rung: Shell, tmp_path: Path) -> None:
    """1,100 + 804 + 32.90625 USD; 2.5 % of each in its own currency."""
    assert "1 case passed" in said_of(rung, tmp_path, "{S1: 25 EUR, S2: 3_000 JPY, S3: 0.253 KWD}")


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("{S1: 25 USD}", "resale S1: expected 25 USD, found 25 EUR"),
        ("{S2: none}", "resale S2: expected none, found 3_000 JPY"),
        ("{S3: 0.250 KWD}", "resale S3: expected 0.250 KWD, found 0.253 KWD"),
        ("none", "resale: expected none, found {S1: 25 EUR, S2: 3_000 JPY, S3: 0.253 KWD}"),
        ("25 EUR", "`resale` pays each record in the currency of the record, so there is no single amount"),
        ("{S1: 25 GBP}", "`25 GBP` is in no currency of `sales`"),
    ],
)
def test_cases_tell_currencies_apart(rung: Shell, tmp_path: Path, expected: str, said: str) -> None:
    """25 USD are not 25 EUR; in all there is no one amount; a currency that no record has is refused."""
    assert said in said_of(rung, tmp_path, expected)
