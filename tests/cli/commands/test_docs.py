"""`rung docs`: a guide on stdout or in a file, in the form asked for, from programs without errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Shell

SUMMIT = str(ROOT / "programs" / "summit" / "2026.yaml")


def test_markdown_on_stdout(rung: Shell) -> None:
    """Without options: Markdown, and nothing on stderr."""
    answer = rung("docs", SUMMIT)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("# Summit Partner Program\n")
    assert "earns 1,600.00 USD" in answer.out


def test_the_name_of_the_file_tells_the_form(rung: Shell, tmp_path: Path) -> None:
    """`.html` is a page; `--format` goes before the name."""
    assert rung("docs", SUMMIT, "--output", "guide.html").err == "wrote guide.html\n"
    assert (tmp_path / "guide.html").read_text("utf-8").startswith("<!doctype html>")
    assert rung("docs", SUMMIT, "--format", "md", "--output", "guide.html", "--quiet").err == ""
    assert (tmp_path / "guide.html").read_text("utf-8").startswith("# Summit")
    assert rung("docs", SUMMIT, "--format", "html").out.startswith("<!doctype html>")


@pytest.mark.long
def test_a_day_chooses_the_values(rung: Shell) -> None:
    """From August on the threshold of gold is another; a day outside the program is refused with its range."""
    assert "300,000 USD from 1 August 2026" in rung("docs", SUMMIT).out
    later = rung("docs", SUMMIT, "--as-of", "2026-09-01").out
    assert "At least 300,000 USD of net revenue" in later and "250,000" not in later
    refused = rung("docs", SUMMIT, "--as-of", "2027-02-01")
    assert refused.code == 2
    assert "not on 2027-02-01" in refused.err


@pytest.mark.long
def test_changes_since_the_version_before(rung: Shell, tmp_path: Path) -> None:
    """In words for partners: titles, tiers with a capital, days written out; bookkeeping and reasons are not told."""
    old = Path(SUMMIT).read_text("utf-8")
    old = old.replace("gold: 15%", "gold: 12%").replace("CH-812", "CH-700").replace("contra_revenue", "expense")
    (tmp_path / "old.yaml").write_text(old.replace('version: "2026"', 'version: "2025"'), "utf-8")
    answer = rung("docs", SUMMIT, "--previous", "old.yaml")
    assert answer.code == 0
    section = answer.out.split("## Changes since the previous version")[1].split("\n## ")[0]
    assert "Gold now gets 15% of Discount, was 12%." in section
    assert "CH-" not in answer.out and "expense" not in answer.out and "`" not in section


def test_nothing_changed(rung: Shell) -> None:
    """A version compared with its like says so."""
    assert "Nothing has changed for partners." in rung("docs", SUMMIT, "--previous", SUMMIT).out


@pytest.mark.parametrize("option", [(), ("--previous",)])
def test_a_program_with_errors_has_no_guide(rung: Shell, tmp_path: Path, option: tuple[str, ...]) -> None:
    """The findings are shown, nothing is written; the same for the version before."""
    (tmp_path / "bad.yaml").write_text("rung: 1\nprogram: bad\n", "utf-8")
    line = ("docs", SUMMIT, *option, "bad.yaml") if option else ("docs", "bad.yaml")
    answer = rung(*line, "--output", "guide.md")
    assert answer.code == 3
    assert answer.out == "" and "error RNG" in answer.err
    assert not (tmp_path / "guide.md").exists()


def test_a_format_that_is_none(rung: Shell) -> None:
    """Usage, with the formats there are."""
    answer = rung("docs", SUMMIT, "--format", "pdf")
    assert answer.code == 2
    assert "formats: md, html" in answer.err


@pytest.mark.long
def test_an_amended_program_says_what_is_to_come(rung: Shell, tmp_path: Path) -> None:
    """As of its latest rules by default; before them, what they will change stands in a section, without the reason."""
    (tmp_path / "2026.yaml").write_text(Path(SUMMIT).read_text("utf-8"), "utf-8")
    (tmp_path / "2026.amendment-1.yaml").write_text(
        'rung: 1\nprogram: summit\namends: "2026"\namendment: 1\neffective_from: 2026-05-01\nreason: secret CH-1\n'
        "benefits:\n  discount: {values: {registered: 5%, silver: 10%, gold: 17%, platinum: 20%}}\n",
        "utf-8",
    )
    latest = rung("docs", "2026.amendment-1.yaml")
    assert latest.code == 0, latest.err
    assert "| Discount | 5% | 10% | 17% | 20% |" in latest.out
    assert "Version 2026, as amended on 1 May 2026" in latest.out
    first = rung("docs", "2026.amendment-1.yaml", "--as-of", "2026-03-01").out
    assert "| Discount | 5% | 10% | 15% | 20% |" in first
    section = first.split("## Changes to come")[1].split("\n## ")[0]
    assert "From 1 May 2026 on." in section and "Gold now gets 17% of Discount, was 15%." in section
    assert "secret" not in first + latest.out
