"""`rung test`: the cases beside a program, decided and compared, and what no case covers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.exits import ExitCode
from cli.options import JsonOption, OutputOption, chosen, is_coloured, settings_of


class TestFormat(StrEnum):
    """Forms of the result."""

    TEXT = "text"
    JSON = "json"


def test(
    context: typer.Context,
    places: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|DIR]...", help="Programs, test files or folders; this folder if none is named."),
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", "-k", metavar="TEXT", help="Only cases whose name has TEXT in it.")
    ] = None,
    format: Annotated[str | None, typer.Option("--format", metavar="text|json", help="Form of the result.")] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Decide the cases of test files and compare: exit code 4 if one fails, 3 if a file is invalid.

    \b
    Example:
      rung test programs/summit/2026.yaml
      rung test programs
      rung test programs/summit -k gold

    Cases stand beside the program, in `2026.test.yaml` for `2026.yaml`.
    """
    from cli.output import emit
    from cli.render.tests_json import tests_document
    from cli.render.tests_text import render_tests
    from cli.testing import tested

    settings = settings_of(context)
    form = chosen(TestFormat, format, json)
    result = tested(settings, places or ["."], only or "")
    if form is TestFormat.JSON:
        emit(tests_document(settings, result), output)
    else:
        emit(render_tests(result, colour=output is None and is_coloured()), output)
    if result.invalid:
        raise typer.Exit(ExitCode.INVALID)
    if result.failed:
        raise typer.Exit(ExitCode.TESTS_FAILED)
