"""Amounts in minor units as people read them."""

from __future__ import annotations

from decimal import Decimal

from engine.language.currency import scale_of


def money_text(minor: int, currency: str) -> str:
    """An amount with its currency.

    >>> money_text(-120410, "USD"), money_text(1501, "JPY"), money_text(1234, "KWD")
    ('-1,204.10 USD', '1,501 JPY', '1.234 KWD')
    """
    return f"{plain_amount(minor, currency):,f} {currency}"


def plain_amount(minor: int, currency: str) -> Decimal:
    """An amount as a decimal with the digits of its currency."""
    return Decimal(minor).scaleb(-(scale_of(currency) or 0))


def minor_of(amount: Decimal, currency: str) -> int:
    """An amount as a whole number of minor units. Raises ValueError if it has more digits, or there are none."""
    scale = scale_of(currency)
    if scale is None:
        raise ValueError(f"{currency} has no minor units, so it cannot be paid")
    units = amount.scaleb(scale)
    if units != units.to_integral_value():
        raise ValueError(f"{amount} {currency} is not a whole number of minor units")
    return int(units)
