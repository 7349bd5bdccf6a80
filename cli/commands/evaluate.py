"""`rung evaluate`: decide every partner of a program on a day, and keep the decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import (
    AsOfOption,
    DryRunOption,
    FilesOption,
    Format,
    JsonOption,
    ListFormatOption,
    OutputOption,
    QuarantineOption,
    chosen_format,
    parse_day,
    parse_memory,
    settings_of,
    whole_number,
)

if TYPE_CHECKING:
    from datetime import date

    from cli.listing import Results, Show
    from cli.options import Settings
    from cli.workbook import Page
    from engine.language.program import Program
    from engine.records.snapshot import Snapshot
    from engine.runs.compiled import Compiled
    from engine.runs.evaluate import Evaluated, EvaluationRequest
    from engine.runs.recheck import Recheck
    from engine.runs.resources import Resources
    from engine.runs.store import Run

MOST_THREADS = 1024
MOST_SHARDS = 1024  # each is a pass of its own
OPTIONAL = {"reach", "statuses"}  # derived at import; a program without history begins with none


@dataclass(frozen=True, slots=True)
class Ready:
    """A program and records that fit each other, at a date."""

    request: EvaluationRequest
    compiled: Compiled
    snapshot: Snapshot
    program: Program


def evaluate(
    context: typer.Context,
    programs: Annotated[
        list[str],
        typer.Argument(metavar="PROGRAM...", help="A program, or several versions of one.", show_default=False),
    ],
    data: Annotated[
        str,
        typer.Option("--data", metavar="SNAPSHOT|FEED|DIR", help="Records: a snapshot's id, a feed, or its folder."),
    ],
    as_of: AsOfOption,
    recheck: Annotated[
        str | None,
        typer.Option("--recheck", metavar="N|all", help="Decide N partners, or all, again with the other engines."),
    ] = None,
    files: FilesOption = None,
    quarantine: QuarantineOption = False,
    shards: Annotated[
        str, typer.Option("--shards", metavar="N", help="Evaluate the partners in N parts, one after the other.")
    ] = "1",
    threads: Annotated[
        str | None, typer.Option("--threads", metavar="N", help="Processor cores to use; all by default.")
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", metavar="SIZE", help="Memory limit, such as 2GB; beyond it, disk is used.")
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="Refuse if records are missing between the last one and the day of the run."),
    ] = False,
    dry_run: DryRunOption = False,
    show: Annotated[
        str | None,
        typer.Option(
            "--show",
            metavar="totals|partners|earnings|payees|running|benefits|conditions",
            help="What to print; by default totals, partners for csv and md, and for xlsx what finance pays from.",
        ),
    ] = None,
    format: ListFormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Decide the tier, benefits and earnings of every partner, and store them with their reasons.

    \b
    Example:
      rung evaluate acme/2026.yaml --data acme --as-of 2026-06-30
      rung evaluate acme/2026.yaml --data snap-5f3c --as-of 2026-06-30 --recheck all
      rung evaluate acme/2026.yaml --data acme --as-of 2026-06-30 --show earnings --output pay.csv
      rung evaluate acme/2026.yaml --data acme --as-of 2026-06-30 --output pay.xlsx
      rung evaluate acme/2026.yaml acme/2027.yaml --data acme --as-of 2027-03-31

    The same program, records and date give the same run, so a second call reuses it. A version can be evaluated
    after its last day; its periods are then decided with the records known by that date. Several versions of a program
    are one evaluation, in which each decides its own periods. `decides .., open from DAY` says that late records or
    returns can still change earnings from that day on. `--show earnings` lists one line for each earning, `--show
    payees` the total of each payee, and `--show running` what periods that are not complete come to so far. `--output
    FILE` writes it to a file, in the form that its ending says: `pay.xlsx` is a workbook of payees, earnings and
    partners. Exit code 5 if a recheck finds a mismatch.
    """
    from datetime import UTC, datetime

    from cli.data import steps
    from cli.findings import documented, stop_on_errors
    from cli.listing import Show
    from cli.output import emit
    from cli.stored import kept_by
    from engine.records.findings import as_warnings
    from engine.runs.complete import check_complete, days_of
    from engine.runs.evaluate import evaluate as evaluated_run

    settings = settings_of(context)
    form = chosen_format(format, json, output, workbook=True)
    day = parse_day(as_of)
    sample = None if recheck is None else "all" if recheck == "all" else whole_number(recheck, "--recheck")
    shown = what_to_show(show, form)
    if dry_run and sample is not None:
        raise Stop(ExitCode.USAGE, "`--dry-run` stores no run to recheck", "leave one of them out")
    if dry_run and (shown is not Show.TOTALS or form is Format.XLSX):
        listed = Show.EARNINGS if shown is Show.TOTALS else shown
        raise Stop(ExitCode.USAGE, f"`--dry-run` stores no {listed} to list", "leave it out, or use `--show totals`")
    limits = resources(shards, threads, memory)
    step = steps(settings)
    with documented(settings, "evaluate", form is Format.JSON, output):
        ready = prepare(settings, programs, data, day, files, quarantine)
        missing = check_complete(days_of(ready.compiled, ready.snapshot), day, datetime.now(UTC).date())
        stop_on_errors(settings, missing if complete else as_warnings(missing))
        what = (ready.request, ready.compiled, ready.snapshot, settings.workspace, limits)
        done = evaluated_run(*what, dry_run=dry_run, kept=kept_by, on_step=step)
        stop_on_errors(settings, done.findings)
    step("rechecking" if sample is not None else "reading the decisions")
    checked = None if sample is None or done.run is None else rechecked(done.run, ready, sample, limits)
    if done.run is None or (shown is Show.TOTALS and form is not Format.XLSX):
        emit(report(settings, done, checked, form), output)
    else:
        write_lists(done.run, ready, shown, form, output)
    if checked is not None:
        stop_on_errors(settings, checked.findings)
    settings.say(closing(settings, done))


