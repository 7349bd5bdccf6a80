"""Incentives of every grain and pay, with values that go by something: what is proved, what is shown, what neither."""

from __future__ import annotations

from datetime import date

import pytest

from engine.language.diagnostic import Diagnostic
from tests.engine.authoring.analysis.examples import failing
from tests.tiny import decide, findings, partners, program

SECTIONS = """\
records:
  partners: {fields: {size: {type: choice, values: [smb, enterprise]}}}
  products: {fields: {line: {type: choice, values: [network, security]}}}
  sales: {links: {item: {to: products, by: product_id}}}
parameters:
  nothing: 0%
  by_tier: {by: [tier], values: {registered: 0%, silver: 0%, gold: 0%}}
  later: [{from: 2026-01-01, value: 0%}, {from: 2026-07-01, value: 3%}]
  most: [{from: 2026-01-01, value: 500 USD}, {from: 2026-07-01, value: 9_000 USD}]
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [registered, silver, gold]
  silver: {requires: [revenue >= 50_000 USD]}
  gold: {requires: [revenue >= 100_000 USD]}
benefits:
  share: {value: percent, by: [tier], values: {registered: 0%, gold: 0%}}
incentives:
  one:
"""
COMMISSION = """\
    kind: commission
    of: amount
    rate: {}
    payee: partner
"""
BANDS = """\
    kind: rebate
    period: quarter
    sum: amount
    method: {}
    bands:
      - {{from: 0 USD, rate: {}}}
      - {{from: {}, rate: {}}}
    limits:
      - {{at_most: {}, per: [partner, period]}}
    payee: partner
"""


def found_in(incentives: str) -> list[Diagnostic]:
    """What is said of a program with these incentives, the first of which is `one`; every example does as it says."""
    text = SECTIONS + incentives
    found = [each for each in findings(text, analysed=True) if each.code.startswith(("RNG31", "RNG35", "RNG36"))]
    assert [problem for each in found for problem in failing(each, program(text))] == []
    return found


def codes(incentives: str) -> list[str]:
    """The codes of what is said."""
    return [each.code for each in found_in(incentives)]


def test_every_day_that_an_import_accepts_is_possible() -> None:
    """A record may name a day of the year 2200, which no program can: what asks for it is not proved impossible."""
    last = "benefits:\n  late: {value: flag, when: [joined_on > 2199-12-31]}\n"
    assert findings(last, analysed=True) == ()
    joined = [{**partners()[0], "joined_on": date(2200, 3, 19)}]
    assert decide(last, "2026-06-30", {"partners": joined}).benefit("late") == (True, True)


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ("0%", ["RNG357"]),
        ("nothing", ["RNG357"]),
        ("by_tier", ["RNG357"]),
        ("benefits.share", ["RNG357"]),
        ("nothing * 2", ["RNG357"]),
        ("{by: [tier], values: {registered: 0%, silver: nothing, gold: by_tier}}", ["RNG357"]),
        ("{by: [size], values: {smb: 0%, enterprise: {by: revenue, bands: [{from: 0 USD, value: 0%}]}}}", ["RNG357"]),
        ("later", []),
        ("{by: [tier], values: {registered: 0%, silver: 0%, gold: 1%}}", []),
        ("{by: [size], values: {smb: 0%, enterprise: {by: revenue, bands: [{from: 0 USD, value: 1%}]}}}", []),
        ("revenue / 1_000_000 USD", []),
    ],
)
def test_a_rate_that_is_zero_wherever_it_leads(rate: str, told: list[str]) -> None:
    """It never pays only if each of its entries is zero on every day, parameters and benefits looked through."""
    assert codes(COMMISSION.format(rate)) == told


def test_an_amount_of_nothing() -> None:
    """Paid once, for every so much, or by bands, in a table or not: zero is zero."""
    once = "    kind: spiff\n    amount: {}\n    payee: partner\n"
    table = "{by: [size], values: {smb: 0 USD, enterprise: 0 USD}}"
    assert codes(once.format("0 USD")) == codes(once.format(table)) == ["RNG357"]
    per = once.format(table + "\n    of: quantity\n    per: 1\n    limits: [{at_most: 9 USD, per: [partner]}]")
    assert codes(per) == ["RNG357"]
    assert codes(per.replace("smb: 0", "smb: 1")) == []
    assert codes(BANDS.format("marginal", "0%", "9 USD", "by_tier", "9 USD")) == ["RNG357"]


