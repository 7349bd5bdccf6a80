"""What a case expects, read against its program: every name must exist, every value have its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from engine.authoring.cases import codes
from engine.authoring.cases.model import Answer, Expectation, Path, Word
from engine.authoring.cases.observing import (
    MEASURES,
    TIERS,
    amount_type,
    incentives_on,
    is_by_currency,
    rules_on,
    type_in,
)
from engine.authoring.cases.schema import OUTCOMES
from engine.authoring.cases.values import read_value
from engine.explain.lines import is_percent
from engine.language.diagnostic import Diagnostic
from engine.language.lines import shown
from engine.language.near import suggest
from engine.language.program import Incentive, Program
from engine.language.reading import text_of, words_of
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence
from engine.plan.owner import TIERS as TIERS_LADDER
from engine.plan.owner import Owner, OwnerKind, said_scope
from engine.plan.plan import Condition, Plan
from engine.types import Kind, Type, choice

LINE_KEYS = ("outcome", *MEASURES, "missing")
OUTCOME = choice(*OUTCOMES)
NAME = Type(Kind.ID)


@dataclass(slots=True)
class _Reading:
    """The expectations of one case as they are read. `ids` holds the records given by table."""

    program: Program
    plan: Plan
    ids: dict[str, tuple[str, ...]]
    found: list[Expectation] = field(default_factory=list)
    reports: list[Diagnostic] = field(default_factory=list)

    def add(self, path: Path, node: Node, type: Type, words: tuple[Word, ...] = (), percent: bool = False) -> None:
        """One value, or one of `words` instead."""
        if not isinstance(node, Scalar):
            message = f"`{path[-1]}` must be a single value"
            self.reports.append(codes.WRONG_VALUE.at(node.span, message, help="write only the value"))
            return
        answer: Answer | None = next((each for each in words if node.text == each and not node.quoted), None)
        if answer is None:
            answer, findings = read_value(node, type, exact=path[0] == "earnings")
            self.reports += findings
        if answer is not None:
            self.found.append(Expectation(path, answer, type, node.span, percent))

    def unknown(self, key: Scalar, what: str, known: Iterable[str], scoped: Iterable[tuple[str, Path]] = ()) -> None:
        """Nothing of this name is in the program; test files write the scopes of a name below it, not behind a dot."""
        message = f"the program has no {what} `{shown(key.text)}`"
        names = tuple(known)
        help = suggest(key.text, names) if names else "it has none"
        for name, scope in scoped:
            if scope and key.text == f"{name}.{said_scope(scope)}":
                help = f"write `{name}: {''.join(f'{{{each}: ' for each in scope)}..{'}' * len(scope)}`"
        self.reports.append(codes.UNKNOWN_EXPECTATION.at(key.span, message, help=help))


def read_expected(
    node: Node | None, program: Program, plan: Plan, ids: dict[str, tuple[str, ...]]
) -> tuple[tuple[Expectation, ...], tuple[Diagnostic, ...]]:
    """The expectations in the order written, and findings. `ids` are the keys of the records given, by table."""
    reading = _Reading(program, plan, ids)
    sections = {
        "tiers": _tiers,
        "designations": _designations,
        "benefits": _benefits,
        "earnings": _earnings,
        "metrics": _metrics,
    }
    for entry in node if isinstance(node, Mapping) else ():
        if entry.key.text in TIERS:
            _tier(reading, entry)
        elif entry.key.text == "lines":
            _lines(reading, entry.value, text_of(node.get("tier")) if isinstance(node, Mapping) else "")
        elif entry.key.text in sections:
            for each in entry.value if isinstance(entry.value, Mapping) else ():
                sections[entry.key.text](reading, each)
    return tuple(reading.found), tuple(reading.reports)


def _tier(reading: _Reading, entry: Entry) -> None:
    ladder = reading.plan.tiers.tiers
    if isinstance(entry.value, Scalar) and entry.value.text not in ladder:
        reading.unknown(entry.value, "tier", ladder)
    elif ladder:
        reading.add((entry.key.text,), entry.value, choice(*ladder, ordered=True))


def _tiers(reading: _Reading, entry: Entry) -> None:
    known = [each.tier for each in reading.plan.tiers.rungs]
    if entry.key.text in known:
        reading.add(("tiers", entry.key.text), entry.value, OUTCOME)
    elif entry.key.text in reading.plan.tiers.tiers:
        message = f"`{entry.key.text}` is the lowest tier and has no lines"
        reading.reports.append(codes.UNKNOWN_EXPECTATION.at(entry.key.span, message, help="leave it out"))
    else:
        reading.unknown(entry.key, "tier", known)


def _designations(reading: _Reading, entry: Entry) -> None:
    """A status, or one for each value of the designation's `per`, with one level of keys for each choice."""
    name = entry.key.text
    ladders = [each for each in reading.plan.ladders if each.name == name != TIERS_LADDER]
    if not ladders:
        names = [each.name for each in reading.program.designations]
        reading.unknown(entry.key, "designation", names, [(each.name, each.scope) for each in reading.plan.ladders])
        return
    ladder = ladders[0]

    def add(scope: tuple[str, ...], node: Node) -> None:
        words = (Word.NONE, Word.MISSING) if ladder.applies else ()
        reading.add(("designations", name, *scope), node, choice(*ladder.tiers, ordered=True), words)

    _at_keys(reading, _Keyed(name, "status", ladder.tiers[-1], [each.scope for each in ladders], add), (), entry.value)


