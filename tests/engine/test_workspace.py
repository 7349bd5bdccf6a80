"""The workspace folder: made once, private, published in one step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.workspace import (
    Workspace,
    check_workspace,
    find_folder,
    pending_folder,
    publish_folder,
    write_workspace,
)


def test_is_made_for_the_owner_alone(tmp_path: Path) -> None:
    """The folder is made at the first write, closed to others."""
    workspace = Workspace(tmp_path / "home")
    assert check_workspace(workspace) == ()
    write_workspace(workspace)
    write_workspace(workspace)
    assert workspace.home.stat().st_mode & 0o777 == 0o700
    assert workspace.snapshots.is_dir() and workspace.runs.is_dir()
    assert check_workspace(workspace) == ()


def test_refuses_a_file(tmp_path: Path) -> None:
    """A file in the place of the folder is refused."""
    (tmp_path / "home").write_text("")
    (finding,) = check_workspace(Workspace(tmp_path / "home"))
    assert finding.code == "RNG790"


def test_refuses_somebody_elses_folder(tmp_path: Path) -> None:
    """A folder of another user is refused: who owns it could have filled it."""
    home = tmp_path / "home"
    home.mkdir()
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(home, 12345, 12345)
    (finding,) = check_workspace(Workspace(home))
    assert "another user" in finding.message


def test_publishes_once(tmp_path: Path) -> None:
    """The first writer wins; the second is told, and its folder disappears."""
    final = tmp_path / "snap-1"
    for expected in (True, False):
        with pending_folder(tmp_path) as pending:
            (pending / "data").write_text("x")
            assert publish_folder(pending, final) is expected
    assert [each.name for each in tmp_path.iterdir()] == ["snap-1"]


def test_publishing_into_nowhere_is_an_error(tmp_path: Path) -> None:
    """A failure that is not `already there` is not swallowed."""
    with pending_folder(tmp_path) as pending, pytest.raises(OSError):
        publish_folder(pending, tmp_path / "absent" / "snap-1")


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    """An error while a folder is filled removes it."""
    with pytest.raises(RuntimeError), pending_folder(tmp_path) as pending:
        (pending / "data").write_text("x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("snap-0123", None),
        ("snap-012", "RNG791"),
        ("snap-ffff", "RNG791"),
        ("snap-*", "RNG791"),
        ("snap-abcd", "RNG792"),
    ],
)
def test_finds_by_unique_prefix(tmp_path: Path, id: str, code: str | None) -> None:
    """An id may be shortened while it stays unique; patterns are not ids."""
    for name in ("snap-0123456789abcdef", "snap-abcd000000000000", "snap-abcd111111111111"):
        (tmp_path / name).mkdir()
    folder, findings = find_folder(tmp_path, "snap-", id)
    assert [each.code for each in findings] == ([code] if code else [])
    assert (folder is None) == bool(code)


def test_a_short_id_is_not_called_unknown(tmp_path: Path) -> None:
    """Three characters are too few, even of an id that is there; with a fourth it is found."""
    (tmp_path / "snap-0123456789abcdef").mkdir()
    for id, message in (
        ("snap-012", "`snap-012` is too short"),
        ("snap-", "`snap-` is too short"),
        ("snap-9999", "nothing in this workspace has the id `snap-9999`"),
        ("run-012", "nothing in this workspace has the id `run-012`"),
    ):
        (finding,) = find_folder(tmp_path, "snap-", id)[1]
        assert finding.message == message
        assert finding.help.endswith("`rung runs --snapshots` lists the ids")
    assert find_folder(tmp_path, "run-", "run-9999")[1][0].help.endswith("`rung runs` lists the ids")
    assert find_folder(tmp_path, "snap-", "snap-0123")[0] is not None
