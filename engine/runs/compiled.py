"""A program as a run takes it: compiled for a date, with its record tables and its meaning's hash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from engine.language.records import RecordSchema
from engine.language.source import File
from engine.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Compiled:
    """`program_hash` is that of the canonical program, which a run pins."""

    plan: Plan
    records: RecordSchema
    program_hash: str


Recompile = Callable[[bytes, str, date, tuple[File, ...]], Compiled]
"""The program's bytes, the name of its file, the date, and the files it builds on, to what they compile to."""
