"""The returns that took all of a record back."""

from __future__ import annotations

from engine.explain.late import returned_too_late
from engine.explain.model import Record
from engine.explain.subject import Subject
from engine.plan.plan import Part
from engine.plan.table import Scan
from engine.reference.tables import NO_ROWS, ExactRow
from engine.reference.trace import RecordRef, records_of, ref_of

OF = "returns_id"
"""The field of a return that names its sale."""


def returns_of(subject: Subject, part: Part, row: ExactRow, table: str) -> tuple[Record, ...]:
    """The returns of the record behind a row of a table that were made and known in time; () of one without any."""
    found: set[RecordRef] = set()
    for ref in records_of(subject.evaluation, table, row):
        scan = subject.evaluation.nodes.get(ref.table)
        if isinstance(scan, Scan) and any(each.name == OF for each in scan.columns) and len(ref.key) == 1:
            back = subject.evaluation.exact.by(scan.name, (OF,)).get(ref.key, NO_ROWS)
            found |= {ref_of(scan, each) for each in back}
    late = returned_too_late(subject, part, row) if found else frozenset()
    return tuple(subject.record(each) for each in sorted(found) if each.key not in late)
