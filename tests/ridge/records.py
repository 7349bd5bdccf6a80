"""A small world of records for the hand-built plan, with values worked out in the tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.plan.scalar import (
    Value,
)


def rows(columns: str, *lines: str) -> list[dict[str, Value]]:
    """Records written as text: `-` is missing; dates, whole and decimal numbers by their form."""
    names = columns.split()
    return [dict(zip(names, map(_value, line.split("|")), strict=True)) for line in lines]


def _value(text: str) -> Value:
    text = text.strip()
    if text == "-":
        return None
    if text[:4].isdigit() and text[4:5] == "-":
        return date.fromisoformat(text)
    if text.lstrip("-").isdigit():
        return int(text)
    return Decimal(text) if text.replace(".", "").lstrip("-").isdigit() else text


WORLD: dict[str, list[dict[str, Value]]] = {
    "partners": rows("partner_id region", "P1|emea", "P2|-", "P3|na", "P4|na"),
    "products": rows("product_id name", "G1|EdgeGuard 9", "G2|Cable"),
    "people": rows("person_id partner_id", "E1|P1", "E2|P1", "E3|P2", "E4|P2", "E5|P3", "E6|-"),
    "certifications": rows(
        "holding_id person_id certification earned_on expires_on",
        "H1|E1|security_pro|2025-01-10|-",
        "H2|E1|security_pro|2026-01-10|2028-01-10",  # the same person counts once
        "H3|E2|security_pro|2026-06-30|2028-06-30",  # earned on the day
        "H4|E3|security_pro|2025-05-01|2027-05-01",
        "H5|E4|security_pro|2025-05-01|2026-07-01",  # expires on the next day
        "H6|E5|security_pro|2024-05-01|2026-05-01",  # expired
        "H7|E5|cable_pro|2026-01-01|-",
        "H8|E6|security_pro|2026-01-01|-",  # of nobody's person
    ),
    "sales": rows(
        "sale_id partner_id seller_id product_id closed_on recorded_on quantity amount",
        "S0|P1|E1|G2|2025-03-01|2025-03-01|1|250000.00",
        "S1|P1|E1|G2|2026-02-10|2026-02-11|1|120000.00",
        "S2|P1|E1|G1|2026-05-05|2026-05-06|3|60000.00",
        "S3|P1|E2|G2|2025-09-01|2025-09-01|1|100000.00",
        "S4|P2|E3|G2|2025-06-30|2025-07-01|1|200000.00",  # last day of the window before
        "S5|P2|E3|G2|2026-03-31|2026-04-02|1|260000.00",
        "S6|P3|-|G1|2026-04-01|-|5|30000.00",
        "S7|P1|E1|G1|2026-05-20|2026-05-20|-1|-0.00",
        "S8|P1|E1|G1|2026-06-01|-|2|0.00",
    ),
    "surveys": rows(
        "survey_id partner_id answered_on score",
        "V1|P1|2026-01-05|4.5",
        "V2|P1|2026-02-05|4.0",
        "V3|P1|2026-03-05|4.1",
        "V4|P2|2026-03-05|5.0",
        "V5|P4|2026-03-05|-",
        "V6|P4|2026-03-06|5.0",
    ),
    "statuses": rows(
        "partner_id tier from before",
        "P2|silver|2024-01-01|2025-01-01",
        "P2|gold|2025-01-01|-",
        "P3|silver|2025-01-01|-",
    ),
}
"""Four partners: P1 silver and close to gold, P2 gold but undecided, P3 falling, P4 with nothing."""
