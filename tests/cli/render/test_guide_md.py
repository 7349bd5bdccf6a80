"""A guide as Markdown: nothing in it acts, and tables keep their columns."""

from __future__ import annotations

import re

import pytest

from cli.render.guide_md import escaped, render_guide_md
from engine.authoring.guide.document import (
    Card,
    Cards,
    Facts,
    Figures,
    Guide,
    Heading,
    Note,
    Points,
    Section,
    Steps,
    Table,
    Terms,
    Text,
)
from engine.authoring.wording.conditions import Clause
from tests.guides import HOSTILE, guide_at, retitled, shipped

WHOLE = """\
# Title

Guide. Lead.

**v1**

- [At a glance](#at-a-glance)

## At a glance

A paragraph.

### Part

- one
- any of:
  - two
  - three

**Rates**

| Band | Pays |
| --- | ---: |
| low | 1% |
| **Together** | **2%** |

- Tiers: **4** (low to high)
- Benefits: **2**

- **Who:** everybody

### Gold

Needs:

- x

### Top

Nothing.

> **Example**
>
> Suppose.
>
> **Rows**
>
> | a |
> | --- |
> | 1 |

- **Word:** Meaning.

---

End.
"""


def test_a_guide_in_markdown() -> None:
    """Every kind of block, whole."""
    blocks = (
        Text("A paragraph."),
        Heading("Part"),
        Points((Clause("one"), Clause("any of", (Clause("two"), Clause("three"))))),
        Table("t", "Rates", ("Band", "Pays"), (("low", "1%"), ("Together", "2%")), (1,), total=True),
        Figures((("Tiers", "4", "low to high"), ("Benefits", "2", ""))),
        Facts((("Who", "everybody"),)),
        Steps("s", "t", (("a", ()),)),
        Cards((Card("Gold", "Needs:", (Clause("x"),)), Card("Top", "Nothing."))),
        Note("Example", (Text("Suppose."), Table("u", "Rows", ("a",), (("1",),)))),
        Terms((("Word", "Meaning."),)),
    )
    guide = Guide("Title", "Guide", "Lead.", ("v1",), (Section("s", "At a glance", blocks),), ("End.",))
    assert render_guide_md(guide) == WHOLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- item", "\\- item"),
        ("1) one", "1\\) one"),
        ("3.5%", "3.5%"),
        ("# head", "\\# head"),
        ("=== line", "\\=== line"),
        ("a\n\n# b", "a # b"),
        ("www.example.org", "www\\.example.org"),
        ("https://e.org", "https\\://e.org"),
        ("~~x~~ `y` $z$", "\\~\\~x\\~\\~ \\`y\\` \\$z\\$"),
        ("&lt;", "\\&lt;"),
        ("a | b", "a \\| b"),
    ],
)
def test_what_markdown_would_act_on_is_text(text: str, expected: str) -> None:
    """Each character with a meaning is escaped where it has one."""
    assert escaped(text) == expected


def test_a_hostile_program_makes_a_harmless_guide() -> None:
    """In a guide whose every title is hostile, each character that could act is escaped."""
    program = shipped("programs/summit/2026.yaml")
    text = render_guide_md(guide_at(retitled(program, HOSTILE)))
    ours = re.compile(r"^(?:> )+|^>$|^- \[[A-Z][a-z ]+\]\(#[a-z-]+\)$|\*\*", re.MULTILINE)  # quotes, contents, bold
    bare = ours.sub("", re.sub(r"\\.", "", text))
    assert not re.search(r"[<>`\[\]*_$&~]", bare)
    assert {line.count("|") for line in bare.splitlines()} <= {0, *range(3, 9)}
    assert "script" in text
