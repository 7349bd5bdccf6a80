"""The codes of the file readers: one number and one name each, and a page that says the cure."""

from __future__ import annotations

from engine.records.codes_readers import CODES


def test_numbers_and_names_are_unique_and_in_the_family() -> None:
    """RNG650 to RNG699 belong to the readers."""
    assert len({code.code for code in CODES}) == len({code.name for code in CODES}) == len(CODES)
    assert all("RNG650" <= code.code <= "RNG699" for code in CODES)


def test_every_page_says_why_and_how_to_cure() -> None:
    """What it means, why it matters, the cure."""
    for code in CODES:
        assert "**Why it matters.**" in code.page, code.code
        assert "**Cure.**" in code.page, code.code
