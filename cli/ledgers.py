"""Ledgers and persons for the commands: which ledger, whose key, what time; and what a refusal is for the shell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop

if TYPE_CHECKING:
    from cli.options import Settings
    from engine.ledger.ledger import Command, Ledger, Person
    from engine.signing.keys import SigningKey

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
PUBLIC = ".pub"
PASSPHRASE = "RUNG_PASSPHRASE_FILE"  # the name of a variable, no secret
KEYS = "RUNG_KEYS"
PERSON = "RUNG_PERSON"

LedgerOption = Annotated[
    str | None, typer.Option("--ledger", metavar="NAME", help="The ledger; the only one if left out.")
]
PersonOption = Annotated[
    str | None,
    typer.Option("--person", metavar="NAME", help="Whose key signs; the only one of this user if left out."),
]


def ledgers_folder(settings: Settings) -> Path:
    """Where the ledgers of the workspace are."""
    return settings.home / "ledgers"


def named(name: str, what: str) -> str:
    """A name that can be a folder or a file everywhere."""
    if not NAME.fullmatch(name):
        cure = "use 1 to 63 small letters, digits, `_`, `.` and `-`, and begin with a letter or digit"
        raise Stop(ExitCode.USAGE, f"`{name}` cannot be the name of {what}", cure)
    return name


def ledger_at(settings: Settings, name: str | None, *, read_only: bool = False) -> Ledger:
    """The ledger of this name, or the only one of the workspace."""
    from engine.ledger.ledger import FILE, open_ledger

    folder = ledgers_folder(settings)
    if name is None:
        found = sorted(each.parent.name for each in folder.glob(f"*/{FILE}"))
        if len(found) != 1:
            message = f"there are several ledgers: {', '.join(found)}" if found else "there is no ledger yet"
            cure = "name one with `--ledger`" if found else "make one: rung ledger create NAME --outbox DIR"
            raise Stop(ExitCode.USAGE, message, cure)
        name = found[0]
    with refusals():
        return open_ledger(folder / named(name, "a ledger"), read_only=read_only)


@contextmanager
def refusals() -> Iterator[None]:
    """What the ledger refuses, with the exit code of a control; what does not hold, with that of a proof."""
    from engine.ledger.database import Busy, Unusable
    from engine.ledger.ledger import Refused, Tampered
    from engine.ledger.log import Damaged
    from engine.signing.keys import BadKey

    try:
        yield
    except Refused as refused:
        raise Stop(ExitCode.REFUSED, refused.message, refused.cure) from None
    except (Tampered, Damaged) as tampered:
        raise Stop(ExitCode.INTEGRITY, str(tampered), "find out who changed what before anything is paid") from None
    except Busy:
        raise Stop(ExitCode.REFUSED, "another command is writing to this ledger", "try again when it is done") from None
    except Unusable as fault:
        message = f"the ledger cannot be read or written: {fault}"
        raise Stop(ExitCode.USAGE, message, "free space on its disk, or restore the file from a copy") from None
    except BadKey as bad:
        raise Stop(ExitCode.USAGE, str(bad), "rung key list shows the keys of this user") from None


def keys_folder() -> Path:
    """Where this user's keys are: outside of every workspace."""
    named_folder = os.environ.get(KEYS, "")
    if named_folder:
        return Path(named_folder).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        return (Path(base) if Path(base).is_absolute() else Path.home() / ".config") / "rung" / "keys"
    except RuntimeError:
        raise Stop(ExitCode.USAGE, "this user has no home for keys", f"name a folder in the variable {KEYS}") from None


def keys_here() -> tuple[str, ...]:
    """The names of this user's keys."""
    folder = keys_folder()
    return tuple(sorted(each.stem for each in folder.glob(f"*{PUBLIC}"))) if folder.is_dir() else ()


def person_of(settings: Settings, name: str | None) -> Person:
    """Who gives the command, with the key that signs. The passphrase is asked once."""
    from engine.ledger.ledger import Person
    from engine.signing.sshsig import sign

    name = who(name)
    key = key_of(settings, name)
    return Person(name, key.public.text, partial(sign, key))


def who(name: str | None) -> str:
    """The person named, or whose key is the only one here."""
    name = name or os.environ.get(PERSON) or None
    if name is not None:
        return named(name, "a person")
    found = keys_here()
    if len(found) != 1:
        message = f"there are several keys: {', '.join(found)}" if found else "there is no key yet"
        cure = f"say who you are: `--person` or {PERSON}" if found else "make one: rung key create NAME"
        raise Stop(ExitCode.USAGE, message, cure)
    return found[0]


def key_of(settings: Settings, name: str) -> SigningKey:
    """The private key of a person."""
    from engine.signing.keys import read_key

    with refusals():
        return read_key(keys_folder() / name, passphrase(settings, f"Passphrase of {name}'s key: "))


def passphrase(settings: Settings, prompt: str) -> bytes:
    """From the file that RUNG_PASSPHRASE_FILE names, or asked on the terminal."""
    file = os.environ.get(PASSPHRASE, "")
    if file:
        try:
            return Path(file).expanduser().read_bytes().rstrip(b"\r\n")
        except (OSError, RuntimeError):
            raise Stop(ExitCode.USAGE, f"the file that {PASSPHRASE} names cannot be read") from None
    missing = Stop(ExitCode.USAGE, "a passphrase is needed", f"name a file with it in the variable {PASSPHRASE}")
    if settings.no_input:
        raise missing
    from getpass import getpass

    try:
        return getpass(prompt).encode()
    except EOFError:
        raise missing from None


def earning_role(role: str) -> str:
    """What an earner is: a partner or a seller."""
    from engine.ledger.from_run import PARTNER_ROLE, SELLER_ROLE

    if role not in (PARTNER_ROLE, SELLER_ROLE):
        raise Stop(ExitCode.USAGE, f"there is no role `{role}` of an earner", "use partner or seller")
    return role


def command_of(kind: str, subject: str, person: Person, *, repeats: bool = False) -> Command:
    """A command given now."""
    from engine.ledger.ledger import Command

    return Command(kind, subject, person, now(), repeats)


def now() -> str:
    """The time of the shell's clock."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> date:
    """The day of the shell's clock."""
    return datetime.now(UTC).date()
