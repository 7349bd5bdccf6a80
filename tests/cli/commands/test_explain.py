"""`rung explain`: the reasons of one partner, and the page of a code."""

from __future__ import annotations

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft7Validator

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Answer, Decided, Shell

NAME = "Cobalt Consulting 22"  # of P-0022 in the demo records
ROOT = Path(__file__).resolve().parent.parent.parent.parent


@pytest.fixture
def ask(rung: Shell, decided: Decided) -> Shell:
    """Ask why, in the shared workspace."""

    def shell(*arguments: str) -> Answer:
        return rung("explain", *arguments, "--home", str(decided.home))

    return shell


def test_a_partner_is_explained_in_text(ask: Shell, decided: Decided) -> None:
    """The text has the tier, the next one, the way there, earnings, and the program's lines; by name as by id.

    Benefits and metrics are there if they are asked for.
    """
    answer = ask(decided.run, "P-0022")
    assert (answer.code, answer.err) == (0, "")
    for expected in ("Tier: silver", "Why not gold", "Cheapest next step to gold", "2026.yaml:21"):
        assert expected in answer.out
    assert "\nBenefits\n" not in answer.out and "\nMetrics\n" not in answer.out
    named = ask(decided.run, NAME.upper(), "--benefits", "--metrics")
    assert named.out.startswith(answer.out.partition("\nEarnings")[0])
    assert "\nBenefits\n" in named.out and "\nMetrics\n" in named.out


def test_the_document_follows_its_schema(ask: Shell, decided: Decided) -> None:
    """`rung.explain/v1` is what the published schema says."""
    document = json.loads(ask(decided.run, "P-0001", "--json").out)
    schema = json.loads((ROOT / "docs/schemas/explain-v1.schema.json").read_text("utf-8"))
    Draft7Validator(schema).validate(document)
    assert document["format"] == "rung.explain/v1"
    assert document["partner_id"] == "P-0001"


def test_records_stand_where_they_came_from(ask: Shell, decided: Decided, acme: Path) -> None:
    """Every record behind the revenue is the line of the file that has its id, and their sum is the revenue."""
    document = json.loads(ask(decided.run, "P-0022", "--json", "--records").out)
    revenue = next(each for each in document["metrics"] if each["name"] == "revenue")
    with (acme / "demo/sales.csv").open(encoding="utf-8") as file:
        lines = list(csv.reader(file))
    shown = revenue["records"]["shown"]
    assert len(shown) == revenue["records"]["count"]
    rows = [lines[each["line"] - 1] for each in shown]
    assert [row[0] for row in rows] == [each["key"][0] for each in shown]
    assert sum(Decimal(row[4]) for row in rows) == Decimal(revenue["value"]["value"])
    (added,) = revenue["sums"]
    entries = added["entries"]
    assert [(each["day"], each["added"]["value"]) for each in entries] == sorted(
        ((row[3], row[4]) for row in rows), key=lambda row: row[0]
    )
    assert sum(Decimal(each["added"]["value"]) for each in entries) == Decimal(added["total"]["value"])
    assert added["total"] == revenue["value"]


def test_another_tier_may_be_asked_for(ask: Shell, decided: Decided) -> None:
    """`--why-not` and `--incentive` choose; names that do not exist list those that do."""
    assert json.loads(ask(decided.run, "P-0022", "--why-not", "silver", "--json").out)["why_not"]["tier"] == "silver"
    document = json.loads(ask(decided.run, "P-0022", "--incentive", "volume_rebate", "--json").out)
    assert {each["incentive"] for each in document["earnings"]} == {"volume_rebate"}
    answer = ask(decided.run, "P-0022", "--why-not", "diamond")
    assert answer.code == ExitCode.USAGE
    assert "it has registered, silver, gold" in answer.err
    assert ask(decided.run, "P-0022", "--incentive", "spiff").code == ExitCode.USAGE


def test_an_incentive_whose_first_period_runs_is_shown(rung: Shell, acme: Path) -> None:
    """On 15 February no quarter of 2026 is complete: what it has come to is not owed, and it is said until when."""
    data = ("--data", str(acme), "--as-of", "2026-02-15", "--home", "home", "--quiet")
    assert rung("evaluate", str(acme / "2026.yaml"), *data).code == 0
    (run,) = Path("home/runs").glob("run-*")
    answer = rung("explain", run.name, "P-0022", "--incentive", "volume_rebate", "--home", "home")
    assert (answer.code, answer.err) == (0, "")
    said = "period 2026-Q1, from 2026-01-01 through 2026-02-15: 0.00 USD so far, not owed: 2026-Q1 is complete on"
    assert f"{said} 2026-03-31\n" in answer.out
    answer = rung("explain", run.name, "P-0022", "--incentive", "spiff", "--home", "home")
    assert (answer.code, "it has volume_rebate" in answer.err) == (ExitCode.USAGE, True)


