"""The package around a workbook: bombs, tricks and damage are refused before anything is parsed."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest

from engine.records.readers.layout import Layout

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]
Workbook = Callable[..., bytes]

XLSX = Layout("xlsx")
NAME = "sales.xlsx"

PARTS: dict[str, tuple[dict[str, bytes], str]] = {
    "B-074 a part packed a thousandfold": (
        {"xl/media.xml": b"0" * 2_000_000},
        "RNG670 `sales.xlsx` has a part that unpacks to more than 100 times its size: `xl/media.xml`",
    ),
    "too many parts": (
        {f"xl/p{number}": b"" for number in range(2_000)},
        "RNG670 `sales.xlsx` has 2,005 parts, more than 2,000",
    ),
    "B-076 entities": (
        {"xl/styles.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
        "RNG671 `sales.xlsx` declares a document type or entities in `xl/styles.xml`",
    ),
    "B-076 entities across two pieces": (
        {"xl/styles.xml": random.Random(1).randbytes(1 << 20).hex().encode()[: (1 << 20) - 4] + b"<!DOCTYPE a>"},
        "RNG671 `sales.xlsx` declares a document type or entities in `xl/styles.xml`",
    ),
    "XML in UTF-16": (
        {"xl/styles.xml": '<?xml version="1.0"?>'.encode("utf-16")},
        "RNG672 `sales.xlsx` has a part that is not written as UTF-8: `xl/styles.xml`",
    ),
    "XML in another encoding": (
        {"xl/styles.xml": b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>'},
        "RNG672 `sales.xlsx` has a part that is not written as UTF-8: `xl/styles.xml`",
    ),
    "B-077 a name that leads out": (
        {"../../x": b""},
        "RNG672 `sales.xlsx` has a part with an unsafe name: '../../x'",
    ),
    "a name from the root": ({"/x": b""}, "RNG672 `sales.xlsx` has a part with an unsafe name: '/x'"),
    "a name with a drive": ({"c:x": b""}, "RNG672 `sales.xlsx` has a part with an unsafe name: 'c:x'"),
    "a name with a backslash": (
        {"xl\\x": b""},
        "RNG672 `sales.xlsx` has a part with an unsafe name: 'xl\\\\x'",
    ),
    "a name twice": ({"XL/WORKBOOK.xml": b""}, "RNG672 `sales.xlsx` contains the part `XL/WORKBOOK.xml` twice"),
    "B-077 macros": ({"xl/vbaProject.bin": b""}, "RNG672 `sales.xlsx` has macros"),
    "macros of the old kind": ({"xl/macrosheets/sheet1.xml": b""}, "RNG672 `sales.xlsx` has macros"),
    "macros by type": ({"[Content_Types].xml": b"..sheet.macroEnabled.main+xml"}, "RNG672 `sales.xlsx` has macros"),
    "B-077 external links": (
        {"xl/externalLinks/externalLink1.xml": b"<a/>"},
        "RNG672 `sales.xlsx` has links to other workbooks",
    ),
    "XLSB": ({"xl/workbook.bin": b""}, "RNG652 `sales.xlsx` is a binary workbook (XLSB) and not xlsx"),
}


@pytest.mark.parametrize("case", PARTS)
def test_refuses_unsafe_parts(stage: Stage, workbook: Workbook, case: str) -> None:
    """Each trick is named, and no child process is started for it."""
    parts, expected = PARTS[case]
    assert stage(workbook(parts=parts), XLSX, NAME) == ([], [f"feed.yaml:3:5 {expected}"])


def test_other_parts_are_counted_and_left_alone(stage: Stage, workbook: Workbook) -> None:
    """A picture may hold any bytes."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    picture = workbook(rows, {"xl/media/image1.png": b"\x89PNG\r\n\x00<!DOCTYPE"})
    assert stage(picture, XLSX, NAME) == ([("1",)], [])


def directory_entry(package: bytes, part: str) -> int:
    """Where the directory entry of a part begins."""
    return package.rindex(part.encode()) - 46


