"""A decision written as a case repeats itself, and names nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.authoring.cases.decided import decided_case
from engine.authoring.cases.model import Case, Expectation, Row, Suite, Word
from engine.authoring.cases.observing import observe
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import decide, run_case
from engine.authoring.cases.typed import read_case
from engine.authoring.cases.updating import apply, changes
from engine.authoring.cases.writing import render_suite
from engine.language.codes.expression import AMOUNT_TOO_LARGE, NUMBER
from engine.language.program import Program
from engine.language.records import ID_PATTERN
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.types import TOTAL_DIGITS, Kind
from rules import compile_program, load_program
from tests.properties import programs
from tests.properties.agreement import seeded
from tests.properties.records import as_imported

TOO_LONG = {
    NUMBER.code,
    AMOUNT_TOO_LARGE.code,
}  # numbers of more digits than the language writes, amounts beyond what is paid


def drawn(seed: int) -> tuple[Program, Plan, Case, str]:
    """A random decided world, and the decision of one of its partners as a case; the partner's real id."""
    world = programs.random_case(seed)
    program = programs.loaded(world.text)
    plan = programs.planned(program, world.as_of)
    partners = [str(row["partner_id"]) for row in world.records["partners"]]
    assume(partners)
    partner = Random(seed).choice(partners)
    records = {name: tuple(rows) for name, rows in world.records.items() if name != "reach"}
    if "sales" in records:
        records["sales"] = tuple(as_imported(list(records["sales"])))
    assume(not _too_large(program, records))
    case = decided_case("a decision", program, plan, records, partner)
    assume(_importable(program, case))
    return program, plan, case, partner


def _importable(program: Program, case: Case) -> bool:
    """Whether an import would take the ids that stay because the drawn program names them."""
    return all(
        re.fullmatch(ID_PATTERN, str(row[each.name]))
        for table in program.records.tables
        for each in table.stored
        if each.type.kind is Kind.ID
        for row in case.records.get(table.name, ())
        if row.get(each.name) is not None
    )


def _too_large(program: Program, records: dict[str, tuple[dict[str, Value], ...]]) -> bool:
    """Whether an import would refuse these records for what they add up to."""
    for table in program.records.tables:
        for each in table.stored:
            if each.type.is_numeric:
                values = [Fraction(cast(int, row[each.name] or 0)) for row in records.get(table.name, ())]
                if sum(map(abs, values)) >= Fraction(10) ** (TOTAL_DIGITS - each.type.scale):
                    return True
    return False


def typed(case: Case, program: Program, plan: Plan) -> tuple[Suite, Case, str]:
    """The case as it is read again from its text; numbers too long for the language are left out."""
    text = render_suite([case], program)
    suite, found = parse_suite(text.encode(), "drawn.test.yaml")
    assert suite is not None, (found, text)
    read, found = read_case(suite.drafts[0], program, lambda day: (plan, ()))
    assume(not {each.code for each in found} & TOO_LONG)
    assert read is not None, (found, text)
    return suite, read, text


@pytest.mark.long
@seeded(2)
@given(st.integers(0, 2**32))
def test_a_decided_case_passes(seed: int) -> None:
    """What was decided, written as a case and read again, is decided again."""
    program, plan, case, _ = drawn(seed)
    _, read, text = typed(case, program, plan)
    outcome, _ = run_case(read, program, plan)
    assert [(each.expected.path, each.expected.answer, each.found.answer) for each in outcome.mismatches] == [], text


@seeded(4)
@given(st.integers(0, 2**32))
def test_everything_observed_can_be_expected(seed: int) -> None:
    """Values, thresholds and distances of lines, too, are written and read again as they were."""
    program, plan, case, _ = drawn(seed)
    observed = observe(program, plan, decide(plan, case.records), case.partner)
    everything = tuple(
        Expectation(path, found.answer, found.type, None, found.percent)
        for path, found in observed.items()
        if not (path[0] == "earnings" and len(path) == len(("earnings", "incentive")))  # said by their parts
    )
    _, read, text = typed(replace(case, expected=everything), program, plan)
    assert len(read.expected) == len(everything)
    outcome, _ = run_case(read, program, plan)
    assert [(each.expected.path, each.expected.answer, each.found.answer) for each in outcome.mismatches] == [], text


