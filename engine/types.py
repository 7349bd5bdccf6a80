"""Types of values, shared by the language, the records and the Plan.

Numbers carry how many digits they can have (`digits` in all, `scale` after the point),
so that what could exceed 38 digits is refused before any row is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_DIGITS = 38  # of a DECIMAL in DuckDB and of most databases
MOST_DIGITS = 400  # of any step of a calculation; SQL with more would take too long
TOTAL_DIGITS = 17  # all of a stored column added up; the import refuses more. A difference of two fits 64 bits
FIELD_DIGITS = 16  # one stored value: 2**53 - 1 minor units have 16 digits
ROW = "row"  # instead of a currency: the currency in the field `currency` of the amount's row
COUNT_DIGITS = 9  # rows of one table; the import refuses a billion


class Kind(StrEnum):
    """What a value is."""

    MONEY = "money"
    NUMBER = "number"  # decimals and percentages
    INTEGER = "integer"
    DATE = "date"
    DAYS = "days"
    MONTHS = "months"
    CHOICE = "choice"
    TEXT = "text"
    ID = "id"
    BOOLEAN = "boolean"


class Mode(StrEnum):
    """How a tie or a remainder is rounded; names follow `decimal`."""

    HALF_UP = "half_up"  # away from zero on a tie
    HALF_EVEN = "half_even"
    DOWN = "down"  # towards zero
    UP = "up"  # away from zero


class Method(StrEnum):
    """How a band table pays."""

    MARGINAL = "marginal"  # each band's rate on the part of the measure inside it
    WHOLE = "whole"  # the reached band's rate on everything


NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.INTEGER, Kind.DAYS, Kind.MONTHS)
TEXTUAL = (Kind.CHOICE, Kind.TEXT, Kind.ID)


SAID = {
    Kind.MONEY: "an amount of money",
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a whole number",
    Kind.DATE: "a date",
    Kind.DAYS: "a number of days",
    Kind.MONTHS: "a number of months",
    Kind.CHOICE: "a choice",
    Kind.TEXT: "a text",
    Kind.ID: "an id",
    Kind.BOOLEAN: "true or false",
}


def say_kind(kind: Kind) -> str:
    """What a value of the kind is, as messages say it: `a whole number`.

    >>> say_kind(Kind.INTEGER), say_kind(Kind.MONEY)
    ('a whole number', 'an amount of money')
    """
    return SAID[kind]


@dataclass(frozen=True, slots=True)
class Type:
    """A kind with its particulars; `ratio` marks an exact quotient, which has no fixed scale."""

    kind: Kind
    currency: str = ""
    values: tuple[str, ...] = ()  # of a choice
    ordered: bool = False
    digits: int = FIELD_DIGITS
    scale: int = 0
    ratio: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether arithmetic is defined."""
        return self.kind in NUMERIC

    @property
    def is_textual(self) -> bool:
        """Whether the value is stored as text."""
        return self.kind in TEXTUAL

    def sized(self, digits: int, scale: int) -> Type:
        """The same type with another number of digits."""
        if (digits, scale, self.ratio) == (self.digits, self.scale, False):
            return self
        return Type(self.kind, self.currency, self.values, self.ordered, digits, scale)

    def __str__(self) -> str:
        """In short, for authors and developers: `money in EUR`, `integer`."""
        if self.kind is Kind.MONEY:
            return "money in its row's currency" if self.currency == ROW else f"money in {self.currency}"
        return self.kind.value

    @property
    def said(self) -> str:
        """What a value of the type is, as a sentence says it: `an amount in EUR`, `a whole number`."""
        if self.kind is Kind.MONEY:
            return "an amount in its row's currency" if self.currency == ROW else f"an amount in {self.currency}"
        return say_kind(self.kind)


BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE)
ID = Type(Kind.ID)
TEXT = Type(Kind.TEXT)
INTEGER = Type(Kind.INTEGER, digits=15)
COUNT = Type(Kind.INTEGER, digits=COUNT_DIGITS)


def is_in_row(type: Type) -> bool:
    """Whether it is an amount in the currency of its row."""
    return type.currency == ROW


def money(currency: str, scale: int) -> Type:
    """Money of one currency, with the currency's number of minor digits."""
    return Type(Kind.MONEY, currency=currency, scale=scale)


def number(scale: int, digits: int = FIELD_DIGITS) -> Type:
    """A decimal number."""
    return Type(Kind.NUMBER, digits=digits, scale=scale)


def choice(*values: str, ordered: bool = False) -> Type:
    """One of a list of words; `ordered` from low to high."""
    return Type(Kind.CHOICE, values=values, ordered=ordered)
