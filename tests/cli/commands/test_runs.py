"""`rung runs`: the list of what was decided."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Decided, Shell


def test_an_empty_workspace_lists_nothing(rung: Shell, tmp_path: Path) -> None:
    """No run: a header, a hint on stderr, and no folder is made."""
    answer = rung("runs")
    assert answer.code == 0
    assert answer.out.split()[:4] == ["run", "program", "version", "state"]
    assert "rung evaluate" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_listed(rung: Shell, decided: Decided) -> None:
    """A run is a line with its program, date and number of partners."""
    answer = rung("runs", "--home", str(decided.home), "--json")
    (row,) = json.loads(answer.out)["runs"]
    assert row["run"] == decided.run
    assert (row["program"], row["version"], row["as_of"], row["partners"]) == ("acme", "2026", "2026-06-30", 24)
    assert (row["state"], row["published"], row["sound"]) == ("draft", None, True)
    text = rung("runs", "--home", str(decided.home)).out
    assert decided.run in text


def test_runs_of_drafts_stand_apart(rung: Shell, acme: Path, decided: Decided, tmp_path: Path) -> None:
    """The same program, published afterwards, and a draft with another rate: by meaning, wherever the files are.

    A comment changes no meaning. A run that is not sound comes last, and only its id is said of it.
    """
    shutil.copytree(decided.home, tmp_path / ".rung")
    text = (acme / "2026.yaml").read_text("utf-8")
    files = {"real/2026.yaml": f"# a comment\n{text}", "draft/2026.yaml": text.replace("rate: 2%", "rate: 3%")}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content, "utf-8")
    snapshot = next((tmp_path / ".rung/snapshots").glob("snap-*")).name
    assert rung("evaluate", "draft/2026.yaml", "--data", snapshot, "--as-of", "2026-06-30").code == 0
    assert rung("publish", "real/2026.yaml").code == 0
    published, draft = json.loads(rung("runs", "--json").out)["runs"]
    (known,) = json.loads(rung("publish", "--list", "--json").out)["publications"]
    assert (published["run"], published["state"]) == (decided.run, "published")
    assert (published["published"], published["hash"]) == (known["published"], known["hash"])
    assert (draft["state"], draft["file"], draft["published"]) == ("draft", "draft/2026.yaml", None)
    os.utime(tmp_path / ".rung/runs" / draft["run"] / "manifest.json", (0, 1_780_000_000))
    (_, row) = csv.DictReader(rung("runs", "--format", "csv").out.splitlines())
    assert (row["evaluated"], row["sound"]) == ("2026-05-28 20:26:40Z", "yes")
    parts = rung("runs").out.split("\n\n")
    assert [part.partition("\n")[0].partition(":")[0] for part in parts] == [
        "Runs of published programs",
        "Runs of drafts",
    ]
    assert decided.run in parts[0] and draft["run"] in parts[1]
    (tmp_path / ".rung/runs" / draft["run"] / "statuses.parquet").write_bytes(b"")
    answer = rung("runs", "--json")
    _, damaged = json.loads(answer.out)["runs"]
    assert answer.code == ExitCode.INTEGRITY
    assert {name: value for name, value in damaged.items() if value is not None} == {
        "run": draft["run"],
        "state": "unsound",
        "sound": False,
    }
    (tmp_path / ".rung/published/000000/program-0.yaml").write_bytes(b"")
    answer = rung("runs", "--json")
    assert answer.code == ExitCode.INTEGRITY
    assert [each["state"] for each in json.loads(answer.out)["runs"]] == ["unknown", "unsound"]


def test_rechecks_are_told(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """A run is marked by what its rechecks found; a mismatch is never forgotten."""
    from engine.runs.notes import write_note
    from engine.runs.store import open_run
    from engine.workspace import Workspace

    shutil.copytree(decided.home, tmp_path / "copy")
    run, _ = open_run(Workspace(tmp_path / "copy"), decided.run)
    assert run is not None
    verdicts = []
    for note in ({}, {"mismatches": 0}, {"mismatches": 1}):
        if note:
            write_note(run, "recheck", note)
        verdicts.append(json.loads(rung("runs", "--home", "copy", "--json").out)["runs"][0]["recheck"])
    assert verdicts == ["none", "passed", "mismatch"]


def test_what_is_no_run_is_left_alone(rung: Shell, tmp_path: Path) -> None:
    """A foreign folder among the runs is told and not listed."""
    (tmp_path / ".rung" / "runs" / "notes").mkdir(parents=True)
    answer = rung("runs")
    assert answer.code == 0
    assert "RNG801" in answer.err


def test_a_workspace_that_cannot_be_trusted_is_refused(rung: Shell, tmp_path: Path) -> None:
    """A file in the workspace's place is refused with exit code 6."""
    (tmp_path / ".rung").write_text("", "utf-8")
    answer = rung("runs")
    assert answer.code == ExitCode.REFUSED
    assert "RNG790" in answer.err


BY_REGION = """\
rung: 1
program: regional
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
choices: {region: [emea, na]}
records: {extends: standard, partners: {fields: {region: region}}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
designations:
  expert: {per: [region], applies_to: [region is emea], requires: [revenue >= 100 USD]}
"""
TIERS = "tiers: {ladder: [member, silver], silver: {requires: [revenue >= 100 USD]}}\n"
FEED = """\
rung: 1
feed: regional
records: 2026.yaml
sources: {partners: {file: partners.csv}, sales: {file: sales.csv}}
tables:
  partners: {from: partners, fields: {partner_id: P, region: R}}
  sales: {from: sales, fields: {sale_id: S, partner_id: P, entry: {constant: sale}, closed_on: D, amount: A}}
"""


