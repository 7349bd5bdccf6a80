"""What a hostile reviewer found in the ledger, each as a test of its kind."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.ledger.clearing import forfeit
from engine.ledger.database import Busy, reading
from engine.ledger.enrolling import assign, enrol, leave
from engine.ledger.examine import examine_ledger
from engine.ledger.facts import ASSIGN
from engine.ledger.ledger import Refused, Tampered, open_ledger
from engine.ledger.log import append
from engine.ledger.people import ENROL, LEAVE, Actor, Role
from engine.ledger.planning import Payee
from engine.ledger.post import post
from engine.ledger.posting import Answer
from tests.engine.ledger.cases import FAMILY, NOW, START, Game, earning_of, key_of, open_by_earner, payments, scope_of
from tests.engine.ledger.persons import person

DAY = date(2026, 12, 31)


def game(folder: Path, *events: Mapping[str, Any], people: tuple[str, ...] = ("maker", "checker")) -> Game:
    """A ledger on which these events happened."""
    played = Game({"events": list(events), "people": list(people)}, folder)
    played.play()
    assert played.refused == {}
    return played


def posted(run: str, earnings: Mapping[str, str], **more: object) -> dict[str, object]:
    """A run that is posted; what is gone is acknowledged."""
    return {"post": {"run": run, "earnings": earnings, "acknowledged": True, **more}}


Rows = Sequence[Mapping[str, object]]


def say(on: Game, run: str, rows: Rows, provisional: Rows = ()) -> None:
    """Post rows as they are."""
    as_of = START + timedelta(days=int(run[1:]))
    answer = Answer(FAMILY, run, "0" * 64, as_of, scope_of(None), rows, provisional)
    post(on.ledger, on.command("post", run), answer, as_of, "it is right")


def test_an_earning_of_an_unknown_seller_takes_nothing_from_the_known_one(tmp_path: Path) -> None:
    """The record is there, and nobody knows whose it is: what was booked for it stays, and is not paid."""
    on = game(tmp_path, posted("r1", {"P-1 spiff Q3 S-1": "10.00", "P-2 spiff Q3 S-2": "20.00"}))
    known = earning_of("P-1 spiff Q3 S-1")
    unknown = {**known, "earner": "", "minor": None}
    say(on, "r2", [unknown, earning_of("P-2 spiff Q3 S-2") | {"minor": 2_000}])
    assert open_by_earner(on) == {"P-1": "10.00", "P-2": "20.00"}
    on.do_plan({"id": "a"})
    found = on.plans["a"].plan.outlook
    assert [each.payee.id for each in found.due] == ["P-2"]
    assert [(each.payee.id, each.reason.value) for each in found.blocked] == [("P-1", "undecided")]


def test_what_follows_from_an_undecided_status_is_not_decided(tmp_path: Path) -> None:
    """A partner whose tier is not known earns nothing at the lowest one: that takes nothing back, and pays nothing."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "100.00", "P-2 rebate Q3": "50.00"}))
    lower = earning_of("P-2 rebate Q3") | {"minor": 1_000}
    both = [{"partner": each, "incentive": "rebate", "period": "Q3", "source": ""} for each in ("P-1", "P-2")]
    say(on, "r2", [lower], both)
    assert open_by_earner(on) == {"P-1": "100.00", "P-2": "50.00"}
    on.do_plan({"id": "a"})
    assert on.plans["a"].plan.outlook.due == ()
    say(on, "r3", [lower])  # now it is known
    assert open_by_earner(on) == {"P-2": "10.00"}


def test_undecided_until_a_run_decides_it(tmp_path: Path) -> None:
    """A later run of other days leaves an earning as undecided as it was."""
    on = game(
        tmp_path,
        posted("r1", {"P-1 rebate Q1": "10.00"}),
        posted("r2", {"P-1 rebate Q1": "undecided"}),
        posted("r3", {"P-1 rebate Q3": "7.00"}, periods=["Q3", "Q4"]),
        {"plan": {"id": "a"}},
    )
    assert [each.minor for each in on.plans["a"].plan.outlook.due] == [700]
    on.do_post({"run": "r4", "earnings": {"P-1 rebate Q1": "10.00", "P-1 rebate Q3": "7.00"}})
    on.do_plan({"id": "b"})
    assert [each.minor for each in on.plans["b"].plan.outlook.due] == [1_700]


def test_a_run_that_comes_back_is_posted_again(tmp_path: Path) -> None:
    """The right run, a wrong one of the same day, and the right one again: the ledger says what the last one says."""
    on = game(tmp_path)
    for run, minor in (("a", 10_000), ("b", 34_000), ("a", 10_000), ("a", 10_000)):
        rows: Rows = [{**earning_of("P-1 rebate Q3"), "minor": minor}]
        answer = Answer(FAMILY, run, "0" * 64, START, scope_of(None), rows)
        post(on.ledger, on.command("post", run), answer, START)
    assert open_by_earner(on) == {"P-1": "100.00"}
    assert on.ask("SELECT count(*) FROM posted_run")[0][0] == 3


