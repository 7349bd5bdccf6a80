"""What of a measure is added up over a sale and its returns, and what the sale itself says.

A measure has parts that are added up: `amount`, `price * quantity`. Each is a column of every record, and what is left
of it is that of the sale plus those of its returns. All else is read of the sale: ratios, divisors, days, parameters.
So `amount / (1 + rate)` is what is left of the amount, divided by the sale's `1 + rate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import product
from typing import TypeVar, cast

from engine.compiler.workbench import LEFT
from engine.language import syntax
from engine.language.names import names_in
from engine.language.records import Field, RecordSchema, RecordTable
from engine.language.rendering import render_expression
from engine.language.syntax import Expression
from engine.plan.returns import part_named
from engine.types import ROW

CHOOSING = ("abs", "max", "min")  # the functions whose value is one of their numbers
MOST_SUMMANDS = 500  # of a measure that is multiplied out: a return is compared with each of them

Summands = Mapping[tuple[str, ...], tuple[syntax.Name, ...]]
"""The numbers that are multiplied in each summand, by their names in order."""


T = TypeVar("T")


class TooManySummands(ValueError):
    """A measure has more than MOST_SUMMANDS."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What expressions read of the records of a table. A formula that is rounded is like a field that is imported."""

    table: RecordTable
    schema: RecordSchema
    open: frozenset[tuple[str, str]] = frozenset()  # the formulas that led here: one that reads itself ends
    known: dict[tuple[object, ...], object] = field(default_factory=dict, compare=False, repr=False)

    def formula(self, name: str, *, rounded: bool = False) -> tuple[Field, Expression, Reading] | None:
        """The field of this name that is a formula, of the row or of one it refers to, and how that is read.

        One that is `rounded` is none, unless it is asked for.
        """
        found, owner = self._field(name)
        if found is None or owner is None or found.formula is None or (found.scale is not None and not rounded):
            return None
        place = (owner.name, found.name)
        inner = replace(self, table=owner, open=self.open | {place})
        return None if place in self.open else (found, found.formula, inner)

    def _once(self, what: object, inner: tuple[Field, Expression, Reading], find: Callable[[], T]) -> T:
        """What is found of a formula, at its first use: formulas that read another twice would double the work each."""
        declared, _, within = inner
        key = (what, within.table.name, declared.name)
        if key not in self.known:
            self.known[key] = find()
        return cast(T, self.known[key])

    def adds(self, expression: Expression, *, referred: bool = False) -> bool:
        """Whether its value is made of numbers of the row, or with `referred` of those of rows it refers to."""
        match expression:
            case syntax.Name(text=name):
                found, _ = self._field(name)
                own = "." not in name  # a link may lead to another row of the same table
                if found is None or not found.type.is_numeric or not (referred or own):
                    return False
                inner = self.formula(name)
                if inner is None:
                    return True
                _, formula, within = inner
                return self._once(("adds", referred), inner, lambda: within.adds(formula, referred=referred))
            case syntax.Arithmetic(op="/", left=left):
                return self.adds(left, referred=referred)
            case _:
                return any(self.adds(each, referred=referred) for each in _inside(expression))

    def is_ratio(self, expression: Expression) -> bool:
        """Whether it divides by something of the row."""
        match expression:
            case syntax.Name(text=name):
                inner = self.formula(name)
                if inner is None:
                    return False
                _, formula, within = inner
                return self._once("is ratio", inner, lambda: within.is_ratio(formula))
            case syntax.Arithmetic(op="/", right=right) if any(self.table.reads(each.text) for each in names_in(right)):
                return True
            case _:
                return any(map(self.is_ratio, _inside(expression)))

    def is_part(self, expression: Expression) -> bool:
        """Whether it is added up as a whole: a number of each record, with nothing in it that all have once."""
        match expression:
            case syntax.Name(text=name):
                inner = self.formula(name)
                if inner is None or not self.adds(expression):
                    return self.adds(expression)
                _, formula, within = inner
                return self._once("is part", inner, lambda: within.is_part(formula))
            case syntax.Negative(value=value):
                return self.is_part(value)
            case syntax.Arithmetic(op="+" | "-", left=left, right=right):
                return self.is_part(left) and self.is_part(right)
            case syntax.Arithmetic(op="*"):
                factors = list(_factors(expression))
                numbers = self.multiplied(factors)
                plain = all(each in numbers or _is_written(each) for each in factors)
                plain = plain and not any(map(self.states, factors))
                return plain and (len(numbers) > 1 or any(map(self.is_part, numbers)))
            case syntax.Arithmetic(left=left, right=right):
                return self.is_part(left) and _is_written(right)
            case _:
                return False

    def multiplied(self, factors: Sequence[Expression]) -> list[Expression]:
        """The factors that are multiplied in each record: 6 of 10 pieces at 5 USD are left with 6 times 5 USD.

        A ratio is not among them: it is the sale's. Nor is what no record has a number of, and nor is a number that is
        chosen among one of the record and one that the program states.
        """
        made = [each for each in factors if self.adds(each, referred=True) and not self.is_ratio(each)]
        numbers = [each for each in made if not (isinstance(each, syntax.Call) and self.states(each))]
        return numbers if any(map(self.adds, numbers)) else []

    def states(self, expression: Expression) -> bool:
        """Whether it reads what the program states, which is that of the sale: a parameter of its day."""
        return not all(self.table.reads(each.text) for each in names_in(expression))

    def summands(self, expression: Expression) -> tuple[Expression, ...]:
        """What each summand multiplies, once the expression is multiplied out, if there are several.

        Of `amount * (1 - discount)` those are `amount`, and `amount * discount`. A summand of fields that a return
        repeats would raise what it takes back, and beside others nobody would see it. So formulas that are rounded are
        multiplied out as well. Raises TooManySummands.
        """
        found = [each for each in self._summands(expression).values() if each]
        return tuple(_product_of(each, expression) for each in found) if len(found) > 1 else ()

    def _summands(self, expression: Expression) -> Summands:
        match expression:
            case syntax.Name(text=name) if self.adds(expression, referred=True):
                inner = self.formula(name, rounded=True)
                if inner is None or "." in name:
                    return {(name,): (expression,)}
                _, formula, within = inner
                return self._once("summands", inner, lambda: within._summands(formula))
            case syntax.Arithmetic(op="*", left=left, right=right):
                pairs = product(self._summands(left).values(), self._summands(right).values())
                return _distinct(_multiplied(*each) for each in pairs)
            case syntax.Arithmetic(op="/", left=left):
                return self._summands(left)
            case _ if inside := _inside(expression):
                return _distinct(each for part in inside for each in self._summands(part).values())
        return {(): ()}

    def is_converted_once(self, expression: Expression) -> bool:
        """Whether amounts in the currency of their row are added up in it, and are converted after that."""
        named = [self._field(each.text)[0] for each in names_in(expression)]
        by_row = any(each is not None and each.type.currency == ROW for each in named)
        return by_row and not self._multiplies(expression)

    def _multiplies(self, expression: Expression) -> bool:
        return len(self.multiplied(list(_factors(expression)))) > 1 or any(map(self._multiplies, _inside(expression)))

    def _field(self, name: str) -> tuple[Field | None, RecordTable | None]:
        """The field that a name stands for, and its table."""
        first, _, last = name.rpartition(".")
        link = self.table.link(first) if first else None
        owner = self.schema.table(link.to) if link is not None else None if first else self.table
        return owner.field(last) if owner is not None else None, owner


