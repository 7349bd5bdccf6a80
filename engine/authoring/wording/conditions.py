"""Conditions as clauses: `at least 250,000 USD of net revenue over the trailing twelve months`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from engine.authoring.wording.expressions import (
    SPECIAL,
    Sort,
    Stated,
    find_field,
    say_field,
    say_value,
    sort_of,
    state_parameter,
)
from engine.authoring.wording.nouns import countable, singular
from engine.authoring.wording.values import COUNT_WORDS, joined, say_number
from engine.authoring.wording.voice import Naming, Voice, say_name, say_tier, say_word
from engine.authoring.wording.windows import names_days, say_window
from engine.language import syntax
from engine.language.program import Group, Line, Requirement
from engine.language.records import ENTRIES
from engine.language.syntax import Expression

AMOUNT = {
    ">=": "at least",
    ">": "more than",
    "<=": "at most",
    "<": "less than",
    "is": "exactly",
    "is not": "anything but",
}
DAY = {">=": "on or after", ">": "after", "<=": "on or before", "<": "before", "is": "on", "is not": "not on"}
RANK = {">=": "{} or above", ">": "above {}", "<=": "{} or below", "<": "below {}", "is": "{}", "is not": "not {}"}
WORD = {**{op: f"is {words}" for op, words in RANK.items()}, "is": "is {}", "is not": "is not {}"}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is", "is not": "is not"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition in words; a group has parts, and its text introduces them: `any two of`."""

    text: str
    parts: tuple[Clause, ...] = ()

    def flat(self) -> str:
        """The clause with its parts in one line.

        >>> Clause("any two of", (Clause("a"), Clause("all of", (Clause("b"), Clause("c"))))).flat()
        'any two of: a; (all of: b; c)'
        """
        if not self.parts:
            return self.text
        return f"{self.text}: {'; '.join(f'({each.flat()})' if each.parts else each.text for each in self.parts)}"


def clauses_of(requirements: Sequence[Requirement], voice: Voice) -> tuple[Clause, ...]:
    """The lines of a list, all of which must hold; `all` groups are dissolved into them."""
    return tuple(_dissolved(requirements, voice))


def _dissolved(requirements: Sequence[Requirement], voice: Voice) -> Iterator[Clause]:
    for each in requirements:
        if isinstance(each, Group) and each.form == "all":
            yield from _dissolved(each.lines, voice)
        elif isinstance(each, Line) and isinstance(each.expression, syntax.Logic) and each.expression.op == "and":
            yield from (Clause(say_condition(term, voice)) for term in each.expression.terms)
        else:
            yield clause_of(each, voice)


def clause_of(requirement: Requirement, voice: Voice) -> Clause:
    """One line or group."""
    if isinstance(requirement, Line):
        return Clause(say_condition(requirement.expression, voice))
    parts = tuple(clause_of(each, voice) for each in requirement.lines)
    if len(parts) == 1 and requirement.form != "none":
        return parts[0]
    return Clause(_introduced(requirement, len(parts)), parts)


def _introduced(group: Group, parts: int) -> str:
    match group.form:
        case "all":
            return "all of"
        case "any":
            return "any one of"
        case "none":
            return "none of" if parts > 1 else "not"
        case _:
            words = COUNT_WORDS[group.count] if group.count < len(COUNT_WORDS) else say_number(group.count)
            return "all of" if group.count == parts else f"any {words} of"


def say_requirements(requirements: Sequence[Requirement], voice: Voice) -> str:
    """A list of conditions in one line: `a; b; and any one of: c; d`."""
    clauses = clauses_of(requirements, voice)
    if len(clauses) == 1:
        return clauses[0].flat()
    return joined([f"({each.flat()})" if each.parts else each.text for each in clauses])


def say_condition(expression: Expression, voice: Voice) -> str:
    """One condition as a clause."""
    match expression:
        case syntax.Comparing(op, left, right):
            return _comparison(op, left, right, voice)
        case syntax.Membership(value, options, negated):
            said = joined([_option(each, voice, words_of(value, voice)) for each in options], "or")
            if _is_tier(value):
                return f"a tier other than {said}" if negated else f"tier {said}"
            return f"{_subject(value, voice)} is {'not ' if negated else ''}{said}"
        case syntax.Ranging(value, low, high):
            return _ranging(value, low, high, voice)
        case syntax.Missing(value, negated):
            return f"{_subject(value, voice)} is {'' if negated else 'not '}known"
        case syntax.Logic(op, terms):
            return f" {op} ".join(_term(each, voice) for each in terms)
        case syntax.Negation(term):
            return _negated(term, voice)
        case syntax.Name(name):
            return _true_name(name, voice)
        case syntax.Truth(truth):
            return "always" if truth else "never"
        case _:
            return say_value(expression, voice)


