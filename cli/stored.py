"""A stored run for the commands: opened by id, its program compiled again from the stored bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.findings import demand
from cli.options import Settings

if TYPE_CHECKING:
    from engine.language.program import Program
    from engine.plan.plan import Plan
    from engine.runs.compiled import Compiled
    from engine.runs.store import Run


def opened(settings: Settings, id: str) -> Run:
    """The run whose id begins so; otherwise the command ends."""
    from engine.runs.store import open_run
    from engine.workspace import Workspace

    return demand(settings, *open_run(Workspace(settings.home), id))


def pinned(settings: Settings, run: Run) -> tuple[Program, Plan]:
    """The run's program and Plan, from the bytes it keeps; changed bytes end the command."""
    from engine.runs.manifest import run_id

    cure = "restore the folder from a copy"
    if not run_id(run.manifest.meaning) == run.id == run.folder.name:
        raise Stop(ExitCode.INTEGRITY, f"the manifest of `{run.folder.name}` has changed", cure)
    source = run.manifest.source
    try:
        data, others = run.program, run.builds_on
    except OSError:
        raise Stop(ExitCode.INTEGRITY, f"the program kept in `{run.id}` cannot be read", cure) from None
    kept = [hashlib.sha256(each).hexdigest() for each in (data, *(other.data for other in others))]
    if kept != [source.sha256, *(sha256 for _, sha256 in source.builds_on)]:
        raise Stop(ExitCode.INTEGRITY, f"the program kept in `{run.id}` has changed", cure)
    return recompiled(settings, run)


def recompiled(settings: Settings, run: Run) -> tuple[Program, Plan]:
    """A program that compiled once, compiled again: a version that cannot do so any more shows why.

    Warnings were shown when the run was made.
    """
    from engine.language.chain import chain_programs
    from engine.language.source import File
    from rules import compile_program, load_program

    source, others = run.manifest.source, run.builds_on
    files = (File(source.file, run.program), *others)
    sources = {each.name: each.data for each in files}
    versions = []
    for name in (*(file for _, file in source.follows), source.file):
        read, findings = load_program(sources[name], name, [each for each in files if each.name != name])
        versions.append(demand(settings, read, () if read else findings, sources))
    chained, findings = chain_programs(versions)
    program = demand(settings, chained, () if chained else findings, sources)
    plan, findings = compile_program(program, run.manifest.meaning.as_of)
    return program, demand(settings, plan, () if plan else findings, sources)


def compiled_of(program: Program, plan: Plan) -> Compiled:
    """A program and its Plan for a run, with the hash of the program's meaning."""
    from engine.runs.compiled import Compiled

    return Compiled(plan, program.all_records, hash_of(program))


def hash_of(program: Program) -> str:
    """The hash of a program's meaning."""
    from engine.canonical import document_hash
    from engine.language.essence import essence

    return document_hash(essence(program))
