"""The workbench: tables by name, rows of records, names in a row."""

from __future__ import annotations

from datetime import date

import pytest

from engine.compiler.workbench import Workbench, reaches_one_row
from engine.language.records import Link, RecordTable
from engine.plan.digits import widest
from engine.plan.table import Join, Values
from engine.types import INTEGER, money, number
from tests.ridge.records import rows
from tests.tiny import decide, findings, program, told

USED = "\ntiers: {ladder: [a, b], requires: [m >= %s]}\n"


def test_a_name_is_given_once() -> None:
    """Two tables of one name are a bug of a rule."""
    bench = Workbench(program(""), date(2026, 6, 30))
    bench.add(Values("x", (), (), ()))
    with pytest.raises(ValueError, match="built twice"):
        bench.add(Values("x", (), (), ()))


def test_rows_are_those_of_a_table_once() -> None:
    """Plain rows and rows with children are two; the same is not built again."""
    bench = Workbench(
        program("metrics: {m: {from: sales, count: records, window: lifetime}}" + USED % "1"), date(2026, 6, 30)
    )
    span = bench.program.span
    plain, below = bench.rows("sales", span), bench.rows("sales", span, children=True)
    assert plain is bench.rows("sales", span)
    assert below is bench.rows("sales", span, children=True)
    assert plain is not None and below is not None
    assert (plain.key, below.key) == (("sale_id",), ("sale_id", "partner_id"))
    assert sum(isinstance(each, Join) for each in bench.tables.values()) == 1
    assert bench.rows("nothing", span) is None
    assert [each.code for each in bench.diagnostics] == ["RNG204"]


def test_widest() -> None:
    """The first type with room for all: digits before and after the point."""
    found = widest([money("USD", 2), number(4), INTEGER])
    assert (found.currency, found.digits, found.scale) == ("USD", 19, 4)


def test_as_of_in_a_row_is_the_day_of_the_run() -> None:
    """A row is judged on its own day, `as_of` is the day of the run."""
    text = 'metrics: {m: {from: sales, count: records, where: "days_between(closed_on, as_of) < 30", window: lifetime}}'
    records = {
        "partners": rows("partner_id", "P1"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount", "S1|P1|sale|2026-06-01|1.00", "S2|P1|sale|2026-05-31|1.00"
        ),
    }
    assert decide(text + USED % "1", "2026-06-30", records).metric("m") == 1


def test_names_of_links_are_suggested() -> None:
    """A field of the linked table, by the link's name; personal ones are not offered."""
    text = (
        """
records:
  products: {fields: {line: {type: text, personal: true, optional: true}}}
  sales: {links: {item: {to: products, by: product_id}}}
metrics: {m: {from: sales, count: records, where: %s, window: lifetime}}
"""
        + USED % "1"
    )
    (found,) = findings(text % "item.nam is 'x'")
    assert found.help == "did you mean `item.name` or `partner.name`?"
    assert told(text % "item.line is 'x'") == ["RNG200 10`item.line`: unknown name `item.line`"]
    assert told(text % "thing.line is 'x'") == ["RNG200 10`thing.line`: unknown name `thing.line`"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("tier is b", "RNG213 9`tier`: `tier` is a value of the partner and cannot be used in a row of `sales`"),
        ("n > 1", "RNG213 9`n`: `n` is a value of the partner and cannot be used in a row of `sales`"),
        (
            "by_tier > 1",
            "RNG213 9`by_tier`: `by_tier` is a value of the partner and cannot be used in a row of `sales`",
        ),
        (
            "by_deal > 1 USD",
            "RNG213 9`by_deal`: `by_deal` is a value of the partner and cannot be used in a row of `sales`",
        ),
        ("mail is 'x'", "RNG213 9`mail`: `mail` is personal and cannot be used in a decision"),
    ],
)
def test_names_that_do_not_stand_in_rows(where: str, expected: str) -> None:
    """Each is refused with its reason."""
    text = (
        f"""
records: {{sales: {{fields: {{mail: {{type: text, personal: true, optional: true}}}}}}}}
metrics:
  m: {{from: sales, count: records, where: "{where}", window: lifetime}}
  n: {{formula: 1}}
  by_deal: {{from: deals, sum: value, per: stage, window: lifetime}}
parameters: {{by_tier: {{by: tier, values: {{b: 1}}}}}}
"""
        + USED % "1"
    )
    assert told(text) == [expected]


@pytest.mark.parametrize(
    ("key", "period", "as_at", "one"),
    [
        (("item_id",), None, "", True),
        (("item_id", "region"), None, "", False),
        (("item_id", "from"), ("from", "before"), "closed_on", True),
        (("item_id", "from"), ("from", "before"), "", False),  # no day says which
        (("item_id", "region", "from"), ("from", "before"), "closed_on", False),
        (("from",), ("from", "before"), "closed_on", False),
        (("item_id",), ("from", "before"), "closed_on", True),
    ],
)
def test_what_a_link_finds(key: tuple[str, ...], period: tuple[str, str] | None, as_at: str, one: bool) -> None:
    """At most one row, where the reference and the day say all of the key."""
    table = RecordTable("prices", key, (), period=period)
    assert reaches_one_row(Link("item", "prices", "item_id", as_at), table) is one
