"""Metrics: how they are declared, copied and refused. What they measure is in `test_measuring`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ridge.records import rows
from tests.tiny import HEAD, decide, partners, program, sales, told

USED = "\ntiers: {ladder: [registered, silver], requires: [%s]}\n"
FISCAL = HEAD + "calendar: {fiscal_year_starts: february, year_named: start}\n"


def test_like_copies_and_given_keys_replace() -> None:
    """A copy of a copy keeps what it does not say again; `where` narrows, the title is not copied."""
    text = """
metrics:
  large: {like: all_sales, where: amount >= 100 USD, title: Large}
  large_goods: {like: large, where: [quantity is 1], count: records, scale: 2, ignore_missing: true}
  all_sales: {title: Sales, from: sales, sum: amount, window: trailing 12 months}
  group: {like: all_sales, scope: partner with children, shifted: 1 month, window: this year}
  own: {like: group, scope: partner, shifted: 0 months, if_missing: unknown}
"""
    by_name = {each.name: each for each in program(text).metrics}
    assert list(by_name) == ["large", "large_goods", "all_sales", "group", "own"]
    large = by_name["large_goods"]
    assert (large.op, large.value, large.source, len(large.where)) == ("count", None, "sales", 2)
    assert (large.scale, large.ignore_missing, large.title) == (2, True, "")
    assert (by_name["group"].children, by_name["group"].shifted, str(by_name["group"].window)) == (True, 1, "this year")
    assert (by_name["own"].children, by_name["own"].shifted, by_name["own"].if_missing) == (False, 0, None)


@pytest.mark.long
def test_a_chain_of_copies_may_be_longer_than_the_stack_is_deep() -> None:
    """Each of two thousand metrics copies the next, which is read before it."""
    copies = "".join(f"  m{number}: {{like: m{number + 1}}}\n" for number in range(2_000))
    found = program(f"metrics:\n{copies}  m2000: {{from: sales, max: amount, window: lifetime}}\n").metrics
    assert [each.name for each in found] == [f"m{number}" for number in range(2_001)]
    assert {each.op for each in found} == {"max"}


def test_like_may_measure_in_another_way() -> None:
    """A formula or people in place of records, and records in place of those."""
    text = """
certifications: {pro: {}}
metrics:
  base: {from: sales, sum: amount, window: lifetime}
  twice: {formula: base * 2}
  staff: {like: twice, people_holding: pro}
  again: {like: staff, from: sales, max: amount, window: lifetime}
"""
    by_name = {each.name: each for each in program(text).metrics}
    assert (by_name["twice"].source, by_name["twice"].op) == ("", "")
    assert (by_name["staff"].holding, by_name["staff"].formula) == (("pro",), None)
    assert (by_name["again"].op, by_name["again"].holding) == ("max", ())


def test_measure_of_another_table() -> None:
    """`from` alone changes the records of a copy."""
    text = (
        """
metrics:
  sold: {from: sales, count: records, window: lifetime}
  asked: {like: sold, from: deals}
"""
        + USED % "sold + asked >= 1"
    )
    records = {
        "partners": partners(),
        "sales": sales("S1|P1|sale|2026-01-01|1.00"),
        "deals": rows("deal_id partner_id submitted_on", "D1|P1|2026-01-01", "D2|P1|2026-01-02"),
    }
    found = decide(text, "2026-06-30", records)
    assert (found.metric("sold"), found.metric("asked")) == (1, 2)


def test_if_missing() -> None:
    """A default stands where nothing can be measured; `unknown` is what happens without one."""
    text = (
        """
metrics:
  average: {from: sales, average: amount, window: lifetime, if_missing: 7 USD}
  none: {from: sales, average: amount, window: lifetime, if_missing: unknown}
  total: {from: sales, sum: amount, window: lifetime}
  ratio: {formula: total / total, if_missing: 0}
