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
                    "`x` runs from 2025-01-01 through 2025-12-31, "
                    "but the program is in force from 2026-01-01 through 2026-12-31"
                )
            ],
        ),
        (
            f"{SPIFF}, during: {{from: 2027-01-01, before: 2027-02-01}}",
            [
                (
                    "RNG404 7`{from: 2027-01-01, before: 2027-02-01}`: "
                    "`x` runs from 2027-01-01 through 2027-01-31, "
                    "but the program is in force from 2026-01-01 through 2026-12-31"
                )
            ],
        ),
        (
            f"{SPIFF}, during: {{from: 2026-02-01, before: 2026-02-01}}",
            ["RNG400 7`2026-02-01`: the range ends on 2026-02-01, but it starts on 2026-02-01"],
        ),
        (f"{REBATE}, bands: [{{from: 5 USD, rate: 1%}}]", ["RNG305 7`5 USD`: no band covers values below 5 USD"]),
        (f"{REBATE}, " + TWO % ("", "0 USD", ""), ["RNG306 7`0 USD`: this band does not start above the one before"]),
        (
            f"{REBATE}, bands: [{{from: 0 USD, rate: 1%}}, {{from: 9 USD, rate: 2%}}, {{from: 5 USD, rate: 3%}}]",
            ["RNG306 7`5 USD`: this band does not start above the one before"],
        ),
        (
            f"{REBATE}, " + TWO % (", up_to: 9 USD", "5 USD", ""),
            ["RNG304 7`5 USD`: band from 5 USD starts inside the band before it"],
        ),
        (
            f"{REBATE}, " + TWO % (", up_to: 4 USD", "5 USD", ""),
            ["RNG305 7`4 USD`: no band covers values from 4 USD to 5 USD"],
        ),
        (f"{REBATE}, " + TWO % (", up_to: 5 USD", "5 USD", ""), []),
        (
            f"{REBATE}, " + TWO % ("", "5 USD", ", up_to: 9 USD"),
            ["RNG305 7`9 USD`: no band covers values from 9 USD on"],
        ),
        (
            f"{REBATE}, bands: [{{from: 0 USD, up_to: 7 USD, rate: 1%}}]",
            ["RNG305 7`7 USD`: no band covers values from 7 USD on"],
        ),
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


TODAY = "`as_of` is not allowed in the records of an incentive: each later run would change what they earned"
CAP = "limits: [{at_most: 9 USD, per: partner}]"
RECORDS = "records: {sales: {fields: {mail: {type: text, personal: true, optional: true}}}}\n"


@pytest.mark.parametrize(
    ("kind", "limit", "expected"),
    [
        (SPIFF, "per: colour", "`sales` has no field for `colour`"),
        (SPIFF, "per: [seller, period]", "`x` has no `period` to limit by"),
        (
            SPIFF,
            "per: month",
            "the limit of `x` covers all partners together, which is not supported yet",
        ),
        (SPIFF, "per: customer", "this limit is shared by several partners and does not say who comes first"),
        (SPIFF, "per: customer, order: [closed_on]", None),
        (SPIFF, "per: [customer, partner]", None),
        (SPIFF, "per: [customer, seller]", None),
        (SPIFF, "per: seller, order: [colour]", "`sales` has no field `colour`"),
        (SPIFF, "per: seller, order: [mail]", "`mail` is personal and cannot be used in a decision"),
        (SPIFF, "per: [seller, mail]", "`mail` is personal and cannot be used in a decision"),
        (
            f"{REBATE}, {BANDS}",
            "per: period",
            "the limit of `x` covers all partners together, which is not supported yet",
        ),
        (
            f"{REBATE}, {BANDS}",
            "per: [partner, seller]",
            "`x` is measured for each partner and period, so a limit per seller is not possible",
        ),
        (
            f"{REBATE}, {BANDS}",
            "per: partner, order: [closed_on]",
            "`order` has no meaning for periods: they always count in the order of their dates",
        ),
        (f"{REBATE}, {BANDS}", "per: [partner, period]", None),
        (f"{REBATE}, {BANDS}", "per: [partner, year]", None),
        (SPIFF, "per: [seller, month]", None),
        (SPIFF + ", order: [closed_on]", "per: customer", None),
        (SPIFF, "per: [seller, fiscal month]", "fiscal periods need a fiscal calendar"),
        (SPIFF, "per: [seller, month, year]", "a limit can name one period, but this one names month and year"),
    ],
)
def test_limits(kind: str, limit: str, expected: str | None) -> None:
    """A limit runs per what its rows have, in an order where partners share it."""
    found = findings(of(f"{kind}, limits: [{{at_most: 5 USD, {limit}}}]", records=RECORDS))
    assert [each.message for each in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("kind", "limit", "help"),
    [
        (f"{REBATE}, {BANDS}", "per: period", "limit it per partner, or per partner and period"),
        (SPIFF, "per: month", "limit it per partner, seller or customer, for example `per: [partner, quarter]`"),
    ],
)
def test_the_cure_of_a_limit_over_all_partners(kind: str, limit: str, help: str) -> None:
    """It names what the rows of the incentive have, and works."""
    (found,) = findings(of(f"{kind}, limits: [{{at_most: 5 USD, {limit}}}]", records=RECORDS))
    assert found.help == help
    cure = "per: [partner, period]" if "period" in limit else "per: [partner, quarter]"
    assert findings(of(f"{kind}, limits: [{{at_most: 5 USD, {cure}}}]", records=RECORDS)) == ()


