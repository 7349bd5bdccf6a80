"""Values by dimensions: by tier, segment, choice field, or by bands of a number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, pairwise, product
from math import prod

from engine.compiler.excluding import Supposed
from engine.compiler.expressions import compare, lower
from engine.compiler.typed import NUMBERS, Scope, Typed, all_written
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.names import OF_PARTNER
from engine.language.near import suggest
from engine.language.program import Choice, Table
from engine.language.records import CURRENCY
from engine.language.source import Span
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.scalar import Comparison, Literal, Scalar
from engine.types import BOOLEAN, Kind, Type, is_in_row

SHOWN = 3  # combinations named in a message
TRUTHS = ("true", "false")
TRUE = Literal(True, BOOLEAN)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One name of `by`, lowered, with the words it can have."""

    name: str
    typed: Typed
    words: tuple[str, ...]

    @property
    def constant(self) -> str | None:
        """The word, where it is known when compiling: the tier being tested."""
        value = self.typed.scalar
        return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def lower_table(table: Table, scope: Scope, *, inherit: bool, named: str = "") -> Typed | None:
    """The value of a table at a place; `named` is what a message calls it.

    With `inherit` a tier not listed has the value of the next lower listed one (benefits); without it, every
    combination is required (parameters).
    """
    if table.single is not None:
        return lower(table.single, scope)
    if table.thresholds:
        return _by_bands(table, scope, inherit)
    if not table.choices:
        scope.report(meaning.MISSING_COMBINATION.at(table.span, "there is no value here", help="add it to `values`"))
        return None
    dimensions = _dimensions(table, scope)
    if dimensions is None or not _words_known(table, dimensions, scope):
        return None
    # a version was checked by itself; what another one calls a value is missing here, and what it pays undecided
    if not inherit and scope.knows_all and not _complete(table, dimensions, scope, named):
        return None
    return _by_words(table, dimensions, scope, inherit)


def _dimensions(table: Table, scope: Scope) -> list[Dimension] | None:
    found = []
    for name, span in zip(table.by, table.by_spans, strict=True):
        typed = lower(syntax.Name(name, span), scope)
        if typed is None:
            return None
        if typed.type.kind is Kind.CHOICE:
            found.append(Dimension(name, typed, typed.type.values))
        elif typed.type.kind is Kind.BOOLEAN:
            found.append(Dimension(name, typed, TRUTHS))
        else:
            scope.report(
                meaning.TYPE_MISMATCH.at(
                    span,
                    f"`{name}` is {typed.type.said}; values can depend on tier, segment or choice",
                    help="use `bands` for numbers",
                )
            )
            return None
    return found


def _words_known(table: Table, dimensions: list[Dimension], scope: Scope) -> bool:
    """Whether all words are values of their dimension; each wrong one is reported once."""
    good = True
    for place, dimension in enumerate(dimensions):
        wrong: dict[str, Span] = {}
        for choice in table.choices:
            if choice.keys[place] not in dimension.words:
                wrong.setdefault(choice.keys[place], choice.key_spans[place])
        good = good and not wrong
        if len(dimensions) > 1 and wrong.keys() == {choice.keys[place] for choice in table.choices}:
            scope.report(
                meaning.UNKNOWN_VALUE.at(
                    table.by_spans[place],
                    f"`values` has no value of `{dimension.name}` at level {place + 1}",
                    help="nest `values` in the order of `by`: its first name is the outermost",
                )
            )
            return False  # the other levels are wrong for the same reason
        for word, span in wrong.items():
            scope.report(
                meaning.UNKNOWN_VALUE.at(
                    span, f"`{word}` is not a value of `{dimension.name}`", help=suggest(word, dimension.words)
                )
            )
    return good


def _complete(table: Table, dimensions: list[Dimension], scope: Scope, named: str) -> bool:
    asked = [_asked(each, scope) for each in dimensions]
    there = {choice.keys for choice in table.choices}
    # counted, because four fields of a hundred values have a hundred million combinations
    given = sum(all(word in words for word, words in zip(keys, asked, strict=True)) for keys in there)
    missing = prod(map(len, asked)) - given
    if missing:
        first = islice((keys for keys in product(*asked) if keys not in there), SHOWN)
        shown = ", ".join(f"`{' '.join(keys)}`" for keys in first)
        more = f" and {missing - SHOWN:,} more" if missing > SHOWN else ""
        what = f"`{named}` has no value" if named else "there is no value"
        scope.report(
            meaning.MISSING_COMBINATION.at(
                table.choices[0].key_spans[0],
                f"{what} for {shown}{more}",
                help="add it to `values`; there is no default",
            )
        )
    return not missing


