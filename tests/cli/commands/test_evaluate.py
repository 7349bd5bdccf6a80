"""`rung evaluate`: decisions counted, found again, rechecked and listed."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Answer, Decided, Shell

CENT = Decimal("0.01")
QUARTERS = (("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"))


def sales_of(acme: Path) -> list[dict[str, str]]:
    """The demo sales."""
    with (acme / "demo/sales.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def partners_of(acme: Path) -> list[str]:
    """The demo partners."""
    with (acme / "demo/partners.csv").open(encoding="utf-8") as file:
        return [row["Partner"] for row in csv.DictReader(file)]


def total(sales: list[dict[str, str]], partner: str, first: str, last: str) -> Decimal:
    """A partner's net revenue between two days, both included."""
    rows = [row for row in sales if row["Partner"] == partner and first <= row["Date"] <= last]
    return sum((Decimal(row["Amount"]) for row in rows), Decimal(0))


def tier_by_hand(sales: list[dict[str, str]], partner: str, first: str, last: str) -> str:
    """The tier as the text of the starter program says: silver from 50,000, gold from 250,000 and 12 orders."""
    revenue = total(sales, partner, first, last)
    orders = sum(row["Partner"] == partner and row["Kind"] == "S" and first <= row["Date"] <= last for row in sales)
    if revenue >= 250_000 and orders >= 12:
        return "gold"
    return "silver" if revenue >= 50_000 else "registered"


def rebate_by_hand(sales: list[dict[str, str]], partner: str) -> Decimal:
    """1 % up to 100,000 and 2 % above, each quarter in which the partner ends as silver or gold."""
    earned = Decimal(0)
    for first, last in QUARTERS:
        year_before = "2025-04-01" if last == "2026-03-31" else "2025-07-01"
        if tier_by_hand(sales, partner, year_before, last) == "registered":
            continue
        revenue = total(sales, partner, first, last)
        amount = min(revenue, Decimal(100_000)) / 100 + max(revenue - 100_000, Decimal(0)) / 50
        earned += amount.quantize(CENT, ROUND_HALF_UP)
    return earned


@pytest.fixture
def evaluate(rung: Shell, acme: Path, decided: Decided) -> Shell:
    """Evaluate the starter program with more options: as of 2026-06-30 in the shared workspace, which other tests read,
    else in one of its own.
    """

    def shell(*more: str, as_of: str = "2026-06-30") -> Answer:
        return rung(
            "evaluate",
            str(acme / "2026.yaml"),
            "--data",
            str(acme),
            "--as-of",
            as_of,
            "--home",
            str(decided.home) if as_of == "2026-06-30" else "other",
            *more,
        )

    return shell


def test_tiers_and_money_are_those_worked_out_by_hand(evaluate: Shell, acme: Path, decided: Decided) -> None:
    """Counts by tier and the sum of rebates equal a few lines of Python over the CSV files."""
    document = json.loads(evaluate("--json").out)
    sales = sales_of(acme)
    tiers = Counter(tier_by_hand(sales, partner, "2025-07-01", "2026-06-30") for partner in partners_of(acme))
    assert document["format"] == "rung.evaluate/v1"
    assert document["run"] == decided.run
    assert document["tiers"] == {name: tiers[name] for name in ("registered", "silver", "gold")}
    assert document["partners"] == 24
    expected = sum((rebate_by_hand(sales, partner) for partner in partners_of(acme)), Decimal(0))
    assert document["totals"] == {"volume_rebate": {"USD": str(expected)}}
    assert document["undecided"]["count"] == 0
    assert document["recheck"] is None
    assert {Path(path).is_file() for path in document["files"].values()} == {True}


def test_csv_has_one_line_a_partner(evaluate: Shell, acme: Path) -> None:
    """As CSV every partner has its tier and its rebate, again as worked out by hand."""
    rows = list(csv.DictReader(evaluate("--format", "csv").out.splitlines()))
    sales = sales_of(acme)
    assert [row["partner_id"] for row in rows] == partners_of(acme)
    for row in rows:
        partner = row["partner_id"]
        assert row["held"] == tier_by_hand(sales, partner, "2025-07-01", "2026-06-30")
        assert Decimal(row["volume_rebate USD"] or 0) == rebate_by_hand(sales, partner)


def test_a_second_evaluation_finds_the_run(evaluate: Shell, decided: Decided) -> None:
    """The same question is the same run."""
    answer = evaluate()
    assert answer.code == 0
    assert answer.err == f"reusing the existing run: {decided.home / 'runs' / decided.run}\n"
    assert answer.out.startswith(f"run       {decided.run}\n")
    assert "undecided: none" in answer.out


@pytest.mark.long
def test_markdown_has_tables(evaluate: Shell) -> None:
    """As Markdown the totals are tables, and without `--show` the partners are one."""
    assert "| tier | partners |\n| --- | ---: |\n" in evaluate("--format", "md", "--show", "totals").out
    assert evaluate("--format", "md").out.startswith("| partner_id | held |")


