"""Somebody who knows the code changes a workspace: no command prints a figure from it with exit code 0."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from cli.app import run
from cli.exits import ExitCode
from cli.stored import examined, program_of
from engine.canonical import canonical_json, document_hash
from engine.records.files import file_hash
from engine.records.snapshot import count_and_totals, read_snapshot, stored_rows
from engine.records.verify import verify_snapshot
from engine.runs.store import open_run
from engine.workspace import Workspace
from tests.cli.commands.test_publish import FEED, PARTNERS, PROGRAM, SALES
from tests.cli.conftest import Answer, Shell
from tests.engine.runs.forging import forge
from tests.longer import every

pytestmark = pytest.mark.search

DAY = ("--as-of", "2026-12-31")
PAID = "250.00"  # 10 % of 100, 400 and 2,000 USD
PARENTS = PARTNERS.replace("partner_id\nP1\nP2\n", "partner_id,parent_id\nP1,\nP2,P1\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a program, its records, and a workspace with two runs and a publication. Do not write into it."""
    folder = tmp_path_factory.mktemp("made")
    feed = FEED.replace("fields: {partner_id: partner_id}", "fields: {partner_id: partner_id, parent_id: parent_id}")
    files = {"2026.yaml": PROGRAM, "feed.yaml": feed, "partners.csv": PARENTS, "sales.csv": SALES}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    home = ("--home", str(folder / "home"), "--quiet")
    program, data = str(folder / "2026.yaml"), ("--data", str(folder / "feed.yaml"))
    assert run(["evaluate", program, *data, *DAY, *home, "--output", str(folder / "first.txt")]) == 0
    assert run(["evaluate", program, *data, "--as-of", "2026-08-31", *home, "--output", os.devnull]) == 0
    assert run(["publish", program, *home, "--output", os.devnull]) == 0
    return folder


class Attacked:
    """A copy of the folder, and the commands that read the workspace in it."""

    def __init__(self, rung: Shell, folder: Path) -> None:
        self.rung = rung
        self.home = folder / "home"
        self.workspace = Workspace(self.home)
        self.snapshot = next((self.home / "snapshots").iterdir())
        self.run = next(each for each in (self.home / "runs").iterdir() if b'"as_of":"2026-12-31"' in manifest(each))
        self.other = next(each for each in (self.home / "runs").iterdir() if each != self.run)

    def ask(self, *words: str) -> Answer:
        """Run a command on the copy."""
        return self.rung(*words, "--home", str(self.home))

    def answers(self) -> Iterator[tuple[str, Answer]]:
        """Every command that could print a figure of the run."""
        for words in (
            ("explain", self.run.name, "P2"),
            ("test", "--from", self.run.name, "P2"),
            ("diff", self.run.name, self.other.name, "--exit-zero"),
            ("evaluate", "2026.yaml", "--data", self.snapshot.name, *DAY),
            ("evaluate", "2026.yaml", "--data", "feed.yaml", *DAY),
            ("runs",),
            ("replay", self.run.name),
            ("doctor",),
        ):
            yield words[0], self.ask(*words)

    def refuse(self) -> None:
        """Every command ends with 7, and none prints what is paid. `rung runs` names it, and says no more of it."""
        for name, answer in self.answers():
            assert (name, answer.code) == (name, ExitCode.INTEGRITY), answer.err + answer.out
            if name == "runs":
                _, said, below = answer.out.partition(f"\n{self.run.name}")
                assert "Damaged runs" in answer.out.partition(self.run.name)[0] if said else True
                assert below.partition("\n")[0] == ""
            else:
                assert self.run.name not in answer.out or name in ("doctor", "replay")
            assert "identical" not in answer.out.replace("not identical", "")
            assert not re.search(r"\d,\d{3}\.\d\d|\d\.\d\d USD", answer.out)


def manifest(folder: Path) -> bytes:
    """The bytes of a manifest."""
    return (folder / "manifest.json").read_bytes()


