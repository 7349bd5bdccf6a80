"""Every code there is has a page, and is shown somewhere in the gallery or by the test that is named here."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from cli.catalogue import MODULES, all_codes, page_of
from engine.language.diagnostic import Code
from tests.gallery.test_data_gallery import ELSEWHERE as RECORDS_AND_RUNS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SEVERAL_FILES = "what the versions beside it say: tests/cli/commands/test_check.py"
PUBLISHED = "what was published before: tests/cli/commands/test_publish.py"
ELSEWHERE = {
    **RECORDS_AND_RUNS,
    "RNG418": SEVERAL_FILES,
    **dict.fromkeys(("RNG840", "RNG841", "RNG842", "RNG843", "RNG844", "RNG845"), PUBLISHED),
}
"""Codes that no file alone can show, and the test that does."""


def shown() -> set[str]:
    """Codes in the expected messages, whatever part of the gallery they belong to."""
    texts = (path.read_text("utf-8") for path in HERE.rglob("*") if path.suffix in (".expected", ".txt"))
    return {code for text in texts for code in re.findall(r"(?:error|warning|note) (RNG\d{3}) ", text)}


def test_every_code_is_shown_or_named_with_its_test() -> None:
    """No code without a message to look at; each exception is one, and its test speaks of the code."""
    assert {each.code for each in all_codes()} - shown() == set(ELSEWHERE)
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
