"""`rung init`: what it makes works at once."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.commands.init import program_name
from cli.exits import ExitCode, Stop
from cli.template import Template

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

FILES = ["2026.yaml", "demo/partners.csv", "demo/sales.csv", "feed.yaml", "rung.schema.json"]


def test_makes_a_program_that_has_no_fault(rung: Shell, tmp_path: Path) -> None:
    """The new program, its feed and its records pass every check."""
    answer = rung("init", "acme")
    assert answer.code == 0
    assert sorted(answer.out.split()) == [f"acme/{name}" for name in FILES]
    assert answer.err == "next: rung check acme/2026.yaml\n"
    assert rung("check", "acme/2026.yaml").code == 0
    assert rung("import", "acme").code == 0


def test_the_same_call_gives_the_same_files(rung: Shell, tmp_path: Path) -> None:
    """Records come from a seed: everybody who follows the README has the same."""
    rung("init", "one/acme")
    rung("init", "two/acme")
    for name in FILES:
        assert (tmp_path / "one/acme" / name).read_bytes() == (tmp_path / "two/acme" / name).read_bytes()


def test_records_are_worth_trying(rung: Shell, tmp_path: Path) -> None:
    """There are sales and returns, within the twelve months before the date the README evaluates for."""
    rung("init", "acme")
    with (tmp_path / "acme/demo/sales.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["Kind"] for row in rows} >= {"S", "R"}
    assert all(Decimal(row["Amount"]) > 0 for row in rows if row["Kind"] == "S")
    assert all("2025-07-01" <= row["Date"] <= "2026-06-30" for row in rows)


def test_a_title_may_hold_anything(rung: Shell, tmp_path: Path) -> None:
    """A title with quotes and colons stays one text in the YAML."""
    rung("init", "acme", "--title", 'The "Big: One" # 1')
    assert "title: 'The \"Big: One\" # 1'" in (tmp_path / "acme/2026.yaml").read_text("utf-8")
    assert rung("check", "acme/2026.yaml").code == 0
    rung("init", "other", "--title", "2026", "--template", "msp")
    assert 'title: "2026"' in (tmp_path / "other/2026.yaml").read_text("utf-8")
    assert (tmp_path / "other/README.md").read_text("utf-8").startswith("# 2026\n")
    assert rung("check", "other/2026.yaml").code == 0


def test_the_schema_beside_it_is_ours(rung: Shell, tmp_path: Path) -> None:
    """The schema that the modeline names is the one `rung schema` prints."""
    rung("init", "acme")
    assert (tmp_path / "acme/rung.schema.json").read_text("utf-8") == rung("schema").out
    first = (tmp_path / "acme/2026.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=rung.schema.json"
    assert json.loads(rung("schema").out)["title"] == "rung program"


def test_nothing_is_overwritten(rung: Shell, tmp_path: Path) -> None:
    """A folder with something in it, or a file, is refused."""
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "mine.txt").write_text("mine", "utf-8")
    assert rung("init", "acme").code == ExitCode.USAGE
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["mine.txt"]
    assert rung("init", "acme/mine.txt").code == ExitCode.USAGE


def test_a_dry_run_writes_nothing(rung: Shell, tmp_path: Path) -> None:
    """`--dry-run` names the files and makes none."""
    answer = rung("init", "acme", "--dry-run")
    assert sorted(answer.out.split()) == [f"acme/{name}" for name in FILES]
    assert answer.err == "nothing was written\n"
    assert not (tmp_path / "acme").exists()


@pytest.mark.parametrize("folder", ["2026", "ÄÖ", "---"])
def test_a_folder_must_give_a_name(folder: str) -> None:
    """A program's name begins with a letter; a folder that gives none is a usage error."""
    with pytest.raises(Stop) as stopped:
        program_name(Path(folder))
    assert stopped.value.code is ExitCode.USAGE


