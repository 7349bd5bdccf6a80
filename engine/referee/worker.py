"""The process that holds durable-rules: one JSON document per line in, one out.

`python -m engine.referee.worker`. Requests:

- `{"do": "hello"}` -> `{"engine": "durable-rules 2.0.28"}`
- `{"do": "load", "key": K, "sets": [[[name, test], ...], ...]}` -> `{"loaded": K}`
- `{"do": "judge", "key": K, "facts": [[{field: integer}, ... one per set], ... one per partner]}`
  -> `{"fired": [[names of rules met], ...]}`, or `{"unknown": K}` when it was forgotten
- anything that fails -> `{"error": text}`; the process may also die, which its owner expects.

Nothing else of rung is imported here, and no more than the standard library besides durable-rules.
"""

from __future__ import annotations

import copy
import json
import os
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable
from importlib.metadata import version
from typing import IO, Protocol, TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

PROGRAMS = 4  # rule sets kept loaded; each costs about 20 kB a rule and is never freed by itself
SID = "s"  # the one session: 1,024 live ones are the engine's end
MEMORY = 2**30  # bytes of address space: a leak ends this process, not the machine
HARD_SECONDS = 120  # the longest wait; a hung worker whose owner is gone ends by itself
CONSTANT = "k"  # a field of every fact and of no state, so that no rule matches the state
SENTINEL = "zz"  # met by every fact: a fact that meets no rule crashes the engine when it is deleted


class Rules(Protocol):
    """What is used of durable-rules' Host."""

    def assert_fact(self, name: str, fact: dict[str, int | str]) -> None:
        """Send one fact and run the actions of the rules it meets."""

    def get_state(self, name: str, sid: str) -> dict[str, Json]:
        """The session's state; `exception` in it is an action's error."""

    def delete_state(self, name: str, sid: str) -> None:
        """Forget the session with its facts."""


class Program:
    """The rule sets of one brief, and the names of the rules met by the current fact."""

    def __init__(self, key: str, sets: list[list[tuple[str, Json]]]) -> None:
        self.met: set[str] = set()
        self.names = [f"{key}.{place}" for place in range(len(sets))]
        definitions: dict[str, dict[str, object]] = {
            name: {rule: {"all": [{"m": test}], "run": self._note(rule)} for rule, test in [*rules, _SENTINEL_RULE]}
            for name, rules in zip(self.names, sets, strict=True)
        }
        self.host, self.handles = _host(copy.deepcopy(definitions))

    def _note(self, rule: str) -> Callable[[object], None]:
        """An action with one argument: two would make it asynchronous, even with a default."""
        return lambda context: self.met.add(rule)

    def judge(self, facts: list[dict[str, int]]) -> list[str]:
        """The rules one partner meets. One fact a call, its state deleted before the next."""
        self.met.clear()
        for name, fact in zip(self.names, facts, strict=True):
            self.host.assert_fact(name, {**fact, CONSTANT: 1, "sid": SID})
            state = self.host.get_state(name, SID)
            if "exception" in state:
                raise RuntimeError(f"an action failed: {state['exception']}")
            if SENTINEL not in self.met:
                raise RuntimeError("the sentinel rule was not met")
            self.host.delete_state(name, SID)
            self.met.discard(SENTINEL)
        return sorted(self.met)

    def close(self) -> None:
        """Free the memory of the rule sets, which nothing else does."""
        import durable_rules_engine

        for handle in self.handles:
            durable_rules_engine.delete_ruleset(handle)


_SENTINEL_RULE: tuple[str, Json] = (SENTINEL, {CONSTANT: 1})


def _host(definitions: dict[str, dict[str, object]]) -> tuple[Rules, list[int]]:
    """A host without its two background threads, which race with the calls and live for ever."""
    from durable import engine

    class Host(engine.Host):  # type: ignore[misc]  # the package has no types
        def _run(self) -> None:
            return None

    host = Host(definitions)
    return host, [host.get_ruleset(name)._handle for name in definitions]


def answer(request: dict[str, Json], programs: OrderedDict[str, Program]) -> dict[str, Json]:
    """The reply to one request. `programs` are those loaded, the longest unused first."""
    do, key = request["do"], str(request.get("key", ""))
    if do == "hello":
        import durable.engine  # noqa: F401  # says whether it can be imported at all

        return {"engine": f"durable-rules {version('durable_rules')}"}
    if do == "load":
        if key in programs:
            programs.pop(key).close()
        programs[key] = Program(key, request["sets"])  # type: ignore[arg-type]  # written by process.py
        while len(programs) > PROGRAMS:
            programs.popitem(last=False)[1].close()
        return {"loaded": key}
    if key not in programs:
        return {"unknown": key}
    programs.move_to_end(key)
    partners: list[list[dict[str, int]]] = request["facts"]  # type: ignore[assignment]  # written by process.py
    return {"fired": [list(programs[key].judge(facts)) for facts in partners]}


def limit_process() -> None:
    """Bound memory and leave no core file, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(lines: IO[str], out: IO[str]) -> None:
    """Answer line by line until the input ends."""
    programs: OrderedDict[str, Program] = OrderedDict()
    alarm = getattr(signal, "alarm", None)  # its default action ends the process even inside C
    for line in lines:
        if alarm is not None:
            alarm(HARD_SECONDS)
        try:
            reply = answer(json.loads(line), programs)
        except Exception as error:  # noqa: BLE001  # whatever fails is the owner's to judge
            reply = {"error": f"{type(error).__name__}: {getattr(error, 'message', error)}"}
        out.write(json.dumps(reply, separators=(",", ":")) + "\n")
        out.flush()
        if alarm is not None:
            alarm(0)


def main() -> None:
    """Keep the pipe for replies alone: what the engine prints goes to stderr."""
    limit_process()
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(sys.stdin, replies)


if __name__ == "__main__":
    main()
