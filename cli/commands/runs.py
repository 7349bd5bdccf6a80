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
    """List the stored runs, by date and program. A damaged run is not listed: exit code 7.

    \b
    Example:
      rung runs
      rung runs --format csv --output runs.csv
    """
    from cli.findings import findings_of, show, stop_on_errors
    from cli.output import Sheet, document, emit, render_sheet
    from cli.stored import examined, sources_of
    from engine.runs.store import list_runs

    settings = settings_of(context)
    chosen = chosen_format(format, json)
    workspace = settings.workspace
    opened, findings = list_runs(workspace)
    show(settings, findings)
    found: list[Run] = []
    for run in opened:
        stored, wrong = examined(workspace, run)
        found += [run] if stored else []
        findings = (*findings, *wrong)
        show(settings, wrong, sources_of(run))
    rows = tuple(row_of(run) for run in found)
    if chosen is Format.JSON:
        keys = tuple(name.replace(" ", "_") for name in COLUMNS)
        listed = [
            dict(zip(keys, row, strict=True)) | {"partners": partners_of(run)}
            for run, row in zip(found, rows, strict=True)
        ]
        emit(document("runs", {"runs": listed, "diagnostics": findings_of(settings)}), output)
    else:
        emit(render_sheet(Sheet(COLUMNS, rows, frozenset({"partners"})), chosen), output)
    if not found and not findings:
        settings.say(f"no run in `{settings.home}` yet: rung evaluate PROGRAM --data FEED --as-of DATE makes one")
    stop_on_errors(settings, findings)


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
    """How many partners the run decided: each has one leaf, however many statuses and days it was judged on."""
    return run.manifest.leaves.count


def recheck_of(run: Run) -> str:
    """The rechecks in the notes beside the run."""
    from engine.runs.notes import check_notes, read_notes

    if check_notes(run):
        return "mismatch"
    return "passed" if read_notes(run, "recheck") else "none"