def _asked(dimension: Dimension, scope: Scope) -> tuple[str, ...]:
    """The words that need a value: those that no line excludes without which the value is not used."""
    if dimension.constant is not None:
        return (dimension.constant,)
    lines = scope.eligible_by(dimension.name)
    if not lines:
        return dimension.words
    name, words = dimension.name.removeprefix(OF_PARTNER), dimension.words
    return tuple(word for word in words if not Supposed(name, word, words).excluded(lines))


def _by_words(table: Table, dimensions: list[Dimension], scope: Scope, inherit: bool) -> Typed | None:
    branches: list[tuple[Scalar, Scalar]] = []
    gates: list[Scalar] = []
    values: list[Typed] = []
    for choice in _from_the_top(table, dimensions, inherit):
        if any(each.constant not in (None, word) for each, word in zip(dimensions, choice.keys, strict=True)):
            continue
        inside = _paid_in(choice, dimensions, scope)
        value, gate = _gated(choice.value, inside, inherit)
        if value is None or not _is_in(inside, value, scope) or (values and not one_unit(values[0], value, scope)):
            return None
        values.append(value)
        gates.append(gate)
        tests = [
            test
            for each, word in zip(dimensions, choice.keys, strict=True)
            if (test := _test(each, word, inherit)) is not None
        ]
        branches.append((node.conjunction(tests), value.scalar))
    if all(each.constant is not None for each in dimensions):
        return values[0]
    _gate_by_branch([test for test, _ in branches], gates, scope)
    built = node.Case(tuple(branches), Literal(None, values[0].type))
    return Typed(built, type_of(built), table.span, all_written(values))


def _paid_in(choice: Choice, dimensions: list[Dimension], scope: Scope) -> Scope:
    """The scope of a value: an amount listed for a currency is in it, where that is what rows are paid in."""
    for each, word in zip(dimensions, choice.keys, strict=True):
        if scope.paid is not None and each.typed.scalar == scope.paid.currency:
            return scope.paying(scope.paid.listed(word))
    return scope


def _is_in(inside: Scope, value: Typed, scope: Scope) -> bool:
    """Whether a value listed for a currency is in it, if it is an amount; otherwise that it is not is reported."""
    paid = inside.paid
    if paid is None or inside is scope or value.type.kind is not Kind.MONEY or is_in_row(value.type):
        return True
    scope.report(paid.refused(value.type.said, value.type.currency, value.span))
    return False


def _gated(value: Table, scope: Scope, inherit: bool) -> tuple[Typed | None, Scalar]:
    """A value with what must hold for it alone to be paid."""
    before = len(scope.gates)
    typed = lower_table(value, scope, inherit=inherit)
    own = tuple(scope.gates[before:])
    del scope.gates[before:]
    return typed, node.conjunction(own)


def _gate_by_branch(tests: list[Scalar], gates: list[Scalar], scope: Scope) -> None:
    """What must hold for the value of the branch that is taken; what the others name is not asked."""
    if any(each != TRUE for each in gates):
        scope.gates.append(node.Case(tuple(zip(tests, gates, strict=True)), TRUE))


def _from_the_top(table: Table, dimensions: list[Dimension], inherit: bool) -> list[Choice]:
    """Choices from the highest tier down, so that the first that is reached is the one inherited."""
    if not inherit or all(each.name != "tier" for each in dimensions):
        return list(table.choices)
    place = next(index for index, each in enumerate(dimensions) if each.name == "tier")
    ladder = dimensions[place].words
    return sorted(table.choices, key=lambda each: -ladder.index(each.keys[place]))


