"""What `rung init` writes: a small program, its feed, and records to try it on.

Everything follows from the name and the title: the records come from a seeded generator in whole cents, so the same
call gives the same files, and a first run gives the figures the README shows.
"""

from __future__ import annotations

from datetime import date

from cli.output import Sheet, render_csv
from cli.synthetic import Size, synthetic_records
from cli.template import as_yaml

SIZE = Size(partners=24, sales=300, first_day=date(2025, 7, 1), last_day=date(2026, 6, 30))
KINDS = {"sale": "S", "return": "R", "adjustment": "A"}

PROGRAM = """\
# yaml-language-server: $schema=rung.schema.json
rung: 1
program: {name}
title: {title}
version: "2026"
effective: {{from: 2026-01-01, before: 2027-01-01}}
currency: USD
rounding: {{mode: half_up, at: earning}}

parameters:  # numbers apart from the logic
  revenue_needed: {{by: [tier], values: {{silver: 50_000 USD, gold: 250_000 USD}}}}

metrics:  # figures for each partner, from its records
  revenue: {{title: "Net revenue, twelve months", from: sales, sum: amount, window: trailing 12 months}}
  orders: {{title: Orders, from: sales, count: records, where: entry is sale, window: trailing 12 months}}

tiers:
  ladder: [registered, silver, gold]  # low to high
  requires:                           # for every tier above the first
    - revenue >= revenue_needed
  gold:
    requires:  # gold also requires this
      - orders >= 12

benefits:
  discount: {{value: percent, by: [tier], values: {{registered: 0%, silver: 5%, gold: 10%}}}}

incentives:
  volume_rebate:
    kind: rebate
    title: Quarterly volume rebate
    from: sales
    eligible: [tier >= silver]
    period: quarter
    sum: amount
    method: marginal  # each rate on the part of the revenue inside its band
    bands:
      - {{from: 0 USD, rate: 1%}}
      - {{from: 100_000 USD, rate: 2%}}
    payee: partner
    accounting: contra_revenue  # how finance books it: less revenue
    settle_by: credit_note      # how it reaches the partner
"""

FEED = """\
# From your files to the record tables: field of the table, then column of the file.
rung: 1
feed: {name}
records: 2026.yaml  # the program whose record tables these become
currency: USD
complete_through: 2026-06-30  # the files have every record up to this day; write the day of each new export

sources:
  partners: {{file: demo/partners.csv}}
  sales: {{file: demo/sales.csv}}

tables:
  partners:
    from: partners
    fields:
      partner_id: Partner
      name: Name
      joined_on: Joined
  sales:
    from: sales
    fields:
      sale_id: Order
      partner_id: Partner
      entry: {{column: Kind, map: {{S: sale, R: return, A: adjustment}}}}
      closed_on: Date
      amount: Amount
"""


def starter_files(name: str, title: str) -> dict[str, str]:
    """The files of a new program folder, by their path in it."""
    partners, sales = starter_records()
    return {
        "2026.yaml": PROGRAM.format(name=name, title=as_yaml(title)),
        "feed.yaml": FEED.format(name=name),
        "demo/partners.csv": render_csv(partners),
        "demo/sales.csv": render_csv(sales),
    }


def starter_records() -> tuple[Sheet, Sheet]:
    """Partners and their sales of twelve months, as a vendor's own system might export them."""
    records = synthetic_records(SIZE)
    partners = columns(records["partners"], "partner_id", "name", "joined_on")
    sales = columns(records["sales"], "sale_id", "partner_id", "entry", "closed_on", "amount")
    return (
        Sheet(("Partner", "Name", "Joined"), partners),
        Sheet(("Order", "Partner", "Kind", "Date", "Amount"), tuple((a, b, KINDS[c], d, e) for a, b, c, d, e in sales)),
    )


def columns(sheet: Sheet, *names: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a sheet with these columns alone."""
    places = [sheet.columns.index(name) for name in names]
    return tuple(tuple(row[place] for place in places) for row in sheet.rows)
