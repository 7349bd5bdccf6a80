"""Figures as sums: what each record added, so that a reader can add it up.

Values are worked out by hand: 10 at 5.00 less 10 % are 45.00, of which 4 came back for 18.00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pytest

from cli.render.explain_sums import division_lines, sum_lines
from engine.explain.explain import explain
from engine.explain.model import Explanation, Quantity, Role, Sum
from engine.reference.evaluate import evaluate
from tests.engine.compiler.test_converting import RATES, ROW, WORLD
from tests.engine.explain.test_computed import FIELDS, LINES, SOLD
from tests.properties.programs import compiled as drawn
from tests.properties.programs import random_case
from tests.ridge.records import rows
from tests.tiny import FILE, filled, partners, plan

SALES = [*SOLD, "S3|P1|B|sale|-|2026-01-05|1|7.00|7.00|0"]
DATES = {"sales": "closed_on"}


def explained(text: str, limit: int | None = None, sales: list[str] = SALES) -> Explanation:
    """The explanation of P1, which sold S1, of which B1 came back, and S3."""
    compiled = plan(f"{FIELDS}{text}\n", "2026-12-31")
    products = rows("product_id weight", "A|1.50", "B|2.00")
    records = {"partners": partners("P1", "P2"), "products": products, "sales": rows(LINES, *sales)}
    evaluation = evaluate(compiled, filled(compiled, records))
    return explain(compiled, evaluation, "P1", source={FILE: []}, records=limit, dates=DATES)


def sums_of(incentive: str) -> tuple[Sum, ...]:
    """The sums of the earnings of P1 that are not of nothing."""
    found = explained(f"incentives: {{c: {{{incentive}, payee: partner}}}}").earnings
    return tuple(each for earning in found for part in earning.parts if earning.amount.value for each in part.sums)


def added(found: Sum) -> dict[str, object]:
    """What each record added."""
    return {each.record.key[0]: each.added and each.added.value for each in found.entries}


def adds_up(found: Sum) -> bool:
    """Whether the records come to the total."""
    parts = (cast("Quantity", each.added).value for each in found.entries)
    assert found.total is not None
    return sum(Fraction(cast("Decimal", each)) for each in parts) == Fraction(cast("Decimal", found.total.value))


@pytest.mark.parametrize(
    ("incentive", "expected"),
    [
        ("kind: rebate, period: year, sum: net, rate: 10%", [{"S3": 7, "S1": 27}]),
        ("kind: rebate, period: year, returns: current_period, sum: net, rate: 10%", [{"S3": 7, "S1": 45, "B1": -18}]),
        ("kind: rebate, period: year, sum: heavy, rate: 10%", [{"S3": 28, "S1": 81}]),  # 7 * 2 * 2; 27 * 1.5 * 2
        ("kind: commission, of: net, rate: 10%", [{"S1": 27}, {"S3": 7}]),
    ],
)
def test_what_records_add_comes_to_the_measure(incentive: str, expected: list[dict[str, int]]) -> None:
    """What is left of each sale; a return is a record of its own where it counts in its own period."""
    found = sums_of(incentive)
    assert list(map(added, found)) == expected
    assert all(map(adds_up, found))


def test_an_entry_has_its_day_its_fields_and_what_it_was_read_through() -> None:
    """S1 of 2026-02-01 read the doubled weight of product A, and B1 took 4 of 10 back; P1 itself is not told."""
    (found,) = sums_of("kind: rebate, period: year, sum: heavy, rate: 10%")
    first, last = found.entries
    assert (first.day, last.day) == (date(2026, 1, 5), date(2026, 2, 1))
    fields = {each.name: each.value.value for each in last.fields}
    assert fields == {"price": 5, "quantity": 10, "discount": Decimal("0.1")}
    through = {each.record.key[0]: {field.name: field.value.value for field in each.fields} for each in last.through}
    assert through["B1"] == {"price": 5, "quantity": -4, "discount": Decimal("0.1")}
    assert through["A"] == {"doubled": 3}
    assert set(through) == {"A", "B1"}


NET = "metrics: {net: {from: sales, sum: net, window: trailing 12 months}}"
METRICS = """
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  orders: {from: sales, count: records, where: entry is sale, window: trailing 12 months}
  products: {from: sales, count_distinct: product_id, where: entry is sale, window: trailing 12 months}
  largest: {from: sales, max: amount, window: trailing 12 months}
"""


def test_metrics_add_up() -> None:
    """50.00 - 20.00 + 7.00; two orders of two products; of the largest nothing is added up."""
    found = {each.name: each.sums for each in explained(METRICS).metrics}
    ((revenue,), (orders,), (products,), (largest,)) = (
        found[name] for name in ("revenue", "orders", "products", "largest")
    )
    assert added(revenue) == {"S3": 7, "S1": 50, "B1": -20}
    assert added(orders) == {"S3": 1, "S1": 1}
    assert all(map(adds_up, (revenue, orders, products)))
    assert set(added(largest).values()) == {None}


AVERAGES = """
metrics:
  mean: {from: sales, average: amount, where: entry is sale, window: trailing 12 months, scale: 3}
  halves: {from: sales, average: quantity, where: entry is sale, window: trailing 12 months, scale: 2}
  middle: {from: sales, median: quantity, window: trailing 12 months}
