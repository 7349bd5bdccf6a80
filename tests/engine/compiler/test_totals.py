"""What is added up over one whole number, and what has none. (Module `compiler/totals.py`.)"""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.compiler.totals import as_whole, divided, whole_number
from engine.plan import scalar as node
from engine.plan.literals import literal_number
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.types import INTEGER, Kind, money
from tests.tiny import told

X, Y, TRUE = Column("x", money("USD", 2)), Column("y", INTEGER), node.IsMissing(Column("z", INTEGER, True))
HALF, THIRD = node.Quotient(X, whole_number(2)), node.Quotient(X, whole_number(3))
BY_ROW = node.Quotient(X, Y)


@pytest.mark.parametrize(
    ("scalar", "over"),
    [
        (X, 1),
        (node.Quotient(HALF, whole_number(3)), 6),
        (node.Multiply(HALF, node.Quotient(Y, whole_number(5))), 10),
        (node.Add(HALF, THIRD), 6),
        (node.Absolute(THIRD), 3),
        (node.Greatest((HALF, THIRD)), 6),
        (node.Case(((TRUE, HALF),), X), 2),
    ],
)
def test_what_is_divided_in_the_end(scalar: Scalar, over: int) -> None:
    """The least number that all parts have in common."""
    found = as_whole(scalar, {})
    assert found is not None
    assert (found[0].typed.ratio, found[1]) == (False, over)


@pytest.mark.parametrize(
    "scalar",
    [
        BY_ROW,
        node.Quotient(BY_ROW, whole_number(2)),
        node.Multiply(BY_ROW, Y),
        node.Add(HALF, BY_ROW),
        node.Absolute(BY_ROW),
        node.Least((HALF, BY_ROW)),
        node.Case(((TRUE, BY_ROW),), X),
        node.IfMissing(HALF, X),
    ],
)
def test_what_divides_by_the_row_cannot_be_added_up(scalar: Scalar) -> None:
    """Each row would divide by another number."""
    assert as_whole(scalar, {}) is None


def test_a_comparison_does_not_divide() -> None:
    """It is true or false."""
    asked = node.Compare(HALF, Comparison.MORE, X)
    assert as_whole(asked, {}) == (asked, 1)


VAT, ONE = literal_number(Decimal("0.19")), whole_number(1)
LOW = literal_number(Decimal("-0.5"))
BY_DAY = node.Case(((TRUE, VAT),), LOW)
NONE = Literal(None, VAT.type)


@pytest.mark.parametrize(
    ("divisor", "over"),
    [
        (node.Add(ONE, VAT), 119),  # 100 / 119
        (node.Multiply(whole_number(6), node.Subtract(VAT, LOW)), 207),  # 6 x 0.69 = 4.14, and 100 / 414 = 50 / 207
        (node.Quotient(ONE, whole_number(4)), 1),  # times 4
        (LOW, 1),  # times -2
        (node.Add(ONE, BY_DAY), 119),  # 100 / 119 or 2 / 1
        (node.Case(((TRUE, whole_number(3)),), node.Case(((TRUE, whole_number(7)),), NONE)), 21),
        (node.Add(node.Case(((TRUE, whole_number(0)),), whole_number(3)), whole_number(0)), 3),  # missing, or a third
    ],
)
def test_a_number_that_is_written_divides_the_total(divisor: Scalar, over: int) -> None:
    """One, what several make, or one of several that a condition chooses."""
    found = as_whole(node.Quotient(X, divisor), {})
    assert found is not None
    assert (found[0].typed.ratio, found[1]) == (False, over)


@pytest.mark.parametrize(
    "divisor",
    [
        node.Add(ONE, Y),
        node.Case(((TRUE, Y),), ONE),
        node.Absolute(ONE),
        NONE,
        node.Add(NONE, ONE),
        node.Quotient(ONE, whole_number(0)),
        node.Subtract(ONE, ONE),
    ],
)
def test_a_number_of_the_row_is_none_that_is_written(divisor: Scalar) -> None:
    """Not even where a part of it is."""
    assert as_whole(node.Quotient(X, divisor), {}) is None


