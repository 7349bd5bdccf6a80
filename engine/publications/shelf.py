"""What is published in a workspace: listed in order, opened, and verified.

Publications are numbered in one chain; each names the hash of the one before, so that none can be
taken out or changed without the next one telling.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.language.diagnostic import Diagnostic
from engine.language.names import suggest
from engine.language.source import File
from engine.publications import codes
from engine.publications.publication import Publication, parse_publication
from engine.workspace import Workspace, check_workspace

DOCUMENT = "publication.json"
HELP = "restore the folder from a copy"

Findings = tuple[Diagnostic, ...]


def kept_file(place: int) -> str:
    """The name under which a file of the program is kept, counted from 0: the requested file first."""
    return f"program-{place}.yaml"


def folder_of(workspace: Workspace, publication: Publication) -> Path:
    """Where a publication is kept: by its place in the chain, which two cannot take at once."""
    return workspace.published / f"{publication.place:06}"


def read_publications(workspace: Workspace) -> tuple[tuple[Publication, ...], Findings]:
    """All publications in their order; a chain that is broken is reported."""
    untrusted = check_workspace(workspace)
    if untrusted or not workspace.published.is_dir():
        return (), untrusted
    found: list[Publication] = []
    wrong: list[Diagnostic] = []
    for folder in sorted(each for each in workspace.published.iterdir() if not each.name.startswith(".")):
        publication = _read(folder)
        if publication is None:
            wrong.append(_damaged(folder.name, "it contains no publication"))
            continue
        before = found[-1].id if found else ""
        if folder != folder_of(workspace, publication):
            wrong.append(_damaged(folder.name, "its contents belong under another name"))
        elif publication.after != before or publication.place != len(found):
            wrong.append(_damaged(folder.name, "it does not follow the publication before it"))
        found.append(publication)
    return tuple(found), tuple(wrong)


def _read(folder: Path) -> Publication | None:
    try:
        return parse_publication((folder / DOCUMENT).read_bytes())
    except OSError:
        return None


def _damaged(name: str, why: str) -> Diagnostic:
    return codes.DAMAGED_PUBLICATION.at(None, f"the publication `{name}` is damaged: {why}", help=HELP)


def find_edition(publications: tuple[Publication, ...], name: str) -> tuple[Publication | None, Findings]:
    """The publication that `FAMILY@VERSION` means: the version with all its amendments, or one named edition."""
    family, _, edition = name.partition("@")
    exact = [each for each in publications if (each.family, each.edition) == (family, edition)]
    amended = [each for each in publications if (each.family, each.version) == (family, edition)]
    found = max(amended, key=lambda each: each.amendment, default=None) or next(iter(exact), None)
    if found is not None:
        return found, ()
    known = [f"{each.family}@{each.edition}" for each in publications]
    help = suggest(name, known) if known else "nothing is published in this workspace: rung publish PROGRAM"
    return None, (codes.UNKNOWN_EDITION.at(None, f"`{name}` is not published in this workspace", help=help),)


def read_files(workspace: Workspace, publication: Publication) -> tuple[tuple[File, ...], Findings]:
    """The files of a publication, the requested one first, each verified by its hash."""
    folder = folder_of(workspace, publication)
    files: list[File] = []
    for place, kept in enumerate(publication.files):
        try:
            data = (folder / kept_file(place)).read_bytes()
        except OSError:
            return (), (_damaged(folder.name, f"`{kept.name}` cannot be read"),)
        if hashlib.sha256(data).hexdigest() != kept.sha256:
            return (), (_damaged(folder.name, f"`{kept.name}` differs from what was published"),)
        files.append(File(kept.name, data))
    return tuple(files), ()
