"""`rung import`: all or nothing, with control totals."""

from __future__ import annotations

import csv
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.fixture
def copy(acme: Path, tmp_path: Path) -> Path:
    """A copy of the program folder, to spoil."""
    return Path(shutil.copytree(acme, tmp_path / "acme"))


def spoil(copy: Path) -> None:
    """Give the third sale (line 4) an amount with three decimals."""
    path = copy / "demo/sales.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[3] = ",".join([*lines[3].split(",")[:-1], "1.005"])
    path.write_text("\n".join(lines) + "\n", "utf-8")


def test_totals_are_those_of_the_files(rung: Shell, copy: Path) -> None:
    """Rows, the sum of amounts and the first and last day equal what the csv module counts."""
    answer = rung("import", "acme", "--json")
    document = json.loads(answer.out)
    with (copy / "demo/sales.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sales = document["tables"]["sales"]
    assert document["format"] == "rung.import/v1"
    assert sales["rows"] == len(rows)
    assert Decimal(sales["totals"]["amount"]["sum"]) == sum(Decimal(row["Amount"]) for row in rows)
    assert sales["totals"]["closed_on"] == {
        "min": min(row["Date"] for row in rows),
        "max": max(row["Date"] for row in rows),
    }
    assert document["snapshot"].startswith("snap-")
    assert Path(".rung/snapshots", document["snapshot"]).is_dir()


def test_a_day_to_come_is_refused(rung: Shell, copy: Path) -> None:
    """Nothing is imported from files that are said to be complete through a day that no clock shows."""
    feed = copy / "feed.yaml"
    declared = re.sub(r"(?m)^complete_through: \S+", "complete_through: 9999-12-31", feed.read_text("utf-8"))
    assert "9999-12-31" in declared
    feed.write_text(declared, "utf-8")
    for line in (("import", "acme"), ("evaluate", "acme/2026.yaml", "--data", "acme", "--as-of", "2026-06-30")):
        answer = rung(*line)
        assert (answer.code, answer.out, "RNG622" in answer.err) == (ExitCode.INVALID, "", True)
    assert not Path(".rung").exists()


def test_a_table_shows_the_same(rung: Shell, copy: Path) -> None:
    """On a terminal: the snapshot's id, then a line for each total; again, and it is the same snapshot."""
    first = rung("import", "acme/feed.yaml")
    assert first.code == 0
    assert first.out.startswith("snapshot snap-")
    assert "amount" in first.out
    assert first.err == "in .rung\n"
    assert rung("import", "acme/demo").out == first.out
    assert rung("import", "acme", "--dry-run").out == first.out
    assert "reach" not in first.out  # it follows from the partners; its rows are no records of the vendor's


def test_csv_has_only_the_totals(rung: Shell, copy: Path) -> None:
    """CSV is one table with a header line and nothing around it."""
    rows = list(csv.reader(rung("import", "acme", "--format", "csv").out.splitlines()))
    assert rows[0] == ["table", "rows", "field", "total", "value"]
    assert {len(row) for row in rows} == {5}


def test_one_wrong_row_stops_everything(rung: Shell, copy: Path) -> None:
    """The row is named with file, line, code and the cure, and there is no snapshot."""
    spoil(copy)
    answer = rung("import", "acme")
    assert answer.code == ExitCode.INVALID
    assert answer.out == ""
    assert "demo/sales.csv:4:1: error RNG703 too-many-decimals" in answer.err
    assert answer.err.endswith("nothing was imported\n")
    assert list(Path(".rung").glob("snapshots/snap-*")) == []


def test_wrong_rows_as_json(rung: Shell, copy: Path) -> None:
    """With `--json` the findings are in the document, also when nothing was imported."""
    spoil(copy)
    answer = rung("import", "acme", "--json")
    document = json.loads(answer.out)
    assert answer.code == ExitCode.INVALID
    assert document["snapshot"] is None
    assert [each["line"] for each in document["diagnostics"] if each["code"] == "RNG703"] == [4]


def test_wrong_rows_can_be_set_aside(rung: Shell, copy: Path) -> None:
    """`--quarantine` imports the rest, counts what was set aside, and keeps it in a file."""
    spoil(copy)
    answer = rung("import", "acme", "--quarantine", "--json")
    document = json.loads(answer.out)
    assert answer.code == 0
    assert document["quarantined"] == {"sales": 1}
    assert "RNG703" in Path(document["quarantine"]).read_text("utf-8")
    assert "rows set aside: " in rung("import", "acme", "--quarantine").err


def test_a_dry_run_writes_nothing(rung: Shell, copy: Path) -> None:
    """`--dry-run` gives the totals and makes no workspace."""
    answer = rung("import", "acme", "--dry-run")
    assert answer.code == 0
    assert answer.err == "nothing was written\n"
    assert not Path(".rung").exists()


def test_files_may_be_elsewhere(rung: Shell, copy: Path) -> None:
    """`--files` names the folder the feed's paths begin in."""
    (copy / "demo").rename(Path("exports"))
    Path("elsewhere").mkdir()
    Path("exports").rename("elsewhere/demo")
    assert rung("import", "acme").code == ExitCode.INVALID
    assert rung("import", "acme", "--files", "elsewhere").code == 0
    answer = rung("import", "acme", "--files", "nowhere")
    assert answer.code == ExitCode.USAGE
    assert "there is no folder `nowhere`" in answer.err


def test_what_is_no_feed_is_a_usage_error(rung: Shell, tmp_path: Path) -> None:
    """A missing file and a folder without a feed say which forms there are."""
    (tmp_path / "empty").mkdir()
    for name in ("absent", "empty"):
        answer = rung("import", name)
        assert answer.code == ExitCode.USAGE
        assert "a folder that holds `feed.yaml`" in answer.err


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("feed.yaml", "feed: acme", "feeed: acme", "RNG1"),
        ("feed.yaml", "partner_id: Partner", "partner: Partner", "RNG6"),
        ("2026.yaml", "currency: USD", "currency: XYZ", "RNG"),
        ("feed.yaml", "records: 2026.yaml", "records: 2027.yaml", "acme/feed.yaml:4:10"),
    ],
)
def test_a_faulty_feed_is_shown_at_its_line(rung: Shell, copy: Path, name: str, old: str, new: str, code: str) -> None:
    """Faults of the feed and of its program are found before any file is opened."""
    path = copy / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    answer = rung("import", "acme")
    assert answer.code in (ExitCode.INVALID, ExitCode.USAGE)
    assert code in answer.err
    assert not Path(".rung").exists()