def _test(dimension: Dimension, word: str, inherit: bool) -> Scalar | None:
    """Whether a row has this word; None where that is known to hold."""
    if dimension.constant is not None:
        return None
    value = dimension.typed.scalar
    if dimension.typed.type.kind is Kind.BOOLEAN:
        return value if word == "true" else node.Not(value)
    type = dimension.typed.type
    if inherit and dimension.name == "tier":
        ranked = Literal(type.values.index(word), type_of(node.Rank(value, type.values)))
        return node.Compare(node.Rank(value, type.values), Comparison.AT_LEAST, ranked)
    return node.Compare(value, Comparison.EQUAL, Literal(word, type))


def one_unit(first: Typed, other: Typed, scope: Scope, what: str = "value") -> bool:
    """Whether two values of a table, or of two versions of it, are of one unit; otherwise that they are not is
    reported.
    """
    same = first.type.kind is other.type.kind or {first.type.kind, other.type.kind} <= set(NUMBERS)
    if same and first.type.currency == other.type.currency:
        return True
    message = f"this is {other.type.said}, the {what} before is {first.type.said}"
    if same:
        cure = f"write an amount for each currency in all {what}s, in a table by `{CURRENCY}`"
        scope.report(meaning.CURRENCY_MISMATCH.at(other.span, message, help=cure))
    else:
        cure = f"give all {what}s one unit: {first.type.said}"
        scope.report(meaning.TYPE_MISMATCH.at(other.span, message, help=cure))
    return False


def _by_bands(table: Table, scope: Scope, inherit: bool) -> Typed | None:
    measured = lower(syntax.Name(table.by[0], table.by_spans[0]), scope)
    if measured is None:
        return None
    branches: list[tuple[Scalar, Scalar]] = []
    values: list[Typed] = []
    gates: list[Scalar] = []
    starts: list[Typed] = []
    of_row = measured.type.kind is not Kind.MONEY or is_in_row(measured.type)
    for threshold in table.thresholds:
        start = lower_table(threshold.start, scope if of_row else scope.paying(None), inherit=inherit)
        value, gate = _gated(threshold.value, scope, inherit)
        if start is None or value is None or (values and not one_unit(values[0], value, scope)):
            return None
        reached = compare(measured, Comparison.AT_LEAST, start, scope, start.span)
        if reached is None:
            return None
        starts.append(start)
        values.append(value)
        gates.append(gate)
        branches.append((reached.scalar, value.scalar))
    if not _well_ordered(starts, scope):
        return None
    branches.reverse()
    _gate_by_branch([test for test, _ in branches], gates[::-1], scope)
    built = node.Case(tuple(branches), Literal(None, values[0].type))
    return Typed(built, type_of(built), table.span, all_written(values))


def _well_ordered(starts: list[Typed], scope: Scope) -> bool:
    """Bands ascend, and the first starts at or below zero."""
    falling = first_not_ascending(starts)
    if falling is not None:
        low, high = falling
        help = order_cure(literal_number(low) == literal_number(high))
        scope.report(meaning.BAND_ORDER.at(high.span, "this band does not start above the one before", help=help))
        return False
    first = literal_number(starts[0])
    if first is not None and first > 0:
        cure = f"start the first band at `{_zero(starts[0].type, scope)}`"
        scope.report(meaning.BAND_GAP.at(starts[0].span, "no band covers values below this", help=cure))
        return False
    return True


def _zero(type: Type, scope: Scope) -> str:
    """Zero of a unit, as it is written."""
    if type.kind is not Kind.MONEY:
        return "0"
    return f"0 {scope.paid.codes[0] if scope.paid is not None and is_in_row(type) else type.currency}"


def order_cure(is_equal: bool) -> str:
    """What to do about a band that does not start above the one before: sorting parts no two that start together."""
    return "give this band a higher `from`, or remove one of the two" if is_equal else "sort the bands from low to high"


def first_not_ascending(values: list[Typed]) -> tuple[Typed, Typed] | None:
    """The first literal that is not above the one before, after that one; only literals can be compared."""
    for one, two in pairwise(values):
        low, high = literal_number(one), literal_number(two)
        if low is not None and high is not None and high <= low:
            return one, two
    return None


def literal_number(typed: Typed) -> Decimal | None:
    """The number of a literal."""
    value = typed.scalar.value if isinstance(typed.scalar, Literal) else None
    return Decimal(value) if isinstance(value, Decimal | int) else None
