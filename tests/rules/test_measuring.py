"""What metrics measure: operations, windows, missing values, children, groups of groups."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import decide, partners, plan, sales, told

USED = "\ntiers: {ladder: [registered, silver], requires: [%s]}\n"


def measured(metric: str, *lines: str, day: str = "2026-06-30", columns: str = "") -> Value:
    """The value of one metric over some sales of P1."""
    text = f"metrics: {{m: {{{metric}}}}}" + USED % "m is not missing"
    columns = columns or "sale_id partner_id entry closed_on amount"
    return decide(text, day, {"partners": partners(), "sales": sales(*lines, columns=columns)}).metric("m")


DAYS = (
    "S0|P1|sale|2025-03-31|1.00",
    "S1|P1|sale|2025-06-30|2.00",
    "S2|P1|sale|2025-07-01|4.00",
    "S3|P1|sale|2025-12-31|8.00",
    "S4|P1|sale|2026-01-01|16.00",
    "S5|P1|sale|2026-03-31|32.00",
    "S6|P1|sale|2026-04-01|64.00",
    "S7|P1|sale|2026-06-30|128.00",
    "S8|P1|sale|2026-07-01|1000.00",
)


@pytest.mark.parametrize(
    ("window", "places"),
    [
        ("window: trailing 12 months", (2, 3, 4, 5, 6, 7)),  # 30 June a year ago is out
        ("window: trailing 12 months, shifted: 12 months", (1,)),  # 1 July 2024 to 30 June 2025, from S1
        ("window: trailing 91 days", (6, 7)),  # 1 April to 30 June are 91 days
        ("window: trailing 90 days", (7,)),
        ("window: last 1 quarter", (6, 7)),  # complete with the day
        ("window: last 2 quarters", (4, 5, 6, 7)),
        ("window: last 1 quarter, shifted: 3 months", (4, 5)),
        ("window: this quarter", (6, 7)),
        ("window: this year", (4, 5, 6, 7)),
        ("window: this month and last 2 months", (6, 7)),
        ("window: program year", (4, 5, 6, 7)),
        ("window: lifetime", (0, 1, 2, 3, 4, 5, 6, 7)),
    ],
)
def test_windows(window: str, places: tuple[int, ...]) -> None:
    """Judged on 30 June 2026: half-open, nothing of 1 July; S0 of March 2025 only where the window reaches it."""
    wanted = sum(2**place for place in places)
    if window.endswith("12 months, shifted: 12 months"):
        wanted += 1  # 31 March 2025 is in the year before as well
    assert measured(f"from: sales, sum: amount, {window}", *DAYS) == Decimal(wanted)


AMOUNTS = ("S1|P1|sale|2026-01-01|10.00", "S2|P1|sale|2026-01-02|-4.00", "S3|P1|sale|2026-01-03|10.00")


@pytest.mark.parametrize(
    ("how", "value", "of_nothing"),
    [
        ("sum: amount", "16.00", "0.00"),
        ("count: records", "3", "0"),
        ("count_distinct: amount", "2", "0"),
        ("min: amount", "-4.00", None),
        ("max: amount", "10.00", None),
        ("median: amount", "10.00", None),
        ("average: amount", "5.333333", None),
        ("average: amount, scale: 2", "5.33", None),
        ("sum: amount * 2 - 1 USD", "29.00", "0.00"),
    ],
)
def test_operations(how: str, value: str, of_nothing: str | None) -> None:
    """Each operation over three sales, and over none."""
    assert measured(f"from: sales, {how}, window: lifetime", *AMOUNTS) == Decimal(value)
    nothing = measured(f"from: sales, {how}, window: lifetime")
    assert nothing == (None if of_nothing is None else Decimal(of_nothing))


def test_median_of_two_is_between() -> None:
    """Half a cent is kept exactly: 10.01 and 10.02 give 10.015."""
    lines = ("S1|P1|sale|2026-01-01|10.01", "S2|P1|sale|2026-01-02|10.02")
    assert measured("from: sales, median: amount, window: lifetime", *lines) == Decimal("10.015")


def test_first_and_last_day() -> None:
    """Dates have a first and a last."""
    text = (
        """
