"""Last year's program in the year after, and both years as one run: every figure is worked out by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Answer, Shell

pytestmark = pytest.mark.search

OLD = """\
rung: 1
program: peak
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
corrections: {late_records: 90 days, returns: 12 months}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [registered, silver]
  requires: [revenue >= 50_000 USD]
incentives:
  rebate:
    kind: rebate
    from: sales
    eligible: [tier >= silver]
    period: quarter
    sum: amount
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 100_000 USD, rate: 2%}
    payee: partner
"""
NEW = """\
rung: 1
program: peak
version: "2027"
extends: "2026"
effective: {from: 2027-01-01, before: 2028-01-01}
incentives:
  rebate:
    bands:
      - {from: 0 USD, rate: 3%}
"""
FEED = """\
rung: 1
feed: peak
records: 2026.yaml
currency: USD
sources:
  partners: {file: partners.csv}
  sales: {file: sales.csv}
tables:
  partners: {from: partners, fields: {partner_id: id}}
  sales:
    from: sales
    fields:
      {sale_id: id, partner_id: partner, entry: entry, returns_id: back, closed_on: day, recorded_on: seen, amount: sum}
"""
HEAD = "id,partner,entry,back,day,seen,sum\n"
KNOWN = "S1,P1,sale,,2026-05-10,,60000\nS2,P1,sale,,2026-11-20,2026-11-21,120000\n"
LATER = (
    "S3,P1,sale,,2026-10-05,2027-03-30,30000\n"  # the fourth quarter is closed to late records after 2027-03-31
    "S4,P1,sale,,2026-06-05,2027-03-30,30000\n"  # the second after 2026-09-28
    "R2,P1,return,S2,2027-02-01,2027-02-02,-40000\n"
    "S5,P1,sale,,2027-01-20,,80000\n"
)
EARNINGS = [("2026-Q2", "600.00"), ("2026-Q4", "1400.00")]  # 1 % of 60,000; of 100,000, and 2 % of 20,000
RESTATED = [
    ("2026-Q2", "600.00"),
    ("2026-Q4", "1200.00"),
]  # of 110,000: 1 % of 100,000, 2 % of 10,000


@pytest.fixture
def peak(rung: Shell, tmp_path: Path) -> Path:
    """A folder with both versions, a feed, and the records as exported in January and in March."""
    for name, text in (("2026.yaml", OLD), ("2027.yaml", NEW), ("feed.yaml", FEED), ("partners.csv", "id\nP1\n")):
        (tmp_path / name).write_text(text, "utf-8")
    export(tmp_path, KNOWN)
    return tmp_path


def export(folder: Path, rows: str) -> None:
    """Write what the vendor's system knows by now."""
    (folder / "sales.csv").write_text(HEAD + rows, "utf-8")


def earned(rung: Shell, *line: str) -> list[tuple[str, str]]:
    """The period and the amount of each earning that a command lists."""
    answer = rung("evaluate", *line, "--data", ".", "--show", "earnings", "--format", "csv")
    assert answer.code == 0, answer.err
    return [(row["period"], row["amount"]) for row in csv.DictReader(io.StringIO(answer.out))]


def proved(rung: Shell) -> list[dict[str, str]]:
    """The runs of the workspace, each replayed by both engines and identical."""
    runs: list[dict[str, str]] = json.loads(rung("runs", "--json").out)["runs"]
    for each in runs:
        for engine in ("columnar", "reference"):
            replayed = json.loads(rung("replay", each["run"], "--by", engine, "--json").out)
            assert (replayed["identical"], replayed["findings"]) == (True, [])
    return runs


