"""Findings in each format; the terminal's form is the one the language page shows."""

from __future__ import annotations

import json
import re

import pytest

from cli.commands.check import CheckFormat
from cli.render.renderers import RENDERERS
from cli.render.terminal import MAX_WIDTH, render_terminal
from engine.language.diagnostic import Code, Diagnostic, Evidence, Related, Severity
from engine.language.source import Span

BANDS = Code("RNG304", "overlapping-bands", "page")
UNUSED = Code("RNG210", "unused", "page", Severity.WARNING)
FILE = "programs/summit/2026.yaml"
LINES = [""] * 86 + [
    "      - {from: 0 USD, up_to: 150_000 USD, rate: 1%}",
    "      - {from: 100_000 USD, rate: 2%}",
]
SOURCES = {FILE: "\n".join(LINES).encode()}


def span(line: int, start: int, end: int, file: str = FILE) -> Span:
    """A place within one line."""
    return Span(file, line, start, line, end)


OVERLAP = BANDS.at(
    span(88, 16, 27),
    "band from 100_000 USD starts inside the band before it",
    label="starts below 150_000 USD",
    related=[Related(span(87, 30, 41), "this band ends here")],
    help="remove `up_to`; a band ends where the next begins",
)


def shown(diagnostic: Diagnostic, source: str, file: str = "p.yaml") -> list[str]:
    """The lines of one finding on a terminal."""
    return render_terminal([diagnostic], {file: source.encode()}).splitlines()


def test_example_of_the_language_page() -> None:
    """Both places with their labels, the cure, and where to read more, to the letter."""
    assert (
        RENDERERS["text"]([OVERLAP], SOURCES)
        == """\
error RNG304 overlapping-bands: band from 100_000 USD starts inside the band before it
  --> programs/summit/2026.yaml:88:16
   |
87 |       - {from: 0 USD, up_to: 150_000 USD, rate: 1%}
   |                              ----------- this band ends here
88 |       - {from: 100_000 USD, rate: 2%}
   |                ^^^^^^^^^^^ starts below 150_000 USD
   |
   = help: remove `up_to`; a band ends where the next begins
   = docs: rung explain RNG304
"""
    )


def test_lines_left_out_are_marked() -> None:
    """Lines between two places are left out with a sign; the gutter is as wide as the largest number."""
    found = UNUSED.at(span(2, 1, 2, "p"), "m", related=[Related(span(10, 1, 2, "p"), "there")])
    assert shown(found, "\n".join("abcdefghijkl"), "p") == [
        "warning RNG210 unused: m",
        "  --> p:2:1",
        "   |",
        " 2 | b",
        "   | ^",
        "...",
        "10 | j",
        "   | - there",
        "   |",
        "   = docs: rung explain RNG210",
    ]


def test_place_in_another_file_has_its_own_part() -> None:
    """A second place in another file stands below, under that file's name."""
    found = UNUSED.at(span(1, 1, 2, "p"), "m", related=[Related(span(1, 3, 4, "q"), "there")])
    text = render_terminal([found], {"p": b"abc", "q": b"xyz"})
    assert text.splitlines()[1:9] == [" --> p:1:1", "  |", "1 | abc", "  | ^", "  |", " ::: q:1:3", "  |", "1 | xyz"]


def test_two_findings_have_a_line_between_them() -> None:
    """Findings are apart by one empty line, and none is left at the end."""
    text = render_terminal([OVERLAP, OVERLAP], SOURCES)
    assert text.count("\n\n") == 1
    assert text.endswith("RNG304\n")
    assert render_terminal([], SOURCES) == ""


def test_file_that_is_not_at_hand() -> None:
    """Without the file's bytes the place is named and no line is shown; without a place only the words."""
    assert render_terminal([UNUSED.at(span(3, 1, 2, "q"), "m", help="h")], {}).splitlines() == [
        "warning RNG210 unused: m",
        " --> q:3:1",
        "  = help: h",
        "  = docs: rung explain RNG210",
    ]
    assert render_terminal([UNUSED.at(None, "m")], SOURCES) == "warning RNG210 unused: m\n= docs: rung explain RNG210\n"


@pytest.mark.parametrize(
    ("line", "start", "end", "below"),
    [
        ("a:\tno", 4, 6, "       ^^"),  # a tab is four columns
        ("金: no", 4, 6, "     ^^"),  # a wide character is two
        ("e\u0301: no", 5, 7, "    ^^"),  # an accent is none
        ("a: 金金", 4, 6, "    ^^^^"),
        ("a: b", 4, 4, "    ^"),  # an empty place still has a mark
        ("a: b", 5, 6, "     ^"),  # and so has the end of a line
        ("a\x1b[31m: x", 8, 9, "               ^"),  # what steers a terminal is written out
    ],
)
def test_marks_stand_under_the_words(line: str, start: int, end: int, below: str) -> None:
    """The marks are as far in and as wide as the words look."""
    assert shown(UNUSED.at(span(1, start, end, "p.yaml"), "m"), line)[4] == "  |" + below