def test_recheck_says_who_agreed(rung: Shell, acme: Path) -> None:
    """The other engines decide all partners again; how many and who stands in the output."""
    line = ("evaluate", str(acme / "2026.yaml"), "--data", str(acme), "--as-of", "2026-06-30", "--recheck")
    document = json.loads(rung(*line, "all", "--json").out)
    assert document["recheck"]["checked"] == 24
    assert document["recheck"]["mismatches"] == 0
    assert document["recheck"]["engines"][0] == "reference"
    assert "recheck: 3 partners by reference" in rung(*line, "3").out


@pytest.mark.long
def test_a_snapshot_may_be_named(rung: Shell, acme: Path) -> None:
    """`--data` takes the id of a snapshot, or its beginning, and gives the same run."""
    snapshot = json.loads(rung("import", str(acme), "--json").out)["snapshot"]
    line = ("evaluate", str(acme / "2026.yaml"), "--as-of", "2026-06-30", "--json", "--data")
    by_id = json.loads(rung(*line, snapshot[:12]).out)
    assert by_id["snapshot"] == snapshot
    assert by_id["run"] == json.loads(rung(*line, str(acme)).out)["run"]
    unknown = rung(*line, "snap-0000000000000000")
    assert unknown.code == ExitCode.INVALID
    assert "RNG791" in unknown.err
    assert rung(*line, snapshot, "--files", ".").code == ExitCode.USAGE


@pytest.mark.long
def test_shards_and_threads_change_nothing(rung: Shell, acme: Path) -> None:
    """However the work is cut, it is the same run with the same root."""
    line = ("evaluate", str(acme / "2026.yaml"), "--data", str(acme), "--as-of", "2026-06-30", "--json")
    plain = json.loads(rung(*line, "--home", "one").out)
    cut = json.loads(rung(*line, "--home", "two", "--shards", "3", "--threads", "1", "--memory", "500MB").out)
    assert (plain["run"], plain["root"]) == (cut["run"], cut["root"])


def test_a_dry_run_keeps_nothing(rung: Shell, acme: Path) -> None:
    """`--dry-run` prints the totals; the run is not there afterwards."""
    line = ("evaluate", str(acme / "2026.yaml"), "--data", str(acme), "--as-of", "2026-06-30", "--dry-run")
    answer = rung(*line)
    assert answer.code == 0
    assert answer.err == "nothing was written\n"
    assert list(Path(".rung").glob("runs/run-*")) == []
    assert rung(*line, "--format", "csv").code == ExitCode.USAGE
    assert rung(*line, "--recheck", "all").code == ExitCode.USAGE


@pytest.mark.parametrize(
    "more",
    [
        ("--show", "everything"),
        ("--show", "earnings", "--json"),
        ("--show", "totals", "--format", "csv"),
        ("--show", "earnings", "--dry-run"),
        ("--output", "pay.xlsx", "--dry-run"),
        ("--output", "pay.xlsx", "--show", "totals"),
        ("--recheck", "some"),
        ("--recheck", "0"),
        ("--shards", "none"),
        ("--threads", "-1"),
        ("--format", "xml"),
    ],
)
def test_wrong_options_are_usage_errors(evaluate: Shell, more: tuple[str, ...]) -> None:
    """Each option says what it takes."""
    answer = evaluate(*more)
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert "= help: " in answer.err


def test_the_date_must_not_lie_before_the_program(evaluate: Shell) -> None:
    """A day before the program begins is a finding; a text that is no day a usage error."""
    assert evaluate(as_of="2021-01-01").code == ExitCode.INVALID
    assert evaluate(as_of="tomorrow").code == ExitCode.USAGE


def test_a_faulty_program_decides_nobody(rung: Shell, acme: Path, tmp_path: Path) -> None:
    """Findings of the program end the command before records are read."""
    text = (acme / "2026.yaml").read_text("utf-8").replace("- revenue >=", "- revenu >=")
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    answer = rung("evaluate", "wrong.yaml", "--data", str(acme), "--as-of", "2026-06-30")
    assert (answer.code, answer.out) == (ExitCode.INVALID, "")
    assert "RNG200" in answer.err
    assert not Path(".rung").exists()


def test_records_must_serve_the_program(rung: Shell, acme: Path, tmp_path: Path) -> None:
    """A program that reads a table the snapshot lacks is refused with the cure."""
    text = (acme / "2026.yaml").read_text("utf-8")
    text = text.replace("    - revenue >= revenue_needed", "    - revenue >= revenue_needed\n    - visits >= 1")
    metric = "metrics:\n  visits: {from: activities, count: records, window: trailing 12 months}\n"
    (tmp_path / "more.yaml").write_text(text.replace("metrics:", metric.rstrip() + "\n  #", 1), "utf-8")
    answer = rung("evaluate", "more.yaml", "--data", str(acme), "--as-of", "2026-06-30")
    assert answer.code == ExitCode.INVALID
    assert "RNG771" in answer.err


