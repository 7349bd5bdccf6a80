"""Evaluate a program over a snapshot into a run, or find the run that is there already."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from engine import PROJECT
from engine.canonical import Canonical, canonical_json
from engine.columnar.evaluate import ColumnarResult, evaluate_columnar
from engine.columnar.shards import ShardedResult, evaluate_shards
from engine.duck import open_connection
from engine.language.diagnostic import has_errors
from engine.language.source import File
from engine.records.snapshot import Snapshot, stored_rows
from engine.runs import codes
from engine.runs.compiled import Compiled
from engine.runs.leaf import LEAVES
from engine.runs.manifest import Leaves, Manifest, Meaning, Result, Source, manifest_document, run_id
from engine.runs.rates import missing_rates
from engine.runs.resources import USUAL, Resources
from engine.runs.store import (
    MANIFEST,
    PROGRAM,
    Findings,
    Run,
    check_notes,
    foundation_file,
    open_run,
    write_note,
)
from engine.runs.summary import Summary, summarize, summary_document
from engine.runs.verify import verify_run
from engine.runs.worlds import snapshot_paths
from engine.runs.writing import write_results
from engine.workspace import Workspace, check_workspace, pending_folder, publish_folder, write_workspace

SPILL = "spill"  # what does not fit into memory, below the pending folder


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
    """A run with its summary. `run` is None after a dry run, or when findings forbid one."""

    manifest: Manifest | None
    summary: Summary | None
    run: Run | None
    found: bool = False
    findings: Findings = ()

    @property
    def document(self) -> dict[str, Canonical]:
        """The fields of `rung evaluate --json`, but for `recheck`."""
        if self.manifest is None or self.summary is None:
            return {}
        run = self.run
        names = [] if run is None else [*(each.name for each in self.manifest.results), LEAVES]
        return summary_document(self.manifest, self.summary, {name: run.path(name) for name in names if run})


def evaluate(
    request: EvaluationRequest,
    compiled: Compiled,
    snapshot: Snapshot,
    workspace: Workspace,
    resources: Resources = USUAL,
    *,
    dry_run: bool = False,
) -> Evaluated:
    """The run of this request: found and verified, or evaluated and published whole.

    A dry run writes nothing into the workspace. A run made by another version of the engine is
    computed again and its root compared. Findings with errors: see `codes.exit_code`.
    """
    findings = check_workspace(workspace)
    if has_errors(findings):
        return Evaluated(None, None, None, findings=findings)
    if (workspace.runs / request.id).is_dir():
        return _found(request, compiled, snapshot, workspace, resources)
    findings = missing_rates(compiled.plan, snapshot, resources)
    if findings:
        return Evaluated(None, None, None, findings=findings)
    if dry_run:
        with tempfile.TemporaryDirectory() as folder:
            manifest, summary = _computed(request, compiled, snapshot, Path(folder), resources)
            return Evaluated(manifest, summary, None)
    write_workspace(workspace)
    with pending_folder(workspace.runs) as pending:
        manifest, summary = _computed(request, compiled, snapshot, pending, resources)
        (pending / PROGRAM).write_bytes(request.program)
        for place, each in enumerate(request.builds_on, 1):
            (pending / foundation_file(place)).write_bytes(each.data)
        (pending / MANIFEST).write_bytes(canonical_json(manifest_document(manifest)))
        final = workspace.runs / request.id
        if not publish_folder(pending, final):  # another process was quicker with the same run
            return _found(request, compiled, snapshot, workspace, resources)
    return Evaluated(manifest, summary, Run(final, manifest))


def _computed(
    request: EvaluationRequest, compiled: Compiled, snapshot: Snapshot, folder: Path, resources: Resources
) -> tuple[Manifest, Summary]:
    """Evaluate into `folder`."""
    with database(snapshot, folder, resources) as connection:
        results, leaves = compute(compiled, snapshot, folder, connection, resources)
        summary = summarize(compiled.plan, folder, connection)
    source = Source(
        request.family,
        request.version,
        request.title,
        request.file,
        sha256(request.program).hexdigest(),
        tuple((each.name, sha256(each.data).hexdigest()) for each in request.builds_on),
        request.follows,
    )
    plan, versions = compiled.plan, engine_versions()
    return Manifest(request.id, request.meaning, source, results, leaves, versions, plan.scope, plan.judged), summary


@contextmanager
def database(snapshot: Snapshot, folder: Path, resources: Resources) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that reads the snapshot and writes into `folder`, where it may also spill."""
    spill = folder / SPILL
    spill.mkdir()
    connection = open_connection(resources.threads, resources.memory_limit, spill, (snapshot.folder, folder))
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(spill)


def compute(
    compiled: Compiled, snapshot: Snapshot, folder: Path, connection: duckdb.DuckDBPyConnection, resources: Resources
) -> tuple[tuple[Result, ...], Leaves]:
    """Evaluate the Plan over the snapshot and write its outputs and their leaves into `folder`."""
    evaluated = _evaluated(compiled, snapshot, connection, resources)
    try:
        return write_results(evaluated, compiled.plan, folder, connection)
    finally:
        evaluated.close()


def _evaluated(
    compiled: Compiled, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, resources: Resources
) -> ColumnarResult | ShardedResult:
    """All partners at once, or shard by shard, with the same result."""
    paths = snapshot_paths(snapshot)
    if resources.shards > 1:
        return evaluate_shards(compiled.plan, paths, compiled.records, connection, resources.shards)
    relations = {name: stored_rows(path) for name, path in paths.items()}
    return evaluate_columnar(compiled.plan, relations, connection)


def engine_versions() -> tuple[tuple[str, str], ...]:
    """What computed a run: rung and DuckDB."""
    try:
        own = version(PROJECT)
    except PackageNotFoundError:  # run from a checkout
        own = "unknown"
    return (("duckdb", duckdb.__version__), (PROJECT, own))


def _found(
    request: EvaluationRequest, compiled: Compiled, snapshot: Snapshot, workspace: Workspace, resources: Resources
) -> Evaluated:
    """The run that is there, if it is whole; made by another engine, it is computed again to compare."""
    run, findings = open_run(workspace, request.id)
    if run is None:
        return Evaluated(None, None, None, found=True, findings=findings)
    findings = verify_run(run, resources)
    if findings:
        return Evaluated(run.manifest, None, run, found=True, findings=findings)
    if run.manifest.engine != engine_versions():
        findings = _confirmed(request, compiled, snapshot, run, resources)
    with tempfile.TemporaryDirectory() as folder:
        connection = open_connection(resources.threads, resources.memory_limit, Path(folder), (run.folder,))
        summary = summarize(compiled.plan, run.folder, connection)
        connection.close()
    return Evaluated(run.manifest, summary, run, found=True, findings=(*findings, *check_notes(run)))


def _confirmed(
    request: EvaluationRequest, compiled: Compiled, snapshot: Snapshot, run: Run, resources: Resources
) -> Findings:
    """Whether the present engine gives the same results; noted beside the run when it does."""
    versions = dict(engine_versions())
    with tempfile.TemporaryDirectory() as folder:
        manifest, _ = _computed(request, compiled, snapshot, Path(folder), resources)
    note: dict[str, Canonical] = {"engine": versions, "computed": manifest.root}
    if manifest.root == run.manifest.root:
        write_note(run, "confirmed", note)
        return ()
    made = ", ".join(f"{name} {number}" for name, number in run.manifest.engine)
    message = f"`{run.id}` was made by {made}, and this version computes different decisions from the same input"
    return (codes.OTHER_ROOT.at(None, message, help="replay it to see the first difference"),)
