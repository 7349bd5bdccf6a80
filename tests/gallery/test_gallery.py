"""Every slip in a program is told in exactly the words that are written down for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.programs import diagnose
from cli.render.renderers import RENDERERS
from engine.authoring.analysis import codes as analysis_codes
from engine.language.codes import expression as expression_codes
from engine.language.codes import meaning as meaning_codes
from engine.language.codes import shape as shape_codes
from engine.language.codes import yaml as yaml_codes
from engine.language.loader import load_tree
from tests.gallery.conftest import Gallery
from tests.gallery.made import MADE, TOO_LARGE
from tests.gallery.rooms import HERE, Room, row_of

BAD = {path.stem: path.read_bytes() for path in sorted((HERE / "bad").glob("*.yaml"))} | dict(MADE)
ROOM = Room("bad", tuple(BAD), ".yaml")
GOOD = sorted((HERE / "good").glob("*.yaml"))
SLOW = {"RNG003-many-values": pytest.mark.search}  # tracing takes three times as long as reading
CODES = analysis_codes.CODES + yaml_codes.CODES + shape_codes.CODES + meaning_codes.CODES + expression_codes.CODES


@pytest.mark.parametrize("name", [pytest.param(each, marks=SLOW.get(each, ())) for each in BAD])
def test_bad_file_has_its_message(name: str, gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rung check` finds in one bad file what is written down for it, and leaves nothing behind."""
    monkeypatch.chdir(tmp_path)
    path = Path(ROOM.file(name))
    path.write_bytes(BAD[name])
    gallery.show(ROOM, name, "check", path.name)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_file_that_no_command_would_read_has_its_message() -> None:
    """An editor may hold a text larger than `rung check` reads: one finding, at its start, with the cure."""
    found = diagnose(TOO_LARGE, "large.yaml")[1]
    document = json.loads(RENDERERS["json"](found, {}))
    assert row_of(document["diagnostics"], "large.yaml") == (
        "  1:1-1 error RNG003: the file has 6,291,458 bytes; the limit is 5,242,880\n"
        "    help: move records into data files; a program contains only rules\n"
    )


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_file_has_no_message(path: Path) -> None:
    """What looks like a slip and is none is accepted; a whole program by the whole checker."""
    data = path.read_bytes()
    assert load_tree(data, path.name)[1] == ()
    if path.stem.endswith("program"):
        assert diagnose(data, path.name)[1] == ()


def test_every_code_is_shown() -> None:
    """No code without a bad file that has it."""
    assert {each.code for each in CODES} <= {name.split("-")[0] for name in BAD}