def _distinct(products: Iterable[tuple[syntax.Name, ...]]) -> Summands:
    found: dict[tuple[str, ...], tuple[syntax.Name, ...]] = {}
    for each in products:
        found.setdefault(tuple(name.text for name in each), each)
        if len(found) > MOST_SUMMANDS:
            raise TooManySummands
    return found


def _multiplied(one: tuple[syntax.Name, ...], other: tuple[syntax.Name, ...]) -> tuple[syntax.Name, ...]:
    """The numbers of both, each at most twice: its cube has its own sign, and every even power that of its square."""
    by_name = {each.text: each for each in (*one, *other)}
    counted = Counter(each.text for each in (*one, *other))
    return tuple(by_name[name] for name in sorted(counted) for _ in range(2 - counted[name] % 2))


def _inside(expression: Expression) -> tuple[Expression, ...]:
    """The expressions whose numbers an expression is made of."""
    match expression:
        case syntax.Arithmetic(left=left, right=right):
            return (left, right)
        case syntax.Negative(value=value):
            return (value,)
        case syntax.Call(function=function, arguments=arguments) if function in CHOOSING:
            return arguments
    return ()


def _factors(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, syntax.Arithmetic) and expression.op == "*":
        yield from _factors(expression.left)
        yield from _factors(expression.right)
    else:
        yield expression


