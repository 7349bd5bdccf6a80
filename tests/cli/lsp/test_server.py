"""`rung lsp`, driven over stdio as an editor does."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.editor import Editor, Json, Refused
from tests.longer import every

COMMAND = (sys.executable, "-m", "cli", "lsp")
SUMMIT = (ROOT / "programs/summit/2026.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor in a copy of the shipped program's folder."""
    folder = tmp_path_factory.mktemp("lsp") / "summit"
    shutil.copytree(ROOT / "programs/summit", folder)
    with Editor(COMMAND, folder) as opened:
        yield opened


def at(text: str, marked: str) -> tuple[int, int]:
    """The place of the mark `|` in a part of the text that stands there once: line and UTF-16 unit from 0."""
    plain, offset = marked.replace("|", ""), marked.index("|")
    assert text.count(plain) == 1, (plain, text.count(plain))
    place = text.index(plain) + offset
    start = text.rfind("\n", 0, place) + 1
    return text.count("\n", 0, place), len(text[start:place].encode("utf-16-le")) // 2


def marked(text: str, where: Json) -> str:
    """The characters of a range on one line, counted in UTF-16."""
    assert where["start"]["line"] == where["end"]["line"]
    line = text.split("\n")[where["start"]["line"]].encode("utf-16-le")
    start, end = int(where["start"]["character"]), int(where["end"]["character"])
    return str(line[2 * start : 2 * end], "utf-16-le")


def applied(text: str, edits: list[Json]) -> str:
    """A text after edits of ranges on one line each, counted in UTF-16."""
    lines = [each.encode("utf-16-le") for each in text.split("\n")]
    for each in sorted(edits, key=lambda each: each["range"]["start"]["character"], reverse=True):
        start, end = each["range"]["start"], each["range"]["end"]
        line = lines[start["line"]]
        new = each["newText"].encode("utf-16-le")
        lines[start["line"]] = line[: 2 * start["character"]] + new + line[2 * end["character"] :]
    return "\n".join(each.decode("utf-16-le") for each in lines)


def test_what_it_can_do(editor: Editor) -> None:
    """The editor is told every service, and that texts come whole."""
    able = editor.server["capabilities"]
    services = ("hover", "definition", "references", "documentHighlight", "documentSymbol", "completion", "rename")
    assert [each for each in services if not able.get(f"{each}Provider")] == []
    assert able["documentFormattingProvider"]
    assert able["codeActionProvider"]["codeActionKinds"] == ["quickfix"]
    assert able["textDocumentSync"]["change"] == 1
    assert editor.server["serverInfo"]["name"] == "rung"


def test_a_program_without_errors_has_no_findings(editor: Editor) -> None:
    """The shipped program, its tests and its feed are left in peace."""
    for name in ("2026.yaml", "2026.test.yaml", "feed.yaml"):
        assert editor.open(name, (editor.folder / name).read_text("utf-8")) == []


def test_findings_as_you_type(editor: Editor) -> None:
    """Code, page, severity, cure and the other place, at the word; and they go with the slip."""
    editor.open("2026.yaml", SUMMIT)
    broken = SUMMIT.replace("people_holding: security_pro}", "people_holding: securty_pro}")
    (found,) = editor.change("2026.yaml", broken)
    assert marked(broken, found["range"]) == "securty_pro"
    assert (found["code"], found["severity"], found["source"]) == ("RNG200", 1, "rung")
    assert found["message"].startswith("there is no certification `securty_pro`\nhelp: did you mean `security_pro`")
    assert found["codeDescription"]["href"] == (ROOT / "docs/errors/RNG200.md").as_uri()
    twice = SUMMIT.replace("  revenue_before:", "  revenue:")
    duplicate = next(each for each in editor.change("2026.yaml", twice) if each["code"] == "RNG007")
    (related,) = duplicate["relatedInformation"]
    assert marked(twice, related["location"]["range"]) == "revenue"
    assert editor.change("2026.yaml", SUMMIT) == []


def test_only_the_last_of_quick_changes_is_told(editor: Editor) -> None:
    """What is typed while a text is checked makes what was found old."""
    editor.open("2026.yaml", SUMMIT)
    editor.type("2026.yaml", SUMMIT.replace("currency: USD", "currency: XXY"))
    editor.type("2026.yaml", SUMMIT + "pools: {}\n")
    (found,) = editor.findings("2026.yaml")
    assert found["code"] == "RNG108"


