"""Expressions and literals: trees with their places, bounds, and no input that raises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.language.codes import expression as codes
from engine.language.diagnostic import Diagnostic
from engine.language.expression import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_NODES,
    parse_day,
    parse_duration,
    parse_expression,
    parse_integer,
    parse_money,
    parse_number,
)
from engine.language.source import Scalar, Span
from engine.language.syntax import (
    Arithmetic,
    Call,
    Comparing,
    Day,
    Duration,
    Expression,
    Logic,
    Membership,
    Missing,
    Money,
    Name,
    Negation,
    Negative,
    Number,
    Ranging,
    Text,
    Truth,
)

LINE, COLUMN = 12, 9


def plain(text: str) -> Scalar:
    """The text as a plain scalar on one line, as it stands after `      - `."""
    return Scalar(text, Span("2026.yaml", LINE, COLUMN, LINE, COLUMN + len(text)))


def at(start: int, end: int) -> Span:
    """Characters of a plain scalar's text."""
    return Span("2026.yaml", LINE, COLUMN + start, LINE, COLUMN + end)


def parsed(text: str) -> Expression:
    """The tree of a text that is an expression."""
    expression, findings = parse_expression(plain(text))
    assert expression is not None, findings
    return expression


def finding(text: str) -> Diagnostic:
    """The one finding about a text that is none."""
    expression, findings = parse_expression(plain(text))
    assert expression is None
    assert len(findings) == 1
    return findings[0]


def name(text: str, start: int) -> Name:
    """A name at its place."""
    return Name(text, at(start, start + len(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", Number(Decimal(42), at(0, 2))),
        ("250_000", Number(Decimal(250000), at(0, 7))),
        ("4.20", Number(Decimal("4.20"), at(0, 4))),
        ("12.5%", Number(Decimal("0.125"), at(0, 5), percent=True)),
        ("0%", Number(Decimal(0), at(0, 2), percent=True)),
        ("250_000 USD", Money(Decimal(250000), "USD", at(0, 11))),
        ("0.50  EUR", Money(Decimal("0.50"), "EUR", at(0, 9))),
        ("30 days", Duration(30, "days", at(0, 7))),
        ("1 month", Duration(1, "months", at(0, 7))),
        ("2 years", Duration(24, "months", at(0, 7))),
        ("2026-02-01", Day(date(2026, 2, 1), at(0, 10))),
        ("'EdgeGuard 9'", Text("EdgeGuard 9", at(0, 13))),
        ("'it''s ä'", Text("it's ä", at(0, 9))),
        ("true", Truth(True, at(0, 4))),
        ("false", Truth(False, at(0, 5))),
        ("item.line", name("item.line", 0)),
    ],
)
def test_literals_and_names(text: str, expected: Expression) -> None:
    """Each kind of value, with the characters it covers."""
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", Arithmetic("+", name("a", 0), name("b", 4), at(0, 5))),
        ("-a", Negative(name("a", 1), at(0, 2))),
        ("a >= b", Comparing(">=", name("a", 0), name("b", 5), at(0, 6))),
        ("a is b", Comparing("is", name("a", 0), name("b", 5), at(0, 6))),
        ("a is not b", Comparing("is not", name("a", 0), name("b", 9), at(0, 10))),
        ("a in [b, c]", Membership(name("a", 0), (name("b", 6), name("c", 9)), False, at(0, 11))),
        ("a not in [b]", Membership(name("a", 0), (name("b", 10),), True, at(0, 12))),
        ("a in [-1]", Membership(name("a", 0), (Negative(Number(Decimal(1), at(7, 8)), at(6, 8)),), False, at(0, 9))),
        ("a is missing", Missing(name("a", 0), False, at(0, 12))),
        ("a is not missing", Missing(name("a", 0), True, at(0, 16))),
        ("a between b and c", Ranging(name("a", 0), name("b", 10), name("c", 16), at(0, 17))),
        ("a or b or c", Logic("or", (name("a", 0), name("b", 5), name("c", 10)), at(0, 11))),
        ("not a", Negation(name("a", 4), at(0, 5))),
        ("min(a, b)", Call("min", (name("a", 4), name("b", 7)), at(0, 9))),
        # brackets belong to what stands around them: the sum covers them, its left side does not
        (
            "(a + b) * c",
            Arithmetic("*", Arithmetic("+", name("a", 1), name("b", 5), at(1, 6)), name("c", 10), at(0, 11)),
        ),
    ],
)
def test_operators(text: str, expected: Expression) -> None:
    """Each operator, with the characters it covers."""
    assert parsed(text) == expected


