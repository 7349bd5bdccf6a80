"""`rung publish`: freeze a version or an amendment by what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import DryRunOption, Format, FormatOption, JsonOption, OutputOption, chosen_format, settings_of
from engine.calendar import say_days

if TYPE_CHECKING:
    from cli.options import Settings
    from cli.programs import Written
    from engine.language.program import Program
    from engine.publications.publication import Publication
    from engine.publications.publish import Published

COLUMNS = ("program", "edition", "published", "from", "before", "hash", "reason")
SHOWN = 16  # digits of a hash


def publish(
    context: typer.Context,
    program: Annotated[
        str, typer.Argument(metavar="PROGRAM", help="A program file: a version or an amendment.", show_default=False)
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List what is published in this workspace.")] = False,
    dry_run: DryRunOption = False,
    clock_corrected: Annotated[
        bool,
        typer.Option(
            "--clock-corrected", help="Publish although the last publication is dated after today: the clock was ahead."
        ),
    ] = False,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Publish a version or an amendment, so that its meaning can never change.

    \b
    Example:
      rung publish programs/summit/2026.yaml
      rung publish programs/summit/2026.amendment-1.yaml --dry-run
      rung publish --list
      rung evaluate summit@2026 --data programs/summit --as-of 2026-06-30

    FAMILY@VERSION names a published version with all its published amendments. Exit code 6 if publishing is
    refused, 7 if a publication was changed.
    """
    settings = settings_of(context)
    form = chosen_format(format, json, output)
    if listed == bool(program):
        raise Stop(
            ExitCode.USAGE, "name a program to publish, or use `--list`", "rung publish PROGRAM, or rung publish --list"
        )
    if listed:
        show_list(settings, form, output)
    else:
        publish_one(settings, program, form, output, dry_run=dry_run, clock_corrected=clock_corrected)


def publish_one(
    settings: Settings, name: str, form: Format, output: str | None, *, dry_run: bool, clock_corrected: bool
) -> None:
    """Publish one file, or say why not."""
    from datetime import UTC, datetime

    from cli.findings import demand
    from cli.output import document, emit
    from cli.programs import diagnose, written
    from cli.stored import load_published
    from engine.language.source import File
    from engine.publications.publication import publication_document
    from engine.publications.publish import Proposal
    from engine.publications.publish import publish as published

    text = written(name)
    found, findings = diagnose(text.data, text.name, text.others)
    program = demand(settings, found, findings, text.sources)
    files = (File(text.name, text.data), *text.others)
    proposal = Proposal(program, files, hashes_of(settings, program, text))
    today = datetime.now(UTC).date()
    outcome = published(
        proposal, settings.workspace, today, load_published, dry_run=dry_run, clock_corrected=clock_corrected
    )
    done = demand(settings, *outcome, text.sources)
    if form is Format.JSON:
        told = publication_document(done.publication) | {"found": done.found, "dry_run": dry_run}
        emit(document("publication", {key: value for key, value in told.items() if key != "format"}), output)
    else:
        emit(sentence(done, dry_run=dry_run) + "\n", output)


def hashes_of(settings: Settings, program: Program, text: Written) -> tuple[str, ...]:
    """The hash of the version alone, and with each amendment up to this one."""
    from pathlib import Path

    from cli.findings import demand
    from cli.stored import hash_of
    from engine.language.lineage import amendment_file
    from rules import load_program

    numbers = range(max((each.number for each in program.amendments), default=0))
    names = [amendment_file(program.version, number) if number else f"{program.version}.yaml" for number in numbers]
    found: list[str] = []
    for name in names:
        file = next(each for each in text.others if Path(each.name).name == name)  # it was built on
        below, findings = load_program(file.data, file.name, text.others)
        found.append(hash_of(demand(settings, below, () if below else findings, text.sources)))
    return (*found, hash_of(program))


def sentence(done: Published, *, dry_run: bool) -> str:
    """What was done."""
    publication = done.publication
    name = f"{publication.family}@{publication.edition}"
    if done.found:
        return f"{name} is already published, on {publication.published}, unchanged: {publication.hash[:SHOWN]}"
    verb = "would be published" if dry_run else "published"
    first, before = publication.since, publication.effective[1]
    return f"{verb} {name}: {publication.hash[:SHOWN]}, in force {say_days(first, before)}"


def show_list(settings: Settings, form: Format, output: str | None) -> None:
    """What is published, in order."""
    from cli.findings import stop_on_errors
    from cli.output import Sheet, document, emit, render_sheet
    from cli.stored import load_published
    from engine.publications.publication import publication_document
    from engine.publications.shelf import trusted_publications

    found, findings = trusted_publications(settings.workspace, load_published)
    stop_on_errors(settings, findings)
    if form is Format.JSON:
        emit(document("publications", {"publications": [publication_document(each) for each in found]}), output)
    else:
        emit(render_sheet(Sheet(COLUMNS, tuple(map(row_of, found)), frozenset()), form), output)
    if not found:
        settings.say(f"nothing is published in `{settings.home}` yet: rung publish PROGRAM")


def row_of(publication: Publication) -> tuple[str, ...]:
    """A publication as a line of the list."""
    return (
        publication.family,
        publication.edition,
        publication.published.isoformat(),
        publication.since.isoformat(),
        publication.effective[1].isoformat(),
        publication.hash[:SHOWN],
        publication.reason,
    )
