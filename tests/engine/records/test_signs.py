"""The signs of sales and returns: what the feed says about them, and what contradicts it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.records.desk import FEED, imported, rows_of, told
from tests.longer import every

pytestmark = pytest.mark.search

RETURNS = FEED.replace("entry: {constant: sale}", "entry: kind, returns_id: of")
HEAD = "sale,partner,day,amount,kind,of,dc,credit,pieces\nS1,P1,2026-01-05,1000.00,sale,,D,,5\n"
LETTERS = "{column: amount, sign: {column: dc, plus: [D], minus: [C, H]}}"


def signed(amount: str, pieces: str = "") -> str:
    """The feed with another way to read the amount, and perhaps the quantity."""
    feed = RETURNS.replace("amount: amount", f"amount: {amount}")
    return feed.replace("closed_on: day", f"closed_on: day, quantity: {pieces}") if pieces else feed


@pytest.mark.parametrize(
    ("amount", "row"),
    every(
        2,
        [
            ("amount", "R1,P1,2026-01-06,-200.00,return,S1,,,"),
            ("{column: amount, sign: written}", "R1,P1,2026-01-06,-200.00,return,S1,,,"),
            ("{column: amount, sign: entry}", "R1,P1,2026-01-06,200.00,return,S1,,,"),
            (LETTERS, "R1,P1,2026-01-06,200.00,return,S1,C,,"),
            (LETTERS, "R1,P1,2026-01-06,200.00,return,S1,H,,"),
            ("{plus: amount, minus: credit}", "R1,P1,2026-01-06,,return,S1,,200.00,"),
            ("{plus: amount, minus: credit}", "R1,P1,2026-01-06,0.00,return,S1,,200.00,"),
            ("{constant: 1000}", "R1,P1,2026-01-06,200.00,adjustment,,,,"),
        ],
    ),
)
def test_ways_to_sign_a_credit(tmp_path: Path, amount: str, row: str) -> None:
    """However the file writes a credit of 200.00, 800.00 of 1,000.00 are left; a constant is what it says."""
    result = imported(tmp_path, signed(amount), lines=f"{HEAD}{row}\n")
    assert result.snapshot is not None, told(result.diagnostics)
    ((total,),) = rows_of(result.snapshot, "sales", "sum(amount)")
    assert total == Decimal("2000.00" if "constant" in amount else "800.00")


BLANK_IS_MINUS = "{column: amount, sign: {column: dc, plus: [D], minus: ['', C]}}"


@pytest.mark.parametrize(
    ("missing", "amount", "letter"),
    every(
        2,
        [
            ("", BLANK_IS_MINUS, ""),
            ("", BLANK_IS_MINUS, "C"),
            (", missing: ['', '-']", "{column: amount, sign: {column: dc, plus: [D], minus: ['-']}}", "-"),
            (", missing: ['', none]", BLANK_IS_MINUS, "none"),
            (", missing: [none]", BLANK_IS_MINUS, ""),
            (", missing: ['', D]", BLANK_IS_MINUS, ""),
        ],
    ),
)
def test_a_blank_may_say_the_sign(tmp_path: Path, missing: str, amount: str, letter: str) -> None:
    """What the feed lists says it, though it means "no value" in other columns; `""` is any cell without a value."""
    feed = signed(amount).replace("lines.csv}", f"lines.csv{missing}}}")
    head = HEAD if "''" in missing or not missing else HEAD.replace("sale,,", "sale,none,")
    row = f"R1,P1,2026-01-06,200.00,return,S1,{letter},,\n"
    result = imported(tmp_path, feed, lines=head + row)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sum(amount)") == [(Decimal("800.00"),)]


def test_a_blank_cell_of_json_may_say_the_sign(tmp_path: Path) -> None:
    """A key that is not there is a cell without a value, too."""
    feed = signed(BLANK_IS_MINUS).replace("lines.csv", "lines.jsonl")
    day = '"partner": "P1", "day": "2026-01-06", "amount": '
    lines = f'{{"sale": "S1", {day}"9.00", "kind": "sale", "dc": "D", "of": null}}\n'
    lines += f'{{"sale": "R1", {day}"2.00", "kind": "return", "of": "S1"}}\n'
    result = imported(tmp_path, feed, {"lines.jsonl": lines})
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sum(amount)") == [(Decimal("7.00"),)]


@pytest.mark.parametrize("letter", ["", "X"])
def test_the_cure_of_an_unknown_sign_works(tmp_path: Path, letter: str) -> None:
    """What the message says to add to `minus` reads the file, be it a blank."""
    lines = f"{HEAD}R1,P1,2026-01-06,200.00,return,S1,{letter},,\n"
    (found,) = imported(tmp_path, signed(LETTERS), lines=lines).diagnostics
    added = "its text" if letter else '`""`'
    assert found.help == f"add {added} to `plus` or `minus`, or correct the row"
    result = imported(tmp_path, signed(LETTERS).replace("H]", f'H, "{letter}"]'), lines=lines)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sum(amount)") == [(Decimal("800.00"),)]


def test_zero_has_no_sign(tmp_path: Path) -> None:
    """A zero needs no letter, is no second number, and returns nothing."""
    rows = "R1,P1,2026-01-06,0.00,return,S1,,,\n"
    for amount in ("amount", "{column: amount, sign: entry}", LETTERS, "{plus: amount, minus: credit}"):
        result = imported(tmp_path, signed(amount), lines=HEAD + rows)
        assert result.snapshot is not None, told(result.diagnostics)


def test_quantities_are_signed_alike(tmp_path: Path) -> None:
    """One piece of five comes back, written without a minus."""
    feed = signed("{column: amount, sign: entry}", "{column: pieces, sign: entry}")
    result = imported(tmp_path, feed, lines=HEAD + "R1,P1,2026-01-06,200.00,return,S1,,,1\n")
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "sum(quantity)") == [(4,)]


@pytest.mark.parametrize(
    ("amount", "row", "expected"),
    every(
        2,
        [
            (
                "amount",
                "200.00,return,S1,,,",
                "RNG722 `sales.amount`: a return of '200.00' is not negative, and the feed does",
            ),
            (
                "amount",
                "200.00,return,,,,",
                "RNG722 `sales.amount`: a return of '200.00' is not negative, and the feed does",
            ),
            ("amount", "200.00,adjustment,S1,,,", "RNG722 `sales.amount`: an adjustment of '200.00' names a sale"),
            (LETTERS, "200.00,return,S1,D,,", "RNG722 `sales.amount`: a return of '200.00' is not negative"),
            (
                LETTERS,
                "200.00,return,S1,X,,",
                "RNG724 `sales.amount`: column `dc` has 'X', which does not say the sign",
            ),
            (
                LETTERS,
                "200.00,return,S1,,,",
                "RNG724 `sales.amount`: column `dc` is empty, so it does not say the sign",
            ),
            (LETTERS, "-200.00,return,S1,C,,", "RNG723 `sales.amount`: column `amount`: '-200.00' has a minus"),
            (
                "{column: amount, sign: entry}",
                "-2.00,return,S1,,,",
                "RNG723 `sales.amount`: column `amount`: '-2.00' has a",
            ),
            (
                "{column: amount, sign: entry}",
                "2.00,adjustment,,,,",
                "RNG724 `sales.amount`: `entry` does not say whether",
            ),
            (
                "{plus: amount, minus: credit}",
                "2.00,return,S1,,1.00,",
                "RNG723 `sales.amount`: columns `amount` and `credit`",
            ),
            (
                "{plus: amount, minus: credit}",
                ",return,S1,,-1.00,",
                "RNG723 `sales.amount`: columns `amount` and `credit`",
            ),
            (
                "{plus: amount, minus: credit}",
                ",return,S1,,,",
                "RNG700 `sales.amount`: columns `amount` and `credit` are both",
            ),
            (
                "{plus: amount, minus: credit}",
                ",return,S1,,x,",
                "RNG701 `sales.amount`: columns `amount` and `credit`: 'x' is",
            ),
        ],
    ),
)
def test_contradictions(tmp_path: Path, amount: str, row: str, expected: str) -> None:
    """A sign that is not said, or said twice, is an error at its row."""
    (found,) = told(imported(tmp_path, signed(amount), lines=f"{HEAD}R1,P1,2026-01-06,{row}\n").diagnostics)
    assert found.startswith(f"lines.csv:3 {expected}")


@pytest.mark.parametrize("column", ["amount", "Net amount", 'a"b'])
def test_the_cure_works(tmp_path: Path, column: str) -> None:
    """What the message says to write is a feed that reads the file."""
    name = '"' + column.replace('"', '""') + '"'
    lines = HEAD.replace("amount", name) + "R1,P1,2026-01-06,200.00,return,S1,,,\n"
    written = "'" + column + "'"
    feed = RETURNS.replace("amount: amount", f"amount: {written}")
    (found,) = imported(tmp_path, feed, lines=lines).diagnostics
    cure = found.help.partition("`")[2].rpartition("`")[0]
    result = imported(tmp_path, feed.replace(f"amount: {written}", cure), lines=lines)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sum(amount)") == [(Decimal("800.00"),)]


def test_one_sign_asks_for_the_others(tmp_path: Path) -> None:
    """Beside an amount without a sign, a quantity needs a word; `written` is one."""
    entry = "{column: amount, sign: entry}"
    lines = HEAD + "R1,P1,2026-01-06,200.00,return,S1,,,-1\n"
    (found,) = told(imported(tmp_path, signed(entry, "pieces"), lines=lines).diagnostics)
    assert found.startswith("feed.yaml:11 RNG621 `amount` has its sign elsewhere, `quantity` is read with the sign")
    assert imported(tmp_path, signed(entry, "{column: pieces, sign: written}"), lines=lines).snapshot is not None


@pytest.mark.parametrize(
    ("row", "expected"),
    every(
        2,
        [
            (
                "S2,P1,2026-01-06,1,sale,S1,,,",
                "RNG725 `sales.returns_id`: a sale names 'S1' as the sale that it returns",
            ),
            ("S2,P1,2026-01-06,1,sale,,,,-10", "RNG719 `sales.quantity`: a sale of '-10' is negative"),
            ("R1,P1,2026-01-06,-1,return,S1,,,1", "RNG722 `sales.quantity`: a return of '1' is not negative"),
            (
                "R1,P1,2026-01-04,-1,return,S1,,,",
                "RNG754 `sales.closed_on`: a return on 2026-01-04 names a sale of 2026-01-05",
            ),
            ("R1,P2,2026-01-06,-1,return,S1,,,", "RNG752 `sales.returns_id`: 'S1' is a record of another partner"),
            (
                "R1,P1,2026-01-06,-1000.01,return,S1,,,",
                "RNG755 `sales.amount`: the returns of this sale add up to 1000.01",
            ),
            (
                "R1,P1,2026-01-06,-1,return,S1,,,-6",
                "RNG755 `sales.quantity`: the returns of this sale add up to 6, more than the 5",
            ),
            (
                "A1,P1,2026-01-06,-1,adjustment,,,,\nR1,P1,2026-01-06,-1,return,A1,,,",
                "RNG751 `sales.returns_id`: 'A1' is an",
            ),
        ],
    ),
)
def test_a_return_fits_its_sale(tmp_path: Path, row: str, expected: str) -> None:
    """What a return cannot be beside the sale of line 2 is told at its row."""
    (found,) = told(imported(tmp_path, signed("amount", "pieces"), lines=f"{HEAD}{row}\n").diagnostics)
    assert found.startswith(f"lines.csv:{3 + row.count(chr(10))} {expected}")


def test_the_return_that_goes_beyond_is_named(tmp_path: Path) -> None:
    """Two returns of 600.00 are more than 1,000.00: the later one is one too many, whatever comes after it."""
    rows = "R2,P1,2026-01-08,-600.00,return,S1,,,\nR1,P1,2026-01-07,-600.00,return,S1,,,\n"
    rows += "R0,P1,2026-01-09,0,return,S1,,,\n"
    result = imported(tmp_path, RETURNS, lines=HEAD + rows)
    assert told(result.diagnostics) == [
        "lines.csv:3 RNG755 `sales.amount`: the returns of this sale add up to 1200.00, more than the 1000.00 sold"
    ]


def test_a_cancelled_return_has_a_cure_that_works(tmp_path: Path) -> None:
    """Step by step as the messages say: the row that cancels a return becomes an adjustment, on its own day."""
    lines = (
        "sale,partner,day,amount,kind,of\nS1,P1,2026-01-05,1000.00,INV,\nR1,P1,2026-02-06,200.00,CRN,S1\n"
        "C1,P1,2026-04-07,200.00,STO,{of}\n"
    )
    entry = "entry: {column: kind, map: {INV: sale, CRN: return, STO: %s}}"
    feed = RETURNS.replace("entry: kind", entry % "return").replace(
        "amount: amount", "amount: {column: amount, sign: entry}"
    )
    (found,) = imported(tmp_path, feed, lines=lines.format(of="R1")).diagnostics
    assert (found.code, found.help) == (
        "RNG751",
        (
            "if the row cancels that return, delete both rows, or make it an `adjustment` with an empty `returns_id`;"
            " if it returns a sale, name the sale"
        ),
    )
    feed = feed.replace("STO: return", "STO: adjustment")
    (found,) = imported(tmp_path, feed, lines=lines.format(of="")).diagnostics
    sign = "sign: {column: kind, plus: [INV], minus: [CRN]}"
    assert found.code == "RNG724"
    assert found.help == (
        f"name the column that says it: `{sign}`, with STO under `plus` if it adds, or under `minus` if it subtracts"
    )
    feed = feed.replace("sign: entry", sign.replace("[INV]", "[INV, STO]"))
    result = imported(tmp_path, feed, lines=lines.format(of=""))
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "closed_on::varchar, amount") == [
        ("2026-04-07", Decimal("200.00")),
        ("2026-02-06", Decimal("-200.00")),
        ("2026-01-05", Decimal("1000.00")),
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    every(
        2,
        [
            ("kind", "`sign: {column: kind, plus: [sale], minus: [return]}`, with adjustment under `plus`"),
            (
                "{join: [kind, dc], with: '/', map: {sale/D: sale, adjustment/D: adjustment}}",
                "`sign: {column: COLUMN, plus: [TEXTS], minus: [TEXTS]}`",
            ),
        ],
    ),
)
def test_the_column_of_the_entry_says_the_sign(tmp_path: Path, entry: str, said: str) -> None:
    """Where one column says what a row is, its own words are offered; else the form alone."""
    feed = signed("{column: amount, sign: entry}").replace("entry: kind", f"entry: {entry}")
    (found,) = imported(tmp_path, feed, lines=HEAD + "A1,P1,2026-01-06,2.00,adjustment,,D,,\n").diagnostics
    assert found.code == "RNG724"
    assert found.help.startswith(f"name the column that says it: {said}")


@pytest.mark.parametrize(
    ("taken", "kept"),
    every(
        2,
        [
            (("-150", "-50"), ("-50",)),  # 150 of 100 is too much; 50 of 100 is not
            (("-50", "-60", "-50"), ("-50", "-50")),
            (("-101", "-102", "-103", "-100"), ("-100",)),
            (("-60", "-60", "-40", "-1"), ("-60", "-40")),
            (("-100", "-0.01"), ("-100",)),
        ],
    ),
)
def test_only_returns_that_do_not_fit_are_set_aside(
    tmp_path: Path, taken: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    """Of a sale of 100.00: a return behind one that goes beyond it is judged without that one."""
    head = HEAD.replace("1000.00", "100.00") + "S2,P1,2026-01-05,10.00,sale,,D,,5\nQ,P1,2026-01-06,-10,return,S2,,,\n"
    rows = "".join(f"R{n},P1,2026-01-06,{each},return,S1,,,\n" for n, each in enumerate(taken))
    result = imported(tmp_path, signed("amount"), lines=head + rows, quarantine=True)
    assert result.snapshot is not None, told(result.diagnostics)
    found = rows_of(result.snapshot, "sales", "amount, sale_id")
    assert [amount for amount, id in found if str(id).startswith("R")] == [Decimal(each) for each in kept]
    assert result.quarantined == {"sales": len(taken) - len(kept)}
    assert {"S1", "S2", "Q"} <= {id for _, id in found}


def test_a_return_without_a_quantity_does_not_hide_the_next(tmp_path: Path) -> None:
    """Of five pieces, a return of no known number and one of six: the second is too much, said with what is taken."""
    rows = "R1,P1,2026-01-06,-1,return,S1,,,\nR2,P1,2026-01-06,-1,return,S1,,,-4\nR3,P1,2026-01-06,-1,return,S1,,,-2\n"
    found = told(imported(tmp_path, signed("amount", "pieces"), lines=HEAD + rows).diagnostics)
    assert [each for each in found if "RNG755" in each] == [
        "lines.csv:5 RNG755 `sales.quantity`: the returns of this sale add up to 6, more than the 5 sold"
    ]
