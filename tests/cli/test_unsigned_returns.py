"""An export that writes credits without a minus: refused with its cure, and with the cure paid less the return.

4 % of 1,000.00 USD less a return of 200.00 USD are 32.00 USD; as a second sale the return would make it 48.00 USD.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

PROGRAM = """\
rung: 1
program: shop
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
incentives:
  rebate: {kind: rebate, period: quarter, sum: amount, rate: 4%, payee: partner}
  share: {kind: commission, of: amount, rate: 4%, payee: partner}
"""
FEED = """\
rung: 1
feed: shop
records: 2026.yaml
currency: USD
missing: [""]
sources:
  accounts: {file: accounts.csv}
  lines: {file: lines.csv}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  sales:
    from: lines
    fields:
      sale_id: id
      partner_id: partner
      closed_on: day
      entry: what
      returns_id: of
      amount: Net
"""
LINES = "id,partner,day,what,of,Net,DC\nS1,P1,2026-02-01,sale,,1000.00,D\nR1,P1,2026-02-09,return,S1,200.00,C\n"


def write(feed: str) -> None:
    """The program, its feed and its files."""
    for name, text in (
        ("2026.yaml", PROGRAM),
        ("feed.yaml", feed),
        ("accounts.csv", "id\nP1\n"),
        ("lines.csv", LINES),
    ):
        Path(name).write_text(text, encoding="utf-8")


def test_without_a_sign_nothing_is_imported(rung: Shell) -> None:
    """The row and the cell are told, and what to write; nothing is left that could be paid."""
    write(FEED)
    answer = rung("import", "feed.yaml")
    assert answer.code != 0
    assert "lines.csv:3:1: error RNG722" in answer.err
    assert "a return of '200.00' is not negative" in answer.err
    assert not Path(".rung/snapshots").exists() or not any(Path(".rung/snapshots").iterdir())


@pytest.mark.parametrize("cure", ["told", "amount: {column: Net, sign: {column: DC, plus: [D], minus: [C]}}"])
def test_with_the_sign_the_return_is_subtracted(rung: Shell, cure: str) -> None:
    """What the message says to write is written; then import, evaluation and explanation agree on 32.00."""
    write(FEED)
    told = re.search(r"write `(amount: \{.*?\})`", rung("import", "feed.yaml").err)
    assert told is not None
    write(FEED.replace("amount: Net", told[1] if cure == "told" else cure))
    answer = rung("import", "feed.yaml")
    assert answer.code == 0, answer.err
    evaluated = rung(
        "evaluate",
        "2026.yaml",
        "--data",
        "feed.yaml",
        "--as-of",
        "2026-03-31",
        "--recheck",
        "all",
        "--show",
        "earnings",
    )
    assert evaluated.code == 0, evaluated.err
    assert len(re.findall(r" 32\.00 +no +partner ", evaluated.out, re.MULTILINE)) == 2, evaluated.out
    (found,) = Path(".rung/runs").glob("run-*")
    document = json.loads(rung("explain", found.name, "P1", "--json").out)
    for earning in document["earnings"]:
        (part,) = earning["parts"]
        steps = {each["name"]: each["value"]["value"] for each in part["steps"]}
        assert (steps["measure"], steps["amount"]) == ("800.00", "32.00")
        assert [each["key"] for each in part["records"]["shown"]] == [["R1"], ["S1"]]