def test_names_of_functions_are_names_without_brackets() -> None:
    """`min` alone is a bare word; whether it is declared is not decided here."""
    assert parsed("min is 5") == Comparing("is", name("min", 0), Number(Decimal(5), at(7, 8)), at(0, 8))


NUMBERS = st.integers(1, 9).map(str)
SUMS = st.lists(st.tuples(st.sampled_from(["+", "-", "*", "/", "- -", "* -"]), NUMBERS), max_size=4)


@st.composite
def flat_conditions(draw: st.DrawFn) -> str:
    """Sums, comparisons and logic without any brackets, in words Python shares."""

    def total() -> str:
        return " ".join([draw(NUMBERS), *(f"{operator} {number}" for operator, number in draw(SUMS))])

    def line() -> str:
        negation = draw(st.sampled_from(["", "not ", "not not "]))
        return f"{negation}{total()} {draw(st.sampled_from(['<', '<=', '>', '>=']))} {total()}"

    lines = [line() for _ in range(draw(st.integers(1, 4)))]
    joins = [draw(st.sampled_from(["and", "or"])) for _ in lines[1:]] + [""]
    return " ".join(f"{each} {join}" for each, join in zip(lines, joins, strict=True)).strip()


def evaluate(expression: Expression) -> Fraction | bool:
    """The value of a tree of numbers, written for this test."""
    match expression:
        case Number(value):
            return Fraction(value)
        case Negative(value):
            return -Fraction(evaluate(value))
        case Arithmetic(op, left, right):
            a, b = Fraction(evaluate(left)), Fraction(evaluate(right))
            return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[op]()
        case Comparing(op, left, right):
            a, b = Fraction(evaluate(left)), Fraction(evaluate(right))
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
        case Negation(term):
            return not evaluate(term)
        case Logic(op, terms):
            return (all if op == "and" else any)(evaluate(term) for term in terms)
        case _:
            raise AssertionError(expression)


@given(flat_conditions())
@example("not 1 < 2 and 3 - 2 - 1 > 4 or 8 / 4 / 2 >= 1")
def test_operators_bind_as_in_python(text: str) -> None:
    """Python reads the same words with the same precedence and the same associativity."""
    words = [f"Fraction({each})" if each.isdigit() else each for each in text.split()]
    assert evaluate(parsed(text)) is eval(" ".join(words), {"Fraction": Fraction})  # noqa: S307 our own words


def test_and_after_between_belongs_to_it_once() -> None:
    """`a between 1 and 2 and b` is the range, and then b."""
    tree = parsed("a between 1 and 2 and b")
    assert isinstance(tree, Logic)
    assert [type(term) for term in tree.terms] == [Ranging, Name]


def test_values_do_not_pass_the_ambient_decimal_context() -> None:
    """With three digits of precision in force, fifteen digits before the point and eight after stay."""
    with localcontext(Context(prec=3)):
        assert parsed("123_456_789_012_345.12345678") == Number(Decimal("123456789012345.12345678"), at(0, 28))
        tree = parsed("123456.12345678%")
        assert isinstance(tree, Number)
        assert str(tree.value) == "1234.5612345678"


# --- places -----------------------------------------------------------------------------------------------------------


def quoted(text: str, width: int, lines: int = 1) -> Scalar:
    """The text as a scalar in quotes or a block, `width` columns wide in the file."""
    return Scalar(text, Span("2026.yaml", LINE, COLUMN, LINE + lines - 1, COLUMN + width), quoted=True)


