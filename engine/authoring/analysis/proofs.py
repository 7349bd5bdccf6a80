"""Proofs in words: what each line leaves open, and that nothing is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from engine.authoring.analysis.domain import Domain, Interval, Words, meet
from engine.authoring.analysis.formula import Formula, In, Some, Variable, variables_in
from engine.authoring.analysis.lines import lines_of
from engine.authoring.analysis.names import Era, Names
from engine.authoring.analysis.values import Judged
from engine.language.diagnostic import Evidence
from engine.language.expression import render_expression
from engine.language.names import declared_in, names_in

MOST_SHOWN = 6  # words or intervals of one set in a sentence


def proof(steps: Iterable[str]) -> Evidence:
    """A proof of so many steps."""
    return Evidence("proof", "\n".join(steps))


def excluded(lines: Sequence[Judged]) -> str:
    """Lines that exclude each other, in words: "`a` is never met", or "`a` and `b` are never met together"."""
    said = " and ".join(f"`{each.text}`" for each in lines)
    return f"{said} is never met" if len(lines) == 1 else f"{said} are never met together"


def never_together(lines: Sequence[Judged], names: Names, era: Era) -> list[str]:
    """Why lines that exclude each other do, a sentence each."""
    steps = told(lines)
    used = dict.fromkeys(variable for each in lines for variable in variables_in(each.condition.met))
    known = {each: names.known_of(each, era) for each in used}
    steps += definitions(lines, names)
    steps += [f"`{each.name}` {text}" for each, text in known.items() if text]
    steps += relations(lines, names)
    shared = shared_variable(lines)
    if names.tier in used and shared is not names.tier:
        steps += ladder(names, era)
    if shared is not None and len(lines) > 1:
        steps.append(f"no `{shared.name}` is in {'both' if len(lines) == 2 else 'all of these'}")
    elif len(lines) > 1:
        steps.append(f"nothing meets {'both' if len(lines) == 2 else 'all of them'}")
    elif shared is None or not any(known.values()):
        steps.append("nothing meets it")
    return steps


def definitions(lines: Sequence[Judged], names: Names) -> list[str]:
    """What the formulas are that the lines name."""
    steps = []
    for name in dict.fromkeys(each.text for line in lines for each in names_in(line.line)):
        head, values = declared_in(name)
        metric = names.metrics.get(head)
        if metric is not None and metric.formula is not None:
            at = f" at {' and '.join(f'`{each}`' for each in values)}" if values else ""
            steps.append(f"`{name}` is `{render_expression(metric.formula)}`{at}")
    return steps


def ladder(names: Names, era: Era) -> list[str]:
    """What gives which tier."""
    steps = []
    for tier in names.program.ladder.tiers[1:]:
        asked = " and ".join(f"`{each.text}`" for each in lines_of(tier, names, era))
        steps.append(f"every partner that meets {asked} holds `{tier.name}` or a higher tier")
    return steps


def relations(lines: Sequence[Judged], names: Names) -> list[str]:
    """Which of the counts in the lines are never more than others."""
    used = list(dict.fromkeys(variable for each in lines for variable in variables_in(each.condition.met)))
    return [f"`{small.name}` is never more than `{large.name}`" for small, large in names.narrower_pairs(used)]


def told(lines: Sequence[Judged]) -> list[str]:
    """Each line with its place and what it leaves open; with its file where there are several."""
    several = len({each.span.file for each in lines}) > 1
    places = (f"{each.span.file}:{each.span.line}" if several else f"line {each.span.line}" for each in lines)
    return [f"{place}: {sentence(each)}" for place, each in zip(places, lines, strict=True)]


def sentence(line: Judged) -> str:
    """What a line leaves open."""
    found = only_set(line.condition.met)
    if found is None:
        return f"`{line.text}`"
    variable, domain = found
    if domain.is_empty:
        return f"no `{variable.name}` meets `{line.text}`"
    return f"`{line.text}` is met if `{variable.name}` {described(variable, domain)}"


def only_set(formula: Formula) -> tuple[Variable, Domain] | None:
    """The one variable a formula is about, with the values it allows; None where there are several."""
    match formula:
        case In(variable, domain):
            return variable, meet(variable.base, domain)
        case Some(count, terms) if terms and count in (1, len(terms)):
            found = [only_set(each) for each in terms]
            return _merged(found, joined=count == 1 < len(terms))
    return None


def _merged(found: Sequence[tuple[Variable, Domain] | None], *, joined: bool) -> tuple[Variable, Domain] | None:
    first = found[0]
    if first is None:
        return None
    variable, domain = first
    for each in found[1:]:
        if each is None or each[0] is not variable:
            return None
        domain = meet(domain.complement(), each[1].complement()).complement() if joined else meet(domain, each[1])
    return variable, domain


def shared_variable(lines: Sequence[Judged]) -> Variable | None:
    """The variable that every line is about, if it is one."""
    found = [only_set(each.condition.met) for each in lines]
    variables = {each[0] for each in found if each is not None}
    return next(iter(variables)) if len(variables) == 1 and None not in found else None


def described(variable: Variable, domain: Domain) -> str:
    """A set of values as the end of a sentence."""
    if isinstance(domain, Words):
        return _words(domain)
    parts = [_interval(variable, each) for each in domain.intervals[:MOST_SHOWN]]
    if len(domain.intervals) > MOST_SHOWN:
        parts.append("and so on")
    if domain.missing:
        parts.append("is missing")
    return " or ".join(parts)


def _words(domain: Words) -> str:
    words = [f"`{each}`" for each in sorted(domain.words)]
    shown = ", ".join(words[:MOST_SHOWN]) + (", ..." if len(words) > MOST_SHOWN else "")
    parts = []
    if domain.others:
        parts.append(f"is not {shown}" if words else "is there")
    elif words:
        parts.append(f"is {shown}" if len(words) == 1 else f"is one of {shown}")
    if domain.missing:
        parts.append("is missing")
    return " or ".join(parts)


def _interval(variable: Variable, interval: Interval) -> str:
    low, high = interval.low, interval.high
    if low is None and high is None:
        return "is there"
    if low is not None and low == high:
        return f"is {written(variable, low)}"
    parts = []
    if low is not None:
        parts.append(f"{'above' if interval.open_low else 'at least'} {written(variable, low)}")
    if high is not None:
        parts.append(f"{'below' if interval.open_high else 'at most'} {written(variable, high)}")
    return f"is {' and '.join(parts)}"


def written(variable: Variable, value: Fraction) -> str:
    """A value as a program writes it."""
    if variable.unit == "day":
        return str(date.fromordinal(int(value)))
    return f"{digits(value)} {variable.unit}".strip()


def digits(value: Fraction) -> str:
    """A number in decimal digits, with `_` between thousands; cut off where it does not end.

    >>> digits(Fraction(250_000)), digits(Fraction(21, 5)), digits(Fraction(-1, 3))
    ('250_000', '4.2', '-0.333333')
    """
    whole, rest = divmod(abs(value), 1)
    text = f"{int(whole):_}"
    if rest:
        text += f"{int(rest * 10**6):06d}".join((".", "")).rstrip("0")
    return f"-{text}" if value < 0 else text
