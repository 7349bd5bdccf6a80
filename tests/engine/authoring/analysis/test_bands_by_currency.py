"""Findings about bands that pay in the currency of the row: each in that currency, with its own smallest unit."""

from __future__ import annotations

import pytest

from tests.engine.compiler.course.test_by_currency import ROW, ZERO
from tests.tiny import findings

EDGE = "{by: [currency], values: {USD: 1_000 USD, JPY: 100_000 JPY, KWD: 300 KWD}}"
RATE = "{by: [currency], values: {USD: 4%, JPY: 2%, KWD: 5%}}"
BANDS = f"""\
incentives:
  r:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    method: whole
    bands: [{{from: {ZERO}, rate: 3%}}, {{from: {EDGE}, rate: {RATE}}}]
    payee: partner
    pays_in: row
"""
LESS = "`r` pays less at 100_000 JPY than just below: 2_000 JPY instead of 3_000 JPY"


@pytest.mark.parametrize("grain", ["period: quarter\n    sum", "of"])
def test_less_for_more_in_one_currency(grain: str) -> None:
    """3 % of 100,000 JPY are 3,000, and 2 % are 2,000; in dollars and dinars more is paid. Examples have whole yen."""
    (found,) = findings(ROW + BANDS.replace("period: quarter\n    sum", grain), analysed=True)
    assert (found.code, found.message) == ("RNG360", LESS)
    examples = [each.text for each in found.evidence if each.form == "example"]
    assert ["99_999 JPY" in each and "100_000 JPY" in each for each in examples] == [True]


def test_less_for_more_where_rows_have_one_currency() -> None:
    """The amounts that are written say which."""
    text = BANDS.replace("    period", "    where: currency is JPY\n    period").replace(ZERO, "0 JPY")
    text = text.replace(EDGE, "100_000 JPY").replace(RATE, "2%")
    (found,) = findings(ROW + text, analysed=True)
    assert (found.code, found.message) == ("RNG360", LESS)
    by_parameters = text.replace("0 JPY", "low", 1).replace("100_000 JPY", "high")
    named = "parameters: {low: 0 JPY, high: 100_000 JPY}\n"
    (found,) = findings(ROW + named + by_parameters, analysed=True)
    assert found.code == "RNG360"


def test_a_band_behind_the_limit() -> None:
    """In every currency the limit is reached below the second band: 20 of 30 USD, 1,000 of 3,000 JPY, 3 of 9 KWD."""
    cap = "{by: [currency], values: {USD: 20 USD, JPY: 1_000 JPY, KWD: 3 KWD}}"
    text = BANDS.replace("whole", "marginal").replace(
        "    payee", f"    limits: [{{at_most: {cap}, per: [partner, period]}}]\n    payee"
    )
    (found,) = findings(ROW + text, analysed=True)
    assert found.code == "RNG359"
    (proof,) = found.evidence
    assert proof.text.splitlines() == [
        "at 1_000 USD the bands below earn 30 USD",
        "the limit pays 20 USD of it, and no more above",
        "at 100_000 JPY the bands below earn 3_000 JPY",
        "the limit pays 1_000 JPY of it, and no more above",
        "at 300 KWD the bands below earn 9 KWD",
        "the limit pays 3 KWD of it, and no more above",
    ]
