"""Findings as the JSON document `rung.diagnostics/v1`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from engine.language.diagnostic import Diagnostic, Severity
from engine.language.source import Span

FORMAT = "rung.diagnostics/v1"


def render_json(diagnostics: Iterable[Diagnostic], sources: Mapping[str, bytes]) -> str:
    """One document; lines and columns count from 1, `end_column` is one past the last character.

    A finding without a place has nulls for file, line and columns. `sources` is not needed.
    """
    found = list(diagnostics)
    document = {
        "format": FORMAT,
        "errors": sum(each.severity is Severity.ERROR for each in found),
        "warnings": sum(each.severity is Severity.WARNING for each in found),
        "diagnostics": [fields_of(each) for each in found],
    }
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"


def fields_of(diagnostic: Diagnostic) -> dict[str, object]:
    """A finding as an object."""
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "label": diagnostic.label,
        "help": diagnostic.help,
        "related": [{**_place(each.span), "label": each.label} for each in diagnostic.related],
        "evidence": [{"form": each.form, "text": each.text} for each in diagnostic.evidence],
    }


def _place(span: Span | None) -> dict[str, object]:
    return {
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }
