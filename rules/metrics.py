"""`metrics`: measured values of a partner, on the day of the decision.

`from` a record table with one of sum, count, count_distinct, min, max, average, median; or a
`formula` over other metrics; or `people_holding` certifications. Over no records a sum or count is
0 and the others are missing. A record whose `where` cannot be decided, or whose measured field is
missing, makes the metric missing: it cannot be decided, unless `ignore_missing: true` drops such
records. Ratios are compared exactly; `scale` serves display and further arithmetic.

    revenue: {from: sales, sum: amount, window: trailing 12 months}
    revenue_before: {like: revenue, shifted: 12 months}
    growth: {formula: (revenue - revenue_before) / revenue_before}
    engineers: {people_holding: security_pro}
    experts:
      per: [practice]
      people_holding: {by: [practice], values: {security: security_pro, cloud: cloud_pro}}
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from functools import partial

from engine.compiler.definitions import Definition
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Section
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.header import personal, unknown_field
from engine.language.names import own_names, words_used
from engine.language.near import suggest
from engine.language.program import Metric, Program
from engine.language.reading import Reader, text_of, truth_of, words_of
from engine.language.shapes import (
    ROW,
    digits,
    duration,
    expression,
    later,
    mapping,
    name_of,
    named,
    names,
    one_of,
    requirements,
    snippet,
    text,
    truth,
)
from engine.language.source import Entry, Mapping, Node, Scalar, Span
from engine.language.window import WindowKind
from rules.measuring import GROUP_VALUE, cure_of, value_at, value_of
from rules.people import HOLDING, check_holding, people_holding, with_keys, without_people
from rules.ratios import check_ratios

MEASURES = ("sum", "count", "count_distinct", "min", "max", "average", "median")
WAYS = ("from", *MEASURES, "formula", "people_holding")
MEANING = {
    "sum": ("What is added up; 0 without records", "amount"),
    "count_distinct": ("What is counted, each value once", "product_id"),
    "min": ("The lowest value is used; missing without records", "amount"),
    "max": ("The highest value is used; missing without records", "amount"),
    "average": ("The mean is used; missing without records", "score"),
    "median": ("The median is used; missing without records", "score"),
}
SNIPPETS = (
    snippet(
        "metric: sum of records",
        "An amount added up over the records in a window",
        {"${1:revenue}": {"from": "${2:sales}", "sum": "${3:amount}", "window": "${4:trailing 12 months}"}},
    ),
    snippet(
        "metric: formula",
        "Computed from other metrics",
        {"${1:growth}": {"formula": "${2:(revenue - revenue_before) / revenue_before}", "if_missing": "unknown"}},
    ),
    snippet(
        "metric: people holding a certification",
        "How many people of the partner hold it, each counted once",
        {"${1:engineers}": {"people_holding": "${2:security_pro}"}},
    ),
    snippet(
        "metric: like another",
        "A copy of another metric: given keys replace its keys, `where` adds conditions",
        {"${1:revenue_before}": {"like": "${2:revenue}", "shifted": "${3:12 months}"}},
    ),
)
METRIC = mapping(
    {
        "title": text("The metric's name for people", "Net revenue"),
        "like": name_of(
            "metric", "The metric this one copies; given keys replace its keys, `where` adds conditions", "revenue"
        ),
        "from": name_of("rows", "The record table that is measured, or a metric with `per`", "sales"),
        **{op: expression(*MEANING[op], scope=ROW) for op in MEASURES if op != "count"},
        "count": one_of("Count the records", "records"),
        "formula": expression("Computed from metrics and parameters", "(revenue - revenue_before) / revenue_before"),
        "people_holding": HOLDING,
        "scale": digits("Digits after the point that are shown and computed with further", 2),
        "where": requirements("Which records count", "item.line is security", ["entry is sale"], scope=ROW),
        "per": names(
            "One value for each combination of these fields, instead of one for each partner",
            ["customer_id"],
            refers="row_field",
        ),
        "window": text(
            "Which days count, relative to the day judged", "trailing 12 months", "last 4 fiscal quarters", "lifetime"
        ),
        "shifted": duration("How much earlier the window is", "12 months"),
        "scope": one_of(
            "Whose records count",
            "partner",
            "partner with children",
            meaning={"partner": "The partner's own", "partner with children": "Also those of partners below it"},
        ),
        "if_missing": expression("The value to use if it is missing; `unknown` keeps it missing", "unknown", "0%"),
        "ignore_missing": truth("Whether records that are undecided or have no value are skipped"),
        **later("first", "last", "order", "closes_by"),
    },
    description="One measured value of a partner on the day judged",
    title="metric",
)
SCHEMA = named(
    METRIC,
    "Measured values of a partner",
    {"revenue": {"from": "sales", "sum": "amount", "window": "trailing 12 months"}},
    declares="metric",
    snippets=SNIPPETS,
)


def parse(node: Node, program: Program, reader: Reader) -> Program:
    """The program with its metrics; `like` is resolved here."""
    entries = {entry.key.text: entry for entry in node} if isinstance(node, Mapping) else {}
    parsed: dict[str, Metric] = {}
    copied: dict[str, Span] = {}
    for name in entries:
        for each in reversed(_unread(name, entries, parsed, reader)):
            like = _like(entries[each])
            base = parsed.get(like.text) if like is not None else None
            if like is not None and base is not None:
                copied[like.text] = like.span
            parsed[each] = _metric(entries[each], base, reader)
    metrics = (_by_own_names(replace(parsed[name], copied_span=copied.get(name)), program) for name in entries)
    return replace(program, metrics=tuple(metrics))


def _unread(name: str, entries: dict[str, Entry], parsed: Container[str], reader: Reader) -> list[str]:
    """The metric, the one it is like, the one that is like, and so on, up to one that is read already.

    A chain may be longer than Python's stack is deep.
    """
    found: dict[str, None] = {}
    current = name
    while current not in parsed:
        found[current] = None
        like = _like(entries[current])
        if like is None:
            break
        if like.text not in entries:
            help = suggest(like.text, entries)
            reader.report(meaning.UNKNOWN_NAME.at(like.span, f"there is no metric `{like.text}`", help=help))
            break
        if like.text in found:
            message = f"`{current}` is a copy of itself through other metrics"
            reader.report(meaning.CYCLE.at(like.span, message, help="remove `like` from one of them"))
            break
        current = like.text
    return list(found)


def _by_own_names(metric: Metric, program: Program) -> Metric:
    """The metric with the fields of its records by their own names: `sales.amount` of sales is `amount`."""
    where, value = own_names((metric.where, metric.value), program.records.table(metric.source))
    return replace(metric, where=where, value=value)


def _like(entry: Entry) -> Scalar | None:
    """The name of the metric that one is like."""
    found = entry.value.get("like") if isinstance(entry.value, Mapping) else None
    return found if isinstance(found, Scalar) else None


def _metric(entry: Entry, base: Metric | None, reader: Reader) -> Metric:
    """One metric; given keys replace those of the one it is like, `where` narrows."""
    name = reader.declare(entry.key)
    node = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    metric = replace(base, name=name, span=entry.key.span, title="") if base else Metric(name, entry.key.span)
    metric = _basis(metric, node, reader)
    changes: dict[str, object] = {}
    if node.get("where") is not None:
        changes["where"] = (*metric.where, *reader.requirements(node.get("where")))
    if node.get("window") is not None:
        changes["window"] = reader.window(node.get("window"))
    if node.get("shifted") is not None:
        changes["shifted"] = reader.duration(node.get("shifted"), "months") or 0
    if node.get("scope") is not None:
        changes["children"] = text_of(node.get("scope")) == "partner with children"
    if node.get("per") is not None:
        reader.each_once(words_of(node.get("per")), "under `per`")
        changes["per"] = tuple(each.text for each in words_of(node.get("per")))
    if node.get("scale") is not None:
        changes["scale"] = reader.integer(node.get("scale"))
    if node.get("ignore_missing") is not None:
        changes["ignore_missing"] = truth_of(node.get("ignore_missing"))
    _refuse_needless(metric, node, reader)
    default = node.get("if_missing")
    if default is not None and text_of(default) != "unknown":
        changes["if_missing"] = reader.expression(default)
    metric = replace(metric, title=text_of(node.get("title")), **changes)  # type: ignore[arg-type]  # keys are fields
    return with_keys(metric, node, reader)


def _refuse_needless(metric: Metric, node: Mapping, reader: Reader) -> None:
    """A formula and people have no records of their own to choose from."""
    needless: tuple[str, ...] = ()
    if metric.formula is not None:
        needless = ("where", "shifted", "scope", "ignore_missing")
    elif metric.holding:
        needless = ("where", "shifted", "ignore_missing")
    for key in needless:
        entry = node.entry(key)
        if entry is not None:
            reader.report(
                meaning.WRONG_KEYS.at(
                    entry.key.span,
                    f"`{key}` does not apply to a metric that {'has a formula' if metric.formula else 'counts people'}",
                    help=f"remove it, or give `{key}` to the metrics in the formula" if metric.formula else "drop it",
                )
            )


def _basis(metric: Metric, node: Mapping, reader: Reader) -> Metric:
    """`from` with its measure, `formula`, or `people_holding`: exactly one in the end."""
    ways = [each.key for each in node if each.key.text in WAYS]
    given = [each.text for each in ways if each.text != "from"]
    source = node.get("from")
    if len(given) > 1 or (source is not None and {"formula", "people_holding"} & set(given)):
        reader.report(
            meaning.WRONG_KEYS.at(
                ways[-1].span,
                f"`{metric.name}` is measured in more than one way: {', '.join(f'`{each.text}`' for each in ways)}",
                help="keep one: `from` with one measure, or `formula`, or `people_holding`",
            )
        )
        return metric
    if isinstance(source, Scalar):
        metric = replace(without_people(metric), source=source.text, source_span=source.span, formula=None)
    if not given:
        if not (metric.op or metric.formula or metric.holding or node.get("like") is not None):
            reader.report(
                meaning.WRONG_KEYS.at(
                    metric.span,
                    f"`{metric.name}` does not say what is measured",
                    help="for example `{from: sales, sum: amount, window: trailing 12 months}`",
                )
            )
        return metric
    return _measured_by(metric, given[0], node.get(given[0]), reader)


def _measured_by(metric: Metric, how: str, value: Node | None, reader: Reader) -> Metric:
    if how == "formula":
        return replace(without_people(metric), formula=reader.expression(value), source="", op="")
    if how == "people_holding":
        return people_holding(metric, value, reader)
    if not metric.source:
        reader.report(
            meaning.WRONG_KEYS.at(metric.span, f"`{metric.name}` has `{how}` and no `from`", help="name a record table")
        )
    expression = reader.expression(value) if how != "count" else None
    return replace(without_people(metric), op=how, value=expression, formula=None)


def check(program: Program) -> Iterator[Diagnostic]:
    """Windows fit the records, certifications and `per` fields exist, all is used."""
    tables = {each.name: each for each in program.records.tables}
    per = {each.name for each in program.metrics if each.per}
    for metric in program.metrics:
        table = tables.get(metric.source)
        if table is not None:
            if metric.window is None and _owner(metric, program) is not metric:
                continue  # the finding is reported on the metric that it copies
            yield from _check_window(metric, bool(table.date))
            for each in metric.per:
                found = table.key_field(each)
                if found is None:
                    yield unknown_field(each, metric.span, table)
                elif found.personal:
                    yield personal(each, metric.span)
                elif each in (table.partner, GROUP_VALUE):
                    yield meaning.WRONG_KEYS.at(
                        metric.span,
                        f"`{metric.name}` is already measured for each partner"
                        if each == table.partner
                        else f"the `{GROUP_VALUE}` of each group of `{metric.name}` is the value that is measured",
                        help=f"remove `{each}` from `per`",
                    )
        elif metric.window is not None and (metric.source in per or not metric.source):
            yield meaning.NEEDLESS_WINDOW.at(
                metric.window.span,
                f"`{metric.name}` counts people on the day judged"
                if metric.holding
                else f"`{metric.name}` is computed from metrics, which have their own windows",
                help="remove `window`" if metric.holding else "remove `window`, or give it to the metrics in it",
            )
        yield from _check_choices(metric, program)
        if metric.source in per and (metric.children or metric.shifted or metric.per):
            yield meaning.WRONG_KEYS.at(
                metric.span,
                f"`{metric.name}` measures the metric `{metric.source}`, not records",
                help=f"remove `scope`, `shifted` and `per`, or give them to `{metric.source}`",
            )
        yield from check_holding(metric, program)
        if metric.window is not None and metric.window.fiscal and not program.calendar_declared:
            yield meaning.NO_CALENDAR.at(
                metric.window.span,
                "fiscal periods need a fiscal calendar",
                help="add `calendar: {fiscal_year_starts: january, year_named: start}`, or remove `fiscal`",
            )
    yield from check_ratios(program)
    used = words_used(program) | {metric.source for metric in program.metrics}
    for metric in program.metrics:
        if metric.name not in used and metric.copied_span is None:
            yield meaning.UNUSED.at(
                metric.span, f"the metric `{metric.name}` is not used", help="use it in a condition, or remove it"
            )


def _check_choices(metric: Metric, program: Program) -> Iterator[Diagnostic]:
    """A formula has no records whose fields its keys could name, and neither have people."""
    what = "a formula" if metric.formula is not None else "a count of people"
    for each in metric.per if metric.formula is not None or metric.holding_at else ():
        if program.choice(each) is None:
            yield meaning.UNKNOWN_NAME.at(
                metric.span,
                f"{what} can have `per` only for choices, and there is no choice `{each}`",
                help=f"declare its values: `choices: {{{each}: [..]}}`",
            )


def _owner(metric: Metric, program: Program) -> Metric:
    """The metric whose own `from` this one has, itself or through `like`; itself, too, when that one is not there."""
    own = metric.source_span or metric.span
    above = (each for each in program.metrics if each.span <= own)
    return max(above, key=lambda each: each.span, default=metric)


def _check_window(metric: Metric, dated: bool) -> Iterator[Diagnostic]:
    if dated and metric.window is None:
        yield meaning.MISSING_WINDOW.at(
            metric.span,
            f"`{metric.name}` does not say which days of `{metric.source}` count",
            help="add `window: trailing 12 months`, or `window: lifetime`",
        )
    if not dated and metric.window is not None and metric.window.kind is not WindowKind.LIFETIME:
        yield meaning.NEEDLESS_WINDOW.at(
            metric.window.span, f"`{metric.source}` has no dates, so a window has no meaning", help="remove `window`"
        )
        return
    if metric.shifted and (metric.window is None or metric.window.kind is WindowKind.LIFETIME):
        yield meaning.WRONG_KEYS.at(
            metric.span,
            f"`{metric.name}` has `shifted` but no `window`",
            help="add `window`, or remove `shifted`",
        )


NO_ROWS = "-"  # no table can have this name: a formula with `per` is read only at its keys


def define(program: Program, bench: Workbench) -> None:
    """Declare every metric's name: its value is the metric's."""
    for metric in program.metrics:
        bench.define(
            Definition(
                metric.name,
                metric.span,
                partial(value_of, metric, program),
                rows=(metric.source or NO_ROWS) if metric.per else "",
                at=partial(value_at, metric, program) if metric.per else None,
                cure=cure_of(metric, program) if metric.per else "",
            )
        )


SECTION = Section("metrics", SCHEMA, parse, check, __doc__ or "", define)
