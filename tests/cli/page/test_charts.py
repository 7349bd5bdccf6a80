"""Charts as geometry: scaled to the largest value, never out of the picture, with their numbers beside them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cli.page.charts import LABEL, LEVELS, WIDTH, Pair, bar_chart, heat_matrix

AMOUNTS = st.decimals(-(10**12), 10**12, places=2)


def test_bars_are_to_one_scale() -> None:
    """Twice the value is twice the length, and before stands above after."""
    chart = bar_chart(
        "b", "t", "d", [Pair("a", Decimal(100), "100", Decimal(50), "50"), Pair("b", Decimal(200), "200")]
    )
    (before, after), (only,) = (row.bars for row in chart.rows)
    assert (before.kind, after.kind, only.kind) == ("before", "after", "after")
    assert (before.length, after.length, only.length) == (100, 200, 400)
    assert before.top < after.top
    assert chart.axis == LABEL
    assert chart.numbers == (("a", "50", "100"), ("b", "", "200"))


def test_what_is_below_zero_goes_left() -> None:
    """The axis leaves room for it, and the words stand on the right of the axis."""
    chart = bar_chart("b", "t", "d", [Pair("a", Decimal(-100), "-100"), Pair("b", Decimal(300), "300")], ("", "now"))
    (negative,), (positive,) = (row.bars for row in chart.rows)
    assert chart.axis == LABEL + 100
    assert (negative.start, negative.length) == (LABEL, 100)
    assert (positive.start, positive.length) == (chart.axis, 300)
    assert negative.text_at > chart.axis
    assert chart.numbers == (("a", "-100"), ("b", "300"))


@given(st.lists(st.tuples(AMOUNTS, st.none() | AMOUNTS), max_size=8))
def test_bars_stay_in_the_picture(values: list[tuple[Decimal, Decimal | None]]) -> None:
    """Whatever the values are: nothing left of the labels, nothing beyond the room for bars; zero has no bar."""
    chart = bar_chart("b", "t", "d", [Pair("x", after, "", before) for after, before in values])
    for row, (after, before) in zip(chart.rows, values, strict=True):
        for bar in row.bars:
            value = before if bar.kind == "before" else after
            assert bar.start >= LABEL - 2 and bar.start + bar.length <= WIDTH
            assert (bar.length > 0) == bool(value)
            assert 0 <= bar.top <= chart.height


def test_moves_are_shaded_and_the_rest_is_not() -> None:
    """The largest move is the darkest; who stayed is many and not the point."""
    heat = heat_matrix("c", "x", ["a", "b"], ["a", "b"], {("a", "a"): 9_000, ("a", "b"): 1_200, ("b", "a"): 1})
    (_, (stayed, up)), (_, (down, none)) = heat.rows
    assert (stayed.text, stayed.shade, stayed.still) == ("9,000", 0, True)
    assert (up.text, up.shade, up.still) == ("1,200", LEVELS, False)
    assert (down.text, down.shade) == ("1", 1)
    assert (none.text, none.shade, none.still) == ("", 0, True)
    assert heat_matrix("c", "x", ["a"], ["b"], {("a", "b"): 1}).rows[0][1][0].shade == 1