def test_an_incentive_is_a_mapping() -> None:
    """Nothing else gets as far as the kinds."""
    assert [each.split(" ")[0] for each in told("incentives: {x: 5}")] == ["RNG102"]


ONCE = "kind: spiff, payee: partner, amount: 5 USD"
YEAR = "during: {from: 2026-01-01, before: 2027-01-01}"
ONE_OF = "an incentive pays exactly one of `rate`, `amount` and `bands`"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("kind: commission, payee: partner, of: amount", f"RNG300 7`x`: `x` pays nothing, but {ONE_OF}"),
        (f"{REBATE}, rate: 1%, {BANDS}", f"RNG300 7`bands`: `x` pays `rate` and `bands`, but {ONE_OF}"),
        (f"{SPIFF}, method: whole", "RNG300 7`method`: `method` goes with `bands`"),
        (f"{REBATE}, rate: 1%, beyond: nothing", "RNG300 7`beyond`: `beyond` goes with `bands`"),
        (f"{SPIFF}, per: 2", "RNG300 7`2`: `per` goes with `amount`"),
        ("kind: spiff, payee: seller, of: quantity, per: 2", f"RNG300 7`x`: `x` pays nothing, but {ONE_OF}"),
        (f"{REBATE}, {BANDS}, per: 2", "RNG300 7`2`: `per` goes with `amount`"),
        (f"{ONCE}, of: quantity, per: amount, {CAP}", "RNG300 7`amount`: `per` is a number or an amount"),
        (f"{ONCE}, of: quantity, per: 0, {CAP}", "RNG300 7`0`: an amount for every 0 units is not possible"),
        (f"{ONCE}, of: amount, per: 0 USD, {CAP}", "RNG300 7`0 USD`: an amount for every 0 units is not possible"),
        (f"{ONCE}, of: quantity, per: +, {CAP}", None),
        (f"{ONCE}, of: quantity, per: 1", "RNG308 7`x`: `x` pays for each unit without a limit"),
        (f"{ONCE}, of: quantity", "RNG308 7`x`: `x` pays for each unit without a limit"),
        ("kind: commission, payee: partner, rate: 1%", "RNG300 7`x`: `x` does not say what it measures"),
        ("kind: rebate, payee: partner, period: year, rate: 1%", "RNG300 7`x`: `x` does not say what it measures"),
        ("kind: rebate, payee: partner, period: year, amount: 5 USD", "RNG300 7`x`: `x` does not say what it measures"),
        ("kind: commission, payee: partner, amount: 5 USD, per: 2", "RNG300 7`x`: `x` does not say what it measures"),
        (
            "kind: rebate, payee: partner, period: year, of: amount, rate: 1%",
            "RNG300 7`of`: `x` earns for a period, so `of` cannot be used",
        ),
        (
            "kind: rebate, payee: partner, sum: amount, rate: 1%",
            "RNG300 7`sum`: `x` earns for a record, so `sum` cannot be used",
        ),
        (f"{SPIFF}, order: [closed_on, closed_on]", "RNG207 7`closed_on`: `closed_on` is under `order` twice"),
        (f"{SPIFF}, order: [colour]", "RNG205 7`colour`: `sales` has no field `colour`"),
        (
            f"{REBATE}, {BANDS}, order: [closed_on]",
            "RNG315 7`closed_on`: `order` has no meaning for periods: they always count in the order of their dates",
        ),
        (f"{SPIFF}, where: closed_on <= as_of", f"RNG213 7`as_of`: {TODAY}"),
        (
            "kind: spiff, payee: seller, rate: 1%, of: value, from: deals",
            "RNG300 7`x`: `deals` has no `seller_id` to pay",
        ),
        (
            f"kind: bounty, payee: partner, from: activities, amount: 5 USD, {YEAR}",
            "RNG300 7`x`: `activities` has no `customer_id`, so rung cannot find a customer's first record",
        ),
        ("kind: bounty, payee: partner, amount: 5 USD", "RNG101 7`x`: `x` has no `during`"),
    ],
)
def test_measure_and_pay(keys: str, expected: str | None) -> None:
    """What is paid, of what, and for how much of it; each slip is told once."""
    found = told(of(keys))
    assert len(found) == 1 if expected is None else found == [expected]


@pytest.mark.parametrize("keys", [ONCE, f"{REBATE}, amount: 5 USD", f"{SPIFF}, eligible: [as_of > 2026-01-01]"])
def test_nothing_wrong(keys: str) -> None:
    """An amount paid once needs no limit and no measure of a record; the day judged may be read of a partner."""
    assert told(of(keys)) == []


