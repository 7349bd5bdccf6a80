"""Conditions: lines of a program as booleans, each with its own outcome, value and distance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from engine.compiler.applying import applies_to_all
from engine.compiler.expressions import COMPARISONS, lower_condition, lower_sides
from engine.compiler.frame import Frame, FrameScope
from engine.compiler.typed import Typed
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.expression import render_expression
from engine.language.names import names_in
from engine.language.percents import in_percent
from engine.language.program import Group, Line, Requirement
from engine.language.syntax import Expression
from engine.plan import scalar as node
from engine.plan.digits import is_cut, is_open, shown_scale
from engine.plan.inference import type_of
from engine.plan.owner import Owner
from engine.plan.plan import Condition
from engine.plan.scalar import Column, Comparison, Literal, Mode, Scalar
from engine.types import BOOLEAN, Kind, Type

MIRRORED = {
    Comparison.LESS: Comparison.MORE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.MORE: Comparison.LESS,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.EQUAL: Comparison.EQUAL,
    Comparison.UNEQUAL: Comparison.UNEQUAL,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A condition lowered: its boolean, and its id where the frame keeps it.

    `applies` is None where it applies to all partners. Where it is false, the boolean is missing.
    """

    scalar: Scalar
    id: str
    applies: Scalar | None = None

    @property
    def settled(self) -> Scalar:
        """The boolean at the top of a list, where what is not applicable counts as not met."""
        return self.left_out(as_met=False)

    def left_out(self, *, as_met: bool) -> Scalar:
        """The boolean with a value for partners to whom it does not apply, by which it decides nothing in a group."""
        if self.applies is None:
            return self.scalar
        return node.Case(((node.Not(self.applies), Literal(as_met, BOOLEAN)),), self.scalar)


def lower_requirements(owner: Owner, lines: tuple[Requirement, ...], scope: FrameScope) -> list[Decided] | None:
    """Every line decided; None after findings. Ids are `owner.1`, `owner.2` and so on, of its parts `owner.1.1`."""
    decided = _lines(owner, str(owner), lines, scope)
    for line, each in zip(lines, decided or (), strict=False):
        if each.applies is not None and not applies_to_all(line, scope.frame.bench.program):
            scope.report(
                meaning.MAY_NOT_APPLY.at(
                    line.span,
                    "this line counts as not met for partners to whom it does not apply",
                    help=f"so that they can meet it, add a line that applies to them: {_widened(line)}",
                )
            )
    return decided


def _widened(line: Requirement) -> str:
    """A line beside another one for other partners: in its own group, if one of the lines is enough there."""
    if isinstance(line, Line):
        return f"`any: [{render_expression(line.expression)}, ..]`"
    return "to `any`" if line.form == "any" else f"`any: [{{{line.form}: [..]}}, ..]`"


def _lines(owner: Owner, above: str, lines: tuple[Requirement, ...], scope: FrameScope) -> list[Decided] | None:
    decided = [_requirement(owner, f"{above}.{place}", line, scope) for place, line in enumerate(lines, 1)]
    kept = [each for each in decided if each is not None]
    return kept if len(kept) == len(decided) else None


def all_lines(decided: list[Decided]) -> Scalar:
    """All lines must hold."""
    return node.conjunction(each.settled for each in decided)


def _requirement(owner: Owner, id: str, line: Requirement, scope: FrameScope) -> Decided | None:
    with scope.bench.at(line.span):
        return _lowered(owner, id, line, scope)


def _lowered(owner: Owner, id: str, line: Requirement, scope: FrameScope) -> Decided | None:
    if isinstance(line, Line):
        return _expression(owner, id, line.expression, scope)
    parts = _lines(owner, id, line.lines, scope)
    if parts is None:
        return None
    text = {"at_least": f"at least {line.count} of"}.get(line.form, line.form)
    return _group(owner, id, line, text, parts, scope)


def _group(owner: Owner, id: str, group: Group, text: str, parts: list[Decided], scope: FrameScope) -> Decided:
    terms = tuple(each.left_out(as_met=group.form == "all") for each in parts)
    scalar: Scalar
    match group.form:
        case "any":
            scalar = node.Or(terms)
        case "none":
            scalar = node.Not(node.Or(terms))
        case "at_least":
            scalar = node.AtLeast(group.count, terms)
        case _:
            scalar = node.And(terms)
    condition = Condition(
        id,
        owner,
        group.form,
        text,
        group.span,
        scalar,
        parts=tuple(each.id for each in parts),
        at_least=group.count,
    )
    return _record(condition, _some_applies(parts), scope.frame)


def _some_applies(parts: list[Decided]) -> Scalar | None:
    """Whether a group has something left; None where one of its parts applies to all partners."""
    applies = [each.applies for each in parts if each.applies is not None]
    if len(applies) < len(parts):
        return None
    return node.disjunction(applies)


