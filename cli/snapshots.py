"""`rung runs --snapshots`: the records that are stored in this workspace, and where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cli.options import Format, Settings
from cli.words import YES_NO

if TYPE_CHECKING:
    from engine.records.snapshots import Kept

COLUMNS = ("snapshot", "imported", "imports", "feed", "file", "complete through", "rows", "set aside", "sound")
NUMBERS = frozenset({"imports"})
DAMAGED = "Damaged snapshots: their records may differ from those that were imported"


def print_snapshots(settings: Settings, form: Format, output: str | None) -> None:
    """Every snapshot with the feed of its last import, and its rows by table; damaged ones end the command."""
    from cli.findings import findings_of, show, stop_on_errors
    from cli.output import document, emit, emit_bytes
    from cli.workbook import Page, workbook_bytes
    from engine.records.snapshots import list_snapshots

    found, findings = list_snapshots(settings.workspace)
    show(settings, findings)
    if form is Format.JSON:
        listed = {"snapshots": list(map(fields_of, found)), "diagnostics": findings_of(settings)}
        emit(document("snapshots", listed), output)
    elif form is Format.XLSX and output is not None:
        page = Page("snapshots", COLUMNS, map(row_of, found), NUMBERS, frozenset({"complete through"}))
        emit_bytes(workbook_bytes([page]), output)
    else:
        emit(rendered(found, form), output)
    if not found and not findings:
        settings.say(f"no snapshot in `{settings.home}` yet: rung import FEED makes one")
    stop_on_errors(settings, findings)


def rendered(found: Sequence[Kept], form: Format) -> str:
    """The snapshots as one list for a spreadsheet; for people, damaged ones by themselves below their heading."""
    from cli.output import Sheet, joined, md_text, render_sheet

    if form is Format.CSV:
        return render_sheet(Sheet(COLUMNS, tuple(map(row_of, found)), NUMBERS), form)
    sound = tuple(row_of(each)[:-1] for each in found if each.snapshot is not None)
    damaged = tuple((each.id,) for each in found if each.snapshot is None)
    blocks = [render_sheet(Sheet(COLUMNS[:-1], sound, NUMBERS), form)] if sound or not damaged else []
    if damaged:
        head = f"**{md_text(DAMAGED)}**\n" if form is Format.MD else DAMAGED
        blocks.append(f"{head}\n{render_sheet(Sheet(COLUMNS[:1], damaged), form)}")
    return joined(blocks)


def row_of(kept: Kept) -> tuple[str, ...]:
    """A snapshot as a line of the list."""
    fields = fields_of(kept)
    return tuple(said(fields[name.replace(" ", "_")]) for name in COLUMNS)


def rows_of(kept: Kept) -> Iterator[tuple[str, int]]:
    """The tables that an import filled, with their rows."""
    from engine.language.records import SET_ASIDE

    for table in kept.snapshot.tables if kept.snapshot is not None else ():
        if not table.derived and table.name != SET_ASIDE.name:
            yield table.name, table.rows


def said(value: object) -> str:
    """A field of a snapshot in a list: `partners 24, sales 520`."""
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {count:,}" for name, count in value.items())
    return "" if value is None else str(value)


def fields_of(kept: Kept) -> dict[str, object]:
    """A snapshot as JSON has it: what is not known is null."""
    fields: dict[str, object] = dict.fromkeys(name.replace(" ", "_") for name in COLUMNS)
    fields |= {"snapshot": kept.id, "sound": kept.snapshot is not None}
    if kept.snapshot is not None:
        fields |= {"imports": kept.imports, "rows": dict(rows_of(kept))}
    if kept.last is not None:
        last = kept.last
        fields |= {"imported": last.written.strftime("%Y-%m-%d %H:%M:%SZ"), "feed": last.feed, "file": last.file}
        fields |= {"complete_through": last.complete_through or None, "set_aside": dict(last.set_aside)}
    return fields