@dataclass(frozen=True, slots=True)
class _Keyed:
    """Something with a status or value in each scope; `add` reads what is expected in one."""

    name: str
    what: str
    example: str
    scopes: list[tuple[str, ...]]
    add: Callable[[tuple[str, ...], Node], None]


def _at_keys(reading: _Reading, keyed: _Keyed, scope: tuple[str, ...], node: Node) -> None:
    """What is expected in a scope: one level of words for each key, and then the answer."""
    depth = len(scope)
    if depth == len(keyed.scopes[0]):
        keyed.add(scope, node)
        return
    values = dict.fromkeys(each[depth] for each in keyed.scopes if each[:depth] == scope)
    if not isinstance(node, Mapping):
        message = f"`{keyed.name}` has a {keyed.what} for each of {', '.join(values)}"
        example = node.text if isinstance(node, Scalar) else keyed.example
        help = f"write one for each, such as `{{{next(iter(values))}: {shown(example)}}}`"
        reading.reports.append(codes.WRONG_VALUE.at(node.span, message, help=help))
        return
    for each in node:
        if each.key.text in values:
            _at_keys(reading, keyed, (*scope, each.key.text), each.value)
        else:
            message = f"`{keyed.name}` has no {keyed.what} for `{shown(each.key.text)}`"
            help = suggest(each.key.text, list(values))
            reading.reports.append(codes.UNKNOWN_EXPECTATION.at(each.key.span, message, help=help))


def _benefits(reading: _Reading, entry: Entry) -> None:
    """A value, or one for each value that the benefit goes by, one level of keys for each of its `per`."""
    name = entry.key.text
    found = {each.scope: each for each in reading.plan.entitlements if each.name == name}
    if not found:
        granted = reading.plan.entitlements
        names = list(dict.fromkeys(each.name for each in granted))
        reading.unknown(entry.key, "benefit", names, [(each.name, each.scope) for each in granted])
        return
    rules = rules_on(reading.program, reading.plan.as_of)
    kind = next(each.value for each in rules.benefits if each.name == name)

    def add(scope: tuple[str, ...], node: Node) -> None:
        words = (Word.UNDECIDED,) if kind == "flag" else (Word.NONE, Word.UNDECIDED)
        reading.add(("benefits", name, *scope), node, found[scope].type, words, kind == "percent")

    example = "true" if kind == "flag" else str(Word.NONE)
    _at_keys(reading, _Keyed(name, "value", example, list(found), add), (), entry.value)


