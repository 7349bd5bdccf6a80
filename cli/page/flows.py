"""A flow chart as geometry: partners that go from one tier to another, as ribbons between two ladders.

Ribbons are as wide as they hold partners, but never narrower than their number: changes are what readers look for,
and often concern one partner in a thousand. Whole pixels, so that a page is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 720
SIDE = 196  # pixels for the words on either side
POST = 10  # width of a tier's post
GAP = 16  # between two posts
ROOM = 300  # pixels that all ribbons share by their numbers
LEAST = 18  # of a ribbon that moves: its number is inside
LEAST_STILL = 18
HEAD = 26  # pixels for the words over both ladders
LINE = 36  # name and count of a tier, one under the other
LONGEST = 20  # characters of a tier's name in the picture; the table beside has it whole


@dataclass(frozen=True, slots=True)
class Ribbon:
    """One stream: `kind` is up, down, still or other; `path` is its outline; numbers are at both of its ends."""

    kind: str
    path: str
    text: str
    title: str
    left: tuple[int, int]
    right: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Post:
    """A tier on one side with its words: name, and how many there are."""

    name: str
    count: str
    x: int
    top: int
    height: int
    text_x: int
    anchor: str


@dataclass(frozen=True, slots=True)
class FlowChart:
    """Two ladders and what flows between them."""

    id: str
    title: str
    description: str
    heads: tuple[str, str]
    posts: tuple[Post, ...]
    ribbons: tuple[Ribbon, ...]
    height: int
    width: int = WIDTH


def flow_chart(
    id: str,
    title: str,
    description: str,
    ladder: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    heads: tuple[str, str] = ("before", "after"),
) -> FlowChart:
    """`ladder` from low to high, drawn with the highest on top; words that are not on it are below."""
    order = {tier: place for place, tier in enumerate(reversed(ladder))}
    flows = {pair: count for pair, count in counts.items() if count}
    names = sorted({name for pair in flows for name in pair}, key=lambda name: (order.get(name, len(order)), name))
    place = {name: at for at, name in enumerate(names)}
    total = sum(flows.values()) or 1
    width = {pair: _width(pair, count, total) for pair, count in flows.items()}
    left = _stacked(names, width, 0, place)
    right = _stacked(names, width, 1, place)
    ribbons = []
    for pair in sorted(flows, key=lambda pair: (pair[0] != pair[1], place[pair[0]], place[pair[1]])):
        kind = "still" if pair[0] == pair[1] else _direction(pair, order)
        ribbons.append(_ribbon(kind, pair, flows[pair], left[pair], right[pair], width[pair]))
    posts = [_post(name, side, names, width, flows, ends) for side, ends in ((0, left), (1, right)) for name in names]
    kept = tuple(post for post in posts if post is not None)
    height = max((post.top + max(post.height, LINE) for post in kept), default=0) + 8
    return FlowChart(id, title, description, heads, kept, tuple(ribbons), height)


def _width(pair: tuple[str, str], count: int, total: int) -> int:
    least = LEAST_STILL if pair[0] == pair[1] else LEAST
    return max(round(ROOM * count / total), least)


def _direction(pair: tuple[str, str], order: Mapping[str, int]) -> str:
    one, other = order.get(pair[0]), order.get(pair[1])
    if one is None or other is None:
        return "other"
    return "up" if other < one else "down"


def _stacked(
    names: Sequence[str], width: Mapping[tuple[str, str], int], side: int, place: Mapping[str, int]
) -> dict[tuple[str, str], int]:
    """Where each ribbon begins (or ends), ribbons of one tier in the order of the tier at their other end."""
    top, found = HEAD, {}
    for name in names:
        mine = sorted((pair for pair in width if pair[side] == name), key=lambda pair: place[pair[1 - side]])
        for pair in mine:
            found[pair] = top
            top += width[pair]
        top += max(GAP, LINE - sum(width[pair] for pair in mine)) if mine else 0
    return found


def _ribbon(kind: str, pair: tuple[str, str], count: int, left: int, right: int, width: int) -> Ribbon:
    start, end = SIDE + POST, WIDTH - SIDE - POST
    middle = (start + end) // 2
    path = (
        f"M{start} {left}C{middle} {left} {middle} {right} {end} {right}"
        f"V{right + width}C{middle} {right + width} {middle} {left + width} {start} {left + width}Z"
    )
    words = "stay" if kind == "still" else "move"
    title = f"{count:,} {words}: {pair[0]}" + ("" if kind == "still" else f" to {pair[1]}")
    half = width // 2
    return Ribbon(kind, path, f"{count:,}", title, (start + 8, left + half), (end - 8, right + half))


def _post(
    name: str,
    side: int,
    names: Sequence[str],
    width: Mapping[tuple[str, str], int],
    flows: Mapping[tuple[str, str], int],
    ends: Mapping[tuple[str, str], int],
) -> Post | None:
    """A tier's post on one side; None if no partner has the tier."""
    mine = [pair for pair in flows if pair[side] == name]
    if not mine:
        return None
    top = min(ends[pair] for pair in mine)
    height = sum(width[pair] for pair in mine)
    count = sum(flows[pair] for pair in mine)
    x = SIDE if side == 0 else WIDTH - SIDE - POST
    text_x, anchor = (SIDE - 10, "end") if side == 0 else (WIDTH - SIDE + 10, "start")
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return Post(short, f"{count:,}", x, top, height, text_x, anchor)