def test_place_over_several_lines_is_marked_on_its_first() -> None:
    """Of a place over lines, the first line is marked to its end."""
    found = UNUSED.at(Span("p.yaml", 1, 4, 3, 2), "m")
    assert shown(found, "a: |\n  x\n  y")[3:5] == ["1 | a: |", "  |    ^"]


def test_long_line_is_cut_around_its_mark() -> None:
    """A line too long for a screen is shown around the first mark, and the mark stays under its word."""
    source = "x" * 300 + "HERE" + "y" * 300
    line, below = shown(UNUSED.at(span(1, 301, 305, "p.yaml"), "m"), source)[3:5]
    assert len(line) == MAX_WIDTH + len("1 | ......")
    start = below.index("^")
    assert line[start : start + 4] == "HERE"
    assert below.count("^") == 4


def test_second_mark_outside_the_cut() -> None:
    """A mark that lies outside the part of a long line that is shown stands at its edge."""
    found = UNUSED.at(span(1, 1, 2, "p.yaml"), "m", related=[Related(span(1, 400, 404, "p.yaml"), "far")])
    line, first, second = shown(found, "x" * 500)[3:6]
    assert first == "  | ^"
    assert second.index("-") == line.index("...")


def test_mark_at_the_end_of_a_long_line() -> None:
    """Near the end of a long line its last part is shown, without a sign that it goes on."""
    line = shown(UNUSED.at(span(1, 499, 501, "p.yaml"), "m"), "x" * 500)[3]
    assert line.startswith("1 | ...x")
    assert line.endswith("x")


def test_line_behind_the_end_of_the_file() -> None:
    """A place behind the last line, or a file with a byte order mark and bytes that are no text, is shown."""
    assert shown(UNUSED.at(span(9, 1, 2, "p.yaml"), "m"), "a")[3] == "9 |"
    text = render_terminal([UNUSED.at(span(1, 1, 2, "p"), "m")], {"p": b"\xef\xbb\xbfa\xff"})
    assert text.splitlines()[3] == "1 | a\ufffd"


def test_colours_add_nothing_but_colour() -> None:
    """With the colour codes taken out, the coloured text is the plain one."""
    coloured = render_terminal([OVERLAP], SOURCES, colour=True)
    assert coloured != RENDERERS["text"]([OVERLAP], SOURCES)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == RENDERERS["text"]([OVERLAP], SOURCES)


def test_message_cannot_steer_a_terminal() -> None:
    """Escape signs from a file's own text are written out in every form for people."""
    found = UNUSED.at(span(1, 1, 2, "p\x1b[2J"), "name `\x1b[31m`", help="\x07")
    for name in ("text", "concise"):
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", RENDERERS[name]([found], {}))


def test_concise() -> None:
    """One line a finding: place, severity, code, message, other places, cure."""
    text = RENDERERS["concise"]([OVERLAP, UNUSED.at(None, "m")], {})
    assert text.splitlines() == [
        (
            f"{FILE}:88:16: error RNG304 overlapping-bands: {OVERLAP.message} (this band ends here: {FILE}:87:30);"
            f" {OVERLAP.help}"
        ),
        "warning RNG210 unused: m",
    ]


def test_json_has_the_promised_fields() -> None:
    """The document's name and every field that others rely on."""
    document = json.loads(RENDERERS["json"]([OVERLAP, UNUSED.at(None, "m")], {}))
    assert document["format"] == "rung.diagnostics/v1"
    assert (document["errors"], document["warnings"]) == (1, 1)
    assert document["diagnostics"][0] == {
        "code": "RNG304",
        "name": "overlapping-bands",
        "severity": "error",
        "message": "band from 100_000 USD starts inside the band before it",
        "file": FILE,
        "line": 88,
        "column": 16,
        "end_line": 88,
        "end_column": 27,
        "label": "starts below 150_000 USD",
        "help": "remove `up_to`; a band ends where the next begins",
        "related": [
            {"file": FILE, "line": 87, "column": 30, "end_line": 87, "end_column": 41, "label": "this band ends here"}
        ],
        "evidence": [],
    }
    assert document["diagnostics"][1]["file"] is None


