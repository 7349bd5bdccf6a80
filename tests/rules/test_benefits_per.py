"""Benefits with `per`: one grant for each value, read at it by lines, values, records that are paid, and test files."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.scalar import Value
from engine.referee.judge import available, compare, judge
from engine.reference.evaluate import evaluate
from rules import benefits, designations, load_program
from tests.ridge.records import rows
from tests.tiny import Decided, Records, decide, filled, text, told

FIELDS = """
choices:
  region: [emea, na]
  line: [network, security]
records:
  partners:
    fields:
      score: {type: integer, optional: true}
  sales:
    fields:
      territory: {type: region, optional: true}
      line: {type: line, optional: true}
"""
SOLD = "sale_id partner_id entry closed_on territory line amount"
REFEREE, _ = available()
REVENUE = """
metrics:
  regional: {from: sales, sum: amount, per: [region], window: program year}
"""


def decided(sections: str, *partners: str, day: str = "2026-06-30", sales: tuple[str, ...] = ()) -> Decided:
    """What all three evaluators decide of partners written as `P1|score`."""
    records: Records = {"partners": rows("partner_id score", *partners), "sales": rows(SOLD, *sales)}
    found = decide(FIELDS + sections, day, records)
    if REFEREE:
        judged = evaluate(found.plan, filled(found.plan, records)).tables[found.plan.decisions]
        assert compare(found.plan, judge(found.plan, judged), judged, "reference") == ()
    return found


def granted(found: Decided, name: str, partner: str = "P1") -> dict[Value, tuple[str, Value]]:
    """Value and grant of a benefit by scope; `-` is no value."""
    return {
        row["scope"]: ("-" if row[name] is None else f"{row[name]}", row[f"{name}.granted"])
        for row in found.outputs["entitlements"]
        if row["partner_id"] == partner
    }


# ------------------------------------------------------------------------------------------------ lines

LEAD = (
    REVENUE
    + """
benefits:
  lead: {value: flag, per: [region], when: [regional >= 1_000 USD]}
  gift: {value: money, is: 50 USD, when: [score >= 3]}
"""
)


def test_a_line_is_read_at_the_key() -> None:
    """1,000 USD in emea, 999.99 USD in na: lead in emea alone. `gift` has no scope, and a row of its own."""
    found = decided(LEAD, "P1|3", sales=("S1|P1|sale|2026-02-01|emea|-|1000", "S2|P1|sale|2026-02-02|na|-|999.99"))
    assert granted(found, "lead") == {"emea": ("True", True), "na": ("-", False), None: ("-", False)}
    assert granted(found, "gift") == {None: ("50", True), "emea": ("-", False), "na": ("-", False)}


def test_a_record_without_a_key_leaves_every_value_open() -> None:
    """The sale may be of either region."""
    found = decided(LEAD, "P1|3", sales=("S1|P1|sale|2026-02-01|-|-|1000",))
    assert granted(found, "lead") == {"emea": ("-", None), "na": ("-", None), None: ("-", False)}
    assert granted(found, "gift")[None] == ("50", True)


def test_a_designation_of_the_same_key_is_read_at_it() -> None:
    """Specialist in network by 1,000 USD of it: the badge of network, and none of security."""
    sections = """
metrics:
  by_line: {from: sales, sum: amount, per: [line], window: program year}
designations:
  specialist: {per: [line], requires: [by_line >= 1_000 USD]}
benefits:
  badge: {value: flag, per: [line], when: [specialist]}
  price: {value: percent, per: [line], by: [specialist], values: {"true": 12%, "false": 3%}}
  both: {value: flag, when: [specialist.network, specialist.security]}
