"""The result of `rung test` as the document `rung.test/v1`; every value is text as a test file writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.findings import findings_of
from cli.options import Settings
from cli.output import document
from cli.render.tests_text import respect
from cli.testing import Tested, Tests, Tried

if TYPE_CHECKING:
    from engine.authoring.cases.coverage import Coverage
    from engine.authoring.cases.model import Mismatch
    from engine.authoring.cases.updating import Change


def tests_document(settings: Settings, result: Tested) -> str:
    """`passed`, `failed`, `skipped`, `cases`, `coverage` and `diagnostics`."""
    fields = {
        "passed": result.passed,
        "failed": result.failed,
        "skipped": result.skipped,
        "files": [{"file": each.name, "program": each.subject.name if each.subject else None} for each in result.files],
        "cases": [case_fields(file, tried) for file, tried in result.cases()],
        "coverage": [coverage_fields(name, each) for name, each in result.coverage.items()],
        "changes": [change_fields(file.name, each) for file, each in result.changes],
        "diagnostics": findings_of(settings),
    }
    return document("test", fields)


def case_fields(file: Tests, tried: Tried) -> dict[str, object]:
    """One case: its name and place, what became of it, and what differs."""
    case = tried.outcome.case
    status = "skipped" if case.skip else "failed" if tried.outcome.mismatches else "passed"
    return {
        "name": case.name,
        "file": file.name,
        "line": case.span.line if case.span else None,
        "column": case.span.column if case.span else None,
        "as_of": case.as_of.isoformat(),
        "partner": case.partner,
        "status": status,
        "skip": case.skip or None,
        "why": case.why or None,
        "differences": [difference_fields(tried, each) for each in tried.outcome.mismatches],
    }


def difference_fields(tried: Tried, mismatch: Mismatch) -> dict[str, object]:
    """One expectation that does not hold."""
    from engine.authoring.cases.running import written_found
    from engine.authoring.cases.values import render_answer

    expected = mismatch.expected
    return {
        "path": list(expected.path),
        "about": respect(tried, mismatch),
        "expected": render_answer(expected.answer, expected.type, expected.percent),
        "found": written_found(expected, tried.outcome.observed),
        "line": expected.span.line if expected.span else None,
        "column": expected.span.column if expected.span else None,
    }


def coverage_fields(name: str, coverage: Coverage) -> dict[str, object]:
    """What the cases of one program reach; `missed` has a sentence and a place for everything else."""
    return {
        "program": name,
        "goals": len(coverage.goals),
        "reached": len(coverage.reached),
        "percent": coverage.share,
        "missed": [
            {
                "id": each.id,
                "kind": each.kind,
                "text": f"no case {each.text}",
                "file": each.span.file,
                "line": each.span.line,
                "column": each.span.column,
            }
            for each in coverage.missed
        ],
    }


def change_fields(file: str, change: Change) -> dict[str, object]:
    """One value that `--update` wrote, or left as it is."""
    return {
        "case": change.case,
        "path": list(change.path),
        "file": file,
        "line": change.span.line,
        "column": change.span.column,
        "before": change.before,
        "after": change.after,
        "refused": change.refused or None,
    }
