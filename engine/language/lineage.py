"""What a program builds on: the version it extends, and the amendments made to it.

A version that `extends` another states only what changes; an amendment does so from a day on. Both are merged over
the tree of the file they build on, before its meaning is read, so every value keeps the place where it was written.
Sections are merged by name, declarations by key (`records` one level deeper); a key is replaced as a whole, and so is
a parameter. `without` removes inherited parts before the merge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence as Several
from dataclasses import dataclass, replace
from datetime import date

from engine.language.changes import Amendment
from engine.language.codes import lineage as codes
from engine.language.codes import shape
from engine.language.diagnostic import Diagnostic, Related, has_errors
from engine.language.loader import load_tree
from engine.language.near import suggest
from engine.language.reading import Reader, start_of, text_of, words_of
from engine.language.shape import check_shape
from engine.language.shapes import DAY, VERSION_FORM, Schema, listing, matching, one_of, text
from engine.language.source import Entry, File, Mapping, Node, Scalar

EXTENDS = "extends"
AMENDS = "amends"
PATH = matching("^[a-z]+[.][a-z][a-z0-9_]*$", "a section and a name, such as `incentives.launch_spiff`",
                "Something inherited that is removed", "incentives.launch_spiff")  # fmt: skip
HEADING: Dict[str, Schema] = {
    EXTENDS: matching(
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        "a version such as `2026`",
        "The version whose rules are inherited",
        "2026",
        "2026.amendment-1",
        reads="number",
    ),
    AMENDS: matching(VERSION_FORM, "a version such as `2026`", "The version amended", "2026", reads="number"),
    "amendment": matching(
        "^[1-9][0-9]?$", "a number from 1 to 99", "The amendment's number, from 1", "1", reads="integer"
    ),
    "effective_from": {**DAY, "description": "The first day on which the amendment is in force"},
    "reason": text("Why it was made; for people", "Price list raised by 20 %"),
    "on_paid": one_of("What happens to amounts paid before it was published", "both", "raise_only", "future_only"),
    "without": listing(PATH, "Inherited parts that are removed", ["incentives.launch_spiff"]),
}
HEADING_SCHEMA = {"type": "object", "properties": HEADING}
"""The keys of a file that builds on another; they are not part of the rules."""

OF_AMENDMENT = ("amendment", "effective_from", "reason")
OF_VERSION = (
    "title", "version", "effective", "currency", "calendar", "rounding", "conversion", "corrections", "records"
)  # fmt: skip
WAS = "was"
OWN = ("rung", "program", "version", "effective")  # what no version inherits
NUMBER = re.compile("[1-9][0-9]?")
MAX_DEPTH = 40  # versions in a line: one a year is a working life
DEPTH = {"records": 3, "parameters": 1}  # how many levels are merged by name; 2 elsewhere


@dataclass(frozen=True, slots=True)
class Stage:
    """The rules in force from a day on; `start` is None for the version as it was first written."""

    tree: Mapping
    start: date | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """A file merged with the files it builds on. Stages ascend by start. `files` are the names of the files read, the
    requested one first.
    """

    stages: tuple[Stage, ...]
    amendments: tuple[Amendment, ...]
    files: tuple[str, ...]


def builds_on(tree: Mapping) -> str:
    """The key by which a file builds on another, `extends` or `amends`; "" if it builds on none."""
    return next((key for key in (AMENDS, EXTENDS) if tree.get(key) is not None), "")


def foundations(tree: Node) -> tuple[str, ...]:
    """The names of the files it builds on, as they lie beside it, nearest first."""
    key = builds_on(tree) if isinstance(tree, Mapping) else ""
    if not isinstance(tree, Mapping) or not key:
        return ()
    base = text_of(tree.get(key))
    number = text_of(tree.get("amendment")) if key == AMENDS else ""
    before = range(1, int(number)) if NUMBER.fullmatch(number) else ()
    return (*(amendment_file(base, each) for each in before), f"{base}.yaml")


def amendment_file(version: str, number: int | str) -> str:
    """The name of the file of an amendment."""
    return f"{version}.amendment-{number}.yaml"


def trace_lineage(
    tree: Mapping, file: str, others: Several[File], reader: Reader, above: tuple[str, ...] = ()
) -> Lineage | None:
    """The file merged over the file it builds on, found by name among `others`; None after findings. `above` are the
    names of the files that led here: a repeated one is a cycle.
    """
    key = builds_on(tree)
    if not key:
        return Lineage((Stage(tree),), (), (file,))
    found = check_shape(_heading(tree), HEADING_SCHEMA)
    reader.diagnostics += found
    if has_errors(found) or not _complete(tree, key, reader):
        return None
    name = _bare(file)
    if name in above or len(above) == MAX_DEPTH:
        reader.report(_endless(tree, key))
        return None
    return (_amended if key == AMENDS else _extended)(tree, file, others, reader, (*above, name))


def _bare(file: str) -> str:
    """The name of a file without its folder."""
    return file.replace("\\", "/").rsplit("/", 1)[-1]


def _heading(tree: Mapping) -> Mapping:
    return Mapping(tuple(each for each in tree if each.key.text in HEADING), tree.span)


def _complete(tree: Mapping, key: str, reader: Reader) -> bool:
    """Whether the file has the keys of its kind, and none of the other kind's."""
    needed = ("rung", "program", *(OF_AMENDMENT if key == AMENDS else ("version", "effective")))
    missing = [each for each in needed if tree.get(each) is None]
    foreign = [each for each in tree if each.key.text in ((EXTENDS,) if key == AMENDS else (*OF_AMENDMENT, "on_paid"))]
    if missing:
        what = "an amendment" if key == AMENDS else "a version that extends another"
        reader.report(
            shape.MISSING_KEY.at(
                start_of(tree),
                f"{what} needs its own {' and '.join(f'`{each}`' for each in missing)}",
                help="these identify the file and are not inherited",
            )
        )
    for each in foreign:
        reader.report(
            shape.UNKNOWN_KEY.at(
                each.key.span,
                f"`{each.key.text}` does not go with `{key}`",
                help="an amendment changes one version; a new version extends the one before",
            )
        )
    return not missing and not foreign


