"""Text as a terminal shows it: how wide it is, and with nothing in it that acts on the terminal."""

from __future__ import annotations

import unicodedata

TAB = "    "  # a tab is shown as four spaces, so that marks below a line are aligned
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # control, format, surrogate, private, unassigned, line ends


def visible(text: str) -> str:
    r"""The text with every character that is not shown, or that steers a terminal, written as its number.

    >>> visible("gold\x1b[31m")
    'gold<U+001B>[31m'
    """
    return text if text.isprintable() else "".join(visible_character(each) for each in text)


def visible_character(character: str) -> str:
    """One character as it is shown."""
    if character == "\t":
        return TAB
    if unicodedata.category(character) in _UNSEEN:
        return f"<U+{ord(character):04X}>"
    return character


def width(text: str) -> int:
    """Columns of a terminal that a visible text takes.

    >>> width("gold"), width("金"), width("e\u0301")
    (4, 2, 1)
    """
    return sum(_character_width(each) for each in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
