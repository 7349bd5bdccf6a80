"""From program to Plan: the day, the findings, the outputs, and the plan that must be sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from engine.compiler.plans import check_program, compile_plan
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Catalogue, Section
from engine.language.program import Program
from engine.plan.outputs import OPEN_STATUSES, RUNNING, SHAPES
from engine.plan.plan import Entitlement
from engine.plan.scalar import Column
from engine.plan.table import Scan
from engine.types import BOOLEAN
from rules import CATALOGUE, compile_program
from tests.ridge.records import rows
from tests.tiny import decide, findings, partners, plan, program, told

SUMS = "metrics: {m: {from: sales, sum: amount, window: lifetime}}\n"
USED = "tiers: {ladder: [a, b], requires: [m >= 1 USD]}\n"


@pytest.mark.parametrize(
    ("day", "good"),
    [
        ("2025-12-31", False),
        ("2026-01-01", True),
        ("2026-12-31", True),
        ("2027-01-01", True),
        ("2199-12-31", True),
        ("2200-01-01", False),
        ("9999-12-31", False),
    ],
)
def test_a_version_is_evaluated_from_its_first_day_on(day: str, good: bool) -> None:
    """After its last day as well: its periods are corrected in the year after."""
    compiled, found = compile_program(program(SUMS + USED), date.fromisoformat(day))
    assert (compiled is not None) is good
    assert [each.code for each in found] == ([] if good else ["RNG404"])


def test_findings_forbid_a_plan() -> None:
    """Without the check before it, compiling finds names and types by itself."""
    broken = replace(program(SUMS + USED), metrics=())
    compiled, found = compile_program(broken, date(2026, 6, 30))
    assert compiled is None
    assert [each.code for each in found] == ["RNG200"]


def test_outputs() -> None:
    """The outputs as they are declared, each with its declared columns first, then those named after the program."""
    found = plan(SUMS + USED + "benefits: {x: {value: flag, when: [m > 0 USD]}}\n", "2026-06-30")
    left_out = (RUNNING, OPEN_STATUSES)  # nothing runs on that day, and no incentive reads a status
    shapes = [each for each in SHAPES if each not in left_out]
    assert [(each.name, each.key) for each in found.outputs] == [(each.name, each.key) for each in shapes]
    for output, shape in zip(found.outputs, shapes, strict=True):
        assert [name for name, _, _ in output.columns][: len(shape.keys)] == [name for name, _ in shape.keys]
        assert {name for name, _, _ in output.columns} >= set(shape.values)
    conditions = [name for name, _, _ in found.outputs[0].columns]
    assert {"tier.b.1.value", "tier.b.1.distance", "benefit.x.1", "metric.m"} <= set(conditions)


def test_a_program_of_nothing() -> None:
    """No tiers, no earnings: conditions have a row for every partner all the same."""
    found = decide("", "2026-06-30", {"partners": partners("P1", "P2")})
    day = date(2026, 6, 30)
    assert [dict(row) for row in found.outputs["conditions"]] == [
        {"partner_id": "P1", "day": day, "incentive": None},
        {"partner_id": "P2", "day": day, "incentive": None},
    ]
    assert found.outputs["earnings"] == []
    assert "statuses" not in found.outputs


def test_scans_hold_what_is_read() -> None:
    """Columns that nothing names are not asked of a snapshot."""
    scans = {
        each.name: {column.name for column in each.columns}
        for each in plan(SUMS + USED, "2026-06-30").tables
        if isinstance(each, Scan)
    }
    assert scans["sales"] == {"sale_id", "partner_id", "closed_on", "amount"}
    assert "country" not in scans["partners"]


WIDE = """
records:
  sales: {fields: {a: {type: decimal, scale: 8}, b: {type: decimal, scale: 8}, c: {type: decimal, scale: 8}}}
"""
GROUPED = "{from: sales, sum: amount * a * b * c, per: customer_id, window: lifetime}"
REBATE = """
incentives:
  r: {kind: rebate, period: month, sum: amount * a * b, bands: [{from: 0 USD, rate: 1%}], payee: partner}
"""
POWERS = """
metrics:
  m: {from: sales, sum: amount, window: lifetime}
  n: {from: sales, sum: amount, window: this year}
  g: {formula: m / n}
  g4: {formula: g * g * g * g}
  g16: {formula: g4 * g4 * g4 * g4}
  g32: {formula: g16 * g16}
