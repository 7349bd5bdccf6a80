"""`controls.yaml`: what is written is what holds, and whatever is wrong is shown with its place."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.ledger.controls import Controls, controls_document, parse_controls
from engine.ledger.controls_file import controls_text, read_controls

HEAD = "controls: acme\n"


def test_the_file_that_is_made_says_what_holds() -> None:
    """What `rung ledger create` writes means the controls with which it makes the ledger."""
    assert read_controls(controls_text("acme", Controls()).encode(), "controls.yaml") == ("acme", Controls(), ())


def test_all_controls() -> None:
    """Amounts have the digits of their currency: yen have none, dinars have three."""
    text = HEAD + (
        "minimum: {USD: 25.00, JPY: 2_500}\none_checker_up_to: {KWD: 1.5}\nrecover_at_most: 12.5%\npay_by: ap\n"
    )
    name, found, wrong = read_controls(text.encode(), "controls.yaml")
    assert (name, wrong) == ("acme", ())
    assert found == Controls({"USD": 2_500, "JPY": 2_500}, {"KWD": 1_500}, Fraction(1, 8))
    assert parse_controls(controls_document(found)) == found


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        (HEAD + "minimun: {USD: 25}\n", "RNG950", 2, "minimun"),
        ("minimum: {USD: 25}\n", "RNG950", 1, "for which ledger"),
        (HEAD + "minimum: 25\n", "RNG951", 2, "for each currency"),
        (HEAD + "minimum:\n  USD: 25.001\n", "RNG951", 3, "minor units"),
        (HEAD + "minimum: {USD: -25}\n", "RNG951", 2, "`-25` is not an amount"),
        (HEAD + "minimum: {USD: twenty}\n", "RNG951", 2, "`twenty` is not an amount"),
        (HEAD + "minimum: {USD: []}\n", "RNG951", 2, "an amount is missing"),
        (HEAD + "minimum: {DOLLAR: 25}\n", "RNG951", 2, "DOLLAR"),
        (HEAD + "minimum: {USD: 99_999_999_999_999}\n", "RNG951", 2, "the most is"),
        (HEAD + "recover_at_most: 50\n", "RNG951", 2, "`50`"),
        (HEAD + "recover_at_most: 100.5%\n", "RNG951", 2, "`100.5%`"),
        (HEAD + "pay_by: bank\n", "RNG951", 2, "not supported yet"),
        (HEAD + "pay_by: cash\n", "RNG951", 2, "there is no `cash`"),
    ],
)
def test_what_is_wrong_is_shown(text: str, code: str, line: int, said: str) -> None:
    """One finding, with its code, its line, what is wrong, and a cure."""
    _, found, (wrong,) = read_controls(text.encode(), "controls.yaml")
    assert found is None
    assert wrong.span is not None
    assert (wrong.code, wrong.span.line, said in wrong.message, bool(wrong.help)) == (code, line, True, True)


def test_a_file_that_is_no_yaml_is_told_so() -> None:
    """Findings of the loader come through."""
    assert read_controls(b"- a\n", "controls.yaml")[2] != ()
