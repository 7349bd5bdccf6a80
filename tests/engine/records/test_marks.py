"""A point before three digits is asked for, unless the feed or the column says what it means."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.records.desk import FEED, imported, rows_of, told

HEAD = "sale,partner,day,amount\n"
BOTH = (
    """under the source `lines`, write `decimal: "."` if it means {}, """
    """or write `decimal: ","` and `thousands: "."` if it means {}"""
)


def lines_of(*amounts: str) -> str:
    """A sale for each amount."""
    return HEAD + "".join(f'S{n},P1,2026-01-05,"{amount}"\n' for n, amount in enumerate(amounts))


def stated(keys: str) -> str:
    """The feed with marks."""
    return FEED.replace("lines.csv}", f"lines.csv, {keys}}}")


@pytest.mark.parametrize(
    ("amounts", "line", "few", "many"),
    [
        (("25.000", "12.500", "900"), 2, "25", "25,000"),
        (("900", "1.000"), 3, "1", "1,000"),
        (("12.345", "900"), 2, "12.345", "12,345"),
        (("-12.500", "900"), 2, "12.5", "12,500"),
    ],
)
def test_an_open_point_is_asked_for(tmp_path: Path, amounts: tuple[str, ...], line: int, few: str, many: str) -> None:
    """Nothing is imported; the message names the first such number with both meanings, and what to write for each."""
    (found,) = imported(tmp_path, lines=lines_of(*amounts)).diagnostics
    said = f"`sales.amount`: column `amount`: '{amounts[line - 2]}' may be {few} or {many}"
    assert told((found,)) == [f"lines.csv:{line} RNG726 {said}"]
    assert found.help == BOTH.format(few, many)


def test_an_open_point_far_down_is_asked_for(tmp_path: Path) -> None:
    """Thousands of numbers without a point say nothing of the next one."""
    (found,) = imported(tmp_path, lines=lines_of(*["900"] * 3_000, "1.000")).diagnostics
    assert found.help == BOTH.format("1", "1,000")
    assert told((found,)) == ["lines.csv:3002 RNG726 `sales.amount`: column `amount`: '1.000' may be 1 or 1,000"]


def test_both_cures_work(tmp_path: Path) -> None:
    """25 + 12.50 + 900 with a decimal point, 25,000 + 12,500 + 900 with points between thousands."""
    lines = lines_of("25.000", "12.500", "900")
    for keys, total in (("decimal: '.'", "937.50"), ("decimal: ',', thousands: '.'", "38400.00")):
        result = imported(tmp_path, stated(keys), lines=lines)
        assert result.snapshot is not None, told(result.diagnostics)
        assert rows_of(result.snapshot, "sales", "sum(amount)") == [(Decimal(total),)]


@pytest.mark.parametrize(
    "amounts", [("25.000", "7.5"), ("25.000", "7.50"), ("25.000", "1234.500"), ("25.000", "0.500"), ("9",)]
)
def test_another_number_tells(tmp_path: Path, amounts: tuple[str, ...]) -> None:
    """Beside a number whose point is a decimal mark, all points of the column are."""
    assert imported(tmp_path, lines=lines_of(*amounts)).diagnostics == ()


@pytest.mark.parametrize(
    ("keys", "amounts", "said"),
    [
        ("missing: ['']", ("25,000", "900"), "RNG701"),
        ("decimal: ','", ("25.000", "900"), "RNG701"),
        ("thousands: ','", ("25.000", "900"), ""),
        ("decimal: ','", ("25,000", "900"), ""),
    ],
)
def test_the_mirror_image(tmp_path: Path, keys: str, amounts: tuple[str, ...], said: str) -> None:
    """A comma is asked for where nothing is stated; a stated mark is taken at its word, the other one is an error."""
    found = imported(tmp_path, stated(keys), lines=lines_of(*amounts)).diagnostics
    assert [each.code for each in found] == ([said] if said else [])


def test_quarantine_does_not_answer(tmp_path: Path) -> None:
    """The question is about the column, so no row is set aside for it."""
    result = imported(tmp_path, lines=lines_of("25.000"), quarantine=True)
    assert result.snapshot is None and [each.code for each in result.diagnostics] == ["RNG726"]


def test_integers_alike(tmp_path: Path) -> None:
    """1.000 answers are one, or a thousand."""
    feed = FEED.replace("tables:", "  answers: {file: answers.csv}\ntables:") + (
        "  surveys: {from: answers, fields: {survey_id: id, partner_id: partner, answered_on: day, answers: answers}}\n"
    )
    answers = "id,partner,day,answers\nA1,P1,2026-01-05,1.000\n"
    (found,) = told(imported(tmp_path, feed, answers=answers).diagnostics)
    assert found.startswith("answers.csv:2 RNG726 `surveys.answers`: column `answers`: '1.000' may be 1 or 1,000")


def test_numbers_that_are_no_texts_are_not_asked_for(tmp_path: Path) -> None:
    """A JSON number has a decimal point; a text in JSON is as open as a cell."""
    feed = FEED.replace("lines.csv", "lines.jsonl")
    row = '{"sale": "S1", "partner": "P1", "day": "2026-01-05", "amount": AMOUNT}\n'
    taken = imported(tmp_path, feed, {"lines.jsonl": row.replace("AMOUNT", "25.000")})
    assert taken.snapshot is not None and rows_of(taken.snapshot, "sales", "amount") == [(Decimal("25.00"),)]
    asked = imported(tmp_path, feed, {"lines.jsonl": row.replace("AMOUNT", '"25.000"')})
    assert [each.code for each in asked.diagnostics] == ["RNG726"]


def test_a_looked_up_number_is_asked_for_in_its_source(tmp_path: Path) -> None:
    """The marks are those of the source that the number comes from."""
    feed = FEED.replace("tables:", "  prices: {file: prices.csv}\ntables:").replace(
        "amount: amount", "amount: {column: amount, look_up: {in: prices, match: id, take: price}}"
    )
    (found,) = imported(tmp_path, feed, lines=lines_of("X"), prices="id,price\nX,1.250\n").diagnostics
    assert told((found,))[0].startswith("prices.csv:2 RNG726 `sales.amount`")
    assert "under the source `prices`" in found.help
