"""What the cases of a program should reach: outcomes of lines, edges of thresholds, tiers, values of benefits.

A goal is a sentence about what no case does yet, and a test whether a decided case does it. Goals are made for a Plan,
so for a day; the same goal on two days has the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.authoring.cases.model import Observed, Word
from engine.authoring.cases.observing import exact
from engine.explain.lines import MIRRORED, comparison_of, is_percent
from engine.explain.model import Outcome
from engine.explain.subject import decision_of
from engine.language import syntax
from engine.language.currency import scale_of
from engine.language.names import declared_in
from engine.language.program import Benefit, Program, Table
from engine.language.source import Span
from engine.plan.grain import columns_of
from engine.plan.inference import is_optional
from engine.plan.owner import TIERS, Owner, OwnerKind
from engine.plan.plan import Condition, Ladder, Plan
from engine.plan.scalar import Case as Branches
from engine.plan.scalar import Comparison, Literal, Scalar
from engine.reference.evaluate import Evaluation
from engine.reference.scalars import Exact, evaluate_scalar
from engine.reference.tables import ExactRow
from engine.types import Kind, Type

RATIO_SCALE = 4  # digits of the step just below the edge of a ratio if no metric gives a `scale`
FINER = 10**9  # a value may have more digits than a step; it is not at the edge if it differs by this part of one
LONGEST = 80  # characters of a group's lines in a sentence
INVITED = ("nominations",)  # what an invitation reads: it is there or not
RISING = (Comparison.AT_LEAST, Comparison.MORE)
INCLUSIVE = (Comparison.AT_LEAST, Comparison.AT_MOST)


@dataclass(frozen=True, slots=True)
class Seen:
    """One decided case: its Plan, its evaluation, and the partner whose decision is compared."""

    plan: Plan
    evaluation: Evaluation
    partner: str
    row: ExactRow  # of the decisions
    observed: Observed


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing a case should reach. `text` follows "no case"; `kind` sorts it."""

    id: str
    kind: str  # line, edge, tier, benefit, incentive, band, limit
    text: str
    span: Span
    reached: Callable[[Seen], bool]

    @property
    def key(self) -> tuple[str, Span]:
        """The identity of a goal: a line that an amendment changed is a new goal."""
        return self.id, self.span


def lines_of_partners(plan: Plan) -> Iterator[Condition]:
    """The lines of tiers, segments and benefits; those of incentives are judged on days of their own."""
    return (each for each in plan.conditions if each.owner.kind is not OwnerKind.INCENTIVE)


def line_goals(plan: Plan) -> Iterator[Goal]:
    """Every line met, not met and, where something can be missing, undecided; where it may not apply, that too."""
    texts = {each.id: each.text for each in plan.conditions}
    optional = {each.name for each in columns_of(plan.tables)[plan.decisions] if each.optional}
    for condition in lines_of_partners(plan):
        parts = ", ".join(texts[each] for each in condition.parts)
        told = f"`{_cut(f'{condition.text}: {parts}' if parts else condition.text)}` ({condition.of})"
        ways = [(Outcome.MET, f"meets {told}"), (Outcome.NOT_MET, f"misses {told}")]
        if _may_be_open(condition, plan, optional):
            ways.append((Outcome.CANNOT_DECIDE, f"leaves {told} undecided"))
        if condition.applies:
            ways.append((Outcome.NOT_APPLICABLE, f"finds {told} not applicable"))
        for way, text in ways:
            yield Goal(f"line.{condition.id}.{way.value}", "line", text, condition.span, _with_outcome(condition, way))


def _may_be_open(condition: Condition, plan: Plan, optional: Container[str]) -> bool:
    """Whether something that the line reads can be missing; the status of a partner without one is not applicable."""
    if condition.names == INVITED:
        return False
    if condition.parts:
        parts = [each for each in plan.conditions if each.id in condition.parts]
        return any(_may_be_open(each, plan, optional) for each in parts)
    if not condition.applies:
        return is_optional(condition.scalar)
    read = [each for each in plan.ladders if each.name in {declared_in(name)[0] for name in condition.names}]
    return condition.applies in optional or any(rung.outcome in optional for each in read for rung in each.rungs)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}.."


def _with_outcome(condition: Condition, outcome: Outcome) -> Callable[[Seen], bool]:
    return lambda seen: condition.outcome in seen.row and decision_of(condition, seen.row) is outcome


def edge_goals(plan: Plan) -> Iterator[Goal]:
    """Every threshold that is a fixed number, seen exactly and by one step on the side that the edge is not on."""
    for condition in lines_of_partners(plan):
        told = f"({condition.text}, {condition.of})"
        yield from edges_of_line(plan, condition, told, lambda seen: (seen.row,))