@pytest.mark.long
def test_last_years_quarters_are_restated(rung: Shell, peak: Path) -> None:
    """A late record and a late return change the fourth quarter; the second is closed to another late record."""
    assert earned(rung, "2026.yaml", "--as-of", "2026-12-31") == EARNINGS
    export(peak, KNOWN + LATER)
    assert earned(rung, "2026.yaml", "--as-of", "2027-03-31") == RESTATED
    first, second = proved(rung)
    assert (first["decides"], second["decides"]) == (
        "2026-01-01 to 2026-12-31, open from 2026-01-01",
        "2026-01-01 to 2026-12-31, open from 2026-04-01",  # the first quarter is closed to returns as well
    )
    again = rung("evaluate", "2026.yaml", "--data", ".", "--as-of", "2027-03-31", "--recheck", "all")
    assert "no mismatch" in again.out
    assert "as of     2027-03-31, judged on 2026-12-31, the last day of the rules" in again.out


def test_two_years_are_one_run(rung: Shell, peak: Path) -> None:
    """The quarters of 2026 as by 2026 alone, and the first of 2027 at 3 %."""
    export(peak, KNOWN + LATER)
    both = [*RESTATED, ("2027-Q1", "2400.00")]
    assert earned(rung, "2026.yaml", "2027.yaml", "--as-of", "2027-03-31") == both
    assert earned(rung, "2027.yaml", "2026.yaml", "--as-of", "2027-03-31") == both
    (run,) = proved(rung)
    assert (run["version"], run["decides"]) == ("2026, 2027", "2026-01-01 to 2027-03-31, open from 2026-04-01")
    again = rung("evaluate", "2026.yaml", "2027.yaml", "--data", ".", "--as-of", "2027-03-31", "--recheck", "all")
    assert "no mismatch" in again.out
    assert "program   peak 2026, 2027" in again.out


def test_a_run_states_its_scope(rung: Shell, peak: Path) -> None:
    """Each period, whose rules decide it, and until when it may change: 90 days and 12 months after its end."""
    line = ("evaluate", "2026.yaml", "2027.yaml", "--data", ".", "--as-of", "2027-03-31", "--json")
    document = json.loads(rung(*line).out)
    manifest = json.loads(next(Path(".rung").glob("runs/*/manifest.json")).read_text("utf-8"))
    assert document["scope"] == manifest["scope"]
    assert manifest["program"]["follows"] == [["2026", "2026.yaml"]]
    scope = document["scope"]
    assert (scope["family"], scope["partners"], scope["judged_on"]) == ("peak", "all", "2027-03-31")
    assert [(each["edition"], each["period"], each["open_from"], each["closes"]) for each in scope["decides"]] == [
        ("2026", "2026-Q1", None, "2027-04-01"),
        ("2026", "2026-Q2", "2026-04-01", "2027-07-01"),
        ("2026", "2026-Q3", "2026-07-01", "2027-10-01"),
        ("2026", "2026-Q4", "2026-10-01", "2028-01-01"),
        ("2027", "2027-Q1", "2027-01-01", "2028-04-01"),
    ]


def test_both_years_are_explained(rung: Shell, peak: Path) -> None:
    """A quarter of each with the line of its own file, and the tier by the rules in force."""
    export(peak, KNOWN + LATER)
    for line, words in (
        (
            ("2026.yaml", "2027.yaml"),
            (
                "P1 in peak 2027, as of 2027-03-31\n",
                "2026.yaml:21",
                "2027.yaml:9",
                "change earnings from 2026-04-01 on.",
            ),
        ),
        (("2026.yaml",), ("judged on 2026-12-31, the last day of the rules", "2026.yaml:21")),
    ):
        assert rung("evaluate", *line, "--data", ".", "--as-of", "2027-03-31").code == 0
        run = json.loads(rung("runs", "--json").out)["runs"]
        (id,) = (each["run"] for each in run if each["version"].count("202") == len(line))
        answer = rung("explain", id, "P1")
        assert answer.code == 0, answer.err
        for each in words:
            assert each in answer.out
        document = json.loads(rung("explain", id, "P1", "--json").out)
        assert {each["edition"] for each in document["scope"]} == {each.removesuffix(".yaml") for each in line}


