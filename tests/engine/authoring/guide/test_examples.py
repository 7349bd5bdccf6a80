"""Worked examples: computed by the reference, and equal to what a person computes by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.authoring.guide.document import Points
from engine.authoring.guide.document import Table as Grid
from engine.authoring.guide.examples import worked_examples
from engine.authoring.guide.guide import texts_in
from engine.authoring.guide.setting import Worked
from engine.authoring.wording.voice import Naming, Voice
from engine.language.program import Program, Table
from engine.language.syntax import Number
from tests.guides import planned, shipped
from tests.properties.programs import loaded, random_case
from tests.tiny import program as tiny


def examples(program: Program, place: int = 0) -> tuple[Worked, ...]:
    """The examples of one incentive, as of the program's first day."""
    voice = Voice(program, Naming.PLAIN, program.effective[0])
    return worked_examples(program.incentives[place], program, voice, planned)


def rows(example: Worked, place: int) -> tuple[tuple[str, ...], ...]:
    """The rows of a table of the example."""
    return [each for each in example.blocks if isinstance(each, Grid)][place].rows


def points(example: Worked) -> list[str]:
    """The closing points."""
    return [item.text for each in example.blocks if isinstance(each, Points) for item in each.items]


def rebate(body: str, sections: str = "") -> Program:
    """A program with one rebate over quarters on amounts."""
    return tiny(f"""
        {sections}
        incentives:
          bonus:
            kind: rebate
            from: sales
            period: quarter
            sum: amount
            payee: partner
            {body}
        """)


def test_a_partner_that_buys_into_the_second_band() -> None:
    """100,000 at 1 % and 30,000 at 2 % are 1,600; the limit of 75,000 is not reached."""
    usual, capped = examples(shipped("programs/summit/2026.yaml"))
    assert usual.title == "Example: 130,000 USD in FY2026-Q1 earns 1,600.00 USD"
    assert [row[-1] for row in rows(usual, 0)] == ["45,500 USD", "52,000 USD", "32,500 USD", "130,000 USD"]
    assert {row[2] for row in rows(usual, 0)[:3]} == {"network"}
    assert rows(usual, 1) == (
        ("below 100,000 USD", "100,000 USD", "1%", "1,000.00 USD"),
        ("100,000 USD to 500,000 USD", "30,000 USD", "2%", "600.00 USD"),
        ("Together", "130,000 USD", "", "1,600.00 USD"),
    )
    assert points(usual) == ["Earned: 1,600.00 USD."]  # of a limit that takes nothing nothing is said
    assert points(capped) == [
        "At most 75,000 USD per partner and fiscal quarter: 75,000.00 USD is left of 100,000.00 USD.",
        "Earned: 75,000.00 USD.",
    ]


def test_a_seller_that_meets_the_limit() -> None:
    """20 units of 150 fill 3,000: 8 and 7 earn in full, of the last 10 only 5 do."""
    (example,) = examples(shipped("programs/summit/2026.yaml"), 1)
    assert example.title == "Example: three sales earn 3,000.00 USD"
    assert [row[-3:] for row in rows(example, 0)] == [
        ("8", "1,200.00 USD", "1,200.00 USD"),
        ("7", "1,050.00 USD", "1,050.00 USD"),
        ("10", "1,500.00 USD", "750.00 USD"),
        ("", "", "3,000.00 USD"),
    ]


def test_a_field_that_is_compared_with_another() -> None:
    """The other field's name is no value of it; 1 % of 100,000 is 1,000."""
    fields = "records: {sales: {fields: {share: {type: decimal, scale: 2}}}}"
    (example,) = examples(rebate("where: [share < quantity]\n            rate: 1%", fields))
    assert points(example) == ["1% of 100,000 USD: 1,000.00 USD.", "Earned: 1,000.00 USD."]


def test_the_reached_band_pays_for_everything() -> None:
    """With `whole`, 26,000 in the band from 20,000 earn 5 % of all."""
    (example,) = examples(
        rebate("method: whole\n            bands: [{from: 0 USD, rate: 1%}, {from: 20_000 USD, rate: 5%}]")
    )
    assert rows(example, 1) == (("from 20,000 USD on", "26,000 USD", "5%", "1,300.00 USD"),)
    assert points(example) == ["Earned: 1,300.00 USD."]


