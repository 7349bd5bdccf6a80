"""Which numbers people write in percent."""

from __future__ import annotations

import pytest

from engine.language.percents import in_percent
from engine.language.program import Line
from engine.language.source import Span
from engine.language.syntax import Name
from tests.tiny import program

TEXT = """
parameters:
  need: 70%
  half: 0.5
  mixed: {{by: [tier], values: {{a: 10%, b: 0.2}}}}
  tall: {{by: [tier], values: {{a: 10%, b: 20%}}}}
  steps: {{by: revenue, bands: [{{from: 0 USD, value: 5%}}, {{from: 10 USD, value: 6%}}]}}
metrics:
  revenue: {{from: sales, sum: amount, window: lifetime}}
  many: {{from: sales, count: records, window: lifetime}}
  share: {{formula: revenue / revenue}}
  above: {{formula: share - 70%}}
benefits: {{cut: {{value: percent, is: 5%}}, gift: {{value: money, is: 5 USD}}}}
tiers: {{ladder: [a, b], b: {{requires: [revenue > 1 USD]}}}}
segments: {{s: {{when: ["{line}"]}}}}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("share >= 70%", True),
        ("share >= 0.7", False),
        ("share >= need", True),
        ("share >= half", False),
        ("share >= steps", True),
        ("share + 5% >= half", True),
        ("-share <= -need", True),
        ("above >= 0", True),
        ("many * 10% >= 5", False),
        ("many >= 2", False),
        ("share >= benefits.cut", True),
        ("benefits.gift >= 2 USD", False),
        ("share is missing", False),
    ],
)
def test_as_the_author_writes_it(line: str, expected: bool) -> None:
    """In percent where one side of a comparison or sum is, through parameters, formulas and benefits."""
    read = program(TEXT.format(line=line))
    (condition,) = read.segments[0].when
    assert isinstance(condition, Line)
    assert in_percent(condition.expression, read) is expected


@pytest.mark.parametrize(("name", "expected"), [("mixed", False), ("tall", True)])
def test_all_values_of_a_table(name: str, expected: bool) -> None:
    """A parameter by tier is in percent if each of its values is."""
    read = program(TEXT.format(line="share >= need"))
    assert in_percent(Name(name, Span("", 1, 1, 1, 2)), read) is expected


PAID = """incentives:
  bonus:
    {{kind: rebate, from: sales, period: quarter, sum: amount, rate: 1%, payee: partner, eligible: ["{line}"]}}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("partner.above >= 0", True),
        ("partner.share >= 0.5", False),
        ("partner.share >= need", True),
        ("partner.benefits.cut >= 0.1", True),
    ],
)
def test_what_is_said_to_be_the_partners(line: str, expected: bool) -> None:
    """`partner.` before a name, as a line of an incentive may write it, changes nothing."""
    read = program(TEXT.format(line="share >= need") + PAID.format(line=line))
    (condition,) = read.incentives[0].eligible
    assert isinstance(condition, Line)
    assert in_percent(condition.expression, read) is expected
