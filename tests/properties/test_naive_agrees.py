"""The compiler understands programs as they read: a plain interpreter of the text decides alike.

Evaluators that agree on a plan show nothing of the plan. The naive interpreter computes metrics, tiers, benefits and
earnings partner by partner from the program and the records, without a plan.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.language.program import Program
from engine.reference.evaluate import OutputRow, evaluate
from engine.rounding import round_decimal
from engine.types import Mode
from tests.properties.agreement import seeded
from tests.properties.naive_earnings import earnings_of
from tests.properties.naive_expressions import Naive, exact
from tests.properties.naive_partner import SHOWN, World
from tests.properties.naive_status import benefit_of, line_outcomes, status_of
from tests.properties.programs import Case, compiled, loaded, of_the_run, random_case
from tests.properties.reduction import prove


@seeded()
@given(st.integers(0, 2**32))
def test_compiled_as_it_reads(seed: int) -> None:
    """Every metric, line, status, benefit and earning is what the program says."""
    prove(random_case(seed), check_reading)


def check_reading(case: Case) -> None:
    """The reference on the compiled plan against the naive interpreter on the program."""
    program = loaded(case.text)
    outputs = evaluate(compiled(case.text, case.as_of), case.records).outputs
    world = World(program, case.as_of, case.records)
    for row in of_the_run(outputs["conditions"]):
        _check_metrics(world, row)
        _check_lines(world, row)
    for row in outputs.get("statuses", ()):
        status = status_of(world, str(row["partner_id"]), world.day)
        decided = tuple(row[name] for name in ("held", "floor", "ceiling", "prior", "undecided"))
        assert decided == (status.held, status.floor, status.ceiling, status.prior, status.floor != status.ceiling)
    for row in outputs.get("entitlements", ()):
        for benefit in program.benefits:
            granted, value = benefit_of(world, benefit, str(row["partner_id"]), world.day)
            given = (row[f"{benefit.name}.granted"], exact(row[benefit.name]))
            assert (benefit.name, *given) == (benefit.name, granted, value)
    _check_earnings(world, program, list(outputs["earnings"]))


def _check_metrics(world: World, row: OutputRow) -> None:
    for name, metric in world.metrics.items():
        if f"metric.{name}" in row:  # those that are read on other days only are not shown
            value = world.metric(metric, str(row["partner_id"]), world.day)
            found, expected = exact(row[f"metric.{name}"]), world.shown(metric, value, SHOWN)
            assert found == expected or _is_written(expected, found), (name, found, expected)


def _is_written(exact_value: Naive, found: Naive) -> bool:
    """Whether a long number is shown at six digits after the point, or as missing where no decimal holds it."""
    if not isinstance(exact_value, Fraction):
        return False
    if found is None:
        return abs(exact_value) >= 10**20
    return found == Fraction(round_decimal(exact_value, SHOWN, Mode.HALF_EVEN))


def _check_lines(world: World, row: OutputRow) -> None:
    for tier in world.program.ladder.tiers[1:]:
        outcomes = line_outcomes(world, tier, str(row["partner_id"]), world.day)
        for place, outcome in enumerate(outcomes, 1):
            name = f"tier.{tier.name}.{place}"
            assert (name, row[name]) == (name, outcome)


def _check_earnings(world: World, program: Program, rows: list[OutputRow]) -> None:
    columns = ("partner_id", "earner_id", "period", "source_id", "currency", "amount")
    for incentive in program.incentives:
        paid = {tuple(row[each] for each in columns) for row in rows if row["incentive"] == incentive.name}
        assert (incentive.name, paid) == (incentive.name, earnings_of(world, incentive) if world.partners else set())
