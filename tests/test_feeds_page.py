"""`docs/feeds.md`: what it says of the feed that it shows."""

from __future__ import annotations

import re
from pathlib import Path

from engine.records.parse import parse_feed

PAGE = Path(__file__).resolve().parent.parent / "docs" / "feeds.md"


def test_the_finding_shown_has_the_place_of_its_field() -> None:
    """The page quotes RNG715 of `sales.entry`, with the place of this field in the first feed of the page."""
    text = PAGE.read_text("utf-8")
    first = text.split("```yaml\n")[1].split("```")[0]
    feed, findings = parse_feed(first.encode(), "feed.yaml")
    assert feed is not None, findings
    (entry,) = (field for table in feed.tables for field in table.fields if field.field.text == "entry")
    (quoted,) = re.findall(r"RNG715 .*`sales\.entry`.*\(the field: (feed\.yaml:\d+:\d+)\)", text)
    line = first.splitlines()[entry.field.span.line - 1]
    assert line.strip().startswith("entry: {column: Art")
    assert quoted == f"feed.yaml:{entry.field.span.line}:{line.index('{') + 1}"
