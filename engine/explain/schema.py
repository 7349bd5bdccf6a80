"""The JSON Schema of `rung.explain/v1`; `docs/schemas/explain-v1.schema.json` is made from it."""

from __future__ import annotations

import json

from engine.explain.document import FORMAT, Json
from engine.explain.model import Outcome

TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
DAY: Json = {"type": "string", "format": "date"}
DAY_OR_NULL: Json = {"type": ["string", "null"], "format": "date"}
OUTCOME: Json = {"enum": [each.value for each in Outcome]}


def _ref(name: str) -> Json:
    return {"$ref": f"#/definitions/{name}"}


def _or_null(name: str) -> Json:
    return {"oneOf": [_ref(name), {"type": "null"}]}


def _list(name: str) -> Json:
    return {"type": "array", "items": _ref(name)}


def _status_or_value(quantity: Json) -> Json:
    """The same with a field that only an undecided status has."""
    assert isinstance(quantity, dict) and isinstance(quantity["properties"], dict)
    between: Json = {
        "type": "array",
        "items": TEXT,
        "minItems": 2,
        "maxItems": 2,
        "description": "only of a status that was undecided: the lowest and the highest that were possible",
    }
    return {**quantity, "properties": {**quantity["properties"], "between": between}}


def _object(description: str, **properties: Json) -> Json:
    """An object with exactly these fields: all are always there. New fields may come in later."""
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "properties": dict(properties),
    }


