"""`rung diff`: what changed in meaning between two programs, and what that does to partners and money."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import (
    FilesOption,
    JsonOption,
    OutputOption,
    Settings,
    check_ending,
    chosen,
    parse_day,
    settings_of,
    whole_number,
)

if TYPE_CHECKING:
    from datetime import date

    from cli.render.diff_view import View
    from cli.sides import Ground, Side
    from engine.impact.measure import Measured
    from engine.records.changes import TableChange
    from engine.records.snapshot import Snapshot


class DiffFormat(StrEnum):
    """Forms of the answer."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    HTML = "html"
    XLSX = "xlsx"


class Show(StrEnum):
    """What a list holds."""

    MOVES = "moves"
    MONEY = "money"
    EARNINGS = "earnings"
    RECORDS = "records"
    CHANGES = "changes"


MOST_TOP = 1000
EVERY = 1_000_000_000  # rows of a table in a list of records: more than any table has
LISTED = (DiffFormat.CSV, DiffFormat.XLSX)


def diff(
    context: typer.Context,
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="A program, FAMILY@VERSION, or the id of a run or snapshot.", show_default=False
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="The new one, written in the same way.", show_default=False)
    ],
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="SNAPSHOT|FEED|DIR", help="Records: shows which partners change tier, and the cost."
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="The day judged.", show_default="the last day in the records"),
    ] = None,
    top: Annotated[
        str, typer.Option("--top", metavar="N", help="How many partners, and rows of each table, to list.")
    ] = "10",
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write the page to FILE as well.")] = None,
    show: Annotated[
        str | None,
        typer.Option(
            "--show", metavar="moves|money|earnings|records|changes", help="The list to write as csv or xlsx."
        ),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if there are differences.")] = False,
    files: FilesOption = None,
    shards: Annotated[
        str, typer.Option("--shards", metavar="N", help="Evaluate the partners in N parts, one after the other.")
    ] = "1",
    threads: Annotated[
        str | None, typer.Option("--threads", metavar="N", help="Processor cores to use; all by default.")
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", metavar="SIZE", help="Memory limit, such as 2GB; beyond it, disk is used.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", help="Output format.", show_default="by FILE, else table", metavar="table|json|csv|md|html|xlsx"
        ),
    ] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Show what changed in meaning between two programs. With --data, it also shows which partners change
    tier, and the cost.

    \b
    Example:
      rung diff acme/2026.yaml draft.yaml
      rung diff acme/2026.yaml draft.yaml --data acme --as-of 2026-06-30 --html change.html
      rung diff run-5f3c run-81d0
      rung diff snap-0405 snap-77ce

    Formatting and comments are ignored. Two runs are compared by program, records and day. A run and a program are
    compared on the run's records and day. Two snapshots are compared row by row. Exit code 5 if there is a difference.
    """
    from cli.findings import documented, findings_of

    settings = settings_of(context)
    form = chosen(DiffFormat, format, json, output)
    check_ending(html, ["html"])
    count = whole_number(top, "--top", least=0, most=MOST_TOP)
    if all(each.startswith(SNAPSHOT) and not Path(each).exists() for each in (old, new)):
        given = (data, as_of, html, show)
        differs = snapshots_differ(settings, (old, new), given, form, count, output)
        if differs and not exit_zero:
            raise typer.Exit(ExitCode.DIFFERENCES)
        return
    with documented(settings, "diff", form is DiffFormat.JSON, output):
        sides = read_sides(settings, old, new)
        rows = what_to_show(show, form, with_records=data is not None or sides[0].run is not None)
        complete = rows is Show.RECORDS or (form is DiffFormat.XLSX and show is None)
        of_records = EVERY if complete else count
        with compared(settings, sides, (data, as_of, files), (shards, threads, memory), (count, of_records)) as view:
            view.findings.extend(findings_of(settings))
            write(view, form, rows, output, html, whole=show is None)
            differs = view.differs
            if html is not None:
                settings.say(f"written: {html}")
    if differs and not exit_zero:
        raise typer.Exit(ExitCode.DIFFERENCES)


SNAPSHOT = "snap-"


def snapshots_differ(
    settings: Settings,
    names: tuple[str, str],
    given: tuple[str | None, ...],
    form: DiffFormat,
    top: int,
    output: str | None,
) -> bool:
    """Print what changed between two snapshots, row by row; whether anything did."""
    from cli.data import open_stored
    from cli.findings import documented, findings_of
    from cli.output import document, emit, md_text
    from cli.render.record_changes import record_lines, records_document
    from cli.render.visible import visible
    from engine.records.changes import compare_snapshots

    *others, wanted = given
    unmeant = wanted is not None and (wanted != Show.RECORDS or form not in LISTED)
    if any(each is not None for each in others) or unmeant or form is DiffFormat.HTML:
        raise Stop(
            ExitCode.USAGE,
            "two snapshots have no program and no day: their rows are compared",
            "leave out `--data`, `--as-of`, `--html`, and `--show` except for `--show records` in csv and xlsx",
        )
    with (
        documented(settings, "diff", form is DiffFormat.JSON, output),
        tempfile.TemporaryDirectory() as spill,
    ):
        old, new = (open_stored(settings, each) for each in names)
        changes = compare_snapshots(old, new, EVERY if form in LISTED else top, Path(spill))
        if form in LISTED:
            write_records(changes, form, output)
        elif form is DiffFormat.JSON:
            fields: dict[str, object] = {
                "same": not changes,
                "old": {"snapshot": old.id},
                "new": {"snapshot": new.id},
                "records": records_document(changes),
                "diagnostics": findings_of(settings),
            }
            emit(document("diff", fields), output)
        else:
            show = md_text if form is DiffFormat.MD else visible
            lines = record_lines(changes, show) if changes else ("the records are the same",)
            emit("\n".join((f"{old.id} -> {new.id}", "", *lines)) + "\n", output)
    return bool(changes)


def write_records(changes: tuple[TableChange, ...], form: DiffFormat, output: str | None) -> None:
    """Every value that differs, as comma-separated values or as a workbook."""
    from cli.output import emit, emit_bytes
    from cli.render.diff_lists import RECORDS, record_rows
    from cli.workbook import Page, workbook_bytes
    from engine.spreadsheet import csv_line

    if form is DiffFormat.XLSX and output is not None:
        emit_bytes(workbook_bytes([Page("records", RECORDS, record_rows(changes))]), output)
    else:
        emit(map(csv_line, (RECORDS, *record_rows(changes))), output)


def read_sides(settings: Settings, old: str, new: str) -> tuple[Side, Side]:
    """Both sides; if the left one is a run and the right one a program, the run's records and day are used."""
    from cli.sides import read_side

    one, other = read_side(settings, old), read_side(settings, new)
    if one.run is None and other.run is not None:
        raise Stop(
            ExitCode.USAGE,
            "a program cannot be compared with a run made later",
            f"swap them: `rung diff {new} {old}`",
        )
    return one, other


