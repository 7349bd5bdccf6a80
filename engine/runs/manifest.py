"""The manifest of a run: what it means, what it was computed from, and the hashes of its results.

`run_id` hashes meaning alone and is known before anything is evaluated. `root` is the Merkle tree hash
(RFC 6962) over pages of the leaves of all partners in the order of their ids; a leaf is made of all rows of a
partner (see `leaf.py`). Hashes of files, and of the manifest itself, detect damage and are not part of either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.canonical import Canonical, canonical_json, document_hash, type_document
from engine.plan.scope import Decided
from engine.records.incomplete import SetAside
from engine.records.through import Through
from engine.runs.leaf import Form, Sheet, make_form
from engine.types import Kind, Type

FORMAT = "rung.run/v1"
PREFIX = "run-"
NAME = re.compile("[a-z_]+")
ID_DIGITS = 16  # of the hash: 64 bits are enough to distinguish the runs of one workspace


@dataclass(frozen=True, slots=True)
class Meaning:
    """Everything a run's decisions depend on. Two runs of one meaning are one run.

    `program_hash` is that of the canonical program, not of its bytes; of versions evaluated together, of all.
    """

    program_hash: str
    snapshot: str
    as_of: date
    semantics: int = 1
    parameters: tuple[tuple[str, str], ...] = ()


def run_id(meaning: Meaning) -> str:
    """The id of the run with this meaning: `run-` and 16 hexadecimal digits."""
    return PREFIX + document_hash({"format": FORMAT, **meaning_document(meaning)})[:ID_DIGITS]


def meaning_document(meaning: Meaning) -> dict[str, Canonical]:
    """The meaning as a JSON document."""
    return {
        "program_hash": meaning.program_hash,
        "snapshot": meaning.snapshot,
        "as_of": meaning.as_of.isoformat(),
        "semantics": meaning.semantics,
        "parameters": dict(meaning.parameters),
    }


@dataclass(frozen=True, slots=True)
class Source:
    """The program as it was written: its bytes are kept beside the manifest as `program.yaml`.

    `builds_on` are the names and hashes of the files it builds on, kept as `program-1.yaml` and so on. `follows`
    are the editions evaluated together with it, each with the name of its file among those, the earliest first.
    """

    family: str
    version: str
    title: str
    file: str  # the path its author gave, for messages
    sha256: str
    builds_on: tuple[tuple[str, str], ...] = ()
    follows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One table of results: its file, its columns and its key, and which columns repeat which, as in Sheet."""

    name: str
    rows: int
    sha256: str
    columns: tuple[tuple[str, Type], ...]
    key: tuple[str, ...]
    repeats: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name of its file in the run's folder."""
        return f"{self.name}.parquet"


@dataclass(frozen=True, slots=True)
class Leaves:
    """The leaves of all partners: their number, the hash of their file, and the root over them, in hex."""

    count: int
    sha256: str
    root: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of `manifest.json`. `scope` is what the run decides, for all partners of its snapshot; `judged`
    the day on which partners are judged,
    where it is not the day of the run; `days` through which day the records were known to be complete when the run
    was made: the same records may later be declared complete through a later one. `set_aside` counts the rows that
    an import set aside, in all tables of the snapshot.
    """

    id: str
    meaning: Meaning
    source: Source
    results: tuple[Result, ...]
    leaves: Leaves
    engine: tuple[tuple[str, str], ...]  # (evaluator, rung, duckdb) -> version
    scope: tuple[Decided, ...] = ()
    judged: date | None = None
    days: tuple[Through, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def root(self) -> str:
        """One hash over all decisions."""
        return self.leaves.root

    @property
    def form(self) -> Form:
        """What its leaves are made of. Raises NoLeaves for tables that have none."""
        return make_form(Sheet(each.name, each.columns, each.key, each.repeats) for each in self.results)

    def result(self, name: str) -> Result | None:
        """The table of results of this name."""
        return next((each for each in self.results if each.name == name), None)


def manifest_text(manifest: Manifest) -> bytes:
    """The bytes of the manifest: its document, and the hash of that."""
    document = manifest_document(manifest)
    return canonical_json(document | {"sha256": document_hash(document)})


def manifest_document(manifest: Manifest) -> dict[str, Canonical]:
    """The manifest as a JSON document, without its own hash."""
    source = manifest.source
    return {
        "format": FORMAT,
        "run": manifest.id,
        "meaning": meaning_document(manifest.meaning),
        "program": {
            "family": source.family,
            "version": source.version,
            "title": source.title,
            "file": source.file,
            "sha256": source.sha256,
        }
        | ({"builds_on": [[name, sha256] for name, sha256 in source.builds_on]} if source.builds_on else {})
        | ({"follows": [list(each) for each in source.follows]} if source.follows else {}),
        "scope": scope_document(manifest),
        "complete_through": days_document(manifest.days),
        "set_aside": aside_document(manifest.set_aside),
        "results": {each.name: result_document(each) | {"sha256": each.sha256} for each in manifest.results},
        "leaves": {"count": manifest.leaves.count, "sha256": manifest.leaves.sha256},
        "root": manifest.root,
        "engine": dict(manifest.engine),
    }


PARTNERS = "all"  # of the snapshot; a run over some of them does not exist


def scope_document(manifest: Manifest) -> dict[str, Canonical]:
    """What the run decides: the family, whose, and each period with what may still change it."""
    return {
        "family": manifest.source.family,
        "partners": PARTNERS,
        "judged_on": (manifest.judged or manifest.meaning.as_of).isoformat(),
        "decides": [
            {
                "incentive": each.incentive,
                "edition": each.edition,
                "period": each.period or None,
                "from": each.start.isoformat(),
                "before": each.before.isoformat(),
                "open_from": each.open_from.isoformat() if each.open_from else None,
                "closes": each.closes.isoformat() if each.closes else None,
            }
            for each in manifest.scope
        ],
    }


def days_document(days: Iterable[Through]) -> list[Canonical]:
    """Through which day each table is complete, and whether a feed says so."""
    return [
        {"table": each.table, "day": each.day.isoformat() if each.day else None, "declared": each.is_declared}
        for each in days
    ]


def aside_document(set_aside: Iterable[SetAside]) -> dict[str, Canonical]:
    """How many rows of each table were set aside, and of how many no partner is known."""
    return {each.table: {"rows": each.rows, "partner_unknown": each.unknown} for each in set_aside}


def result_document(result: Result) -> dict[str, Canonical]:
    """A table of results without the hash of its file."""
    return {
        "rows": result.rows,
        "key": list(result.key),
        "columns": [[name, type_document(type)] for name, type in result.columns],
        "repeats": dict(result.repeats),
    }


class Unreadable(ValueError):
    """The text is not a manifest of this format; the message says what is wrong."""


class Damaged(ValueError):
    """The text is not what was written as a manifest; the message says what is wrong."""


def parse_manifest(text: bytes) -> Manifest:
    """A manifest from its text, which must be exactly what `manifest_text` writes. Raises Unreadable and Damaged."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Damaged("its manifest is not JSON") from error
    if not isinstance(document, dict) or not isinstance(document.get("format"), str):
        raise Damaged("its manifest has no format")
    if document["format"] != FORMAT:
        raise Unreadable(f"its manifest is not in the format `{FORMAT}`")
    try:
        manifest = _manifest(document)
        exact = manifest_text(manifest) == text
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("its manifest is incomplete or has a wrong value") from error
    if not exact:
        raise Damaged("its manifest is not as it was written")
    return manifest


