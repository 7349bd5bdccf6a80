"""The list for accounts payable: cells written by hand, and names that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given

from engine.bank.control import Control, control_payables
from engine.bank.instruction import Instruction, Payment
from engine.bank.payables import payables_csv
from tests.engine.bank.made import instruction, instructions, payment


def test_the_list_that_was_written_by_hand() -> None:
    """Amounts in the digits of their currency and in minor units; no account is needed; order as in a bank file."""
    made = instruction(
        Payment("E3", "P-2", "Gulf, Trading", None, "KWD", 504, "Rebate"),
        Payment("E2", "P-2", 'The "Shop"', None, "EUR", 1, "SPIFF"),
        Payment("E1", "P-1", "Café Crème", None, "EUR", 123_456, ""),
        Payment("E4", "P-1", "Tokyo", None, "JPY", 5000, "Rebate"),
        debtor=None,
    )
    assert payables_csv(made).decode() == (
        "payee,name,currency,amount,minor_units,pay_on,end_to_end_id,reference\n"
        "P-1,Café Crème,EUR,1234.56,123456,2026-10-30,E1,\n"
        'P-2,"The ""Shop""",EUR,0.01,1,2026-10-30,E2,SPIFF\n'
        "P-1,Tokyo,JPY,5000,5000,2026-10-30,E4,Rebate\n"
        'P-2,"Gulf, Trading",KWD,0.504,504,2026-10-30,E3,Rebate\n'
    )


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "+1"),
        ("+1 Ltd", "'+1 Ltd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tTab first", "'\tTab first"),
        ("\rReturn first", "'\rReturn first"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("-5.00", "-5.00"),
        ("René \U0001f600", "René \U0001f600"),
    ],
)
def test_names_that_a_spreadsheet_would_run(name: str, cell: str) -> None:
    """They get a quote before them; plain numbers stay numbers."""
    data = payables_csv(instruction(replace(payment(), name=name)))
    _, row = csv.reader(io.StringIO(data.decode(), newline=""))
    assert row[1] == cell


@given(instructions())
def test_every_instruction(made: Instruction) -> None:
    """The same bytes twice, and count and sums are read back, whatever names and texts there are."""
    data = payables_csv(made)
    assert payables_csv(replace(made, payments=made.payments[::-1])) == data
    sums: dict[str, int] = {}
    for each in made.payments:
        sums[each.currency] = sums.get(each.currency, 0) + each.minor
    assert control_payables(data, "x.csv") == (Control(len(made.payments), sums), ())
