"""Things read at the values of several keys, behind dots; people counted by the certification of each value."""

from __future__ import annotations

import re

import pytest

from engine.plan.scalar import Value
from engine.referee.judge import available, compare, judge
from engine.reference.evaluate import evaluate
from tests.ridge.records import rows
from tests.tiny import Decided, Records, decide, filled, findings, told

FIELDS = """
choices:
  region: [emea, na]
  practice: [network, cloud, 'big data']
records:
  sales: {fields: {region: region, practice: practice}}
"""
SOLD = "sale_id partner_id entry closed_on amount region practice"
METRICS = """
metrics:
  sold: {from: sales, sum: amount, per: [region, practice], window: program year}
  share: {formula: sold / 1_000 USD, per: [region, practice], scale: 2}
"""
LOCAL = "designations: {local: {per: [region, practice], ladder: [member, expert], requires: [sold >= 200 USD]}}\n"
MARGIN = """
benefits:
  margin:
    value: percent
    per: [region, practice]
    by: [region, practice]
    values: {emea: {network: 1%, cloud: 2%}, na: {network: 3%, cloud: 4%}}
"""
REFEREE, _ = available()


def decided(sections: str, records: Records, day: str = "2026-06-30") -> Decided:
    """What all three evaluators decide."""
    found = decide(sections, day, records)
    if REFEREE:
        judged = evaluate(found.plan, filled(found.plan, records)).tables[found.plan.decisions]
        assert compare(found.plan, judge(found.plan, judged), judged, "reference") == ()
    return found


def said(text: str) -> list[str]:
    """Findings without the numbers of lines; names that nothing reads are no matter here."""
    return [re.sub(r" \d+`", " `", each, count=1) for each in told(text) if not each.startswith("RNG211")]


def sales(*lines: str) -> Records:
    """One partner with sales."""
    return {"partners": rows("partner_id", "P1"), "sales": rows(SOLD, *lines)}


# ------------------------------------------------------------------------------------------------ two keys

EVERYTHING = (
    FIELDS
    + METRICS
    + LOCAL
    + MARGIN
    + """
tiers:
  ladder: [low, high]
  requires:
    - sold.emea.cloud >= 250 USD
    - sold.na.network >= 250 USD
    - share.emea.cloud >= 0.25
    - local.emea.cloud >= expert
    - local.na.network >= expert
    - local.highest >= expert
    - benefits.margin.na.cloud >= 4%
incentives:
  back: {kind: commission, from: sales, of: amount, rate: benefits.margin.na.cloud, payee: partner}
"""
)


def test_a_value_for_each_key() -> None:
    """100 + 150 USD in emea and cloud, 240 USD in na and network: 0.25 and 0.24 thousand, each above 200 USD.

    4 % of 490 USD are 4 + 6 + 9.60 USD.
    """
    found = decided(
        EVERYTHING,
        sales(
            "S1|P1|sale|2026-02-01|100.00|emea|cloud",
            "S2|P1|sale|2026-02-01|150.00|emea|cloud",
            "S3|P1|sale|2026-02-01|240.00|na|network",
        ),
    )
    lines = [found.met(f"tier.high.{number}") for number in range(1, 8)]
    assert lines == [True, False, True, True, True, True, True]
    assert (f"{found.metric('sold.emea.cloud')}", f"{found.metric('share.emea.cloud')}") == ("250.00", "0.25")
    assert [row[0] for row in found.earned("amount")] == ["4.00", "6.00", "9.60"]


def test_the_order_is_that_of_per() -> None:
    """Both choices have the same words, so only the order tells whose is which: 1 USD of (a, b), 2 USD of (b, a)."""
    sections = """
choices: {one: [a, b], two: [a, b]}
records: {sales: {fields: {first: one, second: two}}}
metrics: {sold: {from: sales, sum: amount, per: [PER], window: program year}}
tiers: {ladder: [low, high], requires: [sold.a.b >= 0 USD]}
"""
    records: Records = {
        "partners": rows("partner_id", "P1"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount first second",
            "S1|P1|sale|2026-02-01|1.00|a|b",
            "S2|P1|sale|2026-02-01|2.00|b|a",
        ),
    }
    seen = [decided(sections.replace("PER", each), records).metric("sold.a.b") for each in ("one, two", "two, one")]
    assert [f"{each}" for each in seen] == ["1.00", "2.00"]


