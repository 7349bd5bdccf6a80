"""The result of `rung test` as text: failures show only what differs, each with its place and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.render.explain_words import OUTCOMES, say_gap, say_missing, say_place, say_quantity, say_text
from cli.render.visible import visible
from cli.testing import Ran, Tested, TestedFile
from cli.words import counted

if TYPE_CHECKING:
    from engine.cases.model import Mismatch
    from engine.explain.model import Line
    from engine.language.source import Span

RED, GREEN, YELLOW, DIM, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[2m", "\x1b[0m"


def render_tests(result: Tested, colour: bool = False) -> str:
    """Failures and skipped cases by file, then one sentence."""
    lines = [line for file in result.files for line in _file(file, colour)]
    return "\n".join([*lines, summary(result)]) + "\n"


def summary(result: Tested) -> str:
    """One closing sentence."""
    total = sum(1 for _ in result.outcomes())
    if result.failed:
        first = f"{counted(result.failed, 'case')} of {total:,} failed"
    else:
        first = f"{counted(total - result.skipped, 'case')} passed"
    skipped = f", {result.skipped:,} skipped" if result.skipped else ""
    invalid = sum(each.invalid for each in result.files)
    broken = f"; {counted(invalid, 'test file')} cannot be run" if invalid else ""
    return f"{counted(len(result.files), 'test file')}: {first}{skipped}{broken}"


def _file(file: TestedFile, colour: bool) -> Iterator[str]:
    for each in file.ran:
        case = each.outcome.case
        if case.skip:
            yield f"{_painted('skip', YELLOW, colour)}  {visible(case.name)}: {visible(case.skip)}"
        elif each.outcome.mismatches:
            yield f"{_painted('FAIL', RED, colour)}  {visible(case.name)}  {_place(case.span)}"
            for mismatch in each.outcome.mismatches:
                yield from _mismatch(file, each, mismatch, colour)
            yield ""


def _painted(text: str, paint: str, colour: bool) -> str:
    return f"{paint}{text}{PLAIN}" if colour else text


def _place(span: Span | None) -> str:
    return f"{visible(span.file)}:{span.line}:{span.column}" if span else ""


def _mismatch(file: TestedFile, ran: Ran, mismatch: Mismatch, colour: bool) -> Iterator[str]:
    from engine.cases.values import render_answer

    expected, found = mismatch.expected, mismatch.found
    wanted = render_answer(expected.answer, expected.type, expected.percent)
    got = render_answer(found.answer, found.type, found.percent or expected.percent)
    place = _painted(_place(expected.span), DIM, colour)
    yield f"      {respect(ran, mismatch)}: expected {wanted}, found {got}  {place}"
    for line in reasons(file, ran, mismatch):
        yield f"        {say_reason(line)}"


def respect(ran: Ran, mismatch: Mismatch) -> str:
    """What a mismatch is about, as a reader says it: `tier`, `discount`, `volume_rebate FY2026-Q1`.

    A line is told by its text, and by what it belongs to.
    """
    section, *rest = mismatch.expected.path
    if section != "lines":
        return visible(" ".join(rest) or section)
    condition = next(each for each in ran.plan.conditions if each.id == rest[0])
    return f"{rest[1]} of `{visible(condition.text)}` ({condition.id.split('.')[1]})"


def reasons(file: TestedFile, ran: Ran, mismatch: Mismatch) -> tuple[Line, ...]:
    """The lines of the program that decided."""
    from engine.cases.reasons import deciding_lines
    from engine.language.lines import split_lines

    if ran.evaluation is None:
        return ()
    source = {name: split_lines(data.decode("utf-8", "replace")) for name, data in file.sources.items()}
    return deciding_lines(ran.plan, ran.evaluation, ran.outcome.case.partner, mismatch, source)


def say_reason(line: Line) -> str:
    """One line of the program with what it saw."""
    owner = line.id.split(".")[1]
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
