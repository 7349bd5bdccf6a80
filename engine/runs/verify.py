"""Whether a stored run is what it was: files, rows, leaves and root, each by the one before it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from engine.duck import open_connection
from engine.runs.damage import damage, named, other_files, other_rows, program_files
from engine.runs.leaf import FILE, NoLeaves, root_of
from engine.runs.leaves import compute_leaves, differing_partners, leaf_bytes, read_leaves
from engine.runs.manifest import Manifest, run_id
from engine.runs.resources import USUAL, Resources
from engine.runs.results import row_count
from engine.runs.store import Findings, Run


def verify_run(run: Run, resources: Resources = USUAL) -> Findings:
    """Whether the run is what it was: its id, every file, the leaf of every partner, and the root over the leaves.

    Leaves are made again from the tables of results, so a row that was changed together with its file's
    hash is found as well, by its partner.
    """
    wrong = [*_other_id(run), *other_files(run, _all_files(run))]
    with tempfile.TemporaryDirectory() as spill:
        connection = open_connection(resources.threads, resources.memory_limit, Path(spill), (run.folder,))
        try:
            for each in _other_leaves(run, connection):
                wrong.append(each)  # one by one: findings are kept if a later file cannot be read
        except NoLeaves as error:
            wrong.append(str(error))
        except duckdb.Error:  # a file that cannot be read: its hash differs as well, or its manifest was made to fit
            if not wrong:
                wrong.append("its tables of results cannot be read")
        finally:
            connection.close()
    return tuple(damage(run, each) for each in wrong)


def _all_files(run: Run) -> list[tuple[str, str]]:
    results = ((each.file, each.sha256) for each in run.manifest.results)
    return [*program_files(run), *results, (FILE, run.manifest.leaves.sha256)]


def _other_id(run: Run) -> Iterator[str]:
    if not run_id(run.manifest.meaning) == run.manifest.id == run.folder.name:
        yield "its contents give another id"


def _other_leaves(run: Run, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """From the root to the rows: what does not follow from what it is made of."""
    manifest = run.manifest
    stored = read_leaves(run.folder, connection)
    if not _follows(manifest, stored):
        yield "its root does not match its leaves"
    yield from _other_counts(run, connection)
    computed = compute_leaves(manifest.form, run.folder, connection)
    differing = differing_partners(stored, computed, connection)
    others = [partner for partner, kept, made in differing if kept and made]
    if others:
        yield other_rows(others)
    without = [partner for partner, kept, _ in differing if not kept]
    if without:
        yield f"its tables have rows of {named(without)}, but there is no leaf for them"
    gone = [partner for partner, _, made in differing if not made]
    if gone:
        yield f"it has a leaf for {named(gone)}, but no rows"


def _follows(manifest: Manifest, leaves: pa.Table) -> bool:
    return manifest.leaves.count == leaves.num_rows and root_of(leaf_bytes(leaves)).hex() == manifest.root


def _other_counts(run: Run, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for each in run.manifest.results:
        rows = row_count(run.path(each.name), connection)
        if rows != each.rows:
            yield f"`{each.file}` has {rows} rows, but its manifest says {each.rows}"
