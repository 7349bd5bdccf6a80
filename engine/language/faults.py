"""Faults of the YAML parser, reported as the author's mistake and not as the parser's state.

The parser names a context (what it was reading), a problem and two places. The kind of mistake is read from the
author's line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yaml import Mark, MarkedYAMLError

from engine.language.codes import yaml as codes
from engine.language.diagnostic import Diagnostic, Related
from engine.language.lines import indentation, is_blank, line_span, shown
from engine.language.source import Scalar, Span
from engine.language.traps import block_indicator, space_after_colon

_FOUND = re.compile(r"(?:found|got) '(.*)'$", re.DOTALL)
_HUGE_ESCAPE = re.compile(r"\\U([0-9A-Fa-f]{8})")
_LAST_CHARACTER = 0x10FFFF  # of Unicode
_ENDS = ("<stream end>", "<document start>", "<document end>")
_NAME_AND_MORE = re.compile(r"([A-Za-z_][\w-]*)(?:\s+(?:=\s+)?|=)?(.*)")
_LAST_WORD = re.compile(r"(?:^|\S\s+)([a-z_][a-z0-9_]*)$")
_QUOTE_HELP = "put the whole value in double quotes"


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the parser stood: the file's lines, the last value read, and the bracket still open."""

    file: str
    lines: tuple[str, ...]
    last: Scalar | None = None
    bracket: Span | None = None

    def line(self, number: int) -> str:
        """A line by its number from 1; empty past the end."""
        return self.lines[number - 1] if number <= len(self.lines) else ""

    def to_line_end(self, number: int, column: int) -> Span:
        """From a column to the end of the line's text."""
        return line_span(self.file, number, column, len(self.line(number).rstrip()) + 1)

    def whole_line(self, number: int) -> Span:
        """What a line says, without its indentation."""
        line = self.line(number)
        return self.to_line_end(number, len(line) - len(line.lstrip()) + 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding that ended the reading, and the lines it is about."""

    diagnostic: Diagnostic
    first_line: int
    last_line: int


def explain_fault(error: MarkedYAMLError, reading: Reading) -> Fault:
    """The author's mistake behind a parser error."""
    context = (error.context or "").removeprefix("while ").removeprefix("scanning ").removeprefix("parsing ")
    problem = error.problem or "no reason given"
    at, start = error.problem_mark, error.context_mark
    assert at is not None, "the scanner and the parser always name the place"
    diagnostic = _of_scanner(context, problem, start, at, reading) or _of_parser(context, problem, start, at, reading)
    if diagnostic is None:
        help = "compare the line with its neighbours: a quote, bracket, colon or space may be missing"
        diagnostic = codes.NOT_YAML.at(_to_end(at, reading), f"cannot be read as YAML: {problem}", help=help)
    first = diagnostic.span.line if diagnostic.span else 1
    return Fault(diagnostic, min(first, at.line + 1), max(first, at.line + 1))


def explain_huge_escape(line: int, reading: Reading) -> Fault:
    r"""The finding for an escape such as `\UFFFFFFFF`, at or after `line`: no character has that number."""
    number, found = next(
        (number, found)
        for number, text in enumerate(reading.lines[line - 1 :], start=line)
        for found in _HUGE_ESCAPE.finditer(text)
        if int(found[1], 16) > _LAST_CHARACTER
    )
    span = line_span(reading.file, number, found.start() + 1, found.end() + 1)
    message = f"no character exists for the escape `{found.group()}`"
    return Fault(codes.BAD_ESCAPE.at(span, message, help="write the character itself"), number, number)


def tag_finding(reading: Reading, line: int, column: int) -> Diagnostic:
    """The finding for a value that starts with `!`, at or after a column."""
    found = re.compile(r"!\S*").search(reading.line(line), column - 1)
    start, text = (found.start() + 1, found.group()) if found else (column, "!")
    span = line_span(reading.file, line, start, start + len(text))
    if text.startswith("!!"):
        message = f"`{shown(text)}` is a YAML tag; programs cannot contain tags"
        return codes.TAG.at(span, message, help="delete the tag")
    word = text[1:]
    instead = f"`not {shown(word)}`" if word.isidentifier() else "`not`"
    help = f"write {instead} in a condition; put a text that starts with `!` in quotes"
    return codes.TAG.at(span, f"`{shown(text)}` starts with `!`, which YAML reads as a tag", help=help)


def anchor_finding(span: Span, text: str, related: list[Related]) -> Diagnostic:
    """The finding for `&name` or `*name`."""
    kind = "anchor" if text.startswith("&") else "alias"
    help = "give the value a name instead: a parameter, a segment, or a metric with `like:`"
    if kind == "alias":
        help += f"; put a text that starts with `*` in quotes, and write a product as `a {text[:1]} b`"
    return codes.ANCHOR.at(
        span, f"`{shown(text)}` is a YAML {kind}; programs cannot use it", help=help, related=related
    )


def _of_scanner(context: str, problem: str, start: Mark | None, at: Mark, reading: Reading) -> Diagnostic | None:
    """Mistakes found while words are read."""
    if start and context == "a block scalar":
        return _block_scalar(start, reading)
    if start and context.endswith("quoted scalar"):
        return _quoted(problem, start, at, reading)
    if start and context == "a simple key":
        return _no_colon(start, reading)
    if start and context in ("an anchor", "an alias"):
        text = reading.line(start.line + 1)[start.column : start.column + 1]
        return anchor_finding(_span(start, start, reading), text, [])
    if start and (context == "a tag" or problem.startswith("found undefined tag handle")):
        return tag_finding(reading, start.line + 1, start.column + 1)
    if context == "a directive":
        return _reserved(_to_end(start or at, reading), "%", reading)
    if problem.startswith("mapping values are not allowed"):
        return _second_colon(at, reading)
    if problem.startswith("sequence entries are not allowed"):
        help = "write each item on its own line, or the list in brackets"
        return codes.LIST_ON_KEY_LINE.at(_to_end(at, reading), "a list cannot start on the line of its key", help=help)
    if problem.startswith("mapping keys are not allowed") or "cannot start any token" in problem:
        return _reserved(_to_end(at, reading), reading.line(at.line + 1)[at.column : at.column + 1], reading)
    return None


def _of_parser(context: str, problem: str, start: Mark | None, at: Mark, reading: Reading) -> Diagnostic | None:
    """Mistakes found while words are combined."""
    match = _FOUND.search(problem)
    found = match[1] if match else ""
    if found in _ENDS and reading.bracket:
        return _unclosed_bracket(reading.bracket, reading)
    if context in ("a flow sequence", "a flow mapping") and start:
        return _in_brackets(found, start, at, reading)
    if problem.startswith("expected the node content") and (diagnostic := _no_content(found, at, reading)):
        return diagnostic
    if found in ("]", "}", ","):
        span = _span(at, at, reading)
        if found == ",":
            if not reading.line(at.line + 1)[at.column + 1 :].split("#")[0].strip():
                help = "delete the comma: the value on this line is complete"
                return codes.TEXT_AFTER_VALUE.at(span, "a comma follows the end of the value", help=help)
            return codes.TEXT_AFTER_VALUE.at(
                _to_end(at, reading), "text follows the end of the value", help=_QUOTE_HELP
            )
        help = "delete it, or add the opening bracket"
        return codes.STRAY_BRACKET.at(span, f"`{found}` closes nothing", help=help)
    if found == "<scalar>" and (diagnostic := _after_value(at, reading)):
        return diagnostic
    if found == ":":
        help = "write `key: value`"
        return codes.KEY_NOT_TEXT.at(_span(at, at, reading), "a key is missing before `:`", help=help)
    if problem.startswith(("expected <block end>", "expected '<document start>'")):
        return _indentation(context, found, start, at, reading)
    return None


def _block_scalar(start: Mark, reading: Reading) -> Diagnostic:
    before = reading.line(start.line + 1)[: start.column]
    if tag := re.search(r"(?:^|[\s\[{,])(![^\s!]*)\s*$", before):
        return tag_finding(reading, start.line + 1, tag.start(1) + 1)
    return block_indicator(_span(start, start, reading), reading.lines)


def _quoted(problem: str, start: Mark, at: Mark, reading: Reading) -> Diagnostic:
    if problem.startswith("found unexpected"):
        help = "close the quote; an apostrophe inside single quotes is written twice"
        return codes.UNCLOSED_QUOTE.at(_to_end(start, reading), "this quote is never closed", help=help)
    line = reading.line(at.line + 1)
    column = line.rfind("\\", 0, at.column + 1)
    text = line[column : column + 2]
    span = line_span(reading.file, at.line + 1, column + 1, column + 1 + len(text))
    help = "use single quotes, where a backslash has no special meaning, or write `\\\\`"
    what = "a whole escape" if problem.startswith("expected") else "an escape"
    return codes.BAD_ESCAPE.at(span, f"`{text}` is not {what}", help=help)


def _no_colon(start: Mark, reading: Reading) -> Diagnostic:
    number = start.line + 1
    span = reading.whole_line(number)
    text = reading.line(number).strip()
    if re.match(r"[A-Za-z_][\w-]*:\S", text):
        return space_after_colon(Scalar(text, span))
    return _without_colon(text, span)


def _without_colon(text: str, span: Span) -> Diagnostic:
    """A line among keys that has no colon, with the line it may be."""
    dash = "- " if text.startswith("- ") else ""
    found = _NAME_AND_MORE.fullmatch(text.removeprefix(dash))
    written = f"{found[1]}: {found[2]}" if found and found[2] else f"{text}:" if found else "key: value"
    help = f"write `{dash}{shown(written)}`; a list item starts with `- `"
    return codes.MISSING_COLON.at(span, f"`{shown(text)}` is among keys but has no colon", help=help)


def _second_colon(at: Mark, reading: Reading) -> Diagnostic:
    """A colon where none can be: inside an unquoted value, or on a line the line above has left no room for."""
    number = at.line + 1
    before = reading.line(number)[: at.column]
    if ": " in before:
        start = before.index(": ") + 2
        start += len(before[start:]) - len(before[start:].lstrip())
        value = before[start:].strip()
        message = f"the colon after `{shown(value)}` starts a second key on this line"
        key = _LAST_WORD.search(value)
        help = f"{_QUOTE_HELP}; if `{key[1]}` is a key, start it on its own line" if key else _QUOTE_HELP
        return codes.UNQUOTED_COLON.at(reading.to_line_end(number, start + 1), message, help=help)
    above = next((each for each in range(number - 1, 0, -1) if not is_blank(reading.line(each))), 0)
    if not above:
        return codes.INDENTATION.at(
            reading.whole_line(number), "a key cannot start here", help="start it on its own line"
        )
    if not re.search(r":(?:\s|$)", reading.line(above)):
        return _without_colon(reading.line(above).strip(), reading.whole_line(above))
    if outdented := _outdented(number, above, reading):
        return outdented
    related = [Related(reading.whole_line(above), "this key has its value on the same line")]
    help = "align it with the key above, or move that key's value away"
    message = "this line is indented as if it belonged to the line above, which has a value already"
    return codes.INDENTATION.at(reading.whole_line(number), message, help=help, related=related)


def _outdented(number: int, above: int, reading: Reading) -> Diagnostic | None:
    """The finding about the line above, if it is indented less than the lines on both sides of it."""
    depth = indentation(reading.line(number))
    before = next((each for each in range(above - 1, 0, -1) if not is_blank(reading.line(each))), 0)
    if not before or indentation(reading.line(before)) != depth:
        return None
    related = [Related(reading.whole_line(number), "the line below it is indented more, too")]
    message = "this line is indented less than the lines above and below it"
    help = f"indent it as they are, with {depth} spaces"
    return codes.INDENTATION.at(reading.whole_line(above), message, help=help, related=related)


def _in_brackets(found: str, start: Mark, at: Mark, reading: Reading) -> Diagnostic | None:
    """Mistakes between an opening bracket or brace and the place where it should close."""
    bracket = _span(start, start, reading)
    here = reading.line(at.line + 1)
    outside = at.line > start.line and indentation(here) <= indentation(reading.line(start.line + 1))
    if outside:
        return _unclosed_bracket(bracket, reading)
    if above := _line_without_comma(found, start, at, reading):
        end = len(re.sub(r"[ \t]+#.*$", "", reading.line(above)).rstrip()) + 1
        span = line_span(reading.file, above, end, end + 1)
        return codes.MISSING_COMMA.at(span, "a comma is missing at the end of this line", help="write `,` here")
    place = _span(at, at, reading)
    if found == "-":
        return _no_content(found, at, reading)
    if found in ("]", "}"):
        opener = reading.line(bracket.line)[bracket.column - 1 : bracket.column]
        related = [Related(bracket, "opened here")]
        wanted = "]" if opener == "[" else "}"
        help = f"close `{opener}` with `{wanted}`"
        return codes.STRAY_BRACKET.at(place, f"`{found}` cannot close `{opener}`", help=help, related=related)
    if found in ("[", "{") and not _ends_in_quote(here[: at.column]):
        form = "list" if found == "[" else "mapping"
        message = f"`{found}` inside brackets or braces starts a {form}, so the value before it ends here"
        help = "put the expression in double quotes, or on its own line"
        if found == "{":
            help = "an expression contains no braces: declare a table of values under `parameters`, and write its name"
        return codes.BRACKET_IN_VALUE.at(place, message, help=help)
    if found == "?":
        message = "an unquoted value inside brackets or braces cannot contain `?`"
        return codes.RESERVED_START.at(place, message, help=_QUOTE_HELP)
    if found == ":":
        return _colon_in_brackets(here[: at.column], place, reading)
    return _after_value(at, reading)


def _colon_in_brackets(before: str, place: Span, reading: Reading) -> Diagnostic:
    """A second colon between two commas: behind the next key, or inside a text."""
    value = before[max(before.rfind(sign) + len(sign) for sign in (": ", ",", "{", "[")) :]
    key = _LAST_WORD.search(value)
    if key is None:
        message = "this colon starts a second key inside the value"
        return codes.UNQUOTED_COLON.at(place, message, help=_QUOTE_HELP)
    start = len(before) - len(key[1])
    word = line_span(reading.file, place.line, start + 1, len(before) + 1)
    help = f"write `, {key[1]}:` if it is a key; put a text with a colon in double quotes"
    return codes.MISSING_COMMA.at(word, f"there is a colon after `{key[1]}` but no comma before it", help=help)


def _line_without_comma(found: str, start: Mark, at: Mark, reading: Reading) -> int:
    """The line before the place that should end in a comma, where the place starts a line; else 0."""
    before = reading.line(at.line + 1)[: at.column]
    starts = not before.strip() if found == "<scalar>" else found == ":" and not re.search(r"[,:{\[]", before)
    above = next((each for each in range(at.line, start.line, -1) if not is_blank(reading.line(each))), 0)
    return above if starts and above and not reading.line(above).rstrip().endswith(("[", "{", ",")) else 0


def _unclosed_bracket(bracket: Span, reading: Reading) -> Diagnostic:
    opener = reading.line(bracket.line)[bracket.column - 1 : bracket.column]
    wanted = "]" if opener == "[" else "}"
    message = f"`{opener}` is never closed"
    return codes.UNCLOSED_BRACKET.at(bracket, message, help=f"close it with `{wanted}` before the next key")


def _no_content(found: str, at: Mark, reading: Reading) -> Diagnostic | None:
    if found == "-":
        help = "write the items in brackets with commas only, or each on its own line"
        return codes.LIST_ON_KEY_LINE.at(_span(at, at, reading), "a list in brackets has no dashes", help=help)
    if found == "?":
        return _indentation("a block collection", found, None, at, reading)
    if found in (",", ":"):
        message = f"a value is missing before `{found}`"
        return codes.EMPTY_ITEM.at(_span(at, at, reading), message, help="write the value, or delete the character")
    return None


def _after_value(at: Mark, reading: Reading) -> Diagnostic | None:
    """Text behind a closing quote or bracket; or a quote that closed much later than meant."""
    before = reading.line(at.line + 1)[: at.column].rstrip()
    last = reading.last
    if last and last.quoted and last.span.line < last.span.end_line == at.line + 1 and _ends_in_quote(before):
        place = reading.to_line_end(last.span.line, last.span.column)
        related = [Related(line_span(reading.file, at.line + 1, len(before), len(before) + 1), "and ends only here")]
        message = f"the text that starts with this quote goes on to line {last.span.end_line}"
        return codes.UNCLOSED_QUOTE.at(place, message, help="close the quote on its own line", related=related)
    if before.endswith(("'", '"', "]", "}")):
        message = f"text follows the closing `{before[-1]}`, which ends the value"
        apostrophe = before.endswith("'") and len(before) == at.column
        help = "write an apostrophe inside single quotes twice: `''`" if apostrophe else _QUOTE_HELP
        return codes.TEXT_AFTER_VALUE.at(_to_end(at, reading), message, help=help)
    return None


def _indentation(context: str, found: str, start: Mark | None, at: Mark, reading: Reading) -> Diagnostic:
    span = reading.whole_line(at.line + 1)
    if any(line.startswith("...") for line in reading.lines[: at.line]):
        help = "move the rest into a separate file"
        return codes.SEVERAL_DOCUMENTS.at(span, "the file continues after `...`, which ends a YAML document", help=help)
    if found == "-":
        message, help = "a list item is among keys", "give the list a key, or indent it below its key"
    elif context == "a block collection" and found == "?":
        message, help = "a key is among list items", "start it with `- `, or align it with the list's key"
    else:
        message, help = "the indentation of this line matches no line above", "align it with the keys it belongs to"
    related = [Related(reading.whole_line(start.line + 1), "the lines it could belong to start here")] if start else []
    return codes.INDENTATION.at(span, message, help=help, related=related)


def _reserved(span: Span, character: str, reading: Reading) -> Diagnostic:
    text = reading.line(span.line)[span.column - 1 :]
    if character == "%" and (number := re.match(r"%([0-9][0-9_.]*)", text)):
        return codes.RESERVED_START.at(span, "a percentage has its `%` after the number", help=f"write `{number[1]}%`")
    name = "a backtick" if character == "`" else f"`{character}`"
    message = f"an unquoted value cannot start with {name}"
    return codes.RESERVED_START.at(span, message, help=_QUOTE_HELP)


def _ends_in_quote(text: str) -> bool:
    return text.rstrip().endswith(("'", '"'))


def _span(start: Mark, end: Mark, reading: Reading) -> Span:
    """One character at a mark."""
    return line_span(reading.file, start.line + 1, start.column + 1, end.column + 2)


def _to_end(mark: Mark, reading: Reading) -> Span:
    return reading.to_line_end(mark.line + 1, mark.column + 1)