def test_an_amount_of_a_band_is_earned_bit_by_bit() -> None:
    """3,000 of the 10,000 of a band with an amount of 400 earn 120; nothing is said of a band beyond the end."""
    bands = "[{from: 0 USD, rate: 0%}, {from: 10_000 USD, amount: 400 USD, up_to: 20_000 USD}]"
    (example,) = examples(rebate(f"bands: {bands}\n            beyond: nothing"))
    assert rows(example, 1)[1] == ("10,000 USD to 20,000 USD", "3,000 USD", "400.00 USD", "120.00 USD")


def test_a_period_is_the_one_of_the_guides_day() -> None:
    """A guide of September works with the third quarter; one of a program without a whole period has no example."""
    program = rebate("bands: [{from: 0 USD, rate: 1%}]")
    voice = Voice(program, Naming.PLAIN, date(2026, 9, 1))
    (example,) = worked_examples(program.incentives[0], program, voice, planned)
    assert example.title == "Example: 100,000 USD in 2026-Q3 earns 1,000.00 USD"
    short = rebate("bands: [{from: 0 USD, rate: 1%}]\n            during: {from: 2026-02-01, before: 2026-03-01}")
    assert examples(short) == ()


def test_what_cannot_be_invented_is_assumed_and_said() -> None:
    """A condition that no simple record meets is taken as met, and the example names it."""
    program = rebate(
        "bands: [{from: 0 USD, rate: 1%}]\n            where: days_between(closed_on, recorded_on) > 3\n"
        "            eligible: [joined_on <= 2026-01-01]"
    )
    (example,) = examples(program)
    (opening, *_) = example.blocks
    assert "can earn it (joined on or before 1 January 2026), has sales among those that count" in str(opening)


def test_an_incentive_that_pays_nothing_has_no_example() -> None:
    """Nothing is shown as an example of nothing."""
    program = rebate("bands: [{from: 0 USD, rate: 1%}]")
    (incentive,) = program.incentives
    (band,) = incentive.bands
    nothing = replace(
        incentive, bands=(replace(band, rate=Table(band.span, single=Number(Decimal(0), band.span, percent=True))),)
    )
    assert examples(replace(program, incentives=(nothing,))) == ()


SPIFF = """
    parameters:
      share: {{by: [channel], values: {{direct: 1%, market: 3%}}}}
      item: 40 USD
    records:
      extends: standard
      sales:
        fields:
          channel: {{type: choice, values: [direct, market]}}
          weight: {{type: decimal, scale: 2, optional: true}}
          urgent: {{type: boolean, optional: true}}
    incentives:
      push: {{kind: spiff, from: sales, payee: {payee}, {body}}}
"""


@pytest.mark.parametrize(
    ("payee", "body", "title", "last"),
    [
        ("partner", "where: channel is market, rate: share, of: amount", "420.00 USD", "90.00 USD"),
        ("partner", "where: channel is not direct, rate: 10%, of: amount", "1,400.00 USD", "300.00 USD"),
        ("seller", "where: urgent, rate: 5%, of: amount, limits: [{at_most: 1_000 USD, per: [seller]}]",
         "1,000.00 USD", "250.00 USD"),
        ("seller", "where: not urgent, amount: item, per: 10, of: quantity, limits: [{at_most: 80 USD, per: [seller]}]",
         "80.00 USD", "0.00 USD"),
        ("partner", "where: weight > 2.5, amount: 7 USD, of: weight, limits: [{at_most: 700 USD, per: [partner]}]",
         "700.00 USD", "175.00 USD"),
        ("partner",
         "where: 'channel in [market]', rate: 1%, of: amount, during: {from: 2026-06-01, before: 2026-06-02}",
         "140.00 USD", "30.00 USD"),
    ],
)  # fmt: skip
def test_record_by_record(payee: str, body: str, title: str, last: str) -> None:
    """Rates, pieces and full units; the records are made so that they count and the last one meets the limit."""
    (example,) = examples(tiny(SPIFF.format(payee=payee, body=body)))
    assert example.title == f"Example: three sales earn {title}"
    assert rows(example, 0)[-2][-1] == last