def _earnings(reading: _Reading, entry: Entry) -> None:
    incentives = incentives_on(reading.program, reading.plan.as_of)
    incentive = incentives.get(entry.key.text)
    if incentive is None:
        reading.unknown(entry.key, "incentive", incentives)
        return
    path = ("earnings", incentive.name)
    if not isinstance(entry.value, Mapping):
        _all_earned(reading, incentive, entry.value)
        return
    known = keys_of(incentive, reading.program, reading.ids)
    for each in entry.value:
        if each.key.text in known and isinstance(each.value, Mapping) and is_by_currency(incentive):
            _by_currency(reading, incentive, (*path, each.key.text), each.value)
        elif each.key.text in known:
            type = _paid_in(reading, incentive, each.value)
            if type is not None:
                whose = (type.currency,) if is_by_currency(incentive) and text_of(each.value) not in EARNED else ()
                reading.add((*path, each.key.text, *whose), each.value, type, EARNED)
        else:
            what = "period" if incentive.period is not None else f"record in `{incentive.source}`"
            message = f"`{incentive.name}` has no {what} `{shown(each.key.text)}`"
            help = suggest(each.key.text, known)
            reading.reports.append(codes.UNKNOWN_EXPECTATION.at(each.key.span, message, help=help))


EARNED = (Word.NONE, Word.UNDECIDED)


def _by_currency(reading: _Reading, incentive: Incentive, path: Path, node: Mapping) -> None:
    """The amounts of a period by currency."""
    table = reading.program.records.table(incentive.source)
    known = table.currencies if table is not None else ()
    for each in node:
        if each.key.text in known:
            reading.add((*path, each.key.text), each.value, type_in(each.key.text), EARNED)
        else:
            message = f"`{incentive.name}` pays nothing in `{shown(each.key.text)}`"
            help = f"write one of {', '.join(known)}"
            reading.reports.append(codes.UNKNOWN_EXPECTATION.at(each.key.span, message, help=help))


def _all_earned(reading: _Reading, incentive: Incentive, node: Node) -> None:
    """What an incentive earns in all: one amount, unless each record is paid in its own currency."""
    if incentive.pays_by_row and text_of(node) not in EARNED:
        message = f"`{incentive.name}` pays each record in the currency of the record, so there is no single amount"
        key = next(iter(keys_of(incentive, reading.program, reading.ids)), "S1")
        help = f"write one amount for each record: `{{{key}: 25 {reading.program.currency}}}`"
        if incentive.period is not None:
            code = reading.program.currency
            help = f"write the amounts of each period by currency: `{{{key}: {{{code}: 25 {code}}}}}`"
        reading.reports.append(codes.WRONG_VALUE.at(node.span, message, help=help))
        return
    reading.add(("earnings", incentive.name), node, amount_type(reading.program), EARNED)


def _paid_in(reading: _Reading, incentive: Incentive, node: Node) -> Type | None:
    """The type of what a record earns: where it is paid in its own currency, in the one that is written."""
    table, text = reading.program.records.table(incentive.source), text_of(node)
    code = text.rpartition(" ")[2]
    if table is None or not incentive.pays_by_row or text in EARNED:
        return amount_type(reading.program)
    if code in table.currencies:
        return type_in(code)
    message = f"`{shown(text)}` is in no currency of `{table.name}`"
    help = f"write it with one of {', '.join(table.currencies)}"
    reading.reports.append(codes.WRONG_VALUE.at(node.span, message, help=help))
    return None


