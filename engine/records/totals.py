"""A line of totals at the end of a report: it is no record, and `stop_at` in the feed says where the table ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from engine.duck import quoted
from engine.language.diagnostic import Related
from engine.records.feed import Source
from engine.records.findings import Finding
from engine.records.readers.footer import is_totals, to_stop
from engine.records.readers.layout import LINE, NUMBERS, Staged

LAST = 20  # rows at the end of a file among which it is looked for
FORMATS = ("csv", "xlsx")  # that have `stop_at`


@dataclass(frozen=True, slots=True)
class TotalsLine:
    """The first line behind the table, what the feed says for it, and where."""

    line: int
    help: str
    place: Related

    def help_for(self, line: int, otherwise: str) -> str:
        """What to do about a row that cannot be a record, if it is this line or below it; else ""."""
        if line < self.line:
            return ""
        return f"{self.help}; otherwise, {otherwise}" if otherwise else self.help


def find_totals(connection: duckdb.DuckDBPyConnection, source: Source, staged: Staged) -> TotalsLine | None:
    """The line of totals with which a file ends, where `stop_at` can cut it off.

    Only rows with a single text may follow it, as in footers, and no other row may begin as it does: the table would
    end there. Where rows were left out or filled, or became several, the file's own rows are not known here.
    """
    layout = source.layout
    if layout.format not in FORMATS or layout.stop_at is not None or layout.unpivot or source.where or source.fill_down:
        return None
    described = connection.execute(f"DESCRIBE {quoted(staged.relation)}").fetchall()
    cells = [f"nullif(trim({quoted(name)}), '')" for name, *_ in described if name not in (LINE, NUMBERS)]
    first = f"coalesce({', '.join(cells)})"
    filled = " + ".join(f"({each} IS NOT NULL)::INTEGER" for each in cells)
    rows = f"SELECT {LINE} AS line, {first} AS text, {filled} AS filled FROM {quoted(staged.relation)}"
    last = connection.execute(f"{rows} ORDER BY {LINE} DESC LIMIT {LAST}").fetchall()
    for line, text, number in last:
        if text and is_totals(text):
            ((times,),) = connection.execute(f"SELECT count(*) FROM ({rows}) WHERE text = ?", [text]).fetchall()
            place = Related(source.place("stop_at"), "the source")
            return TotalsLine(line, to_stop(text, source.name), place) if times == 1 else None
        if number > 1:
            return None
    return None


def at_end(findings: Iterable[Finding], totals: TotalsLine | None) -> list[Finding]:
    """The findings; those about a line of totals at the end of the file, or about what stands below, with `stop_at`."""
    return [_with_end(each, totals) if totals else each for each in findings]


def _with_end(finding: Finding, totals: TotalsLine) -> Finding:
    help = totals.help_for(finding.line, finding.problem.help)
    if not help:
        return finding
    return replace(finding, problem=replace(finding.problem, help=help), related=(totals.place,))
