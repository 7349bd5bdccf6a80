"""A program on a peak, its new version and their records, for tests of `rung diff`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Answer

PROGRAM = """\
rung: 1
program: peak
title: Peak Partner Program
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
parameters:
  needed: {by: [tier], values: {silver: 50_000 USD, gold: 100_000 USD}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
tiers:
  ladder: [registered, silver, gold]
  requires: [revenue >= needed]
benefits:
  discount: {value: percent, by: [tier], values: {registered: 0%, silver: 5%, gold: 10%}}
incentives:
  rebate:
    kind: rebate
    from: sales
    eligible: [tier >= silver]
    period: quarter
    sum: amount
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 100_000 USD, rate: 2%}
    payee: partner
"""
FEED = """\
rung: 1
feed: peak
records: old.yaml
currency: USD
sources:
  partners: {file: partners.csv}
  sales: {file: sales.csv}
tables:
  partners: {from: partners, fields: {partner_id: id, name: name}}
  sales: {from: sales, fields: {sale_id: id, partner_id: partner, entry: entry, closed_on: day, amount: amount}}
"""
SALES = {"A": 120_000, "B": 90_000, "C": 60_000, "D": 40_000, "E": 55_000}
# A is gold and earns 1,000 + 400 for the quarter; B, C and E are silver and earn 900, 600, 550; D and F are registered.
EDITS = (
    ("silver: 50_000 USD, gold: 100_000 USD", "silver: 58_000 USD, gold: 80_000 USD"),  # E falls, B rises
    ("{from: 100_000 USD, rate: 2%}", "{from: 80_000 USD, rate: 2%}"),  # A earns 200 more, B 100 more
    ("title: Peak Partner Program", "title: The Peak Program"),  # and this decides nothing
)


def write(folder: Path, name: str, text: str) -> None:
    """A file in the folder."""
    (folder / name).write_text(text, encoding="utf-8")


def edited(*edits: tuple[str, str]) -> str:
    """The program with some texts replaced."""
    text = PROGRAM
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return text


def document(answer: Answer) -> dict[str, object]:
    """The JSON document that was printed."""
    found = json.loads(answer.out)
    assert found["format"] == "rung.diff/v1"
    return found  # type: ignore[no-any-return]  # a mapping


def listed(answer: Answer) -> list[dict[str, str]]:
    """The rows of a CSV list."""
    return list(csv.DictReader(io.StringIO(answer.out)))


def squeezed(answer: Answer) -> str:
    """What was printed, with single spaces."""
    return " ".join(answer.out.split())


LINE = ("diff", "old.yaml", "new.yaml")
DATA = (*LINE, "--data", ".", "--as-of", "2026-06-30")
