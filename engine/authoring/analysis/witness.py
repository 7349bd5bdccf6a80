"""Records that have the values of a model: how many of each kind, with which amounts.

Such records only probably show the finding. The reference evaluator decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product
from math import ceil, lcm

from engine.authoring.analysis.domain import EVERY_NUMBER, Domain, Interval, Numbers
from engine.authoring.analysis.formula import Variable
from engine.authoring.analysis.holders import Holder, holders
from engine.authoring.analysis.names import Names
from engine.authoring.analysis.simplex import OutOfWork, Row, solve_rows
from engine.authoring.analysis.solver import Model, rows_of
from engine.authoring.analysis.templates import Grouping, Measure, Template, measure_of, pick, templates

MOST_CHOICES = 12  # ways to choose one interval for each variable
ADDED, COUNTED = ("sum",), ("count", "count_distinct")
ONE = Fraction(1)
Unknown = tuple[object, ...]


@dataclass
class Amounts:
    """How many records of a kind there are, and what each of its fields adds up to."""

    template: Template
    count: Fraction
    sums: dict[Variable, Fraction] = field(default_factory=dict)
    levels: dict[Variable, Fraction] = field(default_factory=dict)  # the value in each record
    distinct: dict[Variable, Fraction] = field(default_factory=dict)


@dataclass
class World:
    """A partner as it could be: its own numbers, its records by kind, its people."""

    numbers: Mapping[Variable, Fraction]
    amounts: list[Amounts]
    people: list[tuple[Holder, Fraction]]


@dataclass
class Maker:
    """Makes worlds for models of one program on one day."""

    names: Names
    day: date
    early: bool = False

    def worlds(self, model: Model) -> Iterator[World]:
        """Worlds in which variables have the values of the model: with amounts above zero first."""
        measured = [each for each in model.domains if each in self.names.measures]
        people = [each for each in measured if self.names.measures[each].holding]
        kinds: list[Template] = []
        made = [measure_of(each, self.names, self.day, model.domains[each]) for each in measured if each not in people]
        measures = [each for each in made if each is not None]
        for table in self.names.program.records.tables:
            found = [each for each in measures if each.table is table]
            kinds += templates(table, found, self.names, early=self.early) if found else ()
        held = holders([self.names.measures[each] for each in people], self.names, self.day)
        for floor in (True, False):
            for chosen in _choices(model):
                yield from _solved(_Setting(model, chosen, measures, kinds, people, held, self.names), floor)


@dataclass
class _Setting:
    model: Model
    chosen: Mapping[Variable, Interval]
    measures: Sequence[Measure]
    kinds: Sequence[Template]
    people: Sequence[Variable]
    held: Sequence[Holder]
    names: Names


def _choices(model: Model) -> Iterator[dict[Variable, Interval]]:
    """One interval for each numeric variable that has any number."""
    numeric = [
        (variable, domain.intervals[::-1])
        for variable, domain in model.domains.items()
        if isinstance(domain, Numbers) and domain.intervals
    ]
    for tried, chosen in enumerate(product(*(intervals for _, intervals in numeric))):
        if tried >= MOST_CHOICES:
            return
        yield {variable: interval for (variable, _), interval in zip(numeric, chosen, strict=True)}


def _solved(setting: _Setting, floor: bool) -> Iterator[World]:
    """A world for one choice of intervals; amounts of records are not below 0 with `floor`."""
    rows: list[Row] = [(dict(each.terms), each.bound, each.strict) for each in setting.model.sums]
    for variable, interval in setting.chosen.items():
        rows += rows_of(variable, interval)
    least: list[Unknown] = []
    for measure in setting.measures:
        rows += _linked(measure, setting)
    for place, template in enumerate(setting.kinds):
        rows.append(({("n", place): -ONE}, Fraction(0), False))
        least.append(("n", place))
        for each in _added(setting, template):
            if each in template.ranges:
                rows += _ranged(("x", place, each), ("n", place), template.ranges[each].hull)
            if floor:
                rows.append(({("x", place, each): -ONE}, Fraction(0), False))
                least.append(("x", place, each))
        for each in _distinct(setting, template):
            rows.append(({("d", place, each): -ONE}, Fraction(0), False))
            rows.append(({("d", place, each): ONE, ("n", place): -ONE}, Fraction(0), False))
        rows += _grouped(place, template, setting)
    for variable in setting.people:
        held: dict[Unknown, Fraction] = {
            ("p", place): ONE for place, each in enumerate(setting.held) if each.counts_for(variable, setting.names)
        }
        rows += equal(variable, held)
    for place, _ in enumerate(setting.held):
        rows.append(({("p", place): -ONE}, Fraction(0), False))
        least.append(("p", place))
    try:
        found = solve_rows(rows, least)
        if found is not None:
            whole = [
                row for place, _ in enumerate(setting.kinds) for row in _exactly(place, _count(setting, place, found))
            ]
            found = solve_rows([*rows, *whole], least) or found
    except OutOfWork:
        return
    if found is not None:
        yield _world(setting, found)


def _ranged(total: Unknown, count: Unknown, interval: Interval) -> Iterator[Row]:
    """A total of so many numbers, each of them in the interval."""
    if interval.low is not None:
        yield {total: -ONE, count: interval.low}, Fraction(0), False
    if interval.high is not None:
        yield {total: ONE, count: -interval.high}, Fraction(0), False


def _grouped(place: int, template: Template, setting: _Setting) -> Iterator[Row]:
    """As many values of each key as groups, and of each field in which the records of a group differ as records."""
    for grouping in _groupings(template, setting):
        share = Fraction(1, template.size_for(grouping))
        for each in grouping.keys:
            yield from _as_many(("d", place, each), ("n", place), share)
            if each in template.words:
                yield {("d", place, each): ONE}, Fraction(len(template.words[each])), False
        if grouping.apart is not None:
            yield from _as_many(("d", place, grouping.apart), ("n", place), ONE)


def _as_many(one: Unknown, other: Unknown, share: Fraction) -> Iterator[Row]:
    yield {one: ONE, other: -share}, Fraction(0), False
    yield {one: -ONE, other: share}, Fraction(0), False


def _groupings(template: Template, setting: _Setting) -> list[Grouping]:
    """How records of a kind are put into groups for what they count for."""
    counted = (each for each in setting.measures if each.variable in template.counts_for)
    return [each.grouping for each in counted if each.grouping is not None]


def _count(setting: _Setting, place: int, found: Mapping[object, Fraction]) -> Fraction:
    """A whole number of records of a kind: enough to carry what they add up to, in whole groups."""
    kind = setting.kinds[place]
    carries = any(found.get(("x", place, each)) for each in _added(setting, kind))
    count = max(ceil(found.get(("n", place), Fraction(0))), 1 if carries else 0)
    whole = lcm(*(kind.size_for(each) for each in _groupings(kind, setting)))
    return Fraction(ceil(Fraction(count, whole)) * whole)


def _exactly(place: int, count: Fraction) -> Iterator[Row]:
    """So many records of a kind."""
    yield {("n", place): ONE}, count, False
    yield {("n", place): -ONE}, -count, False


def equal(variable: Variable, shares: Mapping[Unknown, Fraction], constant: Fraction = Fraction(0)) -> Iterator[Row]:
    """A variable is the sum of its shares and a constant."""
    up: dict[object, Fraction] = {variable: ONE, **{name: -factor for name, factor in shares.items()}}
    yield up, constant, False
    yield {name: -factor for name, factor in up.items()}, -constant, False


def _linked(measure: Measure, setting: _Setting) -> Iterator[Row]:
    """A measure as the sum over the kinds of records that count for it."""
    variable, op = measure.variable, measure.metric.op
    if variable not in setting.chosen:
        return
    kinds = {place: each for place, each in enumerate(setting.kinds) if variable in each.counts_for}
    grouping = measure.grouping
    groups: dict[Unknown, Fraction] = {
        ("n", place): Fraction(1, each.size_for(grouping) if grouping is not None else 1)
        for place, each in kinds.items()
    }
    if op in ADDED:
        shares: dict[Unknown, Fraction] = {("x", place, measure.field): measure.factor for place in kinds}
        if grouping is not None and grouping.size is measure.field:  # of all groups together: the records
            shares = dict.fromkeys(groups, measure.factor)
        if measure.constant:
            shares |= {each: shares.get(each, Fraction(0)) + measure.constant * share for each, share in groups.items()}
        yield from equal(variable, shares)
    elif op == "count":
        yield from equal(variable, groups)
    elif op == "count_distinct":
        yield from equal(variable, {("d", place, measure.field): ONE for place in kinds})
    elif grouping is not None:
        yield dict.fromkeys(groups, -ONE), -ONE, False  # some group there must be


def _added(setting: _Setting, template: Template) -> list[Variable]:
    """The fields that are added up over records of a kind, or are of each group in a range."""
    return _fields(setting, template, lambda each: each.metric.op in ADDED or _is_ranged(each))


def _distinct(setting: _Setting, template: Template) -> list[Variable]:
    keyed = [
        each
        for grouping in _groupings(template, setting)
        for each in (*grouping.keys, *([grouping.apart] if grouping.apart is not None else ()))
    ]
    counted = _fields(setting, template, lambda each: each.metric.op == "count_distinct")
    return list(dict.fromkeys((*counted, *keyed)))


def _is_ranged(measure: Measure) -> bool:
    """Whether it is the least, the greatest or a mean of groups, all of which have a value in the range wanted."""
    return measure.grouping is not None and measure.metric.op not in (*ADDED, *COUNTED)


def _fields(setting: _Setting, template: Template, which: Callable[[Measure], bool]) -> list[Variable]:
    found = (
        each.field
        for each in setting.measures
        if which(each)
        and each.table is template.table
        and each.field is not None
        and (each.grouping is None or each.field is not each.grouping.size)
    )
    return list(dict.fromkeys(found))


def _world(setting: _Setting, found: Mapping[object, Fraction]) -> World:
    numbers = {each: value for each in setting.model.domains if isinstance(value := found.get(each), Fraction)}
    amounts: list[Amounts] = []
    for place, template in enumerate(setting.kinds):
        count = found.get(("n", place), Fraction(0))
        made = Amounts(template, count)
        for each in _added(setting, template):
            made.sums[each] = found.get(("x", place, each), Fraction(0))
        for each in _distinct(setting, template):
            made.distinct[each] = found.get(("d", place, each), Fraction(0))
        amounts.append(made)
    _level(setting, numbers, amounts)
    people = [(each, found.get(("p", place), Fraction(0))) for place, each in enumerate(setting.held)]
    return World(numbers, amounts, people)


def _level(setting: _Setting, numbers: Mapping[Variable, Fraction], amounts: list[Amounts]) -> None:
    """Averages, medians, least and greatest: one kind of record for each, with that value in every record."""
    for measure in setting.measures:
        if measure.metric.op in (*ADDED, *COUNTED) or _is_ranged(measure) or measure.variable not in setting.chosen:
            continue
        domain: Domain = setting.model.domains[measure.variable]
        value = numbers.get(measure.variable)
        if value is None or measure.field is None or not isinstance(domain, Numbers):
            continue
        usable = [each for each in amounts if measure.variable in each.template.counts_for]
        free = [each for each in usable if measure.field not in each.levels]
        for each in sorted(free, key=lambda one: len(one.template.counts_for))[:1]:
            level = (value - measure.constant) / measure.factor
            both = each.template.ranges.get(measure.field, EVERY_NUMBER).meet(domain)
            if measure.factor == 1 and not measure.constant and both.intervals and not both.holds(level):
                level = _number(pick(measure.field, both))  # free within what the kind of record allows
            each.levels[measure.field] = level
            each.count = max(each.count, ONE)


def _number(value: Fraction | str | None) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(0)
