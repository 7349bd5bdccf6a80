"""`rung diff` of two runs, or two snapshots, with other records: each row that differs, with both values."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.test_said import FEED as OF_SELLERS

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
incentives:
  rebate: {kind: rebate, from: sales, period: quarter, sum: amount, rate: 10%, payee: partner}
"""
FEED = """\
rung: 1
feed: duo
records: duo.yaml
currency: USD
sources: {partners: {file: partners.csv}, sales: {file: sales.csv}}
tables:
  partners: {from: partners, fields: {partner_id: P}}
  sales:
    from: sales
    fields: {sale_id: S, partner_id: P, entry: {constant: sale}, closed_on: D, amount: A}
"""
SALES = "S,P,D,A\nS1,P1,2026-02-01,100.00\nS2,P1,2026-02-02,50.00\nS3,P2,2026-02-03,70.00\n"
OTHER = "S,P,D,A\nS1,P1,2026-02-01,40.00\nS3,P2,2026-02-03,70.00\nS4,P2,2026-02-04,7.00\nS5,P2,2026-02-05,3.00\n"


def written(folder: Path, sales: str) -> None:
    """A folder with a program, a feed and its files."""
    folder.mkdir()
    partners = "P\nP1\nP2\n"
    files = {"duo.yaml": PROGRAM, "feed.yaml": FEED, "partners.csv": partners, "sales.csv": sales}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


def evaluated(rung: Shell, folder: str, as_of: str = "2026-03-31") -> dict[str, str]:
    """The run of a folder's program on its records."""
    answer = rung("evaluate", f"{folder}/duo.yaml", "--data", folder, "--as-of", as_of, "--json")
    assert answer.code == 0, answer.err
    found: dict[str, str] = json.loads(answer.out)
    return found


