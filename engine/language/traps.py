"""What YAML reads without complaint and the author did not mean: a walk over the finished tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import pairwise, takewhile
from typing import TypeGuard

from engine.language.characters import refused_in_value
from engine.language.codes import yaml as codes
from engine.language.diagnostic import Diagnostic, Related
from engine.language.lines import is_blank, line_span, shown
from engine.language.numerals import in_our_writing, unit_behind
from engine.language.plain import check_key, check_plain
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence, Span

_COMMENT = re.compile(r"[ \t]+#(.*)")
_OPEN_QUOTE = re.compile(r"(?:^|[\s(,\[])'[^']*$")
_ENDS_IN_DIGITS = re.compile(r"(?:^|[^0-9_])[0-9]{1,3}$")
_GROUP_OF_THREE = re.compile(r"[0-9]{3}(?:$|[^0-9])")
_AT_END = re.compile(r"(?:^|[^0-9A-Za-z_.])([0-9][0-9._]*)$")
_DECIMALS = re.compile(r"([0-9]+)([ \t]*(?:%|[A-Z]{3}\b|[$€£¥])|)(?![0-9A-Za-z_.])")
_PROSE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
MAX_RELATED = 6  # words reported together
_LOOK_AHEAD = 20  # values; an expression cut into more pieces is reported by its own parser
_GLUED_DASH = re.compile(r"-[A-Za-z_'\"]")
_VALUE_BEHIND_KEY = re.compile(r"([a-z_][a-z0-9_]*)\s+([0-9$€£¥'\[].*|true|false)")
_BLOCK_HEADER = re.compile(r"[|>][-+]?[0-9]")


def check_traps(tree: Node, lines: tuple[str, ...], key: str = "") -> Iterator[Diagnostic]:
    """Findings about the values and keys of a tree; `lines` is the text it was read from, `key` the key of the tree."""
    if isinstance(tree, Scalar):
        yield from _check_value(tree, lines, key)
    elif isinstance(tree, Sequence):
        yield from _check_items(tree, lines)
    else:
        yield from _check_entries(tree, lines)


def _check_value(scalar: Scalar, lines: tuple[str, ...], key: str) -> Iterator[Diagnostic]:
    if scalar.quoted:
        if found := refused_in_value(scalar.text, scalar.span):
            yield found
        elif _BLOCK_HEADER.match(_rest(lines, scalar.span.line, scalar.span.column)):
            yield block_indicator(scalar.span, lines)
    elif found := _glued_dash(scalar, lines):
        yield found
    elif scalar.span.line != scalar.span.end_line:
        yield _over_lines(scalar, lines)
    elif found := _cut_by_hash(scalar, lines) or check_plain(scalar, key) or _comma_at_the_end(scalar):
        yield found


def _glued_dash(scalar: Scalar, lines: tuple[str, ...]) -> Diagnostic | None:
    """A line such as `-growth >= 10%`, which is not an item of a list."""
    start = scalar.span
    line = lines[start.line - 1]
    if not _GLUED_DASH.match(scalar.text) or line[: start.column - 1].strip():
        return None
    text = line[start.column - 1 :].rstrip()
    span = line_span(start.file, start.line, start.column, start.column + len(text))
    help = f"write `{shown(f'- {text[1:]}')}`; write a value that starts with a minus after its key"
    return codes.GLUED_DASH.at(span, "a space is missing after the dash", help=help)


def _comma_at_the_end(scalar: Scalar) -> Diagnostic | None:
    """A bare value of a line by itself that ends in a comma; in brackets a comma is not part of a value."""
    if not scalar.text.endswith(","):
        return None
    at = len(scalar.text) - 1
    help = "delete the comma; lines of a program end without one"
    return codes.COMMA_AT_END.at(scalar.span.inside(at, at + 1), "nothing follows this comma", help=help)


def block_indicator(span: Span, lines: tuple[str, ...]) -> Diagnostic:
    """A finding about a value that starts with `>` or `|` and is not a text over several lines."""
    line = lines[span.line - 1]
    text = line[span.column - 1 :].rstrip()
    place = line_span(span.file, span.line, span.column, span.column + len(text))
    message = f"`{shown(text)}` is not a comparison: in YAML, `{text[:1]}` starts a text of several lines"
    found = re.fullmatch(r"(>=?)\s*([0-9].*)", text)
    whole = f"{found[1]} {found[2]}" if found else ">= 4.5"
    help = f"write only the number, or the whole comparison as a line such as `- revenue {shown(whole)}`"
    return codes.BLOCK_INDICATOR.at(place, message, help=help)


def _over_lines(scalar: Scalar, lines: tuple[str, ...]) -> Diagnostic:
    start = scalar.span
    number = next(each for each in range(start.line + 1, start.end_line + 1) if not is_blank(lines[each - 1]))
    line = lines[number - 1]
    end = start.end_column if number == start.end_line else len(line.rstrip()) + 1
    span = line_span(start.file, number, len(line) - len(line.lstrip()) + 1, end)
    first = line_span(start.file, start.line, start.column, len(lines[start.line - 1].rstrip()) + 1)
    help = "start it with `- ` if it is a list item; write an expression on one line; put a long text after `>`"
    word = lines[start.line - 1][start.column - 1 :].strip()
    if _NAME.fullmatch(word):
        help = f"write `{word}:` above if that is a key; {help}"
    related = [Related(first, "the value starts here")]
    return codes.VALUE_OVER_LINES.at(span, "this line continues the value above it", help=help, related=related)


def _cut_by_hash(scalar: Scalar, lines: tuple[str, ...]) -> Diagnostic | None:
    """A comment that is glued to its `#`, or that holds the end of a text in quotes."""
    found = _COMMENT.match(_rest(lines, scalar.span.end_line, scalar.span.end_column))
    if not found:
        return None
    glued = found[1][:1].isalnum() or found[1][:1] in ("'", '"', "_")
    cut = _OPEN_QUOTE.search(scalar.text) and "'" in found[1]
    if not (glued or cut):
        return None
    start = scalar.span.end_column + found.group().index("#")
    span = line_span(
        scalar.span.file, scalar.span.end_line, start, scalar.span.end_column + len(found.group().rstrip())
    )
    message = "the value ends before `#`, which starts a comment"
    help = "put the whole value in double quotes; if this is a comment, leave a space after `#`"
    return codes.CUT_BY_HASH.at(span, message, help=help)


def _check_items(sequence: Sequence, lines: tuple[str, ...]) -> Iterator[Diagnostic]:
    explained: set[Node] = set()
    if _in_flow(sequence, lines):
        yield from _check_commas([(item, True) for item in sequence], explained)
    for item in sequence:
        if not (isinstance(item, Scalar) and item in explained):
            yield from check_traps(item, lines)


def _check_entries(mapping: Mapping, lines: tuple[str, ...]) -> Iterator[Diagnostic]:
    explained: set[Node] = set()
    words: list[Scalar] = []
    alone = {each.key for each in mapping if _has_no_colon(each, lines)} if _in_flow(mapping, lines) else set()
    if alone:
        yield from _check_commas([_part(each, alone) for each in mapping], explained)
    for entry in mapping:
        if explained and entry.key in explained:  # a set hashes even where it is empty
            continue
        if alone and entry.key in alone:
            words.append(entry.key)
        else:
            yield from _check_key(entry.key, lines)
            if not (isinstance(entry.value, Scalar) and entry.value in explained):
                yield from check_traps(entry.value, lines, entry.key.text)

    if words:
        yield _without_colon(words, _cut_text(mapping, words, alone), lines)


def _part(entry: Entry, alone: Set[Node]) -> tuple[Node, bool]:
    """The text between two commas in braces, and whether it may continue the text before."""
    return (entry.key, True) if entry.key in alone else (entry.value, False)


def _check_commas(parts: list[tuple[Node, bool]], explained: set[Node]) -> Iterator[Diagnostic]:
    """Findings about values that a comma has cut; adds all halves to `explained`."""
    for at, (part, continues) in enumerate(parts):
        if not _is_plain(part) or part in explained:
            continue
        following = _following(parts[at + 1 : at + 1 + _LOOK_AHEAD])
        if rest := _groups_of_three(part, following):
            yield _thousands_comma([part, *rest])
        elif found := _decimal_comma(part, following, in_list=continues):
            rest = following[:1]
            yield found
        elif rest := _up_to_the_close(part, following):
            yield _split_expression([part, *rest])
        else:
            continue
        explained.update([part, *rest])


def _following(parts: list[tuple[Node, bool]]) -> list[Scalar]:
    """The bare values that may continue the text before them."""
    return [node for node, _ in takewhile(lambda part: part[1] and _is_plain(part[0]), parts) if _is_plain(node)]


def _groups_of_three(first: Scalar, following: list[Scalar]) -> list[Scalar]:
    """The values that continue a number written with thousands commas, without spaces."""
    groups: list[Scalar] = []
    if not _ENDS_IN_DIGITS.search(first.text):
        return groups
    for before, after in pairwise([first, *following]):
        if not (_glued(before, after) and _GROUP_OF_THREE.match(after.text)):
            break
        groups.append(after)
    return groups


def _decimal_comma(first: Scalar, following: list[Scalar], in_list: bool) -> Diagnostic | None:
    """The finding for a number with a decimal comma, which has cut its value in two; `[2,5]` is a list of numbers."""
    whole = _AT_END.search(first.text)
    decimals = _DECIMALS.match(following[0].text) if following else None
    if whole is None or decimals is None or not _glued(first, following[0]):
        return None
    written = f"{whole[1]},{decimals[1]}"
    ours, unit = in_our_writing(written), decimals[2]
    if ours is None or (in_list and whole[1] == first.text and not unit):
        return None
    behind = unit_behind(unit)
    end = first.span.end_column
    span = line_span(first.span.file, first.span.end_line, end - len(whole[1]), end + 1 + len(decimals.group()))
    message = f"the comma splits `{shown(written + unit)}` into two values"
    help = f"write `{shown(ours + behind)}`; write decimals after a point"
    return codes.DECIMAL_COMMA.at(span, message, help=help)


def _glued(before: Scalar, after: Scalar) -> bool:
    """Whether only a comma is between two values."""
    return before.span.end_line == after.span.line and before.span.end_column + 1 == after.span.column


def _up_to_the_close(first: Scalar, following: list[Scalar]) -> list[Scalar]:
    """The values up to the one that closes a parenthesis or quote opened in `first`."""
    depth = first.text.count("(") - first.text.count(")")
    quote = _OPEN_QUOTE.search(first.text)
    if not quote and depth < 1:
        return []
    for number, each in enumerate(following, start=1):
        depth += each.text.count("(") - each.text.count(")")
        closed = "'" in each.text if quote else depth == 0 and ")" in each.text
        if closed:
            return following[:number]
    return []


def _thousands_comma(parts: list[Scalar]) -> Diagnostic:
    first, last = parts[0].span, parts[-1].span
    span = line_span(first.file, first.line, first.column, last.end_column)
    texts = [each.text for each in parts]
    message = f"the comma splits `{shown(','.join(texts))}` into {len(parts)} values"
    help = f"write `{shown('_'.join(texts))}`; for a list of values, leave a space after each comma"
    return codes.THOUSANDS_COMMA.at(span, message, help=help)


def _split_expression(parts: list[Scalar]) -> Diagnostic:
    message = f"the comma splits one expression into {len(parts)} values"
    related = [Related(each.span, "and goes on here") for each in parts[1:]]
    help = "put the expression on its own line, or in double quotes"
    return codes.SPLIT_EXPRESSION.at(
        parts[0].span, message, label="the expression starts here", help=help, related=related
    )


def _check_key(key: Scalar, lines: tuple[str, ...]) -> Iterator[Diagnostic]:
    over_lines = not key.quoted and key.span.line != key.span.end_line
    found = refused_in_value(key.text, key.span) if key.quoted else None if over_lines else check_key(key)
    if over_lines:
        yield _over_lines(key, lines)
    elif found:
        yield found


def _cut_text(mapping: Mapping, words: list[Scalar], alone: Set[Node]) -> list[Scalar]:
    """The bare value before the first of these words, and the words that a comma may have cut off it."""
    entries = mapping.entries
    at = next(number for number, entry in enumerate(entries) if entry.key is words[0])
    if at == 0 or entries[at - 1].key in alone or not _is_plain(entries[at - 1].value):
        return []
    cut = [entry.key for entry in takewhile(lambda entry: entry.key in alone, entries[at:])]
    return [before for before in (entries[at - 1].value,) if isinstance(before, Scalar)] + cut


def _without_colon(words: list[Scalar], cut: list[Scalar], lines: tuple[str, ...]) -> Diagnostic:
    """Words in braces that have no `:` after them; `cut` is the text they may have been a part of."""
    key = words[0]
    if ":" in key.text and not key.quoted:
        return space_after_colon(key)
    if pair := _VALUE_BEHIND_KEY.fullmatch(key.text):
        help = f"write `{shown(f'{pair[1]}: {pair[2]}')}`"
        return codes.MISSING_COLON.at(key.span, f"`{shown(key.text)}` has no colon", help=help)
    help = f"write `{shown(key.text)}: value`, or use brackets for a list"
    message = f"`{shown(key.text)}` is in braces but has no value"
    named = _NAME.fullmatch(key.text) is not None
    if cut and not (named and _PROSE.fullmatch(cut[0].text) is None):
        message += f"; the comma ends the text `{shown(cut[0].text)}`"
        quoted = f"put the whole text in quotes: `{_quoted(cut, lines)}`"
        help = f"{quoted}; or {help}" if named else quoted
    related = [Related(each.span, "and so does this") for each in words[1:MAX_RELATED]]
    return codes.MISSING_COLON.at(key.span, message, help=help, related=related)


def _quoted(parts: list[Scalar], lines: tuple[str, ...]) -> str:
    """The text that commas have cut into these parts, in quotes, as written in the file."""
    first, last = parts[0].span, parts[-1].span
    line = lines[first.line - 1]
    same = first.line == last.end_line
    text = line[first.column - 1 : last.end_column - 1] if same else ", ".join(each.text for each in parts)
    return f'"{text}"' if '"' not in text and "\\" not in text else "'" + text.replace("'", "''") + "'"


def space_after_colon(text: Scalar) -> Diagnostic:
    """A finding about `key:value` without a space."""
    key, _, value = text.text.partition(":")
    help = f"write `{shown(key)}: {shown(value)}`"
    return codes.SPACE_AFTER_COLON.at(text.span, "a space is missing after the colon", help=help)


def _has_no_colon(entry: Entry, lines: tuple[str, ...]) -> bool:
    end = entry.key.span
    return not _rest(lines, end.end_line, end.end_column).lstrip().startswith(":")


def _in_flow(node: Sequence | Mapping, lines: tuple[str, ...]) -> bool:
    return _rest(lines, node.span.line, node.span.column)[:1] in ("[", "{")


def _is_plain(node: Node) -> TypeGuard[Scalar]:
    return isinstance(node, Scalar) and not node.quoted


def _rest(lines: tuple[str, ...], line: int, column: int) -> str:
    return lines[line - 1][column - 1 :]
