"""`rung runs`: what has been decided in this workspace, by which program, and whether it still stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Format, JsonOption, ListFormatOption, OutputOption, chosen_format, settings_of

if TYPE_CHECKING:
    from cli.options import Settings
    from engine.language.diagnostic import Diagnostic
    from engine.publications.publication import Publication
    from engine.runs.store import Run

COLUMNS = ("run", "program", "version", "state", "published", "evaluated", "as of", "decides", "partners", "snapshot",
           "file", "hash", "recheck", "sound")  # fmt: skip
TOLD_BY_HEADING = ("state", "sound")  # each block of a table is of one state
NUMBERS = frozenset({"partners"})
SHOWN = 12  # digits of a hash, as `rung publish --list` shows them; in JSON all


class State(StrEnum):
    """What is known of a run: by which program it was decided, or that it may not be trusted."""

    PUBLISHED = "published"
    DRAFT = "draft"
    UNKNOWN = "unknown"  # publications are damaged
    UNSOUND = "unsound"


HEADINGS = {
    State.PUBLISHED: "Runs of published programs",
    State.DRAFT: "Runs of drafts: no published program has this meaning",
    State.UNKNOWN: "Runs whose program may be a draft: the publications are damaged",
    State.UNSOUND: "Damaged runs: they may differ from what was decided",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A run with its state and the day on which its program was published. `run` is None if it is not sound."""

    id: str
    state: State
    run: Run | None = None
    published: str = ""


