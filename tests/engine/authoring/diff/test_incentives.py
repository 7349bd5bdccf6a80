"""Changes of an incentive as people read them: values that are tables, first records, orders, limits and grains."""

from __future__ import annotations

import pytest

from engine.authoring.diff.change import Kind
from engine.authoring.diff.phrases import written
from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.language.essence import essence
from engine.language.program import Program
from rules import load_program
from tests.tiny import FILE, text

SECTIONS = """\
records:
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise]}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [silver, gold]
  requires: [revenue >= 100_000 USD]
parameters:
  base: 4%
incentives:
"""
RESALE = """\
  resale:
    kind: commission
    of: amount
    rate: {by: [tier], values: {silver: 5%, gold: 12%}}
    payee: partner
"""
NESTED = RESALE.replace("silver: 5%", "silver: {by: [size], values: {smb: 5%, enterprise: 6%}}")
BANDED = RESALE.replace(
    "silver: 5%", "silver: {by: revenue, bands: [{from: 0 USD, value: 5%}, {from: 9 USD, value: 6%}]}"
)
LAUNCH = """\
  launch:
    kind: spiff
    of: quantity
    amount: 150 USD
    per: 1
    order: [closed_on, sale_id]
    limits:
      - {at_most: 3_000 USD, per: [seller, quarter]}
    payee: seller
"""
VOLUME = """\
  volume:
    kind: rebate
    period: quarter
    sum: amount
    bands:
      - {from: 0 USD, rate: 1%}
      - from: {by: [tier], values: {silver: 100_000 USD, gold: 80_000 USD}}
        rate: {by: [tier], values: {silver: 2%, gold: 3%}}
    limits:
      - {at_most: {by: [tier], values: {silver: 5_000 USD, gold: 9_000 USD}}, per: [partner, period]}
    payee: partner
"""
WELCOME = """\
  welcome:
    kind: bounty
    new_to: partner
    during: {from: 2026-03-01, before: 2026-06-01}
    amount: 500 USD
    payee: partner
"""
EDITS = (
    (RESALE, "gold: 12%", "gold: 15%",
     {"incentives.resale.rate[gold]": "the rate of `resale` for gold is now 15%, was 12%"}),
    (RESALE, "{by: [tier], values: {silver: 5%, gold: 12%}}", "base",
     {"incentives.resale.rate": "the rate of `resale` is now `base`, was 5% and 12% by `tier`"}),
    (RESALE, "by: [tier], values: {silver: 5%, gold: 12%}", "by: [size], values: {smb: 5%, enterprise: 12%}",
     {"incentives.resale.rate": "the rate of `resale` depends on `size`, was on `tier`"}),
    (RESALE, "silver: 5%", "silver: {by: [size], values: {smb: 5%, enterprise: 6%}}",
     {"incentives.resale.rate[silver]": "the rate of `resale` for silver is now 5% and 6% by `size`, was 5%"}),
    (NESTED, "enterprise: 6%", "enterprise: 7%",
     {"incentives.resale.rate[silver][enterprise]": "the rate of `resale` for silver enterprise is now 7%, was 6%"}),
    (NESTED, "gold: 12%",
     "gold: 13%", {"incentives.resale.rate[gold]": "the rate of `resale` for gold is now 13%, was 12%"}),
    (BANDED, "9 USD, value: 6%", "9 USD, value: 8%",
     {"incentives.resale.rate[silver][from 9 USD]":
      "the rate of `resale` for silver from 9 USD on is now 8%, was 6%"}),
    (BANDED, "from: 9 USD", "from: 7 USD",
     {"incentives.resale.rate[silver][from 7 USD]":
      "the rate of `resale` for silver is 6% from 7 USD on, was from 9 USD"}),
    (RESALE, "rate: {by: [tier], values: {silver: 5%, gold: 12%}}",
     "amount: 10 USD\n    per: 1_000 USD\n    limits: [{at_most: 9 USD, per: [partner]}]",
     {"incentives.resale.pay": "`resale` now pays 10 USD for every 1,000 USD, was a rate of 5% and 12% by `tier`",
      "incentives.resale.limits[per partner]": "`resale` is now also limited to 9 USD per partner"}),
    (RESALE, "    rate: {by: [tier], values: {silver: 5%, gold: 12%}}",
     "    bands: [{from: 0 USD, rate: 1%}, {from: 50 USD, amount: 2 USD}]",
     {"incentives.resale.pay":
      "`resale` now pays by bands: 1% from 0 USD and 2 USD from 50 USD, was a rate of 5% and 12% by `tier`"}),
    (RESALE, "of: amount",
     "of: amount * 2", {"incentives.resale.measure": "the measure of `resale` is now `amount * 2`, was `amount`"}),
    (LAUNCH, "per: 1\n",
     "per: 10\n", {"incentives.launch.per": "`launch` now pays its amount for every 10, was for every 1"}),
    (LAUNCH, "    of: quantity\n    amount: 150 USD\n    per: 1\n", "    amount: 150 USD\n",
     {"incentives.launch.per": "`launch` now pays its amount once, was for every 1",
      "incentives.launch.measure": "`launch` no longer states its measure, was `quantity`"}),
    (LAUNCH, "order: [closed_on, sale_id]", "order: [recorded_on, sale_id]",
     {"incentives.launch.order":
      "records of `launch` are now taken by `recorded_on` and `sale_id`, was by `closed_on` and `sale_id`"}),
    (LAUNCH, "    order: [closed_on, sale_id]\n", "",
     {"incentives.launch.order":
      "records of `launch` are now taken by day and key, was by `closed_on` and `sale_id`"}),
    (LAUNCH, "per: [seller, quarter]", "per: [seller, month]",
     {"incentives.launch.limits[per seller, month]":
      "`launch` is now limited to 3,000 USD per seller and month, was per seller and quarter"}),
    (LAUNCH, "per: [seller, quarter]", "per: [seller]",
     {"incentives.launch.limits[per seller]":
      "`launch` is now limited to 3,000 USD per seller, was per seller and quarter"}),
    (LAUNCH, "at_most: 3_000 USD, per: [seller, quarter]",
     "at_most: 2_000 USD, per: [seller, quarter], order: [sale_id]",
     {"incentives.launch.limits[per seller, quarter]":
      "`launch` is now limited to 2,000 USD per seller and quarter, was 3,000 USD",
      "incentives.launch.order": "records of `launch` are now taken by `sale_id`, was by `closed_on` and `sale_id`"}),
    (LAUNCH, "    payee", "      - {at_most: 9_000 USD, per: [partner], order: [sale_id]}\n    payee",
     {"incentives.launch.limits[per partner]": "`launch` is now also limited to 9,000 USD per partner"}),
    (VOLUME, "gold: 80_000 USD", "gold: 90_000 USD",
     {"incentives.volume.bands[from 100,000 USD and 90,000 USD by `tier`][gold]":
      "the band of `volume` that pays 2% and 3% by `tier` starts at 90,000 USD for gold, was 80,000 USD"}),
    (VOLUME, "gold: 3%", "gold: 4%",
     {"incentives.volume.bands[from 100,000 USD and 80,000 USD by `tier`][gold]":
      "`volume` from 100,000 USD and 80,000 USD by `tier` on now pays 4% for gold, was 3%"}),
    (VOLUME, "rate: 1%",
     "amount: 9 USD", {"incentives.volume.bands[from 0 USD]": "`volume` from 0 USD on now pays 9 USD, was 1%"}),
    (VOLUME, "gold: 9_000 USD", "gold: 8_000 USD",
     {"incentives.volume.limits[per partner, period][gold]":
      "`volume` is now limited to 8,000 USD per partner and period for gold, was 9,000 USD"}),
    (VOLUME.replace("[partner, period]", "[partner, quarter]"), "    period: quarter\n    sum: amount\n",
     "    of: amount\n",
     {"incentives.volume.period": "`volume` is now paid for each record, was by `quarter`"}),
    (WELCOME, "new_to: partner", "new_to: anybody",
     {"incentives.welcome.first":
      "`welcome` now pays only for a customer's first sale, was only for a customer's first sale with the partner"}),
    (WELCOME, "kind: bounty\n    new_to: partner", "kind: spiff",
     {"incentives.welcome.first": "`welcome` no longer pays only for a customer's first sale with the partner",
      "incentives.welcome.kind": "the kind of `welcome` is now `spiff`, was `bounty`"}),
)  # fmt: skip


