"""A publication: which program, what it means by hash, when it became known, and the files it is written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.canonical import Canonical, canonical_json, document_hash
from engine.language.program import Program

FORMAT = "rung.publication/v1"
MOST = 1_000_000  # amendments of a version, publications of a workspace: a higher number is not a publication of rung


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a published program: the name its author gave, and the hash of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A version, or an amendment of it, as it was published.

    `hash` is that of the canonical program. `effective` is the version's range; `since` the first day
    of these rules. `after` is the id of the publication before in this workspace, "" for the first.
    """

    family: str
    version: str
    amendment: int
    hash: str
    effective: tuple[date, date]
    since: date
    published: date
    on_paid: str
    reason: str
    files: tuple[Kept, ...]
    place: int
    after: str

    @property
    def edition(self) -> str:
        """The version, with the amendment where there is one."""
        return f"{self.version}.amendment-{self.amendment}" if self.amendment else self.version

    @property
    def id(self) -> str:
        """The hash of all that a publication says, and through `after` of those before it."""
        return document_hash(publication_document(self))


def publication_of(
    program: Program, hash: str, published: date, files: tuple[Kept, ...], place: int, after: str
) -> Publication:
    """The publication of a program: all but the last four follows from it."""
    last = max(program.amendments, key=lambda each: each.number, default=None)
    return Publication(
        family=program.family,
        version=program.version,
        amendment=last.number if last else 0,
        hash=hash,
        effective=program.effective,
        since=last.effective_from if last else program.effective[0],
        published=published,
        on_paid=last.on_paid if last else "",
        reason=last.reason if last else "",
        files=files,
        place=place,
        after=after,
    )


def publication_text(publication: Publication) -> bytes:
    """The bytes that are kept: the document, and its hash."""
    return canonical_json(publication_document(publication) | {"id": publication.id})


def publication_document(publication: Publication) -> dict[str, Canonical]:
    """The publication as a JSON document."""
    first, before = publication.effective
    return {
        "format": FORMAT,
        "program": publication.family,
        "version": publication.version,
        "amendment": publication.amendment,
        "hash": publication.hash,
        "effective": {"from": first.isoformat(), "before": before.isoformat()},
        "since": publication.since.isoformat(),
        "published": publication.published.isoformat(),
        "on_paid": publication.on_paid,
        "reason": publication.reason,
        "files": [{"name": each.name, "sha256": each.sha256} for each in publication.files],
        "place": publication.place,
        "after": publication.after,
    }


def parse_publication(text: bytes) -> Publication | None:
    """A publication from its text, which must be exactly what `publication_text` writes; None when it is none."""
    try:
        document = json.loads(text)
        found = _publication(document) if document["format"] == FORMAT else None
        is_one = found and 0 <= found.amendment < MOST and 0 <= found.place < MOST
        return found if found and is_one and publication_text(found) == text else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _publication(document: Mapping[str, object]) -> Publication:
    effective, files = document["effective"], document["files"]
    if not isinstance(effective, dict) or not isinstance(files, list):
        raise TypeError("a range is a mapping, files are a list")

    def day(value: object) -> date:
        return date.fromisoformat(str(value))

    return Publication(
        family=str(document["program"]),
        version=str(document["version"]),
        amendment=int(str(document["amendment"])),
        hash=str(document["hash"]),
        effective=(day(effective["from"]), day(effective["before"])),
        since=day(document["since"]),
        published=day(document["published"]),
        on_paid=str(document["on_paid"]),
        reason=str(document["reason"]),
        files=tuple(Kept(str(each["name"]), str(each["sha256"])) for each in files),
        place=int(str(document["place"])),
        after=str(document["after"]),
    )
