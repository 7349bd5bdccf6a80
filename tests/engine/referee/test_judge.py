"""The referee as a whole, against the reference evaluator and against traps of its engine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plan.scalar import (
    Add,
    Among,
    And,
    AtLeast,
    Between,
    Case,
    Comparison,
    IfMissing,
    IsMissing,
    Literal,
    Multiply,
    Not,
    Or,
    Quotient,
    Rank,
    Scalar,
    Value,
)
from engine.referee import judge as office
from engine.referee.arithmetic import Row
from engine.referee.formula import Answer
from engine.referee.judge import Mismatch, Referee, Verdict, available, compare_tiers, judge
from engine.referee.judge import compare as compare_answers
from engine.reference.scalars import evaluate_scalar
from tests.engine.referee.conditions import (
    AT_LEAST,
    EQUAL,
    MORE,
    amount,
    compare,
    condition,
    flag,
    group,
    literal,
    plan,
    text,
    whole,
)

pytest.importorskip("durable", reason="durable-rules cannot be installed above Python 3.12")

MET, NOT_MET, OPEN, SILENT = Answer.MET, Answer.NOT_MET, Answer.CANNOT_DECIDE, Answer.NOT_COVERED


def answers(scalar: Scalar, *rows: Row) -> list[Answer]:
    """The referee's answers to one condition."""
    numbered: list[Row] = [{"partner_id": f"p{n}", **row} for n, row in enumerate(rows)]
    verdict = judge(plan(condition("t.1", scalar)), numbered)
    return [ruling.conditions[0] for ruling in verdict.rulings]


def test_it_is_available_here() -> None:
    """Below Python 3.13 the engine answers with its version."""
    assert available() == (True, "durable-rules 2.0.28")


def test_above_312_it_says_that_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is plain, and says that the rest works."""
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    usable, reason = available()
    assert not usable
    assert reason == "durable-rules needs Python below 3.13; everything else works without the referee"


def test_without_the_package_it_says_that_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not installed, or installed and broken, the answer is no with a reason."""
    with monkeypatch.context() as without:
        without.setattr(office, "find_spec", lambda name: None)
        assert available() == (False, "durable-rules is not installed; everything else works without the referee")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    usable, reason = available()
    assert not usable
    assert reason == "the rule engine ended without an answer (exit 1); everything else works without the referee"


def test_names_that_collide_in_the_engine_are_two_fields() -> None:
    """`costarring` and `liquid` have one hash in durable-rules; here each keeps its own value."""
    scalar = And((compare(whole("costarring"), AT_LEAST, literal(5)), compare(whole("liquid"), AT_LEAST, literal(50))))
    rows = [(5, 50), (50, 5), (None, 50)]
    assert answers(scalar, *[{"costarring": a, "liquid": b} for a, b in rows]) == [MET, NOT_MET, OPEN]


def test_a_zero_denominator_cannot_be_decided() -> None:
    """Growth without a baseline is neither met nor refuted, and nothing dies."""
    growth = Quotient(amount("now"), amount("before"))
    rows: list[Row] = [
        {"now": Decimal(now), "before": Decimal(before)} for now, before in ((15, 100), (1, 0), (-15, -100))
    ]
    assert answers(compare(growth, AT_LEAST, literal(Decimal("0.15"))), *rows) == [MET, OPEN, MET]


def test_ratios_meet_thresholds_exactly() -> None:
    """14.996 % does not reach 15 %, and a third is a third."""
    growth = Quotient(amount("a"), amount("b"))
    assert answers(
        compare(growth, AT_LEAST, literal(Decimal("0.15"))), {"a": Decimal("14.996"), "b": Decimal(100)}
    ) == [NOT_MET]
    third = compare(growth, EQUAL, Quotient(literal(1), literal(3)))
    assert answers(third, {"a": Decimal(2), "b": Decimal(6)}) == [MET]


def test_a_missing_right_side_cannot_be_decided() -> None:
    """durable-rules alone finds `a >= b` true where b is missing."""
    rows: list[Row] = [{"a": 5, "b": None}, {"a": None, "b": 5}, {"a": 5, "b": 5}]
    assert answers(compare(whole("a"), AT_LEAST, whole("b")), *rows) == [OPEN, OPEN, MET]


