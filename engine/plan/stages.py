"""Which rules an incentive follows on which days, in a program that was amended.

An incentive whose own rules, and all they rest on, stay the same across an amendment is not touched
by it: its limits run on. One that changes has one set of rules per part of the year. Where the change
falls inside a period, or while a limit runs, `on_change` says to which side the period belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from engine.language.codes import lineage as codes
from engine.language.diagnostic import Diagnostic, Related
from engine.language.essence import Plain, essence_of
from engine.language.program import Incentive, Program

EVER = (date.min, date.max)
SECTIONS = ("parameters", "certifications", "metrics", "segments")


def reigns_of(stages: Sequence[Program]) -> tuple[tuple[Program, ...], tuple[Diagnostic, ...]]:
    """The stages, each with the incentives it decides and their days; findings where a change is not settled.

    The last stage is the one in force. A stage decides an incentive whose rules change after it.
    """
    if len(stages) == 1:
        return tuple(stages), ()
    findings: list[Diagnostic] = []
    decided: dict[int, list[Incentive]] = {place: [] for place in range(len(stages))}
    names = dict.fromkeys(each.name for stage in stages for each in stage.incentives)
    for name in names:
        for place, incentive in _parted(name, stages, findings):
            decided[place].append(incentive)
    return (
        tuple(replace(stage, incentives=tuple(decided[place])) for place, stage in enumerate(stages)),
        tuple(findings),
    )


def _parted(name: str, stages: Sequence[Program], findings: list[Diagnostic]) -> Iterator[tuple[int, Incentive]]:
    """The incentive under each set of its rules, with the place of the stage that decides it."""
    rules = [_rules(name, stage) for stage in stages]
    ends = [place for place in range(len(stages)) if place + 1 == len(stages) or rules[place] != rules[place + 1]]
    first, cuts = EVER[0], []
    parts: list[tuple[int, Incentive, date, date]] = []
    for end in ends:
        incentive = _named(name, stages[end])
        before = EVER[1]
        if end + 1 < len(stages):
            following = _named(name, stages[end + 1])
            before = _boundary(incentive, following, stages[end + 1], findings)
            if incentive is not None and following is not None:
                cuts.append(before)
        if incentive is not None and first < before:
            parts.append((end, incentive, first, before))
        first = max(first, before)
    for end, incentive, start, before in parts:
        whole = (start, before) == EVER
        yield end, incentive if whole else replace(incentive, days=(start, before), cuts=tuple(cuts))


def _named(name: str, program: Program) -> Incentive | None:
    return next((each for each in program.incentives if each.name == name), None)


def _boundary(old: Incentive | None, new: Incentive | None, program: Program, findings: list[Diagnostic]) -> date:
    """The first day of the new rules, where `program` begins to govern."""
    day = program.first_day
    if old is None:
        return day
    told = new or old
    limited = any("period" not in limit.per for each in (old, new) if each for limit in each.limits)
    if told.measured != "each period" and limited:
        spans = told.during or EVER  # a limit that runs over the whole of it
    elif told.period is not None and (told.measured == "each period" or told.limits):
        unit, fiscal = told.period
        period = program.calendar.period_of(day, unit, fiscal)
        spans = (period.start, period.before)
    else:
        return day
    if day == spans[0] or (spans is told.during and not spans[0] < day < spans[1]):
        return day
    match told.on_change:
        case "split":
            return day
        case "at_start":
            return spans[1]
        case "at_end":
            return spans[0]
        case _:
            findings.append(_unsettled(told, program, old if new else None))
            return day


def _unsettled(incentive: Incentive, program: Program, before: Incentive | None) -> Diagnostic:
    what = "changes" if before else "ends"
    where = "inside a period" if incentive.measured == "each period" else "while its limit runs"
    return codes.CHANGE_INSIDE_PERIOD.at(
        incentive.span,
        f"`{incentive.name}` {what} {where}, on {program.first_day}, and does not say what then holds",
        related=[Related(before.span, "the rules before")] if before and before.span != incentive.span else (),
        help="add `on_change: split`, `at_start` or `at_end`",
    )


def _rules(name: str, program: Program) -> Plain:
    """Everything an incentive's amounts rest on: its own rules and those of every name they reach."""
    incentive = _named(name, program)
    if incentive is None:
        return None
    declared: dict[str, object] = {each.name: each for section in SECTIONS for each in getattr(program, section)} | {
        "tier": program.ladder
    }
    found: dict[str, Plain] = {"incentive": _untitled(essence_of(replace(incentive, on_change="")))}
    pending = [found["incentive"]]
    while pending:
        for word in _words(pending.pop()):
            if word in declared and word not in found:
                found[word] = _untitled(essence_of(declared[word]))
                pending.append(found[word])
    return dict(sorted(found.items()))


def _untitled(value: Plain) -> Plain:
    """Without what is said to people: another title pays nobody another amount."""
    if isinstance(value, list):
        return [_untitled(each) for each in value]
    if isinstance(value, dict):
        return {key: _untitled(each) for key, each in value.items() if key not in ("title", "reason")}
    return value


def _words(value: Plain) -> Iterator[str]:
    """Every text in an essence; a name among them may be more than a name, which only makes the answer careful."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _words(each)
