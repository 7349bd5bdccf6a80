"""Lists as a system prints them: pages, lines of dashes, columns between bars, a minus behind the amount."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.records.desk import FEED, imported, rows_of, told

RULE = "-" * 60 + "\n"
TITLE = "Umsatzliste                                  Seite: {page}\nDatum: 05.03.2026\n\n"
HEADER = f"{RULE}| Beleg    | Partner | Datum      | Art |      Betrag | Kunde |\n|{RULE}"
LIST = (
    TITLE.format(page=1)
    + HEADER
    + '| 90000001 | P1      | 05.01.2026 | RE  |    1.234,50 | "A    |\n'
    + "| 90000002 | P2      | 01.02.2026 | RE  |        7,00 | Beta  |\n"
    + RULE
    + TITLE.format(page=2)
    + HEADER
    + "| 90000003 | P1      | 02.02.2026 | GU  |       56,00-|       |\n"
    + RULE
    + "| *        |         |            |     |    1.185,50 |       |\n"
    + RULE
)
SOURCE = (
    'lines: {file: list.txt, delimiter: "|", rows_begin: "| ", trim: true, where: {Beleg: {not: [Beleg, "*"]}},'
    ' decimal: ",", thousands: ".", minus: behind, date_format: "%d.%m.%Y"}'
)
PRINTED = FEED.replace("lines: {file: lines.csv}", SOURCE).replace(
    "sale_id: sale, partner_id: partner, entry: {constant: sale}, closed_on: day, amount: amount",
    "sale_id: Beleg, partner_id: Partner, entry: {column: Art, map: {RE: sale, GU: return}}, closed_on: Datum,"
    " amount: Betrag",
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_read_as_it_was_printed(tmp_path: Path, end: str) -> None:
    """Its rows are records with the lines that an editor shows; what is left out is counted."""
    result = imported(tmp_path, PRINTED, {"list.txt": LIST.replace("\n", end)})
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id, amount, _line") == [
        ("90000001", Decimal("1234.50"), 7),
        ("90000003", Decimal("-56.00"), 16),
        ("90000002", Decimal("7.00"), 8),
    ]
    (left_out, *_) = told(result.diagnostics)
    assert left_out == (
        "feed.yaml:6 RNG623 4 lines above the header and 9 lines between its rows (`rows_begin`) of `list.txt`"
        " were left out"
    )


def test_the_list_may_end_at_a_text(tmp_path: Path) -> None:
    """`stop_at` and `rows_begin` together; without the text of the end, the list was cut off."""
    feed = PRINTED.replace('[Beleg, "*"]}}', 'Beleg}}, stop_at: "*"')
    result = imported(tmp_path, feed, {"list.txt": LIST})
    assert result.snapshot is not None, told(result.diagnostics)
    assert "8 lines between its rows (`rows_begin`) and 2 lines from the end" in " ".join(told(result.diagnostics))
    cut = imported(tmp_path, feed, {"list.txt": LIST.partition("| *")[0]})
    assert [each.code for each in cut.diagnostics if each.severity.value == "error"] == ["RNG665"]


def test_a_row_of_a_list_is_never_lost(tmp_path: Path) -> None:
    """A row without any text is a row, and so is one with a bar inside a text: each is told with its line."""
    blank = LIST.replace("| 90000002 | P2      | 01.02.2026 | RE  |        7,00 | Beta  |", "| " + " | " * 5 + "|")
    assert "list.txt:8 RNG700" in " ".join(told(imported(tmp_path, PRINTED, {"list.txt": blank}).diagnostics))
    found = imported(tmp_path, PRINTED, {"list.txt": LIST.replace("Beta  |", "Be|ta |")}).diagnostics
    (wide,) = [each for each in found if each.code == "RNG660"]
    assert (wide.span and wide.span.line, "quotes" in wide.help) == (8, False)


def test_a_list_without_such_lines_has_no_rows(tmp_path: Path) -> None:
    """RNG651 names the keys that are wrong."""
    (finding,) = imported(
        tmp_path, PRINTED.replace('rows_begin: "| "', 'rows_begin: "! "'), {"list.txt": LIST}
    ).diagnostics
    assert (finding.code, finding.help) == ("RNG651", "correct `rows_begin` and `delimiter` under the source")


def test_only_text_files_are_lists(tmp_path: Path) -> None:
    """RNG608, as for the other keys of one format."""
    feed = FEED.replace("file: lines.csv", 'file: lines.csv, format: jsonl, rows_begin: "| "')
    assert [each.code for each in imported(tmp_path, feed).diagnostics] == ["RNG608"]
