"""Every slip in files that build on others is told in the words that are written down for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.language.codes import lineage
from tests.gallery.conftest import Gallery
from tests.gallery.rooms import HERE, Room
from tests.gallery.test_together_gallery import FOLDERS as TOGETHER

FOLDERS = sorted(path for path in (HERE / "lineage").iterdir() if path.is_dir())
ROOM = Room("lineage", tuple(path.name for path in FOLDERS))
ELSEWHERE = {  # what is wrong with versions that are evaluated together
    lineage.OVERLAPPING_VERSIONS.code,
    lineage.GAP_BETWEEN_VERSIONS.code,
    lineage.VERSIONS_DIFFER.code,
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_lineage_has_its_message(folder: Path, gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rung check` of the last file of the folder finds what is written down for it."""
    monkeypatch.chdir(folder)
    names = sorted(path.name for path in folder.glob("*.yaml"))
    amendments = [name for name in names if "amendment" in name]
    gallery.show(ROOM, folder.name, "check", (amendments or names)[-1])


def test_every_code_is_shown() -> None:
    """No code of this family without a folder, here or among versions evaluated together."""
    shown = {path.name.split("-")[0] for path in FOLDERS}
    assert {path.name.split("-")[0] for path in TOGETHER} >= ELSEWHERE
    warned = lineage.RETURNS_CHANGE.code  # tests/rules/test_versions_together.py
    assert {each.code for each in lineage.CODES} <= shown | ELSEWHERE | {warned}
