"""Plays the cases of `payouts.yaml` on a real ledger. An earning is `EARNER INCENTIVE PERIOD [SOURCE] [CURRENCY]`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import text

from engine.language.currency import amount_of, minor_of
from engine.ledger.clearing import Ending, end_debt
from engine.ledger.controls import Controls
from engine.ledger.database import reading
from engine.ledger.enrolling import enrol
from engine.ledger.facts import FREE, HOLD
from engine.ledger.holding import claw_back, hold
from engine.ledger.ledger import Command, Ledger, Refused, Tampered, create_ledger
from engine.ledger.log import head_of
from engine.ledger.paying import NAMESPACE, Paid, Planned, approve, make_plan, release
from engine.ledger.people import ENROL, Actor, Role
from engine.ledger.planning import Payee, open_items
from engine.ledger.post import post
from engine.ledger.posting import Answer, Scope
from tests.engine.ledger.persons import person

FAMILY = "acme"
START = date(2026, 1, 1)
PERIODS = {"M1": 1, "M2": 2, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
NOW = "2026-12-01T12:00:00Z"
AMPLE = 10**15


def earning_of(key: str) -> dict[str, str]:
    """The columns of an earning's key, and its day."""
    earner, incentive, period, *more = key.split()
    currency = more.pop() if more and len(more[-1]) == 3 and more[-1].isalpha() else "USD"
    start, before = days_of(period)
    return {
        "family": FAMILY, "incentive": incentive, "period": period, "keys": "", "partner": earner, "role": "partner",
        "earner": earner, "source": more[0] if more else "", "currency": currency, "start": start.isoformat(),
        "before": before.isoformat(),
    }  # fmt: skip


def days_of(period: str) -> tuple[date, date]:
    """The first day of a period and the first after it: each has a month of its own."""
    return date(2026, PERIODS[period], 1), date(2026, PERIODS[period], 28)


DAYS = {"start", "before"}


def key_of(earning: str) -> dict[str, str]:
    """The key alone."""
    return {name: value for name, value in earning_of(earning).items() if name not in DAYS}


def scope_of(periods: list[str] | None) -> tuple[Scope, ...]:
    """What a run decides: the periods named, or all."""
    names = ("rebate", "spiff", "bonus")
    first, last = (periods[0], periods[-1]) if periods else ("M1", "Q4")
    return tuple(Scope(each, days_of(first)[0], days_of(last)[1]) for each in names)


