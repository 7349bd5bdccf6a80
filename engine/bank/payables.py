"""The list for accounts payable, who have the bank details themselves and pay by their own means."""

from __future__ import annotations

from engine.bank.instruction import Instruction, amount_text
from engine.spreadsheet import csv_line

COLUMNS = ("payee", "name", "currency", "amount", "minor_units", "pay_on", "end_to_end_id", "reference")


def payables_csv(instruction: Instruction) -> bytes:
    """The payments of the instruction as comma-separated values in UTF-8, which no spreadsheet runs."""
    pay_on = instruction.pay_on.isoformat()
    rows = (
        (
            each.payee,
            each.name,
            each.currency,
            amount_text(each.minor, each.currency),
            str(each.minor),
            pay_on,
            each.end_to_end_id,
            each.text,
        )
        for each in instruction.payments
    )
    return "".join(map(csv_line, (COLUMNS, *rows))).encode("utf-8")
