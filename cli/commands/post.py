"""`rung post`: book what a run says, by difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.ledgers import LedgerOption, PersonOption
from cli.options import Format, FormatOption, JsonOption, OutputOption, chosen_format, settings_of

if TYPE_CHECKING:
    from cli.options import Settings
    from cli.stored import Stored
    from engine.ledger.log import Happened

DOUBT = "gone"


def post(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, or its beginning.", show_default=False)],
    acknowledge: Annotated[
        str | None,
        typer.Option("--acknowledge", metavar="gone", help="Post although many earnings are gone; with `--reason`."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why this is right.")] = "",
    ledger: LedgerOption = None,
    person: PersonOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Book what a run says, by difference to the run posted before: new, changed and gone earnings.

    \b
    Example:
      rung publish acme/2026.yaml
      rung evaluate acme@2026 --data acme --as-of 2026-10-31 --recheck all
      rung post run-e924

    Only a run of a published program that was rechecked for all partners can be posted, and none that is older than the
    one posted last. The same run a second time changes nothing. Earnings that cannot be decided keep what they were.
    Exit code 6 if posting is refused, 7 if something does not hold.
    """
    from cli.ledgers import command_of, ledger_at, person_of, refusals, today
    from cli.output import emit
    from cli.stored import trusted
    from engine.duck import open_connection
    from engine.ledger.from_run import answer_of
    from engine.ledger.post import post as posted

    settings = settings_of(context)
    form = chosen_format(format, json, output)
    if acknowledge not in (None, DOUBT) or (acknowledge is None) != (not reason):
        raise Stop(ExitCode.USAGE, "`--acknowledge gone` and `--reason TEXT` go together", "write both, or none")
    opened = ledger_at(settings, ledger)
    stored = trusted(settings, run)
    check_rechecked(stored)
    check_published(settings, stored)
    giver = person_of(settings, person)
    connection = open_connection(folders=(stored.run.folder,))
    with refusals():
        answer = answer_of(stored.run, stored.plan, connection)
        command = command_of("post", stored.run.id, giver)
        done = posted(opened, command, answer, today(), reason)
    emit(told(done, form), output)
    if not done.is_new:
        settings.say(f"{stored.run.id} was posted already, on {done.body['posting_date']}: nothing was booked now")


def check_rechecked(stored: Stored) -> None:
    """Whether all partners were decided again by the other engines, with the same result."""
    from engine.runs.notes import check_notes, read_notes

    run = stored.run
    if check_notes(run):
        raise Stop(ExitCode.REFUSED, f"a recheck of {run.id} found mismatches", "report it; the run must not be paid")
    if not any(note.get("sample") == "all" for note in read_notes(run, "recheck")):
        cure = "evaluate again with `--recheck all`: the same run is then checked by the other engines"
        raise Stop(ExitCode.REFUSED, f"{run.id} was not rechecked for all partners", cure)


def check_published(settings: Settings, stored: Stored) -> None:
    """Whether the run is of a program that was published here, as the run has it."""
    from cli.commands.runs import State, of_program
    from cli.findings import stop_on_errors
    from cli.stored import load_published
    from engine.publications.shelf import trusted_publications

    publications, findings = trusted_publications(settings.workspace, load_published)
    stop_on_errors(settings, findings)
    if of_program(stored.run, publications).state is not State.PUBLISHED:
        source = stored.run.manifest.source
        message = f"{stored.run.id} is of a draft: no published program has this meaning"
        raise Stop(ExitCode.REFUSED, message, f"rung publish {source.file}, and post the run then")


COLUMNS = ("period", "incentive", "earnings", "why", "amount", "currency")


def told(done: Happened, form: Format) -> str:
    """What was posted, by period and cause."""
    from cli.output import Sheet, document, render_sheet
    from engine.language.currency import amount_of

    found = done.body["differences"]
    rows = tuple(
        (period, incentive, str(items), cause, f"{amount_of(minor, currency):f}", currency)
        for incentive, period, currency, cause, items, minor in found
    )
    if form is Format.JSON:
        listed = [dict(zip(COLUMNS, each, strict=True)) for each in rows]
        return document("post", {"run": done.body["run"], "event": done.seq, "differences": listed})
    sheet = render_sheet(Sheet(COLUMNS, rows, frozenset({"earnings", "amount"})), form)
    return sheet if rows else f"{done.body['run']} says nothing new: nothing to book\n"