"""
    found = decided(sections, "P1|-", sales=("S1|P1|sale|2026-02-01|-|network|1000",))
    assert granted(found, "badge") == {"network": ("True", True), "security": ("-", False), None: ("-", False)}
    assert granted(found, "price") == {"network": ("0.12", True), "security": ("0.03", True), None: ("-", False)}
    assert granted(found, "both")[None] == ("-", False)
    (line,) = [each for each in found.plan.conditions if str(each.owner) == "benefit.badge.network"]
    assert (line.id, line.of, str(line.behind)) == (
        "benefit.badge.network.1",
        "badge.network",
        "designation.specialist.network",
    )


def test_two_keys_have_a_grant_for_each_pair() -> None:
    """2 regions x 2 lines; of na and security nothing is listed, so nothing is granted."""
    sections = """
metrics:
  both: {from: sales, sum: amount, per: [region, line], window: program year}
benefits:
  pair:
    value: quantity
    per: [region, line]
    by: [line, region]
    values: {network: {emea: 1, na: 2}, security: {emea: 3}}
    when: [both > 0 USD]
"""
    sold = ("S1|P1|sale|2026-02-01|na|network|1", "S2|P1|sale|2026-02-01|na|security|1")
    found = decided(sections, "P1|-", sales=sold)
    assert granted(found, "pair") == {
        "emea.network": ("-", False),
        "emea.security": ("-", False),
        "na.network": ("2", True),
        "na.security": ("-", False),
    }


# ------------------------------------------------------------------------------------------------ values

MARGIN = """
tiers: {ladder: [low, mid, high], mid: {requires: [score >= 1]}, high: {requires: [score >= 2]}}
benefits:
  margin:
    value: percent
    per: [line]
    by: [tier, line]
    values: {low: {network: 5%}, high: {network: 10%, security: 8%}}
"""


@pytest.mark.parametrize(
    ("score", "network", "security"),
    [
        ("0", ("0.05", True), ("-", False)),
        ("1", ("0.05", True), ("-", False)),  # as low
        ("2", ("0.1", True), ("0.08", True)),
        ("-", ("0.05", True), ("-", False)),  # undecided between the tiers: the lowest is held
    ],
)
def test_tables_go_by_tier_and_key(score: str, network: tuple[str, Value], security: tuple[str, Value]) -> None:
    """A tier that is not listed for a key has what the next lower one listed for it has."""
    found = decided(MARGIN, f"P1|{score}")
    assert {key: (value.rstrip("0") or value, given) for key, (value, given) in granted(found, "margin").items()} == {
        "network": network,
        "security": security,
    }


@pytest.mark.parametrize(
    ("benefit", "network", "security"),
    [
        ("{value: percent, per: [line], by: [line], values: {network: 5%}}", ("0.05", True), ("-", False)),
        (
            "{value: level, levels: [a, b], per: [line], by: [line], values: {network: b}}",
            ("b", True),
            ("-", False),
        ),
        ("{value: money, per: [line], is: by_line * 2}", ("200", True), ("0", True)),
        ("{value: quantity, per: [line], by: [line], values: {network: 4, security: score}}", ("4", True), ("-", None)),
        (
            (
                "{value: quantity, per: [line], by: [line], values: {network: {by: [by_line],"
                " bands: [{from: 0 USD, value: 1}, {from: 100 USD, value: 7}]}, security: 2}}"
            ),
            ("7", True),
            ("2", True),
        ),
    ],
)
def test_values_by_the_key(benefit: str, network: tuple[str, Value], security: tuple[str, Value]) -> None:
    """What is not listed is not granted; what is missing is undecided."""
    sections = f"""
metrics:
  by_line: {{from: sales, sum: amount, per: [line], window: program year}}
benefits:
  given: {benefit}
  other: {{value: flag, per: [line], when: [by_line > 0 USD]}}
