"""What was being written and never finished: left by a process that was killed, or still being written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from engine.language.diagnostic import Diagnostic
from engine.workspace import LEFT_BEHIND, PENDING, Workspace


def left_behind(workspace: Workspace) -> Iterator[tuple[Path, Diagnostic]]:
    """Everything in the workspace with the name of what is being written, with its place."""
    for folder in (workspace.snapshots, workspace.runs, workspace.published, *workspace.runs.glob("*/attestations")):
        for path in sorted(folder.glob(f"{PENDING}*")):
            yield path, LEFT_BEHIND.at(None, f"`{path.name}` {_by_whom(path.name)}", help=f"delete `{path}`")


def _by_whom(name: str) -> str:
    found = re.match(rf"{re.escape(PENDING)}(\d{{1,9}})-", name)
    if found is None:
        return "was left behind by a process that was killed"
    number = int(found[1])
    if is_alive(number):
        return f"is being written by process {number}, or was left behind by an earlier one of this number"
    return f"was left behind by process {number}, which has ended"


def is_alive(process: int) -> bool:
    """Whether a process of this number exists on this machine, whoever owns it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True