def amount(cell: str) -> Decimal:
    """The number of an amount as it is shown."""
    return Decimal(cell.split(" ")[0].replace(",", ""))


@pytest.mark.search
@pytest.mark.long
def test_tables_of_examples_add_up() -> None:
    """Over drawn programs: the last row is the sum of the others, and what is earned unless a limit takes some."""
    shown = 0
    for seed in range(60):
        case = random_case(seed)
        program = loaded(case.text)
        voice = Voice(program, Naming.PLAIN, case.as_of)
        for incentive in program.incentives:
            for example in worked_examples(incentive, program, voice, planned):
                shown += 1
                earned = amount(re.sub(r".* earns? ", "", example.title))
                grids = [each for each in example.blocks if isinstance(each, Grid)]
                for table in grids:
                    paid = [amount(row[-1]) for row in table.rows]
                    if table.total:
                        slack = Decimal(len(paid)).scaleb(-program.scale) / 2
                        assert abs(sum(paid[:-1]) - paid[-1]) <= slack, example
                if incentive.period is None:  # each record with what it earns
                    assert amount(grids[0].rows[-1][-1]) == earned, example
                elif not incentive.bands:
                    assert f"Earned: {re.sub(r'.* earns? ', '', example.title)}." in texts_in(example), example
                elif incentive.limits:
                    rounding = Decimal(1).scaleb(-program.scale)
                    assert earned - amount(grids[-1].rows[-1][-1]) <= rounding or earned < 0, example
                else:
                    assert abs(earned - amount(grids[-1].rows[-1][-1])) <= Decimal(1).scaleb(-program.scale), example
    assert shown > 20


def test_records_share_the_period_of_their_limit() -> None:
    """A limit per seller and quarter is met by sales of one quarter; units are named in what they are."""
    limited = "limits: [{at_most: 100 USD, per: [seller, period]}]"
    program = tiny(SPIFF.format(payee="seller", body=f"rate: 1%, of: amount, period: quarter, {limited}"))
    (example,) = examples(program)
    assert example.title == "Example: three sales earn 100.00 USD"
    assert [row[1].split(" ", 1)[1] for row in rows(example, 0)[:3]] == ["January 2026", "February 2026", "March 2026"]
    bands = "bands: [{from: 0, amount: 0 USD}, {from: 50, amount: 300 USD}], method: whole"
    units = f"{{kind: rebate, from: sales, period: quarter, sum: quantity, payee: partner, {bands}}}"
    (example,) = examples(tiny(f"incentives: {{bonus: {units}}}"))
    assert example.title == "Example: quantity of 65 in 2026-Q1 earns 300.00 USD"


def one(kind: str, body: str, sections: str = "") -> Worked:
    """The first example of a program with one incentive on sales."""
    return examples(tiny(f"{sections}\nincentives:\n  it: {{kind: {kind}, from: sales, {body}}}\n"))[0]


def test_a_rate_of_a_periods_sum() -> None:
    """3 % of 100,000 are 3,000."""
    example = one("rebate", "period: quarter, sum: amount, rate: 3%, payee: partner")
    assert example.title == "Example: 100,000 USD in 2026-Q1 earns 3,000.00 USD"
    assert points(example) == ["3% of 100,000 USD: 3,000.00 USD.", "Earned: 3,000.00 USD."]


def test_an_amount_for_full_units_of_a_periods_sum() -> None:
    """1,000 USD fit seven times into 7,500 USD: 7 times 12.50 are 87.50, and the limit leaves 80."""
    pay = "amount: 12.50 USD, per: 1_000 USD, limits: [{at_most: 80 USD, per: [partner, period]}]"
    example = one("rebate", f"period: quarter, sum: amount, {pay}, payee: partner")
    assert example.title == "Example: 7,500 USD in 2026-Q1 earns 80.00 USD"
    assert points(example) == [
        "7,500 USD: 1,000 USD fits 7 times in full, and 7 times 12.50 USD is 87.50 USD.",
        "At most 80 USD per partner and quarter: 80.00 USD is left of 87.50 USD.",
        "Earned: 80.00 USD.",
    ]


