"""The shape layer: checks a tree against a JSON Schema (draft 7), with messages in the author's words.

Scalars are text for a schema, apart from `true`, `false` and an empty value; a schema that
says `integer` or `number` accepts text that reads as one. Besides the keywords of the
draft four notes are understood: `x-expected` (what a message says was wanted), `x-later`
(`true`: the key is not supported yet; a list: these words are not), and what to write for a text in place of a mapping
(`x-text`, with TEXT) or for a list in place of a text (`x-listed`, with ITEMS). A schema `false` gives no place and is
not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from engine.language.codes import shape as codes
from engine.language.codes.yaml import MORE_FINDINGS
from engine.language.diagnostic import Diagnostic, Related, in_file_order
from engine.language.ends import BEFORE, LAST_DAY_WORDS, day_help, renamed_help
from engine.language.fitting import TYPES, Json, fits, same
from engine.language.lines import shown
from engine.language.near import close_names, suggest
from engine.language.places import Place, find
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

MAX_RELATED = 8  # places reported together
SAME_MEANING = (("requires", "eligible", "when", "where"), ("period", "window"), ("during", "effective"))
"""Keys that say the same in different sections; where a section has several, the first is meant."""
SMALL = 10  # in so small a mapping, an unknown key surely is the misspelt missing one
MAX_FINDINGS = 100  # shown of one file; more do not help

_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})")
_YEAR_LAST = re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})")  # with slashes, who knows
_LISTED = re.compile(r"\[?\w[\w/. -]*(?:, ?\w[\w/. -]*)*\]?")
_ABOUT_MEMBERS = ("required", "minProperties", "maxProperties")
_SHAPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
    "number": "a number",
    "null": "no value",
}
_SHAPE_HELP = {
    "object": "write `key: value` lines below it, or in braces",
    "array": "write one `- ` a line below it, or put the items in brackets",
    "boolean": "write `true` or `false` without quotes",
}


@dataclass(frozen=True, slots=True)
class _Misfit:
    """One place that breaks one keyword of the schema. `value` is the data there, or the name of a key."""

    keyword: str
    wanted: object
    place: Place
    value: object
    schema: Dict[str, object]


def check_shape(tree: Node, schema: Dict[str, object]) -> tuple[Diagnostic, ...]:
    """Every place where `tree` does not fit `schema`, in file order; at most 100 and a note."""
    data = plain(tree)
    if fits(data, schema):
        return ()
    errors = list(_validator_class()(schema).iter_errors(data))
    later = {tuple(error.absolute_path)[:-1] for error in errors if error.validator == "x-later"}
    asked = _asked_beside(errors)
    findings, strangers = _strangers(tree, errors)
    for error in errors:
        path = tuple(error.absolute_path)
        if any(path[: len(each)] == each for each in strangers):
            continue  # reported together
        if error.validator in _ABOUT_MEMBERS and path in later:
            continue  # the key that is not supported yet explains what is missing or too much beside it
        if error.validator == "required" and path in asked:
            continue  # the unknown key is this one, misspelt
        own = _schema_of(error)
        if error.validator == "additionalProperties" and path in asked:
            own = {**own, "required": asked[path]}
        misfit = _Misfit(str(error.validator), error.validator_value, find(tree, path), error.instance, own)
        meant = _key_meant(misfit, schema, list(error.absolute_schema_path))
        findings += [meant] if meant else _explain(misfit)
    ordered = in_file_order(findings)
    if len(ordered) <= MAX_FINDINGS:
        return ordered
    message = f"only the first {MAX_FINDINGS} of {len(ordered)} findings are shown"
    more = MORE_FINDINGS.at(ordered[MAX_FINDINGS].span, message, help="fix these and check again")
    return (*ordered[:MAX_FINDINGS], more)


def _strangers(tree: Node, errors: Iterable[ValidationError]) -> tuple[list[Diagnostic], set[tuple[str | int, ...]]]:
    """One finding for neighbours that have hardly a key that is choose one of: the line of their section is missing."""
    groups: dict[tuple[str | int, ...], list[_Misfit]] = {}
    strong: set[tuple[str | int, ...]] = set()
    for error in errors:
        path, schema = tuple(error.absolute_path), _schema_of(error)
        if error.validator != "additionalProperties" or len(path) < 2 or not isinstance(error.instance, dict):
            continue
        unknown = [key for key in error.instance if not _is_known(key, schema)]
        if 2 * len(unknown) >= len(error.instance):
            misfit = _Misfit("additionalProperties", unknown, find(tree, path), error.instance, schema)
            groups.setdefault(path[:-1], []).append(misfit)
            if len(unknown) > 1 and path[:-1] not in strong and _several(groups[path[:-1]]):
                strong.add(path[:-1])
    findings, told = [], set()
    for above in sorted(strong, key=str):
        first, *others = sorted(groups[above], key=lambda each: each.place.key_span)
        keys = ", ".join(f"`{shown(key)}`" for key in _words(first.wanted))
        help = f"{suggest('', _known_keys(first.schema))}; or is the line of another section missing above?"
        related = [Related(each.place.key_span, "and so has this") for each in others[:MAX_RELATED]]
        message = f"{first.place.name} has keys that are not choose one of: {keys}"
        findings.append(codes.UNKNOWN_KEY.at(first.place.key_span, message, help=help, related=related))
        told |= {(*above, each.place.key.text) for each in groups[above] if each.place.key is not None}
    return findings, told


def _several(group: list[_Misfit]) -> bool:
    """Whether two of a group have two strange keys each: one may be a spelling mistake, two are in the wrong place."""
    return sum(len(_words(each.wanted)) > 1 for each in group) > 1


def _key_meant(misfit: _Misfit, schema: object, steps: list[str | int]) -> Diagnostic | None:
    """The finding about a key that passes for a name of the author's own, but has the shape of one it resembles."""
    key = misfit.place.key
    if key is None or misfit.keyword != "type" or steps[-2:-1] != ["additionalProperties"]:
        return None
    for step in steps[:-2]:
        schema = schema.get(str(step)) if isinstance(schema, dict) else None
    meant = suggest(key.text, _known_keys(schema)) if isinstance(schema, dict) else ""
    if not meant.startswith("did you mean"):
        return None
    return codes.UNKNOWN_KEY.at(key.span, f"unknown key `{shown(key.text)}`", help=meant)


