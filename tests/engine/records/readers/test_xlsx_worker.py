"""The worker's own parts: numbers as texts, facts in order, limits that hold."""

from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.records.readers import xlsx_worker as worker

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

NUMBERS = {
    "0.30000000000000004": "0.3",
    "3.3000000000000003": "3.3",
    "1.1": "1.1",
    "-0.0": "0",
    "123.0": "123",
    "-5.0": "-5",
    "1e-07": "0.0000001",
    "1.23456789012345e19": "12345678901234500000",
    "1e22": "10000000000000000000000",
    "9007199254740993.0": "9007199254740992",
    "12345678901234.56": "12345678901234.56",
    "1234567890123.45": "1234567890123.45",
    "0.3333333333333333": "0.3333333333333333",
    "99.9999999999986": "99.9999999999986",
    "1.2345678901234567": "1.2345678901234567",
}


@pytest.mark.parametrize("written", NUMBERS)
def test_numbers_are_what_a_person_typed(written: str) -> None:
    """B-079: binary noise goes, digits that somebody wrote stay, no exponent remains."""
    assert worker.number_text(float(written)) == NUMBERS[written]


def test_cells_say_whether_they_are_typed() -> None:
    """Texts are not; everything else is, and has one text."""
    cells: dict[worker.Cell, tuple[str | None, bool]] = {
        "": (None, False),
        "00123": ("00123", False),
        True: ("true", True),
        7: ("7", True),
        datetime.time(6, 5): ("06:05:00", True),
        datetime.date(2025, 1, 2): ("2025-01-02", True),
        datetime.datetime.fromisoformat("2025-01-02T03:04:05"): ("2025-01-02T03:04:05", True),
        datetime.timedelta(days=1, hours=12, minutes=5, seconds=9): ("36:05:09", True),
    }
    assert {value: worker.cell_text(value) for value in cells} == cells


def test_columns_count_as_in_a_spreadsheet() -> None:
    """Z is 26, AA is 27, the last is XFD."""
    assert [worker.column_number(each) for each in ("A", "Z", "AA", "ZZ", "AAA", "XFD")] == [1, 26, 27, 702, 703, 16384]


def facts(path: Path, sheet: str = "") -> list[list[object]]:
    """What the worker tells of a workbook."""
    output = io.StringIO()
    worker.write_facts(lambda: worker.read_workbook(path, sheet), output)
    found = [json.loads(line) for line in output.getvalue().splitlines()]
    return found[1:] if found[0][0] == "sheet" else found


def test_facts_are_closed_by_an_end(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """Rows with their number and first column; typed cells by their index."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook('<row r="4"><c r="C4"><v>1.5</v></c><c r="D4" t="b"><v>1</v></c></row>'))
    assert facts(path) == [["row", 4, 3, ["1.5", "true"], [0, 1]], ["end"]]
    assert facts(path, "Other") == [["sheets", ["Sales"]], ["end"]]


def test_formulas_and_errors_are_facts(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """Formulas without a result come first; an error is the text of its cell."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        workbook(
            '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>1</f><v>5</v></c></row>'
            '<row><c t="str"><f>2</f></c><c><f>3</f><v/></c><c r="C3"/><c r="D3" t="e"/></row>'
        )
    )
    assert facts(path) == [
        ["formula", 3, 1],
        ["formula", 3, 2],
        ["row", 2, 1, ["#REF!", "5"], [1]],
        ["end"],
    ]