def noted(acme: Path, folder: Path) -> Path:
    """A copy of the program folder of which something is to be said: a metric nobody uses, a personal field."""
    copy = Path(shutil.copytree(acme, folder / "noted"))
    program, feed = copy / "2026.yaml", copy / "feed.yaml"
    program.write_text(
        program.read_text("utf-8").replace("\ntiers:", "  late: {title: Late, formula: revenue * 2}\n\ntiers:"), "utf-8"
    )
    people = "  people: {from: people, fields: {person_id: P, email: M, partner_id: Q}}\n"
    text = feed.read_text("utf-8").replace("\ntables:", "\n  people: {file: people.csv}\ntables:") + people
    feed.write_text(text, "utf-8")
    (copy / "people.csv").write_text("P,M,Q\nU1,a@example.com,P-0001\n", "utf-8")
    return copy


def test_what_is_of_note_is_said_once(rung: Shell, acme: Path, tmp_path: Path) -> None:
    """A warning of the program and a note of the feed stand once on stderr, with `-q` not at all, and in the JSON."""
    copy = noted(acme, tmp_path)
    line = ("evaluate", str(copy / "2026.yaml"), "--data", str(copy), "--as-of", "2026-06-30")
    answer = rung(*line)
    assert answer.code == 0, answer.err
    assert [answer.err.count(f" {code} ") for code in ("RNG211", "RNG609")] == [1, 1]
    assert rung(*line, "--quiet").err == ""
    assert rung("import", str(copy), "--quiet").err == ""
    assert "RNG211" not in rung("import", str(copy)).err
    found = json.loads(rung(*line, "--json").out)["diagnostics"]
    assert [each["code"] for each in found] == ["RNG211", "RNG609"]


def test_what_ends_the_command_is_in_the_document(rung: Shell, acme: Path, tmp_path: Path) -> None:
    """With `--json` a fault of the program, of the feed or of a record is a diagnostic of the document."""
    copy = Path(shutil.copytree(acme, tmp_path / "copy"))
    line = ("evaluate", str(copy / "2026.yaml"), "--data", str(copy), "--json", "--as-of")
    for path, old, new, code in (
        (copy / "demo/sales.csv", "S-000002,", "S-000002,X", "RNG"),
        (copy / "feed.yaml", "name: Name", "name: Nam", "RNG604"),
        (copy / "feed.yaml", "feed: acme", "feeed: acme", "RNG1"),
        (copy / "2026.yaml", "- revenue >=", "- revenu >=", "RNG200"),
    ):
        before = path.read_text("utf-8")
        path.write_text(before.replace(old, new, 1), "utf-8")
        answer = rung(*line, "2026-06-30")
        assert answer.code == ExitCode.INVALID
        document = json.loads(answer.out)
        assert document["format"] == "rung.evaluate/v1"
        assert document["diagnostics"][0]["code"].startswith(code)
        path.write_text(before, "utf-8")
    document = json.loads(rung(*line, "2021-01-01", "--output", "refused.json").out or "null")
    assert document is None
    assert [each["code"] for each in json.loads(Path("refused.json").read_text("utf-8"))["diagnostics"]] == ["RNG404"]


def test_a_day_outside_is_one_error(evaluate: Shell) -> None:
    """A day before the program begins is reported once; the program has no errors to mend."""
    answer = evaluate(as_of="2021-01-01")
    assert answer.err.count("error") == 1
    assert "RNG404" in answer.err


def test_a_running_period_is_shown_and_not_owed(evaluate: Shell, acme: Path) -> None:
    """On 10 May the first quarter is owed; the second one has come to so much, by the CSV files, and is in no total."""
    sales, day = sales_of(acme), "2026-05-10"
    so_far = owed = Decimal(0)
    for partner in partners_of(acme):
        for first, last, year_before in (("2026-01-01", "2026-03-31", "2025-04-01"), ("2026-04-01", day, "2025-05-11")):
            if tier_by_hand(sales, partner, year_before, last) == "registered":
                continue
            revenue = total(sales, partner, first, last)
            amount = min(revenue, Decimal(100_000)) / 100 + max(revenue - 100_000, Decimal(0)) / 50
            cents = amount.quantize(CENT, ROUND_HALF_UP)
            owed, so_far = (owed, so_far + cents) if last == day else (owed + cents, so_far)
    document = json.loads(evaluate("--json", as_of=day).out)
    assert document["totals"] == {"volume_rebate": {"USD": str(owed)}}
    assert document["running"] == [
        {
            "incentive": "volume_rebate",
            "period": "2026-Q2",
            "from": "2026-04-01",
            "before": "2026-05-11",
            "complete_on": "2026-06-30",
            "so_far": {"USD": str(so_far)},
            "undecided": 0,
        }
    ]
    lines = evaluate(as_of=day).out.splitlines()
    head = lines.index("not owed yet   period     so far  currency  complete on")
    assert lines[head + 1].split() == ["volume_rebate", "2026-Q2", f"{so_far:,}", "USD", "2026-06-30"]
    rows = list(csv.DictReader(evaluate("--show", "running", "--format", "csv", as_of=day).out.splitlines()))
    assert {row["complete_on"] for row in rows} == {"2026-06-30"}
    assert sum(Decimal(row["so far, not owed"]) for row in rows) == so_far