def _term(expression: Expression, voice: Voice) -> str:
    said = say_condition(expression, voice)
    return f"({said})" if isinstance(expression, syntax.Logic) else said


def _negated(term: Expression, voice: Voice) -> str:
    if isinstance(term, syntax.Name):
        segment = voice.segment(term.text)
        if segment is not None:
            return f"no membership of the segment {_quoted(term.text, segment.title, voice)}"
        if (designation := voice.designation(term.text)) is not None:
            return f"no designation {_quoted(term.text, designation.title, voice)}"
        return f"{say_value(term, voice)}: no"
    return f"not ({say_condition(term, voice)})"


def _true_name(name: str, voice: Voice) -> str:
    segment = voice.segment(name)
    if segment is not None:
        return f"membership of the segment {_quoted(name, segment.title, voice)}"
    if (designation := voice.designation(name)) is not None:
        return f"the designation {_quoted(name, designation.title, voice)}"
    return f"{say_value(syntax.Name(name, voice.program.span), voice)}: yes"


def _quoted(name: str, title: str, voice: Voice) -> str:
    said = say_name(name, voice, title)
    return said if said.startswith("`") else f"“{said}”"


def _is_tier(expression: Expression) -> bool:
    return isinstance(expression, syntax.Name) and expression.text == "tier"


def _comparison(op: str, left: Expression, right: Expression, voice: Voice) -> str:
    if _is_fixed(left, voice) and not _is_fixed(right, voice):
        op, left, right = MIRRORED[op], right, left
    if _is_tier(left):
        return _tier_comparison(op, right, voice)
    sort, threshold = sort_of(left, voice), sort_of(right, voice)
    if sort is Sort.NUMBER and threshold is Sort.SHARE:
        sort = Sort.SHARE
    subject, words = _subject(left, voice), words_of(left, voice)
    match sort:
        case Sort.DAY:
            return f"{_day_subject(subject, voice)} {DAY[op]} {say_value(right, voice)}"
        case Sort.WORD | Sort.TIER:
            if op == "is" and voice.naming is Naming.PLAIN and is_entry(left, voice):
                return f"the record is a {_option(right, voice, words)}"
            if op not in WORD:
                return f"{subject} of {RANK[op].format(_option(right, voice, words))}"
            return f"{subject} {WORD[op].format(_option(right, voice, words))}"
        case Sort.TRUTH:
            return f"{subject} {WORD[op].format(say_value(right, voice))}"
        case Sort.MONEY | Sort.COUNT | Sort.SHARE | Sort.NUMBER | Sort.LENGTH:
            if isinstance(left, syntax.Arithmetic | syntax.Negative) or not _is_fixed(right, voice):
                return f"{subject} is {AMOUNT[op]} {_stated(right, voice).about()}"
            return _amount(op, sort, subject, _stated(right, voice))
        case _:
            assert_never(sort)


@dataclass(frozen=True, slots=True)
class Compared:
    """A number set against a threshold, in its parts: `net revenue`, `at least`, `250,000 USD`."""

    subject: str
    relation: str
    threshold: Stated


def compared(requirement: Requirement, voice: Voice) -> Compared | None:
    """The parts of a line that sets a number against a fixed threshold; None for any other line or group."""
    if not isinstance(requirement, Line) or not isinstance(requirement.expression, syntax.Comparing):
        return None
    comparing = requirement.expression
    op, left, right = comparing.op, comparing.left, comparing.right
    if _is_fixed(left, voice) and not _is_fixed(right, voice):
        op, left, right = MIRRORED[op], right, left
    plain = sort_of(left, voice) in (Sort.MONEY, Sort.COUNT, Sort.SHARE, Sort.NUMBER, Sort.LENGTH)
    if not plain or not _is_fixed(right, voice):
        return None
    return Compared(_subject(left, voice), AMOUNT[op], _stated(right, voice))