def patched(package: bytes, part: str, offset: int, value: bytes) -> bytes:
    """The package with some bytes of a part's directory entry replaced."""
    start = directory_entry(package, part) + offset
    assert package[start - offset :].startswith(b"PK\x01\x02")
    return package[:start] + value + package[start + len(value) :]


SHEET = "xl/worksheets/sheet1.xml"
SIZE_OFFSET = 24  # of the unpacked size in a directory entry; flags stand at 8, the method at 10


def test_refuses_what_unpacks_to_too_much(stage: Stage, workbook: Workbook) -> None:
    """The directory is believed when it names a size beyond the limit."""
    large = patched(workbook(), SHEET, SIZE_OFFSET, struct.pack("<I", 250_000_000))
    assert stage(large, XLSX, NAME)[1] == ["feed.yaml:3:5 RNG670 `sales.xlsx` unpacks to 250 MB, more than 200 MB"]


def test_does_not_believe_a_smaller_size(stage: Stage, workbook: Workbook) -> None:
    """B-074: a part that is longer than the directory says is damage, found by unpacking and counting."""
    content = bytes(range(256)) * 8_000
    lying = patched(workbook(parts={"xl/media.bin": content}), "xl/media.bin", SIZE_OFFSET, struct.pack("<I", 500))
    assert stage(lying, XLSX, NAME)[1] == [
        "feed.yaml:3:5 RNG676 `sales.xlsx` is damaged: it is not a complete ZIP file"
    ]


def test_refuses_encryption(stage: Stage, workbook: Workbook) -> None:
    """Both ways: a flag on a part, and the container that spreadsheet programs make."""
    flagged = patched(workbook(), SHEET, 8, b"\x01\x00")
    assert stage(flagged, XLSX, NAME)[1] == ["feed.yaml:3:5 RNG672 `sales.xlsx` is encrypted"]
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert stage(container, XLSX, NAME)[1] == [
        "feed.yaml:3:5 RNG652 `sales.xlsx` is an old workbook (XLS) or an encrypted one and not xlsx"
    ]


def test_refuses_other_ways_of_packing(stage: Stage, workbook: Workbook) -> None:
    """Workbooks are stored or deflated; anything else is read by few programs."""
    other = patched(workbook(), SHEET, 10, b"\x0c\x00")
    assert stage(other, XLSX, NAME)[1] == [
        "feed.yaml:3:5 RNG672 `sales.xlsx` is packed in a way that workbooks are not"
    ]


def test_refuses_links_in_the_package(stage: Stage) -> None:
    """A part that is a symbolic link leads elsewhere."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    assert stage(target.getvalue(), XLSX, NAME)[1] == [
        "feed.yaml:3:5 RNG672 `sales.xlsx` has a part with an unsafe name: 'xl/workbook.xml'"
    ]


def test_refuses_files_that_are_no_workbooks(stage: Stage, workbook: Workbook) -> None:
    """Text, another ZIP file, half a workbook, a broken part."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<a/>")
    assert stage(target.getvalue(), XLSX, NAME)[1] == [
        "feed.yaml:3:5 RNG652 `sales.xlsx` is a ZIP file without a workbook in it"
    ]
    assert stage(b"id,v\n", XLSX, NAME)[1] == ["feed.yaml:3:5 RNG652 `sales.xlsx` is text and not xlsx"]
    assert stage(b"", XLSX, NAME)[1] == ["feed.yaml:3:5 RNG651 `sales.xlsx` is empty"]
    damaged = ["feed.yaml:3:5 RNG676 `sales.xlsx` is damaged: it is not a complete ZIP file"]
    whole = workbook()
    assert stage(whole[:-30], XLSX, NAME)[1] == damaged
    packed = whole.index(b"xl/workbook.xml") + len("xl/workbook.xml")
    assert stage(whole[:packed] + b"\xff" * 20 + whole[packed + 20 :], XLSX, NAME)[1] == damaged
