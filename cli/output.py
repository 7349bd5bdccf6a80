"""Output: data on stdout or in a file, written completely or not at all; the layout of tables."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.exits import ExitCode, Stop
from cli.options import Format
from cli.process import print_data
from cli.render.visible import visible
from engine.spreadsheet import csv_line

MARKUP = re.compile(
    r"[\\`*\[\]<&|~$@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=www)\.|(?<!\w)#(?=\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under named columns. Cells are text already; `numbers` names the columns that align to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str] = frozenset()


def document(name: str, fields: Mapping[str, object]) -> str:
    """A JSON document that contains its format name: `{"format": "rung.NAME/v1", ..}`.

    >>> print(document("runs", {"runs": []}), end="")
    {
      "format": "rung.runs/v1",
      "runs": []
    }
    """
    return json.dumps({"format": f"rung.{name}/v1", **fields}, indent=2, ensure_ascii=False) + "\n"


def render_text(sheet: Sheet) -> str:
    """Columns aligned with spaces; nothing is ever cut.

    >>> sheet = Sheet(("tier", "partners"), (("gold", "7"), ("silver", "12")), frozenset({"partners"}))
    >>> print(render_text(sheet), end="")
    tier    partners
    gold           7
    silver        12
    """
    sheet = Sheet(sheet.columns, tuple(tuple(map(visible, row)) for row in sheet.rows), sheet.numbers)
    widths = [max(len(cell) for cell in cells) for cells in zip(sheet.columns, *sheet.rows, strict=True)]
    lines = []
    for row in (sheet.columns, *sheet.rows):
        cells = [
            cell.rjust(width) if name in sheet.numbers else cell.ljust(width)
            for cell, width, name in zip(row, widths, sheet.columns, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def render_md(sheet: Sheet) -> str:
    """A Markdown table.

    >>> print(render_md(Sheet(("tier", "partners"), (("a|b", "7"),), frozenset({"partners"}))), end="")
    | tier | partners |
    | --- | ---: |
    | a\\|b | 7 |
    """
    return md_head(sheet.columns, sheet.numbers) + "".join(map(md_line, sheet.rows))


def md_head(columns: Sequence[str], numbers: frozenset[str]) -> str:
    """The first two lines of a Markdown table."""
    return md_line(columns) + md_line(["---:" if name in numbers else "---" for name in columns])


def md_line(row: Sequence[str]) -> str:
    """One row of a Markdown table."""
    return f"| {' | '.join(map(md_text, row))} |\n"


def md_text(text: str) -> str:
    """A text that Markdown shows as it is: no link, no markup, no HTML, nobody notified, on one line.

    >>> print(md_text("[Acme](http://x.example) <b>"), md_text("volume_rebate"), md_text("@octocat #12 a@b.example"))
    \\[Acme\\](http\\://x.example) \\<b> volume_rebate \\@octocat \\#12 a\\@b.example
    """
    return MARKUP.sub(r"\\\g<0>", visible(" ".join(text.splitlines())))


def render_csv(sheet: Sheet) -> str:
    """Comma-separated values with a header line.

    >>> render_csv(Sheet(("name", "amount"), (("@home", "-1.00"),)))
    "name,amount\\n'@home,-1.00\\n"
    """
    return "".join(map(csv_line, (sheet.columns, *sheet.rows)))


SHEETS = {Format.TABLE: render_text, Format.MD: render_md, Format.CSV: render_csv}


def render_sheet(sheet: Sheet, format: Format) -> str:
    """The sheet as table, Markdown or CSV."""
    return SHEETS[format](sheet)


def joined(blocks: Sequence[str]) -> str:
    """Blocks of text with an empty line between them."""
    return "\n".join(block for block in blocks if block)


def emit(data: str | Iterable[str], output: str | None) -> None:
    """Write data, whole or in parts: to stdout, or to the file `output`, which is either complete or untouched."""
    parts = [data] if isinstance(data, str) else data
    if output is None or output == "-":
        print_data(parts)
    else:
        emit_bytes((part.encode("utf-8", "backslashreplace") for part in parts), output)


def emit_bytes(parts: Iterable[bytes], output: str) -> None:
    """Write the file `output`, which is either complete or untouched."""
    path = Path(output)
    if path.is_dir():
        raise Stop(ExitCode.USAGE, f"cannot write `{output}`: it is a folder", "name a file")
    if not path.parent.is_dir():
        raise Stop(ExitCode.USAGE, f"cannot write `{output}`: no such folder", "name a file in a folder that exists")
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:  # a device or a pipe is written to, never replaced
                file.writelines(parts)
        else:
            write_whole(path.resolve(), parts)  # a link stays one
    except OSError as fault:
        raise Stop(ExitCode.USAGE, f"cannot write `{output}`: {(fault.strerror or '').lower()}") from None


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~current_umask())  # mkstemp makes a private file; output is as public as any other
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def current_umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