def _amount(op: str, sort: Sort, subject: str, stated: Stated) -> str:
    if sort is Sort.MONEY:
        return f"{AMOUNT[op]} {stated.about(f'of {subject}')}"
    if sort is Sort.COUNT and countable(subject):
        return f"{AMOUNT[op]} {stated.about(singular(subject) if stated.value == '1' else subject)}"
    return f"{subject} of {AMOUNT[op]} {stated.about()}"


def _ranging(value: Expression, low: Expression, high: Expression, voice: Voice) -> str:
    words = words_of(value, voice)
    bounds = f"{_option(low, voice, words)} to {_option(high, voice, words)}"
    if _is_tier(value):
        return f"tier {bounds}"
    subject = _subject(value, voice)
    match sort_of(value, voice):
        case Sort.MONEY if not isinstance(value, syntax.Arithmetic | syntax.Negative):
            return f"{bounds} of {subject}"
        case Sort.COUNT if countable(subject):
            return f"{bounds} {subject}"
        case Sort.DAY:
            return f"{_day_subject(subject, voice)} from {bounds}"
        case _:
            return f"{subject} from {bounds}"


def _tier_comparison(op: str, right: Expression, voice: Voice) -> str:
    said = _option(right, voice)
    match op:
        case ">" | "<":
            return f"a tier {RANK[op].format(said)}"
        case "is not":
            return f"a tier other than {said}"
        case _:
            return f"tier {RANK[op].format(said)}"


def is_entry(expression: Expression, voice: Voice) -> bool:
    """Whether the expression is the field that distinguishes sales and returns."""
    named = isinstance(expression, syntax.Name) and expression.text == "entry"
    found = find_field("entry", voice) if named else None
    return found is not None and found.type.values == ENTRIES


def _is_fixed(expression: Expression, voice: Voice) -> bool:
    """Whether the expression is a threshold: a literal, a parameter, or the day judged."""
    if isinstance(expression, syntax.Name):
        return voice.parameter(expression.text) is not None or expression.text in ("as_of", *voice.program.ladder.names)
    if isinstance(expression, syntax.Negative):
        return _is_fixed(expression.value, voice)
    return isinstance(
        expression,
        syntax.Number | syntax.Money | syntax.Duration | syntax.Day | syntax.Text | syntax.Truth,
    )


def _stated(expression: Expression, voice: Voice) -> Stated:
    if isinstance(expression, syntax.Name):
        if (parameter := voice.parameter(expression.text)) is not None:
            return state_parameter(parameter, voice)
        if voice.metric(expression.text) is not None:
            return Stated(_subject(expression, voice))
    return Stated(say_value(expression, voice))


def _subject(expression: Expression, voice: Voice) -> str:
    """The compared value in words: a metric with the days it counts, unless its title names them."""
    if isinstance(expression, syntax.Name) and (metric := voice.metric(expression.text)) is not None:
        said = say_name(metric.name, voice, metric.title)
        days = say_window(metric.window, metric.shifted)
        return said if not days or names_days(metric.title) else f"{said} {days}"
    return say_value(expression, voice)


def _day_subject(subject: str, voice: Voice) -> str:
    """A date's name before `on or after`: `joined on` is `joined`."""
    return subject.removesuffix(" on") if voice.naming is Naming.PLAIN else subject


def words_of(expression: Expression, voice: Voice) -> tuple[str, ...]:
    """The words a choice can have, or a designation; none for anything else."""
    if isinstance(expression, syntax.Name) and (ladder := voice.designation(expression.text)) is not None:
        return ladder.names
    found = find_field(expression.text, voice) if isinstance(expression, syntax.Name) else None
    return found.type.values if found is not None else ()


def _option(expression: Expression, voice: Voice, words: tuple[str, ...] = ()) -> str:
    """A value that a word is compared with: one of the choice's own `words`, whatever else has that name."""
    if isinstance(expression, syntax.Name):
        name = expression.text
        if name in words:
            return say_word(name, voice)
        if name in voice.program.ladder.names:
            return say_tier(name, voice)
        declared = voice.parameter(name) or voice.metric(name) or voice.segment(name) or voice.designation(name)
        if not (declared or name in SPECIAL):
            return say_field(name, voice) if find_field(name, voice) else say_word(name, voice)
    return say_value(expression, voice)
