"""Explanations as text: what a reader of the terminal sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from cli.render.explain_text import render_explanation
from engine.explain.explain import explain
from engine.explain.model import Explanation, Outcome, PartReason, Quantity, Reading, Records
from engine.reference.evaluate import evaluate
from tests.plans import WORLD, ridge
from tests.ridge.program import FILE, LINES


def place_of(table: str, key: tuple[str, ...]) -> tuple[str, int]:
    """Records stand in the order of their numbers."""
    return f"{table}.csv", 1 + int(key[0][1:])


def explained(partner: str, tier: str | None = None) -> Explanation:
    """The explanation of a partner of the hand-built world."""
    plan = ridge()
    found = evaluate(plan, WORLD)
    return explain(plan, found, partner, source={FILE: LINES}, place_of=place_of, records=2, tier=tier)


def text(partner: str, width: int = 120, tier: str | None = None) -> str:
    """It as text."""
    return render_explanation(explained(partner, tier), width)


FALLEN = """\
P3 in ridge 2026, as of 2026-06-30

Tier: registered
  down from silver: the highest tier whose lines are all met

Why not silver
  ridge/2026.yaml:25  ladder: [registered, silver, gold]
                                               observed      threshold  to go
  not met  revenue >= revenue_needed      30,000.00 USD  50,000.00 USD  20,000.00 USD more  ridge/2026.yaml:27
  not met  engineers >= engineers_needed              0              1  1 more              ridge/2026.yaml:28

Cheapest next step to silver: 2 lines
  revenue >= revenue_needed      20,000.00 USD more  ridge/2026.yaml:27
  engineers >= engineers_needed  1 more              ridge/2026.yaml:28

Benefits
  discount: 5%, listed for registered
    ridge/2026.yaml:42  discount: {value: percent, by: [tier], values: {registered: 5%, silver: 10%, gold: 15%}}
  coaching: cannot be decided
    ridge/2026.yaml:43  coaching: {value: flag, when: [tier <= silver, growth >= 30%]}
                                          observed  threshold  to go
    met            tier <= silver  tier registered                                                         line 43
    cannot decide  growth >= 30%           missing        30%  a division by `revenue_before`, which is 0  line 43

Earnings

  Quarterly volume rebate (volume_rebate)
  ridge/2026.yaml:45  volume_rebate:

  period 2026-Q1, from 2026-01-01 through 2026-03-31: 0.00 USD
    eligible, as of 2026-06-30:
                                      observed
      not met  tier >= silver  tier registered  ridge/2026.yaml:48
    measure               0.00 USD  ridge/2026.yaml:45  volume_rebate:
    earned, not eligible  0.00 USD  ridge/2026.yaml:48  eligible: [tier >= silver]
    limit                 0.00 USD  ridge/2026.yaml:53  - {at_most: 2_500 USD, per: [partner, period]}
    amount                0.00 USD  ridge/2026.yaml:45  volume_rebate:

  period 2026-Q2, from 2026-04-01 through 2026-06-30: 0.00 USD
    eligible, as of 2026-06-30:
                                      observed
      not met  tier >= silver  tier registered  ridge/2026.yaml:48
    measure               30,000.00 USD  ridge/2026.yaml:45  volume_rebate:
    earned, not eligible       0.00 USD  ridge/2026.yaml:48  eligible: [tier >= silver]
    limit                      0.00 USD  ridge/2026.yaml:53  - {at_most: 2_500 USD, per: [partner, period]}
    amount                     0.00 USD  ridge/2026.yaml:45  volume_rebate:
    from 1 record: sales S6 (sales.csv:7)

  EdgeGuard launch (launch_spiff)
  ridge/2026.yaml:54  launch_spiff:

  S6: undecided, not payable
    earned  750.00 USD  ridge/2026.yaml:58  amount: 150 USD
    limit      missing  ridge/2026.yaml:60  - {at_most: 400 USD, per: [seller]}
    sales.seller_id is missing: sales S6 (sales.csv:7)
    from 1 record: sales S6 (sales.csv:7)
