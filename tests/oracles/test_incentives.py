"""Published worked examples of incentives (`../shared/oracles/incentives.yaml`), each as a whole program.

Read from the file are bands, method, base, input and the expected amount, so that nothing is tuned to a
number. Settlements that net earlier ones are the difference of two cumulative states; those states are what is
tested here. What the language cannot say yet stands in `test_incentives_later.py`, each with its reason.
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
from tests.tiny import HEAD, SALES, decide, partners

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


def each_earned(text: str, *amounts: object, head: str = HEAD) -> list[Decimal]:
    """What sales of these amounts earn, one earning after the other."""
    lines = [
        f"S{place}|P1|{'return' if str(each)[0] == '-' else 'sale'}|2026-03-01|{each}"
        for place, each in enumerate(amounts)
    ]
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(SALES, *lines)}, head).amounts()
    return [Decimal(each) for each in found]


def earned(text: str, *amounts: object) -> Decimal:
    """What sales of these amounts earn in the year."""
    return sum(each_earned(text, *amounts), Decimal(0))


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


def by_record(bands: str, measure: str = "amount") -> str:
    """A rebate for each sale by itself."""
    keys = f"kind: rebate, of: {measure}, returns: current_period, payee: partner"
    return f"""
records: {{sales: {{fields: {{price: money}}}}}}
incentives: {{oracle: {{{keys}, bands: [{bands}]}}}}
"""


def test_netsuite_marginal_per_line_percent(examples: Mapping[str, Example]) -> None:
    """Bands on each line's quantity times price: no line uses up a band for another."""
    example = examples["netsuite-marginal-per-line-percent"]
    given, expected = example["input"], example["expect"]
    assert isinstance(given, dict) and isinstance(expected, dict)
    lines = [f"{key}|P1|sale|2026-01-01|0.00|{each['quantity']}|{each['price']}" for key, each in given.items()]
    found = decide(
        by_record(bands_of(example), "quantity * price"),
        "2026-12-31",
        {"partners": partners(), "sales": rows(SALES + " quantity price", *lines)},
    )
    assert {key: Decimal(each) for key, each in found.earned("source_id", "amount")} == {
        key: Decimal(each) for key, each in expected.items()
    }


def test_oracle_step_individual(examples: Mapping[str, Example]) -> None:
    """Each transaction by itself; summed first they would earn 285 (oracle-step-cumulative)."""
    example = examples["oracle-step-individual"]
    expected = example["expect"]
    assert isinstance(expected, dict)
    found = each_earned(by_record(bands_of(example)), *inputs_of(example))
    assert found == [Decimal(each) for each in expected["each"]]
    assert sum(found) == Decimal(expected["sum"])


GROWTH = """
metrics:
  volume: {from: sales, sum: amount, window: program year}
  volume_before: {like: volume, shifted: 12 months}
  growth: {formula: (volume - volume_before) / volume_before}
"""


def grown(text: str, baseline: object, base: object) -> list[Decimal]:
    """What a year of `base` earns after one of `baseline`."""
    lines = (f"S1|P1|sale|2025-06-30|{baseline}", f"S2|P1|sale|2026-06-30|{base}")
    found = decide(GROWTH + text, "2026-12-31", {"partners": partners(), "sales": rows(SALES, *lines)})
    return [Decimal(each) for each in found.amounts()]


def test_phocas_growth(examples: Mapping[str, Example]) -> None:
    """Growth picks the rate, and the whole volume is paid."""
    example = examples["phocas-growth"]
    table = example["bands_by_growth_percent"]
    assert isinstance(table, list)
    bands = ", ".join(f"{{from: {start}%, value: {rate}%}}" for start, rate in table)
    text = f"""
incentives:
  oracle:
    {{kind: rebate, period: year, sum: amount, rate: {{by: [growth], bands: [{bands}]}}, payee: partner}}
"""
    assert grown(text, example["baseline"], example["base"]) == [Decimal(str(example["expect"]))]


def test_blacksmith_strict(examples: Mapping[str, Example]) -> None:
    """Growth must be of more than 1000: the amount itself is not enough."""
    text = """
incentives:
  oracle:
    {kind: rebate, period: year, sum: amount, eligible: [volume > volume_before + 1000 USD], rate: 1%, payee: partner}
"""
    for base, pays in cases_of(examples["blacksmith-strict"]).items():
        assert bool(grown(text, "10000", base)) is (pays == "yes"), base


def test_nutanix_additive(examples: Mapping[str, Example]) -> None:
    """Two rates on one sale, both paid."""
    example = examples["nutanix-additive"]
    rates = example["rates"]
    assert isinstance(rates, list)
    text = "incentives:\n" + "".join(
        f"  r{place}: {{kind: commission, of: amount, rate: {rate}%, payee: partner, adds_to: [r{1 - place}]}}\n"
        for place, rate in enumerate(rates)
    )
    assert earned(text, 100) == Decimal(str(example["expect_percent"]))