"""
    found = decided(sections, "P1|-", sales=("S1|P1|sale|2026-02-01|-|network|100",))
    told_ = {key: (value.removesuffix(".00"), given) for key, (value, given) in granted(found, "given").items()}
    assert told_ == {"network": network, "security": security}
    assert granted(found, "other") == {"network": ("True", True), "security": ("-", False)}


# ------------------------------------------------------------------------------------------------ where it is read

RESALE = (
    MARGIN
    + """
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: benefits.margin, payee: partner}
"""
)


def test_a_record_that_is_paid_reads_it_by_its_own_field() -> None:
    """The tier high: 10% of 1,000 and 8% of 500; without a line the earning is undecided."""
    sold = (
        "S1|P1|sale|2026-02-01|-|network|1000",
        "S2|P1|sale|2026-02-01|-|security|500",
        "S3|P1|sale|2026-02-01|-|-|300",
    )
    found = decided(RESALE, "P1|2", sales=sold)
    assert found.earned("source_id", "amount") == [("S1", "100.00"), ("S2", "40.00"), ("S3", "-")]


def test_a_record_of_what_is_not_granted_earns_nothing() -> None:
    """The tier mid has 5% of network, and nothing of security."""
    sold = ("S1|P1|sale|2026-02-01|-|network|1000", "S2|P1|sale|2026-02-01|-|security|500")
    assert decided(RESALE, "P1|1", sales=sold).earned("source_id", "amount") == [("S1", "50.00")]


def test_what_is_asked_of_one_key_is_not_asked_of_another() -> None:
    """Network needs 1,000 USD of it: 0.1 of 1,000. Security is not reached, so its sale earns nothing."""
    sections = """
metrics:
  by_line: {from: sales, sum: amount, per: [line], window: program year}
benefits:
  bonus: {value: percent, per: [line], is: 10%, when: [by_line >= 1_000 USD]}
  cap: {value: money, per: [line], by: [line], values: {network: 30 USD, security: 7 USD}}
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: benefits.bonus, payee: partner}
  one: {kind: commission, from: sales, of: amount, rate: benefits.bonus.security, payee: partner}
  most:
    kind: commission
    from: sales
    of: amount
    rate: 50%
    limits: [{at_most: benefits.cap, per: [partner, line]}]
    payee: partner
"""
    sold = ("S1|P1|sale|2026-02-01|-|network|1000", "S2|P1|sale|2026-02-01|-|security|999.99")
    found = decided(sections, "P1|-", sales=sold)
    assert found.earned("incentive", "source_id", "amount") == [
        ("most", "S1", "30.00"),
        ("most", "S2", "7.00"),
        ("resale", "S1", "100.00"),
    ]


def test_a_period_reads_it_at_the_value_it_names() -> None:
    """8% of the 1,500 USD of the first quarter."""
    sections = (
        MARGIN
        + """
incentives:
  back: {kind: rebate, from: sales, period: quarter, sum: amount, rate: benefits.margin.security, payee: partner}