def _asked_beside(errors: Iterable[ValidationError]) -> dict[tuple[str | int, ...], object]:
    """Keys required only because of another key, by place, if an unknown key may be the misspelt missing one."""
    unknown = {
        tuple(error.absolute_path)
        for error in errors
        if error.validator == "additionalProperties" and len(_properties(_schema_of(error))) <= SMALL
    }
    return {
        tuple(error.absolute_path): error.validator_value
        for error in errors
        if error.validator == "required" and "properties" not in _schema_of(error)
        if tuple(error.absolute_path) in unknown
    }


def _schema_of(error: ValidationError) -> Dict[str, object]:
    """The part of the schema that is violated; `true` and `false` give no part."""
    return error.schema if isinstance(error.schema, dict) else {}


def plain(node: Node) -> Json:
    """A tree as JSON data: `true` and `false` are booleans, a left-out value is null, all else is text."""
    if isinstance(node, Scalar):
        if node.is_null:
            return None
        if not node.quoted and node.text in ("true", "false"):
            return node.text == "true"
        return node.text
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node}
    return [plain(item) for item in node]


@cache
def _validator_class() -> type[Validator]:
    from jsonschema import Draft7Validator  # takes 0.07 s: only when something does not fit
    from jsonschema.validators import extend

    own_types = {name: _ignoring_checker(TYPES[name]) for name in ("integer", "number")}
    types = Draft7Validator.TYPE_CHECKER.redefine_many(own_types)
    own = {
        "x-later": _check_later,
        "enum": _check_enum,
        "const": lambda validator, option, value, schema: _check_enum(validator, [option], value, schema),
        "required": _check_required,
    }
    validator: type[Validator] = extend(Draft7Validator, own, type_checker=types)  # type: ignore[no-untyped-call]  # the stubs give it no types
    return validator