def test_early_dates_are_facts(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """A date cell by its style, of day 60."""
    styles = (
        b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<cellXfs count="1"><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook('<row r="1"><c r="B1" s="0"><v>60</v></c></row>', {"xl/styles.xml": styles}))
    assert facts(path)[0] == ["early", 1, 2]


def test_other_kinds_of_sheets_are_no_choice(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """A chart beside the one worksheet does not make two; an empty sheet and a stray cell are told."""
    parts = {
        "xl/workbook.xml": (
            b'<workbook xmlns="m" xmlns:r="r"><sheets><sheet name="Chart" r:id="c"/><sheet name="Sales" r:id="s"/>'
            b"</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            b'<R><r Id="c" Type="x/chartsheet" Target="chart.xml"/>'
            b'<r Id="s" Type="x/worksheet" Target="worksheets/sheet1.xml"/></R>'
        ),
    }
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook('<row r="1048576"><c r="XFD1048576"/></row>', parts))
    assert facts(path) == [["extent", 1048576, 16384], ["end"]]


def test_only_the_part_that_was_looked_at_is_read(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """A package that names another part as its workbook would be read otherwise than it was checked."""
    rels = b'<R><r Id="a" Type="x/officeDocument" Target="xl/other.xml"/></R>'
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(parts={"_rels/.rels": rels}))
    assert facts(path) == [["damaged"], ["end"]]


def test_a_sheet_is_a_part_that_was_checked_as_xml(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """The package check looks for entities in parts named .xml; a sheet elsewhere is not parsed."""
    rels = b'<R><r Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.bin"/></R>'
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(parts={"xl/_rels/workbook.xml.rels": rels, "xl/worksheets/sheet1.bin": b"<a/>"}))
    assert facts(path) == [["damaged"], ["end"]]


def test_errors_are_seen_however_the_cell_is_written(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """Blanks around an equals sign do not turn an error into an empty cell."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook('<row r="1"><c r="A1" t = "e"><v>#N/A</v></c><c r="B1"><v>1</v></c></row>'))
    assert facts(path) == [["row", 1, 1, ["#N/A", "1"], [1]], ["end"]]


def test_the_output_is_a_file_of_facts(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """What the caller reads."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook())
    worker.main(str(path), "", str(tmp_path / "facts"))
    assert (tmp_path / "facts").read_text(encoding="ascii") == '["sheet","Sales"]\n["end"]\n'


def test_damage_is_a_fact(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """A sheet whose part is missing, or whose XML breaks, is reported and not raised."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook("<row"))
    assert facts(path)[-2:] == [["damaged"], ["end"]]
    rels = b'<R><r Id="rId1" Type="x/worksheet" Target="/xl/worksheets/none.xml"/></R>'
    path.write_bytes(workbook(parts={"xl/_rels/workbook.xml.rels": rels}))
    assert facts(path) == [["damaged"], ["end"]]


def test_bugs_are_not_taken_for_damage() -> None:
    """Only what a parser says of a file is damage."""

    def broken() -> Iterator[list[object]]:
        yield ["row"]
        raise TypeError

    with pytest.raises(TypeError):
        worker.write_facts(broken, io.StringIO())


def test_a_pieces_cut_falls_between_tags(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """A sheet longer than a piece loses no cell: errors and formulas are found on both sides of the cut."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="e"><v>#N/A</v></c></row>' for row in range(1, 30_001))
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(rows))
    found = facts(path)
    assert len(found) == 30_001
    assert all(fact == ["row", row, 1, ["#N/A"], []] for row, fact in enumerate(found[:-1], 1))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits; the caller's timeout is what there is")
def test_limits_hold() -> None:
    """Five gibibytes are refused in a process that limited itself to four."""
    code = (
        "import runpy, sys\n"
        "runpy.run_path(sys.argv[1])['limit_self']()\n"
        "try:\n    bytearray(5 << 30)\nexcept MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, worker.__file__ or ""], capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused\n"


HEAD = '<row r="1"><c r="A1"><v>1</v></c></row>'


def cell(inner: str, kind: str = "n", reference: str = "A2") -> str:
    """Row 2 with one cell."""
    return f'{HEAD}<row r="2"><c r="{reference}" t="{kind}">{inner}</c></row>'


def valued(value: str, kind: str = "n") -> str:
    """Row 2 with one cell of this value."""
    return cell(f"<v>{value}</v>", kind)


FAULTS: dict[str, tuple[str, list[object]]] = {
    "a row twice": (HEAD + HEAD, ["place", 1, 0, "1"]),
    "rows upwards": ('<row r="3"/><row r="2"/>', ["place", 3, 0, "2"]),
    "a row that is no number": ('<row r="x"/>', ["place", 0, 0, "x"]),
    "a row below the last": ('<row r="1048577"/>', ["place", 0, 0, "1048577"]),
    "a cell twice": ('<row r="2"><c r="B2"/><c r="B2"/></row>', ["place", 2, 2, "B2"]),
    "cells to the left": ('<row r="2"><c r="B2"/><c r="A2"/></row>', ["place", 2, 2, "A2"]),
    "a cell without a place, then the same": ('<row r="2"><c/><c r="A2"/></row>', ["place", 2, 1, "A2"]),
    "a cell of another row": ('<row r="2"><c r="A3"/></row>', ["place", 2, 0, "A3"]),
    "a row with a zero before it": ('<row r="2"><c r="A02"/></row>', ["place", 2, 0, "A02"]),
    "a column beyond the last": ('<row r="2"><c r="XFE2"/></row>', ["place", 2, 0, "XFE2"]),
    "a column beyond the last without a place": ('<row r="2"><c r="XFD2"/><c/></row>', ["place", 2, 16384, ""]),
    "no reference at all": ('<row r="2"><c r="$A$2"/></row>', ["place", 2, 0, "$A$2"]),
    "two values": (cell("<v>600</v><v>400</v>"), ["broken", 2, 1]),
    "two texts": (cell("<is><t>6</t></is><is><t>4</t></is>", "inlineStr"), ["broken", 2, 1]),
    "a value in place of a text": (cell("<v>600</v>", "inlineStr"), ["broken", 2, 1]),
    "a text in place of a value": (cell("<is><t>600</t></is>"), ["broken", 2, 1]),
    "text outside the value": (cell("600"), ["broken", 2, 1]),
    "a text outside the text": (cell("<t>600</t>", "inlineStr"), ["broken", 2, 1]),
    "a cell outside a row": (HEAD + '<c r="A2"/>', ["broken", 1, 1]),
    "a row in a row": (f'<row r="1"><c r="A1"/>{HEAD}</row>', ["broken", 1, 1]),
    "two choices": ('<row r="1"><choice><c r="A1"/></choice></row>', ["broken", 1, 0]),
    "cells behind the rows": ('</sheetData><c r="A2"/><sheetData>', ["broken", 0, 0]),
    "rows in two parts": (f"{HEAD}</sheetData><sheetData>", ["broken", 1, 1]),
    "merged cells that are nowhere": ('</sheetData><mergeCell ref="A1:B"/><sheetData>', ["broken", 0, 0]),
    "three merged cells": ('</sheetData><mergeCell ref="A1:B1:C1"/><sheetData>', ["broken", 0, 0]),
    "no number": (valued("NaN"), ["value", 2, 1, "NaN"]),
    "infinite": (valued("1e400"), ["value", 2, 1, "1e400"]),
    "nearly nothing": (valued("1e-400"), ["value", 2, 1, "1e-400"]),
    "an exponent of an exponent": (valued("1e99999999999999999999"), ["value", 2, 1, "1e99999999999999999999"]),
    "a decimal comma": (valued("600,00"), ["value", 2, 1, "600,00"]),
    "a digit by its number": (valued("60&#48;"), ["value", 2, 1, "600"]),
    "more digits than a workbook keeps": (valued("12345678901234567890"), ["value", 2, 1, "12345678901234567890"]),
    "a text before the first": (valued("-1", "s"), ["value", 2, 1, "-1"]),
    "a text between two": (valued("1.0", "s"), ["value", 2, 1, "1.0"]),
    "no text": (valued("", "s"), ["value", 2, 1, ""]),
    "a third truth": (valued("2", "b"), ["value", 2, 1, "2"]),
    "no error": (valued("600", "e"), ["value", 2, 1, "600"]),
    "an unknown type": (valued("600", "x"), ["value", 2, 1, "600"]),
    "a text that is not there": (valued("0", "s"), ["damaged"]),
    "a comment in a value": (valued("60<!-- -->0"), ["damaged"]),
    "CDATA in a value": (valued("60<![CDATA[0]]>"), ["damaged"]),
    "an instruction in a value": (valued("60<?x?>0"), ["damaged"]),
    "an entity in a value": (valued("60&x;"), ["damaged"]),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_can_be_read_in_two_ways_is_a_fact(tmp_path: Path, workbook: Callable[..., bytes], case: str) -> None:
    """The value reader would drop a value, move it, or end it early."""
    rows, expected = FAULTS[case]
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(rows))
    assert facts(path)[-2:] == [expected, ["end"]]


def test_sound_cells_of_all_types_are_read(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """References and escapes in texts, rich texts, empty values, numbers with exponents."""
    path = tmp_path / "x.xlsx"
    rows = (
        '\n<row r="1"> <c r="A1" t="str"><v>a &amp; b&#48;</v></c><c r="B1" t="inlineStr"><is><r><t>x</t></r>'
        '<r><t>y</t></r><rPh><t>z</t></rPh></is></c><c r="C1"><v>1.5E+3</v></c><c r="D1" t="b"><v>0</v></c>'
        '<c r="E1" t="d"><v>2026-01-05</v></c><c r="F1"><v></v></c></row>\n'
    )
    path.write_bytes(workbook(rows))
    assert facts(path) == [["row", 1, 1, ["a & b0", "xy", "1500", "false", "2026-01-05"], [2, 3, 4]], ["end"]]


RELATION = (
    '<Relationship Id="{id}" Target="{target}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
)


def linked(*links: tuple[str, str, str]) -> bytes:
    """The links of a workbook to its one sheet and to these."""
    sheet = RELATION.format(id="rId1", target="worksheets/sheet1.xml", kind="worksheet")
    more = "".join(RELATION.format(id=identity, target=target, kind=kind) for identity, target, kind in links)
    return f'<Relationships xmlns="r">{sheet}{more}</Relationships>'.encode()


TEXTS = {
    "sound": ("sharedStrings.xml", "<si><t>zero</t></si><si><t>one</t></si><extLst/>", "one"),
    "another part": ("texts.xml", "<si><t>zero</t></si><si><t>one</t></si>", None),
    "one text in another": ("sharedStrings.xml", "<si><si><t>zero</t></si></si><si><t>one</t></si>", None),
    "a text out of sight": ("sharedStrings.xml", "<x><si><t>zero</t></si></x><si><t>one</t></si>", None),
    "a comment in a text": ("sharedStrings.xml", "<si><t>zero</t></si><si><t>o<!-- -->ne</t></si>", None),
}


@pytest.mark.parametrize("case", TEXTS)
def test_shared_texts_are_counted_in_one_way(tmp_path: Path, workbook: Callable[..., bytes], case: str) -> None:
    """A cell names the second text."""
    target, texts, expected = TEXTS[case]
    parts = {
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>'.encode(),
        "xl/_rels/workbook.xml.rels": linked(("rId2", target, "sharedStrings")),
    }
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook('<row r="1"><c r="A1" t="s"><v>1</v></c></row>', parts))
    assert facts(path)[0] == (["row", 1, 1, [expected], []] if expected else ["damaged"])


def test_what_a_reader_does_not_see_is_a_fact(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """Hidden rows, and cells that are merged; a merge of one cell is none."""
    path = tmp_path / "x.xlsx"
    rows = '<row r="2" hidden="1"/><row r="3" hidden="0"/><row r="4" hidden="true"/></sheetData>'
    merges = '<mergeCell ref="A1:B3"/><mergeCell/><mergeCell ref="C1"/><mergeCell ref="D1:D1"/>'
    part = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}{merges}</worksheet>'.encode()
    path.write_bytes(workbook("", {"xl/worksheets/sheet1.xml": part}))
    assert facts(path) == [["merged", "A1:B3", 1, 1, 3, 2], ["hidden", [2, 4]], ["end"]]


def test_links_are_unique(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """Two links of one identity lead to two sheets."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        workbook(HEAD, {"xl/_rels/workbook.xml.rels": linked(("rId1", "worksheets/sheet2.xml", "worksheet"))})
    )
    assert facts(path) == [["damaged"], ["end"]]
