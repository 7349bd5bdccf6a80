"""The shell against nonsense and damage: a sentence and the right exit code, never a traceback, never half a result."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from cli.exits import ExitCode
from tests.cli.conftest import Answer, Decided, Shell
from tests.longer import every

pytestmark = pytest.mark.search

DAY = ("--as-of", "2026-06-30")
DONE, USAGE, INVALID, INTEGRITY = ExitCode.DONE, ExitCode.USAGE, ExitCode.INVALID, ExitCode.INTEGRITY
REFUSED = ExitCode.REFUSED
LONG = "x" * 300


def is_told(answer: Answer) -> bool:
    """Whether a person was told something, and nothing of rung's inside."""
    inside = ("Traceback", "internal error", 'File "', "duckdb", "read_parquet")
    return bool(answer.err) and not any(word in answer.err + answer.out for word in inside)


NONSENSE = (
    (USAGE, "evaluate"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme}"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-02-30"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 10000-01-01"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 20260630"),
    (INVALID, "evaluate {acme}/2026.yaml --data {acme} --as-of 0001-01-01"),
    (INVALID, "evaluate {acme}/2026.yaml --data {acme} --as-of 9999-12-31"),
    (USAGE, "evaluate nothing.yaml --data {acme} --as-of 2026-06-30"),
    (USAGE, "evaluate {acme} --data {acme} --as-of 2026-06-30"),
    (INVALID, "evaluate {acme}/feed.yaml --data {acme} --as-of 2026-06-30"),
    (INVALID, "evaluate /dev/null --data {acme} --as-of 2026-06-30"),
    (INVALID, "evaluate /dev/zero --data {acme} --as-of 2026-06-30"),
    (INVALID, "evaluate {acme}/2026.yaml --data {acme}/2026.yaml --as-of 2026-06-30"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme}/demo/sales.csv --as-of 2026-06-30"),
    (USAGE, "evaluate {acme}/2026.yaml --data /dev/zero --as-of 2026-06-30"),
    (USAGE, "evaluate {acme}/2026.yaml --data run-1234 --as-of 2026-06-30"),
    (INVALID, "evaluate {acme}/2026.yaml --data snap- --as-of 2026-06-30"),
    (INVALID, "evaluate {acme}/2026.yaml --data snap-* --as-of 2026-06-30"),
    (INVALID, "evaluate {acme}/2026.yaml --data snap-../../etc --as-of 2026-06-30"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --recheck 99999999999999999999999"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --shards 99999999999999999999999"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --threads 99999999999999999999999"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --threads -1"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --memory banana"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --memory -5GB"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --memory 2GB';SELECT"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --memory 1MB"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --output {acme}"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --output nowhere/x.json"),
    (REFUSED, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --home {acme}/2026.yaml"),
    (REFUSED, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --home /dev/null"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --home /proc/rung"),
    (USAGE, "evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30 --home " + LONG),
    (USAGE, "explain"),
    (USAGE, "explain run-1234"),
    (USAGE, "explain snap-1234 P-0001"),
    (USAGE, "explain ../../etc/passwd P-0001"),
    (USAGE, "explain RNG999999"),
    (INVALID, "explain run- P-0001"),
    (INVALID, "explain run-* P-0001"),
    (INVALID, "explain {run} P-9999 --home {home}"),
    (INVALID, "explain {run} ';--"),
    (USAGE, "explain {run} P-0001 --why-not diamond --home {home}"),
    (USAGE, "explain {run} P-0001 --incentive nothing --home {home}"),
    (USAGE, "replay"),
    (USAGE, "replay {run} --by magic --home {home}"),
    (USAGE, "replay snap-1234"),
    (INVALID, "replay {run}0000 --home {home}"),
    (USAGE, "import nothing"),
    (INVALID, "import {acme} --files /etc"),
    (USAGE, "import {acme} --files nowhere"),
    (USAGE, "import {acme} --control nothing.yaml"),
    (INVALID, "import {acme} --control /dev/zero"),
    (INVALID, "check /dev/zero"),
)


@pytest.mark.parametrize(("code", "line"), NONSENSE, ids=lambda value: str(value)[:90])
def test_nonsense_is_answered(rung: Shell, acme: Path, decided: Decided, code: ExitCode, line: str) -> None:
    """A line that makes no sense has its exit code, prints no data, and leaves no run by half or without cause."""
    answer = rung(*(each.format(acme=acme, run=decided.run, home=decided.home) for each in line.split()))
    assert answer.code == code
    assert is_told(answer)
    assert answer.out == ""
    assert list(Path().rglob("*pending*")) == []
    assert "--output" in line or list(Path(".rung").glob("runs/run-*")) == []


def test_an_unknown_partner_has_a_page(rung: Shell, decided: Decided) -> None:
    """RNG807: the run decided nobody of that id."""
    said = rung("explain", decided.run, "P-9999", "--home", str(decided.home)).err
    assert "error RNG807 unknown-partner" in said
    assert "`rung evaluate .. --show partners` lists the ids" in said


def test_an_id_in_other_letters_is_offered(rung: Shell, decided: Decided) -> None:
    """RNG807: ids match exactly; the one that differs in capitals and marks only is probably meant."""
    case = ("test", "--from", decided.run, "p0001", "--output", "case.test.yaml")
    for command in (("explain", decided.run, "p_0001"), case):
        said = rung(*command, "--home", str(decided.home)).err
        assert "did you mean `P-0001`?" in said, said


@pytest.mark.parametrize("home", ["odd ' \" ; %s {} [a] * ? 世界", "new\nline", "-dash", "a/b/c", "#hash", "s3:bucket"])
def test_odd_folders_are_folders(rung: Shell, acme: Path, home: str) -> None:
    """No character in a path means anything to the database, the shell or a spreadsheet."""
    shutil.copytree(acme, Path("vendor ' [x] *"))
    line = ("evaluate", "vendor ' [x] */2026.yaml", "--data", "vendor ' [x] *", *DAY, f"--home={home}")
    assert rung(*line).code == DONE
    assert len(list((Path(home) / "runs").iterdir())) == 1
    assert rung("replay", next((Path(home) / "runs").iterdir()).name, f"--home={home}").code == DONE


def test_a_folder_that_looks_like_a_pattern_is_that_folder(rung: Shell, acme: Path) -> None:
    """Records of the folder `data[1]`, not of its neighbour `data1` that a pattern would find; workspaces likewise."""
    shutil.copytree(acme, "data[1]")
    shutil.copytree(acme, "data1")
    neighbour = Path("data1/demo/sales.csv")
    neighbour.write_text(neighbour.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    line = ("evaluate", str(acme / "2026.yaml"), *DAY, "--format", "csv")
    assert rung(*line, "--data", "data1", "--home", "home1").code == DONE
    found = rung(*line, "--data", "data[1]", "--home", "home[1]")
    assert (found.code, found.out) == (DONE, rung(*line, "--data", str(acme), "--home", "home2").out)


def test_an_empty_home_is_no_home(rung: Shell, acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUNG_HOME set to nothing means the usual folder, not the current one."""
    monkeypatch.setenv("RUNG_HOME", "")
    assert rung("import", str(acme)).code == DONE
    assert sorted(path.name for path in Path().iterdir()) == [".rung"]


def test_output_never_replaces_a_device_or_a_link(rung: Shell, acme: Path) -> None:
    """What is no file is written into; a link stays one, and its target has the data."""
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert rung("import", str(acme), "--output", "pipe").code == DONE
    assert os.read(reader, 9) == b"snapshot "
    os.close(reader)
    assert Path("pipe").is_fifo()
    Path("link").symlink_to("target")
    assert rung("import", str(acme), "--output", "link").code == DONE
    assert Path("link").is_symlink()
    assert Path("target").read_bytes().startswith(b"snapshot ")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this machine has no /dev/full")
def test_a_full_disk_is_said(rung: Shell, acme: Path) -> None:
    """The output cannot be written: a sentence, not a fault of rung."""
    answer = rung("import", str(acme), "--output", "/dev/full")
    assert answer.code == USAGE
    assert "no space left" in answer.err


def cut(path: Path) -> None:
    """The file ends after its first half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def halve(path: Path) -> None:
    """A sound Parquet file with half of the rows."""
    table = parquet.read_table(path)
    parquet.write_table(table.slice(0, table.num_rows // 2), path)


def become_folder(path: Path) -> None:
    """A folder stands where the file was."""
    path.unlink()
    path.mkdir()


def say(text: str) -> Callable[[Path], None]:
    """The file says something else."""

    def said(path: Path) -> None:
        path.write_text(text, "utf-8")

    return said


def swap(old: str, new: str) -> Callable[[Path], None]:
    """One word of the file is another."""

    def swapped(path: Path) -> None:
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return swapped


DAMAGE: tuple[tuple[str, Callable[[Path], None], str, str], ...] = (
    # what, how, the code of `evaluate`, the code of `replay`
    ("snapshots/*/sales.parquet", cut, "RNG770", "RNG804"),
    ("snapshots/*/sales.parquet", halve, "RNG770", "RNG804"),
    ("snapshots/*/sales.parquet", Path.unlink, "RNG770", "RNG804"),
    ("snapshots/*/sales.parquet", become_folder, "RNG770", "RNG804"),
    ("snapshots/*/manifest.json", say(""), "RNG770", "RNG804"),
    ("snapshots/*/manifest.json", say("[" * 100_000), "RNG770", "RNG804"),
    ("snapshots/*/manifest.json", Path.unlink, "RNG770", "RNG804"),
    ("snapshots/*/manifest.json", swap('"rows":24', '"rows":25'), "RNG770", "RNG804"),
    ("snapshots/*/manifest.json", swap("rung.snapshot/v1", "rung.snapshot/v9"), "RNG772", "RNG804"),
    ("runs/*/statuses.parquet", cut, "RNG800", "RNG800"),
    ("runs/*/earnings.parquet", halve, "RNG800", "RNG800"),
    ("runs/*/conditions.parquet", Path.unlink, "RNG800", "RNG800"),
    ("runs/*/program.yaml", swap("gold", "golf"), "RNG800", "RNG800"),
    ("runs/*/program.yaml", Path.unlink, "RNG800", "RNG800"),
    ("runs/*/manifest.json", swap("2026-06-30", "2026-05-31"), "RNG800", "RNG800"),
    ("runs/*/manifest.json", say(""), "RNG800", "RNG800"),
    ("runs/*/manifest.json", say("[1, 2]"), "RNG800", "RNG800"),
    ("runs/*/manifest.json", say("[" * 100_000), "RNG800", "RNG800"),
    ("runs/*/manifest.json", swap("rung.run/v1", "rung.run/v9"), "RNG810", "RNG810"),
)
UNREADABLE = ("RNG772", "RNG810")
"""A form this version does not read is an error of the input (3); all else is a hash that does not hold (7)."""


@pytest.mark.parametrize(("what", "how", "evaluating", "replaying"), every(2, DAMAGE))
def test_damage_is_named(
    rung: Shell,
    acme: Path,
    decided: Decided,
    tmp_path: Path,
    what: str,
    how: Callable[[Path], None],
    evaluating: str,
    replaying: str,
) -> None:
    """A damaged snapshot or run decides and replays nothing, explains nothing else than before, and is not mended."""
    home = tmp_path / "home"
    shutil.copytree(decided.home, home)
    (path,) = home.glob(what)
    how(path)
    files = sorted(home.rglob("*"))
    for code, line in (
        (evaluating, ("evaluate", str(acme / "2026.yaml"), "--data", str(acme), *DAY)),
        (replaying, ("replay", decided.run)),
    ):
        answer = rung(*line, "--home", "home")
        assert answer.code == (INVALID if code in UNREADABLE else INTEGRITY)
        assert f"error {code} " in answer.err
        assert is_told(answer)
        assert "identical" not in answer.out
    answer = rung("explain", decided.run, "P-0024", "--home", "home")
    before = rung("explain", decided.run, "P-0024", "--home", str(decided.home))
    assert answer == before or (answer.code in (INVALID, INTEGRITY) and answer.out == "" and is_told(answer))
    listed = rung("runs", "--home", "home")
    assert listed.code in (INVALID, INTEGRITY)
    assert listed.out.splitlines()[1:] == ["run", decided.run]
    assert sorted(home.rglob("*")) == files


def test_what_else_lies_about_is_left_alone(rung: Shell, acme: Path, decided: Decided, tmp_path: Path) -> None:
    """Foreign folders and links among the runs are told by `runs` and harm nobody; with a run's name, as damage."""
    home = tmp_path / "home"
    shutil.copytree(decided.home, home)
    (home / "runs" / "stuff").write_text("x")
    answer = rung("runs", "--home", "home")
    assert (answer.code, answer.err.count("warning RNG801")) == (DONE, 1)
    (home / "runs" / "run-00000000000000aa").mkdir()
    (home / "runs" / "run-00000000000000bb").symlink_to("/etc")
    answer = rung("runs", "--home", "home")
    assert (answer.code, answer.err.count("error RNG800")) == (INTEGRITY, 2)
    assert decided.run in answer.out
    assert rung("replay", decided.run, "--home", "home").code == DONE
    assert rung("evaluate", str(acme / "2026.yaml"), "--data", str(acme), *DAY, "--home", "home").code == DONE
    assert "RNG792" in rung("replay", "run-0000", "--home", "home").err
    notes = home / "runs" / decided.run / "attestations"
    notes.mkdir(exist_ok=True)
    (notes / "recheck-junk.json").write_text("[" * 100_000)
    answer = rung("runs", "--home", "home")
    assert (answer.code, "error RNG812" in answer.err) == (INTEGRITY, True)


def test_a_snapshot_of_another_program_is_refused(rung: Shell, acme: Path) -> None:
    """RNG771: the program declares a field that the records were imported without."""
    shutil.copytree(acme, "acme")
    snapshot = rung("import", "acme").out.split()[1]
    program = Path("acme/2026.yaml")
    fields = "\nrecords:\n  extends: standard\n  sales:\n    fields:\n      margin: {type: decimal}\n"
    program.write_text(program.read_text("utf-8") + fields, "utf-8")
    answer = rung("evaluate", "acme/2026.yaml", "--data", snapshot, *DAY)
    assert answer.code == INVALID
    assert "error RNG771 " in answer.err
    assert is_told(answer)
