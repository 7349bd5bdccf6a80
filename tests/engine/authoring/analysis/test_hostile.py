"""Programs far larger than any that is in use: what the analysis looks at is bounded, and it says where it stopped."""

from __future__ import annotations

import pytest

from cli.programs import diagnose
from engine.authoring.analysis.examples import with_only
from engine.authoring.analysis.lines import impossible, judged
from engine.authoring.analysis.names import Names, PartnerScope
from engine.authoring.analysis.solver import MOST_WORK, Work
from engine.plan.outputs import EARNINGS
from rules import compile_program, load_program
from tests.gallery.made import pigeons
from tests.tiny import HEAD, program

pytestmark = pytest.mark.search

REBATE = """  r{0}:
    kind: rebate
    from: sales
    where: product_id is 'P{0}'
    period: quarter
    sum: amount
    rate: 1%
    payee: partner
"""


def test_the_analysis_says_that_it_stopped() -> None:
    """RNG362 names the limit; nothing is claimed about what was not looked at."""
    (found,) = diagnose(pigeons(8), "pigeons.yaml")[1]
    assert found.code == "RNG362"
    assert f"{MOST_WORK:,} steps" in found.message


def test_usual_programs_are_far_from_the_limit() -> None:
    """Three pigeons in two holes take less than a hundredth of the work, and the proof is found."""
    known, _ = load_program(pigeons(3), "pigeons.yaml")
    assert known is not None
    names = Names(known, known.effective)
    (era,) = names.eras
    lines = [judged(each, PartnerScope(names, era, "silver")) for each in known.ladder.common]
    assert impossible([each.condition.met for each in lines], names, era)
    assert 0 < MOST_WORK - names.work.left < MOST_WORK // 100


def test_nothing_is_proved_without_work() -> None:
    """What is impossible counts as possible once the work is over: a finding needs its proof."""
    known = program("segments: {none: {when: [\"name is 'x'\", \"name is 'y'\"]}}\n")
    for work, expected in ((Work(), True), (Work(-1), False)):
        names = Names(known, known.effective, work=work)
        (era,) = names.eras
        lines = [judged(each, PartnerScope(names, era)) for each in known.segments[0].when]
        assert impossible([each.condition.met for each in lines], names, era) is expected


def test_counts_are_compared_once() -> None:
    """Which counts are never more than others is kept: a second question compares nothing again."""
    people = "".join(f"  h{number}: {{people_holding: c{number % 2}}}\n" for number in range(2))
    text = f"certifications: {{c0: {{}}, c1: {{counts_as: c0}}}}\nmetrics:\n{people}"
    known = program(text)
    names = Names(known, known.effective)
    wide, narrow = (names.of_metric(each) for each in known.metrics)
    assert list(names.narrower_pairs([wide, narrow])) == [(narrow, wide)]
    assert names.wider == {wide: set(), narrow: {wide}}
    names.wider[narrow].clear()  # what is known already is not worked out again
    assert list(names.narrower_pairs([wide, narrow])) == []


def test_an_example_is_decided_without_other_incentives() -> None:
    """The program of an example has the incentives that it is about, and earns the same with them alone."""
    whole = program("incentives:\n" + "".join(REBATE.format(number) for number in range(40)))
    few = with_only({"r3", "r7"}, whole)
    assert [each.name for each in few.incentives] == ["r3", "r7"]
    plans = [compile_program(each, each.last_day)[0] for each in (few, whole)]
    small, large = (len(plan.tables) for plan in plans if plan is not None)
    assert small < large / 10
    assert all(any(each.name == EARNINGS.name for each in plan.outputs) for plan in plans if plan is not None)


MANY = [f"a{number}" for number in range(600)]


@pytest.mark.long
def test_everything_looked_at_is_counted() -> None:
    """Alternatives of one variable, words of a long list and lines that have little in common are work, too."""
    lines = "\n".join(
        f"      - {{at_least: 20, of: [{', '.join(f'm0 >= {each + 40 * place} USD' for each in range(40))}]}}"
        for place in range(30)
    )
    long = f"""
metrics: {{m0: {{from: sales, sum: amount, window: lifetime}}}}
tiers:
  ladder: [low, high]
  high:
    requires:
{lines}
"""
    people = f"""
certifications: {{{", ".join(f"{each}: {{title: T}}" for each in MANY)}}}
metrics: {{{", ".join(f"h_{each}: {{people_holding: {each}}}" for each in MANY)}}}
tiers: {{ladder: [low, high], high: {{requires: [{", ".join(f"h_{each} >= 1" for each in MANY)}]}}}}
"""
    for text in (long, people):
        found = diagnose((HEAD + text).encode(), "many.yaml")[1]
        assert [each.code for each in found if each.code == "RNG362"], found


def test_a_short_list_is_looked_at_to_the_end() -> None:
    """The same lines, ten of them: nothing is cut off."""
    people = f"""
certifications: {{{", ".join(f"{each}: {{title: T}}" for each in MANY[:10])}}}
metrics: {{{", ".join(f"h_{each}: {{people_holding: {each}}}" for each in MANY[:10])}}}
tiers: {{ladder: [low, high], high: {{requires: [{", ".join(f"h_{each} >= 1" for each in MANY[:10])}]}}}}
"""
    assert "RNG362" not in {each.code for each in diagnose((HEAD + people).encode(), "few.yaml")[1]}