def _is_written(expression: Expression) -> bool:
    """Whether it is a number that stands there."""
    return not any(True for _ in names_in(expression))


@dataclass(frozen=True, slots=True)
class Part:
    """An expression that is added up over a sale and its returns; `of_formula`: it is written in a formula.

    If it has several summands, `summands` are what each multiplies.
    """

    expression: Expression
    of_formula: bool
    summands: tuple[Expression, ...] = ()


@dataclass(slots=True)
class Split:
    """What a measure is made of: its parts by name, and the formulas that are computed of what is left of parts."""

    incentive: str
    parts: dict[str, Part] = field(default_factory=dict)
    formulas: dict[str, Field] = field(default_factory=dict)  # the inner ones first
    steps: int = 0  # how often a product was multiplied out

    def left(self, expression: Expression, reading: Reading) -> Expression:
        """The expression with what is left of each part in place of it."""
        if not reading.adds(expression):
            return expression
        match expression:
            case syntax.Name(text=name):
                return self._name(expression, name, reading)
            case syntax.Negative(value=value):
                return replace(expression, value=self.left(value, reading))
            case syntax.Call(arguments=arguments):
                return replace(expression, arguments=tuple(self.left(each, reading) for each in arguments))
            case syntax.Arithmetic(op="*"):
                return self._product(expression, reading)
            case syntax.Arithmetic(op="/", left=left):
                return replace(expression, left=self.left(left, reading))
        assert isinstance(expression, syntax.Arithmetic)  # nothing else is made of numbers
        if reading.is_part(expression) and not reading.is_converted_once(expression):
            return self._part(expression, reading)
        left, right = self.left(expression.left, reading), self.left(expression.right, reading)
        return replace(expression, left=left, right=right)

    def _name(self, expression: syntax.Name, name: str, reading: Reading) -> syntax.Name:
        """A field is a part; a formula is one, or it is computed again, of what is left of its parts."""
        inner = reading.formula(name)
        if inner is None or reading.is_part(expression):
            return self._part(expression, reading)
        declared, formula, within = inner
        if name not in self.formulas:
            again = self.left(formula, within)
            self.formulas[name] = replace(declared, name=f"{name}{LEFT}", formula=again)
        return syntax.Name(f"{name}{LEFT}", expression.span)

    def _product(self, expression: syntax.Arithmetic, reading: Reading) -> Expression:
        """Numbers are multiplied in each record; of a ratio and another factor, the ratio is the sale's.

        What the program states is the sale's as well: a product with it inside is multiplied out before. Raises
        TooManySummands.
        """
        factors = list(_factors(expression))
        numbers = reading.multiplied(factors)
        stated = next(filter(reading.states, numbers), None)
        if len(numbers) > 1 and stated is not None:
            self.steps += 1
            if self.steps > MOST_SUMMANDS:
                raise TooManySummands
            others = [each for each in factors if each is not stated]
            return self.left(_multiplied_out(stated, others, expression), reading)
        if len(numbers) > 1:
            part = self._part(_product_of(numbers, expression), reading)
            return _product_of([part, *(each for each in factors if each not in numbers)], expression)
        added = next(iter(numbers), None) or next(filter(reading.adds, factors))
        return _product_of([self.left(each, reading) if each is added else each for each in factors], expression)

    def _part(self, expression: Expression, reading: Reading) -> syntax.Name:
        """The name of what is left of a part."""
        if isinstance(expression, syntax.Name):
            name = expression.text
        else:
            name = part_named(self.incentive, len(self.parts) + 1, render_expression(expression))
        self.parts[name] = Part(expression, bool(reading.open), reading.summands(expression))
        return syntax.Name(f"{name}{LEFT}", expression.span)


def _multiplied_out(factor: Expression, others: Sequence[Expression], like: Expression) -> Expression:
    """The product of a sum, a quotient or a negative number with others, each of its parts multiplied by itself."""
    match factor:
        case syntax.Negative(value=value):
            return replace(factor, value=_product_of([value, *others], like))
        case syntax.Arithmetic(op="/", left=left):
            return replace(factor, left=_product_of([left, *others], like))
    assert isinstance(factor, syntax.Arithmetic)  # a name is a field or all that is stated, and a call was left out
    left, right = (_product_of([each, *others], like) for each in (factor.left, factor.right))
    return replace(factor, left=left, right=right)


def _product_of(factors: Sequence[Expression], like: Expression) -> Expression:
    return reduce(lambda left, right: syntax.Arithmetic("*", left, right, like.span), factors)
