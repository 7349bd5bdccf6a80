"""`rung import`: a vendor's files, checked row by row, become a snapshot or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import (
    DryRunOption,
    FilesOption,
    Format,
    FormatOption,
    JsonOption,
    OutputOption,
    QuarantineOption,
    chosen_format,
    settings_of,
)

if TYPE_CHECKING:
    from engine.records.importer import ImportResult
    from engine.records.snapshot import SnapshotTable

COLUMNS = ("table", "rows", "field", "total", "value")


def import_feed(
    context: typer.Context,
    feed: Annotated[str, typer.Argument(metavar="FEED", help="A feed file, or a folder with a feed.yaml.")],
    files: FilesOption = None,
    quarantine: QuarantineOption = False,
    control: Annotated[
        str | None, typer.Option("--control", metavar="FILE", help="Totals from the source system, to compare with.")
    ] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Check source files and store them as a snapshot, all or nothing: exit code 3 if a row is wrong.

    \b
    Example:
      rung import acme/feed.yaml
      rung import programs/adventureworks/feed.yaml --files ../exports
      rung import acme/feed.yaml --control totals.yaml

    Prints the snapshot's id and control totals: rows, sums of numbers, first and last day.
    """
    from cli.data import find_feed, import_records
    from cli.findings import documented, exit_code_of, findings_of, show
    from cli.output import Sheet, emit, joined, render_sheet

    settings = settings_of(context)
    chosen = chosen_format(format, json, output)
    with documented(settings, "import", chosen is Format.JSON, output):
        result, sources = import_records(
            settings, find_feed(feed), files, quarantine=quarantine, control=control, dry_run=dry_run
        )
    code = exit_code_of(result.diagnostics)
    if chosen is Format.JSON:
        settings.told.extend(each for each in result.diagnostics if each not in settings.told)
        emit(json_of(result, dry_run, findings_of(settings)), output)
    else:
        show(settings, result.diagnostics, sources)
        if not code:
            rows = tuple(row for table in result.tables if not table.derived for row in rows_of(table))
            sheet = render_sheet(Sheet(COLUMNS, rows, frozenset({"rows", "value"})), chosen)
            emit(sheet if chosen is Format.CSV else joined([f"snapshot {result.id}\n", sheet]), output)
    if code:
        settings.say("nothing was imported")
        raise typer.Exit(code)
    settings.say("nothing was written" if dry_run else f"in {settings.home}")
    if result.quarantine is not None:
        settings.say(f"rows set aside: {result.quarantine}")


def rows_of(table: SnapshotTable) -> list[tuple[str, ...]]:
    """A table with its control totals, one line each."""
    totals = [(field, name, value) for field, each in table.totals.items() for name, value in each.items()]
    first, *rest = totals or [("", "", "")]
    return [(table.name, str(table.rows), *first), *(("", "", *each) for each in rest)]


def json_of(result: ImportResult, dry_run: bool, diagnostics: list[dict[str, object]]) -> str:
    """The document `rung.import/v1`."""
    from cli.output import document

    tables = {
        table.name: {
            "rows": table.rows,
            "sha256": table.sha256,
            "totals": {k: dict(v) for k, v in table.totals.items()},
        }
        for table in result.tables
    }
    fields = {
        "snapshot": result.id or None,
        "written": result.snapshot is not None and not dry_run,
        "tables": tables,
        "quarantined": dict(result.quarantined),
        "quarantine": str(result.quarantine) if result.quarantine else None,
        "diagnostics": diagnostics,
    }
    return document("import", fields)
