"""The keys of an incentive, phase by phase, in the order of a formatted file. Every kind has the same keys, without
those that have no meaning for it: see `rules.preset`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.language import shapes
from engine.language.shapes import (
    ROW,
    Schema,
    expression,
    later,
    listing,
    mapping,
    moved,
    name_of,
    names,
    one_of,
    requirements,
    text,
    value,
)
from engine.types import Method

PERIODS: Final = ("month", "quarter", "year", "fiscal month", "fiscal quarter", "fiscal year")
SHARED: Final = ("partner", "seller", "customer", "period", *PERIODS)
"""Words of a limit's `per` that are not fields."""

LIMIT: Final = mapping(
    {
        "at_most": value("The maximum that is earned", "75_000 USD"),
        "per": names(
            "What the limit applies to: partner, seller, customer, period, a calendar period, or a field of the rows",
            ["partner", "period"],
            ["seller", "quarter"],
            refers="limit_field",
        ),
        "order": moved(
            names("The order of this limit alone; `order` belongs to the incentive", ["sale_id"], refers="row_field")
        ),
        **later("at_least", "of", "where", "over", "pool"),
    },
    description="The maximum for each combination under `per`",
    title="limit",
)
BAND: Final = mapping(
    {
        "from": value("Where the band begins; it ends where the next one begins", "100_000 USD"),
        "up_to": value("Where the last band ends, not included; goes with `beyond: nothing`", "500_000 USD"),
        "rate": value("The share of what is measured", "2%"),
        "amount": value(
            "Instead of a rate. `whole`: paid once. `marginal`: in proportion across the band, fully in an open one",
            "1_000 USD",
        ),
    },
    "from",
    description="What is earned from this size of the measure on",
    title="band",
)
LIMIT_PERIOD: Final = moved(
    one_of("The period of limits; write it in the limit instead: `per: [seller, quarter]`", *PERIODS)
)
RETURNS: Final = {
    "restate": "A return reduces its sale, in the sale's period; the default",
    "current_period": "A return counts on its own day",
}
ACCOUNTING: Final = {
    "contra_revenue": "It lowers the vendor's revenue",
    "expense": "It is a cost of the vendor",
    "distinct_service": "It pays for a service of the partner",
}
PAYS_IN: Final = {
    "program": "The program's currency; the default",
    "row": "The currency of the records: each currency is paid by itself",
}
SETTLED: Final = {"credit_note": "It is credited on the partner's account", "transfer": "It is paid out"}
METHODS: Final = {
    "marginal": "Each band's rate on the part of the measure inside it",
    "whole": "The reached band's rate on everything",
}

ROWS: Final[Mapping[str, Schema]] = {
    "kind": text("The kind of incentive"),
    "title": text("Its name for people", "Quarterly volume rebate"),
    "from": name_of("rows", "The record table it pays on", "sales"),
    "where": requirements("Which records count", "item.line in [network, security]", ["entry is sale"], scope=ROW),
    "eligible": requirements("Which partners earn it: all must be met", ["tier >= silver"]),
    **later("judged_on"),
    "during": shapes.days("The days on which records count, `before` not included"),
}
MEASURE: Final[Mapping[str, Schema]] = {
    "period": one_of("The period it earns for, once it is complete", *PERIODS),
    "sum": expression("What is added up over the records of a period", "amount", scope=ROW),
    "of": expression("What is measured of a record: a field, or a calculation from its fields", "quantity", scope=ROW),
}
MOST_BANDS = 50  # each is asked for in every row, and its rate may be a table
MOST_LIMITS = 20  # each is followed record by record, on top of those before it; one for each scope is enough
PAY: Final[Mapping[str, Schema]] = {
    "rate": value("The share of the measure that is paid", "2%", {"by": ["tier"], "values": {"gold": "3%"}}),
    "amount": value("What is paid: once for a record, or for every full `per` of the measure", "150 USD"),
    "per": value("For how much of the measure the amount is paid", 1, "1_000 USD"),
    "method": one_of("How the bands pay", *(each.value for each in Method), meaning=METHODS),
    "bands": listing(
        BAND,
        "What is earned by the size of the measure, low to high",
        [{"from": "0 USD", "rate": "1%"}, {"from": "100_000 USD", "rate": "2%"}],
        most=MOST_BANDS,
    ),
    "beyond": one_of(
        "What is earned from the last `up_to` on: with `whole` nothing at all, else nothing more", "nothing"
    ),
}
AFTER: Final[Mapping[str, Schema]] = {
    **later("formula", "less", "best_of"),
    "adds_to": names("Incentives of this kind that may pay for the same records", ["launch_bonus"], refers="incentive"),
    "order": names(
        "The order in which records use up a limit; by day, then key, by default",
        ["recorded_on", "sale_id"],
        refers="row_field",
    ),
    "limits": listing(
        LIMIT,
        "How much is earned at most",
        [{"at_most": "75_000 USD", "per": ["partner", "period"]}],
        most=MOST_LIMITS,
    ),
    **later("claim"),
    "returns": one_of("What a return does", *RETURNS, meaning=RETURNS),
    "on_change": {
        **one_of("Which rules apply to a period in which an amendment changes them", "split", "at_start", "at_end"),
        "x-later": ["by_date"],
    },
    **later("unlinked_returns", "on_exit", "shares"),
    "payee": text("Who is paid"),
    "pays_in": one_of("In which currency it pays", *PAYS_IN, meaning=PAYS_IN),
}
WORDS: Final[Mapping[str, Schema]] = {
    "accounting": one_of("How it is booked", *ACCOUNTING, meaning=ACCOUNTING),
    "settle_by": one_of("How it is paid", *SETTLED, meaning=SETTLED),
    "tax": text("The tax form it goes on", "us_1099_misc_3"),
}


def measured(word: str) -> Schema:
    """The key that said what one earning is for, before `period` alone did."""
    return moved(one_of("What one earning is for; `period` says it", word))
