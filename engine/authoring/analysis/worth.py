"""The numbers of an incentive's values: one number, or one for each tier, segment or choice under `by`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from types import MappingProxyType

from engine.authoring.analysis.expressions import Reader
from engine.authoring.analysis.formula import TRUE, Formula, any_of
from engine.authoring.analysis.lines import judged
from engine.authoring.analysis.names import Era, Names, PartnerScope, choice_guards, constant, in_force, is_word
from engine.authoring.analysis.rows import RowScope
from engine.language.names import BENEFITS, declared_in, names_in
from engine.language.program import Benefit, Incentive, Table
from engine.language.records import RecordTable
from engine.language.syntax import Expression, Name

MOST_CASES = 36  # combinations of words tried one by one; beyond, only what they share is known

Words = Mapping[str, str]
"""Dimensions with the word that each of them has."""

ANY: Words = MappingProxyType({})


def numbers_of(value: Table | None, names: Names, words: Words = ANY) -> frozenset[Fraction | None]:
    """All numbers that a value can have on any day, for these words of the dimensions. None is among them if the
    value is not the same number for all partners.
    """
    if value is None:
        return frozenset((None,))
    if value.single is not None:
        return _numbers(value.single, names, words)
    inner = [each.value for each in value.thresholds]
    inner += [each.value for each in value.choices if _agrees(dict(zip(value.by, each.keys, strict=True)), words)]
    found = [numbers_of(each, names, words) for each in inner]
    return frozenset[Fraction | None]().union(*found) if found else frozenset((None,))


def number_of(value: Table | None, names: Names, words: Words = ANY) -> Fraction | None:
    """The number that a value always is for all partners, for these words of the dimensions; None if there is none."""
    found = numbers_of(value, names, words)
    return next(iter(found)) if len(found) == 1 else None


def _numbers(expression: Expression, names: Names, words: Words) -> frozenset[Fraction | None]:
    """The numbers of an expression; a parameter with dimensions is read word by word, like a table."""
    if isinstance(expression, Name) and (tables := _tables_behind(expression, names)):
        known = words if expression.text in names.parameters else ANY  # a tier has a lower one's value of a benefit
        return frozenset[Fraction | None]().union(*(numbers_of(each, names, known) for each in tables))
    if not _is_plain(expression, names):
        return frozenset((None,))
    scopes = (PartnerScope(names, era) for era in names.eras)
    return frozenset(constant(Reader(scope).pieces(expression)) for scope in scopes)


def _tables_behind(name: Name, names: Names) -> list[Table]:
    """The tables that a parameter has on the program's days, or a benefit."""
    if name.text in names.parameters:
        tables = (in_force(names.parameters[name.text], era.start) for era in names.eras)
        return list({id(each): each for each in tables}.values())
    return [table for each in names.program.benefits if (table := _table_read(each, name.text, names)) is not None]


def _table_read(benefit: Benefit, name: str, names: Names) -> Table | None:
    """What a benefit is worth where `name` reads it, or reads it in one scope."""
    declared, values = declared_in(name)
    if declared != f"{BENEFITS}{benefit.name}":
        return None
    if not values:
        return benefit.table
    return benefit.at(values).table if values in names.program.scopes(benefit.per) else None


def _is_plain(expression: Expression, names: Names) -> bool:
    """Whether it reads nothing but parameters that go by nothing."""
    tables = [_tables_behind(each, names) if each.text in names.parameters else [] for each in names_in(expression)]
    singles = [[each.single for each in several] for several in tables]
    return all(several and all(each is not None and _is_plain(each, names) for each in several) for several in singles)


def _agrees(keys: Words, words: Words) -> bool:
    """Whether a choice is for these words, as far as they say."""
    return all(words.get(name, key) == key for name, key in keys.items())


# ---------------------------------------------------------------------------------------------------- cases


def values_of(incentive: Incentive) -> tuple[Table, ...]:
    """Everything it pays and is limited by."""
    bands = [each for row in incentive.bands for each in (row.start, row.rate, row.amount, row.up_to)]
    values = (incentive.rate, incentive.amount, *bands, *(each.at_most for each in incentive.limits))
    return tuple(each for each in values if each is not None)


