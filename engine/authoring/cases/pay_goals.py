"""What the cases should reach of incentives: eligibility, records that count, values paid, band edges, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from engine.authoring.cases.goals import (
    FINER,
    Goal,
    Seen,
    between,
    edges_of_line,
    fixed_numbers,
    just_below,
    say,
    step_of,
    value_of,
)
from engine.authoring.cases.observing import exact
from engine.authoring.cases.value_goals import Leaf, leaf_taken, leaves_of
from engine.language.currency import scale_of
from engine.language.program import BandRow, Incentive, Limit, Table
from engine.language.records import CURRENCY
from engine.language.source import Span
from engine.language.syntax import Money, Number
from engine.plan.currencies import currencies_in, in_currency
from engine.plan.grain import columns_of
from engine.plan.inference import is_optional
from engine.plan.outputs import PARTNER, TOLD
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Condition, Part, Plan, Step
from engine.plan.scalar import Scalar
from engine.plan.table import Extend
from engine.plan.table import Table as Node
from engine.reference.tables import ExactRow
from engine.types import Type, is_in_row

Test = Callable[[ExactRow], bool]


def incentive_goals(rules: Sequence[Incentive], plan: Plan, owner: str) -> Iterator[Goal]:
    """Everything to reach of one incentive, as far as it has earnings on the Plan's day.

    `rules` is the incentive under each set of rules it had, the latest first; `owner` names the column of its records
    that says whose they are.
    """
    for earning in plan.earnings:
        for part in earning.parts if earning.incentive == rules[0].name else ():
            yield from _eligible(part, plan)
            yield from _eligible_edges(part, plan)
            yield from _counted(part, owner)
            yield from _values(part, rules, plan)
            yield from _bands(part, rules)
            yield from _full_units(part, rules)
            yield from _limits(part, rules)


def _rows_of(seen: Seen, table: str, partner: str) -> Iterator[ExactRow]:
    """The partner's rows of a table, `partner` naming the column that says whose they are."""
    return (row for row in seen.evaluation.exact.rows.get(table, ()) if row.get(partner) == seen.partner)


def _some_earning(part: Part, test: Test) -> Callable[[Seen], bool]:
    """Whether one of the partner's earnings passes, including earnings of zero; one that is not owed yet does not."""

    def passes(seen: Seen) -> bool:
        rows = _rows_of(seen, part.table, f"{TOLD}{PARTNER}")
        return any(part.complete_on(row, seen.evaluation.plan.as_of) is None and test(row) for row in rows)

    return passes


def _step(part: Part, name: str) -> Step | None:
    return next((each for each in part.steps if each.name == name), None)


def _may_earn(part: Part) -> Test:
    """Whether the payee of an earning is not ruled out."""
    step = _step(part, "eligible")
    return lambda row: step is None or row.get(step.column) is not False


# ------------------------------------------------------------------------------------- who earns, and on what


def _eligible(part: Part, plan: Plan) -> Iterator[Goal]:
    step, name = _step(part, "eligible"), part.incentive
    if step is None:
        return
    # a record takes the answer from where it was judged, and nothing more is missing there
    table, _ = _judged(part, plan)
    optional = {each.name: each.optional for each in columns_of(plan.tables)[table]}
    ways: list[tuple[str, str, bool | None]] = [
        ("met", f"is eligible for `{name}`", True),
        ("not_met", f"is not eligible for `{name}`", False),
    ]
    if optional[step.column]:
        ways.append(("cannot_decide", f"leaves eligibility for `{name}` undecided", None))
    for way, text, outcome in ways:
        test = _some_earning(part, _is(step.column, outcome))
        yield Goal(f"incentive.{name}.eligible.{way}", "incentive", text, step.span, test)


def _is(column: str, outcome: bool | None) -> Test:
    return lambda row: row[column] is outcome


def _eligible_edges(part: Part, plan: Plan) -> Iterator[Goal]:
    """The edges of numbers in eligibility lines, on the days on which they are judged."""
    table, lines = _judged(part, plan)
    for condition in lines if part.lines else ():
        if condition.owner == Owner(OwnerKind.INCENTIVE, part.incentive):
            told = f"where `{part.incentive}` checks eligibility"
            yield from edges_of_line(plan, condition, told, lambda seen: _rows_of(seen, table, PARTNER))


def _judged(part: Part, plan: Plan) -> tuple[str, tuple[Condition, ...]]:
    """The table in which the eligible lines were decided, and all lines that were decided there."""
    judging = next((each for each in plan.judgings if each.name == part.judged), None)
    return (judging.table, judging.conditions) if judging else (plan.decisions, plan.conditions)


def _counted(part: Part, owner: str) -> Iterator[Goal]:
    """Each line of `where` with a record that it takes and one that it leaves out; so with the first of a customer."""
    for line in part.where:
        optional = is_optional(line.scalar)
        for way, text, outcome in _first_ways(line) if line.form == "first" else _ways(line):
            if outcome is not None or optional:
                test = _some_record(part.rows, owner, line, outcome)
                yield Goal(f"{line.id}.{way}", "incentive", text, line.span, test)


