"""Conditions as atoms and formulas."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.literals import literal_number
from engine.plan.plan import Condition
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Band,
    Bands,
    Between,
    Case,
    Column,
    DaysBetween,
    Greatest,
    IfMissing,
    IsMissing,
    Literal,
    Method,
    Mode,
    Multiply,
    Not,
    Or,
    Quotient,
    Rank,
    Round,
    Scalar,
    TakenBack,
)
from engine.plan.table import Extend, Filter, Fold, FoldOp, Lookup, Measure, Scan, Table
from engine.referee.formula import (
    Answer,
    Atomic,
    Every,
    FirstOf,
    Formula,
    Grouped,
    Known,
    Listed,
    Opposite,
    Otherwise,
    Quorum,
    Reading,
    Some,
    Undecided,
)
from engine.referee.translate import (
    Against,
    Brief,
    Coded,
    Crossed,
    Exists,
    OneOf,
    Pair,
    Present,
    Scaled,
    brief_of,
    scale_of,
)
from engine.types import BOOLEAN
from tests.engine.referee.conditions import (
    AT_LEAST,
    AT_MOST,
    EQUAL,
    LESS,
    MORE,
    RATIO,
    UNEQUAL,
    USD,
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

A, B = amount("a"), amount("b")


def lowered(scalar: Scalar) -> tuple[Formula, Brief]:
    """The formula of one condition, and the tables behind it."""
    brief = brief_of(plan(condition("t.1", scalar)))
    return brief.formulas[0][1], brief


def atoms_of(scalar: Scalar) -> Brief:
    """The tables of a condition that is one atom."""
    formula, brief = lowered(scalar)
    assert formula == Atomic(0)
    return brief


def test_a_number_meets_a_constant_at_the_widest_scale() -> None:
    """Cents meet a threshold in tenths of a cent in tenths of a cent."""
    brief = atoms_of(compare(A, MORE, literal(Decimal("1.005"))))
    assert (brief.facts, brief.atoms) == ((Scaled(A, 3),), (Against(0, MORE, 1005),))


@pytest.mark.parametrize(
    ("op", "mirrored"), [(LESS, MORE), (AT_MOST, AT_LEAST), (MORE, LESS), (AT_LEAST, AT_MOST), (EQUAL, EQUAL)]
)
def test_a_constant_on_the_left_is_turned_round(op: str, mirrored: str) -> None:
    """`5 < a` is asked as `a > 5`."""
    brief = atoms_of(compare(literal(5), op, A))  # type: ignore[arg-type]  # the members of the enum are texts
    assert brief.atoms == (Against(0, mirrored, 500),)  # type: ignore[arg-type]  # as above


def test_columns_meet_in_the_same_unit() -> None:
    """Money against a whole number: both in cents."""
    brief = atoms_of(compare(A, AT_LEAST, whole("n")))
    assert brief.facts == (Scaled(A, 2), Scaled(whole("n"), 2))
    assert brief.atoms == (Pair(0, AT_LEAST, 1),)


def test_a_ratio_is_crossed() -> None:
    """A quotient on either side gives the atom two fields of its own."""
    for scalar in (
        compare(Quotient(A, B), AT_LEAST, literal(Decimal("0.1"))),
        compare(literal(1), LESS, Multiply(literal(2), Column("r", RATIO))),
    ):
        brief = atoms_of(scalar)
        assert [type(each) for each in brief.facts] == [Crossed, Crossed]
        assert [type(each) for each in brief.atoms] == [Pair]


def test_texts_are_coded_and_lists_are_split() -> None:
    """Equality of texts asks for their number; a long list is several rules, all in one `or`."""
    brief = atoms_of(compare(literal("gold"), UNEQUAL, text("t")))
    assert (brief.facts, brief.atoms, brief.texts) == ((Coded(text("t")),), (Against(0, UNEQUAL, 1),), ("gold",))
    assert atoms_of(compare(text("t"), EQUAL, text("u"))).atoms == (Pair(0, EQUAL, 1),)
    names = tuple(literal(f"name{n}") for n in range(10))
    formula, brief = lowered(Among(text("t"), (*names, names[0])))
    assert formula == Some((Atomic(0), Atomic(1)))
    assert brief.atoms == (OneOf(0, tuple(range(1, 9))), OneOf(0, (9, 10)))


def test_a_list_of_numbers_is_equalities() -> None:
    """Numbers in a list are compared one by one; a missing option cannot be decided."""
    formula, brief = lowered(Among(whole("n"), (literal(1), literal(None))))
    assert formula == Some((Atomic(0), Known(Answer.CANNOT_DECIDE)))
    assert brief.atoms == (Against(0, EQUAL, 1),)


def test_logic_becomes_formulas() -> None:
    """And, or, not, at least, between, if-missing, case and constants are combined outside the engine."""
    a, b = compare(A, LESS, literal(1)), compare(B, LESS, literal(1))
    one, two = Atomic(0), Atomic(1)
    assert lowered(And((a, b)))[0] == Every((one, two))
    assert lowered(Or((a, b)))[0] == Some((one, two))
    assert lowered(Not(a))[0] == Opposite(one)
    assert lowered(AtLeast(2, (a, b)))[0] == Quorum(2, (one, two))
    assert lowered(Between(A, literal(1), literal(2)))[0] == Every((one, two))
    assert lowered(IfMissing(a, literal(True)))[0] == Otherwise(one, Known(Answer.MET))
    assert lowered(Case(((a, b),), literal(False)))[0] == FirstOf(((one, two),), Known(Answer.NOT_MET))
    assert lowered(Literal(None, BOOLEAN))[0] == Known(Answer.CANNOT_DECIDE)
    assert lowered(compare(A, LESS, literal(None)))[0] == Known(Answer.CANNOT_DECIDE)


def test_is_missing_of_values_and_of_conditions() -> None:
    """A value is missing where its field is; a condition where it cannot be decided."""
    formula, brief = lowered(IsMissing(A))
    assert (formula, brief.facts, brief.atoms) == (Opposite(Atomic(0)), (Present(A),), (Exists(0),))
    for test in (
        compare(A, LESS, literal(1)),
        IfMissing(compare(A, LESS, literal(1)), literal(True)),
        Case(((flag("f"), literal(True)),), literal(False)),
        literal(True),
    ):
        assert isinstance(lowered(IsMissing(test))[0], Undecided)
    assert lowered(IsMissing(text("t")))[1].facts == (Present(text("t")),)


def test_groups_read_their_parts() -> None:
    """All, any, none and at least are made from the lines they name, not from their expression."""
    line = condition("t.1", compare(A, LESS, literal(1)))
    groups = (
        group("t.2", "all", "t.1"),
        group("t.3", "any", "t.1"),
        group("t.4", "none", "t.1"),
        group("t.5", "at_least", "t.1", at_least=1),
    )
    counts = (("all", 0), ("any", 0), ("none", 0), ("at_least", 1))
    expected = tuple(Grouped(form, count, ("t.1",)) for form, count in counts)
    assert tuple(formula for _, formula in brief_of(plan(line, *groups)).formulas)[1:] == expected


def named(column: str) -> Condition:
    """A line that is a name."""
    return condition("t.9", flag(column))


def test_a_name_of_a_condition_or_a_tier_reads_it() -> None:
    """A boolean column that is an outcome is the referee's own answer, never the row's."""
    line = condition("t.1", compare(A, LESS, literal(1)))
    for column, formula in (("t.1", Reading("t.1")), ("tier.gold", Listed(("t.1",)))):
        brief = brief_of(plan(line, named(column), rungs=(("gold", ("t.1",)),)))
        assert brief.formulas[1] == ("t.9", formula)


def test_a_flag_of_a_record_is_compared_with_one() -> None:
    """A boolean field of a record is an atom like any other."""
    assert atoms_of(flag("f")).atoms == (Against(0, EQUAL, 1),)


ROWS = Scan("rows", "partners", (), ("partner_id",))
BIG = compare(A, AT_LEAST, literal(5))


@pytest.mark.parametrize(
    "above",
    [
        (Filter("decisions", "more", literal(True)),),
        (Lookup("decisions", "more", "rows", (), ()),),
        (Measure("decisions", "more", "rows", (), ()),),
        (Fold("decisions", "more", (), (), FoldOp.TAKE, A, "taken", literal(1)),),
    ],
)
def test_a_computed_flag_is_computed_by_the_referee(above: tuple[Table, ...]) -> None:
    """What the Plan defines as a boolean, however far back, is lowered from its definition."""
    tables = (ROWS, Extend("more", "rows", (("big", BIG), ("size", A), ("same", flag("big")))), *above)
    brief = brief_of(plan(named("big"), tables=tables))
    assert brief.formulas == (("t.9", Atomic(0)),)
    assert brief.atoms == (Against(0, AT_LEAST, 500),)
    assert dict(brief.definitions) == {"big": BIG, "same": flag("big")}
    assert brief_of(plan(named("same"), tables=tables)).atoms == brief.atoms


def test_a_line_that_is_its_own_outcome_is_taken_from_the_definition() -> None:
    """A name line whose outcome is the column it names does not read itself."""
    line = condition("big", flag("big"))
    assert brief_of(plan(line, tables=(ROWS, Extend("decisions", "rows", (("big", BIG),))))).formulas == (
        ("big", Atomic(0)),
    )


def test_a_circle_is_not_covered() -> None:
    """A flag defined by itself is refused with its name."""
    tables = (ROWS, Extend("decisions", "rows", (("big", Not(flag("big"))),)))
    formula = brief_of(plan(named("big"), tables=tables)).formulas[0][1]
    assert formula == Opposite(Opposite(Known(Answer.NOT_COVERED, "`big` defined by itself")))


@pytest.mark.parametrize(
    ("scalar", "reason"),
    [
        (compare(text("a"), LESS, text("b")), "an order of texts"),
        (compare(A, LESS, literal(2**62)), "a constant beyond 62 bits"),
        (Add(A, B), "a number where a condition is needed"),
        (
            compare(Bands(A, (Band(literal_number(0), literal_number(1)),), Method.WHOLE, USD), LESS, literal(1)),
            "a band table inside a condition",
        ),
    ],
)
def test_what_the_engine_cannot_hold_is_named(scalar: Scalar, reason: str) -> None:
    """A condition that cannot be lowered is not covered, with the reason."""
    assert lowered(scalar)[0] == Known(Answer.NOT_COVERED, reason)


@pytest.mark.parametrize(
    ("scalar", "scale"),
    [
        (literal(Decimal("1.50")), 2),
        (literal(Decimal("1E+3")), 0),
        (Add(A, literal(Decimal("0.005"))), 3),
        (Multiply(A, B), 4),
        (Multiply(A, Quotient(A, B)), None),
        (Quotient(A, B), None),
        (Round(Quotient(A, B), 1, Mode.UP), 1),
        (Greatest((A, whole("n"))), 2),
        (Greatest((A, Quotient(A, B))), None),
        (Absolute(A), 2),
        (TakenBack(A, B), 2),
        (IfMissing(A, literal(0)), 2),
        (Case(((flag("f"), A),), literal(0)), 2),
        (DaysBetween(A, B), 0),
        (Rank(text("t"), ()), 0),
        (IsMissing(A), 0),
    ],
)
def test_scales_hold_every_value(scalar: Scalar, scale: int | None) -> None:
    """The digits after the point that an expression can have, none for a ratio."""
    assert scale_of(scalar) == scale