def test_a_limit_of_nothing() -> None:
    """Every entry of the limit is zero."""
    zero = "{by: [tier], values: {registered: 0 USD, silver: 0 USD, gold: 0 USD}}"
    some = zero.replace("gold: 0", "gold: 5")
    assert codes(BANDS.format("marginal", "1%", "9 USD", "2%", zero)) == ["RNG357"]
    assert codes(BANDS.format("marginal", "1%", "9 USD", "2%", some)) == []
    shared = "    limits: [{at_most: 0 USD, per: [partner]}]\n    payee: partner\n"
    once = "    kind: spiff\n    amount: 5 USD\n" + shared
    assert codes(once) == codes(BANDS.format("marginal", "1%", "9 USD", "2%", "0 USD")) == ["RNG357"]
    rated = "    kind: spiff\n    of: amount\n    rate: 2%\n" + shared
    assert codes(rated) == []  # a return of 100 USD would give 2 USD of room back


def test_no_record_and_what_is_paid_for_none() -> None:
    """A record that never comes earns nothing; a period that may earn without records is told apart."""
    never = "    where: [entry is sale, entry is return]\n"
    banded = never + "    kind: rebate\n    {}\n    bands: [{{from: 0 USD, amount: 5 USD}}]\n    payee: partner\n"
    assert codes(banded.format("of: amount")) == ["RNG357"]
    assert codes(banded.format("period: month\n    sum: amount")) == ["RNG355"]
    once = never + "    kind: rebate\n    {}\n    amount: 5 USD\n    payee: partner\n"
    assert codes(once.format("period: month\n    sum: amount")) == ["RNG355"]
    assert codes(once.format("returns: restate")) == ["RNG357"]


@pytest.mark.parametrize(
    ("start", "rate", "most", "told"),
    [
        ("100_000 USD", "2%", "1_000 USD", ["RNG359"]),  # 1 % of 100,000 is 1,000
        ("100_000 USD", "2%", "1_001 USD", []),
        ("100_000 USD", "2%", "most", []),  # 500 until June, then 9,000
        ("100_000 USD", "2%", "{by: [tier], values: {registered: 1 USD, silver: 5 USD, gold: 1_000 USD}}", ["RNG359"]),
        ("100_000 USD", "2%", "{by: [tier], values: {registered: 1 USD, silver: 5 USD, gold: 1_001 USD}}", []),
        ("{by: [tier], values: {registered: 100_000 USD, silver: 200_000 USD, gold: 300_000 USD}}", "2%", "1_000 USD",
         ["RNG359"]),
        ("{by: [tier], values: {registered: 90_000 USD, silver: 200_000 USD, gold: 300_000 USD}}", "2%", "1_000 USD",
         []),
        ("100_000 USD", "{by: revenue, bands: [{from: 0 USD, value: 2%}, {from: 9 USD, value: 3%}]}", "1_000 USD", []),
        ("100_000 USD", "-2%", "1_000 USD", []),
    ],
)  # fmt: skip
def test_a_band_behind_the_limit(start: str, rate: str, most: str, told: list[str]) -> None:
    """Behind it for everybody, in plain numbers; else nothing is said."""
    assert codes(BANDS.format("marginal", "1%", start, rate, most)) == told


def test_a_band_behind_the_limit_of_a_record() -> None:
    """A limit over several records caps each of them, too, as long as none gives room back."""
    record = BANDS.replace("period: quarter\n    sum", "of").replace("[partner, period]", "[partner, month]")
    assert codes(record.format("marginal", "1%", "100_000 USD", "2%", "1_000 USD")) == ["RNG359"]
    below = record.replace("from: 0 USD", "from: -50_000 USD")  # a return takes back, and the next sale has more room
    assert codes(below.format("marginal", "1%", "50_000 USD", "2%", "1_000 USD")) == []
    alone = below.replace("[partner, month]", "[sale_id], order: [sale_id]")  # a record does not share its own limit
    assert codes(alone.format("marginal", "1%", "50_000 USD", "2%", "1_000 USD")) == ["RNG359"]


def test_less_for_more_in_one_tier() -> None:
    """Gold alone earns less at the edge; the partners of the example are gold."""
    rates = "{by: [tier], values: {registered: 3%, silver: 3%, gold: 1%}}"
    (found,) = found_in(BANDS.format("whole", "2%", "100_000 USD", rates, "75_000 USD"))
    assert (found.code, found.message) == (
        "RNG360",
        "`one` pays less at 100_000 USD than just below: 1_000 USD instead of 2_000 USD for gold",
    )
    assert "one: {2026-Q4: 1_000 USD}" in found.evidence[-1].text  # 1 % of 100,000
    assert codes(BANDS.format("whole", "2%", "100_000 USD", rates.replace("1%", "2%"), "75_000 USD")) == []