def _ways(line: Condition) -> Iterator[tuple[str, str, bool | None]]:
    told = f"`{line.text}` ({line.of})"
    yield "met", f"has a record that {told} accepts", True
    yield "not_met", f"has a record that {told} rejects", False
    yield "cannot_decide", f"has a record for which {told} is undecided", None


def _first_ways(line: Condition) -> Iterator[tuple[str, str, bool | None]]:
    yield "met", f"has the first record of a customer for `{line.of}`", True
    yield "not_met", f"has a later record of a customer for `{line.of}`", False
    yield "cannot_decide", f"has a record that may be a customer's first for `{line.of}`", None


def _some_record(table: str, owner: str, line: Condition, outcome: bool | None) -> Callable[[Seen], bool]:
    return lambda seen: any(value_of(line.scalar, row) is outcome for row in _rows_of(seen, table, owner))


# ------------------------------------------------------------------------------------- what is paid


def _values(part: Part, rules: Sequence[Incentive], plan: Plan) -> Iterator[Goal]:
    """Each value of a rate or amount by tier, segment, choice or number; also in each band."""
    for step in part.steps:
        table = _first_written(step, [table for each in rules for table in (each.rate, each.amount)])
        if table is not None and step.name in ("rate", "amount"):
            yield from _leaves(part, table, _defined(plan, part.table, step.column), f"the {step.name}", step.name)
    bands = part.bands.bands if part.bands is not None else ()
    for place, (band, span) in enumerate(zip(bands, part.band_spans, strict=False), 1):
        row = next((row for each in rules for row in each.bands if row.span == span), None)
        paid, what = (band.rate, "rate") if band.rate is not None else (band.amount, "amount")
        if row is not None and row.paid is not None and paid is not None and part.bands is not None:
            test = _inside(part.bands.measure, band.start)
            yield from _leaves(part, row.paid, paid, f"the {what} of band {place}", f"band{place}", test)


def _first_written(step: Step, tables: Sequence[Table | None]) -> Table | None:
    """The value that a step shows, as the program writes it."""
    return next((each for each in tables if each is not None and each.span == step.span), None)


def _defined(plan: Plan, table: str, column: str) -> Scalar | None:
    """What a column is computed from: in the table itself, or the nearest below that has it."""
    nodes: dict[str, Node] = {each.name: each for each in plan.tables}
    node: Node | None = nodes.get(table)
    while node is not None:
        if isinstance(node, Extend) and column in dict(node.columns):
            return dict(node.columns)[column]
        node = nodes.get(getattr(node, "source", ""))
    return None


def _leaves(
    part: Part, table: Table, scalar: Scalar | None, what: str, id: str, test: Test = lambda row: True
) -> Iterator[Goal]:
    if scalar is None or table.single is not None:
        return
    may_earn = _may_earn(part)

    def taken(leaf: Leaf) -> Test:
        return lambda row: may_earn(row) and test(row) and leaf_taken(table, scalar, row) == leaf.words

    for leaf in leaves_of(table):
        words = " ".join(leaf.words)
        text = f"is paid {what} for {words} of `{part.incentive}`"
        goal = f"pay.{part.incentive}.{id}.{words}"
        yield Goal(goal, "incentive", text, leaf.span, _some_earning(part, taken(leaf)))


def _inside(measure: Scalar, start: Scalar) -> Test:
    def test(row: ExactRow) -> bool:
        found, low = exact(value_of(measure, row)), exact(value_of(start, row))
        return found is not None and low is not None and found >= low

    return test


# ------------------------------------------------------------------------------------- bands and limits


def _bands(part: Part, rules: Sequence[Incentive]) -> Iterator[Goal]:
    """Each edge of the bands that is written as a number, exactly and by one step below."""
    bands, step = part.bands, _step(part, "measure")
    if bands is None or step is None:
        return
    rows = [_band_row(rules, span) for span in part.band_spans]
    edges = [(band.start, row.start if row else None) for band, row in zip(bands.bands, rows, strict=True)]
    if bands.end is not None:
        edges.append((bands.end, rows[-1].up_to if rows[-1] else None))
    for place, (edge, written) in enumerate(edges):
        span = written.span if written else step.span
        for number, type in _numbers(edge, written, step.type):
            if place or number > 0:  # below a first band that begins at zero there is nothing
                for side, text, bounds in _sides(number, type, part.incentive):
                    test = _measuring(part, bands.measure, edge, number, bounds, type)
                    id = f"band.{part.incentive}.{say(number, type)}.{side}"
                    yield Goal(id, "band", text, span, test)


def _numbers(edge: Scalar, written: Table | None, type: Type) -> Iterator[tuple[Fraction, Type]]:
    """The numbers at which a band may begin, with the type of the measure: of the row's currency in each of them."""
    codes = list(dict.fromkeys(currencies_in(edge, CURRENCY))) if is_in_row(type) else []
    amount = written.single if written is not None else None
    if is_in_row(type) and not codes and isinstance(amount, Money):
        codes = [amount.currency]  # rows have no other
    for code in codes:
        in_code = replace(type.sized(type.digits, scale_of(code) or 0), currency=code)
        yield from ((Fraction(each), in_code) for each in fixed_numbers(in_currency(edge, CURRENCY, code)))
    if not is_in_row(type):
        yield from ((Fraction(each), type) for each in fixed_numbers(edge))


