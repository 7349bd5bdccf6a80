"""Evaluate a program over a snapshot into a run, or find the run that is there already."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from engine.canonical import Canonical
from engine.duck import open_connection
from engine.language.diagnostic import has_errors
from engine.language.source import File
from engine.memory import engine_versions, state_of
from engine.records.incomplete import rows_set_aside
from engine.records.snapshot import Snapshot
from engine.records.through import Through
from engine.records.verify import is_verified
from engine.runs.compiled import Compiled, Kept
from engine.runs.complete import days_of
from engine.runs.computation import compute, database
from engine.runs.decisions import check_decisions, check_source
from engine.runs.leaf import LEAVES
from engine.runs.manifest import Manifest, Meaning, Source, manifest_text, run_id
from engine.runs.notes import NOTES, check_attestations, check_notes, write_note
from engine.runs.rates import missing_rates
from engine.runs.resources import USUAL, Resources
from engine.runs.store import MANIFEST, PROGRAM, Findings, Run, foundation_file, open_run
from engine.runs.summary import Summary, summarize, summary_document
from engine.workspace import Workspace, check_workspace, pending_folder, publish_folder, write_workspace


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What is to be evaluated: the program as written, and everything its decisions depend on.

    `file` is the path shown in messages; the bytes are kept with the run, those of the files it
    builds on as well. `follows` are the editions evaluated together with it, with the names of
    their files among those.
    """

    program: bytes
    file: str
    family: str
    version: str
    title: str
    meaning: Meaning
    builds_on: tuple[File, ...] = ()
    follows: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The id of the run, known before anything is evaluated."""
        return run_id(self.meaning)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A run with its summary. `run` is None after a dry run, or when findings forbid one.

    `days` are those through which the tables are complete, as is known now.
    """

    manifest: Manifest | None
    summary: Summary | None
    run: Run | None
    found: bool = False
    findings: Findings = ()
    days: tuple[Through, ...] = ()

    @property
    def document(self) -> dict[str, Canonical]:
        """The fields of `rung evaluate --json`, but for `recheck`."""
        if self.manifest is None or self.summary is None:
            return {}
        run = self.run
        names = [] if run is None else [*(each.name for each in self.manifest.results), LEAVES]
        files = {name: run.path(name) for name in names if run}
        return summary_document(self.manifest, self.summary, self.days, files)


def evaluate(
    request: EvaluationRequest,
    compiled: Compiled,
    snapshot: Snapshot,
    workspace: Workspace,
    resources: Resources = USUAL,
    *,
    dry_run: bool = False,
    kept: Kept | None = None,
    on_step: Callable[[str], None] = lambda step: None,
) -> Evaluated:
    """The run of this request: found and verified, or evaluated and published whole.

    A dry run writes nothing into the workspace. `kept` compiles the program that a found run keeps, which may be
    written otherwise; without it that is taken to be `compiled`. `on_step` hears what is being done. Findings with
    errors: see `codes.exit_code`.
    """
    kept = kept or (lambda _: (compiled, ()))
    findings = check_workspace(workspace)
    if has_errors(findings):
        return Evaluated(None, None, None, findings=findings)
    if (workspace.runs / request.id).is_dir():
        on_step(f"verifying {request.id}")
        return _found(request, kept, snapshot, workspace, resources)
    on_step("deciding the partners")
    findings = missing_rates(compiled.plan, snapshot, resources)
    if findings:
        return Evaluated(None, None, None, findings=findings)
    if dry_run:
        with tempfile.TemporaryDirectory() as folder:
            manifest, summary = _computed(request, compiled, snapshot, Path(folder), resources)
            return Evaluated(manifest, summary, None, days=manifest.days)
    write_workspace(workspace)
    with pending_folder(workspace.runs) as pending:
        manifest, summary = _computed(request, compiled, snapshot, pending, resources)
        (pending / PROGRAM).write_bytes(request.program)
        for place, each in enumerate(request.builds_on, 1):
            (pending / foundation_file(place)).write_bytes(each.data)
        (pending / MANIFEST).write_bytes(manifest_text(manifest))
        final, state = workspace.runs / request.id, state_of(pending)
        if not publish_folder(pending, final):  # another process was quicker with the same run
            return _found(request, kept, snapshot, workspace, resources)
    workspace.memory.forget(final / NOTES)  # of a run that was deleted
    if is_verified(snapshot, workspace.memory):  # still: these are the records that were evaluated
        workspace.memory.keep(final, state)
    run = Run(final, manifest, workspace.memory)
    return Evaluated(manifest, summary, run, findings=check_notes(run), days=manifest.days)


def _computed(
    request: EvaluationRequest, compiled: Compiled, snapshot: Snapshot, folder: Path, resources: Resources
) -> tuple[Manifest, Summary]:
    """Evaluate into `folder`."""
    with database(snapshot, folder, resources) as connection:
        results, leaves = compute(compiled, snapshot, folder, connection, resources)
        summary = summarize(compiled.plan, folder, connection)
        set_aside = rows_set_aside(snapshot, connection)
    source = Source(
        request.family,
        request.version,
        request.title,
        request.file,
        sha256(request.program).hexdigest(),
        tuple((each.name, sha256(each.data).hexdigest()) for each in request.builds_on),
        request.follows,
    )
    plan, days = compiled.plan, days_of(compiled, snapshot)
    made = (request.id, request.meaning, source, results, leaves, engine_versions())
    return Manifest(*made, plan.scope, plan.judged, days, set_aside), summary


def _found(
    request: EvaluationRequest, kept: Kept, snapshot: Snapshot, workspace: Workspace, resources: Resources
) -> Evaluated:
    """The run that is there, if its decisions follow from the program that it keeps and these records; said beside the
    run where another version of the engine made it.
    """
    run, findings = open_run(workspace, request.id)
    if run is None:
        return Evaluated(None, None, None, found=True, findings=findings)
    compiled, wrong = kept(run)
    findings = (*wrong, *check_attestations(run))
    if compiled is not None and not findings:
        findings = check_source(run, compiled)
        findings = findings or check_decisions(run, compiled, snapshot, workspace.memory, resources)
    if compiled is None or has_errors(findings):
        return Evaluated(run.manifest, None, run, found=True, findings=findings)
    if run.manifest.engine != engine_versions():
        write_note(run, "confirmed", {"engine": dict(engine_versions()), "computed": run.manifest.root})
    with tempfile.TemporaryDirectory() as folder:
        connection = open_connection(resources.threads, resources.memory_limit, Path(folder), (run.folder,))
        summary = summarize(compiled.plan, run.folder, connection)
        connection.close()
    days = days_of(compiled, snapshot)
    return Evaluated(run.manifest, summary, run, found=True, findings=(*findings, *check_notes(run)), days=days)
