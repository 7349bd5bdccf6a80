"""Everything in a workspace, examined anew: nothing counts that was verified before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audit.leftovers import left_behind
from engine.audit.rights import rights
from engine.language.diagnostic import Diagnostic
from engine.publications.shelf import Load, read_publications, verify_publication
from engine.records.codes.tables import DAMAGED
from engine.records.snapshot import HELP, PREFIX, read_snapshot
from engine.records.verify import verify_snapshot
from engine.runs.notes import all_notes, check_notes
from engine.runs.store import Findings, Run, list_runs
from engine.workspace import Workspace, is_id

Examine = Callable[[Workspace, Run], Findings]
"""What is wrong with a run, its records, its program and its notes."""
Placed = Iterator[tuple[Path, Diagnostic]]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found: how many things of each kind, and findings with the folders they are about."""

    counts: dict[str, int]
    findings: tuple[tuple[Path, Diagnostic], ...]


@dataclass(frozen=True, slots=True)
class Auditor:
    """The workspace, how runs and publications are examined, what was counted so far, and who hears of each step."""

    workspace: Workspace
    examine: Examine
    load: Load
    counts: dict[str, int]
    on_step: Callable[[str], None]

    def count(self, kind: str, what: str) -> None:
        """Something is looked at."""
        self.on_step(f"examining {what}")
        self.counts[kind] += 1


def audit(
    workspace: Workspace, examine: Examine, load: Load, on_step: Callable[[str], None] = lambda step: None
) -> Audit:
    """Examine a workspace that `check_workspace` trusts. Snapshots come first: runs are computed again from them."""
    counts = dict.fromkeys(("snapshots", "runs", "publications", "attestations"), 0)
    suspicious = replace(workspace, memory=workspace.memory.suspicious)
    auditor = Auditor(suspicious, examine, load, counts, on_step)
    found = [each for part in (_snapshots, _runs, _publications) for each in part(auditor)]
    return Audit(counts, (*found, *left_behind(workspace), *rights(workspace)))


def _snapshots(auditor: Auditor) -> Placed:
    place = auditor.workspace.snapshots
    for folder in sorted(place.iterdir()) if place.is_dir() else ():
        if folder.name.startswith("."):
            continue
        if not is_id(folder.name, PREFIX):
            yield folder, DAMAGED.at(None, f"`{folder.name}` is not the id of a snapshot", help=HELP)
            continue
        auditor.count("snapshots", folder.name)
        snapshot, found = read_snapshot(folder)
        if snapshot is not None:
            found = verify_snapshot(snapshot, auditor.workspace.memory)
        yield from ((folder, each) for each in found)


def _runs(auditor: Auditor) -> Placed:
    place = auditor.workspace.runs
    runs, found = list_runs(auditor.workspace)
    yield from ((place, each) for each in found)
    for run in runs:
        auditor.count("runs", run.id)
        auditor.counts["attestations"] += len(all_notes(run).valid)
        yield from ((run.folder, each) for each in (*auditor.examine(auditor.workspace, run), *check_notes(run)))


def _publications(auditor: Auditor) -> Placed:
    place = auditor.workspace.published
    publications, found = read_publications(auditor.workspace)
    yield from ((place, each) for each in found)
    for each in publications:
        auditor.count("publications", f"{each.family}@{each.edition}")
        yield from ((place, wrong) for wrong in verify_publication(auditor.workspace, each, auditor.load))