def edges_of_line(
    plan: Plan, condition: Condition, told: str, rows_of: Callable[[Seen], Iterable[ExactRow]]
) -> Iterator[Goal]:
    """At each edge of a line, and just before it: together they test the comparison and its number. `told` ends the
    sentence; `rows_of` gives the rows in which the line was decided.
    """
    op, sides = comparison_of(condition), _sides(condition)
    if sides is None or condition.names == INVITED or op not in MIRRORED:
        return
    assert condition.unit is not None  # lines of numbers have one
    value, threshold = sides
    percent, unit, step = is_percent(condition), condition.unit, _step(plan, condition)
    for number in map(Fraction, fixed_numbers(threshold)):

        def near(low: Fraction, high: Fraction, edge: Fraction = number) -> Callable[[Seen], bool]:
            return lambda seen: any(between(row, value, threshold, edge, low, high) for row in rows_of(seen))

        for side, name, low, high in around(op, number, step, unit, percent):
            id = f"edge.{condition.id}.{say(number, unit, percent)}.{side}"
            yield Goal(id, "edge", f"{name} {told}", condition.span, near(low, high))


def around(
    op: Comparison, edge: Fraction, step: Fraction, type: Type, percent: bool
) -> Iterator[tuple[str, str, Fraction, Fraction]]:
    """The edge itself, and one step on the side that it does not belong to: word, sentence, bounds of the value."""
    name = say(edge, type, percent)
    yield "at", f"at exactly {name}", edge, edge
    below = (op in RISING) is (op in INCLUSIVE)
    side, other = ("below", edge - step) if below else ("above", edge + step)
    low, high = just_below(edge, step) if below else (edge + step / FINER, edge + step)
    yield side, f"just {side} {name}, such as {say(other, type, percent)}", low, high


def between(row: ExactRow, value: Scalar, threshold: Scalar, edge: Fraction, low: Fraction, high: Fraction) -> bool:
    """Whether a row compares a value between the bounds with this edge."""
    found, asked = (exact(value_of(each, row)) for each in (value, threshold))
    return found is not None and asked == edge and low <= found <= high


def _sides(condition: Condition) -> tuple[Scalar, Scalar] | None:
    """The value and the threshold of a line of numbers as they are compared, not as they are shown."""
    scalar = condition.scalar
    if not condition.value or not hasattr(scalar, "left") or not hasattr(scalar, "right"):
        return None
    turned = isinstance(scalar.left, Literal) and not isinstance(scalar.right, Literal)
    return (scalar.right, scalar.left) if turned else (scalar.left, scalar.right)


def value_of(scalar: Scalar, row: ExactRow) -> Exact:
    """The exact value of a scalar in a row; missing where the row has not its columns."""
    try:
        return evaluate_scalar(scalar, row)
    except KeyError:
        return None


def fixed_numbers(scalar: Scalar) -> tuple[Decimal, ...]:
    """The numbers a threshold can be: its own, or those of its branches; none where it is computed."""
    if isinstance(scalar, Literal):
        value = scalar.value
        return (Decimal(value),) if isinstance(value, Decimal | int) and not isinstance(value, bool) else ()
    if isinstance(scalar, Branches):
        ends = [value for _, value in scalar.branches] + [scalar.otherwise]
        return tuple(dict.fromkeys(number for end in ends for number in fixed_numbers(end)))
    return ()


def _step(plan: Plan, condition: Condition) -> Fraction:
    """The smallest step of a line's value: a minor unit, a whole number, or the last digit of its metric."""
    assert condition.unit is not None  # lines of numbers have one
    scales = [each.type.scale for each in plan.metrics if each.name in condition.names]
    if condition.unit.kind is Kind.NUMBER:
        return Fraction(1, 10 ** (scales[0] if scales else RATIO_SCALE))
    return step_of(condition.unit)


def step_of(type: Type) -> Fraction:
    """The step from an edge to the value beside it. An amount has one of a minor unit, also if it is converted or
    divided and so has more digits: records and programs cannot state those.
    """
    scale = RATIO_SCALE if type.ratio else type.scale
    minor = scale_of(type.currency) if type.kind is Kind.MONEY else None
    return Fraction(1, 10 ** (scale if minor is None else min(minor, scale)))


def just_below(edge: Fraction, step: Fraction) -> tuple[Fraction, Fraction]:
    """The bounds of the values below an edge by a step at most."""
    return edge - step, edge - step / FINER


def parameter_goals(program: Program, plan: Plan) -> Iterator[Goal]:
    """Each edge of a parameter with bands of a metric: exactly at it and one step below."""
    types = {each.name: each.type for each in plan.metrics}
    for parameter in program.parameters:
        started = [each for each in parameter.versions if each.start is None or each.start <= plan.as_of]
        table = started[-1].table if started else None
        if table is None or len(table.by) != 1 or table.by[0] not in types:
            continue
        metric, type = table.by[0], types[table.by[0]]
        for band in table.thresholds[1:]:
            start = band.start.single
            if not isinstance(start, syntax.Number | syntax.Money):
                continue
            edge, step = Fraction(start.value), step_of(type)
            name, below = (say(each, type, getattr(start, "percent", False)) for each in (edge, edge - step))
            id, told = f"parameter.{parameter.name}.{name}", f"(`{parameter.name}` by `{metric}`)"
            text = f"with `{metric}` just below {name}, such as {below} {told}"
            yield Goal(
                f"{id}.at",
                "band",
                f"with `{metric}` at exactly {name} {told}",
                band.start.span,
                _metric(metric, edge, edge),
            )
            yield Goal(f"{id}.below", "band", text, band.start.span, _metric(metric, *just_below(edge, step)))


