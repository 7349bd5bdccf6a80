"""The worker from its owner's side: started, asked with a time limit, killed and started again.

A batch on which the worker dies is asked again in halves, down to single partners; a partner on
whom it dies alone is left without an answer and named. Nothing is ever guessed.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO

from engine.referee.rulesets import RuleSet
from engine.referee.worker import Json

ROOT = Path(__file__).resolve().parents[2]  # of the package `engine`, for the worker's import path
SECONDS = 30  # for one batch, which takes well under one second
RESTARTS = 20  # in all: an engine that dies more often has nothing to say


class WorkerFailed(Exception):
    """The worker died, hung, or said that it cannot; the message says which."""


Facts = list[dict[str, int]]  # of one partner: one per rule set


@dataclass
class Worker:
    """One worker process for one set of rules. `restarts` counts how often it had to be replaced."""

    sets: tuple[RuleSet, ...]
    seconds: int = SECONDS
    restarts: int = 0
    engine: str = ""
    _process: subprocess.Popen[str] | None = None
    _replies: queue.Queue[str] = field(default_factory=queue.Queue)

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def key(self) -> str:
        """The hash of the rules, under which the worker keeps them."""
        return sha256(json.dumps(self._rules()).encode()).hexdigest()[:16]

    def _rules(self) -> Json:
        return _json([[list(rule) for rule in each.rules] for each in self.sets])

    def start(self) -> None:
        """Start the process and load the rules; raises WorkerFailed."""
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "engine.referee.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        except OSError as error:
            raise WorkerFailed(f"the rule engine could not be started: {error.strerror}") from error
        self._replies = queue.Queue()
        reader = threading.Thread(target=_read, args=(self._process.stdout, self._replies), daemon=True)
        reader.start()
        self.engine = str(self.ask({"do": "hello"})["engine"])
        self.ask({"do": "load", "key": self.key, "sets": self._rules()})

    def ask(self, request: dict[str, Json]) -> dict[str, Json]:
        """One reply to one request; kills the process and raises WorkerFailed if there is none."""
        self.send(request)
        return self.receive()

    def send(self, request: dict[str, Json]) -> None:
        """Write one request; a dead process shows in `receive`."""
        if self._process is None:
            self.start()
        assert self._process is not None and self._process.stdin is not None  # started above, with pipes
        try:
            self._process.stdin.write(json.dumps(request, separators=(",", ":")) + "\n")
            self._process.stdin.flush()
        except OSError:
            return

    def receive(self) -> dict[str, Json]:
        """The reply to the request sent last."""
        try:
            line = self._replies.get(timeout=self.seconds)
        except queue.Empty:
            self.kill()
            raise WorkerFailed(f"the rule engine did not answer within {self.seconds} seconds") from None
        if not line:
            code = self.kill()
            raise WorkerFailed(f"the rule engine ended without an answer (exit {code})")
        reply: dict[str, Json] = json.loads(line)
        if "error" in reply:
            self.kill()
            raise WorkerFailed(f"the rule engine failed: {reply['error']}")
        if "unknown" in reply:  # cannot be while one owner has one set of rules; a new start loads them
            self.kill()
            raise WorkerFailed("the rule engine forgot its rules")
        return reply

    def kill(self) -> int | None:
        """End the process, if there is one; gives its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        _close(process.stdin)
        return process.wait()

    def close(self) -> None:
        """Let the process end by itself, which it does when its input ends; kill it if it does not."""
        if self._process is not None:
            _close(self._process.stdin)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=1)
            self.kill()

    @property
    def pid(self) -> int | None:
        """The process id, while there is one."""
        return None if self._process is None else self._process.pid

    def judge(self, partners: Sequence[Facts]) -> list[frozenset[str] | str]:
        """The rules each partner meets, or why there is no answer for it."""
        self.post(partners)
        return self.collect(partners)

    def post(self, partners: Sequence[Facts]) -> None:
        """Send a batch without waiting; `collect` must follow."""
        try:
            self.send({"do": "judge", "key": self.key, "facts": _json(list(partners))})
        except WorkerFailed:  # could not be started: `collect` tries again and reports
            return

    def collect(self, partners: Sequence[Facts]) -> list[frozenset[str] | str]:
        """The answers to a batch sent by `post`."""
        try:
            if self._process is None:
                raise WorkerFailed("the rule engine could not be started")
            return _fired(self.receive())
        except WorkerFailed as error:
            return self._again(partners, str(error))

    def _again(self, partners: Sequence[Facts], reason: str) -> list[frozenset[str] | str]:
        """Once more as it was; then in halves, so that one bad partner costs no other its answer."""
        if self.restarts >= RESTARTS:
            return [reason] * len(partners)
        self.restarts += 1
        try:
            return _fired(self.ask({"do": "judge", "key": self.key, "facts": _json(list(partners))}))
        except WorkerFailed as error:
            reason = str(error)
        if len(partners) == 1:
            return [reason]
        middle = len(partners) // 2
        return self._again(partners[:middle], reason) + self._again(partners[middle:], reason)


def _fired(reply: dict[str, Json]) -> list[frozenset[str] | str]:
    fired: list[list[str]] = reply["fired"]  # type: ignore[assignment]  # written by worker.py
    return [frozenset(each) for each in fired]


def _json(value: object) -> Json:
    """The same value, known to be JSON: rules and facts hold lists, texts and integers only."""
    return value  # type: ignore[return-value]  # `list` is invariant


def _read(pipe: IO[str] | None, replies: queue.Queue[str]) -> None:
    """Move lines from the process to the queue; an empty one says that it ended."""
    assert pipe is not None  # opened by `start`
    with pipe:
        for line in pipe:
            replies.put(line)
    replies.put("")


def _close(pipe: IO[str] | None) -> None:
    """Close the way to a process; what a dead one did not read no longer matters."""
    if pipe is not None:
        with suppress(OSError):
            pipe.close()
