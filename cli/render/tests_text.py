"""The result of `rung test` as text: failures show only what differs, each with its place and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.render.explain_words import (
    OUTCOMES,
    say_bounds,
    say_gap,
    say_missing,
    say_place,
    say_quantity,
    say_running,
    say_text,
)
from cli.render.visible import visible
from cli.testing import Tested, Tests, Tried
from cli.words import counted

if TYPE_CHECKING:
    from engine.authoring.cases.coverage import Coverage
    from engine.authoring.cases.model import Mismatch
    from engine.explain.model import EarningReason, Line, MetricReason, PartReason
    from engine.language.source import Span

SHOWN = 10  # uncovered goals listed by default
RED, YELLOW, DIM, PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"


def render_tests(result: Tested, full: bool = False, least: int | None = None, colour: bool = False) -> str:
    """Updated values, failures and skipped cases, uncovered goals, then one sentence.

    With `full` every goal is listed, reached or not; `least` is the required share.
    """
    lines = [
        *_changed(result),
        *(line for file in result.files for line in _file(file, colour)),
        *(line for name, each in result.coverage.items() for line in _coverage(name, each, full, colour)),
        summary(result),
    ]
    if least is not None and result.coverage and result.share < least:
        lines.append(_painted(f"{result.share}% of the goals are covered, but {least}% are required", RED, colour))
    return "\n".join(lines) + "\n"


def _changed(result: Tested) -> Iterator[str]:
    """What `--update` wrote, and what it left."""
    for file, change in result.changes:
        place = f"{visible(file.name)}:{change.span.line}:{change.span.column}"
        about = f"{' '.join(change.path)} of `{visible(change.case)}`"
        if change.refused:
            yield f"not updated  {place}  {about}: expected {change.before}; {change.refused}"
        else:
            yield f"updated      {place}  {about}: {change.before} is now {change.after}"
    if result.changes:
        yield ""


def _coverage(name: str, coverage: Coverage, full: bool, colour: bool) -> Iterator[str]:
    """How much is reached, and what is not; with `full` what is reached as well."""
    head = f"{visible(name)}: {len(coverage.reached):,} of {counted(len(coverage.goals), 'goal')} reached"
    yield f"{head} ({coverage.share}%)"
    shown = coverage.goals if full else coverage.missed[:SHOWN]
    for goal in shown:
        missed = goal.key not in coverage.reached
        text = f"{'no case' if missed else 'a case'} {visible(goal.text)}"
        place = f"{visible(goal.span.file)}:{goal.span.line}"
        yield f"  {place}  {_painted(text, YELLOW, colour and missed)}"
    rest = 0 if full else len(coverage.missed) - len(shown)
    if rest:
        yield f"  and {rest:,} more: `--coverage` lists everything"
    yield ""


def summary(result: Tested) -> str:
    """One closing sentence."""
    total = sum(1 for _ in result.cases())
    if result.failed:
        first = f"{counted(result.failed, 'case')} of {total:,} failed"
    elif total:
        first = f"{counted(total - result.skipped, 'case')} passed"
    else:
        first = "no case was run"
    skipped = f", {result.skipped:,} skipped" if result.skipped else ""
    invalid = sum(each.invalid for each in result.files)
    if invalid == len(result.files):
        return f"{counted(invalid, 'test file')}: no case was run, because of the errors above"
    broken = f"; {counted(invalid, 'test file')} cannot be run" if invalid else ""
    return f"{counted(len(result.files), 'test file')}: {first}{skipped}{broken}"


def _file(file: Tests, colour: bool) -> Iterator[str]:
    for each in file.tried:
        case = each.outcome.case
        if case.skip:
            yield f"{_painted('skip', YELLOW, colour)}  {visible(case.name)}: {visible(case.skip)}"
        elif each.outcome.mismatches:
            yield f"{_painted('FAIL', RED, colour)}  {visible(case.name)}  {_place(case.span)}"
            if case.why:
                yield f"      why: {visible(case.why)}"
            for mismatch in each.outcome.mismatches:
                yield from _mismatch(file, each, mismatch, colour)
            yield ""


def _painted(text: str, paint: str, colour: bool) -> str:
    return f"{paint}{text}{PLAIN}" if colour else text


def _place(span: Span | None) -> str:
    return f"{visible(span.file)}:{span.line}:{span.column}" if span else ""


def _mismatch(file: Tests, tried: Tried, mismatch: Mismatch, colour: bool) -> Iterator[str]:
    first, *rest = told_mismatch(file, tried, mismatch)
    yield f"      {first}  {_painted(_place(mismatch.expected.span), DIM, colour)}"
    yield from (f"        {line}" for line in rest)


def told_mismatch(file: Tests, tried: Tried, mismatch: Mismatch) -> list[str]:
    """What was expected and found, then the lines of the program that decided."""
    from engine.authoring.cases.running import written_found
    from engine.authoring.cases.values import render_answer

    expected = mismatch.expected
    wanted = render_answer(expected.answer, expected.type, expected.percent)
    got = written_found(expected, tried.outcome.observed)
    told = f"{respect(tried, mismatch)}: expected {wanted}, found {got}"
    return [told, *reasons(file, tried, mismatch)]


def respect(tried: Tried, mismatch: Mismatch) -> str:
    """What a mismatch is about, as a reader says it: `tier`, `discount`, `volume_rebate FY2026-Q1`.

    A line is identified by its text, and by what it belongs to.
    """
    section, *rest = mismatch.expected.path
    if section != "lines":
        return visible(" ".join(rest) or section)
    condition = next(each for each in tried.plan.conditions if each.id == rest[0])
    return f"{rest[1]} of `{visible(condition.text)}` ({condition.of})"


def reasons(file: Tests, tried: Tried, mismatch: Mismatch) -> Iterator[str]:
    """The lines of the program that decided, the steps of an amount, the records of a metric."""
    from engine.authoring.cases.reasons import deciding_lines, earning_steps, measured

    assert tried.evaluation is not None  # a case that failed was decided
    about = (tried.plan, tried.evaluation, tried.outcome.case.partner, mismatch, source_of(file))
    steps = earning_steps(*about)
    owners = {each.id: each.of for each in tried.plan.conditions}
    yield from (say_reason(each, owners[each.id]) for each in deciding_lines(*about))
    yield from (said for each in measured(*about) if (said := say_metric(each)))
    yield from map(say_earning, steps[:SHOWN])
    if len(steps) > SHOWN:
        yield f"and {counted(len(steps) - SHOWN, 'earning')} more"


def source_of(file: Tests) -> dict[str, tuple[str, ...]]:
    """The lines of the files that a program is written in."""
    from engine.language.lines import split_lines

    return {name: split_lines(data.decode("utf-8", "replace")) for name, data in file.sources.items()}


def say_metric(metric: MetricReason) -> str:
    """A metric with its days and the number of records behind it; nothing where it has neither."""
    window = say_bounds(metric.since, metric.before)
    missing = "".join(f"; {say_missing(each)}" for each in metric.missing)
    if not (metric.records.count or window or missing):
        return ""
    records = f"{counted(metric.records.count, 'record')}{window}"
    return f"{say_place(metric.clause)}  {visible(metric.name)}: {records}{missing}"


TOLD = ("period", "source_id", "currency")
"""The parts of an earning's key that tell it apart."""