def keys_of(incentive: Incentive, program: Program, ids: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of an incentive's earnings: names of periods, or ids of records."""
    if incentive.period is None:
        return ids.get(incentive.source, ())
    unit, fiscal = incentive.period
    start, before = program.effective
    return tuple(each.name for each in program.calendar.periods(start, before, unit, fiscal))


def _metrics(reading: _Reading, entry: Entry) -> None:
    found = next((each for each in reading.plan.metrics if each.said == entry.key.text), None)
    declared = {each.name for each in rules_on(reading.program, reading.plan.as_of).metrics}
    if found is None and entry.key.text in declared:
        message = f"`{entry.key.text}` has no single value here: it has one for each group, or for other days"
        help = "expect a result that depends on it: a line, a benefit, an amount"
        reading.reports.append(codes.UNKNOWN_EXPECTATION.at(entry.key.span, message, help=help))
        return
    if found is None:
        reading.unknown(entry.key, "metric", [each.said for each in reading.plan.metrics])
        return
    percent = any(is_percent(each) and each.names == (found.said,) for each in reading.plan.conditions)
    reading.add(("metrics", found.said), entry.value, found.type, (Word.MISSING,), percent)


def _lines(reading: _Reading, node: Node, tier: str) -> None:
    """Lines by id or text; under a tier, segment, benefit or incentive its lines alone."""
    owners = {each.of for each in reading.plan.conditions}
    for entry in node if isinstance(node, Mapping) else ():
        if entry.key.text in owners and _is_nested(entry.value):
            for each in entry.value if isinstance(entry.value, Mapping) else ():
                own = [c for c in reading.plan.conditions if c.of == entry.key.text]
                _line(reading, each, own, "")
        else:
            _line(reading, entry, reading.plan.conditions, tier)


def _is_nested(node: Node) -> bool:
    """Whether a mapping holds lines and not what is expected of one."""
    return isinstance(node, Mapping) and not any(each.key.text in LINE_KEYS for each in node)


def _line(reading: _Reading, entry: Entry, lines: Iterable[Condition], tier: str) -> None:
    condition = _which(reading, entry.key, tuple(lines), tier)
    if condition is None:
        return
    if isinstance(entry.value, Scalar):
        reading.add(("lines", condition.id, "outcome"), entry.value, OUTCOME)
    for each in entry.value if isinstance(entry.value, Mapping) else ():
        _aspect(reading, condition, each)


def _which(reading: _Reading, key: Scalar, lines: tuple[Condition, ...], tier: str) -> Condition | None:
    """The one line of this id or text; of several the one of the tier that the case expects."""
    named = [each for each in lines if key.text in (each.id, each.text)]
    own = [each for each in named if each.owner == Owner(OwnerKind.TIER, TIERS_LADDER, tier)]
    if len(named) > 1 and len(own) == 1:
        return own[0]
    if len(named) == 1:
        return named[0]
    if not named:
        reading.unknown(key, "line", dict.fromkeys(text for each in lines for text in (each.text, each.id)))
        return None
    if tier and tier not in reading.plan.tiers.tiers:
        return None  # the tier's own finding is enough
    ids = ", ".join(f"`{each.id}`" for each in named)
    help = f"use its id: {ids}; or put it under its tier: `{named[0].of}: {{..}}`"
    message = f"`{shown(key.text)}` matches {len(named)} lines"
    reading.reports.append(codes.WHICH_LINE.at(key.span, message, help=help))
    return None


def _aspect(reading: _Reading, condition: Condition, entry: Entry) -> None:
    """The outcome of a line, a number of it, or what is missing to decide it."""
    types = {"outcome": OUTCOME, **dict(_numbers(reading.plan, condition))}
    name = entry.key.text
    path = ("lines", condition.id, name)
    if name == "missing":
        _missing(reading, path, entry.value)
    elif name in types:
        words = () if name == "outcome" else (Word.MISSING,)
        reading.add(path, entry.value, types[name], words, is_percent(condition))
    elif name in MEASURES:
        message = f"`{condition.text}` compares no numbers, so it has no {name}"
        reading.reports.append(codes.UNKNOWN_EXPECTATION.at(entry.key.span, message, help="expect its outcome"))
    else:
        message = f"a line has no `{shown(name)}`"
        reading.reports.append(
            codes.UNKNOWN_EXPECTATION.at(entry.key.span, message, help=suggest(name, [*types, "missing"]))
        )


def _numbers(plan: Plan, condition: Condition) -> Iterator[tuple[str, Type]]:
    unit = condition.unit
    if unit is None:
        return
    if unit.kind is Kind.INTEGER:  # a count may be compared with a number that is not whole
        unit = replace(unit, kind=Kind.NUMBER)
    for name in MEASURES:
        yield name, unit


def _missing(reading: _Reading, path: Path, node: Node) -> None:
    """Names of fields, such as `[partners.size]`."""
    if isinstance(node, Scalar | Sequence):
        names = tuple(sorted(each.text for each in words_of(node)))
        reading.found.append(Expectation(path, names, None, node.span))
        return
    help = "write a list such as `[partners.size]`"
    reading.reports.append(codes.WRONG_VALUE.at(node.span, "fields that are missing are a list", help=help))