def test_an_unknown_partner_is_said(ask: Shell, decided: Decided) -> None:
    """Nobody of that id: exit code 3. Whom it may mean is named: a letter off, or a part of a name."""
    answer = ask(decided.run, "P-9999")
    assert (answer.code, answer.out) == (ExitCode.INVALID, "")
    assert "has no partner `P-9999`" in answer.err
    assert f"did you mean `P-0022` ({NAME})?" in ask(decided.run, "P-00222").err
    assert f"did you mean `P-0022` ({NAME})?" in ask(decided.run, "consulting 22").err


def test_a_page_is_written_by_the_ending_of_its_file(ask: Shell, decided: Decided, tmp_path: Path) -> None:
    """HTML is a whole page that runs nothing; Markdown has a heading for each section; both have each record."""
    for name in ("why.html", "why.md"):
        assert ask(decided.run, "P-0022", "--records", "--output", name).code == 0
    page, text = ((tmp_path / name).read_text("utf-8") for name in ("why.html", "why.md"))
    assert page.startswith("<!doctype html>") and page.count("<h2>") == text.count("\n## ") >= 3
    assert "default-src &#39;none&#39;" in page and "<script" not in page
    assert "demo/sales.csv:" in page and "demo/sales.csv:" in text
    assert ask(decided.run, "P-0022", "--records", "--md").out == text
    assert ask(decided.run, "P-0022", "--md", "--json").code == ExitCode.USAGE


def test_an_unknown_run_is_said(ask: Shell) -> None:
    """No run of that id: exit code 3 and how ids look."""
    answer = ask("run-0000000000000000", "P-0001")
    assert answer.code == ExitCode.INVALID
    assert "RNG791" in answer.err


@pytest.mark.parametrize("arguments", [("P-0001",), ("run-1234",), ("RNG200", "P-0001"), ("RNG999",)])
def test_other_forms_are_usage_errors(ask: Shell, arguments: tuple[str, ...]) -> None:
    """What is neither a run with a partner nor a code alone is told the forms."""
    answer = ask(*arguments)
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert "= help: " in answer.err


def test_a_code_has_a_page(ask: Shell) -> None:
    """The page of a code as text and as JSON, whatever the case."""
    answer = ask("rng200")
    assert answer.code == 0
    assert answer.out.startswith("# RNG200 unknown-name\n")
    document = json.loads(ask("RNG200", "--json").out)
    assert (document["format"], document["code"], document["severity"]) == ("rung.code/v1", "RNG200", "error")
    assert document["page"] in answer.out


def test_a_changed_program_is_not_explained(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """When the bytes that the run kept have changed, nothing is explained: exit code 7."""
    shutil.copytree(decided.home, tmp_path / "copy")
    program = tmp_path / "copy" / "runs" / decided.run / "program.yaml"
    program.write_text(program.read_text("utf-8").replace("50_000", "60_000"), "utf-8")
    answer = rung("explain", decided.run, "P-0001", "--home", "copy")
    assert answer.code == ExitCode.INTEGRITY
    assert "`program.yaml` differs from its manifest" in answer.err


def test_a_changed_decision_is_not_explained(
    rung: Shell, decided: Decided, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the run stored something else than was written, file and rows are named instead."""
    shutil.copytree(decided.home, tmp_path / "copy")
    run = tmp_path / "copy" / "runs" / decided.run
    import duckdb

    path = run / "statuses.parquet"
    changed = "SELECT * REPLACE ('gold' AS held) FROM read_parquet(?)"
    duckdb.execute(f"COPY ({changed}) TO '{tmp_path / 'changed.parquet'}' (FORMAT parquet)", [str(path)])
    (tmp_path / "changed.parquet").replace(path)
    answer = rung("explain", decided.run, "P-0022", "--home", "copy")
    assert (answer.code, answer.out) == (ExitCode.INTEGRITY, "")
    assert "`statuses.parquet` differs from its manifest" in answer.err
    assert "do not match their stored hash (leaf)" in answer.err


def test_a_changed_leaf_is_not_explained(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """Sound rows beside the leaf of somebody else: the run is damaged, whatever is right; nobody is explained."""
    shutil.copytree(decided.home, tmp_path / "copy")
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "copy" / "runs" / decided.run / "leaves.parquet"
    leaves = parquet.read_table(path)
    partners = leaves.column("partner_id").to_pylist()
    swapped = [{"P-0021": "P-0022", "P-0022": "P-0021"}.get(each, each) for each in partners]
    parquet.write_table(leaves.set_column(0, leaves.schema.field(0), pa.array(swapped)), path)
    for line in (("explain", decided.run, "P-0022"), ("test", "--from", decided.run, "P-0022")):
        answer = rung(*line, "--home", "copy")
        assert (answer.code, answer.out) == (ExitCode.INTEGRITY, "")
        assert "`leaves.parquet` differs from its manifest" in answer.err


def test_a_run_without_its_records_is_not_explained(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """When the snapshot is gone, the message names it."""
    shutil.copytree(decided.home, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "snapshots")
    answer = rung("explain", decided.run, "P-0001", "--home", "copy")
    assert answer.code != 0
    assert "snap-" in answer.err
