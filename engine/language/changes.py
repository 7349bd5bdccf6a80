"""What changes later: a version by its amendments, and a period by late records and returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.language.source import Span
from engine.language.syntax import Duration


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of a version from a day on. `on_paid` is "" where nothing is said."""

    number: int
    effective_from: date
    reason: str
    on_paid: str
    span: Span


@dataclass(frozen=True, slots=True)
class Corrections:
    """How long after a period late records and returns still change it; None: without end."""

    late_records: Duration | None = None
    returns: Duration | None = None

    @property
    def declared(self) -> bool:
        """Whether a period is ever closed to anything."""
        return self.late_records is not None or self.returns is not None
