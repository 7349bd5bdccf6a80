"""Numbers computed from columns are exact, and rounded once, as the feed says."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duck import open_connection
from engine.language.expression import parse_expression
from engine.language.source import Scalar, Span
from engine.records.calculation import bad_operand_sql, calculated_sql
from engine.records.feed import Calculation, NumberStyle
from engine.types import Mode
from tests.engine.records.desk import FEED, imported, rows_of, told

CONNECTION = open_connection(1)
HERE = Span("feed.yaml", 1, 1, 1, 2)
GERMAN = NumberStyle(",", ".")
ROUNDED = {
    Mode.HALF_UP: ROUND_HALF_UP,
    Mode.HALF_EVEN: ROUND_HALF_EVEN,
    Mode.DOWN: ROUND_DOWN,
    Mode.UP: ROUND_UP,
}


def calculation(text: str, rounding: Mode | None) -> Calculation:
    """The calculation in a text, of the columns a, b and c."""
    expression, found = parse_expression(Scalar(text, HERE))
    assert expression is not None, found
    return Calculation(expression, tuple((Scalar(each, HERE), Scalar(each, HERE)) for each in "abc"), rounding)


def result(
    text: str, rounding: Mode | None, cells: tuple[str | None, ...], style: NumberStyle, scale: int = 2
) -> object:
    """What SQL makes of it, or the cell that is wrong."""
    made, names = calculation(text, rounding), {each: f"cells.{each}" for each in "abc"}
    query = (
        f"SELECT {bad_operand_sql(made, names, style)}, {calculated_sql(made, names, style, scale)}"
        " FROM (SELECT CAST(? AS VARCHAR) AS a, CAST(? AS VARCHAR) AS b, CAST(? AS VARCHAR) AS c) AS cells"
    )
    ((wrong, value),) = CONNECTION.execute(query, list(cells)).fetchall()
    return value if wrong is None else (wrong,)


def rounded(value: Fraction, mode: Mode, scale: int) -> str:
    """By Python's own decimals: the fractions here are far from ties unless they are ties."""
    whole = Decimal((value * 10**20).numerator) / Decimal((value * 10**20).denominator)
    return str(whole.scaleb(-20).quantize(Decimal(1).scaleb(-scale), ROUNDED[mode]))


NUMBERS = st.decimals(-99_999, 99_999, places=3, allow_nan=False).map(lambda each: f"{each:.3f}")


@given(NUMBERS, NUMBERS, st.integers(0, 100), st.sampled_from(Mode))
def test_price_times_quantity_less_discount(price: str, quantity: str, discount: int, mode: Mode) -> None:
    """The usual line of an invoice, against fractions."""
    exact = Fraction(price) * Fraction(quantity) * (1 - Fraction(discount, 100))
    found = result("a * b * (1 - c)", mode, (price, quantity, f"{discount}%"), NumberStyle())
    assert isinstance(found, str)
    assert Decimal(found) == Decimal(rounded(exact, mode, 2))


@pytest.mark.parametrize(
    ("text", "mode", "cells", "style", "value"),
    [
        ("a / b + c * 0", Mode.HALF_UP, ("1", "8", "0"), NumberStyle(), "0.13"),
        ("a / b + c * 0", Mode.HALF_EVEN, ("1", "8", "0"), NumberStyle(), "0.12"),
        ("a / b + c * 0", Mode.HALF_UP, ("1", "-8", "0"), NumberStyle(), "-0.13"),
        ("a / b + c * 0", Mode.DOWN, ("2", "3", "0"), NumberStyle(), "0.66"),
        ("a / b + c * 0", Mode.UP, ("-2", "3", "0"), NumberStyle(), "-0.67"),
        ("a - b - c", None, ("10", "0.10", "0.20"), NumberStyle(), "9.70"),
        ("-a + b * 10% + c / 3", None, ("1", "1.1", "3"), NumberStyle(), "0.11"),
        ("a * b * c", None, ("1.234,50", "2", "0,5"), GERMAN, "1234.50"),
        ("a * b * c", None, ("0.15000000596046448", "100", "1"), NumberStyle(), "15.000000591"),
        ("a * b * c", None, ("0.5", "0.01", "1"), NumberStyle(), "0.00500000"),
        ("a * b * c", None, (None, "2", "3"), NumberStyle(), None),
        ("a / b + c", Mode.DOWN, ("1", "0", "1"), NumberStyle(), ("",)),
        ("a * b * c", Mode.DOWN, ("1" * 20, "1" * 20, "2"), NumberStyle(), ("",)),
        ("a * b * c", Mode.DOWN, ("1", "1.5", "2"), GERMAN, ("1.5",)),
        ("a * b * c", Mode.DOWN, ("1", "x", "2"), NumberStyle(), ("x",)),
    ],
)
def test_results(
    text: str, mode: Mode | None, cells: tuple[str | None, ...], style: NumberStyle, value: object
) -> None:
    """Worked out by hand; what cannot be computed names the cell."""
    assert result(text, mode, cells, style) == value


LINES = "sale,partner,day,Unit Price,Qty,Discount\nS1,P1,2026-01-05,9.99,3,15%\nS2,P2,2026-02-01,0.10,1,0\n"
FIELD = (
    "amount: {calculate: price * quantity * (1 - discount), of: {price: Unit Price, quantity: Qty, discount: Discount}"
)


def test_an_amount_is_calculated(tmp_path: Path) -> None:
    """Without a rounding the row whose result has more digits is refused, and the advice cures it."""
    feed = FEED.replace("amount: amount", FIELD + "}")
    (finding,) = imported(tmp_path, feed, lines=LINES).diagnostics
    assert (finding.code, "`round: half_up`" in finding.help) == ("RNG703", True)
    result = imported(tmp_path, FEED.replace("amount: amount", FIELD + ", round: half_up}"), lines=LINES)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "amount") == [(Decimal("25.47"),), (Decimal("0.10"),)]


def test_a_cell_of_a_calculation_is_named(tmp_path: Path) -> None:
    """The cell that is no number, in the row where it stands."""
    feed = FEED.replace("amount: amount", FIELD + ", round: half_up}")
    (finding,) = imported(tmp_path, feed, lines=LINES.replace(",3,15%", ",three,15%")).diagnostics
    assert (finding.code, finding.span and finding.span.line) == ("RNG701", 2)
    assert "'three' is not a number" in finding.message


@pytest.mark.parametrize(
    ("old", "new", "help"),
    [
        ("(1 - discount)", "(1 - discuont)", "did you mean `discount`?"),
        ("(1 - discount)", "(1 - abs(discount))", "by a `formula`"),
        ("* (1 - discount)", "", "remove `discount`"),
    ],
)
def test_slips_in_a_calculation(tmp_path: Path, old: str, new: str, help: str) -> None:
    """Unknown and unused names, and what is no calculation of a feed."""
    found = imported(tmp_path, FEED.replace("amount: amount", FIELD.replace(old, new) + "}"), lines=LINES).diagnostics
    assert {each.code for each in found} == {"RNG614"}
    assert any(help in each.help for each in found)
