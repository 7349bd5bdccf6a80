"""Source files of the data gallery that cannot be kept as text: made when the gallery is looked at.

Each function gives the bytes of one file; the same call gives the same bytes. `FILES` says which case they belong to.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

COLUMNS = ("sale", "partner", "kind", "of", "day", "amount")
HEAD = ",".join(COLUMNS) + "\n"
SALE = "S-1,P-1,sale,,2026-01-05,120.50\n"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WHEN = (2026, 1, 1, 0, 0, 0)
MIB = 1024 * 1024

Cell = str
"""One cell as XML: see `text`, `number`, `day`, `formula`."""


def text(value: str) -> Cell:
    """A cell that holds a text."""
    return f't="inlineStr"><is><t xml:space="preserve">{value}</t></is>'


def number(value: str) -> Cell:
    """A cell that holds a number, written as the workbook keeps it."""
    return f"><v>{value}</v>"


def day(serial: str) -> Cell:
    """A cell that holds a day as its number, shown as a date."""
    return f's="1"><v>{serial}</v>'


def formula(source: str, result: str = "") -> Cell:
    """A cell that computes; `result` is what the workbook kept."""
    kept = f"<v>{result}</v>" if result else ""
    return f"><f>{source}</f>{kept}"


def sale(**changed: Cell) -> tuple[Cell, ...]:
    """A sale as a row of cells, the amount as a number; some are changed."""
    plain = {
        "sale": text("S-1"),
        "partner": text("P-1"),
        "kind": text("sale"),
        "of": "",
        "day": text("2026-01-05"),
        "amount": number("120.5"),
    }
    return tuple((plain | changed)[name] for name in COLUMNS)


def sheet(*rows: Sequence[Cell], stray: str = "") -> bytes:
    """The XML of a sheet with our columns and these rows; `stray` is more XML behind them."""
    cells = [tuple(map(text, COLUMNS)), *rows]
    body = "".join(
        f'<row r="{line}">'
        + "".join(f'<c r="{chr(65 + column)}{line}" {cell}</c>' for column, cell in enumerate(row) if cell)
        + "</row>"
        for line, row in enumerate(cells, 1)
    )
    xml = f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{body}{stray}</sheetData></worksheet>'
    return xml.encode()


def workbook(*sheets: bytes, year: int = 1900, parts: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook with these sheets, named Sheet1 and so on; `parts` are added or take the place of others."""
    numbers = range(1, len(sheets) + 1)
    names = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(
        f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml" Type="{OFFICE}/worksheet"/>' for n in numbers
    )
    style = f'<Relationship Id="rId99" Target="styles.xml" Type="{OFFICE}/styles"/>'
    epoch = '<workbookPr date1904="1"/>' if year == 1904 else ""
    contents = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": (
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Target="xl/workbook.xml" '
            f'Type="{OFFICE}/officeDocument"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">{epoch}<sheets>{names}</sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{links}{style}</Relationships>'.encode(),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{SPREADSHEET}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>"
        ).encode(),
    }
    contents |= {f"xl/worksheets/sheet{n}.xml": each for n, each in zip(numbers, sheets, strict=True)}
    return packed(contents | dict(parts or {}))


