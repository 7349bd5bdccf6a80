"""`rung show`: the whole program on a day, with the place of each value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode
from engine.language.essence import essence
from engine.language.source import File
from rules import load_program
from tests.cli.commands.test_publish import AMENDMENT, PROGRAM

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

NEXT = """\
rung: 1
program: ridge
version: "2027"
extends: "2026.amendment-1"
effective: {from: 2027-01-01, before: 2028-01-01}
tiers: {gold: {requires: [revenue >= 2_000 USD]}}
"""


@pytest.fixture
def folder(rung: Shell, tmp_path: Path) -> Path:
    """Three files that build on each other, where commands run."""
    for name, text in (("2026.yaml", PROGRAM), ("2026.amendment-1.yaml", AMENDMENT), ("2027.yaml", NEXT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def lines(text: str) -> dict[str, str]:
    """The lines of the output without their comments, and the comments."""
    return {code.strip(): origin for code, _, origin in (line.partition("  #") for line in text.splitlines())}


def test_each_value_says_where_it_comes_from(rung: Shell, folder: Path) -> None:
    """Its own, those of the amendment it builds on, and those of the version below."""
    shown = lines(rung("show", "2027.yaml").out)
    assert shown['version: "2027"'] == " 2027.yaml:3"
    assert shown["currency: USD"] == " 2026.yaml:5"
    assert shown["requires: [revenue >= 2_000 USD]"] == " 2027.yaml:6"
    assert shown["bands: [{from: 0 USD, rate: 20%}]"] == " 2026.amendment-1.yaml:9"
    assert shown["period: quarter"] == " 2026.yaml:15"


def test_what_is_shown_means_the_same(rung: Shell, folder: Path) -> None:
    """The output is a program of its own, with the same meaning."""
    shown = rung("show", "2027.yaml").out
    alone, findings = load_program(shown.encode(), "alone.yaml")
    assert alone is not None, findings
    names = ("2026.yaml", "2026.amendment-1.yaml")
    built, _ = load_program(NEXT.encode(), "2027.yaml", [File(each, (folder / each).read_bytes()) for each in names])
    assert built is not None
    assert essence(alone) == essence(built)


@pytest.mark.parametrize(("day", "rate"), [("2026-06-30", "10%"), ("2026-07-01", "20%"), (None, "20%")])
def test_as_it_holds_on_a_day(rung: Shell, folder: Path, day: str | None, rate: str) -> None:
    """Before the amendment took effect, and after; without a day, on the last one."""
    arguments = ("--as-of", day) if day else ()
    out = rung("show", "2026.amendment-1.yaml", *arguments).out
    assert f"bands: [{{from: 0 USD, rate: {rate}}}]" in out


def test_as_a_document(rung: Shell, folder: Path) -> None:
    """Each single value with its path, file and line."""
    document = json.loads(rung("show", "2027.yaml", "--json").out)
    assert (document["format"], document["edition"]) == ("rung.program/v1", "2027")
    found = {each["path"]: each for each in document["values"]}
    assert found["tiers.gold.requires[0]"] == {
        "path": "tiers.gold.requires[0]", "value": "revenue >= 2_000 USD", "file": "2027.yaml", "line": 6
    }  # fmt: skip


def test_outside_and_broken(rung: Shell, folder: Path) -> None:
    """A day that the program does not govern, and a program with faults."""
    assert rung("show", "2027.yaml", "--as-of", "2026-06-30").code == ExitCode.USAGE
    (folder / "2026.yaml").unlink()
    answer = rung("show", "2027.yaml")
    assert (answer.code, "RNG410" in answer.err) == (ExitCode.INVALID, True)


SPIFF = """\
rung: 1
program: ridge
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records: {extends: standard}
incentives:
  launch: {kind: spiff, from: sales, of: quantity, amount: 50 USD, per: 1, payee: seller}
"""


@pytest.fixture
def spiff(rung: Shell, tmp_path: Path) -> Path:
    """A program with one incentive, where commands run."""
    path = tmp_path / "spiff.yaml"
    path.write_text(SPIFF, encoding="utf-8")
    return path


def test_the_plan_in_words(rung: Shell, spiff: Path) -> None:
    """Each line of the Plan behind the line of the program it is there for."""
    plan = rung("show", "spiff.yaml", "--plan").out.splitlines()
    assert "spiff.yaml:8    launch.measure = quantity less returns" in plan
    assert plan[-1].split("  ")[-1].startswith("output allocations")
    document = json.loads(rung("show", "spiff.yaml", "--plan", "--json").out)
    assert (document["format"], document["program"]) == ("rung.plan/v1", "ridge")
    assert {"text": "launch.measure = quantity less returns", "depth": 1, "file": "spiff.yaml", "line": 8} in document[
        "lines"
    ]


def test_one_incentive_phase_by_phase(rung: Shell, spiff: Path) -> None:
    """Phases in the order in which they are done, whether they have something to do or not."""
    out = rung("show", "spiff.yaml", "--plan", "--incentive", "launch").out
    heads = [line[16:].split(":")[0] for line in out.splitlines()[1:] if line[16:17].isalpha()]
    assert heads == [
        "rows", "measure", "judged", "pay", "round", "best of", "who earns", "limits", "netting", "guarantees",
        "pools", "contributors",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message", "cure"),
    [
        (("--plan", "--incentive", "lunch"), "no incentive `lunch` can earn", "did you mean `launch`?"),
        (("--incentive", "launch"), "`--incentive` goes with `--plan`", "add `--plan`"),
    ],
)
def test_an_incentive_that_cannot_be_shown(
    rung: Shell, spiff: Path, words: tuple[str, ...], message: str, cure: str
) -> None:
    """A name that is not there, and one that nothing is asked about."""
    answer = rung("show", "spiff.yaml", *words)
    assert (answer.code, message in answer.err, cure in answer.err) == (ExitCode.USAGE, True, True)
