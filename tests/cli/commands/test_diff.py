"""`rung diff`: what changed in meaning, whom it moves, and what it costs; every figure is worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode
from tests.cli.commands.peak import DATA, EDITS, FEED, LINE, PROGRAM, SALES, document, edited, listed, squeezed, write

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.fixture
def peak(rung: Shell, tmp_path: Path) -> Path:
    """A folder with the old program, the new one, a feed and its records; the shell stands in it."""
    write(tmp_path, "old.yaml", PROGRAM)
    write(tmp_path, "new.yaml", edited(*EDITS))
    write(tmp_path, "feed.yaml", FEED)
    write(tmp_path, "partners.csv", "id,name\n" + "".join(f"{each},Partner {each}\n" for each in "ABCDEF"))
    rows = (f"S{each},{each},sale,2026-02-10,{amount}\n" for each, amount in SALES.items())
    write(tmp_path, "sales.csv", "id,partner,entry,day,amount\n" + "".join(rows))
    return tmp_path


def test_sentences_with_their_lines(rung: Shell, peak: Path) -> None:
    """Without records: what changed, where it stands in both files, and what decides nothing apart."""
    answer = rung(*LINE)
    assert (answer.code, answer.err) == (ExitCode.DIFFERENCES, "")
    assert answer.out == (
        "peak 2026 (old.yaml) -> peak 2026 (new.yaml)\n\n"
        "~ silver now needs 58,000 USD of `revenue`, was 50,000 USD\n    old.yaml:8 -> new.yaml:8\n"
        "~ gold now needs 80,000 USD of `revenue`, was 100,000 USD\n    old.yaml:8 -> new.yaml:8\n"
        "~ the 2% band of `rebate` starts at 80,000 USD, was 100,000 USD\n    old.yaml:25 -> new.yaml:25\n\n"
        "affects no decision:\n"
        "~ the title of the program is now `The Peak Program`, was `Peak Partner Program`\n"
        "    old.yaml:2 -> new.yaml:2\n"
    )


def test_a_document_without_records(rung: Shell, peak: Path) -> None:
    """Changes with both places and lines, and no impact."""
    found = document(rung(*LINE, "--json"))
    changes = found["changes"]
    assert isinstance(changes, list)
    assert (found["same"], found["impact"], "moves" in found) == (False, None, False)
    line = PROGRAM.splitlines()[7]
    column = line.index("50_000") + 1
    assert changes[1] == {
        "kind": "changed",
        "path": "parameters.needed[silver]",
        "clause": "parameters.needed[silver]",
        "sentence": "silver now needs 58,000 USD of `revenue`, was 50,000 USD",
        "before": "50_000 USD",
        "after": "58_000 USD",
        "decides": True,
        "old": {"file": "old.yaml", "line": 8, "column": column, "text": line.strip()},
        "new": {"file": "new.yaml", "line": 8, "column": column, "text": edited(EDITS[0]).splitlines()[7].strip()},
    }
    assert "No change affects a decision" in rung("diff", "old.yaml", "old.yaml", "--format", "html").out


def test_how_it_is_written_is_no_difference(rung: Shell, peak: Path) -> None:
    """Comments, order and spelling of numbers: exit code 0."""
    write(peak, "new.yaml", "# a comment\n" + PROGRAM.replace("50_000 USD", "50_000.00 USD").replace("1%}", "1.0% }"))
    answer = rung(*DATA)
    assert answer.code == 0
    assert "no change in meaning" in answer.out
    assert "no decision changes on these records and this day" in answer.out


def test_who_moves_and_what_it_costs(rung: Shell, peak: Path) -> None:
    """The document, against figures worked out by hand."""
    answer = rung(*DATA, "--json")
    assert answer.code == ExitCode.DIFFERENCES
    found = document(answer)
    impact = found["impact"]
    assert isinstance(impact, dict)
    assert impact["movers"] == {"all": 2, "up": 1, "down": 1, "other": 0}
    assert {(each["before"], each["after"]): each["partners"] for each in impact["tiers"]["matrix"]} == {
        ("registered", "registered"): 2, ("silver", "registered"): 1, ("silver", "silver"): 1,
        ("silver", "gold"): 1, ("gold", "gold"): 1,
    }  # fmt: skip
    assert impact["money"] == [
        {
            "incentive": "rebate",
            "currency": "USD",
            "before": "3450.00",
            "after": "3200.00",
            "change": "-250.00",
            "earnings": {"before": 4, "after": 3},
            "undecided": {"before": 0, "after": 0},
        }
    ]
    assert impact["benefits"] == [
        {"benefit": "discount", "before": 6, "after": 6, "gained": 0, "lost": 0, "changed": 2}
    ]
    assert [(each["up"], each["down"], [part["change"] for part in each["money"]]) for each in impact["steps"]] == [
        (0, 1, ["-550.00"]), (1, 0, []), (0, 0, ["300.00"]),
    ]  # fmt: skip
    assert [(each["partner"], each["change"], each["steps"]) for each in impact["losers"]] == [
        ("E", "-550.00", [{"step": 1, "change": "-550.00"}])
    ]
    assert [(each["partner"], each["change"]) for each in impact["winners"]] == [("A", "200.00"), ("B", "100.00")]
    new = found["new"]
    assert isinstance(new, dict)
    assert rung("explain", new["run"], "E").code == 0  # both runs are kept, and explain what moved
    moves = found["moves"]
    assert isinstance(moves, list)
    assert [(each["partner"], each["name"], each["before"], each["after"], each["steps"]) for each in moves] == [
        ("E", "Partner E", "silver", "registered", [1]),
        ("B", "Partner B", "silver", "gold", [2]),
    ]
    assert moves[0]["lines"] == [
        {"id": "tier.silver.1", "text": "revenue >= needed", "value": "55,000.00 USD", "distance": "3,000.00 USD",
         "decided": True}
    ]  # fmt: skip
    assert moves[1]["lines"][0]["distance"] == "10,000.00 USD"  # to what gold needed before


DESIGNATIONS = """\
designations:
  big: {requires: [revenue >= 60_000 USD]}
  seller: {requires: [revenue >= 1 USD]}