metrics: {first_sale: {from: sales, min: closed_on, window: lifetime}}
"""
        + USED % "first_sale <= 2026-01-01"
    )
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": sales(*AMOUNTS)})
    assert found.met("tier.silver.1") is True
    assert str(found.metric("first_sale")) == "2026-01-01"


GOODS = "sale_id partner_id entry closed_on amount quantity"
MISSING = ("S1|P1|sale|2026-01-01|10.00|2", "S2|P1|sale|2026-01-01|10.00|-", "S3|P1|sale|2026-01-01|10.00|-3")


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("sum: quantity", None),  # what S2 sold cannot be known
        ("sum: quantity, ignore_missing: true", -1),
        ("average: quantity", None),
        ("average: quantity, ignore_missing: true, scale: 1", Decimal("-0.5")),
        ("median: quantity, ignore_missing: true, scale: 1", Decimal("-0.5")),
        ("count: records, where: quantity >= 1", None),
        ("count: records, where: quantity >= 1, ignore_missing: true", 1),
        ("count: records, where: quantity is missing", 1),
        ("count: records, where: quantity is not missing and quantity < 0", 1),
        ("count: records, where: [amount < 0 USD, quantity >= 1]", 0),  # refuted, whatever is missing
        ("count: records, where: {any: [amount > 0 USD, quantity >= 1]}", 3),
        ("count: records, where: {none: [amount < 0 USD, quantity is missing]}", 2),
        ("count: records, where: {at_least: 2, of: [amount > 0 USD, quantity is missing, quantity < 0]}", 2),
        ("count: records, where: {at_least: 2, of: [amount > 0 USD, quantity is missing, amount > 5 USD]}", 3),
        ("count: records, where: {all: [amount > 0 USD, quantity is missing]}", 1),
        ("sum: quantity, where: quantity between 1 and 5", None),
    ],
)
def test_missing_is_not_zero(metric: str, value: Value) -> None:
    """A row that cannot be decided or measured makes the metric unknown, unless such rows are dropped."""
    assert measured(f"from: sales, {metric}, window: lifetime", *MISSING, columns=GOODS) == value


def test_outside_the_window_nothing_is_missing() -> None:
    """What a row lacks does not matter where it does not count."""
    assert measured("from: sales, sum: quantity, window: this month", *MISSING, columns=GOODS) == 0


def test_children() -> None:
    """A group's records are its own and those of all below it, at any depth."""
    text = (
        """
metrics:
  own: {from: sales, sum: amount, window: lifetime}
  group: {like: own, scope: partner with children}
  members: {from: partners, count: records, scope: partner with children}
"""
        + USED % "own + group >= 1 USD and members > 1"
    )
    records = {
        "partners": rows("partner_id parent_id", "P1|-", "P2|P1", "P3|P2", "P4|-"),
        "sales": sales(*(f"S{n}|P{n}|sale|2026-01-01|{10**n}.00" for n in (1, 2, 3, 4))),
    }
    found = decide(text, "2026-06-30", records)
    own = [found.metric("own", f"P{n}") for n in (1, 2, 3, 4)]
    group = [found.metric("group", f"P{n}") for n in (1, 2, 3, 4)]
    assert own == [Decimal(10**n) for n in (1, 2, 3, 4)]
    assert group == [Decimal(1110), Decimal(1100), Decimal(1000), Decimal(10000)]
    assert [found.metric("members", f"P{n}") for n in (1, 2, 3, 4)] == [3, 2, 1, 1]


PER = (
    """
metrics:
  by_customer: {from: sales, sum: amount, per: customer_id, window: trailing 12 months}
  best: {from: by_customer, max: value}
  large: {from: by_customer, count: records, where: value >= 100 USD}
  names: {from: by_customer, count_distinct: customer_id}
"""
    + USED % "best >= 1 USD and large >= 0 and names >= 0"
)
BOUGHT = "sale_id partner_id entry closed_on amount customer_id"
CUSTOMERS = rows(
    BOUGHT,
    "S1|P1|sale|2025-06-30|500.00|C1",  # before the window
    "S2|P1|sale|2026-01-01|60.00|C1",
    "S3|P1|sale|2026-01-02|40.00|C1",
    "S4|P1|sale|2026-01-03|99.99|C2",
    "S5|P1|sale|2026-01-03|900.00|-",  # of no customer
)


