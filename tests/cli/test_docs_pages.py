"""`cli/docs.py`: generated pages are written, compared, and taken away with what they describe."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import docs


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own, where two pages are wanted."""
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    wanted = {tmp_path / "docs/cli.md": "commands\n", tmp_path / "docs/errors/RNG001.md": "page\n"}
    monkeypatch.setattr(docs, "pages", lambda: wanted)
    return tmp_path


def test_pages_are_written_and_current_then(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing is written once; afterwards everything is current."""
    assert docs.main(["--check"]) == 1
    assert "not current: docs/cli.md" in capsys.readouterr().err
    assert docs.main([]) == 0
    assert capsys.readouterr().err == "2 pages written, 0 current\n"
    assert (tree / "docs/errors/RNG001.md").read_text("utf-8") == "page\n"
    assert docs.main(["--check"]) == 0


def test_a_changed_page_is_written_again(tree: Path) -> None:
    """A page edited by hand is not current and comes back."""
    docs.main([])
    (tree / "docs/cli.md").write_text("mine", "utf-8")
    assert docs.main(["--check"]) == 1
    docs.main([])
    assert (tree / "docs/cli.md").read_text("utf-8") == "commands\n"


def test_the_page_of_a_code_that_is_gone_goes(tree: Path) -> None:
    """A page in docs/errors that no code asks for is taken away."""
    docs.main([])
    (tree / "docs/errors/RNG999.md").write_text("old", "utf-8")
    assert docs.main(["--check"]) == 1
    docs.main([])
    assert not (tree / "docs/errors/RNG999.md").exists()
