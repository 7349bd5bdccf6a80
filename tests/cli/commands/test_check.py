"""`rung check`: findings where the author sees them, in each format."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.fixture
def wrong(acme: Path, tmp_path: Path) -> str:
    """A program with a misspelt metric: an unknown name, and a metric that nothing uses."""
    text = (acme / "2026.yaml").read_text("utf-8").replace("- revenue >=", "- revenu >=")
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    return "wrong.yaml"


def test_a_program_without_fault(rung: Shell, acme: Path) -> None:
    """No finding, one closing sentence, exit code 0."""
    answer = rung("check", str(acme / "2026.yaml"))
    assert (answer.code, answer.out, answer.err) == (0, "", "1 program: no errors\n")


def test_a_fault_is_shown_at_its_line(rung: Shell, wrong: str) -> None:
    """The finding has the author's line, marks the word, and names the likely one."""
    answer = rung("check", wrong)
    assert answer.code == ExitCode.INVALID
    assert "error RNG200 unknown-name" in answer.out
    assert "- revenu >= revenue_needed" in answer.out
    assert "revenue" in answer.out
    assert answer.err == "1 program: 1 error; more checks run once this is corrected\n"


def test_json_has_the_fields_others_rely_on(rung: Shell, wrong: str) -> None:
    """`--json` is a list of findings with place and help; line 1 is the first line."""
    answer = rung("check", wrong, "--json")
    assert answer.code == ExitCode.INVALID
    document = json.loads(answer.out)
    assert document["format"] == "rung.diagnostics/v1"
    (finding,) = (each for each in document["diagnostics"] if each["severity"] == "error")
    lines = Path(wrong).read_text("utf-8").splitlines()
    line = lines[finding["line"] - 1]
    assert line[finding["column"] - 1 : finding["end_column"] - 1] == "revenu"
    assert {"code", "name", "severity", "message", "file", "end_line", "help", "related"} <= finding.keys()
    assert answer.err == ""


def test_every_format_says_the_code(rung: Shell, wrong: str) -> None:
    """Each renderer names the finding; the exit code does not depend on the format."""
    for form in ("text", "concise", "json", "github", "sarif"):
        answer = rung("check", wrong, "--format", form)
        assert answer.code == ExitCode.INVALID
        assert "RNG200" in answer.out


def test_several_programs_are_checked_together(rung: Shell, acme: Path, wrong: str) -> None:
    """One faulty program among several gives exit code 3, and all are looked at."""
    answer = rung("check", str(acme / "2026.yaml"), wrong)
    assert answer.code == ExitCode.INVALID
    assert answer.err == "2 programs: 1 error; more checks run once this is corrected\n"


def test_only_an_early_error_leaves_checks_undone(rung: Shell, acme: Path) -> None:
    """An error of the last step, here a tier that no partner can reach, is told with all others."""
    text = (acme / "2026.yaml").read_text("utf-8")
    path = acme / "closed.yaml"
    path.write_text(text.replace("- revenue >= revenue_needed", "- revenue >= 9 USD and revenue < 8 USD"), "utf-8")
    answer = rung("check", str(path))
    assert "error RNG350" in answer.out
    assert "more checks" not in answer.err