def test_github_commands_are_escaped() -> None:
    """One command a line; what would end a property or a command is escaped, in the service's own way."""
    note = Code("RNG099", "more", "page", Severity.NOTE)
    found = [
        UNUSED.at(Span("a,b:c.yaml", 1, 2, 1, 5), "100 %", help="a\nb"),
        note.at(Span("p", 1, 2, 3, 5), "m"),
        OVERLAP,
        note.at(None, "m"),
    ]
    text = f"{OVERLAP.message}%0Ahelp: {OVERLAP.help}"
    assert RENDERERS["github"](found, {}).splitlines() == [
        "::warning file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=2,endColumn=5,title=RNG210 unused::100 %25%0Ahelp: a%0Ab",
        "::notice file=p,line=1,endLine=3,col=2,title=RNG099 more::m",
        f"::error file={FILE},line=88,endLine=88,col=16,endColumn=27,title=RNG304 overlapping-bands::{text}",
        "::notice title=RNG099 more::m",
    ]


def test_github_shows_ten_of_a_severity() -> None:
    """What a step would drop without a word is counted, and stands in the log as plain lines that start no command."""
    found = [BANDS.at(span(number, 1, 2, "::error::##[set-env].yaml"), f"m{number}") for number in range(1, 13)]
    found += [UNUSED.at(span(1, 1, 2), "w")]
    *commands, counted, eleventh, twelfth = RENDERERS["github"](found, {}).splitlines()
    assert [each.split("::")[1].split()[0] for each in commands] == ["error"] * 10 + ["warning"]
    assert counted == "2 more, which would not be shown beside their lines:"
    assert eleventh == "- ::error::# #[set-env].yaml:11:1: error RNG304 overlapping-bands: m11"
    assert not any("##[" in each or each.lstrip().startswith("::") for each in (counted, eleventh, twelfth))


def test_sarif_names_rules_and_places() -> None:
    """Each code once as a rule; each finding with level, text, place and places beside it."""
    found = [OVERLAP, OVERLAP, UNUSED.at(span(1, 1, 2, "a b.yaml"), "m"), UNUSED.at(None, "m")]
    document = json.loads(RENDERERS["sarif"](found, {}))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [(each["id"], each["name"]) for each in rules] == [("RNG210", "unused"), ("RNG304", "overlapping-bands")]
    assert [each["ruleIndex"] for each in run["results"]] == [1, 1, 0, 0]
    assert all(each["help"]["markdown"] and "\n" not in each["shortDescription"]["text"] for each in rules)
    first, _, third, last = run["results"]
    region = {"startLine": 88, "startColumn": 16, "endLine": 88, "endColumn": 27}
    place = {"artifactLocation": {"uri": FILE}, "region": region}
    assert first["level"] == "error"
    assert first["locations"] == [{"physicalLocation": place}]
    assert first["relatedLocations"][0]["message"] == {"text": "this band ends here"}
    assert third["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml"
    assert "locations" not in last


def test_check_offers_only_formats_that_exist() -> None:
    """Every format `rung check` names has its renderer."""
    assert {each.value for each in CheckFormat} <= set(RENDERERS)


SHOWN = Code("RNG352", "tier-skips-one", "page", Severity.WARNING).at(
    Span(FILE, 88, 3, 88, 7),
    "a partner can meet `gold` and not `silver` below it",
    help="repeat the line",
    evidence=[
        Evidence("proof", "line 2: `x`\nnothing meets it"),
        Evidence("example", "  gold:\n    partner: P1\u202e"),
    ],
)


def test_evidence_stands_below_the_help() -> None:
    """On a terminal a block for each proof and example, from which an example is pasted as it stands."""
    text = RENDERERS["text"]([SHOWN], {FILE: b""})
    assert (
        text.splitlines()[-7:]
        == [
            "   = help: repeat the line",
            "   = proof:",
            "       line 2: `x`",
            "       nothing meets it",
            "   = example:",
            "         gold:",
            "           partner: P1<U+202E>",
            "   = docs: rung explain RNG352",
        ][-7:]
    )


def test_evidence_is_in_json_and_sarif() -> None:
    """Programs find form and text; a finding without evidence has an empty list, or no property."""
    expected = [{"form": each.form, "text": each.text} for each in SHOWN.evidence]
    assert json.loads(RENDERERS["json"]([SHOWN], {}))["diagnostics"][0]["evidence"] == expected
    results = json.loads(RENDERERS["sarif"]([SHOWN, OVERLAP], {}))["runs"][0]["results"]
    assert [each.get("properties") for each in results] == [{"evidence": expected}, None]
