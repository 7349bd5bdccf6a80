"""Owners and rights in a workspace: partner records are private, and nobody else may change a run."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from engine.language.diagnostic import Diagnostic
from engine.workspace import OPEN_TO_OTHERS, READABLE, Workspace

WRITING, READING, ENTERING = (stat.S_IWGRP | stat.S_IWOTH, stat.S_IRGRP | stat.S_IROTH, stat.S_IXGRP | stat.S_IXOTH)
FOREIGN, WRITE, READ = "belongs to another user", "can be written by other users", "can be read by other users"
LINK = "is a link, and rung makes none"
CURES = {
    FOREIGN: "find out who wrote it, then take it over with `chown`, or delete it",
    LINK: "put what it leads to in its place, or delete the link",
}


def rights(workspace: Workspace) -> Iterator[tuple[Path, Diagnostic]]:
    """What others can write or read, and what belongs to others: the first of each kind, with their number.

    What is below a folder that others cannot enter is as private as the folder. A link is not: it may lead anywhere.
    """
    wrong: dict[str, list[Path]] = {}
    for path in _paths(workspace.home):
        fault = _fault(path, is_home=path == workspace.home)
        if fault:
            wrong.setdefault(fault, []).append(path)
    for fault, paths in wrong.items():
        more = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
        cure = CURES.get(fault, f"chmod -R go-rwx {shlex.quote(str(workspace.home))}")
        yield (
            paths[0],
            (READABLE if fault == READ else OPEN_TO_OTHERS).at(None, f"`{paths[0]}`{more} {fault}", help=cure),
        )


def _fault(path: Path, *, is_home: bool) -> str:
    found = path.lstat()
    if found.st_uid != os.getuid():
        return FOREIGN
    if stat.S_ISLNK(found.st_mode):
        return "" if is_home else LINK
    if found.st_mode & WRITING:
        return WRITE
    return READ if found.st_mode & READING and not is_home else ""


def _paths(home: Path) -> Iterator[Path]:
    """The workspace and what is in it, as far as others can come, and every link. No link is followed."""
    if not home.is_dir():
        return
    yield home
    closed: set[Path] = set()
    for name in ("snapshots", "runs", "published"):
        if (home / name).is_symlink():
            yield home / name
            continue
        for folder, folders, files in os.walk(home / name):
            place = Path(folder)
            if place.parent not in closed:
                yield place
            if place.parent in closed or not place.stat().st_mode & ENTERING:
                closed.add(place)
            yield from (place / each for each in folders if (place / each).is_symlink())
            yield from (place / each for each in files if place not in closed or (place / each).is_symlink())
