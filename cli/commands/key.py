"""`rung key`: the keys with which this user signs."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import settings_of


def key_create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person's name.", show_default=False)],
) -> None:
    """Make a key for signing, under a passphrase, outside of the workspace.

    \b
    Example:
      rung key create anna > anna.pub

    It prints the public key, which an owner of a ledger enrols: `rung actor add anna --key anna.pub`. The keys are in
    `~/.config/rung/keys`, or in the folder that RUNG_KEYS names. The passphrase is asked on the terminal, or read
    from the file that RUNG_PASSPHRASE_FILE names.
    """
    from cli.ledgers import keys_folder, named, passphrase, refusals
    from cli.output import emit
    from engine.signing.keys import new_key, write_key

    settings = settings_of(context)
    path = keys_folder() / named(name, "a person")
    if path.exists():
        raise Stop(ExitCode.REFUSED, f"{name} has a key already", "a new one under the same name would replace nothing")
    key = new_key()
    with refusals():
        write_key(key, path, passphrase(settings, f"A passphrase for {name}'s key: "))
    emit(f"{key.public.text} {name}\n", None)
    settings.say(f"made the key of {name}: {key.public.fingerprint}")


def key_list(context: typer.Context) -> None:
    """List the keys of this user.

    \b
    Example:
      rung key list
    """
    from cli.ledgers import PUBLIC, keys_folder, keys_here
    from cli.output import Sheet, emit, render_text
    from engine.signing.keys import BadKey, parse_public_key

    rows = []
    for name in keys_here():
        try:
            key = parse_public_key((keys_folder() / f"{name}{PUBLIC}").read_text("utf-8"))
            rows.append((name, key.fingerprint, key.text))
        except (BadKey, OSError, ValueError):
            rows.append((name, "its public key cannot be read", ""))
    emit(render_text(Sheet(("name", "fingerprint", "public key"), tuple(rows))), None)
    if not rows:
        settings_of(context).say(f"no key in `{keys_folder()}` yet: rung key create NAME")
