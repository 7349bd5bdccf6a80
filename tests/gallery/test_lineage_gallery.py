"""Every slip in files that build on others is told in the words that stand beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.programs import diagnose, written
from cli.render import RENDERERS
from engine.language.codes import lineage

FOLDERS = sorted(path for path in (Path(__file__).parent / "lineage").iterdir() if path.is_dir())
ELSEWHERE = {
    lineage.OVERLAPPING_VERSIONS.code
}  # two files, neither built on the other: tests/cli/commands/test_check.py


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_lineage_has_its_message(folder: Path, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings about the last file of the folder, whole and to the letter."""
    monkeypatch.chdir(folder)
    names = sorted(path.name for path in folder.glob("*.yaml"))
    amendments = [name for name in names if "amendment" in name]
    text = written((amendments or names)[-1])
    _, found = diagnose(text.data, text.name, text.others)
    told = RENDERERS["text"](found, text.sources)
    if update:
        (folder / "expected.txt").write_text(told, encoding="utf-8")
    assert folder.name.split("-")[0] in {each.code for each in found}
    assert told == (folder / "expected.txt").read_text(encoding="utf-8")


def test_every_code_is_shown() -> None:
    """No code of this family without a folder."""
    shown = {path.name.split("-")[0] for path in FOLDERS} | ELSEWHERE
    assert {each.code for each in lineage.CODES} <= shown