TIERS = "tiers: {ladder: [low, high], requires: ['LINE']}\n"


@pytest.mark.parametrize(
    ("line", "message", "cure"),
    [
        (
            "sold.emea.clowd > 0 USD",
            "unknown name `sold.emea.clowd`: `clowd` is not a value of `practice`",
            "did you mean `sold.emea.cloud`?",
        ),
        (
            "sold.eme.clowd > 0 USD",
            "unknown name `sold.eme.clowd`: `eme` is not a value of `region` and `clowd` is not a value of `practice`",
            "did you mean `sold.emea.cloud`?",
        ),
        (
            "sold.xx.cloud > 0 USD",
            "unknown name `sold.xx.cloud`: `xx` is not a value of `region`",
            "choose one of: `sold.emea.cloud`, `sold.na.cloud`",
        ),
        (
            "sold.cloud.emea > 0 USD",
            "unknown name `sold.cloud.emea`",
            "write the values in the order of `per`, region and practice: `sold.emea.cloud`",
        ),
        (
            "sold.emea > 0 USD",
            "`sold.emea` does not name one value for each region and practice",
            "write one value for each, in this order, such as `sold.emea.network`",
        ),
        (
            "sold.emea.cloud.na > 0 USD",
            "`sold.emea.cloud.na` does not name one value for each region and practice",
            "write one value for each, in this order, such as `sold.emea.network`",
        ),
        (
            "local.emea.clowd >= expert",
            "unknown name `local.emea.clowd`: `clowd` is not a value of `practice`",
            "did you mean `local.emea.cloud`?",
        ),
        (
            "local.highest.emea >= expert",
            "unknown name `local.highest.emea`: "
            + "`highest` is not a value of `region` and `emea` is not a value of `practice`",
            "choose one of: `local.emea.network`, `local.emea.cloud`, `local.na.network`, `local.na.cloud`",
        ),
        (
            "local >= expert",
            "`local` has a status for each region and practice; it is not clear which one is meant",
            "write `local.emea.network`, or add `overall: highest` to `local`",
        ),
        (
            "benefits.margin.emea.clowd > 1%",
            "unknown name `benefits.margin.emea.clowd`: `clowd` is not a value of `practice`",
            "did you mean `benefits.margin.emea.cloud`?",
        ),
        (
            "benefits.margin.emea > 1%",
            "`benefits.margin.emea` does not name one value for each region and practice",
            "write one value for each, in this order, such as `benefits.margin.emea.network`",
        ),
        (
            "sold > 0 USD",
            "`sold` has one value for each group (`per`), not one for the partner",
            "measure it in another metric: `{from: sold, max: value}`, "
            + "or read it at one value of each key: `sold.emea.network`",
        ),
        (
            "share > 0",
            "`share` has one value for each group (`per`), not one for the partner",
            "read it at one value of each key: `share.emea.network`",
        ),
    ],
)
def test_wrong_values_behind_dots(line: str, message: str, cure: str) -> None:
    """One finding, with the first or the second value that is meant, and a cure that can be written."""
    found = findings(FIELDS + METRICS + LOCAL + MARGIN + TIERS.replace("LINE", line))
    wrong = [each for each in found if each.code != "RNG211"]
    assert [(each.message, each.help) for each in wrong] == [(message, cure)]


