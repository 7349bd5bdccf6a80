"""Counts the work of looking for names that are meant: each text that is compared letter by letter."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

import pytest

from engine.language import near


@dataclass(slots=True)
class Searches:
    """The texts looked for, and with how many others they were compared in all."""

    words: list[str] = field(default_factory=list)
    compared: int = 0


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Iterator[Searches]:
    """What is looked for while a test runs; the search itself is Python's, and goes on."""
    done = Searches()

    def counted(word: str, possibilities: Collection[str], n: int = 3) -> list[str]:
        done.words.append(word)
        done.compared += len(possibilities)
        return get_close_matches(word, possibilities, n)

    monkeypatch.setattr(near, "get_close_matches", counted)
    near._close.cache_clear()
    yield done
    near._close.cache_clear()
