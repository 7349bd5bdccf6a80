"""Names in programs."""

from __future__ import annotations

from engine.language.names import names_in
from rules import load_program
from tests.tiny import FILE, HEAD


def test_names_in_a_whole_program() -> None:
    """In expressions at any depth, and under `by`."""
    text = (
        HEAD
        + """
parameters: {p: {by: [size, q], values: {s: {'true': x1}}}, n: {by: m, bands: [{from: b1, value: v1}]}}
metrics: {m: {from: sales, sum: amount, where: {any: [c1 is 1, f1 > 2]}, window: lifetime}}
"""
    )
    found, _ = load_program(text.encode(), FILE)
    assert found is not None
    assert {each.text for each in names_in(found.parameters)} == {"size", "q", "x1", "m", "b1", "v1"}
    assert {each.text for each in names_in(found.metrics)} == {"amount", "c1", "f1"}