def test_a_choice_without_a_word() -> None:
    """No dot can be followed by `2024` or `big data`, so no such name is offered."""
    sections = """
choices: {kind: ['2024', 'big data']}
records: {sales: {fields: {kind: kind}}}
metrics: {sold: {from: sales, sum: amount, per: [kind], window: program year}}
designations: {local: {per: [kind], requires: [sold > 0 USD]}}
benefits: {flag: {value: flag, per: [kind], when: [local]}}
"""
    expected = {
        "sold.big > 0 USD": "no value of `kind` can stand behind a dot: read it where `kind` is under `per`",
        "sold.big.data > 0 USD": "no value of `kind` can stand behind a dot: read it where `kind` is under `per`",
        "sold > 0 USD": "measure it in another metric: `{from: sold, max: value}`",
        "local": "add `overall: highest` to `local`",
        "benefits.flag": "what is paid for each record, without `period`, reads it by the record's own field",
    }
    for line, cure in expected.items():
        wrong = [each for each in findings(sections + TIERS.replace("LINE", line)) if each.code != "RNG211"]
        assert [each.help for each in wrong] == [cure], line


def test_more_than_one_link() -> None:
    """A link leads one step; a name of three parts that begins with a link says so."""
    sections = """
tiers: {ladder: [low, high], requires: [bought > 0 USD]}
metrics: {bought: {from: sales, sum: amount, where: customer.partner.name is 'x', window: lifetime}}
"""
    assert said(sections) == [
        "RNG213 `customer.partner.name`: `customer.partner.name` follows more than one link",
    ]


def test_a_metric_read_only_at_its_keys_is_used() -> None:
    """No warning says that it is not used."""
    sections = FIELDS + METRICS + TIERS.replace("LINE", "share.emea.cloud > 0")
    assert told(sections) == []


def test_a_designation_without_keys_has_no_values() -> None:
    """The name alone is offered."""
    sections = METRICS.replace("share:", "# share:") + (
        "designations: {local: {requires: [sold.emea.cloud > 0 USD]}}\n" + TIERS.replace("LINE", "local.emea")
    )
    found = findings(FIELDS + sections)
    assert [(each.message, each.help) for each in found] == [("unknown name `local.emea`", "did you mean `local`?")]


# ------------------------------------------------------------------------------------------------ people

PEOPLE = """
choices:
  practice: [network, cloud, security]
  region: [emea, na]
certifications:
  network_pro: {}
  network_old: {counts_as: network_pro}
  cloud_pro: {valid_for: 12 months}
  cloud_plus: {}
  security_pro: {}
"""
EXPERTS = """
metrics:
  experts:
    per: [practice]
    people_holding:
      by: [practice]
      values: {network: network_pro, cloud: {all: [cloud_pro, cloud_plus]}, security: {any: [security_pro, cloud_plus]}}
"""
HOLDING = "holding_id person_id certification earned_on expires_on"


def people(*lines: str, who: tuple[str, ...] = ("E1|P1", "E2|P1", "E3|P1", "E4|P2")) -> Records:
    """People of two partners, and what they hold."""
    return {
        "partners": rows("partner_id parent_id", "P1|-", "P2|P1"),
        "people": rows("person_id partner_id", *who),
        "certifications": rows(HOLDING, *lines),
    }


HELD = (
    "H1|E1|network_pro|2025-01-01|-",
    "H2|E2|network_old|2025-01-01|-",
    "H3|E1|cloud_pro|2025-12-01|-",
    "H4|E1|cloud_plus|2025-01-01|-",
    "H5|E2|cloud_pro|2025-12-01|-",
    "H6|E3|cloud_plus|2025-01-01|-",
    "H7|E3|security_pro|2025-01-01|-",
    "H8|E4|security_pro|2025-01-01|-",
)
READ = """
tiers:
  ladder: [low, high]
  requires: [experts.network >= 2, experts.cloud >= 2, experts.security >= 2]
"""


def counts(found: Decided, partner: str = "P1", name: str = "experts") -> list[Value]:
    """People by practice."""
    return [found.metric(f"{name}.{each}", partner) for each in ("network", "cloud", "security")]