def cases_of(incentive: Incentive, names: Names) -> tuple[Words, ...]:
    """Every combination of words of its values' dimensions; a single empty one if there are too many."""
    dimensions: dict[str, dict[str, None]] = {}
    for name, word in (*_dimensions(values_of(incentive), names), *_keys_read(incentive, names)):
        dimensions.setdefault(name, {})[word] = None
    count = 1
    for each in dimensions.values():
        count *= len(each)
    if count > MOST_CASES:
        return (ANY,)
    return tuple(dict(zip(dimensions, words, strict=True)) for words in product(*dimensions.values()))


def _dimensions(values: Iterable[Table], names: Names) -> Iterator[tuple[str, str]]:
    """The words that choices go by, those inside values and in parameters too."""
    for value in values:
        if isinstance(value.single, Name) and value.single.text in names.parameters:
            yield from _dimensions(_tables_behind(value.single, names), names)
        for choice in value.choices:
            yield from zip(value.by, choice.keys, strict=True)
        yield from _dimensions((each.value for each in value.choices), names)
        yield from _dimensions((each.value for each in value.thresholds), names)


def _keys_read(incentive: Incentive, names: Names) -> Iterator[tuple[str, str]]:
    """The fields by which records read benefits with `per`, with the words that they can have."""
    table = names.program.records.table(incentive.source)
    read = {each.text for each in _names_behind(values_of(incentive), names)}
    for benefit in names.program.benefits:
        for key in benefit.per if f"{BENEFITS}{benefit.name}" in read else ():
            field = table.key_field(key) if table is not None else None
            yield from ((field.name, each) for each in names.program.dimension(key) if field is not None)


def together(cases: Iterable[tuple[Words, ...]]) -> Iterator[Words]:
    """The cases of several incentives at once, where they do not contradict each other."""
    for several in product(*cases):
        found = dict(word for each in several for word in each.items())
        if all(_agrees(each, found) for each in several):
            yield found


def may_pay(incentive: Incentive, names: Names, words: Words) -> bool:
    """Whether it may pay anything where dimensions have these words."""
    if any(numbers_of(each.at_most, names, words) == {0} for each in incentive.limits):
        return False
    paid = [incentive.rate, incentive.amount, *(each.paid for each in incentive.bands)]
    return any(numbers_of(each, names, words) != {0} for each in paid if each is not None)


def guards_of(words: Words, table: RecordTable, names: Names, era: Era) -> tuple[list[Formula], list[Formula]]:
    """Where dimensions have these words: in the record, and of the partner on the day judged."""
    row, partner = RowScope(names, table), PartnerScope(names, era)
    of_record = {each for each in words if is_of_record(each, table)}
    return (
        [is_word(name, word, row, ()) for name, word in words.items() if name in of_record],
        [is_word(name, word, partner, ()) for name, word in words.items() if name not in of_record],
    )


def granted(incentive: Incentive, names: Names, era: Era) -> Iterator[Formula]:
    """Where the benefits whose values it pays are granted, and not worth nothing."""
    scope = PartnerScope(names, era)
    named = {each.text for each in _names_behind(values_of(incentive), names)}
    for benefit in names.program.benefits:
        tables = [table for each in sorted(named) if (table := _table_read(benefit, each, names)) is not None]
        if tables or f"{BENEFITS}{benefit.name}" in named:
            yield from (judged(each, scope).condition.met for each in benefit.when)
        for table in tables:
            keys = (dict(zip(benefit.per, each, strict=True)) for each in names.program.scopes(benefit.per))
            yield any_of(_worth_something(table.at(each), scope, names) for each in keys)


def _worth_something(table: Table, scope: PartnerScope, names: Names) -> Formula:
    """Where a value is there that is not zero, as far as its entries tell; one that has none is taken as it is."""
    if table.is_empty or not table.choices:
        return TRUE if not table.is_empty else any_of(())
    guards = zip(choice_guards(table, scope, inherit=True), table.choices, strict=True)
    return any_of(guard for guard, each in guards if numbers_of(each.value, names) != {Fraction(0)})


def _names_behind(values: Iterable[Table], names: Names) -> Iterator[Name]:
    """Every name in the values, through parameters."""
    for name in names_in(tuple(values)):
        yield name
        if name.text in names.parameters:
            yield from _names_behind(_tables_behind(name, names), names)


def is_of_record(name: str, table: RecordTable) -> bool:
    """Whether a name is a field of the record, or of what it links to."""
    first = name.partition(".")[0]
    return table.field(name) is not None or first == table.name or table.link(first) is not None


def said(words: Words) -> str:
    """` for gold`, as the end of a phrase; nothing where no word is said."""
    return f" for {' '.join(words.values())}" if words else ""
