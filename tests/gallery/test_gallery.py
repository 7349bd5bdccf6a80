"""Every slip in the gallery is told in exactly the words that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.programs import diagnose
from cli.render import RENDERERS
from engine.authoring.analysis import codes as analysis_codes
from engine.language.codes import expression as expression_codes
from engine.language.codes import meaning as meaning_codes
from engine.language.codes import shape as shape_codes
from engine.language.codes import yaml as yaml_codes
from engine.language.diagnostic import Diagnostic
from engine.language.loader import load_tree
from tests.gallery.made import MADE

HERE = Path(__file__).parent
BAD = {path.stem: path.read_bytes() for path in sorted((HERE / "bad").glob("*.yaml"))} | dict(MADE)
GOOD = sorted((HERE / "good").glob("*.yaml"))
CODES = analysis_codes.CODES + yaml_codes.CODES + shape_codes.CODES + meaning_codes.CODES + expression_codes.CODES


def check(data: bytes, file: str) -> tuple[Diagnostic, ...]:
    """The checker whose messages the gallery shows."""
    return diagnose(data, file)[1]


@pytest.mark.parametrize("name", BAD)
def test_bad_file_has_its_message(name: str, update: bool) -> None:
    """The findings about one bad file, whole and to the letter, with the code its name promises."""
    file = f"{name}.yaml"
    found = check(BAD[name], file)
    text = RENDERERS["text"](found, {file: BAD[name]})
    expected = HERE / "bad" / f"{name}.expected"
    if update:
        expected.write_text(text, encoding="utf-8")
    assert name.split("-")[0] in {each.code for each in found}
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_file_has_no_message(path: Path) -> None:
    """What looks like a slip and is none is accepted; a whole program by the whole checker."""
    data = path.read_bytes()
    assert load_tree(data, path.name)[1] == ()
    if path.stem.endswith("program"):
        assert check(data, path.name) == ()


def test_every_code_is_shown() -> None:
    """No code without a bad file that has it, and no expected message without its file."""
    assert {each.code for each in CODES} <= {name.split("-")[0] for name in BAD}
    assert {path.stem for path in (HERE / "bad").glob("*.expected")} == set(BAD)
