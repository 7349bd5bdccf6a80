"""`rung check`: every fault of a program or a feed, before any record is read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode
from cli.options import JsonOption, OutputOption, chosen, is_coloured, settings_of
from cli.words import counted

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic


class CheckFormat(StrEnum):
    """Forms of diagnostics."""

    TEXT = "text"
    JSON = "json"
    CONCISE = "concise"
    GITHUB = "github"
    SARIF = "sarif"


def check(
    context: typer.Context,
    programs: Annotated[
        list[str], typer.Argument(metavar="FILE|DIR", help="Programs, feeds, test files, folders.", show_default=False)
    ],
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="text|concise|json|github|sarif", help="Output format."),
    ] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Check programs, feeds and test files, and report errors: exit code 3 if there is one.

    \b
    Example:
      rung check programs/summit/2026.yaml
      rung check programs/summit/feed.yaml
      rung check programs --format github

    A file is checked in steps: its form and values, its names and rules, and then what can be proved. A step with
    errors is the last one, so further errors can appear once these are corrected.
    """
    from cli.checking import Kind, check_files, files_at, overlapping
    from cli.output import emit
    from cli.render.renderers import RENDERERS
    from cli.render.terminal import render_terminal
    from engine.language.diagnostic import has_errors

    form = chosen(CheckFormat, format, json, output)
    checked = check_files(files_at(programs))
    sources = {name: data for each in checked for name, data in each.sources.items()}
    each_found = (finding for each in checked for finding in each.found)
    found = tuple(dict.fromkeys((*each_found, *overlapping(checked))))
    if form is CheckFormat.TEXT:
        emit(render_terminal(found, sources, colour=output is None and is_coloured()), output)
        kinds = [each.kind for each in checked]
        stopped = any(each.is_stopped for each in checked)
        settings_of(context).say(summary({kind: kinds.count(kind) for kind in Kind}, found, stopped))
    else:
        emit(RENDERERS[form](found, sources), output)
    if has_errors(found):
        raise typer.Exit(ExitCode.INVALID)


def summary(looked_at: Mapping[str, int], found: tuple[Diagnostic, ...], stopped: bool) -> str:
    """One closing sentence; `stopped` says that errors ended the check of a file before its last step.

    >>> summary({"program": 2, "feed": 1, "test file": 0}, (), stopped=False)
    '2 programs, 1 feed: no errors'
    """
    from engine.language.diagnostic import Severity

    errors = sum(each.severity is Severity.ERROR for each in found)
    warnings = sum(each.severity is Severity.WARNING for each in found)
    parts = [counted(errors, "error") if errors else "no errors"]
    if warnings:
        parts.append(counted(warnings, "warning"))
    looked = [counted(number, noun) for noun, number in looked_at.items() if number]
    more = "; more checks run once this is corrected" if stopped else ""
    return f"{', '.join(looked)}: {', '.join(parts)}{more}"
