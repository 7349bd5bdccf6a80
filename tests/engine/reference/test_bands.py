"""Band tables by published examples and by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from engine.plan.scalar import Band, Bands, Literal, Method
from engine.reference.bands import band_parts, banded
from engine.reference.scalars import evaluate_scalar
from engine.types import money

USD = money("USD", 2)
ORACLES = Path(__file__).parents[3].parent / "shared" / "oracles" / "incentives.yaml"


def table(*bands: Band, method: Method = Method.MARGINAL, end: str | None = None) -> Bands:
    """A band table whose measure is given at the call."""
    return Bands(Literal(None, USD), bands, method, USD, None if end is None else Decimal(end))


def rate(start: str, percent: str) -> Band:
    """A band with a rate in percent."""
    return Band(Decimal(start), rate=Decimal(percent) / 100)


def amount(start: str, fixed: str) -> Band:
    """A band with an amount."""
    return Band(Decimal(start), amount=Decimal(fixed))


def test_marginal_rates_pay_each_part_at_its_own_rate() -> None:
    """150,000 over 1 % / 2 % from 100,000: 1,000 and 1,000, shown as two parts."""
    bands = table(rate("0", "1"), rate("100000", "2"))
    parts = band_parts(bands, Fraction(150_000))
    assert [(part.place, int(part.measure), int(part.earned)) for part in parts] == [
        (0, 100_000, 1000),
        (1, 50_000, 1000),
    ]
    assert banded(bands, Fraction(150_000)) == 2000


def test_the_start_of_a_band_belongs_to_it() -> None:
    """At the threshold itself WHOLE pays the upper rate, one cent below the lower one."""
    bands = table(rate("0", "3"), rate("7500", "4"), method=Method.WHOLE)
    assert banded(bands, Fraction(7500)) == 300
    assert banded(bands, Fraction("7499.99")) == Fraction("224.9997")


def test_below_the_first_band_nothing_is_earned() -> None:
    """Neither under a later start nor for a negative measure."""
    for method in Method:
        assert banded(table(rate("100", "5"), method=method), Fraction(99)) == 0
        assert banded(table(rate("0", "5"), method=method), Fraction(-50)) == 0


def test_a_marginal_amount_is_earned_pro_rata_across_its_band() -> None:
    """Half of the band earns half of its amount; an open last band pays in full once entered."""
    bands = table(amount("0", "100"), amount("1000", "500"))
    assert banded(bands, Fraction(500)) == 50
    assert banded(bands, Fraction(999)) == Fraction("99.9")
    assert banded(bands, Fraction(1000)) == 600


def test_a_whole_amount_is_paid_once() -> None:
    """The reached band's amount, whatever the measure."""
    bands = table(amount("0", "0"), amount("100000", "1000"), method=Method.WHOLE)
    assert [banded(bands, Fraction(each)) for each in (99_999, 100_000, 250_000)] == [0, 1000, 1000]


def test_beyond_the_end() -> None:
    """At `end` WHOLE pays nothing and MARGINAL nothing more."""
    marginal = table(rate("0", "10"), rate("1000", "25"), end="2500")
    whole = table(rate("0", "10"), rate("1000", "25"), method=Method.WHOLE, end="2500")
    assert [banded(marginal, Fraction(each)) for each in (2499, 2500, 9000)] == [Fraction("474.75"), 475, 475]
    assert [banded(whole, Fraction(each)) for each in (2499, 2500, 9000)] == [Fraction("624.75"), 0, 0]
    closed = table(amount("0", "100"), end="200")
    assert [banded(closed, Fraction(each)) for each in (100, 200, 300)] == [50, 100, 100]


Case = tuple[str, Bands, str, str]


def oracle_cases() -> list[Case]:
    """(id, band table, base, expected) of every published example paid marginally or whole."""
    if not ORACLES.is_file():
        return []
    cases: list[Case] = []
    for oracle in yaml.load(ORACLES.read_text(encoding="utf-8"), Loader=yaml.BaseLoader):
        method = oracle.get("method", "").split(",")[0]
        if method not in ("marginal", "whole") or "bands" not in oracle:
            continue
        by_amount = "band amounts" in oracle["method"]
        bands = tuple((amount if by_amount else rate)(start, value) for start, value in oracle["bands"])
        node = table(*bands, method=Method(method), end=oracle.get("upper"))
        cases += [(oracle["id"], node, base, expected) for base, expected in _bases(oracle)]
    return cases


def _bases(oracle: dict[str, object]) -> list[tuple[str, str]]:
    """Each measure of an example with what it earns; running sums are formed by its own rule."""
    match oracle:
        case {"base": str(base), "expect": str(expected)}:
            return [(base, expected)]
        case {"cases": dict(cases)}:
            return [(str(base), str(expected)) for base, expected in cases.items()]
        case {"id": "sap-condition-contract"}:  # cumulative, earlier settlements netted
            return [("3000", "0"), ("7000", "140"), ("27000", "1080")]
        case {"id": "jde-volume"}:
            return [("50000", "0"), ("250000", "7500")]
        case {"id": "netsuite-marginal-per-line-percent"}:  # 2 x 30 and 1 x 200, each on its own
            return [("60", "3"), ("200", "15")]
        case {"id": "oracle-step-individual", "input": list(given), "expect": {"each": list(each)}}:
            return list(zip(given, each, strict=True))
        case _:
            raise AssertionError(f"an example of a new form: {oracle['id']}")


@pytest.mark.skipif(not ORACLES.is_file(), reason="../shared/oracles/incentives.yaml is absent")
@pytest.mark.parametrize(("name", "bands", "base", "expected"), oracle_cases())
def test_published_examples(name: str, bands: Bands, base: str, expected: str) -> None:
    """Published worked examples of marginal and whole bands, through a `Bands` node."""
    measured = Bands(Literal(Decimal(base), USD), bands.bands, bands.method, USD, bands.end)
    assert evaluate_scalar(measured, {}) == Fraction(expected), name


@pytest.mark.skipif(not ORACLES.is_file(), reason="../shared/oracles/incentives.yaml is absent")
def test_no_published_example_is_left_out() -> None:
    """Sixteen of the examples are paid by marginal or whole bands."""
    assert len({name for name, *_ in oracle_cases()}) == 16
