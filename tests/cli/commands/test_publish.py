"""`rung publish`: what is published stays what it was; and published programs are evaluated, explained, replayed."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode
from cli.stored import load_published
from engine.memory import Memory, state_of
from engine.publications.shelf import read_publications, verify_publication
from engine.workspace import Workspace

if TYPE_CHECKING:
    from tests.cli.conftest import Answer, Shell

PROGRAM = """\
rung: 1
program: ridge
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
tiers:
  ladder: [base, gold]
  gold: {requires: [revenue >= 1_000 USD]}
incentives:
  rebate:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 10%}]
    payee: partner
"""
AMENDMENT = """\
rung: 1
program: ridge
amends: "2026"
amendment: 1
effective_from: 2026-07-01
reason: rates doubled
on_paid: raise_only
incentives:
  rebate: {bands: [{from: 0 USD, rate: 20%}]}
"""
FEED = """\
rung: 1
feed: desk
records: 2026.yaml
currency: USD
sources:
  people: {file: partners.csv}
  lines: {file: sales.csv}
tables:
  partners: {from: people, fields: {partner_id: partner_id}}
  sales:
    from: lines
    fields:
      {sale_id: sale_id, partner_id: partner_id, entry: entry, closed_on: closed_on, recorded_on: closed_on,
       amount: amount}
"""
PARTNERS = "partner_id\nP1\nP2\n"
SALES = """\
sale_id,partner_id,entry,closed_on,amount
S1,P1,sale,2026-05-01,100.00
S2,P1,sale,2026-08-01,400.00
S3,P2,sale,2026-08-01,2000.00
"""


@pytest.fixture
def folder(rung: Shell, tmp_path: Path) -> Path:
    """A program, an amendment, a feed and its records, in the folder where commands run."""
    files = {"2026.yaml": PROGRAM, "2026.amendment-1.yaml": AMENDMENT, "feed.yaml": FEED}
    files |= {"partners.csv": PARTNERS, "sales.csv": SALES}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def published(rung: Shell, *names: str) -> list[Answer]:
    """Each of the files, published in turn."""
    return [rung("publish", name) for name in names]


def test_published_once(rung: Shell, folder: Path) -> None:
    """The first time it is frozen; again it is found; spacing and order of keys do not matter."""
    (first,) = published(rung, "2026.yaml")
    assert first.code == 0
    assert first.out.startswith("published ridge@2026: ")
    text = PROGRAM.replace("tiers:", "# for people\ntiers:").replace('version: "2026"\n', "") + 'version: "2026"\n'
    (folder / "2026.yaml").write_text(text, encoding="utf-8")
    (again,) = published(rung, "2026.yaml")
    assert (again.code, again.out[:32]) == (0, "ridge@2026 is already published,")


def test_the_same_version_with_another_meaning_is_refused(rung: Shell, folder: Path) -> None:
    """Both hashes are told, nothing is written, and the exit code says that a control refused."""
    (first,) = published(rung, "2026.yaml")
    (folder / "2026.yaml").write_text(PROGRAM.replace("10%", "11%"), encoding="utf-8")
    (refused,) = published(rung, "2026.yaml")
    assert (refused.code, refused.out) == (ExitCode.REFUSED, "")
    assert "RNG840" in refused.err
    assert first.out.split()[2].rstrip(",") in refused.err  # the hash that was published
    listed = json.loads(rung("publish", "--list", "--json").out)["publications"]
    assert [each["version"] for each in listed] == ["2026"]


def test_an_amendment_follows_its_version(rung: Shell, folder: Path) -> None:
    """First the version as it stands beside it, then the amendment."""
    (early,) = published(rung, "2026.amendment-1.yaml")
    assert (early.code, "RNG841" in early.err) == (ExitCode.REFUSED, True)
    done = published(rung, "2026.yaml", "2026.amendment-1.yaml", "2026.amendment-1.yaml")
    assert [each.code for each in done] == [0, 0, 0]
    assert "in force from 2026-07-01 through 2026-12-31" in done[1].out
    lines = rung("publish", "--list").out.splitlines()
    assert [line.split()[1] for line in lines[1:]] == ["2026", "2026.amendment-1"]


def test_the_version_beside_the_amendment_must_be_the_published_one(rung: Shell, folder: Path) -> None:
    """A base that was changed after it was published is not what the amendment amends."""
    published(rung, "2026.yaml")
    (folder / "2026.yaml").write_text(PROGRAM.replace("1_000 USD", "900 USD"), encoding="utf-8")
    (refused,) = published(rung, "2026.amendment-1.yaml")
    assert (refused.code, "RNG840" in refused.err) == (ExitCode.REFUSED, True)
    assert "the file beside this one has another meaning" in refused.err


def test_reaching_back_needs_a_word_on_what_was_paid(rung: Shell, folder: Path) -> None:
    """The day of publication is the shell's; an amendment from before it says `on_paid`."""
    published(rung, "2026.yaml")
    (folder / "2026.amendment-1.yaml").write_text(AMENDMENT.replace("on_paid: raise_only\n", ""), encoding="utf-8")
    (refused,) = published(rung, "2026.amendment-1.yaml")
    assert (refused.code, "RNG842" in refused.err) == (ExitCode.REFUSED, True)


