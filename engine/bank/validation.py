"""What stops a bank file: bank details, names and references that a bank would refuse.

In each check, `of` says in words what is checked (payee `P-0022`), and `span` where it is written, if in a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import mul

from engine.bank import codes
from engine.bank.characters import is_readable
from engine.bank.countries import COUNTRIES, SEPA
from engine.bank.instruction import Account, Instruction, Payment, amount_text, control_sum
from engine.language.codes.expression import CURRENCY_RETIRED
from engine.language.currency import Standing, currencies, standing_of
from engine.language.diagnostic import Diagnostic
from engine.language.source import Span

EURO = "EUR"
LARGEST_SEPA = 99_999_999_999  # minor units: eleven digits in all
LARGEST_SUM_DIGITS = 18
REFERENCE = re.compile(r"(?![/ ]|.*//)[A-Za-z0-9/?:().,'+ -]{1,35}(?<![/ ])")
ROUTING = re.compile(r"(0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}")  # the districts that there are
ROUTING_WEIGHTS = (3, 7, 1) * 3
SHOWN = 4  # characters at each end of an IBAN in a message: enough to find it, too few to use it
IBAN_REASONS = {
    "InvalidChecksumDigits": "its check digits do not match",
    "InvalidCountryCode": "its country has no IBANs",
    "InvalidLength": "its length is not that of its country",
}

Findings = tuple[Diagnostic, ...]


def check_instruction(instruction: Instruction) -> Findings:
    """Everything that stops a bank file of this instruction."""
    found = [
        *check_reference(instruction.message_id, "the message id"),
        *check_reference(block_id(instruction, EURO), "the id of the plan and a currency"),
        *_sum_findings(instruction),
        *_debtor_findings(instruction.debtor, instruction.sums),
    ]
    for each in instruction.payments:
        found += _payment_findings(each)
    return tuple(found)


def check_account(account: Account, paid: Iterable[str], of: str, span: Span | None = None) -> Findings:
    """Whether the account can stand in a bank file with payments in these currencies."""
    found = [*check_iban(account.iban, of, span)]
    country = compact(account.iban)[:2]
    if not found and EURO in paid and country not in SEPA:
        message = f"the account of {of} is in `{country}`, outside SEPA, which euro payments in this file do not reach"
        found.append(codes.OUTSIDE_SEPA.at(span, message, help="use an account in SEPA, or pay outside of this file"))
    if account.bic:
        found += check_bic(account.bic, of, span)
    if not is_readable(account.name):
        message = f"the account of {of} has the name `{account.name}`, without a letter or digit that banks take"
        found.append(codes.NAME_UNWRITABLE.at(span, message, help="write the holder's name in Latin letters"))
    if account.country and account.country not in COUNTRIES:
        message = f"the country of {of}, `{account.country}`, is not a code of ISO 3166"
        found.append(codes.COUNTRY_UNKNOWN.at(span, message, help="write two capital letters, such as `GB`"))
    return tuple(found)


def check_iban(iban: str, of: str, span: Span | None = None) -> Findings:
    """Whether it is an IBAN, with or without blanks: length and form of its country, check digits."""
    from schwifty import IBAN  # takes long to import, and few commands check an IBAN
    from schwifty.exceptions import SchwiftyException

    text = compact(iban)
    try:
        if iban.isascii() and text.isalnum():  # of the original: the capital of a long s is an S
            IBAN(text)
            return ()
        reason = "it is not letters and digits"
    except SchwiftyException as error:
        reason = IBAN_REASONS.get(type(error).__name__, "its form is not that of its country")
    message = f"the IBAN of {of}, `{masked(text)}`, is wrong: {reason}"
    return (codes.IBAN_INVALID.at(span, message, help="ask for the IBAN again"),)


def check_bic(bic: str, of: str, span: Span | None = None) -> Findings:
    """Whether it is a BIC: its form and its country, not whether there is such a bank."""
    from schwifty import BIC
    from schwifty.exceptions import SchwiftyException

    try:
        if bic.isalnum() and bic.isupper():  # schwifty would take small letters and blanks
            BIC(bic)
            return ()
    except SchwiftyException:
        pass
    message = f"the BIC of {of}, `{bic}`, is not 8 or 11 capital letters and digits, a country from the fifth on"
    return (codes.BIC_INVALID.at(span, message, help="correct the BIC, or leave out a payee's"),)


def check_routing(number: str, of: str, span: Span | None = None) -> Findings:
    """Whether it is a routing number of the American Bankers Association: district and check digit."""
    digits = [int(digit) for digit in number] if ROUTING.fullmatch(number) else []
    if any(digits) and sum(map(mul, ROUTING_WEIGHTS, digits)) % 10 == 0:
        return ()
    message = f"the routing number of {of}, `{number}`, is not nine digits with a district and a check digit"
    return (codes.ROUTING_INVALID.at(span, message, help="ask for the routing number again"),)


def check_reference(reference: str, of: str, span: Span | None = None) -> Findings:
    """Whether banks take the reference and return it unchanged."""
    if REFERENCE.fullmatch(reference):
        return ()
    cure = "use 1 to 35 letters, digits and signs that banks take, without `//` and without `/` or a blank at an end"
    return (codes.REFERENCE_REFUSED.at(span, f"banks refuse {of}, `{reference}`", help=cure),)


def compact(iban: str) -> str:
    """An IBAN as banks exchange it: without the blanks of its printed form."""
    return iban.replace(" ", "").upper()


def masked(iban: str) -> str:
    """The ends of an IBAN.

    >>> masked("NL91ABNA0417164300"), masked("NL91")
    ('NL91..4300', 'NL..')
    """
    return f"{iban[:SHOWN]}..{iban[-SHOWN:]}" if len(iban) > 3 * SHOWN else f"{iban[:2]}.."


def block_id(instruction: Instruction, currency: str) -> str:
    """The id of the payments of one currency, which a bank statement shows: the plan and the currency."""
    return f"{instruction.plan}-{currency}"


def _sum_findings(instruction: Instruction) -> Iterator[Diagnostic]:
    """Sums that do not fit, and currencies that were replaced between earning and paying."""
    total, pay_on = control_sum(instruction.sums), instruction.pay_on
    if len(total.replace(".", "")) > LARGEST_SUM_DIGITS:
        message = f"the payments of `{instruction.plan}` come to {total}, more than {LARGEST_SUM_DIGITS} digits"
        yield codes.TOO_LARGE.at(None, message, help="check the amounts")
    for currency in instruction.sums:
        if standing_of(currency, pay_on) is Standing.RETIRED:
            known = currencies()[currency]
            message = f"`{currency}` was replaced by `{known.successor}` on {known.retired}, before {pay_on}"
            yield CURRENCY_RETIRED.at(None, message, help=f"convert what is open into `{known.successor}` first")


def _debtor_findings(debtor: Account | None, paid: Iterable[str]) -> Iterator[Diagnostic]:
    if debtor is None:
        message = "the payer has no bank account"
        yield codes.ACCOUNT_MISSING.at(None, message, help="enter the account that is paid from")
        return
    yield from check_account(debtor, paid, "the payer")
    others = [each for each in paid if each != EURO]
    if others and not debtor.bic:
        message = f"the account of the payer has no BIC, which payments in {', '.join(others)} need"
        yield codes.BIC_INVALID.at(None, message, help="enter the BIC of the payer's bank")


def _payment_findings(payment: Payment) -> Iterator[Diagnostic]:
    of = f"payee `{payment.payee}`"
    yield from check_reference(payment.end_to_end_id, f"the id of the payment to {of}")
    if payment.account is None:
        cure = "enter bank details, or let accounts payable pay (`pay_by: ap`)"
        yield codes.ACCOUNT_MISSING.at(None, f"{of} has no bank account", help=cure)
    else:
        yield from check_account(payment.account, (payment.currency,), of)
    if payment.currency == EURO and payment.minor > LARGEST_SEPA:
        amount, most = amount_text(payment.minor, EURO), amount_text(LARGEST_SEPA, EURO)
        message = f"{of} is to get {amount} EUR, but a SEPA payment is at most {most} EUR"
        yield codes.TOO_LARGE.at(None, message, help="check the amount, or agree with the bank how to pay it")
