"""The list of changes that change nothing: its form, and entries that match nothing any more."""

from __future__ import annotations

import pytest

from tests.mutants.equivalent import Key, key, parse_equivalents, read_equivalents, stale
from tests.mutants.mutant import Mutant

ENTRY = """
[[mutant]]
file = "rules/rates.py"
where = "check_rate"
before = "if a < b:"
after = "if a <= b:"
reason = "a and b are never equal here"
"""
LISTED = Key("rules/rates.py", "check_rate", "if a < b:", "if a <= b:")


def test_an_entry_is_keyed_by_file_function_and_both_lines() -> None:
    """The key of an entry is the key of the mutant it means, wherever in the file that stands."""
    mutant = Mutant("rules/rates.py", 7, 5, "core/..", 0, "check_rate", "if a < b:", "if a <= b:", 7, 7)
    assert parse_equivalents(ENTRY) == {LISTED: "a and b are never equal here"}
    assert key(mutant) == LISTED


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ENTRY.replace("reason", "because"), "in this order"),
        (ENTRY.replace('"check_rate"', "1"), "in this order"),
        (ENTRY.replace("a and b are never equal here", " "), "without a reason"),
        (ENTRY + ENTRY, "listed twice"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(text: str, told: str) -> None:
    """Another key, another type, no reason, or the same change again."""
    with pytest.raises(ValueError, match=told):
        parse_equivalents(text)


def test_an_entry_whose_line_changed_is_stale() -> None:
    """Only what can still be drawn counts; the rest is reported."""
    changed = Key("rules/rates.py", "check_rate", "if a < c:", "if a <= c:")
    assert stale([LISTED], [LISTED, changed]) == []
    assert stale([LISTED], [changed]) == [LISTED]


def test_the_list_can_be_read() -> None:
    """Every entry of the file has its form and its reason."""
    assert all(read_equivalents().values())
