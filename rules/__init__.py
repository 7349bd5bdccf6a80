"""The vocabulary: how each section and each kind becomes Plan nodes.

`CATALOGUE` is the one list of sections and kinds. The functions here are the engine's own with
that list given.
"""

from collections.abc import Sequence
from datetime import date

from engine.compiler.plans import check_program as check_with
from engine.compiler.plans import compile_plan
from engine.language.catalogue import Catalogue
from engine.language.diagnostic import Diagnostic
from engine.language.parse import parse_program, program_schema
from engine.language.program import Program
from engine.language.source import File
from engine.plan.plan import Plan
from rules import (
    benefits,
    bounty,
    certifications,
    commission,
    designations,
    incentives,
    metrics,
    parameters,
    rebate,
    segments,
    spiff,
    tiers,
)

PROJECT = "rung"

KINDS = (rebate.KIND, spiff.KIND, commission.KIND, bounty.KIND)
CATALOGUE = Catalogue(
    sections=(
        parameters.SECTION,
        certifications.SECTION,
        metrics.SECTION,
        segments.SECTION,
        designations.SECTION,
        tiers.SECTION,
        benefits.SECTION,
        incentives.section(KINDS),
    ),
    kinds=KINDS,
)
SCHEMA = program_schema(CATALOGUE)


def load_program(data: bytes, file: str, others: Sequence[File] = ()) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program in `data`, and findings about its YAML, shape and literals; `others` may be what it builds on."""
    return parse_program(data, file, CATALOGUE, others)


def check_program(program: Program) -> tuple[Diagnostic, ...]:
    """Findings about what the program means."""
    return check_with(program, CATALOGUE)


def analyse_program(program: Program) -> tuple[Diagnostic, ...]:
    """What can be proved of a program that has passed its check: each finding with its proof or an example."""
    from engine.authoring.analysis.analyse import analyse  # only a check needs it, and it takes long to import

    return analyse(program, CATALOGUE)


def compile_program(program: Program, as_of: date) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The Plan of the program at a date; None when findings forbid it."""
    return compile_plan(program, CATALOGUE, as_of)