def test_what_needs_a_proof_is_told_a_moment_later(editor: Editor) -> None:
    """First what is found at once; then, with it, what no record could ever reach."""
    text = (ROOT / "tests/gallery/bad/RNG350-two-regions.yaml").read_text("utf-8")
    first = editor.open("proof.yaml", text)
    second = editor.findings("proof.yaml")
    assert "RNG350" not in {each["code"] for each in first}
    assert "RNG350" in {each["code"] for each in second}
    assert len(second) > len(first)
    shown = editor.at("hover", "proof.yaml", *at(text, "  go|ld:"))["contents"]["value"]
    assert shown.startswith("**gold** tier: ")
    assert "proof:\n\n```\nline 16: " in shown


def test_findings_in_tests_and_feeds(editor: Editor) -> None:
    """A test file and a feed are checked as programs are."""
    for name, old, new in (
        ("2026.test.yaml", "rung_test: 1", "rung_test: 2"),
        ("feed.yaml", "records: ", "record: "),
    ):
        text = (editor.folder / name).read_text("utf-8")
        assert text.count(old) == 1
        assert editor.open(name, text.replace(old, new)) != []
        assert editor.change(name, text) == []


def test_a_file_of_somebody_else_is_left_alone(editor: Editor) -> None:
    """YAML that is no program, feed or test file gets no findings and no answers."""
    assert editor.open("compose.yaml", "services:\n  web: {image: nginx}\n") == []
    assert editor.at("hover", "compose.yaml", 1, 3) is None
    assert editor.at("completion", "compose.yaml", 1, 3)["items"] == []


def test_hover_tells_kind_type_and_value(editor: Editor) -> None:
    """A parameter with its values on a day and later ones; a metric with its unit and window."""
    editor.open("2026.yaml", SUMMIT)
    parameter = editor.at("hover", "2026.yaml", *at(SUMMIT, "- revenue >= reve|nue_needed"))
    assert marked(SUMMIT, parameter["range"]) == "revenue_needed"
    assert parameter["contents"]["value"].startswith("**revenue_needed** parameter: money\n\nOn `")
    assert "| `gold` | " in parameter["contents"]["value"]
    metric = editor.at("hover", "2026.yaml", *at(SUMMIT, "- rev|enue >= revenue_needed"))["contents"]["value"]
    assert metric.startswith("**revenue** metric: money in USD\n\nNet revenue, trailing twelve months\n\n")
    assert "Judged on `" in metric
    assert editor.at("hover", "2026.yaml", *at(SUMMIT, "title: Quarterly vol|ume rebate")) is None


def test_hover_on_a_finding_shows_its_page(editor: Editor) -> None:
    """Where there is no name, the page of what was found there."""
    broken = SUMMIT.replace("window: trailing 12 months", "window: rolling 12 months")
    editor.open("2026.yaml", broken)
    shown = editor.at("hover", "2026.yaml", *at(broken, "window: roll|ing"))["contents"]["value"]
    assert shown.startswith("**RNG520** ")


def test_definitions_and_references(editor: Editor) -> None:
    """From a use to the declaration; from a name to all its places, in the test file too."""
    editor.open("2026.yaml", SUMMIT)
    place = at(SUMMIT, "- revenue >= reve|nue_needed")
    found = editor.at("definition", "2026.yaml", *place)
    assert found["uri"] == editor.uri("2026.yaml")
    assert found["range"]["start"] == dict(zip(("line", "character"), at(SUMMIT, "|revenue_needed:\n"), strict=True))
    place = at(SUMMIT, "[registered, silver, go|ld, platinum]")
    uses = editor.at("references", "2026.yaml", *place, context={"includeDeclaration": False})
    every = editor.at("references", "2026.yaml", *place, context={"includeDeclaration": True})
    assert len(every) == len(uses) + 1
    texts = {name: (editor.folder / name).read_text("utf-8") for name in ("2026.yaml", "2026.test.yaml")}
    for each in every:
        name = Path(each["uri"]).name
        assert marked(texts[name], each["range"]) == "gold"
    assert {Path(each["uri"]).name for each in every} == set(texts)
    here = editor.at("documentHighlight", "2026.yaml", *place)
    assert len(here) == sum(each["uri"] == editor.uri("2026.yaml") for each in every)


