"""A program as a run takes it: compiled for a date, with its record tables and its meaning's hash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.language.records import RecordSchema
from engine.plan.plan import Plan

if TYPE_CHECKING:
    from engine.runs.store import Run


@dataclass(frozen=True, slots=True)
class Compiled:
    """`program_hash` is that of the canonical program, which a run pins."""

    plan: Plan
    records: RecordSchema
    program_hash: str


Recompile = Callable[["Run"], Compiled]
"""What the program that a run keeps compiles to, on the run's day."""
