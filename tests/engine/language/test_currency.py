"""The currency table and its findings: B-046 and B-047, and a hash that makes any change deliberate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.language.codes import expression as codes
from engine.language.currency import (
    MAX_MINOR,
    NO_CURRENCY,
    SIGNS,
    TABLE_SHA256,
    Standing,
    amount_of,
    check_code,
    check_currency,
    check_scale,
    currencies,
    minor_of,
    scale_of,
    standing_of,
    unpayable,
)
from engine.language.diagnostic import Code
from engine.language.source import Span

HERE = Span("2026.yaml", 5, 11, 5, 14)
TODAY = date(2026, 2, 1)


def test_the_table_is_the_one_that_was_checked() -> None:
    """The table was compared with the published lists when this hash was written; a change needs a new comparison."""
    assert TABLE_SHA256 == "5682c28d16034b81c91d71844986fc22dfe7033e0684b582b09283e314d3bf27"


def test_codes_are_in_one_place_only() -> None:
    """All codes are three capital letters, and none is both payable and not; every successor is payable today."""
    assert not set(currencies()) & set(unpayable())
    codes_found = [*currencies(), *unpayable()]
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in codes_found)
    retired = [each for each in currencies().values() if each.retired]
    assert all(currencies()[each.successor].retired is None or each.successor == "BGN" for each in retired)
    assert set(SIGNS.values()) <= set(currencies())


@pytest.mark.parametrize(
    ("code", "scale"),
    [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLP", 0), ("HRK", 2), ("XAU", None), ("ABC", None)],
)
def test_minor_digits(code: str, scale: int | None) -> None:
    """Minor digits as published by ISO 4217; none for gold and for what is no currency."""
    assert scale_of(code) == scale


@pytest.mark.parametrize(
    ("code", "day", "standing"),
    [
        ("HRK", date(2022, 12, 31), Standing.PAYABLE),
        ("HRK", date(2023, 1, 1), Standing.RETIRED),
        ("DEM", TODAY, Standing.RETIRED),
        ("BGN", date(2025, 12, 31), Standing.PAYABLE),
        ("BGN", date(2026, 1, 1), Standing.RETIRED),
        ("USD", TODAY, Standing.PAYABLE),
        (NO_CURRENCY, TODAY, Standing.UNPAYABLE),
        ("USd", TODAY, Standing.UNKNOWN),
    ],
)
def test_standing_on_a_day(code: str, day: date, standing: Standing) -> None:
    """A currency is payable until the day of its change."""
    assert standing_of(code, day) is standing


@pytest.mark.parametrize(
    ("text", "code", "message", "help"),
    [
        ("USd", codes.CURRENCY_UNKNOWN, "`USd` is not a currency code of ISO 4217", "write `USD`"),
        ("US$", codes.CURRENCY_UNKNOWN, "`US$` is not a currency code of ISO 4217", "write the code, such as `USD`"),
        (
            "dollars",
            codes.CURRENCY_UNKNOWN,
            "`dollars` is not a currency code of ISO 4217",
            "write its code in ISO 4217, such as `USD` for US dollars or `JPY` for yen",
        ),
        (
            NO_CURRENCY,
            codes.CURRENCY_UNPAYABLE,
            f"nothing can be paid in `{NO_CURRENCY}` (no currency)",
            "use the currency partners are paid in",
        ),
        (
            "XAU",
            codes.CURRENCY_UNPAYABLE,
            "nothing can be paid in `XAU` (gold)",
            "use the currency partners are paid in",
        ),
        ("HRK", codes.CURRENCY_RETIRED, "`HRK` was replaced by `EUR` on 2023-01-01", "use `EUR`"),
    ],
)
def test_currencies_that_cannot_be_paid(text: str, code: Code, message: str, help: str) -> None:
    """B-046: each kind of wrong currency has its own finding."""
    found, findings = check_currency(text, HERE, TODAY)
    assert found is None
    assert findings == (code.at(HERE, message, help=help),)


def test_a_payable_currency_passes() -> None:
    """A code that is payable on the day comes back without a finding."""
    assert check_currency("USD", HERE, TODAY) == ("USD", ())


def test_a_code_without_a_day() -> None:
    """Where no day is known, a retired currency passes; gold and unknown codes do not."""
    assert check_code("HRK", HERE) == ()
    assert [each.code for each in check_code("XAU", HERE)] == [codes.CURRENCY_UNPAYABLE.code]
    assert [each.code for each in check_code("ABC", HERE)] == [codes.CURRENCY_UNKNOWN.code]


@pytest.mark.parametrize(
    ("amount", "currency", "message", "help"),
    [
        (
            "100.50",
            "JPY",
            "`100.50 JPY` has more decimals than `JPY`, which has none",
            "write it without decimals; for a part of a unit, write `per: 1_000`",
        ),
        (
            "1.2345",
            "KWD",
            "`1.2345 KWD` has more decimals than `KWD`, which has 3",
            "write it with at most 3 decimals; for a part of a unit, write `per: 1_000`",
        ),
        (
            "0.125",
            "USD",
            "`0.125 USD` has more decimals than `USD`, which has 2",
            "write it with at most 2 decimals; for a part of a unit, write `per: 1_000`",
        ),
    ],
)
def test_amounts_with_too_many_decimals(amount: str, currency: str, message: str, help: str) -> None:
    """B-047: yen have no minor unit, Kuwaiti dinars have three digits."""
    assert check_scale(Decimal(amount), currency, HERE) == (codes.MONEY_SCALE.at(HERE, message, help=help),)


def test_trailing_zeros_are_no_decimals() -> None:
    """100.00 JPY is a hundred yen; nothing is said of a currency that is not one."""
    assert check_scale(Decimal("100.00"), "JPY", HERE) == ()
    assert check_scale(Decimal("-0.10"), "USD", HERE) == ()
    assert check_scale(Decimal("0.001"), "XAU", HERE) == ()


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_largest_amount(sign: str) -> None:
    """B-064: 9,007,199,254,740,991 minor units pass, one more does not; 2**53 - 1 is that number."""
    assert MAX_MINOR == 2**53 - 1
    assert check_scale(Decimal(f"{sign}90071992547409.91"), "USD", HERE) == ()
    findings = check_scale(Decimal(f"{sign}90071992547409.92"), "USD", HERE)
    message = f"`{sign}90071992547409.92 USD` is more than 9,007,199,254,740,991 minor units"
    assert findings == (codes.AMOUNT_TOO_LARGE.at(HERE, message, help="check the number of zeros"),)


@pytest.mark.parametrize("code", sorted(currencies()))
def test_minor_units_and_amounts_are_each_other(code: str) -> None:
    """For every currency, also far beyond the digits with which Python's decimals compute."""
    for minor in (0, 1, -1, 10**4 + 7, -(10**40) - 1):
        amount = amount_of(minor, code)
        assert amount.as_tuple().exponent == -currencies()[code].scale
        assert minor_of(amount, code) == minor


@pytest.mark.parametrize(
    ("amount", "code"), [("1.005", "USD"), ("0.5", "JPY"), ("1.0005", "KWD"), (f"{10**40}.001", "EUR")]
)
def test_no_part_of_a_minor_unit_is_dropped(amount: str, code: str) -> None:
    """An amount with more digits is no number of minor units."""
    with pytest.raises(ValueError, match="is not a whole number of minor units"):
        minor_of(Decimal(amount), code)


@pytest.mark.parametrize("code", ["XAU", "QQQ", ""])
def test_what_is_not_paid_has_no_minor_units(code: str) -> None:
    """Neither gold nor an unknown code."""
    for convert in (lambda: amount_of(1, code), lambda: minor_of(Decimal(1), code)):
        with pytest.raises(ValueError, match="cannot be paid"):
            convert()
