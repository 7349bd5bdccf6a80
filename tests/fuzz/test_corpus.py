"""Inputs that once broke something, and our own files a little changed, break nothing."""

from __future__ import annotations

import time

import pytest

from tests.fuzz.mutation import mutated
from tests.fuzz.run import TARGETS as RUN
from tests.fuzz.seeds import kept, seeds
from tests.fuzz.targets import TARGETS

HANG_SECONDS = 10
CHANGES = 150  # of seeds, for each target; `make fuzz` makes many thousands


@pytest.mark.parametrize("target", TARGETS)
def test_kept_inputs_break_nothing(target: str) -> None:
    """What a run of fuzzing once found stays mended, and is answered within seconds."""
    for data in kept(target):
        before = time.monotonic()
        TARGETS[target](data)
        assert time.monotonic() - before < HANG_SECONDS


@pytest.mark.parametrize("target", TARGETS)
def test_changed_seeds_break_nothing(target: str) -> None:
    """Lines and words of our own files exchanged: the same changes on every run."""
    texts = [each.decode("utf-8", errors="replace") for each in seeds(target)]
    words = ("revenue", "tier", "gold", "values", "by", "sum", "where", "5%", "100 USD")
    for seed in range(CHANGES):
        text = texts[seed * 7919 % len(texts)]
        TARGETS[target](mutated(text, words, texts, seed).encode("utf-8", errors="replace"))


def test_all_targets_are_run() -> None:
    """`make fuzz` leaves no target out."""
    assert set(RUN) == set(TARGETS)
