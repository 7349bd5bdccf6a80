"""Bytes as SSH writes them: strings (RFC 4251, section 5: four bytes for the length, then the bytes) and base64."""

from __future__ import annotations

import base64

LENGTH = 4


def packed(*parts: bytes) -> bytes:
    """The parts as strings, one after another."""
    return b"".join(len(part).to_bytes(LENGTH, "big") + part for part in parts)


def unpacked(data: bytes, count: int) -> tuple[list[bytes], bytes]:
    """The first `count` strings, and the bytes after them. ValueError if the data ends before they do."""
    parts = []
    for _ in range(count):
        end = LENGTH + int.from_bytes(data[:LENGTH], "big")
        if end > len(data):
            raise ValueError
        parts.append(data[LENGTH:end])
        data = data[end:]
    return parts, data


def base64_text(data: bytes) -> str:
    """Base64 in one line."""
    return base64.b64encode(data).decode()


def base64_bytes(text: str) -> bytes:
    """What `base64_text` wrote. ValueError for all else: the decoder alone passes over much that says nothing."""
    data = base64.b64decode(text)
    if base64_text(data) != text:
        raise ValueError
    return data
