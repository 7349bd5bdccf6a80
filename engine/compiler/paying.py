"""Amounts that a program states where an incentive pays in the currency of the row: each must be in that currency.

A value is compiled for all currencies that its rows may have; below a table by `currency`, for the one listed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.program import Incentive, Line, Requirement
from engine.language.records import CURRENCY, RecordTable
from engine.language.source import Span
from engine.plan import scalar as node
from engine.plan.scalar import Column, Comparison, Literal, Scalar

WORDS = (syntax.Name, syntax.Text)
MOST_SAID = 6  # of the currencies of a choice in a finding


@dataclass(frozen=True, slots=True)
class Paid:
    """What rows are paid in: the currency in the column `currency`, which is one of `codes`.

    `name` is what a table calls the column. `others`: rows of another version may have currencies that the program
    does not know; an amount that is stated for all rows is missing for those.
    """

    currency: Column
    codes: tuple[str, ...]
    name: str
    incentive: str
    span: Span
    others: bool = False

    def listed(self, code: str) -> Paid:
        """For a value that a table lists for a currency."""
        return replace(self, codes=(code,), others=False)

    def stated(self, amount: Literal) -> Scalar:
        """An amount in the one currency that rows have."""
        if not self.others:
            return amount
        is_known = node.Compare(self.currency, Comparison.EQUAL, Literal(self.codes[0], self.currency.type))
        return node.Case(((is_known, amount),), Literal(None, amount.type))

    def refused(self, what: str, code: str, span: Span, amount: str = "") -> Diagnostic:
        """That a value in the currency `code` is not in that of the row; `amount` is the value as it is written."""
        more = len(self.codes) - MOST_SAID
        *first, last = (*self.codes[:MOST_SAID], f"{more} others") if more > 0 else self.codes
        listed = f"{', '.join(first)} or {last}" if first else last
        return meaning.CURRENCY_MISMATCH.at(
            span,
            f"this is {what}, and `{self.incentive}` pays in the currency of the row, here {listed}",
            related=[Related(self.span, "paid in the currency of the row")],
            help=self.cure(amount, code),
        )

    def cure(self, amount: str = "", code: str = "") -> str:
        """What to write in place of a value: an amount in each currency, with the `amount` in `code` as one of them.

        The others are `..`, which is not an amount: a table that is copied and not completed is refused.
        """
        if len(self.codes) == 1:
            return f"write the amount in {self.codes[0]}"
        entries = [f"{each}: {amount if amount and each == code else f'.. {each}'}" for each in self.codes]
        entries = entries if len(entries) <= MOST_SAID else [*entries[:MOST_SAID], ".."]
        by = f"write an amount for each currency, such as `{{by: [{self.name}], values: {{{', '.join(entries)}}}}}`"
        one = code if code in self.codes else self.codes[0]
        return f"{by}, or pay in {one} only, with `where: {CURRENCY} is {one}`"


class Unpaid:
    """A scope in which amounts are in the program's currency, and nothing is known of what its values are read for."""

    __slots__ = ()

    def eligible_by(self, name: str) -> tuple[Requirement, ...]:
        """Lines that read the name as it is read here, without which no value is used."""
        return ()

    @property
    def paid(self) -> Paid | None:
        """What rows are paid in, where that is the currency of the row."""
        return None

    def paying(self, paid: Paid | None) -> Self:
        """The scope of a value that is paid in other currencies."""
        return self


def currencies_of(incentive: Incentive, table: RecordTable) -> tuple[str, ...]:
    """The currencies that rows it pays for may have: those of the table that no line of its `where` excludes."""
    codes = incentive.currencies or table.currencies
    for line in incentive.where:
        allowed = _allowed(line)
        codes = tuple(each for each in codes if each in allowed) or codes
    return codes


def _allowed(line: Requirement) -> tuple[str, ...]:
    """The currencies that a line names; () where it is about something else, or more than a list of them."""
    match line.expression if isinstance(line, Line) else None:
        case syntax.Comparing(op="is", left=syntax.Name(text=name), right=right):
            options: tuple[syntax.Expression, ...] = (right,)
        case syntax.Membership(value=syntax.Name(text=name), options=options, negated=False):
            pass
        case _:
            return ()
    words = [each.value if isinstance(each, syntax.Text) else each.text for each in options if isinstance(each, WORDS)]
    return tuple(words) if name == CURRENCY and len(words) == len(options) else ()
