"""The entry point: checks that the three rooms are rung's own, and only then loads the commands. Another distribution
installs a package named `rules`, and `engine` and `cli` are common names too. A foreign package is detected by its
text, without running it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

ROOMS = ("engine", "rules", "cli")
MARKER = 'PROJECT = "rung"'


def is_ours(room: str) -> bool:
    """Whether the package that would be imported as `room` has the mark of this project."""
    spec = find_spec(room)
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return False
    return MARKER in Path(spec.origin).read_text(encoding="utf-8", errors="replace")


def strangers() -> tuple[str, ...]:
    """The rooms whose names another package has taken, or which are missing."""
    return tuple(room for room in ROOMS if not is_ours(room))


def entry(arguments: Sequence[str] | None = None) -> None:
    """Run `rung` and end the process with its exit code."""
    taken = strangers()
    if taken:
        names = " and ".join(f"`{room}`" for room in taken)
        sys.exit(f"rung: {names} here belongs to another package; install rung in a separate environment")
    try:
        from cli.process import prepare

        prepare()
        from cli.app import run

        code = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:  # before or after the command, with nothing begun
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    entry()
