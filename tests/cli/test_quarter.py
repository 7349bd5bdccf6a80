"""A quarter from a run to a payment, from the shell, and everything that is refused on the way."""

from __future__ import annotations

import json
import resource
import shutil
import signal
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cli.app import run as command_line
from cli.exits import ExitCode
from tests.cli.conftest import Shell

AS_OF = ("--as-of", "2026-07-31")
QUARTER = ("pay", "plan", "2026-Q2", "--pay-on", "2026-07-31")
# By hand, from sales.csv: 1 % to 50,000, 2 % to 200,000, 3 % above, at most 10,000 a quarter, services left out.
#   R-100  84,000 and 105,000: 1,180 and 1,600     R-200  100,000 and 180,000: 1,500 and 3,100
#   R-400  362,000 and 480,000: 8,360 and 10,000   are not silver
REBATES = Decimal("25740.00")
# 150 a unit of EdgeGuard 9 from March to May, at most 1,500 a seller: A-2 12 units, B-3 90, C-1 8 less 2, D-2 6.
SPIFFS = Decimal("4800.00")


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published program, its records, and a run that was rechecked."""
    folder = tmp_path_factory.mktemp("evaluated")
    home = ("--home", str(folder / ".rung"), "--quiet")
    assert command_line([*home, "init", str(folder / "acme"), "--template", "reseller"]) == 0
    assert command_line([*home, "publish", str(folder / "acme" / "2026.yaml")]) == 0
    done = [*home, "evaluate", "acme@2026", "--data", str(folder / "acme"), *AS_OF, "--recheck", "all"]
    assert command_line(done) == 0
    return folder


Prepared = Callable[..., None]


@pytest.fixture
def desk(evaluated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rung: Shell) -> Path:
    """A copy of the folder in which commands run, with a key for anna and a ledger."""
    shutil.copytree(evaluated, tmp_path, dirs_exist_ok=True)
    (tmp_path / "secret").write_text("correct horse\n", "utf-8")
    monkeypatch.setenv("RUNG_PASSPHRASE_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("RUNG_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("RUNG_PERSON", raising=False)
    assert rung("key", "create", "anna").code == 0
    assert rung("ledger", "create", "acme", "--outbox", "outbox").code == 0
    return tmp_path


def run_id(rung: Shell) -> str:
    """The run of the workspace."""
    found = json.loads(rung("runs", "--json").out)["runs"]
    return str(found[-1]["run"])


def planned(rung: Shell, *more: str) -> dict[str, object]:
    """A plan as JSON has it."""
    answer = rung(*QUARTER, "--json", *more)
    assert answer.code == 0, answer.err
    return dict(json.loads(answer.out))


def test_one_person_gets_from_a_run_to_a_payment(desk: Path, rung: Shell) -> None:
    """Posted, planned, approved by the only person there is, and released once: the amounts of the run, to the cent."""
    posted = rung("post", run_id(rung), "--json")
    assert posted.code == 0
    differences = json.loads(posted.out)["differences"]
    assert sum(Decimal(each["amount"]) for each in differences if each["incentive"] == "volume_rebate") == REBATES
    assert sum(Decimal(each["amount"]) for each in differences if each["incentive"] == "launch_spiff") == SPIFFS
    again = rung("post", run_id(rung))
    assert again.code == 0 and "was posted already" in again.err
    balance = json.loads(rung("balance", "--json").out)["rows"]
    assert balance == [
        {"account": "accrued", "currency": "USD", "balance": "-30540.00"},
        {"account": "cost", "currency": "USD", "balance": "30540.00"},
    ]
    plan = planned(rung)
    assert plan["sums"] == {"USD": "30540.00"} and plan["blocked"] == {}
    assert planned(rung)["plan"] == plan["plan"]  # nothing new is known
    assert rung("pay", "approve", str(plan["file"])).code == 0
    assert rung("pay", "release", str(plan["plan"])).code == ExitCode.REFUSED
    signature = f"{plan['plan']}.anna.sig"
    done = rung("pay", "release", str(plan["plan"]), "--approval", signature, "--json")
    assert done.code == 0 and "not independently approved" in done.err
    released = json.loads(done.out)
    assert (released["payments"], released["sums"], released["already"]) == (7, {"USD": "30540.00"}, False)
    assert released["dropped"] == [] and released["independently_approved"] is False
    file = desk / released["file"]
    before = file.read_bytes()
    assert before.decode().count("\n") == 8
    second = json.loads(rung("pay", "release", str(plan["plan"]), "--json").out)
    assert second["already"] is True and second["sha256"] == released["sha256"] and file.read_bytes() == before
    assert len(list((desk / "outbox" / "bank").iterdir())) == 1
    assert json.loads(rung("balance", "--earners", "--json").out)["rows"] == []
    shown = rung("pay", "show", str(plan["plan"]))
    assert shown.code == 0 and "To pay" in shown.out
    assert rung(*QUARTER).code == ExitCode.REFUSED  # nothing is open


def test_with_two_nobody_approves_an_own_plan(desk: Path, rung: Shell) -> None:
    """From the second person on, the maker's signature does not count, and the other one's does."""
    key = rung("key", "create", "ben").out
    (desk / "ben.pub").write_text(key, "utf-8")
    added = rung("actor", "add", "ben", "--key", "ben.pub", "--roles", "checker", "--person", "anna")
    assert added.code == 0, added.err
    rung("post", run_id(rung), "--person", "anna")
    plan = planned(rung, "--person", "anna")
    file, id = str(plan["file"]), str(plan["plan"])
    own_signature, signature = f"{id}.anna.sig", f"{id}.ben.sig"
    assert rung("pay", "approve", file, "--person", "anna").code == 0
    own = rung("pay", "release", id, "--approval", own_signature, "--person", "anna")
    assert own.code == ExitCode.REFUSED and "anna made it" in own.err
    assert rung("pay", "approve", file, "--person", "ben").code == 0
    by_ben = rung("pay", "release", id, "--approval", signature, "--person", "ben")
    assert by_ben.code == ExitCode.REFUSED and "ben is not a maker" in by_ben.err
    done = rung("pay", "release", id, "--approval", signature, "--person", "anna", "--json")
    assert done.code == 0 and json.loads(done.out)["independently_approved"] is True
    assert "checker" in rung("actor", "list").out
    assert rung("actor", "remove", "anna", "--person", "anna").code == ExitCode.REFUSED
    assert rung("actor", "remove", "ben", "--person", "anna").code == 0
    assert "ben" not in rung("actor", "list").out


def test_a_run_that_may_not_be_posted(desk: Path, rung: Shell) -> None:
    """A run that was not rechecked for all, or is of a draft, is refused with what to do."""
    earlier = ("--data", "acme", "--as-of", "2026-08-31")
    assert rung("evaluate", "acme@2026", *earlier, "--recheck", "2").code == 0
    listed = {each["as_of"]: each["run"] for each in json.loads(rung("runs", "--json").out)["runs"]}
    refused = rung("post", listed["2026-08-31"])
    assert refused.code == ExitCode.REFUSED and "--recheck all" in refused.err
    text = (desk / "acme" / "2026.yaml").read_text("utf-8").replace("150 USD", "151 USD")
    (desk / "acme" / "2026.yaml").write_text(text, "utf-8")
    assert rung("evaluate", "acme/2026.yaml", "--data", "acme", *AS_OF, "--recheck", "all").code == 0
    drafts = [each["run"] for each in json.loads(rung("runs", "--json").out)["runs"] if each["state"] == "draft"]
    refused = rung("post", drafts[0])
    assert refused.code == ExitCode.REFUSED and "rung publish" in refused.err
    assert json.loads(rung("balance", "--json").out)["rows"] == []


def test_a_feed_that_lost_a_region(desk: Path, rung: Shell) -> None:
    """A later run without most earnings is refused, with what is gone; it is booked once somebody says why."""
    assert rung("post", run_id(rung)).code == 0
    sales = desk / "acme" / "demo" / "sales.csv"
    kept = [line for line in sales.read_text("utf-8").splitlines(keepends=True) if ",R-400," not in line]
    sales.write_text("".join(kept), "utf-8")
    assert rung("evaluate", "acme@2026", "--data", "acme", "--as-of", "2026-08-31", "--recheck", "all").code == 0
    listed = {each["as_of"]: each["run"] for each in json.loads(rung("runs", "--json").out)["runs"]}
    refused = rung("post", listed["2026-08-31"])
    assert refused.code == ExitCode.REFUSED
    assert "1 of 4 earnings of launch_spiff with 900.00 USD" in refused.err  # 6 units at 150 USD
    assert "1 of 3 earnings of volume_rebate 2026-Q2" in refused.err
    assert "--acknowledge gone --reason" in refused.err
    assert rung("post", listed["2026-08-31"], "--acknowledge", "gone").code == ExitCode.USAGE
    told = rung("post", listed["2026-08-31"], "--acknowledge", "gone", "--reason", "R-400 left", "--json")
    assert told.code == 0
    gone = [each for each in json.loads(told.out)["differences"] if each["why"] == "gone"]
    assert gone and all(each["amount"].startswith("-") for each in gone)
    older = rung("post", listed["2026-07-31"])
    assert older.code == ExitCode.REFUSED and "is posted already" in older.err


@pytest.mark.parametrize("place", [0, 40, -30])
def test_a_plan_with_one_byte_changed(desk: Path, rung: Shell, place: int) -> None:
    """The file of a plan is signed as it was made or not at all."""
    rung("post", run_id(rung))
    file = desk / str(planned(rung)["file"])
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    refused = rung("pay", "approve", file.name)
    assert refused.code == ExitCode.INTEGRITY
    assert list(desk.glob("*.sig")) == []


def test_a_ledger_that_was_restored_or_copied(desk: Path, rung: Shell) -> None:
    """Yesterday's copy finds heads of events that it does not have; a copy that went on alone finds other ones."""
    ledger = desk / ".rung" / "ledgers" / "acme"
    shutil.copytree(ledger, desk / "yesterday")
    rung("post", run_id(rung))
    plan = planned(rung)
    after = desk / "today"
    shutil.move(ledger, after)
    shutil.copytree(desk / "yesterday", ledger)
    restored = rung("post", run_id(rung))
    assert restored.code == ExitCode.INTEGRITY and "it was restored" in restored.err
    shutil.rmtree(ledger)
    shutil.copytree(after, ledger)
    assert rung("pay", "approve", str(plan["file"])).code == 0
    assert rung("pay", "release", str(plan["plan"]), "--approval", f"{plan['plan']}.anna.sig").code == 0