def test_people_by_the_certification_of_each_value() -> None:
    """Network: E1, and E2 by one that counts as it. Cloud: only E1 has both. Security: E1 and E3 have one of two."""
    found = decided(PEOPLE + EXPERTS + READ, people(*HELD))
    assert (counts(found), counts(found, "P2")) == ([2, 1, 2], [0, 0, 1])
    assert [found.met(f"tier.high.{number}") for number in (1, 2, 3)] == [True, False, True]


def test_certificates_expire_on_the_day() -> None:
    """The one for cloud lasts twelve months from 1 December 2025."""
    days = {
        day: counts(decided(PEOPLE + EXPERTS + READ, people(*HELD), day))[1] for day in ("2026-11-30", "2026-12-01")
    }
    assert days == {"2026-11-30": 1, "2026-12-01": 0}


def test_people_of_the_group() -> None:
    """P1 with its child P2: E4 counts for security as well."""
    group = EXPERTS + "  group: {like: experts, scope: partner with children}\n"
    found = decided(PEOPLE + group + READ.replace("experts", "group") + UNUSED, people(*HELD))
    assert (counts(found, "P1", "group"), counts(found, "P2", "group")) == ([2, 1, 3], [0, 0, 1])


UNUSED = "segments: {any_network: {when: [experts.network > 0]}}\n"


def test_people_in_the_scopes_of_designations_formulas_and_benefits() -> None:
    """Two people are needed: network and security are held, cloud is not. Half of two people is one."""
    sections = """
  half: {formula: experts / 2, per: [practice], scale: 1}
designations: {specialist: {per: [practice], requires: [experts >= 2, half >= 1]}}
benefits: {badge: {value: flag, per: [practice], when: [experts >= 2]}}
"""
    found = decided(PEOPLE + EXPERTS + sections, people(*HELD))
    held = {row["scope"]: row["held"] for row in found.outputs["statuses"] if row["partner_id"] == "P1"}
    assert held == {"network": "held", "cloud": "not_held", "security": "held"}
    badges = {
        row["scope"]: row["badge.granted"]
        for row in found.outputs["entitlements"]
        if row["partner_id"] == "P1" and row["scope"]
    }
    assert badges == {"network": True, "cloud": False, "security": True}


def test_people_by_two_choices() -> None:
    """`values` is nested in the order of `by`, a name has the order of `per`. E1 alone holds network_pro itself."""
    sections = """
metrics:
  experts:
    per: [region, practice]
    people_holding:
      by: [practice, region]
      values:
        network: {emea: network_pro, na: network_old}
        cloud: {emea: cloud_pro, na: {all: [cloud_pro, cloud_plus]}}
        security: {emea: security_pro, na: security_pro}
tiers:
  ladder: [low, high]
  requires: [experts.emea.network > 0, experts.na.network > 0, experts.emea.cloud > 0, experts.na.cloud > 0]
"""
    found = decided(PEOPLE + sections, people(*HELD))
    names = ("emea.network", "na.network", "emea.cloud", "na.cloud")
    assert [found.metric(f"experts.{each}") for each in names] == [2, 1, 2, 1]


