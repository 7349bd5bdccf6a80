"""Which name was probably meant."""

from __future__ import annotations

import pytest

from engine.language.names import suggest

MONTHS = ("january", "february", "march", "april", "may", "june")
LADDER = ("registered", "silver", "gold", "platinum")


@pytest.mark.parametrize(
    ("name", "known", "help"),
    [
        ("febuary", MONTHS, "did you mean `february`?"),
        ("feb", MONTHS, "did you mean `february`?"),
        ("FEB", MONTHS, "did you mean `february`?"),
        ("SPIFF", ("rebate", "spiff"), "did you mean `spiff`?"),
        ("cert", ("certified_on", "certificate"), "did you mean `certified_on` or `certificate`?"),
    ],
)
def test_a_name_that_resembles_or_begins_another(name: str, known: tuple[str, ...], help: str) -> None:
    """Misspelt, cut short, or in capital letters: the name meant is offered."""
    assert suggest(name, known) == help


def test_what_is_known_keeps_its_order() -> None:
    """A ladder is listed from its lowest tier; a set, which has no order, by the alphabet."""
    assert suggest("diamond", LADDER) == "known here: `registered`, `silver`, `gold`, `platinum`"
    assert suggest("diamond", set(LADDER)) == "known here: `gold`, `platinum`, `registered`, `silver`"
    assert suggest("x", ["b", "a", "b"]) == "known here: `b`, `a`"


def test_too_short_or_too_common_a_beginning_says_nothing() -> None:
    """Two letters, or a beginning of many names, are no hint."""
    assert suggest("fe", MONTHS).startswith("known here")
    assert suggest("rev", ["revenue_of_a", "revenue_of_b", "revenue_of_c"]).startswith("known here")


def test_nothing_and_much() -> None:
    """Without names that is said; of many, a dozen are shown."""
    assert suggest("x", ()) == "nothing is declared here"
    assert suggest("", [f"name_{each}" for each in range(13)]).endswith("`name_11`, ...")
