"""A broken variant of a shipped program: one edit, and what must be said about it.

The place is a `¦` in the edited text, where the finding must start; where it starts elsewhere, `at` is a piece of the
edited program with the sign in it. Expectations are written from the defect, as its author would want to be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SUMMIT = "programs/summit/2026.yaml"
ADVENTUREWORKS = "programs/adventureworks/2020.yaml"
PLACE = "¦"


@dataclass(frozen=True, slots=True)
class Variant:
    """One edit of a program: `old`, which stands in it once, becomes `new`."""

    name: str
    old: str
    new: str
    code: str
    cure: str  # words of the help
    says: str = ""  # words of the message
    at: str = ""
    program: str = SUMMIT

    def source(self) -> str:
        """The program with the defect."""
        text = (ROOT / self.program).read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.name}: {self.old!r} stands {text.count(self.old)} times in the file"
        return text.replace(self.old, self.new.replace(PLACE, ""))

    def place(self) -> tuple[int, int]:
        """Line and column, from 1, at which the finding must start."""
        marked = self.at or self.new
        assert marked.count(PLACE) == 1, f"{self.name}: one `{PLACE}` tells the place"
        text, piece = self.source(), marked.replace(PLACE, "")
        assert text.count(piece) == 1, f"{self.name}: {piece!r} stands {text.count(piece)} times in the edited file"
        offset = text.index(piece) + marked.index(PLACE)
        before = text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