def test_a_value_that_is_not_listed() -> None:
    """It is an error where it is read, as in any table: nothing else is, and nothing is taken as zero."""
    text = PEOPLE + EXPERTS.replace(", security: {any: [security_pro, cloud_plus]}", "")
    assert said(text + READ) == ["RNG212 `network`: `experts` has no certification for `security`"]
    read = READ.replace(", experts.security >= 2", "")
    assert said(text + read) == []
    designation = "designations: {s: {per: [practice], requires: [experts >= 1]}}\n"
    assert said(text + designation) == ["RNG212 `network`: `experts` has no certification for `security`"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (
            "{people_holding: {by: [practice], values: {network: network_pro}}}",
            ["RNG300 `practice`: `practice` is not a key of `m`, so it does not say which certification is meant"],
        ),
        (
            "{per: [region], people_holding: network_pro}",
            ["RNG300 `per`: `m` counts the same people for each value of `region`, which is under `per`"],
        ),
        (
            "{per: [practice, region], people_holding: {by: [practice], values: {network: network_pro}}}",
            ["RNG300 `per`: `m` counts the same people for each value of `region`, which is under `per`"],
        ),
        (
            "{per: [practice], people_holding: {by: [practice], values: {netwok: network_pro, network: network_pro}}}",
            ["RNG209 `netwok`: `netwok` is not a value of `practice`"],
        ),
        (
            "{per: [practice], people_holding: {by: [practice], values: {network: network_pr}}}",
            ["RNG200 `network_pr`: there is no certification `network_pr`"],
        ),
        (
            "{per: [size], people_holding: {by: [size], values: {network: network_pro}}}",
            ["RNG200 `m`: a count of people can have `per` only for choices, and there is no choice `size`"],
        ),
        (
            "{per: [practice], people_holding: {by: [practice], values: {network: [network_pro]}}}",
            ["RNG300 `network`: `network` does not name a certification"],
        ),
        (
            "{per: [practice], people_holding: {by: [practice], values: {network: {some: [network_pro]}}}}",
            ["RNG300 `network`: `network` does not name a certification"],
        ),
        (
            "{per: [practice, region], people_holding: {by: [practice, region], values: {network: network_pro}}}",
            ["RNG300 `network`: `values` must be nested 2 deep, once for each name under `by`"],
        ),
        (
            "{per: [practice], people_holding: {by: [practice, practice], values: {network: {network: network_pro}}}}",
            ["RNG207 `practice`: `practice` is under `by` twice"],
        ),
    ],
)
def test_what_is_wrong_with_a_table_of_certifications(metric: str, expected: list[str]) -> None:
    """One finding at the place of the mistake."""
    assert said(PEOPLE + f"metrics:\n  m: {metric}\n") == expected


def test_replacing_people() -> None:
    """A metric like another one counts by the certifications it names, and by no others."""
    text = """
choices: {practice: [network, cloud]}
certifications: {a: {}, b: {}}
metrics:
  one: {per: [practice], people_holding: {by: [practice], values: {network: a, cloud: b}}}
  other: {like: one, people_holding: {by: [practice], values: {network: b, cloud: a}}}
  deals_of: {like: one, from: deals, count: records, per: [stage], window: lifetime}
  most: {from: deals_of, max: value}
tiers: {ladder: [low, high], requires: [one.network + other.network >= 1, most >= 1]}
"""
    records: Records = {
        "partners": rows("partner_id", "P1"),
        "people": rows("person_id partner_id", "E1|P1"),
        "certifications": rows(HOLDING, "H1|E1|a|2025-01-01|-"),
        "deals": rows("deal_id partner_id submitted_on stage", "D1|P1|2026-01-02|won", "D2|P1|2026-01-02|won"),
    }
    found = decided(text, records)
    assert [found.metric(each) for each in ("one.network", "other.network", "most")] == [1, 0, 2]


def test_five_keys() -> None:
    """Of many keys not every order is tried for a message: the wrong value is named."""
    letters = "abcde"
    sections = (
        f"choices: {{{', '.join(f'{each}: [{each}1]' for each in letters)}}}\n"
        + f"records: {{sales: {{fields: {{{', '.join(f'{each}: {each}' for each in letters)}}}}}}}\n"
        + "metrics: {sold: {from: sales, count: records, per: [a, b, c, d, e], window: lifetime}}\n"
        + TIERS.replace("LINE", "sold.a1.b1.c1.d1.e2 > 0")
    )
    (found,) = findings(sections)
    message = "unknown name `sold.a1.b1.c1.d1.e2`: `e2` is not a value of `e`"
    assert (found.message, found.help) == (message, "choose one of: `sold.a1.b1.c1.d1.e1`")
