"""Every slip in versions that are evaluated together is told in the words that are written down for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gallery.conftest import Gallery
from tests.gallery.rooms import HERE, Room

FOLDERS = sorted(path for path in (HERE / "together").iterdir() if path.is_dir())
ROOM = Room("together", tuple(path.name for path in FOLDERS))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_versions_have_their_message(folder: Path, gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rung evaluate` of all versions in the folder finds what is written down, and leaves nothing behind."""
    monkeypatch.chdir(folder)
    names = sorted(path.name for path in folder.glob("*.yaml"))
    gallery.show(ROOM, folder.name, "evaluate", *names, "--data", ".", "--as-of", "2027-06-30")
    assert not Path(".rung").exists()