def test_aggregate_of_aggregates() -> None:
    """Totals per customer, then the best and how many are large; a row without the key is in no group."""
    found = decide(PER, "2026-06-30", {"partners": partners(), "sales": CUSTOMERS})
    assert [found.metric(each) for each in ("best", "large", "names")] == [Decimal(100), 1, 2]


def test_per_on_the_days_of_periods() -> None:
    """In a rebate's eligibility the groups are those of each period's last day."""
    text = (
        PER
        + """
incentives:
  rebate:
    kind: rebate
    eligible: [best >= 100 USD]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 100%}]
    payee: partner
"""
    )
    lines = (*CUSTOMERS, *rows(BOUGHT, "S6|P1|sale|2027-01-01|1.00|C1", "S7|P1|sale|2026-08-01|1.00|C3"))
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": lines})
    # C1's 560 of June 2025 leave the window on 30 June 2026; its 100 stay until 31 December
    assert found.earned("period", "amount") == [("2026-Q1", "1099.99"), ("2026-Q3", "1.00")]


def test_per_on_the_days_of_rows() -> None:
    """In a SPIFF's eligibility the groups are those of the row's own day."""
    text = (
        PER
        + """
incentives:
  spiff:
    kind: spiff
    eligible: [best >= 100 USD]
    where: customer_id is not missing
    rate: 100%
    of: amount
    payee: partner
"""
    )
    lines = rows(
        BOUGHT, "S1|P1|sale|2026-01-01|60.00|C1", "S2|P1|sale|2026-01-02|40.00|C1", "S3|P1|sale|2026-01-03|5.00|C2"
    )
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": lines})
    assert found.earned("source_id", "amount") == [("S2", "40.00"), ("S3", "5.00")]


def test_per_read_in_a_row() -> None:
    """A row reads the value at its own keys: the sales of customers who bought for 100 in all."""
    text = (
        """
metrics:
  by_customer: {from: sales, sum: amount, per: [customer_id], window: lifetime}
  of_large: {from: sales, count: records, where: by_customer >= 100 USD, window: lifetime}
  worth: {from: sales, sum: by_customer, where: customer_id is not missing, window: lifetime}
"""
        + USED % "of_large >= 1 and worth >= 0 USD"
    )
    lines = [each for each in CUSTOMERS if each["sale_id"] != "S5"]
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": lines})
    # C1: 600 in three sales, C2: 99.99 in one
    assert (found.metric("of_large"), found.metric("worth")) == (3, Decimal("1899.99"))


def test_per_read_in_the_rows_of_a_group() -> None:
    """A record of a partner below has its own partner's value; with children, that of the whole group."""
    text = (
        """
records: {sales: {fields: {origin_id: {type: id, optional: true}}}}
metrics:
  own: {from: sales, sum: amount, per: customer_id, window: lifetime}
  whole: {like: own, scope: partner with children}
  of_own: {from: sales, count: records, where: own >= 100 USD, window: lifetime, scope: partner with children}
  of_whole: {like: of_own, scope: partner with children, where: whole >= 150 USD}
  best: {from: whole, max: value}
"""
        + USED % "of_own + of_whole >= 1 and best >= 1 USD"
    )
    lines = (
        "S1|P1|sale|2026-01-01|60.00|C1",  # P1: 60 with C1, and 170 with P2's
        "S2|P2|sale|2026-01-01|60.00|C1",
        "S3|P2|sale|2026-01-01|50.00|C1",
    )
    records = {"partners": rows("partner_id parent_id", "P1|-", "P2|P1"), "sales": rows(BOUGHT, *lines)}
    found = decide(text, "2026-06-30", records)
    counted = [(found.metric("of_own", each), found.metric("of_whole", each)) for each in ("P1", "P2")]
    assert counted == [(2, 2), (2, 0)]
    assert [found.metric("best", each) for each in ("P1", "P2")] == [Decimal(170), Decimal(110)]


