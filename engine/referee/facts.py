"""A row of the decisions table as the integers of its fact.

A missing value has no field. A value beyond 2**62 has none either and is reported, because
durable-rules compares such numbers wrongly without an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd

from engine.plan.scalar import Compare, Scalar
from engine.referee.arithmetic import Definition, Ratio, Row, number, present, words
from engine.referee.translate import LIMIT, Brief, Coded, Crossed, Present, Scaled

Encode = Callable[[Row], int | None]


class Refused(Exception):
    """A value the engine cannot hold; the message says which."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One partner's fact: a value or None by field number, and why fields are refused."""

    values: tuple[int | None, ...]
    refused: tuple[tuple[int, str], ...] = ()


def encoder(brief: Brief) -> Callable[[Row], Encoded]:
    """A function from a row to its fact."""
    define: Definition = dict(brief.definitions).get
    codes = {text: place for place, text in enumerate(brief.texts, start=1)}
    strange: dict[str, int] = {}  # texts of this row the Plan does not name
    parts: list[Encode] = []
    for fact in brief.facts:
        match fact:
            case Scaled(value, scale):
                parts.append(_scaled(value, scale, define))
            case Crossed(comparison, left):
                parts.append(_crossed(comparison, left, define))
            case Coded(value):
                parts.append(_coded(value, define, codes, strange))
            case Present(value):
                parts.append(_present(value, define))

    def encode(row: Row) -> Encoded:
        strange.clear()
        values: list[int | None] = []
        refused: list[tuple[int, str]] = []
        for place, part in enumerate(parts):
            try:
                values.append(part(row))
            except Refused as error:
                values.append(None)
                refused.append((place, str(error)))
        return Encoded(tuple(values), tuple(refused))

    return encode


def _limited(value: int) -> int:
    if -LIMIT <= value <= LIMIT:
        return value
    raise Refused("a value beyond 62 bits")


def _scaled(value: Scalar, scale: int, define: Definition) -> Encode:
    given = number(value, define)
    unit = 10**scale

    def encode(row: Row) -> int | None:
        ratio = given(row)
        if ratio is None:
            return None
        whole, rest = divmod(ratio[0] * unit, ratio[1])
        if rest:
            raise Refused(f"a value with more than {scale} digits after the point")
        return _limited(whole)

    return encode


def _crossed(comparison: Compare, left: bool, define: Definition) -> Encode:
    first, second = number(comparison.left, define), number(comparison.right, define)

    def encode(row: Row) -> int | None:
        a, b = first(row), second(row)
        if a is None or b is None:
            return None
        sides = cross(a, b)
        if max(abs(sides[0]), abs(sides[1])) > LIMIT:
            raise Refused("a value beyond 62 bits")
        return sides[0] if left else sides[1]

    return encode


def cross(a: Ratio, b: Ratio) -> tuple[int, int]:
    """Two integers that compare as a and b do; what lies below is positive, so no side flips."""
    left, right = a[0] * b[1], b[0] * a[1]
    if max(abs(left), abs(right)) > LIMIT:
        common = gcd(left, right)
        return left // common, right // common
    return left, right


def _coded(value: Scalar, define: Definition, codes: dict[str, int], strange: dict[str, int]) -> Encode:
    text = words(value, define)

    def encode(row: Row) -> int | None:
        word = text(row)
        if word is None:
            return None
        return codes.get(word) or strange.setdefault(word, -1 - len(strange))

    return encode


def _present(value: Scalar, define: Definition) -> Encode:
    there = present(value, define)
    return lambda row: 1 if there(row) else None
