"""`rung diff --json`: the document `rung.diff/v1`; its movers are complete and written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.output import document
from cli.render.diff_view import View
from cli.render.record_changes import records_document

if TYPE_CHECKING:
    from cli.sides import Side
    from engine.authoring.diff.change import Change
    from engine.impact.model import EarningChange, Impact, Move, Stake, Standing, Step
    from engine.language.source import Span

Fields = dict[str, object]


def document_parts(view: View) -> Iterator[str]:
    """The document in pieces. `moves` and `earnings` come last, so that a million of them need no memory."""
    fields: Fields = {
        "same": not view.differs,
        "old": _side(view.sides[0], view.runs[0]),
        "new": _side(view.sides[1], view.runs[1]),
        "changes": [_change(view, each) for each in view.changes],
        "records": records_document(view.records),
        "impact": None if view.impact is None else _impact(view, view.impact),
        "diagnostics": view.findings,
    }
    head = document("diff", fields)
    if view.impact is None:
        yield head
        return
    yield head.removesuffix("\n}\n") + ',\n  "moves": ['
    yield from _items(map(_move, view.moves()))
    yield '\n  ],\n  "earnings": ['
    yield from _items(map(_earning, view.earnings()))
    yield "\n  ]\n}\n"


def _items(documents: Iterator[Fields]) -> Iterator[str]:
    """The items of a list, one on each line."""
    for number, each in enumerate(documents):
        yield ("," if number else "") + "\n    " + json.dumps(each, ensure_ascii=False)


def _side(side: Side, run: str) -> Fields:
    from cli.stored import hash_of

    program = side.program
    return {
        "program": {
            "family": program.family,
            "version": program.edition,
            "title": program.title,
            "file": side.name,
            "hash": hash_of(program),
        },
        "run": run or None,
    }


def _change(view: View, change: Change) -> Fields:
    from engine.authoring.diff.phrases import written

    return {
        "kind": change.kind.value,
        "path": change.path,
        "clause": change.clause,
        "sentence": change.sentence,
        "before": None if change.before is None else written(change.before),
        "after": None if change.after is None else written(change.after),
        "decides": change.decides,
        "old": _place(view, change.was, 0),
        "new": _place(view, change.now, 1),
    }


def _place(view: View, span: Span | None, side: int) -> Fields | None:
    if span is None:
        return None
    return {"file": span.file, "line": span.line, "column": span.column, "text": view.line(span, side)}


def _impact(view: View, impact: Impact) -> Fields:
    assert view.ground is not None
    return {
        "old": {"snapshot": view.ground.old[0].id, "as_of": view.ground.old[1].isoformat()},
        "new": {"snapshot": view.ground.new[0].id, "as_of": view.ground.new[1].isoformat()},
        "note": view.ground.note,
        "partners": {"before": impact.partners_before, "after": impact.partners_after},
        "movers": {"all": impact.movers, "up": impact.up, "down": impact.down, "other": impact.other},
        "undecided": {"before": impact.undecided_before, "after": impact.undecided_after},
        "tiers": {
            "before": list(impact.ladder_before),
            "after": list(impact.ladder_after),
            "matrix": [
                {"before": each.before, "after": each.after, "partners": each.partners} for each in impact.flows
            ],
        },
        "designations": [_standing(each) for each in impact.designations],
        "money": [
            {
                "incentive": each.incentive,
                "currency": each.currency,
                "before": None if each.before is None else str(each.before),
                "after": None if each.after is None else str(each.after),
                "change": str(each.change),
                "earnings": {"before": each.earnings_before, "after": each.earnings_after},
                "undecided": {"before": each.undecided_before, "after": each.undecided_after},
            }
            for each in impact.money
        ],
        "totals": [
            {
                "currency": each.currency,
                "before": str(each.before),
                "after": str(each.after),
                "change": str(each.change),
            }
            for each in impact.totals
        ],
        "benefits": [
            {
                "benefit": each.benefit,
                "before": each.before,
                "after": each.after,
                "gained": each.gained,
                "lost": each.lost,
                "changed": each.changed,
            }
            for each in impact.grants
        ],
        "steps": [_step(view, number, each) for number, each in enumerate(impact.steps, 1)],
        "winners": [_stake(each) for each in impact.winners],
        "losers": [_stake(each) for each in impact.losers],
    }


def _step(view: View, number: int, step: Step) -> Fields:
    return {
        "step": number,
        "clauses": list(step.clauses),
        "sentences": list(view.step_words(step)),
        "decides": not step.alike,
        "up": step.up,
        "down": step.down,
        "other": step.other,
        "money": [
            {"incentive": incentive, "currency": currency, "change": str(change)}
            for incentive, currency, change in step.money
        ],
        "benefits": [
            {"benefit": each.benefit, "gained": each.gained, "lost": each.lost, "changed": each.changed}
            for each in step.grants
        ],
        "designations": [_standing(each) for each in step.designations],
    }


def _standing(standing: Standing) -> Fields:
    return {
        "designation": standing.designation,
        "movers": {"up": standing.up, "down": standing.down, "other": standing.other},
        "undecided": {"before": standing.undecided_before, "after": standing.undecided_after},
        "matrix": [{"before": each.before, "after": each.after, "partners": each.partners} for each in standing.flows],
    }


def _stake(stake: Stake) -> Fields:
    return {
        "partner": stake.partner,
        "seller": stake.seller or None,
        "name": stake.name,
        "currency": stake.currency,
        "before": str(stake.before),
        "after": str(stake.after),
        "change": str(stake.change),
        "tier": {"before": stake.tier_before, "after": stake.tier_after},
        "steps": [{"step": step, "change": str(change)} for step, change in stake.causes],
    }


def _earning(each: EarningChange) -> Fields:
    amounts = (None if amount is None else str(amount) for amount in (each.before, each.after, each.change))
    return {
        "partner": each.partner,
        "seller": each.seller or None,
        "incentive": each.incentive,
        "period": each.period or None,
        "source_id": each.source_id or None,
        "currency": each.currency,
        **dict(zip(("before", "after", "change"), amounts, strict=True)),
        "undecided": {"before": each.undecided_before, "after": each.undecided_after},
        "steps": [{"step": step, "change": None if change is None else str(change)} for step, change in each.causes],
    }


def _move(move: Move) -> Fields:
    return {
        "partner": move.partner,
        "name": move.name,
        "before": move.before,
        "after": move.after,
        "direction": move.direction,
        "steps": list(move.steps),
        "alone": move.alone,
        "lines": [
            {
                "id": each.line,
                "text": each.text,
                "value": each.value,
                "distance": each.distance,
                "decided": each.decided,
            }
            for each in move.reasons
        ],
        "money": [
            {"currency": currency, "before": str(before), "after": str(after)} for currency, before, after in move.money
        ],
    }