@pytest.mark.parametrize(
    ("scalar", "start", "end"),
    [
        (plain("a >= 'x' + ?"), 11, 12),
        (quoted("a >= 'x' + ?", 14), 12, 13),  # "a >= 'x' + ?"
        (quoted("a >= 'x' + ?", 16), 14, 15),  # 'a >= ''x'' + ?'
        (quoted("a >= 'x' + ?", 20), 0, 20),  # escapes that are not followed
        (quoted('a >= "x" + \'', 15), 0, 15),  # "a >= \"x\" + '", no single quotes in YAML
        (quoted("a >= 'x' + ?\n", 4, lines=2), 0, 4),  # a block
        (Scalar("a >= 'x' + ?", Span("2026.yaml", LINE, COLUMN, LINE + 1, COLUMN + 12)), 0, 12),  # over two lines
    ],
)
def test_findings_point_into_the_file(scalar: Scalar, start: int, end: int) -> None:
    """Plain and quoted scalars on one line are pointed into; of others the whole is marked."""
    _, findings = parse_expression(scalar)
    span = scalar.span
    assert findings[0].span == Span("2026.yaml", LINE, COLUMN + start, span.end_line, COLUMN + end)


def test_line_ends_of_a_block_are_white_space() -> None:
    """An expression over several lines of a block is the same expression."""
    tree, findings = parse_expression(quoted("a >= 1\nand b\n", 1, lines=3))
    assert findings == ()
    assert isinstance(tree, Logic)


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_left_out() -> None:
    """Nothing, only spaces, and a YAML null are named as left out."""
    for text in ("", "   ", "null", "~"):
        assert finding(text) == codes.EMPTY.at(
            at(0, len(text)), "the value is missing", help="write the value, or remove the key"
        )


HELP = "split it: declare the parts as metrics with a `formula`"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 10_000 + "a" + ")" * 10_000, "the expression has 20,001 characters, more than 2,000"),
        (" + ".join("a" * 100_000), "the expression has 399,997 characters, more than 2,000"),
        ("(" * 33 + "a" + ")" * 33, "the expression has 33 brackets inside each other, more than 32"),
        ("[" * 900, "the expression has 900 brackets inside each other, more than 32"),
        ("+".join("a" * 33), "the expression nests 33 levels deep, more than 32"),
        ("-" * 1_999 + "a", "the expression nests 2000 levels deep, more than 32"),
        ("not " * 400 + "a", "the expression nests 401 levels deep, more than 32"),
        ("a in [" + ",".join("1" * 499) + "]", "the expression has 501 parts, more than 500"),
    ],
)
def test_too_large(text: str, message: str) -> None:
    """B-098: characters, brackets, depth and number of parts are bounded, without recursion."""
    assert finding(text) == codes.TOO_LARGE.at(at(0, len(text)), message, help=HELP)


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * (MAX_CHARACTERS - 1),
        "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
        "+".join("a" * MAX_DEPTH),
        "a in [" + ",".join("1" * (MAX_NODES - 2)) + "]",
        "(a)" + " or (a)" * 200,
    ],
)
def test_just_small_enough(text: str) -> None:
    """The largest that is accepted; brackets add no depth to the tree."""
    expression, findings = parse_expression(plain(text))
    assert findings == ()
    assert expression is not None


# --- literals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parse", "text", "expected"),
    [
        (parse_money, "250_000 USD", Money(Decimal(250000), "USD", at(0, 11))),
        (parse_money, "-5 USD", Money(Decimal(-5), "USD", at(0, 6))),
        (parse_money, "-0 USD", Money(Decimal(0), "USD", at(0, 6))),
        (parse_number, "4.2", Number(Decimal("4.2"), at(0, 3))),
        (parse_number, "- 12.5%", Number(Decimal("-0.125"), at(0, 7), percent=True)),
        (parse_day, "2026-02-01", Day(date(2026, 2, 1), at(0, 10))),
        (parse_duration, "30 days", Duration(30, "days", at(0, 7))),
        (parse_integer, "1_200", 1200),
        (parse_integer, "-3", -3),
        (parse_integer, "2.00", 2),
    ],
)
def test_single_literals(parse: Callable[[Scalar], object], text: str, expected: object) -> None:
    """A scalar that must be one value, perhaps with a sign."""
    assert parse(plain(text)) == (expected, ())