def test_from_a_test_file_to_its_program(editor: Editor) -> None:
    """A name in a case leads to its declaration and shows what it is."""
    text = (editor.folder / "2026.test.yaml").read_text("utf-8")
    editor.open("2026.test.yaml", text)
    line = next(number for number, each in enumerate(text.split("\n")) if "tier: gold" in each)
    character = text.split("\n")[line].index("tier: gold") + len("tier: g")
    found = editor.at("definition", "2026.test.yaml", line, character)
    assert found["uri"] == editor.uri("2026.yaml")
    assert marked(SUMMIT, found["range"]) == "gold"
    assert editor.at("hover", "2026.test.yaml", line, character)["contents"]["value"].startswith("**gold** tier")


def test_a_rename_reaches_every_place(editor: Editor) -> None:
    """Program and test file say the new name everywhere, and both are without errors after."""
    editor.open("2026.yaml", SUMMIT)
    place = at(SUMMIT, "[registered, silver, go|ld, platinum]")
    prepared = editor.at("prepareRename", "2026.yaml", *place)
    assert prepared["placeholder"] == "gold"
    answer = editor.at("rename", "2026.yaml", *place, newName="golden")
    texts = {}
    for each in answer["documentChanges"]:
        name = Path(each["textDocument"]["uri"]).name
        texts[name] = applied((editor.folder / name).read_text("utf-8"), each["edits"])
    versions = {
        Path(each["textDocument"]["uri"]).name: each["textDocument"]["version"] for each in answer["documentChanges"]
    }
    assert versions["2026.yaml"] == 1
    assert "gold:" not in texts["2026.yaml"].replace("golden:", "")
    for name, text in texts.items():
        (editor.folder / name).write_text(text, "utf-8")
    try:
        assert editor.open("2026.yaml", texts["2026.yaml"]) == []
        assert editor.open("2026.test.yaml", texts["2026.test.yaml"]) == []
    finally:
        for name in texts:
            shutil.copy(ROOT / "programs/summit" / name, editor.folder / name)


@pytest.mark.parametrize(
    ("place", "name", "reason"),
    [
        ("  revenue_bef|ore:", "growth", "`growth` is already the name of a metric"),
        ("  revenue_bef|ore:", "tier", "`tier` is a word of the language"),
        ("  revenue_bef|ore:", "Growth", "cannot be a name"),
        ("  revenue_bef|ore:", "emea", "`emea` already means something else in this program"),
        ("    sum: am|ount\n    window", "turnover", "`amount` is a standard field"),
        ("title: Sum|mit Partner Program", "x", "there is no name here"),
    ],
)
def test_a_rename_is_refused_with_its_reason(editor: Editor, place: str, name: str, reason: str) -> None:
    """What would not be a name, is taken, or is not ours to change."""
    editor.open("2026.yaml", SUMMIT)
    with pytest.raises(Refused) as refused:
        editor.at("rename", "2026.yaml", *at(SUMMIT, place), newName=name)
    assert reason in str(refused.value)


def test_what_cannot_be_renamed_is_said_before(editor: Editor) -> None:
    """A standard field is refused before a name is asked for; where there is no name, nothing is."""
    editor.open("2026.yaml", SUMMIT)
    with pytest.raises(Refused, match="standard field"):
        editor.at("prepareRename", "2026.yaml", *at(SUMMIT, "    sum: am|ount\n    window"))
    assert editor.at("prepareRename", "2026.yaml", *at(SUMMIT, "title: Sum|mit Partner")) is None


def test_completion_in_an_unfinished_line(editor: Editor) -> None:
    """Names in scope, the values of what is compared, and the edit that puts them there."""
    text = SUMMIT.replace("- revenue >= revenue_needed", "- revenue >= revenue_needed\n    - eng")
    editor.open("2026.yaml", text)
    line, character = at(text, "    - eng|\n")
    items = {each["label"]: each for each in editor.at("completion", "2026.yaml", line, character)["items"]}
    assert {"engineers", "engineers_needed", "strategic", "tier", "region", "min"} <= items.keys()
    assert "amount" not in items
    edit = items["engineers"]["textEdit"]
    assert (marked(text, edit["range"]), edit["newText"]) == ("eng", "engineers")
    unclosed = SUMMIT.replace("eligible: [tier >= silver]", "eligible: [tier >= ")
    editor.change("2026.yaml", unclosed)
    items = editor.at("completion", "2026.yaml", *at(unclosed, "eligible: [tier >= |\n"))["items"]
    assert [each["label"] for each in items[:4]] == ["registered", "silver", "gold", "platinum"]


