"""What is to be paid: accounts, payments and the instruction to a bank or to accounts payable, with their ids.

Amounts are whole minor units. An amount that nobody can pay, a currency that does not exist and an id that stands twice
are mistakes of the caller and raise ValueError. What people have entered is checked in `validation.py`.
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Protocol

from engine.canonical import canonical_json
from engine.language.currency import MAX_MINOR, amount_of, currencies

ID_BYTES = 20  # 32 characters of base32: with a letter before them they fit into the 35 that a bank keeps
CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-](0\d|1[0-3]):[0-5]\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account and its holder. The address is a town with the ISO 3166 code of its country, or nothing."""

    name: str
    iban: str
    bic: str = ""
    country: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount for one payee. `text` is for the payee to read; `account` is None if accounts payable know it."""

    end_to_end_id: str
    payee: str
    name: str
    account: Account | None
    currency: str
    minor: int
    text: str

    def __post_init__(self) -> None:
        amount_of(0, self.currency)
        if type(self.minor) is not int or not 0 < self.minor <= MAX_MINOR:
            raise ValueError(f"{self.end_to_end_id}: not an amount to pay: {self.minor!r}")


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is paid on a day from the debtor's account. `created` is an ISO 8601 time, to the second.

    The payments are kept in the order of currency, payee and id, so the order in which they come never shows.
    """

    plan: str
    message_id: str
    created: str
    pay_on: date
    debtor: Account | None
    payments: tuple[Payment, ...]

    def __post_init__(self) -> None:
        if not CREATED.fullmatch(self.created):
            raise ValueError(f"not a time to the second: {self.created!r}")
        datetime.fromisoformat(self.created)  # raises ValueError for 30 February
        if isinstance(self.pay_on, datetime):
            raise ValueError(f"a day is needed, not a time: {self.pay_on}")
        if not self.payments:
            raise ValueError("an instruction without payments")
        if len({each.end_to_end_id for each in self.payments}) < len(self.payments):
            raise ValueError("two payments have the same id")
        ordered = sorted(self.payments, key=lambda each: (each.currency, each.payee, each.end_to_end_id))
        object.__setattr__(self, "payments", tuple(ordered))

    @property
    def sums(self) -> Mapping[str, int]:
        """Minor units by currency."""
        return sums_of(self.payments)


class Amount(Protocol):
    """Whatever comes to an amount."""

    @property
    def currency(self) -> str:
        """Its currency."""

    @property
    def minor(self) -> int:
        """Minor units."""


def sums_of(amounts: Iterable[Amount]) -> dict[str, int]:
    """Minor units by currency, in the order of currencies."""
    sums: dict[str, int] = defaultdict(int)
    for each in amounts:
        sums[each.currency] += each.minor
    return dict(sorted(sums.items()))


def amount_text(minor: int, currency: str) -> str:
    """An amount in the digits of its currency.

    >>> amount_text(1234, "USD"), amount_text(1234, "JPY"), amount_text(1234, "KWD"), amount_text(5, "KWD")
    ('12.34', '1234', '1.234', '0.005')
    """
    return f"{amount_of(minor, currency):f}"


def money_text(minor: int, currency: str) -> str:
    """An amount with its currency, as people read it.

    >>> money_text(-120410, "USD"), money_text(1501, "JPY"), money_text(1234, "KWD")
    ('-1,204.10 USD', '1,501 JPY', '1.234 KWD')
    """
    return f"{amount_of(minor, currency):,f} {currency}"


def control_sum(sums: Mapping[str, int]) -> str:
    """The sum of all amounts whatever their currency, as ISO 20022 wants it, in the digits of the finest currency.

    >>> control_sum({"USD": 1234, "JPY": 1234, "KWD": 1234})
    '1247.574'
    """
    finest = max(sums, key=_digits)
    units = sum(minor * 10 ** (_digits(finest) - _digits(currency)) for currency, minor in sums.items())
    return amount_text(units, finest)


def _digits(currency: str) -> int:
    return currencies()[currency].scale


def end_to_end_id(ledger: str, payee: str, keys_and_versions: Iterable[tuple[str, int]]) -> str:
    """The id of a payment: what it pays, whatever the plan, the day, the amount and the account.

    `payee` includes the role, because a partner and a person may have the same id. Raises ValueError for a payment of
    nothing, and if one version of a key is paid twice.
    """
    paid = sorted(keys_and_versions)
    if not paid or len(set(paid)) < len(paid):
        raise ValueError(f"{payee}: a payment is of at least one version of a key, and of each once")
    return "E" + _base32(sha256(canonical_json([ledger, payee, [list(each) for each in paid]])).digest())


def message_id(plan_hash: str) -> str:
    """The id by which a bank refuses a file that it has already taken: nothing but the plan is in it.

    `plan_hash` is a SHA-256 in hex; anything else raises ValueError.
    """
    digest = bytes.fromhex(plan_hash)
    if len(digest) != sha256().digest_size:
        raise ValueError(f"not a SHA-256: {plan_hash!r}")
    return "R" + _base32(digest)


def _base32(digest: bytes) -> str:
    return b32encode(digest[:ID_BYTES]).decode("ascii")