"""


def test_a_partner_that_fell() -> None:
    """The whole page but the metrics, as it should read: every figure is of the small world."""
    assert text("P3").partition("\nMetrics")[0] == FALLEN


def test_the_bands_of_an_earning() -> None:
    """Each band with its share, its earning and its line; then the limit."""
    page = text("P2")
    assert "      1% of 100,000.00 USD    1,000.00 USD  ridge/2026.yaml:50  - {from: 0 USD, rate: 1%}" in page
    assert "      2% of 160,000.00 USD    3,200.00 USD  ridge/2026.yaml:51  - {from: 100_000 USD, rate: 2%}" in page
    assert "    limit                     2,500.00 USD  ridge/2026.yaml:53" in page


def test_what_cannot_be_decided() -> None:
    """The field, the record with its place, and the lines it leaves open."""
    page = text("P2")
    assert (
        "  partners.region is missing: partners P2 (partners.csv:3)\n"
        "    undecided because of this: region in [emea, na]" in page
    )
    assert "Why not" not in page  # it holds the highest tier


def test_the_records_behind_a_metric() -> None:
    """The first ones with their places, and how many more."""
    page = text("P1")
    assert "  revenue         280,000.00 USD  Net revenue, trailing twelve months\n" in page
    assert (
        "    5 records from 2025-07-01 through 2026-06-30: sales S1 (sales.csv:2), S2 (sales.csv:3) and 3 more\n"
        in page
    )


def test_groups_and_strict_lines() -> None:
    """Parts stand below their group; a strict line on its threshold says more than."""
    page = text("P1")
    assert "  not met  at least 2 of  " in page
    assert "  not met    csat > 4.2                              4.2             4.2  more than 4.2  " in page
    assert "  met          region in [emea, na]          region emea" in page


def test_a_narrow_terminal() -> None:
    """No value is cut: places shorten to the line. A line of the program is cut to the width, and is never wrapped."""
    page = text("P1", width=60)
    assert "280,000.00 USD" in page
    assert "line 27" in page
    assert "\n    ridge/2026.yaml:42  discount: {value: percent, by: [t ..\n" in page
    assert max(len(line) for line in page.splitlines() if ".." in line) <= 60


def test_what_is_missing_stands_below_its_line_where_it_does_not_fit() -> None:
    """The table stays narrow enough for the terminal."""
    page = text("P3", width=90)
    assert (
        "    cannot decide  growth >= 30%           missing        30%  ridge/2026.yaml:43\n"
        "        a division by `revenue_before`, which is 0\n"
    ) in page


def test_a_tier_whose_lines_are_met() -> None:
    """Asked about a tier it has, the partner is told that its lines are met."""
    assert "All lines of silver are met\n" in text("P1", tier="silver")


def test_a_step_that_has_to_be_known_first() -> None:
    """P4 asked about gold: its score has to be known before the line can be met."""
    page = text("P4", tier="gold")
    assert "csat >= 4" in page
    assert "surveys.score is missing: must be known, and met" in page


def test_a_tier_that_no_lines_give() -> None:
    """A tier that contradicts itself."""
    found = explained("P1")
    assert found.why_not is not None
    none = replace(found, why_not=replace(found.why_not, cheapest=()))
    assert "No set of lines gives gold" in render_explanation(none, 120)


def test_lines_that_must_no_longer_hold_and_lines_of_words() -> None:
    """A move without numbers says met or no longer met."""
    found = explained("P1")
    assert found.why_not is not None
    (move,) = found.why_not.cheapest
    words = replace(move.line, threshold=None, observed=None, gap=None)
    moves = (replace(move, line=words, gap=None), replace(move, line=words, gap=None, meet=False))
    page = render_explanation(replace(found, why_not=replace(found.why_not, cheapest=moves)), 120)
    assert "growth >= 15%  has to be met " in page
    assert "growth >= 15%  has to be no longer met " in page


def test_an_undecided_earning_is_not_payable() -> None:
    """A sale without quantity: no amount, the field and the record."""
    plan = ridge()
    sales = [{**row, "quantity": None} if row["sale_id"] == "S2" else row for row in WORLD["sales"]]
    found = evaluate(plan, {**WORLD, "sales": sales})
    page = render_explanation(explain(plan, found, "P1", source={FILE: LINES}, place_of=place_of), 120)
    assert "  S2, seller E1: undecided, not payable\n" in page
    assert "    sales.quantity is missing: sales S2 (sales.csv:3)\n" in page


def test_amounts_of_bands_and_earnings_without_steps() -> None:
    """A band amount is said with where its band starts; an earning may have nothing but its amount."""
    found = explained("P1")
    earning = found.earnings[0]
    (part,) = earning.parts
    low = part.bands[0]
    fixed = replace(low, rate=None, amount=low.earned, clause=None)
    banded = replace(earning, parts=(replace(part, bands=(fixed,)),))
    none = replace(part, steps=(), bands=(), records=replace(part.records, count=0, shown=()), eligible=())
    page = render_explanation(replace(found, earnings=(banded, replace(earning, parts=(none,)))), 120)
    assert "      1,000.00 USD from 0.00 USD" in page
    assert "period 2026-Q1, from 2026-01-01 through 2026-03-31: 1,400.00 USD\n\nMetrics" in page


def test_sections_that_have_nothing_are_left_out() -> None:
    """A program without tiers, benefits, incentives and metrics has one line."""
    found = explained("P1")
    empty = replace(found, tier=None, why_not=None, metrics=(), benefits=(), earnings=(), unearned=())
    assert render_explanation(empty, 80) == "P1 in ridge 2026, as of 2026-06-30\n"
    lowest = replace(found.tier, clause=None, lines=()) if found.tier else None
    assert "Tier: silver\n  the highest" in render_explanation(replace(empty, tier=lowest), 80)
    refused = replace(found.benefits[0], outcome=Outcome.NOT_MET, tier="")
    assert "  discount: not granted\n" in render_explanation(replace(empty, benefits=(refused,)), 80)


def test_metrics_without_window_or_records() -> None:
    """Only what there is to say."""
    found = explained("P1")
    none = replace(found.metrics[0].records, count=0, shown=())
    bare = replace(found.metrics[0], since=None, before=None, records=none)
    empty = replace(found.metrics[0], before=None, records=none)
    page = render_explanation(replace(found, metrics=(bare, empty)), 120)
    assert page.count("records") - page.partition("Metrics")[0].count("records") == 1
    assert "    no records from 2025-07-01\n" in page


def test_what_was_left_of_a_limit() -> None:
    """S7 gives 150 USD back, so S8 finds 150 of 400 left: 400 less 400, plus 150."""
    page = text("P1")
    assert "    limit, 400.00 USD left of 400.00 USD  400.00 USD  ridge/2026.yaml:60" in page
    assert "    limit, 150.00 USD left of 400.00 USD  150.00 USD  ridge/2026.yaml:60" in page


def test_an_incentive_without_a_record() -> None:
    """P4 sold no EdgeGuard: said, with the day it is true of and the incentive's line."""
    page = text("P4")
    said = (
        "  EdgeGuard launch (launch_spiff): nothing to pay on, as of 2026-06-30\n  ridge/2026.yaml:54  launch_spiff:\n"
    )
    assert said in page