"""


@pytest.mark.long
def test_who_gains_and_loses_a_designation(rung: Shell, peak: Path) -> None:
    """C has 60,000 and is no longer big at 80,000; of the six to whom `seller` applied, five held it. No tier moves.

    Under another name and with another line it is another designation; with its own line, it has a new name.
    """
    named = DESIGNATIONS.replace("60_000", "80_000").replace("seller:", "vendor:")
    write(peak, "old.yaml", PROGRAM + DESIGNATIONS)
    write(peak, "new.yaml", PROGRAM + named)
    told = squeezed(rung(*DATA))
    assert "big held not held 1" in told
    assert "vendor (does not apply)" not in told and "seller held" not in told
    write(peak, "new.yaml", PROGRAM + named.replace(">= 1 USD", ">= 2 USD"))
    answer = rung(*DATA)
    assert answer.code is ExitCode.DIFFERENCES
    told = squeezed(answer)
    assert "0 of 6 partners change tier" in told
    assert "no decision changes" not in told
    assert "designations before and after designation before after partners big held not held 1" in told
    assert "vendor (does not apply) held 5 vendor (does not apply) not held 1" in told
    assert "seller held (does not apply) 5 seller not held (does not apply) 1" in told
    assert "big: 1 down" in told
    impact = document(rung(*DATA, "--json"))["impact"]
    assert isinstance(impact, dict)
    big = next(each for each in impact["designations"] if each["designation"] == "big")
    assert big["movers"] == {"up": 0, "down": 1, "other": 0}
    assert {(each["before"], each["after"]): each["partners"] for each in big["matrix"]} == {
        ("held", "held"): 2,
        ("held", "not_held"): 1,
        ("not_held", "not_held"): 3,
    }
    rung(*DATA, "--html", "change.html")
    assert 'id="designations"' in (peak / "change.html").read_text(encoding="utf-8")


def test_a_level_that_replaces_another_is_neither_higher_nor_lower(rung: Shell, peak: Path) -> None:
    """Five hold `silver` before and `plus` after; nobody can say which is more."""
    ladder = "designations:\n  expert: {ladder: [none, silver], silver: {requires: [revenue >= 1 USD]}}\n"
    write(peak, "old.yaml", PROGRAM + ladder)
    write(peak, "new.yaml", PROGRAM + ladder.replace("silver", "plus"))
    impact = document(rung(*DATA, "--json"))["impact"]
    assert isinstance(impact, dict)
    assert [each["movers"] for each in impact["designations"]] == [{"up": 0, "down": 0, "other": 5}]


def test_the_answer_for_people(rung: Shell, peak: Path) -> None:
    """The picture in text: the matrix, the money, the parts of each change, and the movers with their reasons."""
    out = rung(*DATA).out
    assert "2 of 6 partners change tier: 1 up, 1 down\npayable 3,450.00 -> 3,200.00 USD (-250.00 USD)\n" in out
    assert (
        "            registered   silver   gold   before\n"
        "registered          [2]       .      .        2\n"
        "silver               1       [1]     1        3\n"
        "gold                 .        .     [1]       1\n"
        "after                3        1      2        6\n"
    ) in out
    assert "3  the 2% band of `rebate` starts at 80,000 USD, was 100,000 USD  nobody  rebate +300.00 USD" in out
    assert "E        Partner E  silver  registered  1          -550.00 USD  revenue >= needed (55,000.00 USD, 3," in out


@pytest.mark.long
def test_lists_are_complete_and_in_order(rung: Shell, peak: Path) -> None:
    """CSV: movers by default, and money, earnings and changes."""
    moves = listed(rung(*DATA, "--format", "csv"))
    assert [(each["partner_id"], each["direction"], each["change"]) for each in moves] == [
        ("E", "down", "-550.00"), ("B", "up", "100.00"),
    ]  # fmt: skip
    assert moves[0]["because"] == "silver now needs 58,000 USD of `revenue`, was 50,000 USD"
    money = listed(rung(*DATA, "--format", "csv", "--show", "money"))
    assert [(each["incentive"], each["before"], each["after"]) for each in money] == [("rebate", "3450.00", "3200.00")]
    earnings = listed(rung(*DATA, "--format", "csv", "--show", "earnings"))
    assert [(each["partner_id"], each["change"], each["tier after"]) for each in earnings] == [
        ("E", "-550.00", "registered"), ("A", "200.00", "gold"), ("B", "100.00", "gold"),
    ]  # fmt: skip
    assert earnings[0]["because"] == "silver now needs 58,000 USD of `revenue`, was 50,000 USD"
    changes = listed(rung(*LINE, "--format", "csv"))
    assert [(each["path"], each["before"], each["after"], each["decides"]) for each in changes] == [
        ("title", "Peak Partner Program", "The Peak Program", "no"),
        ("parameters.needed[silver]", "50_000 USD", "58_000 USD", "yes"),
        ("parameters.needed[gold]", "100_000 USD", "80_000 USD", "yes"),
        ("incentives.rebate.bands[from 80,000 USD]", "100_000 USD", "80_000 USD", "yes"),
    ]


SPIFF = """\
  launch:
    kind: spiff
    from: sales
    rate: 1%
    of: amount
    limits: [{at_most: 50 USD, per: [partner]}]
    payee: partner
