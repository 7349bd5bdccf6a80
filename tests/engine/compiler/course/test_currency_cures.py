"""Amounts of one currency and fields of rows where they cannot be paid: what the help says is written, and it works."""

from __future__ import annotations

import pytest

from tests.engine.compiler.course.test_by_currency import LIMIT, RATES, period
from tests.tiny import findings, told

BY_CURRENCY = "{by: [currency], values: {USD: 5 USD, JPY: 5 JPY, KWD: 5 KWD}}"


@pytest.mark.parametrize(
    ("value", "cured"),
    [
        (BY_CURRENCY.replace("5 JPY", "5 USD"), BY_CURRENCY),
        (f"{{by: orders, bands: [{{from: 0, value: {BY_CURRENCY}}}, {{from: 5, value: 5 USD}}]}}", ""),
        (f"{{by: orders, bands: [{{from: 0, value: 5 USD}}, {{from: 5, value: {BY_CURRENCY}}}]}}", ""),
    ],
)
def test_an_amount_in_a_table_is_in_the_currency_that_it_is_listed_for(value: str, cured: str) -> None:
    """5 USD are no amount for yen: 5 JPY are. In bands, each band has an amount for each currency."""
    orders = "metrics: {orders: {from: sales, count: records, window: lifetime}}\nincentives:"
    text = period(LIMIT).replace("incentives:", orders if "orders" in value else "incentives:")
    (found,) = findings(text.replace("VALUE", value), RATES)
    assert found.code == "RNG202" and found.help.startswith(
        "write the amount in JPY" if cured else "write an amount for"
    )
    assert told(text.replace("VALUE", cured or value.replace("value: 5 USD", f"value: {BY_CURRENCY}")), RATES) == []


@pytest.mark.parametrize(
    ("value", "cures"),
    [
        (
            BY_CURRENCY,
            {
                "add `pays_in: row` to `r`, and each currency is paid by itself": (
                    "    rate:",
                    "    pays_in: row\n    rate:",
                ),
                "or write one value for all currencies, with amounts in USD": (BY_CURRENCY, "5 USD"),
            },
        ),
        (
            "{by: [entry], values: {sale: 5 USD, return: 6 USD, adjustment: 7 USD}}",
            {
                "to pay by its values, write an incentive for each, with `where: entry is ..`": (
                    "    limits: [{at_most: {by: [entry], values: {sale: 5 USD, return: 6 USD, adjustment: 7 USD}}",
                    "    where: entry is sale\n    limits: [{at_most: 5 USD",
                )
            },
        ),
    ],
)
def test_a_field_of_rows_in_what_is_paid_for_a_period(value: str, cures: dict[str, tuple[str, str]]) -> None:
    """It is a field, but has no one value for a period; each cure works."""
    text = period(LIMIT.replace("VALUE", value)).replace("    pays_in: row\n", "")
    (found,) = findings(text, RATES)
    name = "currency" if value == BY_CURRENCY else "entry"
    assert (found.code, found.message) == (
        "RNG213",
        f"`{name}` has a value in each row of `sales`, not one for a period",
    )
    assert found.help == "; ".join(cures)
    for old, new in cures.values():
        assert old in text and told(text.replace(old, new), RATES) == []


def test_other_names_in_what_is_paid_for_a_period() -> None:
    """A name that nothing has is unknown."""
    text = period(LIMIT.replace("VALUE", "{by: [curency], values: {USD: 5 USD}}")).replace("    pays_in: row\n", "")
    assert [each.code for each in findings(text, RATES)] == ["RNG200"]