def test_per_average_is_rounded_at_its_scale() -> None:
    """A ratio kept in a table has digits: two where the metric says so, six where it does not."""
    text = (
        """
metrics:
  size: {from: sales, average: amount, per: customer_id, window: lifetime%s}
  best: {from: size, max: value}
"""
        + USED % "best >= 1 USD"
    )
    lines = rows(BOUGHT, *(f"S{n}|P1|sale|2026-01-01|{n}.00|C1" for n in (1, 2, 2)))
    for place, row in enumerate(lines):
        row["sale_id"] = f"S{place}"
    records = {"partners": partners(), "sales": lines}
    assert decide(text % ", scale: 2", "2026-06-30", records).metric("best") == Decimal("1.67")
    assert decide(text % "", "2026-06-30", records).metric("best") == Decimal("1.666667")


def test_what_an_average_is_divided_by() -> None:
    """The count of its rows, by which a missing value is explained; of other metrics nothing."""
    kinds = "a: {from: sales, average: amount, window: lifetime}, b: {from: sales, sum: amount, window: lifetime}"
    tiers = "tiers: {ladder: [x, y], y: {requires: [a > 1 USD, c > 1]}}"
    compiled = plan(f"metrics: {{{kinds}, c: {{formula: a / b}}}}\n{tiers}\n", "2026-12-31")
    measured = {each.name: each.divided_by for each in compiled.metrics}
    assert measured == {"a": "a.count", "b": "", "c": ""}


def test_ratios_are_compared_exactly() -> None:
    """14.996 % does not reach 15 %, whatever is shown; with `scale` further arithmetic reads the rounded number."""
    text = (
        """
metrics:
  now: {from: sales, sum: amount, where: closed_on >= 2026-01-01, window: lifetime}
  then: {from: sales, sum: amount, where: closed_on < 2026-01-01, window: lifetime}
  growth: {formula: (now - then) / then, scale: 2}
  shown: {formula: growth * 1}
"""
        + USED % "growth >= 15% or shown >= 15%"
    )
    records = {
        "partners": partners("P1", "P2"),
        "sales": sales("S1|P1|sale|2025-01-01|100000.00", "S2|P1|sale|2026-01-01|114996.00"),
    }
    found = decide(text, "2026-06-30", records)
    assert (found.met("tier.silver.1.1"), found.met("tier.silver.1.2")) == (False, True)
    assert found.metric("growth") == Decimal("0.15")
    assert found.gap("tier.silver.1.1") == (Decimal("0.149960"), Decimal("0.000040"))
    assert (found.metric("growth", "P2"), found.met("tier.silver.1.1", "P2")) == (None, None)  # no baseline


def test_history_counts_while_in_force() -> None:
    """Records with history count on the days between their dates."""
    text = (
        """
metrics: {people_here: {from: assignments, count: records}}
"""
        + USED % "people_here >= 1"
    )
    world = {
        "partners": partners(),
        "assignments": rows("person_id partner_id from before", "E1|P1|2026-01-01|2026-03-01", "E2|P1|2026-02-01|-"),
    }
    counts = [decide(text, day, world).metric("people_here") for day in ("2026-01-31", "2026-02-01", "2026-03-01")]
    assert counts == [1, 2, 1]


LINKED = (
    """
records:
  prices:
    key: [product_id, from]
    history: {from: from, before: before}
    fields:
      product_id: {type: id, references: products}
      from: date
      before: {type: date, optional: true}
      list: money
  sales:
    links:
      item: {to: products, by: product_id}
      price: {to: prices, by: product_id, as_at: closed_on}
metrics:
  network: {from: sales, count: records, where: item.line is 'network', window: lifetime}
  listed: {from: sales, sum: price.list, where: price.list is not missing, window: lifetime}
"""
    + USED % "network >= 1 and listed >= 0 USD"
)


