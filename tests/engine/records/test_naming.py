"""Names in records that the program does not declare: refused in the feed, told at the import, once for each field."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.programs import diagnose
from engine.language.diagnostic import Diagnostic, Severity
from engine.language.records import RecordSchema
from engine.records.check import check_feed
from engine.records.naming import named_records
from tests.engine.records.desk import HEAD, feed_of, imported, told

PROGRAM = """\
rung: 1
program: desk
title: Desk
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records: {extends: standard}
choices:
  area: {values: [emea, apac]}
certifications:
  network_pro: {valid_for: 24 months}
  cloud_pro: {}
metrics:
  experts: {people_holding: {any: [network_pro, cloud_pro]}}
tiers:
  ladder: [registered, silver]
  was: {bronze: registered}
  requires:
    - experts >= 1
designations:
  specialist: {per: area, by_invitation: true}
"""
FEED = (
    HEAD
    + """\
sources:
  accounts: {file: accounts.csv}
  people: {file: people.csv}
  certs: {file: certs.csv}
  standing: {file: standing.csv}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  people: {from: people, fields: {person_id: person, partner_id: partner}}
  certifications: {from: certs, fields: {holding_id: h, person_id: person, certification: cert, earned_on: day}}
  nominations: {from: standing, fields: {partner_id: id, ladder: ladder, area: area, tier: tier, from: day}}
  statuses: {from: standing, fields: {partner_id: id, ladder: ladder, area: area, tier: tier, from: day}}
