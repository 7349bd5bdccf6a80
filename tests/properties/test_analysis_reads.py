"""What the analysis understands of a line is what the reference evaluator decides of it, partner by partner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.analysis.domain import Words
from engine.authoring.analysis.formula import Formula, Variable, variables_in
from engine.authoring.analysis.lines import held_facts, lines_of
from engine.authoring.analysis.names import Era, Names
from engine.authoring.analysis.rows import holds
from engine.authoring.analysis.values import Condition, Judged
from engine.plan.scalar import Value
from engine.reference.evaluate import Evaluation, evaluate
from tests.properties.agreement import seeded
from tests.properties.naive_partner import World
from tests.properties.programs import Case, compiled, loaded, random_case
from tests.properties.reduction import prove

SEEN: Counter[str] = Counter()
Known = Mapping[Variable, Fraction | str | None]


@seeded()
@given(st.integers(0, 2**32))
def test_lines_are_read_as_they_are_decided(seed: int) -> None:
    """The formulas of every line of a tier, on the values the reference has, give its outcome."""
    prove(random_case(seed), check_lines)


def check_lines(case: Case) -> None:
    """Each line of each tier for each partner."""
    program = loaded(case.text)
    names = Names(program, program.effective)
    era = next(each for each in names.eras if each.start <= case.as_of < each.before)
    lines = {
        (tier.name, place): line for tier in program.ladder.tiers[1:] for place, line in _numbered(names, era, tier)
    }
    evaluation = evaluate(compiled(case.text, case.as_of), case.records)
    for row in (row for row in evaluation.outputs["conditions"] if row["incentive"] is None):
        partner = str(row["partner_id"])
        known = values_of(names, evaluation, case, partner)
        for (tier, place), line in lines.items():
            if not _is_known(line.condition, known):
                SEEN["free"] += 1
                continue
            decided = row[f"tier.{tier}.{place}"]
            read = _outcome(line.condition, known)
            SEEN[str(decided)] += 1
            assert (tier, place, line.text, read) == (tier, place, line.text, decided)
        _check_held(names, era, evaluation, known, partner)


def _numbered(names: Names, era: Era, tier: object) -> list[tuple[int, Judged]]:
    return list(enumerate(lines_of(tier, names, era), 1))  # type: ignore[arg-type]  # a tier of the program


def _outcome(condition: Condition, known: Known) -> bool | None:
    met, refuted = holds(condition.met, known), holds(condition.refuted, known)
    assert not (met and refuted)
    return True if met else False if refuted else None


def _is_known(condition: Condition, known: Known) -> bool:
    return all(each in known for formula in (condition.met, condition.refuted) for each in variables_in(formula))


def _check_held(names: Names, era: Era, evaluation: Evaluation, known: Known, partner: str) -> None:
    """The tier held is one of those the lines allow."""
    if not names.program.ladder.tiers:
        return
    facts: list[Formula] = list(held_facts([names.tier], names, era))
    if all(each in known for formula in facts for each in variables_in(formula)):
        SEEN["held"] += len(facts)
        assert all(holds(each, known) for each in facts)


def values_of(names: Names, evaluation: Evaluation, case: Case, partner: str) -> Known:
    """The value of every variable that is no free one."""
    found: dict[Variable, Fraction | str | None] = {names.as_of: Fraction(case.as_of.toordinal())}
    record = next(row for row in case.records["partners"] if row["partner_id"] == partner)
    for variable, name in names.partner_fields.items():
        found[variable] = _plain(variable, record[name])
    measured = {each.name: each for each in evaluation.plan.metrics}
    world = World(names.program, case.as_of, case.records)
    rows = (row for row in evaluation.outputs["conditions"] if row["incentive"] is None)
    shown = next(row for row in rows if row["partner_id"] == partner)
    for variable, metric in names.measures.items():
        if metric.name not in measured:
            continue
        if metric.op in ("average", "median"):  # compared as they are, and shown rounded
            exactly = world.metric(metric, partner, world.day)
            assert exactly is None or isinstance(exactly, Fraction)
            found[variable] = exactly
        else:
            found[variable] = _plain(variable, shown[f"metric.{metric.name}"])
    for tier in names.program.ladder.tiers:
        invited = names.variables.get(("invited", tier.name))
        if invited is not None:
            found[invited] = "true" if _invited(case, partner, tier.name) else "false"
    for row in evaluation.outputs.get("statuses", ()):
        if row["partner_id"] == partner:
            found[names.tier] = str(row["held"])
    return found


def _invited(case: Case, partner: str, tier: str) -> bool:
    for row in case.records["nominations"]:
        start, before = row["from"], row["before"]
        assert isinstance(start, date)
        open_ = before is None or (isinstance(before, date) and before > case.as_of)
        if row["partner_id"] == partner and row["tier"] == tier and start <= case.as_of and open_:
            return True
    return False


def _plain(variable: Variable, value: Value) -> Fraction | str | None:
    if value is None:
        return None
    if isinstance(variable.base, Words):
        return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    if isinstance(value, date):
        return Fraction(value.toordinal())
    assert isinstance(value, Decimal | int)
    return Fraction(value)


@pytest.mark.long
def test_enough_is_read() -> None:
    """Most lines are read without a free variable, and all outcomes occur."""
    SEEN.clear()
    for seed in range(60):
        check_lines(random_case(seed))
    assert SEEN["free"] < SEEN.total() / 4
    assert min(SEEN["True"], SEEN["False"], SEEN["None"], SEEN["held"]) > 20
