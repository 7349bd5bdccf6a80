"""Runs changed by somebody who knows how to make the manifest fit again."""

from __future__ import annotations

from dataclasses import replace

from engine.duck import open_connection
from engine.plan.plan import Plan
from engine.runs.leaf import form_of
from engine.runs.manifest import Manifest, manifest_text
from engine.runs.results import parquet
from engine.runs.store import Run, open_run
from engine.runs.verify import verify_run
from engine.runs.writing import make_leaves, read_result
from engine.workspace import Workspace


def forge(run: Run, plan: Plan, table: str, select: str) -> Run:
    """The run with a table replaced by a question about it (`stored`), and leaves and a manifest that hide it."""
    forged = forge_table(run, plan, table, select)
    connection = open_connection(threads=1, folders=[run.folder])
    leaves = make_leaves(form_of(plan.outputs), run.folder, connection)
    connection.close()
    forged = forge_manifest(replace(forged.manifest, leaves=leaves), run)
    assert verify_run(forged) == ()
    return forged


def forge_table(run: Run, plan: Plan, table: str, select: str) -> Run:
    """The run with a table replaced by a question about it, and a manifest that hides it; the leaves stay."""
    output = next(each for each in plan.outputs if each.name == table)
    path = run.path(table)
    other = path.with_suffix(".forged")
    connection = open_connection(threads=1, folders=[run.folder])
    connection.execute(f"CREATE VIEW stored AS SELECT * FROM {parquet(path)}")
    connection.execute(f"COPY ({select} ORDER BY {', '.join(output.key)}) TO '{other}' (FORMAT parquet)")
    other.replace(path)
    result = read_result(output, path, connection)
    connection.close()
    results = tuple(result if each.name == table else each for each in run.manifest.results)
    return forge_manifest(replace(run.manifest, results=results), run)


def forge_manifest(manifest: Manifest, run: Run) -> Run:
    """The run with another manifest."""
    (run.folder / "manifest.json").write_bytes(manifest_text(manifest))
    return Run(run.folder, manifest)


def without_engine(run: Run) -> None:
    """Let the manifest say that another version computed the run."""
    stored, _ = open_run(Workspace(run.folder.parent.parent), run.id)
    assert stored is not None
    forge_manifest(replace(stored.manifest, engine=(("duckdb", "1.0.0"), *stored.manifest.engine[1:])), run)
