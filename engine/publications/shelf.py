"""What is published in a workspace: listed in order, opened, and verified.

Publications are numbered in one chain; each names the hash of the one before, so that none can be
taken out or changed without the next one telling.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from engine.language.diagnostic import Diagnostic
from engine.language.near import suggest
from engine.language.program import Program
from engine.language.source import File
from engine.memory import state_of
from engine.publications import codes
from engine.publications.publication import Publication, parse_publication, publication_of
from engine.workspace import Workspace, check_workspace

DOCUMENT = "publication.json"
HELP = "restore the folder from a copy"

Findings = tuple[Diagnostic, ...]
Load = Callable[[tuple[File, ...]], tuple[Program, str] | None]
"""From the files of a publication to its program and the hash of its meaning; None where they are none."""


def kept_file(place: int) -> str:
    """The name under which a file of the program is kept, counted from 0: the requested file first."""
    return f"program-{place}.yaml"


def folder_of(workspace: Workspace, publication: Publication) -> Path:
    """Where a publication is kept: by its place in the chain, which two cannot take at once."""
    return workspace.published / f"{publication.place:06}"


def read_publications(workspace: Workspace) -> tuple[tuple[Publication, ...], Findings]:
    """All publications in their order; a chain that is broken is reported. Their files are not read.

    One that was seen on this machine is missed even if all of them are gone.
    """
    untrusted = check_workspace(workspace)
    if untrusted:
        return (), untrusted
    found: list[Publication] = []
    wrong: list[Diagnostic] = []
    for folder in _folders(workspace):
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
    names = frozenset(map(seen_name, found))
    wrong += [_missed(workspace, name) for name in sorted(workspace.memory.seen(workspace.published) - names)]
    if not wrong:
        workspace.memory.see(workspace.published, names)
    return tuple(found), tuple(wrong)


def _folders(workspace: Workspace) -> list[Path]:
    place = workspace.published
    return sorted(each for each in place.iterdir() if not each.name.startswith(".")) if place.is_dir() else []


def _missed(workspace: Workspace, seen: str) -> Diagnostic:
    """A finding about a publication that was seen, and is not there as it was."""
    name = seen.partition(" ")[0]
    is_there = (workspace.published / name).is_dir()
    why = "it is not the one that was seen on this machine" if is_there else "it was seen on this machine, and is gone"
    return _damaged(name, why, f"{HELP}; if it was removed on purpose, use another workspace (`--home`)")


def seen_name(publication: Publication) -> str:
    """What is remembered of a publication: its place in the chain and its id."""
    return f"{publication.place:06} {publication.id}"


def trusted_publications(workspace: Workspace, load: Load) -> tuple[tuple[Publication, ...], Findings]:
    """All publications in their order, each with the program it names; what is damaged is reported."""
    found, wrong = read_publications(workspace)
    return found, wrong or tuple(each for one in found for each in verify_publication(workspace, one, load))


def verify_publication(workspace: Workspace, publication: Publication, load: Load) -> Findings:
    """Whether the files are what was published: their bytes, and all that the publication says of the program.

    They are not read again where the workspace's memory knows them to be verified and unchanged.
    """
    folder = folder_of(workspace, publication)
    state = state_of(folder)
    if workspace.memory.vouches(folder, state):
        return ()
    files, wrong = read_files(workspace, publication)
    if _read(folder) != publication:  # it was read long before the state of the files was taken
        wrong = (_damaged(folder.name, "it was changed while it was read"),)
    loaded = None if wrong else load(files)
    if not wrong and (loaded is None or not _follows(publication, *loaded)):
        wrong = (_damaged(folder.name, "its files say something else than was published"),)
    if not wrong:
        workspace.memory.keep(folder, state)
    return wrong


def _follows(publication: Publication, program: Program, hash: str) -> bool:
    each = publication
    return publication_of(program, hash, each.published, each.files, each.place, each.after) == publication


def _read(folder: Path) -> Publication | None:
    try:
        return parse_publication((folder / DOCUMENT).read_bytes())
    except OSError:
        return None


def _damaged(name: str, why: str, help: str = HELP) -> Diagnostic:
    return codes.DAMAGED_PUBLICATION.at(None, f"the publication `{name}` is damaged: {why}", help=help)


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
