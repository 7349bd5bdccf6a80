"""Whether a Plan holds together. What is found here is a fault of the compiler, not of a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.plan.digits import comparable, whole_digits
from engine.plan.grain import key_of
from engine.plan.node import Node
from engine.plan.plan import Output, Plan
from engine.plan.scalar import Column, Scalar
from engine.plan.table import Table
from engine.plan.tablenode import Columns, by_name
from engine.types import Kind, Type

Named = Mapping[str, Column]


def check_plan(plan: Plan, columns: dict[str, Columns] | None = None) -> tuple[str, ...]:
    """What does not hold together, one sentence each; nothing when the Plan is sound.

    `columns` takes the columns of each table; those that it has already are not worked out again.

    Checked: names (tables, columns, outputs), types that fit, columns read with their own type,
    total orders in `Fold`. Stops at the first table whose sources are unknown.
    """
    columns = {} if columns is None else columns
    found = check_tables(plan.tables, columns)
    if found:
        return found
    keys = key_of(plan.tables)
    problems = [f"decisions: unknown table `{plan.decisions}`"] if plan.decisions not in columns else []
    problems += [f"output `{name}` appears twice" for name in _twice(output.name for output in plan.outputs)]
    for output in plan.outputs:
        problems += [f"output `{output.name}`: {each}" for each in _check_output(output, columns, keys)]
    return tuple(problems)


def check_tables(tables: Sequence[Table], known: dict[str, Columns] | None = None) -> tuple[str, ...]:
    """As `check_plan`, for the tables alone; `known` takes the columns of each that it does not have."""
    problems = [f"table `{name}` appears twice" for name in _twice(table.name for table in tables)]
    known = {} if known is None else known
    named: dict[str, Named] = {}
    folded: dict[str, frozenset[str]] = {}
    for table in tables:
        unknown = [name for name in table.sources if name not in named]
        if unknown:
            return (*problems, *(f"table `{table.name}`: unknown table `{name}`" for name in unknown))
        check = _Check(named)
        table.check(check)
        problems += [f"table `{table.name}`: {each}" for each in check.problems]
        if check.problems:
            return tuple(problems)
        found = known[table.name] = known.get(table.name) or table.columns_from(known)
        first = table.sources[0] if table.sources else ""
        passed = known.get(first, ())
        if found[: len(passed)] == passed:  # most tables have the columns of their source, and some more
            new = by_name(found[len(passed) :])
            named[table.name] = {**named.get(first, {}), **new}
            folded[table.name] = folded.get(first, frozenset()).union(map(str.casefold, new))
        else:
            named[table.name] = by_name(found)
            folded[table.name] = frozenset(map(str.casefold, named[table.name]))
        if len(folded[table.name]) < len(found):
            names = _twice(column.name.casefold() for column in found)
            problems += [f"table `{table.name}`: column `{name}` appears twice" for name in names]
    return (*problems, *_unordered(tables))


def _unordered(tables: Sequence[Table]) -> list[str]:
    keys = key_of(tables)
    return [
        f"table `{table.name}`: the order does not end in the key {list(keys[table.sources[0]])}"
        for table in tables
        if table.ordered and not set(keys[table.sources[0]]) <= set(table.ordered)
    ]


def _check_output(output: Output, columns: Mapping[str, Columns], keys: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    if output.source not in columns:
        yield f"unknown table `{output.source}`"
        return
    source = by_name(columns[output.source])
    names = [name for name, _, _ in output.columns]
    yield from (f"column `{name}` appears twice" for name in _twice(name.casefold() for name in names))
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
    """What a table asks while it is checked against the tables before it."""

    known: Mapping[str, Mapping[str, Column]]
    problems: list[str] = field(default_factory=list)

    def columns(self, known: Named, names: Iterable[str]) -> None:
        self.problems += [f"unknown column `{name}`" for name in names if name not in known]

    def matched(self, left: Named, right: Named, on: Iterable[tuple[str, str]]) -> None:
        for one, two in on:
            self.columns(left, [one])
            self.columns(right, [two])
            if one in left and two in right and not comparable(left[one].type, right[two].type):
                self.problems.append(f"`{one}` and `{two}` are of different types")

    def scalar(self, scalar: Scalar, row: Named, base: Named, kind: Kind | None = None) -> bool:
        """Check a scalar and all below it; returns whether its type is known."""
        before = len(self.problems)
        scalar.check(_RowCheck(row, base, self.problems))
        if len(self.problems) > before:
            return False
        if kind is not None and scalar.typed.kind is not kind:
            self.problems.append(f"{type(scalar).__name__} is no {kind}")
            return False
        return True


@dataclass(slots=True)
class _RowCheck:
    """What a scalar asks while it is checked for a row, and for the base row beside it."""

    row: Named
    base: Named
    problems: list[str]

    def column(self, column: Column) -> None:
        actual = (self.base if column.of_base else self.row).get(column.name)
        if actual is None:
            self.problems.append(f"unknown column `{column.name}`")
        elif column.type is not actual.type and not holds(column.type, actual.type):
            self.problems.append(f"`{column.name}` is {described(actual.type)}, read as {described(column.type)}")
        elif actual.optional and not column.optional:
            self.problems.append(f"`{column.name}` may be missing, read as never missing")

    def misfit(self, node: Node) -> None:
        types = ", ".join(described(each.typed) for each in node.operands)
        self.problems.append(f"{type(node).__name__} of {types}")


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
