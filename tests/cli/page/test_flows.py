"""The flow chart as geometry: nothing overlaps, nobody is lost, and what moves can be read."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from cli.page.flows import LEAST, LINE, LONGEST, WIDTH, FlowChart, flow_chart

LADDER = ("registered", "silver", "gold")


def chart(counts: dict[tuple[str, str], int], ladder: tuple[str, ...] = LADDER) -> FlowChart:
    """A chart of these flows."""
    return flow_chart("flow", "title", "description", ladder, counts)


def test_kinds_and_words() -> None:
    """Up, down, staying, and coming from outside; each ribbon says its number and its way."""
    counts = {("gold", "silver"): 3, ("silver", "gold"): 2, ("gold", "gold"): 9, ("(not there)", "silver"): 1}
    found = {each.title: (each.kind, each.text) for each in chart(counts).ribbons}
    assert found == {
        "3 move: gold to silver": ("down", "3"),
        "2 move: silver to gold": ("up", "2"),
        "9 stay: gold": ("still", "9"),
        "1 move: (not there) to silver": ("other", "1"),
    }


def test_the_highest_tier_stands_on_top() -> None:
    """Posts rise with the ladder; whoever is on one side only stands below."""
    counts = {(each, each): 5 for each in LADDER} | {("(not there)", "gold"): 1}
    left = [each.name for each in chart(counts).posts if each.anchor == "end"]
    assert left == ["gold", "silver", "registered", "(not there)"]


def test_one_in_a_million_can_be_read() -> None:
    """A ribbon that moves is never narrower than its number."""
    found = chart({("gold", "gold"): 1_000_000, ("gold", "silver"): 1})
    (moved,) = [each for each in found.ribbons if each.kind == "down"]
    assert moved.left[1] >= LEAST // 2
    assert min(post.height for post in found.posts) >= LEAST


def test_nothing_overlaps_whatever_is_drawn() -> None:
    """Posts of a side stand apart with room for their words, and everything is inside the picture."""
    random = Random(7)
    for _ in range(200):
        ladder = tuple(f"tier_{number}" * random.randint(1, 9) for number in range(random.randint(1, 8)))
        counts = {(a, b): random.choice((0, 1, 5, 400, 90_000)) for a in ladder for b in ladder}
        found = chart(counts, ladder)
        for anchor in ("end", "start"):
            posts = sorted((each for each in found.posts if each.anchor == anchor), key=lambda each: each.top)
            assert all(one.top + max(one.height, LINE) <= other.top for one, other in pairwise(posts))
            assert sum(int(each.count.replace(",", "")) for each in posts) == sum(counts.values())
            assert all(each.top + max(each.height, LINE) <= found.height for each in posts)
        assert all(len(each.name) <= LONGEST and 0 <= each.text_x <= WIDTH for each in found.posts)


def test_nothing_at_all_is_an_empty_picture() -> None:
    """No partner, no ribbon, no post."""
    found = chart({})
    assert (found.ribbons, found.posts) == ((), ())
