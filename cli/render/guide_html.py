"""A guide as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Callable

from cli.page.charts import LEVELS
from cli.page.kit import render_page
from engine.authoring.guide.document import Cards, Guide, Steps


def render_guide_html(guide: Guide) -> str:
    """The page; every text in it is escaped by the page kit."""
    return render_page("guide.html", title=guide.title, guide=guide, step_shade_of=_step_shade, shade_of=_shade)


def _step_shade(steps: Steps) -> Callable[[int], int]:
    """How dark a step is, and how high it rises: the first the least, the last the most."""
    last = max(len(steps.items) - 1, 1)
    return lambda place: 1 + place * (LEVELS - 1) // last


def _shade(cards: Cards, place: int) -> int:
    """How dark the edge of a card is: the higher, the darker."""
    return 1 + (LEVELS - 1) * (place + 1) // max(len(cards.items), 1)
