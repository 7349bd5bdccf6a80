"""`kind: commission`: a share of each sale, to the partner.

Each record earns separately, in most programs a `rate` of the field that `of` names. Tier, segments and dated
parameters are read on the record's own day, so one incentive can have a rate by tier that changes in August.
If the rate of a record is undecided, its earning is undecided: it is listed and never paid.

    resale:
      kind: commission
      from: sales
      of: amount
      rate: {by: [tier], values: {registered: 5%, silver: 10%, gold: 15%, platinum: 20%}}
      payee: partner
"""

from __future__ import annotations

from engine.language.shapes import snippet
from rules.preset import preset

SAYS = "A share of each sale, to the partner"
SNIPPET = snippet(
    "commission",
    SAYS,
    {
        "${1:resale}": {
            "kind": "commission",
            "from": "${2:sales}",
            "where": ["${3:entry is sale}"],
            "of": "${4:amount}",
            "rate": "${5:10%}",
            "payee": "partner",
        }
    },
)
KIND = preset("commission", SAYS, __doc__, SNIPPET, payees={"partner": "The company"}, grains=("record",))
