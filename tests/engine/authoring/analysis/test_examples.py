"""Every example that a finding prints, put into a test file, behaves as it says: in the gallery, and by the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.programs import diagnose
from rules import load_program
from tests.conftest import ROOT
from tests.engine.authoring.analysis.examples import failing
from tests.gallery.test_gallery import ROOM

BAD = sorted((ROOT / "tests" / "gallery" / "bad").glob("RNG3*.yaml"))
SHOWN = [path for path in BAD if " example:\n" in ROOM.text(path.stem)]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.stem)
def test_examples_of_the_gallery_pass(path: Path) -> None:
    """Read as a test file, the records have no findings and all that is expected is decided."""
    data = path.read_bytes()
    program, _ = load_program(data, path.name)
    assert program is not None
    examples = [each for each in diagnose(data, path.name)[1] if any(one.form == "example" for one in each.evidence)]
    assert examples
    assert [problem for each in examples for problem in failing(each, program)] == []


def test_an_example_is_a_test_file_as_it_stands(tmp_path: Path) -> None:
    """Pasted from the terminal under `cases:`, `rung test` runs it."""
    path = next(each for each in SHOWN if each.stem.startswith("RNG352"))
    program = tmp_path / "2026.yaml"
    program.write_bytes(path.read_bytes())
    runner = CliRunner()
    lines = runner.invoke(app, ["check", str(program)]).stdout.splitlines()
    start = next(place for place, line in enumerate(lines) if line.strip() == "= example:")
    end = next(place for place, line in enumerate(lines) if place > start and line.strip().startswith("= "))
    (tmp_path / "2026.test.yaml").write_text("\n".join(["rung_test: 1", "cases:", *lines[start + 1 : end]]) + "\n")
    run = runner.invoke(app, ["test", str(program)])
    assert (run.exit_code, "1 case passed" in run.output) == (0, True), run.output


def test_there_are_examples() -> None:
    """Each kind of finding that is shown rather than proved has one in the gallery."""
    assert {path.stem.split("-")[0] for path in SHOWN} == {"RNG309", "RNG352", "RNG358", "RNG360"}


def test_an_example_has_no_return_of_a_positive_amount() -> None:
    """Revenue that is no sale is an adjustment where it can be: a return needs a sale, and its amount is negative."""
    text = """\
rung: 1
program: tiny
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: EUR
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  orders: {from: sales, count: records, where: entry is sale, window: trailing 12 months}
tiers:
  ladder: [base, silver, gold]
  silver: {requires: [revenue >= 30_000 EUR]}
  gold: {requires: [orders >= 2, revenue >= 20_000 EUR]}
"""
    (found,) = (each for each in diagnose(text.encode(), "2026.yaml")[1] if each.code == "RNG309")
    (shown,) = (each.text for each in found.evidence if each.form == "example")
    assert "20_000 EUR" in shown and "entry: return" not in shown
