"""Comma-separated values that a spreadsheet opens and does not run: whatever comes from a source is text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

FORMULA_STARTS = ("=", "+", "-", "@")  # what a spreadsheet would run, also behind blanks and in full width
BLANKS = " \t\r\n\v\f\0\u00a0\u2000\u2001\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def inert(cell: str) -> str:
    """The cell so that no spreadsheet runs it as a formula; plain numbers stay numbers.

    A formula gets a quote before it, and so does one that has quotes already: no two cells become the same text.

    >>> [inert(cell) for cell in ("=1+1", "'=1+1", " \uff1d1+1", "-12.50", "'t Hart")]
    ["'=1+1", "''=1+1", "' \uff1d1+1", '-12.50', "'t Hart"]
    """
    bare = cell.lstrip("'")
    shown = bare.lstrip(BLANKS)
    runs = unicodedata.normalize("NFKC", shown[:1]).startswith(FORMULA_STARTS) or bare.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if runs and not PLAIN_NUMBER.fullmatch(bare) else cell


def csv_line(row: Sequence[str]) -> str:
    """One row of comma-separated values."""
    return ",".join(enclosed(inert(cell)) for cell in row) + "\n"


def enclosed(cell: str) -> str:
    """The cell as text in a CSV line; the csv module would leave a lone carriage return open.

    >>> enclosed('5" disk, new')
    '"5"" disk, new"'
    """
    if any(character in cell for character in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