def test_a_record_that_came_too_late_is_named(rung: Shell, peak: Path) -> None:
    """The second quarter of 2026 was closed to late records with 2026-09-28; the sale of June came in March."""
    export(peak, KNOWN + LATER)
    for line in (("2026.yaml",), ("2026.yaml", "2027.yaml")):
        assert rung("evaluate", *line, "--data", ".", "--as-of", "2027-03-31").code == 0
    for run in json.loads(rung("runs", "--json").out)["runs"]:
        text = rung("explain", run["run"], "P1").out
        assert "2026-Q2, from 2026-04-01 before 2026-07-01: 1 record left out" in text
        assert "sales S4 (sales.csv:5) of 2026-06-05, known on 2027-03-30; records count here if known" in text
        (found,) = json.loads(rung("explain", run["run"], "P1", "--json").out)["too_late"]
        assert (found["incentive"], found["edition"], found["period"]) == ("rebate", "2026", "2026-Q2")
        assert [(each["record"]["key"], each["bound"]) for each in found["shown"]] == [(["S4"], "2026-09-29")]


def test_a_scope_that_was_changed_is_found(rung: Shell, peak: Path) -> None:
    """A manifest that claims another scope than its program has is no proof of anything."""
    assert rung("evaluate", "2026.yaml", "--data", ".", "--as-of", "2027-03-31").code == 0
    (path,) = Path(".rung").glob("runs/*/manifest.json")
    path.write_text(path.read_text("utf-8").replace('"open_from":null', '"open_from":"2026-01-01"', 1), "utf-8")
    answer = rung("replay", path.parent.name)
    assert answer.code == ExitCode.INTEGRITY
    assert "its manifest is not as it was written" in answer.err


@pytest.mark.long
def test_what_changed_between_runs_of_the_year_after(rung: Shell, peak: Path) -> None:
    """The late export moves the fourth quarter by 200 USD; the next year adds its own quarter."""
    runs: list[str] = []
    for line in (("2026.yaml",), ("2026.yaml",), ("2026.yaml", "2027.yaml")):
        assert rung("evaluate", *line, "--data", ".", "--as-of", "2027-03-31").code == 0
        known = {each["run"] for each in json.loads(rung("runs", "--json").out)["runs"]}
        runs.append((known - set(runs)).pop())
        export(peak, KNOWN + LATER)
    for pair, money, causes in (
        (runs[:2], "-200.00", [(["the records"], "-200.00")]),
        (runs[1:], "2400.00", [(["effective"], "800.00"), (["incentives.rebate.pay"], "1600.00")]),
        # the quarter of 80,000 comes, at 1 %; and then 3 % are paid for it
    ):
        answer = rung("diff", *pair, "--json")
        assert answer.code == ExitCode.DIFFERENCES, answer.err
        impact = json.loads(answer.out)["impact"]
        assert [each["change"] for each in impact["money"]] == [money]
        found = [(each["clauses"], [one["change"] for one in each["money"]]) for each in impact["steps"]]
        assert found == [(clauses, [amount]) for clauses, amount in causes]


WRONG = (
    (("2026.yaml", "2028.yaml"), "RNG420", "no version is in force from 2027-01-01 through 2027-12-31"),
    (("2026.yaml", "euro.yaml"), "RNG421", "version 2027 is in EUR, but version 2026 is in USD"),
    (("2026.yaml", "other.yaml"), "RNG412", "`summit` and `peak` are different programs"),
    (("2026.yaml", "same.yaml"), "RNG418", "is named twice, in force from 2026-01-01 through 2026-12-31"),
)