def test_a_period_is_said_with_its_days() -> None:
    """The name first, then the days."""
    found = explained("P1")
    earning = replace(
        found.earnings[0],
        key=(
            Reading("period", Quantity("2026-Q1", "text")),
            Reading("period_from", Quantity(date(2026, 1, 1), "date")),
            Reading("period_before", Quantity(date(2026, 4, 1), "date")),
            Reading("earner_id", Quantity("E1", "id")),
        ),
    )
    page = render_explanation(replace(found, earnings=(earning,)), 120)
    assert "  period 2026-Q1, from 2026-01-01 through 2026-03-31, seller E1: 1,400.00 USD\n" in page


def with_part(found: Explanation, **changes: object) -> str:
    """The page where the first earning has a part with these changes."""
    earning = found.earnings[0]
    part = replace(earning.parts[0], **changes)  # type: ignore[arg-type]  # fields of a part
    return render_explanation(replace(found, earnings=(replace(earning, parts=(part,)),)), 120)


def test_what_lines_say_is_not_said_again() -> None:
    """Whether it was eligible, and the tier, are steps too: they are left out where the lines show them."""
    found = explained("P1")
    (part,) = found.earnings[0].parts
    tier = replace(part.steps[0], name="tier", value=Quantity("silver", "choice"))
    eligible = replace(part.steps[0], name="eligible", value=Quantity(True, "boolean"))
    steps = (tier, eligible, *part.steps)
    page = with_part(found, steps=steps)
    assert "      met  tier >= silver  tier silver  ridge/2026.yaml:48\n    measure " in page
    bare = with_part(found, steps=steps, eligible=())
    assert "    tier                            silver  ridge/2026.yaml:45" in bare
    assert "    eligible                           yes  ridge/2026.yaml:45" in bare