def test_azure_floor(examples: Mapping[str, Example]) -> None:
    """Units at a price of three digits, less fifteen percent, floored to cents."""
    head = HEAD + "rounding: {mode: down, at: earning}\n"
    text = """
records: {sales: {fields: {units: {type: decimal, scale: 6}}}}
incentives: {oracle: {kind: rebate, of: units * 0.868 * 1 USD, rate: 85%, payee: partner}}
"""
    for units, expected in cases_of(examples["azure-floor"]).items():
        sold = rows(SALES + " units", f"S1|P1|sale|2026-01-01|0.00|{units}")
        found = decide(text, "2026-12-31", {"partners": partners(), "sales": sold}, head)
        assert found.amounts() == [expected], units


def test_vendor_basis(examples: Mapping[str, Example]) -> None:
    """One sale measured by its price and by its cost."""
    expected = examples["vendor-basis"]["expect"]
    assert isinstance(expected, dict)
    text = """
incentives:
  a: {kind: rebate, of: amount, rate: 100%, payee: partner}
  b: {kind: rebate, of: quantity * item.standard_cost, rate: 100%, payee: partner}
records: {sales: {links: {item: {to: products, by: product_id}}}}
"""
    records = {
        "partners": partners(),
        "products": rows("product_id standard_cost", "A|2.00"),
        "sales": rows(SALES + " quantity product_id", "S1|P1|sale|2026-01-01|3000.00|1000|A"),
    }
    found = [Decimal(each) for each in decide(text, "2026-12-31", records).amounts()]
    assert found == [Decimal(expected["sales_price_basis"]), Decimal(expected["cost_basis"])]


def test_ship_and_debit(examples: Mapping[str, Example]) -> None:
    """What was agreed for a unit, and what keeps the partner's margin."""
    simple, margin = examples["ship-and-debit-simple"], examples["ship-and-debit-margin"]
    given = margin["input"]
    assert isinstance(given, dict)
    text = """
records: {sales: {fields: {cost: money, margin: {type: decimal, scale: 2}}}}
incentives:
  a: {kind: rebate, of: quantity, amount: 100 USD, per: 1, limits: [{at_most: 9_999 USD, per: partner}], payee: partner}
  b: {kind: rebate, amount: margin * amount - amount + cost, payee: partner}
"""
    share = Decimal(str(given["margin"]).rstrip("%")) / 100
    line = f"S1|P1|sale|2026-01-01|{given['sell']}|1|{given['cost']}|{share}"
    sold = rows(SALES + " quantity cost margin", line)
    found = [Decimal(each) for each in decide(text, "2026-12-31", {"partners": partners(), "sales": sold}).amounts()]
    assert found == [Decimal(str(simple["expect"])), Decimal(str(margin["expect"]))]


def test_coop_cap(examples: Mapping[str, Example]) -> None:
    """Half of what was spent, at most a share of what was bought: as a limit that is computed."""
    example = examples["coop-cap"]
    given = example["input"]
    assert isinstance(given, dict)
    text = """
metrics: {purchases: {from: sales, sum: amount, window: program year}}
incentives:
  oracle:
    kind: rebate
    from: activities
    of: cost
    rate: 50%
    limits: [{at_most: purchases * 3%, per: [partner, year]}]
    payee: partner
"""
    for spend, expected in ((given["spend"], example["expect"]), (20_000, "6000")):
        records = {
            "partners": partners(),
            "sales": rows(SALES, f"S1|P1|sale|2026-01-01|{given['purchases']}"),
            "activities": rows("activity_id partner_id type done_on cost", f"A1|P1|fair|2026-05-01|{spend}"),
        }
        found = decide(text, "2026-12-31", records).amounts()
        assert [Decimal(each) for each in found] == [Decimal(str(expected))], spend


def test_acv_minimum(examples: Mapping[str, Example]) -> None:
    """Value by years against a minimum, compared exactly."""
    example = examples["acv-minimum"]
    given, expected = example["input"], example["expect"]
    assert isinstance(given, dict) and isinstance(expected, dict)
    text = f"""
records: {{deals: {{fields: {{years: integer}}}}}}
incentives:
  oracle:
    {{kind: rebate, from: deals, where: value / years >= {expected["acv"]} USD, of: value, rate: 1%, payee: partner}}
"""
    for less, qualifies in (("0.00", expected["qualifies"]), ("0.01", False)):
        value = Decimal(given["value"]) - Decimal(less)
        deals = rows("deal_id partner_id submitted_on value years", f"D1|P1|2026-01-01|{value}|{given['years']}")
        found = decide(text, "2026-12-31", {"partners": partners(), "deals": deals})
        assert bool(found.amounts()) is qualifies, less


def test_returns_original_sale_points() -> None:
    """A return lowers what its own sale earned; giving all back removes it."""
    text = "incentives: {oracle: {kind: commission, of: amount, rate: 10%, payee: partner}}\n"
    columns = "sale_id partner_id entry closed_on amount returns_id"
    for back, expected in (("-40.00", ["6.00", "5.00"]), ("-100.00", ["5.00"])):
        sold = rows(
            columns,
            "S1|P1|sale|2026-01-01|100.00|-",
            "S2|P1|sale|2026-01-02|50.00|-",
            f"S3|P1|return|2026-04-01|{back}|S1",
        )
        assert decide(text, "2026-12-31", {"partners": partners(), "sales": sold}).amounts() == expected
