"""What a program says, apart from how it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.language.essence import essence, settled
from tests.tiny import HEAD, program

TEXT = """
records: {partners: {fields: {size: {type: choice, values: [smb, big]}}}}
parameters: {needed: 250_000 USD, share: 5%}
metrics:
  revenue: {from: sales, sum: amount, where: quantity >= 1.50, window: trailing 12 months}
  reached: {formula: revenue * 2}
benefits:
  help: {value: quantity, by: [size], values: {smb: 1, big: 2}}
  care: {value: flag, when: reached > 0 USD}
tiers: {ladder: [a, b, top], requires: [revenue >= needed, share > 0], top: {by_invitation: true}}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("250_000 USD", "250000.00 USD"),
        ("5%", "0.05"),
        ("1.50", "1.5"),
        ("{from: sales, sum: amount,", "{sum: amount, from: sales,"),
        ("parameters:", "# for people\nparameters:"),
        ("{needed: 250_000 USD, share: 5%}", "{share: 5%, needed: 250_000 USD}"),
        ("by: [size], values: {smb: 1, big: 2}", "by: [size], values: {big: 2, smb: 1}"),
    ],
)
def test_spelling_does_not_matter(old: str, new: str) -> None:
    """Digits grouped or not, percents, trailing zeros, order of settings, comments."""
    assert essence(program(TEXT)) == essence(program(TEXT.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("250_000", "250_001"),
        ("5%", "5.1%"),
        (">= needed", "> needed"),
        ("12 months", "11 months"),
        ("[a, b,", "[a, c,"),
        ("by_invitation: true", "by_invitation: false"),
    ],
)
def test_meaning_matters(old: str, new: str) -> None:
    """Any number, operator, window or name."""
    assert essence(program(TEXT)) != essence(program(TEXT.replace(old, new)))


def test_plain_values() -> None:
    """Texts, integers, truths, lists and mappings; numbers as text, days as text, nothing as nothing."""
    said = essence(program(TEXT, HEAD))
    assert isinstance(said, dict)
    assert (said["is"], said["effective"], said["scale"]) == ("Program", ["2026-01-01", "2027-01-01"], 2)
    assert "calendar_declared" not in said, "what is left at its default is not said"
    assert "file" not in said and "span" not in said
    parameters = said["parameters"]
    assert isinstance(parameters, list) and isinstance(parameters[0], dict)
    assert parameters[0]["name"] == "needed"


def test_declarations_in_another_order_are_the_same() -> None:
    """Metrics and benefits are told apart by name."""
    one = "metrics:\n  a: {from: sales, count: records, window: lifetime}\n  b: {formula: a * 2}\n"
    two = "metrics:\n  b: {formula: a * 2}\n  a: {from: sales, count: records, window: lifetime}\n"
    ladder = "tiers: {ladder: [low, high], requires: [b > 2]}\n"
    assert essence(program(one + ladder)) == essence(program(two + ladder))


def test_the_order_of_tiers_and_lines_matters() -> None:
    """A ladder and a list of conditions are read in order."""
    assert essence(program(TEXT)) != essence(program(TEXT.replace("[a, b,", "[b, a,")))


def test_another_kind_of_value_is_a_bug() -> None:
    """Whoever adds one must say what it means here."""
    broken = replace(program(TEXT), title=1.5)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(TypeError, match="a program holds"):
        essence(broken)


LAUNCH = """
incentives:
  launch:
    kind: spiff
    of: quantity
    amount: 150 USD
    per: 1
    order: [closed_on, sale_id]
    limits: [{at_most: 3_000 USD, per: [seller, quarter]}, {at_most: 9_000 USD, per: [partner]}]
    payee: seller
"""
ORDER = "    order: [closed_on, sale_id]\n"


def with_orders(*orders: str, own: str = "") -> str:
    """The program with an order in each limit, and one of its own or none."""
    first, second = (f"]{f', order: [{each}]' if each else ''}}}" for each in orders)
    text = LAUNCH.replace(ORDER, f"    order: [{own}]\n" if own else "")
    return text.replace("quarter]}", f"quarter{first}").replace("[partner]}", f"[partner{second}")


@pytest.mark.parametrize(
    "text",
    [
        with_orders("closed_on, sale_id", "closed_on, sale_id"),
        with_orders("closed_on, sale_id", "", own="closed_on, sale_id"),
        with_orders("closed_on, sale_id", "closed_on, sale_id", own="sale_id"),
        LAUNCH.replace("[seller, quarter]", "[quarter, seller]"),
    ],
)
def test_an_order_is_that_of_all_limits(text: str) -> None:
    """Said once or in every limit, it is the same order; the words of a limit have none."""
    assert essence(program(text)) == essence(program(LAUNCH))


@pytest.mark.parametrize(
    "text",
    [with_orders("", ""), with_orders("closed_on, sale_id", ""), with_orders("sale_id", "", own="closed_on, sale_id")],
)
def test_other_orders_are_others(text: str) -> None:
    """A limit walked otherwise than the rest pays other records."""
    assert essence(program(text)) != essence(program(LAUNCH))


def test_an_order_that_says_which_record_is_first_stays() -> None:
    """Of a bounty the order of the limits is not that of the records: both stay where they are said."""
    (launch,) = program(with_orders("sale_id", "sale_id")).incentives
    assert settled(launch).order == ("sale_id",)
    bounty = settled(replace(launch, first=("customer",)))
    assert (bounty.order, {each.order for each in bounty.limits}) == ((), {("sale_id",)})
