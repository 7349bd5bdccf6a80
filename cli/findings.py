"""Findings shown on stderr, and the exit code they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

import typer

from cli.exits import ExitCode
from cli.options import is_coloured

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic

REFUSALS = ("RNG790",)  # a workspace that is somebody else's: a control, not a mistake in the input


def show(findings: Iterable[Diagnostic], sources: Mapping[str, bytes] | None = None) -> None:
    """Findings as people read them: with the lines of `sources`, and of other files (records) one line each."""
    from cli.render.concise import render_concise
    from cli.render.terminal import render_terminal

    texts = sources or {}
    found = tuple(findings)
    rows = tuple(each for each in found if each.span is not None and each.span.file not in texts)
    rest = tuple(each for each in found if each not in rows)
    blocks = [render_concise(rows, texts), render_terminal(rest, texts, colour=is_coloured(err=True))]
    if found:
        typer.echo("\n".join(block for block in blocks if block), err=True, nl=False)


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
    demand(True, findings, sources)


Value = TypeVar("Value")


def demand(value: Value | None, findings: Iterable[Diagnostic], sources: Mapping[str, bytes] | None = None) -> Value:
    """The value that was found. The findings are shown; without a value, or with an error, the command ends."""
    found = tuple(findings)
    show(found, sources)
    code = exit_code_of(found)
    if code or value is None:
        raise typer.Exit(code or ExitCode.INVALID)
    return value
