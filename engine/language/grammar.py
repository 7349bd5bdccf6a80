"""The grammar of expressions, and from tokens to the tree of `engine.language.syntax`.

Lark builds an LALR table from `GRAMMAR` once per process, at first use (some 60 ms with its
import, which is why it is imported there). Tokens come from `engine.language.tokens`, so the
terminals are declared only. Parsing and building work with a stack and not by recursion: no
input can exhaust Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from engine.language.source import Span
from engine.language.syntax import (
    Arithmetic,
    Call,
    Comparing,
    Expression,
    Logic,
    Membership,
    Missing,
    Name,
    Negation,
    Negative,
    Ranging,
    Truth,
)
from engine.language.tokens import Token, TokenKind

if TYPE_CHECKING:
    from lark import Lark, Tree
    from lark import Token as Leaf

GRAMMAR = """
start: disjunction

?disjunction: conjunction (OR conjunction)*
?conjunction: negation (AND negation)*
?negation: comparison
    | NOT negation                  -> negation

?comparison: sum
    | sum COMPARE sum               -> comparing
    | sum IS sum                    -> comparing
    | sum IS NOT sum                -> comparing
    | sum IS MISSING                -> missing
    | sum IS NOT MISSING            -> missing
    | sum IN options                -> membership
    | sum NOT IN options            -> membership
    | sum BETWEEN sum AND sum       -> ranging

options: LSQB option (COMMA option)* RSQB
?option: literal
    | NAME                          -> name
    | MINUS number                  -> negative

?sum: product
    | sum PLUS product              -> arithmetic
    | sum MINUS product             -> arithmetic
?product: signed
    | product TIMES signed          -> arithmetic
    | product DIVIDED signed        -> arithmetic
?signed: value
    | MINUS signed                  -> negative

?value: literal
    | NAME                          -> name
    | NAME LPAR disjunction (COMMA disjunction)* RPAR -> call
    | LPAR disjunction RPAR         -> brackets

?literal: number
    | DAY                           -> literal
    | TEXT                          -> literal
    | TRUE                          -> truth
    | FALSE                         -> truth
?number: NUMBER                     -> literal
    | PERCENT                       -> literal
    | MONEY                         -> literal
    | DURATION                      -> literal

%declare NUMBER PERCENT MONEY DURATION DAY TEXT NAME AND OR NOT IS IN MISSING BETWEEN TRUE FALSE
%declare COMPARE PLUS MINUS TIMES DIVIDED LPAR RPAR LSQB RSQB COMMA
"""


@cache
def parser() -> Lark:
    """The LALR parser, built at first use."""
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="basic")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A token that is not possible at its place; `index` past the last means that the text ends too early."""

    index: int
    accepts: frozenset[TokenKind]  # the terminals possible there


class Stepping(Protocol):
    """Lark's parser fed token by token, which it leaves untyped."""

    def feed_token(self, token: Leaf) -> object:
        """Go one token on."""

    def feed_eof(self) -> Tree[Leaf]:
        """End the text and take the tree."""

    def accepts(self) -> set[str]:
        """The terminals that could come next."""


def parse_tokens(tokens: tuple[Token, ...]) -> Tree[Leaf] | Refusal:
    """The tree Lark makes of the tokens, or the first token that does not fit.

    A leaf's `start_pos` is its token's place in `tokens`.
    """
    from lark import Token as Leaf
    from lark import UnexpectedToken

    state = cast(Stepping, parser().parse_interactive())
    for index, token in enumerate(tokens):
        try:
            state.feed_token(Leaf(token.kind.value, token.text, start_pos=index))
        except UnexpectedToken:
            return _refusal(index, state.accepts())
    try:
        return state.feed_eof()
    except UnexpectedToken:
        return _refusal(len(tokens), state.accepts())


def _refusal(index: int, accepts: Iterable[str]) -> Refusal:
    return Refusal(index, frozenset(TokenKind(each) for each in accepts if each in TokenKind.__members__))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the tree with the characters it covers (brackets included), its depth and size."""

    expression: Expression
    start: int
    end: int
    depth: int = 1
    nodes: int = 1


@dataclass(frozen=True, slots=True)
class Options:
    """The values of a list in square brackets."""

    parts: tuple[Part, ...]
    start: int
    end: int


Piece = Token | Part | Options
Place = Callable[[int, int], Span]
"""From the characters of a text to their place in the file."""


def build_expression(
    tree: Tree[Leaf], tokens: tuple[Token, ...], literals: Mapping[int, Expression], place: Place
) -> Part:
    """The syntax tree, bottom up; every node with its span. `literals` are by first character."""
    pieces: dict[int, Piece] = {}
    for subtree in tree.iter_subtrees():
        children = [
            tokens[child.start_pos or 0] if isinstance(child, str) else pieces[id(child)] for child in subtree.children
        ]
        pieces[id(subtree)] = _piece(subtree.data, children, literals, place)
    return cast(Part, pieces[id(tree)])


def _piece(rule: str, children: list[Piece], literals: Mapping[int, Expression], place: Place) -> Piece:
    """One rule's piece, from the pieces of its children."""
    start, end = children[0].start, children[-1].end
    parts = tuple(child for child in children if isinstance(child, Part))
    if rule == "options":
        return Options(parts, start, end)
    if rule in ("start", "brackets"):
        return replace(parts[0], start=start, end=end)
    words = [child for child in children if isinstance(child, Token)]
    lists = [child for child in children if isinstance(child, Options)]
    inside = parts + tuple(part for each in lists for part in each.parts)
    if rule == "literal":
        expression = literals[start]
    else:
        expression = _expression(rule, words, tuple(each.expression for each in inside), place(start, end))
    depth = 1 + max((each.depth for each in inside), default=0)
    return Part(expression, start, end, depth, 1 + sum(each.nodes for each in inside))


def _expression(rule: str, words: list[Token], inner: tuple[Expression, ...], span: Span) -> Expression:
    """The node of a rule: `words` are its tokens and `inner` the expressions below it."""
    match rule:
        case "disjunction" | "conjunction":
            return Logic(words[0].text, inner, span)
        case "negation":
            return Negation(inner[0], span)
        case "comparing":
            return Comparing(" ".join(word.text for word in words), inner[0], inner[1], span)
        case "missing":
            return Missing(inner[0], len(words) == len(("is", "not", "missing")), span)
        case "membership":
            return Membership(inner[0], inner[1:], words[0].kind is TokenKind.NOT, span)
        case "ranging":
            return Ranging(inner[0], inner[1], inner[2], span)
        case "arithmetic":
            return Arithmetic(words[0].text, inner[0], inner[1], span)
        case "negative":
            return Negative(inner[0], span)
        case "call":
            return Call(words[0].text, inner, span)
        case "truth":
            return Truth(words[0].kind is TokenKind.TRUE, span)
        case _:  # name
            return Name(words[0].text, span)