def set_clock(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """The clock of this machine shows noon of a day."""

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Clock:
            return cls.fromisoformat(f"{day}T12:00+00:00")

    monkeypatch.setattr(datetime, "datetime", Clock)


def days(rung: Shell) -> list[str]:
    """The days of all publications, in order."""
    return [each["published"] for each in json.loads(rung("publish", "--list", "--json").out)["publications"]]


def test_a_clock_far_ahead_does_not_date_what_follows(
    rung: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version was published in 2099. Afterwards a person must say that the clock was wrong then, once."""
    (folder / "2026.amendment-1.yaml").write_text(AMENDMENT.replace("on_paid: raise_only\n", ""), encoding="utf-8")
    (folder / "2026.amendment-2.yaml").write_text(AMENDMENT.replace("amendment: 1", "amendment: 2"), encoding="utf-8")
    set_clock(monkeypatch, "2099-01-01")
    published(rung, "2026.yaml")
    set_clock(monkeypatch, "2026-06-01")
    (refused,) = published(rung, "2026.amendment-1.yaml")
    assert (refused.code, "RNG846" in refused.err, days(rung)) == (ExitCode.REFUSED, True, ["2099-01-01"])
    assert "ridge 2026, is dated 2099-01-01, but today is 2026-06-01" in refused.err
    assert rung("publish", "2026.yaml").code == 0  # found, nothing is dated
    assert rung("publish", "2026.amendment-1.yaml", "--clock-corrected").code == 0
    assert published(rung, "2026.amendment-2.yaml")[0].code == 0
    assert days(rung) == ["2099-01-01", "2026-06-01", "2026-06-01"]


def test_a_clock_that_is_behind_dates_nothing_earlier(
    rung: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Around midnight two clocks may differ by a day; more is refused."""
    set_clock(monkeypatch, "2026-06-02")
    published(rung, "2026.yaml")
    set_clock(monkeypatch, "2026-05-31")
    assert published(rung, "2026.amendment-1.yaml")[0].code == ExitCode.REFUSED
    set_clock(monkeypatch, "2026-06-01")
    assert published(rung, "2026.amendment-1.yaml")[0].code == 0
    assert days(rung) == ["2026-06-02", "2026-06-02"]


def test_versions_do_not_overlap(rung: Shell, folder: Path) -> None:
    """Two versions of a family that govern one day cannot both be published."""
    other = PROGRAM.replace('"2026"', '"2026b"').replace("2026-01-01, before: 2027", "2026-12-31, before: 2028")
    (folder / "2026b.yaml").write_text(other, encoding="utf-8")
    first, second = published(rung, "2026.yaml", "2026b.yaml")
    assert (first.code, second.code, "RNG843" in second.err) == (0, ExitCode.REFUSED, True)


def test_a_dry_run_writes_nothing(rung: Shell, folder: Path) -> None:
    """It says what would be done."""
    answer = rung("publish", "2026.yaml", "--dry-run")
    assert answer.out.startswith("would be published ridge@2026")
    assert not (folder / ".rung").exists()
    assert rung("publish", "--list").err.startswith("nothing is published")


def test_what_is_published_is_evaluated_explained_and_replayed(rung: Shell, folder: Path) -> None:
    """By family and version, with its amendments, from the files as they were, whatever lies there now.

    The second quarter pays 10 % of 100.00, the third 20 % of 400.00 and of 2,000.00.
    """
    published(rung, "2026.yaml", "2026.amendment-1.yaml")
    (folder / "2026.yaml").write_text("rung: 1\n", encoding="utf-8")
    (folder / "records").mkdir()
    for name, text in (("2026.yaml", PROGRAM), ("feed.yaml", FEED), ("partners.csv", PARTNERS), ("sales.csv", SALES)):
        (folder / "records" / name).write_text(text, encoding="utf-8")
    line = ("evaluate", "ridge@2026", "--data", "records", "--as-of", "2026-12-31")
    done = json.loads(rung(*line, "--recheck", "all", "--json").out)
    assert done["totals"] == {"rebate": {"USD": "490.00"}}
    assert done["recheck"]["mismatches"] == 0
    told = rung("explain", done["run"], "P1").out
    assert told.startswith("P1 in ridge 2026.amendment-1, as of 2026-12-31")
    assert told.index("2026-Q2") < told.index("2026-Q3")
    assert "2026.amendment-1.yaml:9" in told
    for engine in ("columnar", "reference"):
        assert rung("replay", done["run"], "--by", engine).out.startswith(f"{done['run']} by {engine}: identical")
    base = json.loads(rung("evaluate", "ridge@2026.amendment-1", *line[2:], "--json").out)
    assert base["run"] == done["run"]


def test_amendments_beside_a_version_are_no_part_of_it(rung: Shell, folder: Path) -> None:
    """Evaluating the file of the version leaves them out and says so."""
    line = ("--data", "feed.yaml", "--as-of", "2026-12-31", "--json")
    alone = rung("evaluate", "2026.yaml", *line)
    assert "`2026.amendment-1.yaml` is beside this file but not part of this run" in alone.err
    assert json.loads(alone.out)["totals"] == {"rebate": {"USD": "250.00"}}
    amended = rung("evaluate", "2026.amendment-1.yaml", *line)
    assert "lies beside" not in amended.err
    assert json.loads(amended.out)["totals"] == {"rebate": {"USD": "490.00"}}


def test_a_pinned_base_that_was_changed_is_an_integrity_failure(rung: Shell, folder: Path) -> None:
    """A run keeps every file its program is written in, and proves each."""
    line = ("--data", "feed.yaml", "--as-of", "2026-12-31", "--json")
    run = json.loads(rung("evaluate", "2026.amendment-1.yaml", *line).out)["run"]
    with (folder / ".rung" / "runs" / run / "program-1.yaml").open("a", encoding="utf-8") as file:
        file.write("# x\n")
    assert rung("replay", run).code == ExitCode.INTEGRITY
    assert rung("explain", run, "P1").code == ExitCode.INTEGRITY


@pytest.mark.parametrize("damage", ["file", "document", "taken out"])
def test_what_is_published_proves_itself(rung: Shell, folder: Path, damage: str) -> None:
    """A changed file, a changed document, a publication taken out of the chain: exit code 7, and nothing is used."""
    published(rung, "2026.yaml", "2026.amendment-1.yaml")
    first = folder / ".rung" / "published" / "000000"
    if damage == "file":
        (first / "program-0.yaml").write_text(PROGRAM.replace("10%", "90%"), encoding="utf-8")
    elif damage == "document":
        document = (first / "publication.json").read_text(encoding="utf-8")
        (first / "publication.json").write_text(document.replace("2027-01-01", "2027-02-01"), encoding="utf-8")
    else:
        first.rename(folder / "elsewhere")
    name = "ridge@2026" if damage != "file" else "ridge@2026.amendment-1"
    if damage == "file":
        (folder / ".rung" / "published" / "000001" / "program-1.yaml").write_text("rung: 1\n", encoding="utf-8")
    answer = rung("evaluate", name, "--data", "feed.yaml", "--as-of", "2026-12-31")
    assert (answer.code, "RNG844" in answer.err) == (ExitCode.INTEGRITY, True)


def test_a_document_that_was_changed_since_it_was_read_is_not_vouched_for(rung: Shell, folder: Path) -> None:
    """The files are those of the publication that was read, but it is another one that would be remembered."""
    published(rung, "2026.yaml")
    workspace = Workspace(folder / ".rung", Memory(folder / "memory"))
    ((publication,), _) = read_publications(workspace)
    document = folder / ".rung" / "published" / "000000" / "publication.json"
    document.write_bytes(document.read_bytes().replace(b'"place":0', b'"place":1'))
    (found,) = verify_publication(workspace, publication, load_published)
    assert found.message == "the publication `000000` is damaged: it was changed while it was read"
    assert not workspace.memory.vouches(document.parent, state_of(document.parent))


@pytest.mark.parametrize("gone", [".rung", ".rung/published", ".rung/published/000000"])
def test_what_was_published_is_missed(rung: Shell, folder: Path, gone: str) -> None:
    """The last publication, all of them, or the whole workspace moved away: every command says so, until it is back."""
    published(rung, "2026.yaml")
    (folder / gone).rename(folder / "away")
    (folder / "2026.yaml").write_text(PROGRAM.replace("10%", "11%"), encoding="utf-8")
    for line in (("publish", "--list"), ("publish", "2026.yaml"), ("doctor",)):
        answer = rung(*line)
        assert (line, answer.code) == (line, ExitCode.INTEGRITY)
        assert "RNG844" in answer.out + answer.err
        assert "`000000` is damaged: it was seen on this machine, and is gone" in answer.out + answer.err
    assert published(rung, "2026.yaml")[0].code == ExitCode.INTEGRITY
    assert rung("publish", "2026.yaml", "--home", "other").code == 0
    (folder / "away").rename(folder / gone)
    assert rung("publish", "--list").code == 0


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (("publish",), ExitCode.USAGE, "name a program to publish"),
        (("publish", "2026.yaml", "--list"), ExitCode.USAGE, "name a program to publish"),
        (("publish", "2025.yaml"), ExitCode.USAGE, "there is no file"),
        (("publish", "feed.yaml"), ExitCode.INVALID, "feed"),
        (("evaluate", "ridge@2030", "--data", "feed.yaml", "--as-of", "2026-12-31"), ExitCode.INVALID, "RNG845"),
    ],
)
def test_refused_kindly(rung: Shell, folder: Path, line: tuple[str, ...], code: int, words: str) -> None:
    """What cannot be published or found is told with the cure."""
    answer = rung(*line)
    assert (answer.code, words in answer.err) == (code, True), answer.err