"""
    )
    sold = ("S1|P1|sale|2026-02-01|-|network|1000", "S2|P1|sale|2026-02-01|-|security|500")
    assert decided(sections, "P1|2", sales=sold).amounts() == ["120.00"]


def test_another_benefit_reads_it_at_the_same_keys() -> None:
    """Half of what the margin is worth, line by line."""
    sections = MARGIN + "  half: {value: percent, per: [line], is: benefits.margin * 0.5, when: [score >= 0]}\n"
    found = decided(sections, "P1|2")
    assert {key: Decimal(value) for key, (value, _) in granted(found, "half").items()} == {
        "network": Decimal("0.05"),
        "security": Decimal("0.04"),
    }


# ------------------------------------------------------------------------------------------------ findings


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (
            "benefits: {a: {value: flag, per: [size], when: [score > 1]}}",
            ["RNG200 `size`: there is no choice `size`"],
        ),
        (
            "benefits: {a: {value: flag, per: [line, line], when: [score > 1]}}",
            ["RNG207 `line`: `line` is under `per` twice"],
        ),
        (
            "benefits: {a: {value: percent, per: [line], by: [line], values: {network: 1%, cloud: 2%}}}",
            ["RNG209 `cloud`: `cloud` is not a value of `line`"],
        ),
        (
            (
                "tiers: {ladder: [x, y], requires: [score > 1]}\n"
                "benefits: {a: {value: percent, per: [line], by: [tier],"
                " values: {x: {by: [line], values: {network: 1%, security: 2%}}}}}"
            ),
            [
                "RNG213 `line`: `line` is a key of `a`, and stands in the `by` of a value inside of a value",
                "RNG213 `line`: `line` stands under `per`, and can be read only under the `by` beside it",
            ],
        ),
        (
            "benefits: {a: {value: flag, per: [region], when: [region is emea]}}",
            ["RNG213 `region`: `region` stands under `per`, and can be read only under the `by` beside it"],
        ),
        (
            (
                "parameters: {p: {by: [region], values: {emea: 1, na: 2}}}\n"
                "benefits: {a: {value: quantity, per: [region], is: p, when: [score > 1]}}"
            ),
            ["RNG213 `region`: `region` stands under `per`, and can be read only under the `by` beside it"],
        ),
        (
            (
                "metrics: {r: {from: sales, sum: amount, per: [region], window: lifetime}}\n"
                "benefits: {a: {value: flag, per: [line], when: [r > 1 USD]}}"
            ),
            ["RNG213 `r`: `r` has one value for each group (`per`), not one for the partner"],
        ),
    ],
)
def test_what_is_wrong_with_keys(sections: str, expected: list[str]) -> None:
    """Keys are choices, values are theirs, and their names do not stand for fields of the partner."""
    assert [without_line(each) for each in told(FIELDS + sections + "\n")] == expected


RULE = "incentives: {back: {kind: rebate, from: sales, period: quarter, sum: amount, rate: RATE, payee: partner}}\n"
OTHER = "incentives: {back: {kind: commission, from: deals, of: value, rate: RATE, payee: partner}}\n"
KEYED = "benefits: {a: {value: percent, per: [line], by: [line], values: {network: 1%, security: 2%}}}\n"


@pytest.mark.parametrize(
    ("rule", "rate", "expected"),
    [
        (
            RULE,
            "benefits.a",
            "RNG213 `benefits.a`: `benefits.a` has a value for each line, and which one is not known here",
        ),
        (RULE, "benefits.a.cloud", "RNG200 `benefits.a.cloud`: unknown name `benefits.a.cloud`"),
        (
            RULE,
            "benefits.a.network.x",
            "RNG200 `benefits.a.network.x`: `benefits.a.network.x` does not name one value for each line",
        ),
        (RULE, "benefits.b.network", "RNG200 `benefits.b.network`: unknown name `benefits.b.network`"),
        (
            OTHER,
            "benefits.a",
            "RNG213 `benefits.a`: `benefits.a` has a value for each line, and records of `deals` do not say which",
        ),
    ],
)
def test_a_rule_that_reads_it_without_a_key(rule: str, rate: str, expected: str) -> None:
    """The finding says what to write; a sum over records has no key, and a deal has no line."""
    assert [without_line(each) for each in told(FIELDS + KEYED + rule.replace("RATE", rate))] == [expected]


def without_line(finding: str) -> str:
    """The finding without the number of its line."""
    code, rest = finding.split(" ", 1)
    return f"{code} {rest.lstrip('0123456789')}"


# ------------------------------------------------------------------------------------------------ in conditions

ASKED = """
tiers: {ladder: [low, high], high: {requires: [score >= 9]}}
benefits:
  flag: {value: flag, when: [score > 1]}
  gift: {value: money, is: 10 USD, when: [score > 1]}
  level: {value: level, levels: [basic, top], is: top, when: [score > 1]}
  keyed: {value: flag, per: [line], when: [score > 1]}
  either: {value: percent, is: 10%, when: [any: [benefits.flag, score is 0]]}
