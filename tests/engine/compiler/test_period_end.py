"""Amounts converted at the end of a period or window. (Module `compiler/converting.py`, and who says the day.)

Expected values are worked out by hand: a row's amount times the rate of the last day of its period or window.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.source import File
from engine.plan.plan import Plan
from engine.runs.rates import missing_rates
from engine.runs.resources import USUAL
from rules import check_program, compile_program, load_program
from tests.engine.compiler.test_converting import OWN, PARTNERS, REBATE, RESALE, ROW
from tests.engine.runs.workspaces import stored_snapshot
from tests.ridge.records import rows
from tests.tiny import HEAD, SALES, Decided, Records, decide, decide_plan, plan, told

END = HEAD + "conversion: {rates: fx_rates, as_at: period end}\n"
EQUAL = HEAD + (
    "conversion: {equal: [{from: 2026-01-01, amounts: [100 USD, 75 EUR, 12_000 JPY, 30.500 KWD]},"
    " {from: 2026-04-01, amounts: [100 USD, 80 EUR, 12_000 JPY, 30.500 KWD]}], as_at: period end}\n"
)
QUOTED = rows(
    "from_currency to_currency effective_from rate",
    "EUR|USD|2026-01-01|1.1",
    "EUR|USD|2026-03-31|1.2",  # what euros of the first quarter are worth
    "EUR|USD|2026-06-30|1.3",  # and of windows that end later
    "JPY|USD|2026-06-30|0.007",
    "KWD|USD|2026-06-30|3.25",
)
SOLD = rows(
    f"{SALES} currency",
    "S1|P1|sale|2026-01-10|1000.00|USD",
    "S2|P1|sale|2026-02-20|1000.00|EUR",
    "S3|P1|sale|2026-04-01|120000|JPY",
    "S4|P2|sale|2026-05-01|10.125|KWD",
    "S5|P1|sale|2026-07-01|50.00|EUR",
)
WORLD: Records = {"partners": PARTNERS, "sales": SOLD, "fx_rates": QUOTED}
METRICS = """\
metrics:
  year: {from: sales, sum: amount, window: trailing 12 months}
  quarter: {from: sales, sum: amount, window: last 1 quarter}
  before: {like: quarter, shifted: 3 months}
  of_all: {from: sales, sum: amount, scope: partner with children, window: lifetime}
  big: {from: sales, count: records, where: amount >= 1_250 USD, window: lifetime}
  customers: {from: sales, sum: amount, per: [entry], window: lifetime}
  best: {from: customers, max: value}
tiers:
  ladder: [low, high]
  high: {requires: [year >= 1 USD, quarter >= 1 USD, before >= 0 USD, of_all >= 1 USD, big >= 1, best >= 1 USD]}
