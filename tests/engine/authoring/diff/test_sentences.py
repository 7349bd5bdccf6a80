"""Each change as people read it: a program, an edit of its text, and what is told."""

from __future__ import annotations

import pytest

from engine.authoring.diff.change import Change, Kind
from engine.authoring.diff.phrases import say, written
from engine.authoring.diff.programs import compare_programs
from tests.tiny import program

pytestmark = pytest.mark.search

PROGRAM = """\
calendar: {fiscal_year_starts: february, year_named: start}
records:
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise], optional: true}
  products:
    fields:
      line: {type: choice, values: [network, security], optional: true}
  sales:
    links: {item: {to: products, by: product_id}}
parameters:
  minimum: 10_000 USD
  needed:
    - {from: 2026-01-01, by: [tier], values: {silver: 50_000 USD, gold: 250_000 USD}}
    - {from: 2026-08-01, by: [tier], values: {silver: 50_000 USD, gold: 300_000 USD}, reason: ticket 1}
  engineers_needed: {by: [tier, size], values: {silver: {smb: 1, enterprise: 2}, gold: {smb: 2, enterprise: 4}}}
  team: {by: revenue, bands: [{from: 0 USD, value: 1}, {from: 100_000 USD, value: 3}]}
certifications:
  pro: {title: Professional, valid_for: 24 months, grace: 90 days}
  old_pro: {counts_as: pro, retired_on: 2025-07-01, run_off: 12 months}
metrics:
  revenue: {title: Revenue, from: sales, sum: amount, where: entry is sale, window: trailing 12 months}
  before: {like: revenue, shifted: 12 months}
  growth: {formula: (revenue - before) / before, scale: 4}
  group: {like: revenue, scope: partner with children}
  engineers: {people_holding: pro}
segments:
  strategic:
    when:
      - region is 'emea'
      - group >= 1_000_000 USD
tiers:
  ladder: [registered, silver, gold]
  requires:
    - revenue >= needed
    - engineers >= engineers_needed
    - revenue >= minimum
  gold:
    by_invitation: true
    requires:
      - any:
          - growth >= 10%
          - strategic
      - at_least: 1
        of: [engineers >= team, growth >= 20%]
benefits:
  discount: {value: percent, by: [tier], values: {registered: 5%, gold: 15%}}
  coaching: {value: flag, when: [tier <= silver, growth >= 30%]}
incentives:
  rebate:
    kind: rebate
    from: sales
    where: item.line is network
    eligible: [tier >= silver]
    period: fiscal quarter
    sum: amount
    method: marginal
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 100_000 USD, rate: 2%}
    limits:
      - {at_most: 75_000 USD, per: [partner, period]}
    payee: partner
    accounting: expense
  launch:
    kind: spiff
    from: sales
    during: {from: 2026-03-01, before: 2026-06-01}
    amount: 150 USD
    per: 1
    of: quantity
    limits:
      - {at_most: 3_000 USD, per: [seller], order: [closed_on, sale_id]}
    payee: seller
"""

