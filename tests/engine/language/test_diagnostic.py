"""Findings in the order of their places; what is one defect is told once."""

from __future__ import annotations

from engine.language.diagnostic import MAX_PLACES, Code, in_file_order
from engine.language.source import Span

NAME = Code("RNG200", "unknown-name", "page", once=True)
SLIP = Code("RNG100", "unknown-key", "page")


def at(line: int, file: str = "p.yaml") -> Span:
    """The first word of a line."""
    return Span(file, line, 1, line, 5)


def test_a_name_used_often_is_told_once_with_its_places() -> None:
    """The first place is the finding's own, the others stand beside it, in order."""
    (found,) = in_file_order([NAME.at(at(line), "there is no `revenue`") for line in (9, 3, 7)])
    assert found.span == at(3)
    assert [(each.span.line, each.label) for each in found.related] == [(7, "and here"), (9, "and here")]


def test_places_beyond_some_are_left_out() -> None:
    """A name used a hundred times shows the first few."""
    (found,) = in_file_order([NAME.at(at(line), "there is no `revenue`") for line in range(1, 101)])
    assert [each.span.line for each in found.related] == list(range(2, MAX_PLACES + 2))


def test_what_is_not_the_same_stays_apart() -> None:
    """Another name, another file, a finding without a place, and kinds of slips that are one each."""
    apart = [
        NAME.at(at(1), "there is no `revenue`"),
        NAME.at(at(2), "there is no `growth`"),
        NAME.at(at(3, "q.yaml"), "there is no `revenue`"),
        NAME.at(None, "there is no `revenue`"),
        SLIP.at(at(4), "unknown key `a`"),
        SLIP.at(at(5), "unknown key `a`"),
    ]
    assert set(in_file_order(apart)) == set(apart)
