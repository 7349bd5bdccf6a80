"""Every way of writing an expression wrong that we know, each with its place, its message and its cure.

The cases stand in `misreadings.txt` beside this file. After a deliberate change of a message run
`python tests/engine/language/test_misreading.py` and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.language.expression import parse_expression
from engine.language.source import Scalar, Span

CASES = Path(__file__).with_name("misreadings.txt")


def blocks(text: str) -> list[str]:
    """The cases of the file: an expression (with escapes for what cannot be seen) and what is said of it."""
    return text.strip("\n").split("\n\n")


def reviewed(block: str) -> str:
    """A case as it is now: the expression, the marked place with code and message, and the cure."""
    written = block.split("\n", 1)[0]
    text = written.encode("latin-1", "backslashreplace").decode("unicode_escape")
    expression, findings = parse_expression(Scalar(text, Span("2026.yaml", 1, 1, 1, len(text) + 1)))
    assert expression is None and len(findings) == 1 and findings[0].span is not None
    start, end = findings[0].span.column - 1, findings[0].span.end_column - 1
    shift, width = len(escaped(text[:start])), len(escaped(text[start:end]))
    assert escaped(text) == written
    return f"{written}\n{' ' * shift}{'^' * width}\n{findings[0].code} {findings[0].message}\n= {findings[0].help}"


def escaped(text: str) -> str:
    """The text with escapes for what cannot be seen."""
    return "".join(each if each.isprintable() and each != "\u00a0" else f"\\u{ord(each):04x}" for each in text)


@pytest.mark.parametrize("block", blocks(CASES.read_text("utf-8")), ids=lambda block: block.split("\n", 1)[0])
def test_each_misreading_has_its_place_message_and_cure(block: str) -> None:
    """What an author meant is guessed for the message only; the whole message is compared."""
    assert reviewed(block) == block


if __name__ == "__main__":
    CASES.write_text("\n\n".join(map(reviewed, blocks(CASES.read_text("utf-8")))) + "\n", "utf-8")
