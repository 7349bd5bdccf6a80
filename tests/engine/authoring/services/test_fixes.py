"""Cures that are carried out: each makes the text better, or it is not offered."""

from __future__ import annotations

import pytest

from engine.authoring.services.edits import edited
from engine.authoring.services.fixes import Fix, fixes_for
from tests.engine.authoring.services.programs import EVERYTHING, checked, document


def cures(text: str) -> tuple[Fix, ...]:
    """What is offered for all findings of a text."""
    found = document(text)
    return fixes_for(found, found.findings, checked)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("people_holding: {any: [pro, old_pro]}", "people_holding: {any: [pro, old_prof]}"),
        ("requires: [revenue >= needed]", "requires: [revenue >= neded]"),
        ("payee: partner", "payee: partnr"),
        ("  coaching: {value: flag", "  coaching: {vale: flag"),
        ("where: [entry is sale]", "where: [entry == sale]"),
        ("where: [entry is sale]", "where: [entry is sael]"),
        ("window: trailing 12 months", "window: Trailing 12 months"),
    ],
)
def test_a_slip_is_cured(old: str, new: str) -> None:
    """The proposal puts back what was there, and the program is without errors again."""
    text = EVERYTHING.replace(old, new, 1)
    assert text != EVERYTHING
    texts = [edited(text.encode(), [each.edit]).decode() for each in cures(text)]
    assert EVERYTHING in texts


def test_a_cure_that_cures_nothing_is_not_offered() -> None:
    """No message's help is taken at its word."""
    assert cures(EVERYTHING) == ()
    assert cures(EVERYTHING.replace("kind: rebate", "kind: rebate\n    pools: x")) == ()
    assert cures("rung: 1\n") == ()


def test_one_place_of_several_is_cured() -> None:
    """The same slip in two places is one finding; each cure mends one of them."""
    text = EVERYTHING.replace("{like: revenue,", "{like: revenu,").replace(
        "  best: {from", "  more: {like: revenu}\n  best: {from"
    )
    found = cures(text)
    assert found
    assert all(each.title.startswith("replace `revenu` by `") for each in found)
    assert not any(each.preferred for each in found) or len(found) == 1