"""


def earned(found: Decided) -> list[tuple[str, ...]]:
    """Periods and amounts by partner."""
    return found.earned("period", "partner_id", "measure", "amount")


def test_a_period_takes_the_rate_of_its_last_day() -> None:
    """1,000 + 1,200: 1 % and 3 %; 120,000 yen are 840; 10 dinars and an eighth 32.90625. The third quarter runs on."""
    found = decide(ROW + REBATE, "2026-07-15", WORLD, END)
    assert earned(found) == [
        ("2026-Q1", "P1", "2200.00000000000", "46.00"),
        ("2026-Q2", "P1", "840.00000000000", "8.40"),
        ("2026-Q2", "P2", "32.90625000000", "0.33"),
    ]


def test_a_line_of_a_period_converts_on_its_last_day_as_well() -> None:
    """1,000 EUR are 1,100 USD on their own day, and 1,200 at the end of the quarter: only then more than 1,150."""
    where = REBATE.replace("    period:", "    where: amount >= 1_150 USD\n    period:")
    assert earned(decide(ROW + where, "2026-03-31", WORLD, END)) == [("2026-Q1", "P1", "1200.00000000000", "16.00")]


def test_a_metric_takes_the_rate_of_the_last_day_of_its_window() -> None:
    """On 15 July a euro is 1.3; the second quarter ends with June, the one before it with March."""
    found = decide(ROW + METRICS, "2026-07-15", WORLD, END)
    assert found.metric("year") == 1000 + 1300 + 840 + 65
    assert (found.metric("quarter"), found.metric("quarter", "P2")) == (840, Decimal("32.90625"))
    assert (found.metric("before"), found.metric("of_all")) == (2200, 3205)
    assert (found.metric("big"), found.metric("best"), found.tier()) == (1, 3205, "high")


def test_a_metric_that_is_read_on_several_days() -> None:
    """On the last day of March the year has 1,000 and 1,200 USD, on that of June 1,000, 1,300 and 840."""
    limited = REBATE.replace("    payee:", "    eligible: [year >= 2_201 USD, best >= 1 USD, big >= 1]\n    payee:")
    assert earned(decide(ROW + METRICS + limited, "2026-07-15", WORLD, END)) == [
        ("2026-Q2", "P1", "840.00000000000", "8.40")
    ]
    limited = limited.replace("2_201", "2_200").replace(", big >= 1", "")
    assert [each[0] for each in earned(decide(ROW + METRICS + limited, "2026-07-15", WORLD, END))] == [
        "2026-Q1",
        "2026-Q2",
    ]


def test_a_record_is_its_own_period() -> None:
    """It is converted on its day: 1,000 EUR at 1.1; the metric is read that day, and has 1,000 USD and 1,100."""
    by_record = RESALE.replace("    payee:", "    eligible: [year >= 2_100 USD]\n    payee:")
    found = decide(ROW + METRICS + by_record, "2026-03-31", WORLD, END)
    assert found.earned("source_id", "measure", "amount") == [("S2", "1100.00000000000", "27.50")]


def test_equal_worths_at_the_end_of_a_period() -> None:
    """75 EUR are 100 USD in the first quarter, 80 in the second; 1 % of 400/3, and of 125. The year takes the last."""
    sold = rows(f"{SALES} currency", "S1|P1|sale|2026-03-31|100.00|EUR", "S2|P1|sale|2026-04-01|100.00|EUR")
    program = ROW + METRICS + REBATE.replace("    payee:", "    eligible: [year >= 125 USD]\n    payee:")
    found = decide(program, "2026-07-15", {"partners": PARTNERS, "sales": sold}, EQUAL)
    assert earned(found) == [("2026-Q1", "P1", "133.333333", "1.33"), ("2026-Q2", "P1", "125.000000", "1.25")]
    assert (found.metric("year"), found.metric("before")) == (Decimal("250.000000"), Decimal("133.333333"))


RETURNED = rows(
    f"{SALES} returns_id currency share",
    "S1|P1|sale|2026-03-01|1000.00|-|EUR|0.50",
    "R1|P1|return|2026-04-10|-100.00|S1|EUR|0.50",
)
SHARED = ROW + "      share: {type: decimal, scale: 2}\n"


@pytest.mark.parametrize(("measure", "expected"), [("amount", "1080.00"), ("amount * share", "540.00")])
def test_a_return_is_of_the_period_of_its_sale(measure: str, expected: str) -> None:
    """900 EUR are left, at 1.2; of half of each line 500 less 50. The quarter of the return is not complete."""
    program = SHARED + REBATE.replace("sum: amount", f"sum: {measure}")
    found = decide(program, "2026-05-31", {**WORLD, "sales": RETURNED}, END)
    ((_, _, total, _),) = earned(found)
    assert Decimal(total) == Decimal(expected)


def test_two_incentives_with_products_of_the_same_rows() -> None:
    """By quarter and by month half of 1,000 EUR at 1.2, the rate of the same last day: 1 % of 600 USD each."""
    rebate = REBATE.replace("sum: amount", "sum: amount * share")
    monthly = rebate.replace("incentives:\n", "").replace("volume:", "monthly:").replace("quarter", "month")
    found = decide(SHARED + rebate + monthly, "2026-03-31", {**WORLD, "sales": RETURNED[:1]}, END)
    assert found.earned("incentive", "period", "amount") == [
        ("monthly", "2026-03", "6.00"),
        ("volume", "2026-Q1", "6.00"),
    ]


def test_a_return_of_its_own_period() -> None:
    """Where a return counts on its own day, it is converted at the end of its own quarter: 100 EUR at 1.3."""
    program = SHARED + REBATE.replace("    payee:", "    returns: current_period\n    payee:")
    found = decide(program, "2026-06-30", {**WORLD, "sales": RETURNED}, END)
    assert [each[2] for each in earned(found)] == ["1200.00000000000"]  # and below 0 earns nothing
    (second,) = (row for row in decide(ROW + METRICS, "2026-06-30", {**WORLD, "sales": RETURNED}, END).outputs[
        "conditions"] if row["partner_id"] == "P1")  # fmt: skip
    assert second["metric.quarter"] == Decimal("-130")


def test_records_without_a_day_are_converted_on_the_day_judged() -> None:
    """75 EUR at 1.3; on several days, those of March and of June: 90 USD and 97.50."""
    owned = rows("licence_id partner_id price currency", "L1|P1|75.00|EUR", "L2|P1|1.00|USD")
    world: Records = {**WORLD, "licences": owned}
    assert decide(OWN, "2026-06-30", world, END).metric("m") == Decimal("98.5")
    both = ROW + OWN.removeprefix("records:\n").replace("1 USD", "92 USD") + REBATE
    both = both.replace("    payee:", "    eligible: [m >= 92 USD]\n    payee:")
    assert earned(decide(both, "2026-06-30", world, END))[0][0] == "2026-Q2"


HELD = """\
  licences:
    partner: partner_id
    key: [licence_id, since]
    history: {from: since, before: until}
    fields:
      licence_id: id
      partner_id: id
      since: date
      until: {type: date, optional: true}
      price: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
