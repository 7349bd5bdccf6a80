"""What is reported of a run that is not what it was."""

from __future__ import annotations

from collections.abc import Sequence

from engine.language.diagnostic import Diagnostic
from engine.runs import codes
from engine.runs.store import HELP, Run


def damage(run: Run, what: str) -> Diagnostic:
    """The finding that a run is not what it was."""
    return codes.DAMAGED_RUN.at(None, f"`{run.id}` is damaged: {what}", help=HELP)


def other_rows(partners: Sequence[str]) -> str:
    """That rows of partners were changed."""
    return f"the rows of {named(partners)} do not match their stored hash (leaf)"


def named(partners: Sequence[str]) -> str:
    """The first of some partners, and how many more there are."""
    first = f"partner `{partners[0]}`"
    return first if len(partners) == 1 else f"{first} (and of {len(partners) - 1} more)"
