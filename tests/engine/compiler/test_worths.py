"""Amounts of equal worth with very many digits."""

from __future__ import annotations

from math import lcm, prod

import pytest

from tests.engine.compiler.test_converting import REVENUE, ROW
from tests.tiny import HEAD, told


def test_worths_of_more_digits_than_anybody_writes() -> None:
    """Ten amounts of 14 digits have no common multiple of 100."""
    codes = ("USD", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF")
    amounts = ", ".join(f"99_999_999_9{n}3.{n}7 {code}" for n, code in enumerate(codes))
    row = ROW.replace("[USD, EUR, JPY, KWD]", f"[{', '.join(codes)}]")
    head = HEAD + f"conversion: {{equal: [{{from: 2026-01-01, amounts: [{amounts}]}}], as_at: row}}\n"
    assert [each.split(":")[0] for each in told(row + REVENUE, head)] == ["RNG214 6`equal`"]


@pytest.mark.parametrize(("last", "digits"), [(9_999_999_767, 100), (99_999_999_977, 101)])
def test_the_limit_of_digits_is_in(last: int, digits: int) -> None:
    """1 USD for so many euros on ten days: the worths are whole over the product of ten numbers without a common
    factor.
    """
    numbers = [9_999_999_967, 9_999_999_943, 9_999_999_929, 9_999_999_881, 9_999_999_851, 9_999_999_833]
    numbers += [9_999_999_817, 9_999_999_787, 9_999_999_781, last]
    assert lcm(*numbers) == prod(numbers) and len(str(prod(numbers))) == digits
    days = [f"{{from: 2026-01-{day:02}, amounts: [1 USD, {each} EUR]}}" for day, each in enumerate(numbers, 1)]
    row = ROW.replace("[USD, EUR, JPY, KWD]", "[USD, EUR]")
    head = HEAD + f"conversion: {{equal: [{', '.join(days)}], as_at: row}}\n"
    found = [each.split(":")[0] for each in told(row + REVENUE, head)]
    assert found == ([] if digits == 100 else ["RNG214 6`equal`"])
