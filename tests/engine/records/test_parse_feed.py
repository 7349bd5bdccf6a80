"""A feed's text becomes typed values, and every slip in it has a place and a cure."""

from __future__ import annotations

import pytest

from engine.records.feed import NumberStyle, Style, Unmapped
from engine.records.parse import parse_feed
from engine.records.readers.layout import Layout, Unpivot
from tests.engine.records.desk import FEED, HEAD, feed_of

WHOLE = (
    HEAD
    + """\
currency: EUR
missing: ["", "NULL"]
sources:
  lines:
    file: Umsatz.TSV
    quote: ""
    encoding: windows-1252
    header: false
    missing: []
    decimal: ","
    thousands: "."
    date_format: "%d.%m.%Y"
  book: {file: b.xlsx, sheet: Sales, unpivot: {columns: [M01, M02], name: month, value: target}}
  wide: {file: data.bin, format: parquet, unpivot: {columns: {M01: 01-01}, name: month, value: target}}
tables:
  surveys: empty
  sales:
    from: lines
    fields:
      sale_id: {join: [Order, Line]}
      partner_id: {column: Account, look_up: {in: book, match: Account, take: Id}}
      entry: {column: Type, map: {INV: sale, CRN: return}, unmapped: keep}
      closed_on: {join: [Y, M], with: ""}
      returns_id: Return
      amount: {column: Net, currency: Cur}
"""
)


def test_everything_a_feed_can_say() -> None:
    """Every key of the format finds its place."""
    feed = feed_of(WHOLE)
    assert (feed.name, feed.file, feed.program.text) == ("desk", "feed.yaml", "2026.yaml")
    assert feed.currency is not None and feed.currency.text == "EUR"
    lines, book, wide = feed.sources
    assert lines.layout == Layout("csv", "\t", "", "windows-1252", header=False)
    assert (lines.missing, lines.style) == ((), Style(NumberStyle(",", "."), "%d.%m.%Y"))
    assert book.layout == Layout("xlsx", sheet="Sales", unpivot=Unpivot(("M01", "M02"), "month", "target"))
    assert (book.missing, book.renamed) == (("", "NULL"), ())
    assert (wide.layout.format, wide.renamed) == ("parquet", (("M01", "01-01"),))
    surveys, sales = feed.tables
    assert surveys.source is None
    sale_id, partner_id, entry, closed_on, returns_id, amount = sales.fields
    assert ([each.text for each in sale_id.columns], sale_id.separator) == (["Order", "Line"], "-")
    assert closed_on.separator == ""
    assert partner_id.look_up is not None and partner_id.look_up.take.text == "Id"
    assert [(key.text, value.text) for key, value in entry.map] == [("INV", "sale"), ("CRN", "return")]
    assert entry.unmapped is Unmapped.KEEP
    assert amount.currency is not None and amount.currency.text == "Cur"
    assert (sale_id.origin, returns_id.origin) == ("columns `Order` and `Line`", "column `Return`")


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("accounts.csv", "accounts.dat", "RNG607", (5, 20)),
        ("{constant: sale}", "{constant: sale, column: x}", "RNG614", (11, 75)),
        ("{constant: sale}", "{currency: x}", "RNG614", (11, 49)),
        ("{constant: sale}", "{column: x, with: y}", "RNG614", (11, 68)),
        ("{constant: sale}", "{column: x, unmapped: keep}", "RNG614", (11, 68)),
        ("{constant: sale}", "{constant: sale, map: {a: b}}", "RNG614", (11, 73)),
        ("2026.yaml", "../2026.yaml", "RNG605", (3, 10)),
    ],
)
def test_slips_have_a_place(old: str, new: str, code: str, place: tuple[int, int]) -> None:
    """What the shape cannot say is said with line and column."""
    feed, findings = parse_feed(FEED.replace(old, new).encode(), "feed.yaml")
    assert feed is None
    assert [each.code for each in findings] == [code]
    span = findings[0].span
    assert span is not None
    assert (span.line, span.column) == place or (code == "RNG614" and span.line == 11)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("accounts.dat", "set `format:` to csv, xlsx, json, jsonl or parquet"),
        ("accounts", "set `format:` to csv, xlsx, json, jsonl or parquet"),
        ("accounts.xlsm", "save a copy as .xlsx"),
        ("ACCOUNTS.XLS", "save a copy as .xlsx"),
        ("accounts.ods", "save a copy as .xlsx"),
        ("accounts.csv.gz", "unpack it"),
        ("accounts.zip", "unpack it"),
        ("accounts.sqlite", "read it with a query"),
    ],
)
def test_a_format_is_asked_for_only_where_it_helps(name: str, said: str) -> None:
    """A workbook of another kind, an archive and a database stay what they are, whatever `format` says."""
    (finding,) = parse_feed(FEED.replace("accounts.csv", name).encode(), "feed.yaml")[1]
    assert finding.code == "RNG607"
    assert said in finding.help
    assert ("format" in finding.help) == said.startswith("set")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rung: 1\n",
        FEED.replace("rung: 1", "rung: 2"),
        FEED.replace("sources:", "source:"),
        FEED.replace("from: lines", "form: lines"),
        FEED.replace("{constant: sale}", "{}"),
        FEED.replace("file: lines.csv", "file: lines.csv, delimeter: ';'"),
        FEED + "  surveys: none\n",
        FEED + "  sales: empty\n",
    ],
)
def test_wrong_shapes_are_refused(text: str) -> None:
    """Unknown keys, missing keys, repeated keys: the shape layer says it."""
    feed, findings = parse_feed(text.encode(), "feed.yaml")
    assert feed is None
    assert findings
