"""Random whole programs with records that reach their thresholds: text, records and the day of the run.

A program is drawn in two steps. First its records and metrics; the reference tells what values they have. Then
everything that compares with a threshold, which is often exactly one of those values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.program import Program
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.reference.evaluate import OutputRow, evaluate
from rules import check_program, compile_program, load_program
from tests.properties.program_incentives import Incentives
from tests.properties.program_lines import Known, Lines, is_small
from tests.properties.program_metrics import CERTIFICATIONS, Metrics
from tests.properties.program_records import random_head, with_currencies
from tests.properties.program_sections import LADDER, Sections
from tests.properties.program_text import Tree, program_text
from tests.properties.records import Records, Rows, days_around

FILE = "random.yaml"
PARTNER_FIELDS = (
    "region", "size", "type", "country", "joined_on", "rating", "headcount", "exclusive", "credit", "parent_id"
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A program's sections with records and the day it is evaluated as of."""

    sections: Mapping[str, Tree]
    as_of: date
    records: Rows

    @property
    def text(self) -> str:
        """The program's text."""
        return program_text(self.sections)


class Refused(AssertionError):
    """A drawn program that check or compile refuses; the message has the findings and the text."""


def random_case(seed: int) -> Case:
    """A program, records and a day; the same for the same seed."""
    if seed % 4 == 3:  # every fourth in several currencies, unless totals would have too many digits
        try:
            return _case(Random(seed), several=True)
        except Refused as refused:
            if "RNG214" not in str(refused):
                raise
    return _case(Random(seed), several=False)


def _case(random: Random, several: bool) -> Case:
    head = with_currencies(random_head(random), random) if several else random_head(random)
    case = _drawn(random, head)
    if several:
        compiled(case.text, case.as_of)
    return case


def _drawn(random: Random, head: dict[str, Tree]) -> Case:
    """The rest of a program with this head, its records and the day."""
    program = loaded(program_text(head))
    start, before = program.effective
    last = (before - start).days - 1
    passed = random.choice((last, last, random.randint(0, last), random.randint(last // 2, last)))
    as_of = start + timedelta(days=passed)
    days = days_around(random, as_of, program.effective)
    words = {"tier": (*LADDER, "retired"), "certification": (*CERTIFICATIONS, "unknown")}
    largest = random.choice((0, 0, 0, 0, 0, 2, 30))
    records = Records(random, program.records, days, words, largest=largest).draw()
    return _vocabulary(random, head, program, Case(head, as_of, records), days)


def _vocabulary(random: Random, head: dict[str, Tree], program: Program, case: Case, days: tuple[date, ...]) -> Case:
    """All sections: metrics, then what was seen of them, then what compares with it."""
    lines = Lines(random, program.currency, program.scale, (), days)
    sections = Sections(random, program.effective, lines)
    sections.draw_parameters()
    sections.draw_paid()
    lines.parameters = tuple(sections.anywhere)
    metrics = Metrics(
        random, program.records, case.records, days, program.currency, program.scale, program.calendar_declared,
        tuple(sections.anywhere), sections.dated, [each for kind in sections.paid.values() for each in kind],
    )  # fmt: skip
    tree: dict[str, Tree] = dict(head)
    tree["parameters"] = sections.parameters
    tree["certifications"] = sections.draw_certifications()
    tree["metrics"] = metrics.draw(random.randint(1, 7))
    seen, totals = _seen(replace(case, sections=tree))
    lines.names = [
        *_fields(program, case.records),
        *(replace(each, values=seen[n]) for n, each in metrics.types.items()),
    ]
    sections.draw_ladder()
    sections.draw_segments()
    sections.draw_dimensioned()
    if sections.segments:
        tree["segments"] = sections.segments
    if sections.ladder:
        tree["tiers"] = sections.draw_tiers()
    benefits = sections.draw_benefits()
    drawn = Incentives(random, program.records, program.effective, metrics, sections, totals, benefits)
    incentives = drawn.draw()
    if benefits:  # with those that incentives pay by
        tree["benefits"] = benefits
    if incentives:
        tree["incentives"] = incentives
    if not sections.parameters:
        del tree["parameters"]
    return replace(case, sections=tree)


def known_of(case: Case) -> list[Known]:
    """What a program's lines can read of a partner, with the values that it has."""
    plan = planned(loaded(case.text), case.as_of)
    rows = of_the_run(evaluate(plan, case.records).outputs["conditions"])
    metrics = [Known(each.name, each.type, tuple(row[f"metric.{each.name}"] for row in rows)) for each in plan.metrics]
    return [*_fields(loaded(case.text), case.records), *metrics]


def _fields(program: Program, records: Rows) -> list[Known]:
    table = program.records.table("partners")
    assert table is not None
    fields = [each for each in table.stored if each.name in PARTNER_FIELDS]
    return [Known(each.name, each.type, tuple(row[each.name] for row in records["partners"])) for each in fields]


def _seen(case: Case) -> tuple[dict[str, tuple[Value, ...]], tuple[Decimal, ...]]:
    """The values of every metric, and sums of amounts over quarters."""
    probe: dict[str, Tree] = {key: value for key, value in case.sections.items() if value}
    probe["incentives"] = {
        "probe": {
            "kind": "rebate", "from": "sales", "period": "quarter", "sum": "amount", "payee": "partner",
            "bands": [{"from": f"0 {case.sections['currency']}", "rate": "100%"}],
        }
    }  # fmt: skip
    plan = planned(loaded(program_text(probe)), case.as_of)
    result = evaluate(plan, case.records)
    names = [each.name for each in plan.metrics]
    rows = of_the_run(result.outputs["conditions"])
    totals = {row["measure"] for row in result.outputs["earnings"]}
    return (
        {name: tuple(row[f"metric.{name}"] for row in rows) for name in names},
        tuple(sorted(Decimal(each) for each in totals if is_small(each))),
    )


def of_the_run(rows: Sequence[OutputRow]) -> list[OutputRow]:
    """Of the conditions those of the day of the run, without what incentives asked on other days."""
    return [row for row in rows if row["incentive"] is None]


def loaded(text: str) -> Program:
    """The program in the text; fails with the findings where it is refused."""
    program, found = load_program(text.encode(), FILE)
    if program is None or has_errors(found):
        raise Refused(_told(text, found))
    return program


def compiled(text: str, as_of: date) -> Plan:
    """The plan of a text that must pass every check."""
    program = loaded(text)
    found = check_program(program)
    if has_errors(found):
        raise Refused(_told(text, found))
    return planned(program, as_of)


def planned(program: Program, as_of: date) -> Plan:
    """The program's plan at a date; fails with the findings where it is refused."""
    plan, found = compile_program(program, as_of)
    if plan is None or has_errors(found):
        raise Refused(f"as of {as_of}: {_told('', found)}")
    return plan


def _told(text: str, found: tuple[Diagnostic, ...]) -> str:
    errors = [each for each in found if has_errors((each,))]
    told = "\n".join(f"{each.code} {each.span and each.span.line}: {each.message}" for each in errors)
    return f"{told}\n{text}"
