"""Fields of a record by the name of their table: `sales.amount` is the `amount` of a sale wherever a record is read."""

from __future__ import annotations

import pytest

from engine.language.essence import essence
from tests.ridge.records import rows
from tests.tiny import decide, partners, program, told

FIELDS = """
records:
  partners: {fields: {size: {type: integer, optional: true}}}
  sales: {fields: {size: integer, twice: {type: money, formula: sales.amount * 2}}}
"""
INCENTIVE = """
incentives:
  x: {kind: %s, payee: partner, %s}
"""
PAID = "rate: {by: sales.size, bands: [{from: 0, value: 1%}, {from: 5, value: 2%}]}"
LIMIT = "limits: [{at_most: 3 USD, per: [sales.product_id], order: [sales.sale_id]}]"


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("commission", f"of: sales.amount, where: sales.amount >= 100 USD, {PAID}"),
        ("commission", f"of: sales.amount + sales.twice, {PAID}, order: [sales.closed_on, sales.sale_id]"),
        ("commission", f"of: amount, where: [{{any: [sales.entry is sale, not sales.size < 1]}}], {PAID}, {LIMIT}"),
        ("rebate", "period: quarter, sum: sales.amount * sales.size, where: sales.size > 0, rate: 1%"),
        ("rebate", "period: quarter, sum: amount, where: total >= 5 USD, rate: 1%"),
    ],
)  # fmt: skip
def test_a_field_by_the_name_of_its_table_is_the_field(kind: str, keys: str) -> None:
    """The program is the same without the table's name; in what is paid it stays, as a partner has a size, too."""
    metric = "metrics: {total: {from: sales, sum: sales.amount, where: sales.size > 0, window: lifetime}}\n"
    keys = keys.replace("where: total >= 5 USD", "eligible: [total >= 5 USD]")
    written = f"{FIELDS}{metric}{INCENTIVE % (kind, keys)}"
    plain = written.replace("sales.", "").replace("by: size", "by: sales.size")
    assert plain != written
    assert essence(program(written)) == essence(program(plain))


def test_what_is_paid() -> None:
    """Of 100 USD and twice that 2 % are paid at a size of 5, 6.00; the sale of 99 USD does not count."""
    keys = f"of: sales.amount + sales.twice, where: sales.amount >= 100 USD, {PAID}"
    records = {
        "partners": partners("P1"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount size",
            "S1|P1|sale|2026-01-01|100.00|5",
            "S2|P1|sale|2026-01-01|99.00|5",
        ),
    }
    found = decide(FIELDS + INCENTIVE % ("commission", keys), "2026-12-31", records)
    assert found.earned("source_id", "amount") == [("S1", "6.00")]


def test_another_table_s_name_is_none_of_the_record() -> None:
    """A record of sales has no `deals.value`, and no field `sales.nothing`."""
    for name in ("deals.value", "sales.nothing"):
        (found,) = told(f"{FIELDS}{INCENTIVE % ('commission', f'of: {name}, rate: 1%')}")
        assert found.startswith("RNG200") and f"`{name}`:" in found


def test_a_reference_of_the_table_s_name_is_followed() -> None:
    """Where a record refers to another one of its table by `sales_id`, `sales.amount` is the amount of that one."""
    fields = "records: {sales: {fields: {sales_id: {type: id, references: sales, optional: true}}}}\n"
    records = {
        "partners": partners("P1"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount sales_id",
            "S1|P1|sale|2026-01-01|100.00|-",
            "S2|P1|sale|2026-01-01|500.00|S1",
        ),
    }
    text = fields + INCENTIVE % ("commission", "of: amount, where: sales.amount is not missing, rate: 1%")
    assert decide(text, "2026-12-31", records).earned("source_id", "amount") == [("S2", "5.00")]