def program(incentive: str) -> Program:
    """A program of one incentive, read and not checked."""
    found, findings = load_program(text(SECTIONS + incentive).encode(), FILE)
    assert found is not None and not findings, findings
    return found


@pytest.mark.parametrize(("incentive", "before", "after", "expected"), EDITS)
def test_an_edit_is_told_once(incentive: str, before: str, after: str, expected: dict[str, str]) -> None:
    """Every change of an edit with its path and sentence, and no other; the clauses lead from one to the other."""
    assert incentive.count(before) == 1
    old, new = program(incentive), program(incentive.replace(before, after))
    found = compare_programs(old, new)
    assert sorted((each.path, each.sentence) for each in found) == sorted(expected.items())
    assert essence(swapped(old, new, ())) == essence(old)
    assert essence(swapped(old, new, {each.clause for each in found})) == essence(new)


def test_a_first_record_is_asked_for() -> None:
    """The other way round: only a customer's first sale counts now."""
    spiff = WELCOME.replace("kind: bounty\n    new_to: partner", "kind: spiff")
    found = {each.path: each.sentence for each in compare_programs(program(spiff), program(WELCOME))}
    assert found["incentives.welcome.first"] == "`welcome` now pays only for a customer's first sale with the partner"


@pytest.mark.parametrize(
    ("incentive", "before", "after"),
    [
        (LAUNCH, "    order: [closed_on, sale_id]\n    limits:\n      - {at_most: 3_000 USD, per: [seller, quarter]}",
         "    limits:\n      - {at_most: 3_000 USD, per: [seller, quarter], order: [closed_on, sale_id]}"),
        (LAUNCH, "per: [seller, quarter]}", "per: [seller, quarter], order: [closed_on, sale_id]}"),
        (LAUNCH, "    limits:\n      - {at_most: 3_000 USD, per: [seller, quarter]}",
         "    period: quarter\n    limits:\n      - {at_most: 3_000 USD, per: [seller, period]}"),
        (LAUNCH, "per: [seller, quarter]", "per: [quarter, seller]"),
        (LAUNCH, "    per: 1\n", ""),
    ],
)  # fmt: skip
def test_the_form_before_means_the_same(incentive: str, before: str, after: str) -> None:
    """What today's form and the one before it say alike is no change, and has one hash."""
    assert incentive.count(before) == 1
    old, new = program(incentive.replace(before, after)), program(incentive)
    assert compare_programs(old, new) == compare_programs(new, old) == ()
    assert essence(old) == essence(new)