@pytest.fixture
def runs(rung: Shell, tmp_path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """One program on two snapshots."""
    written(tmp_path / "old", SALES)
    written(tmp_path / "new", OTHER)
    return evaluated(rung, "old"), evaluated(rung, "new")


ROWS = [
    "the records changed: 2 rows added, 1 removed, 1 changed",
    "  ~ sales S1: amount is 40.00, was 100.00",
    "  - sales S2 is gone: sale_id S2, partner_id P1, entry sale, closed_on 2026-02-02, amount 50.00",
    "  + sales S4 is new: sale_id S4, partner_id P2, entry sale, closed_on 2026-02-04, amount 7.00",
    "  + sales S5 is new: sale_id S5, partner_id P2, entry sale, closed_on 2026-02-05, amount 3.00",
]


def test_two_runs_of_one_program(rung: Shell, runs: tuple[dict[str, str], dict[str, str]]) -> None:
    """10 % of 220.00, then of 120.00: the records did it, and the program is the same."""
    old, new = (each["run"] for each in runs)
    answer = rung("diff", old, new, "--html", "page.html")
    lines = answer.out.splitlines()
    at = lines.index(ROWS[0])
    assert (answer.code, lines[at : at + 5]) == (5, ROWS)
    assert "the program is the same" in lines and "no change in meaning" not in answer.out
    assert "payable 22.00 -> 12.00 USD (-10.00 USD)" in lines


@pytest.mark.long
def test_the_page_says_it(rung: Shell, runs: tuple[dict[str, str], dict[str, str]], tmp_path: Path) -> None:
    """At the top, and row by row."""
    old, new = (each["run"] for each in runs)
    page = rung("diff", old, new, "--format", "html").out
    assert f"The program is the same; {ROWS[0]}: " in page
    assert "amount is 40.00, was 100.00" in page
    assert "No change affects a decision." not in page


def test_two_snapshots(rung: Shell, runs: tuple[dict[str, str], dict[str, str]]) -> None:
    """Row by row; the same one twice has no difference."""
    old, new = (each["snapshot"] for each in runs)
    answer = rung("diff", old, new)
    assert (answer.code, answer.out.splitlines()) == (5, [f"{old} -> {new}", "", *ROWS])
    document = json.loads(rung("diff", old, new, "--json").out)
    (table,) = document["records"]
    assert (table["added"], table["removed"], table["changed"]) == (2, 1, 1)
    assert table["rows"][0] == {
        "kind": "changed",
        "key": ["S1"],
        "values": [{"field": "amount", "before": "100.00", "after": "40.00"}],
    }
    few = rung("diff", old, new, "--top", "1").out.splitlines()
    assert few[-1] == "  and 3 more rows of sales; `--top N` shows more"
    same = rung("diff", old, old)
    assert (same.code, same.out.splitlines()[-1]) == (0, "the records are the same")
    assert rung("diff", old, new, "--as-of", "2026-03-31").code == 2
    assert rung("diff", old, new, "--show", "moves", "--output", "new.csv").code == 2


def test_every_value_that_differs_is_in_a_list(
    rung: Shell, runs: tuple[dict[str, str], dict[str, str]], tmp_path: Path
) -> None:
    """The whole list, whatever `--top` says, of two snapshots as of two runs on them."""
    listed = []
    for kind, more in (("snapshot", ()), ("run", ("--show", "records"))):
        old, new = (each[kind] for each in runs)
        assert rung("diff", old, new, *more, "--top", "1", "--output", f"{kind}.csv").code == 5
        listed.append(list(csv.DictReader((tmp_path / f"{kind}.csv").read_text("utf-8").splitlines())))
    assert listed[0] == listed[1]
    amounts = [tuple(row.values()) for row in listed[0] if row["field"] == "amount"]
    assert amounts == [
        ("sales", "changed", "S1", "amount", "100.00", "40.00"),
        ("sales", "removed", "S2", "amount", "50.00", ""),
        ("sales", "added", "S4", "amount", "", "7.00"),
        ("sales", "added", "S5", "amount", "", "3.00"),
    ]
    assert len(listed[0]) == 1 + 3 * 5  # one value of S1; five fields of each row that came or went


@pytest.mark.long
def test_another_day_is_said(rung: Shell, tmp_path: Path) -> None:
    """The same records and program on two days."""
    written(tmp_path / "one", SALES)
    old, new = (evaluated(rung, "one", day)["run"] for day in ("2026-03-31", "2026-04-30"))
    answer = rung("diff", old, new)
    assert answer.code == 5
    assert "the day judged is 2026-04-30, was 2026-03-31\n" in answer.out
    assert "the program is the same\n" in answer.out


@pytest.mark.long
def test_values_of_records_are_text_in_markdown(rung: Shell, tmp_path: Path) -> None:
    """A name in a file is no link, and notifies nobody."""
    for folder, name in (("old", "[A](http://x.example)"), ("new", "@A <b>")):
        written(tmp_path / folder, SALES)
        (tmp_path / folder / "feed.yaml").write_text(
            FEED.replace("partner_id: P}}", "partner_id: P, name: N}}", 1), "utf-8"
        )
        (tmp_path / folder / "partners.csv").write_text(f"P,N\nP1,{name}\nP2,B\n", "utf-8")
    old, new = (evaluated(rung, each) for each in ("old", "new"))
    for kind in ("run", "snapshot"):
        out = rung("diff", old[kind], new[kind], "--format", "md", "--exit-zero").out
        assert "name is \\@A \\<b>, was \\[A\\](http\\://x.example)" in out


BOTH = """\
rung: 1
program: both
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
incentives:
  rebate: {kind: rebate, from: sales, period: quarter, sum: amount, rate: 10%, payee: partner}
  spiff: {kind: spiff, from: sales, of: amount, rate: 1%, payee: seller}
"""
SELLERS = OF_SELLERS.replace("duo", "both")
FIRST_QUARTER = "S,P,U,E,R,D,A\nS1,P1,U1,sale,,2026-02-01,50000.00\nS2,P1,U1,sale,,2026-02-02,11000.00\n"
LATER = "R2,P1,U1,return,S2,2026-05-02,-6000.00\nS3,P1,,sale,,2026-05-03,900.00\n"


def two_runs(rung: Shell, folder: Path, first: str, last: str) -> tuple[str, str]:
    """A run of the first quarter, and one of the second with the sales as they are by then."""
    files = {"both.yaml": BOTH, "feed.yaml": SELLERS, "partners.csv": "P\nP1\n", "people.csv": "U,P\nU1,P1\n"}
    found = []
    for sales, day in ((first, "2026-03-31"), (last, "2026-06-30")):
        for name, text in {**files, "sales.csv": sales}.items():
            (folder / name).write_text(text, "utf-8")
        answer = rung("evaluate", "both.yaml", "--data", ".", "--as-of", day, "--json")
        assert answer.code == 0, answer.err
        found.append(json.loads(answer.out)["run"])
    return found[0], found[1]


def test_each_earning_that_changes_is_named(rung: Shell, tmp_path: Path) -> None:
    """What to pay after 6,100.00 for the first quarter and 110.00 for S2, of which 6,000.00 came back.

    10 % of 55,000.00 and of 900.00; 1 % of 5,000.00. Nobody is known to have sold S3, so its change is not known.
    """
    old, new = two_runs(rung, tmp_path, FIRST_QUARTER, FIRST_QUARTER + LATER)
    rows = list(csv.DictReader(rung("diff", old, new, "--show", "earnings", "--format", "csv").out.splitlines()))
    assert {row["because"] for row in rows} == {"the records changed: 2 rows added"}  # the other day changes none
    assert rung("diff", old, new, "--output", "change.xlsx", "--exit-zero").code == 0
    book = CalamineWorkbook.from_path("change.xlsx")
    assert book.sheet_names == ["moves", "money", "earnings", "records", "changes"]
    assert book.get_sheet_by_name("earnings").to_python()[1][7:10] == [6100, 5500, -600]
    keys = ("partner_id", "seller_id", "incentive", "period", "source_id", "currency", "before", "after", "change")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("P1", "", "rebate", "2026-Q1", "", "USD", "6100.00", "5500.00", "-600.00"),
        ("P1", "", "rebate", "2026-Q2", "", "USD", "", "90.00", "90.00"),
        ("P1", "U1", "spiff", "", "S2", "USD", "110.00", "50.00", "-60.00"),
        ("P1", "", "spiff", "", "S3", "USD", "", "undecided", ""),
    ]
    earnings = json.loads(rung("diff", old, new, "--json").out)["earnings"]
    assert earnings[2] == {
        "partner": "P1", "seller": "U1", "incentive": "spiff", "period": None, "source_id": "S2", "currency": "USD",
        "before": "110.00", "after": "50.00", "change": "-60.00", "undecided": {"before": False, "after": False},
        "steps": [{"step": 2, "change": "-60.00"}],
    }  # fmt: skip
    assert earnings[3]["undecided"] == {"before": False, "after": True}
    shown = [" ".join(line.split()) for line in rung("diff", old, new).out.splitlines()]
    at = shown.index("earnings that change")
    assert shown[at + 2 : at + 6] == [
        "P1 rebate 2026-Q1 6,100.00 5,500.00 -600.00 USD",
        "P1 rebate 2026-Q2 90.00 +90.00 USD",
        "P1, seller U1 spiff S2 110.00 50.00 -60.00 USD",
        "P1 spiff S3 undecided USD",
    ]


@pytest.mark.long
def test_changes_that_cancel_out_are_changes(rung: Shell, tmp_path: Path) -> None:
    """A sale that moves to the next quarter leaves every total as it was: one period loses what the other gets."""
    old, new = two_runs(rung, tmp_path, FIRST_QUARTER, FIRST_QUARTER.replace("2026-02-02", "2026-04-02"))
    answer = rung("diff", old, new)
    assert "payable 6,710.00 -> 6,710.00 USD (0.00 USD)" in answer.out
    assert "no decision changes" not in answer.out
    rows = csv.DictReader(rung("diff", old, new, "--show", "earnings", "--format", "csv").out.splitlines())
    assert [(row["period"], row["change"]) for row in rows] == [("2026-Q1", "-1100.00"), ("2026-Q2", "1100.00")]
