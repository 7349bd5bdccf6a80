"""How amounts in several currencies become amounts in one: by rates, or by amounts of equal worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.language.source import Span
from engine.language.syntax import Money

BY_ROW, PERIOD_END = "row", "period end"
"""Whose day says which rate converts an amount, or whose currency is paid."""


@dataclass(frozen=True, slots=True)
class Worths:
    """Amounts that are worth the same from a day on, one of them in the program's currency."""

    start: date
    amounts: tuple[Money, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Conversion:
    """How an amount in the currency of its row becomes one in the program's: by rates, or by equal worths."""

    span: Span
    rates: str = ""
    equal: tuple[Worths, ...] = ()
    as_at: str = BY_ROW

    @property
    def at_period_end(self) -> bool:
        """Whether the rate is that of the last day of the period or window, and not that of the row's day."""
        return self.as_at == PERIOD_END
