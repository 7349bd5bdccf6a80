"""A file of records where a program or a feed is asked for: the message names the feed to give instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

LINES = {
    "check": ("check", "{}"),
    "import": ("import", "{}"),
    "data": ("evaluate", "acme/2026.yaml", "--data", "{}", "--as-of", "2026-06-30"),
    "program": ("evaluate", "{}", "--data", "acme", "--as-of", "2026-06-30"),
    "diff": ("diff", "acme/2026.yaml", "{}"),
    "show": ("show", "{}"),
    "docs": ("docs", "{}"),
    "test": ("test", "{}"),
    "fmt": ("fmt", "{}"),
    "publish": ("publish", "{}"),
}


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_the_feed_is_named(rung: Shell, line: tuple[str, ...]) -> None:
    """Of a file beside the feed or below it; what the cure names is accepted in its place."""
    assert rung("init", "acme").code == 0
    Path("acme/orders.csv").write_text("id,partner\n1,2\n", encoding="utf-8")
    for name in ("acme/demo/sales.csv", "acme/orders.csv"):
        answer = rung(*(each.format(name) for each in line))
        assert (answer.code, answer.out) == (ExitCode.USAGE, ""), answer
        assert f"`{name}` is neither a program nor a feed" in answer.err
        assert "name the feed, `acme/feed.yaml`, or its folder" in answer.err
    for name in ("acme/feed.yaml", "acme"):
        assert rung("import", name, "--dry-run").code == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pay.xlsx", b"PK\x03\x04rest"),
        ("pay.yaml", b"PK\x03\x04rest"),
        ("pay", b"PAR1rest"),
        ("sales.parquet", b""),
        ("SALES.CSV", b"id\n1\n"),
        ("sales.csv.gz", b"\x1f\x8brest"),
        ("old.xls", b"\xd0\xcf\x11\xe0rest"),
        ("shop.db", b"SQLite format 3\0"),
        ("orders.json", b'[{"id": 1, "partner": "P-1"}]'),
    ],
)
def test_records_are_known_by_ending_or_content(rung: Shell, name: str, data: bytes) -> None:
    """Also without a feed beside it; nothing of the file is shown, and no encoding is guessed."""
    Path(name).write_bytes(data)
    answer = rung("check", name)
    assert (answer.code, answer.out) == (ExitCode.USAGE, ""), answer
    assert "rung reads records only as a feed describes them" in answer.err
    assert "`rung init` writes one" in answer.err
    assert "rest" not in answer.err and "RNG" not in answer.err


@pytest.mark.parametrize("name", ["draft.txt", "draft.json", "draft.csv", "draft"])
def test_a_program_may_have_any_name(rung: Shell, name: str) -> None:
    """What begins as a program does is one, and so is one in JSON; an empty file without an ending is looked at."""
    text = '{"rung": 1, "program": "x"}' if name == "draft.json" else "rung: 1\nprogram: x\n"
    Path(name).write_text(text, encoding="utf-8")
    answer = rung("check", name)
    assert (answer.code, "RNG101" in answer.out) == (ExitCode.INVALID, True), answer
    Path("empty").write_text("", encoding="utf-8")
    assert rung("check", "empty").code == ExitCode.INVALID
