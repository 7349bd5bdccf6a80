"""Options that several commands share, and the settings that hold for all of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.exits import ExitCode, Stop
from cli.process import tell

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic
    from engine.workspace import Workspace

HOME = ".rung"


class Format(StrEnum):
    """Forms of output for people, programs and spreadsheets."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user said once for the whole command line."""

    home: Path = Path(HOME)
    quiet: bool = False
    no_input: bool = False
    debug: bool = False
    told: list[Diagnostic] = field(default_factory=list)  # the findings so far: each is shown once

    @property
    def workspace(self) -> Workspace:
        """The workspace, with what this user's machine remembers of it."""
        from engine.memory import Memory
        from engine.workspace import Workspace

        return Workspace(self.home, Memory(memory_folder()))

    def say(self, message: str) -> None:
        """A message to the person at the terminal: stderr, never mixed with data."""
        if not self.quiet:
            tell(message)


def memory_folder() -> Path | None:
    """Where it is remembered what was verified: `$XDG_CACHE_HOME/rung`, or `~/.cache/rung`.

    None if there is no such place, or if it belongs to somebody else, who could vouch for anything.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "rung"
        return None if folder.exists() and folder.stat().st_uid != os.getuid() else folder
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None


def settings_of(context: typer.Context) -> Settings:
    """The settings of this invocation."""
    found = context.find_object(Settings)
    return found if found is not None else Settings()


GLOBAL_FLAGS = ("--quiet", "-q", "--no-input", "--debug")
GLOBAL_VALUES = ("--home",)


def lifted(arguments: Sequence[str]) -> list[str]:
    """The arguments with the global options in front, so that they may be anywhere.

    >>> lifted(["check", "a.yaml", "--quiet", "--home=w"])
    ['--quiet', '--home=w', 'check', 'a.yaml']
    >>> lifted(["check", "--", "--quiet"])
    ['check', '--', '--quiet']
    """
    front: list[str] = []
    rest: list[str] = []
    remaining = list(arguments)
    while remaining:
        argument = remaining.pop(0)
        if argument == "--":
            rest += [argument, *remaining]
            break
        if argument in GLOBAL_FLAGS or argument.startswith(tuple(f"{name}=" for name in GLOBAL_VALUES)):
            front.append(argument)
        elif argument in GLOBAL_VALUES:
            front += [argument, *remaining[:1]]
            del remaining[:1]
        else:
            rest.append(argument)
    return front + rest


def is_debug() -> bool:
    """Whether RUNG_DEBUG requests tracebacks."""
    return os.environ.get("RUNG_DEBUG", "") not in ("", "0")


def is_coloured(err: bool = False) -> bool:
    """Whether stdout, or stderr, is a terminal that wants colour (NO_COLOR and TERM=dumb say no)."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def parse_day(text: str, option: str = "--as-of") -> date:
    """A date written as 2026-05-31.

    >>> parse_day("2026-05-31")
    datetime.date(2026, 5, 31)
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Stop(ExitCode.USAGE, f"`{text}` is not a date for `{option}`", "write year-month-day, as in 2026-05-31")
    return day


Form = TypeVar("Form", bound=StrEnum)


ENDINGS = {
    "text": ("txt", "log"),
    "table": ("txt", "log"),
    "json": ("json",),
    "csv": ("csv",),
    "md": ("md", "markdown"),
    "html": ("html", "htm"),
    "xlsx": ("xlsx",),
    "sarif": ("sarif",),
    "yaml": ("yaml", "yml"),
    "xml": ("xml",),
    "diff": ("diff", "patch"),
}
"""The endings of a file's name that ask for a form. A file of any other ending is not written."""

WORKBOOK = "xlsx"


def ending_of(output: str | None) -> str:
    """The ending of a file's name, which may ask for a form; "" without one. A day or a number is none.

    >>> ending_of("pay.CSV"), ending_of("run.2026-06-30"), ending_of("-"), ending_of(None)
    ('csv', '', '', '')
    """
    ending = Path(output or "").suffix[1:].lower()
    return "" if ending[:1].isdigit() else ending


