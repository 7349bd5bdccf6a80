"""`rung runs`: what has been decided in this workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cli.options import Format, FormatOption, JsonOption, OutputOption, chosen_format, settings_of

if TYPE_CHECKING:
    from engine.runs.store import Run

COLUMNS = ("run", "program", "version", "as of", "decides", "partners", "snapshot", "recheck")


def runs(
    context: typer.Context,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """List the stored runs, by date and program.

    \b
    Example:
      rung runs
      rung runs --format csv --output runs.csv
    """
    from cli.findings import show, stop_on_errors
    from cli.output import Sheet, document, emit, render_sheet
    from engine.language.diagnostic import has_errors
    from engine.runs.store import list_runs
    from engine.workspace import Workspace

    settings = settings_of(context)
    chosen = chosen_format(format, json)
    found, findings = list_runs(Workspace(settings.home))
    if has_errors(findings):
        stop_on_errors(settings, findings)
    show(settings, findings)
    rows = tuple(row_of(run) for run in found)
    if chosen is Format.JSON:
        keys = tuple(name.replace(" ", "_") for name in COLUMNS)
        listed = [
            dict(zip(keys, row, strict=True)) | {"partners": partners_of(run)}
            for run, row in zip(found, rows, strict=True)
        ]
        emit(document("runs", {"runs": listed}), output)
    else:
        emit(render_sheet(Sheet(COLUMNS, rows, frozenset({"partners"})), chosen), output)
    if not found:
        settings.say(f"no run in `{settings.home}` yet: rung evaluate PROGRAM --data FEED --as-of DATE makes one")


def row_of(run: Run) -> tuple[str, ...]:
    """A run as a line of the list."""
    from cli.report import decides, editions

    manifest = run.manifest
    source, meaning = manifest.source, manifest.meaning
    return (
        run.id,
        source.family,
        editions(manifest),
        meaning.as_of.isoformat(),
        decides(manifest),
        str(partners_of(run)),
        meaning.snapshot,
        recheck_of(run),
    )


def partners_of(run: Run) -> int:
    """How many partners the run decided."""
    from engine.plan.outputs import STATUSES

    statuses = run.manifest.result(STATUSES.name)
    return statuses.rows if statuses else 0


def recheck_of(run: Run) -> str:
    """The rechecks in the notes beside the run."""
    from engine.runs.store import check_notes, read_notes

    if check_notes(run):
        return "mismatch"
    return "passed" if read_notes(run, "recheck") else "none"
