"""The files of a new program folder, from one of the templates beside this module.

A template is a folder that works as it is: a program, its cases, a feed and records to try them on. Only the lines that
name the program change.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.authoring.layout.values import is_bare, quoted

PROGRAM = "2026.yaml"
FEED = "feed.yaml"
READ_ME = "README.md"


class Template(StrEnum):
    """What a new program may start from; the first one if nothing is said."""

    BASIC = "basic"
    RESELLER = "reseller"
    MSP = "msp"
    REFERRAL = "referral"
    DISTRIBUTOR = "distributor"


def template_files(template: Template, name: str, title: str) -> dict[str, str]:
    """The files of a template by their path, with the name and title of a new program."""
    named = {
        PROGRAM: {"program: ": name, "title: ": as_yaml(title)},
        FEED: {"feed: ": name},
        READ_ME: {"# ": title},
    }
    folder = files("cli") / "templates" / template.value
    return {path: with_first_lines(text, named.get(path, {})) for path, text in texts(folder, "")}


def texts(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    """Every file below a folder, by path and in one order on every machine."""
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from texts(each, f"{above}{each.name}/")
        else:
            yield f"{above}{each.name}", each.read_text("utf-8")


def with_first_lines(text: str, values: dict[str, str]) -> str:
    """The text with a new value in the first line that starts so.

    >>> with_first_lines("# a\\nprogram: b\\nprogram: c\\n", {"program: ": "d"})
    '# a\\nprogram: d\\nprogram: c\\n'
    """
    lines = text.split("\n")
    for start, value in values.items():
        at = next(number for number, line in enumerate(lines) if line.startswith(start))
        lines[at] = start + value
    return "\n".join(lines)


def as_yaml(text: str) -> str:
    """A text as a value of a YAML file.

    >>> as_yaml("Acme Partners"), as_yaml("2026")
    ('Acme Partners', '"2026"')
    """
    return text if is_bare(text, in_flow=False) else quoted(text)
