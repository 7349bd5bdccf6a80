"""`rung pay`: what is due, checked by a second person, released once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.ledgers import LedgerOption, PersonOption
from cli.options import Format, FormatOption, JsonOption, OutputOption, chosen_format, parse_day, settings_of

if TYPE_CHECKING:
    from datetime import date

    from engine.ledger.paying import Paid, Planned

SUFFIX = ".rung"
SIGNATURE = ".sig"
ALONE = "not independently approved: nobody but its maker approved this plan"
NUMBERS = frozenset({"amount", "items"})


def pay_plan(
    context: typer.Context,
    period: Annotated[
        str, typer.Argument(metavar="PERIOD", help="What the plan is for, as 2026-Q3.", show_default=False)
    ],
    pay_on: Annotated[str, typer.Option("--pay-on", metavar="DATE", help="The day of payment.")],
    folder: Annotated[str, typer.Option("--folder", metavar="DIR", help="Where the plan's file is written.")] = ".",
    ledger: LedgerOption = None,
    person: PersonOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Plan what is to be paid, and write the plan as a file for a checker.

    \b
    Example:
      rung pay plan 2026-Q3 --pay-on 2026-10-31

    The plan pays everything that is open, and shows how that follows from what was booked. What waits is listed with
    its reason. The file has no bank details. While nothing new is booked, the same plan comes out.
    """
    from cli.ledgers import ledger_at, now, person_of, refusals
    from cli.output import document, emit, emit_bytes
    from engine.ledger.paying import make_plan
    from engine.ledger.plan import banking_day, plan_bytes

    settings = settings_of(context)
    form = chosen_format(format, json, output)
    wanted = parse_day(pay_on, "--pay-on")
    opened = ledger_at(settings, ledger)
    with refusals():
        made = make_plan(opened, person_of(settings, person), now(), period, banking_day(wanted))
    file = str(Path(folder) / f"{made.id}{SUFFIX}")
    emit_bytes([plan_bytes(dict(made.files))], file)
    if form is Format.JSON:
        emit(document("plan", {"plan": made.id, "file": file, **summary(made)}), output)
    else:
        emit(told(made, wanted, form), output)
    settings.say(f"next: a checker signs {file}: rung pay approve {file}")


