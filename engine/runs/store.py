"""Runs in the workspace: opened and listed. A run is a folder named by its id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.source import File
from engine.memory import FORGETFUL, Memory
from engine.runs import codes
from engine.runs.manifest import PREFIX, Damaged, Manifest, Unreadable, parse_manifest
from engine.workspace import Workspace, check_workspace, find_folder, is_id

MANIFEST = "manifest.json"
PROGRAM = "program.yaml"
CHUNK = 1 << 20

Findings = tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A stored run. `id` is that of its manifest; `memory` knows which notes were seen beside it."""

    folder: Path
    manifest: Manifest
    memory: Memory = field(default=FORGETFUL, compare=False)

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
    except Unreadable as error:
        return None, (codes.UNREADABLE.at(None, f"`{folder.name}` cannot be opened: {error}", help=HELP),)
    except (Damaged, OSError) as error:
        reason = str(error) if isinstance(error, Damaged) else "its manifest cannot be read"
        return None, (codes.DAMAGED_RUN.at(None, f"`{folder.name}` is damaged: {reason}", help=HELP),)
    if manifest.id != folder.name:
        message = f"`{folder.name}` is damaged: its manifest is that of `{manifest.id}`"
        return None, (codes.DAMAGED_RUN.at(None, message, help=HELP),)
    return Run(folder, manifest, workspace.memory), ()


HELP = "restore the folder from a copy, or delete it and evaluate again"


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def list_runs(workspace: Workspace) -> tuple[tuple[Run, ...], Findings]:
    """All runs, by date, program and id; folders that are none are reported and ignored, damaged ones are errors."""
    findings = list(check_workspace(workspace))
    runs: list[Run] = []
    if not has_errors(findings) and workspace.runs.is_dir():
        for folder in sorted(workspace.runs.iterdir()):
            if folder.name.startswith("."):  # being written by another process
                continue
            if not is_id(folder.name, PREFIX):
                message = f"`{folder}` is not a run: its name is not the id of a run"
                findings.append(codes.FOREIGN_FOLDER.at(None, message))
                continue
            run, problems = open_run(workspace, folder.name)
            runs += [run] if run else []
            findings += problems
    runs.sort(key=lambda each: (each.manifest.meaning.as_of, each.manifest.source.family, each.id))
    return tuple(runs), tuple(findings)


def run_names(workspace: Workspace) -> tuple[str, ...]:
    """The ids by which runs are kept, in order, damaged ones too; none in a workspace that is not trusted."""
    if has_errors(check_workspace(workspace)) or not workspace.runs.is_dir():
        return ()
    return tuple(sorted(each.name for each in workspace.runs.iterdir() if is_id(each.name, PREFIX)))
