"""Expressions as noun phrases: `net revenue`, `250,000 USD (300,000 USD from 1 August 2026)`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

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
from engine.language.program import Choice, Metric, Parameter, Table, Version
from engine.language.records import Field
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
    """A value that may depend on something: `2` ` for SMB`, others `4 for enterprise`."""

    value: str
    where: str = ""
    others: tuple[str, ...] = ()

    def listed(self) -> str:
        """The value and what it is otherwise, side by side, as in a cell of a table.

        >>> Stated("2", "for SMB", ("4 for enterprise",)).listed()
        '2 for SMB; 4 for enterprise'
        """
        return "; ".join([f"{self.value} {self.where}".strip(), *self.others])

    def about(self, noun: str = "") -> str:
        """The value with what it is of between it and what it depends on.

        >>> Stated("2", "for SMB", ("4 for enterprise",)).about("engineers")
        '2 engineers for SMB (4 for enterprise)'
        """
        words = " ".join(each for each in (self.value, noun, self.where) if each)
        return f"{words} ({'; '.join(self.others)})" if self.others else words


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
        return stated.value if not (stated.others or stated.where) else say_name(parameter.name, voice)
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
    if name in voice.program.ladder.names:
        return say_tier(name, voice)
    if name in SPECIAL:
        return SPECIAL[name]
    return say_field(name, voice) if is_field(name, voice) else say_word(name, voice)


SPECIAL = {
    "tier": "tier",
    "as_of": "the day judged",
    "window.start": "the first day that counts",
    "window.end": "the last day that counts",
}


def find_field(name: str, voice: Voice) -> Field | None:
    """The field of the row spoken of, or of the partner, or one link further."""
    link_name, _, linked = name.partition(".")
    tables = [each for each in (voice.table, voice.program.records.table("partners")) if each is not None]
    for table in tables:
        link = next((each for each in table.links if each.name == link_name), None)
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
    links = voice.table.links if voice.table else ()
    link = next((each for each in links if each.name == link_name), None)
    if link is not None:
        return plain_words(f"{singular(link.to)} {linked}")
    return f"{singular(voice.table.name)} {name}" if voice.table and name in VAGUE else plain_words(name)


VAGUE = ("name", "type", "status", "class", "kind", "category", "line", "value")
"""Fields that say nothing without the record they are of."""


def sort_of(expression: Expression, voice: Voice, depth: int = 0) -> Sort:
    """What an expression is to a reader; what cannot be told is a number."""
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
    if name == "tier" or name in voice.program.ladder.names:
        return Sort.TIER
    if name in SPECIAL:
        return Sort.DAY
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
    if table.single is not None:
        return (table.single,)
    return tuple(each.value for each in table.choices) + tuple(each.value for each in table.thresholds)


def versions_said(parameter: Parameter, voice: Voice) -> tuple[Version, ...]:
    """The versions a voice speaks of: the one in force on its day and those that follow; all without a day."""
    versions = parameter.versions
    if voice.day is None:
        return versions
    begun = sum(1 for each in versions if each.start is None or each.start <= voice.day)
    return versions[max(begun - 1, 0) :]


def state_parameter(parameter: Parameter, voice: Voice, depth: int = 0) -> Stated:
    """What a parameter is here: its value, by what it depends on, with later versions where they differ."""
    stated = [
        (version, _state_table(version.table, parameter.name, voice, depth))
        for version in versions_said(parameter, voice)
    ]
    if not stated or depth >= DEEPEST:
        return Stated(say_name(parameter.name, voice))
    first = last = stated[0][1]
    later = []
    for version, each in stated[1:]:
        if each != last and version.start is not None:
            later.append(f"{each.about()} from {say_day(version.start)}")
        last = each
    return Stated(first.value, first.where, (*first.others, *later))


def _state_table(table: Table, name: str, voice: Voice, depth: int) -> Stated:
    if table.single is not None:
        return _state(table.single, voice, depth)
    if table.thresholds:
        return _state_thresholds(table, voice)
    said = said_choices(table, voice)
    if not said or len(said) > MOST_INLINE:
        return Stated(f"the {say_name(name, voice)}")
    (value, keys), *others = said
    return Stated(value, keys if others else "", tuple(f"{each} {key}" for each, key in others))


def _state(expression: Expression, voice: Voice, depth: int) -> Stated:
    """A value, through the parameter it names."""
    if isinstance(expression, syntax.Name) and (parameter := voice.parameter(expression.text)) is not None:
        return state_parameter(parameter, voice, depth + 1)
    return Stated(say_value(expression, voice))


def _state_thresholds(table: Table, voice: Voice) -> Stated:
    measured = _named(table.by[0], voice) if table.by else "the measure"
    values = [say_value(each.value, voice) for each in table.thresholds]
    starts = [say_value(each.start, voice) for each in table.thresholds]
    rest = zip(values[1:], starts[1:], strict=True)
    return Stated(values[0], "", tuple(f"{value} from {start} of {measured}" for value, start in rest))


def choices_said(table: Table, voice: Voice) -> tuple[Choice, ...]:
    """The values by dimensions that a voice speaks of: those of its tier, where it has one."""
    if not voice.tier or "tier" not in table.by:
        return table.choices
    place = table.by.index("tier")
    return tuple(each for each in table.choices if each.keys[place] == voice.tier)


def said_choices(table: Table, voice: Voice) -> list[tuple[str, str]]:
    """The values by dimensions with what each is for; of one dimension, those alike together.

    `[("2", "for SMB and small"), ("4", "for enterprise")]`
    """
    choices = choices_said(table, voice)
    pairs = [(say_value(each.value, voice), say_keys(table, each, voice)) for each in choices]
    spoken = [by for by in table.by if not (voice.tier and by == "tier")]
    if len(spoken) != 1:
        return [(value, f"for {keys}" if keys else "") for value, keys in pairs]
    together: dict[str, list[str]] = {}
    for value, keys in pairs:
        together.setdefault(value, []).append(keys)
    return [(value, f"for {joined(keys)}") for value, keys in together.items()]


def say_keys(table: Table, choice: Choice, voice: Voice) -> str:
    """The words of one value by dimensions: `gold and enterprise`; the voice's own tier goes without saying."""
    pairs = [pair for pair in zip(table.by, choice.keys, strict=True) if not (voice.tier and pair[0] == "tier")]
    return " and ".join(say_key(by, key, voice) for by, key in pairs)


