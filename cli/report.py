"""What `rung evaluate` prints: totals of a run for people, or one line a partner for spreadsheets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.options import Format
from cli.output import Sheet, joined, render_csv, render_sheet
from cli.words import counted

if TYPE_CHECKING:
    from engine.plan.plan import Plan
    from engine.runs.evaluate import Evaluated
    from engine.runs.manifest import Manifest
    from engine.runs.recheck import Recheck
    from engine.runs.results import Row
    from engine.runs.store import Run
    from engine.runs.summary import Summary

NUMBERS = frozenset({"partners", "amount"})


def render_run(done: Evaluated, checked: Recheck | None, form: Format) -> str:
    """The run's totals: tiers, benefits, money, what could not be decided, and the recheck."""
    manifest, summary = done.manifest, done.summary
    if manifest is None or summary is None:
        return ""
    sheets = [
        Sheet(("run", manifest.id), head(manifest, summary)),
        Sheet(("tier", "partners"), tuple((tier, f"{count:,}") for tier, count in summary.tiers), NUMBERS),
        Sheet(("benefit", "partners"), tuple((name, f"{count:,}") for name, count in summary.benefits), NUMBERS),
        Sheet(
            ("incentive", "amount", "currency"),
            tuple((name, f"{amount:,}", currency) for name, currency, amount in summary.totals),
            NUMBERS,
        ),
    ]
    blocks = [render_sheet(sheet, form) for sheet in sheets if sheet.rows]
    return joined([*blocks, "\n".join(remarks(summary, checked, done.run)) + "\n"])


def head(manifest: Manifest, summary: Summary) -> tuple[tuple[str, str], ...]:
    """What was evaluated."""
    source, meaning = manifest.source, manifest.meaning
    return (
        ("program", f"{source.family} {source.version}"),
        ("as of", meaning.as_of.isoformat()),
        ("snapshot", meaning.snapshot),
        ("partners", f"{summary.partners:,}"),
    )


def remarks(summary: Summary, checked: Recheck | None, run: Run | None) -> Iterator[str]:
    """What could not be decided, what the recheck said, where everything is."""
    if summary.undecided:
        first = ", ".join(summary.first_undecided)
        more = ", .." if summary.undecided > len(summary.first_undecided) else ""
        yield f"undecided: {counted(summary.undecided, 'partner')} ({first}{more})"
    else:
        yield "undecided: nobody"
    if summary.undecided_earnings:
        yield f"undecided: {counted(summary.undecided_earnings, 'earning')}, without an amount and not payable"
    if checked is not None:
        verdict = "no mismatch" if not checked.count else counted(checked.count, "mismatch") + "!"
        yield f"recheck: {counted(checked.checked, 'partner')} by {' and '.join(checked.engines)}: {verdict}"
    if run is not None:
        yield f"explain one: rung explain {run.id} PARTNER"


def render_partners(done: Evaluated, plan: Plan) -> str:
    """One CSV line for each partner: status, benefits, and what it earned by incentive."""
    if done.run is None or done.manifest is None:
        raise Stop(ExitCode.USAGE, "a dry run keeps no partners to list", "leave out `--dry-run`, or `--format csv`")
    tables = read_tables(done.run, plan)
    columns: dict[str, None] = {"partner_id": None}
    partners: dict[str, dict[str, str]] = {}
    for name in ("statuses", "entitlements"):
        for row in tables.get(name, ()):
            cells = {column: cell(value) for column, value in row.items()}
            columns |= dict.fromkeys(cells)
            partners.setdefault(cells["partner_id"], {}).update(cells)
    for each in plan.earnings:
        columns[f"{each.incentive} {each.currency}"] = None
    columns["undecided earnings"] = None
    add_earnings(partners, tables.get("earnings", ()), plan)
    rows = tuple(tuple(cells.get(column, "") for column in columns) for _, cells in sorted(partners.items()))
    return render_csv(Sheet(tuple(columns), rows))


def add_earnings(partners: dict[str, dict[str, str]], earnings: tuple[Row, ...], plan: Plan) -> None:
    """Add the sum of each incentive to its partner, and how many earnings have no amount yet."""
    names = {each.incentive: f"{each.incentive} {each.currency}" for each in plan.earnings}
    for row in earnings:
        partner = cell(row["partner_id"])
        cells = partners.setdefault(partner, {"partner_id": partner})
        amount = row["amount"]
        if isinstance(amount, Decimal):
            column = names[cell(row["incentive"])]
            cells[column] = str(Decimal(cells.get(column, "0")) + amount)
        else:
            cells["undecided earnings"] = str(int(cells.get("undecided earnings", "0")) + 1)


def read_tables(run: Run, plan: Plan) -> dict[str, tuple[Row, ...]]:
    """The rows of the run's results, but for conditions, which are a table of their own."""
    from engine.duck import open_connection
    from engine.runs.results import columns_of_output, read_rows

    with tempfile.TemporaryDirectory() as folder:
        connection = open_connection(None, "1GB", Path(folder), (run.folder,))
        try:
            return {
                output.name: tuple(read_rows(run.path(output.name), columns_of_output(output), output.key, connection))
                for output in plan.outputs
                if output.name != "conditions"
            }
        finally:
            connection.close()


def cell(value: object) -> str:
    """A value in a CSV cell; missing is empty."""
    from engine.runs.results import text_of

    return "" if value is None else text_of(value)  # type: ignore[arg-type]  # rows hold only such values
