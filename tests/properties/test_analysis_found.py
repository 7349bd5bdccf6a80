"""What the analysis proves, no records refute; what it shows, the reference evaluator decides so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.analysis.names import Names
from engine.authoring.analysis.searching import Search
from engine.authoring.analysis.tiers import Ladder
from engine.language.diagnostic import Diagnostic
from engine.language.program import Program
from engine.language.source import Span
from engine.plan.plan import Condition
from engine.reference.evaluate import Evaluation, OutputRow, evaluate
from rules import CATALOGUE, analyse_program
from tests.engine.authoring.analysis.examples import failing
from tests.properties.agreement import seeded
from tests.properties.programs import Case, compiled, loaded, random_case
from tests.properties.reduction import prove

SEEN: Counter[str] = Counter()


@seeded()
@given(st.integers(0, 2**32))
def test_no_records_refute_a_proof(seed: int) -> None:
    """On random programs and records, whatever is proved holds, and whatever is shown is confirmed."""
    prove(random_case(seed), check_findings)


def check_findings(case: Case) -> None:
    """Every finding about a program against its own records."""
    program = loaded(case.text)
    found = analyse_program(program)
    if not found:
        SEEN["nothing"] += 1
        return
    plan = compiled(case.text, case.as_of)
    evaluation = evaluate(plan, case.records)
    for each in found:
        SEEN[each.code] += 1
        assert each.evidence or each.code == "RNG309", each
        assert failing(each, program) == []
        refuting = REFUTED.get(each.code)
        if refuting is not None:
            assert list(refuting(each, program, evaluation, case)) == [], each


Refuted = Callable[[Diagnostic, Program, Evaluation, Case], Iterable[object]]


def _span(found: Diagnostic) -> Span:
    assert found.span is not None
    return found.span


def _rows(evaluation: Evaluation, incentive: str | None = None) -> list[OutputRow]:
    """The partners with their lines, as judged for the run itself or for an incentive."""
    return [row for row in evaluation.outputs["conditions"] if row["incentive"] == incentive]


def _lists(evaluation: Evaluation) -> Iterable[tuple[list[Condition], list[OutputRow]]]:
    """Lines with the partners of whom they were decided: those of the run, and those of each incentive."""
    yield list(evaluation.plan.conditions), _rows(evaluation)
    judged = {each.name: each for each in evaluation.plan.judgings}
    for part in (part for each in evaluation.plan.earnings for part in each.parts if part.judged):
        mine = [each for each in judged[part.judged].conditions if _owner(each.id) == f"incentive.{part.incentive}"]
        yield mine, _rows(evaluation, part.incentive)


def _met(evaluation: Evaluation, row: OutputRow, tier: str) -> object:
    rung = next(each for each in evaluation.plan.rungs if each.tier == tier)
    return evaluation.row(evaluation.plan.decisions, (str(row["partner_id"]),))[rung.outcome]


def unreached(found: Diagnostic, program: Program, evaluation: Evaluation, case: Case) -> Iterable[object]:
    """Partners that meet a tier nobody can reach, on a day of which that is said."""
    tier = next(each.name for each in program.ladder.tiers if each.span == found.span)
    if found.code == "RNG351" and not any(start <= str(case.as_of) <= last for start, last in _ranges(found.message)):
        return []
    return [row["partner_id"] for row in _rows(evaluation) if _met(evaluation, row, tier) is True]


def _ranges(message: str) -> list[tuple[str, str]]:
    words = message.split(": ")[0].split()
    starts = [words[place + 1] for place, word in enumerate(words) if word == "from"]
    ends = [words[place + 1] for place, word in enumerate(words) if word == "through"]
    return list(zip(starts, ends, strict=True))


def held(found: Diagnostic, program: Program, evaluation: Evaluation, case: Case) -> Iterable[object]:
    """Partners that meet a tier, and none above, where that is said to be impossible."""
    names = program.ladder.names
    place = next(place for place, each in enumerate(program.ladder.tiers) if each.span == found.span)
    for row in _rows(evaluation):
        mine = place == 0 or _met(evaluation, row, names[place]) is True
        if mine and not any(_met(evaluation, row, each) is True for each in names[place + 1 :]):
            yield row["partner_id"]


def decisive(found: Diagnostic, program: Program, evaluation: Evaluation, case: Case) -> Iterable[object]:
    """Partners for whom a line that never decides is not met though what it needs is."""
    others = {each.span for each in found.related}
    lists = [(lines, rows, each) for lines, rows in _lists(evaluation) for each in lines if each.span == found.span]
    for lines, rows, condition in lists:
        beside = [each for each in _siblings(lines, condition) if each.span in others]
        condition_met = _group(lines, condition) == "any"  # an alternative: where it is met, another one is
        if condition_met:
            beside = beside[:1]
        if len({each.span for each in beside}) < len(others) or (condition_met and not beside):
            continue  # the reasons stand in another list: a common line beside a tier's own
        for row in rows:
            outcome, rest = row[condition.id], [row[each.id] for each in beside]
            SEEN["compared"] += 1
            if condition_met and outcome is True and True not in rest:
                yield row["partner_id"], condition.id
            if not condition_met and all(each is True for each in rest) and outcome is not True:
                yield row["partner_id"], condition.id
            if not condition_met and outcome is False and False not in rest:
                yield row["partner_id"], condition.id, "refuted alone"


def _group(lines: list[Condition], condition: Condition) -> str:
    """The form of the group that a line is a part of; "" where it stands in the list itself."""
    return next((each.form for each in lines if condition.id in each.parts), "")


def _siblings(lines: list[Condition], condition: Condition) -> list[Condition]:
    above = condition.id.rsplit(".", 1)[0]
    return [each for each in lines if each.id.rsplit(".", 1)[0] == above and each.id != condition.id]


def together(found: Diagnostic, program: Program, evaluation: Evaluation, case: Case) -> Iterable[object]:
    """Partners for whom lines that are never met together are."""
    spans = {each.span for each in found.related}
    for lines, rows in _lists(evaluation):
        owners: dict[str, list[Condition]] = {}
        for each in lines:
            if each.span in spans:
                owners.setdefault(_owner(each.id), []).append(each)
        for conditions in owners.values():
            if {each.span for each in conditions} == spans:
                for row in rows:
                    SEEN["together"] += 1
                    if all(row[each.id] is True for each in conditions):
                        yield row["partner_id"], [each.id for each in conditions]


def _owner(id: str) -> str:
    return ".".join(id.split(".")[:2])


def granted(found: Diagnostic, program: Program, evaluation: Evaluation, case: Case) -> Iterable[object]:
    """Partners that get a benefit nobody ever gets."""
    name = next(each.name for each in program.benefits if each.span == found.span)
    return [row for row in evaluation.outputs.get("entitlements", ()) if row[f"{name}.granted"] is True]


def paid(found: Diagnostic, program: Program, evaluation: Evaluation, case: Case) -> Iterable[object]:
    """Amounts paid by an incentive that never pays: in the run of the case, and in one so late that every period is
    complete.
    """
    name = found.message.split("`")[1]
    late = program.effective[1] + timedelta(days=400)
    runs = (evaluation, evaluate(compiled(case.text, late), case.records))
    rows = [row for each in runs for row in each.outputs["earnings"] if row["incentive"] == name]
    return [row for row in rows if isinstance(row["amount"], Decimal) and row["amount"] > 0]  # a return may take back


REFUTED: dict[str, Refuted] = {
    "RNG350": unreached,
    "RNG351": unreached,
    "RNG353": held,
    "RNG354": decisive,
    "RNG355": together,
    "RNG311": granted,
    "RNG357": paid,
}


@pytest.mark.long
def test_enough_is_found() -> None:
    """Random programs have enough of every kind for the property to mean something; most examples are found."""
    SEEN.clear()
    for seed in range(80):
        check_findings(random_case(seed))
    assert min(SEEN[each] for each in ("RNG350", "RNG352", "RNG353", "RNG354", "RNG355", "RNG357", "nothing")) > 0
    assert min(SEEN["compared"], SEEN["together"]) > 50


@pytest.mark.long
def test_most_of_what_is_open_is_shown() -> None:
    """Of the tiers that random programs let a partner skip, as far as nothing is proved, a good part is shown."""
    wanted = found = 0
    for seed in range(80):
        program = loaded(random_case(seed).text)
        search = Search(Names(program, program.effective), program, CATALOGUE)
        list(Ladder(search.names, search).findings())
        wanted, found = wanted + search.examples.wanted, found + search.examples.found
    assert found > 10 and found > wanted / 4, (found, wanted)