tiers: {ladder: [a, b], requires: [g32 >= 1]}
"""


@pytest.mark.parametrize(
    "text",
    [
        WIDE + "metrics: {m: {from: sales, sum: amount * a * b * c, window: lifetime}}\n" + USED,
        WIDE + f"metrics: {{n: {GROUPED}, m: {{from: n, max: value}}}}\n" + USED,
        WIDE + REBATE,
        SUMS + "tiers: {ladder: [a, b], requires: [m / 7 USD * (m / 3 USD) * (m / 5 USD) >= 1]}\n",
    ],
)
def test_products_of_ordinary_fields_are_not_refused(text: str) -> None:
    """Whatever their digits, in a metric, an incentive or a condition."""
    assert not [each for each in told(text) if "RNG21" not in each or "RNG214" in each]


def test_too_many_digits_are_told_where_they_arise() -> None:
    """One finding, at the calculation that multiplies what is long already."""
    assert told(POWERS) == [
        "RNG214 13`g16 * g16`: `g16 * g16` could need 544 digits, but the limit is 400"
    ]  # 32 times 17


NESTED = """
metrics:
  m: {from: sales, average: amount, window: lifetime}
  n: {from: sales, average: quantity * 1 USD, window: lifetime}
  g: {formula: (m - n) / n}
  h: {formula: g / (1 + g)}
  i: {formula: h / (1 + h)}
tiers: {ladder: [a, b], requires: [(i - h) / (i + h) * 11 LINE -1]}
"""


@pytest.mark.parametrize(("line", "met"), [(">=", True), (">", False), ("<", False)])
def test_the_cure_for_too_many_digits_works_and_changes_no_outcome(line: str, met: bool) -> None:
    """With 5 and 4, g is 1/4, h 1/5, i 1/6, and (1/6 - 1/5) / (1/6 + 1/5) is -1/11: the threshold itself."""
    text = NESTED.replace("LINE", line)
    (found,) = findings(text)
    assert told(text)[0].startswith("RNG214 13`(i - h) / (i + h)`: `(i - h) / (i + h)` could need ")
    assert "where `g` is `(a - b) / b`, write `(a - b) / a` in place of `g / (1 + g)`" in found.help
    cured = text.replace("  g: {formula: (m - n) / n}\n", "").replace("g / (1 + g)", "(m - n) / m")
    cured = cured.replace("h / (1 + h)", "(m - n) / (2 * m - n)")
    sold = rows("sale_id partner_id entry closed_on amount quantity", "S1|P1|sale|2026-02-01|5.00|4")
    g = Fraction(5 - 4, 4)
    h = g / (1 + g)
    i = h / (1 + h)
    assert [(i - h) / (i + h) * 11, h, i] == [Fraction(-1), Fraction(5 - 4, 5), Fraction(5 - 4, 2 * 5 - 4)]
    decided = decide(cured, "2026-12-31", {"partners": rows("partner_id", "P1"), "sales": sold})
    assert decided.met("tier.b.1") is met


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("segments: {s: {when: [eighth * 2 >= 1, g16 * g16 > 1]}}", "19`g16 * g16`"),
        ("benefits: {x: {value: flag, when: ['max(g16 * g16, 2) > g']}}", "19`g16 * g16`"),
        (
            "incentives: {r: {kind: rebate, period: year, sum: amount, rate: 'min(g16 * g16, 1%)', payee: partner}}",
            "19`g16 * g16`",
        ),
        (
            (
                "incentives: {c: {kind: commission, of: amount, where: amount * r16 * r16 > 1 USD,"
                " rate: 1%, payee: partner}}"
            ),
            "19`amount * r16 * r16`",
        ),
        ("segments: {s: {when: [g16 > 1, g16 >= h16]}}", "19`g16 >= h16`"),
        ("tiers: {ladder: [a, b], requires: [g16 > 1, g16 >= h16]}", "19`g16 >= h16`"),
        ("segments: {s: {when: ['max(g16, h16) > 1']}}", "19`max(g16, h16)`"),
    ],
)
def test_the_calculation_is_pointed_at_wherever_it_stands(section: str, place: str) -> None:
    """In a condition, a benefit, what an incentive pays, and in its rows."""
    text = """
