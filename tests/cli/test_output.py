"""`cli/output.py`: data is written whole or not at all, and no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.exits import ExitCode, Stop
from cli.output import Sheet, emit, joined, md_line, render_csv, render_md, render_text, write_whole
from engine.spreadsheet import inert

ROOT = Path(__file__).resolve().parent.parent.parent


def test_amounts_are_never_shortened() -> None:
    """A long amount makes its column wider, on however narrow a terminal."""
    amount = "9,007,199,254,740,991.00 USD"
    text = render_text(Sheet(("partner", "amount"), (("P1", amount), ("P2", "0.01 USD")), frozenset({"amount"})))
    assert amount in text
    assert "…" not in text
    assert {len(line) for line in text.splitlines()} == {len("partner") + 2 + len(amount)}


def test_empty_sheet_keeps_its_header() -> None:
    """No rows is a table with its names, in each form."""
    sheet = Sheet(("a", "b"), ())
    assert render_text(sheet) == "a  b\n"
    assert render_csv(sheet) == "a,b\n"
    assert render_md(sheet) == "| a | b |\n| --- | --- |\n"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_csv_comes_back_and_is_inert(cells: list[str]) -> None:
    """Any text survives the way through CSV, but for the quote before what a spreadsheet would run."""
    sheet = Sheet(tuple(f"c{number}" for number, _ in enumerate(cells)), (tuple(cells),))
    rows = list(csv.reader(io.StringIO(render_csv(sheet), newline="")))
    assert rows[1] == [inert(cell) for cell in cells]
    assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in rows[1])


@pytest.mark.parametrize("number", ["-12.50", "+3", "0", "1000000.00"])
def test_numbers_stay_numbers(number: str) -> None:
    """A plain number is no formula, whatever its sign."""
    assert inert(number) == number


def test_blocks_are_joined_by_an_empty_line() -> None:
    """Blocks of text stand apart; an empty one leaves no gap."""
    assert joined(["a\n", "", "b\n"]) == "a\n\nb\n"


def test_emit_writes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file, and with `-`, data goes to stdout."""
    emit("one\n", None)
    emit("two\n", "-")
    assert capsys.readouterr().out == "one\ntwo\n"


def test_emit_replaces_a_file_as_a_whole(tmp_path: Path) -> None:
    """The named file has the new data, ordinary permissions, and nothing else is left in its folder."""
    target = tmp_path / "out.json"
    target.write_text("old", "utf-8")
    emit("new\n", str(target))
    assert target.read_text("utf-8") == "new\n"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk refuses, the old file stands and no part of the new one is left."""
    target = tmp_path / "out.json"
    target.write_text("old", "utf-8")

    def full(_: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_whole(target, b"new")
    assert target.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("name", ["", "absent/out.json"])
def test_emit_refuses_what_is_no_file(tmp_path: Path, name: str) -> None:
    """A folder, or a file in a folder that is not there, is a usage error."""
    with pytest.raises(Stop) as stopped:
        emit("x", str(tmp_path / name))
    assert stopped.value.code is ExitCode.USAGE


def test_a_reader_that_went_away_is_no_error() -> None:
    """Output into a closed pipe ends quietly with 0."""
    reading, writing = os.pipe()
    os.close(reading)
    code = "from cli.app import run\nimport sys\nsys.exit(run(['doctor']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("\uff1d1+1", "'\uff1d1+1"),
        (" =1+1", "' =1+1"),
        ("\u00a0@x", "'\u00a0@x"),
        ("\u200b+1", "'\u200b+1"),
        ("\ufe621", "'\ufe621"),
        ("\tx", "'\tx"),
        ("-1.50", "-1.50"),
        (" x", " x"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    """In full width, behind blanks, behind a tab: spreadsheets run them; numbers stay numbers."""
    assert inert(cell) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("[Acme](http://x.example)", "\\[Acme\\](http\\://x.example)"),
        ("<img src=x> & co", "\\<img src=x> \\& co"),
        ("a|b\n\nc `d` *e* ~f~", "a\\|b  c \\`d\\` \\*e\\* \\~f\\~"),
        ("_x_ y_z", "\\_x\\_ y_z"),
        ("www.x.example \\", "www\\.x.example \\\\"),
        ("\x1b[31m", "\\<U+001B>\\[31m"),
    ],
)
def test_no_name_is_markup(name: str, written: str) -> None:
    """A partner's name in a Markdown table is its text and nothing else."""
    assert md_line([name]) == f"| {written} |\n"


def test_no_cell_acts_on_a_terminal() -> None:
    """A name of a file or a partner with an escape sequence."""
    assert "\x1b" not in render_text(Sheet(("name",), (("\x1b[31m",),)))