def test_rows_changed_behind_the_guards(desk: Path, rung: Shell) -> None:
    """Whoever takes a guard away and changes what is owed is found out before anything is paid."""
    import sqlite3

    rung("post", run_id(rung))
    plan = planned(rung)
    rung("pay", "approve", str(plan["file"]))
    connection = sqlite3.connect(desk / ".rung" / "ledgers" / "acme" / "ledger.sqlite")
    connection.executescript("DROP TRIGGER item_keeps; UPDATE item SET party = 'R-999' WHERE id = 1;")
    connection.close()
    refused = rung("pay", "release", str(plan["plan"]), "--approval", f"{plan['plan']}.anna.sig")
    assert refused.code == ExitCode.INTEGRITY and "rows were changed" in refused.err
    assert list((desk / "outbox" / "bank").iterdir()) == []


BAD: list[tuple[tuple[str, ...], ExitCode, str]] = [
    (("ledger", "create", "acme", "--outbox", "other"), ExitCode.REFUSED, "is there already"),
    (("ledger", "create", "Ä", "--outbox", "other"), ExitCode.USAGE, "cannot be the name"),
    (("ledger", "create", "b", "--outbox", "o", "--pay-by", "cash"), ExitCode.USAGE, "no way to pay"),
    (("ledger", "create", "b", "--outbox", "o", "--pay-by", "bank"), ExitCode.USAGE, "not supported yet"),
    (("key", "create", "anna"), ExitCode.REFUSED, "has a key already"),
    (("post", "run-0000000000000000"), ExitCode.INVALID, "nothing in this workspace"),
    (("balance", "--ledger", "other"), ExitCode.REFUSED, "there is no ledger `other`"),
    (("balance", "--person", "x"), ExitCode.USAGE, "No such option"),
    (("pay", "show", "plan-00000000"), ExitCode.REFUSED, "there is no plan"),
    (("pay", "release", "plan-00000000"), ExitCode.REFUSED, "there is no plan"),
    (("pay", "release", "plan-00000000", "--approval", "none.sig"), ExitCode.USAGE, "cannot read the signature"),
    (("pay", "approve", "none.rung"), ExitCode.USAGE, "cannot read"),
    (("pay", "approve", "secret"), ExitCode.INTEGRITY, "not the file of a plan"),
    (QUARTER, ExitCode.REFUSED, "nothing is open"),
    (("pay", "plan", "2026-Q2", "--pay-on", "31.7.2026"), ExitCode.USAGE, "is not a date"),
    (("actor", "add", "x", "--key", "none.pub", "--roles", "maker"), ExitCode.USAGE, "cannot read the key"),
    (("actor", "add", "x", "--key", "secret", "--roles", "maker"), ExitCode.USAGE, "not a public key"),
    (("actor", "add", "x", "--key", "secret", "--roles", "boss"), ExitCode.USAGE, "there is no role `boss`"),
    (("actor", "remove", "zoe"), ExitCode.REFUSED, "zoe is not enrolled"),
    (("post", "run-1", "--person", "zoe"), ExitCode.INVALID, "too short"),
]


