"""A run that converts needs a rate for every record; without one it is refused. (Module `runs/rates.py`.)"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.language.diagnostic import Diagnostic
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.records.snapshot import Snapshot
from engine.runs import codes
from engine.runs.codes import exit_code
from engine.runs.rates import LISTED, missing_rates
from engine.runs.resources import USUAL
from tests.engine.compiler.test_converting import EQUAL, PARTNERS, QUOTED, RATES, REVENUE, ROW, SOLD
from tests.engine.runs.workspaces import Records, stored_snapshot
from tests.ridge.records import rows
from tests.tiny import HEAD, SALES, plan


def asked(home: Path, records: Records, head: str = RATES, as_of: str = "2026-06-30") -> tuple[Diagnostic, ...]:
    """The rates that are missing for these records."""
    compiled = plan(ROW + REVENUE, as_of, head)
    return missing_rates(compiled, stored(home, compiled, records), USUAL)


def stored(home: Path, compiled: Plan, records: Records) -> Snapshot:
    """The records as a snapshot."""
    return stored_snapshot(home, compiled, records)[1]


def sold(*lines: str) -> list[dict[str, Value]]:
    """Sales of one partner."""
    return rows(f"{SALES} currency", *(f"S{place}|P1|sale|{line}" for place, line in enumerate(lines)))


def test_nothing_is_missing(tmp_path: Path) -> None:
    """Every row has a rate, or is in the program's currency."""
    assert asked(tmp_path, {"partners": PARTNERS, "sales": SOLD, "fx_rates": QUOTED}) == ()


def test_equal_worths_need_no_rate(tmp_path: Path) -> None:
    """Nothing is looked up."""
    assert asked(tmp_path, {"partners": PARTNERS, "sales": SOLD}, EQUAL) == ()
    assert missing_rates(plan("tiers: {ladder: [low]}", "2026-06-30", HEAD), stored_snapshot(tmp_path)[1], USUAL) == ()


def test_pair_and_days_are_named(tmp_path: Path) -> None:
    """One finding a pair of currencies, with the first day, how many more there are, and the last; what to add."""
    sales = sold(
        "2025-12-30|1.00|EUR",
        "2025-12-31|1.00|EUR",
        "2025-12-31|2.00|EUR",
        "2026-01-01|1.00|EUR",  # has a rate
        "2025-12-01|1.00|JPY",
        "2025-11-01|1.00|USD",
        "2026-07-01|1.00|KWD",  # after the day of the run
    )
    found = asked(tmp_path, {"partners": PARTNERS, "sales": sales, "fx_rates": QUOTED[:-3]})
    assert [each.message for each in found] == [
        "there is no rate from EUR to USD on 2025-12-30 and on 1 later day until 2025-12-31",
        "there is no rate from JPY to USD on 2025-12-01",
    ]
    assert {each.code for each in found} == {codes.MISSING_RATE.code} == {"RNG811"}
    assert [each.span and each.span.line for each in found] == [6, 6]
    assert found[1].help == "add one with an `effective_from` of 2025-12-01 or earlier, import again and evaluate"
    assert exit_code(found) == 3


def test_the_cure_works(tmp_path: Path) -> None:
    """A rate of that day is enough."""
    sales = sold("2025-12-30|1.00|EUR", "2025-12-31|1.00|EUR")
    cured = [*QUOTED, *rows("from_currency to_currency effective_from rate", "EUR|USD|2025-12-30|1.1")]
    assert asked(tmp_path / "cured", {"partners": PARTNERS, "sales": sales, "fx_rates": cured}) == ()
    assert len(asked(tmp_path / "ill", {"partners": PARTNERS, "sales": sales, "fx_rates": QUOTED})) == 1


def test_the_other_direction_is_not_turned_over(tmp_path: Path) -> None:
    """One divided by a rounded rate is another rate."""
    rates = rows("from_currency to_currency effective_from rate", "USD|EUR|2025-01-01|0.9")
    found = asked(tmp_path, {"partners": PARTNERS, "sales": sold("2026-01-01|1.00|EUR"), "fx_rates": rates})
    assert [each.message for each in found] == ["there is no rate from EUR to USD on 2026-01-01"]


def test_a_record_that_no_rule_counts_needs_a_rate_as_well(tmp_path: Path) -> None:
    """Whether an amount counts may itself depend on the rate."""
    compiled = plan(ROW + REVENUE.replace("lifetime", "trailing 1 month"), "2026-06-30", RATES)
    snapshot = stored(tmp_path, compiled, {"partners": PARTNERS, "sales": sold("2020-01-01|1.00|EUR")})
    assert len(missing_rates(compiled, snapshot, USUAL)) == 1


def test_a_few_pairs_are_listed(tmp_path: Path) -> None:
    """As many findings as a person reads."""
    words = ["AED", "BHD", "CHF", "DKK", "EUR", "GBP"]
    sections = (ROW + REVENUE).replace("USD, EUR, JPY, KWD", ", ".join(words))
    compiled = plan(sections, "2026-06-30", RATES)
    sales = sold(*(f"2026-01-01|1.00|{each}" for each in words))
    found = missing_rates(compiled, stored(tmp_path, compiled, {"partners": PARTNERS, "sales": sales}), USUAL)
    assert len(found) == LISTED < len(words)


def test_rules_of_before_an_amendment_are_asked_too(tmp_path: Path) -> None:
    """Each set of rules looks its rates up."""
    compiled = plan(ROW + REVENUE, "2026-06-30", RATES)
    twice = replace(compiled, rated=(*compiled.rated, *compiled.rated))
    snapshot = stored(tmp_path, compiled, {"partners": PARTNERS, "sales": sold("2020-01-01|1.00|EUR")})
    assert missing_rates(twice, snapshot, USUAL) == missing_rates(compiled, snapshot, USUAL)
    assert compiled.as_of == date(2026, 6, 30)