def runs(
    context: typer.Context,
    snapshots: Annotated[
        bool, typer.Option("--snapshots", help="List the snapshots instead: their records, feeds and imports.")
    ] = False,
    format: ListFormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """List the stored runs, by date and program: first those of published programs, then those of drafts.

    \b
    Example:
      rung runs
      rung runs --output runs.csv
      rung runs --snapshots

    A run is of a published program if that has the same meaning, by hash; `published` is the day of its publication in
    this workspace. `evaluated` is when the run was written, as the file system tells. A damaged run is listed last,
    by its id alone; the exit code is then 7. With `--snapshots`, the list is by the time of the last import, with the
    feed that it used, the day through which that declared its files to be complete, and the rows of each table.
    """
    from cli.findings import findings_of, stop_on_errors
    from cli.output import document, emit, emit_bytes
    from cli.workbook import Page, workbook_bytes

    settings = settings_of(context)
    chosen = chosen_format(format, json, output, workbook=True)
    if snapshots:
        from cli.snapshots import print_snapshots

        print_snapshots(settings, chosen, output)
        return
    found, findings = listed_runs(settings)
    if chosen is Format.JSON:
        emit(document("runs", {"runs": list(map(fields_of, found)), "diagnostics": findings_of(settings)}), output)
    elif chosen is Format.XLSX and output is not None:
        page = Page("runs", COLUMNS, map(row_of, found), NUMBERS, frozenset({"published", "as of"}))
        emit_bytes(workbook_bytes([page]), output)
    else:
        emit(rendered(found, chosen), output)
    if not found and not findings:
        settings.say(f"no run in `{settings.home}` yet: rung evaluate PROGRAM --data FEED --as-of DATE makes one")
    stop_on_errors(settings, findings)


def listed_runs(settings: Settings) -> tuple[tuple[Listed, ...], tuple[Diagnostic, ...]]:
    """Every run of the workspace, verified, by state; findings are shown."""
    from cli.findings import show
    from cli.stored import examined, load_published, sources_of
    from engine.publications.shelf import trusted_publications
    from engine.runs.store import list_runs, run_names

    workspace = settings.workspace
    opened, findings = list_runs(workspace)
    publications, damaged = trusted_publications(workspace, load_published)
    findings = tuple(dict.fromkeys((*findings, *damaged)))  # of a workspace that is not trusted, both say so
    show(settings, findings)
    found: list[Listed] = []
    names = {run.id for run in opened}
    for run in opened:
        stored, wrong = examined(workspace, run)
        if stored is None:
            found.append(Listed(run.id, State.UNSOUND))
        elif damaged:
            found.append(Listed(run.id, State.UNKNOWN, run))
        else:
            found.append(of_program(run, publications))
        findings = (*findings, *wrong)
        show(settings, wrong, sources_of(run))
    found += [Listed(name, State.UNSOUND) for name in run_names(workspace) if name not in names]
    order = list(State)
    return tuple(sorted(found, key=lambda each: order.index(each.state))), findings


def of_program(run: Run, publications: Sequence[Publication]) -> Listed:
    """A run by whether its program, or every version evaluated together, is published: by meaning, not by name."""
    from cli.stored import hash_of, versions_of

    days = {each.hash: each.published for each in publications}
    hashes = [run.manifest.meaning.program_hash]
    if run.manifest.source.follows:
        hashes = list(map(hash_of, versions_of(run)[0]))
    if any(each not in days for each in hashes):
        return Listed(run.id, State.DRAFT, run)
    return Listed(run.id, State.PUBLISHED, run, max(days[each] for each in hashes).isoformat())


def rendered(found: Sequence[Listed], form: Format) -> str:
    """The runs as one list for a spreadsheet; for people each state by itself, below its heading."""
    from cli.output import Sheet, joined, md_text, render_sheet

    if form is Format.CSV or not found:
        return render_sheet(Sheet(COLUMNS, tuple(map(row_of, found)), NUMBERS), form)
    blocks = []
    for state, heading in HEADINGS.items():
        own = [each for each in found if each.state is state]
        if own:
            columns = columns_of(state)
            rows = tuple(tuple(cell for _, cell in cells_of(each, columns)) for each in own)
            head = f"**{md_text(heading)}**\n" if form is Format.MD else heading
            blocks.append(f"{head}\n{render_sheet(Sheet(columns, rows, NUMBERS), form)}")
    return joined(blocks)


def columns_of(state: State) -> tuple[str, ...]:
    """The columns that say something of runs of a state."""
    if state is State.UNSOUND:
        return COLUMNS[:1]
    without = TOLD_BY_HEADING if state is State.PUBLISHED else (*TOLD_BY_HEADING, "published")
    return tuple(each for each in COLUMNS if each not in without)


def row_of(listed: Listed) -> tuple[str, ...]:
    """A run as a line of the list."""
    return tuple(cell for _, cell in cells_of(listed, COLUMNS))


def cells_of(listed: Listed, columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Some columns of a run; of one that is not sound nothing that it says of itself."""
    from cli.report import decides, editions

    cells = {"run": listed.id, "state": listed.state.value, "published": listed.published, "sound": "no"}
    if listed.run is not None:
        manifest = listed.run.manifest
        source, meaning = manifest.source, manifest.meaning
        cells |= {
            "program": source.family,
            "version": editions(manifest),
            "evaluated": evaluated(listed.run),
            "as of": meaning.as_of.isoformat(),
            "decides": decides(manifest),
            "partners": str(partners_of(listed.run)),
            "snapshot": meaning.snapshot,
            "file": source.file,
            "hash": meaning.program_hash[:SHOWN],
            "recheck": recheck_of(listed.run),
            "sound": "yes",
        }
    yield from ((name, cells.get(name, "")) for name in columns)


def fields_of(listed: Listed) -> dict[str, object]:
    """A run as JSON has it: what is not known is null."""
    known: dict[str, object] = {name.replace(" ", "_"): cell or None for name, cell in cells_of(listed, COLUMNS)}
    known["sound"] = listed.run is not None
    if listed.run is not None:
        manifest = listed.run.manifest
        known |= {"partners": partners_of(listed.run), "hash": manifest.meaning.program_hash}
        known |= {"decides": known["decides"] or "", "root": manifest.root}
    return known


def evaluated(run: Run) -> str:
    """When the run was written, as the file system tells; no part of the run, and no proof."""
    from engine.runs.store import MANIFEST

    written = datetime.fromtimestamp((run.folder / MANIFEST).stat().st_mtime, UTC)
    return written.strftime("%Y-%m-%d %H:%M:%SZ")


def partners_of(run: Run) -> int:
    """How many partners the run decided: each has one leaf, however many statuses and days it was judged on."""
    return run.manifest.leaves.count


def recheck_of(run: Run) -> str:
    """The rechecks in the notes beside the run."""
    from engine.runs.notes import check_notes, read_notes

    if check_notes(run):
        return "mismatch"
    return "passed" if read_notes(run, "recheck") else "none"