def test_bad_input(desk: Path, rung: Shell) -> None:
    """Each wrong call gives its exit code and says what is wrong; the ledger stays as it was."""
    before = (desk / ".rung" / "ledgers" / "acme" / "ledger.sqlite").read_bytes()
    for words, code, said in BAD:
        answer = rung(*words)
        assert (answer.code, said in answer.err) == (code, True), (words, answer.err)
        assert (desk / ".rung" / "ledgers" / "acme" / "ledger.sqlite").read_bytes() == before


def test_keys(desk: Path, rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a passphrase, with a wrong one, and with several keys, commands say what to do."""
    listed = rung("key", "list")
    assert listed.code == 0 and "anna" in listed.out and "SHA256:" in listed.out
    (desk / "secret").write_text("wrong\n", "utf-8")
    wrong = rung("post", run_id(rung))
    assert wrong.code == ExitCode.USAGE and "passphrase" in wrong.err
    monkeypatch.delenv("RUNG_PASSPHRASE_FILE")
    none = rung("post", run_id(rung), "--no-input")
    assert none.code == ExitCode.USAGE and "RUNG_PASSPHRASE_FILE" in none.err
    monkeypatch.setenv("RUNG_PASSPHRASE_FILE", str(desk / "secret"))
    rung("key", "create", "ben")
    several = rung("post", run_id(rung))
    assert several.code == ExitCode.USAGE and "anna, ben" in several.err
    stranger = rung("post", run_id(rung), "--person", "ben")
    assert stranger.code == ExitCode.REFUSED and "ben is not enrolled" in stranger.err
    monkeypatch.setenv("RUNG_KEYS", str(desk / "empty"))
    assert "no key in" in rung("key", "list").err
    assert rung("post", run_id(rung)).code == ExitCode.USAGE


def test_what_a_person_decides(desk: Path, rung: Shell) -> None:
    """Held, freed, forfeited, taken back, paid back and written off: the accounts by hand.

    R-100 has earned 1,180.00 in the first quarter, and 1,600.00 in the second.
    """
    rung("post", run_id(rung))
    key = (
        "--earner",
        "R-100",
        "--incentive",
        "volume_rebate",
        "--period",
    )
    why = ("--reason", "agreed")

    def accounts() -> dict[str, str]:
        rows = json.loads(rung("balance", "--json").out)["rows"]
        return {each["account"]: each["balance"] for each in rows}

    def to_pay() -> str:
        return str(planned(rung)["sums"]["USD"])  # type: ignore[index]  # a mapping of JSON

    assert rung("pay", "hold", *key, "2026-Q1", *why).code == 0
    assert (to_pay(), accounts()["accrued"]) == ("29360.00", "-30540.00")
    assert rung("pay", "free", *key, "2026-Q1", *why).code == 0
    assert to_pay() == "30540.00"
    assert rung("pay", "forfeit", *key, "2026-Q1", *why).code == 0
    assert accounts() == {"accrued": "-29360.00", "cost": "29360.00"}
    assert "nothing is owed" in rung("pay", "forfeit", *key, "2026-Q1", *why).err
    plan = planned(rung)
    rung("pay", "approve", str(plan["file"]))
    assert rung("pay", "release", str(plan["plan"]), "--approval", f"{plan['plan']}.anna.sig").code == 0
    taken = ("--to", "600.00", "--currency", "USD")
    assert rung("pay", "clawback", *key, "2026-Q2", *taken, *why).code == 0
    rung("pay", "clawback", *key, "2026-Q2", *taken, *why)  # refused, or the same command: it is taken once
    owes = json.loads(rung("balance", "--earners", "--json").out)["rows"]
    assert owes == [{"role": "partner", "earner": "R-100", "currency": "USD", "owed": "-1000.00", "items": "1"}]
    debt = ("--earner", "R-100", "--currency", "USD", *why, "--amount")
    assert rung("pay", "refund", *debt, "1000.01").code == ExitCode.REFUSED
    assert rung("pay", "refund", *debt, "970.00").code == 0
    assert "done already" in rung("pay", "refund", *debt, "970.00").err
    assert rung("pay", "write-off", *debt, "30.00").code == 0
    assert json.loads(rung("balance", "--earners", "--json").out)["rows"] == []
    assert accounts() == {"bad_debt": "30.00", "bank": "970.00", "cost": "28360.00", "in_transit": "-29360.00"}


NOT_DECIDED: list[tuple[tuple[str, ...], str]] = [
    (("hold", "--earner", "R-999", "--incentive", "volume_rebate", "--reason", "x"), "no earning was posted"),
    (("hold", "--earner", "R-100", "--incentive", "volume_rebate", "--reason", "x"), "several earnings"),
    (("refund", "--earner", "R-100", "--amount", "5", "--currency", "USD", "--reason", "x"), "owes nothing in USD"),
    (("refund", "--earner", "R-100", "--amount", "-5", "--currency", "USD", "--reason", "x"), "is not an amount"),
    (("refund", "--earner", "R-100", "--amount", "1.005", "--currency", "USD", "--reason", "x"), "minor units"),
    (("refund", "--earner", "R-100", "--amount", "5", "--currency", "XAU", "--reason", "x"), "cannot be paid"),
    (
        ("write-off", "--earner", "R-100", "--amount", "5", "--currency", "USD", "--reason", "x", "--role", "boss"),
        "no role `boss`",
    ),
]


def test_what_a_person_may_not_decide(desk: Path, rung: Shell) -> None:
    """Each is refused with its reason, and nothing is booked."""
    rung("post", run_id(rung))
    for words, said in NOT_DECIDED:
        answer = rung("pay", *words)
        assert answer.code in (ExitCode.REFUSED, ExitCode.USAGE) and said in answer.err, (words, answer.err)
    assert len(json.loads(rung("balance", "--json").out)["rows"]) == 2


LINE = "DROP TRIGGER posting_sealed; INSERT INTO posting VALUES (1, 99, 'cost', '', '', 'USD', 5)"


@pytest.mark.long
def test_doctor_examines_ledgers(desk: Path, rung: Shell) -> None:
    """A sound ledger is sound; without a guard, with a changed event or a line too many, or restored, it is not."""
    import sqlite3

    rung("post", run_id(rung))
    planned(rung)
    ledger = desk / ".rung" / "ledgers" / "acme"
    shutil.copytree(ledger, desk / "kept")
    answer = rung("doctor", "--json")
    assert answer.out, answer
    sound = json.loads(answer.out)
    mine = [each for each in sound["checks"] if each["name"] == "ledger acme"]
    assert [each["state"] for each in mine] == ["note", "ok"] and "another disk" in mine[0]["cure"]
    for statement, said in (
        ("DROP TRIGGER item_keeps", "guards are missing or changed: item_keeps"),
        ("DROP TRIGGER event_keeps; UPDATE event SET body = '{}' WHERE seq = 3", "event 3 is not as it was written"),
        ("DROP TRIGGER item_keeps; UPDATE item SET minor = minor + 1 WHERE id = 1", "but the accounts say"),
        (
            LINE,
            "does not add up",
        ),
    ):
        connection = sqlite3.connect(ledger / "ledger.sqlite")
        connection.executescript(statement)
        connection.close()
        damaged = rung("doctor", "--json")
        texts = [each["text"] for each in json.loads(damaged.out)["checks"] if each["name"] == "ledger acme"]
        assert damaged.code == ExitCode.INTEGRITY and any(said in each for each in texts), texts
        shutil.rmtree(ledger)
        shutil.copytree(desk / "kept", ledger)
    (ledger / "ledger.sqlite").unlink()
    assert rung("doctor").code == ExitCode.REFUSED


def test_controls(desk: Path, rung: Shell) -> None:
    """A minimum holds from when it is set; a file for another ledger, or with a mistake, changes nothing."""
    rung("post", run_id(rung))
    file = desk / ".rung" / "ledgers" / "acme" / "controls.yaml"
    assert rung("ledger", "controls", str(file)).code == 0
    text = file.read_text("utf-8").replace("minimum: {}", "minimum: {USD: 1_500.01}")
    file.write_text(text, "utf-8")
    assert "1,500.01 USD" in rung("ledger", "controls", str(file), "--dry-run").out
    assert planned(rung)["blocked"] == {}
    assert "1,500.01 USD" in rung("ledger", "controls", str(file)).out
    assert "1,500.01 USD" in rung("ledger", "controls").out
    assert planned(rung)["blocked"] == {"below minimum": 4}  # two sellers at 1,500.00, two at 900.00
    file.write_text(text.replace("controls: acme", "controls: other"), "utf-8")
    assert rung("ledger", "controls", str(file), "--ledger", "acme").code == ExitCode.REFUSED
    file.write_text(text.replace("1_500.01", "many"), "utf-8")
    wrong = rung("ledger", "controls", str(file))
    assert wrong.code == ExitCode.INVALID and "RNG951" in wrong.err


def test_a_file_that_is_no_ledger_and_a_disk_that_is_full(desk: Path, rung: Shell) -> None:
    """One sentence with what SQLite says, an exit code, and nothing half-booked."""
    file = desk / ".rung" / "ledgers" / "acme" / "ledger.sqlite"
    size = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * 4096, size[1]))  # a disk with room for a few pages
    try:
        full = rung("post", run_id(rung))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, size)
        signal.signal(signal.SIGXFSZ, handler)
    assert full.code == ExitCode.USAGE and "cannot be read or written" in full.err, full
    assert json.loads(rung("balance", "--json").out)["rows"] == []
    assert rung("post", run_id(rung)).code == 0
    file.write_bytes(b"this is a text and no database" * 200)
    for words in (("balance",), ("actor", "list"), ("ledger", "controls"), ("post", run_id(rung)), QUARTER):
        answer = rung(*words)
        assert answer.code == ExitCode.USAGE and "file is not a database" in answer.err, answer
    assert rung("doctor").code == ExitCode.INTEGRITY


def test_balances_of_a_day_that_is_past(desk: Path, rung: Shell) -> None:
    """What was booked on later days is not in it."""
    rung("post", run_id(rung))
    assert json.loads(rung("balance", "--at", "2026-01-01", "--json").out)["rows"] == []
    assert json.loads(rung("balance", "--at", "2026-01-01", "--earners", "--json").out)["rows"] == []
    later = json.loads(rung("balance", "--at", "2100-01-01", "--earners", "--json").out)["rows"]
    assert sum(Decimal(each["owed"]) for each in later) == REBATES + SPIFFS
    assert {each["role"] for each in later} == {"partner", "seller"}


def test_somebody_else_is_paid_from_the_shell(desk: Path, rung: Shell) -> None:
    """A seller's money goes to the partner: one payment less, the same sum."""
    rung("post", run_id(rung))
    done = rung("payee", "assign", "A-2", "R-100", "--role", "seller")
    assert done.code == 0 and "is paid for seller A-2" in done.err
    plan = planned(rung)
    assert (plan["payments"], plan["sums"]) == (6, {"USD": "30540.00"})
    assert rung("payee", "assign", "A-2", "R-100", "--role", "boss").code == ExitCode.USAGE