def test_findings_can_go_to_a_file(rung: Shell, wrong: str) -> None:
    """`--output` takes the findings; stdout stays empty."""
    answer = rung("check", wrong, "--format", "concise", "--output", "found.txt")
    assert (answer.code, answer.out) == (ExitCode.INVALID, "")
    assert "RNG200" in Path("found.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "message"),
    [("absent.yaml", "there is no file `absent.yaml`"), ("folder", "there is no program in `folder`")],
)
def test_what_is_no_file_is_a_usage_error(rung: Shell, tmp_path: Path, name: str, message: str) -> None:
    """A missing file and a folder without programs are told apart, with a cure."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "2026.yaml").write_text("", "utf-8")
    answer = rung("check", name)
    assert answer.code == ExitCode.USAGE
    assert answer.err.startswith(f"error: {message}\n  = help: ")


def test_a_file_that_cannot_be_read_is_a_usage_error(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is given, without a traceback."""

    def denied(_: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    Path("mine.yaml").write_text("rung: 1\n", "utf-8")
    monkeypatch.setattr(Path, "open", denied)
    answer = rung("check", "mine.yaml")
    assert (answer.code, answer.err) == (ExitCode.USAGE, "error: cannot read `mine.yaml`: Permission denied\n")


def test_a_huge_file_is_refused_before_it_is_read(rung: Shell, tmp_path: Path) -> None:
    """A file beyond four mebibytes is no program."""
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(5 * 1024 * 1024)
    answer = rung("check", "huge.yaml")
    assert answer.code == ExitCode.INVALID
    assert "too large for a program" in answer.err


def test_two_formats_contradict_each_other(rung: Shell, wrong: str) -> None:
    """`--json` with another format is a usage error."""
    assert rung("check", wrong, "--json", "--format", "sarif").code == ExitCode.USAGE


def test_a_feed_is_checked_as_one(rung: Shell, acme: Path) -> None:
    """A feed is told by its key `feed`, and looked at with the record tables of its program."""
    answer = rung("check", str(acme / "feed.yaml"), str(acme / "2026.yaml"))
    assert (answer.code, answer.out, answer.err) == (0, "", "1 program, 1 feed: no errors\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("feed.yaml", "currency: USD", "currencies: USD", "RNG100"),
        ("feed.yaml", "records: 2026.yaml", "records: 2027.yaml", "RNG606"),
        ("feed.yaml", "partner_id: Partner", "partner: Partner", "RNG60"),
        ("2026.yaml", "currency: USD", "currency: XYZ", "RNG"),
        ("2026.yaml", "rung: 1", "rung: [", "RNG"),
    ],
)
def test_faults_of_a_feed(rung: Shell, acme: Path, tmp_path: Path, name: str, old: str, new: str, code: str) -> None:
    """Its shape, its program, its tables and its program's own errors are told, each at its line; in every format."""
    copy = Path(shutil.copytree(acme, tmp_path / "copy"))
    text = (copy / name).read_text("utf-8")
    (copy / name).write_text(text.replace(old, new, 1), "utf-8")
    for form in ("text", "json"):
        answer = rung("check", "copy/feed.yaml", "--format", form)
        assert answer.code == ExitCode.INVALID
        assert code in answer.out
        assert f"copy/{name}" in answer.out
    both = json.loads(rung("check", "copy/feed.yaml", "copy/2026.yaml", "--json").out)["diagnostics"]
    assert len(both) == len({json.dumps(each) for each in both})


def test_a_feed_is_no_program(rung: Shell, acme: Path) -> None:
    """Evaluating a feed says what is meant, and not seven times what a program has."""
    answer = rung("evaluate", str(acme / "feed.yaml"), "--data", str(acme), "--as-of", "2026-06-30")
    assert answer.code == ExitCode.INVALID
    assert answer.err.count("error") == 1
    assert "is a feed, not a program" in answer.err


