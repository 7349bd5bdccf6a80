"""The advice of a finding about a feed or a row is written as it says, and then nothing is wrong.

`{0}`, `{1}` stand for what the help has between backticks, in its order; a case whose help says otherwise fails.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.language.diagnostic import Severity
from engine.records import codes_readers
from engine.records.codes import feed as feed_codes
from engine.records.codes import rows, tables
from tests.engine.records.desk import FEED, HEAD, LINES, imported, told
from tests.longer import every

pytestmark = pytest.mark.search

MODULES = (feed_codes, codes_readers, rows, tables)
WRITTEN = re.compile("`([^`]+)`")
Edits = Sequence[tuple[str, str]]
SIGNED = "sale,partner,day,amount,kind,of\nS1,P1,2026-01-05,10.50,sale,\nR1,P1,2026-02-01,{amount},return,{of}\n"
DOCUMENT = '{"next":[],"tags":["a"],"data":{"items":[{"sale":"S1","partner":"P1","day":"2026-01-05","amount":1}]}}'
ITEMS = (("sale_id: sale", "sale_id: lines.sale"), ("day,", "lines.day,"), ("amount: amount", "amount: lines.amount"))
BLANKS = (("feed: desk\n", 'feed: desk\nids: {replace: {" ": _}}\n'),)
KINDS = (("entry: {constant: sale}", "entry: kind, returns_id: of"),)
SURVEYED = (
    HEAD
    + """\
sources:
  accounts: {file: accounts.csv}
  lines: {file: lines.csv}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  surveys:
    from: lines
    fields: {survey_id: sale, partner_id: partner, answered_on: day, score: amount, public: public}
"""
)
LOOKED_UP = FEED.replace("partner_id: partner,", "partner_id: {column: partner, look_up: LOOK},").replace(
    "LOOK", "{in: accounts, match: name, take: id}"
)


@dataclass(frozen=True)
class Case:
    """What is wrong with the desk's feed or lines, and what the advice says to change in one of them."""

    code: str
    wrong: Edits = ()
    lines: str = LINES
    cure: Edits = ()  # of the feed
    row: Edits = ()  # of the lines
    feed: str = FEED
    accounts: str = "id,parent,name\nP1,,Alpha\nP2,P1,Beta\n"
    partner: Edits = ()  # of the accounts
    encoding: str = "utf-8"


