"""`kind: bounty`: a fixed amount for a customer's first sale.

`new_to` says to whom the customer must be new: `anybody` means all partners, `partner` means the partner who
sells. A sale is the first if the records have no earlier sale to that customer, also before the days of
`during`. Several sales on one day are taken by `order`, then by key. A sale that was returned completely
does not count. A sale without a customer is undecided: it is listed, and never counted as a new customer.

    new_customer:
      kind: bounty
      from: sales
      new_to: anybody
      during: {from: 2026-03-01, before: 2026-06-01}
      amount: 500 USD
      payee: seller
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.program import Incentive, Program
from engine.language.reading import Reader, text_of
from engine.language.shapes import one_of, ranked, snippet
from engine.language.source import Mapping
from rules.preset import preset

SAYS = "A fixed amount for a customer's first sale"
NEW_TO = {"anybody": "No partner has sold to it before", "partner": "This partner has not sold to it before"}
FIRST = {"anybody": ("customer",), "partner": ("partner", "customer")}
SNIPPET = snippet(
    "bounty",
    SAYS,
    {
        "${1:new_customer}": {
            "kind": "bounty",
            "from": "${2:sales}",
            "new_to": "${3:anybody}",
            "during": {"from": "${4:2026-03-01}", "before": "${5:2026-06-01}"},
            "amount": "${6:500 USD}",
            "payee": "${7:seller}",
        }
    },
)


def read(incentive: Incentive, tree: Mapping, reader: Reader) -> Incentive:
    """Only the first record of each customer counts."""
    return replace(incentive, first=FIRST[text_of(tree.get("new_to"), "anybody")])


def check(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """The records name customers."""
    table = program.records.table(incentive.source)
    if table is not None and table.field("customer_id") is None:
        yield meaning.WRONG_KEYS.at(
            incentive.span,
            f"`{table.name}` has no `customer_id`, so rung cannot find a customer's first record",
            help="add the field, or pay on `sales`",
        )


KIND = preset(
    "bounty",
    SAYS,
    __doc__,
    SNIPPET,
    payees={"seller": "The person who sold", "partner": "The company"},
    grains=("record",),
    pays=("amount",),
    required=("during", "amount"),
    keys={"new_to": ranked(one_of("To whom the customer must be new; anybody by default", *NEW_TO, meaning=NEW_TO))},
    read=read,
    check=check,
)
