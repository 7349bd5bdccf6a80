"""Exports as other systems write them, each read by a feed that says how; the totals are those of the reports."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from engine.records.importer import ImportResult
from tests.engine.records.desk import HEAD, imported, rows_of, told

ACCOUNTING = """\
Sales by Customer Detail
"January - March, 2026"

,Date,Transaction Type,Num,Qty,Amount,Balance
Amy's Bird Sanctuary,,,,,,
,01/05/2026,Invoice,1021,3.00,105.00,105.00
,02/14/2026,Invoice,1035,5.00,"1,375.00","1,480.00"
,02/20/2026,Credit Memo,1036,-1.00,-35.00,"1,445.00"
Total for Amy's Bird Sanctuary,,,,7.00,"$1,445.00",
Bill's Windsurf Shop,,,,,,
,03/01/2026,Invoice,1027,2.00,85.00,85.00
Total for Bill's Windsurf Shop,,,,2.00,$85.00,
TOTAL,,,,9.00,"$1,530.00",

"Accrual basis Thursday, April 02, 2026"
"""
ACCOUNTING_FEED = (
    HEAD
    + """\
ids: {replace: {" ": _, "'": ""}}
sources:
  report:
    {file: report.csv, skip: 3, stop_at: TOTAL, fill_down: [column1], where: {Date: {not: ""}}, thousands: ",",
     date_format: "%m/%d/%Y"}
tables:
  partners: {from: report, fields: {partner_id: column1}}
  sales:
    from: report
    fields:
      sale_id: Num
      partner_id: column1
      entry: {column: Transaction Type, map: {Invoice: sale, Credit Memo: return}}
      closed_on: Date
      amount: Amount
"""
)
INVOICES = """\
Number,Partner,Date,Product,Subtotal,Type,Status
INV/1,Azure,2026-01-12,Desk,"1,500.00",Invoice,Posted
,,,Lamp,200.00,,
INV/2,Deco,2026-01-15,Chair,700.00,Invoice,Draft
,,,Lamp,40.00,,
RINV/1,Azure,2026-02-10,Lamp,40.00,Credit Note,Posted
"""
INVOICES_FEED = (
    HEAD
    + """\
ids: {replace: {"/": "-"}}
sources:
  accounts: {file: accounts.csv}
  invoices:
    {file: invoices.csv, thousands: ",", fill_down: [Number, Partner, Date, Type, Status], where: {Status: Posted}}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  sales:
    from: invoices
    fields:
      sale_id: {column: Number, numbered: true}
      partner_id: Partner
      entry: {column: Type, map: {Invoice: sale, Credit Note: return}}
      closed_on: Date
      amount: {column: Subtotal, sign: entry}
"""
)
PRINTED = """\
20.04.2026\t\tList\t\t1

\tType\tInvoice\tItem\tCustomer  \tDate      \t   Quantity\t      Value \tCurr.
\tF2\t90000123\t10\t0000100012\t05.01.2026\t        10 \t   1.234,56 \tEUR
\tRE\t90000200\t10\t0000100012\t17.02.2026\t         2-\t     241,19-\tEUR
\tF2\t90000301\t10\t0000100077\t20.02.2026\t     1.000 \t  12.000,00 \tEUR
*\t\t\t\t\t\t     1.008 \t  12.993,37 \tEUR
"""
PRINTED_FEED = (
    HEAD
    + """\
sources:
  accounts: {file: accounts.csv}
  list:
    {file: list.txt, delimiter: "\\t", quote: "", encoding: windows-1252, skip: 2, stop_at: "*", trim: true,
     decimal: ",", thousands: ".", minus: behind, date_format: "%d.%m.%Y"}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  sales:
    from: list
    fields:
      sale_id: {join: [Invoice, Item]}
      partner_id: {column: Customer, id: {digits: 1}}
      entry: {column: Type, map: {F2: sale, RE: return}}
      closed_on: Date
      quantity: Quantity
      amount: Value
"""
)
BOOKINGS = "Umsatz;SH;WKZ;Konto;Belegdatum;Beleg\n1234,56;S;EUR;10001;501;R1\n34,56;H;EUR;10001;1702;G1\n"
BOOKINGS_FEED = (
    HEAD
    + """\
sources:
  accounts: {file: accounts.csv}
  bookings: {file: bookings.csv, delimiter: ;, decimal: ",", date_format: "%d%m", year: 2026}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  sales:
    from: bookings
    fields:
      sale_id: Beleg
      partner_id: Konto
      entry: {column: SH, map: {S: sale, H: return}}
      closed_on: Belegdatum
      amount: {column: Umsatz, sign: entry}
