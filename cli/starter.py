"""What `rung init` writes: a small program, its feed, and records to try it on.

Everything follows from the name and the title: the records come from a seeded generator in whole cents, so the same
call gives the same files, and a first run gives the figures the README shows.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

from cli.output import Sheet, render_csv

SEED = 2026
FIRST_DAY = date(2025, 7, 1)
LAST_DAY = date(2026, 6, 30)
PARTNERS = (
    # name, country, sales in the year, the largest of them in cents
    ("Northwind Systems", "US", 26, 1_200_000),
    ("Blue Harbor IT", "US", 18, 900_000),
    ("Kestrel Networks", "GB", 14, 1_600_000),
    ("Alpine Cloud", "CH", 12, 700_000),
    ("Delta Integrators", "DE", 10, 600_000),
    ("Sakura Solutions", "JP", 9, 800_000),
    ("Rivermark", "US", 8, 300_000),
    ("Lighthouse MSP", "IE", 6, 900_000),
    ("Cobalt Works", "FR", 5, 200_000),
    ("Quiet Valley", "NZ", 2, 400_000),
    ("Fresh Start", "US", 1, 90_000),
    ("Sleeping Giant", "ES", 0, 0),
)
RETURN_IN = 12  # about one sale in so many comes back

PROGRAM = """\
# yaml-language-server: $schema=rung.schema.json
rung: 1
program: {name}
title: {title}
version: "2026"
effective: {{from: 2026-01-01, before: 2027-01-01}}
currency: USD
rounding: {{mode: half_up, at: earning}}

parameters:                             # numbers apart from the logic
  revenue_needed: {{by: [tier], values: {{silver: 20_000 USD, gold: 75_000 USD}}}}

metrics:                                # figures for each partner, from its records
  revenue: {{title: "Net revenue, trailing twelve months", from: sales, sum: amount, window: trailing 12 months}}
  orders: {{title: "Orders, trailing twelve months", from: sales, count: records, where: entry is sale,
           window: trailing 12 months}}

tiers:
  ladder: [registered, silver, gold]    # low to high
  requires:                             # for every tier above the first
    - revenue >= revenue_needed
  gold:
    requires:                           # gold asks for this too
      - orders >= 12

benefits:
  discount: {{value: percent, by: [tier], values: {{registered: 0%, silver: 5%, gold: 10%}}}}

incentives:
  volume_rebate:
    kind: rebate
    title: Quarterly volume rebate
    from: sales
    eligible: [tier >= silver]
    measured: each period
    period: quarter
    sum: amount
    method: marginal                    # each rate on the part of the revenue inside its band
    bands:
      - {{from: 0 USD, rate: 1%}}
      - {{from: 20_000 USD, rate: 2%}}
    payee: partner
    accounting: contra_revenue
    settle_by: credit_note
"""

FEED = """\
# From your files to the record tables: field of the table, then column of the file.
rung: 1
feed: {name}
records: 2026.yaml
currency: USD
sources:
  partners: {{file: demo/partners.csv}}
  sales: {{file: demo/sales.csv}}
tables:
  partners:
    from: partners
    fields:
      partner_id: Partner
      name: Name
      country: Country
  sales:
    from: sales
    fields:
      sale_id: Order
      partner_id: Partner
      entry: {{column: Kind, map: {{S: sale, R: return}}}}
      closed_on: Date
      amount: Amount
"""


def starter_files(name: str, title: str, schema: object) -> dict[str, str]:
    """The files of a new program folder, by their path in it."""
    partners, sales = starter_records()
    return {
        "2026.yaml": PROGRAM.format(name=name, title=json.dumps(title, ensure_ascii=False)),
        "feed.yaml": FEED.format(name=name),
        "rung.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        "demo/partners.csv": render_csv(partners),
        "demo/sales.csv": render_csv(sales),
    }


def starter_records() -> tuple[Sheet, Sheet]:
    """Partners and their sales of twelve months, with some returns."""
    chance = random.Random(SEED)  # records to play with, the same for everybody
    partners = tuple((f"P{number:02}", name, country) for number, (name, country, _, _) in enumerate(PARTNERS, 1))
    rows: list[tuple[date, str, str, int]] = []
    for number, (_, _, sales, largest) in enumerate(PARTNERS, 1):
        for _ in range(sales):
            day = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days + 1))
            cents = chance.randint(largest // 10, largest)
            rows.append((day, f"P{number:02}", "S", cents))
            if chance.randrange(RETURN_IN) == 0:
                rows.append((min(day + timedelta(days=20), LAST_DAY), f"P{number:02}", "R", -cents // 2))
    rows.sort()
    sales_rows = tuple(
        (f"S{number:04}", partner, kind, day.isoformat(), decimal_text(cents))
        for number, (day, partner, kind, cents) in enumerate(rows, 1)
    )
    return (
        Sheet(("Partner", "Name", "Country"), partners),
        Sheet(("Order", "Partner", "Kind", "Date", "Amount"), sales_rows),
    )


def decimal_text(cents: int) -> str:
    """An amount in cents as a decimal number.

    >>> decimal_text(-120_005)
    '-1200.05'
    """
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
