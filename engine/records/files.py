"""The files of a feed: found under one folder and nowhere else, and known by their bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from engine.language.diagnostic import Diagnostic
from engine.language.lines import without_password
from engine.language.near import suggest
from engine.language.source import Scalar
from engine.records.codes import feed as codes

if TYPE_CHECKING:
    from engine.records.feed import Feed, Source


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was found. `state` changes when the file does."""

    name: str
    path: Path
    size: int
    state: tuple[int, int, int]


def find_file(folder: Path, source: Source) -> tuple[SourceFile | None, tuple[Diagnostic, ...]]:
    """The file of a source: relative, under `folder`, with no link that leads out of it. None for one without."""
    if source.file is None:
        return None, ()
    name, place = source.file.text, source.file.span
    if fault := path_fault(source.file):
        return None, (fault,)
    try:
        base = folder.resolve(strict=True)
        path = (base / name).resolve(strict=True)
        found = path.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle of links, below Python 3.13
        number = error.errno if isinstance(error, OSError) and error.errno else errno.ELOOP
        reason = "its link leads to itself" if number == errno.ELOOP else os.strerror(number).lower()
        message = f"cannot find `{name}` in `{folder}`: {reason}"
        help = "if the files are in another folder, use `--files FOLDER`"
        return None, (codes.FILE_MISSING.at(place, message, help=help),)
    if not path.is_relative_to(base):
        message = f"the file `{name}` is a link to a place outside the folder of the feed"
        return None, (codes.PATH_OUTSIDE.at(place, message, help="put the file itself there"),)
    if not stat.S_ISREG(found.st_mode) or not os.access(path, os.R_OK):
        message = f"`{name}` is not a file that can be read"
        help = "name a file, not a folder, that you may read"
        return None, (codes.FILE_MISSING.at(place, message, help=help),)
    return SourceFile(name, path, found.st_size, file_state(path)), ()


def find_program(folder: Path, feed: Feed) -> tuple[Path | None, tuple[Diagnostic, ...]]:
    """The program that the feed names under `records`, in the feed's own folder."""
    name = feed.program.text
    path = folder / name
    try:
        if stat.S_ISREG(path.stat().st_mode):
            return path, ()
        message, help = f"`{name}` is not a file", "name the program, as in `2026.yaml`"
    except OSError:
        beside = [each.name for each in folder.glob("[0-9]*.yaml") if not each.name.endswith(".test.yaml")]
        message = f"there is no program `{name}` beside the feed"
        help = suggest(name, beside) if beside else "`records` names the program whose record tables are filled"
    return None, (codes.FILE_MISSING.at(feed.program.span, message, help=help),)


def outside(name: str, whose: str = "feed") -> str:
    """Why a name is not a plain relative path; "" if it is. `whose` is the kind of file that names it.

    >>> outside("exports/Sales.csv"), outside("../Sales.csv")
    ('', 'is outside the folder of the feed')
    """
    if re.search("[\x00-\x1f]", name) or not name:
        return "has no readable name"
    if "://" in name:
        return "is a URL"
    if "\\" in name or re.match("[A-Za-z]:", name):
        return "is written with a drive or a backslash"
    if re.search(r"[*?\[\]]", name):
        return "contains wildcards"
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or name.startswith("~"):
        return f"is outside the folder of the {whose}"
    return ""


def path_fault(file: Scalar) -> Diagnostic | None:
    """What is wrong with the path of a source's file; None if nothing is. A password in it is not repeated."""
    reason = outside(file.text)
    if not reason:
        return None
    help = "name a file relative to the folder of the feed, as in `exports/Sales.csv`"
    if re.match("(postgres|sqlite).*://", file.text):
        help = "to read a database, write `database` with the variable that has this URL, and a `query`"
    return codes.PATH_OUTSIDE.at(file.span, f"the file `{without_password(file.text)}` {reason}", help=help)


def file_state(path: Path) -> tuple[int, int, int]:
    """What changes when a file is written or replaced."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_unchanged(source: Source, file: SourceFile) -> tuple[Diagnostic, ...]:
    """Whether the file is still the one that was found."""
    if file_state(file.path) == file.state:
        return ()
    message = f"`{file.name}` changed while it was being read"
    return (codes.FILE_CHANGED.at(source.place("file"), message, help="import again when the export is complete"),)
