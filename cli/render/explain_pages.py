"""An explanation as a page: Markdown, or HTML that is one file and loads nothing."""

from __future__ import annotations

from textwrap import dedent

from cli.output import md_text
from cli.page.kit import render_page
from cli.render.explain_text import ALL, Shown, sections_of
from engine.explain.model import Explanation

WIDTH = 132  # columns: a page is wider than a terminal, and prints on one sheet across
FENCE = "```"


def blocks_of(explanation: Explanation, shown: Shown) -> tuple[tuple[str, str], ...]:
    """The sections, each as its heading and its text, aligned with spaces."""
    sections = sections_of(explanation, WIDTH, shown)
    return tuple((first, dedent("\n".join(rest)).strip("\n")) for first, *rest in sections)


def render_explanation_md(explanation: Explanation, shown: Shown = ALL) -> str:
    """Markdown: a heading for each section, and its figures as they are aligned."""
    (title, lead), *blocks = blocks_of(explanation, shown)
    parts = [f"# {md_text(title)}\n", *([f"{md_text(lead)}\n"] if lead else [])]
    for heading, text in blocks:
        fence = FENCE
        while fence in text:
            fence += "`"
        parts.append(f"## {md_text(heading)}\n" + (f"\n{fence}text\n{text}\n{fence}\n" if text else ""))
    return "\n".join(parts)


def render_explanation_html(explanation: Explanation, shown: Shown = ALL) -> str:
    """The page; every text in it is escaped by the page kit."""
    (title, lead), *blocks = blocks_of(explanation, shown)
    about = f"{explanation.program} {explanation.version}"
    return render_page("explain.html", title=title, lead=lead, blocks=blocks, about=about)
