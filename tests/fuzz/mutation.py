"""Changes of a text that keep most of its form: lines and words move, so that what comes of it gets past the parser.

Bytes changed one by one seldom leave YAML that can be read; a program whose lines, indents, names and values are
exchanged reaches the checks of meaning.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

TOKEN = re.compile(r"\w+|[^\w\s]+|[ ]+")
SIGNS = (
    "[",
    "]",
    "{",
    "}",
    ":",
    ": ",
    ",",
    ", ",
    "- ",
    "#",
    " #",
    "'",
    '"',
    "%",
    "&a ",
    "*a",
    "!x ",
    "|",
    ">",
    "?",
    "\t",
)
ODD = (
    "", "0", "-1", "1", "007", "1e5", "1_000", "1.000,00", "9" * 39, "0.00000001", "5%", "150%", "-3%", "100 USD",
    "100 EUR", "0 USD", "100.005 USD", "1 JPY", "12 months", "0 days", "999999 years", "2026-02-30", "2026-02-01",
    "9999-12-31", "0001-01-01", "true", "false", "null", "~", "yes", "'text'", "\u00a0", "\u202e", "\ufeff", "\x00",
    "“quoted”", "é", "金", "tier", "as_of", "missing", "is missing", "not", "and", "or", "in [a, b]", "between 1 and 5",
    "max(1, 2)", "min(a)", "days_between(closed_on, as_of)", "trailing 12 months", "lifetime", "last 4 fiscal quarters",
    "[]", "{}", "[[]]", "{a: {b: c}}", ">=", "=>", "<", "+", "-", "*", "/",
)  # fmt: skip


def mutated(text: str, words: Sequence[str], others: Sequence[str], seed: int) -> str:
    """The text after one to five changes; the same for the same seed."""
    chance = random.Random(seed)
    lines = text.split("\n")
    for _ in range(chance.randint(1, 5)):
        change = chance.choice(CHANGES)
        change(lines, chance, words, others)
        if not lines:
            lines = [""]
    return "\n".join(lines)


Change = Callable[[list[str], random.Random, Sequence[str], Sequence[str]], None]


def _delete(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    at = chance.randrange(len(lines))
    del lines[at : at + chance.randint(1, 3)]


def _repeat(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    at = chance.randrange(len(lines))
    lines[at:at] = lines[at : at + chance.randint(1, 4)]


def _move(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randint(0, len(lines)), line)


def _indent(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    at = chance.randrange(len(lines))
    for number in range(at, min(len(lines), at + chance.randint(1, 4))):
        lines[number] = "  " + lines[number] if chance.random() < 0.5 else lines[number].removeprefix("  ")


def _word(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    at = chance.randrange(len(lines))
    found = [each for each in TOKEN.finditer(lines[at]) if not each[0].isspace()]
    if found:
        each = chance.choice(found)
        new = chance.choice(words) if chance.random() < 0.7 else chance.choice(ODD)
        lines[at] = lines[at][: each.start()] + new + lines[at][each.end() :]


def _value(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    at = chance.randrange(len(lines))
    key, colon, _ = lines[at].partition(": ")
    if colon:
        lines[at] = f"{key}: {chance.choice(ODD)}"


def _insert(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    at = chance.randrange(len(lines))
    column = chance.randint(0, len(lines[at]))
    new = chance.choice((chance.choice(words), chance.choice(ODD), chance.choice(SIGNS)))
    lines[at] = lines[at][:column] + new + lines[at][column:]


def _letter(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    at = chance.randrange(len(lines))
    if lines[at]:
        column = chance.randrange(len(lines[at]))
        lines[at] = lines[at][:column] + lines[at][column + 1 :]


def _from_another(lines: list[str], chance: random.Random, words: Sequence[str], others: Sequence[str]) -> None:
    if others:
        other = chance.choice(others).split("\n")
        start = chance.randrange(len(other))
        at = chance.randint(0, len(lines))
        lines[at:at] = other[start : start + chance.randint(1, 6)]


CHANGES: tuple[Change, ...] = (
    _delete, _repeat, _move, _indent, _word, _word, _word, _value, _value, _insert, _letter, _from_another,
)  # fmt: skip


def words_of(schema: object) -> Iterator[str]:
    """Every key and word of a JSON Schema: the vocabulary."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for word in schema.get("enum", ()) if isinstance(schema.get("enum"), list) else ():
            yield str(word)
        for each in schema.values():
            yield from words_of(each)
    elif isinstance(schema, list | tuple):
        for each in schema:
            yield from words_of(each)
