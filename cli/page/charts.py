"""Charts as geometry: what `charts.html` draws as SVG, computed from numbers, in whole pixels.

Each chart has a title, a description for those who do not see it, and its numbers as texts, which the template
also prints as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 720
LABEL = 190  # pixels for the words left of a bar
VALUE = 130  # pixels for the numbers right of it
ROW = 46
BAR = 14
LEAST = 2  # pixels of a bar that is not zero
LEVELS = 5  # shades of a heat matrix above none


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a bar chart: a value before and after, with the words for each; `before` None: one bar."""

    label: str
    after: Decimal
    after_text: str
    before: Decimal | None = None
    before_text: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn bar: `kind` is before or after, `start` and `length` in pixels from the left."""

    kind: str
    text: str
    start: int
    length: int
    top: int
    text_at: int


@dataclass(frozen=True, slots=True)
class BarRow:
    """A label with its bars."""

    label: str
    middle: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, one or two to a line; `axis` is where zero is, `numbers` are the same as rows of a table."""

    id: str
    title: str
    description: str
    heads: tuple[str, ...]
    numbers: tuple[tuple[str, ...], ...]
    rows: tuple[BarRow, ...]
    height: int
    axis: int
    width: int = WIDTH


def bar_chart(
    id: str, title: str, description: str, pairs: Sequence[Pair], heads: tuple[str, ...] = ("", "before", "after")
) -> BarChart:
    """Bars to one scale; values below zero go to the left of the axis. `id` is unique in the page.

    `heads` are those of the table of numbers: three with before and after, two without.
    """
    values = [value for each in pairs for value in (each.before, each.after) if value is not None]
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    span = high - low or Decimal(1)
    room = WIDTH - LABEL - VALUE

    def pixels(value: Decimal) -> int:
        return int((abs(value) * room / span).to_integral_value())

    axis = LABEL + pixels(low)
    rows = []
    for place, pair in enumerate(pairs):
        top = place * ROW + 8
        bars: list[Bar] = []
        sides = [("after", pair.after, pair.after_text)]
        if pair.before is not None:
            sides.insert(0, ("before", pair.before, pair.before_text))
        offset = (ROW - 16 - BAR * len(sides)) // 2
        for kind, value, text in sides:
            length = max(pixels(value), LEAST) if value else 0
            start = axis - length if value < 0 else axis
            at = max(start + length, axis) + 8
            bars.append(Bar(kind, text, start, length, top + offset + BAR * len(bars), at))
        rows.append(BarRow(pair.label, top + ROW // 2 - 8, tuple(bars)))
    numbers = tuple(
        (each.label, each.after_text) if len(heads) == 2 else (each.label, each.before_text, each.after_text)
        for each in pairs
    )
    return BarChart(id, title, description, heads, numbers, tuple(rows), len(pairs) * ROW + 8, axis)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a heat matrix: a text, how strong its shade is (0 to LEVELS), and whether it is where nothing moves."""

    text: str
    shade: int
    still: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts by a word down and a word across, drawn as a table whose cells are shaded."""

    caption: str
    corner: str
    across: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def heat_matrix(
    caption: str, corner: str, down: Sequence[str], across: Sequence[str], counts: dict[tuple[str, str], int]
) -> Matrix:
    """How many went from each word to each; unchanged cells are not shaded, so that changes are visible."""
    largest = max((count for (a, b), count in counts.items() if a != b), default=0)
    rows = tuple(
        (start, tuple(_cell(counts.get((start, end), 0), start == end, largest) for end in across)) for start in down
    )
    return Matrix(caption, corner, tuple(across), rows)


def _cell(count: int, still: bool, largest: int) -> Cell:
    shade = 0 if still or not count else 1 + (LEVELS - 1) * (count - 1) // max(largest - 1, 1)
    return Cell(f"{count:,}" if count else "", min(shade, LEVELS), still)
