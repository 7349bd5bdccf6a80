"""Ids against coreutils (`sha256sum`, `base32`), amounts in the digits of ISO 4217, and mistakes of a caller."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bank.instruction import amount_text, control_sum, end_to_end_id, message_id
from engine.language.currency import currencies
from tests.engine.bank.made import PLAN_HASH, instruction, payment

KEYS = [("k2", 9), ("k1", 2), ("k2", 10), ("k1", 1)]


def test_the_id_of_a_payment() -> None:
    """It is the hash of ["acme","partner:P-1",[["k1",1],["k1",2],["k2",9],["k2",10]]], in whatever order they come."""
    assert end_to_end_id("acme", "partner:P-1", KEYS) == "E3BEVWT2VASHOBIJ2RJMPC2JNBWRCGRJX"
    assert end_to_end_id("acme", "partner:P-1", reversed(KEYS)) == "E3BEVWT2VASHOBIJ2RJMPC2JNBWRCGRJX"
    assert end_to_end_id("acmé", "p", [("k", 1)]) == "EY6YH65OLYCWJ33GGBQ2DFP2OPEI2QAAM"


def test_another_ledger_payee_key_or_version_is_another_payment() -> None:
    """Nothing of it can be changed, or moved from one field into the next, without another id."""
    ids = {
        end_to_end_id("acme", "p1", [("k", 1)]),
        end_to_end_id("acm", "ep1", [("k", 1)]),
        end_to_end_id("acme", "p2", [("k", 1)]),
        end_to_end_id("acme", "p1", [("k", 2)]),
        end_to_end_id("acme", "p1", [("l", 1)]),
        end_to_end_id("acme", "p1", [("k", 1), ("k", 2)]),
    }
    assert len(ids) == 6


@pytest.mark.parametrize("keys", [[], [("k", 1), ("k", 1)]])
def test_a_payment_of_nothing_or_twice_of_the_same_has_no_id(keys: list[tuple[str, int]]) -> None:
    """Both would be a payment that no one owes."""
    with pytest.raises(ValueError, match="each once"):
        end_to_end_id("acme", "p1", keys)


def test_the_id_of_a_message_is_the_plan() -> None:
    """Base32 of its first 20 bytes."""
    assert message_id(PLAN_HASH) == "RAAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT"
    for wrong in (PLAN_HASH[:-2], PLAN_HASH + "00", "", "plan"):
        with pytest.raises(ValueError, match=r"not a SHA-256|hex"):
            message_id(wrong)


@given(st.sampled_from(sorted(currencies())), st.integers(1, 2**53 - 1))
def test_an_amount_is_exact(currency: str, minor: int) -> None:
    """The text has exactly the digits of the currency, and is the amount again."""
    text = amount_text(minor, currency)
    assert -Decimal(text).as_tuple().exponent == currencies()[currency].scale  # type: ignore[operator]  # it is finite
    assert Decimal(text) == Decimal(minor).scaleb(-currencies()[currency].scale)


def test_the_control_sum_adds_amounts_of_all_currencies() -> None:
    """By hand: 100 yen, 1.001 dinars and 0.10 dollars; and more digits than a Decimal keeps."""
    assert control_sum({"JPY": 100, "KWD": 1001, "USD": 10}) == "101.101"
    assert control_sum({"JPY": 10**40, "USD": 1}) == "1" + "0" * 40 + ".01"


@pytest.mark.parametrize("minor", [0, -1, True, 2**53, 1.0, Decimal(1)])
def test_an_amount_that_cannot_be_paid_is_a_mistake_of_the_caller(minor: int) -> None:
    """Zero, negative, too large, or no whole number at all."""
    with pytest.raises(ValueError, match="not an amount to pay"):
        payment(minor=minor)


def test_a_currency_that_there_is_not_is_a_mistake_of_the_caller() -> None:
    """Gold is a code of ISO 4217, but nobody is paid in it."""
    for currency in ("XAU", "eur", ""):
        with pytest.raises(ValueError, match="cannot be paid"):
            payment(currency=currency)


@pytest.mark.parametrize(
    "created",
    ["", "2026-10-28", "2026-10-28T09:00", "2026-10-28T09:00:00.5Z", "2026-02-30T09:00:00Z", "20261028T090000Z",
     "2026-10-28 09:00:00", "2026-10-28T09:00:00+15:00", "2026-10-28T09:00:00Z\n"],
)  # fmt: skip
def test_the_time_of_a_file_is_to_the_second(created: str) -> None:
    """Python reads more forms than XML Schema."""
    with pytest.raises(ValueError):
        replace(instruction(payment()), created=created)


def test_other_mistakes_of_the_caller() -> None:
    """No payments, an id twice, a time in place of a day."""
    with pytest.raises(ValueError, match="without payments"):
        instruction()
    with pytest.raises(ValueError, match="same id"):
        instruction(payment("E1"), payment("E1", payee="P-2"))
    with pytest.raises(ValueError, match="a day is needed"):
        replace(instruction(payment()), pay_on=datetime(2026, 10, 30, tzinfo=UTC))


def test_sums_and_order() -> None:
    """Sums by currency; payments by currency, payee and id, however they come."""
    paid = [payment("E3", "P-2", minor=5), payment("E1", "P-2"), payment("E2", "P-1", currency="CHF"), payment("E0")]
    made = instruction(*paid)
    assert made.sums == {"CHF": 100, "EUR": 205}
    assert [each.end_to_end_id for each in made.payments] == ["E2", "E0", "E1", "E3"]
    assert instruction(*reversed(paid)) == made