def test_less_for_more_of_a_record() -> None:
    """A record has an edge as a period has, here by what was sold and in its quantity."""
    text = """\
    kind: rebate
    of: quantity
    method: whole
    bands:
      - {from: 0, amount: 50 USD}
      - {from: 10, amount: {by: [item.line], values: {network: 60 USD, security: 40 USD}}}
    payee: partner
"""
    (found,) = found_in(text)
    assert found.message == "`one` pays less at 10 than just below: 40 USD instead of 50 USD for security"
    assert [each.form for each in found.evidence] == ["proof", "example"]


TWICE = {
    "rates of which the lowest tier has none": (
        "kind: commission\n    of: amount\n    rate: {by: [tier], values: {registered: 0%, silver: 1%, gold: 2%}}",
        "kind: commission\n    of: amount\n    rate: {by: [tier], values: {registered: 1%, silver: 0%, gold: 3%}}",
    ),
    "a period and a record": (
        "kind: rebate\n    period: quarter\n    sum: amount\n    rate: 1%",
        "kind: rebate\n    of: amount\n    rate: 1%",
    ),
    "a quarter and a month of another calendar": (
        "kind: rebate\n    period: month\n    sum: amount\n    bands: [{from: 0 USD, rate: 1%}]",
        (
            "kind: rebate\n    during: {from: 2026-01-01, before: 2026-11-15}\n"
            "    period: quarter\n    sum: amount\n    rate: 2%"
        ),
    ),
    "an amount once, and one for every thousand": (
        "kind: spiff\n    amount: 5 USD",
        (
            "kind: spiff\n    of: amount\n    amount: 5 USD\n    per: 1_000 USD\n"
            "    limits: [{at_most: 9 USD, per: [partner]}]"
        ),
    ),
    "limits over customers and over sellers": (
        (
            "kind: spiff\n    order: [sale_id]\n    amount: 5 USD\n"
            "    limits: [{at_most: 9 USD, per: [customer, quarter]}]"
        ),
        "kind: spiff\n    amount: 5 USD\n    limits: [{at_most: 9 USD, per: [seller, month]}]",
    ),
    "rates by what was sold": (
        "kind: commission\n    of: amount\n    rate: {by: [item.line], values: {network: 0%, security: 1%}}",
        (
            "kind: commission\n    of: amount\n    rate: {by: [size, item.line], values: "
            "{smb: {network: 1%, security: 0%}, enterprise: {network: 1%, security: 1%}}}"
        ),
    ),
    "a parameter and a benefit": (
        "kind: commission\n    of: amount\n    rate: later",
        "kind: commission\n    of: amount\n    eligible: [partner.size is enterprise]\n    rate: benefits.given",
    ),
}


@pytest.mark.parametrize("name", TWICE)
def test_two_that_pay_for_one_record(name: str) -> None:
    """Each pays the partner for the record of the example, which the reference evaluator confirms."""
    one, two = (f"    {each}\n    payee: partner\n" for each in TWICE[name])
    given = "benefits:\n  given: {value: percent, is: 4%, when: [tier >= silver]}\n"
    text = SECTIONS.replace("benefits:\n", given) + one + "  two:\n" + two
    found = [each for each in findings(text, analysed=True) if each.code.startswith("RNG35")]
    assert [each.code for each in found] == ["RNG358"], [each.message for each in findings(text)]
    assert failing(found[0], program(text)) == []


def test_two_that_never_pay_for_one_record() -> None:
    """Rates by what was sold that leave each record to one of both."""
    rate = "    kind: commission\n    of: amount\n    rate: {by: [item.line], values: %s}\n    payee: partner\n"
    one, two = rate % "{network: 0%, security: 1%}", rate % "{network: 1%, security: 0%}"
    assert codes(one + "  two:\n" + two) == []


def test_two_bounties_for_one_customer() -> None:
    """The customer of the example is new, though the partner sold before."""
    bounty = """\
    kind: bounty
    new_to: {}
    during: {{from: 2026-03-01, before: 2026-06-01}}
    eligible: [tier >= silver]
    amount: 500 USD
    payee: seller
"""
    assert codes(bounty.format("anybody") + "  two:\n" + bounty.format("partner")) == ["RNG358"]
    assert codes(bounty.format("anybody").replace("500", "0")) == ["RNG357"]