def test_a_correction_of_what_is_held_does_not_stop_what_is_not(tmp_path: Path) -> None:
    """The held earning was lowered before the plan: the plan knew that, so its release pays the others."""
    on = game(
        tmp_path,
        posted("r1", {"P-1 rebate Q3": "500.00", "P-1 spiff Q3 S-1": "100.00"}),
        {"hold": {"earning": "P-1 spiff Q3 S-1"}},
        posted("r2", {"P-1 rebate Q3": "500.00", "P-1 spiff Q3 S-1": "60.00"}),
        {"pay": {}},
    )
    assert payments(on) == ["P-1 500.00"]
    assert open_by_earner(on) == {"P-1": "60.00"}


def test_what_is_forfeited_is_not_taken_back_a_second_time(tmp_path: Path) -> None:
    """The earning comes to nothing with the forfeit: when a run says so, too, nothing is owed back."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "100.00", "P-1 rebate Q4": "50.00"}))
    forfeit(on.ledger, on.command("forfeit", "1"), key_of("P-1 rebate Q3"), "clause 7", DAY)
    assert open_by_earner(on) == {"P-1": "50.00"}
    on.do_post({"run": "r2", "earnings": {"P-1 rebate Q4": "50.00"}, "acknowledged": True})
    assert open_by_earner(on) == {"P-1": "50.00"}
    on.do_post({"run": "r3", "earnings": {"P-1 rebate Q3": "30.00", "P-1 rebate Q4": "50.00"}})
    assert open_by_earner(on) == {"P-1": "80.00"}


def test_an_approval_is_a_signature_and_no_row(tmp_path: Path) -> None:
    """Whoever can write events can name a checker, and cannot sign for it."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "100.00"}), {"plan": {"id": "a"}})
    planned = on.plans["a"]
    with on.ledger.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        body = {"plan": planned.id, "hash": planned.hash, "person": "checker", "signature": ""}
        append(connection, "approve forged", "approve", "maker", NOW, body)
        connection.exec_driver_sql("COMMIT")
    with pytest.raises(Refused, match="0 of 1"):
        on.do_release({"plan": "a"})


def test_an_outbox_whose_heads_are_gone(tmp_path: Path) -> None:
    """A restored ledger and an emptied outbox agree with each other: that is refused, too."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "100.00"}))
    shutil.rmtree(on.ledger.outbox.folder / "heads")
    (on.ledger.outbox.folder / "heads").mkdir()
    with pytest.raises(Tampered, match="its heads are gone"):
        on.do_plan({"id": "a"})


def test_one_key_is_one_person(tmp_path: Path) -> None:
    """A key that somebody has or had cannot come back under another name."""
    on = game(tmp_path)
    checker = frozenset((Role.CHECKER,))
    for gone in (False, True):
        if gone:
            leave(on.ledger, replace(on.command(LEAVE, "checker"), repeats=True), "checker")
        with pytest.raises(Refused, match="this is the key of checker"):
            enrol(on.ledger, on.command(ENROL, f"second {gone}"), Actor("second", person("checker").key, checker))


def test_who_once_had_a_checker_needs_one(tmp_path: Path) -> None:
    """Sending the only checker away does not let the maker approve alone."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "100.00"}), {"plan": {"id": "a"}})
    leave(on.ledger, on.command(LEAVE, "checker"), "checker")
    with pytest.raises(Refused, match="maker made it"):
        on.do_approve({"plan": "a", "by": "maker"})


def test_a_signature_after_the_release_is_none_of_it(tmp_path: Path) -> None:
    """What was released alone stays so, whoever signs it later."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "100.00"}), {"plan": {"id": "a"}}, people=("maker",))
    on.do_approve({"plan": "a", "by": "maker"})
    on.do_release({"plan": "a"})
    enrol(on.ledger, on.command(ENROL, "checker"), Actor("checker", person("checker").key, frozenset((Role.CHECKER,))))
    on.do_approve({"plan": "a", "by": "checker"})
    on.paid.clear()
    on.do_release({"plan": "a"})
    assert [each.is_independent for each in on.paid] == [False]


def test_a_file_that_was_taken_away_is_not_written_again(tmp_path: Path) -> None:
    """Who took it may have paid it. Changed, it is found out."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "100.00"}), {"pay": {}})
    (file,) = (on.ledger.outbox.folder / "bank").iterdir()
    data = file.read_bytes()
    file.unlink()
    on.paid.clear()
    on.do_release({"plan": "pay 2"})
    assert not file.exists() and not on.paid[0].is_new
    assert all(each.is_note for each in examine_ledger(on.ledger.folder))
    file.write_bytes(data.replace(b"100.00", b"900.00"))
    assert any("is not what was released" in each.text for each in examine_ledger(on.ledger.folder))


