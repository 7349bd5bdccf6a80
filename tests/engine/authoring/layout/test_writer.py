"""A tree that comes from no single file, written as one, with a comment beside each line."""

from __future__ import annotations

from engine.authoring.layout.outline import outline_of
from engine.authoring.layout.remarks import Element, attach
from engine.authoring.layout.writer import render_tree
from engine.language.loader import load_tree
from engine.language.source import Entry, Mapping
from rules import SCHEMA

TOGETHER = """\
rung: 1        # 2025.yaml:1
currency: USD  # 2026.yaml:8

metrics:                               # 2025.yaml:2
  revenue: {from: sales, sum: amount}  # 2025.yaml:3

tiers:       # 2026.yaml:1
  ladder:    # 2026.yaml:2
    - a      # 2026.yaml:3
    - b      # 2026.yaml:4
  requires:  # 2026.yaml:5
    - all:   # 2026.yaml:6
        - x  # 2026.yaml:7
"""


def tree(text: str, file: str) -> Mapping:
    """The tree of a text."""
    found, _ = load_tree(text.encode(), file)
    assert isinstance(found, Mapping)
    return found


def place(element: Element) -> str:
    """File and line of an element."""
    span = element.key.span if isinstance(element, Entry) else element.span
    return f"{span.file}:{span.line}"


def test_origins_beside_each_line() -> None:
    """Entries of two files together: every line of an entry or item says where it is from, long ones too."""
    base = tree("rung: 1\nmetrics:\n  revenue: {from: sales, sum: amount}\n", "2025.yaml")
    own = tree(
        "tiers:\n  ladder:\n    - a\n    - b\n  requires:\n    - all:\n        - x\ncurrency: USD\n", "2026.yaml"
    )
    merged = Mapping((*own.entries, *base.entries), own.span)
    assert render_tree(merged, outline_of(SCHEMA), beside=place) == TOGETHER


def test_a_comment_of_the_file_and_one_beside_it() -> None:
    """Both stand on the line; an element of which nothing is said has none."""
    text = "rung: 1 # the language\ncurrency: USD\n"
    one = tree(text, "2026.yaml")
    remarks = attach(tuple(text.split("\n")), one)
    said = render_tree(one, outline_of(SCHEMA), remarks, lambda each: "2025.yaml" if place(each)[-1] == "1" else "")
    assert said == "rung: 1  # the language  # 2025.yaml\ncurrency: USD\n"