def test_links() -> None:
    """One step with a dot: the row of another table, as at the day of this one."""
    world = {
        "partners": partners(),
        "products": rows("product_id line", "G1|network", "G2|-"),
        "prices": rows("product_id from before list", "G1|2026-01-01|2026-02-01|5.00", "G1|2026-02-01|-|7.00"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount product_id",
            "S1|P1|sale|2026-01-31|1.00|G1",
            "S2|P1|sale|2026-02-01|1.00|G1",
            "S3|P1|sale|2025-12-31|1.00|G1",  # no price yet
        ),
    }
    found = decide(LINKED, "2026-06-30", world)
    assert (found.metric("network"), found.metric("listed")) == (3, Decimal(12))
    world["sales"].append({**world["sales"][0], "sale_id": "S4", "product_id": "G2"})
    assert decide(LINKED, "2026-06-30", world).metric("network") is None  # the line of G2 is not known


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (
            "m: {from: sales, sum: entry, window: lifetime}",
            ["RNG201 7`entry`: `sum` needs numbers, but this is a choice"],
        ),
        ("m: {from: sales, sum: closed_on, window: lifetime}", ["RNG201 7`closed_on`: `sum` of dates is not possible"]),
        (
            "m: {from: sales, sum: amount / quantity, window: lifetime}",
            [
                (
                    "RNG201 7`amount / quantity`: `amount / quantity` is a ratio of each row,"
                    " and ratios of rows are not added up"
                )
            ],
        ),
        ("m: {from: sales, sum: colour, window: lifetime}", ["RNG200 7`colour`: unknown name `colour`"]),
        (
            "m: {from: sales, count: records, where: [colour is 'x', amount >= 5], window: lifetime}",
            [
                "RNG200 7`colour`: unknown name `colour`",
                "RNG201 7`5`: an amount in USD cannot be compared with a number",
            ],
        ),
        (
            "m: {from: sales, count: records, where: {any: [amount, amount > 0 USD]}, window: lifetime}",
            ["RNG203 7`amount`: this is an amount in USD, not true or false"],
        ),
        ("m: {formula: n + 1}\n  n: {formula: m + 1}", ["RNG208 7`m`: `m` depends on itself: m -> n -> m"]),
        ("m: {formula: 1, if_missing: 5 USD}", ["RNG201 7`5 USD`: a number cannot be replaced by an amount in USD"]),
        ("m: {formula: 1, if_missing: colour}", ["RNG200 7`colour`: unknown name `colour`"]),
        (
            "m: {formula: n + 1}\n  n: {from: sales, sum: amount, per: seller_id, window: lifetime}",
            ["RNG213 7`n`: `n` has one value for each group (`per`), not one for the partner"],
        ),
        (
            "m: {from: n, max: value}\n  n: {from: sales, sum: colour, per: seller_id, window: lifetime}",
            ["RNG200 8`colour`: unknown name `colour`"],
        ),
        (
            "m: {from: n, max: value}\n  n: {from: products, count: records, per: name}",
            ["RNG213 8`products`: records of `products` have no partner"],
        ),
        (
            "m: {from: n, max: value}\n  n: {from: sales, max: amount, per: entry, where: n > 1 USD, window: lifetime}",
            ["RNG208 8`n`: `n` depends on itself through its own records"],
        ),
        (
            """m: {from: sales, count: records, where: n >= 1 USD, window: lifetime}
  n: {from: sales, sum: colour, per: seller_id, window: lifetime}""",
            ["RNG200 8`colour`: unknown name `colour`"],
        ),
        (
            "m: {from: sales, count: records, where: n >= 1, window: lifetime}\n  n: {formula: 1}",
            ["RNG213 7`n`: `n` is a value of the partner and cannot be used in a row of `sales`"],
        ),
    ],
)
def test_findings(metrics: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    assert told(f"metrics:\n  {metrics}\ntiers: {{ladder: [a, b], requires: [m is not missing]}}\n") == expected


def test_an_average_of_words_is_refused() -> None:
    """Only numbers can be averaged, whatever the order of the words `average` and `count_distinct`."""
    text = "metrics: {m: {from: sales, average: sale_id, window: lifetime}}" + USED % "m is not missing"
    (finding,) = told(text)
    assert "`average` needs numbers, but this is" in finding