def _endless(tree: Mapping, key: str) -> Diagnostic:
    node = tree.get(key)
    return codes.ENDLESS_LINEAGE.at(
        node.span if node else tree.span,
        f"version `{text_of(node)}` extends itself through other versions",
        help="remove `extends` from the earliest version",
    )


def _extended(
    tree: Mapping, file: str, others: Several[File], reader: Reader, above: tuple[str, ...]
) -> Lineage | None:
    base = _loaded(tree, EXTENDS, f"{text_of(tree.get(EXTENDS))}.yaml", others, reader)
    if base is None:
        return None
    below = trace_lineage(base[0], base[1], others, reader, above)
    if below is None or not _same_family(tree, base[0], EXTENDS, reader):
        return None
    inherited = Mapping(tuple(map(_inherited, filter(_is_inherited, below.stages[-1].tree))), tree.span)
    laid = _laid(tree, inherited, reader)
    return None if laid is None else Lineage((Stage(laid),), (), (file, *below.files))


def _is_inherited(entry: Entry) -> bool:
    return entry.key.text not in OWN


def _inherited(entry: Entry) -> Entry:
    """What a section passes on: not what became of the tiers of the version before."""
    if entry.key.text != "tiers" or not isinstance(entry.value, Mapping):
        return entry
    passed = tuple(each for each in entry.value if each.key.text != WAS)
    return Entry(entry.key, replace(entry.value, entries=passed))


def _amended(tree: Mapping, file: str, others: Several[File], reader: Reader, above: tuple[str, ...]) -> Lineage | None:
    """The version, and what it becomes on each day an amendment takes effect."""
    for entry in tree:
        if entry.key.text in OF_VERSION:
            reader.report(
                codes.FIXED_BY_VERSION.at(
                    entry.key.span,
                    f"`{entry.key.text}` applies to a whole version and cannot be amended",
                    help="leave it out, or publish a new version",
                )
            )
    found = [_loaded(tree, AMENDS, name, others, reader) for name in foundations(tree)]
    if any(each is None for each in found) or has_errors(reader.diagnostics):
        return None
    *earlier, (version, version_file) = [each for each in found if each is not None]
    below = trace_lineage(version, version_file, others, reader, above)
    if below is None or not _same_family(tree, version, AMENDS, reader):
        return None
    changes = [(each, name, _amendment(each, reader)) for each, name in (*earlier, (tree, file))]
    for place, (each, _, head) in enumerate(changes, 1):
        if head is not None and (head.number != place or text_of(each.get(AMENDS)) != text_of(tree.get(AMENDS))):
            reader.report(_misnamed(each, "amendment"))
    heads = [head for _, _, head in changes if head is not None]
    if len(heads) < len(changes) or has_errors(reader.diagnostics):
        return None
    first = below.stages[-1].tree
    stages = [Stage(first)]
    for start in sorted({head.effective_from for head in heads}):
        laid: Mapping | None = first
        for (change, _, _), head in zip(changes, heads, strict=True):
            if head.effective_from <= start and laid is not None:
                laid = _laid(change, laid, reader)
        if laid is not None:
            stages.append(Stage(laid, start))
    names = (file, *(name for _, name, _ in changes[:-1]), *below.files)
    return None if has_errors(reader.diagnostics) else Lineage(tuple(stages), tuple(heads), names)


def _loaded(tree: Mapping, key: str, name: str, others: Several[File], reader: Reader) -> tuple[Mapping, str] | None:
    """The tree of a file it builds on; its own faults are findings in that file."""
    node = tree.get(key)
    assert node is not None  # the caller asked which key there is
    file = next((each for each in others if _bare(each.name) == name), None)
    if file is None:
        reader.report(
            codes.MISSING_FOUNDATION.at(
                node.span,
                f"there is no `{name}` beside this file",
                help=f"this file {key} it; put it in the same folder",
            )
        )
        return None
    base, found = load_tree(file.data, file.name)
    reader.diagnostics += found
    return None if has_errors(found) or not isinstance(base, Mapping) else (base, file.name)


