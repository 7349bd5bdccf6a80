"""What an author probably meant, where tokens make no expression: one fault with its cure.

Each function recognises one mistake and returns None for others; the first result is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile
from typing import Final

from engine.language.codes import expression as codes
from engine.language.currency import currencies
from engine.language.diagnostic import Code
from engine.language.grammar import Refusal
from engine.language.tokens import Fault, Token, TokenKind, shortened

LITERALS: Final = frozenset(
    (
        TokenKind.NUMBER,
        TokenKind.PERCENT,
        TokenKind.MONEY,
        TokenKind.DURATION,
        TokenKind.DAY,
        TokenKind.TEXT,
        TokenKind.TRUE,
        TokenKind.FALSE,
    )
)
STARTS: Final = LITERALS | {TokenKind.NAME, TokenKind.LPAR}  # of a value
ENDS: Final = LITERALS | {TokenKind.NAME, TokenKind.RPAR, TokenKind.RSQB, TokenKind.MISSING}
COMPARISONS: Final = frozenset((TokenKind.COMPARE, TokenKind.IS, TokenKind.IN, TokenKind.BETWEEN))
PAIRS: Final = {TokenKind.RPAR: TokenKind.LPAR, TokenKind.RSQB: TokenKind.LSQB}
OPEN: Final = frozenset(PAIRS.values())

_SPLIT_BY_COMMA: Final = (
    "; if it stands in a YAML list in brackets, where a comma ends the item, put it on its own line or in double quotes"
)


@dataclass(frozen=True, slots=True)
class Place:
    """The token that does not fit (None at the end), those before it, and the brackets open there."""

    tokens: tuple[Token, ...]
    index: int
    refusal: Refusal
    open: tuple[Token, ...]
    in_list: bool  # whether the scalar may be an item that a comma cut off

    @property
    def found(self) -> Token | None:
        """The token that does not fit."""
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def before(self, steps: int = 1) -> Token | None:
        """The token `steps` before it."""
        return self.tokens[self.index - steps] if self.index >= steps else None

    def fault(self, message: str, help: str, code: Code = codes.SYNTAX) -> Fault:
        """A fault at the token, or at the last one when the text ends too early."""
        at = self.found or self.tokens[-1]
        return Fault(code, message, help, at.start, at.end)


def refusal_fault(tokens: tuple[Token, ...], refusal: Refusal, in_list: bool) -> Fault:
    """The fault of the token at which the grammar gave up. There is at least one token.

    `in_list` says that the text may be an item of a YAML list that a comma cut in two.
    """
    place = Place(tokens, refusal.index, refusal, _open_brackets(tokens[: refusal.index]), in_list)
    for reading in _READINGS:
        fault = reading(place)
        if fault:
            return fault
    return _anything_else(place)


def _open_brackets(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    stack: list[Token] = []
    for token in tokens:
        if token.kind in OPEN:
            stack.append(token)
        elif token.kind in PAIRS:
            stack.pop()  # the grammar accepted it, so it closes something
    return tuple(stack)


def _empty_brackets(place: Place) -> Fault | None:
    found, before = place.found, place.before()
    if found is None or before is None or PAIRS.get(found.kind) != before.kind:
        return None
    what = "the list" if found.kind is TokenKind.RSQB else "the bracket"
    return place.fault(f"{what} is empty", "write at least one value")


def _after_comma(place: Place) -> Fault | None:
    found, before = place.found, place.before()
    if found is None or before is None or found.kind not in PAIRS or before.kind is not TokenKind.COMMA:
        return None
    return place.fault("there is nothing after the comma", "remove the comma, or write one more value")


def _brackets(place: Place) -> Fault | None:
    found, split = place.found, _SPLIT_BY_COMMA if place.in_list else ""
    if found is None and place.open:
        last = place.open[-1]
        closing = ")" if last.kind is TokenKind.LPAR else "]"
        help = f"add `{closing}`{split}"
        return Fault(codes.BRACKETS, f"`{last.text}` is not closed", help, last.start, last.end)
    if found is None or found.kind not in PAIRS:
        return None
    if not place.open:
        help = f"remove it, or open the bracket before{split}"
        return place.fault(f"`{found.text}` closes a bracket that is not open", help, codes.BRACKETS)
    last = place.open[-1]
    if last.kind is PAIRS[found.kind]:
        return None
    return place.fault(f"`{found.text}` does not close `{last.text}`", "use the same kind of bracket", codes.BRACKETS)


def _chained(place: Place) -> Fault | None:
    found = place.found
    # Where `or` is possible, a comparison is complete; inside `between` only `and` is possible.
    if found is None or found.kind not in COMPARISONS or TokenKind.OR not in place.refusal.accepts:
        return None
    return place.fault(
        "a comparison cannot be compared again",
        "use `x between 1 and 5`, or join two comparisons with `and`",
        codes.CHAINED,
    )


def _list(place: Place) -> Fault | None:
    found, before = place.found, place.before()
    if before is not None and before.kind is TokenKind.IN:
        return place.fault("`in` needs a list", "write the values in square brackets: `in [emea, na]`")
    if found is None or found.kind is not TokenKind.LSQB:
        return None
    if before is not None and before.kind in (TokenKind.IS, TokenKind.NOT):
        return place.fault("a list is not a value", "write `in [emea, na]` or `not in [emea, na]`")
    return place.fault("a list is allowed only after `in`", "write `region in [emea, na]`")


def _inside_list(place: Place) -> Fault | None:
    if not place.open or place.open[-1].kind is not TokenKind.LSQB:
        return None
    help = "separate plain values with commas: `in [emea, na]`; put a text in single quotes"
    return place.fault(f"a list contains plain values, found {_shown(place.found)}", help)


def _is_with_operator(place: Place) -> Fault | None:
    found, words = place.found, [token.kind for token in place.tokens[max(place.index - 2, 0) : place.index]]
    if found is None or found.kind not in COMPARISONS:
        return None
    negated = words[-1:] == [TokenKind.NOT]
    if not negated and words[-1:] != [TokenKind.IS]:
        return None
    if found.kind is TokenKind.BETWEEN:
        cure = "write `not x between 1 and 5`" if negated else "write `x between 1 and 5`"
    elif found.kind is TokenKind.IN:
        cure = "write `x not in [..]`" if negated else "write `x in [..]`"
    else:
        cure = f"write `{'not ' if negated else ''}x {found.text} 5`"
    return place.fault(f"`{found.text}` does not follow `{'not' if negated else 'is'}`", cure)


def _between(place: Place) -> Fault | None:
    words = [token.kind for token in place.tokens[: place.index]]
    if TokenKind.BETWEEN not in words or TokenKind.AND not in place.refusal.accepts:
        return None
    if TokenKind.OR in place.refusal.accepts:
        return None
    return place.fault(f"`between` needs two values, found {_shown(place.found)}", "write `x between 1 and 5`")


_WORDS: Final = {
    "equals": "write `is`",
    "equal": "write `is`",
    "eq": "write `is`",
    "contains": "compare whole values: `is 'EdgeGuard 9'`, or `in [..]`",
    "like": "compare whole values: `is 'EdgeGuard 9'`, or `in [..]`",
    "greater": "write `>` or `>=`",
    "more": "write `>` or `>=`",
    "above": "write `>` or `>=`",
    "less": "write `<` or `<=`",
    "below": "write `<` or `<=`",
    "over": "write `>` or `>=`",
    "exceeds": "write `>`",
    "under": "write `<` or `<=`",
    "at": "write `>=` for at least, `<=` for at most",
    "isnt": "write `is not`",
    "mod": "there is no remainder",
    "percent": "write `5%`",
    "if": "a value that depends on a condition is two metrics, or a parameter `by` a segment",
    "for": "there are no loops: count rows with a metric",
    "week": "count days, months or years: `14 days`",
    "weeks": "count days, months or years: `14 days`",
    "quarter": "count days, months or years: `3 months`",
    "quarters": "count days, months or years: `3 months`",
}


def _no_operator(place: Place) -> Fault | None:
    """Two values side by side."""
    found, before = place.found, place.before()
    if found is None or before is None or found.kind not in STARTS or before.kind not in ENDS:
        return None
    message = f"an operator is missing between {_shown(before)} and {_shown(found)}"
    sign = place.before(2)
    return place.fault(message, _side_by_side(before, found, sign is not None and sign.kind in COMPARISONS))


def _side_by_side(before: Token, found: Token, compared: bool) -> str:
    """The cure for two values without an operator between them; `compared`: a comparison comes before the first."""
    after_number = before.kind is TokenKind.NUMBER and found.kind is TokenKind.NAME
    if before.text in currencies() and found.kind is TokenKind.NUMBER:
        return f"write the currency after the amount: `{found.text} {before.text}`"
    if after_number and found.text.upper() in currencies():
        return f"the currency code is in capital letters: `{before.text} {found.text.upper()}`"
    if after_number and found.text.lower().rstrip("s") in ("day", "month", "year"):
        return f"units are lower case: `{before.text} {found.text.lower()}`"
    if before.kind is TokenKind.NUMBER and found.text.lower() in ("percent", "pct"):
        return f"write `{before.text}%`"
    if found.text.lower() in _WORDS:
        return _WORDS[found.text.lower()]
    if before.kind is TokenKind.NAME and found.kind in (TokenKind.NAME, TokenKind.NUMBER):
        quotes = f"put a text of several words in single quotes: `'{shortened(f'{before.text} {found.text}')}'`"
        return quotes if compared else f"write an operator such as `>=` between them; {quotes}"
    return "join them with an operator such as `and`, `+` or `>=`"


def _missing(place: Place) -> Fault | None:
    found, before = place.found, place.before()
    if found is None or found.kind is not TokenKind.MISSING or before is None or before.kind not in ENDS:
        return None
    return place.fault(f"`is` cannot be between {_shown(before)} and `missing`", "write `x is missing`")


def _comma(place: Place) -> Fault | None:
    found = place.found
    if found is None or found.kind is not TokenKind.COMMA or TokenKind.COMMA in place.refusal.accepts:
        return None
    before = place.before()
    if before is None or before.kind not in ENDS:
        return None
    help = "join conditions with `and`; write a decimal point as `.`"
    return place.fault("a comma separates only the values of a function or a list", help)


_JOINED: Final = {
    TokenKind.AND: "all lines of a list must be met: delete `and`, or write both comparisons on one line",
    TokenKind.OR: "put the alternatives below `any:`, or write both comparisons on one line",
}


def _joined(place: Place) -> Fault | None:
    """`and` or `or` at the start or the end, as if it joined two lines."""
    found, before = place.found, place.before()
    if found is None and before is not None and before.kind in _JOINED:
        help = _JOINED[before.kind]
        return Fault(codes.SYNTAX, f"there is nothing after `{before.text}`", help, before.start, before.end)
    if found is not None and place.index == 0 and found.kind in _JOINED:
        return place.fault(f"a value is missing before `{found.text}`", _JOINED[found.kind])
    return None


def _no_left_side(place: Place) -> Fault | None:
    found = place.found
    if found is None or place.index > 0 or found.kind in STARTS:
        return None
    compares = found.kind in COMPARISONS
    help = f"write what is compared: `revenue {found.text} ..`" if compares else "write a value or a name before it"
    return place.fault(f"a value is missing before `{found.text}`", help)


def _not_in(place: Place) -> Fault | None:
    if place.refusal.accepts != {TokenKind.IN}:
        return None
    return place.fault("after a value, `not` is allowed only before `in`", "write `x not in [..]`, or `x is not ..`")


def _inner_not(place: Place) -> Fault | None:
    found = place.found
    if found is None or found.kind is not TokenKind.NOT or TokenKind.NAME not in place.refusal.accepts:
        return None
    return place.fault("`not` belongs before a whole comparison", "write `not x > 5`, or put brackets around it")


_READINGS: Final[tuple[Callable[[Place], Fault | None], ...]] = (
    _empty_brackets,
    _after_comma,
    _brackets,
    _chained,
    _is_with_operator,
    _list,
    _inside_list,
    _between,
    _no_operator,
    _missing,
    _comma,
    _joined,
    _no_left_side,
    _not_in,
    _inner_not,
)


def _anything_else(place: Place) -> Fault:
    accepts = place.refusal.accepts
    if TokenKind.NAME in accepts:
        expected, help = "a value or a name", "write what is missing there, or remove what is left over"
    else:
        expected, help = "an operator", "join values with an operator such as `and`, `+` or `>=`"
    before = place.before()
    after = f" after {_shown(before)}" if before else ""
    return place.fault(f"expected {expected}{after}, found {_shown(place.found)}", help)


def _shown(token: Token | None) -> str:
    return f"`{shortened(token.text)}`" if token else "the end"


ARITY: Final = {
    "min": (2, None),
    "max": (2, None),
    "abs": (1, 1),
    "days_between": (2, 2),
    "months_between": (2, 2),
}
"""The functions, with the least and the most values they take (None: any number)."""


def call_fault(tokens: tuple[Token, ...]) -> Fault | None:
    """The first call of an unknown function or with a wrong number of values; tokens make an expression."""
    for index, (name, bracket) in enumerate(pairwise(tokens)):
        if name.kind is TokenKind.NAME and bracket.kind is TokenKind.LPAR:
            fault = _arity_fault(name, _count_values(tokens[index + 1 :]))
            if fault:
                return fault
    return None


def _arity_fault(name: Token, count: int) -> Fault | None:
    if name.text not in ARITY:
        known = ", ".join(f"`{each}`" for each in ARITY)
        return Fault(
            codes.FUNCTION, f"there is no function {_shown(name)}", f"the functions are {known}", name.start, name.end
        )
    least, most = ARITY[name.text]
    if count >= least and (most is None or count <= most):
        return None
    wanted = f"{least} value{'s' if least > 1 else ''}" if most else f"at least {least} values"
    message = f"`{name.text}` takes {wanted}, found {count}"
    examples = {"abs": "`abs(growth)`", "min": "`min(a, b)`", "max": "`max(a, b)`"}
    help = f"write {examples.get(name.text, f'`{name.text}(submitted_on, closed_on)`')}"
    return Fault(codes.FUNCTION, message, help, name.start, name.end)


def _count_values(tokens: tuple[Token, ...]) -> int:
    """Values of the call whose opening bracket is the first token."""
    depths = accumulate((token.kind in OPEN) - (token.kind in PAIRS) for token in tokens)
    inside = takewhile(lambda pair: pair[1] > 0, zip(tokens, depths, strict=True))
    return 1 + sum(token.kind is TokenKind.COMMA and depth == 1 for token, depth in inside)
