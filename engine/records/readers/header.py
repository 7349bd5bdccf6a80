"""Names of columns: each once, none empty, none that the import keeps for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.language.diagnostic import Related
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.layout import RESERVED

MOST_COLUMNS = 5_000  # of one file; the widest exports have some hundreds
Met = dict[str, tuple[int, str]]
"""Names of columns in small letters, each with its index and as it is written."""


def numbered(width: int) -> tuple[str, ...]:
    """Names for columns of a file without a header."""
    return tuple(f"column{number}" for number in range(1, width + 1))


def check_header(
    names: Sequence[str], place: Callable[[int], Span], findings: Findings, met: Met | None = None, start: int = 0
) -> None:
    """Note names that cannot be mapped, and more columns than a file may have.

    `place` gives the place of the name at an index. Names may come in parts: `start` is the index of the first, and
    `met` holds those before it, and takes these.
    """
    met = {} if met is None else met
    width = start + len(names)
    if width > MOST_COLUMNS:
        if start <= MOST_COLUMNS:
            message = f"{width:,} columns are too many: the limit is {MOST_COLUMNS:,}"
            findings.at(codes.COLUMNS, place(MOST_COLUMNS), message, "leave out columns that no table needs")
        return
    for index, name in enumerate(names, start):
        if not name.strip():
            cure = "give it a name in the first row, or delete the column"
            findings.at(codes.COLUMN_NAME, place(index), f"column {index + 1} has no name", cure)
            continue
        if name.lower() in RESERVED:
            message = f"the name `{name}` is reserved for the import"
            findings.at(codes.COLUMN_NAME, place(index), message, "rename the column")
        first, spelled = met.setdefault(name.lower(), (index, name))
        if first != index:
            message = f"column `{name}` appears twice"
            if spelled != name:
                message = f"columns `{spelled}` and `{name}` differ only in capital letters"
            related = (Related(place(first), "first here"),)
            findings.at(codes.COLUMN_TWICE, place(index), message, "rename one of the two", related)
