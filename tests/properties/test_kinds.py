"""Every kind of the catalogue is met in every place: a kind that is not is named, with the place.

Nothing here knows a kind by name, so one that is added as a file is asked the same questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.authoring.cases.coverage import goals_by_day
from engine.authoring.diff.programs import compare_programs
from engine.authoring.guide.document import Facts, Note
from engine.authoring.guide.guide import texts_in
from engine.authoring.wording.offers import say_incentive
from engine.authoring.wording.voice import Naming, Voice
from engine.compiler.course import phases
from engine.explain.explain import explain
from engine.language.diagnostic import has_errors
from engine.plan.plan import Plan
from engine.referee.judge import available, compare, compare_tiers, judge
from engine.reference.evaluate import Evaluation, evaluate
from engine.runs.compiled import Compiled
from engine.runs.evaluate import EvaluationRequest
from engine.runs.evaluate import evaluate as evaluate_run
from engine.runs.manifest import Meaning
from engine.runs.recheck import recheck
from rules import KINDS, SCHEMA, analyse_program, check_program
from tests.engine.runs.workspaces import HASH, stored_snapshot
from tests.guides import guide_at
from tests.longer import every
from tests.properties.agreement import assert_agree, assert_same, sharded
from tests.properties.kinds import AS_OF, NAME, PAYS, TITLE, Small, small_programs
from tests.properties.naive_earnings import earnings_of
from tests.properties.naive_partner import World
from tests.properties.programs import FILE, planned, random_case

SMALL = tuple(small_programs())
SHARDS = (1, 2, 7)


def _decided(small: Small) -> tuple[Plan, Evaluation]:
    plan = planned(small.program, AS_OF)
    return plan, evaluate(plan, small.case.records)


def check(small: Small) -> None:
    """Nothing is wrong with it, and nothing is proved against it."""
    program = small.program
    assert not has_errors((*check_program(program), *analyse_program(program)))


def pay(small: Small) -> None:
    """Somebody earns something."""
    _, result = _decided(small)
    amounts = [row["amount"] for row in result.outputs["earnings"] if row["incentive"] == NAME]
    assert any(isinstance(each, Decimal) and each > 0 for each in amounts)


def plan_phases(small: Small) -> None:
    """Its phases stand in the order of the course; each that it needs is there."""
    ((part,),) = (each.parts for each in planned(small.program, AS_OF).earnings)
    done, course = [each.name for each in part.phases], [name for name, _ in phases.PHASES]
    assert done == sorted(done, key=course.index)
    assert {phases.ROWS, phases.JUDGED, phases.PAY, phases.ROUND, phases.LIMITS, phases.EARNER} <= {*done}


def columnar(small: Small) -> None:
    """Both evaluators give the same rows."""
    assert_agree(planned(small.program, AS_OF), small.case.records)


def naive(small: Small) -> None:
    """Its earnings are what a reader of the text comes to."""
    program, (_, result) = small.program, _decided(small)
    columns = ("partner_id", "earner_id", "period", "source_id", "currency", "amount")
    found = {tuple(row[each] for each in columns) for row in result.outputs["earnings"]}
    assert found == earnings_of(World(program, AS_OF, small.case.records), program.incentives[0])


def shards(small: Small) -> None:
    """However the partners are divided, the outputs are those of the whole."""
    plan, result = _decided(small)
    with TemporaryDirectory() as folder:
        for found in sharded(plan, small.program.records, small.case.records, Path(folder), SHARDS):
            assert_same(result.outputs, found)


def referee(small: Small) -> None:
    """Another rule engine answers every condition alike, those of `eligible` too."""
    if not available()[0]:
        pytest.skip(available()[1])
    plan, result = _decided(small)
    rows = result.tables[plan.decisions]
    verdict = judge(plan, rows)
    assert compare(plan, verdict, rows, "reference") == ()
    assert compare_tiers(plan, verdict, result.outputs["statuses"], "reference") == ()


def recheck_run(small: Small) -> None:
    """A stored run of it is decided again from raw records, without a difference."""
    plan = planned(small.program, AS_OF)
    with TemporaryDirectory() as folder:
        workspace, snapshot = stored_snapshot(Path(folder) / "home", plan, small.case.records)
        compiled = Compiled(plan, small.program.records, HASH, "small", "v1", "")
        meaning = Meaning(HASH, snapshot.id, AS_OF)
        request = EvaluationRequest(small.case.text.encode(), FILE, "small", "v1", "", meaning)
        run = evaluate_run(request, compiled, snapshot, workspace).run
        assert run is not None
        result = recheck(run, compiled, snapshot, "all")
        assert (result.checked, result.count, result.findings) == (2, 0, ())


def explanation(small: Small) -> None:
    """The amounts explained are the amounts earned, each with steps that end in it."""
    plan, result = _decided(small)
    lines = {FILE: small.case.text.splitlines()}
    for partner in ("P1", "P2"):
        told = explain(plan, result, partner, source=lines).earnings
        assert {each.incentive for each in told} == {NAME}
        owed = [row["amount"] for row in result.outputs["earnings"] if row["partner_id"] == partner]
        amounts = [each.amount.value for each in told]
        assert sorted(map(str, owed)) == sorted(str(each) for each in amounts if each is None or each != 0)
        assert all(part.steps[-1].name == "amount" for each in told for part in each.parts)


def goals(small: Small) -> None:
    """Coverage asks for something of it."""
    found = goals_by_day(small.program, lambda day: (planned(small.program, day), ()))(AS_OF)
    assert any(NAME in each.id for each in found)


def wording(small: Small) -> None:
    """It is said in phrases, in plain words and in those of the program."""
    program = small.program
    for voice in (Voice(program, Naming.PLAIN, AS_OF), Voice(program)):
        phrases = say_incentive(program.incentives[0], voice)
        assert phrases and all(phrases)


def guide(small: Small) -> None:
    """The guide speaks of it by its title, with its facts and an example worked through."""
    blocks = [each for section in guide_at(small.program).sections for each in section.blocks]
    of_it = blocks[next(place for place, each in enumerate(blocks) if TITLE in set(texts_in(each))) :]
    assert {Facts, Note} <= {type(each) for each in of_it}


def diff(small: Small) -> None:
    """A change of it is told, and nothing where nothing changed."""
    program = small.program
    (incentive,) = program.incentives
    given, *own = incentive.limits  # a kind may limit what it pays by itself
    limits = (replace(given, per=("partner",)), *own)
    others = [replace(incentive, eligible=()), replace(incentive, limits=limits), replace(incentive, during=None)]
    others += [replace(incentive, first=())] if incentive.first else []
    assert compare_programs(program, program) == ()
    for other in others:
        assert len(compare_programs(program, replace(program, incentives=(other,)))) == 1


PLACES: tuple[Callable[[Small], None], ...] = (
    check, pay, plan_phases, columnar, naive, shards, referee, recheck_run, explanation, goals, wording, guide, diff,
)  # fmt: skip


DEAR = (shards, recheck_run)
"""Places that write files: there one way to pay for each kind and grain is enough."""
FIRST = {(each.kind, each.grain): each for each in reversed(SMALL)}
MET = [(small, place) for small in SMALL for place in PLACES if place not in DEAR or small in FIRST.values()]


@pytest.mark.parametrize(
    ("small", "place"), every(3, MET), ids=[f"{small.id}: {place.__name__}" for small, place in MET]
)
def test_every_kind_is_met_in_every_place(small: Small, place: Callable[[Small], None]) -> None:
    """The id says which kind, grain and pay, and in which place it is not met."""
    place(small)


def test_every_kind_and_every_pay_is_among_them() -> None:
    """No kind is without a program, and no form of pay without a kind."""
    assert {each.kind for each in SMALL} == {each.name for each in KINDS}
    assert {each.pay for each in SMALL} == {*PAYS}
    assert {each.grain for each in SMALL} == {"record", "period"}


def test_every_kind_is_drawn() -> None:
    """The random programs of the other properties have incentives of every kind."""
    text = "\n".join(random_case(seed).text for seed in range(40))
    assert {each.name for each in KINDS} <= set(re.findall(r"kind: (\w+)", text))


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)
def test_every_kind_has_its_page_and_snippet(kind: object) -> None:
    """The schema offers its name, and its page begins with it."""
    name, page = getattr(kind, "name", ""), getattr(kind, "page", "")
    assert page.startswith(f"`kind: {name}`: ")
    assert f"'{name}'" in repr(SCHEMA)
