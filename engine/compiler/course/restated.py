"""Sales less what was returned of them, until the day of the run; a return without its sale stays a row.

Whatever an incentive reads of a sale, it reads as if the returned part had not been sold. A number that a return has
with the other sign is taken back: an amount, a quantity. One that it repeats with the sign of the sale says something
of the sale: a price, a rate. What the measure adds up has to be taken back, so there the sign of the sale is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.compiler.corrections import LATE, RETURNED, return_in_time
from engine.compiler.counting import TRUE
from engine.compiler.course.given_back import NET, given
from engine.compiler.course.netting import MOST_SUMMANDS, Part, Reading, Split, TooManySummands
from engine.compiler.course.scopes import RecordScope, measure_scope, of_sale
from engine.compiler.expressions import lower
from engine.compiler.formulas import undivided
from engine.compiler.totals import as_whole, divided, no_total
from engine.compiler.workbench import LEFT, NOWHERE, UNDIVIDED, FormulaScope, Rows, RowScope, Workbench
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.names import names_in
from engine.language.program import Incentive
from engine.language.syntax import Expression
from engine.plan import scalar as node
from engine.plan.grain import aggregate_column
from engine.plan.inference import is_optional, type_of
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Aggregate, Extend, Filter, Measure, Op, Select
from engine.types import DATE, TOTAL_DIGITS, Type


@dataclass(frozen=True, slots=True)
class _Added:
    """A number of sales and returns as a column, over a number; `type` once it is divided.

    `paid`: it is a part of the measure, which a return takes back only if it takes back each of its `summands`.
    """

    name: str
    column: Column
    over: int
    type: Type
    paid: bool = True
    summands: tuple[Column, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is computed of sales and returns."""
        return (self.column, *self.summands)

    @property
    def into(self) -> str:
        """The name by which what is left is read."""
        return f"{self.name}{LEFT}" if self.paid else self.name


def less_returns(incentive: Incentive, plain: Rows, bench: Workbench) -> tuple[Rows, Expression | None]:
    """The rows of an incentive, and its measure as they say it; without a measure after findings.

    Where returns are restated, the rows are sales, with what is left of each part of the measure.
    """
    measure = incentive.measure
    if incentive.returns != "restate" or "returns_id" not in plain.columns:
        return plain, measure
    plain = _of_sales(plain, bench)
    split, reading = Split(incentive.name), Reading(plain.table, bench.program.records)
    left = None
    if measure is not None:
        try:
            left = split.left(measure, reading)
        except TooManySummands:
            bench.report(_too_many(measure))
            return plain, None
    parts = [_added(name, part, incentive, plain, bench) for name, part in split.parts.items()]
    known = [each for each in parts if each is not None]
    if len(known) < len(parts):
        return plain, None
    computed_again = tuple(each.formula for each in split.formulas.values())
    read = names_read((replace(incentive, measure=left), computed_again), incentive, bench)
    orders = (incentive.order, *(each.order for each in incentive.limits))
    read |= {word for order in orders for word in order}
    said = [_said(name, reading, plain, bench) for name in sorted(read)]
    known += [each for each in said if each is not None]
    # of a sale that was given back in full there is no ratio, and nothing to pay
    counted = incentive.is_once or bool(incentive.first) or (measure is not None and reading.is_ratio(measure))
    rows = _restated(known, counted, plain, bench)
    computed = [bench.formula(rows, each) for each in split.formulas.values()]
    return rows, None if None in computed else left


def _of_sales(plain: Rows, bench: Workbench) -> Rows:
    """Sales and returns whose formulas convert amounts of a return as those of its sale: by one rate nothing is left of
    what came back.
    """
    conversion, table = bench.program.conversion, plain.table
    if conversion is None or conversion.at_period_end or not table.currencies or not table.formulas:
        return plain
    name = f"{plain.name} of sales"
    if name not in bench.made:
        formulas = {each.name for each in table.formulas} | {f"{UNDIVIDED}{each.name}" for each in table.formulas}
        columns = {name: column for name, column in plain.columns.items() if name not in formulas}
        top = plain.top
        if len(columns) < len(plain.columns):  # without the formulas that others read by the rates of their own day
            kept = tuple((each, each) for each in dict.fromkeys(column.name for column in columns.values()))
            top = bench.add(Select(name, plain.top, kept, plain.key))
        rows = Rows(plain.name, table, top, plain.key, columns)
        rows.rated = of_sale(rows, bench)
        bench.made[name] = rows
    return bench.made[name]


