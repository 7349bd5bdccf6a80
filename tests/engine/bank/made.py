"""Accounts, payments and instructions that the tests of payment files make."""

from __future__ import annotations

import string
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from lxml import etree

from engine.bank.instruction import Account, Instruction, Payment, message_id

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

PLAN_HASH = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
DEBTOR = Account("Acme Software AG", "DE89370400440532013000", "COBADEFFXXX", "DE", "Berlin")
NORTH = Account("Nordwind B.V.", "NL91ABNA0417164300", "ABNANL2A")
NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def payment(
    id: str = "E1",
    payee: str = "P-1",
    account: Account | None = NORTH,
    currency: str = "EUR",
    minor: int = 100,
    text: str = "Rebate 2026-Q3",
) -> Payment:
    """A payment in euros, unless something else is said."""
    return Payment(id, payee, account.name if account else payee, account, currency, minor, text)


def instruction(*payments: Payment, debtor: Account | None = DEBTOR, plan: str = "plan-7c1e40aa") -> Instruction:
    """An instruction of these payments."""
    return Instruction(plan, message_id(PLAN_HASH), "2026-10-28T09:00:00Z", date(2026, 10, 30), debtor, payments)


def iban(country: str, bban: str) -> str:
    """The IBAN of a national account number, with check digits by ISO 7064 (mod 97-10), as ISO 13616 describes it."""
    number = "".join(str(int(character, 36)) for character in f"{bban}{country}00")
    return f"{country}{98 - int(number) % 97:02}{bban}"


@cache
def schema() -> etree.XMLSchema:
    """The XSD of pain.001.001.09, as ISO 20022 publishes it."""
    with (files("sepaxml") / "schemas" / "pain.001.001.09.xsd").open("rb") as file:
        return etree.XMLSchema(etree.parse(file))


def leaves(data: bytes, path: str) -> list[str]:
    """The texts at a path below `CstmrCdtTrfInitn`, read by another XML library."""
    found = etree.fromstring(data).findall(NAMESPACE + f"/{NAMESPACE}".join(["CstmrCdtTrfInitn", *path.split("/")]))
    return [each.text or "" for each in found]


LETTERS = st.text(string.ascii_uppercase, min_size=4, max_size=4)
BBANS = {  # the national form, as the registry of ISO 13616 has it
    "DE": st.from_regex(r"[0-9]{18}", fullmatch=True),
    "NL": st.builds("{}{:010}".format, LETTERS, st.integers(0, 10**10 - 1)),
    "GB": st.builds("{}{:014}".format, LETTERS, st.integers(0, 10**14 - 1)),
    "FR": st.builds("{:010}{}{:02}".format, st.integers(0, 10**10 - 1), LETTERS, st.integers(0, 99)).map(
        lambda text: text[:10] + text[10:14].ljust(11, "7") + text[14:]
    ),
    "RS": st.from_regex(r"[0-9]{18}", fullmatch=True),
}
IBANS = st.sampled_from(sorted(BBANS)).flatmap(lambda country: BBANS[country].map(lambda bban: iban(country, bban)))
KUWAITI = st.builds("{}{}".format, LETTERS, st.text(string.ascii_uppercase + string.digits, min_size=22, max_size=22))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
NAMES = TEXTS.map(lambda text: f"{text} Ltd")


def accounts(ibans: st.SearchStrategy[str] = IBANS, bic: str = "") -> st.SearchStrategy[Account]:
    """Accounts that a bank takes, whatever their names."""
    bics = st.just(bic) if bic else st.sampled_from(["", "ABNANL2A", "COBADEFFXXX"])
    return st.builds(Account, NAMES, ibans, bics, st.sampled_from(["", "NL", "GB", "RS"]), TEXTS)


@st.composite
def payments(draw: DrawFn, id: int) -> Payment:
    """A payment that a bank takes."""
    currency = draw(st.sampled_from(["EUR", "EUR", "USD", "JPY", "KWD", "ISK"]))
    everywhere = IBANS | KUWAITI.map(lambda bban: iban("KW", bban))
    account = draw(accounts(IBANS if currency == "EUR" else everywhere))
    minor = draw(st.integers(1, 99_999_999_999 if currency == "EUR" else 10**13))
    payee = f"P-{draw(st.integers(1, 5))}"
    return Payment(f"E{id}", payee, draw(TEXTS), account, currency, minor, draw(TEXTS))


@st.composite
def instructions(draw: DrawFn) -> Instruction:
    """An instruction that a bank takes."""
    count = draw(st.integers(1, 12))
    paid = tuple(draw(payments(id)) for id in range(count))
    created = draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - a file may have no zone
    pay_on = draw(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
    debtor = draw(accounts(bic="COBADEFFXXX"))
    return Instruction("plan-1", message_id(PLAN_HASH), created.isoformat(timespec="seconds"), pay_on, debtor, paid)
