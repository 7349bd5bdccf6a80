"""A file in its one layout says what it said before, has every comment, and stays as it is when laid out again."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine.canonical import document_hash
from engine.language.essence import essence
from engine.layout.file import lay_out
from rules import SCHEMA
from tests.properties.agreement import seeded
from tests.properties.disorder import Disorder
from tests.properties.programs import loaded, random_case

FILE = "untidy.yaml"


def laid(text: str) -> str:
    """The text in the one layout."""
    data, found = lay_out(text.encode(), FILE, SCHEMA)
    assert data is not None, (found, text)
    return data.decode()


@seeded()
@given(st.integers(0, 2**32))
def test_untidy_programs(seed: int) -> None:
    """Keys in any order, any indentation, quotes, braces and comments: one layout, the same program."""
    disorder = Disorder(Random(seed))
    untidy = disorder.text(random_case(seed % 200).sections)
    text = laid(untidy)
    assert laid(text) == text
    assert document_hash(essence(loaded(text))) == document_hash(essence(loaded(untidy)))
    lines = text.split("\n")
    found = sorted(line[line.index("# ") :] for line in lines if "# n" in line or "# yaml-" in line)
    assert found == sorted(disorder.comments)
    assert all(line == line.rstrip() for line in lines)
    for comment, start in disorder.beside.items():
        _assert_beside(lines, comment, start)
    for comment, start in disorder.above.items():
        _assert_above(lines, comment, start)


def _assert_beside(lines: list[str], comment: str, start: str) -> None:
    line = next(line for line in lines if line.endswith(comment))
    assert _begins(line, start), (line, start)


def _assert_above(lines: list[str], comment: str, start: str) -> None:
    at = next(number for number, line in enumerate(lines) if line.endswith(comment))
    following = next(line for line in lines[at + 1 :] if line.strip() and not line.lstrip().startswith("#"))
    assert _begins(following, start), (lines[at], following, start)


def _begins(line: str, start: str) -> bool:
    return line.lstrip(" -").replace('"', "").startswith(start)
