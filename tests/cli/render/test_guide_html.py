"""A guide as a page: escaped, whole, with ids that are unique, and sound in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cli.render.guide_html import render_guide_html
from tests.extra.browser import audit
from tests.guides import HOSTILE, guide_at, retitled, shipped

VOID = ("meta", "line", "rect")
PROGRAMS = ("programs/summit/2026.yaml", "programs/adventureworks/2020.yaml")


class Reader(HTMLParser):
    """Which elements a page has; fails where they do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more element open."""
        self.seen.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.targets += [(value or "")[1:] for name, value in attrs if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of SVG without content."""
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The last one opened is closed."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text.append(data)


def read(page: str) -> Reader:
    """The page's elements."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("path", PROGRAMS)
def test_the_page_is_well_formed(path: str) -> None:
    """Elements nest, ids are unique, every link of the page leads into it, nothing is fetched or run."""
    page = read(render_guide_html(guide_at(shipped(path))))
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.targets) <= set(page.ids)
    assert {"main", "nav", "header", "footer", "table", "ol", "caption"} <= set(page.seen)
    assert not {"script", "img", "link", "iframe", "form", "object"} & set(page.seen)


def test_the_steps_of_the_ladder_rise() -> None:
    """Every tier is a step with its requirements, each darker and higher than the one before."""
    page = render_guide_html(guide_at(shipped(PROGRAMS[0])))
    steps = re.findall(
        r'<li class="shade-(\d)"><b>([^<]+)</b>(.*)</li>', page.split('<ol class="ladder"')[1].split("</ol>")[0]
    )
    assert [(int(shade), name, notes.count("<span>")) for shade, name, notes in steps] == [
        (1, "Registered", 0),
        (2, "Silver", 2),
        (3, "Gold", 3),
        (5, "Platinum", 4),
    ]


def test_hostile_titles_stay_text() -> None:
    """In a guide whose every title is hostile there are the same elements as in one whose titles are plain."""
    program = shipped(PROGRAMS[0])
    hostile, plain = (read(render_guide_html(guide_at(retitled(program, title)))) for title in (HOSTILE, "Plain"))
    assert set(hostile.seen) == set(plain.seen)
    assert any(HOSTILE in text for text in hostile.text)


@pytest.mark.tools
@pytest.mark.parametrize("path", PROGRAMS)
def test_the_page_is_sound_in_a_browser(path: str, tmp_path: Path) -> None:
    """In Chromium: no request, no complaint, nothing for axe; wide, phone and print, light and dark."""
    page = tmp_path / "guide.html"
    page.write_text(render_guide_html(guide_at(shipped(path))), "utf-8")
    audit(page).assert_sound()


@pytest.mark.tools
def test_a_hostile_page_is_sound_in_a_browser(tmp_path: Path) -> None:
    """The same with a hostile title everywhere: no script runs, nothing is fetched, nothing overflows."""
    page = tmp_path / "guide.html"
    page.write_text(render_guide_html(guide_at(retitled(shipped(PROGRAMS[0]), HOSTILE))), "utf-8")
    seen = audit(page)
    assert seen.title == HOSTILE
    seen.assert_sound()
