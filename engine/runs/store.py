"""Runs in the workspace: opened, listed; notes written beside them.

A run is a folder named by its id. Its `attestations/` grows and is not part of it: each note is one
canonical JSON file named by its kind and its hash, so that writing it twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.canonical import Canonical, canonical_json
from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.source import File
from engine.runs import codes
from engine.runs.manifest import PREFIX, Manifest, Unreadable, parse_manifest
from engine.workspace import Workspace, check_workspace, find_folder

MANIFEST = "manifest.json"
PROGRAM = "program.yaml"
NOTES = "attestations"
NOTE_FORMAT = "rung.attestation/v1"
CHUNK = 1 << 20

Findings = tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A stored run. `id` is that of its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """The run's id."""
        return self.manifest.id

    def path(self, name: str) -> Path:
        """The Parquet file of a table of results."""
        return self.folder / f"{name}.parquet"

    @property
    def program(self) -> bytes:
        """The program as it was written."""
        return (self.folder / PROGRAM).read_bytes()

    @property
    def builds_on(self) -> tuple[File, ...]:
        """The files the program builds on, as they were."""
        names = [name for name, _ in self.manifest.source.builds_on]
        return tuple(
            File(name, (self.folder / foundation_file(place)).read_bytes()) for place, name in enumerate(names, 1)
        )


def foundation_file(place: int) -> str:
    """The name under which a run keeps a file its program builds on, counted from 1."""
    return f"{Path(PROGRAM).stem}-{place}.yaml"


def open_run(workspace: Workspace, id: str) -> tuple[Run | None, Findings]:
    """The one run whose id begins with `id`. Its files are not read: see `verify.py`."""
    untrusted = check_workspace(workspace)
    if untrusted:
        return None, untrusted
    folder, findings = find_folder(workspace.runs, PREFIX, id)
    if folder is None:
        return None, findings
    try:
        manifest = parse_manifest((folder / MANIFEST).read_bytes())
    except (Unreadable, OSError) as error:
        reason = str(error) if isinstance(error, Unreadable) else "its manifest cannot be read"
        return None, (codes.UNREADABLE.at(None, f"`{folder.name}` cannot be opened: {reason}", help=HELP),)
    return Run(folder, manifest), ()


HELP = "restore the folder from a copy, or delete it and evaluate again"


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def list_runs(workspace: Workspace) -> tuple[tuple[Run, ...], Findings]:
    """All runs, by date, program and id; folders that are none are reported and ignored."""
    findings = list(check_workspace(workspace))
    runs: list[Run] = []
    if not has_errors(findings) and workspace.runs.is_dir():
        for folder in sorted(workspace.runs.iterdir()):
            if folder.name.startswith("."):  # being written by another process
                continue
            run, problems = open_run(workspace, folder.name)
            if run is not None:
                runs.append(run)
            else:
                reason = problems[0].message if folder.name.startswith(PREFIX) else "its name is not the id of a run"
                findings.append(codes.FOREIGN_FOLDER.at(None, f"`{folder}` is not a run: {reason}"))
    runs.sort(key=lambda each: (each.manifest.meaning.as_of, each.manifest.source.family, each.id))
    return tuple(runs), tuple(findings)


def write_note(run: Run, kind: str, note: Mapping[str, Canonical]) -> Path:
    """Put a note beside the run: a recheck, a replay, a timing. It is written completely or not at all."""
    text = canonical_json({"format": NOTE_FORMAT, "kind": kind, "run": run.id, "root": run.manifest.root, **note})
    folder = run.folder / NOTES
    folder.mkdir(exist_ok=True)
    final = folder / f"{kind}-{hashlib.sha256(text).hexdigest()[:16]}.json"
    handle, pending = tempfile.mkstemp(prefix=".pending-", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(pending).replace(final)
    return final


def read_notes(run: Run, kind: str = "") -> tuple[dict[str, Canonical], ...]:
    """The notes beside a run, of one kind or all; a file that is not a note is passed over."""
    found: list[dict[str, Canonical]] = []
    for path in sorted((run.folder / NOTES).glob("*.json")):
        try:
            note = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(note, dict) and note.get("format") == NOTE_FORMAT and kind in ("", note.get("kind")):
            found.append(note)
    return tuple(found)


def check_notes(run: Run) -> Findings:
    """Whether an earlier recheck of the same results found a mismatch."""
    failed = [
        note for note in read_notes(run, "recheck") if note.get("root") == run.manifest.root and note.get("mismatches")
    ]
    if not failed:
        return ()
    return (codes.FAILED_RECHECK.at(None, f"a recheck of `{run.id}` found mismatches, so it can never be approved"),)
