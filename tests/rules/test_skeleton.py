"""The keys all incentives share, and what is checked of them."""

from __future__ import annotations

import pytest

from engine.calendar import Unit
from tests.tiny import HEAD, findings, program, told

REBATE = "kind: rebate, payee: partner, period: quarter, sum: amount"
SPIFF = "kind: spiff, payee: seller, rate: 1%, of: amount"
BANDS = "bands: [{from: 0 USD, rate: 1%}]"


def of(keys: str, *, records: str = "") -> str:
    """A program with one incentive."""
    return f"{records}incentives:\n  x: {{{keys}}}\n"


def test_all_keys_are_read() -> None:
    """Texts for people, booking and tax are part of the program."""
    keys = f"{SPIFF}, title: X, accounting: expense, settle_by: transfer, tax: us_1099_misc_3, measured: each row"
    (found,) = program(of(f"{keys}, period: fiscal month"), HEAD + FISCAL).incentives
    assert (found.title, found.accounting, found.settle_by, found.tax) == ("X", "expense", "transfer", "us_1099_misc_3")
    assert (found.period, found.source, found.returns, found.order) == (None, "sales", "restate", ())
    (limited,) = program(
        of(f"{keys}, period: fiscal month, limits: [{{at_most: 1 USD, per: [seller, period]}}]"), HEAD + FISCAL
    ).incentives
    assert (limited.period, limited.limits[0].per) == (None, ("seller", "fiscal month"))
    (by_period,) = program(of(f"{REBATE}, {BANDS}")).incentives
    assert by_period.period == (Unit.QUARTER, False)


FISCAL = "calendar: {fiscal_year_starts: april, year_named: end}\n"
TWO = "bands: [{from: 0 USD, rate: 1%%%s}, {from: %s, rate: 2%%%s}]"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (f"{SPIFF}, from: sale", ["RNG204 7`sale`: there is no record table `sale`"]),
        (f"{SPIFF.replace('seller', 'partner')}, from: products", None),
        (
            f"{REBATE}, {BANDS}".replace("quarter", "fiscal quarter"),
            ["RNG401 7`fiscal quarter`: fiscal periods need a fiscal calendar"],
        ),
        (
            f"{SPIFF}, during: {{from: 2025-01-01, before: 2026-01-01}}",
            [
                (
                    "RNG404 7`{from: 2025-01-01, before: 2026-01-01}`: "
                    "`x` runs from 2025-01-01 before 2026-01-01, the program from 2026-01-01 before 2027-01-01"
                )
            ],
        ),
        (
            f"{SPIFF}, during: {{from: 2027-01-01, before: 2027-02-01}}",
            [
                (
                    "RNG404 7`{from: 2027-01-01, before: 2027-02-01}`: "
                    "`x` runs from 2027-01-01 before 2027-02-01, the program from 2026-01-01 before 2027-01-01"
                )
            ],
        ),
        (
            f"{SPIFF}, during: {{from: 2026-02-01, before: 2026-02-01}}",
            ["RNG400 7`2026-02-01`: the range ends on 2026-02-01, not after it starts on 2026-02-01"],
        ),
        (f"{REBATE}, bands: [{{from: 5 USD, rate: 1%}}]", ["RNG305 7`5 USD`: nothing is said below 5 USD"]),
        (f"{REBATE}, " + TWO % ("", "0 USD", ""), ["RNG306 7`0 USD`: this band does not start above the one before"]),
        (
            f"{REBATE}, " + TWO % (", up_to: 9 USD", "5 USD", ""),
            ["RNG304 7`5 USD`: band from 5 USD starts inside the band before it"],
        ),
        (
            f"{REBATE}, " + TWO % (", up_to: 4 USD", "5 USD", ""),
            ["RNG305 7`4 USD`: nothing is said from 4 USD to 5 USD"],
        ),
        (f"{REBATE}, " + TWO % (", up_to: 5 USD", "5 USD", ""), []),
        (f"{REBATE}, " + TWO % ("", "5 USD", ", up_to: 9 USD"), ["RNG305 7`9 USD`: nothing is said above this"]),
        (f"{REBATE}, " + TWO % ("", "5 USD", ", up_to: 9 USD") + ", beyond: nothing", []),
        (f"{REBATE}, bands: [{{from: 0 USD}}]", ["RNG300 7`from`: a band has either `rate` or `amount`"]),
        (
            f"{REBATE}, bands: [{{from: 0 USD, rate: 1%, amount: 1 USD}}]",
            ["RNG300 7`from`: a band has either `rate` or `amount`"],
        ),
        (f"{REBATE}, bands: [{{from: 0 USX, rate: 1%}}]", ["RNG530 7`USX`: `USX` is not a currency code of ISO 4217"]),
        (f"{SPIFF}, adds_to: [x]", ["RNG200 7`x`: there is no other spiff `x` to add to"]),
        (f"{SPIFF}, adds_to: y}}\n  y: {{{SPIFF}", []),
        (f"{SPIFF}, adds_to: y}}\n  y: {{{REBATE}, {BANDS}", ["RNG200 7`y`: there is no other spiff `y` to add to"]),
        (f"{SPIFF}, limits: [{{at_most: 5 USD}}]", ["RNG300 7`at_most`: a limit has `at_most` and `per`"]),
        (f"{SPIFF}, limits: [{{per: seller}}]", ["RNG300 7`per`: a limit has `at_most` and `per`"]),
    ],
)
def test_findings(keys: str, expected: list[str] | None) -> None:
    """Each slip is told once, at its place."""
    if expected is None:
        expected = ["RNG300 7`products`: `x` pays on `products`, whose records have no day or no partner"]
        keys = keys.replace("of: amount", "of: standard_cost")
    assert told(of(keys)) == expected


