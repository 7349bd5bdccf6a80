"""The way from one program to the other: what cannot stand alone waits, or goes with others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.impact.moves import read_moves
from engine.impact.stages import batches
from engine.language.program import Program
from tests.engine.impact.evaluated import compared
from tests.ridge.records import rows
from tests.tiny import SALES, program

TEXT = """\
parameters:
  needed: {by: [tier], values: {silver: 100 USD, gold: 200 USD}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [bronze, silver, gold]
  requires: [revenue >= needed]
"""
RECORDS = {
    "partners": rows("partner_id", "P1", "P2", "P3"),
    "sales": rows(SALES, "S1|P1|sale|2026-02-01|150", "S2|P2|sale|2026-03-01|250", "S3|P3|sale|2026-03-01|90"),
}


def steps(old: Program, new: Program) -> list[tuple[tuple[str, ...], int, int, bool]]:
    """The clauses of each step, how many it moves up and down, and whether it was not even evaluated."""
    with compared(old, new, RECORDS, date(2026, 6, 30)) as found:
        return [(each.clauses, each.up, each.down, each.alike) for each in found.measured.impact.steps]


def edited(*edits: tuple[str, str]) -> Program:
    """The program with some texts replaced."""
    text = TEXT
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return program(text)


def test_a_name_goes_after_the_lines_that_read_it() -> None:
    """The metric comes first in the language, but as long as a line reads it, it stays; the new one comes before."""
    measured = "{from: sales, sum: amount, window: trailing 12 months}"
    short = measured.replace("12", "3")
    new = edited((f"revenue: {measured}", f"orders: {short}"), ("revenue >= needed", "orders >= needed"))
    assert steps(program(TEXT), new) == [
        (("metrics.orders",), 0, 0, False),
        (("tiers.requires[1]",), 0, 2, False),  # nobody sold in the last three months
        (("tiers.requires[was 1]",), 0, 0, False),
        (("metrics.revenue",), 0, 0, False),
    ]


def test_what_cannot_stand_alone_goes_together() -> None:
    """A tier and the values it needs: neither compiles without the other, so they are one step."""
    new = edited(
        ("[bronze, silver, gold]", "[bronze, silver, gold, platinum]"),
        ("gold: 200 USD", "gold: 180 USD, platinum: 240 USD"),
    )
    found = steps(program(TEXT), new)  # fmt: skip
    assert [(clauses, up) for clauses, up, _, _ in found] == [
        (("parameters.needed[gold]",), 0),
        (("parameters.needed[platinum]", "tiers.ladder"), 1),
    ]


def test_what_decides_nothing_on_the_day_is_not_evaluated() -> None:
    """A value from a later day leaves the Plan as it is."""
    dated = "needed:\n    - {from: 2026-01-01, by: [tier], values: {silver: 100 USD, gold: 200 USD}}\n"
    later = f"{dated}    - {{from: 2026-09-01, by: [tier], values: {{silver: 100 USD, gold: AMOUNT}}}}"
    plain = "needed: {by: [tier], values: {silver: 100 USD, gold: 200 USD}}"
    old, new = (edited((plain, later.replace("AMOUNT", amount))) for amount in ("210 USD", "300 USD"))
    more = edited(
        (plain, later.replace("AMOUNT", "300 USD").replace("silver: 100 USD, gold: 200", "silver: 80 USD, gold: 200"))
    )
    assert [each[-1] for each in steps(old, new)] == [False]  # the last step is the new program itself
    assert (("parameters.needed[silver] from 2026-01-01",), 1, 0, False) in steps(old, more)


@pytest.mark.parametrize(("most", "count"), [(24, 6), (5, 3), (2, 2)])
def test_many_clauses_are_taken_by_what_they_belong_to(most: int, count: int) -> None:
    """One by one, by declaration, by section."""
    clauses = ["parameters.a[x]", "parameters.a[y] from 2026-01-01", "parameters.b", "parameters.b.reason"]
    clauses += ["metrics.c", "metrics.c"]
    found = batches([(each,) for each in clauses], most)
    assert len(found) == count
    assert sorted(each for batch in found for each in batch) == sorted(clauses)


def test_lines_judged_on_other_days_count_nobody_twice() -> None:
    """Incentives ask their lines on past days, too; movers and reasons are those of the day of the run.

    P2 sold 250 in March, so it was eligible at the end of the first quarter and of the second; on 30 September its
    tier falls as gold asks for 300. It earns 1 % of 250 in both programs.
    """
    paid = """\
incentives:
  loyalty:
    kind: rebate
    eligible: [tier >= silver, revenue >= 100 USD]
    period: quarter
    sum: amount
    rate: 1%
    payee: partner
"""
    old, new = program(TEXT + paid), program((TEXT + paid).replace("gold: 200 USD", "gold: 300 USD"))
    with compared(old, new, RECORDS, date(2026, 9, 30)) as found:
        impact = found.measured.impact
        assert (impact.partners_before, impact.partners_after, impact.down, impact.movers) == (3, 3, 1, 1)
        (move,) = read_moves(found.measured)
        assert (move.partner, move.before, move.after) == ("P2", "gold", "silver")
        assert [(each.line, each.value, each.distance) for each in move.reasons] == [
            ("tier.gold.1", "250.00 USD", "50.00 USD")
        ]
        assert [(each.incentive, each.currency, each.before, each.after) for each in impact.money] == [
            ("loyalty", "USD", Decimal("4.00"), Decimal("4.00"))  # 1.50 for P1 and 2.50 for P2
        ]


@pytest.mark.parametrize(
    ("rate", "value", "distance"),
    [("1.25", "125.00 USD", "175.00 USD"), ("1.25125", "125.125 USD", "174.875 USD")],  # of 100 EUR, to 300 USD
)
def test_a_converted_amount_has_no_needless_zeros(rate: str, value: str, distance: str) -> None:
    """An amount that is not met has the digits of its currency, and more only as far as they say something."""
    head = "conversion: {rates: fx_rates, as_at: row}\nrecords:\n  extends: standard\n  sales:\n    fields:\n"
    fields = "      amount: {type: money, currency: row}\n      currency: {type: choice, values: [USD, EUR]}\n"
    old, new = (program(head + fields + TEXT.replace("200 USD", each)) for each in ("110 USD", "300 USD"))
    records = {
        "partners": rows("partner_id", "P1"),
        "sales": rows(f"{SALES} currency", "S1|P1|sale|2026-02-01|100|EUR"),
        "fx_rates": rows("from_currency to_currency effective_from rate", f"EUR|USD|2026-01-01|{rate}"),
    }
    with compared(old, new, records, date(2026, 6, 30)) as found:
        (move,) = read_moves(found.measured)
        assert [(each.value, each.distance) for each in move.reasons] == [(value, distance)]
