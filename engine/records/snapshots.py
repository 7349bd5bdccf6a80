"""The snapshots of a workspace, verified, each with the last import of its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.language.diagnostic import Diagnostic, has_errors
from engine.records.codes import tables as codes
from engine.records.snapshot import COMPLETE, HELP, IMPORT, PLACE, PREFIX, Snapshot, read_snapshot
from engine.records.verify import imports_at, verify_snapshot
from engine.workspace import Workspace, check_workspace, is_id


@dataclass(frozen=True, slots=True)
class LastImport:
    """What an import says of itself, and when its record was written, as the file system tells: no proof.

    `set_aside` counts the rows of each table that it set aside.
    """

    feed: str
    file: str
    written: datetime
    complete_through: str
    set_aside: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot of a workspace. `snapshot` is None if it is damaged; then nothing else is known of it."""

    id: str
    snapshot: Snapshot | None = None
    imports: int = 0
    last: LastImport | None = None


def list_snapshots(workspace: Workspace) -> tuple[tuple[Kept, ...], tuple[Diagnostic, ...]]:
    """All snapshots, by their last import and id; damaged ones last. What is no snapshot is reported."""
    findings = list(check_workspace(workspace))
    kept: list[Kept] = []
    if not has_errors(findings) and workspace.snapshots.is_dir():
        for folder in sorted(workspace.snapshots.iterdir()):
            if folder.name.startswith("."):  # being written by another process
                continue
            if not is_id(folder.name, PREFIX):
                findings.append(codes.DAMAGED.at(None, f"`{folder.name}` is not the id of a snapshot", help=HELP))
                continue
            snapshot, found = read_snapshot(folder)
            if snapshot is not None:
                found = verify_snapshot(snapshot, workspace.memory)
            findings += found
            kept.append(Kept(folder.name) if snapshot is None or has_errors(found) else _kept(snapshot))
    return tuple(sorted(kept, key=_order)), tuple(findings)


def _kept(snapshot: Snapshot) -> Kept:
    """A sound snapshot with its last import; of several at the same time, the one that was written last."""
    every = [(json.loads((folder / IMPORT).read_bytes()), folder) for folder in imports_at(snapshot)]
    if not every:
        return Kept(snapshot.id, snapshot)
    document, folder = max(every, key=lambda each: (each[0][PLACE], written_at(each[1]), each[1].name))
    feed = document["feed"]
    last = LastImport(
        feed["name"], feed["file"], written_at(folder), document.get(COMPLETE, ""), document["quarantined"]
    )
    return Kept(snapshot.id, snapshot, len(every), last)


def written_at(folder: Path) -> datetime:
    """When the record of an import was written, as the file system tells."""
    return datetime.fromtimestamp((folder / IMPORT).stat().st_mtime, UTC)


def _order(each: Kept) -> tuple[bool, str, str]:
    return (each.snapshot is None, each.last.written.isoformat() if each.last else "", each.id)
