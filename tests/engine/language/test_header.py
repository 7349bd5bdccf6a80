"""The head of a program: dates, currency, calendar, rounding and record tables."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendar import Calendar
from engine.language.header import effective_days
from engine.language.records import Field, Link
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Mode, choice, money, number
from tests.tiny import HEAD, program, told


def test_smallest_head() -> None:
    """Without calendar and rounding: years from January, half up; the family is the title."""
    found = program("")
    assert (found.family, found.version, found.title, found.currency, found.scale) == ("tiny", "1", "tiny", "USD", 2)
    assert effective_days(found) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (found.calendar, found.calendar_declared, found.rounding) == (Calendar(), False, Mode.HALF_UP)
    assert (found.own_tables, found.record_spans) == ((), ())


def test_whole_head() -> None:
    """Everything that may stand there."""
    text = """
title: Tiny Program
calendar: {fiscal_year_starts: april, year_named: end}
rounding: {mode: half_even, at: earning}
"""
    found = program(text)
    assert (found.title, found.calendar, found.calendar_declared) == ("Tiny Program", Calendar(4, "end"), True)
    assert (found.rounding, found.rounding_at) == (Mode.HALF_EVEN, "earning")
    assert program("calendar: {fiscal_year_starts: may, year_named: start}").calendar == Calendar(5, "start")


@pytest.mark.parametrize(
    ("written", "late", "returns"),
    [
        ("{late_records: 90 days, returns: 12 months}", (90, "days"), (12, "months")),
        ("{late_records: 1 year}", (12, "months"), None),
        ("{returns: 0 days}", None, (0, "days")),
    ],
)
def test_corrections(written: str, late: tuple[int, str] | None, returns: tuple[int, str] | None) -> None:
    """How long after a period it may change; what is left out is without end."""
    found = program(f"corrections: {written}").corrections
    said = [None if each is None else (each.count, each.unit) for each in (found.late_records, found.returns)]
    assert (said, found.declared) == ([late, returns], True)
    assert not program("").corrections.declared


def test_corrections_that_say_nothing() -> None:
    """Neither an empty mapping nor a length without a unit, nor one of three centuries."""
    assert [each.split(" ")[0] for each in told("corrections: {}")] == ["RNG106"]
    assert [each.split(" ")[0] for each in told("corrections: {late_records: 90}")] == ["RNG104"]
    assert [each.split(" ")[0] for each in told("corrections: {late_records: 300 years}")] == ["RNG512"]


RECORDS = """
records:
  extends: standard
  partners:
    fields:
      region: {type: choice, values: [emea, na], optional: true}
      size: {type: choice, values: [s, l], ordered: true}
  visits:
    key: visit_id
    partner: visited
    date: on_day
    fields:
      visit_id: id
      visited: id
      on_day: date
      hours: {type: decimal, scale: 1}
      rating: decimal
      worth: money
      count: integer
      note: {type: text, personal: true, optional: true}
      paid: boolean
      product_id: {type: id, references: products}
    links:
      item: {to: products, by: product_id}
      price: {to: prices, by: product_id, as_at: on_day}
  prices:
    key: [product_id, since]
    history: {from: since, before: until}
    fields: {product_id: id, since: date, until: {type: date, optional: true}}
  notes:
    fields: {note_id: id, text: text}
