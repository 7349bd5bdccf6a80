"""Names in programs, and the one that was meant."""

from __future__ import annotations

from engine.language.names import MOST_COMPARED, MOST_LETTERS, names_in, nearest, suggest
from rules import load_program
from tests.tiny import FILE, HEAD


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


def test_names_in_a_whole_program() -> None:
    """In expressions at any depth, and under `by`."""
    text = (
        HEAD
        + """
parameters: {p: {by: [size, q], values: {s: {'true': x1}}}, n: {by: m, bands: [{from: b1, value: v1}]}}
metrics: {m: {from: sales, sum: amount, where: {any: [c1 is 1, f1 > 2]}, window: lifetime}}
"""
    )
    found, _ = load_program(text.encode(), FILE)
    assert found is not None
    assert {each.text for each in names_in(found.parameters)} == {"size", "q", "x1", "m", "b1", "v1"}
    assert {each.text for each in names_in(found.metrics)} == {"amount", "c1", "f1"}
