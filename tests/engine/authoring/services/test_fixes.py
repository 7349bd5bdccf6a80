"""Cures that are carried out: each makes the text better, or it is not offered."""

from __future__ import annotations

import pytest

from engine.authoring.services.edits import edited
from engine.authoring.services.fixes import MOST_READ, MOST_TRIED, Fix, fixes_for
from engine.language.diagnostic import Diagnostic
from engine.language.near import MOST_MEANT
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


@pytest.mark.parametrize("written", ["01.01.2027", "2027-01-01 00:00"])
def test_of_two_days_for_before_none_is_preferred(written: str) -> None:
    """An editor carries out a preferred cure unasked; for `before` the author chooses between two days."""
    text = EVERYTHING.replace("before: 2027-01-01}", f"before: {written}}}", 1)
    assert text != EVERYTHING
    found = cures(text)
    assert {each.edit.text for each in found} == {"2027-01-01", "2027-01-02"}
    assert not any(each.preferred for each in found)


def test_one_place_of_several_is_cured() -> None:
    """The same slip in two places is one finding; each cure mends one of them."""
    text = EVERYTHING.replace("{like: revenue,", "{like: revenu,").replace(
        "  best: {from", "  more: {like: revenu}\n  best: {from"
    )
    found = cures(text)
    assert found
    assert all(each.title.startswith("replace `revenu` by `") for each in found)
    assert not any(each.preferred for each in found) or len(found) == 1


@pytest.mark.long
@pytest.mark.parametrize("padding", [0, MOST_READ // 10, 2 * MOST_READ])
def test_of_a_large_text_few_cures_are_tried(padding: int) -> None:
    """Each is tried by checking the whole text: not more bytes are read than an editor waits for, and at least one."""
    lines = "".join(f"  more_{number}: {{like: revenu}}\n" for number in range(MOST_TRIED))
    text = EVERYTHING.replace("  best: {from", f"{lines}  best: {{from") + f"# {'x' * padding}\n"
    read: list[int] = []

    def counted(data: bytes) -> tuple[Diagnostic, ...]:
        read.append(len(data))
        return checked(data)

    found = document(text)
    assert fixes_for(found, found.findings, counted)
    assert len(read) == 1 if padding > MOST_READ else sum(read) <= MOST_READ + len(read)
    assert len(read) <= MOST_TRIED * MOST_MEANT


@pytest.mark.long
def test_a_text_with_many_findings_is_checked_less_often() -> None:
    """Of 150,000 bytes, a third of them 500 different slips, two checks fit: 2 times 200,000 of 400,000."""
    slips = "".join(f"  more_{number}: {{like: revenu{number}}}\n" for number in range(500))
    text = EVERYTHING.replace("  best: {from", f"{slips}  best: {{from")
    found = document(f"{text}# {'x' * (149_990 - len(text))}\n")
    assert len(found.findings) in range(490, 520)
    read: list[bytes] = []

    def counted(data: bytes) -> tuple[Diagnostic, ...]:
        read.append(data)
        return ()

    fixes_for(found, found.findings, counted)
    assert len(read) in (1, 2)
