"""From the conditions of a Plan to atoms: the questions to the rule engine, and how answers combine.

An atom compares integers. A side whose digits after the point are known is stored once, scaled
(`Scaled`), and may meet a constant in the rule; a side with a quotient meets the other side
cross-multiplied, both in fields of that atom alone (`Crossed`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.plan.plan import Condition, Plan
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Between,
    Case,
    Column,
    Compare,
    Comparison,
    DaysBetween,
    Greatest,
    IfMissing,
    IsMissing,
    Least,
    Literal,
    MonthsBetween,
    Multiply,
    Not,
    Or,
    Rank,
    Round,
    Scalar,
    Subtract,
    TakenBack,
    Value,
)
from engine.plan.table import Extend, Filter, Fold, Lookup, Measure, Select
from engine.referee.arithmetic import NotCovered, number, ratio_of, words
from engine.referee.arithmetic import is_textual as gives_text
from engine.referee.formula import (
    Answer,
    Atomic,
    Every,
    FirstOf,
    Formula,
    Grouped,
    Known,
    Listed,
    Opposite,
    Otherwise,
    Quorum,
    Reading,
    Some,
    Undecided,
    Where,
)
from engine.types import BOOLEAN, Kind

LIMIT = 2**62  # beyond 2**63 durable-rules compares wrongly without saying so
MOST_OPTIONS = 8  # texts in one rule: an expression of a rule may have 32 parts


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number times ten to `scale`."""

    value: Scalar
    scale: int


@dataclass(frozen=True, slots=True)
class Crossed:
    """One side of a comparison multiplied by the denominator of the other."""

    comparison: Compare
    left: bool


@dataclass(frozen=True, slots=True)
class Coded:
    """A text as the number it has in the table of the Plan's texts."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Present:
    """1 where the expression has a value, else nothing."""

    value: Scalar


Fact = Scaled | Crossed | Coded | Present


@dataclass(frozen=True, slots=True)
class Against:
    """Whether a field compares so with a constant."""

    fact: int
    op: Comparison
    constant: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Whether a field compares so with another field."""

    fact: int
    op: Comparison
    other: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a field equals one of the constants."""

    fact: int
    constants: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a field has a value; never undecided."""

    fact: int


Atom = Against | Pair | OneOf | Exists


@dataclass(frozen=True, slots=True)
class Brief:
    """What the referee needs of a Plan. Facts, atoms and texts are numbered by their place."""

    facts: tuple[Fact, ...]
    atoms: tuple[Atom, ...]
    texts: tuple[str, ...]
    formulas: tuple[tuple[str, Formula], ...]  # condition id, in the order of the Plan
    definitions: tuple[tuple[str, Scalar], ...]  # of boolean columns


def facts_of(atom: Atom) -> tuple[int, ...]:
    """The fields an atom reads."""
    return (atom.fact, atom.other) if isinstance(atom, Pair) else (atom.fact,)


@dataclass
class _Lowering:
    """The tables filled while conditions are read."""

    plan: Plan
    definitions: dict[str, Scalar]
    outcomes: dict[str, str]
    rungs: dict[str, tuple[str, ...]]
    facts: dict[Fact, int] = field(default_factory=dict)
    atoms: dict[Atom, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)  # columns being inlined, to refuse a circle

    def fact(self, fact: Fact) -> int:
        """The number of a fact; checks that its arithmetic exists."""
        match fact:
            case Scaled(value, _):
                number(value, self.definitions.get)
            case Crossed(comparison, _):
                number(comparison.left, self.definitions.get)
                number(comparison.right, self.definitions.get)
            case Coded(value):
                words(value, self.definitions.get)
            case Present(value):
                (words if gives_text(value) else number)(value, self.definitions.get)
        return self.facts.setdefault(fact, len(self.facts))

    def atom(self, atom: Atom) -> Formula:
        """The formula that asks for one atom."""
        return Atomic(self.atoms.setdefault(atom, len(self.atoms)))

    def code(self, text: str) -> int:
        """The number of a text, from 1."""
        return self.texts.setdefault(text, len(self.texts) + 1)


def brief_of(plan: Plan) -> Brief:
    """Lower all conditions of a Plan."""
    lowering = _Lowering(
        plan,
        _definitions(plan),
        {each.outcome: each.id for each in plan.conditions if each.outcome},
        {each.outcome: each.lines for each in plan.rungs},
    )
    formulas = tuple((each.id, _condition(each, lowering)) for each in plan.conditions)
    return Brief(
        tuple(lowering.facts),
        tuple(lowering.atoms),
        tuple(lowering.texts),
        formulas,
        tuple(lowering.definitions.items()),
    )


