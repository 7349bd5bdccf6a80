"""Which rows were read for a figure: of what its records look up, only what this figure reads.

S1 of P1 is of product A, made by M in the place N, and was sold in shop X; B1 returns one of its four pieces. Every
figure reads others of these rows.
"""

from __future__ import annotations

import pytest

from engine.explain.explain import explain
from engine.explain.model import Explanation, Sum
from engine.reference.evaluate import evaluate
from tests.ridge.records import rows
from tests.tiny import FILE, Records, filled, partners, plan

TABLES = """
choices: {area: [north, south]}
records:
  places: {key: [place_id], fields: {place_id: {type: id}, open: {type: boolean}}}
  makers:
    key: [maker_id]
    fields:
      maker_id: {type: id}
      weight: {type: integer}
      place_id: {type: id, references: places}
      open: {type: boolean, formula: place.open}
  products:
    fields:
      kind: {type: text}
      maker_id: {type: id, references: makers}
      weight: {type: integer, formula: maker.weight}
      open: {type: boolean, formula: maker.open}
  shops: {key: [shop_id], fields: {shop_id: {type: id}, area: {type: area}}}
  sales:
    fields:
      shop_id: {type: id, references: shops}
      area: {type: area, formula: shop.area}
      weight: {type: integer, formula: quantity * product.weight}
      worth: {type: money, formula: amount * product.weight}
"""
METRICS = """
metrics:
  every: {from: sales, count: records, window: lifetime}
  orders: {from: sales, count: records, where: entry is sale, window: lifetime}
  pieces: {from: sales, sum: quantity, where: product.kind is 'box', window: lifetime}
  weighed: {from: sales, sum: weight, window: lifetime}
  opened: {from: sales, count: records, where: product.open, window: lifetime}
  by_area: {from: sales, count: records, per: [area], window: lifetime}
tiers: {ladder: [low, high], high: {requires: [by_area.north >= 1]}}
"""
SOLD = ("S1|P1|A|X|sale|-|2026-02-01|4|100.00", "B1|P1|A|X|return|S1|2026-02-03|-1|-25.00")
RECORDS: Records = {
    "partners": partners(),
    "places": [{"place_id": "N", "open": True}],
    "makers": rows("maker_id weight place_id", "M|3|N"),
    "products": rows("product_id kind maker_id", "A|box|M"),
    "shops": rows("shop_id area", "X|north"),
    "sales": rows("sale_id partner_id product_id shop_id entry returns_id closed_on quantity amount", *SOLD),
}


def explained(text: str) -> Explanation:
    """The explanation of P1 on all its records."""
    compiled = plan(f"{TABLES}{text}", "2026-06-30")
    return explain(compiled, evaluate(compiled, filled(compiled, RECORDS)), "P1", source={FILE: []}, records=None)


def read(found: Sum) -> dict[str, str]:
    """The keys of the rows read through each record."""
    return {each.record.key[0]: " ".join(sorted(row.record.key[0] for row in each.through)) for each in found.entries}


def test_each_metric_names_the_rows_that_it_reads_and_no_others() -> None:
    """All of them stand on the same sales, whose product, maker, place and shop are looked up once for all."""
    found = {each.name: each.sums[0] for each in explained(METRICS).metrics}
    assert {name: read(each) for name, each in found.items() if each.entries} == {
        "every": {"S1": "", "B1": ""},
        "orders": {"S1": ""},
        "pieces": {"S1": "A", "B1": "A"},
        "weighed": {"S1": "A M", "B1": "A M"},
        "opened": {"S1": "A M N", "B1": "A M N"},
        "by_area.north": {"S1": "X", "B1": "X"},
    }


@pytest.mark.parametrize(
    ("incentive", "rows_read"),
    [
        ("kind: rebate, period: year, sum: amount, rate: 1%", "B1"),
        ("kind: rebate, period: year, sum: amount, where: product.kind is 'box', rate: 1%", "A B1"),
        ("kind: rebate, period: year, sum: worth, rate: 1%", "A B1 M"),
        ("kind: commission, of: amount, rate: 1%", "B1"),
        ("kind: commission, of: amount, rate: {by: [area], values: {north: 1%, south: 2%}}", "B1 X"),
        ("kind: commission, of: amount, where: product.open, rate: 1%", "A B1 M N"),
        ("kind: commission, of: worth, rate: 1%", "A B1 M"),
    ],
)
def test_an_earning_names_the_rows_that_it_reads(incentive: str, rows_read: str) -> None:
    """What it measures, chooses and pays by; beside it another one reads all rows there are."""
    where = "product.kind is 'box' and product.open and shop.area is north"
    other = f"kind: commission, payee: partner, of: worth, where: {where}, rate: 1%"
    found = explained(f"incentives:\n  c: {{{incentive}, payee: partner}}\n  other: {{{other}}}\n")
    (earning,) = (each for each in found.earnings if each.incentive == "c")
    assert [read(each) for part in earning.parts for each in part.sums] == [{"S1": rows_read}]


def test_the_person_who_links_a_record_to_its_partner_is_read() -> None:
    """A certificate is of P1 because E1 works there; with children, of the partner above as well."""
    text = "certifications: {pro: {}}\nmetrics: {held: {people_holding: pro, scope: partner with children}}\n"
    compiled = plan(text, "2026-06-30")
    records = {
        "partners": rows("partner_id parent_id", "P1|-", "P2|P1"),
        "people": rows("person_id partner_id", "E1|P2"),
        "certifications": rows("holding_id person_id certification earned_on", "H1|E1|pro|2026-01-10"),
    }
    found = explain(compiled, evaluate(compiled, filled(compiled, records)), "P1", source={}, records=None)
    assert [read(each) for metric in found.metrics for each in metric.sums] == [{"H1": "E1"}]