def what_to_show(show: str | None, form: DiffFormat, *, with_records: bool) -> Show:
    """The rows of a list: by default movers where there are records, else changes."""
    if show is None:
        return Show.MOVES if with_records else Show.CHANGES
    if form not in LISTED:
        raise Stop(ExitCode.USAGE, f"`--show {show}` is for csv and xlsx", "the other forms show everything")
    if show not in tuple(Show):
        raise Stop(ExitCode.USAGE, f"there is no list `{show}`", f"lists: {', '.join(Show)}")
    if show != Show.CHANGES and not with_records:
        raise Stop(ExitCode.USAGE, f"`--show {show}` needs records", "give them with `--data`")
    return Show(show)


Given = tuple[str | None, str | None, str | None]


@contextmanager
def compared(
    settings: Settings,
    sides: tuple[Side, Side],
    given: Given,
    machine: tuple[str, str | None, str | None],
    most: tuple[int, int],
) -> Iterator[View]:
    """Everything there is to show, open for reading its movers; at most so many partners, and rows of records."""
    from cli.commands.evaluate import resources
    from cli.findings import stop_on_errors
    from cli.render.diff_view import View
    from cli.sides import changes_between, impact_of
    from engine.runs.undecided import check_whole

    top, of_records = most
    changes = changes_between(*sides)
    limits = resources(*machine)
    ground = ground_of(settings, sides, given)
    if ground is None:
        yield View(sides, changes, None, None, top)
        return
    stop_on_errors(settings, [found for each, _ in (ground.old, ground.new) for found in check_whole(each)])
    records = records_changed(ground, of_records)
    with (
        tempfile.TemporaryDirectory() as folder,
        impact_of(settings, sides, ground, changes, limits, Path(folder), top) as measured,
    ):
        found: Measured = measured
        yield View(sides, changes, ground, found, top, records=records)


