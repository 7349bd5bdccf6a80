"""`people_holding`: by which certifications a metric counts people, the same everywhere or by choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.near import suggest
from engine.language.program import Held, Metric, Program
from engine.language.reading import Reader, words_of
from engine.language.shapes import names
from engine.language.source import Entry, Mapping, Node, Scalar

ANY, ALL = "any", "all"
FORMS = "a certification, or `{any: [..]}` or `{all: [..]}`"
HOLDING = {
    "type": ["string", "object"],
    "title": "people holding",
    "x-expected": FORMS,
    "properties": {
        ANY: names("People with one of these count", ["security_pro", "cloud_pro"], refers="certification"),
        ALL: names("People with every one of these count", ["security_pro", "cloud_pro"], refers="certification"),
        "by": names("The choices under `per` by which the certification differs", ["practice"], refers="key"),
        "values": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"$ref": "#/definitions/held"},
            "description": "The certification for each value of the choices under `by`, one level of keys for each",
            "examples": [{"security": "security_pro", "cloud": "cloud_pro"}],
            "x-levels": "by",
            "x-refers": "certification",
        },
    },
    "additionalProperties": False,
    "minProperties": 1,
    "if": {"required": ["by"]},
    "then": {"required": ["values"], "maxProperties": 2},
    "else": {"maxProperties": 1},
    "description": "People with this certification count, each once; or `{any: [..]}`, `{all: [..]}`, or by choices",
    "examples": [
        "security_pro",
        {"any": ["security_pro", "cloud_pro"]},
        {"by": ["practice"], "values": {"security": "security_pro", "cloud": "cloud_pro"}},
    ],
    "x-refers": "certification",
}


def people_holding(metric: Metric, value: Node | None, reader: Reader) -> Metric:
    """The metric, counting people by these certifications and measured in no other way."""
    bare = replace(without_people(metric), formula=None, source="", op="")
    if not isinstance(value, Mapping) or value.get("by") is None:
        found = _held((), value)
        return replace(bare, holding=found.names, holding_spans=found.spans, holding_all=found.all)
    by = words_of(value.get("by"))
    reader.each_once(by, "under `by`")
    listed = sorted(_listed(value.get("values"), (), len(by), reader), key=lambda each: each.keys)
    named = {name: span for each in listed for name, span in zip(each.names, each.spans, strict=True)}
    return replace(
        bare,
        holding=tuple(named),
        holding_spans=tuple(named.values()),
        holding_all=False,
        holding_by=tuple(each.text for each in by),
        holding_by_spans=tuple(each.span for each in by),
        holding_at=tuple(listed),
    )


def without_people(metric: Metric) -> Metric:
    """The metric as one that counts no people."""
    bare = replace(metric, holding=(), holding_spans=(), holding_all=False)
    return replace(bare, holding_by=(), holding_by_spans=(), holding_at=())


def _listed(node: Node | None, above: tuple[Scalar, ...], depth: int, reader: Reader) -> Iterator[Held]:
    """What is listed for the values of each choice, one level of keys for each."""
    for entry in node if isinstance(node, Mapping) else ():
        path = (*above, entry.key)
        if len(path) == depth:
            yield from _one(entry, path, reader)
        elif isinstance(entry.value, Mapping):
            yield from _listed(entry.value, path, depth, reader)
        else:
            reader.wrong_depth(entry, depth)


def _one(entry: Entry, path: tuple[Scalar, ...], reader: Reader) -> Iterator[Held]:
    """What stands for one value of each choice."""
    value = entry.value
    forms = {each.key.text for each in value} if isinstance(value, Mapping) else set()
    inside = value.entries[0].value if isinstance(value, Mapping) else value
    if not isinstance(value, Scalar) and (forms not in ({ANY}, {ALL}) or not words_of(inside)):
        message = f"`{entry.key.text}` does not name a certification"
        reader.report(meaning.WRONG_KEYS.at(entry.key.span, message, help=f"write {FORMS}"))
        return
    yield _held(path, value)


def _held(path: tuple[Scalar, ...], value: Node | None) -> Held:
    """One certification, or `any` or `all` of several."""
    words = words_of(value.entries[0].value if isinstance(value, Mapping) else value)
    return Held(
        tuple(each.text for each in path),
        tuple(each.text for each in words),
        isinstance(value, Mapping) and value.entries[0].key.text == ALL,
        tuple(each.span for each in path),
        tuple(each.span for each in words),
    )


def with_keys(metric: Metric, node: Mapping, reader: Reader) -> Metric:
    """The metric, whose keys are the choices by which its certifications differ; other ones are reported."""
    for key, span in zip(metric.holding_by, metric.holding_by_spans, strict=True):
        if key not in metric.per:
            keys = ", ".join(dict.fromkeys((*metric.per, *metric.holding_by)))
            reader.report(
                meaning.WRONG_KEYS.at(
                    span,
                    f"`{key}` is not a key of `{metric.name}`, so it does not say which certification is meant",
                    help=f"add `per: [{keys}]` to `{metric.name}`",
                )
            )
    per = node.entry("per")
    for key in metric.per if metric.holding else ():
        if key not in metric.holding_by:
            reader.report(
                meaning.WRONG_KEYS.at(
                    per.key.span if per is not None else metric.span,
                    f"`{metric.name}` counts the same people for each value of `{key}`, which is under `per`",
                    help=f"remove `{key}` from `per`, or list certifications by it:"
                    f" `people_holding: {{by: [{', '.join(metric.per)}], values: {{..}}}}`",
                )
            )
    kept = (each for each in metric.per if each in metric.holding_by)
    return replace(metric, per=tuple(dict.fromkeys((*kept, *metric.holding_by)))) if metric.holding else metric


def check_holding(metric: Metric, program: Program) -> Iterator[Diagnostic]:
    """Certifications are declared, and stand at values of the choices."""
    known = [each.name for each in program.certifications]
    for each, span in zip(metric.holding, metric.holding_spans, strict=True):
        if each not in known:
            yield meaning.UNKNOWN_NAME.at(span, f"there is no certification `{each}`", help=suggest(each, set(known)))
    for place, key in enumerate(metric.holding_by):
        words = program.dimension(key)
        wrong = {each.keys[place]: each.key_spans[place] for each in reversed(metric.holding_at)}
        for word in reversed([each for each in wrong if words and each not in words]):
            yield meaning.UNKNOWN_VALUE.at(
                wrong[word], f"`{word}` is not a value of `{key}`", help=suggest(word, words)
            )