def pay_show(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A plan's id.", show_default=False)],
    ledger: LedgerOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Show a plan again.

    \b
    Example:
      rung pay show plan-7c1e40aa
    """
    from cli.ledgers import ledger_at, refusals
    from cli.output import document, emit
    from engine.ledger.database import reading
    from engine.ledger.paying import read_plan

    form = chosen_format(format, json, output)
    opened = ledger_at(settings_of(context), ledger, read_only=True)
    with refusals(), reading(opened.engine) as connection:
        found = read_plan(connection, opened, plan_named(plan))
    if form is Format.JSON:
        emit(document("plan", {"plan": found.id, **summary(found)}), output)
    else:
        emit(told(found, found.plan.pay_on, form), output)


def pay_approve(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="FILE", help="The file of a plan.", show_default=False)],
    person: PersonOption = None,
) -> None:
    """Sign a plan, from its file alone: no ledger is needed. The signature goes back to who releases.

    \b
    Example:
      rung pay approve plan-7c1e40aa.rung
    """
    from cli.ledgers import person_of, refusals
    from cli.output import emit, emit_bytes
    from engine.ledger.paying import NAMESPACE
    from engine.ledger.plan_file import read_plan_file

    settings = settings_of(context)
    path = Path(plan)
    try:
        data = path.read_bytes()
    except OSError:
        raise Stop(ExitCode.USAGE, f"cannot read `{plan}`", f"name the file of a plan: it ends in {SUFFIX}") from None
    with refusals():
        found = read_plan_file(data)
    giver = person_of(settings, person)
    emit(f"{found.text.decode()}", None)
    file = str(path.with_name(f"{found.id}.{giver.name}{SIGNATURE}"))
    emit_bytes([giver.sign(NAMESPACE, found.text).encode()], file)
    settings.say(f"{giver.name} signed {found.id}: wrote {file}")


def pay_release(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A plan's id.", show_default=False)],
    approval: Annotated[
        list[str] | None, typer.Option("--approval", metavar="FILE", help="A checker's signature; may be repeated.")
    ] = None,
    ledger: LedgerOption = None,
    person: PersonOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Release a plan that was approved: its file goes to the outbox, exactly once.

    \b
    Example:
      rung pay release plan-7c1e40aa --approval plan-7c1e40aa.ben.sig

    Each payment goes as it was approved, or is dropped and named: if it was paid by another plan, is held, or would
    now be too much. After an interruption, the same command finishes the work. Exit code 6 if it is refused, 7 if the
    ledger or the outbox is not what it was.
    """
    from cli.ledgers import command_of, ledger_at, person_of, refusals, today
    from cli.output import document, emit
    from engine.ledger.paying import approve, release

    settings = settings_of(context)
    form = chosen_format(format, json, output)
    opened = ledger_at(settings, ledger)
    id = plan_named(plan)
    signatures = [signature_in(each) for each in approval or ()]
    giver = person_of(settings, person)
    with refusals():
        for signature in signatures:
            approve(opened, command_of("approve", f"{id} {digest(signature)}", giver), id, signature)
        done = release(opened, command_of("release", id, giver), id, today())
    fields = released(done, opened.outbox.folder)
    emit(document("release", fields) if form is Format.JSON else said(done, opened.outbox.folder), output)
    if not done.is_independent:
        settings.say(ALONE)


def near(path: Path) -> str:
    """A path from here, where it is below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def plan_named(name: str) -> str:
    """The id of a plan; the name of its file will do."""
    return Path(name).name.removesuffix(SUFFIX)


def signature_in(file: str) -> str:
    """The signature that a file holds."""
    try:
        return Path(file).read_text("ascii")
    except (OSError, ValueError):
        raise Stop(ExitCode.USAGE, f"cannot read the signature `{file}`", f"it ends in {SIGNATURE}") from None


def digest(text: str) -> str:
    """Tells signatures apart."""
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:16]


def summary(made: Planned) -> Mapping[str, object]:
    """A plan as JSON has it."""
    from engine.language.currency import amount_of

    blocked: dict[str, int] = {}
    for each in made.plan.outlook.blocked:
        blocked[each.reason.value] = blocked.get(each.reason.value, 0) + 1
    return {
        "pay_on": made.plan.pay_on.isoformat(),
        "payments": len(made.plan.outlook.due),
        "sums": {currency: f"{amount_of(minor, currency):f}" for currency, minor in made.plan.sums.items()},
        "blocked": blocked,
    }


def told(made: Planned, wanted: date, form: Format) -> str:
    """A plan as people read it: its bridge, and what waits."""
    from cli.output import Sheet, joined, render_sheet
    from engine.language.currency import amount_of
    from engine.ledger.plan import bridge

    day = made.plan.pay_on
    moved = "" if day == wanted else f": {wanted} is no banking day"
    head = f"{made.id}  pays on {day}{moved}\n"
    rows = tuple(
        (each.words, f"{amount_of(each.minor, each.currency):,f}", each.currency, str(each.items))
        for each in bridge(made.plan)
    )
    waiting = tuple(
        (
            each.payee.role,
            each.payee.id,
            f"{amount_of(each.minor, each.currency):,f}",
            each.currency,
            each.reason.value,
        )
        for each in made.plan.outlook.blocked
    )
    blocks = [head + render_sheet(Sheet(("", "amount", "currency", "items"), rows, NUMBERS), form)]
    if waiting:
        blocks.append(render_sheet(Sheet(("role", "waits", "amount", "currency", "why"), waiting, NUMBERS), form))
    return joined(blocks)


def released(done: Paid, outbox: Path) -> Mapping[str, object]:
    """A release as JSON has it."""
    from engine.bank.instruction import sums_of
    from engine.language.currency import amount_of

    return {
        "plan": done.planned.id,
        "file": near(outbox / done.file.name) if done.file.name else None,
        "sha256": done.file.sha256 if done.file.name else None,
        "payments": len(done.going),
        "sums": {currency: f"{amount_of(minor, currency):f}" for currency, minor in sums_of(done.going).items()},
        "dropped": [each.payee.id for each in done.dropped],
        "already": not done.is_new,
        "independently_approved": done.is_independent,
    }


def said(done: Paid, outbox: Path) -> str:
    """A release as people read it."""
    from engine.bank.instruction import money_text, sums_of

    lines = []
    if done.file.name:
        amounts = ", ".join(money_text(minor, currency) for currency, minor in sums_of(done.going).items())
        lines.append(
            f"{near(outbox / done.file.name)}  {len(done.going)} payments  {amounts}  sha256 {done.file.sha256}"
        )
        lines.append("read again and equal" if done.is_new else "already released, the same bytes")
    else:
        lines.append(f"{done.planned.id} pays nothing: everything was dropped")
    lines += [f"dropped: {each.payee.id} {money_text(each.minor, each.currency)}" for each in done.dropped]
    return "".join(f"{each}\n" for each in lines)
