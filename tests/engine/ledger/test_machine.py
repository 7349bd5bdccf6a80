"""Random histories of a ledger against a small model that knows sums alone."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.ledger.controls import Controls
from engine.ledger.database import reading
from engine.ledger.facts import FREE, HOLD
from engine.ledger.holding import claw_back, hold
from engine.ledger.ledger import Command, Refused, create_ledger
from engine.ledger.log import head_of
from engine.ledger.paying import NAMESPACE, Planned, approve, make_plan, release
from engine.ledger.planning import open_items
from engine.ledger.post import post
from engine.ledger.posting import Answer
from tests.engine.ledger.cases import FAMILY, NOW, START, earning_of, key_of, scope_of
from tests.engine.ledger.persons import person

pytestmark = pytest.mark.search

KEYS = [f"{earner} {incentive} {period}" for earner in ("P-1", "P-2") for incentive in ("rebate", "spiff")
        for period in ("Q1", "Q2")]  # fmt: skip
AMOUNTS = st.one_of(st.none(), st.integers(-300, 900))
ANSWERS = st.dictionaries(st.sampled_from(KEYS), AMOUNTS, max_size=len(KEYS))
MINIMUM = 100
PAY_ON = date(2026, 12, 31)


def fast_folder() -> str | None:
    """A folder in memory, where there is one: every commit waits for the disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


class Ledgers(RuleBasedStateMachine):
    """Commands in any order. The model: what each key comes to, what the last run said, what each earner was paid."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=fast_folder())
        self.totals: dict[str, int] = {}
        self.said: dict[str, int] = {}
        self.paid: dict[str, int] = {"P-1": 0, "P-2": 0}
        self.undecided: set[str] = set()
        self.held: set[str] = set()
        self.plans: list[Planned] = []
        self.released: dict[str, int] = {}
        self.days = 0

    @initialize(recover=st.sampled_from([Fraction(1), Fraction(1, 2)]))
    def create(self, recover: Fraction) -> None:
        """A ledger whose controls let all or half be kept back."""
        path = Path(self.folder.name)
        controls = Controls({"USD": MINIMUM}, {"USD": 10**12}, recover)
        self.ledger = create_ledger(path / "ledger", FAMILY, path / "outbox", controls, person("maker"), NOW)

    def command(self, kind: str, subject: str) -> Command:
        """A command of the only person."""
        return Command(kind, subject, person("maker"), NOW)

    @rule(answer=ANSWERS)
    def post(self, answer: Mapping[str, int | None]) -> None:
        """A newer run: it replaces what it says otherwise than the last one, and nothing else."""
        self.days += 1
        rows = [earning_of(key) | {"minor": minor} for key, minor in answer.items()]
        as_of = START + timedelta(days=self.days)
        run = Answer(FAMILY, f"r{self.days}", "0" * 64, as_of, scope_of(None), rows)
        post(self.ledger, self.command("post", run.run), run, as_of, "it is right")
        self.undecided = {key for key, minor in answer.items() if minor is None}
        for key in KEYS:
            if key not in self.undecided and answer.get(key, 0) != self.said.get(key, 0):
                self.totals[key] = self.said[key] = answer.get(key) or 0

    @precondition(lambda self: self.days)
    @rule(key=st.sampled_from(KEYS), free=st.booleans())
    def hold(self, key: str, free: bool) -> None:
        """An earning waits, or no longer."""
        self.days += 1
        command = self.command(FREE if free else HOLD, f"{key} {self.days}")
        try:
            hold(self.ledger, command, key_of(key), "dispute", free=free)
        except Refused:
            assert key not in self.totals
            return
        (self.held.discard if free else self.held.add)(key)

    @rule(key=st.sampled_from(KEYS), down_to=st.integers(0, 300))
    def claw_back(self, key: str, down_to: int) -> None:
        """Less by hand, until a run says something new."""
        self.days += 1
        try:
            claw_back(self.ledger, self.command("clawback", f"{self.days}"), key_of(key), down_to, "found", PAY_ON)
        except Refused:
            assert self.totals.get(key, 0) <= down_to
            return
        assert self.totals[key] > down_to
        self.totals[key] = down_to

    @rule()
    def plan(self) -> None:
        """A plan of what is open now."""
        try:
            self.plans.append(make_plan(self.ledger, person("maker"), NOW, "2026", PAY_ON))
        except Refused:
            assert not any(self.open_by_earner().values())

    @precondition(lambda self: self.plans)
    @rule(place=st.integers(0, 5))
    def release(self, place: int) -> None:
        """Any plan, also an old one, also a second time: it pays what is still right, once."""
        planned = self.plans[-1 - place % len(self.plans)]
        signature = person("maker").sign(NAMESPACE, planned.text)
        approve(self.ledger, self.command("approve", planned.id), planned.id, signature)
        done = release(self.ledger, self.command("release", planned.id), planned.id, PAY_ON)
        amounts = {due.payee.id: due.minor for due in done.going}
        assert amounts.items() <= {due.payee.id: due.minor for due in planned.plan.outlook.due}.items()
        if planned.id not in self.released:
            assert all(minor >= MINIMUM for minor in amounts.values())
            for payee, minor in amounts.items():
                self.paid[payee] += minor
                assert self.open_by_earner()[payee] >= 0 or done.planned.plan.controls.recover < 1
        self.released[planned.id] = sum(amounts.values())

    def open_by_earner(self) -> dict[str, int]:
        """What the ledger says is owed to each."""
        sums = {"P-1": 0, "P-2": 0}
        with reading(self.ledger.engine) as connection:
            for each in open_items(connection, head_of(connection).position):
                sums[each.party] += each.minor
        return sums

    @invariant()
    def earned_is_paid_or_open(self) -> None:
        """For each earner, what all keys come to is paid or open: nothing is lost, and nothing is there twice."""
        if not hasattr(self, "ledger"):
            return
        owed = self.open_by_earner()
        for earner, paid in self.paid.items():
            earned = sum(minor for key, minor in self.totals.items() if key.startswith(earner))
            assert earned == paid + owed[earner]
        with reading(self.ledger.engine) as connection:
            accounts: dict[str, int] = dict(
                connection.exec_driver_sql("SELECT account, sum(minor) FROM posting GROUP BY 1").all()
            )
        assert sum(accounts.values()) == 0
        assert accounts.get("accrued", 0) == -sum(owed.values())
        assert accounts.get("in_transit", 0) == -sum(self.paid.values())
        files = list((Path(self.folder.name) / "outbox" / "bank").iterdir())
        assert len(files) == sum(1 for minor in self.released.values() if minor)

    def teardown(self) -> None:
        """The folder goes."""
        self.folder.cleanup()


TestLedgers = Ledgers.TestCase
TestLedgers.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
