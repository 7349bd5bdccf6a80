"""The words of `rung diff` that its commands rarely come to say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cli.options import Format
from cli.output import Sheet
from cli.render.diff_lists import by_change, reason_text
from cli.render.diff_page import marked
from cli.render.diff_text import _headed
from cli.render.diff_view import grants_text, moved_text, signed
from engine.impact.model import Grant, Move, Reason, Standing, Step


def test_what_acts_on_a_terminal_is_written_as_its_number() -> None:
    """A name from a snapshot of long ago cannot colour or hide a line."""
    text = _headed("movers", Sheet(("name",), (("\x1b[31mAcme",),)), Format.TABLE)
    assert text == "movers\nname\n<U+001B>[31mAcme\n"


@pytest.mark.parametrize(
    ("up", "down", "other", "alike", "said"),
    [(0, 0, 0, False, "nobody"), (1200, 0, 0, False, "1,200 up"), (1, 2, 3, False, "1 up, 2 down, 3 neither"),
     (0, 0, 0, True, "nothing")],
)  # fmt: skip
def test_whom_a_step_moves(up: int, down: int, other: int, alike: bool, said: str) -> None:
    """Nobody is another answer than nothing: the first was evaluated."""
    assert moved_text(Step(("a",), up, down, other, (), (), (), alike)) == said


def test_a_step_that_moves_designations_alone() -> None:
    """No tier moves, but somebody does."""
    moved = Standing("expert.emea", (), 2, 0, 1, 0, 3)
    step = Step(("a",), 0, 0, 0, (), (), (moved,), False)
    assert moved_text(step) == "expert.emea: 2 up, 1 applies on one side only, 0 -> 3 undecided"


def test_what_a_step_gives_and_takes() -> None:
    """Only what happens is told."""
    step = Step(("a",), 0, 0, 0, (), (Grant("discount", 5, 4, 1, 2, 0), Grant("support", 3, 3, 0, 0, 3)), (), False)
    assert grants_text(step) == "discount: 1 gains it, 2 lose it; support: 3 get another value"


@pytest.mark.parametrize(
    ("value", "distance", "decided", "said"),
    [("90 USD", "10 USD", True, "revenue >= needed (90 USD, 10 USD short)"), ("", "", True, "revenue >= needed"),
     ("", "", False, "revenue >= needed (cannot be decided)")],
)  # fmt: skip
def test_lines_in_the_way(value: str, distance: str, decided: bool, said: str) -> None:
    """With figures, without, and where a record is missing."""
    assert reason_text(Reason("tier.gold.1", "revenue >= needed", value, distance, decided)) == said


@pytest.mark.parametrize(("steps", "alone", "said"), [((2,), True, "2"), ((2,), False, "2*"), ((1, 3), False, "1, 3")])
def test_a_star_for_what_is_not_enough(steps: tuple[int, ...], alone: bool, said: str) -> None:
    """One change that needs others has it; several are told anyway."""
    assert by_change(Move("P1", "", "gold", "silver", "down", steps, alone, (), ())) == said


def test_signs() -> None:
    """A change has its sign, and zero none."""
    assert [signed(each) for each in (Decimal("5.00"), Decimal("-1200.5"), Decimal("0.00"), Decimal("-0.00"), 3)] == [
        "+5.00", "-1,200.5", "0.00", "0.00", "+3"
    ]  # fmt: skip


def test_lines_without_anything_in_common() -> None:
    """Everything is marked, and a line of a thousand words is not compared to its end."""
    assert marked("a", "b") == ((("a", True),), (("b", True),))
    one, _ = marked("x, " * 2000, "y")
    assert len("".join(text for text, _ in one)) < 2000