def resources(shards: str, threads: str | None, memory: str | None) -> Resources:
    """What of the machine to use."""
    from engine.runs.resources import MEMORY, Resources

    cores = None if threads is None else whole_number(threads, "--threads", most=MOST_THREADS)
    size = MEMORY if memory is None else parse_memory(memory)
    return Resources(whole_number(shards, "--shards", most=MOST_SHARDS), cores, size)


def prepare(
    settings: Settings, programs: Sequence[str], data: str, day: date, files: str | None, quarantine: bool
) -> Ready:
    """Compile the program, or its versions as one, and open or import the records; see that they fit."""
    from cli.data import open_records
    from cli.findings import stop_on_errors
    from cli.programs import compiled
    from cli.stored import compiled_of
    from engine.plan.table import Scan
    from engine.records.snapshot import check_serves
    from engine.runs.evaluate import EvaluationRequest
    from engine.runs.manifest import Meaning

    written, known, plan = compiled(settings, programs, day)
    for each in known.versions:
        beside = left_out(each)
        if beside:
            settings.say(beside)
    snapshot = open_records(settings, data, files, quarantine=quarantine)
    needed = sorted({table.table for table in plan.tables if isinstance(table, Scan)} - OPTIONAL)
    stop_on_errors(settings, check_serves(snapshot, known.all_records, needed), written.sources)
    prepared = compiled_of(known, plan)
    meaning = Meaning(prepared.program_hash, snapshot.id, day)
    told = (known.family, known.edition, known.title)
    follows = tuple((each.edition, each.file) for each in known.versions[:-1])
    request = EvaluationRequest(written.data, written.name, *told, meaning, written.others, follows)
    return Ready(request, prepared, snapshot, known)


def left_out(program: Program) -> str:
    """A note on amendments that are beside a version but not part of the run; "" if there are none."""
    from engine.language.lineage import amendment_file

    path = Path(program.file)
    following = max((each.number for each in program.amendments), default=0) + 1
    name = amendment_file(program.version, following)
    if not path.with_name(name).is_file() or path.stem != program.edition:
        return ""
    return f"note: `{name}` is beside this file but not part of this run; to include it, evaluate that file"


def rechecked(run: Run, ready: Ready, sample: int | str, limits: Resources) -> Recheck:
    """The other engines' opinion on the run."""
    from engine.runs.recheck import recheck

    return recheck(run, ready.compiled, ready.snapshot, sample, limits)


def what_to_show(show: str | None, form: Format) -> Show:
    """What is printed: totals, and in forms made for rows the partners, if nothing else is said."""
    from cli.listing import Show

    if form is Format.JSON:
        if show not in (None, Show.TOTALS):
            cure = "its `files` are the whole tables as Parquet; for a list use `--format csv`"
            raise Stop(ExitCode.USAGE, f"JSON has only totals, not `--show {show}`", cure)
        return Show.TOTALS
    if show is None:
        return Show.TOTALS if form in (Format.TABLE, Format.XLSX) else Show.PARTNERS
    if show not in tuple(Show):
        raise Stop(ExitCode.USAGE, f"there is no list `{show}`", f"lists: {', '.join(Show)}")
    if show == Show.TOTALS and form in (Format.CSV, Format.XLSX):
        raise Stop(
            ExitCode.USAGE,
            f"totals are several tables, which {form} does not hold",
            "use `--json`, or leave out `--show`",
        )
    return Show(show)


def write_lists(run: Run, ready: Ready, shown: Show, form: Format, output: str | None) -> None:
    """The list that was asked for, or a workbook of it."""
    from cli.listing import listed, opened
    from cli.output import emit, emit_bytes
    from cli.payable import About
    from cli.workbook import workbook_bytes

    about = About(ready.snapshot, ready.program)
    if form is Format.XLSX and output is not None:
        with opened(run, ready.compiled.plan, about) as results:
            emit_bytes(workbook_bytes(pages_of(results, shown)), output)
    else:
        with listed(run, ready.compiled.plan, shown, about) as listing:
            emit(listing.parts(form), output)


def pages_of(results: Results, shown: Show) -> Iterator[Page]:
    """The sheets of a workbook: the run that it is of, and the list asked for, or all that finance pays from."""
    from cli.listing import LISTS, Show, list_named
    from cli.workbook import Page

    lists = {**LISTS, Show.PARTNERS: list_named}
    manifest = results.run.manifest
    told = (
        ("run", results.run.id),
        ("program", manifest.source.family),
        ("version", manifest.source.version),
        ("as of", manifest.meaning.as_of.isoformat()),
        ("snapshot", manifest.meaning.snapshot),
        ("root", manifest.root),
    )
    yield Page("run", ("what", "value"), told)
    for each in (Show.PAYEES, Show.EARNINGS, Show.PARTNERS) if shown is Show.TOTALS else (shown,):
        yield lists[each](results).page(each.value)


def report(settings: Settings, done: Evaluated, checked: Recheck | None, form: Format) -> str:
    """The totals that are printed: tables, or a JSON document."""
    from cli.findings import findings_of
    from cli.output import document
    from cli.report import render_run

    if form is Format.JSON:
        recheck = checked.document if checked else None
        return document("evaluate", {**done.document, "recheck": recheck, "diagnostics": findings_of(settings)})
    return render_run(done, checked, form)


def closing(settings: Settings, done: Evaluated) -> str:
    """The last word on the terminal."""
    if done.run is None:
        return "nothing was written"
    state = "reusing the existing run" if done.found else "written"
    return f"{state}: {done.run.folder}"
