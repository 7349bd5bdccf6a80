"""The page on `rung diff` is true: its commands, run as written, print what it shows, and make the page it links to."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.demo.pages import ROOT, refreshed

pytestmark = pytest.mark.search

PAGE = ROOT / "docs" / "diff.md"
EXAMPLE = ROOT / "docs" / "examples" / "summit-change.html"


def made(folder: Path) -> tuple[str, str]:
    """The page with what its commands print now, and the page on the change that they write."""
    folder.mkdir()
    text = refreshed(PAGE.read_text("utf-8"), folder)
    return text, (folder / "change.html").read_text("utf-8")


@pytest.mark.long
def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    """`python -m tests.test_diff_page` writes what they do now; review the difference."""
    text, example = made(tmp_path / "work")
    assert PAGE.read_text("utf-8") == text
    assert content_of(EXAMPLE.read_text("utf-8")) == content_of(example)


def content_of(page: str) -> str:
    """What a page says, without the style sheet that all pages share."""
    return page[page.index("<body>") :]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        present = made(Path(place) / "work")
        for path, content in zip((PAGE, EXAMPLE), present, strict=True):
            path.write_text(content, "utf-8")