def test_totals_from_elsewhere_must_come_out(rung: Shell, copy: Path, tmp_path: Path) -> None:
    """With `--control`, a total that does not come out stops the import and is shown at its line."""
    rows = len((copy / "demo/sales.csv").read_text("utf-8").splitlines()) - 1
    control = "rung: 1\ncontrol: CRM export\ntables:\n  sales: {rows: %d}\n"
    (tmp_path / "right.yaml").write_text(control % rows, "utf-8")
    (tmp_path / "wrong.yaml").write_text(control % (rows + 1), "utf-8")
    (tmp_path / "faulty.yaml").write_text("rung: 1\n", "utf-8")
    assert rung("import", "acme", "--control", "right.yaml").code == 0
    answer = rung("import", "acme", "--control", "wrong.yaml", "--home", "other")
    assert answer.code == ExitCode.INVALID
    assert "wrong.yaml:4" in answer.err
    assert list(Path("other").glob("snapshots/snap-*")) == []
    assert rung("import", "acme", "--control", "faulty.yaml").code == ExitCode.INVALID


def test_steps_are_told_on_a_terminal(rung: Shell, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a person sees what is being done, in one line that is gone at the end; `--quiet` silences it."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    said = rung("import", "acme").err
    assert "\r\x1b[2K  reading demo/sales.csv ..\r\x1b[2K" in said
    assert " ..\n" not in said
    assert rung("import", "acme", "--quiet").err == ""
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in rung("import", "acme").err


def test_faults_of_a_feed_as_json(rung: Shell, copy: Path) -> None:
    """With `--json` a fault of the feed itself is in the document as well, and its code on stderr."""
    path = copy / "feed.yaml"
    path.write_text(path.read_text("utf-8").replace("records: 2026.yaml", "records: 2027.yaml"), "utf-8")
    answer = rung("import", "acme", "--json")
    document = json.loads(answer.out)
    assert answer.code == ExitCode.INVALID
    assert document["format"] == "rung.import/v1"
    assert [(each["code"], each["line"]) for each in document["diagnostics"]] == [("RNG606", 4)]


def test_a_dry_run_prints_what_an_import_prints(rung: Shell, copy: Path) -> None:
    """The same table in the same order; what is derived is not in it."""
    dry, done = rung("import", "acme", "--dry-run").out, rung("import", "acme").out
    assert dry == done
    assert "reach" not in done
