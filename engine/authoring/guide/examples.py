"""Worked examples: invented records, decided by the reference evaluator, shown step by step.

An example stands on assumptions it names: the partner is eligible. Everything else, the records that count among
them, is decided by the program itself; an example that earns nothing is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.authoring.guide.period_examples import period_examples
from engine.authoring.guide.record_examples import record_examples
from engine.authoring.guide.setting import Planner, Setting, Worked
from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.voice import Voice
from engine.language import syntax
from engine.language.names import names_in
from engine.language.program import Incentive, Ladder, Program
from engine.language.records import Field, RecordTable
from engine.language.syntax import Expression


def worked_examples(incentive: Incentive, program: Program, voice: Voice, planner: Planner) -> tuple[Worked, ...]:
    """Examples of an incentive, those that earn something; none where no record of ours does."""
    table = program.records.table(incentive.source)
    measure = incentive.measure if incentive.measure is not None else incentive.of
    field = _measured_field(measure, table)
    if table is None or field is None:
        return ()
    assumed: tuple[str, ...] = ()
    if incentive.eligible:
        assumed = (f"can earn it ({say_requirements(incentive.eligible, voice)})",)
    for where in (incentive.where, ()) if incentive.where else ((),):
        more = () if where == incentive.where else (f"has {say_rows(table.name, voice)} among those that count",)
        alone = replace(incentive, eligible=(), where=where)
        # rows read neither tiers nor benefits: without them an example is compiled in no time
        open_to_all = replace(program, incentives=(alone,), benefits=(), ladder=Ladder())
        setting = Setting(alone, open_to_all, voice, planner, table, field, (*assumed, *more))
        found = tuple(period_examples(setting) if incentive.bands else record_examples(setting))
        if found:
            return found
    return ()


def _measured_field(measure: Expression | None, table: RecordTable | None) -> Field | None:
    """The field of the record that the measure stands on."""
    if measure is None or table is None:
        return None
    fields = [table.field(name.text) for name in names_in_expression(measure)]
    numeric = [each for each in fields if each is not None and each.type.is_numeric]
    return numeric[0] if numeric else None


def names_in_expression(expression: Expression) -> Iterator[syntax.Name]:
    """The names in an expression, from left to right."""
    yield from names_in(expression)
