"""Random heads of programs: dates, currency, calendar, rounding, and tables and fields beside the standard ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from random import Random

from engine.calendar import MONTH_NAMES
from tests.properties.program_text import Tree

EFFECTIVE = (
    (date(2026, 2, 1), date(2027, 2, 1)),
    (date(2025, 1, 1), date(2026, 1, 1)),
    (date(2024, 2, 29), date(2025, 3, 1)),
    (date(2026, 5, 15), date(2026, 11, 16)),
)
CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY", "KWD")
MODES = ("half_up", "half_even", "down", "up")


def random_head(random: Random) -> dict[str, Tree]:
    """The sections before the vocabulary's, with all record tables."""
    start, before = random.choice(EFFECTIVE)
    head: dict[str, Tree] = {
        "rung": "1",
        "program": "random",
        "version": "v1",
        "effective": {"from": str(start), "before": str(before)},
        "currency": random.choice(CURRENCIES),
    }
    if random.random() < 0.6:
        head["calendar"] = {
            "fiscal_year_starts": random.choice(MONTH_NAMES),
            "year_named": random.choice(("start", "end")),
        }
    if random.random() < 0.7:
        head["rounding"] = {"mode": random.choice(MODES), "at": "earning"}
    head["records"] = _records(random)
    return head


def with_currencies(head: dict[str, Tree], random: Random) -> dict[str, Tree]:
    """The head of a program whose sales are in several currencies, converted by rates or by amounts of equal worth."""
    own = str(head["currency"])
    held = random.sample(("USD", "EUR", "JPY", "KWD"), 3)
    held = held if own in held or random.random() < 0.3 else [own, *held]
    records = dict(head["records"]) if isinstance(head["records"], Mapping) else {}
    sales = records["sales"]
    assert isinstance(sales, Mapping) and isinstance(sales["fields"], Mapping)
    of_row: dict[str, Tree] = {
        "amount": {"type": "money", "currency": "row"},
        "currency": {"type": "choice", "values": held},
    }
    as_at = random.choice(("row", "period end"))
    fields = sales["fields"] if as_at == "row" else _without_amounts(sales["fields"])
    records["sales"] = {**sales, "fields": {**fields, **of_row}}
    conversion: dict[str, Tree] = {"rates": "fx_rates", "as_at": as_at}
    if random.random() < 0.4:
        start = head["effective"]
        assert isinstance(start, Mapping)
        days = [str(start["from"])] if random.random() < 0.6 else [str(start["from"]), str(start["before"])]
        conversion = {"equal": [{"from": each, "amounts": _worths(own, held, random)} for each in days], "as_at": as_at}
    at = list(head).index("records")
    items = [*list(head.items())[:at], ("conversion", conversion), ("records", records), *list(head.items())[at + 1 :]]
    return dict(items)


def _without_amounts(fields: Mapping[str, Tree]) -> dict[str, Tree]:
    """The fields without formulas that read an amount, itself or through each other: they have no period."""
    found, amounts = dict[str, Tree](), {"amount"}
    for name, each in fields.items():
        formula = str(each["formula"]) if isinstance(each, Mapping) and "formula" in each else ""
        if amounts & set(re.findall("[a-z_]+", formula)):
            amounts.add(name)
        else:
            found[name] = each
    return found


def _worths(own: str, held: list[str], random: Random) -> list[Tree]:
    """Round amounts, so that one of each is a whole number of the program's currency."""
    return [f"100 {own}", *(f"{random.choice(('1', '2', '4', '5', '50'))} {each}" for each in held if each != own)]


