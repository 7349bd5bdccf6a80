"""Published examples that the language cannot say yet, each with its reason and the words that are refused.

When a word comes to be understood, its example is due as a test in `test_incentives.py`, and a test here fails.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from engine.language.diagnostic import has_errors
from tests.conftest import ROOT
from tests.tiny import findings

PAID = "kind: rebate, period: year, sum: amount, payee: partner"
BANDS = "bands: [{from: 0 USD, rate: 10%}, {from: 1000 USD, rate: 25%}]"
RATE = "kind: commission, of: amount, rate: 2.5%, payee: partner"

LATER = {
    "d365-rolling": ("a band method that is not supported yet", f"{PAID}, method: rolling, {BANDS}"),
    "d365-total": ("a band method that is not supported yet", f"{PAID}, method: total, {BANDS}"),
    "jde-accrual-true-up": ("an accrual before the period is complete", f"{PAID}, {BANDS}, accrual: run rate"),
    "gitlab-services-attach": (
        "a limit of so many earnings",
        f"{RATE}, limits: [{{at_most: 3 earnings, per: [partner, customer, year], order: [sale_id]}}]",
    ),
    "hold-60": ("earnings that are held before they are paid", f"{RATE}, payable_after: 60 days"),
    "grace-calendar": ("periods that wait for late records", f"{PAID}, {BANDS}, complete_after: 10 days"),
}
"""id: why it cannot be said, and how it would be."""

OF_THE_LEDGER = {
    "clawback-balance": "a balance over several payments: `clawback-larger-than-earnings` in tests/engine/ledger",
    "us-1099": "a threshold of what was paid in a calendar year",
}
"""No words of a program: they are about what was posted and paid."""


def examples(shared: Path) -> set[str]:
    """The ids of all examples."""
    return {each["id"] for each in yaml.safe_load((shared / "oracles" / "incentives.yaml").read_text(encoding="utf-8"))}


def spoken_of() -> set[str]:
    """The ids that `test_incentives.py` names."""
    tree = ast.parse((Path(__file__).with_name("test_incentives.py")).read_text(encoding="utf-8"))
    words = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    names = {
        each.name.removeprefix("test_").replace("_", "-") for each in tree.body if isinstance(each, ast.FunctionDef)
    }
    return words | names


def test_every_example_is_tested_or_has_its_reason(shared: Path) -> None:
    """An example that is new in the file is named here, and so is a reason for one that is gone."""
    later = {*LATER, *OF_THE_LEDGER}
    assert examples(shared) - spoken_of() == later


@pytest.mark.parametrize("id", LATER)
def test_not_supported_yet(id: str) -> None:
    """The words it needs are refused."""
    _, keys = LATER[id]
    assert has_errors(findings(f"incentives: {{oracle: {{{keys}}}}}")), f"{id} can be said now: test it"


def test_without_taxes() -> None:
    """The balance is played with the cases of payouts, from the same source; taxes wait for their command."""
    assert not (ROOT / "cli" / "commands" / "tax.py").exists(), "test us-1099"
