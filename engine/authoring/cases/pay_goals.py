"""What the cases should reach of incentives: eligibility, records that count, band edges, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from engine.authoring.cases.goals import RATIO_SCALE, Goal, Seen, around, between, fixed_numbers, say, value_of
from engine.authoring.cases.observing import exact
from engine.explain.lines import MIRRORED
from engine.language.expression import render_expression
from engine.language.program import Group, Incentive, Requirement
from engine.plan.bands import edges_of
from engine.plan.grain import columns_of
from engine.plan.inference import children, is_optional, type_of
from engine.plan.literals import constant_of
from engine.plan.plan import Earning, Plan, Step
from engine.plan.scalar import And, AtLeast, Bands, Compare, IfMissing, Literal, Not, Or, Rank, Scalar
from engine.plan.table import Extend, Filter, Measure
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import ExactRow
from engine.types import Kind, Type


def incentive_goals(incentive: Incentive, plan: Plan) -> Iterator[Goal]:
    """Everything to reach of one incentive, as far as it has earnings on the Plan's day."""
    for earning in plan.earnings:
        if earning.incentive == incentive.name:
            yield from _eligible(incentive, plan, earning)
            yield from _eligible_edges(incentive, plan, earning)
            yield from _counted(incentive, plan, earning)
            yield from _bands(incentive, earning)
            yield from _limits(incentive, earning)


def rows_of(seen: Seen, earning: Earning) -> Iterator[ExactRow]:
    """The partner's rows of an earning, those that came to nothing too."""
    node = seen.evaluation.nodes.get(earning.table)
    table = node.source if isinstance(node, Filter) else earning.table
    for row in seen.evaluation.exact.rows.get(table, ()):
        if row.get("partner_id") == seen.partner:
            yield row


def _any_row(earning: Earning, test: Callable[[ExactRow], bool]) -> Callable[[Seen], bool]:
    return lambda seen: any(test(row) for row in rows_of(seen, earning))


def _step(earning: Earning, name: str) -> Step | None:
    return next((each for each in earning.steps if each.name == name), None)


def _eligible(incentive: Incentive, plan: Plan, earning: Earning) -> Iterator[Goal]:
    step = _step(earning, "eligible")
    if step is None:
        return
    column = step.column
    types = {each.name: each for columns in columns_of(plan.tables).values() for each in columns}
    ways: list[tuple[str, str, bool | None]] = [
        ("met", f"is eligible for `{incentive.name}`", True),
        ("not_met", f"is not eligible for `{incentive.name}`", False),
    ]
    if column in types and types[column].optional:
        ways.append(("cannot_decide", f"leaves it undecided who is eligible for `{incentive.name}`", None))
    for way, text, outcome in ways:
        yield Goal(
            f"incentive.{incentive.name}.eligible.{way}", "incentive", text, step.span,
            _any_row(earning, lambda row, outcome=outcome: row.get(column, ...) is outcome),  # type: ignore[misc]  # the default binds this turn's outcome
        )  # fmt: skip


def _eligible_edges(incentive: Incentive, plan: Plan, earning: Earning) -> Iterator[Goal]:
    """The edges of numbers that somebody's eligibility depends on, on the days it is judged."""
    step = _step(earning, "eligible")
    nodes = (each for each in plan.tables if isinstance(each, Extend))
    for node in nodes if step is not None else ():
        for column, gate in node.columns:
            if step is not None and column == step.column:
                for compared in _comparisons(gate):
                    yield from _edges_of(incentive, node.name, step, compared)


def _comparisons(gate: Scalar) -> Iterator[Compare]:
    """The comparisons of numbers in a condition."""
    if isinstance(gate, Compare) and type_of(gate.left).is_numeric and not isinstance(gate.left, Rank):
        yield gate
    elif isinstance(gate, And | Or | Not | AtLeast):
        for each in children(gate):
            yield from _comparisons(each)


def _edges_of(incentive: Incentive, table: str, step: Step, compared: Compare) -> Iterator[Goal]:
    value, op, threshold = compared.left, compared.op, compared.right
    if isinstance(value, Literal):
        value, op, threshold = threshold, MIRRORED.get(op, op), value
    type = type_of(value)
    smallest = Fraction(1, 10 ** (RATIO_SCALE if type.ratio else type.scale))
    if op not in MIRRORED:
        return
    for number in fixed_numbers(threshold):
        edge = Fraction(number)
        for side, name, low, high in around(op, edge, smallest, type, percent=False):
            text = f"{name} where `{incentive.name}` asks who is eligible"
            test = _judged(table, value, threshold, edge, (low, high))
            yield Goal(f"incentive.{incentive.name}.eligible.{name}.{side}", "edge", text, step.span, test)


def _judged(
    table: str, value: Scalar, threshold: Scalar, edge: Fraction, bounds: tuple[Fraction, Fraction]
) -> Callable[[Seen], bool]:
    def test(seen: Seen) -> bool:
        rows = seen.evaluation.exact.rows.get(table, ())
        mine = (row for row in rows if row.get("partner_id") == seen.partner)
        return any(between(row, value, threshold, edge, *bounds) for row in mine)

    return test