def _manifest(document: Mapping[str, Mapping[str, str]]) -> Manifest:
    program, meaning = document["program"], _meaning(document["meaning"])
    judged = date.fromisoformat(document["scope"]["judged_on"])
    return Manifest(
        str(document["run"]),
        meaning,
        Source(
            program["family"],
            program["version"],
            program["title"],
            program["file"],
            program["sha256"],
            _pairs(program.get("builds_on", ())),
            _pairs(program.get("follows", ())),
        ),
        tuple(_result(name, each) for name, each in sorted(document["results"].items())),  # type: ignore[arg-type]  # JSON
        Leaves(int(document["leaves"]["count"]), str(document["leaves"]["sha256"]), str(document["root"])),
        tuple(sorted(document["engine"].items())),
        tuple(map(_decided, document["scope"]["decides"])),  # type: ignore[arg-type]  # JSON
        judged if judged != meaning.as_of else None,
        tuple(map(_through, document["complete_through"])),  # type: ignore[arg-type]  # JSON
        tuple(_set_aside(name, each) for name, each in sorted(document["set_aside"].items())),  # type: ignore[arg-type]  # JSON
    )


def _decided(document: Mapping[str, str | None]) -> Decided:
    """A period or days that a run decides."""
    opened, closes = (date.fromisoformat(day) if (day := document[each]) else None for each in ("open_from", "closes"))
    start, before = (date.fromisoformat(str(document[each])) for each in ("from", "before"))
    period = document["period"] or ""
    return Decided(str(document["incentive"]), str(document["edition"]), period, start, before, opened, closes)


def _through(document: Mapping[str, object]) -> Through:
    """Through which day a table is complete."""
    day = document["day"]
    return Through(str(document["table"]), date.fromisoformat(str(day)) if day else None, document["declared"] is True)


def _set_aside(table: str, document: Mapping[str, object]) -> SetAside:
    """How many rows of a table were set aside."""
    return SetAside(table, int(str(document["rows"])), int(str(document["partner_unknown"])))


def _pairs(document: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(document, list | tuple):
        raise TypeError("files are a list")
    return tuple((str(name), str(sha256)) for name, sha256 in document)


def _meaning(document: Mapping[str, object]) -> Meaning:
    parameters = document["parameters"]
    if not isinstance(parameters, dict):
        raise TypeError("parameters are a mapping")
    return Meaning(
        str(document["program_hash"]),
        str(document["snapshot"]),
        date.fromisoformat(str(document["as_of"])),
        int(str(document["semantics"])),
        tuple(sorted(parameters.items())),
    )


def _result(name: str, document: Mapping[str, object]) -> Result:
    columns, key, repeats = document["columns"], document["key"], document["repeats"]
    if not isinstance(columns, list) or not isinstance(key, list) or not isinstance(repeats, dict):
        raise TypeError("columns and key are lists, repeats is a mapping")
    if not NAME.fullmatch(name):
        raise ValueError("a table's name is a file's name in this folder")
    return Result(
        name,
        int(str(document["rows"])),
        str(document["sha256"]),
        tuple((str(column), _type(type)) for column, type in columns),
        tuple(map(str, key)),
        {str(name): str(other) for name, other in repeats.items()},
    )


def _type(document: Mapping[str, object]) -> Type:
    """As much of a type as hashing needs."""
    scale = int(str(document.get("scale", 0)))
    return Type(Kind(str(document["kind"])), currency=str(document.get("currency", "")), scale=scale)