def _definitions(plan: Plan) -> dict[str, Scalar]:
    """Boolean columns of the decisions table that the Plan computes, back to the first table."""
    tables = {table.name: table for table in plan.tables}
    found: dict[str, Scalar] = {}
    table = tables.get(plan.decisions)
    while table is not None:
        match table:
            case Extend(_, source, columns):
                for name, scalar in columns:
                    found.setdefault(name, scalar)
                table = tables.get(source)
            case Filter(_, source, _) | Lookup(_, source):
                table = tables.get(source)
            case Measure(_, base):
                table = tables.get(base)
            case Fold():
                table = tables.get(table.source)
            case Select(_, source, names) if all(new == old for new, old in names):
                table = tables.get(source)
            case _:
                table = None
    return {name: scalar for name, scalar in found.items() if _is_truth(scalar, found)}


def _is_truth(scalar: Scalar, found: dict[str, Scalar]) -> bool:
    match scalar:
        case Compare() | Among() | Between() | IsMissing() | And() | Or() | Not() | AtLeast():
            return True
        case Literal(_, type):
            return type.kind is Kind.BOOLEAN
        case Column(name, type):  # a renamed field; its own name would be circular
            return type.kind is Kind.BOOLEAN and name in found and found[name] != scalar
        case IfMissing(value, _):
            return _is_truth(value, found)
        case Case(branches, otherwise):
            return _is_truth(branches[0][1] if branches else otherwise, found)
        case _:
            return False


def _condition(condition: Condition, lowering: _Lowering) -> Formula:
    """A group by its parts, anything else by its expression, where it applies."""
    if condition.form in GROUPS:
        return Grouped(condition.form, condition.at_least, condition.parts)
    lowering.open = [condition.outcome]
    term = _formula(condition.scalar, lowering)
    if not condition.applies:
        return term
    return Where(_formula(Column(condition.applies, BOOLEAN, True), lowering), term)


GROUPS = ("all", "any", "none", "at_least")


def _formula(scalar: Scalar, lowering: _Lowering) -> Formula:
    """A truth value as a formula over atoms; what cannot be lowered is not covered, with the reason."""
    try:
        return _lowered(scalar, lowering)
    except NotCovered as error:
        return Known(Answer.NOT_COVERED, str(error))


def _lowered(scalar: Scalar, lowering: _Lowering) -> Formula:
    def every(terms: tuple[Scalar, ...]) -> tuple[Formula, ...]:
        return tuple(_formula(term, lowering) for term in terms)

    match scalar:
        case Literal(value, _):
            return Known(_ANSWERS[value if isinstance(value, bool) else None])
        case Column():
            return _flag(scalar, lowering)
        case Compare():
            return _comparison(scalar, lowering)
        case Among(value, options):
            return _membership(value, options, lowering)
        case Between(value, low, high):
            lower = Compare(value, Comparison.AT_LEAST, low)
            return Every(every((lower, Compare(value, Comparison.AT_MOST, high))))
        case IsMissing(value):
            if _is_truth(value, lowering.definitions):
                return Undecided(_formula(value, lowering))
            return Opposite(lowering.atom(Exists(lowering.fact(Present(value)))))
        case And(terms):
            return Every(every(terms))
        case Or(terms):
            return Some(every(terms))
        case Not(term):
            return Opposite(_formula(term, lowering))
        case AtLeast(count, terms):
            return Quorum(count, every(terms))
        case IfMissing(value, default):
            return Otherwise(_formula(value, lowering), _formula(default, lowering))
        case Case(branches, otherwise):
            pairs = tuple((_formula(test, lowering), _formula(then, lowering)) for test, then in branches)
            return FirstOf(pairs, _formula(otherwise, lowering))
        case _:
            raise NotCovered("a number where a condition is needed")


_ANSWERS = {True: Answer.MET, False: Answer.NOT_MET, None: Answer.CANNOT_DECIDE}


def _flag(column: Column, lowering: _Lowering) -> Formula:
    """A boolean column: another condition, a tier, something the Plan computes, or a record's field."""
    name = column.name
    if name not in lowering.open:
        if name in lowering.outcomes:
            return Reading(lowering.outcomes[name])
        if name in lowering.rungs:
            return Listed(lowering.rungs[name])
    if (definition := lowering.definitions.get(name)) is not None:
        if lowering.open.count(name) > 1:
            raise NotCovered(f"`{name}` defined by itself")
        lowering.open.append(name)
        formula = _formula(definition, lowering)
        lowering.open.pop()
        return formula
    return _comparison(Compare(column, Comparison.EQUAL, Literal(True, BOOLEAN)), lowering)