@pytest.fixture
def attacked(rung: Shell, made: Path, tmp_path: Path) -> Attacked:
    """A copy to attack, in the folder where commands run."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Attacked(rung, tmp_path)


def rewrite(snapshot: Path, table: str, select: str, **more: object) -> None:
    """Change the rows of a table of a snapshot, with the hash of its file, its totals and `more` made to fit."""
    path = snapshot / f"{table}.parquet"
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE stored AS FROM {stored_rows(path)}")
    connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    document = json.loads(manifest(snapshot))
    known, _ = read_snapshot(snapshot)
    assert known is not None
    found = known.table(table)
    assert found is not None
    _, totals = count_and_totals(connection, stored_rows(path), found.fields)
    document["tables"][table] |= {"file_sha256": file_hash(path), "totals": totals, **more}
    (snapshot / "manifest.json").write_bytes(canonical_json(document) + b"\n")


@pytest.mark.long
def test_a_sound_workspace_is_sound(attacked: Attacked) -> None:
    """Before anything is changed, the commands answer, and doctor counts what it examined."""
    answers = dict(attacked.answers())
    assert {name: answer.code for name, answer in answers.items()} == dict.fromkeys(answers, 0)
    assert PAID in answers["evaluate"].out
    assert "sound. Examined: 1 snapshot, 2 runs, 1 publication, 0 attestations" in answers["doctor"].out


@pytest.mark.parametrize(
    ("table", "select"),
    every(
        3,
        [
            ("sales", "SELECT * REPLACE (CAST(amount * 10 AS DECIMAL(15, 2)) AS amount) FROM stored"),
            ("sales", "SELECT * FROM stored WHERE sale_id <> 'S1'"),
            ("sales", "SELECT * FROM stored ORDER BY amount DESC"),
            ("sales", "SELECT * REPLACE (CAST(amount AS DOUBLE) AS amount) FROM stored"),
            ("sales", "SELECT * REPLACE (CAST(amount + 0.004 AS DECIMAL(18, 3)) AS amount) FROM stored"),
            ("partners", "SELECT *, 'gold' AS level FROM stored"),
            ("reach", "SELECT * FROM stored WHERE partner_id = source_id"),
        ],
    ),
)
def test_other_records_are_refused(attacked: Attacked, table: str, select: str) -> None:
    """A sale times ten, a row less, another order, another type with the same text, one column more, fewer children."""
    rewrite(attacked.snapshot, table, select)
    attacked.refuse()


def test_forged_records_are_not_compared(attacked: Attacked) -> None:
    """Two snapshots are verified before their rows are compared."""
    rewrite(attacked.snapshot, "sales", "SELECT * REPLACE (CAST(amount * 10 AS DECIMAL(15, 2)) AS amount) FROM stored")
    answer = attacked.ask("diff", attacked.snapshot.name, attacked.snapshot.name, "--exit-zero")
    assert (answer.code, answer.out) == (ExitCode.INTEGRITY, "")


def test_the_record_of_an_import_is_verified(attacked: Attacked) -> None:
    """A later day than the feed declared does not make the records complete, though the tables were verified before."""
    line = ("evaluate", "2026.yaml", "--data", attacked.snapshot.name, *DAY)
    assert attacked.ask(*line).code == 0
    (record,) = attacked.snapshot.glob("imports/*/import.json")
    record.write_bytes(record.read_bytes().replace(b"{", b'{"complete_through":"2026-12-31",', 1))
    for words in ((*line, "--complete"), line, ("evaluate", "2026.yaml", "--data", "feed.yaml", *DAY)):
        answer = attacked.ask(*words)
        assert (answer.code, answer.out) == (ExitCode.INTEGRITY, "")
        assert f"the import record `{record.parent.name}`" in answer.err


@pytest.mark.long
def test_reach_cannot_be_made_to_fit(attacked: Attacked) -> None:
    """`reach` is no part of an id: its own hash may be adjusted, it can be left out, or another table derived."""
    before = manifest(attacked.snapshot)
    connection = duckdb.connect()
    rows = stored_rows(attacked.snapshot / "reach.parquet")
    kept = [each for each in connection.execute(f"FROM {rows}").fetchall() if each[0] == each[1]]
    lines = "".join(f"{len(a)}:{a}|{len(b)}:{b}|\n" for a, b in kept)
    head = canonical_json([["partner_id", {"kind": "id"}], ["source_id", {"kind": "id"}]]) + b"\n"
    digest = sha256(head + lines.encode()).hexdigest()
    rewrite(
        attacked.snapshot, "reach", "SELECT * FROM stored WHERE partner_id = source_id", rows=len(kept), sha256=digest
    )
    attacked.refuse()
    document = json.loads(before)
    reach = document["tables"].pop("reach")
    for tables in ({}, {"reach": reach, "bonus": reach | {"file": "bonus.parquet"}}):
        shutil.copy(attacked.snapshot / "reach.parquet", attacked.snapshot / "bonus.parquet")
        changed = {**document, "tables": document["tables"] | tables}
        (attacked.snapshot / "manifest.json").write_bytes(canonical_json(changed) + b"\n")
        attacked.refuse()


@pytest.mark.long
def test_a_run_that_fits_in_itself_is_refused(attacked: Attacked) -> None:
    """Rows, leaves, root and manifest made anew from forged amounts: the records give others."""
    stored, _ = open_run(attacked.workspace, attacked.run.name)
    assert stored is not None
    known, _ = program_of(stored)
    assert known is not None
    forge(stored, known[1], "earnings", "SELECT * REPLACE (amount * 10 AS amount) FROM stored")
    answers = dict(attacked.answers())
    assert answers.pop("replay").code == ExitCode.DIFFERENCES
    assert {name: answer.code for name, answer in answers.items()} == dict.fromkeys(answers, ExitCode.INTEGRITY)
    assert not any("2,500" in answer.out for answer in answers.values())


def test_another_program_is_refused(attacked: Attacked) -> None:
    """The program that a run keeps has a higher rate, and the manifest its hash, or the run is given out for its."""
    program = attacked.run / "program.yaml"
    program.write_text(program.read_text("utf-8").replace("10%", "90%"), encoding="utf-8")
    change(attacked.run, ("program", "sha256"), file_hash(program))
    attacked.refuse()


@pytest.mark.long
def test_files_of_another_run_are_refused(attacked: Attacked) -> None:
    """The tables of two runs are swapped, then the whole folders."""
    tables = [each.name for each in attacked.run.glob("*.parquet")]
    for name in tables:
        swap(attacked.run / name, attacked.other / name)
    attacked.refuse()
    for name in tables:
        swap(attacked.run / name, attacked.other / name)
    swap(attacked.run, attacked.other)
    attacked.refuse()


def swap(one: Path, other: Path) -> None:
    """Two places, each with the content of the other."""
    aside = one.with_name(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def change(folder: Path, path: Sequence[str | int], value: object) -> None:
    """Another value in the manifest of a run, whose own hash is made to fit."""
    document = json.loads(manifest(folder))
    del document["sha256"]
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    (folder / "manifest.json").write_bytes(canonical_json(document | {"sha256": document_hash(document)}))


def leaves(document: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a document, of empty lists and mappings too."""
    items: Sequence[tuple[str | int, object]] = ()
    if isinstance(document, Mapping):
        items = tuple(document.items())
    elif isinstance(document, list):
        items = tuple(enumerate(document))
    if not items:
        yield path
    for key, value in items:
        yield from leaves(value, (*path, key))


