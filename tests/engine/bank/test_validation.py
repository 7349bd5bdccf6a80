"""What a bank would refuse is refused, each with its words: published numbers, and every typing error in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bank.instruction import Account, Instruction
from engine.bank.validation import (
    check_account,
    check_bic,
    check_iban,
    check_instruction,
    check_reference,
    check_routing,
)
from engine.language.source import Span
from tests.engine.bank.made import DEBTOR, IBANS, NORTH, iban, instruction, payment

EXAMPLES = """
GB29NWBK60161331926819 DE89370400440532013000 FR1420041010050500013M02606 NL91ABNA0417164300 BE68539007547034
CH9300762011623852957 ES9121000418450200051332 IT60X0542811101000000123456 KW81CBKU0000000000001234560101
MT84MALT011000012345MTLCAST001S RS35260005601001611379 AL47212110090000000235698741 NO9386011117947
"""
"""Of the registry of ISO 13616."""


def said(instruction: Instruction) -> list[str]:
    """The findings of an instruction: code and message."""
    return [f"{each.code} {each.message}" for each in check_instruction(instruction)]


@pytest.mark.parametrize("number", EXAMPLES.split())
def test_ibans_of_the_registry(number: str) -> None:
    """They are right, also in the groups of four in which they are printed, and in small letters."""
    groups = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    assert check_iban(number, "x") == check_iban(groups, "x") == check_iban(groups.lower(), "x") == ()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("NL00BANK1234567890", "`NL00..7890`, is wrong: its check digits do not match"),
        ("NL91ABNA041716430", "`NL91..6430`, is wrong: its length is not that of its country"),
        ("US64SVBKUS6S3300958879", "`US64..8879`, is wrong: its country has no IBANs"),
        ("NL91ABNA041716430O", "`NL91..430O`, is wrong: its form is not that of its country"),
        ("NL91-ABNA-0417-1643-00", "`NL91..3-00`, is wrong: it is not letters and digits"),
        ("ＮL91ABNA0417164300", "`ＮL91..4300`, is wrong: it is not letters and digits"),  # noqa: RUF001 - a letter in full width
        ("NL91ABNA0417164300\n", "`NL91..300\n`, is wrong: it is not letters and digits"),
        ("R\u017f35260005601001611379", "`RS35..1379`, is wrong: it is not letters and digits"),
        ("NL91", "`NL..`, is wrong: its form is not that of its country"),
        ("", "`..`, is wrong: it is not letters and digits"),
    ],
)
def test_what_is_no_iban(number: str, reason: str) -> None:
    """RNG940 shows the ends of the number alone, at its place."""
    span = Span("payees.csv", 3, 1, 3, 9)
    (finding,) = check_iban(number, "payee `P-1`", span)
    assert (finding.code, finding.message, finding.span) == ("RNG940", f"the IBAN of payee `P-1`, {reason}", span)


@given(IBANS, st.data())
def test_every_typing_error_in_an_iban_is_found(number: str, data: st.DataObject) -> None:
    """An account with its check digits is right; with one character replaced, or two neighbours swapped, it is not."""
    assert check_iban(number, "x") == ()
    place = data.draw(st.integers(0, len(number) - 2))
    character = data.draw(st.sampled_from("0123456789ABZ").filter(lambda each: each != number[place]))
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    for wrong in {number[:place] + character + number[place + 1 :], swapped} - {number}:
        assert [each.code for each in check_iban(wrong, "x")] == ["RNG940"], wrong


def test_check_digits_that_only_a_remainder_accepts() -> None:
    """00, 01 and 99 have the remainder of 97, 98 and 02, but no IBAN has them."""
    right = [iban("NL", f"ABNA{number:010}") for number in range(400)]
    twins = {"97": "00", "98": "01", "02": "99"}
    wrong = [f"NL{twins[each[2:4]]}{each[4:]}" for each in right if each[2:4] in twins]
    assert len(wrong) > 5
    assert all(check_iban(each, "x") for each in wrong)


def test_bics() -> None:
    """RNG941: 8 or 11 characters with a country; whether there is such a bank is not known here."""
    assert [check_bic(each, "x") for each in ("ABNANL2A", "COBADEFFXXX", "DEUTDEFF500")] == [()] * 3
    wrong = ["ABNANL2", "ABNANL2AX", "ABNAXX2A", "abnanl2a", "ABNA NL2A", "ÀBNANL2A", "ABNANL2２", "ABNANL2A\n", ""]  # noqa: RUF001 - a digit in full width
    assert [[each.code for each in check_bic(bic, "x")] for bic in wrong] == [["RNG941"]] * len(wrong)
    (finding,) = check_bic("ABNAXX2A", "payee `P-1`")
    assert "the BIC of payee `P-1`, `ABNAXX2A`, is not 8 or 11 capital letters" in finding.message


ROUTINGS = ["021000021", "011401533", "091000019", "026009593", "121000358", "322271627"]
"""Published by JPMorgan Chase, Citizens, Wells Fargo, Bank of America (twice) and again Chase."""


def test_routing_numbers() -> None:
    """RNG942: check digit, district, nine digits of ASCII; zeros alone have a right check digit."""
    assert [check_routing(each, "x") for each in ROUTINGS] == [()] * len(ROUTINGS)
    wrong = ["000000000", "021000022", "02100002", "0210000210", "450000008", "０21000021", "", "x"]  # noqa: RUF001 - a digit in full width
    assert [[each.code for each in check_routing(each, "x")] for each in wrong] == [["RNG942"]] * len(wrong)
    (finding,) = check_routing("021000022", "payee `P-1`")
    assert finding.message.startswith("the routing number of payee `P-1`, `021000022`, is not nine digits")


@given(st.sampled_from(ROUTINGS), st.integers(0, 8), st.sampled_from("0123456789"))
def test_every_wrong_digit_of_a_routing_number_is_found(number: str, place: int, digit: str) -> None:
    """The weights have no common factor with ten."""
    wrong = number[:place] + digit + number[place + 1 :]
    assert bool(check_routing(wrong, "x")) == (wrong != number)


def test_references() -> None:
    """RNG946: the characters and lengths of the European Payments Council, and its rules for slashes."""
    right = ["a", "A/B", "plan-7c1e40aa", "x" * 35, "R1 (a): b?c.d,e'f+g"]
    assert [check_reference(each, "x") for each in right] == [()] * len(right)
    wrong = ["", "/", "/a", "a/", "a//b", "x" * 36, "é", "a_b", "a&b", "a\n", " a", "a ", "１"]  # noqa: RUF001 - a digit in full width
    assert [[each.code for each in check_reference(each, "x")] for each in wrong] == [["RNG946"]] * len(wrong)


def test_an_instruction_without_faults() -> None:
    """Nothing is said of it."""
    assert said(instruction(payment("E1"), payment("E2", currency="USD"))) == []


def test_references_of_an_instruction() -> None:
    """The ids of the message, of the plan and of each payment."""
    wrong = replace(instruction(payment("a//b"), plan="plan/"), message_id="/R")
    assert said(wrong) == [
        "RNG946 banks refuse the message id, `/R`",
        "RNG946 banks refuse the id of the payment to payee `P-1`, `a//b`",
    ]
    long = instruction(payment(), plan="p" * 32)
    assert said(long) == [f"RNG946 banks refuse the id of the plan and a currency, `{'p' * 32}-EUR`"]


def test_missing_accounts() -> None:
    """RNG943: of the payer and of a payee; accounts payable need neither."""
    assert said(instruction(payment(account=None), debtor=None)) == [
        "RNG943 the payer has no bank account",
        "RNG943 payee `P-1` has no bank account",
    ]


def test_euros_outside_sepa() -> None:
    """RNG944: to Kuwait, or from there; dinars may go to Kuwait, and euros to Serbia, which joined in 2026."""
    kuwait, serbia = (Account("A", number, "NBOKKWKW") for number in EXAMPLES.split() if number[:2] in ("KW", "RS"))
    reason = "is in `KW`, outside SEPA, which euro payments in this file do not reach"
    assert said(instruction(payment(account=kuwait))) == [f"RNG944 the account of payee `P-1` {reason}"]
    assert said(instruction(payment(), debtor=kuwait)) == [f"RNG944 the account of the payer {reason}"]
    mistyped = replace(kuwait, iban=kuwait.iban[:-1] + "7")
    assert [each[:6] for each in said(instruction(payment(account=mistyped)))] == ["RNG940"]  # nothing is known of it
    assert said(instruction(payment(account=kuwait, currency="KWD"), payment("E2", account=serbia))) == []


def test_details_of_an_account() -> None:
    """RNG940, RNG941, RNG945 and RNG948, all at once."""
    account = Account("株式会社", "NL00BANK1234567890", "ABNA", "UK", "Leeds")
    assert [each.message for each in check_account(account, ("EUR",), "payee `P-1`")] == [
        "the IBAN of payee `P-1`, `NL00..7890`, is wrong: its check digits do not match",
        "the BIC of payee `P-1`, `ABNA`, is not 8 or 11 capital letters and digits, a country from the fifth on",
        "the account of payee `P-1` has the name `株式会社`, without a letter or digit that banks take",
        "the country of payee `P-1`, `UK`, is not a code of ISO 3166",
    ]
    assert [each.code for each in check_account(account, ("EUR",), "x")] == ["RNG940", "RNG941", "RNG945", "RNG948"]
    assert all(each.help for each in check_account(account, ("EUR",), "x"))


def test_the_payer_needs_a_bic_for_other_currencies() -> None:
    """RNG941: in euros the IBAN is enough."""
    debtor = replace(DEBTOR, bic="")
    assert said(instruction(payment(), debtor=debtor)) == []
    paid = (payment("E1", currency="USD"), payment("E2", currency="CHF"), payment("E3"))
    assert said(instruction(*paid, debtor=debtor)) == [
        "RNG941 the account of the payer has no BIC, which payments in CHF, USD need"
    ]


def test_amounts_that_do_not_fit() -> None:
    """RNG947: a SEPA payment of twelve digits; a sum of more than 18; each is right with one unit less."""
    assert said(instruction(payment(minor=99_999_999_999), payment("E2", currency="JPY", minor=2**53 - 1))) == []
    assert said(instruction(payment(minor=100_000_000_000))) == [
        "RNG947 payee `P-1` is to get 1000000000.00 EUR, but a SEPA payment is at most 999999999.99 EUR"
    ]
    most = [payment(f"E{number}", currency="JPY", minor=9 * 10**15) for number in range(111)]
    assert said(instruction(*most, payment("Z", currency="JPY", minor=10**15 - 1))) == []
    assert said(instruction(*most, payment("Z", currency="JPY", minor=10**15))) == [
        "RNG947 the payments of `plan-7c1e40aa` come to 1000000000000000000, more than 18 digits"
    ]


def test_a_currency_that_was_replaced_since_it_was_earned() -> None:
    """RNG532: lev of 2025 cannot be paid in 2026, since Bulgaria has the euro."""
    late = instruction(payment(currency="BGN"))
    assert said(late) == ["RNG532 `BGN` was replaced by `EUR` on 2026-01-01, before 2026-10-30"]
    assert said(replace(late, pay_on=date(2025, 12, 31))) == []


def test_names_of_accounts_are_checked_not_those_of_partners() -> None:
    """The bank sees the holder's name."""
    assert said(instruction(replace(payment(), name=""))) == []
    assert [each[:6] for each in said(instruction(payment(account=replace(NORTH, name=" - "))))] == ["RNG945"]
