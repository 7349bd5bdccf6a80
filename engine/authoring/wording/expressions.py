"""Expressions as noun phrases: `net revenue`, `250,000 USD (300,000 USD from 1 August 2026)`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from engine.authoring.wording.inherited import inherited
from engine.authoring.wording.nouns import singular
from engine.authoring.wording.values import (
    joined,
    say_day,
    say_duration,
    say_money,
    say_number,
    say_percent,
)
from engine.authoring.wording.voice import Naming, Voice, plain_words, say_heading, say_name, say_tier, say_word
from engine.language import syntax
from engine.language.names import BENEFITS, declared_in
from engine.language.program import Benefit, Choice, Metric, Parameter, Table, Version, expressions_of
from engine.language.records import CURRENCY, Field
from engine.language.rendering import render_expression
from engine.language.syntax import Expression
from engine.types import Kind

MOST_INLINE = 6  # values said inside a sentence; more are a table, and the sentence names it
DEEPEST = 6  # parameters that name parameters


class Sort(StrEnum):
    """What a value is to a reader, which decides how it is compared in words."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    NUMBER = "number"
    LENGTH = "length of time"
    DAY = "day"
    WORD = "word"
    TRUTH = "truth"
    TIER = "tier"


SORTS = {
    Kind.MONEY: Sort.MONEY,
    Kind.NUMBER: Sort.NUMBER,
    Kind.INTEGER: Sort.NUMBER,
    Kind.DATE: Sort.DAY,
    Kind.DAYS: Sort.LENGTH,
    Kind.MONTHS: Sort.LENGTH,
    Kind.CHOICE: Sort.WORD,
    Kind.TEXT: Sort.WORD,
    Kind.ID: Sort.WORD,
    Kind.BOOLEAN: Sort.TRUTH,
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A value that may depend on something: `2` ` for SMB`, others `4 for enterprise`; `later` what changes it."""

    value: str
    where: str = ""
    others: tuple[str, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def varies(self) -> bool:
        """Whether it is not the same for all partners and always."""
        return bool(self.where or self.others or self.later)

    def listed(self) -> str:
        """The value and what it is otherwise, side by side, as in a cell of a table.

        >>> Stated("2", "for SMB", ("4 for enterprise",)).listed()
        '2 for SMB; 4 for enterprise'
        """
        return "; ".join([f"{self.value} {self.where}".strip(), *self.others, *self.later])

    def about(self, noun: str = "") -> str:
        """The value with what it is of between it and what it depends on.

        >>> Stated("2", "for SMB", ("4 for enterprise",)).about("engineers")
        '2 engineers for SMB (4 for enterprise)'
        """
        more = (*self.others, *self.later)
        return f"{self._first(noun)} ({'; '.join(more)})" if more else self._first(noun)

    def across(self, noun: str = "") -> str:
        """The values in a row, the first one with what all are of.

        >>> Stated("5%", "for Silver", ("10% for Gold",), ("6% from 1 May 2026",)).across("of amount")
        '5% of amount for Silver and 10% for Gold (6% from 1 May 2026)'
        """
        said = joined([self._first(noun), *self.others])
        return f"{said} ({'; '.join(self.later)})" if self.later else said

    def _first(self, noun: str) -> str:
        return " ".join(each for each in (self.value, noun, self.where) if each)


def say_value(expression: Expression, voice: Voice) -> str:
    """An expression as a noun phrase; conditions are said by `conditions.say_condition`."""
    match expression:
        case syntax.Number(value, _, percent):
            return say_percent(value) if percent else say_number(value)
        case syntax.Money(value, currency):
            return say_money(value, currency)
        case syntax.Duration(count, unit):
            return say_duration(count, unit)
        case syntax.Day(day):
            return say_day(day)
        case syntax.Text(text):
            return f"“{' '.join(text.split())}”"
        case syntax.Truth(truth):
            return "yes" if truth else "no"
        case syntax.Name(name):
            return _named(name, voice)
        case syntax.Negative(value):
            return f"{SIGNS['-']}{_part(value, voice)}"
        case syntax.Arithmetic(op, left, right):
            return f"{_part(left, voice)} {SIGNS[op]} {_part(right, voice)}"
        case syntax.Call(function, arguments):
            return _called(function, arguments, voice)
        case (
            syntax.Comparing()
            | syntax.Membership()
            | syntax.Ranging()
            | syntax.Missing()
            | syntax.Logic()
            | syntax.Negation()
        ):
            return f"whether `{render_expression(expression)}`"  # no check lets a condition be a value
        case _:
            assert_never(expression)


SIGNS = {"+": "+", "-": "\u2212", "*": "\u00d7", "/": "\u00f7"}  # as on paper


def _part(expression: Expression, voice: Voice) -> str:
    """A part of a calculation: in brackets where it is one itself; what varies is said by name."""
    if isinstance(expression, syntax.Arithmetic | syntax.Negative):
        return f"({say_value(expression, voice)})"
    if isinstance(expression, syntax.Name) and (parameter := voice.parameter(expression.text)) is not None:
        stated = state_parameter(parameter, voice)
        return say_name(parameter.name, voice) if stated.varies else stated.value
    return say_value(expression, voice)


def _called(function: str, arguments: tuple[Expression, ...], voice: Voice) -> str:
    said = [_part(each, voice) for each in arguments]
    match function:
        case "min":
            return f"the smaller of {joined(said)}" if len(said) == 2 else f"the smallest of {joined(said)}"
        case "max":
            return f"the larger of {joined(said)}" if len(said) == 2 else f"the largest of {joined(said)}"
        case "abs" if isinstance(arguments[0], syntax.Arithmetic) and arguments[0].op == "-":
            parts = (arguments[0].left, arguments[0].right)
            return f"the difference between {joined([_part(each, voice) for each in parts])}"
        case "abs":
            return f"{joined(said)} without its sign"
        case _:
            return f"{function.replace('_between', '')} between {joined(said)}"


def _named(name: str, voice: Voice) -> str:
    if (parameter := voice.parameter(name)) is not None:
        return state_parameter(parameter, voice).about()
    if (metric := voice.metric(name)) is not None:
        return say_name(name, voice, metric.title)
    if (segment := voice.segment(name)) is not None:
        return say_name(name, voice, segment.title)
    if (designation := voice.designation(name)) is not None:
        return say_name(name, voice, designation.title)
    if name in voice.program.ladder.names:
        return say_tier(name, voice)
    if (benefit := find_benefit(name, voice)) is not None:
        return _state_benefit(benefit, voice, 0).about()
    if name in SPECIAL:
        return SPECIAL[name]
    return say_field(name, voice) if is_field(name, voice) else say_word(name, voice)


SPECIAL = {
    "tier": "tier",
    "as_of": "the day judged",
    "window.start": "the first day that counts",
    "window.end": "the last day that counts",
}


def find_benefit(name: str, voice: Voice) -> Benefit | None:
    """The benefit whose value `benefits.NAME` reads; in one scope where its values stand behind dots."""
    head, values = declared_in(name)
    found = next((each for each in voice.program.benefits if head == f"{BENEFITS}{each.name}"), None)
    if found is None or not values:
        return found
    if len(values) != len(found.per):
        return None
    title, inner = voice.titled(found.title, values), name.removeprefix(BENEFITS)
    return replace(found.at(values), name=inner, title=title, per=(), per_spans=())


def find_field(name: str, voice: Voice) -> Field | None:
    """The field of the row spoken of, or of the partner, or one link further."""
    link_name, _, linked = name.partition(".")
    tables = [each for each in (voice.table, voice.program.records.table("partners")) if each is not None]
    for table in tables:
        link = table.link(link_name) if linked else None
        target = voice.program.records.table(link.to) if link else None
        found = target.field(linked) if target else table.field(name)
        if found is not None:
            return found
    return None


def is_field(name: str, voice: Voice) -> bool:
    """Whether the name is a field of the row spoken of, of the partner, or of a linked row."""
    return find_field(name, voice) is not None or "." in name


def say_field(name: str, voice: Voice) -> str:
    """A field of a record; one of a linked record is said as that record's."""
    if voice.naming is Naming.CODE:
        return f"`{name}`"
    link_name, _, linked = name.partition(".")
    link = voice.table.link(link_name) if voice.table and linked else None
    if link is not None:
        return plain_words(f"{singular(link.to)} {linked}")
    return f"{singular(voice.table.name)} {name}" if voice.table and name in VAGUE else plain_words(name)


VAGUE = ("name", "type", "status", "class", "kind", "category", "line", "value")
"""Fields that have no meaning without their record."""


def sort_of(expression: Expression, voice: Voice, depth: int = 0) -> Sort:
    """What an expression is to a reader; what is not known is a number."""
    match expression:
        case syntax.Money():
            return Sort.MONEY
        case syntax.Number(_, _, percent):
            return Sort.SHARE if percent else Sort.NUMBER
        case syntax.Duration():
            return Sort.LENGTH
        case syntax.Day():
            return Sort.DAY
        case syntax.Text():
            return Sort.WORD
        case syntax.Name(name):
            return _sort_of_name(name, voice, depth + 1) if depth < DEEPEST else Sort.NUMBER
        case syntax.Negative(value):
            return sort_of(value, voice, depth)
        case syntax.Arithmetic(op, left, right):
            return _sort_of_arithmetic(op, sort_of(left, voice, depth), sort_of(right, voice, depth))
        case syntax.Call(function, arguments):
            if function.endswith("_between") or not arguments:
                return Sort.COUNT
            return sort_of(arguments[0], voice, depth)
        case _:
            return Sort.TRUTH


def _sort_of_arithmetic(op: str, left: Sort, right: Sort) -> Sort:
    if op == "/":
        return Sort.NUMBER if left is right else left
    plain = (Sort.NUMBER, Sort.COUNT, Sort.SHARE)
    if op == "*":
        return right if left in plain else left
    return left


def _sort_of_name(name: str, voice: Voice, depth: int) -> Sort:
    if (parameter := voice.parameter(name)) is not None:
        value = next((each for version in parameter.versions for each in values_of(version.table)), None)
        return sort_of(value, voice, depth) if value is not None else Sort.NUMBER
    if (metric := voice.metric(name)) is not None:
        return sort_of_metric(metric, voice, depth)
    if voice.segment(name) is not None:
        return Sort.TRUTH
    if (designation := voice.designation(name)) is not None:
        return Sort.TRUTH if designation.plain else Sort.TIER
    if name == "tier" or name in voice.program.ladder.names:
        return Sort.TIER
    if name in SPECIAL:
        return Sort.DAY
    if (benefit := find_benefit(name, voice)) is not None:
        given = next(iter(values_of(benefit.table)), None) if benefit.table is not None else None
        return sort_of(given, voice, depth) if given is not None else Sort.TRUTH
    grouped = voice.metric(voice.rows)
    if grouped is not None and name == "value":
        return sort_of_metric(grouped, voice, depth)
    field = find_field(name, voice)
    return SORTS[field.type.kind] if field else Sort.WORD


def sort_of_metric(metric: Metric, voice: Voice, depth: int = 0) -> Sort:
    """What a metric's value is to a reader."""
    if metric.holding or metric.op in ("count", "count_distinct"):
        return Sort.COUNT
    value = metric.formula or metric.value
    if value is None or depth >= DEEPEST:
        return Sort.NUMBER
    return sort_of(value, voice.of_rows(metric.source) if metric.source else voice, depth + 1)


def values_of(table: Table) -> tuple[Expression, ...]:
    """Every value a table can have, in the order written."""
    return tuple(expressions_of(table))


def versions_said(parameter: Parameter, voice: Voice) -> tuple[Version, ...]:
    """The versions that a voice describes: the one in force on its day and those that follow; all without a day."""
    versions = parameter.versions
    if voice.day is None:
        return versions
    begun = sum(1 for each in versions if each.start is None or each.start <= voice.day)
    return versions[max(begun - 1, 0) :]


def state_parameter(parameter: Parameter, voice: Voice, depth: int = 0) -> Stated:
    """What a parameter is here: its value, by what it depends on, with later versions where they differ."""
    if depth >= DEEPEST:  # asked first: a chain may be longer than Python can follow
        return Stated(say_name(parameter.name, voice))
    stated = [
        (version, state_value(version.table, voice, f"the {say_name(parameter.name, voice)}", depth))
        for version in versions_said(parameter, voice)
    ]
    if not stated:
        return Stated(say_name(parameter.name, voice))
    first = last = stated[0][1]
    later = []
    for version, each in stated[1:]:
        if each != last and version.start is not None:
            day = f"from {say_day(version.start)}"
            later.append(f"{day}: {each.across()}" if each.varies else f"{each.value} {day}")
        last = each
    return Stated(first.value, first.where, first.others, (*first.later, *later))


def state_value(table: Table, voice: Voice, called: str = "a value", depth: int = 0) -> Stated:
    """A value in words here, through the names it uses; a value with too many entries is only named (`called`)."""
    if table.single is not None:
        return _state(table.single, voice, depth)
    said = said_choices(table, voice) if table.choices else _said_thresholds(table, voice, depth)
    if not said or len(said) > MOST_INLINE:
        dimensions = "" if called.startswith("the ") or not said else f" by {_said_dimensions(table, voice)}"
        return Stated(f"{called}{dimensions}")
    (value, where), *rest = said
    others = tuple(f"{each} {key}".strip() for each, key in rest)
    return Stated(value, where if rest else "", others) if table.choices else Stated(value, where, (), others)


def _said_dimensions(table: Table, voice: Voice) -> str:
    return joined(["tier" if each == "tier" else _named(each, voice) for each in table.by])


def _state(expression: Expression, voice: Voice, depth: int) -> Stated:
    """A value, through the parameter or benefit it names."""
    if isinstance(expression, syntax.Name):
        if (parameter := voice.parameter(expression.text)) is not None:
            return state_parameter(parameter, voice, depth + 1)
        if (benefit := find_benefit(expression.text, voice)) is not None:
            return _state_benefit(benefit, voice, depth + 1)
    return Stated(say_value(expression, voice))


def _state_benefit(benefit: Benefit, voice: Voice, depth: int) -> Stated:
    """What a benefit is worth, and that it is one: it pays only where it is granted."""
    called = f"the benefit {say_name(benefit.name, voice, benefit.title)}"
    if benefit.table is None or depth >= DEEPEST:
        return Stated(called)
    table = inherited(benefit.table, voice.program.ladder.names)
    stated = state_value(table, voice.of_rows(""), called, depth)
    granted = f"{called}, where it is granted" if benefit.when else called
    return Stated(stated.value, stated.where, stated.others, (*stated.later, granted))


def _said_entry(table: Table, voice: Voice, depth: int = 0) -> list[tuple[str, str]]:
    """The values of an entry with what each is for; an entry that is not a table is for everything."""
    if table.single is not None:
        return [(_state(table.single, voice, depth).about(), "")]
    return said_choices(table, voice) if table.choices else _said_thresholds(table, voice, depth)


def _said_thresholds(table: Table, voice: Voice, depth: int) -> list[tuple[str, str]]:
    """The values by a number, each with where it begins; the first begins at nothing."""
    measured = _named(table.by[0], voice) if table.by else "the measure"
    said = []
    for place, each in enumerate(table.thresholds):
        start = f"from {state_value(each.start, voice, 'a threshold').about()} of {measured}" if place else ""
        said += [(value, f"{where} {start}".strip()) for value, where in _said_entry(each.value, voice, depth)]
    return said


def choices_said(table: Table, voice: Voice) -> tuple[Choice, ...]:
    """The values by dimensions that a voice describes: those of its tier, if it has one."""
    if not voice.tier or "tier" not in table.by:
        return table.choices
    place = table.by.index("tier")
    return tuple(each for each in table.choices if each.keys[place] == voice.tier)


def said_choices(table: Table, voice: Voice) -> list[tuple[str, str]]:
    """The values by dimensions, with the words of each; for one dimension, equal values together.

    `[("2", "for SMB and small"), ("4", "for enterprise")]`
    """
    choices = choices_said(table, voice)
    pairs: list[tuple[str, str]] = []
    for choice in choices:
        keys = say_keys(table, choice, voice)
        pairs += [(value, _both(keys, where)) for value, where in _said_entry(choice.value, voice)]
    spoken = [by for by in table.by if not (voice.tier and by == "tier")]
    if len(spoken) != 1 or len(pairs) > len(choices):
        return [(value, _for(keys)) for value, keys in pairs]
    together: dict[str, list[str]] = {}
    for value, keys in pairs:
        together.setdefault(value, []).append(keys)
    return [(value, _for(joined(keys))) for value, keys in together.items()]


def _both(keys: str, where: str) -> str:
    """The words of an entry and of its inner table: `Gold and SMB`, `Gold from 3 of quantity`."""
    return (
        f"{keys} and {where.removeprefix('for ')}" if keys and where.startswith("for ") else f"{keys} {where}".strip()
    )


def _for(keys: str) -> str:
    return keys if not keys or keys.startswith(("for ", "from ")) else f"for {keys}"


def say_keys(table: Table, choice: Choice, voice: Voice) -> str:
    """The words of one value by dimensions: `gold and enterprise`; the voice's own tier goes without saying, and so
    does the currency that an amount says itself.
    """
    amount = choice.value.single
    code = amount.currency if isinstance(amount, syntax.Money) else ""
    pairs = [pair for pair in zip(table.by, choice.keys, strict=True) if not (voice.tier and pair[0] == "tier")]
    said = [pair for pair in pairs if pair[1] != code or pair[0].rpartition(".")[2] != CURRENCY]
    return " and ".join(say_key(by, key, voice) for by, key in said)


def say_key(by: str, key: str, voice: Voice) -> str:
    """One word of a dimension: a tier, a value of a choice, or whether a partner is in a segment."""
    if by == "tier":
        return say_tier(key, voice)
    if (segment := voice.segment(by)) is not None:
        name = say_name(by, voice, segment.title)
        return name if key == "true" else f"not {name}"
    if (designation := voice.designation(by)) is not None:
        name = say_name(by, voice, designation.title)
        if designation.plain:
            return f"partners with {name}" if key == "true" else f"partners without {name}"
        return f"{say_word(key, voice)} of {name}"
    if key in ("true", "false"):
        return f"{say_field(by, voice)}: {'yes' if key == 'true' else 'no'}"
    return say_word(key, voice)


def say_dimension(by: str, voice: Voice) -> str:
    """A name under `by` as the head of a column."""
    if by == "tier":
        return "Tier"
    titled = voice.metric(by) or voice.segment(by) or voice.designation(by)
    return say_heading(by, voice, titled.title if titled else "")
