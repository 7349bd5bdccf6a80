"""Whether a stored run is what its program and its records give: it is computed again, and every decision compared.

A run's id names its program, its records and its day. Leaves and root could all be made anew from forged rows, so
only what is computed from these three proves a decision.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from engine.canonical import canonical_json, type_document
from engine.duck import open_connection, quoted
from engine.language.diagnostic import Diagnostic
from engine.memory import FORGETFUL, Memory, engine_versions, state_of
from engine.plan.outputs import PARTNER
from engine.plan.plan import Output, Plan
from engine.records.incomplete import rows_set_aside
from engine.records.snapshot import Snapshot
from engine.records.verify import is_verified
from engine.runs import codes
from engine.runs.compiled import Compiled
from engine.runs.complete import could_be_days_of, days_of
from engine.runs.damage import damage
from engine.runs.leaf import LEAVES, Sheet, form_of
from engine.runs.manifest import Meaning, manifest_text, result_document, run_id
from engine.runs.resources import USUAL, Resources
from engine.runs.results import Difference, columns_of_output, differences, parquet, read_rows
from engine.runs.store import MANIFEST, Findings, Run


def check_decisions(
    run: Run, compiled: Compiled, snapshot: Snapshot, memory: Memory = FORGETFUL, resources: Resources = USUAL
) -> Findings:
    """Whether the run is what `compiled`, its own program, decides on its day over the snapshot, which is verified.

    Nothing is computed if the memory knows that these files were verified. `other-root` instead of damage where
    another version of the engine made the run.
    """
    state = state_of(run.folder)
    if memory.vouches(run.folder, state):
        return ()
    from engine.runs.verify import verify_run  # takes long to import, and most runs are vouched for

    found = (*_other_manifest(run), *verify_run(run, resources), *check_source(run, compiled))
    first = None if found else first_difference(run, compiled, snapshot, resources)
    if first is not None:
        found = (_other_decisions(run, first),)
    if not found and is_verified(snapshot, memory):  # still: the records were not changed while they were evaluated
        memory.keep(run.folder, state)
    return found


def _other_manifest(run: Run) -> Findings:
    """A finding if the manifest is not the one that was read, long before the state of the files was taken."""
    try:
        if (run.folder / MANIFEST).read_bytes() == manifest_text(run.manifest):
            return ()
    except OSError:
        pass
    return (damage(run, "its manifest was changed while it was read"),)


def _other_decisions(run: Run, first: Difference) -> Diagnostic:
    if run.manifest.engine != engine_versions():
        made = ", ".join(f"{name} {number}" for name, number in run.manifest.engine)
        message = f"`{run.id}` was made by {made}, and this version computes different decisions from the same input"
        return codes.OTHER_ROOT.at(None, message, help="replay it to see the first difference")
    return damage(run, f"its program and its records give other decisions: {told(first)}")


def check_source(run: Run, compiled: Compiled) -> Findings:
    """Whether what the manifest says of the program is what the program kept in the run says."""
    manifest, source = run.manifest, run.manifest.source
    help = "use the version of rung its manifest names, or restore the folder from a copy"
    meaning = Meaning(compiled.program_hash, manifest.meaning.snapshot, manifest.meaning.as_of)
    says = (source.family, source.version, source.title, source.follows)
    message = ""
    if compiled.program_hash != manifest.meaning.program_hash:
        message = f"the program kept in `{run.id}` no longer has the meaning recorded for the run"
    elif run_id(meaning) != run.id:
        message = f"the manifest of `{run.id}` says more than a program, records and a day"
    elif says != (compiled.family, compiled.version, compiled.title, compiled.follows):
        message = f"the manifest of `{run.id}` names another program than the one kept in it"
    elif (compiled.plan.scope, compiled.plan.judged) != (manifest.scope, manifest.judged):
        message = f"the manifest of `{run.id}` says another scope than its program has on its day"
    return (codes.PINNED_INPUT.at(None, message, help=help),) if message else ()


def first_difference(run: Run, compiled: Compiled, snapshot: Snapshot, resources: Resources) -> Difference | None:
    """All partners computed again at once, into a folder outside the workspace: leaves first, rows if leaves differ.

    The run must be verified, so that its root represents its rows.
    """
    from engine.runs.computation import compute, database  # as above

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with database(snapshot, folder, resources) as connection:
            results, leaves = compute(compiled, snapshot, folder, connection, resources)
            set_aside = rows_set_aside(snapshot, connection)
        manifest = run.manifest
        if leaves.root != manifest.root:
            connection = open_connection(resources.threads, resources.memory_limit, folder, (run.folder, folder))
            try:
                first = _differing(run, compiled.plan, folder, connection)
            finally:
                connection.close()
            return first or Difference(LEAVES, "", (), "root", manifest.root, leaves.root)
    if manifest.set_aside != set_aside:
        counted = (
            ", ".join(f"{each.rows} of {each.table}" for each in found) for found in (manifest.set_aside, set_aside)
        )
        return Difference("set_aside", "", (), "rows", *(each or "none" for each in counted))
    if not could_be_days_of(manifest.days, compiled, snapshot):
        days = (
            ", ".join(f"{each.table} {each.day}" for each in found)
            for found in (manifest.days, days_of(compiled, snapshot))
        )
        return Difference("complete_through", "", (), "days", *(each or "none" for each in days))
    for one, other in zip(manifest.results, results, strict=True):  # equal leaves: the same tables and columns
        if (one.name, result_document(one)) != (other.name, result_document(other)):
            return Difference(one.name, "", (), "", "another key in the manifest", "the key of the program")
    return None


def _differing(run: Run, plan: Plan, folder: Path, connection: duckdb.DuckDBPyConnection) -> Difference | None:
    """The first difference of a run and the tables in a folder, whose roots are not the same."""
    kept = {sheet.name: _declared(sheet) for sheet in run.manifest.form.sheets}
    made = {sheet.name: _declared(sheet) for sheet in form_of(plan.outputs).sheets}
    for name in sorted(kept.keys() | made.keys()):
        one, other = kept.get(name, {"no table"}), made.get(name, {"no table"})
        if one != other:
            return Difference(name, "", (), "", *(", ".join(sorted(each)) for each in (one - other, other - one)))
    outputs = sorted(plan.outputs, key=lambda each: each.name)
    found = (_first_difference(output, run.folder, folder, connection) for output in outputs)
    return next((each for each in found if each is not None), None)


def _declared(sheet: Sheet) -> set[str]:
    """Columns with their types, and the key, as a message says them."""
    columns = {f"{name} {canonical_json(type_document(type)).decode()}" for name, type in sheet.columns}
    return {*columns, f"key {' '.join(sheet.key)}"}


def _first_difference(
    output: Output, stored: Path, computed: Path, connection: duckdb.DuckDBPyConnection
) -> Difference | None:
    """The first difference of two files, found by the first partner with one."""
    paths = [folder / f"{output.name}.parquet" for folder in (stored, computed)]
    columns = columns_of_output(output)
    names = ", ".join(quoted(name) for name, _ in columns)
    one, other = (f"SELECT {names} FROM {parquet(path)}" for path in paths)
    select = f"(({one}) EXCEPT ALL ({other})) UNION ALL (({other}) EXCEPT ALL ({one}))"
    ((partner,),) = connection.execute(f"SELECT min({quoted(PARTNER)}) FROM ({select})").fetchall()
    if partner is None:
        return None
    rows = [list(read_rows(path, columns, output.key, connection, [str(partner)])) for path in paths]
    return next(differences(output.name, output.key, *rows), None)


def told(first: Difference) -> str:
    """A difference in words."""
    where = f"`{first.table}`, partner `{first.partner}`" if first.partner else f"`{first.table}`"
    others = [each for each in first.key if each != first.partner]
    key = f", key {' '.join(others)}" if others else ""
    column = f", `{first.column}`" if first.column else ""
    return f"{where}{key}{column}: stored {first.stored}, recomputed {first.recomputed}"
