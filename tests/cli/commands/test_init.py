"""`rung init`: what it makes works at once."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.commands.init import program_name
from cli.exits import ExitCode, Stop

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

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
    assert 'title: "The \\"Big: One\\" # 1"' in (tmp_path / "acme/2026.yaml").read_text("utf-8")
    assert rung("check", "acme/2026.yaml").code == 0


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
