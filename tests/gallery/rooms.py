"""The rooms of the gallery: which cases each has, and how their findings are written as rows of one table.

A row is plain text, a block a case:

    RNG007-tier-twice
      5:3-9 error RNG007: key `silver` is already on line 3
        label: written again
        beside 3:3-9: first written here
        help: keep one of the two, or rename one

It is made of the findings in the JSON document of the command, so that the form of the terminal's text does not touch
it. Cases that show such a form keep the whole text instead, in a file of their own.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HEAD = "# Written by `pytest tests/gallery --update-gallery`, and read as a diff.\n"

Json = Any  # a document of a command


@dataclass(frozen=True)
class Room:
    """A folder of cases beside its table. A case is a folder itself, or else a file with `ending`."""

    name: str
    cases: tuple[str, ...]
    ending: str = ""

    @property
    def folder(self) -> Path:
        """Where the cases are."""
        return HERE / self.name

    @property
    def table(self) -> Path:
        """The rows of all cases that have no whole text."""
        return HERE / f"{self.name}.rows"

    def file(self, case: str) -> str:
        """The file that the findings of a case are in, where it has only one."""
        return f"{case}{self.ending}" if self.ending else ""

    def whole(self, case: str) -> Path:
        """Where the whole text of a case is, if it has one."""
        return self.folder / (f"{case}.expected" if self.ending else f"{case}/expected.txt")

    def wholes(self) -> set[str]:
        """The cases with a whole text."""
        if self.ending:
            return {path.stem for path in self.folder.glob("*.expected")}
        return {path.parent.name for path in self.folder.glob("*/expected.txt")}

    def rows(self) -> dict[str, str]:
        """The table by case."""
        return read_rows(self.table.read_text("utf-8")) if self.table.is_file() else {}

    def text(self, case: str) -> str:
        """What is written down for a case, whole or as its row."""
        whole = self.whole(case)
        return whole.read_text("utf-8") if whole.is_file() else self.rows()[case]

    def write_row(self, case: str, row: str) -> None:
        """Put the row of a case into the table."""
        self._change(lambda rows: rows | {case: row})

    def keep_rows(self, cases: Collection[str]) -> None:
        """Take the rows of all other cases out of the table."""
        self._change(lambda rows: {case: row for case, row in rows.items() if case in cases})

    def _change(self, changed: Callable[[dict[str, str]], dict[str, str]]) -> None:
        """Change the table; the processes of `pytest -n 2` do so one after the other."""
        with self.table.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            rows = changed(read_rows(file.read()))
            file.truncate(0)
            file.write(HEAD + "".join(f"\n{case}\n{rows[case]}" for case in sorted(rows)))


def read_rows(text: str) -> dict[str, str]:
    """The blocks of a table by case; what is not indented and no comment names a case."""
    rows: dict[str, str] = {}
    case = ""
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            case = line
            rows[case] = ""
        elif case and line:
            rows[case] += f"{line}\n"
    return rows


def row_of(found: Sequence[Mapping[str, Json]], own: str) -> str:
    """Findings as the lines of a row; the file `own` goes without saying."""
    return "".join(f"{line}\n" for each in found for line in _lines(each, own))


def _lines(finding: Mapping[str, Json], own: str) -> Iterator[str]:
    place = _place(finding, own)
    yield f"  {place and place + ' '}{finding['severity']} {finding['code']}: {_plain(finding['message'])}"
    if finding["label"]:
        yield f"    label: {_plain(finding['label'])}"
    for each in finding["related"]:
        yield f"    beside {_place(each, own)}: {_plain(each['label'])}"
    if finding["help"]:
        yield f"    help: {_plain(finding['help'])}"
    for each in finding["evidence"]:
        yield f"    {each['form']}:"
        yield from (f"      {_plain(line)}" for line in each["text"].splitlines())


def _place(at: Mapping[str, Json], own: str) -> str:
    """FILE:LINE:COLUMN-END, or -LINE:END where it ends on another line."""
    if at["file"] is None:
        return ""
    file = "" if at["file"] == own else f"{_plain(at['file'])}:"
    end = f"{at['end_line']}:{at['end_column']}" if at["end_line"] != at["line"] else at["end_column"]
    return f"{file}{at['line']}:{at['column']}-{end}"


def _plain(text: str) -> str:
    """Text on one line: what cannot be seen is written as its number, and not in the way of the renderers."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def totals_of(imported: Mapping[str, Json]) -> str:
    """What was imported, as the lines of a row: the snapshot, and a line a table with its control totals."""
    lines = [f"  snapshot {imported['snapshot']}"]
    for name, table in imported["tables"].items():
        totals = (
            f", {field} {kind} {value}" for field, each in table["totals"].items() for kind, value in each.items()
        )
        lines.append(f"  {name}: rows {table['rows']}{''.join(totals)}")
    lines += [f"  set aside: {name} {number}" for name, number in imported["quarantined"].items()]
    return "".join(f"{line}\n" for line in lines)
