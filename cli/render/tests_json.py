"""The result of `rung test` as the document `rung.test/v1`; every value is text as a test file writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.findings import findings_of
from cli.options import Settings
from cli.output import document
from cli.render.tests_text import respect
from cli.testing import Ran, Tested, TestedFile

if TYPE_CHECKING:
    from engine.cases.model import Mismatch


def tests_document(settings: Settings, result: Tested) -> str:
    """`passed`, `failed`, `skipped`, `cases`, `coverage` and `diagnostics`."""
    fields = {
        "passed": result.passed,
        "failed": result.failed,
        "skipped": result.skipped,
        "files": [{"file": each.name, "program": each.program_name or None} for each in result.files],
        "cases": [case_fields(file, ran) for file, ran in result.outcomes()],
        "diagnostics": findings_of(settings),
    }
    return document("test", fields)


def case_fields(file: TestedFile, ran: Ran) -> dict[str, object]:
    """One case: its name and place, what became of it, and what differs."""
    case = ran.outcome.case
    status = "skipped" if case.skip else "failed" if ran.outcome.mismatches else "passed"
    return {
        "name": case.name,
        "file": file.name,
        "line": case.span.line if case.span else None,
        "column": case.span.column if case.span else None,
        "as_of": case.as_of.isoformat(),
        "partner": case.partner,
        "status": status,
        "skip": case.skip or None,
        "differences": [difference_fields(ran, each) for each in ran.outcome.mismatches],
    }


def difference_fields(ran: Ran, mismatch: Mismatch) -> dict[str, object]:
    """One expectation that does not hold."""
    from engine.cases.values import render_answer

    expected, found = mismatch.expected, mismatch.found
    return {
        "path": list(expected.path),
        "about": respect(ran, mismatch),
        "expected": render_answer(expected.answer, expected.type, expected.percent),
        "found": render_answer(found.answer, found.type, found.percent or expected.percent),
        "line": expected.span.line if expected.span else None,
        "column": expected.span.column if expected.span else None,
    }
