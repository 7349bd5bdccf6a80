"""`cli/options.py`: what several commands share."""

from __future__ import annotations

from datetime import date

import pytest

from cli.exits import ExitCode, Stop
from cli.options import Format, Settings, chosen_format, is_coloured, lifted, parse_day, whole_number


def test_global_options_may_stand_anywhere() -> None:
    """Options for the whole command line are found behind a command too, with their values."""
    assert lifted(["runs", "--home", "w", "-q", "x"]) == ["--home", "w", "-q", "runs", "x"]
    assert lifted(["runs", "--home"]) == ["--home", "runs"]
    assert lifted(["check", "--", "--home"]) == ["check", "--", "--home"]


@pytest.mark.parametrize("text", ["2026-5-31", "20260531", "2026-02-30", "yesterday", "2026-W22-1", ""])
def test_dates_have_one_form(text: str) -> None:
    """A day is written year-month-day; anything else is a usage error that shows the form."""
    with pytest.raises(Stop) as stopped:
        parse_day(text)
    assert stopped.value.code is ExitCode.USAGE
    assert "2026-05-31" in stopped.value.cure


def test_a_day_is_read() -> None:
    """The last day of a leap February is a day."""
    assert parse_day("2028-02-29") == date(2028, 2, 29)


def test_json_is_short_for_the_format() -> None:
    """`--json` and `--format json` are the same; with another format it is a contradiction."""
    assert chosen_format(None, json=True) is Format.JSON
    assert chosen_format("json", json=True) is Format.JSON
    assert chosen_format(None, json=False) is Format.TABLE
    assert chosen_format("csv", json=False) is Format.CSV
    with pytest.raises(Stop) as stopped:
        chosen_format("csv", json=True)
    assert stopped.value.code is ExitCode.USAGE


def test_an_unknown_format_lists_those_there_are() -> None:
    """A format that does not exist is a usage error with the ones that do."""
    with pytest.raises(Stop) as stopped:
        chosen_format("xml", json=False)
    assert stopped.value.code is ExitCode.USAGE
    assert stopped.value.cure == "formats: table, json, csv, md"


@pytest.mark.parametrize(
    ("format", "output", "workbook", "expected"),
    [
        (None, "pay.csv", False, "csv"),
        (None, "PAY.JSON", False, "json"),
        (None, "pay.txt", False, "table"),
        (None, "-", False, "table"),
        (None, "pay.xlsx", True, "xlsx"),
        ("xlsx", "pay.xlsx", True, "xlsx"),
        ("md", "pay.csv", False, "md"),
        (None, "pay.xlsx", False, "`pay.xlsx` would be xlsx, which this command does not write"),
        (None, "pay.html", True, "`pay.html` would be html, which this command does not write"),
        ("csv", "pay.xlsx", True, "`--format csv` does not go with `pay.xlsx`"),
        ("xlsx", "pay.csv", True, "`--format xlsx` does not go with `pay.csv`"),
        ("xlsx", None, True, "`--format xlsx` needs a file"),
    ],
)
def test_the_ending_of_a_file_decides(format: str | None, output: str | None, workbook: bool, expected: str) -> None:
    """What is not asked for by name follows from the file; a workbook is in a file of its ending, and only there."""
    try:
        found: str = chosen_format(format, False, output, workbook=workbook)
    except Stop as stopped:
        found = stopped.message
    assert found == expected


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "many", "²"])
def test_numbers_are_whole(text: str) -> None:
    """An option that counts takes whole numbers from one on."""
    with pytest.raises(Stop) as stopped:
        whole_number(text, "--threads")
    assert stopped.value.code is ExitCode.USAGE
    assert "--threads" in stopped.value.message


def test_messages_go_to_stderr_unless_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """A message never mixes with data, and `--quiet` silences it."""
    Settings().say("done")
    Settings(quiet=True).say("done")
    seen = capsys.readouterr()
    assert (seen.out, seen.err) == ("", "done\n")


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [(True, {}, True), (False, {}, False), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False)],
)
def test_colour_only_where_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, variables: dict[str, str], coloured: bool
) -> None:
    """Colour on a terminal, but not with NO_COLOR and not on a dumb one."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    assert is_coloured() is coloured
