"""Reads a written file back: how many payments it has and what they come to. It shares no code with the writers.

A file that contradicts itself is damaged. Whether it is what was booked is for the caller to compare.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import ParseError, XMLParser

from engine.bank import codes
from engine.bank.validation import Findings
from engine.language.currency import scale_of

AMOUNT = re.compile(r"(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,3}))?")
SUM = re.compile(r"[0-9]{1,18}(\.[0-9]{1,3})?")
SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
GROUP = ("Document", "CstmrCdtTrfInitn", "GrpHdr")
BLOCK = ("Document", "CstmrCdtTrfInitn", "PmtInf")
TRANSFER = (*BLOCK, "CdtTrfTxInf")
PAYABLES = ["payee", "name", "currency", "amount", "minor_units", "pay_on", "end_to_end_id", "reference"]


@dataclass(frozen=True, slots=True)
class Control:
    """The number of payments, and their sums in minor units by currency."""

    count: int
    sums: Mapping[str, int]


class _Damage(Exception):
    """Why a file is not as rung writes it."""


def control_pain001(data: bytes, name: str) -> tuple[Control | None, Findings]:
    """Count and sums of a bank file; None with a finding if it is damaged. `name` is for the message."""
    reader = _Reader()
    parser = XMLParser(target=reader)
    try:
        parser.feed(data)
        parser.close()
        return reader.all.control(), ()
    except _Damage as damage:
        return None, _damaged(name, str(damage))
    except (ParseError, ValueError, LookupError):  # the last two for encodings that Python does not know
        return None, _damaged(name, "it is not well-formed XML")


def control_payables(data: bytes, name: str) -> tuple[Control | None, Findings]:
    """Count and sums of a list for accounts payable; None with a finding if it is damaged."""
    tally = _Tally()
    try:
        rows = csv.reader(io.StringIO(data.decode("utf-8")), strict=True)
        if next(rows, None) != PAYABLES:
            raise _Damage("its first line does not name the columns")
        for row in rows:
            if len(row) != len(PAYABLES):
                raise _Damage(f"a row has {len(row)} cells instead of {len(PAYABLES)}")
            _, _, currency, amount, minor, _, id, _ = row
            if str(tally.add(id, currency, amount)) != minor:
                raise _Damage(f"payment `{id}` is {amount} and {minor} minor units")
        return tally.control(), ()
    except _Damage as damage:
        return None, _damaged(name, str(damage))
    except (UnicodeDecodeError, csv.Error):
        return None, _damaged(name, "it is not comma-separated text")


def _damaged(name: str, reason: str) -> Findings:
    cure = "do not send it; delete it, and repeat the command that wrote it"
    return (codes.DAMAGED_BANK_FILE.at(None, f"the payment file `{name}` is damaged: {reason}", help=cure),)


class _Tally:
    """Payments seen so far, each once."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.sums: dict[str, int] = defaultdict(int)

    def add(self, id: str, currency: str, amount: str) -> int:
        """One payment more; its minor units."""
        scale, match = scale_of(currency), AMOUNT.fullmatch(amount)
        minor = int(match[1] + (match[2] or "")) if match else 0
        if scale is None or match is None or len(match[2] or "") != scale or not minor:
            raise _Damage(f"the amount of payment `{id}` is `{amount} {currency}`")
        if not id or id in self.ids:
            raise _Damage(f"payment `{id}` is in it twice" if id else "a payment has no id")
        self.ids.add(id)
        self.sums[currency] += minor
        return minor

    def total(self) -> Fraction:
        """The sum of all amounts whatever their currency, as a file declares it."""
        return sum((Fraction(minor, 10 ** (scale_of(each) or 0)) for each, minor in self.sums.items()), Fraction(0))

    def control(self) -> Control:
        """What was seen."""
        return Control(len(self.ids), dict(self.sums))


class _Reader:
    """Told by the parser what is in a bank file: a tree of all payments would not fit into memory."""

    def __init__(self) -> None:
        self.path: tuple[str, ...] = ()
        self.values: dict[tuple[str, ...], str] = {}
        self.all, self.block = _Tally(), _Tally()

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """A bank file has none, and one can make a small file huge."""
        raise _Damage("it has a document type")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self.path and tag != f"{SPACE}Document":
            raise _Damage("it is not a pain.001.001.09")
        self.path += (tag.removeprefix(SPACE),)
        self.values[self.path] = ""
        self.values[(*self.path, "Ccy")] = attributes.get("Ccy", "")

    def data(self, text: str) -> None:
        self.values[self.path] += text

    def end(self, tag: str) -> None:
        if self.path == TRANSFER:
            id, currency, amount = self._take(
                TRANSFER, ("PmtId", "EndToEndId"), ("Amt", "InstdAmt", "Ccy"), ("Amt", "InstdAmt")
            )
            self.all.add(id, currency, amount)
            self.block.add(id, currency, amount)
        elif self.path == BLOCK:
            self._compare(BLOCK, self.block, "a block of it")
            self.block = _Tally()
        self.path = self.path[:-1]

    def close(self) -> None:
        self._compare(GROUP, self.all, "it")

    def _take(self, path: tuple[str, ...], *below: tuple[str, ...]) -> list[str]:
        """The texts below an element; each is taken once, so that none stands for the next element."""
        return [self.values.pop((*path, *each), "") for each in below]

    def _compare(self, path: tuple[str, ...], found: _Tally, what: str) -> None:
        """The count and the sum that are declared, with those of the payments."""
        count, total = self._take(path, ("NbOfTxs",), ("CtrlSum",))
        if count != str(len(found.ids)) or not SUM.fullmatch(total) or Fraction(total) != found.total():
            raise _Damage(f"{what} declares `{count}` payments of `{total}` in all, and its payments say otherwise")