"""
)
ORDERS = {
    "orders": [
        {
            "id": 450,
            "created_at": "2026-01-10T23:40:30-05:00",
            "currency": "usd",
            "customer": {"id": 71},
            "line_items": [{"id": 1, "price": "199.00", "quantity": 1}, {"id": 2, "price": "99.50", "quantity": 3}],
            "tags": [],
        },
        {"id": 451, "created_at": "2026-02-01T08:00:00-05:00", "customer": {"id": 72}, "line_items": []},
    ]
}
ORDERS_FEED = (
    HEAD
    + """\
sources:
  accounts: {file: accounts.csv}
  orders: {file: orders.json, records: orders, each: line_items, zone: America/New_York}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  sales:
    from: orders
    fields:
      sale_id: {join: [id, line_items]}
      partner_id: customer.id
      entry: {constant: sale}
      closed_on: created_at
      amount:
        calculate: price * quantity
        of: {price: line_items.price, quantity: line_items.quantity}
        currency: currency
"""
)


def sales_of(
    result: ImportResult, columns: str = "sale_id, partner_id, CAST(closed_on AS VARCHAR), amount"
) -> set[tuple[object, ...]]:
    """The sales that were stored."""
    assert result.snapshot is not None, told(result.diagnostics)
    return {*rows_of(result.snapshot, "sales", columns)}


def test_a_report_grouped_by_customer(tmp_path: Path) -> None:
    """Names stand in rows of their own; their totals and that of the report are no records."""
    sales = sales_of(imported(tmp_path, ACCOUNTING_FEED, {"report.csv": ACCOUNTING}))
    assert sales == {
        ("1021", "Amys_Bird_Sanctuary", "2026-01-05", Decimal("105.00")),
        ("1035", "Amys_Bird_Sanctuary", "2026-02-14", Decimal("1375.00")),
        ("1036", "Amys_Bird_Sanctuary", "2026-02-20", Decimal("-35.00")),
        ("1027", "Bills_Windsurf_Shop", "2026-03-01", Decimal("85.00")),
    }
    assert sum(Decimal(str(each[3])) for each in sales) == Decimal("1530.00")


def test_lines_below_their_invoice(tmp_path: Path) -> None:
    """Further lines belong to the invoice above them, which `where` may leave out with all its lines."""
    result = imported(tmp_path, INVOICES_FEED, {"invoices.csv": INVOICES}, accounts="id\nAzure\nDeco\n")
    assert sales_of(result) == {
        ("INV-1-1", "Azure", "2026-01-12", Decimal("1500.00")),
        ("INV-1-2", "Azure", "2026-01-12", Decimal("200.00")),
        ("RINV-1-1", "Azure", "2026-02-10", Decimal("-40.00")),
    }
    (note,) = [each.message for each in result.diagnostics if each.code == "RNG630"]
    assert note.endswith(
        "have the value above them: 2 in `Number`, 2 in `Partner`, 2 in `Date`, 2 in `Type`, 2 in `Status`"
    )


def test_a_printed_list_with_tabs(tmp_path: Path) -> None:
    """Cells are filled with spaces; without `trim`, the message says to write it."""
    files, accounts = {"list.txt": PRINTED}, "id\n100012\n100077\n"
    sales = sales_of(
        imported(tmp_path, PRINTED_FEED, files, accounts=accounts), "sale_id, partner_id, quantity, amount"
    )
    assert sales == {
        ("90000123-10", "100012", 10, Decimal("1234.56")),
        ("90000200-10", "100012", -2, Decimal("-241.19")),
        ("90000301-10", "100077", 1000, Decimal("12000.00")),
    }
    found = imported(tmp_path, PRINTED_FEED.replace(" trim: true,", ""), files, accounts=accounts).diagnostics
    assert {each.help for each in found if each.code == "RNG604"} == {
        f"the file has `{name}`, with spaces: write `trim: true` under the source to leave them out"
        for name in ("Customer  ", "Date      ", "   Quantity", "      Value ")
    }


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (" sale ", "column `sale` appears twice"),
        (" SALE", "columns `sale` and `SALE` differ only in capital letters"),
        ("_line ", "the name `_line` is reserved for the import"),
        (" _numbers ", "the name `_numbers` is reserved for the import"),
    ],
)
def test_names_of_columns_without_their_spaces(tmp_path: Path, header: str, said: str) -> None:
    """They are looked at as they are read: an error if the feed reads the column, else a note."""
    feed = (
        HEAD + "sources:\n"
        "  accounts: {file: accounts.csv}\n"
        "  lines: {file: lines.csv, trim: true}\n"
        "tables:\n"
        "  partners: {from: accounts, fields: {partner_id: id}}\n"
        "  sales:\n"
        "    from: lines\n"
        "    fields: {sale_id: sale, partner_id: partner, entry: {constant: sale}, closed_on: day, amount: amount}\n"
    )
    lines = f"sale,partner,day,amount,{header}\nS1,71,2026-01-05,1,x\n"
    result = imported(tmp_path, feed, {"lines.csv": lines}, accounts="id\n71\n")
    assert [each.message for each in result.diagnostics] == [said]
    assert (result.snapshot is None) is (header.strip().lower() == "sale")


def test_bookings_without_a_year(tmp_path: Path) -> None:
    """`501` is 5 January, as `0501` would be; without `year`, the message asks for it."""
    files, accounts = {"bookings.csv": BOOKINGS}, "id\n10001\n"
    assert sales_of(imported(tmp_path, BOOKINGS_FEED, files, accounts=accounts)) == {
        ("R1", "10001", "2026-01-05", Decimal("1234.56")),
        ("G1", "10001", "2026-02-17", Decimal("-34.56")),
    }
    (found,) = imported(tmp_path, BOOKINGS_FEED.replace(", year: 2026", ""), files, accounts=accounts).diagnostics
    assert found.code == "RNG611"
    assert "such as `year: 2026`" in found.help


def test_orders_with_lines(tmp_path: Path) -> None:
    """Every item of the list is a sale of the order around it; an order without items is counted."""
    files, accounts = {"orders.json": json.dumps(ORDERS)}, "id\n71\n72\n"
    result = imported(tmp_path, ORDERS_FEED, files, accounts=accounts)
    assert sales_of(result) == {
        ("450-1", "71", "2026-01-10", Decimal("199.00")),
        ("450-2", "71", "2026-01-10", Decimal("298.50")),
    }
    assert "1 object of `orders.json` has no item in `line_items`, and so no row" in [
        each.message for each in result.diagnostics
    ]
    found = imported(tmp_path, ORDERS_FEED.replace(" each: line_items,", ""), files, accounts=accounts).diagnostics
    assert {each.help for each in found if each.code == "RNG604"} == {
        "if each item of it is a row, write `each: line_items` under the source"
    }


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ([{"id": 1, "line_items": "x"}], "RNG682 there is no list at `line_items`"),
        ([{"id": 1, "line_items": [7]}], "RNG682 item 1 of `line_items` is not an object"),
        ([{"id": 1, "line_items": []}], "RNG651 no object of `orders.json` has an item in `line_items`"),
        (
            [{"id": 1, "line_items.id": 2, "line_items": [{"id": 3}]}],
            "RNG681 `line_items.id` is a value beside the list `line_items` and one inside it",
        ),
    ],
)
def test_what_is_no_list_of_items(tmp_path: Path, orders: list[object], said: str) -> None:
    """Nothing is read where an item could be missed."""
    files = {"orders.json": json.dumps({"orders": orders})}
    found = told(imported(tmp_path, ORDERS_FEED, files, accounts="id\n71\n").diagnostics)
    assert [each.partition(" ")[2] if each[0] != "R" else each for each in found] == [said]


def test_items_take_values_from_the_item_above(tmp_path: Path) -> None:
    """Each item keeps its own value; one without takes that of the item before it, also of the order before."""
    orders = [
        {"id": 7, "date_created": "2026-01-10T09:00:00", "items": [{"c": 71}, {}, {"c": 72}, {}]},
        {"id": 8, "date_created": "2026-01-11T09:00:00", "items": [{}, {"c": 71}]},
    ]
    feed = (
        HEAD + "sources:\n"
        "  accounts: {file: accounts.csv}\n"
        "  orders: {file: orders.json, zone: UTC, each: items, fill_down: [items.c]}\n"
        "tables:\n"
        "  partners: {from: accounts, fields: {partner_id: id}}\n"
        "  sales:\n"
        "    from: orders\n"
        "    fields: {sale_id: {join: [id, items]}, partner_id: items.c, entry: {constant: sale},"
        " closed_on: date_created, amount: items}\n"
    )
    result = imported(tmp_path, feed, {"orders.json": json.dumps(orders)}, accounts="id\n71\n72\n")
    assert sales_of(result, "sale_id, partner_id") == {
        ("7-1", "71"),
        ("7-2", "71"),
        ("7-3", "72"),
        ("7-4", "72"),
        ("8-1", "72"),
        ("8-2", "71"),
    }
    lines = {"orders.json": json.dumps(orders, indent=1)}
    assert imported(tmp_path, feed, lines, accounts="id\n71\n72\n").id == result.id
    assert "cells without a value in `orders.json` have the value above them: 3 in `items.c`" in [
        each.message for each in result.diagnostics
    ]


def test_wide_cells_take_values_from_their_own_column(tmp_path: Path) -> None:
    """The plan of February is that of the line above in February; a cell beside twelve months is counted once."""
    feed = (
        HEAD + "sources:\n"
        "  accounts: {file: accounts.csv}\n"
        "  plan: {file: plan.csv, fill_down: [partner, planned, partner],"
        " unpivot: {columns: {a: 2026-01-31, b: 2026-02-28}, name: day, value: planned}}\n"
        "tables:\n"
        "  partners: {from: accounts, fields: {partner_id: id}}\n"
        "  sales:\n"
        "    from: plan\n"
        "    fields: {sale_id: {join: [line, day]}, partner_id: partner, entry: {constant: sale}, closed_on: day,"
        " amount: planned}\n"
    )
    files = {"plan.csv": "partner,line,a,b\n71,x,1,2\n,y,3,\n72,z,,4\n"}
    result = imported(tmp_path, feed, files, accounts="id\n71\n72\n")
    assert sales_of(result, "sale_id, partner_id, amount") == {
        ("x-2026-01-31", "71", Decimal("1.00")),
        ("x-2026-02-28", "71", Decimal("2.00")),
        ("y-2026-01-31", "71", Decimal("3.00")),
        ("y-2026-02-28", "71", Decimal("2.00")),
        ("z-2026-01-31", "72", Decimal("3.00")),
        ("z-2026-02-28", "72", Decimal("4.00")),
    }
    assert "cells without a value in `plan.csv` have the value above them: 1 in `partner`, 2 in `planned`" in [
        each.message for each in result.diagnostics
    ]


def test_rows_without_any_value_at_the_end_take_none(tmp_path: Path) -> None:
    """Spreadsheets write them; they are left out with a note, as in other files."""
    files = {"invoices.csv": INVOICES + ",,,,,,\n" * 2}
    feed = INVOICES_FEED.replace(", where: {Status: Posted}", "")
    result = imported(tmp_path, feed, files, accounts="id\nAzure\nDeco\n")
    assert "2 rows without any value at the end of `invoices.csv` were left out" in [
        each.message for each in result.diagnostics
    ]
    assert len(sales_of(result)) == INVOICES.count("\n") - 1


def test_cells_of_a_workbook_that_take_a_number(tmp_path: Path) -> None:
    """What is filled down from a number cell is one: its leading zeros may be lost, in each row."""
    import io

    import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        rows = [("sale", "partner", "day", "amount"), ("S1", 7, "2026-01-05", 1), ("S2", None, "2026-01-06", 2)]
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
    feed = INVOICES_FEED[: INVOICES_FEED.index("ids:")] + INVOICES_FEED[INVOICES_FEED.index("sources:") :]
    feed = feed[: feed.index("  invoices:")] + (
        "  lines: {file: lines.xlsx, fill_down: [partner]}\n"
        "tables:\n"
        "  partners: {from: accounts, fields: {partner_id: id}}\n"
        "  sales:\n"
        "    from: lines\n"
        "    fields: {sale_id: sale, partner_id: partner, entry: {constant: sale}, closed_on: day, amount: amount}\n"
    )
    found = imported(tmp_path, feed, {"lines.xlsx": target.getvalue()}, accounts="id\n7\n").diagnostics
    assert [each.span and each.span.line for each in found if each.code == "RNG709"] == [2, 3]
    digits = feed.replace("partner_id: partner,", "partner_id: {column: partner, id: {digits: 1}},")
    assert {
        each[:2] for each in sales_of(imported(tmp_path, digits, {"lines.xlsx": target.getvalue()}, accounts="id\n7\n"))
    } == {
        ("S1", "7"),
        ("S2", "7"),
    }


def test_numbers_of_rows_that_share_a_line(tmp_path: Path) -> None:
    """A JSON document may have all its objects in one line: they are numbered in their order all the same."""
    orders = [
        {"id": 7, "partner": 71, "day": "2026-01-10", "items": [{"v": 1}, {"v": 2}]},
        {"id": 8, "partner": 71, "day": "2026-01-10", "items": [{"v": 3}, {"v": 4}]},
    ]
    feed = (
        HEAD + "sources:\n"
        "  accounts: {file: accounts.csv}\n"
        "  orders: {file: orders.json, each: items}\n"
        "tables:\n"
        "  partners: {from: accounts, fields: {partner_id: id}}\n"
        "  sales:\n"
        "    from: orders\n"
        "    fields: {sale_id: {column: partner, numbered: true}, partner_id: partner, entry: {constant: sale},"
        " closed_on: day, amount: items.v}\n"
    )
    result = imported(tmp_path, feed, {"orders.json": json.dumps(orders)}, accounts="id\n71\n")
    assert sales_of(result, "sale_id, amount") == {(f"71-{n}", Decimal(n)) for n in (1, 2, 3, 4)}