@dataclass
class Game:
    """One case on one ledger."""

    case: Mapping[str, Any]
    folder: Path
    ledger: Ledger = field(init=False)
    plans: dict[str, Planned] = field(default_factory=dict)
    paid: list[Paid] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    number: int = 0
    people: list[str] = field(init=False)

    def __post_init__(self) -> None:
        minimum = self.case.get("minimum")
        limit = self.case.get("limit")
        share = Fraction(Decimal(str(self.case.get("recover_at_most", "100%")).rstrip("%"))) / 100
        alone = dict.fromkeys(("USD", "EUR", "JPY", "KWD"), AMPLE)
        if limit:
            alone["USD"] = minor_of(Decimal(limit), "USD")
        controls = Controls({"USD": minor_of(Decimal(minimum), "USD")} if minimum else {}, alone, share)
        self.people = list(self.case.get("people", ["maker", "checker"]))
        self.ledger = create_ledger(
            self.folder / "ledger", FAMILY, self.folder / "outbox", controls, person("maker"), NOW
        )

        for name in self.people[1:]:
            roles = frozenset((Role.CHECKER,))
            enrol(self.ledger, self.command(ENROL, name), Actor(name, person(name).key, roles))

    def command(self, kind: str, subject: str, who: str = "maker") -> Command:
        """A command of this case."""
        return Command(kind, subject, person(who), NOW)

    def play(self) -> None:
        """Every event; refusals are noted with the exit code that they mean."""
        for number, event in enumerate(self.case["events"], 1):
            self.number = number
            ((kind, said),) = event.items()
            try:
                getattr(self, f"do_{kind}")(said or {})
            except Refused:
                self.refused[self.number] = 6
            except Tampered:
                self.refused[self.number] = 7

    def do_post(self, said: Mapping[str, Any]) -> None:
        """A run, posted on the day that its name counts."""
        rows: list[Mapping[str, object]] = []
        for key, amount in said["earnings"].items():
            earning = earning_of(key)
            minor = None if amount == "undecided" else minor_of(Decimal(amount), earning["currency"])
            rows.append(earning | {"minor": minor})
        as_of = START + timedelta(days=int(said["run"].lstrip("r")))
        answer = Answer(FAMILY, said["run"], hashlib.sha256(said["run"].encode()).hexdigest(), as_of,
                        scope_of(said.get("periods")), rows)  # fmt: skip
        post(self.ledger, self.command("post", said["run"]), answer, as_of, "yes" if said.get("acknowledged") else "")

    def do_plan(self, said: Mapping[str, Any]) -> None:
        """A plan, with a name of the case."""
        self.plans[said["id"]] = make_plan(self.ledger, person("maker"), NOW, said["id"], date(2026, 12, 31))

    def do_approve(self, said: Mapping[str, Any]) -> None:
        """A person agrees, if it may."""
        planned = self.plans[said["plan"]]
        signature = person(said["by"]).sign(NAMESPACE, planned.text)
        approve(self.ledger, self.command("approve", f"{planned.id} {said['by']}"), planned.id, signature)

    def do_release(self, said: Mapping[str, Any]) -> None:
        """A plan, released."""
        id = self.plans[said["plan"]].id
        done = release(self.ledger, self.command("release", id), id, date(2026, 12, 31))
        if id not in [each.planned.id for each in self.paid]:
            self.paid.append(done)

    def do_pay(self, _said: Mapping[str, Any]) -> None:
        """Planned, approved and released at once."""
        name = f"pay {self.number}"
        self.do_plan({"id": name})
        self.do_approve({"plan": name, "by": "checker"})
        self.do_release({"plan": name})

    def do_hold(self, said: Mapping[str, Any]) -> None:
        """An earning waits."""
        self._hold(said["earning"], free=False)

    def do_free(self, said: Mapping[str, Any]) -> None:
        """It no longer waits."""
        self._hold(said["earning"], free=True)

    def _hold(self, earning: str, *, free: bool) -> None:
        key = key_of(earning)
        kind = FREE if free else HOLD
        hold(self.ledger, self.command(kind, f"{earning} {self.number}"), key, "dispute", free=free)

    def do_clawback(self, said: Mapping[str, Any]) -> None:
        """An earning is set to less by hand."""
        key = key_of(said["earning"])
        target = minor_of(Decimal(said["to"]), key["currency"])
        claw_back(self.ledger, self.command("clawback", f"{said['earning']} {self.number}"), key, target, "found",
                  date(2026, 12, 1))  # fmt: skip

    def do_refund(self, said: Mapping[str, Any]) -> None:
        """A debt that was paid back."""
        self._end(Ending.REFUND, said)

    def do_write_off(self, said: Mapping[str, Any]) -> None:
        """A debt that nobody will pay."""
        self._end(Ending.WRITE_OFF, said)

    def _end(self, ending: Ending, said: Mapping[str, Any]) -> None:
        who, minor = Payee("partner", said["earner"]), minor_of(Decimal(said["amount"]), "USD")
        command = self.command(ending, f"{said['earner']} {self.number}")
        end_debt(self.ledger, command, who, "USD", minor, "agreed", date(2026, 12, 1))

    def ask(self, query: str, **values: object) -> list[Any]:
        """Rows of the ledger."""
        with reading(self.ledger.engine) as connection:
            return list(connection.execute(text(query), values))


def money(minor: int, currency: str) -> str:
    """An amount as the cases write it."""
    return f"{amount_of(minor, currency):f}" + ("" if currency == "USD" else f" {currency}")


def payments(game: Game) -> list[str]:
    """All payments ever released, in order."""
    found = game.ask("SELECT payee, minor, currency FROM payment ORDER BY id")
    return [f"{each.payee} {money(each.minor, each.currency)}" for each in found]


def open_by_earner(game: Game) -> dict[str, str]:
    """What is owed to each earner and not paid."""
    with reading(game.ledger.engine) as connection:
        items = open_items(connection, head_of(connection).position)
    sums: dict[tuple[str, str], int] = {}
    for each in items:
        sums[each.party, each.currency] = sums.get((each.party, each.currency), 0) + each.minor
    return {party: money(minor, currency) for (party, currency), minor in sums.items() if minor}


def accounts(game: Game) -> dict[str, str]:
    """The balance of each account that has one; what is in transit counts as paid: here the bank always pays."""
    sums: dict[tuple[str, str], int] = {}
    for each in game.ask("SELECT account, currency, minor FROM posting"):
        key = "bank" if each.account == "in_transit" else each.account, each.currency
        sums[key] = sums.get(key, 0) + each.minor
    return {
        account + ("" if currency == "USD" else f" {currency}"): f"{amount_of(minor, currency):f}"
        for (account, currency), minor in sums.items()
        if minor
    }


def versions(game: Game, key: str) -> list[str]:
    """What an earning came to, version by version."""
    found = game.ask(VERSIONS, **earning_of(key))
    return [money(each.total, each.currency) for each in found]


VERSIONS = """
SELECT total, item.currency FROM item JOIN earning ON earning.id = item.earning
WHERE earner = :earner AND incentive = :incentive AND period = :period AND source = :source
  AND earning.currency = :currency ORDER BY version"""
