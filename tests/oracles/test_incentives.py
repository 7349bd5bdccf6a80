"""Published worked examples of incentives (`../shared/oracles/incentives.yaml`), each as a whole program.

Read from the file are bands, method, base, input and the expected amount, so that nothing is tuned to a
number. Left out, because the vocabulary has no words for them yet: `rolling` and `total` bands (d365-rolling,
d365-total), bands per transaction (netsuite-marginal-per-line-percent, oracle-step-individual), accruals and
true-ups (jde-accrual-true-up), growth that picks a band (phocas-growth, blacksmith-strict), stacking,
engagements per customer, costs per unit with a floor, funds, balances, grace days, tax. Settlements that net
earlier ones are the difference of two cumulative states; those states are what is tested here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import SALES, decide, partners

Example = Mapping[str, object]


@pytest.fixture(scope="module")
def examples(shared: Path) -> Mapping[str, Example]:
    """The examples by id."""
    read = yaml.safe_load((shared / "oracles" / "incentives.yaml").read_text(encoding="utf-8"))
    return {each["id"]: each for each in read}


def bands_of(example: Example, paid: str = "rate") -> str:
    """The band table, rates in percent."""
    table = example["bands"]
    assert isinstance(table, list)
    unit = "%" if paid == "rate" else " USD"
    return ", ".join(f"{{from: {start} USD, {paid}: {value}{unit}}}" for start, value in table)


def rebate(bands: str, method: str) -> str:
    """A yearly rebate on these bands."""
    return f"""
incentives:
  oracle: {{kind: rebate, period: year, sum: amount, method: {method}, bands: [{bands}], payee: partner}}
"""


def earned(text: str, *amounts: object) -> Decimal:
    """What sales of these amounts earn in the year."""
    lines = [
        f"S{place}|P1|{'return' if str(each)[0] == '-' else 'sale'}|2026-03-01|{each}"
        for place, each in enumerate(amounts)
    ]
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(SALES, *lines)}).amounts()
    return sum((Decimal(each) for each in found), Decimal(0))


BY_BASE = (
    "d365-stepped",
    "d365-cumulative",
    "oracle-step-cumulative",
    "oracle-24b-step",
    "oca-global",
    "oca-section-total",
    "oca-section-prorated",
    "oca-section-prorated-1000",
    "forecast-marginal",
    "forecast-whole",
)


@pytest.mark.parametrize("id", BY_BASE)
def test_one_base(id: str, examples: Mapping[str, Example]) -> None:
    """The bands on the base give the published amount."""
    example = examples[id]
    bands = bands_of(example)
    if "upper" in example:
        bands = bands[:-1] + f", up_to: {example['upper']} USD}}"
        text = rebate(bands, str(example["method"])).replace("payee", "beyond: nothing, payee")
    else:
        text = rebate(bands, str(example["method"]))
    assert earned(text, example["base"]) == Decimal(str(example["expect"]))


def test_oca_band_edges(examples: Mapping[str, Example]) -> None:
    """The published bands start at 100.01 and 300.01: a cent below, the lower rate holds."""
    text = rebate(bands_of(examples["oca-section-total"]), "whole")
    assert [earned(text, each) for each in ("100.00", "100.01", "300.00", "300.01")] == [
        Decimal("10.00"), Decimal("20.00"), Decimal("60.00"), Decimal("90.00"),
    ]  # fmt: skip


def cases_of(example: Example) -> Mapping[str, str]:
    """Base and expected amount."""
    cases = example["cases"]
    assert isinstance(cases, dict)
    return cases


def test_amsoil_whole(examples: Mapping[str, Example]) -> None:
    """On and beside each threshold."""
    example = examples["amsoil-whole"]
    text = rebate(bands_of(example), str(example["method"]))
    for base, expected in cases_of(example).items():
        assert earned(text, base) == Decimal(expected), base


def test_pricefx_target(examples: Mapping[str, Example]) -> None:
    """The reached band's amount, once."""
    example = examples["pricefx-target"]
    text = rebate(bands_of(example, "amount"), "whole")
    for base, expected in cases_of(example).items():
        assert earned(text, base) == Decimal(expected), base


def inputs_of(example: Example) -> Sequence[object]:
    """The amounts of one sale after the other."""
    given = example["input"]
    return list(given.values()) if isinstance(given, dict) else list(given) if isinstance(given, list) else []


def test_jde_volume(examples: Mapping[str, Example]) -> None:
    """After the first order, and after all."""
    example = examples["jde-volume"]
    expected = example["expect"]
    assert isinstance(expected, dict)
    text, orders = rebate(bands_of(example), str(example["method"])), inputs_of(example)
    assert earned(text, orders[0]) == Decimal(expected["after_first"])
    assert earned(text, *orders) == Decimal(expected["after_all"])


def test_sap_condition_contract(examples: Mapping[str, Example]) -> None:
    """Settled monthly on what has accumulated: each month pays the state less what was settled."""
    example = examples["sap-condition-contract"]
    expected = example["expect"]
    assert isinstance(expected, dict)
    text, months = rebate(bands_of(example), str(example["method"])), inputs_of(example)
    states = [earned(text, *months[: count + 1]) for count in range(len(months))]
    settled = [states[0], *(after - before for before, after in pairwise(states))]
    assert settled == [Decimal(expected[each]) for each in ("Oct", "Nov", "Dec")]
    assert states[-1] == Decimal(expected["total"])


def test_settlement_netting(examples: Mapping[str, Example]) -> None:
    """Settled at 1000, then the period reaches 11500: the second settlement is the difference."""
    example = examples["settlement-netting"]
    expected = example["expect"]
    assert isinstance(expected, dict)
    text = rebate(bands_of(example), "whole")
    first, all_of_it = earned(text, 1000), earned(text, 1000, 10500)
    assert (first, all_of_it - first) == (Decimal(expected["first"]), Decimal(expected["second"]))


def test_credit_notes(examples: Mapping[str, Example]) -> None:
    """Four percent of invoices less credit notes, whether a credit note names its invoice or not."""
    example = examples["credit-notes"]
    given = example.get("input")
    assert isinstance(given, dict)
    text = rebate("{from: 0 USD, rate: 4%}", "whole")
    assert earned(text, given["invoices"], f"-{given['credit_notes']}") == Decimal(str(example["expect"]))
    columns = "sale_id partner_id entry closed_on amount returns_id"
    linked = rows(
        columns,
        f"S1|P1|sale|2026-01-01|{given['invoices']}.00|-",
        f"S2|P1|return|2026-02-01|-{given['credit_notes']}.00|S1",
    )
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": linked})
    assert [Decimal(each) for each in found.amounts()] == [Decimal(str(example["expect"]))]


def test_free_goods(examples: Mapping[str, Example]) -> None:
    """Two items for every full hundred, each booked as one dollar."""
    text = """
incentives:
  oracle:
    {kind: spiff, amount: 2 USD, per: 100, of: quantity, limits: [{at_most: 99 USD, per: partner}], payee: partner}
"""
    for quantity, items in cases_of(examples["free-goods"]).items():
        sold: list[dict[str, Value]] = rows(SALES + " quantity", f"S1|P1|sale|2026-01-01|1.00|{quantity}")
        amounts = decide(text, "2026-12-31", {"partners": partners(), "sales": sold}).amounts()
        assert sum(map(Decimal, amounts)) == items, quantity
