"""What a killed process left behind is named, with the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine.audit.leftovers import is_alive, left_behind
from engine.workspace import Workspace, pending_folder, write_workspace


def ended() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_is_left_is_named(tmp_path: Path) -> None:
    """RNG793 in every place: by a process that has ended, one that is there, and one that nobody knows."""
    workspace = Workspace(tmp_path / "home")
    write_workspace(workspace)
    number = ended()
    notes = workspace.runs / "run-0123456789abcdef" / "attestations"
    notes.mkdir(parents=True)
    (workspace.snapshots / f".pending-{number}-abc").mkdir()
    (notes / ".pending-xyz").touch()
    with pending_folder(workspace.runs) as living:
        found = {path.name: each.message for path, each in left_behind(workspace)}
    own = f"being written by process {os.getpid()}, or was left behind by an earlier one of this number"
    assert found == {
        f".pending-{number}-abc": f"`.pending-{number}-abc` was left behind by process {number}, which has ended",
        living.name: f"`{living.name}` is {own}",
        ".pending-xyz": "`.pending-xyz` was left behind by a process that was killed",
    }
    assert is_alive(1)
