"""Folders with those above them, however deep: `Path.mkdir` calls itself for each, and the stack of Python ends."""

from __future__ import annotations

from pathlib import Path

USUAL = 0o777  # as `Path.mkdir`: the process's mask takes away what others may not


def make_folder(folder: Path, mode: int = USUAL) -> None:
    """Make a folder and those above it that are missing; `mode` is that of the folder itself."""
    missing = []
    above = folder.parent
    while not above.is_dir() and above != above.parent:
        missing.append(above)
        above = above.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
    folder.mkdir(mode=mode, exist_ok=True)