def test_limits_in_orders_of_their_own() -> None:
    """Where limits are walked in several orders, each tells its own."""
    two = LAUNCH.replace("    payee", "      - {at_most: 9_000 USD, per: [partner], order: [sale_id]}\n    payee")
    (found,) = compare_programs(program(two), program(two.replace("order: [sale_id]}", "order: [recorded_on]}")))
    assert (found.kind, found.sentence) == (
        Kind.MOVED,
        "the limit of `launch` per partner is now used up in the order of `recorded_on`, was `sale_id`",
    )


def test_a_value_is_written_as_in_a_program() -> None:
    """Documents carry a table in the language's own writing."""
    nested = compare_programs(
        program(NESTED), program(RESALE.replace("{by: [tier], values: {silver: 5%, gold: 12%}}", "base"))
    )
    assert [(written(each.before), written(each.after)) for each in nested] == [
        ("{by: [tier], values: {silver: {by: [size], values: {smb: 5%, enterprise: 6%}}, gold: 12%}}", "base")
    ]
    banded = compare_programs(program(RESALE), program(BANDED))
    assert [(written(each.before), written(each.after)) for each in banded] == [
        ("5%", "{by: revenue, bands: [{from: 0 USD, value: 5%}, {from: 9 USD, value: 6%}]}")
    ]
