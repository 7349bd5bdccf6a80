"""Records that end before the day of a run: RNG815."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from engine.canonical import canonical_json, document_hash
from engine.memory import Memory
from engine.records.check import check_complete_through
from engine.records.parse import parse_feed
from engine.records.snapshot import SHORT
from engine.records.through import Through, complete_through
from engine.records.verify import verify_snapshot
from engine.runs.codes import INTEGRITY, INVALID, exit_code
from engine.runs.complete import check_complete, days_of
from engine.runs.evaluate import EvaluationRequest, evaluate
from engine.runs.manifest import Meaning
from tests.engine.records.desk import FEED, SCHEMA, feed_of, imported
from tests.engine.runs.test_summary import FILE, PROGRAM, RECORDS, compiled
from tests.engine.runs.workspaces import HASH, stored_snapshot
from tests.longer import every

pytestmark = pytest.mark.search

LATER = date(2027, 1, 1)  # a day on which all days of these runs have passed
SEEN = date(2026, 2, 1)  # the last sale of the desk
DECLARED = FEED.replace("sources:", "complete_through: 2026-06-30\nsources:")


@pytest.mark.parametrize(("day", "refused"), [(date(2026, 5, 15), False), (date(2026, 5, 16), True)])
def test_the_last_record_counts_where_nothing_is_declared(tmp_path: Path, day: date, refused: bool) -> None:
    """The last sale is of 15 May: records are known through that day, and not through the next one."""
    program = compiled(PROGRAM, FILE, day)
    _, snapshot = stored_snapshot(tmp_path / "home", program.plan, RECORDS)
    found = check_complete(days_of(program, snapshot), day, LATER)
    message = "the records of `sales` are known only through 2026-05-15, and the run is as of 2026-05-16"
    assert [each.message for each in found] == ([message] if refused else [])
    assert exit_code(found) == (INVALID if refused else 0)


def test_a_table_without_rows_is_known_for_no_day(tmp_path: Path) -> None:
    """Nothing says that an empty table is complete."""
    day = date(2026, 6, 30)
    program = compiled(PROGRAM, FILE, day)
    _, snapshot = stored_snapshot(tmp_path / "home", program.plan, {**RECORDS, "sales": []})
    (found,) = check_complete(days_of(program, snapshot), day, LATER)
    assert found.code == "RNG815"
    assert found.message == "the records of `sales` are known for no day, and the run is as of 2026-06-30"


def test_many_tables_with_one_day_are_told_together() -> None:
    """Three of one day are one finding that names them; two of another day, and one that is declared, are their own."""
    early, late = date(2026, 3, 31), date(2026, 5, 31)
    days = [
        Through("activities", early, False),
        Through("deals", late, False),
        Through("certifications", early, False),
        Through("surveys", early, True),
        Through("partners", date(2026, 6, 30), False),
        Through("sales", early, False),
        Through("visits", late, False),
    ]
    found = check_complete(days, date(2026, 6, 30), LATER)
    assert [each.message.removesuffix(", and the run is as of 2026-06-30") for each in found] == [
        "the records of `activities`, `certifications` and `sales` are known only through 2026-03-31",
        "the records of `deals` are known only through 2026-05-31",
        "the records of `visits` are known only through 2026-05-31",
        "the records of `surveys` are declared to be complete only through 2026-03-31",
    ]


@pytest.mark.parametrize("today", ["2026-06-27", "2026-06-28", "2026-06-29", "2026-06-30", "2027-01-01"])
def test_the_cure_is_not_refused(today: str) -> None:
    """What RNG815 says to write, RNG622 accepts on the same day; of a day to come, it says nothing to write."""
    now = date.fromisoformat(today)
    (found,) = check_complete([Through("sales", SEEN, False)], date(2026, 6, 30), now)
    (written, told) = ("complete_through: 2026-06-30" in found.help, "2026-06-30 is still to come" in found.help)
    accepted = check_complete_through(feed_of(DECLARED), now) == ()
    assert (written, told) == (accepted, not accepted)
    assert accepted is (now >= date(2026, 6, 29))


def test_a_feed_declares_the_day(tmp_path: Path) -> None:
    """The same rows are complete through the day that their last import declared, if it did."""
    first = imported(tmp_path)
    assert first.snapshot is not None
    names = ("partners", "sales", "deals")
    assert complete_through(first.snapshot, SCHEMA, names) == (Through("sales", SEEN, False),)
    for day in ("2027-12-31", "2026-03-31", "2027-12-31", "2027-12-31", "2026-06-30"):
        again = imported(tmp_path, DECLARED.replace("2026-06-30", day))
        assert again.snapshot is not None and again.id == first.id
        assert complete_through(again.snapshot, SCHEMA, names) == (Through("sales", date.fromisoformat(day), True),)
    assert len(list((first.snapshot.folder / "imports").iterdir())) == 5  # the one that was repeated is one
    withdrawn = imported(tmp_path)
    assert withdrawn.snapshot is not None and withdrawn.id == first.id
    assert complete_through(withdrawn.snapshot, SCHEMA, names) == (Through("sales", SEEN, False),)


def test_of_imports_at_the_same_time_the_earlier_day_counts(tmp_path: Path) -> None:
    """Two processes that see the same imports before give theirs the same place; one may declare nothing."""
    for other, day in (("2026-04-30", date(2026, 4, 30)), ("", None)):
        home = tmp_path / (other or "none")
        home.mkdir()
        snapshot = imported(home, DECLARED).snapshot
        assert snapshot is not None
        (record,) = (snapshot.folder / "imports").iterdir()
        document = json.loads((record / "import.json").read_bytes())
        del document["complete_through"]
        text = canonical_json(document | ({"complete_through": other} if other else {}))
        beside = record.with_name(sha256(text).hexdigest()[:16])
        beside.mkdir()
        (beside / "import.json").write_bytes(text + b"\n")
        assert verify_snapshot(snapshot) == ()
        assert complete_through(snapshot, SCHEMA, ["sales"]) == (Through("sales", day or SEEN, day is not None),)


@pytest.mark.parametrize(("today", "refused"), [("2026-06-28", True), ("2026-06-29", False), ("2027-01-01", False)])
def test_nothing_is_complete_through_a_day_to_come(today: str, refused: bool) -> None:
    """RNG622 at its place; the next day is accepted, since it may be that day where the files were written."""
    found = check_complete_through(feed_of(DECLARED), date.fromisoformat(today))
    messages = [f"RNG622 the files cannot be complete through 2026-06-30, because today is {today}"]
    assert [f"{each.code} {each.message}" for each in found] == (messages if refused else [])
    assert [each.span and each.span.line for each in found] == ([4] if refused else [])
    assert check_complete_through(feed_of(FEED), date.min) == ()


def test_a_run_keeps_the_days_and_tells_what_is_known_now(tmp_path: Path) -> None:
    """The manifest has the days known when the run was made; a later declaration of the same rows is reported."""
    day = date(2026, 6, 30)
    program = compiled(PROGRAM, FILE, day)
    workspace, snapshot = stored_snapshot(tmp_path / "home", program.plan, RECORDS)
    seen = Through("sales", date(2026, 5, 15), False)
    request = EvaluationRequest(PROGRAM, FILE, "three", "2026", "Three tiers", Meaning(HASH, snapshot.id, day))
    done = evaluate(request, program, snapshot, workspace)
    assert done.manifest is not None
    assert (done.manifest.days, done.days) == ((seen,), (seen,))
    document: dict[str, str | int] = {"complete_through": day.isoformat(), "place": 0}
    record = snapshot.folder / "imports" / document_hash(document)[:SHORT]
    record.mkdir(parents=True)
    (record / "import.json").write_bytes(canonical_json(document) + b"\n")
    again = evaluate(request, program, snapshot, workspace)
    assert again.found and again.manifest is not None
    assert (again.manifest.days, again.days) == ((seen,), (Through("sales", day, True),))
    assert again.document["complete_through"] == [{"table": "sales", "day": "2026-06-30", "declared": True}]


def test_the_declared_day_is_one_of_the_calendar() -> None:
    """30 February is refused at its place."""
    feed, (found,) = parse_feed(DECLARED.replace("2026-06-30", "2026-02-30").encode(), "feed.yaml")
    assert feed is None
    assert found.code == "RNG041"


DAMAGED = (
    "{",
    "[]",
    "1",
    "{}",
    '{"place":"0"}',
    '{"place":0,"complete_through":1}',
    '{"place":0,"complete_through":"x"}',
    None,
)


@pytest.mark.parametrize("text", every(2, DAMAGED))
@pytest.mark.parametrize("named", [False, True])
def test_a_damaged_record_of_an_import_declares_nothing(tmp_path: Path, text: str | None, named: bool) -> None:
    """It is damage of the snapshot, remembered as verified or not, even under the name of its hash."""
    snapshot = imported(tmp_path).snapshot
    assert snapshot is not None
    memory = Memory(tmp_path / "memory")
    assert verify_snapshot(snapshot, memory) == ()
    (record,) = (snapshot.folder / "imports").iterdir()
    (record.parent / ".DS_Store").touch()
    assert verify_snapshot(snapshot, memory) == ()
    data = text.encode() if text else (record / "import.json").read_bytes()[:-2] + b',"complete_through":"2026-12-31"}'
    (record / "import.json").write_bytes(data)
    if named and text:
        record = record.rename(record.with_name(sha256(data).hexdigest()[:16]))
    (found,) = verify_snapshot(snapshot, memory)
    assert found.message == f"the import record `{record.name}` of `{snapshot.id}` is damaged"
    assert exit_code([found]) == INTEGRITY
    assert complete_through(snapshot, SCHEMA, ["sales"]) == (Through("sales", SEEN, False),)