def say_key(by: str, key: str, voice: Voice) -> str:
    """One word of a dimension: a tier, a value of a choice, or whether a partner is in a segment."""
    if by == "tier":
        return say_tier(key, voice)
    if (segment := voice.segment(by)) is not None:
        name = say_name(by, voice, segment.title)
        return name if key == "true" else f"not {name}"
    if key in ("true", "false"):
        return f"{say_field(by, voice)}: {'yes' if key == 'true' else 'no'}"
    return say_word(key, voice)


def say_dimension(by: str, voice: Voice) -> str:
    """A name under `by` as the head of a column."""
    if by == "tier":
        return "Tier"
    titled = voice.metric(by) or voice.segment(by)
    return say_heading(by, voice, titled.title if titled else "")


def countable(noun: str) -> bool:
    """Whether a number can stand before the noun: `4 engineers`, but not `4 number of deals`.

    >>> countable("security engineers"), countable("number of deals"), countable("`m4`"), countable("headcount")
    (True, False, True, False)
    """
    head = _head(noun)
    if noun.startswith("`"):
        return True
    return bool(head) and head[0].lower() not in ("number", "count", "total", "share") and head[-1].endswith("s")


def singular(noun: str) -> str:
    """The noun for one of it; a name in backticks stays as it is.

    >>> singular("security engineers over the last two years"), singular("companies"), singular("`m4`")
    ('security engineer over the last two years', 'company', '`m4`')
    """
    head = _head(noun)
    if not head or noun.startswith("`") or not head[-1].endswith("s"):
        return noun
    one = head[-1][:-3] + "y" if head[-1].endswith("ies") else head[-1][:-1]
    return " ".join([*head[:-1], one, *noun.split()[len(head) :]])


def _head(noun: str) -> list[str]:
    """The words of a noun phrase that come before its first preposition; none where a comma is among them."""
    words = noun.split()
    head = words[: next((place for place, word in enumerate(words) if word in PREPOSITIONS), len(words))]
    return [] if any(each.endswith(",") for each in head) else head


PREPOSITIONS = ("between", "of", "in", "with", "for", "per", "by", "on", "at", "from", "over", "trailing")
