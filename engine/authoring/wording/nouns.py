"""Nouns with numbers: which nouns can follow a number, and their singular."""

from __future__ import annotations


def countable(noun: str) -> bool:
    """Whether a number can precede the noun: `4 engineers`, but not `4 number of deals`.

    >>> countable("security engineers"), countable("number of deals"), countable("`m4`"), countable("headcount")
    (True, False, True, False)
    """
    head = _head(noun)
    if noun.startswith("`"):
        return True
    return bool(head) and head[0].lower() not in ("number", "count", "total", "share") and head[-1].endswith("s")


def singular(noun: str) -> str:
    """The noun for one of it; a name in backticks stays as it is.

    >>> singular("security engineers over two years"), singular("companies"), singular("passes"), singular("`m4`")
    ('security engineer over two years', 'company', 'pass', '`m4`')
    """
    head = _head(noun)
    if not head or noun.startswith("`") or not head[-1].endswith("s"):
        return noun
    last = head[-1]
    if last.endswith("ies"):
        one = last[:-3] + "y"
    else:
        one = last[:-2] if last.endswith(("sses", "xes", "ches", "shes")) else last[:-1]
    return " ".join([*head[:-1], one, *noun.split()[len(head) :]])


def _head(noun: str) -> list[str]:
    """The words of a noun phrase that come before its first preposition; none where a comma is among them."""
    words = noun.split()
    head = words[: next((place for place, word in enumerate(words) if word in PREPOSITIONS), len(words))]
    return [] if any(each.endswith(",") for each in head) else head


PREPOSITIONS = ("between", "of", "in", "with", "for", "per", "by", "on", "at", "from", "over", "trailing")
