"""`rung` without any verification, to measure what verification costs. For benchmarks alone: rung has no such switch.

Called as `python -m tests.benchmarks.unverified ARGUMENTS`.
"""

from __future__ import annotations

import sys

import engine.runs.decisions
import engine.runs.notes
import engine.runs.worlds
from cli.app import run
from engine.language.diagnostic import Diagnostic


def nothing(*_: object) -> tuple[Diagnostic, ...]:
    """Nothing is wrong, whatever it is."""
    return ()


CHECKS = (
    (engine.runs.decisions, "check_source"),
    (engine.runs.decisions, "check_decisions"),
    (engine.runs.notes, "check_attestations"),
    (engine.runs.worlds, "check_pinned"),
)

if __name__ == "__main__":
    for module, name in CHECKS:
        setattr(module, name, nothing)
    sys.exit(run(sys.argv[1:]))