def records_changed(ground: Ground, top: int) -> tuple[TableChange, ...]:
    """What differs between the records of both sides."""
    from engine.records.changes import compare_snapshots

    if ground.old[0].id == ground.new[0].id:
        return ()
    with tempfile.TemporaryDirectory() as spill:
        return compare_snapshots(ground.old[0], ground.new[0], top, Path(spill))


def ground_of(settings: Settings, sides: tuple[Side, Side], given: Given) -> Ground | None:
    """Records and day of each side: those of the runs, or those given; None without records."""
    from cli.data import open_records
    from cli.sides import Ground, same_days, usual_day

    data, as_of, files = given
    old, new = sides
    if old.run is not None:
        if data is not None or as_of is not None:
            raise Stop(ExitCode.USAGE, "a run already has its records and its day", "leave out `--data` and `--as-of`")
        one = _pinned(old)
        other = _pinned(new) if new.run is not None else one
        note = same_days(old, new, one[1])[2] if new.run is None else ""
        return Ground(one, other, note)
    if data is None:
        if as_of is not None:
            raise Stop(ExitCode.USAGE, "`--as-of` needs records", "give them with `--data`")
        return None
    snapshot = open_records(settings, data, files)
    day = usual_day(old.program, new.program, snapshot) if as_of is None else parse_day(as_of)
    note = same_days(old, new, day)[2]
    return Ground((snapshot, day), (snapshot, day), note)


def _pinned(side: Side) -> tuple[Snapshot, date]:
    """The records and the day of a run."""
    assert side.run is not None and side.snapshot is not None
    return side.snapshot, side.run.manifest.meaning.as_of


def write(
    view: View, form: DiffFormat, rows: Show, output: str | None, html: str | None, *, whole: bool = False
) -> None:
    """Print the answer in its form, and the page beside it; a workbook has all lists if `whole`."""
    from cli.output import emit

    if form is DiffFormat.CSV:
        from cli.render.diff_lists import LISTS

        emit(LISTS[rows].csv(view), output)
    elif form is DiffFormat.XLSX and output is not None:
        from cli.output import emit_bytes
        from cli.render.diff_lists import LISTS
        from cli.workbook import workbook_bytes

        names = list(Show) if whole and view.impact is not None else [rows]
        emit_bytes(workbook_bytes(LISTS[name].page(name, view) for name in names), output)
    elif form is DiffFormat.JSON:
        from cli.render.diff_document import document_parts

        emit(document_parts(view), output)
    elif form is DiffFormat.HTML:
        emit(page(view), output)
    else:
        from cli.options import Format
        from cli.render.diff_text import render_diff

        emit(render_diff(view, Format(form.value)), output)
    if html is not None:
        emit(page(view), html)


def page(view: View) -> str:
    """The page: one file with everything in it."""
    from cli.render.diff_page import render_diff_page

    return render_diff_page(view)
