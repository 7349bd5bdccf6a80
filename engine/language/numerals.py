"""Numbers as other conventions write them, and how the language writes the same number.

Used for cures only: what a number written otherwise means is shown to the author and never assumed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from engine.language.currency import SIGNS

_OWN = re.compile(r"(?P<whole>0|[1-9][0-9]{0,2}(?:_[0-9]{3})+|[1-9][0-9]*)(?:\.(?P<decimals>[0-9]+))?")
_POINTS = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:_[0-9]{3})*(?:\.[0-9]{3})+)")
_COMMAS = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<decimals>[0-9]+))?")
_DECIMAL_COMMA = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:[ ._][0-9]{3})+|0|[1-9][0-9]*)(?:,(?P<decimals>[0-9]+))")
_SPACES = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:\.(?P<decimals>[0-9]+))?")
# A point before three digits is read as one between thousands, and so is a comma: whoever means decimals of a
# currency writes two.
_CONVENTIONS = (_POINTS, _OWN, _COMMAS, _SPACES, _DECIMAL_COMMA)
_ZEROS = {"k": 3, "K": 3, "m": 6, "M": 6, "mn": 6, "mio": 6, "bn": 9}
_ABBREVIATED = re.compile(r"([1-9][0-9]{0,14})(?:\.([0-9]{1,3}))?(k|K|m|M|mn|mio|bn)")


def in_our_writing(text: str) -> str | None:
    """The number a text holds, as the language writes it; None where it follows no convention known here.

    >>> in_our_writing("40.000,00")
    '40_000'
    >>> in_our_writing("250,000.50")
    '250_000.50'
    >>> in_our_writing("2,5")
    '2.5'
    """
    for convention in _CONVENTIONS:
        if found := convention.fullmatch(text):
            decimals = found.groupdict().get("decimals") or ""
            return _grouped(re.sub("[^0-9]", "", found["whole"])) + (f".{decimals}" if decimals.strip("0") else "")
    return None


def written_out(text: str) -> str | None:
    """An abbreviated number with all its digits.

    >>> written_out("1.5m")
    '1_500_000'
    """
    found = _ABBREVIATED.fullmatch(text)
    if found is None:
        return None
    decimals = found[2] or ""
    return _grouped(found[1] + decimals.ljust(_ZEROS[found[3]], "0"))


def unit_behind(unit: str) -> str:
    """A unit as the language writes it behind a number: `%` glued to it, a currency as its code and apart.

    >>> unit_behind("€"), unit_behind(" %")
    (' EUR', '%')
    """
    word = unit.strip()
    return word if word in ("", "%") else f" {SIGNS.get(word, word)}"


def groups_thousands(text: str) -> bool:
    """Whether a point in the number may separate thousands: `40.000`, and not `40.00` or `0.500`."""
    return _POINTS.fullmatch(text) is not None


def grouped(value: Decimal | int) -> str:
    """A number as the language writes it, digits in groups of three.

    >>> grouped(Decimal("1250000.50"))
    '1_250_000.50'
    """
    return f"{value:,f}".replace(",", "_") if isinstance(value, Decimal) else f"{value:_}"


def _grouped(digits: str) -> str:
    """Digits in groups of three."""
    head = len(digits) % 3
    groups = [digits[:head]] if head else []
    return "_".join(groups + [digits[at : at + 3] for at in range(head, len(digits), 3)])