incentives:
  by_flag: {kind: commission, from: sales, of: amount, rate: 1%, eligible: [benefits.flag], payee: partner}
  by_key: {kind: commission, from: sales, of: amount, rate: 2%, eligible: [benefits.keyed.network], payee: partner}
  by_gift: {kind: commission, from: sales, of: amount, rate: 3%, eligible: [benefits.gift > 5 USD], payee: partner}
  by_level: {kind: commission, from: sales, of: amount, rate: 4%, eligible: [benefits.level is top], payee: partner}
  any_of: {kind: rebate, from: sales, period: quarter, sum: amount, rate: 5%, ELIGIBLE, payee: partner}
  paid: {kind: commission, from: sales, of: amount, rate: benefits.either, payee: partner}
""".replace("ELIGIBLE", "eligible: [any: [benefits.gift > 5 USD, tier is low]]")


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("2", ["by_flag 10.00", "by_key 20.00", "by_gift 30.00", "by_level 40.00", "any_of 50.00", "paid 100.00"]),
        ("0", ["by_level -", "any_of 50.00", "paid 100.00"]),  # a level that is not granted is none, so it is undecided
        ("1", ["by_level -", "any_of 50.00"]),
        ("-", ["by_flag -", "by_key -", "by_gift -", "by_level -", "any_of 50.00", "paid -"]),
    ],
)
def test_a_condition_reads_whether_it_is_granted(score: str, expected: list[str]) -> None:
    """A flag is true where it is granted, an amount zero where it is not; a group needs only one of its lines."""
    found = decided(ASKED, f"P1|{score}", sales=("S1|P1|sale|2026-02-01|-|network|1000",))
    earned = [f"{name} {amount}" for name, period, amount in found.earned("incentive", "period", "amount")]
    order = ("by_flag", "by_key", "by_gift", "by_level", "any_of", "paid")
    assert sorted(earned, key=lambda each: order.index(each.split()[0])) == expected


BY_RECORD = "incentives: {c: {kind: commission, from: sales, of: amount, rate: benefits.a, payee: partner}}\n"


@pytest.mark.parametrize("rule", [BY_RECORD, RULE.replace("RATE", "benefits.a")])
@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        ("{value: percent, per: [size], is: 5%}", "RNG200 `size`: there is no choice `size`"),
        ("{value: percent, per: [line], is: nobody}", "RNG200 `nobody`: unknown name `nobody`"),
    ],
)
def test_what_is_wrong_with_a_benefit_is_reported_once(rule: str, benefit: str, expected: str) -> None:
    """Where it is declared, and not where it is read as well; which value is asked for is another question."""
    found = [without_line(each) for each in told(FIELDS + f"benefits: {{a: {benefit}}}\n" + rule)]
    assert [each for each in found if not each.startswith("RNG213")] == [expected]
    assert len(found) == 1 + (rule != BY_RECORD and "line" in benefit)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("benefits: {x: {value: flag, per: [a, b], when: [m > 5 USD]}}", "there are 506 combinations of a and b"),
        (
            "designations: {x: {per: [a, b], overall: highest, requires: [m > 5 USD]}}",
            "there are 506 combinations of a and b",
        ),
        ("benefits: {x: {value: flag, per: [a], when: [k > 5 USD]}}", ""),
    ],
)
def test_keys_with_too_many_combinations_are_refused_at_once(section: str, message: str) -> None:
    """22 times 23 values; each combination would be compiled by itself. The cure is one choice fewer."""
    values = {name: ", ".join(f"{name}{each}" for each in range(count)) for name, count in (("a", 22), ("b", 23))}
    text = f"choices: {{a: [{values['a']}], b: [{values['b']}]}}\nrecords: {{sales: {{fields: {{a: a, b: b}}}}}}\n"
    text += "metrics:\n  m: {from: sales, sum: amount, per: [a, b], window: lifetime}\n"
    text += "  k: {from: sales, sum: amount, per: [a], window: lifetime}\n"
    found = [each.split("`: ")[-1] for each in told(text + section + "\n") if "RNG211" not in each]
    assert found == ([f"{message}, and the limit is 500"] if message else [])


WITH = "designations and benefits with `per` have"


@pytest.mark.parametrize(
    ("counts", "kind", "lines", "message"),
    [
        ((250, 250), "designations", 1, ""),
        ((250, 251), "designations", 1, f"with `d1`, {WITH} 501 statuses, and the limit is 500"),
        ((250, 250), "benefits", 8, ""),
        ((250, 250, 1), "benefits", 8, f"with `d2`, {WITH} 4,008 lines to decide, and the limit is 4,000"),
        ((500,), "designations", 9, f"with `d0`, {WITH} 4,500 lines to decide, and the limit is 4,000"),
    ],
)
def test_all_combinations_of_a_program_are_bounded(
    counts: tuple[int, ...], kind: str, lines: int, message: str
) -> None:
    """Many things with few values each take as long as one with many; the finding stands at the first too many."""
    choices = "".join(
        f"  c{at}: [{', '.join(f'v{each}' for each in range(count))}]\n" for at, count in enumerate(counts)
    )
    says = {"designations": "overall: highest, requires", "benefits": "value: flag, when"}[kind]
    held = ", ".join(["{all: [headcount > 1]}", *["headcount > 1"] * (lines - 1)])
    declared = "".join(f"  d{at}: {{per: [c{at}], {says}: [{held}]}}\n" for at in range(len(counts)))
    fields = "records: {partners: {fields: {headcount: integer}}}\n"
    program, _ = load_program(text(f"choices:\n{choices}{fields}{kind}:\n{declared}").encode(), "tiny.yaml")
    assert program is not None
    refused = [each.message for check in (designations.check, benefits.check) for each in check(program)]
    assert refused == ([message] if message else [])
    assert len(list(program.scopes(("c0",)))) == (1 if message else counts[0])


@pytest.mark.long
def test_many_designations_without_keys_are_bounded_as_well() -> None:
    """501 that are held or not; and 138 ladders of 30 tiers, each with a line: 137 times 29 lines are 3,973."""
    fields = "records: {partners: {fields: {headcount: integer}}}\n"
    plain = "".join(f"  d{at}: {{requires: [headcount > 1]}}\n" for at in range(501))
    tiers = [f"t{at}" for at in range(30)]
    lines = ", ".join(f"{each}: {{requires: [headcount > 1]}}" for each in tiers[1:])
    ladders = "".join(f"  d{at}: {{ladder: [{', '.join(tiers)}], {lines}}}\n" for at in range(138))
    cases = ((plain, "with `d500`, designations have 501 statuses, and the limit is 500"),
             (ladders, "with `d137`, designations have 4,002 lines to decide, and the limit is 4,000"))  # fmt: skip
    for declared, message in cases:
        program, found = load_program(text(f"{fields}designations:\n{declared}").encode(), "tiny.yaml")
        assert program is not None, found
        (refused,) = designations.check(program)
        assert (refused.message, refused.help) == (message, "declare fewer designations, or fewer tiers and lines")


@pytest.mark.parametrize("section", ["tiers: {{{}}}", "designations: {{d: {{{}}}}}"])
@pytest.mark.parametrize("count", [30, 31])
def test_a_ladder_has_at_most_thirty_tiers(section: str, count: int) -> None:
    """Each tier is compared with all others: 3,000 of them took a minute."""
    ladder = f"ladder: [{', '.join(f't{at}' for at in range(count))}], requires: [headcount > 1]"
    sections = "records: {partners: {fields: {headcount: integer}}}\n" + section.format(ladder)
    found = [each for each in told(sections) if "RNG107" in each]
    assert len(found) == (count > 30)
