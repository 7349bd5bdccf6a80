"""Which rules an incentive follows on which days, in a program that was amended.

An incentive whose own rules, and all they rest on, stay the same across an amendment is not touched
by it: its limits run on. One that changes has one set of rules per part of the year. Where the change
falls inside a period, or while a limit runs, `on_change` says to which side the period belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from engine.calendar import Cycle, cycle_of
from engine.language.codes import lineage as codes
from engine.language.diagnostic import Diagnostic, Related
from engine.language.essence import Plain, essence_of
from engine.language.names import OF_PARTNER, declared_in
from engine.language.program import Incentive, Program

Days = tuple[date, date]

EVER: Days = (date.min, date.max)
BOOKED: dict[str, Any] = {"accounting": "", "settle_by": "", "tax": "", "adds_to": ()}
"""Keys for accounting and payment: no figure depends on them."""

SECTIONS = ("parameters", "certifications", "metrics", "segments", "designations", "choices")


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


@dataclass(frozen=True, slots=True)
class Turn:
    """Where one set of rules of an incentive gives way to the next, on `day`.

    `inside` is the period, or the time of a limit, that the day falls inside; None where it falls between.
    """

    day: date
    inside: Days | None = None
    mode: str = ""

    @property
    def boundary(self) -> date:
        """The first day of the next rules."""
        if self.inside is None or self.mode not in ("at_start", "at_end"):
            return self.day
        return self.inside[1] if self.mode == "at_start" else self.inside[0]


def _parted(name: str, stages: Sequence[Program], findings: list[Diagnostic]) -> Iterator[tuple[int, Incentive]]:
    """The incentive under each set of its rules, with the place of the stage that decides it."""
    rules = [_rules(name, stage) for stage in stages]
    ends = [place for place in range(len(stages)) if place + 1 == len(stages) or rules[place] != rules[place + 1]]
    reigns = [(place, _named(name, stages[place])) for place in ends]
    turns: list[Turn] = []
    for (_, old), (_, new) in pairwise(reigns):
        turns.append(_turn(old, new, stages[ends[len(turns)] + 1], findings))
        _check_mixed(turns, new or old, findings)
    first, cuts = EVER[0], []
    parts: list[tuple[int, Incentive, date, date]] = []
    for number, (place, incentive) in enumerate(reigns):
        before = turns[number].boundary if number < len(turns) else EVER[1]
        if incentive is not None and first < before:
            parts.append((place, incentive, first, before))
        first = max(first, before)
        cut = number < len(turns) and (turns[number].mode == "split" or (incentive is None and parts))
        if cut and first == before:
            cuts.append(before)
    for place, incentive, start, before in parts:
        whole = (start, before) == EVER
        yield place, incentive if whole else replace(incentive, days=(start, before), cuts=tuple(cuts))


def _named(name: str, program: Program) -> Incentive | None:
    return next((each for each in program.incentives if each.name == name), None)


def _turn(old: Incentive | None, new: Incentive | None, program: Program, findings: list[Diagnostic]) -> Turn:
    """How the rules change on the day `program` takes effect."""
    day = program.first_day
    if old is None:
        return Turn(day)
    running = _running(old, day)
    periods = [*_periods(old, program, day), *(_periods(new, program, day) if new else ())]
    inside = [*([running] if running else []), *periods]
    told = new or old
    if new is not None and new.returns != old.returns:
        findings.append(
            codes.FIXED_BY_VERSION.at(
                new.span,
                f"`returns` of `{new.name}` applies to a whole version: a return would reduce its sale twice, or never",
                help="leave `returns` as it is, or end this incentive and begin another",
            )
        )
    if not inside:
        return Turn(day)
    if told.on_change in ("at_start", "at_end") and new is not None and new.period != old.period:
        findings.append(_unsettled(told, program, old, "has other periods", "add `on_change: split`"))
    elif not told.on_change:
        what = "changes" if new else "ends"
        where = "inside a period" if periods else "while its limit runs"
        findings.append(_unsettled(told, program, old, f"{what} {where}", CHOICES))
    return Turn(day, (min(each[0] for each in inside), max(each[1] for each in inside)), told.on_change)


CHOICES = "add `on_change: split`, `at_start` or `at_end`"


def _running(incentive: Incentive, day: date) -> Days | None:
    """The time over which a limit runs that no period begins again, when the day falls inside it."""
    if all(any(_is_time(word) for word in limit.per) for limit in incentive.limits):
        return None
    start, before = incentive.during or EVER
    return (start, before) if start < day < before else None


def _is_time(word: str) -> bool:
    return word == "period" or cycle_of(word) is not None


def _periods(incentive: Incentive, program: Program, day: date) -> Iterator[Days]:
    """The periods that contain the day: those of the measure and those of limits."""
    if incentive.during is not None and not incentive.during[0] < day < incentive.during[1]:
        return
    for cycle in _cycles(incentive):
        period = program.calendar.period_of(day, *cycle)
        if period.start < day:
            yield period.start, period.before


def boundaries_settled(versions: Sequence[Program]) -> Iterator[Diagnostic]:
    """Findings where a version begins inside a period of an incentive that the one before it has as well.

    Each version pays for its own days, so the period can only be split; and its name must mean the same days.
    """
    for old, new in pairwise(versions):
        for incentive in new.incentives:
            before = _named(incentive.name, old)
            if before is not None:
                yield from _returned(before, incentive, old, new)
                yield from _settled(before, incentive, old, new)


def continued(program: Program) -> Program:
    """The rules of a version that follows another: a period that it begins inside is cut on its first day."""
    cut = [
        replace(each, cuts=(*each.cuts, program.effective[0])) if each.period else each for each in program.incentives
    ]
    return replace(program, incentives=tuple(cut))


def _returned(before: Incentive, incentive: Incentive, old: Program, new: Program) -> Iterator[Diagnostic]:
    """A warning where a return in the new version, of a sale in the old one, counts in both or in none."""
    if before.returns == incentive.returns or before.source != incentive.source:
        return
    both = "both versions" if before.returns == "restate" else "neither version"
    message = (
        f"`returns` of `{incentive.name}` is {incentive.returns} in version {new.edition} and {before.returns} in"
        f" version {old.edition}: returns of the earlier version's sales from {new.effective[0]} on lower the amounts"
        f" of {both}"
    )
    related = [Related(before.span, f"version {old.edition}")]
    help = "give both the same `returns`; if both are published, correct these amounts by hand"
    yield codes.RETURNS_CHANGE.at(incentive.span, message, related=related, help=help)


def _settled(before: Incentive, incentive: Incentive, old: Program, new: Program) -> Iterator[Diagnostic]:
    related = [Related(before.span, f"version {old.edition}")]
    two = _named_twice(before, incentive, old, new)
    day = new.effective[0]
    if two:
        message = f"{two} of `{incentive.name}` has other days in version {new.edition} than in version {old.edition}"
        help = "give the incentive another name in one version, or evaluate each version by itself"
        yield codes.VERSIONS_DIFFER.at(incentive.span, message, related=related, help=help)
    elif incentive.on_change != "split" and any(each in _cycles(incentive) for each in _cut(before, old, day)):
        what = f"says `on_change: {incentive.on_change}`" if incentive.on_change else "has no `on_change`"
        message = f"version {new.edition} begins on {day}, inside a period of `{incentive.name}`, which {what}"
        help = "add `on_change: split`: each version then pays for its part of the period"
        yield codes.CHANGE_INSIDE_PERIOD.at(incentive.span, message, related=related, help=help)


def _cut(incentive: Incentive, program: Program, day: date) -> Iterator[Cycle]:
    """The cycles of its periods, and of the times of its limits, that the day falls inside."""
    if incentive.during is None or incentive.during[0] < day < incentive.during[1]:
        yield from (each for each in _cycles(incentive) if program.calendar.period_of(day, *each).start < day)


def _cycles(incentive: Incentive) -> tuple[Cycle, ...]:
    """What it is measured by, and what its limits run over."""
    cycles = [incentive.period, *(cycle_of(word) for limit in incentive.limits for word in limit.per)]
    return tuple(dict.fromkeys(each for each in cycles if each is not None))


def _named_twice(before: Incentive, incentive: Incentive, old: Program, new: Program) -> str:
    """A period's name that means other days in the new version; "" if there is none."""
    if before.period is None or incentive.period is None:
        return ""
    known = {each.name: each for each in old.calendar.periods(*old.effective, *before.period)}
    periods = new.calendar.periods(*new.effective, *incentive.period)
    return next((each.name for each in periods if known.get(each.name, each) != each), "")