"""
        + USED % "average + none >= 1 USD and ratio > 0"
    )
    found = decide(text, "2026-06-30", {"partners": partners()})
    assert (found.metric("average"), found.metric("none"), found.metric("ratio")) == (Decimal(7), None, Decimal(0))


PER = "\n  n: {from: sales, sum: amount, per: seller_id, window: lifetime}"
SALES = "from: sales, sum: amount, window: lifetime"


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ("m: {like: n}", ["RNG200 7`n`: there is no metric `n`"]),
        ("m: {like: n}\n  n: {like: m}", ["RNG208 8`m`: `n` is a copy of itself through other metrics"]),
        ("m: {like: m}", ["RNG208 7`m`: `m` is a copy of itself through other metrics"]),
        (
            "m: {from: sales, sum: amount, count: records, window: lifetime}",
            ["RNG300 7`count`: `m` is measured in more than one way: `from`, `sum`, `count`"],
        ),
        (
            "m: {from: sales, formula: 1, window: lifetime}",
            ["RNG300 7`formula`: `m` is measured in more than one way: `from`, `formula`"],
        ),
        ("m: {title: x}", ["RNG300 7`m`: `m` does not say what is measured"]),
        ("m: {from: sales, window: lifetime}", ["RNG300 7`m`: `m` does not say what is measured"]),
        ("m: {sum: amount}", ["RNG300 7`m`: `m` has `sum` and no `from`"]),
        ("m: {from: sales, sum: amount}", ["RNG301 7`m`: `m` does not say which days of `sales` count"]),
        (
            "m: {from: partners, count: records, window: this year}",
            ["RNG302 7`this year`: `partners` has no dates, so a window has no meaning"],
        ),
        ("m: {from: partners, count: records, window: lifetime}", []),
        (
            "m: {from: sales, sum: amount, window: lifetime, shifted: 1 month}",
            ["RNG300 7`m`: `m` has `shifted` but no `window`"],
        ),
        (
            "m: {from: sales, sum: amount, window: this year, shifted: 30 days}",
            ["RNG201 7`30 days`: expected months, found days"],
        ),
        (
            "m: {formula: 1, window: lifetime}",
            ["RNG302 7`lifetime`: `m` is computed from metrics, which have their own windows"],
        ),
        (
            "m: {formula: 1, where: region is 'x', shifted: 1 month}",
            [
                "RNG300 7`where`: `where` does not apply to a metric that has a formula",
                "RNG300 7`shifted`: `shifted` does not apply to a metric that has a formula",
            ],
        ),
        (
            "m: {people_holding: pro, per: region}",
            ["RNG300 7`per`: `m` counts the same people for each value of `region`, which is under `per`"],
        ),
        (
            "m: {people_holding: pro, window: lifetime}",
            ["RNG302 7`lifetime`: `m` counts people on the day judged"],
        ),
        ("m: {people_holding: pr}", ["RNG200 7`pr`: there is no certification `pr`"]),
        (
            "m: {from: sales, sum: amount, window: this fiscal year}",
            ["RNG401 7`this fiscal year`: fiscal periods need a fiscal calendar"],
        ),
        ("m: {from: sale, sum: amount, window: lifetime}", ["RNG204 7`sale`: there is no record table `sale`"]),
        (
            "m: {from: products, count: records}",
            ["RNG213 7`products`: records of `products` have no partner"],
        ),
        (
            "m: {from: n, max: value}\n  n: {from: sales, sum: amount, per: colour, window: lifetime}",
            ["RNG205 8`n`: `sales` has no field `colour`"],
        ),
        (
            "m: {from: n, max: value}\n  n: {from: people, count: records, per: email}",
            ["RNG213 8`n`: `email` is personal and cannot be used in a decision"],
        ),
        (
            "m: {from: n, max: value, window: lifetime}" + PER,
            ["RNG302 7`lifetime`: `m` is computed from metrics, which have their own windows"],
        ),
        (
            "m: {from: n, max: value, shifted: 1 month}" + PER,
            ["RNG300 7`m`: `m` measures the metric `n`, not records"],
        ),
    ],
)
def test_findings(metrics: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    metrics += "\n  others: {people_holding: pro}"
    text = f"metrics:\n  {metrics}\ncertifications: {{pro: {{}}}}\n" + USED % "m is not missing and others >= 1"
    assert told(text) == expected


def test_unused() -> None:
    """A metric that decides nothing is told; one under `by` decides."""
    assert told(f"metrics: {{m: {{{SALES}}}}}") == ["RNG211 6`m`: the metric `m` is not used"]
    text = (
        f"""
metrics: {{m: {{{SALES}}}}}
parameters: {{p: {{by: m, bands: [{{from: 0 USD, value: 1}}]}}}}
"""
        + USED % "1 >= p"
    )
    assert told(text) == []


def test_fiscal_windows_with_a_calendar() -> None:
    """A declared calendar makes fiscal windows good."""
    text = "metrics: {m: {from: sales, sum: amount, window: this fiscal year}}" + USED % "m >= 1 USD"
    assert told(text, FISCAL) == []
    records = {"partners": partners(), "sales": sales("S1|P1|sale|2026-01-31|1.00", "S2|P1|sale|2026-02-01|2.00")}
    assert decide(text, "2026-06-30", records, FISCAL).metric("m") == Decimal(2)


def test_a_metric_is_not_divided_by_its_partner() -> None:
    """`per: partner_id` says what holds anyway, and is told so; not what is told of the value of a group."""
    text = "metrics:\n  m: {from: n, max: value}\n  n: {from: sales, sum: amount, per: partner_id, window: lifetime}\n"
    assert told(text + USED % "m is not missing") == ["RNG300 8`n`: `n` is already measured for each partner"]


def test_what_another_metric_is_like_is_used() -> None:
    """Who removes it breaks the other one. The copy at the end of the chain is reported if nothing reads it."""
    text = """
metrics:
  first: {from: sales, sum: amount, window: trailing 12 months}
  second: {like: first, where: entry is sale}
  third: {like: second, shifted: 12 months}
"""
    assert told(text) == ["RNG211 10`third`: the metric `third` is not used"]
    assert told(text + "segments: {s: {when: [third > 1 USD]}}\nbenefits: {b: {value: flag, when: [s]}}\n") == []