RECORDS = "records: {sales: {fields: {mail: {type: text, personal: true, optional: true}}}}\n"


@pytest.mark.parametrize(
    ("kind", "limit", "expected"),
    [
        (SPIFF, "per: colour", "`sales` has no field for `colour`"),
        (SPIFF, "per: [seller, period]", "`x` has no `period` to limit by"),
        (
            SPIFF,
            "per: month",
            "this limit runs over all partners together, which is not supported yet",
        ),
        (SPIFF, "per: customer", "this limit is shared by several partners and does not say who comes first"),
        (SPIFF, "per: customer, order: [closed_on]", None),
        (SPIFF, "per: [customer, partner]", None),
        (SPIFF, "per: [customer, seller]", None),
        (SPIFF, "per: seller, order: [colour]", "`sales` has no field `colour`"),
        (SPIFF, "per: seller, order: [mail]", "`mail` is personal, and no decision may rest on it"),
        (SPIFF, "per: [seller, mail]", "`mail` is personal, and no decision may rest on it"),
        (
            f"{REBATE}, {BANDS}",
            "per: period",
            "the limit of `x` runs over all partners together, which is not supported yet",
        ),
        (
            f"{REBATE}, {BANDS}",
            "per: [partner, seller]",
            "`x` is measured for each partner and period, so no limit runs per seller",
        ),
        (
            f"{REBATE}, {BANDS}",
            "per: partner, order: [closed_on]",
            "periods are walked as they come, so `order` says nothing",
        ),
        (f"{REBATE}, {BANDS}", "per: [partner, period]", None),
    ],
)
def test_limits(kind: str, limit: str, expected: str | None) -> None:
    """A limit runs per what its rows have, in an order where partners share it."""
    found = findings(of(f"{kind}, limits: [{{at_most: 5 USD, {limit}}}]", records=RECORDS))
    assert [each.message for each in found] == ([expected] if expected else [])


def test_an_incentive_is_a_mapping() -> None:
    """Nothing else gets as far as the kinds."""
    assert [each.split(" ")[0] for each in told("incentives: {x: 5}")] == ["RNG102"]
