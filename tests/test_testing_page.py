"""The commands of docs/testing.md, run as written, print what the page shows."""

from __future__ import annotations

from pathlib import Path

from tests.demo.readme import refreshed

PAGE = Path(__file__).resolve().parent.parent / "docs" / "testing.md"


def test_commands_do_what_the_page_says(tmp_path: Path) -> None:
    """Each case fails, passes, is written and is updated as the reader is told."""
    folder = tmp_path / "work"
    folder.mkdir()
    text = PAGE.read_text("utf-8")
    assert refreshed(text, folder) == text
