"""The outbox: a folder outside the ledger, where bank files go, and where the heads of its log are kept.

A head says how far the log of a ledger goes, and the root over it, signed. It is named by the position and made
exclusively, so of two copies of one ledger only one can go on: the other one finds a head that is not its own. A ledger
that was restored from an older copy finds heads of events that it does not have.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.ledger.log import Head

HEADS, FILES, DELIVERED, PARTIAL = "heads", "bank", "delivered", ".partial"
NAMESPACE: Final = "rung-head@v1"
HEAD: Final = re.compile(r"([0-9]{12})\.head")
TEXT: Final = re.compile(r"rung head\nledger: ([0-9a-f]{32})\nposition: ([0-9]+)\nroot: ([0-9a-f]{64})\n")

Sign = Callable[[str, bytes], str]
"""Namespace and text to a signature."""
Verify = Callable[[str, str, bytes], object]
"""Signature, namespace and text; raises if it does not hold."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """The folder, and the ledger whose it is."""

    folder: Path
    ledger: str


class Foreign(Exception):
    """The outbox has seen something that this ledger does not know; the message says what."""


def make_outbox(outbox: Outbox) -> None:
    """Make the folders."""
    for name in (HEADS, FILES, DELIVERED, PARTIAL):
        (outbox.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def head_text(outbox: Outbox, head: Head) -> bytes:
    """What is signed: for people to read."""
    return f"rung head\nledger: {outbox.ledger}\nposition: {head.position}\nroot: {head.root}\n".encode()


def last_head(outbox: Outbox, verify: Verify) -> Head | None:
    """The last head in the outbox, None in a new one. Raises Foreign for one that is not signed by somebody known."""
    found = sorted(each.name for each in (outbox.folder / HEADS).iterdir() if HEAD.fullmatch(each.name))
    return read_head(outbox, found[-1], verify) if found else None


def read_head(outbox: Outbox, name: str, verify: Verify) -> Head:
    """A head by the name of its file. Raises Foreign."""
    written = (outbox.folder / HEADS / name).read_bytes()
    end = written.find(b"-----BEGIN")
    text, signature = written[:end], written[end:]
    said = TEXT.fullmatch(text.decode("ascii", "replace")) if end > 0 else None
    if said is None or f"{int(said[2]):012}.head" != name:
        raise Foreign(f"`{HEADS}/{name}` is not a head")
    if said[1] != outbox.ledger:
        raise Foreign(f"`{HEADS}/{name}` is the head of another ledger")
    try:
        verify(signature.decode("ascii", "replace"), NAMESPACE, text)
    except ValueError as error:
        raise Foreign(f"the signature of `{HEADS}/{name}` does not hold: {error}") from error
    return Head(int(said[2]), said[3])


def write_head(outbox: Outbox, head: Head, sign: Sign, verify: Verify) -> None:
    """Put the head where the next one belongs. Raises Foreign if another one is there."""
    text = head_text(outbox, head)
    name = f"{head.position:012}.head"
    if not write_once(outbox, f"{HEADS}/{name}", text + sign(NAMESPACE, text).encode("ascii")):
        there = read_head(outbox, name, verify)
        if there != head:
            raise Foreign(f"`{HEADS}/{name}` is there already, and is not of this ledger: it was copied")


def write_once(outbox: Outbox, name: str, data: bytes) -> bool:
    """Write a file that is not there yet, completely or not at all; False if it is there. Nothing is ever replaced."""
    handle, pending = tempfile.mkstemp(dir=outbox.folder / PARTIAL)
    final = outbox.folder / name
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(pending, final)
        except FileExistsError:
            return False
        _flush(final.parent)
        return True
    finally:
        with suppress(FileNotFoundError):
            Path(pending).unlink()


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