def test_a_version_is_not_called_like_an_amendment(rung: Shell, folder: Path) -> None:
    """Two things under one name could not be told apart later."""
    (folder / "2026.yaml").write_text(PROGRAM.replace('"2026"', '"2026.amendment-1"'), encoding="utf-8")
    (refused,) = published(rung, "2026.yaml")
    assert (refused.code, "RNG104" in refused.err) == (ExitCode.INVALID, True)


def test_no_amendment_of_an_amendment(rung: Shell, folder: Path) -> None:
    """An amendment changes a version; a second one is numbered."""
    text = AMENDMENT.replace('"2026"', '"2026.amendment-1"')
    (folder / "2026.amendment-1.amendment-1.yaml").write_text(text, encoding="utf-8")
    answer = rung("check", "2026.amendment-1.amendment-1.yaml")
    assert (answer.code, "RNG104" in answer.out) == (ExitCode.INVALID, True)


@pytest.mark.parametrize("damage", ['"amendment":99999999999999999999999', '"amendment":-1'])
def test_a_document_nobody_could_have_written(rung: Shell, folder: Path, damage: str) -> None:
    """Numbers out of all bounds are damage, not a fault of ours."""
    published(rung, "2026.yaml")
    path = folder / ".rung" / "published" / "000000" / "publication.json"
    path.write_text(path.read_text("utf-8").replace('"amendment":0', damage), "utf-8")
    answer = rung("publish", "--list")
    assert (answer.code, "RNG844" in answer.err) == (ExitCode.INTEGRITY, True)