@pytest.mark.parametrize("tiers", ["", TIERS], ids=["designations alone", "tiers too"])
def test_a_partner_is_counted_once(rung: Shell, tmp_path: Path, tiers: str) -> None:
    """Two partners have two statuses each beside their tier, and the third has none: three partners everywhere."""
    files = {
        "2026.yaml": BY_REGION + tiers,
        "feed.yaml": FEED,
        "partners.csv": "P,R\nP1,emea\nP2,emea\nP3,na\n",
        "sales.csv": "S,P,D,A\nS1,P1,2026-02-01,100.00\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    evaluate = ("evaluate", "2026.yaml", "--data", ".", "--as-of", "2026-03-31")
    assert json.loads(rung(*evaluate, "--json").out)["partners"] == 3
    (listed,) = json.loads(rung("runs", "--json").out)["runs"]
    assert listed["partners"] == 3
    (row,) = csv.DictReader(rung("runs", "--format", "csv").out.splitlines())
    assert row["partners"] == "3"
    partners = csv.DictReader(rung(*evaluate, "--format", "csv").out.splitlines())
    assert [(each["partner_id"], each["expert.emea"]) for each in partners] == [
        ("P1", "held"),
        ("P2", "not_held"),
        ("P3", ""),
    ]


def test_snapshots_are_listed_with_their_imports(rung: Shell, tmp_path: Path) -> None:
    """Two snapshots, the one that was imported last behind: rows, feed, and the day that the last import declared.

    Of the first, the same records were imported again by another feed; of the second, one row was set aside.
    """
    assert rung("init", "acme").code == 0
    first = json.loads(rung("import", "acme", "--json").out)
    feed = Path("acme/feed.yaml").read_text("utf-8")
    other_feed = feed.replace("feed: acme", "feed: other").replace("2026-06-30", "2026-06-29")
    Path("acme/other.yaml").write_text(other_feed, "utf-8")
    assert json.loads(rung("import", "acme/other.yaml", "--json").out)["snapshot"] == first["snapshot"]
    sales = Path("acme/demo/sales.csv")
    lines = sales.read_text("utf-8").splitlines()
    lines[3] = ",".join([*lines[3].split(",")[:-1], "1.005"])
    sales.write_text("\n".join(lines) + "\n", "utf-8")
    second = json.loads(rung("import", "acme", "--quarantine", "--json").out)
    for place, id in enumerate((first["snapshot"], second["snapshot"])):
        for record in (tmp_path / ".rung/snapshots" / id / "imports").glob("*/import.json"):
            os.utime(record, (0, 1_780_000_000 + 60 * place))
    document = json.loads(rung("runs", "--snapshots", "--json").out)
    assert document["format"] == "rung.snapshots/v1"
    one, other = document["snapshots"]
    tables = {name: table["rows"] for name, table in first["tables"].items() if name != "reach"}
    assert one == {
        "snapshot": first["snapshot"],
        "imported": "2026-05-28 20:26:40Z",
        "imports": 2,
        "feed": "other",
        "file": "other.yaml",
        "complete_through": "2026-06-29",
        "rows": tables,
        "set_aside": {},
        "sound": True,
    }
    assert (other["imported"], other["feed"], other["set_aside"]) == ("2026-05-28 20:27:40Z", "acme", {"sales": 1})
    assert other["rows"] == {**tables, "sales": tables["sales"] - 1}
    rows = list(csv.DictReader(rung("runs", "--snapshots", "--format", "csv").out.splitlines()))
    assert [each["snapshot"] for each in rows] == [first["snapshot"], second["snapshot"]]
    said = ", ".join(f"{name} {count}" for name, count in other["rows"].items())
    assert (rows[1]["rows"], rows[1]["set aside"], rows[1]["sound"]) == (said, "sales 1", "yes")
    text = rung("runs", "--snapshots").out
    assert first["snapshot"] in text and f"{first['snapshot']}  " in text and said in text
    assert rung("runs", "--snapshots", "--output", "snapshots.xlsx").code == 0
    assert Path("snapshots.xlsx").read_bytes().startswith(b"PK")


def test_a_damaged_snapshot_is_listed_last(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """By its id alone, and the exit code is 7; a workspace without any says how one is made."""
    nothing = rung("runs", "--snapshots")
    assert (nothing.code, nothing.out.split()[0], "rung import" in nothing.err) == (0, "snapshot", True)
    shutil.copytree(decided.home, tmp_path / "copy")
    (folder,) = (tmp_path / "copy" / "snapshots").glob("snap-*")
    shutil.copytree(folder, folder.with_name("snap-0000000000000000"))  # the manifest is that of another
    (folder.parent / "notes").mkdir()
    answer = rung("runs", "--snapshots", "--home", "copy", "--json")
    assert answer.code == ExitCode.INTEGRITY
    sound, damaged = json.loads(answer.out)["snapshots"]
    assert (sound["snapshot"], sound["sound"], sound["feed"]) == (folder.name, True, "acme")
    assert {name: value for name, value in damaged.items() if value is not None} == {
        "snapshot": "snap-0000000000000000",
        "sound": False,
    }
    assert "`snap-0000000000000000` is damaged" in answer.err
    assert "`notes` is not the id of a snapshot" in answer.err
    (folder / "sales.parquet").write_bytes(b"")
    listed = json.loads(rung("runs", "--snapshots", "--home", "copy", "--json").out)["snapshots"]
    assert [each["sound"] for each in listed] == [False, False]
    assert rung("runs", "--snapshots", "--home", "copy").out.startswith("Damaged snapshots")
