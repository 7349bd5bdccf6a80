"""The YAML layer: trees with exact places, limits, and reading on behind a slip. Messages stand in the gallery."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.language import builder
from engine.language.builder import MAX_DEPTH, MAX_SCALAR
from engine.language.diagnostic import Severity
from engine.language.lines import split_lines
from engine.language.loader import MAX_FAULTS, MAX_FINDINGS, load_tree
from engine.language.source import Mapping, Node, Scalar, Sequence, Span

GALLERY = Path(__file__).parents[2] / "gallery"

PROGRAM = """\
# a comment
rung: 1
title: "Summit: ünï 😀"   # behind a value
tiers:
  ladder: [silver, 'gold']
  gold:
    requires:
    - growth >= 10%
    - any: [{at_least: 2}, x]
reason: >-
  Two lines
  of text

empty:
last: {}
"""


def tree_of(text: str | bytes) -> Mapping:
    """The tree of a file without findings."""
    data = text.encode() if isinstance(text, str) else text
    tree, found = load_tree(data, "p.yaml")
    assert found == ()
    assert isinstance(tree, Mapping)
    return tree


def names(text: str | bytes) -> list[str]:
    """Place and name of each finding."""
    found = load_tree(text.encode() if isinstance(text, str) else text, "p.yaml")[1]
    return [f"{each.span.line}:{each.span.column} {each.name}" for each in found if each.span]


def span(line: int, column: int, end_line: int, end_column: int) -> Span:
    """A place in the file of the tests."""
    return Span("p.yaml", line, column, end_line, end_column)


def at(node: Node, *path: str | int) -> Node:
    """The node at the end of a path."""
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            value = node.get(step)
            assert value is not None
            node = value
        else:
            assert isinstance(node, Sequence)
            assert isinstance(step, int)
            node = node.items[step]
    return node


@pytest.mark.parametrize(
    ("path", "text", "place", "quoted"),
    [
        (("rung",), "1", (2, 7, 2, 8), False),
        (("title",), "Summit: ünï 😀", (3, 8, 3, 23), True),
        (("tiers", "ladder", 0), "silver", (5, 12, 5, 18), False),
        (("tiers", "ladder", 1), "gold", (5, 20, 5, 26), True),
        (("tiers", "gold", "requires", 0), "growth >= 10%", (8, 7, 8, 20), False),
        (("tiers", "gold", "requires", 1, "any", 0, "at_least"), "2", (9, 24, 9, 25), False),
        (("reason",), "Two lines of text", (10, 9, 12, 10), True),
        (("empty",), "", (14, 7, 14, 7), False),
    ],
)
def test_values_know_their_place(path: tuple[str | int, ...], text: str, place: tuple[int, ...], quoted: bool) -> None:
    """Text, quotes and place of values, counted by hand in the program above."""
    assert at(tree_of(PROGRAM), *path) == Scalar(text, Span("p.yaml", *place), quoted)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (2, 1, 15, 9)),
        (("tiers",), (5, 3, 9, 30)),
        (("tiers", "ladder"), (5, 11, 5, 27)),
        (("tiers", "gold", "requires"), (8, 5, 9, 30)),
        (("last",), (15, 7, 15, 9)),
    ],
)
def test_collections_end_where_their_last_value_ends(path: tuple[str | int, ...], place: tuple[int, ...]) -> None:
    """A block ends with its last value, not at the next key; brackets belong to their list."""
    assert at(tree_of(PROGRAM), *path).span == Span("p.yaml", *place)


def test_keys_know_their_place() -> None:
    """Keys carry their own spans, in the order written."""
    tiers = at(tree_of(PROGRAM), "tiers")
    assert isinstance(tiers, Mapping)
    assert [(each.key.text, each.key.span) for each in tiers] == [
        ("ladder", span(5, 3, 5, 9)),
        ("gold", span(6, 3, 6, 7)),
    ]


def composed(node: yaml.Node) -> object:
    """PyYAML's own node tree, with text and first place, to compare with."""
    place = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        return [(composed(key), composed(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [composed(each) for each in node.value]
    return (node.value, *place)


def ours(node: Node) -> object:
    """Our tree in the same form."""
    if isinstance(node, Mapping):
        return [(ours(each.key), ours(each.value)) for each in node]
    if isinstance(node, Sequence):
        return [ours(each) for each in node]
    return (node.text, node.span.line, node.span.column)


def good_files(repository: Path) -> list[Path]:
    """Every YAML file that ships and has no slip."""
    found = sorted((GALLERY / "good").glob("*.yaml")) + sorted((repository / "programs").rglob("*.yaml"))
    return [path for path in found if b"\r" not in path.read_bytes()]


def test_agrees_with_the_parser_in_c(repository: Path) -> None:
    """Values and places of every shipped file are those that the independent parser in C finds."""
    files = good_files(repository)
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        theirs = yaml.compose(text, Loader=yaml.CSafeLoader)
        assert theirs is not None
        assert ours(tree_of(text)) == composed(theirs), path


def test_line_ends_and_mark_make_no_difference() -> None:
    """LF, CRLF, CR and a byte order mark give the same tree."""
    text = "a: 1\nb:\n  - x\n"
    trees = {tree_of(data) for data in (text, text.replace("\n", "\r\n"), text.replace("\n", "\r"), "\ufeff" + text)}
    assert len(trees) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the rest of a file is read on from the next key at its left edge
        (
            "a: [1, 2\nb: 3\nc: no\nd:\n  - e: f: g\nh: !x\n",
            "1:4 unclosed-bracket,3:4 ambiguous-word,5:8 unquoted-colon,6:4 tag",
        ),
        ('a: "x\nb: "y"\nc: yes\n', "1:4 unclosed-quote,3:4 ambiguous-word"),
        ("a: yes\nb: @x\n", "1:4 ambiguous-word,2:4 reserved-start"),
        # one slip, one message
        ("a: {x: 1, when: [silver, gold #x], b: 2}\nc: 1\n", "1:31 cut-by-hash"),
        ("a: {x: 1\nb: 3\n", "1:4 unclosed-bracket"),
        ("a: [max(b,\n  c]) ]\n", "2:5 text-after-value"),
        ("a: “b: c”\n", "1:4 curly-quotes"),
        ("{a\n\u00a0: b}\n", "1:1 unclosed-bracket"),  # a key over two lines
        ("'1': a\n1: b\n", "2:1 key-not-text"),
        ("1: a\n1: b\n", "1:1 key-not-text,2:1 key-not-text"),
        ("no: a\n'no': b\n", "1:1 ambiguous-word"),
        # what looks like a slip in a quoted or block text is none
        ("a: 'no'\nb: \"010\"\nc: “x”\n", "3:4 curly-quotes"),
        ("a: |\n  yes: no # x\n  010\n", ""),
        ("a: 'it is \u2019so\u2019'\nb: it\u2019s\n", ""),
        ("a: x # a comment\nb: 'x' #glued\nc: [x, y] #glued\nd: x ## two\n", ""),
        ("a: Partner's day # don't\n", ""),
        ("a: {b: [1, 100], c: [10, 000x]}\n", ""),
        ("a: [1 000, f(x) , g()]\n", ""),
        ("---\na: 1\n...\n", ""),
        ("? a\n: 1\n", ""),
        ("a: >-\n  x\n\n", ""),
        ("a: |\n\n  x", ""),
        ("a: >\n", ""),
        # characters
        ('a: "\\r"\n', "1:4 control-character"),
        ('a: "\\u2028"\n', "1:4 control-character"),
        ("'a\\u200b': 1\n\"b\\u200b\": 1\n", "2:1 invisible-character"),
        # numbers and dates
        ("a: [00, 0.5, 0, -007, 1_000, 08:30]\n", "1:5 leading-zero,1:17 leading-zero"),
        ("a: [1e, e3, 1e3x, .5E-3]\n", "1:19 exponent"),
        ("a: [.Inf, +.inf, .infinite, -.nan]\n", "1:5 not-finite,1:11 not-finite"),
        (f"a: {'9' * 38}\nb: x{'9' * 50}\n", ""),
        ("a: [2024-02-29, 2023-13-01, 0000-01-01]\n", "1:17 no-such-day,1:29 no-such-day"),
        ("a: [2024-02-29t10:00, 2024-02-29 x]\n", "1:5 date-with-time"),
        # anchors and merges
        ("a: &x {b: 1}\nc: {<<: *x}\nd: *x\n", "2:5 merge-key"),
        ("c: {<<: *x}\n", "1:5 merge-key"),
        ("c: {<<: {a: 1}, '<<': 2}\n", "1:5 merge-key"),
        ("a: &x !y z\nb: &x 1\n", "1:4 anchor,1:7 tag"),
        ("*a : b\n", "1:1 anchor"),
        ("*a\n", "1:1 not-a-mapping,1:1 anchor"),
        ("a: !<x\n", "1:4 tag"),
        ("a: & b\n", "1:4 anchor"),
        # slips in the form of a file that stand in no gallery
        ("a: 1\n%x: 2\n", "2:1 reserved-start"),
        ("a: 'x', y\n", "1:7 text-after-value"),
        ("--- a: 1\n", "1:1 indentation"),
        ("a: [b # c\n  - d]\n", "2:3 list-on-key-line"),
        ("a: [b # c\n  &x d]\n", "2:3 not-yaml"),
        ("a: |\n    x\n  y\nb: 1\n", "3:3 indentation"),
        ("  a: 1\nb: 2\n", "2:1 indentation"),
        ("a:\n  x\n  b: 1\n", "2:3 missing-colon"),
        ("~: a\nnull: b\n'~': c\n", "1:1 key-not-text,2:1 key-not-text"),
        ("a: ? b\n", "1:4 reserved-start"),
        ("a: [b, : c]\n", "1:8 empty-item"),
        ("a: {\n---\n", "1:4 unclosed-bracket"),
        ("a: 'b\n---\n", "1:4 unclosed-quote"),
        ("a: ]\n", "1:4 stray-bracket"),
        # a key among brackets
        ("[a, b]: 1\nc: 2\n", "1:1 key-not-text"),
        ("a: {'b c'}\n", "1:5 missing-colon"),
        ("a: {b: , c: 1}\n", ""),
        ("a: {b: [x], 000}\n", "1:13 missing-colon"),
        ("a: {b: 'x', 000}\n", "1:13 missing-colon"),
        ("a: {b: min(1, c: 2}\n", ""),
    ],
)
def test_findings_and_their_places(text: str, expected: str) -> None:
    """What is a slip and what is none, each told once, at its place."""
    assert ",".join(names(text)) == expected


def test_tree_is_there_when_the_file_could_be_read() -> None:
    """Findings about values leave the tree; a fault in the file's form does not."""
    assert load_tree(b"a: yes\n", "p")[0] is not None
    assert load_tree(b"a: [\n", "p")[0] is None
    assert load_tree(b"- a\n", "p")[0] is None
    assert load_tree(b"a: 1\n---\nb: 1\n", "p")[0] is None


def test_a_template_is_no_key() -> None:
    """Two braces are a mapping in a mapping; who writes them means a value that is filled in."""
    (found,) = load_tree(b"rate: {{ rate }}\n", "p.yaml")[1]
    assert (found.name, found.message) == (
        "key-not-text",
        "`{{` has no meaning here: rung does not fill in templates",
    )
    assert found.help == "write the value itself, or declare a parameter for a value that changes"


def test_first_of_two_keys_is_kept() -> None:
    """Keys of a tree are unique: of a repeated key the first stays."""
    tree = load_tree(b"a: 1\na: 2\nb: 3\n", "p")[0]
    assert isinstance(tree, Mapping)
    assert [(each.key.text, ours(each.value)) for each in tree] == [("a", ("1", 1, 4)), ("b", ("3", 3, 4))]


def test_limits_are_where_they_say() -> None:
    """One level, one byte or one value more is refused; the limit itself is accepted."""
    deepest = MAX_DEPTH - 1  # the file's own mapping is the first level
    assert names("a: " + "[" * deepest + "]" * deepest) == []
    assert names("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH) == ["1:67 too-deep"]
    assert names("a: " + "é" * (MAX_SCALAR // 2)) == []
    assert names("a: x" + "é" * (MAX_SCALAR // 2)) == ["1:4 too-large"]


def test_reading_on_ends() -> None:
    """Behind ten faults in different parts of a file nothing more is read."""
    text = "".join(f"k{number}: @\n" for number in range(30))
    assert len(names(text)) == MAX_FAULTS + 1


def test_many_findings_are_cut() -> None:
    """The first hundred findings are shown, then a note at the place where more begin."""
    found = load_tree(b"".join(b"k%d: yes\n" % number for number in range(150)), "p")[1]
    assert len(found) == MAX_FINDINGS + 1
    assert found[-1].severity is Severity.NOTE
    assert found[-1].span == Span("p", 101, 7, 101, 10)


def test_latin_1_column_is_counted_behind_the_mark() -> None:
    """The column of a byte that is no text counts characters, without a byte order mark."""
    assert names("\ufeffé: ".encode() + b"\xe9\n") == ["1:4 not-utf8"]
    assert names(b"a: 1\nb: \xe9\n") == ["2:4 not-utf8"]


SIGNS = "a[]{},#!|>%@`\\\"'~-()é\n\t\r\u2028\ufeff\u2018\u00a0\x00\ud7ff😀"
GROUPS = (
    "b: ",
    "- ",
    ": ",
    "? ",
    " #",
    "\n  ",
    "\n    ",
    "---\n",
    "...\n",
    "<<: ",
    "&x",
    "*x",
    "!!",
    "!<",
    "1,000",
    "yes",
)


@given(st.lists(st.sampled_from([*SIGNS, *GROUPS, "\\UFFFFFFFF", "\\x"]), max_size=14).map("".join))
def test_any_text_is_answered(text: str) -> None:
    """No text makes the loader raise; what is refused has a finding, and every place lies in the file."""
    tree, found = load_tree(text.encode(), "p")
    lines = split_lines(text.removeprefix("\ufeff"))
    assert tree is not None or found
    for each in found:
        assert each.span is not None
        assert 1 <= each.span.line <= each.span.end_line <= len(lines)
        assert 1 <= each.span.column <= len(lines[each.span.line - 1]) + 1
        assert each.help
        assert not re.search(r"\.$|^[A-Z][a-z]", each.message)


@given(st.binary(max_size=30))
def test_any_bytes_are_answered(data: bytes) -> None:
    """No bytes make the loader raise."""
    tree, found = load_tree(data, "p")
    assert tree is not None or found


words = st.text("abcxyz_", min_size=1, max_size=6).filter(lambda text: text not in ("", "~"))


@given(
    st.recursive(
        st.text("abc 123'\"#:,[]{}%>=\\\n", max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=12,
    ).map(lambda value: {"top": value})
)
def test_quoted_data_comes_back(value: dict[str, object]) -> None:
    """Data written by another YAML writer, all texts in quotes, comes back as it was."""
    text = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10_000)
    assert back(tree_of(text)) == value


def back(node: Node) -> object:
    """The tree as plain data."""
    if isinstance(node, Mapping):
        return {each.key.text: back(each.value) for each in node}
    if isinstance(node, Sequence):
        return [back(each) for each in node]
    return node.text


def test_spans_cover_what_they_name() -> None:
    """The text under the span of a plain value or key is the value itself."""
    lines = split_lines(PROGRAM)
    plain = [each for each in scalars(tree_of(PROGRAM)) if not each.quoted]
    for each in plain:
        assert lines[each.span.line - 1][each.span.column - 1 : each.span.end_column - 1] == each.text
    assert len(plain) == 17


def scalars(node: Node) -> list[Scalar]:
    """All keys and values of a tree."""
    if isinstance(node, Mapping):
        return [inner for each in node for inner in (each.key, *scalars(each.value))]
    if isinstance(node, Sequence):
        return [inner for each in node for inner in scalars(each)]
    return [node]


def test_values_beyond_the_limit_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value after the last one allowed is told, and nothing behind it; the gallery has a file as large as that."""
    monkeypatch.setattr(builder, "MAX_NODES", 5)
    assert names("a: [1, 2]\n") == []  # the mapping, its key, the list and two values
    assert names("a: [1, 2, yes, no]\n") == ["1:11 too-large"]
