"""A file in its one layout says what it said before, has every comment, and stays as it is when laid out again."""

from __future__ import annotations

import re
from random import Random

import ruamel.yaml
import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from engine.authoring.layout.file import lay_out
from engine.canonical import document_hash
from engine.language.essence import essence
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
    at = next(number for number, line in enumerate(lines) if line.endswith(comment))
    alone = lines[at].strip() == comment
    assert _begins(lines[at], start) or (alone and _is_moved(lines, at, start)), (lines[at], start)


def _assert_above(lines: list[str], comment: str, start: str) -> None:
    at = next(number for number, line in enumerate(lines) if line.endswith(comment))
    following = next(line for line in lines[at + 1 :] if line.strip() and not line.lstrip().startswith("#"))
    assert _begins(following, start) or _is_moved(lines, at, start), (lines[at], following, start)


def _is_moved(lines: list[str], at: int, start: str) -> bool:
    """Whether a comment was about the period of a SPIFF, which `fmt` writes where its limits are."""
    if not start.startswith("period:"):
        return False
    heads = [number for number, line in enumerate(lines) if re.match(r"  \w", line)]
    first, after = max(each for each in heads if each < at), min((each for each in heads if each > at), default=None)
    return re.search(r"^    kind: (\W?|[|>].*\n +)spiff\b", "\n".join(lines[first:after]), re.MULTILINE) is not None


def _begins(line: str, start: str) -> bool:
    return line.lstrip(" -").replace('"', "").startswith(start)


WORDS = (
    "", " ", "2026", "2026-02-01", "yes", "No", "on", "null", "~", "true", "TRUE", "1e5", "0x1F", "0o17", "12:30", ".5",
    "5.", "-1", "+1", "1_000", "5%", "1_000 USD", "y", "NaN", ".inf", "=", "<<", "&a", "*a", "!t", "%d", "@x", "`y`",
    "{", "[1]", "a, b", "- a", "-", "?", "? a", "a: b", "a:", "a:b", "a #b", "#b", "'q'", "it's", "'", '"d"',
    'a "b" c', "\\", "a\\nb", " lead", "trail ", "two\nlines", "two\n\nlines\n", "\n", "\nlead", "  deep\nless",
    "tab\tin", "é漢", "\u00a0", "a\u2007b", "\u201ccurly\u201d", "null and void", "(a)", "...", "---", "|", "> 5",
    "one long sentence that goes on and on, with commas and all, " * 3, "word" * 40,
)  # fmt: skip
TEXTS = st.sampled_from(WORDS) | st.text(st.sampled_from("ab 1_-:#,'\"[]{}&*!|>%@`?\\\n\té.~="), max_size=12)
TREES = st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))


@seeded()
@given(
    st.dictionaries(TEXTS, TREES, min_size=1, max_size=4),
    st.sampled_from((None, None, "'", '"', "|", ">")),
    st.sampled_from((None, False, True)),
    st.integers(20, 140),
    st.booleans(),
)
def test_any_text_means_the_same_to_every_reader(
    tree: dict[str, object], style: str | None, flow: bool | None, width: int, unicode: bool
) -> None:
    """Whatever a writer of YAML makes of texts: readers of 1.1 and of 1.2 see the same texts and types after."""
    dumped = yaml.dump(
        tree, Dumper=yaml.SafeDumper, default_style=style, default_flow_style=flow, width=width, allow_unicode=unicode
    )
    data, _ = lay_out(dumped.encode(), FILE, {})
    if data is None:
        event("refused by the loader")
        return
    event("laid out")
    assert lay_out(data, FILE, {})[0] == data
    assert yaml.safe_load(data) == tree
    assert _newer(data) == _newer(dumped.encode())


def _newer(data: bytes) -> object:
    """What a reader of YAML 1.2 makes of it, types and all."""
    try:
        return ruamel.yaml.YAML(typ="safe", pure=True).load(data)
    except ValueError as error:
        return str(error)  # it takes a bare `_` for a number
