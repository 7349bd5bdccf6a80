"""Findings shown on stderr, each once, and their exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer

from cli.exits import ExitCode
from cli.options import Settings, is_coloured
from cli.process import tell

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic

REFUSALS = ("RNG790", "RNG794", "RNG840", "RNG841", "RNG842", "RNG843", "RNG846")
"""A workspace of another user, and refused publications: controls, not mistakes in the input."""

BROKEN = ("RNG844",)
"""Of what is published: a proof that does not hold."""


def show(
    settings: Settings,
    findings: Iterable[Diagnostic],
    sources: Mapping[str, bytes] | None = None,
    *,
    briefly: bool = False,
) -> None:
    """Findings as people read them: with the lines of `sources`, and of other files (records) one line each.

    A finding that was shown is not shown again; with `--quiet` errors only are. With `briefly`, what is no error is
    one line: `rung check` shows it whole.
    """
    from cli.render.concise import render_concise
    from cli.render.terminal import render_terminal
    from engine.language.diagnostic import Severity

    texts = sources or {}
    new = tuple(each for each in dict.fromkeys(findings) if each not in settings.told)
    found = tuple(each for each in new if each.severity is Severity.ERROR or not settings.quiet)
    brief = {Severity.WARNING, Severity.NOTE} if briefly else set()
    rows = tuple(
        each for each in found if each.severity in brief or (each.span is not None and each.span.file not in texts)
    )
    rest = tuple(each for each in found if each not in rows)
    blocks = [render_concise(rows, texts), render_terminal(rest, texts, colour=is_coloured(err=True))]
    if found:
        tell("\n".join(block for block in blocks if block), newline=False, rendered=True)
    settings.told.extend(new)


def exit_code_of(findings: Iterable[Diagnostic]) -> int:
    """0 without an error; otherwise the code of the most serious finding."""
    from engine.language.diagnostic import Severity
    from engine.runs.codes import exit_code

    found = tuple(findings)
    codes = {each.code for each in found if each.severity is Severity.ERROR}
    if codes.intersection(BROKEN):
        return ExitCode.INTEGRITY
    return ExitCode.REFUSED if codes.intersection(REFUSALS) else exit_code(found)


def stop_on_errors(
    settings: Settings, findings: Iterable[Diagnostic], sources: Mapping[str, bytes] | None = None
) -> None:
    """Show the findings; end the command if one of them is an error."""
    demand(settings, True, findings, sources)


Value = TypeVar("Value")


def demand(
    settings: Settings,
    value: Value | None,
    findings: Iterable[Diagnostic],
    sources: Mapping[str, bytes] | None = None,
    *,
    briefly: bool = False,
) -> Value:
    """The value that was found. The findings are shown; without a value, or with an error, the command ends."""
    found = tuple(findings)
    show(settings, found, sources, briefly=briefly)
    code = exit_code_of(found)
    if code or value is None:
        raise typer.Exit(code or ExitCode.INVALID)
    return value


@contextmanager
def documented(settings: Settings, name: str, is_json: bool, output: str | None) -> Iterator[None]:
    """A context in which the command may end early: with `--json`, the output is then a document with the findings."""
    from cli.output import document, emit

    try:
        yield
    except typer.Exit:
        if is_json:
            emit(document(name, {"diagnostics": findings_of(settings)}), output)
        raise


def findings_of(settings: Settings) -> list[dict[str, object]]:
    """The findings so far, as a JSON document has them."""
    from cli.render.diagnostics_json import fields_of

    return [fields_of(each) for each in settings.told]
