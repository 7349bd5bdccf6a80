"""The page of `rung diff` in Chromium: nothing fetched, accessible, nothing cut, whatever the names are."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.app import run
from tests.conftest import ROOT
from tests.extra.browser import audit

pytestmark = pytest.mark.tools
SUMMIT = ROOT / "programs" / "summit"
LONG = "registered_with_an_unreasonably_long_name_that_nobody_would_choose"
EDITS = (
    ("gold: 250_000 USD", "gold: 200_000 USD"),
    ("silver: 50_000 USD", "silver: 60_000 USD"),
    ("from: 100_000 USD, rate: 2%", "from: 80_000 USD, rate: 2%"),
    ("at_most: 3_000 USD", "at_most: 1_500 USD"),
    ("growth >= 10%", "growth >= 12%"),
    ("EdgeGuard 9 launch", "<b>EdgeGuard</b> & friends"),
)


def page(folder: Path, old: str, new: str) -> Path:
    """The page about two texts of the program on the demo records."""
    for name, text in (("old.yaml", old), ("new.yaml", new)):
        (folder / name).write_text(text, encoding="utf-8")
    line = ["diff", str(folder / "old.yaml"), str(folder / "new.yaml"), "--data", str(SUMMIT), "--as-of", "2026-06-30"]
    target = folder / "page.html"
    assert run([*line, "--home", str(folder / "home"), "--quiet", "--format", "html", "--output", str(target)]) == 5
    return target


@pytest.fixture
def text() -> str:
    """The program that ships."""
    return (SUMMIT / "2026.yaml").read_text(encoding="utf-8")


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    """The text with all edits, each of which is there to be made."""
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return text


def test_a_change_of_everything(tmp_path: Path, text: str) -> None:
    """Flows, bars, steps, winners and losers, in six views."""
    audit(page(tmp_path, text, edited(text, EDITS))).assert_sound()


_SHIPPED = (SUMMIT / "2026.yaml").read_text(encoding="utf-8")
RECORDS = _SHIPPED[_SHIPPED.index("records:") : _SHIPPED.index("parameters:")]


def tall(rungs: dict[str, int]) -> str:
    """A program whose ladder is nothing but revenue, with names as long as authors make them."""
    ladder = ", ".join([LONG, *rungs])
    tiers = "".join(f"  {name}:\n    requires: [revenue >= {least} USD]\n" for name, least in rungs.items())
    return f"""\
rung: 1
program: tall
title: The Tall {LONG} Program
version: v1
effective: {{from: 2026-02-01, before: 2027-02-01}}
currency: USD
{RECORDS}metrics:
  revenue: {{from: sales, sum: amount, window: trailing 12 months}}
tiers:
  ladder: [{ladder}]
{tiers}incentives:
  {LONG}_rebate:
    kind: rebate
    from: sales
    eligible: [tier > {LONG}]
    period: month
    sum: amount
    bands: [{{from: 0 USD, rate: {len(rungs)}%}}]
    payee: partner
"""


def test_long_names_and_a_ladder_of_nine(tmp_path: Path) -> None:
    """Many tiers come in, and names need room, in the picture and in the tables."""
    rungs = {f"level_{number}_of_the_ladder": number * 20_000 for number in range(1, 9)}
    few = {name: least for name, least in rungs.items() if least % 40_000 == 0}
    moved = {name: least + 7_000 for name, least in rungs.items()}
    audit(page(tmp_path, tall(few), tall(moved))).assert_sound()