records:
  sales:
    fields: {r: {type: decimal, formula: amount / 1 USD / quantity}, r4: {type: decimal, formula: r * r * r * r},
             r16: {type: decimal, formula: r4 * r4 * r4 * r4}}
metrics:
  m: {from: sales, sum: amount, window: lifetime}
  n: {from: sales, sum: amount, window: this year}
  g: {formula: m / n}
  g4: {formula: g * g * g * g}
  eighth: {formula: g4 * g4}
  g16: {formula: eighth * eighth}
  h16: {formula: g4 * g4 * eighth}
"""
    found = [each for each in told(text + section + "\n") if not each.startswith("RNG211")]
    assert [each.split(":")[0] for each in found] == [f"RNG214 {place}"], found
    assert not told(POWERS.replace("g32 >= 1", "g16 >= 1").replace("  g32: {formula: g16 * g16}\n", ""))


LONG = f"99_999 * {' * '.join(['(m / n)'] * 23)}"


@pytest.mark.parametrize(
    ("section", "place"),
    [
        (f"  shown: {{formula: {LONG}}}\n", "11`shown`"),  # to show 396 digits over 391, 402 are divided
        (f"tiers: {{ladder: [a, b], requires: [m > n, {LONG} > 1]}}\n", f"11`{LONG} > 1`"),
        (f"incentives: {{r: {{kind: rebate, period: year, sum: amount, rate: {LONG}, payee: partner}}}}\n", "11`r`"),
    ],
)
def test_what_is_not_written_is_told_at_what_needs_it(section: str, place: str) -> None:
    """A value is shown, and a rate is multiplied by the measure: the calculation itself is not too long."""
    text = """
metrics:
  m: {from: sales, sum: amount, window: lifetime}
  n: {from: sales, sum: amount, window: this year}

"""
    found = [each for each in told(text + section) if not each.startswith("RNG211")]
    assert [each.split("`: ")[0] for each in found] == [f"RNG214 {place[:-1]}"], found


def test_a_ratio_has_no_digits_of_its_own() -> None:
    """It is no quantity, and that is what is said of it."""
    found = told(SUMS + "benefits: {x: {value: quantity, is: (m / 7 USD) * (m / 3 USD)}}\n")
    assert [each.split(" ")[0] for each in found] == ["RNG201"]


def test_what_is_unused_is_told_beside_no_error() -> None:
    """The error may be the use of it, misspelt."""
    assert [each.code for each in findings(SUMS)] == ["RNG211"]
    assert [each.code for each in findings(SUMS + "tiers: {ladder: [a, b], requires: [n >= 1 USD]}\n")] == ["RNG200"]


def section(lower_one: Callable[[Program, Workbench], None]) -> Catalogue[Workbench]:
    """The catalogue with one more section that breaks the rules."""

    def check(_: Program) -> tuple[()]:
        return ()

    extra = Section("extra", {}, lambda _node, found, _reader: found, check, "", lower=lower_one)
    return Catalogue((*CATALOGUE.sections, extra), CATALOGUE.kinds)


def test_an_unsound_plan_is_a_bug() -> None:
    """A rule that reads a column nobody has is stopped before any record is."""

    def unsound(_: Program, bench: Workbench) -> None:
        made = bench.decisions.derive("made", Column("nowhere", BOOLEAN))
        bench.entitlements.append(Entitlement("more", bench.program.span, made.name, made.name, BOOLEAN, False))

    catalogue = section(unsound)
    with pytest.raises(AssertionError, match="unknown column `nowhere`"):
        compile_plan(program(""), catalogue, date(2026, 6, 30))
    with pytest.raises(AssertionError, match="unknown column `nowhere`"):  # what a check lets pass can be run
        check_program(program(""), catalogue)


def test_a_day_beyond_the_calendar_is_refused() -> None:
    """The last possible day is named, and is possible."""
    given = program(SUMS + USED)
    compiled, (found,) = compile_program(given, date(2200, 1, 1))
    assert compiled is None
    assert found.message == "2200-01-01 is too late: the last possible day is 2199-12-31"
    assert compile_program(given, date(2199, 12, 31))[0] is not None