@seeded(4)
@given(st.integers(0, 2**32))
@pytest.mark.long
def test_an_updated_case_passes(seed: int) -> None:
    """Expectations that are wrong are written anew so that the case passes; a second update changes nothing."""
    program, plan, case, _ = drawn(seed)
    random = Random(seed)
    wrong = replace(case, expected=tuple(_altered(each, random, program) for each in case.expected))
    suite, read, text = typed(wrong, program, plan)
    outcome, _ = run_case(read, program, plan)
    made = changes([outcome], suite.drafts, [case.name])
    assert not [each for each in made if each.refused]
    updated = apply(text.encode(), made)
    again, found = parse_suite(updated, "drawn.test.yaml")
    assert again is not None, (found, updated)
    reread, found = read_case(again.drafts[0], program, lambda day: (plan, ()))
    assume(not {each.code for each in found} & TOO_LONG)
    assert reread is not None, (found, updated)
    second, _ = run_case(reread, program, plan)
    assert second.passed, updated
    assert apply(updated, changes([second], again.drafts, [case.name])) == updated


def _altered(expected: Expectation, random: Random, program: Program) -> Expectation:
    """The same expectation with another answer of its type, for most."""
    answer, type = expected.answer, expected.type
    if random.random() < 0.3:
        return expected
    if expected.path in {("earnings", each.name) for each in program.incentives if each.pays_by_row}:
        return expected  # it has no one amount
    if isinstance(answer, bool):
        return replace(expected, answer=not answer)
    if isinstance(answer, Decimal | int):
        return replace(expected, answer=answer + 1)
    if isinstance(answer, Word):
        absent = type is not None and type.kind in (Kind.MONEY, Kind.NUMBER, Kind.INTEGER)
        return replace(expected, answer=Decimal(7)) if absent else expected
    if expected.path[0] == "tiers":
        return replace(expected, answer=random.choice(["met", "not_met", "cannot_decide"]))
    if type is not None and type.values:
        return replace(expected, answer=random.choice(type.values))
    return expected


PAID_BY_SALE = """\
rung: 1
program: paid
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
tiers:
  ladder: [member, gold]
  requires: [revenue >= 1_000 USD]
incentives:
  resale:
    kind: commission
    from: sales
    of: amount
    rate: {by: [tier], values: {member: 1%, gold: 3%}}
    payee: partner
  fresh:
    kind: bounty
    from: sales
    during: {from: 2026-03-01, before: 2026-06-01}
    amount: 500 USD
    payee: partner
"""
SALES = [
    # Kim's sale before was to the same customer as Ann's second
    ("sale-of-kim", "Kim Inc", "2026-03-05", "90.00", "Acme"),
    ("ann-1", "Ann Ltd", "2026-03-10", "900.00", "Bell"),
    ("ann-2", "Ann Ltd", "2026-03-20", "100.00", "Acme"),
]


def test_a_decision_paid_by_sale_becomes_a_case() -> None:
    """9 USD at 1 % as a member, 3 USD at 3 % as gold; one customer was new, the other was Kim's before.

    The case keeps Kim's sale, since it decides who was first, and names nobody.
    """
    program, found = load_program(PAID_BY_SALE.encode(), "paid.yaml")
    assert program is not None, found
    plan, found = compile_program(program, date(2026, 6, 30))
    assert plan is not None, found
    partners: tuple[Row, ...] = tuple({"partner_id": each} for each in ("Ann Ltd", "Kim Inc", "Zoe SA"))
    sales: tuple[Row, ...] = tuple(
        {
            "sale_id": id, "partner_id": partner, "entry": "sale", "closed_on": date.fromisoformat(day),
            "amount": Decimal(amount), "customer_id": customer,
        }
        for id, partner, day, amount, customer in SALES
    )  # fmt: skip
    case = decided_case("a decision", program, plan, {"partners": partners, "sales": sales}, "Ann Ltd")
    assert len(case.records["sales"]) == 3
    assert {row["partner_id"] for row in case.records["partners"]} == {"P1", "P2"}
    text = render_suite([case], program)
    suite, found = parse_suite(text.encode(), "paid.test.yaml")
    assert suite is not None, (found, text)
    read, found = read_case(suite.drafts[0], program, lambda day: (plan, ()))
    assert read is not None, (found, text)
    assert not any(word in text for word in ("Ann", "Kim", "Zoe", "Acme", "Bell", "ann-", "kim"))
    outcome, _ = run_case(read, program, plan)
    assert outcome.mismatches == ()
    amounts = {each.path[1:]: each.answer for each in case.expected if each.path[0] == "earnings"}
    first, second, _ = (
        str(row["sale_id"]) for row in sorted(case.records["sales"], key=lambda row: str(row["sale_id"]))
    )
    assert amounts == {
        ("resale", first): Decimal("9.00"),
        ("resale", second): Decimal("3.00"),
        ("fresh", first): Decimal("500.00"),
    }
