"""A stored run for the commands: opened by id, its program compiled again from the stored bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.findings import demand
from cli.options import Settings

if TYPE_CHECKING:
    from engine.language.program import Program
    from engine.language.source import File
    from engine.plan.plan import Plan
    from engine.records.snapshot import Snapshot
    from engine.runs.compiled import Compiled
    from engine.runs.store import Findings, Run
    from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Stored:
    """A run that was verified, with the records and the program that it was computed from."""

    run: Run
    snapshot: Snapshot
    program: Program
    plan: Plan


def trusted(settings: Settings, id: str) -> Stored:
    """The run whose id begins so, verified with everything its id names; damage ends the command."""
    from engine.runs.store import open_run

    run = demand(settings, *open_run(settings.workspace, id))
    return demand(settings, *examined(settings.workspace, run), sources_of(run))


def examined(workspace: Workspace, run: Run) -> tuple[Stored | None, Findings]:
    """A run with its records and its program, if its decisions follow from them; otherwise what is wrong.

    What the workspace's memory knows to be verified and unchanged is not verified again.
    """
    from engine.runs.decisions import check_decisions, check_source
    from engine.runs.notes import check_attestations
    from engine.runs.worlds import pinned_snapshot

    snapshot, found = pinned_snapshot(workspace, run, workspace.memory)
    known, more = program_of(run)
    found = (*found, *more, *check_attestations(run))
    if snapshot is None or known is None or found:
        return None, found
    compiled = compiled_of(*known)
    found = check_source(run, compiled) or check_decisions(run, compiled, snapshot, workspace.memory)
    return (None if found else Stored(run, snapshot, *known)), found


def sources_of(run: Run) -> dict[str, bytes]:
    """The files of a run's program by name, as far as they can be read, for messages."""
    try:
        return {run.manifest.source.file: run.program} | {each.name: each.data for each in run.builds_on}
    except OSError:
        return {}


def program_of(run: Run) -> tuple[tuple[Program, Plan] | None, Findings]:
    """The run's program and Plan, compiled again from the bytes it keeps. Warnings were shown when it was made."""
    from engine.language.chain import chain_programs
    from engine.runs import codes
    from engine.runs.damage import check_program_files
    from rules import compile_program

    changed = check_program_files(run)
    if changed:
        return None, changed
    versions, found = versions_of(run)
    if versions:
        program, found = chain_programs(versions)
        plan, found = (None, found) if program is None else compile_program(program, run.manifest.meaning.as_of)
        if program is not None and plan is not None:
            return (program, plan), ()
    help = "use the version of rung its manifest names, or restore the folder from a copy"
    message = f"the program kept in `{run.id}` does not compile"
    return None, (codes.PINNED_INPUT.at(None, message, help=help), *found)


def versions_of(run: Run) -> tuple[tuple[Program, ...], Findings]:
    """The versions that a run keeps, each by itself, the earliest first; none if one of them cannot be read."""
    from engine.language.source import File
    from rules import load_program

    source, others = run.manifest.source, run.builds_on
    files = (File(source.file, run.program), *others)
    versions: list[Program] = []
    for name in (*(file for _, file in source.follows), source.file):
        data = next((each.data for each in files if each.name == name), b"")
        read, found = load_program(data, name, [each for each in files if each.name != name])
        if read is None:
            return (), found
        versions.append(read)
    return tuple(versions), ()


def kept_by(run: Run) -> tuple[Compiled | None, Findings]:
    """What the program that a run keeps compiles to, or what is wrong with it."""
    known, found = program_of(run)
    return (None if known is None else compiled_of(*known)), found


def compiled_of(program: Program, plan: Plan) -> Compiled:
    """A program and its Plan for a run, with the hash of the program's meaning."""
    from engine.runs.compiled import Compiled

    follows = tuple((each.edition, each.file) for each in program.versions[:-1])
    told = (program.family, program.edition, program.title)
    return Compiled(plan, program.all_records, hash_of(program), *told, follows)


def hash_of(program: Program) -> str:
    """The hash of a program's meaning."""
    from engine.canonical import document_hash
    from engine.language.essence import essence

    return document_hash(essence(program))


def load_published(files: tuple[File, ...]) -> tuple[Program, str] | None:
    """The program in the files of a publication, the requested one first, and the hash of its meaning."""
    from rules import load_program

    if not files:
        return None
    first, *others = files
    program, _ = load_program(first.data, first.name, others)
    return (program, hash_of(program)) if program is not None else None
