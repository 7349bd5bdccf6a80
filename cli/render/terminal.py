"""Findings as people read them: the author's own lines, with marks under the words that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cli.render.visible import visible, width
from engine.language.diagnostic import Diagnostic, Severity
from engine.language.lines import split_lines, without_password
from engine.language.source import Span

MAX_WIDTH = 160  # columns shown of one line; a longer one is cut around its first mark
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_SECOND = "34"

Painter = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Words to underline: `first` marks are for the finding itself, others for related places."""

    span: Span
    label: str
    first: bool


def render_terminal(diagnostics: Iterable[Diagnostic], sources: Mapping[str, bytes], *, colour: bool = False) -> str:
    """Each finding with its lines, marks, help and page, an empty line between two findings.

    `sources` holds the bytes of the files by name; a finding in a file that is not there, or
    without a place, is shown without lines.
    """
    lines = {name: split_lines(_text(data)) for name, data in sources.items()}
    return "\n".join("".join(f"{line}\n" for line in _block(each, lines, colour)) for each in diagnostics)


def _text(data: bytes) -> str:
    return without_password(data.decode("utf-8", errors="replace").removeprefix("\ufeff"))


def _block(diagnostic: Diagnostic, files: Mapping[str, tuple[str, ...]], colour: bool) -> Iterator[str]:
    paint = _painter(colour)
    code = _COLOURS[diagnostic.severity]
    head = f"{diagnostic.severity} {diagnostic.code} {diagnostic.name}"
    yield f"{paint(head, f'1;{code}')}: {paint(visible(diagnostic.message), '1')}"
    marks = _marks(diagnostic)
    gutter = len(str(max((mark.span.line for mark in marks), default=0)))
    bar = paint(" " * gutter + " |", _SECOND)
    previous = ""
    for file in dict.fromkeys(mark.span.file for mark in marks):
        own = [mark for mark in marks if mark.span.file == file]
        place = next((mark.span for mark in own if mark.first), own[0].span)
        arrow = "-->" if not previous else ":::"
        yield f"{' ' * gutter}{paint(arrow, _SECOND)} {visible(file)}:{place.line}:{place.column}"
        if file in files:
            yield bar
            yield from _excerpt(own, files[file], gutter, code, colour)
            yield bar
        previous = file
    indent = " " * (gutter + 1) if marks else ""
    if diagnostic.help:
        yield f"{indent}{paint('=', _SECOND)} help: {visible(diagnostic.help)}"
    for evidence in diagnostic.evidence:
        yield f"{indent}{paint('=', _SECOND)} {evidence.form}:"
        yield from (f"{indent}    {visible(line)}".rstrip() for line in evidence.text.splitlines())
    yield f"{indent}{paint('=', _SECOND)} docs: rung explain {diagnostic.code}"


def _marks(diagnostic: Diagnostic) -> list[_Mark]:
    """The finding's own place, then the places beside it."""
    if diagnostic.span is None:
        return []
    own = _Mark(diagnostic.span, diagnostic.label, True)
    return [own, *(_Mark(each.span, each.label, False) for each in diagnostic.related)]


def _excerpt(marks: list[_Mark], lines: tuple[str, ...], gutter: int, code: str, colour: bool) -> Iterator[str]:
    """The lines that have marks, in order, with the marks below each and `...` where lines are left out."""
    paint = _painter(colour)
    numbers = sorted({mark.span.line for mark in marks})
    gaps = {after for before, after in pairwise(numbers) if after > before + 1}
    for number in numbers:
        if number in gaps:
            yield paint("...", _SECOND)
        own = sorted((mark for mark in marks if mark.span.line == number), key=lambda mark: mark.span.column)
        line = lines[number - 1] if number <= len(lines) else ""
        start, end = _window(line, own[0].span.column - 1)
        shown = ("..." if start else "") + visible(line[start:end]) + ("..." if end < len(line) else "")
        yield f"{paint(f'{number:>{gutter}} |', _SECOND)} {shown}".rstrip()
        for mark in own:
            yield f"{paint(' ' * gutter + ' |', _SECOND)} {_underline(mark, line, start, end, code, colour)}"


def _window(line: str, first: int) -> tuple[int, int]:
    """Which characters of a line to show: all, or those around the first mark."""
    if len(line) <= MAX_WIDTH:
        return 0, len(line)
    start = max(0, min(first - MAX_WIDTH // 4, len(line) - MAX_WIDTH))
    return start, min(len(line), start + MAX_WIDTH)


def _underline(mark: _Mark, line: str, start: int, end: int, code: str, colour: bool) -> str:
    """Signs under the marked words, as wide as the words, then the label."""
    first = min(max(mark.span.column - 1, start), end)
    last = mark.span.end_column - 1 if mark.span.end_line == mark.span.line else len(line)
    before = width(visible(line[start:first])) + (3 if start else 0)
    signs = max(1, width(visible(line[first : min(last, end)])))
    text = ("^" if mark.first else "-") * signs + (f" {visible(mark.label)}" if mark.label else "")
    return " " * before + _painter(colour)(text, code if mark.first else _SECOND)


def _painter(colour: bool) -> Painter:
    return _painted if colour else _bare


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


def _bare(text: str, code: str) -> str:
    return text