def _sides(edge: Fraction, type: Type, name: str) -> Iterator[tuple[str, str, tuple[Fraction, Fraction]]]:
    """The edge itself and one step below: word, sentence, bounds of the measure."""
    yield "at", f"measures exactly {say(edge, type)} for `{name}`", (edge, edge)
    low, high = just_below(edge, step_of(type))
    yield "below", f"measures just below {say(edge, type)} for `{name}`, such as {say(low, type)}", (low, high)


def _measuring(
    part: Part, measure: Scalar, edge: Scalar, number: Fraction, bounds: tuple[Fraction, Fraction], type: Type
) -> Callable[[Seen], bool]:
    """A measure between the bounds in its currency, for a payee that may earn and whose band begins at this number."""
    may_earn = _may_earn(part)

    def test(row: ExactRow) -> bool:
        is_told = not type.currency or row[f"{TOLD}{CURRENCY}"] == type.currency
        return is_told and may_earn(row) and between(row, measure, edge, number, *bounds)

    return _some_earning(part, test)


def _full_units(part: Part, rules: Sequence[Incentive]) -> Iterator[Goal]:
    """An amount for every full so many: a measure of full ones alone, and one that lacks a step to the next."""
    measure, earned = _step(part, "measure"), _step(part, "earned")
    spans = {each.amount.span: each.per for each in rules if each.amount is not None}
    per = spans.get(earned.span) if earned is not None else None
    if measure is None or per is None:
        return
    for unit in [each.value for each in leaves_of(per)] if isinstance(per, Table) else [per]:
        if not isinstance(unit, Number | Money):
            continue
        type = _unit_type(measure.type, unit)
        size, smallest = Fraction(unit.value), step_of(type)
        if size <= smallest:
            continue  # whatever is measured is full ones
        name, told = say(size, type), f"a number of full {say(size, type)} for `{part.incentive}`"
        less = f"measures just below {told}, such as {say(size - smallest, type)}"
        none = (Fraction(0), Fraction(0))
        for side, text, lack in (
            ("at", f"measures exactly {told}", none),
            ("below", less, (smallest / FINER, smallest)),
        ):
            test = _some_earning(part, _fills(part, measure, size, lack, type))
            yield Goal(f"per.{part.incentive}.{name}.{side}", "edge", text, unit.span, test)


def _unit_type(measure: Type, unit: Number | Money) -> Type:
    """The type of a measure where it is in the currency of a unit."""
    if not isinstance(unit, Money):
        return measure
    sized = measure.sized(measure.digits, scale_of(unit.currency) or 0) if is_in_row(measure) else measure
    return replace(sized, currency=unit.currency)


def _fills(part: Part, measure: Step, size: Fraction, lack: tuple[Fraction, Fraction], type: Type) -> Test:
    """Whether the measure is full ones of a size but for what it lacks, between these bounds, in its currency."""
    may_earn = _may_earn(part)

    def test(row: ExactRow) -> bool:
        found = exact(row[measure.column])
        is_told = not type.currency or row[f"{TOLD}{CURRENCY}"] == type.currency
        if found is None or found <= 0 or not is_told or not may_earn(row):
            return False
        return lack[0] <= -found % size <= lack[1]

    return test


def _band_row(rules: Sequence[Incentive], span: Span) -> BandRow | None:
    return next((row for each in rules for row in each.bands if row.span == span), None)


def _limits(part: Part, rules: Sequence[Incentive]) -> Iterator[Goal]:
    """Each limit with an earning that it cuts, and with one that it leaves whole."""
    steps = [each for each in part.steps if each.name in ("rounded", "limit")]
    for place, (before, step) in enumerate(pairwise(steps), 1):
        limit = next((one for each in rules for one in each.limits if one.span == step.span), None)
        told = _limit_text(limit, step.type) if limit else ""
        id = f"limit.{part.incentive}.{place}"
        text = f"earns more for `{part.incentive}` than the limit{told} allows"
        yield Goal(f"{id}.reached", "limit", text, step.span, _some_earning(part, _cut(before, step, True)))
        text = f"earns `{part.incentive}` within the limit{told}"
        yield Goal(f"{id}.below", "limit", text, step.span, _some_earning(part, _cut(before, step, False)))


def _limit_text(limit: Limit, type: Type) -> str:
    amount = limit.at_most.single
    if not isinstance(amount, Money):
        return ""
    return f" of {say(Fraction(amount.value), replace(type, currency=amount.currency))}"


def _cut(before: Step, after: Step, wanted: bool) -> Test:
    """Whether a limit took something away; below it only what is earned counts."""

    def test(row: ExactRow) -> bool:
        earned, left = exact(row[before.column]), exact(row[after.column])
        if earned is None or left is None:
            return False
        return left < earned if wanted else left == earned and earned > 0

    return test