def test_an_amount_once_for_a_period() -> None:
    """It is paid whatever was sold; the second quarter finds 200 of 700 left, which is why the first is shown."""
    limits = "limits: [{at_most: 700 USD, per: [partner, year]}]"
    program = tiny(
        f"incentives: {{it: {{kind: rebate, from: sales, period: quarter, sum: amount, amount: 500 USD, {limits},"
        " payee: partner}}"
    )
    (example,) = worked_examples(
        program.incentives[0], program, Voice(program, Naming.PLAIN, date(2026, 9, 1)), planned
    )
    assert example.title == "Example: 2026-Q1 earns 500.00 USD"
    assert points(example) == [
        "500 USD for the calendar quarter 2026-Q1: 500.00 USD.",
        "Earned: 500.00 USD.",
    ]


def test_bands_of_each_record() -> None:
    """500 at 1 % are 5; 1,300 earn 10 and 6 of the 300 above; 2,200 earn 10 and 24 of 1,200 above."""
    bands = "bands: [{from: 0 USD, rate: 1%}, {from: 1_000 USD, rate: 2%}]"
    example = one("commission", f"of: amount, {bands}, payee: partner")
    assert [row[-1] for row in rows(example, 0)] == ["5.00 USD", "16.00 USD", "34.00 USD", "55.00 USD"]
    assert rows(example, 1) == (
        ("below 1,000 USD", "1,000 USD", "1%", "10.00 USD"),
        ("from 1,000 USD on", "300 USD", "2%", "6.00 USD"),
        ("Together", "1,300 USD", "", "16.00 USD"),
    )


def test_bands_of_each_record_up_to_a_limit() -> None:
    """Records grow until the limit takes something; what they earn together is the limit."""
    bands = "bands: [{from: 0 USD, rate: 1%}, {from: 1_000 USD, rate: 2%}]"
    limits = "limits: [{at_most: 100 USD, per: [partner]}]"
    example = one("commission", f"of: amount, {bands}, {limits}, payee: partner")
    assert example.title == "Example: three sales earn 100.00 USD"
    assert rows(example, 0)[-1][-1] == "100.00 USD"
    assert "100.00 USD is left of" in points(example)[0]


def test_an_amount_once_for_a_record() -> None:
    """Three records of 500 meet a limit of 1,200: the last one earns 200."""
    limits = "limits: [{at_most: 1_200 USD, per: [seller]}]"
    example = one("spiff", f"amount: 500 USD, {limits}, payee: seller")
    assert example.title == "Example: three sales earn 1,200.00 USD"
    assert [row[-2:] for row in rows(example, 0)[:3]] == [
        ("500.00 USD", "500.00 USD"),
        ("500.00 USD", "500.00 USD"),
        ("500.00 USD", "200.00 USD"),
    ]
    far = one("spiff", "amount: 500 USD, limits: [{at_most: 9_000 USD, per: [seller]}], payee: seller")
    assert points(far) == []
    assert "At most" not in str(far.blocks) and "Before limits" not in str(far.blocks)


@pytest.mark.parametrize(
    ("end", "title"),
    [
        ("110_000 USD", "Example: 105,000 USD in 2026-Q1 earns 2,100.00 USD"),  # half of the way through the last band
        ("130_000 USD", "Example: 115,000 USD in 2026-Q1 earns 2,300.00 USD"),
        ("130_001 USD", "Example: 130,000 USD in 2026-Q1 earns 2,600.00 USD"),
    ],
)
def test_an_example_of_whole_bands_does_not_lie_past_their_end(end: str, title: str) -> None:
    """From there on nothing is paid; a limit that 2 % of less never reaches is not shown."""
    bands = f"[{{from: 0 USD, rate: 1%}}, {{from: 100_000 USD, rate: 2%, up_to: {end}}}]"
    limit = "limits: [{at_most: 5_000 USD, per: [partner, period]}]"
    (example,) = examples(
        rebate(f"method: whole\n            bands: {bands}\n            beyond: nothing\n            {limit}")
    )
    assert example.title == title
    assert points(example) == [f"Earned: {title.rpartition('earns ')[2]}."]


