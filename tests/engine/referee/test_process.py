"""The worker as seen by its owner: it may die, hang or fail, and nobody is harmed."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from engine.referee.process import RESTARTS, Facts, Worker, WorkerFailed
from engine.referee.rulesets import RuleSet, Test

pytest.importorskip("durable", reason="durable-rules cannot be installed above Python 3.12")

ATLEAST: Test = {"$and": [{"k": 1}, {"$ex": {"f0": 1}}, {"$gte": {"f0": 5}}]}
RULES = (RuleSet((("a0", ATLEAST),), (0,)),)

QUOTIENT: Test = {"$div": {"$l": {"$m": "f0"}, "$r": {"$m": "f1"}}}
DIVIDES: Test = {"$and": [{"k": 1}, {"$ex": {"f0": 1}}, {"$ex": {"f1": 1}}, {"$gt": {"f2": QUOTIENT}}]}
DEADLY = (RuleSet((("a0", DIVIDES),), (0, 1, 2)),)


def partners(*values: int) -> list[Facts]:
    """One fact with one field per partner."""
    return [[{"f0": value}] for value in values]


def test_a_killed_worker_is_replaced() -> None:
    """The batch under way when the worker dies is asked again, with the same answers."""
    with Worker(RULES) as worker:
        assert worker.judge(partners(5, 4)) == [frozenset({"a0"}), frozenset()]
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)  # until it is gone, for its owner to notice
        assert worker.judge(partners(4, 5)) == [frozenset(), frozenset({"a0"})]
        assert worker.restarts == 1
    assert worker.pid is None


def test_a_partner_that_kills_the_engine_costs_no_other_its_answer() -> None:
    """A division by zero ends the process; that partner is named, the other nine are answered."""
    facts = [[{"f0": 10, "f1": 0 if place == 6 else 2, "f2": place}] for place in range(10)]
    with Worker(DEADLY) as worker:
        answers = worker.judge(facts)
    assert isinstance(answers[6], str)
    assert "ended without an answer" in answers[6]
    expected = [frozenset({"a0"}) if place > 5 else frozenset() for place in range(10)]
    assert [each for place, each in enumerate(answers) if place != 6] == expected[:6] + expected[7:]


@pytest.mark.long
def test_an_engine_that_always_dies_is_given_up() -> None:
    """After so many restarts nobody waits any longer, and every partner says why."""
    facts: list[Facts] = [[{"f0": 10, "f1": 0, "f2": 1}]] * 64
    with Worker(DEADLY) as worker:
        answers = worker.judge(facts)
        assert worker.restarts == RESTARTS
    assert all(isinstance(each, str) for each in answers)


def test_a_hanging_engine_is_killed() -> None:
    """Six hundred properties in one set make the engine load for ever; the owner does not wait for ever."""
    rules = tuple((f"a{n}", ATLEAST | {"$and": [{"k": 1}, {"$gte": {f"g{n}": n}}]}) for n in range(600))
    with Worker((RuleSet(rules, ()),), seconds=1) as worker:
        with pytest.raises(WorkerFailed, match="did not answer within 1 seconds"):
            worker.start()
        assert worker.pid is None


def test_an_error_of_the_engine_is_told() -> None:
    """What the engine refuses is passed on with its text."""
    broken: Test = {"$gt": {"f0": [{"f1": 1}]}}
    with Worker((RuleSet((("a0", broken),), ()),)) as worker, pytest.raises(WorkerFailed, match="failed"):
        worker.start()


def test_a_worker_that_cannot_start_gives_no_answer() -> None:
    """Rules that never load leave every partner without an answer, with the reason."""
    broken: Test = {"$gt": {"f0": [{"f1": 1}]}}
    with Worker((RuleSet((("a0", broken),), ()),)) as worker:
        answers = worker.judge(partners(1, 2))
    assert all(isinstance(each, str) and "failed" in each for each in answers)


def test_without_an_interpreter_there_is_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot even be started is an answer like any other failure."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Worker(RULES) as worker:
        (answer,) = worker.judge(partners(1))
    assert answer == "the rule engine could not be started: No such file or directory"


def test_a_worker_that_does_not_end_is_killed() -> None:
    """A process that cannot notice the end of its input is not waited for."""
    with Worker(RULES) as worker:
        worker.start()
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
    assert worker.pid is None


def test_forgotten_rules_are_loaded_again() -> None:
    """A worker that no longer knows the rules is replaced."""
    with Worker(RULES) as worker:
        worker.start()
        with pytest.raises(WorkerFailed, match="forgot"):
            worker.ask({"do": "judge", "key": "other", "facts": []})
        assert worker.judge(partners(5)) == [frozenset({"a0"})]