def _comparison(compare: Compare, lowering: _Lowering) -> Formula:
    left, op, right = compare.left, compare.op, compare.right
    if any(isinstance(side, Literal) and side.value is None for side in (left, right)):
        return Known(Answer.CANNOT_DECIDE)
    if gives_text(left) or gives_text(right):
        return _texts_compared(compare, lowering)
    if isinstance(left, Literal) and not isinstance(right, Literal):
        return _comparison(Compare(right, MIRRORED[op], left), lowering)
    scales = (scale_of(left), scale_of(right))
    if scales[0] is None or scales[1] is None:
        first = lowering.fact(Crossed(compare, left=True))
        return lowering.atom(Pair(first, op, lowering.fact(Crossed(compare, left=False))))
    scale = max(scales[0], scales[1])
    fact = lowering.fact(Scaled(left, scale))
    if isinstance(right, Literal):
        return lowering.atom(Against(fact, op, _constant(right.value, scale)))
    return lowering.atom(Pair(fact, op, lowering.fact(Scaled(right, scale))))


MIRRORED = {
    Comparison.LESS: Comparison.MORE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.MORE: Comparison.LESS,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.EQUAL: Comparison.EQUAL,
    Comparison.UNEQUAL: Comparison.UNEQUAL,
}


def _constant(value: Value, scale: int) -> int:
    ratio = ratio_of(value)
    assert ratio is not None  # a missing literal was answered before
    unit: int = 10**scale
    constant = ratio[0] * unit // ratio[1]
    if abs(constant) > LIMIT:
        raise NotCovered("a constant beyond 62 bits")
    return constant


def _texts_compared(compare: Compare, lowering: _Lowering) -> Formula:
    left, op, right = compare.left, compare.op, compare.right
    if op not in (Comparison.EQUAL, Comparison.UNEQUAL):
        raise NotCovered("an order of texts")
    if isinstance(left, Literal):
        left, right = right, left
    fact = lowering.fact(Coded(left))
    if isinstance(right, Literal) and isinstance(right.value, str):
        return lowering.atom(Against(fact, op, lowering.code(right.value)))
    return lowering.atom(Pair(fact, op, lowering.fact(Coded(right))))


def _membership(value: Scalar, options: tuple[Literal, ...], lowering: _Lowering) -> Formula:
    """One of several: a rule for every few texts, a comparison for every number."""
    if not gives_text(value) or any(not isinstance(option.value, str) for option in options):
        equal = (Compare(value, Comparison.EQUAL, option) for option in options)
        return Some(tuple(_formula(each, lowering) for each in equal))
    fact = lowering.fact(Coded(value))
    codes = sorted({lowering.code(str(option.value)) for option in options})
    groups = (tuple(codes[at : at + MOST_OPTIONS]) for at in range(0, len(codes), MOST_OPTIONS))
    return Some(tuple(lowering.atom(OneOf(fact, group)) for group in groups))


def scale_of(scalar: Scalar) -> int | None:
    """Digits after the point that hold every value exactly; None for a ratio."""
    match scalar:
        case Literal(value, _):
            return _digits_after(value)
        case Column(_, type):
            return None if type.ratio else type.scale
        case Add(left, right) | Subtract(left, right) | IfMissing(left, right):
            return _widest((left, right))
        case Multiply(left, right):
            scales = (scale_of(left), scale_of(right))
            return None if scales[0] is None or scales[1] is None else scales[0] + scales[1]
        case Least(values) | Greatest(values):
            return _widest(values)
        case Case(branches, otherwise):
            return _widest((*(then for _, then in branches), otherwise))
        case Absolute(value) | TakenBack(value, _):
            return scale_of(value)
        case Round(_, scale, _):
            return scale
        case DaysBetween() | MonthsBetween() | Rank() | Compare() | Among() | Between():
            return 0
        case IsMissing() | And() | Or() | Not() | AtLeast():
            return 0
        case _:
            return None


def _digits_after(value: Value) -> int:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _widest(scalars: tuple[Scalar, ...]) -> int | None:
    scales = [scale_of(each) for each in scalars]
    return None if None in scales else max((scale for scale in scales if scale is not None), default=0)