def _expression(owner: Owner, id: str, expression: Expression, scope: FrameScope) -> Decided | None:
    """One line; `and`, `or` and `not` inside it become a group, so that each comparison is told apart."""
    match expression:
        case syntax.Logic(op=op, terms=terms, span=span):
            parts = [_expression(owner, f"{id}.{place}", term, scope) for place, term in enumerate(terms, 1)]
            kept = [each for each in parts if each is not None]
            if len(kept) < len(parts):
                return None
            form = "all" if op == "and" else "any"
            return _group(owner, id, Group(form, (), span), render_expression(expression), kept, scope)
        case syntax.Negation(term=term, span=span):
            part = _expression(owner, f"{id}.1", term, scope)
            if part is None:
                return None
            return _group(owner, id, Group("none", (), span), render_expression(expression), [part], scope)
    typed = lower_condition(expression, scope)
    return _leaf(owner, id, expression, typed, scope) if typed else None


def _leaf(owner: Owner, id: str, expression: Expression, typed: Typed, scope: FrameScope) -> Decided:
    used = tuple(names_in(expression))
    names = tuple(dict.fromkeys(name.text for name in used))
    found = [each for name in used if (each := scope.behind(name)) is not None]
    applies = _all_apply([each.applies for each in found if each.applies is not None])
    named = isinstance(expression, syntax.Name)
    condition = Condition(
        id,
        owner,
        "name" if named else "compare",
        render_expression(expression),
        expression.span,
        typed.scalar,
        names=names,
        behind=found[0].owner if named and found else None,
        percent=in_percent(expression, scope.frame.bench.program),
    )
    if scope.frame.keeps(condition.owner) and isinstance(expression, syntax.Comparing):
        condition = _measured(condition, expression, typed.scalar, scope)
    return _record(condition, applies, scope.frame)


def _all_apply(applies: list[Scalar]) -> Scalar | None:
    """Whether everything that a line reads applies."""
    return node.conjunction(applies) if applies else None


def record_condition(condition: Condition, frame: Frame) -> Decided:
    """Give a condition its outcome column, where the frame keeps it."""
    return _record(condition, None, frame)


def _record(condition: Condition, applies: Scalar | None, frame: Frame) -> Decided:
    """The outcome is missing if the line does not apply; the column `applies` distinguishes that from undecided."""
    scalar = condition.scalar
    kept = frame.keeps(condition.owner)
    if applies is not None:
        if kept:
            applies = frame.derive(f"{condition.id}.applies", applies)
            condition = replace(condition, applies=applies.name)
        scalar = node.Case(((applies, scalar),), Literal(None, BOOLEAN))
    if not kept:
        return Decided(scalar, "", applies)
    name = f"{condition.id}.outcome"
    asked = name in frame.derived  # a benefit that an incentive pays by asks its own lines again
    outcome = frame.derive(name, scalar)
    if not asked:
        frame.conditions.append(replace(condition, outcome=outcome.name))
    return Decided(outcome, condition.id, applies)


def _measured(condition: Condition, expression: syntax.Comparing, scalar: Scalar, scope: FrameScope) -> Condition:
    """Value, threshold and distance of a comparison of numbers."""
    sides = lower_sides(expression.left, expression.right, scope)
    if sides is None or not sides[0].type.is_numeric or not isinstance(scalar, node.Compare):
        return condition
    left, right = sides
    op = COMPARISONS[expression.op]
    if isinstance(left.scalar, Literal) and not isinstance(right.scalar, Literal):
        left, right, op = right, left, MIRRORED[op]
    return measure_condition(condition, left, op, right, scope.frame)


def measure_condition(condition: Condition, left: Typed, op: Comparison, right: Typed, frame: Frame) -> Condition:
    """The condition with columns for the observed value, the threshold and the distance between."""
    scale = max(shown_scale(left.type), shown_scale(right.type))
    exact = is_cut(left.type) or is_cut(right.type)
    value = frame.show(f"{condition.id}.value", _shown(left, scale))
    threshold = frame.derive(f"{condition.id}.threshold", _shown(right, scale))
    gap: Scalar
    match op:
        case Comparison.AT_LEAST | Comparison.MORE:
            gap = node.Subtract(threshold, value)
        case Comparison.AT_MOST | Comparison.LESS:
            gap = node.Subtract(value, threshold)
        case _:
            gap = node.Absolute(node.Subtract(value, threshold))
    if exact:  # rounding for display must never show a distance of zero to what is not met
        smallest = Decimal(1).scaleb(-scale)
        gap = node.Greatest((gap, Literal(smallest, type_of(gap).sized(scale + 1, scale))))
    outcome = Column(f"{condition.id}.outcome", BOOLEAN, optional=True)
    zero = Literal(Decimal(0), type_of(gap).sized(1, 0))
    missing = Literal(None, type_of(gap))
    distance = frame.derive(f"{condition.id}.distance", node.Case(((outcome, zero), (node.Not(outcome), gap)), missing))
    return replace(
        condition,
        value=value.name,
        threshold=threshold.name,
        distance=distance.name,
        unit=_unit(left.type, scale),
        strict=op in (Comparison.MORE, Comparison.LESS),
    )


def _unit(type: Type, scale: int) -> Type:
    return type.sized(max(type.digits, scale + 1), scale) if type.kind in (Kind.MONEY, Kind.NUMBER) else type


def _shown(typed: Typed, scale: int) -> Scalar:
    return node.Round(typed.scalar, scale, Mode.HALF_EVEN) if is_open(typed.type) else typed.scalar