def test_minus_zero_is_zero() -> None:
    """B-062: zero has no sign."""
    value, _ = parse_money(plain("-0.00 USD"))
    assert value is not None
    assert str(value.value) == "0.00"


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (parse_money, "150 USD + 1 USD", "expected an amount with its currency, found `150 USD + 1 USD`"),
        (parse_money, "-", "expected an amount with its currency, found `-`"),
        (parse_number, "150 USD", "expected a number, such as `4.2` or `12.5%`, found `150 USD`"),
        (parse_day, "today", "expected a date, as `2026-02-01`, found `today`"),
        (parse_day, "-2026-02-01", "expected a date, as `2026-02-01`, found `-2026-02-01`"),
        (parse_duration, "30", "expected a number of days or months, such as `30 days`, found `30`"),
        (parse_duration, "-30 days", "expected a number of days or months, such as `30 days`, found `-30 days`"),
        (parse_integer, "1.5", "expected a whole number, such as `12`, found `1.5`"),
        (parse_integer, "5%", "expected a whole number, such as `12`, found `5%`"),
        (
            parse_integer,
            "one two three four five six seven eight nine",
            "expected a whole number, such as `12`, found `one two three four five six seven eig...`",
        ),
    ],
)
def test_the_wrong_literal(
    parse: Callable[[Scalar], tuple[object, tuple[Diagnostic, ...]]], text: str, message: str
) -> None:
    """Another value than the one that must stand there is named, with an example of the right one."""
    help = "write the value with its unit and nothing else"
    assert parse(plain(text)) == (None, (codes.LITERAL.at(at(0, len(text)), message, help=help),))


def test_an_amount_without_its_currency() -> None:
    """The cure keeps the author's own number."""
    message = "expected an amount with its currency, found `40_000`"
    help = "write it with its currency, as in `40_000 EUR`"
    assert parse_money(plain("40_000")) == (None, (codes.LITERAL.at(at(0, 6), message, help=help),))


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (parse_money, "", "RNG501"),
        (parse_money, "1,500 USD", "RNG503"),
        (parse_money, "5 XAU", "RNG531"),
        (parse_day, "2026-02-30", "RNG508"),
        (parse_duration, "90000 days", "RNG512"),
        (parse_integer, "x" * 2_001, "RNG502"),
    ],
)
def test_literals_have_the_traps_of_expressions(
    parse: Callable[[Scalar], tuple[object, tuple[Diagnostic, ...]]], text: str, code: str
) -> None:
    """The same literal grammar: what is wrong in an expression is wrong alone."""
    value, findings = parse(plain(text))
    assert value is None
    assert [each.code for each in findings] == [code]


# --- anything at all --------------------------------------------------------------------------------------------------

WORDS = (
    "a b revenue item.line min max abs and or not is in missing between true < <= > >= + - * / ( ) [ ] , 1 2.5 5% "
    "3_000 USD 30 days 2026-02-01 'x' = == % . AND ' \" { 1,000 2026-2-1 , ) ("
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join) | st.text(max_size=60))
def test_any_text_gives_an_expression_or_one_finding(text: str) -> None:
    """Never a traceback: each text is an expression, or has one finding inside its scalar with a cure."""
    expression, findings = parse_expression(plain(text))
    assert (expression is None) == (len(findings) == 1)
    for each in findings:
        assert each.span is not None and each.help
        assert COLUMN <= each.span.column <= each.span.end_column <= COLUMN + len(text)
        assert each.message[0] in "`(" or each.message[0].islower()
