"""Findings as workflow commands, which GitHub shows beside the line in a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from cli.render.concise import render_concise
from cli.render.visible import visible
from engine.language.diagnostic import Diagnostic, Severity

MOST = 10  # of one severity that a step may show; GitHub drops what comes after, without a word

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(diagnostics: Iterable[Diagnostic], sources: Mapping[str, bytes]) -> str:
    """One `::error file=..,line=..::message` line for each finding; `sources` is not needed for it.

    From the eleventh of a severity on they are plain lines of the log, behind a line that counts them.
    """
    shown: list[str] = []
    rest: list[Diagnostic] = []
    told: Counter[Severity] = Counter()
    for each in diagnostics:
        told[each.severity] += 1
        if told[each.severity] <= MOST:
            shown.append(_command(each))
        else:
            rest.append(each)
    if rest:
        shown.append(f"{len(rest)} more, which would not be shown beside their lines:")
        shown += [f"- {_tame(line)}" for line in render_concise(rest, sources).splitlines()]
    return "".join(f"{line}\n" for line in shown)


def _tame(line: str) -> str:
    """A line of the log that starts no command, even if it contains the old form `##[`."""
    return line.replace("##[", "# #[")


def _command(diagnostic: Diagnostic) -> str:
    properties = {}
    if span := diagnostic.span:
        properties = {"file": span.file, "line": str(span.line), "endLine": str(span.end_line), "col": str(span.column)}
        if span.line == span.end_line:  # columns over several lines are refused
            properties["endColumn"] = str(span.end_column)
    properties["title"] = f"{diagnostic.code} {diagnostic.name}"
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{diagnostic.message}\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_data(text)}"


def _data(text: str) -> str:
    """Text after `::`, with what would end or start a command escaped."""
    text = "\n".join(map(visible, text.split("\n")))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property's value, which may also hold no colon and no comma."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