def say_earning(earning: EarningReason) -> str:
    """One earning by its key, with its steps from the measure to the amount under each set of rules it had."""
    key = ", ".join(say_quantity(each.value) for each in earning.key if each.name in TOLD)
    parts = "; then ".join(map(say_part, earning.parts))
    total = f"; together {say_quantity(earning.amount)}" if len(earning.parts) > 1 else ""
    told = f"{parts}{total}{say_running(earning)}"
    return f"{say_place(earning.clause)}  {visible(earning.incentive)}{f' {key}' if key else ''}: {told}"


def say_part(part: PartReason) -> str:
    """The steps of one set of rules, and what is missing to decide them."""
    steps = ", ".join(f"{step.name} {say_quantity(step.value)}" for step in part.steps)
    return f"{steps}{''.join(f'; {say_missing(each)}' for each in part.missing)}"


def say_reason(line: Line, owner: str) -> str:
    """One line of the program, and the tier, segment or benefit it belongs to, with what it saw."""
    parts = [f"{say_place(line.clause)}  `{say_text(line)}` ({owner}) {OUTCOMES[line.outcome]}"]
    seen = say_quantity(line.observed) or ", ".join(f"{each.name} {say_quantity(each.value)}" for each in line.readings)
    if seen:
        threshold = f" against {say_quantity(line.threshold)}" if line.threshold else ""
        parts.append(f"{seen}{threshold}")
    if line.gap is not None:
        parts.append(f"{say_gap(line.gap, line.threshold)} needed")
    if line.missing:
        parts.append(", ".join(map(say_missing, line.missing)))
    return f"{parts[0]}: {'; '.join(parts[1:])}" if len(parts) > 1 else parts[0]
