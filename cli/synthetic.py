"""Synthetic partners, people, certificates, sales: seeded, so the records are always the same. They have properties
of real records: a few large partners and many small ones, groups of companies,
returns with and without their sale, corrections, expired certificates, and values that are missing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from cli.output import Sheet

REGIONS = ("emea", "na", "apac", "latam")
SIZES = ("smb", "smb", "smb", "enterprise")
PRODUCTS = (
    # name, line, category, list price in cents
    ("EdgeGuard 8", "security", "Firewalls", 189_000),
    ("EdgeGuard 9", "security", "Firewalls", 249_000),
    ("SealMail", "security", "Mail", 45_000),
    ("VaultKey", "security", "Identity", 32_500),
    ("Span 24", "network", "Switches", 119_900),
    ("Span 48", "network", "Switches", 214_900),
    ("Arc WiFi 7", "network", "Wireless", 79_900),
    ("Loom Router", "network", "Routers", 329_000),
    ("Huddle Room", "collaboration", "Rooms", 410_000),
    ("Huddle Phone", "collaboration", "Phones", 17_900),
    ("Huddle Board", "collaboration", "Rooms", 268_000),
    ("CarePlan", "collaboration", "Services", 99_000),
)
FIRST_WORDS = ("Alder", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Iris", "Juniper")
SECOND_WORDS = ("Networks", "Systems", "Consulting", "Integrators", "Cloud", "Partners", "Digital", "Solutions")


@dataclass(frozen=True, slots=True)
class Size:
    """How many records, and the days they fall on (both included)."""

    partners: int = 200
    sales: int = 5_000
    first_day: date = date(2024, 8, 1)
    last_day: date = date(2026, 8, 15)
    seed: int = 2046


@dataclass(slots=True)
class _Sales:
    """Rows of sales as they grow; returns refer to earlier rows."""

    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, **values: str) -> str:
        number = f"S-{len(self.rows) + 1:06}"
        self.rows.append((number, *(values.get(name, "") for name in SALE_FIELDS[1:])))
        return number


SALE_FIELDS = (
    "sale_id", "partner_id", "seller_id", "customer_id", "product_id", "entry", "returns_id", "closed_on",
    "recorded_on", "quantity", "amount",
)  # fmt: skip


def synthetic_records(size: Size) -> dict[str, Sheet]:
    """All tables by name, columns named as the standard fields."""
    chance = random.Random(size.seed)  # no secrets here: the same records for all partners
    partners = _partners(size, chance)
    people = _people(partners, chance)
    return {
        "partners": Sheet(("partner_id", "parent_id", "name", "region", "size", "country", "joined_on"), partners),
        "people": Sheet(("person_id", "partner_id"), people),
        "certifications": Sheet(
            ("holding_id", "person_id", "certification", "earned_on", "expires_on"), _certificates(people, size, chance)
        ),
        "products": Sheet(
            ("product_id", "name", "line", "category", "standard_cost"),
            tuple(
                (f"PR-{number:02}", name, line, category, decimal_text(price * 6 // 10))
                for number, (name, line, category, price) in enumerate(PRODUCTS, 1)
            ),
        ),
        "customers": Sheet(
            ("customer_id", "name", "industry"),
            tuple(
                (f"C-{each:04}", f"Customer {each}", ("retail", "health", "public", "")[chance.randrange(4)])
                for each in range(1, size.partners * 3 // 2 + 1)
            ),
        ),
        "sales": Sheet(SALE_FIELDS, _sales(partners, people, size, chance)),
        "surveys": Sheet(("survey_id", "partner_id", "answered_on", "score"), _surveys(partners, size, chance)),
        "nominations": Sheet(
            ("partner_id", "tier", "from", "before", "approver"),
            tuple(
                (row[0], "platinum", "2026-02-01", "2027-02-01", "channel board")
                for row in partners[: max(2, size.partners // 30)]
            ),
        ),
    }


def _one_in(count: int, chance: random.Random) -> bool:
    return chance.randrange(count) == 0


def _day(first: date, last: date, chance: random.Random) -> date:
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def _partners(size: Size, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for number in range(1, size.partners + 1):
        name = f"{FIRST_WORDS[number % 10]} {SECOND_WORDS[number // 10 % 8]} {number}"
        # every eighth partner belongs to a group; the parent comes earlier, so there is no cycle
        parent = f"P-{chance.randrange(1, number):04}" if number > 20 and number % 8 == 0 else ""
        region = "" if _one_in(25, chance) else REGIONS[chance.randrange(4)]
        scale = "" if _one_in(30, chance) else SIZES[chance.randrange(4)]
        joined = _day(date(2015, 1, 1), size.first_day, chance).isoformat()
        rows.append((f"P-{number:04}", parent, name, region, scale, "", joined))
    return tuple(rows)


def _people(partners: tuple[tuple[str, ...], ...], chance: random.Random) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for place, partner in enumerate(partners):
        staff = 1 + chance.randrange(4) + (15 if place < len(partners) // 8 else 0)
        rows += [(f"U-{len(rows) + each + 1:05}", partner[0]) for each in range(staff)]
    return tuple(rows)


def _certificates(
    people: tuple[tuple[str, ...], ...], size: Size, chance: random.Random
) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for person, _ in people:
        if _one_in(5, chance):
            continue
        retired = _one_in(4, chance)
        last = date(2025, 6, 30) if retired else size.last_day
        earned = _day(date(2023, 1, 1), last, chance)
        expires = (earned + timedelta(days=365)).isoformat() if _one_in(20, chance) else ""
        name = "security_pro_2024" if retired else "security_pro"
        rows.append((f"H-{len(rows) + 1:05}", person, name, earned.isoformat(), expires))
    return tuple(rows)


def _sales(
    partners: tuple[tuple[str, ...], ...], people: tuple[tuple[str, ...], ...], size: Size, chance: random.Random
) -> tuple[tuple[str, ...], ...]:
    staff: dict[str, list[str]] = {}
    for person, partner in people:
        staff.setdefault(partner, []).append(person)
    sales = _Sales()
    while len(sales.rows) < size.sales:
        # the cube of a uniform draw: few partners sell most, as they do
        draw = chance.randrange(1, 1001)
        partner = partners[draw**3 * len(partners) // 1_000_000_001][0]
        _one_sale(partner, staff[partner], len(partners), size, sales, chance)
    return tuple(sales.rows[: size.sales])


def _one_sale(partner: str, staff: list[str], partners: int, size: Size, sales: _Sales, chance: random.Random) -> None:
    number = chance.randrange(len(PRODUCTS))
    quantity = 1 + chance.randrange(60) // (1 + chance.randrange(6))
    price = PRODUCTS[number][3] * (100 - 5 * chance.randrange(5)) // 100
    closed = _day(size.first_day, size.last_day, chance)
    if _one_in(3, chance):  # the market grows: some sales fall later
        closed = max(closed, _day(size.first_day, size.last_day, chance))
    values = {
        "partner_id": partner,
        "seller_id": "" if _one_in(30, chance) else staff[chance.randrange(len(staff))],
        "customer_id": f"C-{chance.randrange(1, partners * 3 // 2 + 1):04}",
        "product_id": "" if _one_in(150, chance) else f"PR-{number + 1:02}",
    }
    recorded = (
        "" if _one_in(40, chance) else min(closed + timedelta(days=chance.randrange(9)), size.last_day).isoformat()
    )
    sale = sales.add(
        **values,
        entry="sale",
        closed_on=closed.isoformat(),
        recorded_on=recorded,
        quantity="" if _one_in(120, chance) else str(quantity),
        amount=decimal_text(quantity * price),
    )
    if _one_in(25, chance):
        back = 1 + chance.randrange(quantity)
        linked = "" if _one_in(10, chance) else sale
        when = min(closed + timedelta(days=5 + chance.randrange(60)), size.last_day).isoformat()
        sales.add(
            **values, entry="return", returns_id=linked, closed_on=when, recorded_on=when, quantity=str(-back),
            amount=decimal_text(-back * price),
        )  # fmt: skip
    if _one_in(150, chance):
        sales.add(
            **values, entry="adjustment", closed_on=closed.isoformat(), recorded_on=recorded, quantity="0",
            amount=decimal_text(-chance.randrange(100, 90_000)),
        )  # fmt: skip


def _surveys(partners: tuple[tuple[str, ...], ...], size: Size, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for place, partner in enumerate(partners):
        for _ in range(chance.randrange(6) + (3 if place < 10 else 0)):
            score = "" if _one_in(30, chance) else f"{35 + chance.randrange(16)}"
            shown = f"{score[0]}.{score[1]}" if score else ""
            day = _day(size.first_day, size.last_day, chance).isoformat()
            rows.append((f"V-{len(rows) + 1:05}", partner[0], day, shown))
    return tuple(rows)


def decimal_text(cents: int) -> str:
    """An amount in cents as a decimal number.

    >>> decimal_text(-120_005)
    '-1200.05'
    """
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