DEFINITIONS: dict[str, Json] = {
    "clause": _object("A place in the program", file=TEXT, line=COUNT, column=COUNT, text=TEXT),
    "quantity": _status_or_value(
        _object(
            "A value with its unit; numbers are text, a percent is the number it stands for (0.125 is 12.5 %)",
            value={"type": ["string", "boolean", "null"]},
            unit={
                "enum": [
                    "money",
                    "percent",
                    "number",
                    "integer",
                    "days",
                    "months",
                    "date",
                    "choice",
                    "text",
                    "id",
                    "boolean",
                ]
            },
            currency={"type": ["string", "null"]},
        )
    ),
    "record": _object(
        'One record; `file` is "" and `line` 0 where its source is not known',
        table=TEXT,
        key={"type": "array", "items": TEXT},
        file=TEXT,
        line=COUNT,
    ),
    "records": _object("Records behind a value: how many, and the first of them", count=COUNT, shown=_list("record")),
    "conversion": _object(
        "An amount in the currency of its record and what it came to: by the rate on the day, or by amounts of equal"
        " worth from the day on, the record's currency first",
        records=_list("record"),
        amount=_ref("quantity"),
        value=_ref("quantity"),
        rate=_or_null("quantity"),
        day=DAY_OR_NULL,
        worth=_list("quantity"),
    ),
    "missing": _object(
        'What is absent: a field `table.field`, or with field "" a reason in words',
        field=TEXT,
        reason=TEXT,
        records=_ref("records"),
    ),
    "undecided": _object(
        "A missing value, with the texts of the lines that are undecided because of it",
        missing=_ref("missing"),
        lines={"type": "array", "items": TEXT},
    ),
    "gap": _object(
        "How far a value is from its threshold; strict: the threshold itself does not do",
        amount=_ref("quantity"),
        strict={"type": "boolean"},
        up={"type": "boolean"},
    ),
    "reading": _object("A name with its value", name=TEXT, value=_ref("quantity")),
    "computed": _object(
        "The fields of one record from which a measure was computed, formulas too",
        record=_ref("record"),
        fields=_list("reading"),
    ),
    "through": _object(
        "A row that was read through another, by a look-up or as a return of it, with the fields that counted",
        record=_ref("record"),
        fields=_list("reading"),
    ),
    "entry": _object(
        "A record that counts in a sum: its day, the fields that counted as imported, what it added after its returns;"
        " added is null where nothing is added up, as in the largest of several; its value is null where it cannot be"
        " decided",
        record=_ref("record"),
        day=DAY_OR_NULL,
        fields=_list("reading"),
        added=_or_null("quantity"),
        through=_list("through"),
    ),
    "sum": _object(
        "Records and what they add up to; only with --records, as of a part of them nothing can be added up",
        total=_or_null("quantity"),
        entries=_list("entry"),
        role={
            "enum": ["all", "sum", "number"],
            "description": "sum and number: the average is one divided by the other",
        },
    ),
    "open_status": _object(
        "A status that was undecided on the day on which it was read, and what was absent",
        name=TEXT,
        status=_ref("quantity"),
        missing=_list("missing"),
    ),
    "line": _object(
        "One condition; groups hold their parts",
        id=TEXT,
        form={"enum": ["compare", "name", "all", "any", "none", "at_least"]},
        text=TEXT,
        clause=_ref("clause"),
        outcome=OUTCOME,
        at_least=COUNT,
        observed=_or_null("quantity"),
        threshold=_or_null("quantity"),
        gap=_or_null("gap"),
        readings=_list("reading"),
        missing=_list("missing"),
        parts=_list("line"),
    ),
    "move": _object(
        "One line of the cheapest next step; meet false: it must no longer hold",
        line=_ref("line"),
        meet={"type": "boolean"},
        gap=_or_null("gap"),
    ),
    "tier": _object(
        "The tier held, the interval it was found in, and its lines",
        held=TEXT,
        floor=TEXT,
        ceiling=TEXT,
        prior=TEXT,
        undecided={"type": "boolean"},
        because=TEXT,
        clause=_or_null("clause"),
        lines=_list("line"),
    ),
    "why_not": _object(
        "A tier not held, and the fewest lines whose being met gives it",
        tier=TEXT,
        clause=_ref("clause"),
        outcome=OUTCOME,
        lines=_list("line"),
        cheapest=_list("move"),
    ),
    "designation": _object(
        "Where the partner stands on a designation; plain: held or not; status null: it does not apply, or may not",
        name=TEXT,
        title=TEXT,
        scope=TEXT,
        plain={"type": "boolean"},
        applies=OUTCOME,
        lines=_list("line"),
        status=_or_null("tier"),
        why_not=_or_null("why_not"),
    ),
    "metric": _object(
        "A metric; since and before bound its window, before excluded",
        name=TEXT,
        title=TEXT,
        clause=_ref("clause"),
        value=_ref("quantity"),
        since=DAY_OR_NULL,
        before=DAY_OR_NULL,
        records=_ref("records"),
        missing=_list("missing"),
        converted=_list("conversion"),
        sums=_list("sum"),
    ),
    "benefit": _object(
        'A benefit and its cause: scope "" without per; tier is the one that lists its value, "" where none does',
        id=TEXT,
        scope=TEXT,
        clause=_ref("clause"),
        outcome=OUTCOME,
        value=_ref("quantity"),
        tier=TEXT,
        lines=_list("line"),
    ),
    "rule": _object(
        "An incentive without earnings: there was nothing to pay on by the day",
        id=TEXT,
        text=TEXT,
        clause=_ref("clause"),
    ),
    "decided": _object(
        "A period of an incentive that the run decides, or days of one by record (period empty); open_from is the first"
        " of its days that late records or returns may still change, closes the first day whose news changes none",
        incentive=TEXT,
        edition=TEXT,
        period=TEXT,
        start=DAY,
        before=DAY,
        open_from=DAY_OR_NULL,
        closes=DAY_OR_NULL,
    ),
    "late_record": _object(
        "A record that became known too late: it had to be known before bound, and a return, which takes back the"
        " record `of`, made before it as well",
        record=_ref("record"),
        of=_or_null("record"),
        day=DAY,
        known=DAY,
        bound=DAY,
    ),
    "too_late": _object(
        "Records that a period left out because they became known after it was closed to them; period empty: records"
        " that earn by themselves",
        incentive=TEXT,
        title=TEXT,
        clause=_ref("clause"),
        edition=TEXT,
        period=TEXT,
        start=DAY,
        before=DAY,
        count=COUNT,
        shown=_list("late_record"),
    ),
    "step": _object(
        "One named step of an earning; of a limit walked in order, what was left of it and the whole",
        name=TEXT,
        value=_ref("quantity"),
        clause=_ref("clause"),
        left=_or_null("quantity"),
        limit=_or_null("quantity"),
    ),
    "part": _object(
        "One band at work; before null: without end; one of rate and amount is null. Both are null for what no band"
        " pays on: from the end of the last band on, or below the first, with start null",
        start=_or_null("quantity"),
        before=_or_null("quantity"),
        rate=_or_null("quantity"),
        amount=_or_null("quantity"),
        measure=_ref("quantity"),
        earned=_ref("quantity"),
        clause=_or_null("clause"),
    ),
    "earning_part": _object(
        "What one set of rules made of an earning, in steps; judged_on is the day of its eligible lines and of what is"
        " read; since and before bound the days of a period that the rules hold for; returned are the returns of a"
        " record of which nothing is left",
        since=DAY_OR_NULL,
        before=DAY_OR_NULL,
        judged_on=DAY_OR_NULL,
        eligible=_list("line"),
        steps=_list("step"),
        bands=_list("part"),
        amount=_ref("quantity"),
        records=_ref("records"),
        missing=_list("missing"),
        computed=_list("computed"),
        converted=_list("conversion"),
        returned=_list("record"),
        sums=_list("sum"),
        open=_list("open_status"),
    ),
    "earning": _object(
        "One earning; an amount that is null is undecided: never payable, never zero."
        " It has several parts where an amendment changed its rules inside the period. complete_on is the day from"
        " which on a running period is owed, and null where it is: until then its amount is what it has come to",
        incentive=TEXT,
        title=TEXT,
        clause=_ref("clause"),
        key=_list("reading"),
        amount=_ref("quantity"),
        parts=_list("earning_part"),
        complete_on=DAY_OR_NULL,
    ),
    "aside_row": _object(
        "A row of the partner that an import set aside; fault is the code of a fault and the field that has it",
        table=TEXT,
        place=TEXT,
        fault=TEXT,
    ),
    "set_aside": _object(
        "What is undecided because rows were set aside: with run, all that is decided on the day of the run; and all"
        " earnings of the incentives. It is in no other part. Without rows, they were rows of others whose records the"
        " partner shares, or rows that are read for everybody",
        run={"type": "boolean"},
        incentives={"type": "array", "items": TEXT},
        rows=_list("aside_row"),
    ),
}

SCHEMA: dict[str, Json] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$id": "rung.explain/v1",
    "title": "Why one partner has what it has on a day",
    "type": "object",
    "required": [
        "format",
        "program",
        "version",
        "as_of",
        "day",
        "partner_id",
        "tier",
        "why_not",
        "designations",
        "metrics",
        "benefits",
        "earnings",
        "unearned",
        "undecided",
        "scope",
        "too_late",
        "set_aside",
    ],
    "properties": {
        "format": {"const": FORMAT},
        "program": TEXT,
        "version": TEXT,
        "as_of": DAY,
        "day": DAY,
        "partner_id": TEXT,
        "tier": _or_null("tier"),
        "why_not": _or_null("why_not"),
        "designations": _list("designation"),
        "metrics": _list("metric"),
        "benefits": _list("benefit"),
        "earnings": _list("earning"),
        "unearned": _list("rule"),
        "undecided": _list("undecided"),
        "scope": _list("decided"),
        "too_late": _list("too_late"),
        "set_aside": _or_null("set_aside"),
    },
    "definitions": dict(DEFINITIONS),
}


def render_schema() -> str:
    """The published file, byte for byte."""
    return json.dumps(SCHEMA, indent=2) + "\n"
