"""Values that go by the currency of the row: which currencies they name, and what they are for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.plan.literals import Column, Literal
from engine.plan.logic import Case, Compare

if TYPE_CHECKING:
    from engine.plan.scalar import Scalar


def currencies_in(scalar: Scalar, currency: str) -> Iterator[str]:
    """The currencies that the column `currency` is compared with, in order, with repetitions."""
    match scalar:
        case Compare(Column(name=name), _, Literal(value=str() as code)) if name == currency:
            yield code
    for each in scalar.operands:
        yield from currencies_in(each, currency)


def in_currency(scalar: Scalar, currency: str, code: str) -> Scalar:
    """The value where the column `currency` is `code`: without what is listed for others."""
    if not isinstance(scalar, Case):
        return scalar
    kept: list[tuple[Scalar, Scalar]] = []
    for test, value in scalar.branches:
        named = set(currencies_in(test, currency))
        if named - {code}:
            continue
        inner = in_currency(value, currency, code)
        if named and isinstance(test, Compare):  # it asks for nothing else
            return Case(tuple(kept), inner) if kept else inner
        kept.append((test, inner))
    return Case(tuple(kept), scalar.otherwise) if kept else scalar.otherwise
