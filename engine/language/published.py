"""The schema for editors: our notes are translated into keywords that editors know, or dropped.

Our checker reads every value as text (`engine.language.shape`); an editor takes `3`, `4.2` and
`50_000 USD` for an integer, a number and a string. What is a text to us is widened here to what
YAML may take it for, so that both refuse the same values. A key that is not supported yet is left out: an editor
reports it and does not offer it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.language.shapes import Schema, Snippet

_SCHEMAS: Final = ("items", "additionalProperties", "propertyNames", "if", "then", "else", "not")  # hold one schema
_LISTS: Final = ("allOf", "anyOf", "oneOf")  # hold several
_DATA: Final = ("examples", "enum", "required", "defaultSnippets", "enumDescriptions")  # hold no schema
_DEMANDS: Final = ("required", "minProperties")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")  # what every YAML reader takes for the same integer

Published = dict[str, object]


def publish_schema(schema: Schema, pages: Mapping[str, str], snippets: tuple[Snippet, ...] = ()) -> Published:
    """The schema of a kind of file for editors. `pages` names the page of each top-level key."""
    published = _schema({key: value for key, value in schema.items() if key != "title"}, "")
    for key, value in _mapping(published.get("properties")).items():
        published_key = _with_page(value, pages[key]) if key in pages else value
        published["properties"] = _mapping(published["properties"]) | {key: published_key}
    published["title"] = schema.get("title", "")
    return {**published, "defaultSnippets": list(snippets)} if snippets else published


def relax(schema: Schema, depth: int) -> tuple[Published, Published]:
    """The schema without what it demands in its first levels, and those demands alone.

    A file that builds on another says only what changes, so nothing is demanded of it there.
    """
    relaxed = {key: value for key, value in schema.items() if key not in _DEMANDS}
    demands: Published = {key: schema[key] for key in _DEMANDS if key in schema}
    if depth:
        _relax_keys(schema, depth, relaxed, demands)
        _relax_others(schema, depth, relaxed, demands)
    return relaxed, demands


def _relax_keys(schema: Schema, depth: int, relaxed: Published, demands: Published) -> None:
    pairs = {key: relax(_mapping(value), depth - 1) for key, value in _mapping(schema.get("properties")).items()}
    if pairs:
        relaxed["properties"] = {key: pair[0] for key, pair in pairs.items()}
    demanded = {key: {**pair[1], "doNotSuggest": True} for key, pair in pairs.items() if pair[1]}
    if demanded:
        demands["properties"] = demanded


def _relax_others(schema: Schema, depth: int, relaxed: Published, demands: Published) -> None:
    """The schema of every other key, and the parts that depend on a value, such as the kind."""
    other = schema.get("additionalProperties")
    if isinstance(other, Mapping):
        relaxed["additionalProperties"], demanded = relax(other, depth - 1)
        if demanded:
            demands["additionalProperties"] = demanded
    branches = [_mapping(each) for each in schema.get("allOf", ()) or ()]  # type: ignore[attr-defined]  # a list
    if branches:
        pairs = [relax(_mapping(each["then"]), 0) for each in branches]
        relaxed["allOf"] = [{**each, "then": pair[0]} for each, pair in zip(branches, pairs, strict=True)]
        demands["allOf"] = [{"if": each["if"], "then": pair[1]} for each, pair in zip(branches, pairs, strict=True)]


def _with_page(value: object, page: str) -> object:
    """The same with the page under every description."""
    if isinstance(value, dict):
        marked = {key: each if key in _DATA else _with_page(each, page) for key, each in value.items()}
        if isinstance(marked.get("markdownDescription"), str):
            marked["markdownDescription"] = f"{value['description']}.\n\nPage: {page}"
        return marked
    return [_with_page(each, page) for each in value] if isinstance(value, list) else value


def _schema(schema: Schema, owner: str) -> Published:
    """One schema; `owner` is what its keys belong to, for their titles."""
    owner = str(schema.get("title", owner))
    published: Published = {}
    for keyword, value in schema.items():
        if keyword in _SCHEMAS and isinstance(value, Mapping):
            published[keyword] = _schema(value, owner)
        elif keyword in _LISTS and isinstance(value, list | tuple):
            published[keyword] = [_schema(each, owner) for each in value]
        elif keyword in ("properties", "definitions"):
            published[keyword] = dict(_members(_mapping(value), owner, keyword == "properties"))
        elif not keyword.startswith("x-"):
            published[keyword] = value
    published.update(_as_read(schema))
    if "default" in published:
        del published["enum"]
    if "description" in published and "markdownDescription" not in published:
        published["markdownDescription"] = f"{published['description']}."
    return published


def _members(members: Mapping[str, object], owner: str, titled: bool) -> Iterator[tuple[str, object]]:
    """Keys with their schemas, but for those that are not supported yet."""
    for key, value in members.items():
        own = _mapping(value)
        if own.get("x-later") is True:
            continue
        published = _schema(own, owner)
        yield key, {**published, "title": _title(owner, key)} if titled else published


def _title(owner: str, key: str) -> str:
    """What a key is called: `window` of a metric is `Metric window`."""
    title = f"{owner} {key.replace('_', ' ')}".strip()
    return title[0].upper() + title[1:]


def _as_read(schema: Schema) -> Published:
    """What changes because an editor reads numbers where we read text."""
    changed: Published = {}
    types = schema.get("type")
    names = [types] if isinstance(types, str) else list(types) if isinstance(types, list | tuple) else []
    patterned = "pattern" in schema
    reads = str(schema.get("x-reads") or ("" if patterned else "number"))
    if "string" in names and reads:
        changed["type"] = [*names, reads]
    if patterned and "x-expected" in schema:
        changed["patternErrorMessage"] = f"write {schema['x-expected']}"
    for note, keyword in (("x-least", "minimum"), ("x-most", "maximum")):
        if note in schema:
            changed[keyword] = schema[note]
    options = schema.get("enum")
    if isinstance(options, list | tuple) and len(options) == 1 and _is_whole(options[0]):
        number = int(options[0])  # one number, possibly in quotes: offered once, as a number
        changed |= {"type": ["integer", "string"], "minimum": number, "maximum": number, "default": number}
        changed |= {"pattern": f"^{number}$", "patternErrorMessage": f"write {number}"}
    examples = schema.get("examples")
    if isinstance(examples, list | tuple) and (reads == "integer" or not patterned):
        changed["examples"] = [int(str(each)) if _is_whole(each) else each for each in examples]
    return changed


def _is_whole(value: object) -> bool:
    return isinstance(value, str) and _WHOLE.fullmatch(value) is not None


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}