def test_bands_stand_below_the_measure() -> None:
    """After what they are applied to, before what they earned."""
    page = text("P1")
    assert page.index("    measure  ") < page.index("      1% of 100,000.00 USD") < page.index("    earned  ")


def test_a_tier_that_no_line_shows_is_said_with_its_day() -> None:
    """A line about something else leaves the tier step where it is; without lines the day stands above the steps."""
    found = explained("P1")
    (part,) = found.earnings[0].parts
    tier = replace(part.steps[0], name="tier", value=Quantity("silver", "choice"))
    other = replace(part.eligible[0], readings=())
    assert "    tier      " in with_part(found, steps=(tier, *part.steps), eligible=(other,))
    page = with_part(found, steps=(tier, *part.steps), eligible=())
    assert "    read as of 2026-06-30:\n    tier      " in page


def test_an_amount_that_is_read_is_told_from_the_one_paid() -> None:
    """Two steps are named amount: what each unit pays, and in the end what the earning is."""
    found = explained("P1")
    (part,) = found.earnings[0].parts
    measure, *_, paid = part.steps
    page = with_part(found, steps=(measure, replace(paid, value=Quantity(Decimal(5), "money", "USD")), paid), bands=())
    assert f"    amount for each{'5 USD':>16}  ridge" in page  # as wide as 120,000.00 USD
    assert f"    amount         {'1,400.00 USD':>16}  ridge" in page


def test_nothing_measured_is_one_line_for_all() -> None:
    """Both quarters of P1 without revenue, of somebody who may earn: there is nothing more to say of either."""
    found = explained("P1")
    nothing = Quantity(Decimal("0.00"), "money", "USD")

    def empty(part: PartReason) -> PartReason:
        steps = tuple(replace(each, value=nothing) for each in part.steps)
        return replace(part, steps=steps, amount=nothing, bands=(), records=Records(0, ()))

    first, second = (replace(each, amount=nothing, parts=tuple(map(empty, each.parts))) for each in found.earnings[:2])
    page = render_explanation(replace(found, earnings=(first, second)), 120)
    assert (
        " 0.00 USD: period 2026-Q1, from 2026-01-01 through 2026-03-31, no record counts;"
        " period 2026-Q2, from 2026-04-01 through 2026-06-30, no record counts "
    ) in " ".join(page.split())


def test_parts_under_several_rules_have_their_own_days() -> None:
    """Each with its days and amount, and what belongs to it further to the right."""
    found = explained("P1")
    earning = found.earnings[0]
    early = replace(earning.parts[0], before=date(2026, 2, 1))
    late = replace(earning.parts[0], since=date(2026, 2, 1))
    page = render_explanation(replace(found, earnings=(replace(earning, parts=(early, late)),)), 120)
    assert "    rules 1 of 2, from 2026-01-01 through 2026-01-31: 1,400.00 USD\n      eligible, as of" in page
    assert "    rules 2 of 2, from 2026-02-01 through 2026-03-31: 1,400.00 USD\n      eligible, as of" in page
    no_days = replace(early, since=None, before=None)
    page = render_explanation(replace(found, earnings=(replace(earning, parts=(no_days, late)),)), 120)
    assert "    rules 1 of 2: 1,400.00 USD\n" in page


def test_records_that_were_not_the_first_are_one_line() -> None:
    """They earned nothing for one reason: their keys stand together."""
    found = explained("P1")
    nothing = Quantity(Decimal("0.00"), "money", "USD")
    *_, earning = found.earnings
    (part,) = earning.parts
    first = replace(part.steps[0], name="first", value=Quantity(False, "boolean"))
    later = replace(part, steps=(first, replace(part.steps[-1], value=nothing)), amount=nothing)
    second = replace(earning, parts=(later,), amount=nothing)
    page = render_explanation(replace(found, earnings=(earning, second)), 120)
    assert "  S8, seller E1: 150.00 USD\n" in page
    assert "\n\n  0.00 USD, not the first: S8, seller E1\n" in page