def _same_family(tree: Mapping, base: Mapping, key: str, reader: Reader) -> bool:
    """Whether both files are of one program, and the base is the version its file is named after."""
    own, other = tree.get("program"), base.get("program")
    if text_of(own) != text_of(other):
        assert own is not None  # checked to be there
        reader.report(
            codes.OTHER_FAMILY.at(
                own.span,
                f"`{text_of(own)}` extends or amends a version of `{text_of(other)}`",
                related=[Related(other.span, "the program that it extends or amends")] if other else (),
                help="rules are inherited inside one program",
            )
        )
        return False
    named = tree.get(key)
    if text_of(named) != _name(base):
        reader.report(_misnamed(base, "amendment" if builds_on(base) == AMENDS else "version"))
        return False
    return True


def _name(tree: Mapping) -> str:
    """What a file says it is: its version, or which amendment of which."""
    if builds_on(tree) != AMENDS:
        return text_of(tree.get("version"))
    return amendment_file(text_of(tree.get(AMENDS)), text_of(tree.get("amendment"))).removesuffix(".yaml")


def _misnamed(tree: Mapping, key: str) -> Diagnostic:
    node = tree.get(key)
    return codes.OTHER_FAMILY.at(
        node.span if node else start_of(tree),
        f"`{key}` is {text_of(node) or 'missing'}, but the file name says another",
        help="make the file name and this value agree",
    )


def _amendment(tree: Mapping, reader: Reader) -> Amendment | None:
    found = check_shape(_heading(tree), HEADING_SCHEMA)
    reader.diagnostics += found
    if builds_on(tree) != AMENDS:
        reader.report(
            codes.OTHER_FAMILY.at(
                start_of(tree),
                "this file is not an amendment, but its name says it is",
                help="add `amends` and `amendment`, or rename the file",
            )
        )
        return None
    if has_errors(found) or not _complete(tree, AMENDS, reader):
        return None
    day, number, place = reader.day(tree.get("effective_from")), tree.get("amendment"), tree.get("effective_from")
    if day is None or place is None:
        return None
    return Amendment(
        reader.integer(number) or 0, day, text_of(tree.get("reason")), text_of(tree.get("on_paid")), place.span
    )


def _laid(own: Mapping, base: Mapping, reader: Reader) -> Mapping | None:
    """`own` over `base`, less what `without` drops."""
    words = words_of(own.get("without"))
    kept = _without(words, base, reader) if words else base
    if kept is None:
        return None
    told = Mapping(tuple(each for each in own if each.key.text not in HEADING), own.span)
    renames = isinstance(tiers := own.get("tiers"), Mapping) and tiers.get(WAS) is not None
    merged = {each.key.text: _inherited(each) if renames else each for each in kept}  # each `was` has its own day
    for entry in told:
        below = merged.get(entry.key.text)
        depth = DEPTH.get(entry.key.text, 2)
        merged[entry.key.text] = Entry(entry.key, _over(entry.value, below.value, depth) if below else entry.value)
    return Mapping(tuple(merged.values()), own.span)


def _over(own: Node, base: Node, depth: int) -> Node:
    """`own` merged over `base` by key, to a depth of `levels`; below that it is replaced as a whole."""
    if depth == 0 or not isinstance(own, Mapping) or not isinstance(base, Mapping):
        return own
    merged = {each.key.text: each for each in base}
    for entry in own:
        below = merged.get(entry.key.text)
        merged[entry.key.text] = Entry(entry.key, _over(entry.value, below.value, depth - 1) if below else entry.value)
    return replace(own, entries=tuple(merged.values()), flow=False)  # of several places: a line for each


def _without(words: tuple[Scalar, ...], base: Mapping, reader: Reader) -> Mapping | None:
    """The base less what the words name; None where one names nothing."""
    held = {each.key.text: {inner.key.text: inner for inner in each.value} if isinstance(each.value, Mapping) else {}
            for each in base}  # fmt: skip
    sound = True
    for word in words:
        section, _, name = word.text.partition(".")
        if held.get(section, {}).pop(name, None) is None:
            sound = False
            known = [f"{section}.{each}" for each in held.get(section, ())] or list(held)
            help = suggest(word.text, known)
            reader.report(codes.NOTHING_TO_DROP.at(word.span, f"there is no `{word.text}` to remove", help=help))
    if not sound:
        return None
    kept = []
    for entry in base:
        inner = tuple(held[entry.key.text].values())
        if not isinstance(entry.value, Mapping) or len(inner) == len(entry.value.entries):
            kept.append(entry)
        elif inner:
            kept.append(Entry(entry.key, replace(entry.value, entries=inner)))
    return replace(base, entries=tuple(kept))
