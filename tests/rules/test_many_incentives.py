"""How many incentives a program has, and how many limits one of them: more are refused by name."""

from __future__ import annotations

import pytest

from rules.incentive_keys import MOST_LIMITS
from rules.incentives import MOST
from tests.tiny import findings

LIMITED = """\
incentives:
  bonus:
    kind: spiff
    from: sales
    of: amount
    rate: 1%
    limits: [{}]
    payee: partner
    accounting: expense
    settle_by: transfer
"""


@pytest.mark.parametrize(("count", "expected"), [(MOST_LIMITS, []), (MOST_LIMITS + 1, ["`limits` has 21 items"])])
def test_twenty_limits(count: int, expected: list[str]) -> None:
    """Twenty are more than an incentive needs."""
    limits = ", ".join(f"{{at_most: {each + 1} USD, per: [partner]}}" for each in range(count))
    assert [each.message for each in findings(LIMITED.format(limits)) if each.code == "RNG107"] == expected


@pytest.mark.parametrize(("count", "expected"), [(MOST, []), (MOST + 1, ["`incentives` has 501 keys"])])
def test_five_hundred_incentives(count: int, expected: list[str]) -> None:
    """Each is wrong in its own way here, so that none is compiled; there are hundreds in a large program."""
    incentives = "".join(f"  r{each}: {{kind: rebate}}\n" for each in range(count))
    assert [each.message for each in findings(f"incentives:\n{incentives}") if each.code == "RNG107"] == expected
