"""The documents are true: links work, generated pages are current, commands on pages print what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.app import COMMANDS, verb
from cli.catalogue import MODULES, all_codes, find_code
from cli.docs import pages, stale
from cli.programs import diagnose
from tests.demo.pages import PAGES as PLAYED
from tests.demo.pages import blocks, refreshed

pytestmark = pytest.mark.search

ROOT = Path(__file__).resolve().parent.parent
FIRST = ("README",)  # what a newcomer types first; the other pages are played in `make test-all`
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")})
PACKAGES = sorted({path.parent for room in ("engine", "rules", "cli") for path in (ROOT / room).glob("**/__init__.py")})
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
PART_OF_ANOTHER = ("codes", "commands", "readers", "render")  # described by the README above them


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the repository finds it."""
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_every_room_has_a_sign_on_its_door(folder: Path) -> None:
    """Each package has a README of 15 to 60 lines that says its job and what it may not do."""
    if folder.name in PART_OF_ANOTHER:
        folder = folder.parent
    lines = (folder / "README.md").read_text("utf-8").splitlines()
    assert 15 <= len(lines) <= 60
    assert any(line.startswith("**Job.**") for line in lines)
    assert any(line.startswith("**Not here.**") for line in lines)


def test_catalogue_knows_every_code() -> None:
    """Each module that defines a code is in the list from which pages are made."""
    defining = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ("engine", "rules", "cli")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"^\w+(?:: Final)? = _?[Cc]ode\(", path.read_text("utf-8"), re.MULTILINE)
    }
    assert defining == set(MODULES)


def test_codes_are_unique_and_have_a_page() -> None:
    """No code and no name is used twice, each has the form RNGnnn, and its page says more than one sentence."""
    codes = all_codes()
    assert len({code.code for code in codes}) == len(codes)
    assert len({code.name for code in codes}) == len(codes)
    assert all(re.fullmatch(r"RNG\d{3}", code.code) for code in codes)
    assert [code.code for code in codes if len(code.page.split()) < 10] == []


def test_every_page_has_one_cure() -> None:
    """It is found by the same words on every page: a paragraph that begins with `**Cure.**`."""
    assert [
        code.code for code in all_codes() if len(re.findall(r"(?m)(?<=\n\n)\*\*Cure\.\*\* \S", code.page)) != 1
    ] == []
    assert [code.code for code in all_codes() if re.search(r"\bcure:", code.page, re.IGNORECASE)] == []


def test_codes_are_found_in_any_case() -> None:
    """A code may be typed in small letters."""
    code = all_codes()[0]
    assert find_code(code.code.lower()) is code
    assert find_code("RNG999999") is None


def test_generated_pages_are_current() -> None:
    """docs/cli.md and docs/errors say what the code says; `make docs` writes them."""
    assert [str(path.relative_to(ROOT)) for path in stale(pages())] == []


def test_readme_names_every_command() -> None:
    """A reader of the README meets every command."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert [verb(command) for command in COMMANDS if f"rung {verb(command)}" not in text] == []


def test_readme_stays_short() -> None:
    """The README is read in one sitting, and its first program has at most 15 lines."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) < 200
    (program,) = (each.body for each in blocks(text) if each.file)
    assert len(program.splitlines()) <= 15


def test_the_incentive_shown_beside_the_program_is_sound() -> None:
    """The SPIFF that the tutorial shows for its program has no finding at the place the tutorial names."""
    shown = list(blocks((ROOT / "docs" / "tutorial.md").read_text("utf-8")))
    (program,) = (each.body for each in shown if each.file == "brightline/2026.yaml")
    (spiff,) = (each.body for each in shown if each.body.startswith("  launch_spiff:"))
    assert diagnose((program + spiff).encode(), "2026.yaml")[1] == ()


@pytest.mark.parametrize(
    "page",
    [page if page.stem in FIRST else pytest.param(page, marks=pytest.mark.long) for page in PLAYED],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_commands_do_what_the_page_says(page: Path, tmp_path: Path) -> None:
    """Each command of the page, run as written, prints what the page shows.

    `python -m tests.demo.pages` writes the current output into the pages; review the difference.
    """
    folder = tmp_path / "work"
    folder.mkdir()
    text = page.read_text("utf-8")
    assert refreshed(text, folder) == text
