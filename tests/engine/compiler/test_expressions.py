"""Expressions become scalar nodes: names, types and units, each slip with its one finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from engine.compiler.expressions import decimal_literal, lower, lower_condition
from engine.compiler.paying import Unpaid
from engine.compiler.typed import BROKEN, Typed
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.expression import parse_expression
from engine.language.near import CROWDED, MOST_SUGGESTED
from engine.language.source import Scalar as Word
from engine.language.source import Span
from engine.plan import scalar as node
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Kind, Type, choice, money, number
from tests.tiny import findings

REGION = choice("emea", "na")
SIZE = choice("s", "m", "l", ordered=True)
TYPES = {
    "usd": money("USD", 2),
    "share": number(4),
    "count": INTEGER,
    "day": DATE,
    "until": DATE,
    "region": REGION,
    "size": SIZE,
    "other": choice("x", "y", ordered=True),
    "name": TEXT,
    "id": ID,
    "flag": BOOLEAN,
    "na": BOOLEAN,
    "days": Type(Kind.DAYS, digits=6),
}


@dataclass
class Fields(Unpaid):
    """A scope of these columns; `broken` is declared wrongly, `secret` is refused."""

    found: list[Diagnostic] = field(default_factory=list)
    currency: str = "USD"
    knows_all: bool = True
    is_crowded: bool = False
    day: Typed | None = None
    gates: list[Scalar] = field(default_factory=list)

    def find(self, name: syntax.Name) -> Typed | None:
        """A column."""
        if name.text == "broken":
            return BROKEN
        type = TYPES.get(name.text)
        return Typed(Column(name.text, type), type, name.span) if type else None

    def names(self) -> Iterator[str]:
        """All columns."""
        yield from TYPES

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """Why `secret` cannot stand here."""
        return meaning.NOT_HERE.at(name.span, "it is secret") if name.text == "secret" else None

    def note(self, calculation: syntax.Expression, scalar: node.Scalar) -> None:
        """Nothing is too long here."""

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a finding."""
        self.found.append(diagnostic)


def expression(text: str) -> syntax.Expression:
    """A parsed text."""
    parsed, found = parse_expression(Word(text, Span("f", 1, 1, 1, 1 + len(text))))
    assert parsed is not None, found
    return parsed


def lowered(text: str) -> Typed:
    """The node of a text that has one."""
    scope = Fields()
    typed = lower(expression(text), scope)
    assert typed is not None, scope.found
    assert scope.found == []
    return typed


def column(name: str) -> Column:
    """A column of the scope."""
    return Column(name, TYPES[name])


def num(text: str) -> Literal:
    """A number as an expression writes it."""
    return decimal_literal(Decimal(text), Kind.NUMBER)


def ranked(value: node.Scalar) -> node.Rank:
    """The place of a size."""
    return node.Rank(value, SIZE.values)


