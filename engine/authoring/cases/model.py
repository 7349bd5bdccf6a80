"""What a test file holds: drafts as written, cases as understood, and what became of them.

A draft still has the author's texts with their places; a case is typed against a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine.language.source import Node, Scalar, Span
from engine.plan.scalar import Value
from engine.types import Type

Row = Mapping[str, Value]
Path = tuple[str, ...]
"""What an expectation is about: `tier`, `benefits` and a name, `lines`, an id and `distance`."""


class Word(StrEnum):
    """The words written instead of a value."""

    MISSING = "missing"  # a metric, a distance or a field that has no value
    NONE = "none"  # a benefit that is not granted, an incentive that earns nothing
    UNDECIDED = "undecided"  # a benefit or an amount that cannot be decided


Answer = Value | Word | tuple[str, ...]
"""A value, a word in its place, or a list of names. Never None."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One case as written; of a matrix one row, with its cells where the columns are named."""

    name: str
    span: Span
    as_of: Scalar | None
    partner: Scalar | None
    prior: Node | None
    given: tuple[tuple[Scalar, Node], ...]  # record table, its rows or the name of a file
    expect: Node | None
    skip: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """One test file. `program` is the name it gives its program, None for the one beside it."""

    file: str
    span: Span
    program: Scalar | None
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a case says will be decided; `span` is the place of the value in the test file."""

    path: Path
    answer: Answer
    type: Type | None = None
    span: Span | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One case: `records` has full rows by record table, `reach` not among them."""

    name: str
    as_of: date
    partner: str
    records: Mapping[str, tuple[Row, ...]]
    expected: tuple[Expectation, ...] = ()
    span: Span | None = None
    skip: str = ""
    why: str = ""  # what the case is for, in the author's words


@dataclass(frozen=True, slots=True)
class Found:
    """What was decided in one respect."""

    answer: Answer
    type: Type | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An expectation that does not hold, with the actual value."""

    expected: Expectation
    found: Found


Observed = Mapping[Path, Found]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one case: it passed if there are no mismatches; a skipped case was not run."""

    case: Case
    mismatches: tuple[Mismatch, ...] = ()
    observed: Observed = field(default_factory=dict, repr=False)

    @property
    def passed(self) -> bool:
        """Whether all expectations hold."""
        return not self.case.skip and not self.mismatches