"""


@pytest.mark.long
def test_what_comes_and_what_goes(rung: Shell, peak: Path) -> None:
    """An incentive and a benefit that one side does not know: all of it is gained, or lost."""
    coaching = "benefits:\n  coaching: {value: flag, when: [tier >= silver]}\n"
    text = edited(("benefits:\n", coaching))
    write(peak, "new.yaml", text[: text.index("incentives:")] + "incentives:\n" + SPIFF)
    impact = document(rung(*DATA, "--json"))["impact"]
    assert isinstance(impact, dict)
    assert [(each["incentive"], each["before"], each["after"]) for each in impact["money"]] == [
        ("launch", None, "250.00"), ("rebate", "3450.00", None),
    ]  # fmt: skip
    assert impact["benefits"][0] == {
        "benefit": "coaching", "before": None, "after": 4, "gained": 4, "lost": 0, "changed": 0
    }  # fmt: skip
    out = squeezed(rung("diff", "new.yaml", "old.yaml", *DATA[3:]))
    assert "coaching 4 -> none 0 4 0" in out
    assert "rebate none 3,450.00 +3,450.00 USD" in out


@pytest.mark.long
def test_programs_without_tiers_or_incentives(rung: Shell, peak: Path) -> None:
    """What a program does not have is not shown; shards change nothing."""
    head = PROGRAM[: PROGRAM.index("parameters:")]
    metrics = "metrics:\n  revenue: {from: sales, sum: amount, window: trailing 12 months}\n"
    benefit = "benefits:\n  bonus: {value: flag, when: [revenue >= 55_000 USD]}\n"
    write(peak, "old.yaml", head + metrics + benefit)
    write(peak, "new.yaml", head + metrics + benefit.replace("55_000", "60_000"))
    out = rung(*DATA).out
    assert "0 of 6 partners change tier" in out and "bonus 4 -> 3" in " ".join(out.split())
    assert "tiers before" not in out and "money" not in out
    assert rung(*DATA, "--shards", "3").out == out
    assert "What it costs" not in rung(*DATA, "--format", "html").out


@pytest.mark.long
def test_partners_that_come_and_go(rung: Shell, peak: Path) -> None:
    """Between two runs a partner may appear: it moves from nowhere."""
    write(peak, "new.yaml", PROGRAM)
    first = run_of(rung, "old.yaml", "2026-06-30")
    write(peak, "partners.csv", (peak / "partners.csv").read_text().replace("F,Partner F", "G,Partner G"))
    second = run_of(rung, "old.yaml", "2026-06-30")
    found = document(rung("diff", first, second, "--json"))
    moves = found["moves"]
    assert isinstance(moves, list)
    assert [(each["partner"], each["before"], each["after"], each["direction"]) for each in moves] == [
        ("F", "registered", None, "leaves"), ("G", None, "registered", "arrives"),
    ]  # fmt: skip
    out = rung("diff", first, second).out
    assert "2 of 6 partners change tier: 0 up, 0 down, 2 neither" in out
    assert "(not there)" in out
    assert "2 neither" in rung("diff", first, second, "--format", "html").out


@pytest.mark.long
def test_two_ways_closed_together(rung: Shell, peak: Path) -> None:
    """Either way to gold alone leaves A where it is; closing both moves it, and neither is blamed alone."""
    before = "  requires: [revenue >= needed]\n"
    ways = "  gold:\n    requires:\n      - any: [revenue >= way, orders >= fewest]\n"
    orders = "  orders: {from: sales, count: records, window: trailing 12 months}\ntiers:"
    two = "parameters:\n  way: 110_000 USD\n  fewest: 1\n"
    text = edited((before, before + ways), ("tiers:", orders), ("parameters:\n", two))
    write(peak, "old.yaml", text)
    write(peak, "new.yaml", text.replace("110_000", "130_000").replace("fewest: 1", "fewest: 2"))
    moves = document(rung(*DATA, "--json"))["moves"]
    assert isinstance(moves, list)
    (move,) = moves
    assert (move["partner"], move["steps"], move["alone"]) == ("A", [2], False)
    assert [each["text"] for each in move["lines"]] == ["any of [revenue >= way; orders >= fewest]"]
    assert "A        Partner A  gold    silver  2*" in rung(*DATA).out
    assert "only together with earlier changes" in rung(*DATA, "--format", "html").out
    (row,) = listed(rung(*DATA, "--format", "csv"))
    assert row["because"].endswith("(together with earlier changes)")


def test_markdown_for_a_pull_request(rung: Shell, peak: Path) -> None:
    """Headings, a list and tables that a forge shows."""
    out = rung(*DATA, "--format", "md").out
    assert out.startswith("## peak 2026 (old.yaml) -> peak 2026 (new.yaml)\n\n- silver now needs 58,000 USD")
    assert "| rebate | 3,450.00 | 3,200.00 | -250.00 | USD | 0 |" in out


def test_the_page_is_one_file_and_escapes(rung: Shell, peak: Path) -> None:
    """Names from records and programs stand in the page as text; nothing is fetched."""
    write(peak, "partners.csv", (peak / "partners.csv").read_text().replace("Partner E", "<script>alert(1)</script>"))
    answer = rung(*DATA, "--html", "page.html")
    page = (peak / "page.html").read_text(encoding="utf-8")
    assert "written: page.html" in answer.err
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script" not in page
    assert 'class="ribbon down"' in page and "<mark>58_000 USD</mark>" in page
    assert rung(*DATA, "--format", "html").out == page


@pytest.mark.long
def test_two_runs_differ_in_program_day_or_records(rung: Shell, peak: Path) -> None:
    """What changed between runs: the rules first, then the day, then the records, each with its part."""
    first = run_of(rung, "old.yaml", "2026-03-31")
    with (peak / "sales.csv").open("a") as file:
        file.write("SF,F,sale,2026-05-05,200000\n")
    second = run_of(rung, "new.yaml", "2026-06-30")
    found = document(rung("diff", first, second, "--json"))
    impact = found["impact"]
    assert isinstance(impact, dict)
    assert impact["old"]["as_of"] == "2026-03-31" and impact["new"]["as_of"] == "2026-06-30"
    assert impact["old"]["snapshot"] != impact["new"]["snapshot"]
    assert [each["clauses"] for each in impact["steps"]][-2:] == [["the day"], ["the records"]]
    assert impact["steps"][-1]["up"] == 1  # F is gold by its sale
    # E loses 550 and the band gives 300, as above; F earns 800 + 2,400 for the second quarter
    assert impact["money"][0]["change"] == "2950.00"
    assert [[part["change"] for part in each["money"]] for each in impact["steps"]] == [
        ["-550.00"], [], ["300.00"], [], ["3200.00"],
    ]  # fmt: skip
    assert rung("diff", first, first).code == 0


def run_of(rung: Shell, program: str, day: str) -> str:
    """The id of the run of a program on the records as they are."""
    answer = rung("evaluate", program, "--data", ".", "--as-of", day, "--json")
    return str(json.loads(answer.out)["run"])


@pytest.mark.long
def test_a_program_against_a_run(rung: Shell, peak: Path) -> None:
    """The run lends its records and its day."""
    run = run_of(rung, "old.yaml", "2026-06-30")
    impact = document(rung("diff", run[:12], "new.yaml", "--json"))["impact"]
    assert isinstance(impact, dict)
    assert impact["movers"]["all"] == 2
    turned = rung("diff", "new.yaml", run)
    assert turned.code == ExitCode.USAGE
    assert f"swap them: `rung diff {run} new.yaml`" in turned.err


@pytest.mark.long
def test_the_day_is_the_last_the_records_tell_of(rung: Shell, peak: Path) -> None:
    """Without `--as-of`: the last event, inside the days both programs govern."""
    assert "as of 2026-02-10, on snap-" in rung(*LINE, "--data", ".").out
    write(peak, "new.yaml", PROGRAM.replace("from: 2026-01-01", "from: 2026-04-01"))
    assert "as of 2026-04-01, on snap-" in rung(*LINE, "--data", ".").out


@pytest.mark.long
def test_next_years_program_on_this_years_records(rung: Shell, peak: Path) -> None:
    """Versions that never govern the same day: the new one is judged as if it did, and that is said."""
    text = edited(EDITS[0], ("from: 2026-01-01, before: 2027-01-01", "from: 2027-01-01, before: 2028-01-01"))
    write(peak, "new.yaml", text.replace('"2026"', '"2027"'))
    answer = rung(*LINE, "--data", ".", "--as-of", "2026-06-30")
    assert (
        "note: peak 2027 is in force from 2027-01-01 through 2027-12-31; evaluated as if it were in force on 2026-06-30"
        in answer.out
    )
    assert "2 of 6 partners change tier: 1 up, 1 down" in answer.out


def test_tiers_with_new_names_are_the_same_tiers(rung: Shell, peak: Path) -> None:
    """`was` maps the ladder of the version before: nobody moves for a name alone."""
    text = PROGRAM.replace("gold", "premier").replace(
        "ladder: [registered, silver, premier]", "ladder: [registered, silver, premier]\n  was: {gold: premier}"
    )
    write(peak, "new.yaml", text)
    found = document(rung(*DATA, "--json"))
    impact, changes = found["impact"], found["changes"]
    assert isinstance(impact, dict) and isinstance(changes, list)
    assert [each["sentence"] for each in changes] == ["the tier gold of the version before is now called premier"]
    assert impact["movers"]["all"] == 0
    assert {"before": "premier", "after": "premier", "partners": 1} in impact["tiers"]["matrix"]


@pytest.mark.long
def test_a_renamed_tier_with_another_threshold(rung: Shell, peak: Path) -> None:
    """Name and threshold at once: who moves, moves by the threshold, and it is told under the new name."""
    text = PROGRAM.replace("gold", "premier").replace("premier: 100_000", "premier: 80_000")
    write(peak, "new.yaml", text.replace("silver, premier]", "silver, premier]\n  was: {gold: premier}"))
    found = document(rung(*DATA, "--json"))
    changes, moves = found["changes"], found["moves"]
    assert isinstance(changes, list) and isinstance(moves, list)
    assert [each["sentence"] for each in changes] == [
        "premier now needs 80,000 USD of `revenue`, was 100,000 USD",
        "the tier gold of the version before is now called premier",
    ]
    assert [(each["partner"], each["before"], each["after"], each["steps"]) for each in moves] == [
        ("B", "silver", "premier", [1])
    ]


@pytest.mark.long
def test_names_that_change_places(rung: Shell, peak: Path) -> None:
    """Silver is called gold now, and gold premier: the same partners, and only the threshold moves one."""
    text = PROGRAM.replace("gold", "premier").replace("silver", "gold").replace("premier: 100_000", "premier: 80_000")
    write(peak, "new.yaml", text.replace("gold, premier]", "gold, premier]\n  was: {silver: gold, gold: premier}"))
    found = document(rung(*DATA, "--json"))
    moves = found["moves"]
    assert isinstance(moves, list)
    assert [(each["partner"], each["before"], each["after"], each["steps"]) for each in moves] == [
        ("B", "gold", "premier", [1])
    ]


@pytest.mark.long
def test_tiers_that_become_one(rung: Shell, peak: Path) -> None:
    """Silver and gold are member now: nobody moves between them, and nobody is lost."""
    text = PROGRAM.replace("silver: 50_000 USD, gold: 100_000 USD", "member: 50_000 USD").replace(
        "silver: 5%, gold: 10%", "member: 5%"
    )
    text = text.replace("[registered, silver, gold]", "[registered, member]\n  was: {silver: member, gold: member}")
    write(peak, "new.yaml", text.replace("tier >= silver", "tier >= member"))
    impact = document(rung(*DATA, "--json"))["impact"]
    assert isinstance(impact, dict)
    assert impact["movers"]["all"] == 0
    assert {"before": "member", "after": "member", "partners": 4} in impact["tiers"]["matrix"]
    assert [(each["up"], each["down"]) for each in impact["steps"]] == [(0, 0)] * len(impact["steps"])


def test_a_fault_in_a_program_is_shown(rung: Shell, peak: Path) -> None:
    """With its line, and the exit code of an invalid program; as JSON too."""
    write(peak, "new.yaml", PROGRAM.replace("revenue >= needed", "revenu >= needed"))
    answer = rung(*LINE)
    assert answer.code == ExitCode.INVALID
    assert "--> new.yaml:13:14" in answer.err
    assert document(rung(*LINE, "--json"))["diagnostics"]


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (("diff", "old.yaml", "gone.yaml"), ExitCode.USAGE, "there is no file `gone.yaml`"),
        (("diff", "old.yaml", "feed.yaml"), ExitCode.INVALID, "`feed.yaml` is a feed, not a program"),
        ((*LINE, "--as-of", "2026-06-30"), ExitCode.USAGE, "`--as-of` needs records"),
        ((*LINE, "--show", "moves"), ExitCode.USAGE, "`--show moves` is for csv and xlsx"),
        ((*LINE, "--show", "moves", "--format", "csv"), ExitCode.USAGE, "`--show moves` needs records"),
        ((*DATA, "--show", "all", "--format", "csv"), ExitCode.USAGE, "there is no list `all`"),
        ((*LINE, "--format", "pdf"), ExitCode.USAGE, "there is no format `pdf`"),
        ((*DATA, "--top", "many"), ExitCode.USAGE, "`many` is not a number for `--top`"),
        ((*LINE, "--data", ".", "--as-of", "2021-01-01"), ExitCode.INVALID, "is not in force on 2021-01-01"),
        (("diff", "run-0000", "run-0000"), ExitCode.INVALID, "nothing in this workspace has the id `run-0000`"),
    ],
)
def test_what_cannot_be_compared(rung: Shell, peak: Path, line: tuple[str, ...], code: int, message: str) -> None:
    """Each wrong call has its message and its code."""
    answer = rung(*line)
    assert (answer.code, message in answer.err) == (code, True), answer.err


def test_a_run_brings_its_own_records(rung: Shell, peak: Path) -> None:
    """`--data` beside a run is refused, not ignored."""
    run = run_of(rung, "old.yaml", "2026-06-30")
    answer = rung("diff", run, "new.yaml", "--data", ".")
    assert answer.code == ExitCode.USAGE
    assert "a run already has its records and its day" in answer.err


def test_exit_zero(rung: Shell, peak: Path) -> None:
    """For scripts that only want the text."""
    assert rung(*LINE, "--exit-zero").code == 0
