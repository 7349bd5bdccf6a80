"""Findings as one line each: `file:line:column: severity CODE name: message`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cli.render.visible import visible
from engine.language.diagnostic import Diagnostic


def render_concise(diagnostics: Iterable[Diagnostic], sources: Mapping[str, bytes]) -> str:
    """One line for each finding; `sources` is not needed for it."""
    return "".join(f"{_line(each)}\n" for each in diagnostics)


def _line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = f"{span.file}:{span.line}:{span.column}: " if span else ""
    help = f"; {diagnostic.help}" if diagnostic.help else ""
    head = f"{diagnostic.severity} {diagnostic.code} {diagnostic.name}"
    return visible(f"{place}{head}: {diagnostic.message}{_beside(diagnostic)}{help}")


def _beside(diagnostic: Diagnostic) -> str:
    """The places that belong to the finding, in brackets."""
    places = [f"{each.label}: {each.span.file}:{each.span.line}:{each.span.column}" for each in diagnostic.related]
    return f" ({', '.join(places)})" if places else ""
