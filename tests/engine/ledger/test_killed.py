"""A command that is killed at any step: either nothing of it happened, or the same command again finishes it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from engine.ledger.database import reading
from engine.ledger.ledger import Command, Ledger, open_ledger
from engine.ledger.log import head_of
from engine.ledger.paying import NAMESPACE, Planned, approve, make_plan, release
from engine.ledger.post import post
from engine.ledger.posting import Answer
from tests.engine.ledger.cases import FAMILY, NOW, START, Game, earning_of, scope_of
from tests.engine.ledger.persons import person
from tests.longer import every

DAY = date(2026, 12, 31)
WRITES = frozenset({"os.link", "os.remove", "os.rename", "open", "os.mkdir", "tempfile.mkstemp"})
MOST = 400  # steps that any of these commands could take

Act = Callable[[Ledger], object]


@dataclass
class Steps:
    """Counts statements of SQL and touches of files, and kills this process before one of them."""

    kill_before: int
    taken: int = 0
    counting: bool = False

    def step(self, *_: object) -> None:
        """One more."""
        if self.counting:
            self.taken += 1
            if self.taken == self.kill_before:
                os.kill(os.getpid(), signal.SIGKILL)

    def audited(self, name: str, _: object) -> None:
        """What Python tells of its own work."""
        if name in WRITES:
            self.step()


def in_a_child(act: Act, folder: Path, kill_before: int) -> int | None:
    """Act on the ledger in a child that is killed before a step; None if it was, else how many steps there are."""
    receiving, sending = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # later Pythons warn of a fork beside threads: the child uses none of theirs
        child = os.fork()
    if child == 0:
        with suppress(BaseException):
            steps = Steps(kill_before)
            event.listen(Engine, "before_cursor_execute", steps.step)
            sys.addaudithook(steps.audited)
            steps.counting = True
            act(open_ledger(folder))
            steps.counting = False
            os.write(sending, str(steps.taken).encode())
        os._exit(0)
    os.close(sending)
    _, status = os.waitpid(child, 0)
    said = os.read(receiving, 20)
    os.close(receiving)
    assert said or os.WIFSIGNALED(status), "the child neither finished nor was killed"
    return int(said) if said else None


def command(kind: str, subject: str) -> Command:
    """A command of the maker."""
    return Command(kind, subject, person("maker"), NOW)


def post_more(ledger: Ledger) -> None:
    """A second run: one earning more, one less, one gone, one that cannot be decided."""
    amounts = {"P-1 rebate Q3": 150_00, "P-2 rebate Q3": 100_00, "P-4 rebate Q3": 70_00, "P-5 rebate Q3": None}
    rows = [earning_of(key) | {"minor": minor} for key, minor in amounts.items()]
    post(ledger, command("post", "r9"), Answer(FAMILY, "r9", "0" * 64, START.replace(month=12), scope_of(None), rows),
         DAY, "it is right")  # fmt: skip


def plan_more(ledger: Ledger) -> None:
    """A plan for another day."""
    make_plan(ledger, person("maker"), NOW, "2026-Q3", DAY.replace(day=30))


def pay(ledger: Ledger) -> None:
    """The plan that is there, approved and released."""
    planned = PLANS[ledger.id]
    signature = person("maker").sign(NAMESPACE, planned.text)
    approve(ledger, command("approve", planned.id), planned.id, signature)
    release(ledger, command("release", planned.id), planned.id, DAY)


PLANS: dict[str, Planned] = {}
ACTS: dict[str, Act] = {"post": post_more, "plan": plan_more, "pay": pay}
CASE = {
    "people": ["maker"],
    "events": [{"post": {"run": "r1", "earnings": {"P-1 rebate Q3": "100.00", "P-2 rebate Q3": "200.00",
                                                   "P-3 rebate Q3": "300.00"}}}],
}  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with something to pay. Its outbox is known by its path, so copies are put into its place."""
    game = Game(CASE, tmp_path_factory.mktemp("killed") / "here")
    game.play()
    PLANS[game.ledger.id] = make_plan(game.ledger, person("maker"), NOW, "2026-Q3", DAY)
    shutil.copytree(game.folder, game.folder.parent / "kept")
    return game.folder


def put_back(folder: Path) -> None:
    """The ledger and its outbox as they were prepared."""
    shutil.rmtree(folder)
    shutil.copytree(folder.parent / "kept", folder)


State = tuple[dict[str, list[object]], dict[str, bytes]]


def state(folder: Path) -> State:
    """All that matters of a ledger and its outbox: rows, heads and files."""
    with sqlite3.connect(folder / "ledger" / "ledger.sqlite") as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(names)}
    connection.close()
    files = {str(each.relative_to(folder)): each.read_bytes()
             for each in sorted((folder / "outbox").rglob("*")) if each.is_file()}  # fmt: skip
    return rows, files


@pytest.mark.search
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("share", every(8, range(8)))
def test_killed_anywhere(prepared: Path, name: str, share: int) -> None:
    """Killed before any step and given again, a command leaves what it leaves undisturbed: the same rows and files.

    An eighth of the steps each. Heads may be fewer: the one of a command whose process was killed is made by the next.
    """
    folder = prepared
    put_back(folder)
    count = in_a_child(ACTS[name], folder / "ledger", MOST)
    assert count is not None and count < MOST
    rows, files = state(folder)
    for kill_before in range(1 + share, count + 1, 8):
        put_back(folder)
        assert in_a_child(ACTS[name], folder / "ledger", kill_before) is None
        ACTS[name](open_ledger(folder / "ledger"))
        again, left = state(folder)
        assert again == rows, f"killed before step {kill_before}"
        bank = {path: data for path, data in files.items() if "/bank/" in path}
        assert {path: data for path, data in left.items() if "/bank/" in path} == bank
        assert set(left) <= set(files) | {path for path in left if "/.partial/" in path}
        with reading(open_ledger(folder / "ledger").engine) as connection:
            last = head_of(connection)
        assert any(path.endswith(f"{last.position:012}.head") for path in left)