def kinds(document: Mapping[str, object]) -> dict[str, tuple[str | int, ...]]:
    """The fields of a manifest, the last of each kind: tables and columns have the same fields under many names."""
    named = ("tables", "results", "totals")
    return {
        ".".join(
            "*" if isinstance(key, int) or (at and path[at - 1] in named) else key for at, key in enumerate(path)
        ): path
        for path in leaves(document)
    }


def other_value(value: object) -> object:
    """A value of the same kind that is another one."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if value.endswith(".yaml"):
            return f"other/{value}"
        case str():
            return value[:-1] + ("1" if value.endswith("0") else "0") if value else "x"
        case None:
            return "2026-01-01"
        case list():
            return ["x"]
        case _:
            return {"x": "x"}


def at(document: object, path: Sequence[str | int]) -> object:
    """The value at a path."""
    for key in path:
        document = document[key]  # type: ignore[index]  # JSON
    return document


UNPROVED = {"program.file", "engine.duckdb", "engine.rung"}
"""What nothing can derive: the path of the program, the versions that computed the run. No amount depends on them."""


@pytest.mark.long
def test_every_field_of_a_run_is_covered(attacked: Attacked) -> None:
    """Each field of the manifest, changed with the manifest's own hash made to fit: refused, but for three."""
    before = manifest(attacked.run)
    document = json.loads(before)
    del document["sha256"]
    fields = kinds(document)
    assert len(fields) > 30
    passed = set()
    for kind, path in fields.items():
        (attacked.run / "manifest.json").write_bytes(before)
        change(attacked.run, path, other_value(at(document, path)))
        found, findings = open_run(attacked.workspace, attacked.run.name)
        if found is not None and not findings and not examined(attacked.workspace, found)[1]:
            passed.add(kind)
    assert passed == UNPROVED
    for kind in UNPROVED:
        document = json.loads(before)
        place = at(document, fields[kind][:-1])
        assert isinstance(place, dict)
        place[fields[kind][-1]] = "other"
        (attacked.run / "manifest.json").write_bytes(canonical_json(document))
        assert open_run(attacked.workspace, attacked.run.name)[0] is None


