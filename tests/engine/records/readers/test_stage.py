"""The one door: layouts that describe no file, and files that change underneath."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from engine.language.source import Span
from engine.records.readers.csv import stage_csv
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Layout
from engine.records.readers.stage import check_layout, is_changed

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]

LAYOUTS = {
    "an unknown format": (Layout("xml"), ["`xml` is not a known format"]),
    "an unknown encoding": (Layout("csv", encoding="utf-7"), ["`utf-7` is not an encoding for csv files"]),
    "an encoding JSON cannot have": (
        Layout("jsonl", encoding="latin-1"),
        ["`latin-1` is not an encoding for jsonl files"],
    ),
    "two signs": (Layout("csv", delimiter="||"), ["the delimiter is not a single ASCII character"]),
    "no sign": (Layout("csv", delimiter=""), ["the delimiter is not a single ASCII character"]),
    "a sign beyond ASCII": (Layout("csv", delimiter="\u00a6"), ["the delimiter is not a single ASCII character"]),
    "a letter": (Layout("csv", quote="q"), ["the quote is not a single ASCII character"]),
    "a line end": (Layout("csv", delimiter="\n"), ["the delimiter is not a single ASCII character"]),
    "the same sign": (Layout("csv", delimiter="'", quote="'"), ["delimiter and quote are the same character"]),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_refuses_layouts_that_describe_no_file(stage: Stage, case: str) -> None:
    """The feed is told before the file is opened."""
    layout, expected = LAYOUTS[case]
    assert stage(b"id,v\n1,a\n", layout) == ([], [f"feed.yaml:3:5 RNG650 {message}" for message in expected])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":", " ", "^", "]", "\\", "-", "."])
def test_any_sign_may_be_the_delimiter(stage: Stage, delimiter: str) -> None:
    """Signs that mean something in patterns too."""
    layout = Layout("csv", delimiter=delimiter)
    content = f'id{delimiter}v\n"1"{delimiter}"a{delimiter}\nb"\n'.encode()
    assert stage(content, layout) == ([("id", "v"), ("1", f"a{delimiter}\nb", 2)], [])


def test_formats_are_offered() -> None:
    """An unknown format lists the known ones."""
    findings = Findings("x")
    check_layout(Layout("tsv"), Span("f", 1, 1, 1, 2), findings)
    assert [each.help for each in findings.all()] == ["one of csv, xlsx, json, jsonl, parquet"]


def test_a_file_that_changes_is_noticed(tmp_path: Path) -> None:
    """By its size, or by its time when the size is the same."""
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    os.utime(path, ns=(1, 1))
    before = path.stat()
    assert not is_changed(before, path.stat())
    path.write_bytes(b"abd")
    os.utime(path, ns=(2, 2))
    assert is_changed(before, path.stat())
    path.write_bytes(b"abcd")
    os.utime(path, ns=(1, 1))
    assert is_changed(before, path.stat())


def test_a_file_written_to_while_it_is_read_is_refused(stage: Stage, tmp_path: Path) -> None:
    """Another process touches the file all the time: what was read may be neither the old nor the new."""
    path = tmp_path / "sales.csv"
    path.write_bytes(b"id,v\n" + b"1,a\n" * 500_000)
    done = threading.Event()

    def touch() -> None:
        stamp = 1
        while not done.wait(0.001):
            stamp += 1
            os.utime(path, ns=(stamp, stamp))

    thread = threading.Thread(target=touch)
    thread.start()
    try:
        found = stage(path, Layout("csv"))
    finally:
        done.set()
        thread.join()
    assert found == ([], ["feed.yaml:3:5 RNG617 `sales.csv` changed while it was being read"])


def test_a_missing_file_is_the_callers_fault(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """The caller resolved the path: that it is gone is no finding about its content."""
    with pytest.raises(FileNotFoundError):
        stage_csv(connection, "x", tmp_path / "x", Layout("csv"), Span("f", 1, 1, 1, 2), Findings("x"))