def said_endings(forms: Iterable[str]) -> str:
    """One ending for each form, in words.

    >>> said_endings(["table", "json", "csv"]), said_endings(["yaml"])
    ('.txt, .json or .csv', '.yaml')
    """
    *names, last = dict.fromkeys(f".{ENDINGS[form][0]}" for form in forms if form in ENDINGS)
    return f"{', '.join(names)} or {last}" if names else last


def check_ending(output: str | None, forms: Sequence[str], has_format: bool = False) -> None:
    """Refuse a file whose name has an ending that asks for none of these forms.

    `has_format` says whether the command has `--format`, with which any name can be given.
    """
    ending = ending_of(output)
    if ending and not any(ending in ENDINGS.get(form, ()) for form in forms):
        message = f"`{output}` would be {ending}, which this command does not write"
        cure = f"end the name in {said_endings(forms)}"
        raise Stop(ExitCode.USAGE, message, f"{cure}, or say `--format`" if has_format else cure)


def chosen(
    forms: Iterable[Form], format: str | None, json: bool, output: str | None = None, *, has_format: bool = True
) -> Form:
    """The requested form: by `--format`, or by the ending of the file that is written, or the first one.

    `--json` is short for `--format json`. A form that a command does not have is refused, also as an ending; so is an
    ending that asks for no form.
    """
    if json and format not in (None, "json"):
        raise Stop(ExitCode.USAGE, f"`--json` and `--format {format}` contradict each other", "give one of them")
    known = {each.value: each for each in forms}
    ending = ending_of(output)
    asked = next((form for form in known if ending in ENDINGS.get(form, ())), None)
    wanted = "json" if json else format
    if wanted is not None and wanted not in known:
        raise Stop(ExitCode.USAGE, f"there is no format `{wanted}`", f"formats: {', '.join(known)}")
    if wanted is None:
        check_ending(output, list(known), has_format)
    if WORKBOOK in (ending, wanted) and wanted not in (None, ending):
        message = f"`--format {wanted}` does not go with `{output}`" if output else f"`--format {wanted}` needs a file"
        raise Stop(ExitCode.USAGE, message, "a workbook is written to a file that ends in .xlsx: `--output FILE.xlsx`")
    return known[wanted or asked or next(iter(known))]


def chosen_format(format: str | None, json: bool, output: str | None = None, *, workbook: bool = False) -> Format:
    """Table, JSON, CSV or Markdown; a workbook where the command writes lists."""
    return chosen((each for each in Format if workbook or each is not Format.XLSX), format, json, output)


def whole_number(text: str, option: str, least: int = 1, most: int = 1_000_000_000) -> int:
    """A whole number given to an option.

    >>> whole_number("12", "--threads")
    12
    """
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not digits or not least <= int(text) <= most:
        raise Stop(
            ExitCode.USAGE, f"`{text}` is not a number for `{option}`", f"write a whole number from {least} to {most:,}"
        )
    return int(text)


def parse_memory(text: str) -> str:
    """An amount of memory, as DuckDB reads it.

    >>> parse_memory("2GB")
    '2GB'
    """
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})? ?([MGT]i?B)", text, re.IGNORECASE | re.ASCII):
        raise Stop(ExitCode.USAGE, f"`{text}` is not an amount of memory for `--memory`", "write it as in 512MB or 2GB")
    return text


FormatOption = Annotated[
    str | None,
    typer.Option("--format", help="Output format.", show_default="by FILE, else table", metavar="table|json|csv|md"),
]
ListFormatOption = Annotated[
    str | None,
    typer.Option(
        "--format", help="Output format.", show_default="by FILE, else table", metavar="table|json|csv|md|xlsx"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
OutputOption = Annotated[
    str | None, typer.Option("--output", metavar="FILE", help="Write the output to FILE instead of stdout.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be written, without writing it.")]
FilesOption = Annotated[
    str | None,
    typer.Option("--files", metavar="DIR", help="Where the feed's files are, if not beside the feed."),
]
QuarantineOption = Annotated[
    bool,
    typer.Option(
        "--quarantine", help="Set wrong rows aside, and rows that refer to them, instead of refusing the import."
    ),
]
AsOfOption = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day of the decision, such as 2026-06-30.")
]
