"""Rates and percentages: with their sign, and not above the whole."""

from __future__ import annotations

import pytest

from tests.tiny import told

TEXT = """
parameters: {q: 1, p: %s}
tiers: {ladder: [a, b], requires: [region is missing]}
incentives:
  s: {kind: spiff, payee: partner, rate: %s, of: amount}
"""


@pytest.mark.parametrize(
    ("parameter", "rate", "expected"),
    [
        ("1", "5%", "RNG211 7`p`: the parameter `p` is not used"),
        ("5%", "p", None),
        ("0", "p", None),
        ("5", "p", "RNG316 7`5`: `5` without `%` is 500 %"),
        ("150%", "p", "RNG307 7`150%`: 150 % is more than 100 %"),
        (
            "[{from: 2026-01-01, value: 1%}, {from: 2026-02-01, value: 101%}]",
            "p",
            "RNG307 7`101%`: 101 % is more than 100 %",
        ),
        ("5%", "p * 2", None),
        ("5%", "0.05 + p", None),
    ],
)
def test_rates(parameter: str, rate: str, expected: str | None) -> None:
    """A number in the rate's place, or in the parameter that stands there."""
    found = [each for each in told(TEXT % (parameter, rate)) if "`q`" not in each]
    assert found == ([expected] if expected else [])
