"""How the shell says numbers and lists of things."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "error"), counted(12_000, "partner")
    ('1 error', '12,000 partners')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