PAID: dict[str, dict[str, tuple[str, ...]]] = {
    # partner: tier, then what it earns in the year up to the day, computed by hand from the files of the template
    "reseller": {  # the last: what its sellers earn
        "R-100": ("gold", "2780.00", "1500.00"),
        "R-200": ("silver", "4600.00", "1500.00"),
        "R-300": ("registered", "", "900.00"),
        "R-400": ("platinum", "18360.00", "900.00"),
        "R-500": ("registered", "", ""),
    },
    "msp": {
        "M-1": ("gold", "1620.00"),
        "M-2": ("silver", "283.50"),
        "M-3": ("silver", "1701.00"),
        "M-4": ("member", ""),
    },
    "referral": {
        "F-1": ("ambassador", "7140.00", "1660.00"),
        "F-2": ("advocate", "2600.00", "500.00"),
        "F-3": ("friend", "760.00", ""),
        "F-4": ("friend", "", ""),
    },
    "distributor": {
        "D-1": ("select", "25925.00", ""),
        "D-2": ("select", "5600.00", ""),
        "V-11": ("premier", "", "28200.00"),
        "V-12": ("premier", "", "19800.00"),
        "V-13": ("authorized", "", ""),
        "V-21": ("premier", "", "9200.00"),
        "V-22": ("authorized", "", ""),
    },
}


def test_every_template_is_tried_here() -> None:
    """A new template has its figures above; the basic one is what the other tests use."""
    assert [*PAID] == [each.value for each in Template if each is not Template.BASIC]


@pytest.mark.parametrize("template", [each.value for each in Template])
def test_a_template_works_at_once(rung: Shell, tmp_path: Path, template: str) -> None:
    """No finding, the one layout, cases that pass and reach everything, records that three evaluators agree on."""
    assert rung("init", "acme", "--template", template).code == 0
    files = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "acme").glob("*.yaml"))
    checked = rung("check", *files)
    assert (checked.code, checked.out) == (0, "")
    assert "warning" not in checked.err
    assert rung("fmt", "--check", *files).code == 0
    line = ["evaluate", "acme/2026.yaml", "--data", "acme", "--as-of", "2026-06-30", "--recheck", "all"]
    decided = rung(*line, "--format", "csv")
    assert decided.code == 0
    if template in PAID:
        rows = {row.pop("partner_id"): row for row in csv.DictReader(io.StringIO(decided.out))}
        paid = {key: (row["held"], *(row[name] for name in row if " USD" in name)) for key, row in rows.items()}
        assert paid == PAID[template]
        assert rung("test", "acme", "--min-coverage", "100").code == 0


@pytest.mark.parametrize("template", [*PAID])
def test_a_template_tells_what_it_shows(rung: Shell, tmp_path: Path, template: str) -> None:
    """Its README names every file and every partner, and carries the new program's title."""
    rung("init", "acme", "--template", template)
    text = (tmp_path / "acme/README.md").read_text("utf-8")
    assert text.startswith("# Acme Partner Program\n")
    assert [partner for partner in PAID[template] if f"{partner} " not in text] == []
    names = {path.name for path in (tmp_path / "acme").iterdir()}
    assert [
        name for name in ("2026.yaml", "2026.test.yaml", "feed.yaml") if name not in names or name not in text
    ] == []
    for line in (tmp_path / "acme/2026.yaml").read_text("utf-8").splitlines()[:2]:
        assert line.startswith("#")


def test_an_unknown_template(rung: Shell, tmp_path: Path) -> None:
    """The message lists those there are; nothing is written."""
    answer = rung("init", "acme", "--template", "vendor")
    assert answer.code == ExitCode.USAGE
    assert "templates: basic, reseller, msp, referral, distributor" in answer.err
    assert not (tmp_path / "acme").exists()


def test_names_do_not_act_on_a_terminal(rung: Shell, tmp_path: Path) -> None:
    """A control character in the name of the folder is shown as its number; the files are in that folder."""
    answer = rung("init", "a\x1b[31m")
    assert "\x1b" not in answer.out + answer.err
    assert "a<U+001B>[31m/2026.yaml" in answer.out.splitlines()
    assert (tmp_path / "a\x1b[31m/2026.yaml").exists()


@pytest.mark.parametrize("title", ["\x07bell", "a\u0085b", "\u202eback", "T" * 100_000])
def test_a_title_that_no_program_may_have_is_refused(rung: Shell, title: str) -> None:
    """The program would not pass its check: nothing is written."""
    answer = rung("init", "odd", "--title", title)
    assert (answer.code, Path("odd").exists()) == (ExitCode.USAGE, False)
    assert "this cannot be a title: " in answer.err
