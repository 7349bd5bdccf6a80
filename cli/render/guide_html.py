"""A guide as one self-contained HTML page."""

from __future__ import annotations

from cli.page.charts import LEVELS, ladder_chart
from cli.page.kit import render_page
from engine.authoring.guide.document import Cards, Guide, Steps


def render_guide_html(guide: Guide) -> str:
    """The page; every text in it is escaped by the page kit."""
    return render_page("guide.html", title=guide.title, guide=guide, chart_of=_chart, shade_of=_shade)


def _chart(steps: Steps) -> object:
    return ladder_chart(steps.id, steps.title, steps.description, steps.items)


def _shade(cards: Cards, place: int) -> int:
    """How dark the edge of a card is: the higher, the darker."""
    return 1 + (LEVELS - 1) * (place + 1) // max(len(cards.items), 1)
