"""Every slip in a test file is told in exactly the words that are written down for it."""

from __future__ import annotations

import pytest

from engine.authoring.cases import codes
from engine.language.diagnostic import Code
from tests.gallery.conftest import Gallery
from tests.gallery.rooms import HERE, Room

ENDING = ".test.yaml"
ROOM = Room(
    "tests", tuple(sorted(path.name.removesuffix(ENDING) for path in (HERE / "tests").glob(f"*{ENDING}"))), ENDING
)
CODES = [each for each in vars(codes).values() if isinstance(each, Code)]


@pytest.mark.parametrize("name", ROOM.cases)
def test_bad_test_file_has_its_message(name: str, gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rung check` finds in one test file what is written down for it."""
    monkeypatch.chdir(ROOM.folder)
    gallery.show(ROOM, name, "check", ROOM.file(name))


def test_every_code_is_shown() -> None:
    """No code without a test file that has it."""
    assert {each.code for each in CODES} <= {name.split("-")[0] for name in ROOM.cases}