@pytest.mark.parametrize(
    ("text", "scalar"),
    [
        ("12.5%", Literal(Decimal("0.125"), Type(Kind.NUMBER, digits=3, scale=3))),
        ("250_000 USD", Literal(Decimal(250000), Type(Kind.MONEY, currency="USD", digits=6))),
        ("30 days", Literal(30, Type(Kind.DAYS, digits=6))),
        ("2026-02-01", Literal(date(2026, 2, 1), DATE)),
        ("'x'", Literal("x", TEXT)),
        ("true", Literal(True, BOOLEAN)),
        ("usd + usd", node.Add(column("usd"), column("usd"))),
        ("count - share", node.Subtract(column("count"), column("share"))),
        ("usd * share", node.Multiply(column("usd"), column("share"))),
        ("2 * usd", node.Multiply(num("2"), column("usd"))),
        ("usd / usd", node.Quotient(column("usd"), column("usd"))),
        ("usd / count", node.Quotient(column("usd"), column("count"))),
        ("-count", node.Subtract(Literal(Decimal(0), Type(Kind.INTEGER, digits=1)), column("count"))),
        ("usd >= usd", node.Compare(column("usd"), Comparison.AT_LEAST, column("usd"))),
        ("day < until", node.Compare(column("day"), Comparison.LESS, column("until"))),
        ("name is 'x'", node.Compare(column("name"), Comparison.EQUAL, Literal("x", TEXT))),
        ("name is not id", node.Compare(column("name"), Comparison.UNEQUAL, column("id"))),
        ("region is emea", node.Compare(column("region"), Comparison.EQUAL, Literal("emea", REGION))),
        ("emea is region", node.Compare(Literal("emea", REGION), Comparison.EQUAL, column("region"))),
        ("region is 'na'", node.Compare(column("region"), Comparison.EQUAL, Literal("na", REGION))),
        ("region is name", node.Compare(column("region"), Comparison.EQUAL, column("name"))),
        ("size >= m", node.Compare(ranked(column("size")), Comparison.AT_LEAST, ranked(Literal("m", SIZE)))),
        ("m <= size", node.Compare(ranked(Literal("m", SIZE)), Comparison.AT_MOST, ranked(column("size")))),
        ("size < size", node.Compare(ranked(column("size")), Comparison.LESS, ranked(column("size")))),
        ("flag is true", node.Compare(column("flag"), Comparison.EQUAL, Literal(True, BOOLEAN))),
        ("region in [emea]", node.Among(column("region"), (Literal("emea", REGION),))),
        ("count not in [1, 2]", node.Not(node.Among(column("count"), (num("1"), num("2"))))),
        ("count between 1 and 2", node.Between(column("count"), num("1"), num("2"))),
        (
            "day between 2026-02-01 and until",
            node.Between(column("day"), Literal(date(2026, 2, 1), DATE), column("until")),
        ),
        (
            "size between s and m",
            node.Between(ranked(column("size")), ranked(Literal("s", SIZE)), ranked(Literal("m", SIZE))),
        ),
        ("usd is missing", node.IsMissing(column("usd"))),
        ("usd is not missing", node.Not(node.IsMissing(column("usd")))),
        ("flag and flag", node.And((column("flag"), column("flag")))),
        ("flag or not flag", node.Or((column("flag"), node.Not(column("flag"))))),
        ("abs(count)", node.Absolute(column("count"))),
        ("min(usd, usd)", node.Least((column("usd"), column("usd")))),
        ("max(count, share)", node.Greatest((column("count"), column("share")))),
        ("days_between(day, until)", node.DaysBetween(column("day"), column("until"))),
        ("months_between(day, until)", node.MonthsBetween(column("day"), column("until"))),
    ],
)
def test_nodes(text: str, scalar: node.Scalar) -> None:
    """Each form of the language is one node."""
    assert lowered(text).scalar == scalar


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("colour", "RNG200", "colour"),
        ("secret", "RNG213", "secret"),
        ("name is nobody", "RNG200", "nobody"),
        ("colour is 'x'", "RNG200", "colour"),
        ("colour is nobody", "RNG200", "colour"),
        ("colour is name", "RNG200", "colour"),
        ("5 EUR", "RNG202", "5 EUR"),
        ("-name", "RNG201", "name"),
        ("day + 30 days", "RNG201", "day"),
        ("name * 2", "RNG201", "name"),
        ("usd + 5", "RNG201", "5"),
        ("usd - count", "RNG201", "count"),
        ("usd * usd", "RNG201", "usd"),
        ("share / usd", "RNG201", "usd"),
        ("usd >= 5", "RNG201", "5"),
        ("days > 5", "RNG201", "5"),
        ("name > 'x'", "RNG201", "name"),
        ("region >= emea", "RNG201", "region"),
        ("size > other", "RNG201", "other"),
        ("region is apac", "RNG209", "apac"),
        ("region is 'apac'", "RNG209", "'apac'"),
        ("apac is region", "RNG209", "apac"),
        ("region is na", "RNG206", "na"),
        ("na is region", "RNG201", "region"),
        ("region in [apac]", "RNG209", "apac"),
        ("count in ['x']", "RNG201", "'x'"),
        ("count in [share]", "RNG201", "share"),
        ("colour in [1]", "RNG200", "colour"),
        ("region in [usd]", "RNG201", "usd"),
        ("colour between 1 and 2", "RNG200", "colour"),
        ("count between colour and 2", "RNG200", "colour"),
        ("count between 1 and 2 USD", "RNG201", "2 USD"),
        ("region between emea and emea", "RNG201", "region"),
        ("colour is missing", "RNG200", "colour"),
        ("usd and flag", "RNG203", "usd"),
        ("not usd", "RNG203", "usd"),
        ("not colour", "RNG200", "colour"),
        ("abs(name)", "RNG201", "name"),
        ("abs(colour)", "RNG200", "colour"),
        ("min(usd, 5)", "RNG201", "5"),
        ("max(5, name)", "RNG201", "name"),
        ("days_between(day, count)", "RNG201", "count"),
        ("usd + colour", "RNG200", "colour"),
    ],
)
def test_findings(text: str, code: str, place: str) -> None:
    """One finding at the word that is wrong."""
    scope = Fields()
    assert lower(expression(text), scope) is None
    (found,) = scope.found
    assert found.span is not None
    assert (found.code, text[found.span.column - 1 : found.span.end_column - 1]) == (code, place)


