"""The forms that programs read, over every finding of the gallery: they keep their schemas and the rules of others."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from jsonschema import Draft7Validator

from cli.programs import diagnose
from cli.render.diagnostics_schema import diagnostics_schema, render_diagnostics_schema
from cli.render.renderers import RENDERERS
from engine.language.diagnostic import Code, Diagnostic
from engine.language.lines import split_lines
from engine.language.source import Span

ROOT = Path(__file__).resolve().parents[3]


@cache
def gallery() -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
    """Every bad file of the gallery, under a name with a space, and all that is found in them."""
    files = {
        f"bad files/{path.name}": path.read_bytes() for path in sorted((ROOT / "tests/gallery/bad").glob("*.yaml"))
    }
    found = tuple(each for name, data in files.items() for each in diagnose(data, name, ())[1])
    nowhere = Code("RNG999", "about-nothing", "page").at(None, "about no file")
    assert len(found) > len(files)
    return files, (*found, nowhere)


def test_json_keeps_its_published_schema() -> None:
    """`rung.diagnostics/v1`, over every finding there is; and the schema is itself one."""
    files, found = gallery()
    Draft7Validator.check_schema(diagnostics_schema())
    document = json.loads(RENDERERS["json"](found, files))
    assert [error.message for error in Draft7Validator(diagnostics_schema()).iter_errors(document)] == []
    assert (ROOT / "docs/schemas/diagnostics-v1.schema.json").read_text("utf-8") == render_diagnostics_schema()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "rung.diagnostics/v2"}, "format"),
        ({"errors": "1"}, "errors"),
        ({"diagnostics": [{}]}, "diagnostics/0"),
    ],
)
def test_the_schema_refuses_what_is_no_such_document(change: dict[str, object], path: str) -> None:
    """Another format, a count as text, a finding without fields."""
    document = json.loads(RENDERERS["json"]((), {})) | change
    errors = list(Draft7Validator(diagnostics_schema()).iter_errors(document))
    assert {"/".join(map(str, error.absolute_path)) for error in errors} == {path}


def test_sarif_keeps_the_rules_of_its_standard() -> None:
    """SARIF 2.1.0: 3.14 one run, 3.27 results of known rules and levels, 3.29 and 3.30 places from 1 in encoded URIs.

    The whole schema is asked in `tests/extra/test_sarif_schema.py`.
    """
    files, found = gallery()
    log = json.loads(RENDERERS["sarif"](found, files))
    assert (log["version"], log["$schema"].endswith("sarif-2.1.0.json")) == ("2.1.0", True)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert len(run["results"]) == len(found)
    for result, finding in zip(run["results"], found, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.code
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"].startswith(finding.message)
        places = [*result.get("locations", []), *result.get("relatedLocations", [])]
        assert bool(places) == (finding.span is not None)
        for place in places:
            location = place["physicalLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", location["artifactLocation"]["uri"])
            assert unquote(location["artifactLocation"]["uri"]) in files
            region = location["region"]
            start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
            assert (1, 1) <= start <= end
            assert region["startColumn"] >= 1 and region["endColumn"] >= 1


def test_github_lines_are_commands_and_nothing_more() -> None:
    """Each of the first ten is one command whose properties hold no separator; no line holds a line end."""
    files, found = gallery()
    lines = RENDERERS["github"](found[:10], files).splitlines()
    assert len(lines) == 10
    for line, finding in zip(lines, found[:10], strict=True):
        command = re.fullmatch(r"::(error|warning|notice) ((?:\w+=[^,:]*,?)+)::(.+)", line)
        assert command, line
        properties = dict(pair.split("=", 1) for pair in command[2].split(","))
        assert properties["title"] == f"{finding.code} {finding.name}"
        assert unquote(command[3]).splitlines()[0] == finding.message


def test_concise_is_one_line_a_finding() -> None:
    """`file:line:column: severity CODE name: message`, as editors and grep read it."""
    files, found = gallery()
    lines = RENDERERS["concise"](found, files).splitlines()
    assert len(lines) == len(found)
    for line, finding in zip(lines, found, strict=True):
        place = f"{finding.span.file}:{finding.span.line}:{finding.span.column}: " if finding.span else ""
        assert line.startswith(f"{place}{finding.severity} {finding.code} {finding.name}: ")


@pytest.mark.long
def test_terminal_shows_the_line_of_each_finding() -> None:
    """Where the file is at hand, the line stands there with a mark below it."""
    files, found = gallery()
    for finding in found[:-1]:
        text = RENDERERS["text"]([finding], files)
        assert finding.span is not None
        assert isinstance(finding.span, Span)
        lines = split_lines(files[finding.span.file].decode("utf-8", errors="replace"))
        assert finding.span.line <= max(1, len(lines))
        assert "^" in text
        assert f"{finding.span.file}:{finding.span.line}:{finding.span.column}" in text
