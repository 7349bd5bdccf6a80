"""Names of columns: each once, none empty, none that the import keeps for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.language.diagnostic import Related
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.layout import RESERVED


def numbered(width: int) -> tuple[str, ...]:
    """Names for columns of a file without a header."""
    return tuple(f"column{number}" for number in range(1, width + 1))


def check_header(names: Sequence[str], place: Callable[[int], Span], findings: Findings, new: int = 0) -> None:
    """Note names that cannot be mapped, from the index `new` on; those before it were checked already.

    `place` gives the place of the name at an index.
    """
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if index < new:
            first.setdefault(name.lower(), index)
            continue
        if not name.strip():
            cure = "give it a name in the first row, or delete the column"
            findings.at(codes.COLUMN_NAME, place(index), f"column {index + 1} has no name", cure)
            continue
        if name.lower() in RESERVED:
            message = f"the name `{name}` is reserved for the import"
            findings.at(codes.COLUMN_NAME, place(index), message, "rename the column")
        before = first.setdefault(name.lower(), index)
        if before != index:
            message = f"column `{name}` appears twice"
            if names[before] != name:
                message = f"columns `{names[before]}` and `{name}` differ only in capital letters"
            related = (Related(place(before), "first here"),)
            findings.at(codes.COLUMN_TWICE, place(index), message, "rename one of the two", related)
