"""The characters that every bank in SEPA takes, and how all others are written with them.

The European Payments Council (EPC 217-08) asks for the base letter of accented letters, for national transliterations
of Greek (ELOT 743) and Cyrillic (Bulgaria), and for a full stop where there is no counterpart.
"""

# ruff: noqa: RUF001, RUF002 - letters that look like Latin ones are what this file is about

from __future__ import annotations

import string
import unicodedata

ALLOWED = frozenset(string.ascii_letters + string.digits + "/-?:().,'+ ")
LETTERS = """
ß ss æ ae œ oe ø o ł l đ d ð d þ th ħ h ı i ĸ k ŋ n ŧ t ə e
α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч ch ш sh щ sht
ъ a ь y ю yu я ya ы y э e і i є ye ј j љ lj њ nj ђ dj ћ c џ dz ѕ dz
"""
"""Small letters without a decomposition, each with how it is written; capitals follow from them."""

SIGNS = {
    **dict.fromkeys('"`´‘’‚‛“”„‹›«»ʹʻʼʽ′″', "'"),
    **dict.fromkeys("‐‑‒–—―−_~", "-"),
    **dict.fromkeys("[{<", "("),
    **dict.fromkeys("]}>", ")"),
    **dict.fromkeys("\\|⁄", "/"),
    "&": "+",
    "@": "(at)",
    "€": "E",
    ";": ",",
    "ẞ": "SS",
}
NO_COUNTERPART = "."


def _written() -> dict[str, str]:
    """All characters that are written in another way, with that way."""
    words = LETTERS.split()
    small = dict(zip(words[::2], words[1::2], strict=True))
    capitals = {letter.upper(): written.capitalize() for letter, written in small.items() if len(letter.upper()) == 1}
    return SIGNS | capitals | small


WRITTEN = _written()


def transliterated(text: str) -> str:
    """The text in characters that every bank in SEPA takes, without blanks at its ends and with single blanks inside.

    >>> transliterated("Ærøskøbing Übersee & Søn\\tΑθήνα Щука 株")
    'Aeroskobing Ubersee + Son Athina Shtuka .'
    """
    if not ALLOWED.issuperset(text):
        text = "".join(map(_character, unicodedata.normalize("NFC", text)))
    return " ".join(text.split())


def is_readable(text: str) -> bool:
    """Whether a letter or a digit of the text is left when a bank has it."""
    return any(character.isalnum() for character in transliterated(text))


def _character(character: str) -> str:
    if character in ALLOWED:
        return character
    if character in WRITTEN:
        return WRITTEN[character]
    category = unicodedata.category(character)
    if category[0] == "Z" or category == "Cc":
        return " "
    if category[0] == "M" or category == "Cf":  # an accent that stands alone, a mark of direction
        return ""
    parts = unicodedata.normalize("NFKD", character)
    return "".join(map(_character, parts)) if parts != character else NO_COUNTERPART
