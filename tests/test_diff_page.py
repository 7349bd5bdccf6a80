"""The page on `rung diff` is true: its commands, run as written, print what it shows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.demo.readme import ROOT, refreshed

PAGE = ROOT / "docs" / "diff.md"


def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    """`python -m tests.test_diff_page` writes the present output into the page; review the difference."""
    folder = tmp_path / "work"
    folder.mkdir()
    text = PAGE.read_text("utf-8")
    assert refreshed(text, folder) == text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        work = Path(place) / "work"
        work.mkdir()
        PAGE.write_text(refreshed(PAGE.read_text("utf-8"), work), "utf-8")
