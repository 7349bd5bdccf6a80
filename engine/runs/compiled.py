"""A program as a run takes it: compiled for a date, with its record tables and its meaning's hash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.language.records import RecordSchema
from engine.plan.plan import Plan

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic
    from engine.runs.store import Run


@dataclass(frozen=True, slots=True)
class Compiled:
    """`program_hash` is that of the canonical program, which a run pins. The rest is what the program says of itself;
    `follows` are the editions evaluated together with it, each with its file.
    """

    plan: Plan
    records: RecordSchema
    program_hash: str
    family: str = ""
    version: str = ""
    title: str = ""
    follows: tuple[tuple[str, str], ...] = ()


Kept = Callable[["Run"], "tuple[Compiled | None, tuple[Diagnostic, ...]]"]
"""What the program that a run keeps compiles to, or why it does not."""

Recompile = Callable[["Run"], Compiled]
"""What the program that a run keeps compiles to, on the run's day."""
