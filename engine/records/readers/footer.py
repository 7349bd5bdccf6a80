"""Lines of totals below a table: by which texts they are known, and what the feed says to leave them out."""

from __future__ import annotations

import re

WORDS = re.compile(  # with which such lines begin, in the languages of the reports that people export
    r"(?i)\W*(?:\w+\W+)?(?:sub|zwischen|end)?(?:tota[ail]*(?:s|es|t|en)?|totaux|sum(?:me|men|ma)?|som(?:ma)?|suma|razem"
    r"|gesamt(?:summe|ergebnis|betrag)?|ergebnis|results?|итого|всего|合計|总计)\b"
)
MOST_LETTERS = 60  # of its first text


def is_totals(text: str) -> bool:
    """Whether a row that begins with this text is probably a line of totals.

    >>> is_totals("Grand Total"), is_totals("Summe:"), is_totals("S2"), is_totals("Summer Ltd")
    (True, True, False, False)
    """
    return len(text) <= MOST_LETTERS and WORDS.match(text) is not None


def to_stop(text: str, source: str = "") -> str:
    """What to write where the table ends before the row that begins with this text.

    >>> to_stop("Total", "lines")
    'if the table ends before this line of totals, write `stop_at: Total` under the source `lines`'
    """
    written = text if text.isascii() and text.isalpha() else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    where = f"the source `{source}`" if source else "the source"
    return f"if the table ends before this line of totals, write `stop_at: {written}` under {where}"