def _ignoring_checker(test: Callable[[object], bool]) -> Callable[[object, object], bool]:
    return lambda _, value: test(value)


def _check_later(_: Validator, later: object, value: object, __: object) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if later is True or (isinstance(later, list | tuple) and value in later):
        yield ValidationError("not supported yet")


def _check_enum(_: Validator, options: Iterable[object], value: object, schema: object) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    later = schema.get("x-later", ()) if isinstance(schema, dict) else ()
    if not any(same(each, value) for each in options) and value not in later:
        yield ValidationError("not one of the options")


def _check_required(_: Validator, keys: Iterable[str], value: object, __: object) -> Iterator[ValidationError]:
    """One error for all missing keys, so that none is reported twice."""
    from jsonschema import ValidationError

    if isinstance(value, dict) and any(key not in value for key in keys):
        yield ValidationError("missing keys")


def _explain(misfit: _Misfit) -> Iterator[Diagnostic]:
    """One schema error as findings: one for each key that is missing or unknown, else one in all."""
    match misfit.keyword:
        case "additionalProperties":
            yield from _unknown_keys(misfit)
        case "required":
            yield from _missing_keys(misfit)
        case "x-later":
            yield _not_yet(misfit)
        case "type":
            yield _wrong_shape(misfit)
        case "enum" | "const":
            yield _not_one_of(misfit)
        case "minItems" | "minProperties" | "maxItems" | "maxProperties" | "uniqueItems":
            yield _wrong_count(misfit)
        case _:
            yield _bad_form(misfit)


def _members(misfit: _Misfit) -> tuple[Entry, ...]:
    """The entries of the mapping a keyword about keys is broken by."""
    node = misfit.place.node
    assert isinstance(node, Mapping), "only mappings have keys"
    return node.entries


def _unknown_keys(misfit: _Misfit) -> Iterator[Diagnostic]:
    known = _known_keys(misfit.schema)
    instead = _instead(misfit)
    unknown = [entry for entry in _members(misfit) if not _is_known(entry.key.text, misfit.schema)]
    for place, entry in enumerate(unknown):
        key = entry.key
        help = f"did you mean `{instead}`? it is missing here" if instead else ""
        if not instead and place < MAX_FINDINGS:  # of all others only the number is shown
            help = _key_for(key.text, known)
        if _ends_otherwise(key.text, instead, known):
            help = renamed_help(_day_meant(entry.value))
        yield codes.UNKNOWN_KEY.at(key.span, f"unknown key `{shown(key.text)}`", help=help)


def _ends_otherwise(key: str, instead: str, known: list[str]) -> bool:
    """Whether a key is one for the end of a range, which is `before` here; a misspelt `before` is none."""
    meant = instead == BEFORE or (BEFORE in known and key in LAST_DAY_WORDS)
    return meant and not close_names(key, (BEFORE,))


def _key_for(key: str, known: list[str]) -> str:
    """A help for an unknown key: the one that says the same in this section, or else as for any other name.

    No key is guessed for one that is right in another section, however alike they are spelt.
    """
    same = [alike for alike in SAME_MEANING if key in alike]
    here = [each for alike in same for each in alike if each in known]
    if here:
        return f"did you mean `{here[0]}`? that is its name here"
    return suggest("" if same else key, known)


def _instead(misfit: _Misfit) -> str:
    """The key that an unknown one is meant to be: in a small mapping, one is unknown and one is missing."""
    present = [entry.key.text for entry in _members(misfit)]
    unknown = [key for key in present if not _is_known(key, misfit.schema)]
    missing = [key for key in _words(misfit.schema.get("required") or []) if key not in present]
    if misfit.schema.get("additionalProperties") is not False or len(_properties(misfit.schema)) > SMALL:
        return ""
    return missing[0] if len(unknown) == 1 == len(missing) else ""


