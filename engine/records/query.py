"""The text of a query: one statement that reads, and whether it says the order of its rows.

What a database would not do to its data is decided there: it is asked in a transaction that only reads. This is the
look before, so that a slip has a plain message and never reaches the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

TOKEN: Final = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)             # comments
    |'(?:[^']|'')*(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z)  # texts and names in quotes; all up to the end if it stays open
    |`[^`]*(?:`|\Z)|\[[^\]]*(?:\]|\Z)        # names as SQLite has them; places in arrays of PostgreSQL
    |\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)  # texts of PostgreSQL
    |(?P<word>[^\W\d][\w$]*)|(?P<sign>[();])|\s+|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
CHANGING: Final = frozenset(("INSERT", "UPDATE", "DELETE", "MERGE"))
HELP: Final = "a query only reads: write one SELECT, or WITH and a SELECT"


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or sign of a query, and in how many parentheses it stands."""

    text: str
    depth: int
    opens: bool  # the first one inside its parentheses


def query_fault(query: str) -> str:
    """Why a text is not one query that only reads; "" if it is.

    >>> query_fault("SELECT 1;"), query_fault("-- all\\nDELETE FROM sales")
    ('', 'the query begins with `DELETE`')
    """
    words = list(_words(query))
    first = next((each for each in words if each.text != "("), None)
    if first is None:
        return "the query is empty"
    if first.text not in ("SELECT", "WITH"):
        return f"the query begins with `{first.text}`"
    end = next((place for place, each in enumerate(words) if each.text == ";"), len(words))
    if any(each.text != ";" for each in words[end:]):
        return "there is a second statement behind `;`"
    outer = [each.text for each in words[:end] if each.depth == first.depth]
    main = next((each for each in outer if each == "SELECT" or each in CHANGING), "")
    inner = [each.text for each in words if each.opens and each.text in CHANGING]
    if main in CHANGING or inner:
        return f"the query changes data: it has a `{(main if main in CHANGING else '') or inner[0]}`"
    return "the query makes a table: it has an `INTO`" if "INTO" in outer else ""


def is_ordered(query: str) -> bool:
    """Whether the query says the order of its rows.

    >>> is_ordered("SELECT a FROM (SELECT a FROM t ORDER BY a) u"), is_ordered("SELECT a FROM t ORDER BY a")
    (False, True)
    """
    words = [each for each in _words(query) if each.depth == 0]
    return any((one.text, two.text) == ("ORDER", "BY") for one, two in pairwise(words))  # a column may be named `order`


def _words(query: str) -> Iterator[_Word]:
    """Words in capitals, and signs; comments, texts and quoted names are left out."""
    depth, opens = 0, True
    for found in TOKEN.finditer(query):
        text = found["word"] or found["sign"] or found["other"]
        if not text:
            continue
        depth -= text == ")"
        yield _Word(text.upper(), depth, opens)
        depth += text == "("
        opens = text == "("
