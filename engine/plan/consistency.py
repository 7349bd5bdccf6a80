"""Whether a Plan holds together. What is found here is a fault of the compiler, not of a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from engine.plan.bands import edges_of
from engine.plan.grain import Columns, key_of, table_columns
from engine.plan.inference import children, type_of, value_fits, whole_digits
from engine.plan.plan import Output, Plan
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Bands,
    Between,
    Case,
    Column,
    Compare,
    DaysBetween,
    Greatest,
    IfMissing,
    Least,
    MonthsBetween,
    Multiply,
    Not,
    Or,
    Quotient,
    Rank,
    Round,
    Scalar,
    Subtract,
)
from engine.plan.table import (
    Aggregate,
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Join,
    Lookup,
    Measure,
    Op,
    Scan,
    Select,
    Table,
    Union,
    Values,
)
from engine.types import Kind, Type

Named = Mapping[str, Column]


def check_plan(plan: Plan) -> tuple[str, ...]:
    """What does not hold together, one sentence each; nothing when the Plan is sound.

    Checked: names (tables, columns, outputs), types that fit, columns read with their own type,
    total orders in `Fold`. Stops at the first table whose sources are unknown.
    """
    columns: dict[str, Columns] = {}
    found = check_tables(plan.tables, columns)
    if found:
        return found
    keys = key_of(plan.tables)
    problems = [f"decisions: unknown table `{plan.decisions}`"] if plan.decisions not in columns else []
    problems += [f"output `{name}` stands twice" for name in _twice(output.name for output in plan.outputs)]
    for output in plan.outputs:
        problems += [f"output `{output.name}`: {each}" for each in _check_output(output, columns, keys)]
    return tuple(problems)


def check_tables(tables: Sequence[Table], known: dict[str, Columns] | None = None) -> tuple[str, ...]:
    """As `check_plan`, for the tables alone; `known` takes the columns of each."""
    problems = [f"table `{name}` stands twice" for name in _twice(table.name for table in tables)]
    known = {} if known is None else known
    named: dict[str, Named] = {}
    for table in tables:
        unknown = [name for name in sources_of(table) if name not in known]
        if unknown:
            return (*problems, *(f"table `{table.name}`: unknown table `{name}`" for name in unknown))
        check = _Check(named)
        check.table(table)
        problems += [f"table `{table.name}`: {each}" for each in check.problems]
        if check.problems:
            return tuple(problems)
        known[table.name] = table_columns(table, known)
        named[table.name] = _named(known[table.name])
        names = _twice(column.name.casefold() for column in known[table.name])
        problems += [f"table `{table.name}`: column `{name}` stands twice" for name in names]
    return (*problems, *_unordered(tables))


def sources_of(table: Table) -> tuple[str, ...]:
    """The tables a table is computed from."""
    match table:
        case Scan() | Values():
            return ()
        case Cross() | Join():
            return (table.left, table.right)
        case Filter() | Extend() | Select() | Distinct() | Fold():
            return (table.source,)
        case Lookup():
            return (table.source, table.target)
        case Measure():
            return (table.base, table.rows)
        case Union():
            return table.sources
    assert_never(table)


def _unordered(tables: Sequence[Table]) -> list[str]:
    keys = key_of(tables)
    return [
        f"table `{table.name}`: the order does not end in the key {list(keys[table.source])}"
        for table in tables
        if isinstance(table, Fold) and not set(keys[table.source]) <= set(table.order)
    ]


def _check_output(output: Output, columns: Mapping[str, Columns], keys: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    if output.source not in columns:
        yield f"unknown table `{output.source}`"
        return
    source = _named(columns[output.source])
    names = [name for name, _, _ in output.columns]
    yield from (f"column `{name}` stands twice" for name in _twice(name.casefold() for name in names))
    yield from (f"key column `{name}` is not written" for name in output.key if name not in names)
    kept = {column for name, column, _ in output.columns if name in output.key}
    if not set(keys[output.source]) <= kept:
        yield f"the key does not hold the grain {list(keys[output.source])}"
    for name, column, type in output.columns:
        if column not in source:
            yield f"unknown column `{column}`"
        elif source[column].type.ratio or type.ratio:
            yield f"column `{name}` is an exact ratio; round it first"
        elif not holds(type, source[column].type):
            yield f"column `{name}` does not hold {described(source[column].type)}"


def holds(wide: Type, narrow: Type) -> bool:
    """Whether every value of `narrow` is a value of `wide`."""
    if wide.is_numeric and narrow.is_numeric:
        fits = whole_digits(wide) >= whole_digits(narrow) and wide.scale >= narrow.scale
        return fits and wide.ratio == narrow.ratio and wide.currency == narrow.currency
    return wide.kind is narrow.kind or (wide.is_textual and narrow.is_textual)


def described(type: Type) -> str:
    """A type with its digits, for messages."""
    if not type.is_numeric:
        return str(type)
    return f"{type} (exact ratio)" if type.ratio else f"{type} ({type.digits},{type.scale})"


@dataclass(slots=True)
class _Check:
    """Checks one table against the tables before it."""

    known: Mapping[str, Named]
    problems: list[str] = field(default_factory=list)

    def table(self, table: Table) -> None:
        match table:
            case Scan():
                self._columns(_named(table.columns), table.key)
            case Values():
                self._values(table)
            case Cross():
                pass
            case Filter():
                self.scalar(table.where, self.known[table.source], {}, Kind.BOOLEAN)
            case Extend():
                for _, scalar in table.columns:
                    self.scalar(scalar, self.known[table.source], {})
            case Lookup():
                self._lookup(table)
            case Join():
                left, right = self.known[table.left], self.known[table.right]
                self._matched(left, right, table.on)
                self._columns(left, [old for _, old in table.keep])
                self._columns(right, [old for _, old in table.take])
                self._columns(
                    {new: left[old] for new, old in table.keep if old in left}
                    | {new: right[old] for new, old in table.take if old in right},
                    table.key,
                )
            case Select():
                source = self.known[table.source]
                self._columns(source, [old for _, old in table.columns])
                self._columns({new: source[old] for new, old in table.columns if old in source}, table.key)
            case Distinct():
                self._columns(self.known[table.source], table.key)
            case Measure():
                base, rows = self.known[table.base], self.known[table.rows]
                self._matched(base, rows, table.on)
                for aggregate in table.aggregates:
                    self._aggregate(aggregate, rows, base)
            case Fold():
                self._fold(table)
            case _:
                self._union(table)

    def _columns(self, known: Named, names: Iterable[str]) -> None:
        self.problems += [f"unknown column `{name}`" for name in names if name not in known]

    def _matched(self, left: Named, right: Named, on: Iterable[tuple[str, str]]) -> None:
        for one, two in on:
            self._columns(left, [one])
            self._columns(right, [two])
            if one in left and two in right and not _comparable(left[one].type, right[two].type):
                self.problems.append(f"`{one}` and `{two}` are of different types")

    def _values(self, table: Values) -> None:
        self._columns(_named(table.columns), table.key)
        for row in table.rows:
            if len(row) != len(table.columns):
                self.problems.append(f"a row has {len(row)} values for {len(table.columns)} columns")
                return
            for column, value in zip(table.columns, row, strict=True):
                if not value_fits(value, column.type) or (value is None and not column.optional):
                    self.problems.append(f"`{column.name}` cannot be {value!r}")

    def _lookup(self, table: Lookup) -> None:
        source, target = self.known[table.source], self.known[table.target]
        self._matched(source, target, table.on)
        self._columns(target, [old for _, old in table.take])
        if table.within:
            self.scalar(table.within.day, source, {}, Kind.DATE)
            self._columns(target, [table.within.start, table.within.before])

    def _aggregate(self, aggregate: Aggregate, rows: Named, base: Named) -> None:
        self.scalar(aggregate.where, rows, base, Kind.BOOLEAN)
        if (aggregate.value is None) != (aggregate.op is Op.COUNT):
            self.problems.append(f"`{aggregate.into}`: {aggregate.op} with the wrong number of values")
        if aggregate.value is not None and self.scalar(aggregate.value, rows, base):
            value = type_of(aggregate.value)
            if value.ratio:
                self.problems.append(f"`{aggregate.into}`: {aggregate.op} of an exact ratio; round it first")
            if aggregate.op is Op.SUM and not value.is_numeric:
                self.problems.append(f"`{aggregate.into}`: a sum of {value}")

    def _fold(self, table: Fold) -> None:
        source = self.known[table.source]
        self._columns(source, (*table.partition, *table.order))
        sound = [self.scalar(each, source, {}) for each in table.scalars]
        if table.where is not None and all(sound) and type_of(table.where).kind is not Kind.BOOLEAN:
            self.problems.append("`where` is no condition")
        if (table.limit is not None) != (table.op is FoldOp.TAKE) or (table.made[1:] and table.op is not FoldOp.TAKE):
            self.problems.append(f"{table.op} with or without a limit")
        if table.where is not None and table.op not in (FoldOp.TAKE, FoldOp.NET):
            self.problems.append(f"{table.op} leaves nobody out")
        if not self.problems:
            self._folded(table)

    def _folded(self, table: Fold) -> None:
        """Whether the operation is defined for what it reads."""
        value = type_of(table.value)
        if table.op is FoldOp.FIRST:
            if not _is_boolean(value):
                self.problems.append(f"the first of {value}")
        elif table.op is not FoldOp.COUNT:
            numbers = [value] if table.limit is None else [value, type_of(table.limit)]
            if not all(map(_is_plain_number, numbers)) or not _comparable(numbers[0], numbers[-1]):
                self.problems.append("value and limit must be rounded numbers of one unit")

    def _union(self, table: Union) -> None:
        first, *others = [tuple(self.known[source].values()) for source in table.sources]
        for other in others:
            if [column.name for column in first] != [column.name for column in other]:
                self.problems.append("the sources have different columns")
            elif not all(_comparable(one.type, two.type) for one, two in zip(first, other, strict=True)):
                self.problems.append("the sources have columns of different types")

    def scalar(self, scalar: Scalar, row: Named, base: Named, kind: Kind | None = None) -> bool:
        """Check a scalar and all below it; says whether its type can be told."""
        before = len(self.problems)
        if isinstance(scalar, Column):
            self._column(scalar, base if scalar.of_base else row)
        for each in children(scalar):
            self.scalar(each, row, base)
        if len(self.problems) > before:
            return False
        if not _fits(scalar):
            types = ", ".join(described(type_of(each)) for each in children(scalar))
            self.problems.append(f"{type(scalar).__name__} of {types}")
            return False
        if kind is not None and type_of(scalar).kind is not kind:
            self.problems.append(f"{type(scalar).__name__} is no {kind}")
            return False
        return True

    def _column(self, column: Column, known: Named) -> None:
        actual = known.get(column.name)
        if actual is None:
            self.problems.append(f"unknown column `{column.name}`")
        elif not holds(column.type, actual.type):
            self.problems.append(f"`{column.name}` is {described(actual.type)}, read as {described(column.type)}")
        elif actual.optional and not column.optional:
            self.problems.append(f"`{column.name}` may be missing, read as never missing")


Test = Callable[[Type], bool]


def _is_boolean(type: Type) -> bool:
    return type.kind is Kind.BOOLEAN


def _is_date(type: Type) -> bool:
    return type.kind is Kind.DATE


def _is_number(type: Type) -> bool:
    return type.is_numeric


def _is_plain_number(type: Type) -> bool:
    return type.is_numeric and not type.ratio


def _is_text(type: Type) -> bool:
    return type.is_textual


def _comparable(left: Type, right: Type) -> bool:
    """Numbers with numbers, but not of two currencies; text with text; else one kind."""
    if left.is_numeric and right.is_numeric:
        return left.currency == right.currency or "" in (left.currency, right.currency)
    return left.kind is right.kind or (left.is_textual and right.is_textual)


def _all_comparable(scalars: Sequence[Scalar]) -> bool:
    types = [type_of(each) for each in scalars]
    return all(_comparable(types[0], other) for other in types[1:])


def _are_bands(bands: Bands) -> bool:
    """Edges in the unit of the measure, amounts in that of the result; each band with one of rate and amount."""
    measured = type_of(bands.measure)
    amounts = [band.amount for band in bands.bands if band.amount is not None]
    return (
        all(_comparable(measured, type_of(edge)) for edge in edges_of(bands))
        and all(_comparable(bands.result, type_of(amount)) for amount in amounts)
        and bool(bands.bands)
        and all((band.rate is None) != (band.amount is None) for band in bands.bands)
    )


def _fits(scalar: Scalar) -> bool:
    """Whether the operands have types the node is defined for."""
    types = [type_of(each) for each in children(scalar)]
    match scalar:
        case Add() | Subtract():
            return all(each.is_numeric for each in types) and _comparable(*types)
        case Multiply() | Quotient() | Round() | Absolute():
            return all(map(_is_number, types))
        case Bands():
            return all(map(_is_number, types)) and _are_bands(scalar)
        case DaysBetween() | MonthsBetween():
            return all(map(_is_date, types))
        case Rank():
            return all(map(_is_text, types))
        case And() | Or() | Not() | AtLeast():
            return all(map(_is_boolean, types))
        case Compare() | Between() | Among() | IfMissing():
            return _all_comparable(children(scalar))
        case Least() | Greatest():
            return bool(types) and _all_comparable(children(scalar))
        case Case(branches, otherwise):
            conditions = all(_is_boolean(type_of(condition)) for condition, _ in branches)
            return conditions and _all_comparable([otherwise, *(value for _, value in branches)])
        case _:
            return True


def _named(columns: Columns) -> dict[str, Column]:
    return {column.name: column for column in columns}


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