def packed(contents: Mapping[str, bytes]) -> bytes:
    """A ZIP file of these parts, with one date for all."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(zipfile.ZipInfo(name, WHEN), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def encrypted(package: bytes) -> bytes:
    """The same package, its parts marked as encrypted."""
    data = bytearray(package)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(signature, place + 4)
    return bytes(data)


def table(**columns: pa.Array) -> bytes:
    """A Parquet file of one faultless sale; some columns are changed."""
    plain = {
        "sale": pa.array(["S-1"]),
        "partner": pa.array(["P-1"]),
        "kind": pa.array(["sale"]),
        "of": pa.array([None], pa.string()),
        "day": pa.array(["2026-01-05"]),
        "amount": pa.array([Decimal("120.50")], pa.decimal128(18, 2)),
    }
    target = io.BytesIO()
    parquet.write_table(pa.table(plain | columns), target)
    return target.getvalue()


def wrecked(package: bytes) -> bytes:
    """A Parquet file whose first page was written over, its end untouched."""
    return package[:8] + b"\xff" * 64 + package[72:]


ENTITY = (
    f'<!DOCTYPE x [<!ENTITY a "120.50">]><worksheet xmlns="{SPREADSHEET}"><sheetData><row r="1"><c r="A1" '
    't="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>'
).encode()

LINES: Mapping[str, Callable[[], bytes]] = {
    "RNG653-latin-1-byte": lambda: (HEAD + SALE).encode() + b"S-2,P-2,sal\xe9,,2026-02-01,80\n",
    "RNG653-utf-16": lambda: (HEAD + SALE).encode("utf-16"),
    "RNG653-cut-inside-a-character": lambda: (HEAD + SALE + "S-2,P-2,größe,,é").encode()[:-1],
    "RNG654-nul": lambda: (HEAD + SALE.replace("P-1", "P-1\0")).encode(),
    "RNG654-escape-sequence": lambda: (HEAD + SALE.replace("P-1", "P-1\x1b[31m")).encode(),
    "RNG657-value-of-200-kilobytes": lambda: (HEAD + SALE.replace("P-1", "P" * 200_000)).encode(),
    "RNG659-hundred-thousand-columns": lambda: (",".join(f"c{n}" for n in range(100_000)) + "\n").encode(),
    "RNG662-quote-open-over-megabytes": lambda: (HEAD + 'S-1,"P-1' + "\n".join(SALE for _ in range(60_000))).encode(),
    "RNG664-carriage-return-alone": lambda: (HEAD + SALE.replace("\n", "\r") + SALE.replace("S-1", "S-2")).encode(),
    "RNG664-old-mac": lambda: (HEAD + SALE).replace("\n", "\r").encode(),
    "RNG652-workbook-in-csv": lambda: workbook(sheet(sale())),
    "RNG652-old-workbook-in-csv": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "RNG652-gzip-in-csv": lambda: b"\x1f\x8b\x08" + bytes(61),
}
"""Cases whose `lines.csv` is made."""

BOOKS: Mapping[str, Callable[[], bytes]] = {
    "RNG652-old-workbook-renamed": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "RNG652-other-zip": lambda: packed({"word/document.xml": b"<document/>"}),
    "RNG652-web-page-in-xlsx": lambda: b"<html><body>Session expired</body></html>",
    "RNG651-empty-sheet": lambda: workbook(
        f'<worksheet xmlns="{SPREADSHEET}"><sheetData></sheetData></worksheet>'.encode()
    ),
    "RNG654-hidden-character-in-a-cell": lambda: workbook(sheet(sale(partner=text("P-1\u202e")))),
    "RNG655-column-twice-in-a-sheet": lambda: workbook(sheet(sale()).replace(b">of<", b">sale<")),
    "RNG656-cells-without-a-name": lambda: workbook(sheet((*sale(), text("draft")))),
    "RNG669-hidden-row": lambda: workbook(sheet(sale()).replace(b'<row r="2"', b'<row hidden="1" r="2"')),
    "RNG670-unpacks-to-300-mb": lambda: workbook(b"<worksheet>" + b" " * (300 * MIB) + b"</worksheet>"),
    "RNG670-two-thousand-parts": lambda: workbook(
        sheet(sale()), parts={f"xl/media/{n}.bin": b"" for n in range(2_001)}
    ),
    "RNG671-entity": lambda: workbook(ENTITY),
    "RNG672-part-leads-elsewhere": lambda: workbook(sheet(sale()), parts={"../../evil.xml": b"<x/>"}),
    "RNG672-encrypted": lambda: encrypted(workbook(sheet(sale()))),
    "RNG672-macros": lambda: workbook(sheet(sale()), parts={"xl/vbaProject.bin": b"\0"}),
    "RNG672-link-to-another-workbook": lambda: workbook(
        sheet(sale()), parts={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    ),
    "RNG673-formula-never-calculated": lambda: workbook(sheet(sale(amount=formula("100+20.5")))),
    "RNG674-two-sheets": lambda: workbook(sheet(sale()), sheet(sale())),
    "RNG675-one-cell-at-the-far-corner": lambda: workbook(
        sheet(sale(), stray='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "RNG676-workbook-cut-off": lambda: workbook(sheet(sale()))[:-30],
    "RNG676-sheet-of-broken-xml": lambda: workbook(sheet(sale())[:-40]),
    "RNG677-day-that-never-was": lambda: workbook(sheet(sale(day=day("60")))),
    "RNG678-row-twice": lambda: workbook(
        sheet(sale(amount=number("600")), stray='<row r="2"><c r="F2"><v>400</v></c></row>')
    ),
    "RNG679-partner-merged-over-two-rows": lambda: workbook(
        sheet(sale(), sale(sale=text("S-2"), partner="")).replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
        )
    ),
    "RNG702-error-cell": lambda: workbook(sheet(sale(amount='t="e"><v>#REF!</v>'))),
    "RNG703-number-with-three-decimals": lambda: workbook(sheet(sale(amount=number("0.125")))),
    "RNG700-blank-amount": lambda: workbook(sheet(sale(amount=""))),
    "RNG701-amount-as-typed-text": lambda: workbook(sheet(sale(amount=text("1,234.56")))),
    "RNG704-number-cell-of-thirty-digits": lambda: workbook(sheet(sale(amount=number("1E+30")))),
    "RNG705-number-in-a-date-column": lambda: workbook(sheet(sale(day=number("46027")))),
    "RNG705-date-with-a-time": lambda: workbook(sheet(sale(day=day("46027.75")))),
    "RNG705-date-typed-as-text": lambda: workbook(sheet(sale(day=text("01/05/2026")))),
    "RNG709-id-as-a-number": lambda: workbook(sheet(sale(sale=number("123")))),
    "RNG709-id-that-became-an-exponent": lambda: workbook(sheet(sale(sale=number("1E5")))),
    "RNG709-id-as-a-date": lambda: workbook(sheet(sale(sale=day("46027")))),
}
"""Cases whose `lines.xlsx` is made."""

TABLES: Mapping[str, Callable[[], bytes]] = {
    "RNG676-parquet-cut-off": lambda: table()[:-20],
    "RNG676-parquet-page-overwritten": lambda: wrecked(table()),
    "RNG676-parquet-of-eight-bytes": lambda: b"PAR1PAR1",
    "RNG690-amount-as-double": lambda: table(amount=pa.array([120.5])),  # a float on purpose: that is the slip
    "RNG691-day-with-a-time": lambda: table(day=pa.array([1_767_655_800], pa.timestamp("s"))),
    "RNG691-list-of-partners": lambda: table(partner=pa.array([["P-1", "P-2"]])),
    "RNG654-hidden-character-in-parquet": lambda: table(partner=pa.array(["P-1\u202e"])),
    "RNG703-parquet-with-three-decimals": lambda: table(
        amount=pa.array([Decimal("0.125")], pa.decimal128(18, 3)),
    ),
    "RNG708-parquet-id-with-a-blank": lambda: table(sale=pa.array(["S-1 "])),
}
"""Cases whose `lines.parquet` is made."""

RECORDS: Mapping[str, Callable[[], bytes]] = {
    "RNG682-hundred-thousand-brackets": lambda: b'{"sale": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "RNG659-new-names-in-every-object": lambda: "".join(
        json.dumps({f"c{n}": 1, f"d{n}": 1}) + "\n" for n in range(3_000)
    ).encode(),
    "RNG657-line-of-two-megabytes": lambda: b'{"sale": "' + b"S" * (2 * MIB) + b'"}\n',
    "RNG653-latin-1-in-json": lambda: b'{"sale": "S\xe9"}\n',
}
"""Cases whose `lines.jsonl` is made."""

ANSWERS: Mapping[str, Callable[[], bytes]] = {
    "RNG750-answers-add-up-too-high": lambda: (
        "id,partner,day,score,answers\n" + "".join(f"Q-{n},P-1,2026-01-05,4,{10**15 - 1}\n" for n in range(10_002))
    ).encode(),
}
"""Cases whose `surveys.csv` is made."""

GOOD_LINES: Mapping[str, Callable[[], bytes]] = {
    "byte-order-mark": lambda: b"\xef\xbb\xbf" + (HEAD + SALE).encode(),
    "windows-line-ends": lambda: (HEAD + SALE).replace("\n", "\r\n").encode(),
    "mixed-line-ends": lambda: (HEAD + SALE + SALE.replace("S-1", "S-2").replace("\n", "\r\n")).encode(),
    "windows-1252": lambda: (HEAD + SALE).encode("cp1252"),
    "empty-lines-at-the-end": lambda: (HEAD + SALE + "\n\r\n\n").encode(),
}
GOOD_BOOKS: Mapping[str, Callable[[], bytes]] = {
    "workbook": lambda: workbook(sheet(sale(), sale(sale=text("S-2"), day=day("46027")))),
    "workbook-that-counts-from-1904": lambda: workbook(sheet(sale(day=day("44565"))), year=1904),
    "workbook-with-binary-dust": lambda: workbook(sheet(sale(amount=number("0.30000000000000004")))),
    "workbook-with-a-calculated-formula": lambda: workbook(sheet(sale(amount=formula("100+20.5", "120.5")))),
    "workbook-with-a-text-id-of-digits": lambda: workbook(sheet(sale(sale=text("00123")))),
}
GOOD_TABLES: Mapping[str, Callable[[], bytes]] = {"parquet": table}


def stay_inside(folder: Path) -> None:
    """The sales lie in a folder below, and a link beside the feed leads there."""
    (folder / "exports").mkdir()
    (folder / "lines.csv").rename(folder / "exports" / "lines.csv")
    (folder / "lines.csv").symlink_to(folder / "exports" / "lines.csv")


def lead_out(folder: Path) -> None:
    """The sales are a link to a file outside."""
    outside = folder.parent / "outside.csv"
    (folder / "lines.csv").rename(outside)
    (folder / "lines.csv").symlink_to(outside)


def lead_out_by_folder(folder: Path) -> None:
    """The folder of the sales is a link to one outside."""
    (folder.parent / "elsewhere").mkdir()
    (folder / "lines.csv").rename(folder.parent / "elsewhere" / "lines.csv")
    (folder / "exports").symlink_to(folder.parent / "elsewhere")


def lead_to_device(folder: Path) -> None:
    """The sales are a link to a device without an end."""
    (folder / "lines.csv").unlink()
    (folder / "lines.csv").symlink_to("/dev/zero")


def lead_to_itself(folder: Path) -> None:
    """The sales are a link to themselves."""
    (folder / "lines.csv").unlink()
    (folder / "lines.csv").symlink_to(folder / "lines.csv")


def be_a_pipe(folder: Path) -> None:
    """The sales are a pipe that nobody writes to."""
    (folder / "lines.csv").unlink()
    os.mkfifo(folder / "lines.csv")


def be_a_folder(folder: Path) -> None:
    """The sales are a folder."""
    (folder / "lines.csv").unlink()
    (folder / "lines.csv").mkdir()


def be_in_a_database(folder: Path) -> None:
    """The sales are in an SQLite file, as texts."""
    with closing(sqlite3.connect(folder / "desk.db")) as database, database:
        database.execute(f"CREATE TABLE lines ({', '.join(COLUMNS)})")
        with (folder / "lines.csv").open(encoding="utf-8", newline="") as file:
            rows = [[cell or None for cell in row] for row in csv.reader(file)][1:]
        database.executemany(f"INSERT INTO lines VALUES ({', '.join('?' * len(COLUMNS))})", rows)
    (folder / "lines.csv").unlink()


IN_A_DATABASE = (
    "RNG626-delete",
    "RNG626-second-statement",
    "RNG626-delete-inside-with",
    "RNG626-in-a-file",
    "RNG629-no-such-table",
    "RNG629-more-than-reading",
    "RNG690-binary-number-in-a-query",
    "RNG703-row-of-a-query",
    "query-on-sqlite",
    "query-in-a-file",
)
PREPARED: Mapping[str, Callable[[Path], None]] = {
    "RNG605-link-that-leads-out": lead_out,
    "RNG605-folder-that-leads-out": lead_out_by_folder,
    "RNG605-link-to-a-device": lead_to_device,
    "RNG606-link-to-itself": lead_to_itself,
    "RNG606-pipe": be_a_pipe,
    "RNG606-folder": be_a_folder,
    "link-that-stays-inside": stay_inside,
    **dict.fromkeys(IN_A_DATABASE, be_in_a_database),
}
"""Cases that need more than files: what is done to their folder."""

FILES: tuple[tuple[str, Mapping[str, Callable[[], bytes]]], ...] = (
    ("lines.csv", LINES),
    ("lines.xlsx", BOOKS),
    ("lines.parquet", TABLES),
    ("lines.jsonl", RECORDS),
    ("surveys.csv", ANSWERS),
    ("lines.csv", GOOD_LINES),
    ("lines.xlsx", GOOD_BOOKS),
    ("lines.parquet", GOOD_TABLES),
)
"""Name of the file, and what makes it for each case."""


def write_made(case: str, folder: Path) -> None:
    """Complete the folder of a case with what is made for it; the feed names the format by itself."""
    for name, makers in FILES:
        if case in makers:
            (folder / name).write_bytes(makers[case]())
            if name.startswith("lines"):
                feed = folder / "feed.yaml"
                feed.write_text(feed.read_text(encoding="utf-8").replace("lines.csv", name), encoding="utf-8")
    if case in PREPARED:
        PREPARED[case](folder)
