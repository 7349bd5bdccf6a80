"""Beside what was computed of amounts in other currencies stand the rate and its day, or the amounts of equal worth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cli.render.explain_words import say_conversion
from engine.explain.explain import explain
from engine.explain.model import Conversion, EarningReason, Explanation
from engine.plan.plan import Plan
from engine.reference.evaluate import evaluate
from tests.engine.compiler.test_converting import EQUAL, PARTNERS, RATES, REBATE, RESALE, REVENUE, ROW, WORLD
from tests.engine.compiler.test_period_end import END, METRICS
from tests.engine.compiler.test_period_end import WORLD as ENDING
from tests.ridge.records import rows
from tests.tiny import SALES, Records, filled, plan


def explained(compiled: Plan, records: Records, limit: int | None = None) -> Explanation:
    """The explanation of a partner without its source."""
    evaluation = evaluate(compiled, filled(compiled, records))
    return explain(compiled, evaluation, "P1", source={}, records=limit)


def of_metric(found: Explanation, name: str) -> list[str]:
    """What a metric says of its conversions."""
    (metric,) = (each for each in found.metrics if each.name == name)
    return [say_conversion(each) for each in metric.converted]


def of_earnings(found: Explanation) -> list[str]:
    """What all earnings say of them."""
    return [say_conversion(each) for each in _all(found.earnings)]


def _all(earnings: tuple[EarningReason, ...]) -> Iterator[Conversion]:
    return (each for earning in earnings for part in earning.parts for each in part.converted)


BY_RATES = [
    "sales S2: 1,000.00 EUR at 1.00000001, the rate on 2026-01-20, is 1,000.00001 USD",
    "sales S3: 120,000 JPY at 0.0067, the rate on 2026-03-01, is 804.00 USD",
]


def test_rates_and_their_days() -> None:
    """Of a metric, a record and a period: what is in the program's currency says nothing."""
    found = explained(plan(ROW + REVENUE + RESALE, "2026-06-30", RATES), WORLD)
    assert of_metric(found, "m") == of_earnings(found) == BY_RATES
    assert of_earnings(explained(plan(ROW + REBATE, "2026-06-30", RATES), WORLD)) == BY_RATES


def test_as_many_as_records_are_shown() -> None:
    """One, where one record is shown."""
    assert of_metric(explained(plan(ROW + REVENUE, "2026-06-30", RATES), WORLD, 1), "m") == BY_RATES[:1]


def test_amounts_of_equal_worth() -> None:
    """The entry that held on the day: 1,000 x 100/75, and 120,000 x 100/12,000."""
    found = explained(plan(ROW + REVENUE + RESALE, "2026-06-30", EQUAL), WORLD)
    assert (
        of_metric(found, "m")
        == of_earnings(found)
        == [
            "sales S2: 1,000.00 EUR is 1,333.333333 USD, as 75.00 EUR is worth 100.00 USD from 2026-01-01 on",
            "sales S3: 120,000 JPY is 1,000.00 USD, as 12,000 JPY is worth 100.00 USD from 2026-03-01 on",
        ]
    )


def test_the_end_of_a_period_or_window() -> None:
    """The euros of February: 1.2 at the end of March, 1.3 at that of June, by metric and by quarter."""
    both = ROW + METRICS + REBATE.replace("    payee:", "    eligible: [year >= 1 USD]\n    payee:")
    found = explained(plan(both, "2026-07-15", END), ENDING)
    assert of_metric(found, "before") == ["sales S2: 1,000.00 EUR at 1.2, the rate on 2026-03-31, is 1,200.00 USD"]
    assert of_metric(found, "quarter") == ["sales S3: 120,000 JPY at 0.007, the rate on 2026-06-30, is 840.00 USD"]
    assert of_metric(found, "year")[:1] == [
        "sales S2: 1,000.00 EUR at 1.3, the rate on 2026-07-15, is 1,300.00 USD",
    ]
    assert of_earnings(found) == [
        "sales S2: 1,000.00 EUR at 1.2, the rate on 2026-03-31, is 1,200.00 USD",
        "sales S3: 120,000 JPY at 0.007, the rate on 2026-06-30, is 840.00 USD",
    ]


def test_an_average_and_a_formula() -> None:
    """An amount that is counted and added up is told once; one behind a formula as well."""
    formula = ROW + "      half: {type: money, formula: amount * 50%}\n"
    average = REVENUE.replace("sum: amount", "average: half").replace("2_804", "1")
    assert of_metric(explained(plan(formula + average, "2026-06-30", RATES), WORLD), "m") == BY_RATES


def test_a_product_with_returns() -> None:
    """900 EUR are left of it; a product is one of each line, and both are converted on the day of the sale."""
    sold = rows(
        f"{SALES} returns_id currency quantity",
        "S1|P1|sale|2026-01-20|1000.00|-|EUR|1",
        "R1|P1|return|2026-01-25|-100.00|S1|EUR|1",
    )
    world: Records = {**WORLD, "sales": sold}
    assert of_earnings(explained(plan(ROW + RESALE, "2026-06-30", RATES), world)) == [
        "sales R1, S1: 900.00 EUR at 1.00000001, the rate on 2026-01-20, is 900.000009 USD"
    ]
    product = RESALE.replace("of: amount", "of: amount * quantity")
    assert of_earnings(explained(plan(ROW + product, "2026-06-30", RATES), world)) == [
        "sales S1: 1,000.00 EUR at 1.00000001, the rate on 2026-01-20, is 1,000.00001 USD",
        "sales R1: -100.00 EUR at 1.00000001, the rate on 2026-01-20, is -100.000001 USD",
    ]


@pytest.mark.parametrize("head", [RATES, EQUAL])
def test_what_is_missing_is_not_converted(head: str) -> None:
    """Without an amount, or a rate, there is nothing to tell."""
    optional = ROW + "      list: {type: money, currency: row, optional: true}\n"
    sold = rows(f"{SALES} currency list", "S1|P1|sale|2026-01-20|1.00|EUR|-", "S2|P1|sale|2025-01-01|1.00|EUR|5.00")
    measure = REVENUE.replace("sum: amount", "sum: list, ignore_missing: true")
    compiled = plan(optional + measure, "2026-06-30", head)
    found = of_metric(explained(compiled, {"partners": PARTNERS, "sales": sold, "fx_rates": []}), "m")
    worth = "sales S2: 5.00 EUR is 6.666667 USD, as 75.00 EUR is worth 100.00 USD from 2026-01-01 on"
    assert found == ([] if head == RATES else [worth])


def test_a_converted_amount_is_told_to_its_last_digit() -> None:
    """2.893 KWD at 3.3333 are 9.6432369 USD, and not 9.643237."""
    world: Records = {
        "partners": PARTNERS,
        "sales": rows(f"{SALES} currency", "S1|P1|sale|2026-03-01|2.893|KWD"),
        "fx_rates": rows("from_currency to_currency effective_from rate", "KWD|USD|2026-01-01|3.3333"),
    }
    assert of_metric(explained(plan(ROW + REVENUE, "2026-06-30", RATES), world), "m") == [
        "sales S1: 2.893 KWD at 3.3333, the rate on 2026-03-01, is 9.6432369 USD"
    ]
