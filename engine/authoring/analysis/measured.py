"""What metrics measure: which are the same, which may be missing, and which can never be more than another."""

from __future__ import annotations

from collections.abc import Iterable

from engine.language.certification import counting_as
from engine.language.expression import render_expression
from engine.language.names import names_in
from engine.language.program import Group, Metric, Program, Requirement
from engine.language.window import Window, WindowKind

TRAILING = (WindowKind.TRAILING_DAYS, WindowKind.TRAILING_MONTHS)


def described(metric: Metric) -> tuple[object, ...]:
    """What is measured, without name and title: equal for metrics that always have the same value."""
    return (
        "metric",
        metric.source,
        metric.op,
        render_expression(metric.value) if metric.value is not None else "",
        tuple(rendered(each) for each in metric.where),
        str(metric.window),
        metric.shifted,
        metric.children,
        metric.per,
        metric.holding,
        metric.holding_all,
        tuple((each.keys, each.names, each.all) for each in metric.holding_at),
        metric.ignore_missing,
    )


def rendered(line: Requirement) -> str:
    """A line as text, for comparison with others."""
    if not isinstance(line, Group):
        return render_expression(line.expression)
    return f"{line.form} {line.count} [{'; '.join(rendered(each) for each in line.lines)}]"


def is_optional(metric: Metric, program: Program) -> bool:
    """Whether a record may make it missing: by a field that may be missing, or by a `where` that reads one."""
    if metric.holding or metric.ignore_missing:
        return False
    table = program.records.table(metric.source)
    if table is None:
        return True
    required = {each.name for each in table.fields if not each.optional} | {"as_of"}
    words = {word for each in table.fields for word in each.type.values}
    parameters = {each.name for each in program.parameters}
    named = {each.text for each in names_in((metric.where, metric.value))}
    return not named <= required | words - {each.name for each in table.fields} - parameters


def narrower(inner: Metric, outer: Metric, program: Program) -> bool:
    """Whether the inner metric counts no more than the outer one, whatever the records are."""
    if inner.holding and outer.holding:
        return _fewer_people(inner, outer, program)
    if inner.op not in ("count", "count_distinct") or inner.op != outer.op or inner.source != outer.source:
        return False
    if (inner.per or outer.per) or inner.ignore_missing != outer.ignore_missing or inner.shifted != outer.shifted:
        return False
    if described(inner)[3] != described(outer)[3] or (inner.children and not outer.children):
        return False
    wider = {rendered(each) for each in outer.where}
    return wider <= {rendered(each) for each in inner.where} and _inside(inner.window, outer.window)


def _fewer_people(inner: Metric, outer: Metric, program: Program) -> bool:
    if (inner.children and not outer.children) or inner.holding_at or outer.holding_at:
        return False
    small = _counted(inner.holding, program)
    if not outer.holding_all or len(outer.holding) == 1:
        large = _counted(outer.holding, program)
        if inner.holding_all:
            return any(_counted((name,), program) <= large for name in inner.holding)
        return small <= large
    return inner.holding_all and set(outer.holding) <= set(inner.holding)


def _counted(holding: Iterable[str], program: Program) -> set[str]:
    """The names of all certifications that count as one of these."""
    return {each.name for each in counting_as(holding, program.certifications)}


def _inside(inner: Window | None, outer: Window | None) -> bool:
    """Whether every day of the inner window is one of the outer, on whatever day both are judged."""
    if inner is None or outer is None:
        return inner is outer
    if outer.kind is WindowKind.LIFETIME or str(inner) == str(outer):
        return True
    return inner.kind is outer.kind and inner.kind in TRAILING and inner.count <= outer.count