def _missing_keys(misfit: _Misfit) -> Iterator[Diagnostic]:
    """Missing keys, without those that seem to be misspelt: the finding about the unknown key covers them."""
    if _instead(misfit):
        return
    present = [entry.key.text for entry in _members(misfit)]
    known = _known_keys(misfit.schema)
    closed = misfit.schema.get("additionalProperties") is False  # else an unknown key is a name, and no finding
    unknown = [key for key in present if closed and not _is_known(key, misfit.schema)]
    meant = [_key_for(key, known) for key in unknown[:MAX_FINDINGS]]
    for key in _words(misfit.wanted):
        if key not in present and not any(f"did you mean `{key}`" in each for each in meant):
            help = f"add {_example(key, misfit.schema)}"
            yield codes.MISSING_KEY.at(misfit.place.key_span, f"{misfit.place.name} has no `{key}`", help=help)


def _not_yet(misfit: _Misfit) -> Diagnostic:
    place = misfit.place
    if misfit.wanted is True:
        message = f"{place.name} is not supported yet"
        return codes.NOT_SUPPORTED_YET.at(place.key_span, message, help="leave it out in this version")
    words = ", ".join(f"`{each}`" for each in _words(misfit.schema.get("enum")))
    message = f"{place.name} cannot be `{misfit.value}` yet"
    return codes.NOT_SUPPORTED_YET.at(place.span, message, help=f"supported now: {words}")


def _wrong_shape(misfit: _Misfit) -> Diagnostic:
    place, names = misfit.place, _words(misfit.wanted)
    expected = str(misfit.schema.get("x-expected") or " or ".join(_SHAPES[name] for name in names))
    if isinstance(place.node, Scalar) and place.node.is_null:
        help = f"write {expected}, or leave the key out"
        return codes.WRONG_SHAPE.at(place.span, f"{place.name} has no value", help=help)
    message = f"{place.name} must be {expected}, found {_found(place.node)}"
    return codes.WRONG_SHAPE.at(place.span, message, help=_shape_help(names[0], expected, misfit))


def _shape_help(wanted: str, expected: str, misfit: _Misfit) -> str:
    node, schema = misfit.place.node, misfit.schema
    if wanted == "array" and isinstance(node, Scalar) and _LISTED.fullmatch(node.text):
        return f"put the items in brackets: `[{shown(node.text.strip('[]'))}]`"
    if isinstance(node, Sequence) and "string" in _words(misfit.wanted):
        items = [shown(each.text) for each in node.items if isinstance(each, Scalar)]
        if len(items) == len(node.items) == 1:
            return f"write `{items[0]}` without brackets"
        if items and len(items) == len(node.items) and (listed := schema.get("x-listed")):
            return str(listed).replace("ITEMS", ", ".join(items))
    if isinstance(node, Scalar) and (meant := schema.get("x-text")):
        return str(meant).replace("TEXT", shown(node.text))
    needed = _words(schema.get("required") or [])
    if wanted == "object" and needed:
        keys = ", ".join(f"{key}: .." for key in needed)
        return f"{_SHAPE_HELP['object']}: `{{{keys}}}`"
    return _SHAPE_HELP.get(wanted, f"write {expected}")


def _not_one_of(misfit: _Misfit) -> Diagnostic:
    place = misfit.place
    options = misfit.wanted if misfit.keyword == "enum" else [misfit.wanted]
    words = _words(options)
    if not isinstance(place.node, Scalar):
        message = f"{place.name} must be one word, found {_found(place.node)}"
        return codes.WRONG_SHAPE.at(place.span, message, help=_options(words))
    if place.node.is_null:
        return codes.WRONG_SHAPE.at(place.span, f"{place.name} has no value", help=_options(words))
    text = place.node.text
    meant = suggest(text, words)
    help = meant if meant.startswith("did you mean") else _options(words)
    return codes.NOT_ONE_OF.at(place.span, f"{place.name} cannot be `{shown(text)}`", help=help)


