"""Every slip in versions that are evaluated together is told in the words that are written down for it.

An error is found before records are read. A case that has only a warning is evaluated, and has a feed with records.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gallery.conftest import Gallery
from tests.gallery.rooms import HERE, Room
from tests.gallery.test_data_gallery import left_in

FOLDERS = sorted(path for path in (HERE / "together").iterdir() if path.is_dir())
ROOM = Room("together", tuple(path.name for path in FOLDERS))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_versions_have_their_message(
    folder: Path, gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`rung evaluate` of all versions in the folder finds what is written down; an error leaves no run behind."""
    monkeypatch.chdir(folder)
    names = sorted(path.name for path in folder.glob("20*.yaml"))
    place = ("--data", ".", "--as-of", "2027-06-30", "--home", str(tmp_path))
    shown = gallery.show(ROOM, folder.name, "evaluate", *names, *place)
    assert bool(left_in(tmp_path)) == (shown.code == 0)
    assert not Path(".rung").exists()