def test_every_field_of_a_snapshot_is_covered(attacked: Attacked) -> None:
    """Each field of the manifest, changed: refused; one more field as well."""
    document = json.loads(manifest(attacked.snapshot))
    fields = kinds(document)
    assert len(fields) > 15
    for path in fields.values():
        changed = json.loads(json.dumps(document))
        place = at(changed, path[:-1])
        place[path[-1]] = other_value(at(document, path))  # type: ignore[index]  # JSON
        (attacked.snapshot / "manifest.json").write_bytes(canonical_json(changed) + b"\n")
        snapshot, findings = read_snapshot(attacked.snapshot)
        assert findings or (snapshot is not None and verify_snapshot(snapshot)), path
    (attacked.snapshot / "manifest.json").write_bytes(canonical_json(document | {"paid": True}) + b"\n")
    assert read_snapshot(attacked.snapshot)[0] is None


def test_every_field_of_a_publication_is_covered(attacked: Attacked) -> None:
    """Each field, changed alone; and with the id made to fit: all that its program says, and what this machine saw."""
    path = attacked.home / "published" / "000000" / "publication.json"
    document = json.loads(path.read_bytes())
    assert attacked.ask("publish", "--list").code == 0
    for field in leaves(document):
        changed = json.loads(json.dumps(document))
        at(changed, field[:-1])[field[-1]] = other_value(at(document, field))  # type: ignore[index]  # JSON
        path.write_bytes(canonical_json(changed))
        assert attacked.ask("publish", "--list").code == ExitCode.INTEGRITY, field
        del changed["id"]
        path.write_bytes(canonical_json(changed | {"id": document_hash(changed)}))
        assert attacked.ask("publish", "--list").code == ExitCode.INTEGRITY or field == ("id",), field


def files_of(home: Path) -> list[str]:
    """Every file of a workspace, by its place."""
    return sorted(str(each.relative_to(home)) for each in home.rglob("*") if each.is_file())


def flip(path: Path) -> None:
    """One bit in the middle of a file is another."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("how", every(2, [flip, Path.unlink]))
def test_every_file_counts(attacked: Attacked, how: Callable[[Path], None]) -> None:
    """Whatever file of the workspace is damaged, doctor says so; all is well again when it is back."""
    shutil.rmtree(attacked.other)
    for name in files_of(attacked.home):
        path = attacked.home / name
        kept = path.read_bytes()
        how(path)
        answer = attacked.ask("doctor")
        assert (name, answer.code) == (name, ExitCode.INTEGRITY)
        path.write_bytes(kept)
    assert attacked.ask("doctor").code == 0


def test_a_change_with_the_same_size_and_time_is_seen(attacked: Attacked) -> None:
    """What was verified is remembered by the time of the last change as well, which nobody can set back."""
    assert attacked.ask("explain", attacked.run.name, "P2").code == 0
    path = attacked.run / "earnings.parquet"
    before = path.stat()
    flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    assert attacked.ask("explain", attacked.run.name, "P2").code == ExitCode.INTEGRITY
    assert attacked.ask("runs").code == ExitCode.INTEGRITY


def test_what_was_verified_is_not_verified_again(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time, nothing is read to verify; doctor and replay read everything."""
    assert attacked.ask("explain", attacked.run.name, "P2").code == 0
    read: list[str] = []

    def hashed(path: Path) -> str:
        read.append(path.name)
        return file_hash(path)

    for module in ("engine.runs.damage", "engine.records.verify"):
        monkeypatch.setattr(f"{module}.file_hash", hashed)
    assert attacked.ask("explain", attacked.run.name, "P2").code == 0
    assert [each for each in read if each.endswith("parquet")] == []
    assert attacked.ask("replay", attacked.run.name).code == 0
    assert {"sales.parquet", "earnings.parquet"} <= set(read)
    read.clear()
    assert attacked.ask("doctor").code == 0
    assert {"sales.parquet", "earnings.parquet"} <= set(read)
