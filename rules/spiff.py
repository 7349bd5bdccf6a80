"""`kind: spiff`: money to a seller for a sale.

Each row earns by itself: an `amount` for every full `per` units `of` a field, or a `rate` of it. Tier
and segments are read on the row's own day. Limits run over the rows in a declared order: a row takes
what is left, and a row that came first keeps its place. A row without a seller, or whose conditions
cannot be decided, is an undecided earning: listed, never paid, and it takes no room. A return lowers
its own sale and so gives room back.

    launch_spiff:
      kind: spiff
      from: sales
      where: entry is sale and item.line is 'network'
      during: {from: 2026-03-01, before: 2026-06-01}
      amount: 150 USD
      per: 1
      of: quantity
      limits:
        - {at_most: 3_000 USD, per: [seller], order: [recorded_on, closed_on, sale_id]}
      payee: seller
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from engine.compiler.expressions import Typed, lower
from engine.compiler.frame import DAY, Frame
from engine.compiler.workbench import RowScope, Workbench
from engine.language.catalogue import IncentiveKind
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.numerals import grouped
from engine.language.program import Incentive, Program
from engine.language.reading import Reader
from engine.language.shapes import ROW, expression, mapping, one_of, snippet, whole
from engine.language.source import Entry
from engine.language.source import Scalar as ScalarNode
from engine.plan import scalar as node
from engine.plan.inference import is_optional, type_of
from engine.plan.plan import Step
from engine.plan.scalar import Column, Literal, Mode, Scalar
from engine.plan.table import Distinct, Extend, Filter, Lookup
from engine.types import BOOLEAN, ID, TEXT, Kind, Type
from rules.earning import (
    Basis,
    Explained,
    Walk,
    basis_of,
    by_period,
    days_paid,
    described,
    eligibility,
    gated,
    inside,
    limit_amount,
    periods_of,
)
from rules.skeleton import BEGINNING, DIMENSIONS, END, PERIODS, check_skeleton, parse_skeleton, sound_limits

SCHEMA = mapping(
    {
        **BEGINNING,
        "kind": one_of("The kind of incentive", "spiff"),
        "measured": one_of("What one earning is for", "each row"),
        "period": one_of("The period a limit may run over", *PERIODS),
        "amount": expression("What is paid for every full `per` of `of`", "150 USD"),
        "rate": expression("The share of `of` that is paid, in place of an amount", "2%"),
        "per": whole("For how many units the amount is paid; 1 when left out", 1),
        "of": expression("What a row counts by: a field, or what is computed of its fields", "quantity", scope=ROW),
        **END,
        "payee": one_of(
            "Who is paid",
            "seller",
            "partner",
            meaning={"seller": "The person who sold", "partner": "The company"},
        ),
    },
    "kind",
    "of",
    "payee",
    description="Money to a seller for a sale",
    title="SPIFF",
)
SNIPPET = snippet(
    "SPIFF",
    "Money to a seller for a sale",
    {
        "${1:launch_spiff}": {
            "kind": "spiff",
            "from": "${2:sales}",
            "where": ["${3:entry is sale}"],
            "during": {"from": "${4:2026-03-01}", "before": "${5:2026-06-01}"},
            "amount": "${6:150 USD}",
            "per": 1,
            "of": "${7:quantity}",
            "limits": [
                {"at_most": "${8:3_000 USD}", "per": ["seller"], "order": ["recorded_on", "closed_on", "sale_id"]}
            ],
            "payee": "seller",
        }
    },
)


def parse(entry: Entry, program: Program, reader: Reader) -> Incentive:
    """A SPIFF from its YAML."""
    incentive, tree = parse_skeleton(entry, "spiff", program, reader)
    amount, rate = reader.expression(tree.get("amount")), reader.expression(tree.get("rate"))
    both = tree.entry("amount") and tree.entry("rate")
    if both is not None or (tree.get("amount") is None and tree.get("rate") is None):
        reader.report(
            meaning.WRONG_KEYS.at(
                both.key.span if both else incentive.span,
                f"`{incentive.name}` pays either an `amount` per unit or a `rate`",
                help="for example `amount: 150 USD`, `per: 1`, `of: quantity`",
            )
        )
    per = tree.get("per")
    if isinstance(per, ScalarNode) and tree.get("rate") is not None and both is None:
        reader.report(meaning.WRONG_KEYS.at(per.span, "`per` goes with `amount`", help="drop `per`"))
    units = reader.integer(per)
    if isinstance(per, ScalarNode) and units == 0:
        reader.report(
            meaning.WRONG_KEYS.at(per.span, "an amount for every 0 units pays without end", help="say 1 or more")
        )
    return replace(
        incentive,
        measured="each row",
        amount=amount,
        rate=rate,
        per=Decimal(units or 1),
        of=reader.expression(tree.get("of")),
    )


def check(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """What the skeleton checks; an amount per unit has a limit."""
    yield from check_skeleton(incentive, program)
    if incentive.amount is not None and not incentive.limits:
        yield meaning.NO_LIMIT.at(
            incentive.span,
            f"`{incentive.name}` pays per unit without a limit",
            help="add `limits`, for example `- {at_most: 3_000 USD, per: [seller]}`",
        )
    table = program.records.table(incentive.source)
    if table is not None and len(table.key) != 1:
        yield meaning.WRONG_KEYS.at(
            incentive.span,
            f"`{table.name}` has no single key by which an earning could be told apart",
            help="pay on records with one key field",
        )
    if incentive.payee == "seller" and table is not None and table.field("seller_id") is None:
        yield meaning.WRONG_KEYS.at(
            incentive.span, f"`{table.name}` has no `seller_id` to pay", help="add the field, or `payee: partner`"
        )


def lower_spiff(incentive: Incentive, program: Program, bench: Workbench) -> None:
    """Rows with their own amount, gated, limited in order, rounded."""
    basis = basis_of(incentive, bench)
    row = _per_row(incentive, basis, bench) if basis else None
    amounts = [limit_amount(each, program, bench) for each in incentive.limits]
    limits = [each for each in amounts if each is not None]
    start, before = days_paid(incentive, program, bench.as_of)
    days = tuple(start + timedelta(days=each) for each in range(max((before - start).days, 0)))
    candidates = _candidates(incentive, basis, start, before, bench) if basis and days else ""
    frame = _points(incentive, basis, days, candidates, bench) if basis and days else bench.decisions
    judged = eligibility(incentive, frame)
    if basis is None or row is None or judged is None or len(limits) < len(amounts) or not days:
        return
    if not sound_limits(incentive, program):
        return
    units, product = row
    measure = Step("measure", f"{incentive.name}.measure", units.type, units.span)
    raw = Step("earned", f"{incentive.name}.earned", product.type, product.span)
    columns = {each.name: each.name for each in basis.rows.columns.values()}
    columns |= {name: column.name for name, column in basis.rows.columns.items()}
    columns |= {word: field for word, field in DIMENSIONS.items() if field in basis.rows.columns}
    columns |= {"partner": basis.rows.table.partner, "period": "@period"}
    key = basis.rows.table.key
    walk = Walk(
        incentive,
        program,
        bench,
        candidates,
        key,
        [*judged.steps, measure, raw],
        raw.column,
        columns,
        (basis.day.name, *key),
    )

    def finish() -> None:
        gates = [] if not is_optional(basis.where) else [basis.where]
        if judged.gate is not None:
            name, on = f"{incentive.name}.judged", ((basis.rows.table.partner, "partner_id"), (DAY, DAY))
            taken = tuple((each.column, each.column) for each in judged.steps)
            walk.top = bench.add(Lookup(name, walk.top, frame.close(), on, taken))
            gates.append(Column(f"{incentive.name}.eligible", BOOLEAN, True))
        if incentive.payee == "seller":
            gates.append(_known(basis.rows.columns["seller_id"]))
        periods = periods_of(incentive, program, bench.as_of, complete=False)
        label = by_period(basis.day, periods, [each.name for each in periods], TEXT)
        earned = (raw.column, gated(gates, product.scalar))
        columns = (earned, (measure.column, units.scalar), ("@period", label))
        walk.top = bench.add(Extend(raw.column, walk.top, columns))
        for place, (limit, amount) in enumerate(zip(incentive.limits, limits, strict=True), 1):
            walk.limit(place, limit, amount)
        walk.finish(described(incentive, _told(incentive, basis)), Explained(lines=judged.lines))

    bench.later(finish)


def _told(incentive: Incentive, basis: Basis) -> dict[str, Scalar]:
    rows = basis.rows
    earner = rows.columns["seller_id"] if incentive.payee == "seller" else rows.columns[rows.table.partner]
    names: dict[str, Scalar] = {"partner_id": Column(rows.table.partner, ID), "earner_id": earner}
    names["source_id"] = Column(rows.table.key[0], ID)
    if incentive.period is not None:
        names["period"] = Column("@period", TEXT, True)
    return names


def _known(column: Column) -> Scalar:
    """True where the value is there, else undecided."""
    there = Literal(True, BOOLEAN)
    return node.Case(((node.IsMissing(column), Literal(None, BOOLEAN)),), there) if column.optional else there


def _candidates(incentive: Incentive, basis: Basis, start: date, before: date, bench: Workbench) -> str:
    """Rows of the days paid that count, or of which it cannot be decided."""
    terms = [inside(basis.day, start, before)]
    if not isinstance(basis.where, Literal):
        kept = node.IfMissing(basis.where, Literal(True, BOOLEAN)) if is_optional(basis.where) else basis.where
        terms.append(kept)
    where = terms[0] if len(terms) == 1 else node.And(tuple(terms))
    name = bench.add(Filter(f"{incentive.name}.rows", basis.rows.top, where))
    return bench.add(Extend(f"{incentive.name}.days", name, ((DAY, basis.day),)))


def _points(incentive: Incentive, basis: Basis, days: tuple[date, ...], candidates: str, bench: Workbench) -> Frame:
    """The partners and days that occur in the rows, where eligibility has to be judged."""
    if not incentive.eligible:
        return bench.decisions
    partner = basis.rows.table.partner
    points = candidates
    if partner != "partner_id":
        points = bench.add(Extend(f"{incentive.name}.partners", candidates, (("partner_id", Column(partner, ID)),)))
    points = bench.add(Distinct(f"{incentive.name}.points", points, ("partner_id", DAY)))
    return Frame(bench, f"{incentive.name}.judging", days, points)


def _per_row(incentive: Incentive, basis: Basis, bench: Workbench) -> tuple[Typed, Typed] | None:
    """What of one row is paid for, and what it earns before anything else."""
    scope = RowScope(bench, basis.rows)
    paid = incentive.amount or incentive.rate
    of = lower(incentive.of, scope) if incentive.of else None
    each = lower(paid, scope) if paid else None
    if of is None or each is None:
        return None
    wanted = (Kind.MONEY, Kind.NUMBER) if incentive.amount else (Kind.NUMBER, Kind.MONEY)
    for typed, kind in ((each, wanted[0]), (of, wanted[1])):
        if typed.type.kind is not kind and {typed.type.kind, kind} - {Kind.NUMBER, Kind.INTEGER}:
            cure = "an `amount` is paid of units, a `rate` of an amount"
            value = typed.scalar.value if isinstance(typed.scalar, Literal) else None
            if kind is Kind.MONEY and typed is each and isinstance(value, Decimal | int):
                cure = f"write its currency, too: `{grouped(value)} {bench.program.currency}`; {cure}"
            message = f"expected {kind.value}, found {typed.type}"
            bench.report(meaning.TYPE_MISMATCH.at(typed.span, message, help=cure))
            return None
    divided = each if each.type.ratio else of if incentive.rate and of.type.ratio else None
    if divided is not None:
        bench.report(
            meaning.TYPE_MISMATCH.at(
                divided.span,
                "what a row earns cannot divide",
                help="write the number, or pay for every so many with `per`",
            )
        )
        return None
    units = of.scalar
    whole = of.type.kind is Kind.INTEGER and incentive.per == 1
    if incentive.amount and not whole:  # only full units earn
        per = Literal(incentive.per, Type(Kind.NUMBER, digits=len(str(incentive.per)), scale=0))
        units = node.Round(node.Quotient(units, per), 0, Mode.DOWN)
    product = node.Multiply(each.scalar, units)
    return Typed(units, type_of(units), of.span), Typed(product, type_of(product), each.span)


KIND = IncentiveKind("spiff", SCHEMA, parse, check, lower_spiff, __doc__ or "", SNIPPET)
