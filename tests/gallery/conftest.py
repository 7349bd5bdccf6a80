"""`pytest tests/gallery --update-gallery` writes the messages anew; the difference is then reviewed like code."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from cli.app import run
from tests.gallery.rooms import Json, Room, row_of, totals_of

TOLD = re.compile(r"\b(error|warning|note) (RNG\d{3})\b")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that refreshes the expected messages."""
    parser.addoption("--update-gallery", action="store_true", help="write the expected messages anew")


def codes_in(room: Room) -> set[str]:
    """The codes of all findings that are written down for a room."""
    texts = [*room.rows().values(), *(room.whole(case).read_text("utf-8") for case in room.wholes())]
    return {code for text in texts for _, code in TOLD.findall(text)}


@dataclass(frozen=True)
class Shown:
    """What a command said of a case: its exit code, and its text whole or as a row."""

    code: int
    text: str


@dataclass(frozen=True)
class Gallery:
    """Runs commands on cases and compares what they say, or with `update` writes it."""

    update: bool
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def show(self, room: Room, case: str, *line: str) -> Shown:
        """Run the command in the folder of the case: as a person does where it has a whole text, else for its row.

        Whatever the case: the exit code agrees with the findings, the code in its name is among them, and nothing of
        it is a fault of rung itself.
        """
        whole = room.whole(case)
        is_whole = whole.is_file()
        shown = self._whole(*line) if is_whole else self._row(room.file(case), *line)
        if not self.update:
            assert shown.text == (whole.read_text(encoding="utf-8") if is_whole else room.rows().get(case))
        elif is_whole:
            whole.write_text(shown.text, encoding="utf-8")
        else:
            room.write_row(case, shown.text)
        told = TOLD.findall(shown.text)
        assert shown.code == (3 if "error" in {severity for severity, _ in told} else 0)
        assert not case.startswith("RNG") or case.split("-")[0] in {code for _, code in told}
        return shown

    def _whole(self, *line: str) -> Shown:
        """All that a terminal shows, in its order, behind the exit code."""
        with self.monkeypatch.context() as patched:
            patched.setattr(sys, "stderr", sys.stdout)
            code, said, _ = self._run(*line)
        return Shown(code, f"exit code {code}\n{said}")

    def _row(self, own: str, *line: str) -> Shown:
        """The findings in the JSON document, and what was imported."""
        code, said, _ = self._run(*line, "--format", "json")
        document: Mapping[str, Json] = json.loads(said)
        totals = totals_of(document) if document.get("written") else ""
        return Shown(code, row_of(document["diagnostics"], own) + totals)

    def _run(self, *line: str) -> tuple[int, str, str]:
        for name in ("RUNG_HOME", "RUNG_DEBUG", "NO_COLOR"):
            self.monkeypatch.delenv(name, raising=False)
        code = run(line)
        said = self.capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert "internal error" not in said.out + said.err
        return code, said.out, said.err


@pytest.fixture
def gallery(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Gallery:
    """Where the cases are shown."""
    return Gallery(bool(request.config.getoption("--update-gallery", default=False)), monkeypatch, capsys)
