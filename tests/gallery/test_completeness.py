"""Every code there is has a page, and is shown somewhere in the gallery or by the test that is named here."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from cli.catalogue import MODULES, all_codes, page_of
from engine.language.diagnostic import Code
from tests.gallery import (
    test_data_gallery,
    test_gallery,
    test_lineage_gallery,
    test_tests_gallery,
    test_together_gallery,
)
from tests.gallery.conftest import Gallery, codes_in
from tests.gallery.rooms import HERE, Room
from tests.gallery.test_data_gallery import ELSEWHERE as RECORDS_AND_RUNS

ROOMS = (
    test_gallery.ROOM,
    test_tests_gallery.ROOM,
    test_lineage_gallery.ROOM,
    test_together_gallery.ROOM,
    test_data_gallery.BAD,
    test_data_gallery.GOOD,
)
ROOT = HERE.parent.parent
PUBLISHED = "what was published before: tests/cli/commands/test_publish.py"
BANK_DETAILS = "bank details, not a file of a program: tests/engine/bank/test_validation.py"
BANK_CODES = ("RNG940", "RNG941", "RNG942", "RNG943", "RNG944", "RNG945", "RNG946", "RNG947", "RNG948")
ELSEWHERE = {
    **RECORDS_AND_RUNS,
    **dict.fromkeys(("RNG840", "RNG841", "RNG842", "RNG843", "RNG844", "RNG845", "RNG846"), PUBLISHED),
    **dict.fromkeys(BANK_CODES, BANK_DETAILS),
    "RNG949": "a payment file: tests/engine/bank/test_control.py",
    **dict.fromkeys(("RNG950", "RNG951"), "controls of a ledger: tests/engine/ledger/test_controls_file.py"),
}
"""Codes that no file alone can show, and the test that does."""


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_each_case_is_written_down_once(room: Room, gallery: Gallery) -> None:
    """No case without its row or its whole text, none with both, and neither of a case that is gone."""
    wholes = room.wholes()
    if gallery.update:
        room.keep_rows(set(room.cases) - wholes)
    else:
        assert set(room.rows()) == set(room.cases) - wholes
    assert wholes <= set(room.cases)


def test_nothing_is_expected_of_no_room() -> None:
    """Every table and every whole text belongs to a room."""
    found = {path for path in HERE.rglob("*") if path.suffix in (".rows", ".expected") or path.name == "expected.txt"}
    assert found == {room.table for room in ROOMS} | {room.whole(case) for room in ROOMS for case in room.wholes()}


def test_every_code_is_shown_or_named_with_its_test() -> None:
    """No code without a message to look at; each exception is one, and its test speaks of the code."""
    assert {each.code for each in all_codes()} - set().union(*map(codes_in, ROOMS)) == set(ELSEWHERE)
    constants = {
        value.code: name for module in MODULES for name, value in vars(import_module(module)).items()
        if isinstance(value, Code)
    }  # fmt: skip
    for code, reason in ELSEWHERE.items():
        (path,) = set(re.findall(r"tests/\S+\.py", reason))
        text = (ROOT / path).read_text("utf-8")
        assert code in text or constants[code] in text, (code, path)


def test_every_code_has_its_page() -> None:
    """docs/errors holds one page a code, with what the code says, and nothing else."""
    pages = {path.stem: path.read_text("utf-8") for path in (ROOT / "docs/errors").glob("RNG*.md")}
    assert pages == {each.code: page_of(each) for each in all_codes()}
