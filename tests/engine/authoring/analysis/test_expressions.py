"""What the analysis understands of expressions, shown by lines that exclude each other and by lines that do not."""

from __future__ import annotations

import pytest

from tests.tiny import findings

TEXT = """
records:
  partners:
    fields:
      x: {type: decimal, scale: 2, optional: true}
      y: {type: decimal, scale: 2, optional: true}
      n: {type: integer}
      flag: {type: boolean, optional: true}
      size: {type: choice, values: [small, middle, large], ordered: true, optional: true}
      colour: {type: choice, values: [red, blue], optional: true}
      tone: {type: choice, values: [red, green], optional: true}
parameters:
  by_band: {by: x, bands: [{from: 0, value: 10}, {from: 100, value: 20}]}
  by_size: {by: [size], values: {small: 1, middle: 2, large: 3}}
  by_flag: {by: [rich], values: {'true': 5, 'false': 1}}
metrics:
  ratio: {formula: x / y}
  shown: {formula: x / y, scale: 2}
  twice: {formula: shown * 2}
  score: {formula: x, if_missing: 7}
  deals: {from: sales, count: records, window: trailing 12 months}
  big: {like: deals, where: amount > 100 USD}
  copy: {from: sales, count: records, window: trailing 12 months}
  days: {from: sales, max: closed_on, window: trailing 12 months}
segments:
  rich: {when: [x > 1_000]}
tiers:
  ladder: [a, b]
  requires:
    - %s
    - %s
"""
EXCLUSIVE = [
    ("ratio + 1 >= 2", "ratio < 1"),
    ("1 - ratio > 0.5", "ratio >= 0.5"),
    ("1 + ratio > 2", "ratio <= 1"),
    ("ratio - 1 > 0", "ratio <= 1"),
    ("ratio * 2 >= 4", "ratio < 2"),
    ("2 * ratio >= 4", "ratio < 2"),
    ("ratio / 2 >= 4", "ratio < 8"),
    ("2 > ratio", "ratio >= 2"),
    ("ratio is 2", "ratio > 2"),
    ("ratio > 1", "y is 0"),
    ("x / y > 1 and y > 0", "x < y"),
    ("(x + n) / 2 >= 5", "x + n < 10"),
    ("x / 0 > 1", "n > 0"),
    ("min(x, y) >= 5", "x < 5"),
    ("max(x, y, 1) < 3", "y > 4"),
    ("abs(x) < 2", "x > 3"),
    ("-x > 2", "x > 0"),
    ("x * 2 + y > 10", "x < 3 and y < 4"),
    ("x between 1 and 3", "x > 3"),
    ("x in [1, 2]", "x > 2"),
    ("x not in [1, 2]", "x is 2"),
    ("x is not 2", "x is 2"),
    ("not (x > 1 or y > 1)", "x > 1"),
    ("x is missing", "x > 1"),
    ("x is not missing", "x is missing"),
    ("x + y is missing", "x > 1 and y > 1"),
    ("ratio is missing", "x > 1 and y > 1"),
    ("rich is missing", "x > 1"),
    ("n > 3", "n < 4"),
    ("days_between(joined_on, as_of) >= 400", "joined_on > 2026-06-01"),
    ("as_of >= 2027-01-01", "n > 0"),
    ("days > 2027-01-01", "days < 2026-12-01"),
    ("x * y > 4", "x * y < 4"),
    ("ratio >= x", "ratio < x"),
    ("months_between(joined_on, as_of) > 3", "months_between(joined_on, as_of) < 4"),
    ("size is small", "size is missing"),
    ("size > small", "size < middle"),
    ("small < size", "size <= small"),
    ("size between middle and large", "size is small"),
    ("size in [small, large]", "size is middle"),
    ("flag", "not flag"),
    ("flag is true", "flag is false"),
    ("rich is true", "x < 500"),
    ("rich is not true", "x > 2_000"),
    ("colour is tone", "colour is blue"),
    ("colour is not colour", "n > 0"),
    ("country is country", "country is missing"),
    ("country is 'x'", "country is 'y'"),
    ("tier is a", "n > 0"),
    ("tier < b", "n > 0"),
    ("n >= by_band", "n < 10"),
    ("n >= by_band and x > 200", "n < 20"),
    ("n >= by_size and size is large", "n < 3"),
    ("n >= by_flag and x > 2_000", "n < 5"),
    ("score is 8", "x is missing"),
    ("deals < 0", "n > 0"),
    ("big > deals", "n > 0"),
    ("deals > copy", "n > 0"),
]
NOT_DECIDED = [
    ("x * y > 4", "x < 0"),
    ("ratio >= x", "x > 5"),
    ("months_between(joined_on, as_of) >= 12", "joined_on > 2026-06-01"),
    ("twice > 4", "x / y < 2"),  # a rounded ratio in another formula
    ("country is type", "country is 'x'"),
    ("ratio > 1", "x < 0"),  # what it is divided by may be below zero
    ("rich is missing", "x is missing"),
    ("x >= by_band", "x < 30"),
    ("deals > big", "n > 0"),
    ("1 > 0", "n > 0"),
    ("min(x, x * y) > 1", "x > 2"),
    ("abs(x * y) > 1", "x > 2"),
]


def unreachable(pair: tuple[str, str]) -> bool:
    """Whether nobody can meet both lines."""
    found = findings(TEXT % pair, analysed=True)
    assert not [each for each in found if each.severity == "error" and each.code != "RNG350"], found
    return any(each.code == "RNG350" for each in found)


@pytest.mark.parametrize("pair", EXCLUSIVE, ids=str)
def test_lines_exclude_each_other(pair: tuple[str, str]) -> None:
    """It is proved that nobody meets both."""
    assert unreachable(pair)


@pytest.mark.parametrize("pair", NOT_DECIDED, ids=str)
def test_nothing_is_guessed(pair: tuple[str, str]) -> None:
    """Lines that somebody meets, or of which it is not decided, are not said to exclude each other."""
    assert not unreachable(pair)