def test_the_first_sale_of_a_customer() -> None:
    """A second sale to the same customer earns nothing; the first one of another customer does."""
    example = one(
        "bounty", "new_to: anybody, during: {from: 2026-03-01, before: 2026-06-01}, amount: 500 USD, payee: seller"
    )
    assert example.title == "Example: two of three sales earn 1,000.00 USD"
    assert [row[2:] for row in rows(example, 0)] == [
        ("C-1", "500.00 USD"),
        ("C-1", "0.00 USD"),
        ("C-2", "500.00 USD"),
        ("", "1,000.00 USD"),
    ]
    assert points(example) == ["S-2 earns nothing: only the first sale of each customer counts, of all partners."]


def test_first_sales_over_a_period() -> None:
    """No kind has this yet: the sum leaves the repeated customer out, and the pay says what was counted."""
    program = rebate("bands: [{from: 0 USD, rate: 1%}]")
    first = replace(program.incentives[0], first=("customer",))
    (example,) = examples(replace(program, incentives=(first,)))
    assert [row[-1] for row in rows(example, 0)] == ["35,000 USD", "35,000 USD", "40,000 USD", "25,000 USD"]
    assert rows(example, 1) == (("from 0 USD on", "100,000 USD", "1%", "1,000.00 USD"),)
    assert points(example)[0].startswith("S-2 does not count: only the first sale of each customer counts")


def test_what_is_computed_of_a_record_is_shown() -> None:
    """Other factors are one: 4,000 times 1 counts as 4,000.00, and 10 % of it are 400."""
    sections = "records: {extends: standard, sales: {fields: {factor: {type: decimal, scale: 1}}}}"
    example = one("commission", "of: amount * factor, rate: 10%, payee: partner", sections)
    assert rows(example, 0)[0][2:] == ("4,000 USD", "1", "4,000 USD", "400.00 USD")


def test_an_amount_is_rounded_before_the_limit() -> None:
    """0.7775 % of 4,000 are 31.10; of 7,000 they are 54.425, which is rounded to 54.43."""
    example = one("commission", "of: amount, rate: 0.7775%, payee: partner")
    assert [row[-2:] for row in rows(example, 0)[:2]] == [("31.10 USD", "31.10 USD"), ("54.425 USD", "54.43 USD")]


LADDER = """
tiers:
  ladder: [base, silver, gold]
  requires: [revenue >= 5 USD]
  gold: {by_invitation: true}
metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}
parameters: {cap: {by: [tier], values: {base: 10 USD, silver: 50 USD, gold: 100 USD}}}
"""


def test_records_are_shown_in_the_order_they_are_taken() -> None:
    """By amount the smallest comes first: 3,500 and 4,000 earn in full, of 5,000 only 2,500 do."""
    limits = "order: [amount], limits: [{at_most: 1_000 USD, per: [partner]}]"
    example = one("commission", f"of: amount, rate: 10%, {limits}, payee: partner")
    shown = [Decimal(row[2].split(" ")[0].replace(",", "")) for row in rows(example, 0)[:3]]
    assert shown == sorted(shown)
    assert [row[-1] for row in rows(example, 0)[:3]] == ["350.00 USD", "400.00 USD", "250.00 USD"]


def test_the_tier_supposed_is_one_that_may_earn() -> None:
    """Gold may not, so silver is supposed: 10 % of 10,000, of which its limit leaves 50."""
    rate = "rate: {by: [tier], values: {base: 5%, silver: 10%, gold: 15%}}"
    limits = "limits: [{at_most: cap, per: [partner, quarter]}]"
    example = one("commission", f"eligible: [tier < gold], of: amount, {rate}, {limits}, payee: partner", LADDER)
    assert "Suppose a partner is Silver, can earn it (a tier below Gold) and has these sales" in str(example.blocks[0])
    assert {row[3] for row in rows(example, 0)[:3]} == {"10%"}
    assert rows(example, 0)[-1][-1] == "50.00 USD"


