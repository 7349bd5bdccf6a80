"""Examples of findings, put into a test file and decided as `rung test` decides it."""

from __future__ import annotations

from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from engine.language.diagnostic import Diagnostic
from engine.language.program import Program
from rules import compile_program


def failing(found: Diagnostic, program: Program) -> list[str]:
    """What is wrong with the examples of a finding: nothing, where each behaves as it says."""
    problems: list[str] = []
    for evidence in (each for each in found.evidence if each.form == "example"):
        suite, reports = parse_suite(f"rung_test: 1\ncases:\n{evidence.text}\n".encode(), "example.test.yaml")
        problems += [each.message for each in reports]
        for draft in suite.drafts if suite is not None else ():
            case, reports = read_case(draft, program, lambda day: compile_program(program, day))
            problems += [each.message for each in reports]
            plan = compile_program(program, case.as_of)[0] if case is not None else None
            if case is None or plan is None or not run_case(case, program, plan)[0].passed:
                problems.append(f"{draft.name} does not pass")
    return problems