def _counted(incentive: Incentive, plan: Plan, earning: Earning) -> Iterator[Goal]:
    """Each line of `where` with a record that it takes and one that it leaves out."""
    if not incentive.where:
        return
    source = _source(incentive, plan, earning)
    if source is None:
        return
    table, where = source
    terms = where.terms if len(incentive.where) > 1 and isinstance(where, And) else (where,)
    if len(terms) != len(incentive.where):
        return
    for place, (line, term) in enumerate(zip(incentive.where, terms, strict=True), 1):
        told = f"`{_text(line)}` ({incentive.name})"
        ways: list[tuple[str, str, bool | None]] = [
            ("met", f"has a record that {told} takes", True),
            ("not_met", f"has a record that {told} leaves out", False),
        ]
        if is_optional(term):
            ways.append(("cannot_decide", f"has a record of which {told} cannot be decided", None))
        for way, text, outcome in ways:
            yield Goal(
                f"incentive.{incentive.name}.where.{place}.{way}", "incentive", text, line.span,
                _some_record(table, term, outcome),
            )  # fmt: skip


def _text(line: Requirement) -> str:
    return line.form if isinstance(line, Group) else render_expression(line.expression)


def _source(incentive: Incentive, plan: Plan, earning: Earning) -> tuple[str, Scalar] | None:
    """The table whose rows an incentive's `where` chooses from, and that condition."""
    nodes = {each.name: each for each in plan.tables}
    for measure, name in earning.basis:
        node = nodes.get(measure)
        if isinstance(node, Measure):
            aggregate = next(each for each in node.aggregates if each.into == name)
            if isinstance(aggregate.where, And):
                return node.rows, aggregate.where.terms[-1]
    stem = earning.table.removesuffix(".earnings")
    chosen = nodes.get(f"{stem}.rows")
    if isinstance(chosen, Filter) and isinstance(chosen.where, And):
        last = chosen.where.terms[-1]
        return chosen.source, last.value if isinstance(last, IfMissing) else last
    return None


def _some_record(table: str, where: Scalar, outcome: bool | None) -> Callable[[Seen], bool]:
    def test(seen: Seen) -> bool:
        return any(
            _decided(where, row) is outcome
            for row in seen.evaluation.exact.rows.get(table, ())
            if row.get("partner_id") == seen.partner
        )

    return test


def _decided(where: Scalar, row: ExactRow) -> object:
    try:
        return evaluate_scalar(where, row)
    except KeyError:  # a column of the base: no condition of the row alone
        return ...


def _bands(incentive: Incentive, earning: Earning) -> Iterator[Goal]:
    """Each edge of the bands, exactly and by one step below; the first begins where there is nothing below."""
    bands, step = earning.bands, _step(earning, "measure")
    if not isinstance(bands, Bands) or step is None:
        return
    edges = [constant_of(each) for each in edges_of(bands)[1:]]
    spans = [*earning.band_spans[1:], earning.band_spans[-1]] if earning.band_spans else []
    smallest = Fraction(1, 10**step.type.scale)
    for place, known in enumerate(edges):
        if known is None:  # an edge that differs by row is no figure to aim at
            continue
        edge = Fraction(known)
        span = spans[place] if place < len(spans) else earning.span
        name = say(edge, step.type)
        below = say(edge - smallest, step.type)
        id = f"band.{incentive.name}.{name}"
        text = f"measures exactly {name} for `{incentive.name}`"
        yield Goal(f"{id}.at", "band", text, span, _measuring(earning, bands, edge, edge))
        text = f"measures just below {name} for `{incentive.name}`, such as {below}"
        yield Goal(f"{id}.below", "band", text, span, _measuring(earning, bands, edge - smallest, edge - smallest))


def _measuring(earning: Earning, bands: Bands, low: Fraction, high: Fraction) -> Callable[[Seen], bool]:
    """A measure in this range, of somebody who is not ruled out."""
    step = _step(earning, "eligible")

    def test(row: ExactRow) -> bool:
        measure = exact(value_of(bands.measure, row))
        ruled_out = step is not None and row.get(step.column) is False
        return measure is not None and low <= measure <= high and not ruled_out

    return _any_row(earning, test)


def _limits(incentive: Incentive, earning: Earning) -> Iterator[Goal]:
    """Each limit reached, and stayed below by somebody who earns."""
    steps: Sequence[Step] = [each for each in earning.steps if each.name in ("earned", "limit")]
    for place, step in enumerate(steps):
        if step.name != "limit" or place == 0:
            continue
        before = steps[place - 1].column
        limit = incentive.limits[place - 1] if place <= len(incentive.limits) else None
        told = f" of {_limit_text(limit.at_most, step.type)}" if limit else ""
        id = f"limit.{incentive.name}.{place}"
        text = f"reaches the limit{told} of `{incentive.name}`"
        yield Goal(f"{id}.reached", "limit", text, step.span, _any_row(earning, _cut(before, step.column, True)))
        text = f"earns `{incentive.name}` below the limit{told}"
        yield Goal(f"{id}.below", "limit", text, step.span, _any_row(earning, _cut(before, step.column, False)))


def _limit_text(at_most: object, type: Type) -> str:
    value = getattr(at_most, "value", None)
    return say(Fraction(value), type) if value is not None and type.kind is Kind.MONEY else "its amount"


def _cut(before: str, after: str, wanted: bool) -> Callable[[ExactRow], bool]:
    """Whether a limit took something away; below it only what is earned counts."""

    def test(row: ExactRow) -> bool:
        earned, left = exact(row.get(before)), exact(row.get(after))
        if earned is None or left is None:
            return False
        return left < earned if wanted else left == earned and earned > 0

    return test
