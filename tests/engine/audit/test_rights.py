"""Folders that others can read or write, and what belongs to others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.audit.rights import rights
from engine.workspace import Workspace, write_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one file in one snapshot."""
    made = Workspace(tmp_path / "home")
    write_workspace(made)
    folder = made.snapshots / "snap-0123456789abcdef"
    folder.mkdir(mode=0o700)
    (folder / "sales.parquet").touch(mode=0o644)
    return made


def codes(workspace: Workspace) -> list[tuple[str, str]]:
    """Code and place of each finding."""
    return [(each.code, path.name) for path, each in rights(workspace)]


def test_what_rung_makes_is_private(workspace: Workspace) -> None:
    """A file that anybody could read is private in a folder that nobody else can enter; no workspace is no fault."""
    assert codes(workspace) == []
    assert codes(Workspace(workspace.home / "none")) == []
    workspace.home.chmod(0o755)
    assert codes(workspace) == []


def test_what_others_can_read_or_write_is_told(workspace: Workspace) -> None:
    """Reading is a warning, writing an error, each with the number of places and a cure that works."""
    workspace.snapshots.chmod(0o755)
    assert codes(workspace) == [("RNG795", "snapshots")]
    (workspace.snapshots / "snap-0123456789abcdef").chmod(0o755)
    workspace.runs.chmod(0o770)
    found = [(each.code, each.message) for _, each in rights(workspace)]
    assert found == [
        ("RNG795", f"`{workspace.snapshots}` (and 2 more) can be read by other users"),
        ("RNG794", f"`{workspace.runs}` can be written by other users"),
    ]
    ((_, first), _) = rights(workspace)
    assert first.help == f"chmod -R go-rwx {workspace.home}"


def test_every_link_is_told(workspace: Workspace) -> None:
    """To a file, to a folder or to nothing, in a private folder too, or in the place of a folder; none is followed."""
    outside = workspace.home.parent / "outside"
    (outside / "below").mkdir(parents=True)
    (outside / "file").touch(mode=0o666)
    snapshot = workspace.snapshots / "snap-0123456789abcdef"
    (snapshot / "imports").mkdir(mode=0o700)
    links = {
        snapshot / "imports" / "1": outside,
        snapshot / "file": outside / "file",
        workspace.runs / "run-0123456789abcdef": outside / "below",
        workspace.runs / "none": outside / "none",
        workspace.published: outside,
    }
    for link, place in links.items():
        link.symlink_to(place)
        ((path, found),) = rights(workspace)
        assert (path, found.code, found.message) == (link, "RNG794", f"`{link}` is a link, and rung makes none")
        link.unlink()
    for link, place in links.items():
        link.symlink_to(place)
    ((_, found),) = rights(workspace)
    assert "(and 4 more)" in found.message


def test_a_workspace_may_be_behind_a_link(workspace: Workspace) -> None:
    """The user chose its place."""
    link = workspace.home.parent / "link"
    link.symlink_to(workspace.home)
    assert codes(Workspace(link)) == []


def test_what_belongs_to_others_is_told(workspace: Workspace) -> None:
    """Who owns a run could have written anything into it."""
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(workspace.runs, 12345, 12345)
    ((path, found),) = rights(workspace)
    assert (path, found.code, "belongs to another user" in found.message) == (workspace.runs, "RNG794", True)
