"""Programs for tests of the language services, and short ways to ask about a marked place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.authoring.services.document import Document
from engine.language.diagnostic import Diagnostic
from rules import SCHEMA, check_program, load_program
from tests.conftest import ROOT

GOOD = sorted([*ROOT.glob("programs/*/2???.yaml"), *ROOT.glob("tests/gallery/good/*program.yaml")])
SUMMIT = ROOT / "programs/summit/2026.yaml"

LADDERS = """\
rung: 1
program: ladders
version: v1
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
choices:
  territory: [emea, na]
  depth: {values: [shallow, deep], ordered: true}
records:
  partners: {fields: {seat: territory, reach: {type: depth, optional: true}}}
  sales: {fields: {area: {type: territory, optional: true}}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  local_revenue: {like: revenue, per: [territory]}
  share: {formula: local_revenue / revenue, per: [territory], scale: 2}
designations:
  specialist:
    title: Security specialist
    applies_to: [seat is emea]
    by_invitation: true
    requires: [revenue >= 100 USD]
  local:
    title: Local champion
    per: [territory]
    overall: seat
    ladder: [member, expert]
    was: {master: expert}
    requires: [local_revenue >= 50 USD]
    expert: {title: Expert, requires: [share >= 0.5, reach is deep]}
tiers:
  ladder: [registered, gold]
  gold:
    requires:
      - any: [specialist, local.emea >= expert, local is expert, not specialist]
      - local_revenue.na >= 10 USD
benefits:
  badge: {value: percent, by: [specialist], values: {'true': 5%, 'false': 1%}}
  coach: {value: flag, when: ['local.highest is expert']}
incentives:
  resale:
    kind: commission
    from: sales
    of: amount
    rate: {by: [local], values: {member: 1%, expert: 2%}}
    eligible: [any: [specialist, seat is na]]
    payee: partner
"""
KEYED = """\
rung: 1
program: keyed
version: v1
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
choices:
  territory: [emea, na]
  family: [network, security]
records:
  sales:
    fields:
      area: {type: territory, optional: true}
      family: {type: family, optional: true}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  by_area: {title: Regional revenue, like: revenue, per: [territory]}
  by_family: {like: revenue, per: [family]}
designations:
  specialist: {per: [family], requires: [by_family >= 100 USD]}
tiers:
  ladder: [registered, gold]
  gold: {requires: [revenue >= 300 USD]}
benefits:
  badge: {value: flag, per: [family], when: [specialist]}
  lead: {value: flag, title: Regional lead, per: [territory], when: [by_area >= 250 USD]}
  margin:
    value: percent
    title: Margin
    per: [family]
    by: [tier, family]
    values: {registered: {network: 5%}, gold: {network: 10%, security: 8%}}
  gift: {value: money, is: 50 USD, when: [tier >= gold]}
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: benefits.margin, payee: partner}
  back:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    rate: benefits.margin.security
    payee: partner
"""
EVERYTHING = """\
rung: 1
program: everything
version: v1
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records:
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise], optional: true}
  products:
    fields:
      line: {type: choice, values: [network, security], optional: true}
  visits:
    key: visit_id
    partner: partner_id
    date: held_on
    fields: {visit_id: id, partner_id: id, held_on: date, minutes: integer}
  sales:
    links: {item: {to: products, by: product_id}}
parameters:
  floor: 10_000 USD
  needed:
    by: [tier, size]
    values: {silver: {smb: floor, enterprise: 20_000 USD}, gold: {smb: 30_000 USD, enterprise: 40_000 USD}}
  team: {by: revenue, bands: [{from: 0 USD, value: 1}, {from: floor, value: 3}]}
  dated:
    - {from: 2026-01-01, value: 1}
    - {from: 2026-07-01, value: 2, reason: "revenue rose, gold too"}
certifications:
  pro: {valid_for: 24 months}
  old_pro: {counts_as: pro, retired_on: 2025-07-01, run_off: 12 months}
metrics:
  revenue:
    from: sales
    sum: amount
    where: "item.line is 'network' or item.line is security"
    window: trailing 12 months
  before: {like: revenue, shifted: 12 months, where: [entry is sale]}
  growth:
    formula: >
      (revenue - before)
      / max(before, floor)
  engineers: {people_holding: {any: [pro, old_pro]}}
  by_customer: {from: sales, sum: amount, per: [customer_id], window: lifetime}
  best: {from: by_customer, max: value}
  talked: {from: visits, sum: minutes, window: lifetime}
  silver_days: {from: statuses, count: records, where: tier is 'silver'}
segments:
  big:
    when:
      - at_least: 1
        of: [revenue >= team * 1 USD, 'size is enterprise', best > 0 USD, talked > dated]
      - none: [silver_days > 9]
tiers:
  ladder: [registered, silver, gold]
  requires: [revenue >= needed]
  gold: {requires: [big, growth >= 10%, engineers >= 1]}
benefits:
  discount: {value: percent, by: [tier], values: {silver: 5%, gold: 10%}}
  coaching: {value: flag, when: [tier <= silver, "tier is not 'registered'", "tier in [silver, gold]"]}
incentives:
  volume:
    kind: rebate
    from: sales
    eligible: [tier >= silver]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}, {from: floor, rate: 2%}]
    limits: [{at_most: 100 USD, per: [partner, period]}]
    payee: partner
  resale:
    kind: commission
    from: sales
    of: amount
    rate:
      by: [tier]
      values:
        registered: benefits.discount
        silver: {by: [size, big], values: {smb: {"true": 2%, "false": 1%}, enterprise: {"true": 4%, "false": 3%}}}
        gold: {by: [item.line], values: {network: 5%, security: {by: growth, bands: [{from: 0%, value: 6%}]}}}
    limits:
      - {at_most: {by: [entry], values: {sale: floor, return: 0 USD, adjustment: 0 USD}}, per: [customer, quarter]}
    order: [recorded_on, sale_id]
    payee: partner
  launch:
    kind: spiff
    from: visits
    amount: {by: tier, values: {registered: minutes * 1 USD, silver: visits.minutes * 2 USD, gold: 9 USD}}
    payee: partner
"""


@cache
def document(text: str, file: str = "p.yaml") -> Document:
    """A text with its meaning and its findings."""
    data = text.encode()
    program, _ = load_program(data, file)
    return Document(file, data, SCHEMA, program, checked(data))


@cache
def checked(data: bytes) -> tuple[Diagnostic, ...]:
    """All findings about a text but those of the analysis, which is slow and does not depend on names."""
    program, found = load_program(data, "p.yaml")
    return (*found, *check_program(program)) if program is not None else found


def at(text: str, marked: str) -> tuple[int, int]:
    """Line and column, from 1, of the mark `|` in a part of the text that stands there once."""
    plain, offset = marked.replace("|", ""), marked.index("|")
    assert text.count(plain) == 1, (plain, text.count(plain))
    place = text.index(plain) + offset
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def read(path: Path) -> str:
    """The text of a file."""
    return path.read_text("utf-8")
