"""The published cases of payouts, played on a ledger: what is owed, paid, booked and refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.ledger.cases import Game, accounts, money, open_by_earner, payments, versions

CASES = Path(__file__).resolve().parents[4] / "shared" / "oracles" / "payouts.yaml"
LATER = frozenset({"return", "reject", "settle", "convert", "takeover", "close", "details",
                   "backup", "restore"})  # fmt: skip
"""Events that need the bank's answer, or are not built."""


def cases() -> list[Any]:
    """Those whose events all exist."""
    if not CASES.is_file():
        return []
    found = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [each for each in found if not LATER & {kind for event in each["events"] for kind in event}]


@pytest.mark.skipif(not CASES.is_file(), reason=f"the published cases are not here: {CASES}")
def test_the_cases_are_there() -> None:
    """Most of the file is played."""
    assert len(cases()) >= 20


@pytest.mark.parametrize("case", [pytest.param(each, id=each["id"]) for each in cases()])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    """A case ends as its source says."""
    game = Game(case, tmp_path)
    game.play()
    expected = case["expect"]
    assert game.refused == expected.get("refused", {})
    if "open" in expected:
        assert open_by_earner(game) == expected["open"]
    if "payments" in expected:
        assert payments(game) == expected["payments"]
    if "items" in expected:
        assert game.ask("SELECT count(*) FROM item")[0][0] == expected["items"]
    for key, totals in expected.get("versions", {}).items():
        assert versions(game, key) == totals
    if "accounts" in expected:
        assert accounts(game) == expected["accounts"]
    if "planned" in expected:
        planned = list(game.plans.values())[-1].plan.outlook
        assert [f"{each.payee.id} {money(each.minor, each.currency)}" for each in planned.due] == expected["planned"]
        assert {each.payee.id: each.reason.value for each in planned.blocked} == expected["blocked"]
    for plan, names in expected.get("dropped", {}).items():
        id = game.plans[plan].id
        assert [each.payee.id for paid in game.paid if paid.planned.id == id for each in paid.dropped] == names