EDITS = (
    ("gold: 300_000 USD", "gold: 350_000 USD", "parameters.needed[gold] from 2026-08-01",
     "gold now needs 350,000 USD of `revenue`, was 300,000 USD, from 2026-08-01"),
    ("gold: {smb: 2,", "gold: {smb: 3,", "parameters.engineers_needed[gold, smb]",
     "gold (smb) now needs `engineers` of at least 3, was 2"),
    ("minimum: 10_000 USD", "minimum: 12_000 USD", "parameters.minimum", "`minimum` is now 12,000 USD, was 10,000 USD"),
    ("reason: ticket 1", "reason: ticket 2", "parameters.needed from 2026-08-01.reason",
     'the reason given for `needed` is now "ticket 2", was "ticket 1"'),
    ("{from: 100_000 USD, value: 3}", "{from: 120_000 USD, value: 3}", "parameters.team[from 120,000 USD]",
     "`team` is 3 from 120,000 USD on, was from 100,000 USD"),
    ("{from: 100_000 USD, value: 3}", "{from: 100_000 USD, value: 4}", "parameters.team[from 100,000 USD]",
     "`team` from 100,000 USD on is now 4, was 3"),
    ("{from: 100_000 USD, value: 3}]", "{from: 100_000 USD, value: 3}, {from: 9_000_000 USD, value: 5}]",
     "parameters.team[from 9,000,000 USD]", "`team` has a new band from 9,000,000 USD: 5"),
    ("[{from: 0 USD, value: 1}, {from: 100_000 USD, value: 3}]", "[{from: 0 USD, value: 1}]",
     "parameters.team[from 100,000 USD]", "`team` no longer has a band from 100,000 USD, which was 3"),
    ("valid_for: 24 months, grace", "grace", "certifications.pro.valid_for",
     "the certification `pro` no longer expires, was valid for 2 years"),
    ("valid_for: 24 months", "valid_for: 18 months", "certifications.pro.valid_for",
     "the certification `pro` is now valid for 18 months, was 2 years"),
    ("grace: 90 days", "grace: 30 days", "certifications.pro.grace",
     "the certification `pro` now counts 30 days beyond its expiry, was 90 days"),
    ("retired_on: 2025-07-01", "retired_on: 2025-09-01", "certifications.old_pro.retired_on",
     "the day of retirement of the certification `old_pro` is now 2025-09-01, was 2025-07-01"),
    ("title: Revenue", "title: Turnover", "metrics.revenue.title",
     "the title of `revenue` is now `Turnover`, was `Revenue`"),
    ("(revenue - before) / before", "(revenue - before) / revenue", "metrics.growth.formula",
     "`growth` is now computed as `(revenue - before) / revenue`, was `(revenue - before) / before`"),
    ("scope: partner with children", "where: amount > 1 USD", "metrics.group.scope",
     "`group` no longer counts the partners below, too"),
    ("group >= 1_000_000 USD", "group >= 900_000 USD", "segments.strategic.when[2]",
     "the segment `strategic` now requires `group` of at least 900,000 USD, was 1,000,000 USD"),
    ("    - revenue >= minimum\n", "", "tiers.requires[was 3]",
     "every tier above registered no longer needs `revenue >= minimum`"),
    ("- growth >= 10%", "- growth >= 12%", "tiers.gold.requires[1].any[1]",
     "gold now needs, as one of 2, `growth` of at least 12%, was 10%"),
    ("at_least: 1", "at_least: 2", "tiers.gold.requires[2].at_least", "gold now needs 2 of 2 lines, was 1"),
    ("  ladder: [registered, silver, gold]\n", "  ladder: [registered, silver, gold]\n  cumulative: true\n",
     "tiers.cumulative", "every tier now also requires the lines of the tiers below it"),
    ("    by_invitation: true\n", "", "tiers.gold.by_invitation", "gold is no longer by invitation"),
    ("gold: 15%", "gold: 16%", "benefits.discount[gold]", "gold now gets 16% of `discount`, was 15%"),
    ("registered: 5%, gold", "registered: 5%, silver: 7%, gold", "benefits.discount[silver]",
     "silver now gets 7% of `discount`, was 5%"),
    ("growth >= 30%", "growth >= 25%", "benefits.coaching.when[2]",
     "`coaching` now requires `growth` of at least 25%, was 30%"),
    ("from: 100_000 USD, rate", "from: 120_000 USD, rate", "incentives.rebate.bands[from 120,000 USD]",
     "the 2% band of `rebate` starts at 120,000 USD, was 100,000 USD"),
    ("rate: 2%", "rate: 2.5%", "incentives.rebate.bands[from 100,000 USD]",
     "`rebate` from 100,000 USD on now pays 2.5%, was 2%"),
    ("- {from: 100_000 USD, rate: 2%}", "- {from: 100_000 USD, rate: 2%}\n      - {from: 500_000 USD, rate: 3%}",
     "incentives.rebate.bands[from 500,000 USD]", "`rebate` has a new band from 500,000 USD: 3%"),
    ("      - {from: 100_000 USD, rate: 2%}\n", "", "incentives.rebate.bands[from 100,000 USD]",
     "`rebate` no longer has the band from 100,000 USD, which paid 2%"),
    ("method: marginal", "method: whole", "incentives.rebate.method",
     "the bands of `rebate` now pay the reached rate on everything, was each rate on the part inside its band"),
    ("at_most: 75_000 USD", "at_most: 60_000 USD", "incentives.rebate.limits[per partner, period]",
     "`rebate` is now limited to 60,000 USD per partner and period, was 75,000 USD"),
    ("order: [closed_on, sale_id]", "order: [recorded_on, sale_id]", "incentives.launch.order",
     "records of `launch` are now taken by `recorded_on` and `sale_id`, was by `closed_on` and `sale_id`"),
    ("eligible: [tier >= silver]", "eligible: [tier >= gold]", "incentives.rebate.eligible[1]",
     "`rebate` now requires of its partners `tier >= gold`, was `tier >= silver`"),
    ("before: 2026-06-01", "before: 2026-07-01", "incentives.launch.during",
     "`launch` now runs 1 March 2026 to 30 June 2026, was 1 March 2026 to 31 May 2026"),
    ("period: fiscal quarter", "period: quarter", "incentives.rebate.period",
     "`rebate` is now paid by `quarter`, was by `fiscal quarter`"),
    ("amount: 150 USD", "amount: 200 USD", "incentives.launch.amount",
     "the amount of `launch` is now 200 USD, was 150 USD"),
    ("accounting: expense", "accounting: contra_revenue", "incentives.rebate.accounting",
     "the accounting of `rebate` is now `contra_revenue`, was `expense`"),
    ("calendar: {", "corrections: {late_records: 90 days}\ncalendar: {", "corrections.late_records",
     "late records now change a period for 90 days after it, was without end"),
    ("calendar: {", "corrections: {returns: 1 year}\ncalendar: {", "corrections.returns",
     "returns now change a period for 1 year after it, was without end"),
    ("fiscal_year_starts: february", "fiscal_year_starts: march", "calendar.fiscal_start_month",
     "the first month of the fiscal year of the calendar is now 3, was 2"),
)  # fmt: skip


