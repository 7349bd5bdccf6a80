"""`kind: rebate`: money to the partner for what it bought or sold, by period or by record.

With a `period`, a rebate earns for each complete period, on the `sum` of the period's records. Eligibility is judged
on the period's last day. Without a `period`, it earns for each record, on the field that `of` names. It pays a
`rate`, an `amount` for every full `per`, or `bands`: `marginal` pays each band's rate on the part inside it, `whole`
pays the reached band's rate on everything. Every rate, amount, band edge and limit may be a table by tier. The
earning is rounded once, and limits apply after that. A return reduces the sale it belongs to, in the sale's period
(`returns: restate`), or counts in its own period (`current_period`). There, a period that took back more than it sold
has a sum below zero: a `rate` takes money back, and `bands` from 0 pay nothing and take nothing back. A period that
is not complete has earned nothing yet.

    volume_rebate:
      kind: rebate
      from: sales
      eligible: [tier >= silver]
      period: quarter
      sum: amount
      method: marginal
      bands:
        - {from: 0 USD, rate: 1%}
        - {from: 100_000 USD, rate: 2%}
      limits:
        - {at_most: 75_000 USD, per: [partner, period]}
      payee: partner
"""

from __future__ import annotations

from engine.language.shapes import snippet
from rules.incentive_keys import measured
from rules.preset import preset

SAYS = "Money to the partner for what it bought or sold, by period or by record"
SNIPPET = snippet(
    "rebate",
    SAYS,
    {
        "${1:volume_rebate}": {
            "kind": "rebate",
            "from": "${2:sales}",
            "eligible": ["${3:tier >= silver}"],
            "period": "${4:quarter}",
            "sum": "${5:amount}",
            "method": "${6:marginal}",
            "bands": [{"from": "0 USD", "rate": "${7:1%}"}, {"from": "${8:100_000 USD}", "rate": "${9:2%}"}],
            "limits": [{"at_most": "${10:75_000 USD}", "per": ["partner", "period"]}],
            "payee": "partner",
        }
    },
)
KIND = preset(
    "rebate", SAYS, __doc__, SNIPPET, payees={"partner": "The company"}, keys={"measured": measured("each period")}
)