def _added(name: str, part: Part, incentive: Incentive, plain: Rows, bench: Workbench) -> _Added | None:
    """The column of a part; None after a finding."""
    scope: RowScope = FormulaScope(bench, plain, rated=plain.rated)
    if isinstance(part.expression, syntax.Name):
        scalar: Scalar | None = bench.column(plain, name)
    else:
        if not part.of_formula:
            scope = measure_scope(incentive, plain, bench, returns=True)
        typed = lower(part.expression, scope)
        scalar = undivided(typed).scalar if typed is not None else None
    if scalar is None:
        return None
    whole = as_whole(scalar, plain.wholes)
    if whole is None:
        assert incentive.measure is not None  # a part is one of it
        bench.report(no_total(incentive.measure, scope, incentive.name, "added up"))
        return None
    value, over = whole
    summands = tuple(_summand(each, plain, bench) for each in part.summands)
    column = _column(name, value, plain, bench)
    formula = plain.table.field(name)
    if formula is not None and formula.formula is not None:  # by its own name, conditions compute it of what is left
        column = _copied(f"@{name}", column, plain, bench)
    return _Added(name, column, over, type_of(scalar), summands=summands)


def _summand(expression: Expression, plain: Rows, bench: Workbench) -> Column:
    """What a summand multiplies, as a column. Only its sign is read, so amounts stay in the currency of the row."""
    typed = lower(expression, RecordScope(bench, plain, kept=True))
    assert typed is not None  # it is inside of an expression that is right
    name = f"@{' * '.join(each.text for each in names_in(expression))}"
    return plain.columns.get(name) or _column(name, typed.scalar, plain, bench)


def _column(name: str, value: Scalar, plain: Rows, bench: Workbench) -> Column:
    """A scalar as a column of sales and returns."""
    return value if isinstance(value, Column) else _copied(name, value, plain, bench)


def _copied(name: str, value: Scalar, plain: Rows, bench: Workbench) -> Column:
    """A scalar as a column of this name."""
    if name in plain.columns:
        return plain.columns[name]
    plain.top = bench.add(Extend(f"{plain.top}+{name}", plain.top, ((name, value),)))
    plain.columns[name] = Column(name, type_of(value), is_optional(value))
    return plain.columns[name]


def _said(name: str, reading: Reading, plain: Rows, bench: Workbench) -> _Added | None:
    """A number read beside the parts of the measure; None if it is none, or a formula, which reads what is left itself.

    A formula that is rounded is a number of each record, and stays one.
    """
    field = plain.table.field(name)
    if field is None or not field.type.is_numeric or (field.formula is not None and field.scale is None):
        return None
    column = bench.column(plain, name)
    if column is None:
        return None
    try:
        several = reading.summands(syntax.Name(name, field.span or NOWHERE))
    except TooManySummands:
        assert field.formula is not None  # of which it is made
        bench.report(_too_many(field.formula))
        return None
    summands = tuple(_summand(each, plain, bench) for each in several)
    return _Added(name, column, 1, column.type, paid=False, summands=summands)


def _too_many(expression: Expression) -> Diagnostic:
    """That a return cannot be compared with each summand of an expression."""
    return meaning.TYPE_MISMATCH.at(
        expression.span,
        f"this has more than {MOST_SUMMANDS} summands once it is multiplied out, too many to compare with each return",
        help="use `returns: current_period`, or multiply sums in fewer steps",
    )


def names_read(said: object, incentive: Incentive, bench: Workbench) -> set[str]:
    """The names that something of an incentive reads, by itself and through parameters and formulas."""
    table = bench.program.records.table(incentive.source)
    further: dict[str, object] = {each.name: each for each in bench.program.parameters}
    further |= {each.name: each.formula for each in (table.formulas if table is not None else ())}
    found = {each.text.removeprefix(f"{incentive.source}.") for each in names_in(said)}
    pending = list(found & further.keys())
    while pending:
        more = {each.text for each in names_in(further[pending.pop()])} - found
        found |= more
        pending += more & further.keys()
    return found