def _check_mixed(turns: Sequence[Turn], told: Incentive | None, findings: list[Diagnostic]) -> None:
    """A finding if two changes inside one period have different `on_change`: otherwise some days would be covered by
    no rule.
    """
    *earlier, last = turns
    for each in earlier:
        if each.inside is None or last.inside is None or told is None or each.mode == last.mode:
            continue
        if each.inside[0] < last.inside[1] and last.inside[0] < each.inside[1]:
            findings.append(
                codes.CHANGE_INSIDE_PERIOD.at(
                    told.span,
                    f"`{told.name}` changes on {each.day} and on {last.day} inside one period, with different"
                    f" `on_change`: `{each.mode}` and `{last.mode}`",
                    help="give both the same `on_change`",
                )
            )
            return


def _unsettled(incentive: Incentive, program: Program, before: Incentive, what: str, help: str) -> Diagnostic:
    then = "" if "other periods" in what else ", but does not say which rules apply to it"
    return codes.CHANGE_INSIDE_PERIOD.at(
        incentive.span,
        f"`{incentive.name}` {what}, on {program.first_day}{then}",
        related=[Related(before.span, "the rules before")] if before.span != incentive.span else (),
        help=help,
    )


def _rules(name: str, program: Program) -> Plain:
    """Everything an incentive's amounts rest on: its own rules and those of every name they reach."""
    incentive = _named(name, program)
    if incentive is None:
        return None
    declared: dict[str, object] = {each.name: each for section in SECTIONS for each in getattr(program, section)}
    declared |= {f"benefits.{each.name}": each for each in program.benefits} | {"tier": program.ladder}
    own = replace(incentive, on_change="", **BOOKED)
    found: dict[str, Plain] = {"": _untitled(essence_of(own))}  # no name is empty
    pending = [found[""]]
    while pending:
        for word in _words(pending.pop()):
            word, _ = declared_in(word)  # `level.emea` is the designation `level`
            if word in declared and word not in found:
                found[word] = _untitled(essence_of(declared[word]))
                pending.append(found[word])
                pending += [each.name for each in program.certifications if each.counts_as == word]
    return dict(sorted(found.items()))


def _untitled(value: Plain) -> Plain:
    """Without texts for people: another title changes no amount."""
    if isinstance(value, list):
        return [_untitled(each) for each in value]
    if isinstance(value, dict):
        return {key: _untitled(each) for key, each in value.items() if key not in ("title", "reason")}
    return value


def _words(value: Plain) -> Iterator[str]:
    """Every text in an essence; a name among them may be more than a name, which only makes the answer careful."""
    if isinstance(value, str):
        yield value.removeprefix(OF_PARTNER)  # `partner.tier` is the tier, where a record has a name of its own
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _words(each)
