"""Band tables by published examples and by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from engine.plan.literals import constant_of, literal_number
from engine.plan.scalar import Band, Bands, Column, Literal, Method
from engine.reference.bands import BandTable, band_parts, banded, read_bands
from engine.reference.scalars import evaluate_scalar
from engine.types import money

USD = money("USD", 2)
ORACLES = Path(__file__).parents[3].parent / "shared" / "oracles" / "incentives.yaml"


def table(*bands: Band, method: Method = Method.MARGINAL, end: str | None = None) -> Bands:
    """A band table whose measure is given at the call."""
    return Bands(Literal(None, USD), bands, method, USD, None if end is None else literal_number(Decimal(end)))


def rate(start: str, percent: str) -> Band:
    """A band with a rate in percent."""
    return Band(literal_number(Decimal(start)), rate=literal_number(Decimal(percent) / 100))


def amount(start: str, fixed: str) -> Band:
    """A band with an amount."""
    return Band(literal_number(Decimal(start)), amount=literal_number(Decimal(fixed)))


def read(bands: Bands) -> BandTable:
    """The numbers of a table that is written down."""
    found = read_bands(bands, constant_of)
    assert found is not None
    return found


def earns(bands: Bands, measure: Fraction) -> Fraction:
    """What a measure earns under a table that is written down."""
    return banded(read(bands), measure)


def test_marginal_rates_pay_each_part_at_its_own_rate() -> None:
    """150,000 over 1 % / 2 % from 100,000: 1,000 and 1,000, shown as two parts."""
    bands = table(rate("0", "1"), rate("100000", "2"))
    parts = band_parts(read(bands), Fraction(150_000))
    assert [(part.place, int(part.measure), int(part.earned)) for part in parts] == [
        (0, 100_000, 1000),
        (1, 50_000, 1000),
    ]
    assert earns(bands, Fraction(150_000)) == 2000


def test_the_start_of_a_band_belongs_to_it() -> None:
    """At the threshold itself WHOLE pays the upper rate, one cent below the lower one."""
    bands = table(rate("0", "3"), rate("7500", "4"), method=Method.WHOLE)
    assert earns(bands, Fraction(7500)) == 300
    assert earns(bands, Fraction("7499.99")) == Fraction("224.9997")


def test_below_the_first_band_nothing_is_earned() -> None:
    """Neither under a later start nor for a negative measure."""
    for method in Method:
        assert earns(table(rate("100", "5"), method=method), Fraction(99)) == 0
        assert earns(table(rate("0", "5"), method=method), Fraction(-50)) == 0


def test_a_marginal_amount_is_earned_pro_rata_across_its_band() -> None:
    """Half of the band earns half of its amount; an open last band pays in full once entered."""
    bands = table(amount("0", "100"), amount("1000", "500"))
    assert earns(bands, Fraction(500)) == 50
    assert earns(bands, Fraction(999)) == Fraction("99.9")
    assert earns(bands, Fraction(1000)) == 600


def test_a_whole_amount_is_paid_once() -> None:
    """The reached band's amount, whatever the measure."""
    bands = table(amount("0", "0"), amount("100000", "1000"), method=Method.WHOLE)
    assert [earns(bands, Fraction(each)) for each in (99_999, 100_000, 250_000)] == [0, 1000, 1000]


def test_beyond_the_end() -> None:
    """At `end` WHOLE pays nothing and MARGINAL nothing more."""
    marginal = table(rate("0", "10"), rate("1000", "25"), end="2500")
    whole = table(rate("0", "10"), rate("1000", "25"), method=Method.WHOLE, end="2500")
    assert [earns(marginal, Fraction(each)) for each in (2499, 2500, 9000)] == [Fraction("474.75"), 475, 475]
    assert [earns(whole, Fraction(each)) for each in (2499, 2500, 9000)] == [Fraction("624.75"), 0, 0]
    closed = table(amount("0", "100"), end="200")
    assert [earns(closed, Fraction(each)) for each in (100, 200, 300)] == [50, 100, 100]


def by_row(row: dict[str, Decimal | None]) -> object:
    """1 % up to the row's edge, the row's rate beyond, of 150 USD."""
    bands = (Band(literal_number(0), literal_number(Decimal("0.01"))), Band(Column("edge", USD), Column("rate", USD)))
    return evaluate_scalar(Bands(literal_number(150), bands, Method.MARGINAL, USD), row)


def test_edges_and_rates_are_read_in_the_row() -> None:
    """1 of the first 100 and 5 of the other 50; with an edge never reached 1.50 of all of it."""
    assert by_row({"edge": Decimal(100), "rate": Decimal("0.1")}) == 6
    assert by_row({"edge": Decimal(900), "rate": Decimal("0.1")}) == Fraction("1.5")


@pytest.mark.parametrize("row", [("0", "0.1"), ("-1", "0.1"), (None, "0.1"), ("100", None), ("900", None)])
def test_bands_out_of_order_or_incomplete_are_missing(row: tuple[str | None, str | None]) -> None:
    """An edge not above the one before, one that is missing, and a missing rate, reached or not."""
    edge, rate = (None if each is None else Decimal(each) for each in row)
    assert by_row({"edge": edge, "rate": rate}) is None


def test_the_end_belongs_to_the_order() -> None:
    """A table that ends where its last band starts says nothing."""
    assert read_bands(table(rate("100", "5"), end="100"), constant_of) is None


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