def _metric(name: str, low: Fraction, high: Fraction) -> Callable[[Seen], bool]:
    def test(seen: Seen) -> bool:
        found = seen.observed.get(("metrics", name))
        answer = found.answer if found else None
        return isinstance(answer, Decimal | int) and low <= Fraction(answer) <= high

    return test


def tier_goals(program: Program, plan: Plan) -> Iterator[Goal]:
    """Every tier held by a case's partner; every status of every designation, and no status if it may not apply."""
    for tier in program.ladder.tiers:
        if tier.name in plan.tiers.tiers:
            held = _holds(("tier",), tier.name)
            yield Goal(f"tier.{tier.name}", "tier", f"ends in the tier {tier.name}", tier.span, held)
    for ladder in plan.ladders:
        if ladder.name != TIERS:
            yield from _standing_goals(ladder)


def _standing_goals(ladder: Ladder) -> Iterator[Goal]:
    """Every status of a designation in one scope."""
    path = ("designations", ladder.name, *ladder.scope)
    ways = [(tier, f"ends in {tier} of {ladder.word}") for tier in ladder.tiers]
    if ladder.plain:
        ways = [(ladder.tiers[0], f"is without {ladder.word}"), (ladder.tiers[1], f"holds {ladder.word}")]
    if ladder.applies:
        ways.append((Word.NONE, f"is one to whom {ladder.word} does not apply"))
    for answer, text in ways:
        yield Goal(f"designation.{ladder.word}.{answer}", "tier", text, ladder.span, _holds(path, answer))


def _holds(path: tuple[str, ...], tier: str) -> Callable[[Seen], bool]:
    return lambda seen: path in seen.observed and seen.observed[path].answer == tier


def benefit_goals(program: Program) -> Iterator[Goal]:
    """Every value of every benefit granted, and every benefit with conditions refused."""
    for benefit in program.benefits:
        for scope in program.scopes(benefit.per):
            yield from _benefit_goals(benefit.at(scope), scope)


def _benefit_goals(benefit: Benefit, scope: tuple[str, ...]) -> Iterator[Goal]:
    """The values of a benefit in one of its scopes."""
    path = ("benefits", benefit.name, *scope)
    name = Owner(OwnerKind.BENEFIT, benefit.name, "", scope)
    for shown, span, value in _values(benefit):
        text = f"is granted `{name.of}`{f' of {shown}' if shown else ''}"
        yield Goal(f"{name}.{shown or 'granted'}", "benefit", text, span, _granted(path, value))
    if benefit.when:
        yield Goal(f"{name}.refused", "benefit", f"is refused `{name.of}`", benefit.span, _refused(path))


def _granted(path: tuple[str, ...], value: object) -> Callable[[Seen], bool]:
    def test(seen: Seen) -> bool:
        found = seen.observed.get(path)
        answer = found.answer if found else "none"
        if value is None:
            return answer not in ("none", "undecided", False)
        return answer == value and not isinstance(answer, bool)

    return test


def _refused(path: tuple[str, ...]) -> Callable[[Seen], bool]:
    return lambda seen: path in seen.observed and seen.observed[path].answer in ("none", False)


def _values(benefit: Benefit) -> Iterator[tuple[str, Span, object]]:
    """The values listed: as shown, their place, and the value itself; once what has no list."""
    seen: set[tuple[str, object]] = set()
    for value, span in _listed(benefit.table) if benefit.table is not None else ():
        match value:
            case syntax.Number(number, _, percent):
                found: tuple[str, object] = (say(Fraction(number), None, percent), number)
            case syntax.Money(number, currency):
                found = (f"{number:,f} {currency}", number)
            case syntax.Name(text):
                found = (text, text)
            case _:
                continue
        if found not in seen:
            seen.add(found)
            yield found[0], span, found[1]
    if not seen and not (benefit.table is not None and benefit.table.is_empty):  # nothing is listed for its keys
        yield "", benefit.span, None


def _listed(table: Table) -> Iterator[tuple[syntax.Expression, Span]]:
    """The entries of a value by words, with their places."""
    for choice in table.choices:
        if choice.value.single is not None:
            yield choice.value.single, choice.span
        yield from _listed(choice.value)


def say(value: Fraction, type: Type | None, percent: bool = False) -> str:
    """A number as a sentence has it: `250,000 USD`, `12.5%`."""
    number = value * 100 if percent else value
    places = 0
    while (number * 10**places).denominator != 1 and places < 12:
        places += 1
    money = type is not None and type.kind is Kind.MONEY
    if money and type is not None and places:
        places = max(places, min(type.scale, scale_of(type.currency) or 0))
    whole, rest = divmod(abs(round(number * 10**places)), 10**places)
    digits = f"{whole:,}" + (f".{rest:0{places}}" if places else "")
    sign = "-" if number < 0 else ""
    unit = f" {type.currency}" if money and type is not None else "%" if percent else ""
    return f"{sign}{digits}{unit}"
