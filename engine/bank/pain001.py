"""The bank file pain.001.001.09 of ISO 20022: credit transfers, in euros as SEPA asks for them.

What a bank would refuse is refused before. Texts that only people read are put into characters and lengths that every
bank takes, and all that this changes is listed. The same instruction gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from xml.sax.saxutils import escape

from engine.bank.characters import is_readable, transliterated
from engine.bank.instruction import Account, Instruction, Payment, amount_text, control_sum, sums_of
from engine.bank.validation import EURO, Findings, block_id, check_instruction, compact
from engine.language.diagnostic import has_errors

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MAX_NAME = 70  # ISO 20022 has 140, but a SEPA bank takes 70
MAX_TEXT = 140
MAX_TOWN = 35


@dataclass(frozen=True, slots=True)
class Change:
    """A text that the file has in another form: whose, which, as it was and as it is written."""

    of: str  # a payee, or "" for the payer
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Written:
    """A bank file, and the texts that it has in another form."""

    data: bytes
    changed: tuple[Change, ...]


def pain001(instruction: Instruction) -> tuple[Written | None, Findings]:
    """The bank file of the instruction; None with findings if a bank would refuse it."""
    findings = check_instruction(instruction)
    if instruction.debtor is None or has_errors(findings):
        return None, findings
    changed: list[Change] = []
    lines = _document(instruction, instruction.debtor, changed)
    return Written("\n".join(lines).encode("ascii"), tuple(changed)), findings


def _document(instruction: Instruction, debtor: Account, changed: list[Change]) -> Iterator[str]:
    """The lines of the file: a line for each payment, so that people and other programs can compare two files."""
    payer = _party("", debtor, changed)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<Document xmlns="{NAMESPACE}">'
    yield "<CstmrCdtTrfInitn>"
    yield element(
        "GrpHdr",
        leaf("MsgId", instruction.message_id),
        leaf("CreDtTm", instruction.created),
        *_totals(instruction.payments),
        element("InitgPty", payer[0]),
    )
    for currency, group in groupby(instruction.payments, key=attrgetter("currency")):
        payments = tuple(group)
        yield "<PmtInf>"
        yield from _block_head(instruction, debtor, payer, currency, payments)
        # the filter leaves out none, because the instruction was checked; it is for the types
        yield from (_transfer(each, each.account, changed) for each in payments if each.account is not None)
        yield "</PmtInf>"
    yield "</CstmrCdtTrfInitn>"
    yield "</Document>\n"


def _block_head(
    instruction: Instruction, debtor: Account, payer: tuple[str, str], currency: str, payments: tuple[Payment, ...]
) -> Iterator[str]:
    """What holds for all payments of one currency."""
    is_sepa = currency == EURO
    yield leaf("PmtInfId", block_id(instruction, currency))
    yield leaf("PmtMtd", "TRF")
    yield from _totals(payments)
    if is_sepa:
        yield element("PmtTpInf", element("SvcLvl", leaf("Cd", "SEPA")))
    yield element("ReqdExctnDt", leaf("Dt", instruction.pay_on.isoformat()))
    yield element("Dbtr", *payer)
    yield _account("DbtrAcct", debtor)
    bank = leaf("BICFI", debtor.bic) if debtor.bic else element("Othr", leaf("Id", "NOTPROVIDED"))
    yield element("DbtrAgt", element("FinInstnId", bank))
    yield leaf("ChrgBr", "SLEV" if is_sepa else "SHAR")


def _transfer(payment: Payment, account: Account, changed: list[Change]) -> str:
    """One payment, on one line."""
    text = _shown(payment.payee, "text", payment.text, MAX_TEXT, changed)
    amount = f'<InstdAmt Ccy="{payment.currency}">{amount_text(payment.minor, payment.currency)}</InstdAmt>'
    return element(
        "CdtTrfTxInf",
        element("PmtId", leaf("EndToEndId", payment.end_to_end_id)),
        element("Amt", amount),
        element("CdtrAgt", element("FinInstnId", leaf("BICFI", account.bic))) if account.bic else "",
        element("Cdtr", *_party(payment.payee, account, changed)),
        _account("CdtrAcct", account),
        element("RmtInf", leaf("Ustrd", text)) if text else "",
    )


def _party(of: str, account: Account, changed: list[Change]) -> tuple[str, str]:
    """Name and address. An address is a town with its country, or is left out."""
    name = leaf("Nm", _shown(of, "name", account.name, MAX_NAME, changed))
    if account.country and is_readable(account.town):
        town = leaf("TwnNm", _shown(of, "town", account.town, MAX_TOWN, changed))
        return name, element("PstlAdr", town, leaf("Ctry", account.country))
    if account.country or account.town:
        changed.append(Change(of, "address", f"{account.town} {account.country}".strip(), ""))
    return name, ""


def _account(tag: str, account: Account) -> str:
    return element(tag, element("Id", leaf("IBAN", compact(account.iban))))


def _totals(payments: tuple[Payment, ...]) -> tuple[str, str]:
    return leaf("NbOfTxs", str(len(payments))), leaf("CtrlSum", control_sum(sums_of(payments)))


def _shown(of: str, field: str, before: str, most: int, changed: list[Change]) -> str:
    """The text as the file has it; where it differs, the change is added to the list."""
    after = transliterated(before)[:most].rstrip()
    if after != before:
        changed.append(Change(of, field, before, after))
    return after


def element(tag: str, *content: str) -> str:
    """An element with other elements in it. Text, not a tree: a tree of all payments would not fit into memory."""
    return f"<{tag}>{''.join(content)}</{tag}>"


def leaf(tag: str, text: str) -> str:
    """An element with a text."""
    return f"<{tag}>{escape(text)}</{tag}>"