metrics: {m: {from: licences, sum: price}}
tiers: {ladder: [low, high], high: {requires: [m >= 1 USD]}}
"""


def test_records_with_history_are_converted_on_the_day_judged(tmp_path: Path) -> None:
    """Only what is in force that day needs a rate: yen that ended in January have none before the end of June."""
    owned = rows(
        "licence_id partner_id since until price currency",
        "L1|P1|2026-01-01|-|75.00|EUR",
        "L2|P1|2026-01-01|2026-02-01|1000|JPY",
        "L3|P1|2026-05-01|-|1000|JPY",
    )
    world: Records = {**WORLD, "licences": owned}
    compiled = plan(
        ROW + HELD + REBATE.replace("    payee:", "    eligible: [m >= 1 USD]\n    payee:"), "2026-06-30", END
    )
    found = decide_plan(compiled, world)
    assert (found.metric("m"), found.metric("m", "P2")) == (Decimal("104.5"), 0)  # 75 x 1.3 + 1,000 x 0.007
    assert earned(found) == [
        ("2026-Q1", "P1", "2200.00000000000", "46.00"),
        ("2026-Q2", "P1", "840.00000000000", "8.40"),
    ]
    assert missing(tmp_path / "ended", compiled, world) == []
    owned[1]["until"] = None
    assert missing(tmp_path / "open", compiled, world) == ["there is no rate from JPY to USD on 2026-03-31"]


def test_a_formula_has_no_period() -> None:
    """It is computed once for a record: the place, why, and a cure that works."""
    formula = ROW + "      net: {type: money, formula: amount * 90%}\n" + REBATE.replace("sum: amount", "sum: net")
    message = "`amount` is converted at the end of a period, and a formula of a record has none"
    assert told(formula, END) == [f"RNG332 12`amount`: {message}"]
    cured = ROW + REBATE.replace("sum: amount", "sum: amount * 90%")
    assert earned(decide(cured, "2026-03-31", WORLD, END)) == [("2026-Q1", "P1", "1980.000000", "39.40")]
    assert told(formula, END.replace("period end", "row")) == []


# ------------------------------------------------------------------------------------------ rates that are missing


def missing(home: Path, compiled: Plan, records: Records) -> list[str]:
    """What is told of missing rates."""
    return [each.message for each in missing_rates(compiled, stored_snapshot(home, compiled, records)[1], USUAL)]


def test_nothing_is_missing(tmp_path: Path) -> None:
    """Yen have no rate on their own day, and need none."""
    limited = REBATE.replace("    payee:", "    eligible: [quarter >= 1 USD]\n    payee:")
    assert missing(tmp_path, plan(ROW + METRICS + limited, "2026-07-15", END), WORLD) == []


def test_pair_and_last_day_are_named(tmp_path: Path) -> None:
    """The rate is looked up on the last day of the period or window: that day is told."""
    without = {**WORLD, "fx_rates": QUOTED[:-2]}
    assert missing(tmp_path / "period", plan(ROW + REBATE, "2026-07-15", END), without) == [
        "there is no rate from JPY to USD on 2026-06-30",
        "there is no rate from KWD to USD on 2026-06-30",
    ]
    quarter = "metrics: {m: {from: sales, sum: amount, window: last 1 quarter}}\n"
    line = "tiers: {ladder: [low, high], high: {requires: [m >= 1 USD]}}\n"
    assert missing(tmp_path / "window", plan(ROW + quarter + line, "2026-08-15", END), without) == [
        "there is no rate from JPY to USD on 2026-06-30",
        "there is no rate from KWD to USD on 2026-06-30",
    ]


def test_a_period_that_is_not_complete_needs_no_rate(tmp_path: Path) -> None:
    """What is sold in it is not paid yet: a rate is needed as soon as it is."""
    sold = rows(f"{SALES} currency", "S1|P1|sale|2026-07-02|1.00|KWD")
    records = {**WORLD, "sales": sold, "fx_rates": QUOTED[:-1]}
    assert missing(tmp_path / "running", plan(ROW + REBATE, "2026-09-29", END), records) == []
    assert missing(tmp_path / "complete", plan(ROW + REBATE, "2026-09-30", END), records) == [
        "there is no rate from KWD to USD on 2026-09-30"
    ]


def test_on_several_days_only_what_the_window_holds_needs_a_rate(tmp_path: Path) -> None:
    """Dinars are sold in May: the quarters read a year each, and that of March holds none yet."""
    limited = REBATE.replace("sum: amount", "sum: 1 USD").replace(
        "    payee:", "    eligible: [year >= 1 USD]\n    payee:"
    )
    year = "metrics: {year: {from: sales, sum: amount, window: trailing 12 months}}\n"
    compiled = plan(ROW + year + limited, "2026-07-15", END)
    assert missing(tmp_path / "all", compiled, WORLD) == []
    late = [*QUOTED[:-1], *rows("from_currency to_currency effective_from rate", "KWD|USD|2026-07-01|3")]
    assert missing(tmp_path / "late", compiled, {**WORLD, "fx_rates": late}) == [
        "there is no rate from KWD to USD on 2026-06-30"
    ]


def test_what_became_known_in_time_needs_a_rate_on_the_days_it_counts(tmp_path: Path) -> None:
    """Dinars sold in March are known in May: only with a bound of 90 days are they in what the end of March had."""
    sold = rows(
        f"{SALES} currency recorded_on",
        "S1|P1|sale|2026-03-01|1.00|KWD|2026-05-01",
        "S2|P1|sale|2026-03-01|1.00|EUR|-",
    )
    year = "metrics: {year: {from: sales, sum: amount, window: trailing 12 months}}\n"
    limited = REBATE.replace("sum: amount", "sum: 1 USD").replace(
        "    payee:", "    eligible: [year >= 1 USD]\n    payee:"
    )
    fields = ROW + "      recorded_on: {type: date, optional: true}\n"
    for length, expected in (("1 day", []), ("90 days", ["there is no rate from KWD to USD on 2026-03-31"])):
        compiled = plan(fields + year + limited, "2026-07-15", END + f"corrections: {{late_records: {length}}}\n")
        assert missing(tmp_path / length, compiled, {**WORLD, "sales": sold}) == expected


def test_rules_of_before_an_amendment_ask_for_their_own_days(tmp_path: Path) -> None:
    """The quarter of March is decided by the rules before, that of June by those since: each needs its rate."""
    year = "metrics: {year: {from: sales, sum: amount, window: trailing 12 months}}\n"
    base = END + ROW + year + REBATE.replace("    payee:", "    eligible: [year >= 1 USD]\n    payee:")
    text = 'rung: 1\nprogram: tiny\namends: "1"\namendment: 1\neffective_from: 2026-04-01\nreason: a test\n'
    text += "incentives: {volume: {on_change: split, bands: [{from: 0 USD, rate: 2%}]}}\n"
    files = [File("1.yaml", base.encode()), File("1.amendment-1.yaml", text.encode())]
    program, found = load_program(files[-1].data, files[-1].name, files)
    assert program is not None and not found and not check_program(program)
    compiled, _ = compile_program(program, date(2026, 12, 31))
    assert compiled is not None
    assert earned(decide_plan(compiled, WORLD)) == [
        ("2026-Q1", "P1", "2200.00000000000", "46.00"),
        ("2026-Q2", "P1", "840.00000000000", "16.80"),
        ("2026-Q3", "P1", "65.00000000000", "1.30"),
        ("2026-Q2", "P2", "32.90625000000", "0.66"),
    ]
    assert missing(tmp_path, compiled, {**WORLD, "fx_rates": QUOTED[1:]}) == []
    assert missing(tmp_path / "less", compiled, {**WORLD, "fx_rates": QUOTED[2:]}) == [
        "there is no rate from EUR to USD on 2026-03-31"
    ]
