"""`kind: spiff`: money for a sale, to the seller or to the partner.

Each record earns separately: an `amount` paid once, an `amount` for every full `per` `of` a field, a `rate` of
the field, or `bands`. Tier and segments are read on the record's own day. Records use up a limit in the
incentive's `order`; each record takes what is left. If the seller is missing, or the conditions are undecided,
the earning is undecided: it is listed, never paid, and does not use up a limit. A return reduces its own sale,
and so less of the limit is used.

    launch_spiff:
      kind: spiff
      from: sales
      where: entry is sale and item.line is 'network'
      during: {from: 2026-03-01, before: 2026-06-01}
      of: quantity
      amount: 150 USD
      per: 1
      order: [recorded_on, closed_on, sale_id]
      limits:
        - {at_most: 3_000 USD, per: [seller]}
      payee: seller
"""

from __future__ import annotations

from engine.language.shapes import snippet
from rules.incentive_keys import LIMIT_PERIOD, measured
from rules.preset import preset

SAYS = "Money for a sale, to the seller or to the partner"
SNIPPET = snippet(
    "SPIFF",
    SAYS,
    {
        "${1:launch_spiff}": {
            "kind": "spiff",
            "from": "${2:sales}",
            "where": ["${3:entry is sale}"],
            "during": {"from": "${4:2026-03-01}", "before": "${5:2026-06-01}"},
            "of": "${6:quantity}",
            "amount": "${7:150 USD}",
            "per": 1,
            "order": ["recorded_on", "closed_on", "sale_id"],
            "limits": [{"at_most": "${8:3_000 USD}", "per": ["seller"]}],
            "payee": "seller",
        }
    },
)
PAYEES = {"seller": "The person who sold", "partner": "The company"}
BEFORE = {"measured": measured("each row"), "period": LIMIT_PERIOD}
KIND = preset("spiff", SAYS, __doc__, SNIPPET, payees=PAYEES, grains=("record",), keys=BEFORE, title="SPIFF")