def _records(random: Random) -> dict[str, Tree]:
    records: dict[str, Tree] = {
        "extends": "standard",
        "partners": {"fields": _partner_fields(random)},
        "products": {"fields": {"line": _choice(random, "network", "security", "storage")}},
        "prices": {
            "key": ["product_id", "since"],
            "history": {"from": "since", "before": "until"},
            "fields": {
                "product_id": {"type": "id", "references": "products"},
                "since": "date",
                "until": {"type": "date", "optional": "true"},
                "list_price": _maybe(random, "money"),
                "promoted": _maybe(random, "boolean"),
            },
        },
        "sales": {"fields": _sale_fields(random), "links": _sale_links()},
        "surveys": {
            "key": "survey_id",
            "partner": "partner_id",
            "date": "answered_on",
            "fields": {
                "survey_id": "id",
                "partner_id": "id",
                "answered_on": "date",
                "score": {"type": "decimal", "scale": random.choice(("0", "1", "3")), "optional": "true"},
            },
        },
        "branches": {
            "partner": "partner_id",
            "fields": {
                "branch_id": "id",
                "partner_id": "id",
                "staff": _maybe(random, "integer"),
                "city": _maybe(random, "text"),
            },
        },
        "contracts": {
            "partner": "partner_id",
            "history": {"from": "signed_on", "before": "ended_on"},
            "fields": {
                "contract_id": "id",
                "partner_id": "id",
                "signed_on": "date",
                "ended_on": {"type": "date", "optional": "true"},
                "seats": "integer",
            },
        },
    }
    if random.random() < 0.5:
        records["assignments"] = {"fields": {"role": {"type": "text", "optional": "true"}}}
    return records


def _partner_fields(random: Random) -> dict[str, Tree]:
    return {
        "size": {**_choice(random, "small", "middle", "large"), "ordered": "true"},
        "region": {**_choice(random, "emea", "na", "apac")},
        "rating": {"type": "decimal", "scale": random.choice(("1", "2")), "optional": "true"},
        "headcount": _maybe(random, "integer"),
        "exclusive": _maybe(random, "boolean"),
        "credit": _maybe(random, "money"),
    }


def _sale_fields(random: Random) -> dict[str, Tree]:
    return {
        "firm": _maybe(random, "boolean"),
        "share": {"type": "decimal", "scale": "2", "optional": "true"},
        "channel": _choice(random, "direct", "market", "agent"),
        **_formulas(random),
    }


def _formulas(random: Random) -> dict[str, Tree]:
    """Some fields that are computed; some read others. Each that is divided by a number is read by another."""
    gross = random.choice(("amount * share", "quantity * item.standard_cost", "amount * quantity * (1 - share)"))
    part = random.choice(("amount / 3", "amount * share / 1.19", "(amount - quantity * item.standard_cost) / 7"))
    rest = random.choice(("part - amount / 6", "part * quantity", "max(part, amount / 2)", "part / 9 + amount"))
    every: dict[str, Tree] = {
        "gross": {"type": "money", "formula": gross},
        "weight": {
            "type": "decimal",
            "formula": random.choice(("share * share * quantity", "1 - share", "abs(share)")),
        },
        "worth": {"type": "money", "formula": random.choice(("gross * weight", "gross - amount", "weight * quantity"))},
        "part": {"type": "money", "formula": part},
        "rest": {"type": "money", "formula": rest},
        "slice": {"type": "decimal", "formula": random.choice(("quantity / 12", "share / 0.7", "weight / -3"))},
        "each_one": {"type": "money", "formula": "amount / quantity"},
        "cents": {
            "type": "money",
            "scale": random.choice(("0", "1")),
            "formula": random.choice(("amount / 3", "part", "part * quantity")),
        },
        "of_line": {"type": "choice", "values": ["network", "security", "storage"], "formula": "product.line"},
        "heavy": {"type": "boolean", "formula": "weight >= 0.1"},
    }
    count = random.choice((0, 3, 5, 8, 10))
    return {name: every[name] for name in list(every)[:count]}


def _sale_links() -> dict[str, Tree]:
    return {
        "item": {"to": "products", "by": "product_id"},
        "buyer": {"to": "customers", "by": "customer_id"},
        "owner": {"to": "partners", "by": "partner_id"},
        "price": {"to": "prices", "by": "product_id", "as_at": "closed_on"},
    }


def _maybe(random: Random, type: str) -> Tree:
    return {"type": type, "optional": "true"} if random.random() < 0.6 else type


def _choice(random: Random, *values: str) -> dict[str, Tree]:
    choice: dict[str, Tree] = {"type": "choice", "values": list(values)}
    return choice | {"optional": "true"} if random.random() < 0.6 else choice
