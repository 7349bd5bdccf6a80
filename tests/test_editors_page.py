"""docs/editors.md: its settings can be read, and say what the commands print and take."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from cli.app import COMMANDS, run, verb
from tests.conftest import ROOT

PAGE = (ROOT / "docs/editors.md").read_text("utf-8")
BAD = "tests/gallery/bad/RNG103-kind-in-capitals.yaml"


def blocks(language: str) -> list[str]:
    """The blocks of a language on the page."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_task_of_vs_code_reads_what_check_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line of the concise form is one problem, with file, place, severity and code."""
    task, _ = (json.loads(each) for each in blocks("json"))
    pattern = task["tasks"][0]["problemMatcher"]["pattern"]
    assert run([each.replace("${file}", BAD) for each in task["tasks"][0]["args"]]) == 3
    lines = capsys.readouterr().out.splitlines()
    found = [re.match(pattern["regexp"], line) for line in lines]
    assert len(lines) > 1
    assert None not in found
    first = found[0]
    assert first is not None
    told = {name: first[place] for name, place in pattern.items() if name != "regexp"}
    assert told["file"] == BAD
    assert (told["line"], told["column"], told["severity"], told["code"]) == ("9", "18", "error", "RNG103")
    assert told["message"].startswith("`kind` cannot be `SPIFF`")


def test_the_settings_of_helix_start_the_server() -> None:
    """The table can be read, and names a command there is."""
    (text,) = blocks("toml")
    settings = tomllib.loads(text)
    server = settings["language-server"]["rung"]
    assert [server["command"], *server["args"]] == ["rung", "lsp"]
    assert settings["language"][0]["language-servers"][0] == "rung"


def test_the_settings_of_zed_name_the_files_that_init_writes() -> None:
    """The schemas by the names that `rung init` gives them."""
    _, settings = (json.loads(each) for each in blocks("json"))
    schemas = settings["lsp"]["yaml-language-server"]["settings"]["yaml"]["schemas"]
    assert list(schemas) == ["./rung.schema.json", "./rung.tests.schema.json"]


def test_commands_on_the_page_exist() -> None:
    """Every `rung VERB` is a command."""
    named = set(re.findall(r"rung ([a-z]+)\b", PAGE))
    assert named & {"lsp", "schema", "init", "check", "fmt"}
    assert named <= {verb(each) for each in COMMANDS} | {"to"}