"""


def test_an_average_is_a_sum_and_a_number() -> None:
    """(50.00 + 7.00) / 2 is 28.50, and (10 + 1) / 2 is 5.5; of three quantities the median is one record's."""
    found = {each.name: each for each in explained(AVERAGES).metrics}
    mean, halves, middle = (found[name] for name in ("mean", "halves", "middle"))
    assert [(each.role, each.total and each.total.value) for each in mean.sums] == [(Role.SUM, 57), (Role.NUMBER, 2)]
    heads = [sum_lines(each, 100, 0)[0] for each in mean.sums]
    assert heads == ["sum: 2 records add up to 57.00 USD", "number: 2"]
    assert division_lines(mean.sums, mean.value, 0) == ["57.00 USD / 2 = 28.50 USD"]
    assert division_lines(halves.sums, halves.value, 0) == ["11 / 2 = 5.5"]
    other = replace(halves.value, value=Decimal("5.49"))
    assert division_lines(halves.sums, other, 0) == ["11 / 2 = 5.49, rounded"]
    assert [each.role for each in middle.sums] == [Role.ALL]
    assert division_lines(middle.sums, middle.value, 0) == []


def test_an_average_that_cannot_be_decided_is_not_divided() -> None:
    """S3 has no discount, so there is neither a sum nor a number."""
    text = "metrics: {mean: {from: sales, average: net, window: trailing 12 months}}"
    (mean,) = explained(text, sales=[*SOLD, SALES[-1].replace("|0", "|-")]).metrics
    assert mean.value.value is None
    assert division_lines(mean.sums, mean.value, 0) == []


def test_a_count_lists_only_the_rates_that_it_read() -> None:
    """All records are counted as they are, and beside them those above 900 USD: that needs the rate of the euros."""
    text = ROW + (
        "metrics:\n"
        "  revenue: {from: sales, sum: amount, window: lifetime}\n"
        "  all: {from: sales, count: records, window: lifetime}\n"
        "  large: {from: sales, count: records, where: amount > 900 USD, window: lifetime}\n"
        "tiers: {ladder: [low, high], high: {requires: [revenue > 0 USD, all > 0, large > 0]}}\n"
    )
    compiled = plan(text, "2026-06-30", RATES)
    found = explain(compiled, evaluate(compiled, filled(compiled, WORLD)), "P1", source={}, records=None)
    read = {
        each.name: {entry.record.key: [row.record.key[0] for row in entry.through] for entry in each.sums[0].entries}
        for each in found.metrics
    }
    assert read["revenue"] == {("S1",): [], ("S2",): ["EUR"], ("S3",): ["JPY"]}
    assert read["all"] == {("S1",): [], ("S2",): [], ("S3",): []}
    assert read["large"] == {("S1",): [], ("S2",): ["EUR"]}


def test_a_record_that_cannot_be_decided_is_why_there_is_no_total() -> None:
    """S3 has no discount, so what it adds is not known; the others are listed with what they add."""
    found = explained(NET, sales=[*SOLD, SALES[-1].replace("|0", "|-")])
    ((net,),) = (each.sums for each in found.metrics)
    assert net.total is not None and net.total.value is None
    assert added(net) == {"S3": None, "S1": 45, "B1": -18}
    (head, *_) = sum_lines(net, 100, 0, " of 2026")
    assert head == "3 records of 2026, 1 of which cannot be decided: no total"


def test_records_of_which_nothing_is_added_up() -> None:
    """Of a maximum one value counts; a fixed amount for a record is paid on no value at all."""
    ((largest,),) = (each.sums for each in explained(METRICS).metrics if each.name == "largest")
    assert sum_lines(largest, 100, 0)[0] == "3 records; the value of one of them counts: 50.00 USD"
    fixed = replace(largest, total=None, entries=largest.entries[:1])
    assert sum_lines(fixed, 100, 0)[0] == "1 record counts"
    assert sum_lines(replace(largest, total=None), 100, 0)[0] == "3 records count"


def test_a_part_of_the_records_is_no_sum() -> None:
    """Without all records there are no sums."""
    assert {each.sums for each in explained(METRICS, limit=5).metrics} == {()}


@pytest.mark.parametrize("seed", [0, 3, 174])
def test_sums_of_drawn_programs_add_up(seed: int) -> None:
    """Rows of hierarchies, look-ups of rows that keep no key, and values that are missing: 3 and 174 once failed."""
    case = random_case(seed)
    compiled = drawn(case.text, case.as_of)
    evaluation = evaluate(compiled, filled(compiled, case.records))
    checked = 0
    for partner in sorted(str(each["partner_id"]) for each in case.records["partners"]):
        found = explain(compiled, evaluation, partner, source={}, records=None)
        of_metrics = [total for metric in found.metrics for total in metric.sums]
        of_parts = [total for earning in found.earnings for part in earning.parts for total in part.sums]
        for each in (*of_metrics, *of_parts):
            known = [entry.added is not None and entry.added.value is not None for entry in each.entries]
            if each.entries and all(known) and each.total is not None:
                assert adds_up(each)
                checked += 1
    assert checked > 0
