"""What a program says, apart from how it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.language.essence import essence
from tests.tiny import HEAD, program

TEXT = """
parameters: {needed: 250_000 USD, share: 5%}
metrics:
  revenue: {from: sales, sum: amount, where: quantity >= 1.50, window: trailing 12 months}
tiers: {ladder: [a, b], requires: [revenue >= needed, share > 0]}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("250_000 USD", "250000.00 USD"),
        ("5%", "0.05"),
        ("1.50", "1.5"),
        ("{from: sales, sum: amount,", "{sum: amount, from: sales,"),
        ("parameters:", "# for people\nparameters:"),
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
        ("[a, b]", "[a, c]"),
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
    assert (said["calendar_declared"], said["rounding"]) == (False, "half_up")
    assert "file" not in said and "span" not in said
    parameters = said["parameters"]
    assert isinstance(parameters, list) and isinstance(parameters[0], dict)
    assert parameters[0]["name"] == "needed"


def test_another_kind_of_value_is_a_bug() -> None:
    """Whoever adds one must say what it means here."""
    broken = replace(program(TEXT), title=1.5)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(TypeError, match="a program holds"):
        essence(broken)
