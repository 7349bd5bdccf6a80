"""Every slip in a test file is told in exactly the words that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.render import RENDERERS
from cli.testing import diagnose_tests
from engine.authoring.cases import codes
from engine.language.diagnostic import Code

HERE = Path(__file__).parent / "tests"
BAD = sorted(HERE.glob("*.test.yaml"))
CODES = [each for each in vars(codes).values() if isinstance(each, Code)]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name.removesuffix(".test.yaml"))
def test_bad_test_file_has_its_message(path: Path, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings about one test file, whole and to the letter, with the code its name promises."""
    monkeypatch.chdir(HERE)
    data = path.read_bytes()
    sources = {path.name: data}
    found = diagnose_tests(data, path.name, sources)
    text = RENDERERS["text"](found, sources)
    expected = path.with_name(path.name.removesuffix(".test.yaml") + ".expected")
    if update:
        expected.write_text(text, encoding="utf-8")
    assert path.name.split("-")[0] in {each.code for each in found}
    assert text == expected.read_text(encoding="utf-8")


def test_every_code_is_shown() -> None:
    """No code without a test file that has it, and no expected message without its file."""
    names = {path.name.removesuffix(".test.yaml") for path in BAD}
    assert {each.code for each in CODES} <= {name.split("-")[0] for name in names}
    assert {path.stem for path in HERE.glob("*.expected")} == names
