"""The ending of a file that a command writes: it asks for a form, and one that asks for none is refused."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.app import COMMANDS, verb
from cli.exits import ExitCode
from cli.options import ENDINGS

if TYPE_CHECKING:
    from tests.cli.conftest import Decided, Shell

WRITING = {
    "check": ("check", "2026.yaml"),
    "test": ("test", "2026.yaml"),
    "fmt": ("fmt", "2026.yaml"),
    "diff": ("diff", "2026.yaml", "2026.yaml"),
    "docs": ("docs", "2026.yaml"),
    "show": ("show", "2026.yaml"),
    "publish": ("publish", "2026.yaml"),
    "schema": ("schema",),
    "import": ("import", "feed.yaml"),
    "evaluate": ("evaluate", "2026.yaml", "--data", "feed.yaml", "--as-of", "2026-06-30"),
    "explain": ("explain", "RNG304"),
    "replay": ("replay", "run-1"),
    "runs": ("runs",),
    "doctor": ("doctor",),
    "post": ("post", "run-1"),
    "balance": ("balance",),
}
"""A line of every command with `--output`; none of the files need be there."""

OTHERS = (
    (*WRITING["show"], "--plan", "--output"),
    (*WRITING["fmt"], "--check", "--output"),
    (*WRITING["fmt"], "--diff", "--output"),
    ("fmt", "-", "--output"),
    ("test", "--from", "run-1", "P-1", "--output"),
    ("publish", "--list", "--output"),
    ("pay", "plan", "2026-Q2", "--pay-on", "2026-07-31", "--output"),
    ("pay", "show", "plan-1", "--output"),
    ("pay", "release", "plan-1", "--output"),
    (*WRITING["test"], "--junit"),
    (*WRITING["diff"], "--html"),
)
"""Lines that write something else, or by another option."""


def test_every_command_that_writes_a_file_is_here() -> None:
    """The table above has all of them, by the parameters of the commands."""
    assert {verb(each) for each in COMMANDS if "output" in inspect.signature(each).parameters} == set(WRITING)


@pytest.mark.parametrize("ending", ["pdf", "docx", "PDF", "csvx"])
@pytest.mark.parametrize("line", [*((*each, "--output") for each in WRITING.values()), *OTHERS], ids=" ".join)
def test_an_ending_that_is_no_form_is_refused(rung: Shell, line: tuple[str, ...], ending: str) -> None:
    """A usage error before anything is read, with the endings that the command does write."""
    answer = rung(*line, f"p.{ending}")
    assert (answer.code, answer.out) == (ExitCode.USAGE, ""), answer
    assert f"`p.{ending}` would be {ending.lower()}, which this command does not write" in answer.err
    assert "end the name in ." in answer.err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("command", WRITING)
def test_the_endings_that_are_offered_are_accepted(rung: Shell, command: str) -> None:
    """What a refusal offers does not lead into the same refusal: each ending, and `--format` where it is named."""
    line = WRITING[command]
    cure = rung(*line, "--output", "p.pdf").err.split("end the name in ")[1]
    words = {each.rstrip(",") for each in cure.split()}
    offered = {ending for endings in ENDINGS.values() for ending in endings if f".{ending}" in words}
    assert offered
    for ending in offered:
        assert "does not write" not in rung(*line, "--output", f"p.{ending}").err, ending
    form = "md" if command == "docs" else "json"
    if "say `--format`" in cure:
        assert "does not write" not in rung(*line, "--output", "p.pdf", "--format", form).err
    else:
        assert "No such option" in rung(*line, "--format", form).err


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (("show", "acme/2026.yaml"), "merged.yaml"),
        (("show", "acme/2026.yaml", "--plan"), "plan.txt"),
        (("fmt", "acme/2026.yaml", "--diff"), "change.diff"),
        (("check", "acme"), "found.log"),
        (("check", "acme"), "found"),
        (("check", "acme"), "found.2026-06-30"),
        (("docs", "acme/2026.yaml"), "guide.markdown"),
        (("diff", "acme/2026.yaml", "acme/2026.yaml", "--html", "change.htm"), "change.txt"),
    ],
)
def test_usual_names_are_written(rung: Shell, line: tuple[str, ...], name: str) -> None:
    """An ending in other words, a day, and no ending at all."""
    assert rung("init", "acme").code == 0
    answer = rung(*line, "--output", name)
    assert answer.code == 0, answer
    assert Path(name).is_file()


def test_a_case_is_written_into_a_test_file(rung: Shell, decided: Decided) -> None:
    """Its ending is that of a YAML file, though results of tests are not."""
    line = ("test", "--from", decided.run, "P-0005", "--home", str(decided.home), "--output", "2026.test.yaml")
    answer = rung(*line)
    assert answer.code == 0, answer
    assert Path("2026.test.yaml").read_text(encoding="utf-8").startswith("rung_test: 1")