ITEM = "INSERT INTO item VALUES"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "INSERT INTO item VALUES (99, 1, 2, 'partner', 'P-9', 'USD', 1, 1001, 1000, 'new', '', NULL, 99)",
            "its earning",
        ),
        (
            "INSERT INTO item VALUES (99, 1, 2, 'partner', 'P-1', 'EUR', 1, 1001, 1000, 'new', '', NULL, 99)",
            "its earning",
        ),
        (
            "INSERT INTO item VALUES (99, 1, 2, 'partner', 'P-1', 'USD', 400, 1000, 1000, 'rest', '', 1, 99)",
            "its earning",
        ),
        ("INSERT INTO payment VALUES (99, 'x', 'partner', 'P-1', 'USD', 5, 'E', 1)", "the journal is sealed"),
    ],
)
def test_rows_that_do_not_fit_are_refused_by_the_database(tmp_path: Path, statement: str, why: str) -> None:
    """An item of another party or currency than its earning, a rest that is more than its debt, a late payment."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "10.00"}))
    connection = sqlite3.connect(on.ledger.folder / "ledger.sqlite", isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO journal VALUES (99, 1, 'post', '2026-12-01', '')")
    with pytest.raises(sqlite3.IntegrityError, match=why):
        connection.execute(statement)
    connection.close()


def test_an_item_that_nobody_posted_is_not_paid(tmp_path: Path) -> None:
    """A whole forged booking passes the guards, for it is balanced: no event tells of it, so nothing is planned."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "10.00"}))
    connection = sqlite3.connect(on.ledger.folder / "ledger.sqlite")
    connection.executescript("""
        INSERT INTO journal VALUES (99, 1, 'post', '2026-12-01', '');
        INSERT INTO item VALUES (99, 1, 2, 'partner', 'P-1', 'USD', 99900, 100900, 1000, 'changed', '', NULL, 99);
        INSERT INTO posting VALUES (99, 1, 'cost', '', '', 'USD', 99900), (99, 2, 'accrued', '', '', 'USD', -99900);
        INSERT INTO seal VALUES (99, 2, 1);""")
    connection.close()
    with pytest.raises(Tampered, match="are not those that were posted"):
        on.do_plan({"id": "a"})
    assert any(each.is_damage for each in examine_ledger(on.ledger.folder))


def test_the_ledger_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    """A reader sees one state, however long it reads."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "10.00"}))
    other = open_ledger(on.ledger.folder, read_only=True)
    with reading(other.engine) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM item").scalar()
        on.do_post({"run": "r2", "earnings": {"P-1 rebate Q3": "12.00"}})
        assert connection.exec_driver_sql("SELECT count(*) FROM item").scalar() == before


@pytest.mark.long
def test_a_second_writer_is_told_when_the_first_takes_too_long(tmp_path: Path) -> None:
    """It waits for ten seconds, and then nothing of it is there."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "10.00"}))
    first = sqlite3.connect(on.ledger.folder / "ledger.sqlite", isolation_level=None)
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        on.do_post({"run": "r2", "earnings": {"P-1 rebate Q3": "12.00"}})
    first.execute("ROLLBACK")
    first.close()
    assert open_by_earner(on) == {"P-1": "10.00"}


def test_a_record_whose_currency_is_not_known_takes_nothing_back(tmp_path: Path) -> None:
    """It stands under no currency: what was booked for the record in one stays, and waits."""
    on = game(tmp_path, posted("r1", {"P-1 spiff Q3 S-1": "10.00"}))
    say(on, "r2", [{**earning_of("P-1 spiff Q3 S-1"), "currency": "", "minor": None}])
    assert open_by_earner(on) == {"P-1": "10.00"}
    on.do_plan({"id": "a"})
    assert on.plans["a"].plan.outlook.due == ()


def test_somebody_else_is_paid(tmp_path: Path) -> None:
    """Two partners of a holding are one payment, a debt of one against the other; each keeps its own earnings."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "700.00", "P-2 rebate Q3": "-300.00", "P-3 rebate Q3": "5.00"}))
    for earner in ("P-1", "P-2"):
        assign(on.ledger, on.command(ASSIGN, earner), Payee("partner", earner), Payee("partner", "X"))
    on.do_pay({})
    assert payments(on) == ["P-3 5.00", "X 400.00"]
    assert on.ask("SELECT DISTINCT party FROM item ORDER BY 1") == [("P-1",), ("P-2",), ("P-3",)]


def test_an_outbox_that_is_not_there_is_no_forgery(tmp_path: Path) -> None:
    """Its disk is not mounted: refused with what to do, and nothing is booked."""
    on = game(tmp_path, posted("r1", {"P-1 rebate Q3": "10.00"}))
    on.ledger.outbox.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is not there"):
        on.do_post({"run": "r2", "earnings": {"P-1 rebate Q3": "12.00"}})
    assert open_by_earner(on) == {"P-1": "10.00"}
    assert [each.is_damage for each in examine_ledger(on.ledger.folder)] == [False]
