"""JSON Schema pieces that sections share. Scalars are text here; only true and false are booleans.

Notes of ours start with `x-`; `engine.language.published` turns them into what editors know, or drops them:

- `x-expected` what a message says was wanted, `x-later` not supported yet (see `engine.language.shape`)
- `x-text` and `x-listed` what to write for a text or a list that stands in place of another form
- `x-reads` what YAML may take such a text for (`integer`, `number`), `x-least` and `x-most` its bounds
- `x-declares` the keys are names of that kind; `x-refers` the words are names of that kind
- `x-scope` an expression, with the names of a `partner` or of a `row` of the records under `from`; of both in what is
  `paid` for a record
- `x-keys` keys that the schema does not name are names of that kind
- `x-levels` keys are values of the names under that key, one level each
- `x-moved` a key of the older form, and `x-ranked` one for which the order of records matters to `rung fmt`
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

Schema = Mapping[str, object]
Example = bool | int | str | Sequence["Example"] | Mapping[str, "Example"]
Snippet = Mapping[str, Example]

VERSION_FORM: Final = "^(?!.*[.]amendment-)[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"  # `2026.amendment-1` is an amendment
NAME_PATTERN: Final = "^[a-z][a-z0-9_]*$"
LATER: Final[Schema] = {"x-later": True}
PARTNER: Final = "partner"
ROW: Final = "row"
PAID: Final = "paid"

_PLACE = re.compile(r"\$\{[0-9]+:([^}]*)\}")


def text(description: str, *examples: Example) -> Schema:
    """A free text."""
    return _with_examples({"type": "string", "description": description}, examples)


def matching(pattern: str, expected: str, description: str, *examples: Example, reads: str = "") -> Schema:
    """A text of one form; `expected` is what a message says was wanted.

    `reads`: what an editor may take such a text for, `integer` or `number`; by default it is a text to all.
    """
    form: Schema = {"type": "string", "pattern": pattern, "x-expected": expected, "description": description}
    return _with_examples({**form, "x-reads": reads} if reads else form, examples)


def whole(description: str, *examples: Example) -> Schema:
    """A whole number that is not negative."""
    form = matching("^[0-9_]+$", "a whole number", description, *examples, reads="integer")
    return {**form, "x-least": 0}


def digits(description: str, *examples: Example) -> Schema:
    """A number of digits after the point."""
    form = matching("^[0-8]$", "a number of digits from 0 to 8", description, *examples, reads="integer")
    return {**form, "x-least": 0, "x-most": 8}


def expression(description: str, *examples: Example, scope: str = PARTNER) -> Schema:
    """An expression; `scope` says whose names it may use."""
    return _with_examples({"type": "string", "description": description, "x-scope": scope}, examples)


def one_of(description: str, *values: str, meaning: Mapping[str, str] | None = None) -> Schema:
    """One of some words; `meaning` gives the meaning of each."""
    plain: Schema = {"enum": list(values), "description": description}
    return {**plain, "enumDescriptions": [meaning[each] for each in values]} if meaning else plain


def truth(description: str, example: bool = True) -> Schema:
    """`true` or `false`."""
    return {"type": "boolean", "description": description, "examples": [example]}


def names(description: str, *examples: Example, refers: str = "") -> Schema:
    """A name, or a list of names; `refers` is the kind of name."""
    plain: Schema = {"type": ["array", "string"], "items": {"type": "string"}, "minItems": 1}
    return _with_examples({**plain, "description": description, **_referring(refers)}, examples)


def name_of(refers: str, description: str, *examples: Example) -> Schema:
    """The name of something that is declared, such as a metric."""
    return {**text(description, *examples), **_referring(refers)}


def requirements(description: str, *examples: Example, scope: str = PARTNER) -> Schema:
    """Conditions; all must be met. `scope` says whose names they may use."""
    whole: Schema = {"$ref": "#/definitions/requirements", "description": description, "x-scope": scope}
    return _with_examples(whole, examples)


def later(*keys: str) -> dict[str, Schema]:
    """Keys of the language that this version does not act on."""
    return dict.fromkeys(keys, LATER)


def moved(schema: Schema) -> Schema:
    """A key of the older form: it is read, and `rung fmt` replaces it."""
    return {**schema, "x-moved": True}


def ranked(schema: Schema) -> Schema:
    """A key for which the order of records decides more than what limits leave."""
    return {**schema, "x-ranked": True}


def noted(schema: Schema, description: str, *examples: Example, **notes: Example) -> Schema:
    """A shared piece with its own words at one place."""
    return _with_examples({**schema, "description": description, **notes}, examples or schema.get("examples", ()))


def snippet(label: str, description: str, body: Mapping[str, Example]) -> Snippet:
    """A ready piece that an editor offers; `${1:word}` is a place to type at."""
    return {"label": label, "description": description, "body": body}


def filled(body: Example) -> Example:
    """The body of a snippet as it reads when nothing else is typed.

    >>> filled({"${1:gold}": {"requires": ["${2:growth} >= 10%"]}})
    {'gold': {'requires': ['growth >= 10%']}}
    """
    if isinstance(body, str):
        return _PLACE.sub(r"\1", body)
    if isinstance(body, Mapping):
        return {_PLACE.sub(r"\1", key): filled(value) for key, value in body.items()}
    return [filled(each) for each in body] if isinstance(body, Sequence) else body


def _with_examples(schema: Schema, examples: object) -> Schema:
    given = list(examples) if isinstance(examples, list | tuple) else []
    return {**schema, "examples": given} if given else schema


def _referring(kind: str) -> Schema:
    return {"x-refers": kind} if kind else {}


def mapping(properties: Mapping[str, Schema], *required: str, description: str = "", title: str = "") -> Schema:
    """A mapping with these keys and no others; `title` is what its keys belong to."""
    plain: Schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        "description": description,
    }
    return {**plain, "title": title} if title else plain


def named(
    item: Schema,
    description: str,
    *examples: Example,
    declares: str = "",
    snippets: Sequence[Snippet] = (),
    most: int | None = None,
) -> Schema:
    """A mapping from at most `most` names the author chooses; `declares` is the kind of name."""
    plain: Schema = {
        "type": "object",
        "propertyNames": {
            "title": f"{declares}_name".removeprefix("_"),  # what an editor puts there until it is typed over
            "pattern": NAME_PATTERN,
            "x-expected": "a name of lower case letters, digits and underscores that starts with a letter",
        },
        "additionalProperties": item,
        "minProperties": 1,
        "description": description,
    }
    notes = ({"x-declares": declares} if declares else {}) | ({"defaultSnippets": list(snippets)} if snippets else {})
    bound: Schema = {} if most is None else {"maxProperties": most}
    return _with_examples({**plain, **notes, **bound}, examples)


def listing(item: Schema, description: str, *examples: Example, least: int = 1, most: int | None = None) -> Schema:
    """A list of at least `least` items, and at most `most`."""
    plain: Schema = {"type": "array", "items": item, "minItems": least, "description": description}
    return _with_examples(plain if most is None else {**plain, "maxItems": most}, examples)


DAY_FORM: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DURATION_FORM: Final = "^[0-9_]+ (day|days|month|months|year|years)$"


def day(description: str, *examples: Example) -> Schema:
    """A date."""
    return matching(DAY_FORM, "a date such as `2026-02-01`", description, *examples)


def days(description: str) -> Schema:
    """A half-open range of days."""
    edges = {
        "from": day("The first day in it", "2026-02-01"),
        "before": day("The first day after it", "2027-02-01"),
    }
    example: Example = {"from": "2026-02-01", "before": "2027-02-01"}
    return {**mapping(edges, "from", "before", description=description, title="range"), "examples": [example]}


def duration(description: str, *examples: Example) -> Schema:
    """A number of days, months or years."""
    return matching(DURATION_FORM, "a duration such as `24 months`", description, *examples)


DAY: Final = day("A date", "2026-02-01")
RANGE: Final = days("Days, `before` not included")
DURATION: Final = duration("A duration", "24 months", "90 days")
WHOLE: Final = whole("A whole number", 3)
EXPRESSION: Final = text("An expression")  # without examples: one that suits every key suits none
NAMES: Final = names("A name, or a list of names")
TRUTH: Final[Schema] = {"type": "boolean"}
REQUIREMENTS: Final[Schema] = {"$ref": "#/definitions/requirements"}
TABLE: Final[Schema] = {"$ref": "#/definitions/table"}
PLACES: Final[Mapping[str, tuple[str, str]]] = {PARTNER: ("table", "dimension"), PAID: ("paid", "paid_dimension")}
"""Where a value may be read: the definition of a value there, and what the names under its `by` are names of."""


def _entry(scope: str) -> Schema:
    """An entry under `values`: a value, with its own `by` too; or one level more of keys."""
    definition, _ = PLACES[scope]
    return {
        "type": ["string", "object"],
        "if": {"type": "object", "required": ["by"]},
        "then": {"$ref": f"#/definitions/{definition}"},
        "else": {"additionalProperties": {"$ref": f"#/definitions/{definition}_entry"}},
        "x-scope": scope,
    }


def _values(scope: str) -> Schema:
    definition, _ = PLACES[scope]
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"$ref": f"#/definitions/{definition}_entry"},
        "description": "The value for each word of the names under `by`, one level of keys for each name",
        "examples": [{"silver": "50_000 USD", "gold": "250_000 USD"}],
        "x-levels": "by",
        "x-scope": scope,
    }


def _inner(scope: str, description: str, *examples: Example) -> Schema:
    """A value inside of a value."""
    definition, _ = PLACES[scope]
    whole: Schema = {"$ref": f"#/definitions/{definition}", "description": description, "x-scope": scope}
    return _with_examples(whole, examples)


def _table_keys(scope: str) -> Mapping[str, Schema]:
    """The keys of a value that is more than one expression, read in this scope."""
    about = "What the value depends on: `tier`, a segment, a choice field; one number with `bands`"
    band = mapping(
        {
            "from": _inner(scope, "Where the band begins; it ends where the next one begins", "0 USD"),
            "value": _inner(scope, "The value in it", "5%", 3),
        },
        "from",
        "value",
        title="band",
    )
    return {
        "value": expression("The one value", 3, "40_000 USD", scope=scope),
        "by": names(about, ["tier"], refers=PLACES[scope][1]),
        "values": _values(scope),
        "bands": listing(
            band,
            "Values by the size of one number, low to high",
            [{"from": "0 USD", "value": 1}, {"from": "1_000_000 USD", "value": 3}],
        ),
    }


def _table(scope: str) -> Schema:
    return {
        "type": ["string", "object"],
        "properties": dict(_table_keys(scope)),
        "additionalProperties": False,
        "description": "One value, or values by dimensions",
    }


VALUES: Final = _values(PARTNER)
TABLE_KEYS: Final = _table_keys(PARTNER)


def value(description: str, *examples: Example) -> Schema:
    """What an incentive is paid by: an expression, or values by tier, choice or number."""
    return _inner(PAID, description, *examples)


DEFINITIONS: Final[Mapping[str, Schema]] = {
    "requirements": {
        "type": ["array", "string", "object"],
        "minItems": 1,
        "items": {"$ref": "#/definitions/requirement"},
        "description": "Conditions; all must be met",
        "if": {"type": "object"},
        "then": {"$ref": "#/definitions/requirement"},
    },
    "requirement": {
        "type": ["string", "object"],
        "title": "condition",
        "x-expected": "a condition such as `revenue >= 50_000 USD`, or a group such as `any: [..]`",
        "description": "A comparison or a name, or all / any / none / at_least with of",
        "properties": {
            "all": noted(REQUIREMENTS, "All of these must be met", ["growth >= 10%", "csat >= 4.2"]),
            "any": noted(REQUIREMENTS, "At least one of these must be met", ["growth >= 10%", "csat >= 4.2"]),
            "none": noted(REQUIREMENTS, "None of these may be met", ["region is apac"]),
            "at_least": whole("How many of the conditions under `of` must be met", 2),
            "of": noted(REQUIREMENTS, "The conditions that are counted", ["strategic", "growth >= 15%"]),
            **later("met", "every", "in", "within", "requires"),
        },
        "additionalProperties": False,
        "minProperties": 1,
        "if": {"required": ["at_least"]},
        "then": {"required": ["of"], "maxProperties": 2},
        "else": {"maxProperties": 1, "x-expected": "one group, and the other as a separate list item"},
    },
    "table": _table(PARTNER),
    "table_entry": _entry(PARTNER),
    "paid": _table(PAID),
    "paid_entry": _entry(PAID),
    "held": {
        "type": ["string", "object", "array"],
        "items": {"type": "string"},
        "minItems": 1,
        "minProperties": 1,
        "additionalProperties": {"$ref": "#/definitions/held"},
        "description": "A certification, or `{any: [..]}` or `{all: [..]}`; or one level more of keys",
        "x-expected": "a certification, or `{any: [..]}` or `{all: [..]}`",
        "x-refers": "certification",
    },
}
