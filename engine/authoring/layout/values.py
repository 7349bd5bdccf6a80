"""How one value or key is written: quotes only where they are needed, digits in groups.

What a bare text means to other readers of YAML counts too: `"2026"` keeps its quotes, since elsewhere it is a number.
"""

from __future__ import annotations

import re

from engine.language.lines import line_span
from engine.language.plain import check_key, check_plain
from engine.language.source import Scalar
from engine.language.tokens import Token, TokenKind, tokenize

WIDTH = 120  # columns of a line
STEP = 2  # columns of one level

_GROUPED_FROM = {TokenKind.MONEY: 4, TokenKind.NUMBER: 5}  # digits before the point: `1_000 USD`, but `2026`
_KEY = re.compile(r"[^\W\d]\w*(?:[ -]\w+)*")
_STARTS_BARE = re.compile(r"[\w(]")
_NOT_BARE = re.compile(r"[^\w ()<>=+*/%.;!&$€£,'\[\]-]|[ ,]$")
_NOT_BARE_IN_FLOW = re.compile(r"[,'\[\]]")
_OTHER_TYPE = re.compile(r"[-+._0-9][-+.:_0-9a-fA-FxXoO]*(?:[Tt ][0-9].*)?|[yYnN~]|[tT]rue|[fF]alse|[nN]ull")
_ESCAPED = re.compile(r"[^\S ]|[\x00-\x1f\x7f\u180e]")
_ESCAPES = {"\n": "\\n", "\t": "\\t"}


def written_key(key: Scalar) -> str:
    """A key as text before its colon."""
    if not key.quoted:
        return key.text
    bare = Scalar(key.text, line_span("", 1, 1, 2))
    if _KEY.fullmatch(key.text) and not _OTHER_TYPE.fullmatch(key.text) and check_key(bare) is None:
        return key.text
    return quoted(key.text)


def written_value(scalar: Scalar, in_flow: bool, calculates: bool) -> str:
    """A value on one line; `calculates` says that it is an expression."""
    text = grouped(scalar.text) if calculates else scalar.text
    return text if not scalar.quoted or is_bare(text, in_flow) else quoted(text)


def is_bare(text: str, in_flow: bool) -> bool:
    """Whether a text means the same without quotes, to us and to other readers of YAML.

    >>> [is_bare(each, in_flow=False) for each in ("Net revenue, trailing", "2026", "no", "a: b")]
    [True, False, False, False]
    """
    return (
        _STARTS_BARE.match(text) is not None
        and _NOT_BARE.search(text) is None
        and (not in_flow or _NOT_BARE_IN_FLOW.search(text) is None)
        and text.count("'") % 2 == 0  # an open quote before a comment looks like a value that was cut
        and _OTHER_TYPE.fullmatch(text) is None
        and check_plain(Scalar(text, line_span("", 1, 1, 1 + len(text))), "") is None
    )


def quoted(text: str) -> str:
    r"""A text in double quotes, or in single ones where that spares escapes.

    >>> print(quoted("2026"), quoted('say "go"'), quoted("a\nb"))
    "2026" 'say "go"' "a\nb"
    """
    if _ESCAPED.search(text) is None and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_ESCAPED.sub(lambda found: _escape(found.group()), plain)}"'


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{ord(character):04x}"


def folded(text: str, width: int) -> list[str]:
    """A text in quotes on several lines of a width, cut at single spaces, which the reader puts back."""
    words = re.split(r"(?<=[^ ]) (?=[^ ])", quoted(text))
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


def grouped(text: str) -> str:
    """An expression with the digits of its amounts and large numbers in groups.

    >>> grouped("revenue >= 1000000 USD and name is '2500000 USD'")
    "revenue >= 1_000_000 USD and name is '2500000 USD'"
    """
    tokens, fault = tokenize(text)
    if fault is not None:
        return text
    parts, end = [], 0
    for token in tokens:
        if token.kind in _GROUPED_FROM:
            parts += [text[end : token.start], _in_groups(token)]
            end = token.end
    return "".join(parts) + text[end:]


def _in_groups(token: Token) -> str:
    digits = re.match(r"[0-9_]+", token.text)
    whole = digits.group() if digits else ""
    plain = whole.replace("_", "")
    if "_" not in whole and len(plain) < _GROUPED_FROM[token.kind]:
        return token.text
    first = len(plain) % 3
    groups = [plain[:first]] * bool(first) + [plain[at : at + 3] for at in range(first, len(plain), 3)]
    return "_".join(groups) + token.text[len(whole) :]
