"""Findings shown on stderr, and the exit code they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import typer

from cli.exits import ExitCode
from cli.options import is_coloured

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic

REFUSALS = ("RNG790",)  # a workspace that is somebody else's: a control, not a mistake in the input


def show(findings: Iterable[Diagnostic], sources: Mapping[str, bytes] | None = None) -> None:
    """Findings as people read them, with the lines of those `sources` that are at hand."""
    from cli.render.terminal import render_terminal

    found = tuple(findings)
    if found:
        typer.echo(render_terminal(found, sources or {}, colour=is_coloured(err=True)), err=True, nl=False)


def exit_code_of(findings: Iterable[Diagnostic]) -> int:
    """0 without an error; otherwise what the gravest finding asks for."""
    from engine.language.diagnostic import Severity
    from engine.runs.codes import exit_code

    found = tuple(findings)
    if any(each.code in REFUSALS and each.severity is Severity.ERROR for each in found):
        return ExitCode.REFUSED
    return exit_code(found)


def stop_on_errors(findings: Iterable[Diagnostic], sources: Mapping[str, bytes] | None = None) -> None:
    """Show the findings; end the command if one of them is an error."""
    found = tuple(findings)
    show(found, sources)
    code = exit_code_of(found)
    if code:
        raise typer.Exit(code)