def test_a_stray_file_of_the_system_is_passed_over(rung: Shell, folder: Path) -> None:
    """What begins with a dot is not ours."""
    published(rung, "2026.yaml")
    (folder / ".rung" / "published" / ".DS_Store").write_bytes(b"x")
    assert rung("publish", "--list").code == 0


def test_links_are_not_followed(rung: Shell, folder: Path) -> None:
    """A version beside the file is a file: nothing of another place is read, or shown in a message."""
    secret = folder / "secret.txt"
    secret.write_text("password: hunter2 : x\n", encoding="utf-8")
    (folder / "2026.yaml").unlink()
    (folder / "2026.yaml").symlink_to(secret)
    answer = rung("check", "2026.amendment-1.yaml")
    assert (answer.code, "RNG410" in answer.out, "hunter2" in answer.out) == (ExitCode.INVALID, True, False)


@pytest.mark.long
def test_a_circle_of_large_files_is_refused_at_once(rung: Shell, folder: Path) -> None:
    """Each is read once, not once for every turn of the circle."""
    metrics = "metrics:\n" + "".join(f"  m{n}: {{formula: 1}}\n" for n in range(3_000))
    text = 'rung: 1\nprogram: ridge\nversion: "{}"\nextends: "{}"\n'
    text += "effective: {{from: 2026-01-01, before: 2027-01-01}}\n"
    (folder / "2026.yaml").write_text(text.format("2026", "2027") + metrics, encoding="utf-8")
    (folder / "2027.yaml").write_text(text.format("2027", "2026") + metrics, encoding="utf-8")
    answer = rung("check", "2027.yaml")
    assert (answer.code, answer.out.count("RNG411 endless")) == (ExitCode.INVALID, 1)