def _restated(parts: Sequence[_Added], counted: bool, plain: Rows, bench: Workbench) -> Rows:
    """Sales, with what is left of each number; where they are `counted`, also with what was given back in all."""
    name = f"{plain.name}/net:{','.join(sorted(each.into for each in parts))}" + (" counted" if counted else "")
    if name in bench.made:  # one set of rows, so that what one incentive joins to them all incentives find
        return bench.made[name]
    stored = [each.name for each in plain.table.stored if each.name in plain.columns]
    own = {each: plain.columns[each] for each in (*stored, LATE, RETURNED) if each in plain.columns}
    base, returns = _originals_and_returns(
        (*own, *(each.name for part in parts for each in part.columns)), plain, bench
    )
    timely = return_in_time(plain, bench) or TRUE
    taken = {each.into: _taken(each, timely, plain) for each in parts}
    back = given(timely, plain) if counted else ()
    aggregates = tuple(each for some in taken.values() for each in some)
    top = bench.add(Measure(f"{name}/returned", base, returns, _on(plain), (*aggregates, *back)))
    left: dict[str, Scalar] = {}
    rows = Rows(name, plain.table, name, plain.key, dict(own), returned=returns)
    for each in parts:
        value = _net(each.column, taken[each.into])
        if each.over != 1:
            whole = f"{UNDIVIDED}{each.into}"
            left[whole] = value
            rows.wholes[each.into] = Column(whole, type_of(value), is_optional(value)), each.over
        scalar = divided(value, each.over, each.type)
        into = each.into if each.paid else f"{NET}{each.into}"  # the column of the sale stays beside it
        left[into] = scalar
        rows.columns[each.into] = Column(into, type_of(scalar), is_optional(scalar))
    bench.add(Extend(name, top, tuple(left.items())))
    rows.columns |= {each.into: aggregate_column(each) for each in back}
    bench.made[name] = rows
    return rows


def _on(plain: Rows) -> tuple[tuple[str, str], ...]:
    return ((plain.table.key[0], "returns_id"),)


def _originals_and_returns(names: Sequence[str], plain: Rows, bench: Workbench) -> tuple[str, str]:
    """The tables of the records that take nothing back, and of those that do, with these columns."""
    own = {*(each.name for each in plain.table.stored), LATE, RETURNED}
    computed = [each for each in dict.fromkeys(names) if each not in own]
    source, scan = plain.name, bench.scan(plain.table)
    if computed:
        source = scan = f"{plain.name}/with:{','.join(computed)}"
        if source not in bench.tables:
            columns = tuple((each, each) for each in dict.fromkeys(names))
            bench.add(Select(source, plain.top, columns, plain.key))
    originals, returned = f"{source}/originals", f"{source}/returned"
    if originals not in bench.tables:
        sale = plain.columns["returns_id"]
        known = node.Compare(plain.columns[plain.table.date], Comparison.AT_MOST, Literal(bench.as_of, DATE))
        bench.add(Filter(originals, source, node.IsMissing(sale)))
        bench.add(Filter(returned, scan, node.And((node.Not(node.IsMissing(sale)), known))))
    return originals, returned


def _taken(part: _Added, timely: Scalar, plain: Rows) -> tuple[Aggregate, ...]:
    """What returns take back of a number: of a part of the measure in all, of another by its sign.

    The import has checked the total of a field.
    """
    field = plain.table.field(part.column.name)
    digits = TOTAL_DIGITS if field is not None and field.is_stored else 0
    if part.paid:
        value = _back(part)
        return (Aggregate(f"returned.{part.name}", Op.SUM, value, timely, part.column.type, digits=digits),)
    zero = Literal(0, part.column.type.sized(1, 0))
    below, above = node.Least((part.column, zero)), node.Greatest((part.column, zero))
    return tuple(
        Aggregate(f"{sign}.{part.name}", Op.SUM, _alike(part, value), timely, part.column.type, digits=digits)
        for sign, value in (("below", below), ("above", above))
    )


def _back(part: _Added) -> Scalar:
    """What a return takes back of a part; missing where it would raise one of its summands."""
    whole, *summands = (node.TakenBack(each, replace(each, of_base=True)) for each in part.columns)
    if not summands:
        return whole
    return node.Case(tuple((node.IsMissing(each), Literal(None, part.column.type)) for each in summands), whole)


def _alike(part: _Added, value: Scalar) -> Scalar:
    """The value; missing where a return takes back some summands of a number, and repeats others."""
    if not part.summands:
        return value
    repeated = tuple(node.IsMissing(node.TakenBack(each, replace(each, of_base=True))) for each in part.summands)
    mixed = node.And((node.Or(repeated), node.Not(node.And(repeated))))
    return node.Case(((mixed, Literal(None, part.column.type)),), value)


def _net(sold: Column, taken: Sequence[Aggregate]) -> Scalar:
    """What is left: the number of the sale, and what returns take back of it; zero counts as positive."""
    totals = [node.Add(sold, aggregate_column(each)) for each in taken]
    if len(totals) == 1:
        return totals[0]
    zero = Literal(0, sold.type.sized(1, 0))
    signs = (node.Compare(sold, Comparison.AT_LEAST, zero), node.Compare(sold, Comparison.LESS, zero))
    return node.Case(tuple(zip(signs, totals, strict=True)), sold)
