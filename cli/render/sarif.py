"""Findings as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from cli.catalogue import find_code
from engine.language.diagnostic import Diagnostic, Severity
from engine.language.source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render_sarif(diagnostics: Iterable[Diagnostic], sources: Mapping[str, bytes]) -> str:
    """One SARIF log with one run; columns are counted in characters. `sources` is not needed for it."""
    found = list(diagnostics)
    names = dict(sorted({each.code: each.name for each in found}.items()))
    driver = {"name": "rung", "rules": [_rule(code, name) for code, name in names.items()]}
    places = {code: place for place, code in enumerate(names)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [{"ruleIndex": places[each.code], **_result(each)} for each in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=2) + "\n"


def _rule(code: str, name: str) -> dict[str, object]:
    """What a service shows about a code: its page, where there is one."""
    known = find_code(code)
    if known is None:
        return {"id": code, "name": name}
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": known.page.strip().split("\n\n", 1)[0].replace("\n", " ")},
        "help": {"text": known.page, "markdown": known.page},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


def _result(diagnostic: Diagnostic) -> dict[str, object]:
    text = f"{diagnostic.message}\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
    }
    if diagnostic.span:
        result["locations"] = [_location(diagnostic.span)]
    if diagnostic.related:
        result["relatedLocations"] = [
            {**_location(each.span), "message": {"text": each.label}} for each in diagnostic.related
        ]
    if diagnostic.evidence:
        result["properties"] = {"evidence": [{"form": each.form, "text": each.text} for each in diagnostic.evidence]}
    return result


def _location(span: Span) -> dict[str, object]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": quote(span.file)}, "region": region}}
