"""What is reported of a run that is not what it was, and whether its files are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.language.diagnostic import Diagnostic
from engine.runs import codes
from engine.runs.store import HELP, PROGRAM, Findings, Run, file_hash, foundation_file


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


def check_program_files(run: Run) -> Findings:
    """Whether the program kept in the run has the bytes that the manifest names."""
    return tuple(damage(run, each) for each in other_files(run, program_files(run)))


def program_files(run: Run) -> list[tuple[str, str]]:
    """The files of the program kept in the run, each with the hash that the manifest names."""
    source = run.manifest.source
    kept = ((foundation_file(place), sha256) for place, (_, sha256) in enumerate(source.builds_on, 1))
    return [(PROGRAM, source.sha256), *kept]


def other_files(run: Run, files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Which of these files do not have their hash, in words."""
    for name, sha256 in files:
        try:
            if file_hash(run.folder / name) != sha256:
                yield f"`{name}` differs from its manifest"
        except OSError:
            yield f"`{name}` cannot be read"