def test_a_column_of_a_ratio_stands_for_what_it_was_made_of() -> None:
    """Where that is known."""
    ratio = Column("r", HALF.typed)
    assert as_whole(ratio, {"r": (X, 2)}) == (X, 2)
    assert as_whole(ratio, {}) is None


def test_amounts_by_an_amount_are_a_number() -> None:
    """The total of amounts is divided by an amount as well."""
    ratio = node.Quotient(X, Literal(Decimal(100), money("USD", 0)))
    whole, over = as_whole(ratio, {}) or (X, 0)
    assert (whole, over, divided(whole, over, ratio.typed).typed.kind) == (X, 100, Kind.NUMBER)
    assert divided(X, 1, X.type) == X


FIELDS = """
parameters: {p: 3}
records:
  products: {fields: {share: {type: decimal, formula: standard_cost / list_price}, list_price: money}}
  sales: {fields: {price: money, margin: {type: decimal, formula: (amount - price) / amount}}}
"""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            "sum: -(price + amount / quantity)",
            "`amount / quantity`: `amount / quantity` is a ratio of each row, and {sum}",
        ),
        ("average: margin * 2", "`margin`: `margin` is a ratio of each row, and {sum}"),
        ("sum: amount * product.share", "`product.share`: `product.share` is a ratio of each row, and {sum}"),
        (
            'max: "min(price, amount / quantity)"',
            "`amount / quantity`: `amount / quantity` is a ratio of each row, and {max}",
        ),
        ("count_distinct: amount / price", "`amount / price`: `amount / price` is a ratio of each row, and {distinct}"),
        ("sum: amount / 0 * p", "`amount / 0`: this divides by zero"),
    ],
)
def test_the_part_that_divides_is_pointed_at(asked: str, expected: str) -> None:
    """And not the whole that reads it."""
    said = {each: f"ratios of rows are not {word}" for each, word in DONE.items()}
    text = f"{FIELDS}metrics: {{m: {{from: sales, {asked}, window: lifetime}}}}\n"
    text += "tiers: {ladder: [a, b], requires: [m is not missing, p > 1]}\n"
    assert [each.split("`", 1)[1] for each in told(text)] == [expected.format(**said)[1:]]


CHOICES = 13  # each of so many numbers: three are 13^3 = 2,197 together
SORTS = ", ".join(f"v{each}" for each in range(CHOICES - 1))  # one more where none is listed
TABLES = f"records: {{sales: {{fields: {{sort: {{type: choice, values: [{SORTS}]}}}}}}}}\nparameters:\n" + "".join(
    f"  p{number}: {{by: [sort], values: {{{', '.join(f'v{each}: {each + 2}' for each in range(CHOICES - 1))}}}}}\n"
    for number in range(8)
)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("amount / (p0 * p1 * p2 * p3 * p4 * p5 * p6 * p7)", "amount / (p0 * p1 * p2 * p3 * p4 * p5 * p6 * p7)"),
        ("amount / p0 / p1 / p2 / p3 / p4 / p5 / p6 / p7", "amount / p0 / p1 / p2"),
    ],
)
def test_dividing_by_too_many_numbers_is_refused_at_once(asked: str, place: str) -> None:
    """Each choice with every other would be 13^8 branches; the cure is one table of the products."""
    every = "".join(f"  unused{n}: {{from: sales, sum: amount / p{n}, window: lifetime}}\n" for n in range(8))
    text = f"{TABLES}metrics:\n{every}  m: {{from: sales, sum: {asked}, window: lifetime}}\n"
    found = [each for each in told(text) if not each.startswith("RNG211")]
    assert [each.split("`", 1)[1] for each in found] == [
        f"{place}`: this divides by more than 2,000 different numbers, too many to add up exactly"
    ]
    cured = text.replace(asked, "amount / p0")
    assert [each for each in told(cured) if not each.startswith("RNG211")] == []


DONE = {"sum": "added up", "max": "ordered", "distinct": "told apart"}