def test_a_broken_file_is_answered_from_what_it_was(editor: Editor) -> None:
    """While a line cannot be read, its names are those of the last text that could be, and the others keep theirs."""
    editor.open("2026.yaml", SUMMIT)
    broken = SUMMIT.replace("like: revenue, shifted: 12 months}", "like: revenue, shifted: 12 months")
    assert editor.change("2026.yaml", broken) != []
    inside = editor.at("hover", "2026.yaml", *at(broken, "revenue_before: {like: rev|enue, shifted"))
    assert inside["contents"]["value"].startswith("**revenue** metric")
    outside = editor.at("definition", "2026.yaml", *at(broken, "- revenue >= reve|nue_needed"))
    assert marked(broken, outside["range"]) == "revenue_needed"
    lost = editor.at("definition", "2026.yaml", *at(broken, "(revenue - revenue_bef|ore) / revenue_before"))
    assert marked(broken, lost["range"]) == "revenue_before"
    with pytest.raises(Refused, match="cannot be read"):
        editor.at("rename", "2026.yaml", *at(broken, "- revenue >= reve|nue_needed"), newName="needed")


def test_the_outline(editor: Editor) -> None:
    """Sections with what is declared in them; the whole holds what is chosen."""
    editor.open("2026.yaml", SUMMIT)
    found = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": editor.uri("2026.yaml")}})
    inside = {each["name"]: [below["name"] for below in each["children"]] for each in found}
    assert inside["tiers"] == ["registered", "silver", "gold", "platinum"]
    assert inside["incentives"] == ["volume_rebate", "launch_spiff"]
    assert inside["records"][:2] == ["partners", "surveys"]
    for each in found:
        assert marked(SUMMIT, each["selectionRange"]) == each["name"]
        assert each["range"]["start"] == each["selectionRange"]["start"]


def test_a_cure_is_offered_and_works(editor: Editor) -> None:
    """`did you mean` as an action: after it the finding is gone."""
    broken = SUMMIT.replace("people_holding: security_pro}", "people_holding: security_prof}")
    (found,) = editor.open("2026.yaml", broken)
    params = {"textDocument": {"uri": editor.uri("2026.yaml")}, "range": found["range"], "context": {"diagnostics": []}}
    action, *others = editor.ask("textDocument/codeAction", params)
    assert action["title"] == "replace `security_prof` by `security_pro`"
    assert action["kind"] == "quickfix"
    assert [each["code"] for each in action["diagnostics"]] == [found["code"]]
    assert action["isPreferred"] == (not others)
    (change,) = action["edit"]["documentChanges"]
    assert editor.change("2026.yaml", applied(broken, change["edits"])) == []


def test_formatting_is_that_of_fmt(editor: Editor) -> None:
    """A program in the one layout stays; another comes into it, comments and all; a broken one is left alone."""
    params = {"textDocument": {"uri": editor.uri("2026.yaml")}, "options": {"tabSize": 2, "insertSpaces": True}}
    editor.open("2026.yaml", SUMMIT)
    assert editor.ask("textDocument/formatting", params) == []
    loose = SUMMIT.replace("currency: USD\n", "currency:    USD\n")
    editor.change("2026.yaml", loose)
    (edit,) = editor.ask("textDocument/formatting", params)
    assert edit["newText"] == "currency: USD\n"
    assert edit["range"]["end"]["line"] == edit["range"]["start"]["line"] + 1
    editor.change("2026.yaml", SUMMIT + "\n}{\n")
    assert editor.ask("textDocument/formatting", params) is None


WIDE = '# 😀 é ‍👩‍🚀\ntitle: "😀 é" \n'


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_places_are_counted_as_editors_do(editor: Editor, ends: str) -> None:
    """Characters of two units, combining ones and all line ends before a place do not move it."""
    lines = SUMMIT.replace("title: Net revenue", "title: 😀é Net revenue")
    lines = lines.replace("engineers: {title: Security engineers, people", "engineers: {title: 😀 é, people")
    text = lines.replace("people_holding: security_pro}", "people_holding: securty}").replace("\n", ends)
    (found,) = [each for each in editor.open("2026.yaml", text) if each["code"] == "RNG200"]
    assert marked(text.replace(ends, "\n"), found["range"]) == "securty"
    good = lines.replace("\n", ends)
    editor.change("2026.yaml", good)
    place = at(lines, "people_holding: secur|ity_pro}")
    shown = editor.at("hover", "2026.yaml", *place)
    assert marked(lines, shown["range"]) == "security_pro"