def _options(words: list[str]) -> str:
    named = ", ".join(f"`{word}`" for word in words)
    return f"write one of {named}" if len(words) > 1 else f"write {named}"


def _wrong_count(misfit: _Misfit) -> Diagnostic:
    place = misfit.place
    if misfit.keyword == "uniqueItems":
        return codes.TOO_MANY.at(place.key_span, f"{place.name} names the same item twice", help="name each once")
    what, count = ("key", len(place.node.entries)) if isinstance(place.node, Mapping) else ("item", _length(place.node))
    code, bound = (codes.TOO_FEW, "at least") if misfit.keyword.startswith("min") else (codes.TOO_MANY, "at most")
    expected = misfit.schema.get("x-expected")
    help = f"write {expected}" if expected else f"write {bound} {misfit.wanted}"
    if not expected and not count:
        help += ", or remove the key"
    members = f"{count or 'no'} {what}{'' if count == 1 else 's'}"
    return code.at(place.key_span, f"{place.name} has {members}", help=help)


def _bad_form(misfit: _Misfit) -> Diagnostic:
    """A value, or a key the author chose, that does not match its pattern."""
    place, expected = misfit.place, str(misfit.schema.get("x-expected", "another form"))
    if isinstance(place.node, Mapping):
        key = next(entry.key for entry in place.node if entry.key.text == misfit.value)
        return codes.BAD_NAME.at(key.span, f"`{shown(key.text)}` cannot be a name here", help=f"write {expected}")
    message = f"{place.name} cannot be {_found(place.node)}"
    meant = _day_meant(place.node) if expected.startswith("a date") else None
    help = day_help(place.key.text if place.key else "", meant) if meant else f"write {expected}"
    return codes.BAD_FORM.at(place.span, message, help=help)


def _day_meant(node: Node | None) -> date | None:
    """The date that is written in another way, where only one day can be meant."""
    text = node.text if isinstance(node, Scalar) else ""
    found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _found(node: Node) -> str:
    if isinstance(node, Scalar):
        return f"`{shown(node.text)}`"
    return "a mapping" if isinstance(node, Mapping) else "a list"


def _length(node: Node) -> int:
    assert isinstance(node, Sequence), "only lists have items"
    return len(node.items)


def _words(values: object) -> list[str]:
    """A schema's word or list of words, as the author would write them."""
    each = values if isinstance(values, list | tuple) else [values]
    return [str(word).lower() if isinstance(word, bool) else str(word) for word in each]


def _properties(schema: Dict[str, object]) -> Dict[str, object]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def _known_keys(schema: Dict[str, object]) -> list[str]:
    """Keys to suggest: those supported now, in the form of today."""
    hidden = ("x-later", "x-moved")
    return [
        key
        for key, each in _properties(schema).items()
        if not (isinstance(each, dict) and any(each.get(word) is True for word in hidden))
    ]


def _is_known(key: str, schema: Dict[str, object]) -> bool:
    patterns = schema.get("patternProperties")
    own = isinstance(patterns, dict) and any(re.search(each, key) for each in patterns)
    return own or key in _properties(schema)


def _example(key: str, schema: Dict[str, object]) -> str:
    """The key with the first example its schema gives, or its first word."""
    described = _properties(schema).get(key)
    notes = described if isinstance(described, dict) else {}
    examples = notes.get("examples") or notes.get("enum") or notes.get("const") or []
    first = next((_in_braces(each) for each in (examples if isinstance(examples, list | tuple) else [examples])), "")
    return f"it, such as `{key}: {first}`" if first else f"`{key}:` and its value"


def _in_braces(value: object) -> str:
    """A value of an example on one line, as the author would write it."""
    if isinstance(value, Dict):
        return "{" + ", ".join(f"{key}: {_in_braces(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_in_braces(each) for each in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