@pytest.mark.parametrize("kind", ["commission", "bounty"])
def test_a_period_that_says_nothing_is_refused(kind: str) -> None:
    """A kind that earns for each record, and never knew a period, has none: nothing is silently ignored."""
    pay = "amount: 5 USD" if kind == "bounty" else "of: amount, rate: 1%"
    assert told(of(f"kind: {kind}, payee: partner, {pay}, period: month, {YEAR}"))


EUROS = HEAD.replace("currency: USD", "currency: EUR")
BY_MEASURE = "rate: {by: amount, bands: [{from: %s, value: 1%%}]}"


@pytest.mark.parametrize(
    ("wrong", "right", "help"),
    [
        (
            "kind: commission, payee: partner, rate: 1%",
            "kind: commission, payee: partner, rate: 1%, of: amount",
            "add `of`, for example `of: amount`",
        ),
        (
            "kind: rebate, payee: partner, period: year, rate: 1%",
            "kind: rebate, payee: partner, period: year, rate: 1%, sum: amount",
            "add `sum`, for example `sum: amount`",
        ),
        (
            f"{REBATE}, bands: [{{from: 0 EUR, rate: 2.5%, amount: 9 EUR}}]",
            f"{REBATE}, bands: [{{from: 0 EUR, rate: 2.5%}}]",
            "remove one of the two, as in `{from: 0 EUR, rate: 2.5%}`",
        ),
        (
            f"{REBATE}, bands: [{{from: 0 EUR}}]",
            f"{REBATE}, bands: [{{from: 0 EUR, rate: 1%}}]",
            "add one of the two, as in `{from: 0 EUR, rate: 1%}`",
        ),
        (
            f"{REBATE}, bands: [{{from: 0 EUR, rate: {{by: [kind], values: {{a: 1%, b: 2%}}}}, amount: 9 EUR}}]",
            f"{REBATE}, bands: [{{from: 0 EUR, rate: 1%}}]",
            "remove one of the two, as in `{from: 0 EUR, rate: 1%}`",
        ),
        (
            f"{REBATE}, bands: [{{from: 7 EUR, rate: 1%}}]",
            f"{REBATE}, bands: [{{from: 0 EUR, rate: 1%}}]",
            "start at `0 EUR`, with a rate of 0% if nothing is earned there",
        ),
        (
            "kind: spiff, payee: partner, of: units, bands: [{from: 7, amount: 1 EUR}]",
            "kind: spiff, payee: partner, of: units, bands: [{from: 0, amount: 1 EUR}]",
            "start at `0`, with a rate of 0% if nothing is earned there",
        ),
        (
            f"kind: commission, payee: partner, of: amount, {BY_MEASURE % '7 EUR'}",
            f"kind: commission, payee: partner, of: amount, {BY_MEASURE % '0 EUR'}",
            "start the first band at `0 EUR`",
        ),
        (
            f"kind: commission, payee: partner, of: amount, {BY_MEASURE.replace('amount', 'units') % '7'}",
            f"kind: commission, payee: partner, of: amount, {BY_MEASURE.replace('amount', 'units') % '0'}",
            "start the first band at `0`",
        ),
        (
            "kind: commission, payee: partner, of: revenue, rate: 1%",
            "kind: commission, payee: partner, of: amount, rate: 1%",
            "use a field, such as `amount`; a condition on the partner goes under `eligible` or `requires`",
        ),
        (
            f"{SPIFF}, where: revenue >= 5 EUR",
            f"{SPIFF}, eligible: revenue >= 5 EUR",
            "use a field, such as `amount`; a condition on the partner goes under `eligible` or `requires`",
        ),
    ],
)
def test_the_cure_is_in_the_currency_of_the_program_and_works(wrong: str, right: str, help: str) -> None:
    """A program in euros: what the help says is written, and there is no finding."""
    parts = "records: {sales: {fields: {units: integer}}}\n"
    if "revenue" in wrong:
        parts += "metrics: {revenue: {from: sales, sum: amount, window: lifetime}}\n"
    (found,) = [each for each in findings(of(wrong, records=parts), EUROS) if each.severity.value == "error"]
    assert found.help == help
    assert [each for each in findings(of(right, records=parts), EUROS) if each.severity.value == "error"] == []


def test_the_first_band_of_a_rate_starts_at_0_in_the_currency_of_the_row() -> None:
    """Rows in yen alone: the first band starts at 0 JPY."""
    own = (
        "records: {sales: {fields: {amount: {type: money, currency: row}, currency: {type: choice, values: [JPY]}}}}\n"
    )
    keys = f"kind: commission, payee: partner, of: amount, pays_in: row, {BY_MEASURE}"
    (found,) = findings(of(keys % "7 JPY", records=own))
    assert (found.code, found.help) == ("RNG305", "start the first band at `0 JPY`")
    assert told(of(keys % "0 JPY", records=own)) == []
