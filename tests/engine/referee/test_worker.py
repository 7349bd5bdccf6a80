"""What the worker process does, called in this process where that cannot harm it."""

from __future__ import annotations

import io
import json
from collections import OrderedDict

import pytest

from engine.referee.worker import PROGRAMS, Json, Program, answer, serve

pytest.importorskip("durable", reason="durable-rules cannot be installed above Python 3.12")

ATLEAST: Json = {"$and": [{"k": 1}, {"$ex": {"f0": 1}}, {"$gte": {"f0": 5}}]}


def load(key: str) -> dict[str, Json]:
    """A request that loads one rule."""
    return {"do": "load", "key": key, "sets": [[["a0", ATLEAST]]]}


def test_rules_are_judged_fact_by_fact() -> None:
    """Each partner gets the rules it meets, and no trace of the one before."""
    programs: OrderedDict[str, Program] = OrderedDict()
    assert answer(load("x"), programs) == {"loaded": "x"}
    facts: Json = [[{"f0": 5}], [{"f0": 4}], [{}], [{"f0": 2**62}], [{"f0": -(2**62)}]]
    assert answer({"do": "judge", "key": "x", "facts": facts}, programs) == {"fired": [["a0"], [], [], ["a0"], []]}
    assert answer({"do": "judge", "key": "y", "facts": facts}, programs) == {"unknown": "y"}
    programs.pop("x").close()


def test_only_the_last_programs_are_kept() -> None:
    """Loading more forgets the one unused for longest; loading again replaces."""
    programs: OrderedDict[str, Program] = OrderedDict()
    for key in ("a", "b", "c", "d"):
        answer(load(key), programs)
    answer({"do": "judge", "key": "a", "facts": []}, programs)
    answer(load("d"), programs)
    answer(load("e"), programs)
    assert list(programs) == ["c", "a", "d", "e"]
    assert len(programs) == PROGRAMS
    for program in programs.values():
        program.close()


def test_whatever_fails_is_an_answer() -> None:
    """A request that cannot be read or a rule that is wrong gives an error, and the next line is served."""
    wrong = json.dumps({"do": "load", "key": "w", "sets": [[["a0", {"$gt": {"f0": [1]}}]]]})
    out = io.StringIO()
    serve(io.StringIO(f'nonsense\n{wrong}\n{{"do":"hello"}}\n'), out)
    replies = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [list(reply) for reply in replies] == [["error"], ["error"], ["engine"]]
    assert replies[2] == {"engine": "durable-rules 2.0.28"}
