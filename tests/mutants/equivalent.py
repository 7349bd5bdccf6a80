"""Changes that change nothing: listed in `equivalent.toml`, each with its reason, and left out of the draw.

An entry names the file, the function, the line before and after; so it lives through changes elsewhere in the file,
and dies with a change of its line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutant import Mutant

LISTED = Path(__file__).with_name("equivalent.toml")
KEYS = ("file", "where", "before", "after", "reason")


@dataclass(frozen=True, slots=True)
class Key:
    """What an entry and a mutant have in common."""

    file: str
    where: str
    before: str
    after: str


def key(mutant: Mutant) -> Key:
    """What an entry must be to mean this mutant."""
    return Key(mutant.file, mutant.where, mutant.before, mutant.after)


def parse_equivalents(text: str) -> dict[Key, str]:
    """Entries and their reasons; ValueError for other keys, an empty reason, or a second entry."""
    found: dict[Key, str] = {}
    for entry in tomllib.loads(text).get("mutant", []):
        if tuple(entry) != KEYS or not all(isinstance(value, str) for value in entry.values()):
            raise ValueError(f"an entry needs the texts {', '.join(KEYS)}, in this order: {entry}")
        if not entry["reason"].strip():
            raise ValueError(f"an entry without a reason: {entry}")
        key = Key(*(entry[name] for name in KEYS[:4]))
        if key in found:
            raise ValueError(f"listed twice: {entry}")
        found[key] = entry["reason"]
    return found


def read_equivalents() -> dict[Key, str]:
    """The entries of the file beside this module."""
    return parse_equivalents(LISTED.read_text(encoding="utf-8"))


def stale(listed: Iterable[Key], possible: Iterable[Key]) -> list[Key]:
    """Entries that no possible change matches any more."""
    known = set(possible)
    return [key for key in listed if key not in known]
