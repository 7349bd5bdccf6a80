"""The name that was meant, and how much work it takes to find it."""

from __future__ import annotations

import pytest

from engine.language.near import (
    CROWDED,
    MOST_COMPARED,
    MOST_LETTERS,
    MOST_SUGGESTED,
    FewSuggestions,
    close_names,
    nearest,
    suggest,
)
from tests.searches import Searches, searches

__all__ = ["searches"]


def test_suggest() -> None:
    """The nearest, the whole list when it is short, or that there is nothing."""
    assert suggest("revenu", ["revenue", "growth"]) == "did you mean `revenue`?"
    assert suggest("zzz", ["b", "a", "a"]).startswith("choose one of: ")
    assert suggest("zzz", []) == "nothing is declared here"
    assert suggest("zzz", [f"name_{number:02}" for number in range(20)]).endswith(", ...")


def test_of_very_many_names_few_are_compared() -> None:
    """A hundred of three thousand names are compared letter by letter, and the one that was meant is among them."""
    known = [f"metric_number_{number}" for number in range(3_000)]
    for number in (0, 1_234, 2_999):
        wrong = f"metrik_numbre_{number}"
        assert len(nearest(wrong, known)) == MOST_COMPARED
        assert f"metric_number_{number}" in nearest(wrong, known)
        assert suggest(wrong, known).startswith(f"did you mean `metric_number_{number}`")
    assert nearest("metrik", known[:MOST_COMPARED]) == known[:MOST_COMPARED]


def test_of_long_names_fewer_are_compared() -> None:
    """A comparison takes the square of the length: of names of a hundred letters six, and the one meant is there."""
    known = [f"{'m' * 100}_{number}" for number in range(300)]
    wrong = f"{'m' * 100}_x77"
    assert len(nearest(wrong, known)) * len(wrong) ** 2 <= MOST_LETTERS
    assert known[77] in nearest(wrong, known)
    assert list(nearest("x" * 1_000, known)) == []


def test_names_in_other_letters_and_cut_names() -> None:
    """Capitals do not matter; a cut name is completed unless that is a guess among three."""
    assert close_names("REVENUE", ["revenue"]) == ("revenue",)
    assert close_names("jan", ["january", "february"]) == ("january",)
    assert close_names("x", ["xylophone_of_the_year"]) == ()
    assert close_names("met", [f"metric_number_{each}" for each in range(3)]) == ()


def test_of_very_many_names_the_first_get_suggestions() -> None:
    """What is wrong with the first names mostly is with the others."""
    few = FewSuggestions()
    told = [few(f"revenu{each}", ["revenue"]) for each in range(MOST_SUGGESTED + 2)]
    assert told == ["did you mean `revenue`?"] * MOST_SUGGESTED + [CROWDED] * 2


def test_a_search_is_done_once(searches: Searches) -> None:
    """A text that is checked again has the same mistakes: nothing is compared again."""
    for _ in range(16):
        suggest("once_revenu", ["once_revenue", "growth"])
    assert searches.words == ["once_revenu"]


@pytest.mark.parametrize("name", ["", "é" * 70_000])
def test_what_is_no_name_is_compared_with_nothing(name: str, searches: Searches) -> None:
    """Neither nothing nor a page of text resembles a name."""
    assert close_names(name, ["revenue", "growth"]) == ()