def changes(before: str, after: str) -> tuple[Change, ...]:
    """What is told of an edit of the program's text."""
    assert before in PROGRAM
    return compare_programs(program(PROGRAM), program(PROGRAM.replace(before, after, 1)))


@pytest.mark.parametrize(("before", "after", "path", "sentence"), EDITS)
def test_an_edit_is_told(before: str, after: str, path: str, sentence: str) -> None:
    """One edit of the text, and the sentence at its path."""
    told = {each.path: each.sentence for each in changes(before, after)}
    assert told.get(path) == sentence


def test_one_edit_is_one_change() -> None:
    """A threshold that moves is one change, with its typed values and both places."""
    (found,) = changes("gold: 300_000 USD", "gold: 350_000 USD")
    assert (found.kind, written(found.before), written(found.after)) == (Kind.CHANGED, "300_000 USD", "350_000 USD")
    assert found.was is not None and found.now is not None
    assert (found.was.line, found.now.line) == (20, 20)
    assert found.clause == found.path and found.decides


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("10_000 USD", "10_000.00 USD"),
        ("rate: 2%", "rate: 2.0%"),
        ("minimum: 10_000 USD", "minimum: 10_000 USD  # a comment"),
        ("{title: Professional, valid_for: 24 months, grace: 90 days}",
         "{grace: 90 days, valid_for: 2 years, title: Professional}"),
        ("values: {silver: 50_000 USD, gold: 250_000 USD}", "values: {gold: 250_000 USD, silver: 50_000 USD}"),
        ("minimum: 10_000 USD", "minimum: {value: 10_000 USD}"),
    ],
)  # fmt: skip
def test_how_it_is_written_does_not_show(before: str, after: str) -> None:
    """Spacing, comments, order of keys and spelling of numbers are no change."""
    assert changes(before, after) == ()


def test_what_decides_nothing_is_marked() -> None:
    """Titles, reasons and bookkeeping are told, and told apart."""
    for before, after in (("title: Revenue", "title: R"), ("ticket 1", "ticket 2"), ("expense", "contra_revenue")):
        assert [each.decides for each in changes(before, after)] == [False]


def test_a_new_name_for_the_same_body_is_a_rename() -> None:
    """A metric under another name is not one gone and one come; its uses are told."""
    new = PROGRAM.replace("engineers: {people_holding", "experts: {people_holding").replace(
        "engineers >=", "experts >="
    )
    found = compare_programs(program(PROGRAM), program(new))
    assert [(each.kind, each.path, each.before) for each in found if each.path.startswith("metrics")] == [
        (Kind.RENAMED, "metrics.experts", "engineers")
    ]


def test_what_comes_and_goes_is_told_by_name() -> None:
    """A new benefit, and one that is no more; places are only where something stands."""
    come = changes("benefits:\n", "benefits:\n  nfr: {value: quantity, by: [tier], values: {gold: 5}}\n")
    assert [(each.kind, each.sentence, each.was) for each in come] == [
        (Kind.ADDED, "there is a new benefit `nfr`", None)
    ]
    gone = changes("  coaching: {value: flag, when: [tier <= silver, growth >= 30%]}\n", "")
    assert [(each.kind, each.sentence, each.now) for each in gone] == [
        (Kind.REMOVED, "there is no benefit `coaching` any more", None)
    ]


def test_lines_that_change_places_are_told_once() -> None:
    """Only the order by which ties are broken differs, so nothing else is told."""
    found = changes(
        "    - revenue >= needed\n    - engineers >= engineers_needed\n",
        "    - engineers >= engineers_needed\n    - revenue >= needed\n",
    )
    assert [(each.kind, each.path) for each in found] == [(Kind.MOVED, "tiers.requires")]


def test_a_new_tier_is_told_with_its_place() -> None:
    """The ladder, the tier, and the values it brings."""
    new = PROGRAM.replace("[registered, silver, gold]", "[registered, silver, gold, platinum]").replace(
        "gold: 300_000 USD}", "gold: 300_000 USD, platinum: 1_000_000 USD}"
    )
    new = new.replace("gold: 250_000 USD}", "gold: 250_000 USD, platinum: 900_000 USD}")
    new = new.replace(
        "gold: {smb: 2, enterprise: 4}", "gold: {smb: 2, enterprise: 4}, platinum: {smb: 3, enterprise: 5}"
    )
    told = [each.sentence for each in compare_programs(program(PROGRAM), program(new))]
    assert "there is a new tier platinum, above gold" in told
    assert "platinum now needs 1,000,000 USD of `revenue`, from 2026-08-01" in told


def test_values_are_said_and_written() -> None:
    """The same value for people, and in the language's own writing."""
    assert [say(each) for each in (None, True, "", (), ("a", "b"))] == [
        "nothing", "yes", "nothing", "nothing", "`a` and `b`"
    ]  # fmt: skip
    assert [written(each) for each in (None, True, 3, ("a", "b"))] == ["", "true", "3", "a, b"]