def test_a_partner_with_nothing_at_all() -> None:
    """A fact that meets no rule, which alone crashes the engine, is judged like any other."""
    assert answers(compare(whole("a"), AT_LEAST, literal(1)), {"a": None}) == [OPEN]


def test_more_rules_than_the_engine_holds() -> None:
    """Two hundred rules met by one partner: 65 of them in one set would be refused."""
    lines = tuple(condition(f"t.{n}", compare(whole("a"), AT_LEAST, literal(n))) for n in range(200))
    verdict = judge(plan(*lines), [{"partner_id": "p1", "a": 198}])
    assert verdict.rulings[0].conditions == (MET,) * 199 + (NOT_MET,)
    assert verdict.covered == 200


def test_more_partners_than_the_engine_has_sessions() -> None:
    """1,025 partners in one worker, one more than the engine's sessions."""
    lines = condition("t.1", compare(whole("a"), MORE, literal(500)))
    verdict = judge(plan(lines), [{"partner_id": f"p{n}", "a": n} for n in range(1025)])
    assert [ruling.conditions[0] for ruling in verdict.rulings] == [NOT_MET] * 501 + [MET] * 524
    assert verdict.restarts == 0


def test_values_beyond_62_bits_are_visibly_not_covered() -> None:
    """A number the engine would compare wrongly is left out and counted."""
    lines = (condition("t.1", compare(whole("a"), MORE, literal(5))), condition("t.2", IsMissing(whole("a"))))
    rows: list[Row] = [{"partner_id": "p1", "a": 2**62 + 1}, {"partner_id": "p2", "a": 2**62}]
    verdict = judge(plan(*lines, group("t.3", "any", "t.1", "t.2")), rows)
    assert [ruling.conditions for ruling in verdict.rulings] == [(SILENT, NOT_MET, SILENT), (MET, NOT_MET, MET)]
    assert verdict.uncovered == (("a value beyond 62 bits", 1),)
    assert verdict.covered == 4


def test_a_condition_nobody_can_lower_is_counted_for_every_partner() -> None:
    """What is not covered for the whole Plan is counted once per partner."""
    order = compare(text("a"), MORE, text("b"))
    verdict = judge(plan(condition("t.1", order)), [{"partner_id": p, "a": "x", "b": "y"} for p in "ab"])
    assert verdict.uncovered == (("an order of texts", 2),)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_killed_in_the_middle_costs_nothing(workers: int) -> None:
    """Killed while partners are being judged, the worker is replaced and every answer is right."""
    lines = condition("t.1", compare(whole("a"), MORE, literal(500)))
    with Referee(plan(lines), workers=workers) as referee:

        def rows() -> Iterator[Row]:
            for n in range(2000):
                if n == 900:
                    pid = referee.workers[0].pid
                    assert pid is not None
                    os.kill(pid, signal.SIGKILL)
                yield {"partner_id": f"p{n}", "a": n % 1000}

        verdict = referee.judge(rows())
    assert [ruling.conditions[0] for ruling in verdict.rulings] == ([NOT_MET] * 501 + [MET] * 499) * 2
    assert verdict.restarts >= 1
    assert [ruling.partner for ruling in verdict.rulings] == [f"p{n}" for n in range(2000)]


def test_other_answers_are_found() -> None:
    """A wrong outcome, tier, floor or ceiling of another engine is named with both answers."""
    lines = condition("tier.gold.1", compare(whole("a"), AT_LEAST, literal(5)))
    gold = plan(lines, rungs=(("gold", ("tier.gold.1",)),))
    rows: list[Row] = [
        {"partner_id": "p1", "a": 5, "tier.gold.1": True, "tier.gold": True},
        {"partner_id": "p2", "a": 4, "tier.gold.1": True, "tier.gold": None},
        {"partner_id": "p3", "a": 2**70, "tier.gold.1": False, "tier.gold": False},
    ]
    verdict = judge(gold, rows)
    name = "durable-rules 2.0.28"
    assert compare_answers(gold, verdict, rows, "reference") == (
        Mismatch("p2", "tier.gold.1", ((name, "not met"), ("reference", "met"))),
        Mismatch("p2", "tier.gold", ((name, "not met"), ("reference", "cannot decide"))),
    )
    intervals = {"p1": ("gold", "gold"), "p2": ("registered", "gold"), "p3": ("x", "y")}
    statuses: list[dict[str, Value]] = [
        {"partner_id": partner, "ladder": "tiers", "scope": None, "floor": floor, "ceiling": ceiling}
        for partner, (floor, ceiling) in intervals.items()
    ]
    assert compare_tiers(gold, verdict, statuses, "columnar") == (
        Mismatch("p2", "tiers ceiling", ((name, "registered"), ("columnar", "gold"))),
    )


