"""`rung test`: the cases beside a program, as people and build servers call it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli import testing
from tests.cli.conftest import ROOT, Decided, Shell
from tests.engine.authoring.cases.suites import SMALL

TESTS = """\
rung_test: 1
as_of: 2026-06-30
cases:
  silver:
    given: {sales: [{closed_on: 2026-05-01, amount: 10_000 USD}]}
    expect: {tier: silver}
  too early:
    skip: waits for the price list
    expect: {tier: gold}
  wrong:
    given: {sales: [{closed_on: 2026-02-01, amount: 9_999.99 USD, channel: web}]}
    expect: {tier: silver, earnings: {rebate: {2026-Q1: 100 USD}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A program with its tests."""
    (tmp_path / "2026.yaml").write_text(SMALL)
    (tmp_path / "2026.test.yaml").write_text(TESTS)
    return tmp_path


def passing(folder: Path) -> None:
    """Tests that all pass."""
    (folder / "2026.test.yaml").write_text(TESTS[: TESTS.index("  wrong:")])


def test_a_failure_shows_what_differs(rung: Shell, folder: Path) -> None:
    """Expected and found with the place in the test file, then the lines of the program that decided."""
    answer = rung("test", "2026.yaml")
    assert answer.code == 4
    assert answer.err == ""
    told = answer.out.split("\n\n")
    assert told[0] == (
        "skip  too early: waits for the price list\n"
        "FAIL  wrong  2026.test.yaml:10:3\n"
        "      tier: expected silver, found registered  2026.test.yaml:12:20\n"
        "        2026.yaml:40  `revenue >= 10_000 USD` (silver) not met: 9,999.99 USD against 10,000.00 USD; "
        "0.01 USD more needed\n"
        "      rebate 2026-Q1: expected 100 USD, found none  2026.test.yaml:12:57\n"
        "        2026.yaml:53  rebate 2026-Q1: tier registered, eligible no, measure 9,999.99 USD, earned 0.00 USD, "
        "rounded 0.00 USD, limit 0.00 USD, amount 0.00 USD"
    )
    assert told[1].startswith("2026.yaml: ")
    assert "  2026.yaml:37  no case meets `size is enterprise` (large)\n" in told[1] + "\n"
    assert told[1].endswith("`--coverage` lists everything")
    assert told[2] == "1 test file: 1 case of 3 failed, 1 skipped\n"


def test_all_is_well(rung: Shell, folder: Path) -> None:
    """Exit code 0, and one sentence."""
    passing(folder)
    answer = rung("test", "2026.test.yaml")
    assert answer.code == 0
    assert answer.out.endswith("1 test file: 1 case passed, 1 skipped\n")


def test_folders_and_no_argument(rung: Shell, folder: Path) -> None:
    """A folder means the test files in it, hidden folders left out; nothing means this folder."""
    passing(folder)
    for name in ("other", ".hidden"):
        (folder / name).mkdir()
        (folder / name / "a.yaml").write_text(SMALL)
        (folder / name / "a.test.yaml").write_text(TESTS[: TESTS.index("  too early:")])
    assert rung("test").out.endswith("2 test files: 2 cases passed, 1 skipped\n")
    assert rung("test", "other", "2026.yaml", "2026.test.yaml").out.endswith(
        "2 test files: 2 cases passed, 1 skipped\n"
    )


def test_there_are_no_tests_yet(rung: Shell, folder: Path) -> None:
    """A program without tests says where they would stand and how to get a first one."""
    (folder / "2026.test.yaml").unlink()
    answer = rung("test", "2026.yaml")
    assert answer.code == 2
    assert answer.err == (
        "error: `2026.yaml` has no tests yet: there is no `2026.test.yaml` beside it\n"
        "  = help: write cases into `2026.test.yaml`, or take one from a decision: `rung test --from RUN PARTNER`\n"
    )
    assert rung("test", ".").err.startswith("error: there is no test file in `.`")
    assert rung("test", "2027.yaml").err.startswith("error: there is no file `2027.yaml`")


def test_some_cases(rung: Shell, folder: Path) -> None:
    """`-k` runs the cases whose name has the text; what they reach says nothing of the rest."""
    answer = rung("test", "2026.yaml", "-k", "SILV")
    assert (answer.code, answer.out) == (0, "1 test file: 1 case passed\n")
    assert rung("test", "2026.yaml", "-k", "nothing").out == "1 test file: no case was run\n"
    assert rung("test", "2026.yaml", "-k", "a", "--min-coverage", "5").code == 2


def test_update_writes_what_was_found(rung: Shell, folder: Path) -> None:
    """What changed is printed; the tests pass then; a second update writes nothing."""
    answer = rung("test", "2026.yaml", "--update")
    assert answer.code == 0
    assert answer.out.startswith(
        "updated      2026.test.yaml:12:20  tier of `wrong`: silver is now registered\n"
        "updated      2026.test.yaml:12:57  earnings rebate 2026-Q1 of `wrong`: 100 USD is now none\n\n"
    )
    after = (folder / "2026.test.yaml").read_text()
    assert after == TESTS.replace("{tier: silver, earn", "{tier: registered, earn").replace("100 USD", "none")
    again = rung("test", "2026.yaml", "--update")
    assert "updated" not in again.out
    assert (folder / "2026.test.yaml").read_text() == after


def test_update_leaves_what_rows_share(rung: Shell, folder: Path) -> None:
    """A value that rows disagree on is not overwritten: the tests still fail."""
    cases = (
        "  rows:\n    given: {sales: [{closed_on: 2026-05-01, amount: $amount}]}\n    expect: {tier: gold}\n"
        "    table: {columns: [amount], rows: [[1 USD], [10_000 USD]]}\n"
    )
    text = TESTS[: TESTS.index("  silver:")] + cases
    (folder / "2026.test.yaml").write_text(text)
    answer = rung("test", "2026.yaml", "--update")
    assert answer.code == 4
    assert answer.out.startswith(
        "not updated  2026.test.yaml:6:20  tier of `rows: 1 USD`: expected gold; several rows share this value"
    )
    assert (folder / "2026.test.yaml").read_text() == text


def test_json(rung: Shell, folder: Path) -> None:
    """The document `rung.test/v1`: counts, cases with their differences, what is reached."""
    answer = rung("test", "2026.yaml", "--json")
    found = json.loads(answer.out)
    assert answer.code == 4
    assert found["format"] == "rung.test/v1"
    assert (found["passed"], found["failed"], found["skipped"]) == (1, 1, 1)
    assert [(each["name"], each["status"]) for each in found["cases"]] == [
        ("silver", "passed"), ("too early", "skipped"), ("wrong", "failed")
    ]  # fmt: skip
    assert found["cases"][2]["differences"][0] == {
        "path": ["tier"], "about": "tier", "expected": "silver", "found": "registered", "line": 12, "column": 20,
    }  # fmt: skip
    assert found["files"] == [{"file": "2026.test.yaml", "program": "2026.yaml"}]
    (coverage,) = found["coverage"]
    assert coverage["program"] == "2026.yaml"
    assert coverage["reached"] + len(coverage["missed"]) == coverage["goals"]
    assert coverage["missed"][0].keys() == {"id", "kind", "text", "file", "line", "column"}
    assert found["changes"] == []
    assert json.loads(rung("test", "2026.yaml", "--json", "--update").out)["changes"][0] == {
        "case": "wrong", "path": ["tier"], "file": "2026.test.yaml", "line": 12, "column": 20, "before": "silver",
        "after": "registered", "refused": None,
    }  # fmt: skip


def test_coverage(rung: Shell, folder: Path) -> None:
    """`--coverage` lists everything; below `--min-coverage` the call fails."""
    passing(folder)
    whole = rung("test", "2026.yaml", "--coverage").out
    assert "  2026.yaml:40  a case meets `revenue >= 10_000 USD` (silver)\n" in whole
    assert "  2026.yaml:40  no case misses `revenue >= 10_000 USD` (silver)\n" in whole
    assert "and" not in whole.splitlines()[-2]
    low = rung("test", "2026.yaml", "--min-coverage", "90")
    assert low.code == 4
    assert low.out.splitlines()[-1] == "32% of the goals are covered, but 90% are required"
    assert rung("test", "2026.yaml", "--min-coverage", "32").code == 0
    assert rung("test", "2026.yaml", "--min-coverage", "half").code == 2


def test_junit(rung: Shell, folder: Path) -> None:
    """Build servers read suites, cases, failures and what was skipped."""
    rung("test", "2026.yaml", "--junit", "report.xml")
    root = ElementTree.parse(folder / "report.xml").getroot()
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3", "failures": "1", "errors": "0", "skipped": "1"
    }  # fmt: skip
    (suite,) = root
    assert [(case.get("name"), [child.tag for child in case]) for case in suite] == [
        ("silver", []), ("too early", ["skipped"]), ("wrong", ["failure"])
    ]  # fmt: skip
    failure = suite[2][0]
    assert failure.get("message") == (
        "tier: expected silver, found registered; rebate 2026-Q1: expected 100 USD, found none"
    )
    assert "`revenue >= 10_000 USD` (silver) not met" in (failure.text or "")


def test_files_that_cannot_be_run(rung: Shell, folder: Path) -> None:
    """Faults of a program or of a test file are told as `rung check` does: exit code 3, whatever else passes."""
    (folder / "good").mkdir()
    (folder / "good" / "2026.yaml").write_text(SMALL)
    (folder / "good" / "2026.test.yaml").write_text(TESTS[: TESTS.index("  too early:")])
    (folder / "2026.test.yaml").write_text(TESTS.replace("tier: silver}", "tier: silber}"))
    answer = rung("test", ".", "--junit", "report.xml")
    assert answer.code == 3
    assert "error RNG906 case-expectation: the program has no tier `silber`" in answer.err
    assert answer.out.endswith("2 test files: 1 case passed; 1 test file cannot be run\n")
    root = ElementTree.parse(folder / "report.xml").getroot()
    assert (root.get("tests"), root.get("errors")) == ("2", "1")
    alone = rung("test", "2026.test.yaml")
    assert (alone.code, alone.out) == (3, "1 test file: no case was run, because of the errors above\n")
    (folder / "2026.yaml").write_text(SMALL.replace("currency: USD", "currency: USX"))
    assert "currency" in rung("test", "2026.test.yaml").err
    (folder / "2026.yaml").unlink()
    assert "error RNG914 case-program: the program `2026.yaml` does not exist" in rung("test", "2026.test.yaml").err


def test_records_from_a_file(rung: Shell, folder: Path) -> None:
    """A CSV beside the test file; a link that leads out of its folder is not followed."""
    (folder / "tests").mkdir()
    inside = folder / "tests"
    (inside / "2026.yaml").write_text(SMALL)
    (inside / "2026.test.yaml").write_text(
        "rung_test: 1\nas_of: 2026-06-30\ncases:\n  a: {given: {sales: sales.csv}, expect: {tier: silver}}\n"
    )
    (inside / "sales.csv").write_text("closed_on,amount\n2026-05-01,10_000 USD\n")
    assert rung("test", "tests/2026.yaml").code == 0
    (folder / "sales.csv").write_text("closed_on,amount\n2026-05-01,10_000 USD\n")
    (inside / "sales.csv").unlink()
    (inside / "sales.csv").symlink_to(folder / "sales.csv")
    answer = rung("test", "tests/2026.yaml")
    assert answer.code == 3
    assert "the file `sales.csv` is outside the folder of the test file" in answer.err


def test_a_case_from_a_decision(rung: Shell, decided: Decided, acme: Path, tmp_path: Path) -> None:
    """It is written without names, below the cases there are, and passes."""
    home = ("--home", str(decided.home))
    (tmp_path / "2026.yaml").write_bytes((acme / "2026.yaml").read_bytes())
    printed = rung("test", "--from", decided.run, "P-0001", *home)
    assert printed.code == 0, printed.err
    assert printed.out.startswith(
        f"  as decided on 2026-06-30 in {decided.run}:\n    as_of: 2026-06-30\n    partner: P1\n"
    )
    assert "P-0" not in printed.out
    for partner in ("P-0001", "P-0022"):
        answer = rung("test", "--from", decided.run, partner, *home, "--output", "2026.test.yaml")
        assert (answer.code, answer.out) == (0, "")
        assert answer.err == "wrote a case into 2026.test.yaml\n"
    text = (tmp_path / "2026.test.yaml").read_text()
    assert text.startswith("rung_test: 1\n\ncases:\n")
    assert f'in {decided.run} (2)":' in text
    assert rung("test", "2026.yaml").out.endswith("1 test file: 2 cases passed\n")


def test_a_case_goes_below_what_the_file_has(rung: Shell, decided: Decided, acme: Path, tmp_path: Path) -> None:
    """Keys behind the cases stay behind; tables that the file gives to every case are said to be empty."""
    (tmp_path / "2026.yaml").write_bytes((acme / "2026.yaml").read_bytes())
    (tmp_path / "a.test.yaml").write_text(
        "rung_test: 1\nprogram: 2026.yaml\ncases:\n  one: {as_of: 2026-06-30, expect: {tier: registered}}\n"
        "given:\n  deals: [{submitted_on: 2026-05-01}]"
    )
    answer = rung("test", "--from", decided.run, "P-0001", "--home", str(decided.home), "--output", "a.test.yaml")
    assert answer.code == 0, answer.err
    text = (tmp_path / "a.test.yaml").read_text()
    assert text.index("as decided") < text.index("\ngiven:")
    assert "      deals: []\n" in text


def test_decisions_that_are_not_there(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """An unknown run or partner, a file that is no test file, and options that say nothing here."""
    home = ("--home", str(decided.home))
    assert rung("test", "--from", "run-none", "P-0001", *home).code == 3
    assert "has no partner `P-9999`" in rung("test", "--from", decided.run, "P-9999", *home).err
    (tmp_path / "notes.yaml").write_text("a: 1\n")
    answer = rung("test", "--from", decided.run, "P-0001", *home, "--output", "notes.yaml")
    assert (answer.code, answer.err.splitlines()[0]) == (
        3,
        "error: `notes.yaml` is not a test file, so no case is added to it",
    )
    assert rung("test", "--from", decided.run, "P-0001", "--update", *home).code == 2


def test_check_reads_test_files(rung: Shell, folder: Path) -> None:
    """`rung check` finds the faults of test files without deciding cases."""
    answer = rung("check", "2026.yaml", "2026.test.yaml")
    assert answer.code == 0
    assert "1 program, 1 test file: no errors" in answer.err
    (folder / "2026.yaml").write_text(SMALL.replace("currency: USD", "currency: USX"))
    for names in (["2026.test.yaml"], ["2026.test.yaml", "./2026.yaml"], ["."], ["2026.yaml", "2026.test.yaml"]):
        answer = rung("check", *names)  # what is wrong with the program is told, once, however many files it concerns
        assert answer.code == 3
        assert [each for each in answer.out.splitlines() if each.startswith("error")] == [
            "error RNG530 currency-unknown: `USX` is not a currency code of ISO 4217"
        ]
        assert "1 error; more checks run once this is corrected" in answer.err


def test_there_is_an_end_to_records(rung: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file can make of few lines is bounded, and so is what it can have read."""
    monkeypatch.setattr(testing, "MOST_RECORDS", 30)
    monkeypatch.setattr(testing, "MOST_FILES", 1)
    cases = "  {}: {{given: {{visits: {}}}, expect: {{tier: registered}}}}\n"
    head = TESTS[: TESTS.index("  silver:")]
    rows = "[{times: 20, day: 2026-05-01}]"
    (folder / "many.yaml").write_text("program: 2026.yaml\n" + head + cases.format("a", rows) + cases.format("b", rows))
    answer = rung("test", "many.yaml")
    assert answer.code == 3
    assert "error RNG905 case-records: the cases up to here have more than 30 records together" in answer.err
    (folder / "many.yaml").write_text(
        "program: 2026.yaml\n" + head + cases.format("a", "a.csv") + cases.format("b", "b.csv")
    )
    assert "error RNG911 case-file: the cases take records from more than 1 files" in rung("test", "many.yaml").err


@pytest.mark.long
def test_the_shipped_programs_are_tested_whole(rung: Shell) -> None:
    """Their cases pass and reach every goal: each line both ways, each edge, each tier, benefit, band and limit."""
    answer = rung("test", str(ROOT / "programs"), "--min-coverage", "100")
    assert (answer.code, answer.err) == (0, ""), answer.out
