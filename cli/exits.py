"""Exit codes, and the one exception with which a command ends early."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the caller's script may rely on."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    INVALID = 3  # program or data
    TESTS_FAILED = 4
    DIFFERENCES = 5  # diff, replay, reconcile
    REFUSED = 6  # by a control
    INTEGRITY = 7  # a proof or a pinned hash does not hold
    INTERRUPTED = 130


class Stop(Exception):
    """A command cannot go on: the exit code, what happened, and the cure."""

    def __init__(self, code: ExitCode, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.cure = cure