@pytest.mark.long
def test_other_units_on_request(tmp_path: Path) -> None:
    """An editor that counts bytes or characters is answered in these."""
    text = SUMMIT.replace("engineers: {title: Security engineers,", "engineers: {title: 😀 é,")
    line, _ = at(text, "people_holding: secur|ity_pro}")
    row = text.split("\n")[line]
    for encoding, width in (("utf-8", len("😀é".encode()) - 2), ("utf-32", 0)):
        with Editor(COMMAND, tmp_path, encodings=[encoding]) as editor:
            assert editor.server["capabilities"]["positionEncoding"] == encoding
            editor.open("2026.yaml", text)
            start = row.index("security_pro}") + width
            shown = editor.at("hover", "2026.yaml", line, start + 2)
            assert shown["range"]["start"]["character"] == start


def test_closing_takes_the_findings_away(editor: Editor) -> None:
    """A file that is closed has no findings in the list, and its saved text counts again."""
    assert editor.open("2026.yaml", SUMMIT + "pools: {}\n") != []
    editor.tell("textDocument/didClose", {"textDocument": {"uri": editor.uri("2026.yaml")}})
    assert editor.findings("2026.yaml") == []
    assert editor.at("hover", "2026.yaml", *at(SUMMIT, "- rev|enue >= revenue_needed")) is not None


@pytest.mark.long
def test_saving_looks_at_what_builds_on_it(editor: Editor) -> None:
    """A version that extends the saved one is checked anew."""
    editor.open("2026.yaml", SUMMIT)
    later = (
        'rung: 1\nprogram: summit\nversion: "2027"\nextends: "2026"\n'
        "effective: {from: 2027-02-01, before: 2028-02-01}\nwithout: [incentives.launch_spiff]\n"
        "segments:\n  big:\n    when: [growth >= 5%]\n"
    )
    found = editor.open("2027.yaml", later)
    assert [each for each in found if each["severity"] == 1] == []
    shown = editor.at("definition", "2027.yaml", *at(later, "[gro|wth >="))
    assert shown["uri"] == editor.uri("2026.yaml")
    assert marked(SUMMIT, shown["range"]) == "growth"
    with pytest.raises(Refused, match="which this file builds on"):
        editor.at("rename", "2027.yaml", *at(later, "[gro|wth >="), newName="rise")
    with pytest.raises(Refused, match=r"`growth` is used in `2027\.yaml`, which builds on this file"):
        editor.at("rename", "2026.yaml", *at(SUMMIT, "  gro|wth:\n"), newName="rise")
    uses = editor.at("references", "2026.yaml", *at(SUMMIT, "  gro|wth:\n"), context={"includeDeclaration": False})
    assert editor.uri("2027.yaml") in {each["uri"] for each in uses}
    saved = SUMMIT.replace("    formula: (revenue", "    formula: (revenues")
    editor.change("2026.yaml", saved)
    editor.tell("textDocument/didSave", {"textDocument": {"uri": editor.uri("2026.yaml")}})
    (found,) = [each for each in editor.findings("2027.yaml") if each["severity"] == 1]
    assert marked(later, found["range"]) == 'extends: "2026"'
    assert found["relatedInformation"][-1]["location"]["uri"] == editor.uri("2026.yaml")


@pytest.mark.parametrize(
    "text",
    every(
        3, ["", "\ufeff", "\x00\x01", "}{", "a: &b [*b]", "rung: 1\n\ud800", "rung: !x {", "\t", "rung: 1\nmetrics: 5"]
    ),
)
def test_no_text_ends_the_server(editor: Editor, text: str) -> None:
    """Whatever stands in the file, every question has an answer or a refusal."""
    editor.open("odd.yaml", f"program: x\n{text}")
    for method in ("hover", "definition", "completion", "documentHighlight", "prepareRename"):
        for line in (0, 1, 99):
            editor.at(method, "odd.yaml", line, 3)
    uri = {"textDocument": {"uri": editor.uri("odd.yaml")}}
    editor.ask("textDocument/documentSymbol", uri)
    editor.ask("textDocument/formatting", {**uri, "options": {"tabSize": 2, "insertSpaces": True}})
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    editor.ask("textDocument/codeAction", {**uri, "range": whole, "context": {"diagnostics": []}})