def test_colour_is_for_terminals(rung: Shell, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal findings are coloured; not with NO_COLOR, not in a pipe, not in a file."""
    red = "\x1b[1;31m"
    assert red not in rung("check", wrong).out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert red in rung("check", wrong).out
    rung("check", wrong, "--output", "found.txt")
    assert red not in Path("found.txt").read_text("utf-8")
    monkeypatch.setenv("NO_COLOR", "1")
    assert red not in rung("check", wrong).out


def test_a_warning_is_counted_and_stops_nothing(rung: Shell, acme: Path, tmp_path: Path) -> None:
    """A metric that nobody uses is worth a word, and no more."""
    late = "  late: {title: Late, formula: revenue * 2}\n\ntiers:"
    (tmp_path / "noted.yaml").write_text((acme / "2026.yaml").read_text("utf-8").replace("\ntiers:", late), "utf-8")
    answer = rung("check", "noted.yaml")
    assert answer.code == 0
    assert "warning RNG211" in answer.out
    assert answer.err == "1 program: no errors, 1 warning\n"


def test_versions_that_govern_the_same_day(rung: Shell, tmp_path: Path) -> None:
    """Side by side in one folder they are told, with both places; in folders of their own they are two programs."""
    text = 'rung: 1\nprogram: ridge\nversion: "{}"\neffective: {{from: {}, before: {}}}\ncurrency: USD\n'
    (tmp_path / "2026.yaml").write_text(text.format("2026", "2026-01-01", "2027-01-01"), encoding="utf-8")
    (tmp_path / "2027.yaml").write_text(text.format("2027", "2026-12-31", "2028-01-01"), encoding="utf-8")
    answer = rung("check", "2026.yaml", "2027.yaml")
    assert answer.code == ExitCode.INVALID
    assert "RNG418" in answer.out and "both in force on 2026-12-31" in answer.out
    assert "2027.yaml:2:10" in answer.out and "2026.yaml:2:10" in answer.out
    (tmp_path / "other").mkdir()
    (tmp_path / "2027.yaml").rename(tmp_path / "other" / "2027.yaml")
    assert rung("check", "2026.yaml", "other/2027.yaml").code == 0


def test_a_draft_beside_its_version(rung: Shell, tmp_path: Path) -> None:
    """Both files are named; in another folder the draft is a program of its own, and with another version and days it
    is the next version.
    """
    text = (
        'rung: 1\nprogram: ridge\nversion: "2026"\neffective: {from: 2026-01-01, before: 2027-01-01}\ncurrency: USD\n'
    )
    (tmp_path / "2026.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "draft.yaml").write_text(text, encoding="utf-8")
    answer = rung("check", "2026.yaml", "draft.yaml")
    assert "`2026.yaml` and `draft.yaml` are both version 2026 of `ridge`, in force from 2026-01-01" in answer.out
    next_year = text.replace("2027", "2028").replace("2026", "2027")
    (tmp_path / "2027.yaml").write_text(next_year, encoding="utf-8")
    assert rung("check", "2026.yaml", "2027.yaml").code == 0
    (tmp_path / "drafts").mkdir()
    (tmp_path / "draft.yaml").rename(tmp_path / "drafts" / "draft.yaml")
    assert rung("check", "2026.yaml", "drafts/draft.yaml").code == 0


def test_a_warning_that_check_shows_whole_is_one_line_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """`rung evaluate` names it with its place; an error is shown with its lines as before."""
    from cli.findings import show
    from cli.options import Settings
    from engine.language.codes.meaning import UNUSED
    from engine.language.source import Span

    warning = UNUSED.at(Span("a.yaml", 2, 1, 2, 5), "`late` is not used", help="remove it")
    show(Settings(), [warning], {"a.yaml": b"rung: 1\nlate: 1\n"}, briefly=True)
    assert capsys.readouterr().err == "a.yaml:2:1: warning RNG211 unused: `late` is not used; remove it\n"


FEED_ERRORS = [
    ("records: 2026.yaml", "recrods: 2026.yaml", True),  # the shape of the feed
    ("records: 2026.yaml", "records: absent.yaml", True),  # the program whose tables it fills
    ("partner_id:", "partnr_id:", False),  # names, which are looked at last
]
TEST_ERRORS = [
    ("rung_test: 1", "rung_test: x", True),
    ("rung_test: 1", "rung_test: 1\nprogram: absent.yaml", True),
    ("tier: gold", "tier: gild", False),
]
CASES = """\
rung_test: 1
cases:
  a partner without sales:
    as_of: 2026-06-30
    expect: {tier: gold}
"""


@pytest.mark.parametrize(("before", "after", "more"), FEED_ERRORS)
def test_whether_more_checks_of_a_feed_follow(rung: Shell, acme: Path, before: str, after: str, more: bool) -> None:
    """Its form and its program come before the names; an error of the last step is told with all others."""
    told = told_of(rung, acme, "feed.yaml", (acme / "feed.yaml").read_text("utf-8"), before, after)
    assert told.endswith("; more checks run once this is corrected\n") is more, told


@pytest.mark.parametrize(("before", "after", "more"), TEST_ERRORS)
def test_whether_more_checks_of_a_test_file_follow(
    rung: Shell, acme: Path, before: str, after: str, more: bool
) -> None:
    """The same of cases: their form and their program come before what they expect."""
    told = told_of(rung, acme, "2026.test.yaml", CASES, before, after)
    assert told.endswith("; more checks run once this is corrected\n") is more, told


def told_of(rung: Shell, acme: Path, name: str, text: str, before: str, after: str) -> str:
    """The closing sentence about a file beside the program with one mistake."""
    assert before in text
    shutil.copy(acme / "2026.yaml", "2026.yaml")
    Path(name).write_text(text.replace(before, after, 1), "utf-8")
    answer = rung("check", name)
    assert answer.code == ExitCode.INVALID
    return answer.err