"""
)
CERTS = "h,person,cert,day\n"
STANDING = "id,ladder,area,tier,day\n"


def schema(text: str = PROGRAM) -> RecordSchema:
    """The record tables of a program without errors."""
    program, found = diagnose(text.encode(), "2026.yaml")
    assert program is not None, found
    return named_records(program)


def certified(*names: str) -> str:
    """A certificate of each name, of one person."""
    return CERTS + "".join(f"H{n},E1,{name},2026-01-05\n" for n, name in enumerate(names))


def found(folder: Path, certs: str = CERTS, standing: str = STANDING, feed: str = FEED) -> tuple[Diagnostic, ...]:
    """What the import says about names."""
    files = {"people.csv": "person,partner\nE1,P1\n", "certs.csv": certs, "standing.csv": standing}
    result = imported(folder, feed, files, schema=schema())
    assert result.snapshot is not None, result.diagnostics
    return tuple(each for each in result.diagnostics if each.code == "RNG760")


def test_declared_names_are_not_told(tmp_path: Path) -> None:
    """Names of the program, an old name of a tier in the history, and the words of tables about ladders."""
    standing = STANDING + "P1,tiers,all,silver,2026-01-05\nP2,specialist,emea,held,2026-01-05\n"
    assert found(tmp_path, certified("network_pro", "cloud_pro"), standing) == ()


def test_a_certificate_that_no_program_reads(tmp_path: Path) -> None:
    """One warning at the field, with the number of rows and what to write; the records are stored."""
    (warning,) = found(tmp_path, certified("NetworkPro", "NetworkPro", "NetworkPro"))
    assert warning.severity is Severity.WARNING
    (line,) = told((warning,))
    assert line == (
        "feed.yaml:12 RNG760 3 of 3 rows of `certifications` name a certification that the program does not have"
        " ('NetworkPro'); they count for nothing"
    )
    written = "certification: {column: cert, map: {NetworkPro: network_pro}, unmapped: keep}"
    assert warning.help == (
        f"if it means `network_pro`, write `{written}` in the feed; or declare it under `certifications` in the program"
    )


def test_the_cure_cures(tmp_path: Path) -> None:
    """Written in the feed as the warning says, the rows have the name of the program."""
    feed = FEED.replace(
        "certification: cert", "certification: {column: cert, map: {NetworkPro: network_pro}, unmapped: keep}"
    )
    assert found(tmp_path, certified("NetworkPro", "cloud_pro"), feed=feed) == ()


def test_many_names_are_one_finding(tmp_path: Path) -> None:
    """Twelve are listed with their rows, in the order of the file; the help is for one that is probably meant."""
    names = [f"other-{letter}" for letter in "abcdefghijklm"]
    (warning,) = found(tmp_path, certified(*names, "cloud_pro", "Cloud-Pro", "other-a"))
    assert warning.message.startswith("15 of 16 rows of `certifications` name a certification")
    assert "('other-a' in 2, 'other-b' in 1, " in warning.message
    assert warning.message.endswith("'other-l' in 1, and 2 more); they count for nothing")
    assert 'map: {"Cloud-Pro": cloud_pro}' in warning.help


def test_a_name_that_resembles_none(tmp_path: Path) -> None:
    """The names that there are, and both ways out."""
    (warning,) = found(tmp_path, certified("zzz"))
    assert warning.help == (
        "choose one of: `network_pro`, `cloud_pro`; to translate the text, write a `map` in the feed;"
        " or declare it under `certifications` in the program"
    )


def test_tiers_designations_and_their_choices(tmp_path: Path) -> None:
    """Each field of a row about a ladder; an old name of a tier is one in the history, and none of an invitation."""
    standing = STANDING + "P1,tier,EMEA,bronze,2026-01-05\n"
    assert [each.message.partition(";")[0] for each in found(tmp_path, standing=standing)] == [
        "1 of 1 rows of `nominations` names a designation that the program does not have ('tier')",
        "1 of 1 rows of `nominations` names a value of `area` that the program does not have ('EMEA')",
        "1 of 1 rows of `nominations` names a tier that the program does not have ('bronze')",
        "1 of 1 rows of `statuses` names a designation that the program does not have ('tier')",
        "1 of 1 rows of `statuses` names a value of `area` that the program does not have ('EMEA')",
    ]


def test_a_history_may_name_what_is_gone(tmp_path: Path) -> None:
    """In a `map` of the history a tier of earlier years is no mistake; it is told with the place of the mistake."""
    before, statuses = FEED.split("  statuses:")
    before = before.replace("tier: tier", "tier: {constant: silver}")
    mapped = f"{before}  statuses:{statuses}".replace("tier: tier", "tier: {column: tier, map: {Old: olden}}")
    assert check_feed(feed_of(mapped), schema()) == ()
    (warning,) = found(tmp_path, standing=STANDING + "P1,tiers,all,Old,2026-01-05\n", feed=mapped)
    assert "names a tier that the program does not have ('olden')" in warning.message
    assert warning.help.startswith("correct it in the feed (choose one of: `registered`, `silver`, ")


@pytest.mark.parametrize(
    ("old", "new", "message", "near"),
    [
        ("certification: cert", "certification: {constant: network_prof}", "certification", "network_pro"),
        ("certification: cert", "certification: {column: cert, map: {A: Cloud_Pro}}", "certification", "cloud_pro"),
        ("tier: tier", "tier: {constant: sliver}", "tier", "silver"),
        ("ladder: ladder", "ladder: {constant: specialists}", "designation", "specialist"),
        ("area: area", "area: {constant: EMEA}", "value of `area`", "emea"),
    ],
)
def test_a_feed_that_writes_a_name_must_write_it_right(old: str, new: str, message: str, near: str) -> None:
    """In a constant and in a `map`, before any file is opened."""
    finding = check_feed(feed_of(FEED.replace(old, new, 1)), schema())[0]
    assert (finding.code, finding.severity) == ("RNG613", Severity.ERROR)
    assert finding.message.endswith(f" is no {message} of the program")
    assert finding.help.startswith(f"correct it (did you mean `{near}`?), or declare it under `")


def test_a_program_without_names_asks_for_none() -> None:
    """Certificates that no program declares, and tables about no ladder, hold any text."""
    bare = PROGRAM.partition("choices:")[0] + "metrics:\n  revenue: {from: sales, sum: amount}\n"
    assert all(field.names is None for table in schema(bare).tables for field in table.fields)


def test_a_name_written_for_people_is_translated(tmp_path: Path) -> None:
    """A space in the name of a certification: the cure is a `map`, and it cures."""
    files = {"people.csv": "person,partner\nE1,P1\n", "standing.csv": STANDING}
    files["certs.csv"] = certified("Network Pro", "Cloud Pro", "Cloud Pro", "x y", "Cloud Pro")
    findings = [each for each in imported(tmp_path, FEED, files, schema=schema()).diagnostics if each.code == "RNG708"]
    written = "certification: {column: cert, map: {%s}, unmapped: keep}"
    network, cloud = '"Network Pro": network_pro', '"Cloud Pro": cloud_pro'
    assert [each.help for each in findings] == [
        f"if it means `network_pro`, write `{written % network}` in the feed",
        f"if it means `cloud_pro`, write `{written % cloud}` in the feed",
        f"if it means `cloud_pro`, write `{written % cloud}` in the feed",
        "",  # of the rows that are not listed
    ]
    assert [(each.label, each.span.line) for each in findings[0].related] == [("the field", 12)]
    feed = FEED.replace("certification: cert", written % f"{network}, {cloud}")
    assert found(tmp_path, certified("Network Pro", "Cloud Pro"), feed=feed) == ()
