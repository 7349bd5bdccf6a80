"""The ZIP file around a workbook: its directory, its sizes and its parts, before anything parses them.

The directory can lie about sizes, so every part is also unpacked once, in pieces, and counted;
a part that is not as long as the directory says, or has another checksum, is refused.
"""

from __future__ import annotations

import re
import stat
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from engine.language.diagnostic import Code
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings

UNPACKED_LIMIT = 200_000_000  # bytes
RATIO_LIMIT = 100  # unpacked to packed
RATIO_FROM = 1_000_000  # bytes unpacked; a small part may be packed well by chance
PARTS_LIMIT = 2_000
PIECE = 1 << 20

CURE_SAVE = "open it in a spreadsheet program and save it as a plain .xlsx"
CURE_CSV = "export the sheet as CSV or Parquet"

ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
ENCRYPTED = 0x1  # of a part's flags


class _Refused(Exception):
    """Ends the check of a package; does not leave this module."""

    def __init__(self, code: Code, message: str, help: str) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


def check_package(path: Path, span: Span, findings: Findings) -> None:
    """Note the first reason why the workbook at `path` is not safe to parse."""
    try:
        with ZipFile(path) as package:
            parts = package.infolist()
            _check_directory(parts)
            for part in parts:
                _check_part(package, part)
    except _Refused as refused:
        findings.at(refused.code, span, f"`{findings.name}` {refused.message}", refused.help)
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, UnicodeDecodeError, OSError):
        message = f"`{findings.name}` is damaged: it is not a complete ZIP file"
        findings.at(codes.UNREADABLE, span, message, "export the file again")


def _check_directory(parts: list[ZipInfo]) -> None:
    if len(parts) > PARTS_LIMIT:
        raise _Refused(codes.ZIP_LIMIT, f"has {len(parts):,} parts, more than {PARTS_LIMIT:,}", CURE_CSV)
    seen: set[str] = set()
    for part in parts:
        _check_name(part, seen)
    _check_kind(seen)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_LIMIT:
        message = f"unpacks to {unpacked // 1_000_000:,} MB, more than {UNPACKED_LIMIT // 1_000_000:,} MB"
        raise _Refused(codes.ZIP_LIMIT, message, CURE_CSV)
    for part in parts:
        if part.file_size > RATIO_FROM and part.file_size > RATIO_LIMIT * part.compress_size:
            message = f"has a part that unpacks to more than {RATIO_LIMIT} times its size: `{part.filename}`"
            raise _Refused(codes.ZIP_LIMIT, message, CURE_CSV)


def _check_name(part: ZipInfo, seen: set[str]) -> None:
    """The names in the directory of the ZIP file: relative, safe, each once."""
    name = part.orig_filename
    plain = name.isprintable() and "\\" not in name and ":" not in name and not name.startswith("/")
    if not plain or ".." in name.split("/") or stat.S_ISLNK(part.external_attr >> 16):
        raise _Refused(codes.UNSAFE, f"has a part with an unsafe name: {name[:80]!a}", CURE_SAVE)
    if name.lower() in seen:
        raise _Refused(codes.UNSAFE, f"contains the part `{name}` twice", CURE_SAVE)
    seen.add(name.lower())
    if part.flag_bits & ENCRYPTED:
        raise _Refused(codes.UNSAFE, "is encrypted", "save a copy without a password")
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _Refused(codes.UNSAFE, "is packed in a way that workbooks are not", CURE_SAVE)


def _check_kind(names: set[str]) -> None:
    """That it is a workbook without macros and without links to other workbooks."""
    if "xl/workbook.bin" in names:
        raise _Refused(codes.FORMAT, "is a binary workbook (XLSB) and not xlsx", CURE_SAVE)
    if "xl/workbook.xml" not in names:
        raise _Refused(codes.FORMAT, "is a ZIP file without a workbook in it", "export it as xlsx")
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise _Refused(codes.UNSAFE, "has macros", "save a copy as .xlsx, which has none")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise _Refused(codes.UNSAFE, "has links to other workbooks", "paste values in place of the links")


def _check_part(package: ZipFile, part: ZipInfo) -> None:
    """Unpack one part: its true size, its checksum, and no document type in its XML."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail = b""
    first = True
    with package.open(part) as stream:
        while piece := stream.read(PIECE):
            if is_xml:
                _check_xml(part.filename, tail + piece, first)
            tail, first = piece[-16:], False


def _check_xml(name: str, piece: bytes, first: bool) -> None:
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise _Refused(codes.XML_ENTITY, f"declares a document type or entities in `{name}`", CURE_SAVE)
    declared = ENCODING.match(piece) if first else None
    other = declared and declared[1].lower() not in (b"utf-8", b"us-ascii")
    if first and (other or piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in piece[:8]):
        raise _Refused(codes.UNSAFE, f"has a part that is not written as UTF-8: `{name}`", CURE_SAVE)
    if name.lower() == "[content_types].xml" and b"macroEnabled" in piece:
        raise _Refused(codes.UNSAFE, "has macros", "save a copy as .xlsx, which has none")
