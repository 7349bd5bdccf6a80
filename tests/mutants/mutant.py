"""One change of one operator, as it is drawn, tried, told and listed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """The place, the line before and after the change, and what cosmic-ray needs to make it."""

    file: str  # relative to the repository
    line: int  # from 1
    column: int  # from 0, in characters
    operator: str
    occurrence: int
    where: str  # the function or class around it, "" at the top of a module
    before: str  # the line, without its indentation
    after: str
    first: int  # lines of the whole expression, from 1, both included
    last: int