@pytest.mark.parametrize(
    "text",
    [
        "broken",
        "broken > 5",
        "5 > broken",
        "region is broken",
        "emea is broken",
        "-broken",
        "broken and flag",
        "min(broken, 5)",
    ],
)
def test_what_is_declared_wrongly_is_not_told_again(text: str) -> None:
    """It was reported where it is declared; only a word beside it that stands for nothing is told."""
    scope = Fields()
    assert lower(expression(text), scope) is None
    assert [each.code for each in scope.found] == (["RNG200"] if "emea" in text else [])


def test_both_places_of_a_mismatch() -> None:
    """The finding shows what either side is, and how to write the unit."""
    scope = Fields()
    lower(expression("usd >= 5"), scope)
    (found,) = scope.found
    assert [each.label for each in found.related] == ["this is an amount in USD"]
    assert "USD" in found.help


def test_condition() -> None:
    """A condition is true or false, and nothing else."""
    scope = Fields()
    assert lower_condition(expression("flag"), scope) is not None
    assert lower_condition(expression("usd"), scope) is None
    assert lower_condition(expression("colour"), scope) is None
    assert [each.code for each in scope.found] == ["RNG203", "RNG200"]


@pytest.mark.parametrize(
    ("value", "digits", "scale"),
    [("0", 1, 0), ("0.00", 2, 2), ("100", 3, 0), ("1.50", 3, 2), ("0.005", 3, 3), ("1E+3", 4, 0)],
)
def test_digits_of_a_literal(value: str, digits: int, scale: int) -> None:
    """Just those it needs."""
    type = decimal_literal(Decimal(value), Kind.NUMBER).type
    assert (type.digits, type.scale) == (digits, scale)


def test_of_very_many_unknown_names_the_first_get_suggestions() -> None:
    """Comparing names takes time: after a hundred findings the cure is the same for all."""
    lines = "".join(f"    - revenu_{number} >= 1 USD\n" for number in range(103))
    text = "metrics:\n  revenue: {from: sales, sum: amount, window: lifetime}\n"
    found = findings(f"{text}tiers:\n  ladder: [registered, silver]\n  requires:\n{lines}")
    assert {each.code for each in found} == {"RNG200"}
    assert [each.help == CROWDED for each in found] == [False] * MOST_SUGGESTED + [True] * 3
    assert found[0].help == "did you mean `revenue`?"
