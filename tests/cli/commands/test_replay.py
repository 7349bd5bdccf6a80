"""`rung replay`: the same decisions anywhere, or the first difference."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Decided, Shell


@pytest.mark.parametrize("engine", ["columnar", "reference"])
def test_a_run_is_computed_again(rung: Shell, decided: Decided, engine: str) -> None:
    """Both evaluators come to the same, and every table was compared."""
    answer = rung("replay", decided.run, "--by", engine, "--home", str(decided.home), "--json")
    document = json.loads(answer.out)
    assert (answer.code, answer.err) == (0, "")
    assert (document["format"], document["identical"], document["engine"]) == ("rung.replay/v1", True, engine)
    assert document["first_difference"] is None
    assert document["rows"]["statuses"] == 24


def test_text_says_what_was_compared(rung: Shell, decided: Decided) -> None:
    """One word for the verdict, and the number of rows of each table: 24 partners on three days."""
    out = rung("replay", decided.run, "--home", str(decided.home)).out
    assert out.startswith(f"{decided.run} by columnar: identical\ncompared: 0 allocations, 72 conditions, ")


def test_place_zone_locale_and_seed_do_not_matter(process: Shell, decided: Decided, tmp_path: Path) -> None:
    """In a copy of the workspace elsewhere, another time zone, locale and hash seed, the answer has the same bytes."""
    shutil.copytree(decided.home, tmp_path / "other")
    line = ("replay", decided.run, "--by", "reference", "--home")
    one = process(*line, str(decided.home), TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="1")
    two = process(*line, "other", TZ="America/Adak", LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert one.code == two.code == 0
    assert one.out == two.out


def test_a_changed_file_is_an_integrity_failure(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """A result file that somebody touched gives exit code 7, not a difference."""
    shutil.copytree(decided.home, tmp_path / "copy")
    with (tmp_path / "copy" / "runs" / decided.run / "statuses.parquet").open("ab") as file:
        file.write(b"x")
    answer = rung("replay", decided.run, "--home", "copy")
    assert answer.code == ExitCode.INTEGRITY
    assert "RNG800" in answer.err
    assert "not compared" in answer.out


def test_other_forms_are_usage_errors(rung: Shell, decided: Decided) -> None:
    """What is no run, and who cannot replay, are told the forms."""
    assert rung("replay", "acme").code == ExitCode.USAGE
    assert rung("replay", decided.run, "--by", "referee").code == ExitCode.USAGE
    assert rung("replay", "run-0000000000000000").code == ExitCode.INVALID
