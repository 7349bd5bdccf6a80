"""What a file is, by its first bytes: names lie, contents do not."""

from __future__ import annotations

from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Layout

HEAD = 4096
"""How many bytes are read."""

UTF8_MARK = b"\xef\xbb\xbf"

# (how the file begins, what it is, the feed's word for it where there is one)
SIGNATURES = (
    (b"PK\x03\x04", "a workbook (XLSX) or another ZIP file", "xlsx"),
    (b"PK\x05\x06", "an empty ZIP file", ""),
    (b"\xd0\xcf\x11\xe0", "an old workbook (XLS) or an encrypted one", ""),
    (b"PAR1", "a Parquet file", "parquet"),
    (b"%PDF", "a PDF document", ""),
    (b"\x1f\x8b", "a gzip archive", ""),
    (b"BZh", "a bzip2 archive", ""),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", ""),
    (b"7z\xbc\xaf", "a 7z archive", ""),
    (b"ARROW1", "an Arrow file", ""),
    (b"SQLite format 3", "an SQLite database", ""),
)
BINARY = ("xlsx", "parquet")


def sniffed(head: bytes) -> tuple[str, str]:
    """What the first bytes show, and the feed's word for that format; two empty texts when it is plain text."""
    for signature, what, word in SIGNATURES:
        if head.startswith(signature):
            return what, word
    text = head.removeprefix(UTF8_MARK).lstrip(b" \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body")):
        return "a web page (HTML)", ""
    if text.startswith(b"<?xml"):
        return "an XML document", ""
    if text.startswith((b'{"', b"[{", b"{}")):
        return "JSON", "jsonl"
    return "", ""


def check_format(head: bytes, layout: Layout, span: Span, findings: Findings) -> None:
    """Compare the first bytes of a file with what the feed says."""
    if not head:
        findings.at(codes.EMPTY, span, f"`{findings.name}` is empty", "export the file again")
        return
    what, word = sniffed(head)
    if not what and (head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(head)):
        findings.at(codes.ENCODING, span, f"`{findings.name}` is written as UTF-16", "save the file as UTF-8")
    elif layout.format in BINARY and word != layout.format:
        _other_format(what or "text", "csv" if not what else word, layout, span, findings)
    elif layout.format == "json" and word == "jsonl":
        return
    elif layout.format not in BINARY and what and word != layout.format:
        _other_format(what, word, layout, span, findings)
    elif head.startswith(UTF8_MARK) and layout.encoding != "utf-8":
        message = f"`{findings.name}` starts with the mark of UTF-8, so it is not {layout.encoding}"
        findings.at(codes.ENCODING, span, message, "write `encoding: utf-8`")


def _other_format(what: str, word: str, layout: Layout, span: Span, findings: Findings) -> None:
    cure = f"write `format: {word}`, or export it as {layout.format}" if word else f"export it as {layout.format}"
    findings.at(codes.FORMAT, span, f"`{findings.name}` is {what} and not {layout.format}", cure)


def _is_wide(head: bytes) -> bool:
    """Whether the bytes look like UTF-16 without its mark: most second bytes are zero."""
    pairs = len(head) // 2
    return pairs > 1 and max(head[::2].count(0), head[1::2].count(0)) * 4 > pairs * 3
