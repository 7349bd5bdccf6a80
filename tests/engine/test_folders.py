"""Folders made with those above them."""

from __future__ import annotations

import os
from pathlib import Path

from engine.folders import make_folder


def test_a_folder_far_below_is_made(tmp_path: Path) -> None:
    """1,500 folders below each other, more than the stack of Python has room for; removed here, as others cannot."""
    (tmp_path / "kept").touch()
    deep = tmp_path.joinpath(*["a"] * 1_500)
    try:
        make_folder(deep, 0o700)
        assert deep.is_dir() and deep.stat().st_mode & 0o777 == 0o700
        make_folder(deep)  # it is there
    finally:
        os.removedirs(deep)
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