CENTS = st.integers(-300, 300).map(lambda cents: Decimal(cents).scaleb(-2))
COLUMNS: dict[str, st.SearchStrategy[int] | st.SearchStrategy[Decimal]] = {"n": st.integers(-3, 3), "m": CENTS}
values = st.fixed_dictionaries(
    {
        **{name: st.none() | COLUMNS[name[0]] for name in ("n1", "n2", "m1", "m2")},
        "t": st.none() | st.sampled_from(["low", "high", "odd"]),
        "f": st.none() | st.booleans(),
    }
)
constants = st.integers(-3, 3).map(literal) | CENTS.map(literal)
leaves = st.sampled_from((whole("n1"), whole("n2"), amount("m1"), amount("m2"))) | constants
numbers = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Add, inner, inner)
        | st.builds(Multiply, inner, inner)
        | st.builds(Quotient, inner, inner)
        | st.builds(IfMissing, inner, constants)
        | st.builds(lambda test, a, b: Case(((test, a),), b), st.just(flag("f")), inner, inner)
    ),
    max_leaves=4,
) | st.just(Rank(text("t"), ("low", "high")))
words = st.sampled_from(["low", "high", "top"]).map(literal)
atoms: st.SearchStrategy[Scalar] = (
    st.builds(compare, numbers, st.sampled_from(Comparison), numbers)
    | st.builds(compare, st.just(text("t")), st.sampled_from([EQUAL, Comparison.UNEQUAL]), words)
    | st.builds(lambda value, options: Among(value, tuple(options)), st.just(text("t")), st.lists(words, max_size=3))
    | st.builds(lambda value, options: Among(value, tuple(options)), leaves, st.lists(constants, max_size=3))
    | st.builds(Between, numbers, numbers, numbers)
    | st.builds(IsMissing, numbers)
    | st.just(flag("f"))
)
tests = st.recursive(
    atoms,
    lambda inner: (
        st.builds(lambda terms: And(tuple(terms)), st.lists(inner, max_size=3))
        | st.builds(lambda terms: Or(tuple(terms)), st.lists(inner, max_size=3))
        | st.builds(Not, inner)
        | st.builds(lambda terms: AtLeast(2, tuple(terms)), st.lists(inner, max_size=3))
        | st.builds(IfMissing, inner, st.booleans().map(literal))
        | st.builds(IsMissing, inner)
        | st.builds(lambda test, a, b: Case(((test, a),), b), inner, inner, inner)
    ),
    max_leaves=4,
)


@settings(max_examples=15)
@given(st.lists(tests, min_size=1, max_size=12), st.lists(values, min_size=1, max_size=12))
def test_random_conditions_agree_with_the_reference(scalars: list[Scalar], given_rows: list[dict[str, Value]]) -> None:
    """Every random condition has the reference's answer for every random row, ties and gaps included."""
    lines = [condition(f"t.{n}", scalar) for n, scalar in enumerate(scalars)]
    rows: list[Row] = [{"partner_id": f"p{n}", **row} for n, row in enumerate(given_rows)]
    verdict = judge(plan(*lines), rows)
    for ruling, row in zip(verdict.rulings, rows, strict=True):
        for line, mine in zip(lines, ruling.conditions, strict=True):
            other = evaluate_scalar(line.scalar, row)
            assert mine is {True: MET, False: NOT_MET, None: OPEN}[other], (line.scalar, row)  # type: ignore[index]  # only these three occur
    assert verdict.uncovered == ()


def test_no_partner_no_answer() -> None:
    """Of nobody, nothing is said, and no process is started."""
    verdict: Verdict = judge(plan(condition("t.1", Literal(True, flag("f").type))), [])
    assert (verdict.rulings, verdict.covered, verdict.engine) == ((), 0, "durable-rules")
