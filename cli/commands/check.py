"""`rung check`: every fault of a program or a feed, before any record is read."""

from __future__ import annotations

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
        list[str], typer.Argument(metavar="FILE", help="Programs, feeds and test files.", show_default=False)
    ],
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="text|concise|json|github|sarif", help="Form of the findings."),
    ] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Find every fault of a program, a feed or a test file: exit code 3 if there is an error.

    \b
    Example:
      rung check programs/summit/2026.yaml
      rung check programs/summit/feed.yaml
      rung check programs/*/2*.yaml --format github
    """
    from cli.data import diagnose_feed
    from cli.output import emit
    from cli.programs import diagnose, is_feed, read_program
    from cli.render import RENDERERS
    from cli.render.terminal import render_terminal
    from cli.testing import diagnose_tests, is_tests
    from engine.language.diagnostic import has_errors

    form = chosen(CheckFormat, format, json)
    given = {name: read_program(name) for name in programs}
    sources = dict(given)
    feeds = {name for name, data in given.items() if is_feed(data)}
    tests = {name for name, data in given.items() if is_tests(data)}
    each_found = [
        diagnose_feed(data, name, sources)
        if name in feeds
        else diagnose_tests(data, name, sources)
        if name in tests
        else diagnose(data, name)[1]
        for name, data in given.items()
    ]
    found = tuple(dict.fromkeys(finding for findings in each_found for finding in findings))
    if form is CheckFormat.TEXT:
        emit(render_terminal(found, sources, colour=output is None and is_coloured()), output)
        settings_of(context).say(summary(len(given) - len(feeds) - len(tests), len(feeds), found, len(tests)))
    else:
        emit(RENDERERS[form](found, sources), output)
    if has_errors(found):
        raise typer.Exit(ExitCode.INVALID)


def summary(programs: int, feeds: int, found: tuple[Diagnostic, ...], tests: int = 0) -> str:
    """One closing sentence.

    >>> summary(2, 1, (), 1)
    '2 programs, 1 feed, 1 test file: no errors'
    """
    from engine.language.diagnostic import Severity

    errors = sum(each.severity is Severity.ERROR for each in found)
    warnings = sum(each.severity is Severity.WARNING for each in found)
    parts = [counted(errors, "error") if errors else "no errors"]
    if warnings:
        parts.append(counted(warnings, "warning"))
    kinds = ((programs, "program"), (feeds, "feed"), (tests, "test file"))
    looked = [counted(number, noun) for number, noun in kinds if number]
    return f"{', '.join(looked)}: {', '.join(parts)}"