def test_of_a_seller_it_is_the_partner_that_is_supposed() -> None:
    """Who is paid works for it."""
    rate = "rate: {by: [tier], values: {base: 5%, silver: 10%, gold: 15%}}"
    example = one("spiff", f"of: amount, {rate}, payee: seller", LADDER)
    assert "Suppose a seller works for a partner that is Gold and has these sales" in str(example.blocks[0])


def test_a_value_of_the_record_is_one_that_is_listed() -> None:
    """The records of the example have the first word, and show it."""
    sections = "records: {extends: standard, sales: {fields: {channel: {type: choice, values: [direct, market]}}}}"
    rate = "rate: {by: [channel], values: {market: 3%, direct: 1%}}"
    example = one("commission", f"of: amount, {rate}, payee: partner", sections)
    assert rows(example, 0)[0][2:] == ("market", "4,000 USD", "3%", "120.00 USD")


def test_what_cannot_be_determined_has_no_example() -> None:
    """The best share of a partner without shares is missing: nothing is claimed."""
    sections = """
records:
  extends: standard
  shares:
    partner: partner_id
    date: given_on
    fields: {share_id: id, partner_id: id, given_on: date, share: {type: decimal, scale: 2}}
metrics: {best: {from: shares, max: share, window: lifetime}}
"""
    program = tiny(
        f"{sections}\nincentives:\n  it: {{kind: commission, from: sales, of: amount, rate: best, payee: partner}}\n"
    )
    assert examples(program) == ()


@pytest.mark.parametrize(
    ("measure", "discount", "tax", "counts"),
    [
        ("price * quantity * (1 - discount)", "0.1", "", Decimal("0.9")),
        ("(1 - discount) * price * quantity", "0.1", "", Decimal("0.9")),
        ("price * quantity * (1 - discount / 100)", "10", "", Decimal("0.9")),
        ("price * quantity * (1 - 0.01 * discount) / 3 * 3", "10", "", Decimal("0.9")),
        ("price * quantity * (1 - discount) * (1 + tax)", "0.1", "0.1", Decimal("0.99")),
        ("price * quantity * (1 - discount * tax)", "1", "1", None),  # of two shares in one nothing is known
    ],
)
def test_a_discount_of_the_example_is_a_tenth(measure: str, discount: str, tax: str, counts: Decimal | None) -> None:
    """4,000 at quantity 1 less 10 % are 3,600, of which 2.5 % are 90.00; with a tax of 10 % 3,960 and 99.00."""
    found = examples(
        tiny(f"""
        records:
          sales:
            fields:
              price: money
              discount: {{type: decimal, scale: 2}}
              tax: {{type: decimal, scale: 2}}
              net: {{type: money, formula: {measure}}}
        incentives:
          share: {{kind: commission, of: net, rate: 2.5%, payee: partner}}
          whole: {{kind: rebate, period: quarter, sum: net, rate: 10%, payee: partner}}
        """)
    )
    if counts is None:
        assert found == ()
        return
    heads = next(each.heads for each in found[0].blocks if isinstance(each, Grid))
    first = dict(zip(heads, rows(found[0], 0)[0], strict=True))
    net = 4_000 * counts
    assert (first["Price"], first["Quantity"], first["Discount"]) == ("4,000 USD", "1", discount)
    assert first.get("Tax", "") == tax
    assert (first["Counts as"], first["Earns"]) == (f"{net:,.0f} USD", f"{net / 40:.2f} USD")


def test_an_order_by_a_formula_has_no_example() -> None:
    """Who comes first is known once the formula is computed; by a field there is one."""
    sections = "records: {sales: {fields: {net: {type: money, formula: amount * 90%}}}}\n" + (
        "incentives: {c: {kind: commission, from: sales, of: amount, rate: 10%, order: [ORDER],"
        " limits: [{at_most: 500 USD, per: [partner]}], payee: partner}}\n"
    )
    assert [len(examples(tiny(sections.replace("ORDER", each)))) for each in ("net", "amount")] == [0, 1]