@pytest.mark.parametrize(("line", "code", "words"), WRONG)
def test_what_is_no_chain(rung: Shell, peak: Path, line: tuple[str, ...], code: str, words: str) -> None:
    """Each pair is refused with both places, and nothing is decided."""
    year = ('"2026"', '"2027"'), ("from: 2026-01-01, before: 2027", "from: 2027-01-01, before: 2028")
    next_year = OLD.replace(*year[0]).replace(*year[1])
    (peak / "2028.yaml").write_text(next_year.replace("2028", "2029").replace("2027", "2028"), "utf-8")
    (peak / "euro.yaml").write_text(next_year.replace("USD", "EUR"), "utf-8")
    (peak / "other.yaml").write_text(next_year.replace("program: peak", "program: summit"), "utf-8")
    (peak / "same.yaml").write_text(OLD, "utf-8")
    answer = evaluated(rung, *line)
    assert answer.code == ExitCode.INVALID
    assert f"error {code}" in answer.err and words in answer.err
    assert all(name in answer.err for name in line)
    assert not list(Path(".rung").glob("runs/*"))


def evaluated(rung: Shell, *line: str) -> Answer:
    """An evaluation in March 2027."""
    return rung("evaluate", *line, "--data", ".", "--as-of", "2027-03-31")


def test_what_cannot_be_given_together(rung: Shell, peak: Path) -> None:
    """One file twice; two files of one name; a version with errors; a feed."""
    answer = evaluated(rung, "2026.yaml", "2026.yaml")
    assert (answer.code, "is named twice" in answer.err) == (ExitCode.USAGE, True)
    (peak / "more").mkdir()
    (peak / "more" / "2026.yaml").write_text(OLD.replace("50_000", "60_000"), "utf-8")
    (peak / "more" / "2027.yaml").write_text(NEW, "utf-8")
    answer = evaluated(rung, "2026.yaml", "more/2027.yaml")
    assert (answer.code, "put all of them into one folder" in answer.err) == (ExitCode.USAGE, True)
    (peak / "2027.yaml").write_text(NEW.replace("rate", "rat"), "utf-8")
    answer = evaluated(rung, "2026.yaml", "2027.yaml")
    assert (answer.code, "RNG100" in answer.err) == (ExitCode.INVALID, True)
    answer = evaluated(rung, "2026.yaml", "feed.yaml")
    assert (answer.code, "`feed.yaml` is a feed" in answer.err) == (ExitCode.INVALID, True)


@pytest.mark.long
def test_an_amended_version_and_the_next(rung: Shell, peak: Path) -> None:
    """2 % from October on: of 110,000. The run keeps all four files, and is computed again from them."""
    export(peak, KNOWN + LATER)
    (peak / "2026.amendment-1.yaml").write_text(
        'rung: 1\nprogram: peak\namends: "2026"\namendment: 1\neffective_from: 2026-10-01\nreason: more\n'
        "incentives: {rebate: {bands: [{from: 0 USD, rate: 2%}]}}\n",
        "utf-8",
    )
    line = ("2026.amendment-1.yaml", "2027.yaml", "--as-of", "2027-03-31")
    assert earned(rung, *line) == [("2026-Q2", "600.00"), ("2026-Q4", "2200.00"), ("2027-Q1", "2400.00")]
    (run,) = proved(rung)
    assert run["version"] == "2026.amendment-1, 2027"
    assert "not part of this run" in evaluated(rung, "2026.yaml", "2027.yaml").err


def test_published_versions_are_evaluated_together(rung: Shell, peak: Path) -> None:
    """By family and version, from the files that were frozen."""
    export(peak, KNOWN + LATER)
    for each in ("2026.yaml", "2027.yaml"):
        assert rung("publish", each).code == 0
    for each in ("2026.yaml", "2027.yaml"):
        (peak / each).rename(peak / f"gone-{each}")
    (peak / "feed.yaml").write_text(FEED.replace("2026.yaml", "gone-2026.yaml"), "utf-8")
    line = ("peak@2026", "peak@2027", "--as-of", "2027-03-31")
    assert earned(rung, *line) == [*RESTATED, ("2027-Q1", "2400.00")]
    proved(rung)
