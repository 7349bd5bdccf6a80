"""The program text of the hand-built plan, and words to write its scalars with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.language.source import Span
from engine.plan.inference import type_of
from engine.plan.scalar import (
    Compare,
    Comparison,
    Greatest,
    Literal,
    Scalar,
    Subtract,
)
from engine.types import TEXT, Type, choice, money, number

FILE = "ridge/2026.yaml"
PROGRAM = """\
rung: 1
program: ridge
title: Ridge Partner Program
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records:
  extends: standard
  surveys:
    partner: partner_id
    date: answered_on
    fields: {survey_id: id, partner_id: id, answered_on: date, score: decimal}
metrics:
  revenue: {title: "Net revenue, trailing twelve months", from: sales, sum: amount, window: trailing 12 months}
  revenue_before: {like: revenue, shifted: 12 months}
  growth: {formula: (revenue - revenue_before) / revenue_before}
  engineers: {people_holding: security_pro}
  csat: {from: surveys, average: score, scale: 2, window: trailing 12 months}
segments:
  strategic:
    when:
      - region in [emea, na]
      - revenue >= 300_000 USD
tiers:
  ladder: [registered, silver, gold]
  requires:
    - revenue >= revenue_needed
    - engineers >= engineers_needed
  gold:
    requires:
      - any:
          - growth >= 10%
          - csat > 4.2
      - at_least: 2
        of:
          - csat >= 4
          - growth >= 15%
          - strategic
      - none:
          - region is restricted
benefits:
  discount: {value: percent, by: [tier], values: {registered: 5%, silver: 10%, gold: 15%}}
  coaching: {value: flag, when: [tier <= silver, growth >= 30%]}
incentives:
  volume_rebate:
    kind: rebate
    title: Quarterly volume rebate
    eligible: [tier >= silver]
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 100_000 USD, rate: 2%}
    limits:
      - {at_most: 2_500 USD, per: [partner, period]}
  launch_spiff:
    kind: spiff
    title: EdgeGuard launch
    where: item.name is 'EdgeGuard 9'
    amount: 150 USD
    limits:
      - {at_most: 400 USD, per: [seller]}
"""
LINES = tuple(PROGRAM.splitlines())
AS_OF = date(2026, 6, 30)

USD = money("USD", 2)
SCORE = number(4)
TIER = choice("registered", "silver", "gold", ordered=True)
LADDER = ("registered", "silver", "gold")
RATIO = Type(number(0).kind, ratio=True)


def span(fragment: str, nth: int = 1) -> Span:
    """The place of the n-th occurrence of a fragment in the program, which is on one line."""
    found = 0
    for line, text in enumerate(LINES, start=1):
        if fragment in text:
            found += 1
            if found == nth:
                start = text.index(fragment) + 1
                return Span(FILE, line, start, line, start + len(fragment))
    raise ValueError(f"{fragment!r} is not in the program")


def usd(text: str) -> Literal:
    """Money."""
    return Literal(Decimal(text), USD)


def num(text: str) -> Literal:
    """A number."""
    return Literal(Decimal(text), SCORE)


def word(text: str | None) -> Literal:
    """A word."""
    return Literal(text, TEXT)


def at_least(left: Scalar, right: Scalar) -> Compare:
    """Whether left >= right."""
    return Compare(left, Comparison.AT_LEAST, right)


def missing_to(value: Scalar, threshold: Scalar) -> Scalar:
    """What is missing to the threshold, 0 when met."""
    return Greatest((Literal(Decimal(0), type_of(threshold)), Subtract(threshold, value)))