"""


def test_records() -> None:
    """Own tables beside the standard ones, more fields of a standard one, links with and without a day."""
    schema = program(RECORDS).records
    visits, prices, notes, partners = (schema.table(each) for each in ("visits", "prices", "notes", "partners"))
    assert visits and prices and notes and partners
    assert (visits.key, visits.partner, visits.date, visits.period) == (("visit_id",), "visited", "on_day", None)
    assert visits.field("visited") == Field("visited", ID, references="partners")  # whose record it is
    types = [visits.field(each) for each in ("hours", "rating", "worth", "count", "paid", "on_day")]
    wanted = [number(1), number(4), money("USD", 2), INTEGER, BOOLEAN, DATE]
    assert [each.type for each in types if each] == wanted
    assert visits.field("note") == Field("note", TEXT, optional=True, personal=True)
    assert visits.field("product_id") == Field("product_id", ID, references="products")
    assert visits.links == (Link("item", "products", "product_id"), Link("price", "prices", "product_id", "on_day"))
    assert (prices.key, prices.period) == (("product_id", "since"), ("since", "until"))
    assert (notes.key, notes.partner, notes.date) == (("note_id",), "", "")  # the first field tells rows apart
    assert partners.field("size") == Field("size", choice("s", "l", ordered=True))
    assert partners.field("region") == Field("region", choice("emea", "na"), optional=True)
    assert [each.name for each in partners.fields][:5] == ["partner_id", "parent_id", "name", "type", "region"]


def test_own_tables_are_named() -> None:
    """What the program says of tables, with places, for the feed to check."""
    found = program(RECORDS)
    assert found.own_tables == ("partners", "visits", "prices", "notes")
    assert [(name, span.line) for name, span in found.record_spans][:2] == [("partners", 9), ("visits", 13)]


def table(keys: str, more: str = "") -> str:
    """A table `t`, with more tables."""
    return f"records:\n  t: {{{keys}}}\n  u: {{key: [a, b], fields: {{a: id, b: id}}}}\n{more}"


FIELDS = "fields: {a: id, b: date, c: {type: text, personal: true}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (table(f"key: x, {FIELDS}"), ["RNG205 7`x`: `t` has no field `x`"]),
        (table(f"partner: x, {FIELDS}"), ["RNG205 7`x`: `t` has no field `x`"]),
        (table(f"date: x, {FIELDS}"), ["RNG205 7`x`: `t` has no field `x`"]),
        (table(f"date: a, {FIELDS}"), ["RNG201 7`a`: `a` is an id, but a date is required here"]),
        (table(f"partner: b, {FIELDS}"), ["RNG201 7`b`: `b` is a date, but an id is required here"]),
        (table(f"key: c, {FIELDS}"), ["RNG213 7`c`: `c` is personal and cannot be used in a decision"]),
        (
            table(f"history: {{from: a, before: x}}, {FIELDS}"),
            ["RNG201 7`a`: `a` is an id, but a date is required here", "RNG205 7`x`: `t` has no field `x`"],
        ),
        (table("partner: a"), ["RNG300 7`t`: the record table `t` has no fields"]),
        (table("fields: {a: {type: id, references: x}}"), ["RNG204 7`x`: there is no record table `x`"]),
        (table("fields: {a: {type: id, references: u}}"), []),
        (table("fields: {a: choice}"), ["RNG300 7`choice`: only a choice has `values`"]),
        (table("fields: {a: {type: choice}}"), ["RNG300 7`type`: only a choice has `values`"]),
        (
            table("fields: {a: {type: id, values: [x]}}"),
            ["RNG300 7`type`: only a choice has `values`"],
        ),
        (
            table("fields: {a: {type: id, ordered: true}}"),
            ["RNG300 7`ordered`: the type `id` has no `ordered`"],
        ),
        (table("fields: {a: {type: money, scale: 2}}"), ["RNG300 7`scale`: the type `money` has no `scale`"]),
        (
            table("fields: {a: {type: choice, values: [x, x]}}"),
            ["RNG207 7`x`: `x` is a value of this choice twice"],
        ),
        (table(f"links: {{l: {{to: x, by: a}}}}, {FIELDS}"), ["RNG204 7`x`: there is no record table `x`"]),
        (
            table(f"links: {{l: {{to: products, by: b}}}}, {FIELDS}"),
            ["RNG201 7`b`: `b` is a date, but an id is required here"],
        ),
        (
            table(f"links: {{l: {{to: products, by: a, as_at: b}}}}, {FIELDS}"),
            ["RNG300 7`as_at`: `products` has no history, so the link needs no date"],
        ),
        (
            table(f"links: {{l: {{to: statuses, by: a}}}}, {FIELDS}"),
            ["RNG300 7`l`: `statuses` has a history, so the link needs a date"],
        ),
        (table(f"links: {{l: {{to: statuses, by: a, as_at: b}}}}, {FIELDS}"), []),
        (
            table(f"links: {{l: {{to: nominations, by: a, as_at: b}}}}, {FIELDS}"),
            ["RNG300 7`l`: the key of `nominations` is partner_id and tier together"],
        ),
        (
            table(f"links: {{l: {{to: days, by: a}}}}, {FIELDS}", "  days: {fields: {day: date}}\n"),
            ["RNG300 7`l`: the key of `days` is a date, not an id"],
        ),
        (table(f"links: {{l: {{to: u, by: a}}}}, {FIELDS}"), ["RNG300 7`l`: the key of `u` is a and b together"]),
        (
            "records: {sales: {fields: {amount: decimal}}}",
            ["RNG300 6`amount`: `amount` is a standard field and must stay an amount of `money`"],
        ),
        (
            "records: {sales: {fields: {amount: {type: money, optional: true}}}}",
            ["RNG300 6`amount`: `amount` is a standard field and is never missing"],
        ),
        (
            "records: {sales: {fields: {amount: {type: money, formula: 2 USD * quantity}}}}",
            ["RNG300 6`amount`: `amount` is a standard field and is read from the records, never computed"],
        ),
        (
            "records: {sales: {fields: {quantity: text}}}",
            ["RNG300 6`quantity`: `quantity` is a standard field and must stay integer"],
        ),
        ("records: {sales: {fields: {quantity: integer}}}", []),  # required from now on
        ("records: {claims: {fields: {a: id}}}", ["RNG108 6`claims`: the record table `claims` is not supported yet"]),
    ],
)
def test_findings_of_records(text: str, expected: list[str] | None) -> None:
    """Each slip is told once, at its place; None: the shape has refused it."""
    found = told(text)
    if expected is None:
        assert [each.split(" ")[0] for each in found] == ["RNG103"]
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("USD", "USX", "RNG530 5`USX`: `USX` is not a currency code of ISO 4217"),
        ("USD", "XAU", "RNG531 5`XAU`: nothing can be paid in `XAU` (gold)"),
        (
            "before: 2027-01-01",
            "before: 2026-01-01",
            "RNG400 4`2026-01-01`: the range ends on 2026-01-01, but it starts on 2026-01-01",
        ),
        (
            "from: 2026-01-01",
            "from: 1989-12-31",
            "RNG508 4`1989-12-31`: `1989-12-31` is not from 1990-01-01 until 2200-01-01",
        ),
    ],
)
def test_nothing_is_built_on_a_broken_head(old: str, new: str, expected: str) -> None:
    """Dates and currency must stand before the rest is looked at."""
    assert told("metrics: {m: {from: nowhere, count: records}}", HEAD.replace(old, new)) == [expected]
