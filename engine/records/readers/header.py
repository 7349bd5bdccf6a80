"""Names of columns: each once, none empty, none that the import keeps for itself.

A column that is not named so is staged under a name that no feed has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.language.diagnostic import Related
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.layout import RESERVED
from engine.records.readers.plain_text import HIDDEN, hidden_in

UNNAMED = "_unnamed "  # begins what the import calls a column that cannot be read by its name
MOST_COLUMNS = 5_000  # of one file; the widest exports have some hundreds
Met = dict[str, tuple[int, str]]
"""Names of columns in small letters, each with its index and as it is written."""


def numbered(width: int) -> tuple[str, ...]:
    """Names for columns of a file without a header."""
    return tuple(f"column{number}" for number in range(1, width + 1))


def _by_number(index: int, names: Sequence[str]) -> str:
    """What a column without a name is called, as in a file without a header; no other has this name."""
    name, taken = f"column{index + 1}", {each.lower() for each in names}
    while name in taken:
        name += "_"
    return name


def check_header(
    names: Sequence[str], place: Callable[[int], Span], findings: Findings, met: Met | None = None, start: int = 0
) -> tuple[str, ...]:
    """The names under which columns are staged; notes those that cannot be mapped, and too many columns.

    `place` gives the place of the name at an index. Names may come in parts: `start` is the index of the first, and
    `met` holds those before it, and takes these.
    """
    is_whole = met is None
    met = {} if met is None else met
    width = start + len(names)
    if width > MOST_COLUMNS:
        if start <= MOST_COLUMNS:
            message = f"{width:,} columns are too many: the limit is {MOST_COLUMNS:,}"
            findings.at(codes.COLUMNS, place(MOST_COLUMNS), message, "leave out columns that no table needs")
        return tuple(names)
    staged: list[str] = []
    for index, name in enumerate(names, start):
        if not name.strip():
            staged.append(_by_number(index, names) if is_whole else f"{UNNAMED}{index + 1}")
            message = f"column {index + 1} has no name"
            if is_whole:
                message += f"; the feed can read it as `{staged[-1]}`"
            findings.of_column((), codes.COLUMN_NAME, place(index), message, "")
            continue
        staged.append(name)
        if name.lower() in RESERVED:
            message = f"the name `{name}` is reserved for the import"
            findings.of_column((name,), codes.COLUMN_NAME, place(index), message, "rename the column")
            staged[-1] = f"{UNNAMED}{index + 1}"
        elif found := HIDDEN.search(name):
            message = f"the name of column {index + 1} contains {hidden_in(found[0])}"
            findings.of_column((name,), codes.HIDDEN, place(index), message, "rename the column")
            staged[-1] = f"{UNNAMED}{index + 1}"
        first, spelled = met.setdefault(name.lower(), (index, name))
        if first != index:
            message = f"column `{name}` appears twice"
            if spelled != name:
                message = f"columns `{spelled}` and `{name}` differ only in capital letters"
            related = (Related(place(first), "first here"),)
            names_of_both = tuple(dict.fromkeys((spelled, name)))
            findings.of_column(
                names_of_both, codes.COLUMN_TWICE, place(index), message, "rename one of the two", related
            )
            staged[-1] = f"{UNNAMED}{index + 1}"
    return tuple(staged)