CASES = (
    Case("RNG600", [("  sales:", "  sale:")], cure=[("  sale:", "  {0}:")]),
    Case("RNG601", [("amount: amount", "amonut: amount")], cure=[("amonut:", "{0}:")]),
    Case("RNG602", [("from: lines", "from: line")], cure=[("from: line\n", "from: {0}\n")]),
    Case("RNG603", [(", amount: amount", "")], cure=[("closed_on: day", "closed_on: day, {0}: amount")]),
    Case("RNG604", [("amount: amount", "amount: amnt")], cure=[("amount: amnt", "amount: {0}")]),
    Case(
        "RNG604",
        lines=LINES.replace(",amount", ", amount "),
        cure=[("file: lines.csv", "file: lines.csv, {1}")],
    ),
    Case("RNG604", lines=f"Report,of,all,sales\n{LINES}", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG608", [("file: lines.csv", "file: lines.csv, sheet: S")], cure=[("{0}: S", "delimiter: ','")]),
    Case(
        "RNG611",
        [("file: lines.csv", 'file: lines.csv, date_format: "%y-%m-%d"')],
        LINES.replace("2026-", "26-"),
        [("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG611",
        [("file: lines.csv", 'file: lines.csv, date_format: "%d%m"')],
        LINES.replace("2026-01-05", "501").replace("2026-02-01", "0102"),
        [("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG611",
        [("file: lines.csv", "file: lines.csv, date_format: dd.mm.yyyy")],
        LINES.replace("2026-01-05", "05.01.2026").replace("2026-02-01", "01.02.2026"),
        [("dd.mm.yyyy", '"{0}"')],
    ),
    Case("RNG613", [("constant: sale", "constant: sales")], cure=[("constant: sales", "constant: {0}")]),
    Case("RNG612", [("feed: desk", "feed: desk\ncurrency: EUR")], cure=[("currency: EUR", "{0}")]),
    Case(
        "RNG615",
        [("  partners: {from: accounts, fields: {partner_id: id, parent_id: parent, name: name}}\n", "")],
        cure=[("{0}:", "{0}:\n  partners: {from: accounts, fields: {partner_id: id}}")],
    ),
    Case(
        "RNG619",
        [("  sales:", "  claims: {from: lines, fields: {claim_id: sale}}\n  sales:")],
        cure=[("  claims: {from: lines, fields: {claim_id: sale}}\n", "")],
    ),
    Case(
        "RNG653",
        lines=LINES.replace("S2", "Sü"),
        encoding="windows-1252",
        feed=FEED.replace("sale_id: sale", 'sale_id: {column: sale, id: {replace: {"ü": u}}}'),
        cure=[("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG655",
        lines=LINES.replace("partner,day", "partner,Day,day").replace("P1,", "P1,,").replace("P2,", "P2,,"),
        row=[("Day", "Other")],
    ),
    Case("RNG662", lines=LINES.replace("S2", '"S2'), row=[('"S2', '"S2"')]),
    Case(
        "RNG663",
        lines=LINES.replace("S2", 'S"2'),
        feed=FEED.replace("sale_id: sale", "sale_id: {column: sale, id: {replace: {'\"': ''}}}"),
        cure=[("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG680",
        [("lines.csv", "lines.csv, format: jsonl")],
        '[{"sale":"S1","partner":"P1","day":"2026-01-05","amount":1}]\n',
        [("format: jsonl", "{0}")],
    ),
    Case("RNG680", [("lines.csv", "lines.csv, format: json")], DOCUMENT, [("format: json", "format: json, {0}")]),
    *(
        Case(
            "RNG680",
            [("lines.csv", f"lines.csv, format: json, records: {path}")],
            DOCUMENT,
            [(f"records: {path}", "{0}")],
        )
        for path in ("data", "dat.items", "data.items.x")
    ),
    Case(
        "RNG651",
        [("lines.csv", "lines.csv, format: json, each: items"), *ITEMS],
        '[{"lines":[{"sale":"S1","day":"2026-01-05","amount":1}],"partner":"P1"}]',
        [("each: items", "{0}")],
    ),
    Case(
        "RNG682",
        [("lines.csv", "lines.csv, format: json, each: partner"), *ITEMS],
        '[{"lines":[{"sale":"S1","day":"2026-01-05","amount":1}],"partner":"P1"}]',
        [("each: partner", "{0}")],
    ),
    Case(
        "RNG682",
        [("lines.csv", "lines.csv, format: jsonl"), ("amount: amount", "amount: x")],
        '{"sale":"S1","partner":"P1","day":"2026-01-05","x":[{"a":1}]}\n',
        [("format: jsonl", "format: jsonl, {0}"), ("amount: x", "amount: x.a")],
    ),
    Case(
        "RNG683",
        [("lines.csv", "lines.csv, format: jsonl")],
        '{"sale":"S1","partner":"P1","day":"2026-01-05","amount":1,"z":NaN}\n',
        row=[("NaN", "null")],
    ),
    Case(
        "RNG695",
        [
            ("lines.csv", "lines.csv, unpivot: {columns: [amnt], name: kind, value: value}"),
            ("amount: amount", "amount: value"),
        ],
        cure=[("[amnt]", "[{0}]")],
    ),
    Case("RNG700", lines=LINES.replace("P2,", ","), row=[(",,2026", ",P2,2026")]),
    Case("RNG700", lines=f"{LINES},,,17.50\n", row=[(",,,17.50\n", "")]),
    Case("RNG700", lines=f"{LINES},,,17.50\n", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case(
        "RNG700",
        [("file: lines.csv", "file: lines.csv, where: {day: {not: x}}")],
        f"{LINES},,,17.50\n",
        [("{not: x}}", "{not: x}, {0}}")],
    ),
    Case("RNG660", lines=f"Sales\nof 2026\n\n{LINES}", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG700", lines=f"{LINES}Total,,,17.50\n", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG700", lines=f"{LINES}Grand total:,,,17.50\n", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG654", accounts="id,parent,name\nP1,,Al\u202epha\nP2,P1,Beta\n", partner=[("\u202e", "")]),
    Case(
        "RNG717",
        feed=LOOKED_UP,
        lines=LINES.replace("P1", "Alpha").replace("P2", "Beta"),
        accounts="id,parent,name\nP1,,Alpha\nP2,P1,Beta\nP3,P1,Beta\n",
        partner=[("P3,P1,Beta\n", "")],
    ),
    Case("RNG730", lines=f"{LINES}S1,P1,2026-01-06,3\n", row=[("S1,P1,2026-01-06", "S3,P1,2026-01-06")]),
    Case("RNG730", lines=f"{LINES}S1,P1,2026-01-06,3\n", cure=[("sale_id: sale", "sale_id: {join: [sale, day]}")]),
    Case("RNG734", accounts="id,parent,name\nP1,P2,Alpha\nP2,P1,Beta\n", partner=[("P1,P2", "P1,")]),
    Case(
        "RNG757",
        [("{from: accounts", "{from: accounts")],
        LINES,
        feed=FEED.replace("feed: desk\n", 'feed: desk\nids: {replace: {" ": "-"}}\n'),
        accounts="id,parent,name\nP1,,Alpha\nP2,,Beta\nA B,,C\nA-B,,D\n",
        cure=[('{" ": "-"}', '{" ": "_"}')],
    ),
    Case(
        "RNG618", [("file: lines.csv", 'file: lines.csv, decimal: ",", thousands: ","')], cure=[('decimal: ",", ', "")]
    ),
    Case(
        "RNG621",
        [*KINDS, ("amount: amount", "amount: {column: amount, sign: entry}, quantity: qty")],
        "sale,partner,day,amount,kind,of,qty\nS1,P1,2026-01-05,10.50,sale,,2\nR1,P1,2026-02-01,10.50,return,S1,2\n",
        [("quantity: qty", "quantity: {column: qty, sign: entry}")],
    ),
    Case("RNG661", lines=LINES.replace(",", ";"), cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG661", lines=f"Sales; all\n{LINES}", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG660", lines=f"Report\nof 2026\n{LINES}", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG660", lines=f"Report,2026\n{LINES}", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG660", lines=f"Report,,,,2026\n{LINES}", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG660", lines=f"Report\n\n{LINES}", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG660", lines=f"{LINES}Total,17.50\n", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG660", lines=f"{LINES}\nof 2026\n", cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG660", lines=LINES.replace("P1,2026", "P1,x,2026"), row=[("P1,x,2026", "P1,2026")]),
    Case(
        "RNG665",
        [("file: lines.csv", "file: lines.csv, stop_at: total")],
        f"{LINES}Total,,,17.50\n",
        [("total", "Total")],
    ),
    Case("RNG701", lines=LINES.replace("10.50", " 10.50"), cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG701", lines=LINES.replace("10.50", "10.50\u00a0"), cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG701", lines=LINES.replace("10.50", "$10.50"), cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG701", lines=LINES.replace("10.50", "-10.50-"), row=[("-10.50-", "10.50")]),
    Case(
        "RNG702",
        lines="sale,partner,day,amount,public\nV1,P1,2026-01-05,n/a,true\n",
        feed=SURVEYED,
        cure=[("file: lines.csv", "file: lines.csv, {0}: [n/a]")],
    ),
    Case("RNG703", lines=LINES.replace("10.50", "10.5055"), cure=[("amount: amount", "{0}")]),
    Case("RNG706", lines=LINES.replace("2026-01-05", "1900-01-01"), row=[("1900-01-01", "2026-01-01")]),
    Case(
        "RNG706",
        [("parent_id: parent, name: name", "joined_on: name")],
        accounts="id,name\nP1,9999-12-31\nP2,2026-01-01\n",
        cure=[("file: accounts.csv", 'file: accounts.csv, {0}: ["", 9999-12-31]')],
    ),
    Case("RNG707", lines=LINES.replace("S1", "S/1"), cure=[("sale_id: sale", "{0}")]),
    Case("RNG707", lines=LINES.replace("S1", "S/1"), cure=[("feed: desk", "feed: desk\n{1}")]),
    Case("RNG707", lines=LINES.replace("P1,2026", "P1;P2,2026"), cure=[("partner_id: partner", "{0}")]),
    Case("RNG708", lines=LINES.replace("P2", "P2 "), cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case("RNG708", lines=LINES.replace("S1", "S 1"), cure=[("sale_id: sale", "{0}")]),
    Case(
        "RNG713",
        [("{constant: sale}", "kind")],
        "sale,partner,day,amount,kind\nS1,P1,2026-01-05,10.50,Sale\n",
        [("entry: kind", "{1}")],
    ),
    Case(
        "RNG713",
        [("{constant: sale}", "kind")],
        "sale,partner,day,amount,kind\nS1,P1,2026-01-05,10.50,sale \n",
        [("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG714",
        lines="sale,partner,day,amount,public\nV1,P1,2026-01-05,1,yes\n",
        feed=SURVEYED,
        cure=[("public: public", 'public: {column: public, {2}: {"yes": {0}}}')],
    ),
    Case(
        "RNG715",
        [("{constant: sale}", "{column: kind, map: {RE: sale}}")],
        "sale,partner,day,amount,kind\nS1,P1,2026-01-05,10.50,RG\n",
        [("{RE: sale}", "{RE: sale, {1}}")],
    ),
    Case(
        "RNG715",
        [("{constant: sale}", "{column: kind, map: {RE: sale}}")],
        "sale,partner,day,amount,kind\nS1,P1,2026-01-05,10.50,\u00a0RE\n",
        [("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG716",
        feed=LOOKED_UP,
        lines=LINES.replace("P1", "Alpha ").replace("P2", "Beta"),
        cure=[("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG716",
        feed=LOOKED_UP,
        lines=LINES.replace("P1", "Alpha").replace("P2", "Beta"),
        accounts="id,parent,name\nP1,,Alpha \nP2,P1,Beta\n",
        cure=[("file: accounts.csv", "file: accounts.csv, {0}")],
    ),
    Case("RNG716", feed=LOOKED_UP, lines=LINES.replace("P1", "Alpha").replace("P2", "Beat"), row=[("Beat", "Beta")]),
    Case(
        "RNG718",
        [("amount: amount", "amount: {column: amount, currency: cur}")],
        "sale,partner,day,amount,cur\nS1,P1,2026-01-05,10.50,USD\nS2,P1,2026-01-05,9.00,EUR\n",
        [("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG718",
        [("amount: amount", "amount: {column: amount, currency: cur}")],
        "sale,partner,day,amount,cur\nS1,P1,2026-01-05,10.50, USD\n",
        [("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG719",
        KINDS,
        SIGNED.format(amount="-1.00", of="").replace("return", "sale"),
        row=[("-1.00,sale", "-1.00,{1}")],
    ),
    Case("RNG722", KINDS, SIGNED.format(amount="1.00", of="S1"), [("amount: amount", "{0}")]),
    Case(
        "RNG723",
        [*KINDS, ("amount: amount", "amount: {column: amount, sign: entry}")],
        SIGNED.format(amount="-1.00", of="S1"),
        row=[("-1.00", "1.00")],
    ),
    Case(
        "RNG724",
        [*KINDS, ("amount: amount", "amount: {column: amount, sign: {column: kind, plus: [sale], minus: [x]}}")],
        SIGNED.format(amount="1.00", of="S1"),
        [("{1}: [x]", "{1}: [x, return]")],
    ),
    Case("RNG725", KINDS, SIGNED.format(amount="1.00", of="S1").replace("return", "sale"), row=[("sale,S1", "sale,")]),
    Case("RNG726", lines=LINES.replace("10.50", "25.000"), cure=[("file: lines.csv", "file: lines.csv, {1}")]),
    Case("RNG726", lines=LINES.replace("10.50", "25.000"), cure=[("file: lines.csv", "file: lines.csv, {2}, {3}")]),
    Case(
        "RNG732",
        KINDS,
        SIGNED.format(amount="-1.00", of="S9"),
        [("returns_id: of", "{1}"), ("COLUMN", "of")],
    ),
    Case("RNG732", lines=LINES.replace("P2", "p2"), row=[("p2", "P2")]),
    Case("RNG732", BLANKS, lines=LINES.replace("P2", "P2 "), cure=[("file: lines.csv", "file: lines.csv, {0}")]),
    Case(
        "RNG732",
        BLANKS,
        accounts="id,parent,name\nP1,,Alpha\nP2 ,P1,Beta\n",
        cure=[("file: accounts.csv", "file: accounts.csv, {0}")],
    ),
    Case(
        "RNG732",
        lines="partner,sale,day,amount\nP1,S1,2026-01-05,10.50\nTotal,S9,2026-02-01,10.50\n",
        cure=[("file: lines.csv", "file: lines.csv, {0}")],
    ),
    Case(
        "RNG751",
        KINDS,
        SIGNED.format(amount="-1.00", of="S1") + "R2,P1,2026-02-02,-1.00,return,R1\n",
        row=[("R2,P1,2026-02-02,-1.00,return,R1", "R2,P1,2026-02-02,-1.00,{0},")],
    ),
    Case("RNG752", KINDS, SIGNED.format(amount="-1.00", of="S1").replace("R1,P1", "R1,P2"), row=[("R1,P2", "R1,P1")]),
    Case(
        "RNG754",
        KINDS,
        SIGNED.format(amount="-1.00", of="S1").replace("2026-02-01", "2026-01-04"),
        row=[("-01-04", "-01-05")],
    ),
    Case("RNG755", KINDS, SIGNED.format(amount="-11.00", of="S1"), row=[("return,S1", "{0},")]),
    Case("RNG756", lines=f"{LINES}S1,P1,2026-01-05,10.50\n", cure=[("sale_id: sale", "{0}: {column: sale, {1}}")]),
    Case("RNG756", lines=f"{LINES}S1,P1,2026-01-05,10.50\n", cure=[("from: lines", "from: lines\n    {2}")]),
)

ELSEWHERE = {
    "RNG605", "RNG606", "RNG607",  # names of files: `test_files.py`
    "RNG614", "RNG620",  # the form of a feed: `test_parse_feed.py`, `test_check_feed.py`
    "RNG705",  # `test_cures.py`
    "RNG709",  # `test_advice.py`
    "RNG656", "RNG674", "RNG677", "RNG679",  # workbooks, and values without a name: `readers/`
    "RNG720", "RNG721", "RNG733", "RNG735", "RNG753",  # days, rates, parents: `test_record_rules.py`
    "RNG740",  # totals to compare with: `test_control.py`
    "RNG770", "RNG771", "RNG772",  # stored snapshots: `test_snapshot.py`
}  # fmt: skip
"""Errors whose advice other tests follow, or show with the row that is right."""

FROM_OUTSIDE = {
    "RNG617", "RNG622",  # something changes while a file is read; a day to come
    "RNG650", "RNG652", "RNG657", "RNG659", "RNG664", "RNG670", "RNG671", "RNG672", "RNG673", "RNG675",
    "RNG676", "RNG678", "RNG681", "RNG690", "RNG691",  # "export it again", or in another form
    "RNG704", "RNG711", "RNG712", "RNG737", "RNG750",  # the value has to be corrected where it comes from
}  # fmt: skip
"""Errors that nothing in the feed can cure: the advice is about the system that wrote the file."""


def test_every_error_of_an_import_is_known_here() -> None:
    """A new code needs a case above, or a place among the others."""
    errors = {each.code for module in MODULES for each in module.CODES if each.severity is Severity.ERROR}
    followed = {each.code for each in CASES}
    assert errors == followed | ELSEWHERE | FROM_OUTSIDE
    assert not followed & (ELSEWHERE | FROM_OUTSIDE)


@pytest.mark.parametrize("case", every(4, CASES), ids=[f"{each.code}-{n}" for n, each in enumerate(CASES)])
def test_what_the_advice_says_cures_it(tmp_path: Path, case: Case) -> None:
    """The import finds it, the change is made as the help has it, and the import finds nothing wrong."""
    feed = edited(case.feed, case.wrong, ())
    files: dict[str, str | bytes] = {"lines.csv": case.lines.encode(case.encoding), "accounts.csv": case.accounts}
    found = imported(tmp_path, feed, files)
    (finding,) = [each for each in found.diagnostics if each.code == case.code][:1]
    advised = WRITTEN.findall(finding.help)
    cured, lines = edited(feed, case.cure, advised), edited(case.lines, case.row, advised)
    accounts = edited(case.accounts, case.partner, advised)
    result = imported(tmp_path, cured, {"lines.csv": lines.encode(case.encoding), "accounts.csv": accounts})
    assert result.snapshot is not None, (finding.help, cured, told(result.diagnostics))


def edited(text: str, changes: Edits, advised: Sequence[str]) -> str:
    """The text with the changes, each of which must have its place."""
    for old, new in changes:
        for number, word in enumerate(advised):
            old, new = old.replace(f"{{{number}}}", word), new.replace(f"{{{number}}}", word)
        assert old in text, (old, text)
        text = text.replace(old, new)
    return text
