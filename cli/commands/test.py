"""`rung test`: the cases beside a program, decided and compared, and what no case covers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import JsonOption, OutputOption, check_ending, chosen, is_coloured, settings_of, whole_number


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
        str | None, typer.Option("--only", "-k", metavar="TEXT", help="Only cases whose name contains TEXT.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Replace the expected values in the test files by the actual ones.")
    ] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="List all goals of coverage, reached or not.")] = False,
    min_coverage: Annotated[
        str | None, typer.Option("--min-coverage", metavar="PERCENT", help="Fail if coverage is lower.")
    ] = None,
    junit: Annotated[str | None, typer.Option("--junit", metavar="FILE", help="Also write JUnit XML to FILE.")] = None,
    decision: Annotated[
        tuple[str, str] | None,
        typer.Option("--from", metavar="RUN PARTNER", help="Write a case from a stored decision, with names replaced."),
    ] = None,
    format: Annotated[str | None, typer.Option("--format", metavar="text|json", help="Output format.")] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Run the test cases of programs: exit code 4 if one fails, 3 if a file is invalid.

    \b
    Example:
      rung test programs/summit/2026.yaml
      rung test programs
      rung test programs/summit -k gold --update
      rung test programs --junit report.xml --min-coverage 90
      rung test --from run-5f3c P-0042 --output programs/summit/2026.test.yaml

    Test cases are in a file beside the program: `2026.test.yaml` for `2026.yaml`. The output lists what no case
    covers: lines that are always met, thresholds without a case at the edge, tiers that no case reaches.
    """
    from cli.decided_case import write_decided
    from cli.output import emit
    from cli.render.junit import render_junit
    from cli.render.tests_json import tests_document
    from cli.render.tests_text import render_tests
    from cli.testing import tested

    settings = settings_of(context)
    form = chosen(TestFormat, format, json, None if decision else output)
    check_ending(junit, ["xml"])
    least = None if min_coverage is None else whole_number(min_coverage, "--min-coverage", 0, 100)
    if least is not None and only:
        raise Stop(ExitCode.USAGE, "`-k` runs some cases, but `--min-coverage` needs all", "leave one of them out")
    if decision is not None:
        if places or only or update or junit or least is not None or form is TestFormat.JSON:
            raise Stop(ExitCode.USAGE, "`--from` only writes a case", "use it only with `--output FILE`")
        check_ending(output, ["yaml"])
        write_decided(settings, *decision, output)
        return
    result = tested(settings, places or ["."], only or "", update)
    if junit is not None:
        emit(render_junit(result), junit)
    if form is TestFormat.JSON:
        emit(tests_document(settings, result), output)
    else:
        emit(render_tests(result, coverage, least, colour=output is None and is_coloured()), output)
    if result.invalid:
        raise typer.Exit(ExitCode.INVALID)
    if result.failed or (least is not None and result.share < least):
        raise typer.Exit(ExitCode.TESTS_FAILED)
