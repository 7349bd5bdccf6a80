"""How the shell says numbers and lists of things."""

from __future__ import annotations

YES_NO = {True: "yes", False: "no"}
"""Whether something is so, in every list and text for people; JSON has true and false."""

HISSING = ("ch", "sh", "s", "x")  # endings after which an `s` alone cannot be said


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "error"), counted(12_000, "partner"), counted(370, "mismatch")
    ('1 error', '12,000 partners', '370 mismatches')
    """
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """More than one of it.

    >>> plural("record"), plural("match"), plural("class"), plural("box")
    ('records', 'matches', 'classes', 'boxes')
    """
    return f"{noun}es" if noun.endswith(HISSING) else f"{noun}s"
